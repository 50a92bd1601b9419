//! The record of runs in a data directory, `runs.json`: what a run needs to know of those before it.
//!
//! A run is written down before its first event is sent, and again after each wave. One that did not come to its end
//! is finished by the next `snowglobe run`: it goes on with the wave it was in. What of that wave has happened already
//! the topic, the sink's offsets, the load history and the task history tell, so that nothing happens twice.
//! Otherwise the generator goes on where the runs before left it.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::cli::options::ClockKind;
use crate::error::{Error, Result};
use crate::world::events::GeneratorConfig;

/// All runs of a data directory.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Record {
    /// The clock of the last run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub clock: Option<ClockKind>,
    /// Oldest first.
    #[serde(default)]
    pub runs: Vec<RunRecord>,
}

/// One run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// Where its events come from.
    pub source: SourceRecord,
    /// Events in all.
    pub events: u64,
    /// Messages per second, if the user or the pipeline says so; it decides how many waves there are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rate: Option<f64>,
    /// Warehouse time of its first wave.
    pub started: Timestamp,
    /// How far each partition reached before.
    pub offsets: Vec<u64>,
    /// Waves of which everything is done.
    pub waves_done: u64,
    /// Whether it came to its end.
    pub finished: bool,
}

/// Where a run's events come from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceRecord {
    /// The generator.
    Generator {
        /// `--seed`.
        seed: u64,
        /// Messages per second.
        rate: f64,
        /// When the first message is sent.
        start: Timestamp,
        /// How many customers, or whatever the events are about, there will be.
        #[serde(alias = "customers")]
        entities: u64,
    },
    /// A user's file.
    Input {
        /// Its path.
        file: PathBuf,
    },
}

impl RunRecord {
    /// The generator's settings, if the events are generated.
    pub fn generator(&self) -> Option<GeneratorConfig> {
        match self.source {
            SourceRecord::Generator {
                seed,
                rate,
                start,
                entities,
            } => Some(GeneratorConfig {
                events: self.events,
                seed,
                rate,
                start,
                entities,
            }),
            SourceRecord::Input { .. } => None,
        }
    }
}

impl Record {
    /// Reads the record; an empty one if there is none.
    ///
    /// # Errors
    /// A file that cannot be read or is damaged.
    pub fn load(file: &Path) -> Result<Self> {
        let failed = |why: String| Error::configuration(format!("{}: {why}", file.display()));
        match std::fs::read(file) {
            Ok(text) => serde_json::from_slice(&text).map_err(|error| failed(error.to_string())),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Writes the record, durably and at once: a crash leaves the old one or the new one.
    ///
    /// # Errors
    /// A disk that refuses.
    pub fn save(&self, file: &Path) -> Result<()> {
        let draft = file.with_extension("draft");
        let write = || -> std::io::Result<()> {
            let mut draft_file = File::create(&draft)?;
            draft_file.write_all(&serde_json::to_vec_pretty(self)?)?;
            draft_file.sync_all()?;
            std::fs::rename(&draft, file)?;
            if let Some(folder) = file.parent() {
                File::open(folder)?.sync_all()?;
            }
            Ok(())
        };
        write().map_err(|error| Error::outside(format!("{} cannot be written: {error}", file.display())))
    }

    /// The run that did not come to its end.
    pub fn interrupted(&self) -> Option<&RunRecord> {
        self.runs.last().filter(|run| !run.finished)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_read_back_as_it_was_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("runs.json");
        assert!(Record::load(&file).unwrap().runs.is_empty());
        let mut run = RunRecord {
            source: SourceRecord::Generator {
                seed: u64::MAX,
                rate: 1.0 / 3.0,
                start: Timestamp::UNIX_EPOCH,
                entities: 4,
            },
            events: 10,
            rate: None,
            started: Timestamp::UNIX_EPOCH,
            offsets: vec![1, 0, 7],
            waves_done: 2,
            finished: false,
        };
        let record = Record {
            clock: Some(ClockKind::Virtual),
            runs: vec![run.clone()],
        };
        record.save(&file).unwrap();
        let read = Record::load(&file).unwrap();
        assert_eq!(read.interrupted(), Some(&run));
        assert_eq!(read.clock, Some(ClockKind::Virtual));
        run.finished = true;
        Record {
            clock: None,
            runs: vec![run],
        }
        .save(&file)
        .unwrap();
        assert!(Record::load(&file).unwrap().interrupted().is_none());
        std::fs::write(&file, "{").unwrap();
        assert!(Record::load(&file).unwrap_err().message().contains("runs.json"));
    }
}
