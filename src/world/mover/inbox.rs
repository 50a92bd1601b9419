//! The folder's other side: a source that writes its records as files of so many rows.
//!
//! A file is written under a temporary name and renamed when it is complete. Its final name, `<name>+<first
//! record>-<record after the last>.<extension>`, tells how far the source has come, wherever the mover has put the file
//! since: a source that was interrupted goes on behind its last file.

use std::io::Write;
use std::path::PathBuf;

use super::shelf::{FAILED, SENT};
use crate::error::{Error, Result};
use crate::world::events::Event;

/// What a file is called while it is written: its name with this behind it.
const UNFINISHED: &str = ".part";

/// A source of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inbox {
    /// The folder; the mover's.
    pub folder: PathBuf,
    /// The first part of the files' names.
    pub name: String,
    /// The last part of their names.
    pub extension: String,
    /// The line every file begins with, if any.
    pub header: Option<String>,
    /// A file holds at most this many records.
    pub records_per_file: u64,
}

impl Inbox {
    /// How many records have been written into files, those included that the mover has put away.
    ///
    /// # Errors
    /// [`Error::outside`] when a folder cannot be read.
    pub fn end(&self) -> Result<u64> {
        let mut end = 0;
        for folder in [
            self.folder.clone(),
            self.folder.join(SENT),
            self.folder.join(FAILED),
        ] {
            let entries = match std::fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
                Err(error) => return Err(unusable(&folder.display(), &error)),
            };
            for entry in entries {
                let entry = entry.map_err(|error| unusable(&folder.display(), &error))?;
                end = end.max(self.end_of(&entry.file_name().to_string_lossy()).unwrap_or(0));
            }
        }
        Ok(end)
    }

    /// The record after the last of a file; `None` if it is none of this source.
    fn end_of(&self, file: &str) -> Option<u64> {
        let range = file.strip_prefix(&self.name)?.strip_prefix('+')?;
        let range = range.strip_suffix(&self.extension)?.strip_suffix('.')?;
        let (first, end) = range.split_once('-')?;
        let first: u64 = first.parse().ok()?;
        end.parse().ok().filter(|end| *end > first)
    }

    /// Writes events into files, behind those there were; answers how many.
    ///
    /// # Errors
    /// As [`Inbox::end`]. Files that were written by then stay.
    pub fn write(&self, events: impl IntoIterator<Item = Event>) -> Result<u64> {
        let start = self.end()?;
        let mut first = start;
        let mut events = events.into_iter();
        loop {
            let mut bytes = Vec::new();
            if let Some(header) = &self.header {
                bytes.extend_from_slice(header.as_bytes());
                bytes.push(b'\n');
            }
            let mut end = first;
            while end - first < self.records_per_file.max(1)
                && let Some(event) = events.next()
            {
                bytes.extend_from_slice(&event.payload);
                bytes.push(b'\n');
                end += 1;
            }
            if end == first {
                return Ok(end - start);
            }
            let name = format!("{}+{first:010}-{end:010}.{}", self.name, self.extension);
            self.publish(&name, &bytes)
                .map_err(|error| unusable(&self.folder.join(&name).display(), &error))?;
            first = end;
        }
    }

    /// A file that is whole or not there at all.
    fn publish(&self, name: &str, bytes: &[u8]) -> std::io::Result<()> {
        let draft = self.folder.join(format!("{name}{UNFINISHED}"));
        let mut file = std::fs::File::create(&draft)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        std::fs::rename(draft, self.folder.join(name))
    }
}

fn unusable(what: &impl std::fmt::Display, error: &std::io::Error) -> Error {
    Error::outside(format!("{what} cannot be used: {error}"))
}
