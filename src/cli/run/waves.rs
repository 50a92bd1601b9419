//! Virtual time, wave by wave: events are sent, become files, are loaded, and then time moves on and tasks run.
//!
//! Each wave has its own moment, counted from the run's start. A wave that was interrupted is played again from its
//! beginning, at the same moment: whatever of it has happened already is found done.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;

use super::Run;
use super::source::Source;
use crate::catalog::history::TaskState;
use crate::cli::table::count;
use crate::error::{Error, Result};
use crate::pipe::{self, PipeReport};
use crate::task::Scheduler;
use crate::world::carrier::Carried;
use crate::world::pipeline::Wave;
use crate::world::sink::SendReport;

impl Run {
    /// Plays all waves that are left.
    pub(super) async fn waves(&mut self) -> Result<()> {
        let waves = self.current_waves()?;
        let done = self.current()?.waves_done;
        let mut moment = self.current()?.started;
        let mut source = self.source().await?;
        let mut scheduler = Scheduler::new(Arc::clone(&self.account));
        for (number, wave) in (1_u64..).zip(&waves) {
            let until = moment.saturating_add(wave.advance).unwrap_or(moment);
            if number <= done {
                for _ in 0..wave.events {
                    source.next(moment)?;
                }
            } else {
                self.progress.doing(format!("wave {number} of {}", waves.len()));
                let told = self
                    .wave(&mut source, &mut scheduler, *wave, moment, until)
                    .await?;
                self.progress.tell(format!(
                    "wave {number} of {}, {}: {told}",
                    waves.len(),
                    clock_text(moment)
                ));
                self.note(|run| run.waves_done = number)?;
            }
            moment = until;
        }
        self.tally.too_long = source.too_long().to_vec();
        self.progress.doing("letting the tasks finish");
        self.settle(&mut scheduler).await?;
        self.note(|run| run.finished = true)
    }

    /// The events of the run that is being played.
    pub(super) async fn source(&self) -> Result<Source> {
        Source::new(
            &self.pipeline.generator.kind,
            &self.record,
            &self.end_offsets().await?,
        )
    }

    /// One wave; tells what it did.
    async fn wave(
        &mut self,
        source: &mut Source,
        scheduler: &mut Scheduler,
        wave: Wave,
        moment: Timestamp,
        until: Timestamp,
    ) -> Result<String> {
        self.account.clock().advance_to(moment);
        let sent = self.send(source, wave.events, moment).await?;
        let (written, loaded) = self.deliver().await?;
        let runs = scheduler.advance(until).await?;
        self.account.clock().advance_to(until);
        let told = format!(
            "{}, {}{}, {}",
            count(sent.sent, "event"),
            if self.carriers.is_empty() {
                String::new()
            } else {
                format!("{}, ", told_files(&written))
            },
            told_loads(&loaded),
            count(
                runs.iter().filter(|run| run.state != TaskState::Skipped).count() as u64,
                "task run"
            )
        );
        self.tally.absorb(sent, written);
        self.tally.pipes(loaded);
        Ok(told)
    }

    /// Carries on what lies there, and loads it.
    async fn deliver(&mut self) -> Result<(Carried, PipeReport)> {
        let mut written = Carried::default();
        for carrier in &mut self.carriers {
            written.absorb(carrier.drain().await?);
        }
        Ok((written, pipe::drain(&self.account).await))
    }

    /// Carries on what lies there, and loads it: what somebody else than the run's own source has put there, too.
    ///
    /// # Errors
    /// A carrier's neighbour that fails.
    pub async fn carry(&mut self) -> Result<()> {
        let (written, loaded) = self.deliver().await?;
        self.tally.absorb(SendReport::default(), written);
        self.tally.pipes(loaded);
        Ok(())
    }

    /// Sends each line of a file as a message of the pipeline's topic.
    ///
    /// # Errors
    /// A file that cannot be read; another topic than the pipeline's; a message that Kafka does not take.
    pub async fn send_lines(&mut self, file: &Path, topic: &str) -> Result<()> {
        if self.channel.name() != topic {
            return Err(Error::configuration(format!(
                "the pipeline's topic is {}, not {topic}",
                self.channel.name()
            )));
        }
        let events = super::source::lines(file, self.account.clock().now())?;
        let sent = self.channel.send_all(events).await?;
        match sent.refused.first() {
            Some(refused) => Err(Error::outside(refused.reason.clone())),
            None => Ok(()),
        }
    }

    /// Sends the next events of a source, those that are in the topic already left out.
    async fn send(&self, source: &mut Source, events: u64, moment: Timestamp) -> Result<SendReport> {
        let mut failed = None;
        let mut left = events;
        let missing = std::iter::from_fn(|| {
            while left > 0 {
                left -= 1;
                match source.next(moment) {
                    Ok(Some((_, true))) => {}
                    Ok(Some((event, false))) => return Some(event),
                    Ok(None) => return None,
                    Err(error) => {
                        failed = Some(error);
                        return None;
                    }
                }
            }
            None
        });
        let report = self.channel.send_all(missing).await?;
        match failed {
            Some(error) => Err(error),
            None => Ok(report),
        }
    }
}

/// What the pipes did.
pub(super) fn told_loads(report: &PipeReport) -> String {
    let mut told = format!("{} loaded", count(report.rows(), "row"));
    let rejected: usize = report.pipes.iter().map(|pipe| pipe.rejected.len()).sum();
    if rejected > 0 {
        told.push_str(&format!(
            ", {} not loaded as a whole",
            count(rejected as u64, "file")
        ));
    }
    for pipe in &report.pipes {
        if let Some(error) = &pipe.error {
            told.push_str(&format!(
                ", pipe {} could not run: {}",
                pipe.name,
                error.message()
            ));
        }
    }
    told
}

/// What the carriers did.
pub(super) fn told_files(report: &Carried) -> String {
    let mut told = count(report.files, "file");
    if report.dead_letters > 0 {
        told.push_str(&format!(", {}", count(report.dead_letters, "dead letter")));
    }
    told
}

/// A moment for people, in UTC.
pub(super) fn clock_text(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

/// At most this many refused messages are told one by one.
const MOST_NAMED: usize = 100;

impl super::Tally {
    /// Remembers what has to be told at the end.
    pub(super) fn absorb(&mut self, sent: SendReport, written: Carried) {
        let room = MOST_NAMED.saturating_sub(self.refused.len());
        self.refused
            .extend(sent.refused.into_iter().take(room).map(|refused| refused.reason));
        self.lost.extend(written.lost);
    }

    /// Remembers which pipes could not run; one that ran again is forgotten.
    pub(super) fn pipes(&mut self, report: PipeReport) {
        for pipe in report.pipes {
            match pipe.error {
                Some(error) => self.pipe_errors.insert(pipe.name, error.to_string()),
                None => self.pipe_errors.remove(&pipe.name),
            };
        }
    }
}
