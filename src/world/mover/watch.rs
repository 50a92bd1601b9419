//! Which files of a folder are complete.
//!
//! There is no way to ask whether somebody still writes a file, so a mover goes by signs: a name that says so, and a size
//! or time that has changed since the last look. What has stayed the same for long enough is complete.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use super::{MoverConfig, MoverReport};
use crate::error::{Error, Result};

/// At most this many files are taken in one look; the others follow in the next.
const MOST_FILES: usize = 10_000;

/// A file as it was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sight {
    pub size: u64,
    pub changed: Option<SystemTime>,
}

/// A file that is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Complete {
    pub name: String,
    pub sight: Sight,
}

/// What was seen of a folder so far.
pub(super) struct Watch {
    folder: PathBuf,
    unfinished: Vec<String>,
    quiet: Duration,
    /// By name: how the file looked, and since when it has looked so.
    seen: BTreeMap<String, (Sight, Instant)>,
}

impl Watch {
    pub(super) fn new(config: &MoverConfig) -> Self {
        Self {
            folder: config.folder.clone(),
            unfinished: config.unfinished.clone(),
            quiet: config.quiet,
            seen: BTreeMap::new(),
        }
    }

    /// Looks at the folder: the files that are complete and the names of those that are not, both by name.
    pub(super) fn look(&mut self) -> Result<(Vec<Complete>, Vec<String>)> {
        let unreadable = |error: std::io::Error| {
            Error::outside(format!(
                "the folder {} cannot be read: {error}",
                self.folder.display()
            ))
        };
        let now = Instant::now();
        let mut found = BTreeMap::new();
        let mut unfinished = Vec::new();
        for entry in std::fs::read_dir(&self.folder).map_err(unreadable)? {
            let entry = entry.map_err(unreadable)?;
            // Gone again, a folder, or a link: none of the mover's business.
            let Some(data) = entry.metadata().ok().filter(std::fs::Metadata::is_file) else {
                continue;
            };
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || self.unfinished.iter().any(|suffix| name.ends_with(suffix)) {
                unfinished.push(name);
                continue;
            }
            let sight = Sight {
                size: data.len(),
                changed: data.modified().ok(),
            };
            let since = match self.seen.get(&name) {
                Some((before, since)) if *before == sight => *since,
                _ => now,
            };
            found.insert(name, (sight, since));
        }
        self.seen = found;
        let mut complete = Vec::new();
        for (name, (sight, since)) in &self.seen {
            if now.duration_since(*since) < self.quiet {
                unfinished.push(name.clone());
            } else if complete.len() < MOST_FILES {
                complete.push(Complete {
                    name: name.clone(),
                    sight: *sight,
                });
            }
        }
        unfinished.sort_unstable();
        Ok((complete, unfinished))
    }

    /// Forgets what has left the folder, so that another file of the name is looked at anew.
    pub(super) fn forget(&mut self, report: &MoverReport) {
        let moved = report.moved.iter().map(|moved| &moved.name);
        let failed = report.dead_letters.iter().map(|(name, _)| name);
        for name in moved.chain(&report.repeated).chain(failed) {
            self.seen.remove(name);
        }
    }
}
