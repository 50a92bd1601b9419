//! Where an embedded storage's bytes lie. Everything else (order, conditions, events, multipart uploads) is the
//! same for every medium.
//!
//! A put has two steps: a [`Draft`] takes the bytes as they arrive, unseen by anyone; [`Medium::commit`] then
//! makes it the object, at once and durably.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};

use super::directory::{Directory, FileDraft};
use super::memory::{Memory, MemoryDraft};
use super::record::Record;
use crate::world::s3::error::StorageError;

/// The medium.
#[derive(Debug)]
pub(super) enum Medium {
    Memory(Memory),
    Directory(Directory),
}

/// Bytes on their way in.
#[derive(Debug)]
pub(super) enum Draft {
    Memory(MemoryDraft),
    File(FileDraft),
}

/// Bytes that have all arrived, with what was learned from them.
#[derive(Debug)]
pub(in crate::world::s3) struct Staged {
    pub size: u64,
    pub md5: [u8; 16],
    pub(super) draft: Draft,
}

/// Where an object's bytes are.
#[derive(Debug, Clone)]
pub(in crate::world::s3) enum Content {
    /// Here.
    Memory(Bytes),
    /// In a file.
    File(Arc<Path>),
}

/// An object's bytes, open for reading.
#[derive(Debug)]
pub(super) enum Opened {
    Memory(Bytes),
    File(File),
}

impl Medium {
    /// A place for new bytes.
    pub(super) async fn draft(&self) -> Result<Draft, StorageError> {
        Ok(match self {
            Self::Memory(memory) => Draft::Memory(memory.draft()),
            Self::Directory(directory) => Draft::File(directory.draft().await?),
        })
    }

    /// Makes a draft the content of an object. Blocks on the disk, if there is one.
    pub(super) fn commit(
        &self,
        bucket: &str,
        draft: Draft,
        record: &Record,
    ) -> Result<Content, StorageError> {
        match (self, draft) {
            (Self::Directory(directory), Draft::File(draft)) => directory.commit(bucket, draft, record),
            (_, Draft::Memory(draft)) => Ok(draft.into_content()),
            (Self::Memory(_), Draft::File(_)) => {
                Err(StorageError::Unsupported("a file draft in memory".to_owned()))
            }
        }
    }

    /// Whether working with it waits for a disk.
    pub(super) fn blocks(&self) -> bool {
        matches!(self, Self::Directory(_))
    }
}

impl Draft {
    /// Takes more bytes.
    pub(super) async fn write(&mut self, bytes: Bytes) -> Result<(), StorageError> {
        match self {
            Self::Memory(draft) => draft.write(bytes),
            Self::File(draft) => draft.write(&bytes).await,
        }
    }

    /// No more bytes.
    pub(super) async fn finish(&mut self) -> Result<(), StorageError> {
        match self {
            Self::Memory(draft) => {
                draft.finish();
                Ok(())
            }
            Self::File(draft) => draft.finish().await,
        }
    }
}

impl Opened {
    /// Reads a range; blocks on the disk, if there is one.
    pub(super) fn read(&mut self, range: Range<u64>) -> std::io::Result<Bytes> {
        let length = usize::try_from(range.end.saturating_sub(range.start)).map_err(std::io::Error::other)?;
        match self {
            Self::Memory(bytes) => {
                let start = usize::try_from(range.start).map_err(std::io::Error::other)?;
                let end = start.saturating_add(length).min(bytes.len());
                Ok(bytes.slice(start.min(end)..end))
            }
            Self::File(file) => {
                file.seek(SeekFrom::Start(range.start))?;
                let mut buffer = Vec::with_capacity(length);
                let taken = file.take(range.end - range.start).read_to_end(&mut buffer)?;
                if taken < length {
                    return Err(std::io::ErrorKind::UnexpectedEof.into());
                }
                Ok(buffer.into())
            }
        }
    }
}

/// The running facts about bytes that arrive.
#[derive(Debug)]
pub(super) struct Tally {
    pub size: u64,
    md5: Md5,
}

impl Tally {
    pub(super) fn new() -> Self {
        Self {
            size: 0,
            md5: Md5::new(),
        }
    }

    /// Counts more bytes, up to `limit` in all.
    pub(super) fn add(&mut self, bytes: &[u8], limit: u64) -> Result<(), StorageError> {
        self.size = self.size.saturating_add(bytes.len() as u64);
        if self.size > limit {
            return Err(StorageError::TooLarge { limit });
        }
        self.md5.update(bytes);
        Ok(())
    }

    pub(super) fn staged(self, draft: Draft) -> Staged {
        Staged {
            size: self.size,
            md5: self.md5.finalize().into(),
            draft,
        }
    }
}
