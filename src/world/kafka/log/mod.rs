//! A partition's log: batches in order of offset, with an index in memory over bytes in memory or in a file.
//!
//! [`batch`] and [`records`] read the bytes, [`store`] keeps them, [`producers`] recognises repeated batches.
//! A fetch that waits for data leaves a waker here ([`PartitionLog::wake`]).

mod batch;
mod producers;
mod records;
mod store;
#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use bytes::Bytes;
use kafka_protocol::ResponseError;
use parking_lot::Mutex;
use tokio::sync::Notify;

pub(crate) use records::Stamp;

use batch::BatchHeader;
use producers::{Producers, Verdict};
use store::{FileStore, Store};

/// One partition's log.
#[derive(Debug)]
pub(crate) struct PartitionLog {
    state: Mutex<State>,
    waiting: Mutex<Vec<Weak<Notify>>>,
}

#[derive(Debug)]
struct State {
    index: Vec<Entry>,
    next_offset: i64,
    end: u64,
    store: Store,
    producers: Producers,
}

/// Where a batch lies.
#[derive(Debug, Clone, Copy)]
struct Entry {
    base_offset: i64,
    position: u64,
    bytes: usize,
    /// The latest time in this batch or any before it, so that a search by time can halve.
    latest: i64,
}

/// Batches read for a fetch.
#[derive(Debug)]
pub(crate) struct Chunk {
    /// Whole batches; the first may begin before the offset asked for.
    pub(crate) records: Bytes,
    /// The offset that the next record will get.
    pub(crate) high_watermark: i64,
}

/// A search by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    /// The first record at or after these milliseconds since 1970.
    Since(i64),
    /// The first record with the latest time of all.
    Latest,
}

impl PartitionLog {
    /// An empty log in memory.
    pub(crate) fn in_memory() -> Self {
        Self::with(State::new(Store::Memory(Vec::new())))
    }

    /// The log in the file at `path`, recovered if the file is there. Also answers the largest producer id seen.
    pub(crate) fn in_file(path: PathBuf) -> io::Result<(Self, i64)> {
        let mut state = State::new(Store::File(FileStore::new(path.clone())));
        let mut largest_producer = -1;
        let cut = store::recover(&path, |header, position| {
            largest_producer = largest_producer.max(header.producer_id);
            state.note(header, position);
        })?;
        if cut > 0 {
            tracing::warn!(file = %path.display(), bytes = cut, "cut an unfinished batch from the end of a log");
        }
        Ok((Self::with(state), largest_producer))
    }

    fn with(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            waiting: Mutex::default(),
        }
    }

    /// The offset that the next record will get: the high watermark of this single replica.
    pub(crate) fn next_offset(&self) -> i64 {
        self.state.lock().next_offset
    }

    /// Checks and stores the record data of one produced partition, and answers the first record's offset. A batch
    /// that an idempotent producer sent before is answered with the offset it has.
    pub(crate) fn append(&self, data: &Bytes, limit: usize) -> Result<i64, ResponseError> {
        let mut header = batch::check_produced(data, limit)?;
        let base_offset = {
            let mut state = self.state.lock();
            match state.producers.judge(&header)? {
                Verdict::Duplicate(offset) => return Ok(offset),
                Verdict::Fresh => {}
            }
            header.base_offset = state.next_offset;
            let position = state.end;
            let placed = batch::placed(data, header.base_offset);
            state.store.append(position, placed).map_err(storage_failed)?;
            state.note(&header, position);
            header.base_offset
        };
        self.wake_all();
        Ok(base_offset)
    }

    /// Bytes that a fetch from `offset` could give at present, up to `most`.
    pub(crate) fn available(&self, offset: i64, most: usize) -> Result<usize, ResponseError> {
        let state = self.state.lock();
        let (from, until) = state.span(offset, most, true)?;
        Ok(state.extent(from, until).map_or(0, |(_, bytes)| bytes))
    }

    /// Whole batches from the one that holds `offset`, up to `most` bytes; the first batch comes whatever its size
    /// if `at_least_one`.
    pub(crate) fn read(&self, offset: i64, most: usize, at_least_one: bool) -> Result<Chunk, ResponseError> {
        let (part, high_watermark) = {
            let mut state = self.state.lock();
            let (from, until) = state.span(offset, most, at_least_one)?;
            let high_watermark = state.next_offset;
            let Some((position, bytes)) = state.extent(from, until) else {
                return Ok(Chunk {
                    records: Bytes::new(),
                    high_watermark,
                });
            };
            (
                state
                    .store
                    .part(from, until, position, bytes)
                    .map_err(storage_failed)?,
                high_watermark,
            )
        };
        Ok(Chunk {
            records: part.read().map_err(storage_failed)?,
            high_watermark,
        })
    }

    /// The first record that a search by time finds.
    pub(crate) fn find(&self, moment: Moment) -> Result<Option<Stamp>, ResponseError> {
        let (target, first) = {
            let state = self.state.lock();
            let Some(last) = state.index.last() else {
                return Ok(None);
            };
            let target = match moment {
                Moment::Since(timestamp) => timestamp,
                Moment::Latest => last.latest,
            };
            (target, state.index.partition_point(|e| e.latest < target))
        };
        // The first batch nearly always has it; a header that overstates its latest time sends us on.
        for number in first.. {
            let Some(base_offset) = self.state.lock().index.get(number).map(|e| e.base_offset) else {
                break;
            };
            let chunk = self.read(base_offset, 0, true)?;
            let Some(header) = BatchHeader::parse(&chunk.records) else {
                continue;
            };
            if let Some(stamp) = records::first_since(&chunk.records, &header, target) {
                return Ok(Some(stamp));
            }
        }
        Ok(None)
    }

    /// Has `notify` told of every append from now on, for as long as it lives.
    pub(crate) fn wake(&self, notify: &Arc<Notify>) {
        let mut waiting = self.waiting.lock();
        if waiting.len() == waiting.capacity() {
            waiting.retain(|w| w.strong_count() > 0);
        }
        waiting.push(Arc::downgrade(notify));
    }

    /// Wakes whoever waits on this log, also when its topic is deleted.
    pub(crate) fn wake_all(&self) {
        for waiting in self.waiting.lock().iter() {
            if let Some(notify) = waiting.upgrade() {
                notify.notify_one();
            }
        }
    }

    /// Sees to it that all batches are on the disk itself.
    pub(crate) fn sync(&self) -> io::Result<()> {
        self.state.lock().store.sync()
    }
}

impl State {
    fn new(store: Store) -> Self {
        Self {
            index: Vec::new(),
            next_offset: 0,
            end: 0,
            store,
            producers: Producers::default(),
        }
    }

    /// Takes a stored batch into the index.
    fn note(&mut self, header: &BatchHeader, position: u64) {
        let latest = self
            .index
            .last()
            .map_or(i64::MIN, |e| e.latest)
            .max(header.max_timestamp);
        self.index.push(Entry {
            base_offset: header.base_offset,
            position,
            bytes: header.bytes,
            latest,
        });
        self.producers.remember(header);
        self.next_offset = header.last_offset() + 1;
        self.end = position + header.bytes as u64;
    }

    /// The batches, as a range of the index, from the one that holds `offset` on.
    fn span(&self, offset: i64, most: usize, at_least_one: bool) -> Result<(usize, usize), ResponseError> {
        if offset < 0 || offset > self.next_offset {
            return Err(ResponseError::OffsetOutOfRange);
        }
        if offset == self.next_offset {
            return Ok((self.index.len(), self.index.len()));
        }
        let from = self
            .index
            .partition_point(|e| e.base_offset <= offset)
            .saturating_sub(1);
        let start = self.index.get(from).map_or(self.end, |e| e.position);
        let limit = start.saturating_add(most as u64);
        let mut until = self
            .index
            .partition_point(|e| e.position + e.bytes as u64 <= limit);
        if at_least_one {
            until = until.max(from + 1);
        }
        Ok((from, until.max(from)))
    }

    /// Position and length in bytes of a range of batches.
    fn extent(&self, from: usize, until: usize) -> Option<(u64, usize)> {
        let first = self.index.get(from..until)?.first()?;
        let last = self.index.get(..until)?.last()?;
        let bytes = last.position + last.bytes as u64 - first.position;
        Some((first.position, usize::try_from(bytes).ok()?))
    }
}

fn storage_failed(error: io::Error) -> ResponseError {
    tracing::error!(%error, "a partition's log could not be written or read");
    ResponseError::KafkaStorageError
}
