//! Which files a statement means, and fetching them.

use bytes::{Bytes, BytesMut};
use futures::{StreamExt, TryStreamExt, stream};

use super::place::Place;
use crate::error::{Error, Result};
use crate::stage::StagedFile;
use crate::stage::location::FileSelection;
use crate::world::s3::{ObjectInfo, ObjectStorage, StorageError};

/// How many files are asked for at a time.
const CONCURRENT: usize = 8;

/// How much of the files of one group is in memory before it is worked off, in stored bytes.
const GROUP_BYTES: u64 = 256 << 20;

/// How many files a group has at most.
const GROUP_FILES: usize = 512;

/// The files that a statement means.
#[derive(Debug, Default)]
pub struct Selected {
    /// Those that are there, by key.
    pub files: Vec<ObjectInfo>,
    /// The keys of those that FILES names and that are not there.
    pub missing: Vec<String>,
}

/// Finds the files of a selection in a place, in the order of their keys.
///
/// # Errors
/// When the storage fails, or the bucket is not there.
pub async fn select(storage: &ObjectStorage, place: &Place, selection: &FileSelection) -> Result<Selected> {
    let Some(names) = named(place, selection) else {
        let mut files = list(storage, place).await?;
        let mut failed = Ok(());
        files.retain(|file| {
            let selected = selection.selects(place.relative(&file.key), place.file_name(&file.key));
            selected.unwrap_or_else(|error| {
                failed = Err(error);
                false
            })
        });
        failed?;
        return Ok(Selected {
            files,
            missing: Vec::new(),
        });
    };
    let mut selected = Selected::default();
    let mut heads = stream::iter(names)
        .map(|key| async move {
            let head = storage.head(&place.bucket, &key).await;
            (key, head)
        })
        .buffered(CONCURRENT);
    while let Some((key, head)) = heads.next().await {
        match head {
            Ok(head) => selected.files.push(head.info),
            Err(StorageError::NoSuchKey { .. }) => selected.missing.push(key),
            Err(StorageError::NoSuchBucket(_)) if !place.is_external() => selected.missing.push(key),
            Err(other) => return Err(other.into()),
        }
    }
    selected.files.sort_by(|a, b| a.key.cmp(&b.key));
    selected.files.dedup_by(|a, b| a.key == b.key);
    Ok(selected)
}

/// The keys that FILES names. For an external stage nothing is put between the location and the names, as documented.
fn named(place: &Place, selection: &FileSelection) -> Option<Vec<String>> {
    if !place.is_external() {
        return Some(selection.named()?.iter().map(|path| place.key(path)).collect());
    }
    let prefix = place.prefix();
    Some(
        selection
            .files
            .as_ref()?
            .iter()
            .map(|file| format!("{prefix}{file}"))
            .collect(),
    )
}

/// All files of a place, in the order of their keys. The empty objects that stand for folders are left out.
///
/// # Errors
/// When the storage fails, or the bucket is not there.
pub async fn list(storage: &ObjectStorage, place: &Place) -> Result<Vec<ObjectInfo>> {
    let mut files = place.or_empty(storage.list(&place.bucket, &place.prefix()).await)?;
    files.retain(|file| !(file.size == 0 && file.key.ends_with('/')));
    Ok(files)
}

/// Cuts files into groups that fit into memory together.
pub fn groups(files: Vec<ObjectInfo>) -> Vec<Vec<ObjectInfo>> {
    let mut groups: Vec<Vec<ObjectInfo>> = Vec::new();
    let mut bytes = 0;
    for file in files {
        match groups.last_mut() {
            Some(group) if bytes + file.size <= GROUP_BYTES && group.len() < GROUP_FILES => {
                bytes += file.size;
                group.push(file);
            }
            _ => {
                bytes = file.size;
                groups.push(vec![file]);
            }
        }
    }
    groups
}

/// A fetched file, or why there is none; `info` describes what was read.
#[derive(Debug)]
pub struct Fetched {
    /// The object.
    pub info: ObjectInfo,
    /// Its content.
    pub content: Result<StagedFile>,
}

/// Fetches files, several at a time, in order.
pub async fn fetch(storage: &ObjectStorage, place: &Place, files: Vec<ObjectInfo>) -> Vec<Fetched> {
    stream::iter(files)
        .map(|info| async move {
            match read(storage, place, &info.key).await {
                Ok((info, bytes)) => {
                    let name = place.file_name(&info.key);
                    let file =
                        StagedFile::with_content_key(name, bytes, info.last_modified, info.etag.clone());
                    Fetched {
                        info,
                        content: Ok(file),
                    }
                }
                Err(StorageError::NoSuchKey { key, .. }) => {
                    let error = Error::remote_file_not_found(place.shown(&key));
                    Fetched {
                        info,
                        content: Err(error),
                    }
                }
                Err(error) => Fetched {
                    info,
                    content: Err(error.into()),
                },
            }
        })
        .buffered(CONCURRENT)
        .collect()
        .await
}

/// An object and all of its bytes, which belong together even if the key is overwritten meanwhile.
async fn read(
    storage: &ObjectStorage,
    place: &Place,
    key: &str,
) -> Result<(ObjectInfo, Bytes), StorageError> {
    let mut reader = storage.open(&place.bucket, key, None).await?;
    let Some(first) = reader.body.try_next().await? else {
        return Ok((reader.head.info, Bytes::new()));
    };
    let Some(second) = reader.body.try_next().await? else {
        return Ok((reader.head.info, first));
    };
    let size = usize::try_from(reader.head.info.size).unwrap_or_default();
    let mut bytes = BytesMut::with_capacity(size);
    bytes.extend_from_slice(&first);
    bytes.extend_from_slice(&second);
    while let Some(chunk) = reader.body.try_next().await? {
        bytes.extend_from_slice(&chunk);
    }
    Ok((reader.head.info, bytes.freeze()))
}
