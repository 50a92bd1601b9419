//! What the messages that were sent must lead to: all runs are told again to the generator's own account of them.

use super::Run;
use super::record::Record;
use super::source::Source;
use crate::cli::options::ClockKind;
use crate::error::{Error, Result};
use crate::world::events::outcome::{Outcome, OutcomeTable};

/// The account of all messages of a record, and whether it knows which of them were seen at once.
pub(super) struct Told {
    outcome: Box<dyn Outcome>,
    batches_known: bool,
}

impl Run {
    /// Takes every message that is in the channel once more, `offsets` being how far it reaches, as the waves sent them.
    pub(super) fn told(&self, offsets: &[u64]) -> Result<Told> {
        let kind = &self.pipeline.generator.kind;
        let mut told = Told {
            outcome: self.pipeline.outcome(),
            batches_known: self.args.clock == ClockKind::Virtual,
        };
        let mut lines = Vec::new();
        for (at, run) in self.record.runs.iter().enumerate() {
            let part = Record {
                clock: None,
                runs: self.record.runs.get(..=at).unwrap_or_default().to_vec(),
            };
            let end = self.record.runs.get(at + 1).map_or(offsets, |next| &next.offsets);
            let mut source = Source::new(kind, &part, end)?;
            let mut next = || source.next(run.started);
            if run.waves_done == 0 {
                // Sent by somebody else before, and taken together with the next wave; or in real time.
                while let Some((event, present)) = next()? {
                    lines.extend(present.then_some(event.payload));
                }
                continue;
            }
            for wave in self.pipeline.waves.split(run.events, run.rate) {
                for _ in 0..wave.events {
                    let Some((event, present)) = next()? else { break };
                    lines.extend(present.then_some(event.payload));
                }
                told.outcome.batch(&std::mem::take(&mut lines));
            }
        }
        if !lines.is_empty() {
            told.outcome.batch(&lines);
        }
        Ok(told)
    }
}

impl Told {
    /// A table of the outcome; none if it depends on what was seen at once, and that is not known.
    pub(super) fn table(&self, name: &str) -> Result<Option<OutcomeTable>> {
        if self.outcome.by_batch(name) && !self.batches_known {
            return Ok(None);
        }
        let table = self.outcome.table(name);
        table
            .map(Some)
            .ok_or_else(|| Error::internal(format!("no outcome {name}")))
    }
}
