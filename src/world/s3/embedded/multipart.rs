//! Multipart uploads: a large object put in numbered parts that become one object at the end.
//!
//! An upload is a manifest and its parts, kept as ordinary objects of a hidden bucket (`ID` and `ID/00001`, …), so
//! they are as durable as anything else, and an upload outlives a restart.
//! See <https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpuoverview.html>.

use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};
use jiff::Timestamp;
use md5::{Digest, Md5};
use serde::{Deserialize, Serialize};

use super::medium::Staged;
use super::{Embedded, one_piece};
use crate::world::s3::error::StorageError;
use crate::world::s3::object::{
    Attributes, ByteStream, ObjectChecksum, ObjectInfo, PutMode, PutOptions, check_key,
};

/// The hidden bucket of unfinished uploads.
const UPLOADS: &str = ".uploads";
/// Part numbers run from 1 to this.
pub(in crate::world::s3) const MAX_PART: i32 = 10_000;
/// What every part but the last must at least have, in bytes.
const MIN_PART_BYTES: u64 = 5 << 20;

/// What an upload shall become.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::world::s3) struct Manifest {
    pub bucket: String,
    pub key: String,
    pub attributes: Attributes,
    /// The algorithm of the parts' checksums, if the client named one.
    pub checksum_algorithm: Option<String>,
    /// Whether the whole object's checksum runs over its bytes rather than over the parts' checksums.
    pub full_object_checksum: bool,
}

/// An upload that is not finished.
#[derive(Debug)]
pub(in crate::world::s3) struct Upload {
    pub id: String,
    pub initiated: Timestamp,
    pub manifest: Manifest,
}

/// A part that has arrived.
#[derive(Debug)]
pub(in crate::world::s3) struct PartInfo {
    pub number: i32,
    pub info: ObjectInfo,
    pub checksum: Option<ObjectChecksum>,
}

/// A part as the client names it when it completes the upload.
#[derive(Debug)]
pub(in crate::world::s3) struct NamedPart {
    pub number: i32,
    /// Without quotes.
    pub etag: String,
    /// In base64, if the client gives it again.
    pub checksum: Option<String>,
}

/// All parts in order, checked.
pub(in crate::world::s3) struct Assembly {
    pub etag: String,
    pub parts: Vec<PartInfo>,
}

fn part_key(id: &str, number: i32) -> String {
    format!("{id}/{number:05}")
}

impl Embedded {
    /// Begins an upload and returns its ID.
    pub(in crate::world::s3) async fn create_upload(
        self: &Arc<Self>,
        manifest: Manifest,
    ) -> Result<String, StorageError> {
        check_key(&manifest.key)?;
        self.bucket(&manifest.bucket)?;
        if !self.has_bucket(UPLOADS) {
            match self.create_bucket(UPLOADS).await {
                Ok(()) | Err(StorageError::BucketExists(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let json = serde_json::to_vec(&manifest)
            .map_err(|error| StorageError::Unsupported(format!("an upload's manifest: {error}")))?;
        // Unique within a run by the sequence, and across restarts by the time besides.
        let id = format!(
            "{:x}-{:x}",
            self.clock.now().as_nanosecond(),
            self.last_sequence()
        );
        for attempt in 0.. {
            let id = format!("{id}-{attempt:x}");
            match self
                .put(
                    UPLOADS,
                    &id,
                    one_piece(json.clone().into()),
                    PutMode::Create.into(),
                )
                .await
            {
                Err(StorageError::PreconditionFailed(_)) => {}
                Err(error) => return Err(error),
                Ok(_) => return Ok(id),
            }
        }
        Err(StorageError::NoSuchUpload(id))
    }

    /// The upload `id`, if it is one for that bucket and key.
    pub(in crate::world::s3) async fn upload(
        self: &Arc<Self>,
        id: &str,
        bucket: &str,
        key: &str,
    ) -> Result<Upload, StorageError> {
        let gone = || StorageError::NoSuchUpload(id.chars().take(80).collect());
        if id.is_empty() || id.contains('/') {
            return Err(gone());
        }
        self.bucket(bucket)?;
        let (head, json) = self.read(UPLOADS, id, None).await.map_err(|error| match error {
            StorageError::NoSuchKey { .. } | StorageError::NoSuchBucket(_) => gone(),
            other => other,
        })?;
        let manifest: Manifest = serde_json::from_slice(&json).map_err(|error| StorageError::Damaged {
            path: id.to_owned(),
            reason: error.to_string(),
        })?;
        if manifest.bucket != bucket || manifest.key != key {
            return Err(gone());
        }
        Ok(Upload {
            id: id.to_owned(),
            initiated: head.info.last_modified,
            manifest,
        })
    }

    /// Unfinished uploads into a bucket, by key.
    pub(in crate::world::s3) async fn uploads(
        self: &Arc<Self>,
        bucket: &str,
        prefix: &str,
    ) -> Result<Vec<Upload>, StorageError> {
        self.bucket(bucket)?;
        let mut uploads = Vec::new();
        if !self.has_bucket(UPLOADS) {
            return Ok(uploads);
        }
        for info in self
            .list(UPLOADS, "")?
            .into_iter()
            .filter(|info| !info.key.contains('/'))
        {
            let Ok((_, json)) = self.read(UPLOADS, &info.key, None).await else {
                continue;
            };
            match serde_json::from_slice::<Manifest>(&json) {
                Ok(manifest) if manifest.bucket == bucket && manifest.key.starts_with(prefix) => {
                    uploads.push(Upload {
                        id: info.key,
                        initiated: info.last_modified,
                        manifest,
                    });
                }
                _ => {}
            }
        }
        uploads.sort_by(|a, b| {
            (&a.manifest.key, a.initiated, &a.id).cmp(&(&b.manifest.key, b.initiated, &b.id))
        });
        Ok(uploads)
    }

    /// Makes staged bytes a part of an upload, in place of an earlier one of that number.
    pub(in crate::world::s3) async fn put_part(
        self: &Arc<Self>,
        upload: &Upload,
        number: i32,
        staged: Staged,
        checksum: Option<ObjectChecksum>,
    ) -> Result<ObjectInfo, StorageError> {
        let attributes = Attributes {
            checksum,
            ..Attributes::default()
        };
        let key = part_key(&upload.id, number);
        let info = self
            .commit(UPLOADS, &key, staged, attributes.into(), None)
            .await?;
        if self.head(UPLOADS, &upload.id).is_err() {
            // The upload was completed or aborted meanwhile.
            self.delete(UPLOADS, &key, None).await?;
            return Err(StorageError::NoSuchUpload(upload.id.clone()));
        }
        Ok(info)
    }

    /// The parts that have arrived, by number.
    pub(in crate::world::s3) fn parts(&self, upload: &Upload) -> Result<Vec<PartInfo>, StorageError> {
        let mut parts = Vec::new();
        for info in self.list(UPLOADS, &format!("{}/", upload.id))? {
            let number = info.key.rsplit('/').next().and_then(|number| number.parse().ok());
            if let (Some(number), Ok(head)) = (number, self.head(UPLOADS, &info.key)) {
                parts.push(PartInfo {
                    number,
                    info: head.info,
                    checksum: head.attributes.checksum,
                });
            }
        }
        Ok(parts)
    }

    /// Checks the client's list of parts against what has arrived.
    pub(in crate::world::s3) fn assemble(
        &self,
        upload: &Upload,
        named: &[NamedPart],
    ) -> Result<Assembly, StorageError> {
        let mut arrived: std::collections::BTreeMap<i32, PartInfo> = self
            .parts(upload)?
            .into_iter()
            .map(|part| (part.number, part))
            .collect();
        if !named.is_sorted_by(|a, b| a.number < b.number) {
            return Err(StorageError::InvalidPartOrder);
        }
        let mut digest = Md5::new();
        let mut parts = Vec::with_capacity(named.len());
        let mut size = 0_u64;
        for (position, wanted) in named.iter().enumerate() {
            let number = wanted.number;
            let part = arrived.remove(&number).ok_or(StorageError::InvalidPart(number))?;
            let known = part.checksum.as_ref().map(|checksum| checksum.value.as_str());
            if part.info.etag != wanted.etag
                || (wanted.checksum.is_some() && wanted.checksum.as_deref() != known)
            {
                return Err(StorageError::InvalidPart(number));
            }
            if part.info.size < MIN_PART_BYTES && position + 1 < named.len() {
                let (size, minimum) = (part.info.size, MIN_PART_BYTES);
                return Err(StorageError::PartTooSmall {
                    number,
                    size,
                    minimum,
                });
            }
            size = size.saturating_add(part.info.size);
            if size > self.limits.object {
                return Err(StorageError::TooLarge {
                    limit: self.limits.object,
                });
            }
            digest.update(hex::decode(&part.info.etag).map_err(|_| StorageError::InvalidPart(number))?);
            parts.push(part);
        }
        let etag = format!("{}-{}", hex::encode(&digest.finalize()[..]), parts.len());
        Ok(Assembly { etag, parts })
    }

    /// The bytes of all parts, one behind the other.
    pub(in crate::world::s3) fn assembled(
        self: &Arc<Self>,
        upload: &Upload,
        assembly: &Assembly,
    ) -> ByteStream {
        let storage = Arc::clone(self);
        let keys: Vec<String> = assembly
            .parts
            .iter()
            .map(|part| part_key(&upload.id, part.number))
            .collect();
        stream::iter(keys)
            .then(move |key| {
                let storage = Arc::clone(&storage);
                async move {
                    let all = |head: &super::ObjectHead| Ok::<_, StorageError>(0..head.info.size);
                    storage
                        .open_reader(UPLOADS, &key, all)
                        .await
                        .map(|reader| reader.body)
                }
            })
            .try_flatten()
            .boxed()
    }

    /// Makes the assembled bytes the object and forgets the upload.
    pub(in crate::world::s3) async fn complete_upload(
        self: &Arc<Self>,
        upload: &Upload,
        staged: Staged,
        mode: PutMode,
        etag: String,
        checksum: Option<ObjectChecksum>,
    ) -> Result<ObjectInfo, StorageError> {
        let attributes = Attributes {
            checksum,
            ..upload.manifest.attributes.clone()
        };
        let options = PutOptions { mode, attributes };
        let info = self
            .commit(
                &upload.manifest.bucket,
                &upload.manifest.key,
                staged,
                options,
                Some(etag),
            )
            .await?;
        self.abort_upload(upload).await?;
        Ok(info)
    }

    /// Forgets an upload and its parts.
    pub(in crate::world::s3) async fn abort_upload(
        self: &Arc<Self>,
        upload: &Upload,
    ) -> Result<(), StorageError> {
        // The manifest first: without it the parts are garbage that nobody can name.
        self.delete(UPLOADS, &upload.id, None).await?;
        for info in self.list(UPLOADS, &format!("{}/", upload.id))? {
            self.delete(UPLOADS, &info.key, None).await?;
        }
        Ok(())
    }
}
