//! A data directory: where each part of the state lies, and the lock that keeps two processes out of one.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// An open data directory; while this lives no other process opens it.
#[derive(Debug)]
pub struct DataDir {
    root: PathBuf,
    _lock: File,
}

impl DataDir {
    /// Opens a directory, created if need be.
    ///
    /// # Errors
    /// When it cannot be made or written, or another process has it open.
    pub fn open(root: &Path) -> Result<Self> {
        let unusable = |error: std::io::Error| {
            Error::configuration(format!(
                "the data directory {} cannot be used: {error}",
                root.display()
            ))
        };
        std::fs::create_dir_all(root).map_err(unusable)?;
        let lock = File::options()
            .write(true)
            .create(true)
            .truncate(false)
            .open(root.join("lock"))
            .map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                root: root.to_path_buf(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(Error::configuration(format!(
                "the data directory {} is in use by another snowglobe process",
                root.display()
            ))
            .with_hint("stop that process, or name another directory with --data-dir")),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    /// The account: catalog, tables, streams' offsets, load history, task state.
    pub fn account(&self) -> PathBuf {
        self.root.join("account")
    }

    /// The embedded broker's topics and committed offsets.
    pub fn kafka(&self) -> PathBuf {
        self.root.join("kafka")
    }

    /// The embedded S3's buckets and objects, those of internal stages included.
    pub fn s3(&self) -> PathBuf {
        self.root.join("s3")
    }

    /// The folder that files go through on their way to the bucket.
    pub fn inbox(&self) -> PathBuf {
        self.root.join("inbox")
    }

    /// The record of runs; see [`crate::cli::run`].
    pub fn runs(&self) -> PathBuf {
        self.root.join("runs.json")
    }

    /// The prompt's history.
    pub fn history(&self) -> PathBuf {
        self.root.join("history.txt")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_in_use_is_refused_and_free_again_afterwards() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("new/below");
        let held = DataDir::open(&root).unwrap();
        let refused = DataDir::open(&root).unwrap_err();
        assert!(refused.message().contains("in use"), "{refused}");
        assert!(refused.hint().unwrap().contains("--data-dir"));
        drop(held);
        DataDir::open(&root).unwrap();
    }
}
