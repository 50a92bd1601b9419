//! What a partition knows of its idempotent producers: the last batches of each, so that a batch sent twice is
//! stored once, and a gap is refused. The state is rebuilt from the batches' own headers at start.

use indexmap::IndexMap;
use kafka_protocol::ResponseError;

use super::batch::{BatchHeader, sequence_after};

/// Batches remembered per producer; clients keep at most this many in flight.
const REMEMBERED: usize = 5;
/// Producers remembered per partition; the one unheard of for longest is forgotten first.
const MOST_PRODUCERS: usize = 4096;

/// The producers of one partition, the most recently heard last.
#[derive(Debug, Default)]
pub(crate) struct Producers(IndexMap<i64, Producer>);

#[derive(Debug)]
struct Producer {
    epoch: i16,
    last_sequence: i32,
    recent: Vec<Recent>,
}

#[derive(Debug, Clone, Copy)]
struct Recent {
    first_sequence: i32,
    last_sequence: i32,
    base_offset: i64,
}

/// What to do with a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Store it.
    Fresh,
    /// It is stored already, from this offset on.
    Duplicate(i64),
}

impl Producers {
    /// Judges a batch before it is stored.
    pub(crate) fn judge(&self, batch: &BatchHeader) -> Result<Verdict, ResponseError> {
        // A producer never heard of may start anywhere: its earlier batches may be of another time.
        let Some(known) = self.0.get(&batch.producer_id) else { return Ok(Verdict::Fresh) };
        if batch.producer_epoch < known.epoch {
            return Err(ResponseError::InvalidProducerEpoch);
        }
        if batch.producer_epoch > known.epoch {
            return match batch.base_sequence {
                0 => Ok(Verdict::Fresh),
                _ => Err(ResponseError::OutOfOrderSequenceNumber),
            };
        }
        let same = |r: &&Recent| {
            r.first_sequence == batch.base_sequence && r.last_sequence == batch.last_sequence()
        };
        if let Some(stored) = known.recent.iter().find(same) {
            return Ok(Verdict::Duplicate(stored.base_offset));
        }
        if batch.base_sequence == sequence_after(known.last_sequence, 1) {
            return Ok(Verdict::Fresh);
        }
        Err(ResponseError::OutOfOrderSequenceNumber)
    }

    /// Remembers a batch that was stored; its `base_offset` is the assigned one.
    pub(crate) fn remember(&mut self, batch: &BatchHeader) {
        if batch.producer_id < 0 {
            return;
        }
        let earlier = self.0.shift_remove(&batch.producer_id).filter(|p| p.epoch == batch.producer_epoch);
        let mut recent = earlier.map(|p| p.recent).unwrap_or_default();
        if recent.len() == REMEMBERED {
            recent.remove(0);
        }
        let last_sequence = batch.last_sequence();
        recent.push(Recent {
            first_sequence: batch.base_sequence,
            last_sequence,
            base_offset: batch.base_offset,
        });
        let producer = Producer { epoch: batch.producer_epoch, last_sequence, recent };
        self.0.insert(batch.producer_id, producer);
        if self.0.len() > MOST_PRODUCERS {
            self.0.shift_remove_index(0);
        }
    }
}
