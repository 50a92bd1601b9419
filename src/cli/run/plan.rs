//! Which events this run sends: new ones, or what an interrupted run has left to do.

use std::path::Path;

use jiff::Timestamp;

use super::record::{RunRecord, SourceRecord};
use super::{Run, source};
use crate::cli::options::ClockKind;
use crate::cli::table::{count, thousands};
use crate::error::{Error, Result};
use crate::world::pipeline::Wave;

impl Run {
    /// Puts the run that is to be played at the end of the record.
    ///
    /// # Errors
    /// An input file that cannot be read; a Kafka that does not answer; a disk that refuses.
    pub(super) async fn plan(&mut self) -> Result<()> {
        let offsets = self.end_offsets().await?;
        let untouched = |run: &RunRecord| run.waves_done == 0 && run.offsets == offsets;
        if self.record.interrupted().is_some_and(untouched) {
            self.record.runs.pop();
        }
        if let Some(run) = self.record.interrupted() {
            let sent = sum(&offsets).saturating_sub(sum(&run.offsets));
            self.progress.tell(format!(
                "finishing the run that was interrupted after {} of {}, as it was begun",
                thousands(sent),
                count(run.events, "event")
            ));
        } else {
            let run = self.new_run(offsets)?;
            self.record.runs.push(run);
        }
        self.save_record()
    }

    fn new_run(&mut self, offsets: Vec<u64>) -> Result<RunRecord> {
        let started = self.account.clock().now();
        let rate = self.pipeline.generator.rate;
        if let Some(file) = &self.args.input {
            let events = source::count_lines(file)?;
            let source = SourceRecord::Input {
                file: absolute(file)?,
            };
            return Ok(RunRecord {
                source,
                events,
                rate,
                started,
                offsets,
                waves_done: 0,
                finished: false,
            });
        }
        let foreign = sum(&offsets);
        if self.record.runs.is_empty() && foreign > 0 {
            // A topic of a Kafka that keeps what runs without a data directory sent: most likely the beginning of the
            // same events. Going on behind them repeats none.
            let before = self.generated(foreign, started, vec![0; offsets.len()], true);
            self.record.runs.push(before);
        }
        let events = self.args.events.unwrap_or(self.pipeline.generator.events);
        Ok(self.generated(events, started, offsets, false))
    }

    /// A run of generated events.
    fn generated(&self, events: u64, started: Timestamp, offsets: Vec<u64>, finished: bool) -> RunRecord {
        let config = self.pipeline.generator_config(events);
        let start = match (self.args.clock, self.pipeline.waves_of(events).first()) {
            // A wave is sent when its span of time is over.
            (ClockKind::Virtual, Some(wave)) => started.saturating_sub(wave.advance).unwrap_or(started),
            _ => started,
        };
        RunRecord {
            source: SourceRecord::Generator {
                seed: config.seed,
                rate: config.rate,
                start,
                entities: config.entities,
            },
            events,
            rate: self.pipeline.generator.rate,
            started,
            offsets,
            waves_done: 0,
            finished,
        }
    }

    /// The run that is being played.
    pub(super) fn current(&self) -> Result<&RunRecord> {
        self.record
            .runs
            .last()
            .ok_or_else(|| Error::internal("no run was planned"))
    }

    /// Its waves.
    pub(super) fn current_waves(&self) -> Result<Vec<Wave>> {
        let run = self.current()?;
        Ok(self.pipeline.waves.split(run.events, run.rate))
    }

    /// Changes what is known about the run, durably where there is a data directory.
    pub(super) fn note(&mut self, change: impl FnOnce(&mut RunRecord)) -> Result<()> {
        if let Some(run) = self.record.runs.last_mut() {
            change(run);
        }
        self.save_record()
    }

    fn save_record(&self) -> Result<()> {
        match &self.data {
            Some(data) => self.record.save(&data.runs()),
            None => Ok(()),
        }
    }

    /// How far the topic's partitions reach.
    pub(super) async fn end_offsets(&self) -> Result<Vec<u64>> {
        self.channel.end_offsets().await
    }
}

/// All messages of a topic.
pub(super) fn sum(offsets: &[u64]) -> u64 {
    offsets.iter().fold(0, |sum, offset| sum.saturating_add(*offset))
}

fn absolute(file: &Path) -> Result<std::path::PathBuf> {
    std::path::absolute(file)
        .map_err(|error| Error::configuration(format!("the input {}: {error}", file.display())))
}
