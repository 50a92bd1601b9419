//! Objects in a directory, safe against a crash at any moment.
//!
//! ```text
//! LOCK                          held by the one process that has the storage open
//! tmp/                          unfinished things; emptied when the storage is opened
//! buckets/NAME/bucket.json      when the bucket was created
//! buckets/NAME/objects/HASH     one file an object: its bytes, then its record
//! ```
//!
//! HASH is the SHA-256 of the key, so that any two keys live side by side (`a` and `a/b`, `A` and `a` on a disk
//! that ignores case, keys longer than a file name may be). A file is written and synced under `tmp/`, then renamed
//! over the old one, then its directory is synced: the object that a reader or a restart finds is the old one or
//! the new one, whole.

use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::io::{AsyncWriteExt, BufWriter};

use super::medium::Content;
use super::record::Record;
use crate::world::s3::error::StorageError;

/// Drafts above this are synced before the bucket's lock is taken, so that a large upload delays nobody.
const SYNC_EARLY: u64 = 1 << 20;
const WRITE_BUFFER: usize = 256 << 10;

/// The medium.
#[derive(Debug)]
pub(super) struct Directory {
    root: PathBuf,
    next_temporary: AtomicU64,
    _lock: File,
}

/// A bucket found when the storage was opened.
#[derive(Debug)]
pub(super) struct FoundBucket {
    pub name: String,
    pub created: Timestamp,
    pub objects: Vec<(Record, Content)>,
}

/// Bytes on their way in.
#[derive(Debug)]
pub(super) struct FileDraft {
    temporary: Temporary,
    writer: Option<BufWriter<tokio::fs::File>>,
    file: Option<File>,
    size: u64,
}

/// A path under `tmp/` that disappears unless it is renamed away.
#[derive(Debug)]
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[derive(Serialize, Deserialize)]
struct BucketFile {
    created: String,
}

impl Directory {
    /// Opens or creates the directory, clears what a crash left unfinished, and reads what is there.
    pub(super) fn open(root: &Path) -> Result<(Self, Vec<FoundBucket>), StorageError> {
        let at =
            |path: &Path| StorageError::disk(format!("opening the object storage at {}", path.display()));
        fs::create_dir_all(root.join("buckets")).map_err(at(root))?;
        let lock_path = root.join("LOCK");
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&lock_path)
            .map_err(at(&lock_path))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let used = std::io::Error::new(std::io::ErrorKind::WouldBlock, "another process has it open");
                return Err(at(root)(used));
            }
            Err(TryLockError::Error(error)) => return Err(at(&lock_path)(error)),
        }
        let temporary = root.join("tmp");
        match fs::remove_dir_all(&temporary) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(at(&temporary)(error)),
            _ => {}
        }
        fs::create_dir(&temporary).map_err(at(&temporary))?;
        sync_directory(root)?;

        let mut buckets = Vec::new();
        for entry in fs::read_dir(root.join("buckets")).map_err(at(root))? {
            let path = entry.map_err(at(root))?.path();
            if let Some(name) = path.file_name().and_then(OsStr::to_str).filter(|_| path.is_dir()) {
                buckets.push(read_bucket(name.to_owned(), &path)?);
            }
        }
        Ok((
            Self {
                root: root.to_owned(),
                next_temporary: AtomicU64::new(0),
                _lock: lock,
            },
            buckets,
        ))
    }

    fn bucket(&self, name: &str) -> PathBuf {
        self.root.join("buckets").join(name)
    }

    fn objects(&self, bucket: &str) -> PathBuf {
        self.bucket(bucket).join("objects")
    }

    fn temporary(&self) -> PathBuf {
        let number = self.next_temporary.fetch_add(1, Ordering::Relaxed);
        self.root.join("tmp").join(number.to_string())
    }

    /// Creates a bucket, whole or not at all.
    pub(super) fn create_bucket(&self, name: &str, created: Timestamp) -> Result<(), StorageError> {
        let at = || StorageError::disk(format!("creating the bucket '{name}'"));
        let draft = self.temporary();
        fs::create_dir_all(draft.join("objects")).map_err(at())?;
        let json = serde_json::to_vec(&BucketFile {
            created: created.to_string(),
        })
        .map_err(|error| at()(std::io::Error::other(error)))?;
        let mut file = File::create(draft.join("bucket.json")).map_err(at())?;
        file.write_all(&json)
            .and_then(|()| file.sync_all())
            .map_err(at())?;
        sync_directory(&draft)?;
        fs::rename(&draft, self.bucket(name)).map_err(at())?;
        sync_directory(&self.root.join("buckets"))
    }

    /// Deletes a bucket; the caller has made sure that it is empty.
    pub(super) fn delete_bucket(&self, name: &str) -> Result<(), StorageError> {
        let at = || StorageError::disk(format!("deleting the bucket '{name}'"));
        let grave = self.temporary();
        fs::rename(self.bucket(name), &grave).map_err(at())?;
        sync_directory(&self.root.join("buckets"))?;
        fs::remove_dir_all(&grave).map_err(at())
    }

    pub(super) async fn draft(&self) -> Result<FileDraft, StorageError> {
        let temporary = Temporary(self.temporary());
        let file = tokio::fs::File::options()
            .write(true)
            .create_new(true)
            .open(&temporary.0)
            .await
            .map_err(StorageError::disk("creating an object file"))?;
        let writer = Some(BufWriter::with_capacity(WRITE_BUFFER, file));
        Ok(FileDraft {
            temporary,
            writer,
            file: None,
            size: 0,
        })
    }

    /// Puts a finished draft in place. Once this returns, the object survives a crash.
    pub(super) fn commit(
        &self,
        bucket: &str,
        draft: FileDraft,
        record: &Record,
    ) -> Result<Content, StorageError> {
        let at = || StorageError::disk(format!("writing the object '{}'", record.key));
        let FileDraft { temporary, file, .. } = draft;
        let mut file = file.ok_or_else(|| at()(std::io::Error::other("the draft is not finished")))?;
        let trailer = record.to_trailer().map_err(at())?;
        file.write_all(&trailer)
            .and_then(|()| file.sync_all())
            .map_err(at())?;
        let objects = self.objects(bucket);
        let path = objects.join(file_name(&record.key));
        fs::rename(&temporary.0, &path).map_err(at())?;
        sync_directory(&objects)?;
        Ok(Content::File(path.into()))
    }

    /// Removes an object's file.
    pub(super) fn remove(&self, bucket: &str, key: &str) -> Result<(), StorageError> {
        let objects = self.objects(bucket);
        match fs::remove_file(objects.join(file_name(key))) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StorageError::disk(format!("deleting the object '{key}'"))(error))
            }
            _ => sync_directory(&objects),
        }
    }
}

impl FileDraft {
    pub(super) async fn write(&mut self, bytes: &[u8]) -> Result<(), StorageError> {
        let at = || StorageError::disk("writing an object's bytes");
        let writer = self
            .writer
            .as_mut()
            .ok_or_else(|| at()(std::io::Error::other("the draft is finished")))?;
        writer.write_all(bytes).await.map_err(at())?;
        self.size += bytes.len() as u64;
        Ok(())
    }

    pub(super) async fn finish(&mut self) -> Result<(), StorageError> {
        let at = || StorageError::disk("writing an object's bytes");
        let Some(mut writer) = self.writer.take() else {
            return Ok(());
        };
        writer.flush().await.map_err(at())?;
        let file = writer.into_inner();
        if self.size > SYNC_EARLY {
            file.sync_data().await.map_err(at())?;
        }
        self.file = Some(file.into_std().await);
        Ok(())
    }
}

/// The file name of a key.
pub(super) fn file_name(key: &str) -> String {
    hex::encode(&Sha256::digest(key.as_bytes())[..])
}

fn read_bucket(name: String, path: &Path) -> Result<FoundBucket, StorageError> {
    let bucket_file = path.join("bucket.json");
    let at = |path: &Path| StorageError::disk(format!("reading {}", path.display()));
    let json = fs::read(&bucket_file).map_err(at(&bucket_file))?;
    let created = serde_json::from_slice::<BucketFile>(&json)
        .map_err(|error| error.to_string())
        .and_then(|file| {
            file.created
                .parse()
                .map_err(|error: jiff::Error| error.to_string())
        })
        .map_err(|reason| StorageError::Damaged {
            path: bucket_file.display().to_string(),
            reason,
        })?;
    let mut objects = Vec::new();
    let folder = path.join("objects");
    for entry in fs::read_dir(&folder).map_err(at(&folder))? {
        let path = entry.map_err(at(&folder))?.path();
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or_default();
        // A file that no object can have (a desktop's droppings, say) is none of ours.
        if name.len() != 64 || !name.bytes().all(|b| b.is_ascii_hexdigit()) {
            continue;
        }
        let damaged = |reason| StorageError::Damaged {
            path: path.display().to_string(),
            reason,
        };
        let mut file = File::open(&path).map_err(at(&path))?;
        let record = Record::read(&mut file).map_err(at(&path))?.map_err(damaged)?;
        if file_name(&record.key) != name {
            return Err(damaged(format!("it belongs to the key '{}'", record.key)));
        }
        objects.push((record, Content::File(Arc::from(path.as_path()))));
    }
    Ok(FoundBucket {
        name,
        created,
        objects,
    })
}

fn sync_directory(path: &Path) -> Result<(), StorageError> {
    File::open(path)
        .and_then(|directory| directory.sync_all())
        .map_err(StorageError::disk(format!("syncing {}", path.display())))
}
