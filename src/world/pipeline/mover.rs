//! `[files.mover]`: the way of files through a folder.

use std::path::PathBuf;
use std::time::Duration;

use jiff::SignedDuration;
use serde::Deserialize;

use super::{FilesPart, Pipeline};
use crate::world::mover::MoverConfig;
use crate::world::mover::inbox::Inbox;

/// The `[files.mover]` table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoverPart {
    /// A file is complete when it has not changed for this long.
    pub quiet: Duration,
    /// At most this many files wait for a sender.
    pub queue_files: usize,
    /// At most this many bytes of files are in memory.
    pub queue_bytes: u64,
    /// So many files are put at a time.
    pub senders: usize,
}

/// The table as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Mover {
    quiet: Option<String>,
    queue_files: Option<usize>,
    queue_megabytes: Option<u64>,
    senders: Option<usize>,
}

impl Mover {
    pub(super) fn part(self) -> Result<MoverPart, String> {
        let usual = MoverConfig::new("", "");
        let quiet = match self.quiet {
            None => usual.quiet,
            Some(text) => duration(&text)?,
        };
        let within = |key: &str, value: u64, most: u64| {
            if (1..=most).contains(&value) {
                Ok(value)
            } else {
                Err(format!("files.mover.{key} = {value}: from 1 to {most}"))
            }
        };
        let queue_files = self.queue_files.unwrap_or(usual.queue_files);
        within("queue_files", queue_files as u64, 10_000)?;
        let megabytes = within(
            "queue_megabytes",
            self.queue_megabytes.unwrap_or(usual.queue_bytes >> 20),
            4096,
        )?;
        let senders = self.senders.unwrap_or(usual.senders);
        within("senders", senders as u64, 64)?;
        Ok(MoverPart {
            quiet,
            queue_files,
            queue_bytes: megabytes << 20,
            senders,
        })
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    let wrong =
        |what: String| format!("files.mover.quiet = \"{text}\": {what}; write it as \"500 milliseconds\"");
    let duration: SignedDuration = text
        .parse()
        .map_err(|error: jiff::Error| wrong(error.to_string()))?;
    Duration::try_from(duration).map_err(|_| wrong("not a length of time".to_owned()))
}

impl Pipeline {
    /// The source of files in a folder. The header names the generator's columns.
    pub fn inbox(&self, files: &FilesPart, folder: PathBuf) -> Inbox {
        let config = self.files_config(files);
        Inbox {
            folder,
            name: config.name,
            extension: config.extension,
            header: config.header,
            records_per_file: config.records_per_file,
        }
    }

    /// The settings of a mover of that folder; `patience` is how long it waits for a bucket that does not answer.
    pub fn mover_config(
        &self,
        files: &FilesPart,
        mover: &MoverPart,
        folder: PathBuf,
        patience: Duration,
    ) -> MoverConfig {
        MoverConfig {
            quiet: mover.quiet,
            queue_files: mover.queue_files,
            queue_bytes: mover.queue_bytes,
            senders: mover.senders,
            patience,
            ..MoverConfig::new(folder, files.prefix.clone())
        }
    }
}
