//! The one door to object storage, the same for every kind behind it.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, stream};
use tokio::sync::broadcast;

use super::embedded::{Embedded, one_piece};
use super::error::StorageError;
use super::event::{EmbeddedWatch, ObjectEvent, ObjectWatch};
use super::external::{External, ExternalConfig};
use super::object::{BucketInfo, ByteStream, ObjectHead, ObjectInfo, ObjectReader, PutOptions};
use crate::clock::Clock;

/// What an embedded storage takes at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// One object or part, in bytes; 5 GiB by default.
    pub object: u64,
    /// All objects in memory together, in bytes; no limit by default. A directory is limited by its disk.
    pub memory: Option<u64>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            object: 5 << 30,
            memory: None,
        }
    }
}

/// Buckets of objects. Clones share one storage.
#[derive(Debug, Clone)]
pub struct ObjectStorage(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Embedded(Arc<Embedded>),
    External(Arc<External>),
}

impl ObjectStorage {
    /// An empty storage in memory; objects are dated by `clock`.
    pub fn in_memory(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self(Kind::Embedded(Arc::new(Embedded::in_memory(clock, limits))))
    }

    /// The storage in a directory, created if need be. Blocks while it reads what is there. Fails if another
    /// process has it open or a file in it is damaged.
    pub fn open_directory(
        path: impl AsRef<Path>,
        clock: Arc<dyn Clock>,
        limits: Limits,
    ) -> Result<Self, StorageError> {
        Ok(Self(Kind::Embedded(Arc::new(Embedded::open(
            path.as_ref(),
            clock,
            limits,
        )?))))
    }

    /// A real S3 endpoint. Does not reach for it yet.
    pub fn external(config: ExternalConfig) -> Result<Self, StorageError> {
        Ok(Self(Kind::External(Arc::new(External::new(config)?))))
    }

    /// The storage itself, if it is embedded.
    pub(super) fn embedded(&self) -> Option<&Arc<Embedded>> {
        match &self.0 {
            Kind::Embedded(storage) => Some(storage),
            Kind::External(_) => None,
        }
    }

    /// Creates a bucket; [`StorageError::BucketExists`] if there is one.
    pub async fn create_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.create_bucket(bucket).await,
            Kind::External(storage) => storage.create_bucket(bucket).await,
        }
    }

    /// Creates a bucket if there is none.
    pub async fn ensure_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        match self.create_bucket(bucket).await {
            Err(StorageError::BucketExists(_)) => Ok(()),
            other => other,
        }
    }

    /// Deletes an empty bucket.
    pub async fn delete_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.delete_bucket(bucket).await,
            Kind::External(storage) => storage.delete_bucket(bucket).await,
        }
    }

    /// All buckets, by name.
    pub async fn buckets(&self) -> Result<Vec<BucketInfo>, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => Ok(storage.buckets()),
            Kind::External(storage) => storage.buckets().await,
        }
    }

    /// All objects whose key starts with `prefix`, in the order of their keys' bytes.
    pub async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.list(bucket, prefix),
            Kind::External(storage) => storage.list(bucket, prefix).await,
        }
    }

    /// An object without its bytes.
    pub async fn head(&self, bucket: &str, key: &str) -> Result<ObjectHead, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.head(bucket, key),
            Kind::External(storage) => storage.head(bucket, key).await,
        }
    }

    /// All of an object's bytes.
    pub async fn get(&self, bucket: &str, key: &str) -> Result<Bytes, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.read(bucket, key, None).await.map(|(_, bytes)| bytes),
            Kind::External(storage) => storage.get(bucket, key, None).await,
        }
    }

    /// Some of an object's bytes. An end behind the object's is cut; a start behind it is an error.
    pub async fn get_range(&self, bucket: &str, key: &str, range: Range<u64>) -> Result<Bytes, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage
                .read(bucket, key, Some(range))
                .await
                .map(|(_, bytes)| bytes),
            Kind::External(storage) => storage.get(bucket, key, Some(range)).await,
        }
    }

    /// Opens an object, for reading it in pieces; all of it without a range.
    pub async fn open(
        &self,
        bucket: &str,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<ObjectReader, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => {
                storage
                    .open_reader(bucket, key, |head| Ok(range.unwrap_or(0..head.info.size)))
                    .await
            }
            Kind::External(storage) => storage.open(bucket, key, range).await,
        }
    }

    /// Puts an object, durable and announced when this returns. A plain [`super::PutMode`] will do as options.
    pub async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: Bytes,
        options: impl Into<PutOptions>,
    ) -> Result<ObjectInfo, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.put(bucket, key, one_piece(bytes), options.into()).await,
            Kind::External(storage) => storage.put(bucket, key, bytes, options.into()).await,
        }
    }

    /// Puts an object whose bytes come in pieces; nothing is seen of it before the last has come.
    pub async fn put_stream(
        &self,
        bucket: &str,
        key: &str,
        body: ByteStream,
        options: impl Into<PutOptions>,
    ) -> Result<ObjectInfo, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.put(bucket, key, body, options.into()).await,
            Kind::External(storage) => storage.put_stream(bucket, key, body, options.into()).await,
        }
    }

    /// Deletes an object; one that is not there is fine.
    pub async fn delete(&self, bucket: &str, key: &str) -> Result<(), StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => storage.delete(bucket, key, None).await,
            Kind::External(storage) => storage.delete(bucket, key).await,
        }
    }

    /// New objects in all buckets as this process puts them, through whichever door. The channel is bounded: a
    /// receiver told that it lagged has missed events and lists again. An external storage announces nothing
    /// here (others put into it too): see [`ObjectStorage::watch`].
    pub fn subscribe(&self) -> Result<broadcast::Receiver<ObjectEvent>, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => Ok(storage.subscribe()),
            Kind::External(_) => Err(StorageError::Unsupported(
                "announcements from an external storage; watch a bucket".to_owned(),
            )),
        }
    }

    /// Follows the new objects under a prefix from now on. Every object put after this returns is given out, see
    /// [`ObjectWatch`]. An external storage is asked by MinIO's listening API, or listed every `poll_interval`
    /// where it has none; an embedded one announces by itself.
    pub async fn watch(
        &self,
        bucket: &str,
        prefix: &str,
        poll_interval: Duration,
    ) -> Result<ObjectWatch, StorageError> {
        match &self.0 {
            Kind::Embedded(storage) => {
                let events = storage.subscribe();
                let seen = storage.settled_sequence(bucket).await?;
                let watch = EmbeddedWatch {
                    storage: self.clone(),
                    events,
                    bucket: bucket.to_owned(),
                    prefix: prefix.to_owned(),
                    seen,
                    backlog: VecDeque::new(),
                };
                let stream = stream::unfold(watch, |mut watch| async move {
                    watch.next().await.map(|item| (item, watch))
                });
                Ok(ObjectWatch::new(stream.boxed()))
            }
            Kind::External(storage) => External::watch(storage, bucket, prefix, poll_interval).await,
        }
    }
}
