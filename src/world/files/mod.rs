//! File drop: a source that leaves its records as files in a bucket, with no broker in between.
//!
//! Files are named `<prefix><name>+<first record>-<record after the last>.<extension>`, so that the names alone tell how
//! far the source has come: one that was interrupted goes on behind its last file, and a file never changes under its
//! name.

#[cfg(test)]
mod tests;

use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use crate::error::{Error, Result};
use crate::world::events::Event;

/// What a [`FileDrop`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilesConfig {
    /// Key prefix of the files; ends in `/` or is empty.
    pub prefix: String,
    /// The first part of their names.
    pub name: String,
    /// The last part of their names.
    pub extension: String,
    /// The line every file begins with, if any.
    pub header: Option<String>,
    /// A file holds at most this many records.
    pub records_per_file: u64,
}

/// Writes records as files, one line each.
pub struct FileDrop {
    config: FilesConfig,
    store: Arc<dyn ObjectStore>,
}

impl FileDrop {
    /// A drop that writes to `store`, whose root is the bucket.
    ///
    /// # Errors
    /// Names that no object can have.
    pub fn new(config: FilesConfig, store: Arc<dyn ObjectStore>) -> Result<Self> {
        let drop = Self { config, store };
        drop.path(0, 0)?;
        if drop.config.records_per_file == 0 {
            return Err(Error::configuration(
                "a file of no records: records_per_file must be at least 1",
            ));
        }
        Ok(drop)
    }

    fn path(&self, first: u64, end: u64) -> Result<Path> {
        let FilesConfig {
            prefix,
            name,
            extension,
            ..
        } = &self.config;
        Path::parse(format!("{prefix}{name}+{first:010}-{end:010}.{extension}"))
            .map_err(|error| Error::configuration(format!("files cannot be named so: {error}")))
    }

    /// How many records are in files.
    ///
    /// # Errors
    /// [`Error::outside`] when the bucket cannot be read.
    pub async fn end(&self) -> Result<u64> {
        let prefix = Path::from(self.config.prefix.as_str());
        let objects: Vec<_> = self
            .store
            .list(Some(&prefix))
            .try_collect()
            .await
            .map_err(|error| Error::outside(format!("the files under {prefix} cannot be listed: {error}")))?;
        let ends = objects
            .iter()
            .filter_map(|object| self.end_of(object.location.as_ref()));
        Ok(ends.max().unwrap_or(0))
    }

    /// The record after the last of a file; `None` if it is none of ours.
    fn end_of(&self, key: &str) -> Option<u64> {
        let rest = key
            .strip_prefix(&self.config.prefix)?
            .strip_prefix(&self.config.name)?;
        let range = rest
            .strip_prefix('+')?
            .strip_suffix(&self.config.extension)?
            .strip_suffix('.')?;
        let (first, end) = range.split_once('-')?;
        let first: u64 = first.parse().ok()?;
        end.parse().ok().filter(|end| *end > first)
    }

    /// Writes events into files, behind those that are there.
    ///
    /// # Errors
    /// As [`FileDrop::end`]. Files that were written by then stay.
    pub async fn write(&self, events: impl IntoIterator<Item = Event>) -> Result<u64> {
        let start = self.end().await?;
        let mut first = start;
        let mut events = events.into_iter();
        loop {
            let mut bytes = self
                .config
                .header
                .iter()
                .flat_map(|line| [line.as_bytes(), b"\n"])
                .flatten()
                .copied()
                .collect::<Vec<u8>>();
            let mut end = first;
            while end - first < self.config.records_per_file
                && let Some(event) = events.next()
            {
                bytes.extend_from_slice(&event.payload);
                bytes.push(b'\n');
                end += 1;
            }
            if end == first {
                return Ok(end - start);
            }
            let path = self.path(first, end)?;
            self.store
                .put(&path, PutPayload::from(bytes))
                .await
                .map_err(|error| Error::outside(format!("{path} cannot be written: {error}")))?;
            first = end;
        }
    }
}
