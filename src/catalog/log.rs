//! The commit log on disk: a text file with one commit a line, `CRC32 JSON`.
//!
//! A line counts only when it is whole and its checksum holds. A torn last line is what a crash in mid-write leaves: it
//! was never acknowledged and is cut off when the log is opened. A damaged line with whole lines behind it is real
//! damage, and refused.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::fact::Commit;
use crate::error::{Error, Result};
use crate::storage::sync_folder;

/// An open commit log. While it is open no other process can open it.
#[derive(Debug)]
pub struct CommitLog {
    file: File,
    path: PathBuf,
    /// Bytes of whole lines: where the next one goes.
    length: u64,
}

impl CommitLog {
    /// Opens the log in a folder, and gives every commit it holds, oldest first, to `replay`.
    pub fn open(folder: &Path, mut replay: impl FnMut(Commit) -> Result<()>) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|e| Error::io(format!("{}: {e}", folder.display())))?;
        let path = folder.join("commits.log");
        let fail = |e: &dyn std::fmt::Display| Error::io(format!("{}: {e}", path.display()));
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|e| fail(&e))?;
        file.try_lock().map_err(|_| {
            fail(&"another process has this data directory open")
                .with_hint("stop it, or name another --data-dir")
        })?;
        let mut length = 0;
        let mut reader = BufReader::new(&file);
        let mut line = Vec::new();
        loop {
            line.clear();
            let read = reader.read_until(b'\n', &mut line).map_err(|e| fail(&e))?;
            if read == 0 {
                break;
            }
            match parse(&line) {
                Some(commit) => replay(commit)?,
                None if reader.fill_buf().map_err(|e| fail(&e))?.is_empty() => break,
                None => return Err(fail(&format!("the commit at byte {length} is damaged"))),
            }
            length += read as u64;
        }
        file.set_len(length).map_err(|e| fail(&e))?;
        file.seek(SeekFrom::Start(length)).map_err(|e| fail(&e))?;
        sync_folder(folder)?;
        Ok(Self { file, path, length })
    }

    /// Writes a commit durably. After an error the log is as it was before.
    pub fn append(&mut self, commit: &Commit) -> Result<()> {
        let line = format(commit)?;
        let written = self.file.write_all(&line).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // A full disk may have taken half a line: cut it off, so that the next commit starts on its own.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            return Err(Error::io(format!("{}: {error}", self.path.display())));
        }
        self.length += line.len() as u64;
        Ok(())
    }
}

/// A commit as a line of the log.
pub fn format(commit: &Commit) -> Result<Vec<u8>> {
    let json = serde_json::to_vec(commit).map_err(Error::internal)?;
    let mut line = format!("{:08x} ", crc32fast::hash(&json)).into_bytes();
    line.extend_from_slice(&json);
    line.push(b'\n');
    Ok(line)
}

fn parse(line: &[u8]) -> Option<Commit> {
    let line = line.strip_suffix(b"\n")?;
    let (checksum, json) = (line.get(..8)?, line.get(9..)?);
    let expected = u32::from_str_radix(std::str::from_utf8(checksum).ok()?, 16).ok()?;
    if crc32fast::hash(json) != expected {
        return None;
    }
    serde_json::from_slice(json).ok()
}
