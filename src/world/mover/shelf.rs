//! Where files go once the mover is done with them: `sent/` and `failed/` below the folder.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;

use crate::error::{Error, Result};

/// The folder of files that are in the bucket.
pub(super) const SENT: &str = "sent";
/// The folder of dead letters.
pub(super) const FAILED: &str = "failed";
/// What the reason of a dead letter is called: the file's name with this behind it.
pub(super) const REASON: &str = ".reason.json";

/// The two folders.
pub(super) struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    pub(super) fn open(folder: &Path) -> Result<Self> {
        for sub in [SENT, FAILED] {
            let path = folder.join(sub);
            std::fs::create_dir_all(&path).map_err(|error| {
                Error::configuration(format!("the folder {} cannot be made: {error}", path.display()))
            })?;
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// The bucket has the file.
    pub(super) fn sent(&self, name: &str) -> Result<()> {
        self.put_away(name, &self.folder.join(SENT).join(name))
    }

    /// The file is set aside, with the reason beside it; an earlier dead letter of the name is kept.
    pub(super) fn failed(&self, name: &str, reason: &str, at: Timestamp) -> Result<()> {
        let folder = self.folder.join(FAILED);
        let mut place = folder.join(name);
        let mut number = 1;
        while place.exists() {
            number += 1;
            place = folder.join(format!("{name}.{number}"));
        }
        let mut note = place.clone().into_os_string();
        note.push(REASON);
        let told = json!({"file": name, "reason": reason, "at": at.to_string()});
        std::fs::write(&note, format!("{told}\n")).map_err(|error| stuck(name, &error))?;
        self.put_away(name, &place)
    }

    fn put_away(&self, name: &str, place: &Path) -> Result<()> {
        std::fs::rename(self.folder.join(name), place).map_err(|error| stuck(name, &error))
    }
}

/// The dead letters of a mover's folder: name and reason, by name. One whose reason cannot be read says so.
///
/// # Errors
/// A folder that cannot be read.
pub fn set_aside(folder: &Path) -> Result<Vec<(String, String)>> {
    let folder = folder.join(FAILED);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unreadable(&folder, &error)),
    };
    let mut letters = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| unreadable(&folder, &error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let Some(file) = name.strip_suffix(REASON) else {
            continue;
        };
        let note = std::fs::read(entry.path()).unwrap_or_default();
        let note: serde_json::Value = serde_json::from_slice(&note).unwrap_or_default();
        let reason = note.get("reason").and_then(serde_json::Value::as_str);
        letters.push((
            file.to_owned(),
            reason.unwrap_or("its reason cannot be read").to_owned(),
        ));
    }
    letters.sort();
    Ok(letters)
}

fn unreadable(folder: &Path, error: &std::io::Error) -> Error {
    Error::outside(format!("the folder {} cannot be read: {error}", folder.display()))
}

fn stuck(name: &str, error: &std::io::Error) -> Error {
    Error::outside(format!("{name} cannot be put away: {error}"))
}
