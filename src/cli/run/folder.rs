//! The folder that files go through: the user's, the data directory's, or one that is gone with the run.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::cli::data_dir::DataDir;
use crate::error::{Error, Result};

/// Tells the folders of one process apart.
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// A folder of files on their way.
#[derive(Debug)]
pub(super) struct Folder {
    path: PathBuf,
    temporary: bool,
}

impl Folder {
    /// The folder of a run, made if need be.
    pub(super) fn find(given: Option<&Path>, data: Option<&DataDir>) -> Result<Self> {
        let (path, temporary) = match (given, data) {
            (Some(given), _) => (given.to_path_buf(), false),
            (None, Some(data)) => (data.inbox(), false),
            (None, None) => {
                let number = NUMBER.fetch_add(1, Ordering::Relaxed);
                let name = format!("snowglobe-inbox-{}-{number}", std::process::id());
                (std::env::temp_dir().join(name), true)
            }
        };
        let unusable = |error: std::io::Error| {
            Error::configuration(format!("the folder {} cannot be used: {error}", path.display()))
        };
        if temporary {
            // What a process of this number left behind is nobody's.
            match std::fs::remove_dir_all(&path) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(unusable(error)),
                _ => {}
            }
        }
        std::fs::create_dir_all(&path).map_err(unusable)?;
        Ok(Self { path, temporary })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if self.temporary {
            // Left over, it harms nobody.
            let _ = std::fs::remove_dir_all(&self.path);
        }
    }
}
