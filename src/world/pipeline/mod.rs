//! `pipeline.toml`: what the world outside the warehouse does in a pipeline, and what must be true at its end.
//!
//! The file stands beside the numbered SQL scripts of a pipeline. It names the generator of events and their way to the
//! bucket ([`SourcePart`]: a topic and what carries its messages on, or plain files), the waves in which events go out and how far time moves after each, the scripts to
//! run, the [`Check`]s that prove the run and the results to [`Show`] at its end. Unknown keys are refused, so that a
//! misspelt one never goes unnoticed. [`Pipeline::load`] reads and validates it; the driver of a run does the rest.

mod check;
mod mover;
mod parts;
mod raw;
mod waves;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use indexmap::IndexMap;
use jiff::{SignedDuration, Timestamp};

pub use check::{Check, Expected, FIGURES, Figures};
pub use mover::MoverPart;
pub use waves::{Wave, Waves};

use crate::error::{Error, Result};
use crate::world::events::outcome::Outcome;
use crate::world::events::{GeneratorConfig, GeneratorKind};
use crate::world::files::FilesConfig;
use crate::world::process::outcome::ProcessOutcome;
use crate::world::process::{ProcessConfig, ProcessSpec};
use crate::world::sink::{FileFormat, SinkConfig};

/// The name of the file beside the scripts.
pub const FILE_NAME: &str = "pipeline.toml";

/// A validated `pipeline.toml`.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// A short name, for instance `customer_events`.
    pub name: String,
    /// One sentence for people.
    pub description: String,
    /// Where the virtual clock begins.
    pub start: Timestamp,
    /// Where the events come from.
    pub generator: GeneratorPart,
    /// Where the events go first.
    pub source: SourcePart,
    /// In how many waves the events go out, and how far time moves after each.
    pub waves: Waves,
    /// Script file names in the order to run; `None` means every `.sql` file of the folder by name.
    pub scripts: Option<Vec<String>>,
    /// Session parameters that every session of the run starts with, as the text after `=` in ALTER SESSION SET.
    pub session: IndexMap<String, String>,
    /// What must be true at the end.
    pub checks: Vec<Check>,
    /// What is printed at the end.
    pub show: Vec<Show>,
}

/// The `[kafka]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KafkaPart {
    /// Topic name.
    pub topic: String,
    /// Partitions the topic is created with.
    pub partitions: i32,
}

/// The `[generator]` table.
#[derive(Debug, Clone, PartialEq)]
pub struct GeneratorPart {
    /// Which generator, and its own settings.
    pub kind: GeneratorKind,
    /// Messages in all, the messy ones included.
    pub events: u64,
    /// The seed that everything random comes from.
    pub seed: u64,
    /// Messages per second of virtual time; `None` spreads them evenly over the waves.
    pub rate: Option<f64>,
    /// About how many customers, or whatever the events are about, there will be; `None` leaves it to the generator.
    pub entities: Option<u64>,
}

/// Where the events of a run go first, and what carries them on from there.
#[derive(Debug, Clone, PartialEq)]
pub enum SourcePart {
    /// `[kafka]`: into a topic, and from there through a carrier.
    Kafka(KafkaPart, CarrierPart),
    /// `[files]`: into the bucket, as files.
    Files(FilesPart),
}

/// What carries a topic's messages into the bucket.
#[derive(Debug, Clone, PartialEq)]
pub enum CarrierPart {
    /// `[sink]`: as they are.
    Sink(SinkPart),
    /// `[process]`: cleaned, and summed up over windows of time.
    Process(Box<ProcessPart>),
}

/// The `[process]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessPart {
    /// Bucket name.
    pub bucket: String,
    /// Key prefix of the clean rows' files.
    pub rows: String,
    /// Key prefix of the windows' files.
    pub windows: String,
    /// Key prefix of the processor's log.
    pub checkpoint: String,
    /// Key prefix of messages that are no rows, or late.
    pub dead_letter: String,
    /// In real time, a batch is taken so often.
    pub seconds_per_batch: u64,
    /// What happens to each message.
    pub spec: ProcessSpec,
}

/// The `[files]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesPart {
    /// Bucket name.
    pub bucket: String,
    /// Key prefix of the files, ending in `/` or empty.
    pub prefix: String,
    /// The first part of the files' names.
    pub name: String,
    /// Whether a file of CSV begins with the names of its columns.
    pub header: bool,
    /// A file holds at most this many records.
    pub records_per_file: u64,
    /// In real time, records wait about this many seconds for their file.
    pub seconds_per_file: u64,
    /// `[files.mover]`: the files go into a folder first, from where a mover carries them into the bucket.
    pub mover: Option<MoverPart>,
}

/// The `[sink]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkPart {
    /// Bucket name.
    pub bucket: String,
    /// Key prefix of the files, ending in `/` or empty.
    pub prefix: String,
    /// Key prefix of messages that cannot be delivered, ending in `/` or empty.
    pub dead_letter: String,
    /// Form of the files.
    pub format: FileFormat,
    /// For CSV: the columns, as paths into the event; by default all fields.
    pub columns: Vec<String>,
    /// A file holds at most this many offsets of a partition.
    pub records_per_file: u64,
    /// In real time, a file that is not full is closed after this many seconds.
    pub seconds_per_file: u64,
}

/// A query whose result is printed at the end of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Show {
    /// The heading.
    pub title: String,
    /// The query.
    pub sql: String,
    /// The column of numbers that is drawn as bars beside the table, if any.
    pub chart: Option<String>,
}

impl Pipeline {
    /// Reads `pipeline.toml` in `folder`.
    ///
    /// # Errors
    /// [`Error::configuration`] with the file, the place and what to write instead.
    pub fn load(folder: &Path) -> Result<Self> {
        let file = folder.join(FILE_NAME);
        let text = std::fs::read_to_string(&file).map_err(|error| {
            Error::configuration(format!("cannot read {}: {error}", file.display())).with_hint(format!(
                "a pipeline is a folder of .sql scripts with a {FILE_NAME} beside them"
            ))
        })?;
        Self::parse(&text, &file.display().to_string())
    }

    /// Reads the text of a `pipeline.toml`; `origin` is its name in error messages.
    ///
    /// # Errors
    /// As [`Pipeline::load`].
    pub fn parse(text: &str, origin: &str) -> Result<Self> {
        raw::parse(text, origin)
    }

    /// The scripts to run, in order.
    ///
    /// # Errors
    /// A folder that cannot be read, a listed script that is not there, or no script at all.
    pub fn script_files(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let files = match &self.scripts {
            Some(names) => names.iter().map(|name| folder.join(name)).collect(),
            None => sql_files(folder)?,
        };
        if let Some(missing) = files.iter().find(|file| !file.is_file()) {
            return Err(Error::configuration(format!(
                "script {} does not exist",
                missing.display()
            )));
        }
        if files.is_empty() {
            return Err(Error::configuration(format!(
                "{} holds no .sql script",
                folder.display()
            )));
        }
        Ok(files)
    }

    /// How many messages go out in each wave, and how far time moves after it, for `events` messages in all.
    pub fn waves_of(&self, events: u64) -> Vec<Wave> {
        self.waves.split(events, self.generator.rate)
    }

    /// The generator's settings for `events` messages in all. A wave is sent when its span of time is over, so the
    /// first event happens one span before the clock's start.
    pub fn generator_config(&self, events: u64) -> GeneratorConfig {
        let waves = self.waves_of(events);
        let span: SignedDuration = waves
            .iter()
            .fold(SignedDuration::ZERO, |sum, wave| sum.saturating_add(wave.advance));
        let first = waves.first().map_or(SignedDuration::ZERO, |wave| wave.advance);
        let seconds = span.as_secs_f64().max(1.0);
        GeneratorConfig {
            events,
            seed: self.generator.seed,
            rate: self.generator.rate.unwrap_or((events.max(1) as f64) / seconds),
            start: self.start.saturating_sub(first).unwrap_or(self.start),
            entities: self.generator.entities.unwrap_or((events / 8).max(1)),
        }
    }
}

impl Pipeline {
    /// The buckets there must be.
    pub fn buckets(&self) -> Vec<&str> {
        match &self.source {
            SourcePart::Kafka(_, CarrierPart::Sink(sink)) => vec![&sink.bucket],
            SourcePart::Kafka(_, CarrierPart::Process(process)) => vec![&process.bucket],
            SourcePart::Files(files) => vec![&files.bucket],
        }
    }

    /// Whether files go through a folder.
    pub fn has_folder(&self) -> bool {
        matches!(&self.source, SourcePart::Files(files) if files.mover.is_some())
    }

    /// Where messages lie that could not be delivered: bucket and prefix.
    pub fn dead_letters(&self) -> Option<(&str, &str)> {
        match &self.source {
            SourcePart::Kafka(_, CarrierPart::Sink(sink)) => Some((&sink.bucket, &sink.dead_letter)),
            SourcePart::Kafka(_, CarrierPart::Process(process)) => {
                Some((&process.bucket, &process.dead_letter))
            }
            SourcePart::Files(_) => None,
        }
    }

    /// An account of what the generator's messages lead to, after whatever the carrier does to them.
    pub fn outcome(&self) -> Box<dyn Outcome> {
        match (&self.source, &self.generator.kind) {
            (SourcePart::Kafka(_, CarrierPart::Process(process)), GeneratorKind::Records(records)) => {
                Box::new(ProcessOutcome::new(
                    records.as_ref().clone(),
                    process.spec.clone(),
                ))
            }
            (_, kind) => kind.outcome(),
        }
    }

    /// The settings of a processor of `topic`, for Kafka at `brokers`; `timeout` as for a sink.
    pub fn process_config(
        &self,
        topic: &str,
        process: &ProcessPart,
        brokers: &str,
        timeout: Duration,
    ) -> ProcessConfig {
        ProcessConfig {
            brokers: brokers.to_owned(),
            topic: topic.to_owned(),
            rows_prefix: process.rows.clone(),
            windows_prefix: process.windows.clone(),
            checkpoint_prefix: process.checkpoint.clone(),
            dead_letter_prefix: process.dead_letter.clone(),
            trigger: Duration::from_secs(process.seconds_per_batch),
            timeout,
        }
    }

    /// The settings of a file drop. The header names the generator's columns.
    pub fn files_config(&self, files: &FilesPart) -> FilesConfig {
        let kind = &self.generator.kind;
        FilesConfig {
            prefix: files.prefix.clone(),
            name: files.name.clone(),
            extension: if kind.is_csv() { "csv" } else { "json" }.to_owned(),
            header: (files.header && kind.is_csv()).then(|| kind.fields().join(",")),
            records_per_file: files.records_per_file,
        }
    }

    /// The settings of a sink of `topic`, for Kafka at `brokers`. Its consumer group is named after the pipeline.
    /// `timeout` is how long it waits for Kafka or the bucket without any progress.
    pub fn sink_config(&self, topic: &str, sink: &SinkPart, brokers: &str, timeout: Duration) -> SinkConfig {
        SinkConfig {
            brokers: brokers.to_owned(),
            topic: topic.to_owned(),
            group: format!("{}-sink", self.name),
            prefix: sink.prefix.clone(),
            dead_letter_prefix: sink.dead_letter.clone(),
            format: sink.format,
            csv_columns: sink.columns.clone(),
            records_per_file: sink.records_per_file,
            time_per_file: Duration::from_secs(sink.seconds_per_file),
            timeout,
        }
    }
}

/// Every `.sql` file of a folder, by name.
fn sql_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let unreadable = |error: std::io::Error| {
        Error::configuration(format!("cannot read the folder {}: {error}", folder.display()))
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("sql"))
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
