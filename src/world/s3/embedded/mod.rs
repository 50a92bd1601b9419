//! The object storage of one's own: buckets of objects in memory or in a directory.
//!
//! [`index`] keeps a bucket's keys in order, [`medium`] keeps the bytes ([`memory`], [`directory`] with its
//! [`record`]s), [`multipart`] builds large objects out of parts, which are objects in a hidden bucket. This file
//! joins them: a put is staged unseen, then committed under its bucket's lock, where the condition is checked, the
//! sequence given and the event sent. So of many that create one key exactly one wins, and events come in the
//! order in which objects became visible.

mod directory;
pub(super) mod index;
pub(super) mod medium;
pub(super) mod memory;
pub(super) mod multipart;
mod record;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use parking_lot::{Mutex, RwLock};
use tokio::sync::broadcast;

use self::directory::Directory;
use self::index::{Entry, Index, Page, PageQuery};
use self::medium::{Content, Medium, Opened, Staged, Tally};
use self::memory::Memory;
use self::record::Record;
use super::error::StorageError;
use super::event::{CHANNEL_CAPACITY, ObjectEvent};
use super::object::{
    Attributes, BucketInfo, ByteStream, ObjectHead, ObjectInfo, ObjectReader, PutMode, PutOptions,
    check_bucket, check_key, clip, is_hidden,
};
use super::storage::Limits;
use crate::clock::Clock;

/// How much of a file a reader takes at a time.
const READ_CHUNK: u64 = 1 << 20;

/// An embedded storage.
#[derive(Debug)]
pub(super) struct Embedded {
    medium: Medium,
    clock: Arc<dyn Clock>,
    limits: Limits,
    events: broadcast::Sender<ObjectEvent>,
    /// The last sequence given out.
    sequence: AtomicU64,
    buckets: RwLock<BTreeMap<String, Arc<Bucket>>>,
}

#[derive(Debug)]
struct Bucket {
    name: String,
    created: Timestamp,
    /// Held by whoever changes the bucket, across the disk's work; true once the bucket is deleted.
    deleted: Mutex<bool>,
    /// Held only for a moment, so that readers never wait for a disk.
    index: RwLock<Index>,
}

impl Bucket {
    fn new(name: String, created: Timestamp, index: Index) -> Arc<Self> {
        Arc::new(Self {
            name,
            created,
            deleted: Mutex::new(false),
            index: RwLock::new(index),
        })
    }
}

impl Embedded {
    pub(super) fn in_memory(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self::new(Medium::Memory(Memory::new(limits.memory)), clock, limits)
    }

    pub(super) fn open(path: &Path, clock: Arc<dyn Clock>, limits: Limits) -> Result<Self, StorageError> {
        let (directory, found) = Directory::open(path)?;
        let mut last = 0;
        let mut buckets = BTreeMap::new();
        for bucket in found {
            let mut index = Index::default();
            for (record, content) in bucket.objects {
                let reason = |reason| StorageError::Damaged {
                    path: bucket.name.clone(),
                    reason,
                };
                let (info, attributes) = record.into_parts().map_err(reason)?;
                last = last.max(info.sequence);
                index.insert(Entry {
                    info,
                    attributes: Arc::new(attributes),
                    content,
                });
            }
            buckets.insert(
                bucket.name.clone(),
                Bucket::new(bucket.name, bucket.created, index),
            );
        }
        let storage = Self::new(Medium::Directory(directory), clock, limits);
        storage.sequence.store(last, Ordering::Relaxed);
        *storage.buckets.write() = buckets;
        Ok(storage)
    }

    fn new(medium: Medium, clock: Arc<dyn Clock>, limits: Limits) -> Self {
        let (events, _) = broadcast::channel(CHANNEL_CAPACITY);
        Self {
            medium,
            clock,
            limits,
            events,
            sequence: AtomicU64::new(0),
            buckets: RwLock::default(),
        }
    }

    pub(super) fn limits(&self) -> Limits {
        self.limits
    }

    pub(super) fn subscribe(&self) -> broadcast::Receiver<ObjectEvent> {
        self.events.subscribe()
    }

    /// The last sequence given out, to whomever.
    fn last_sequence(&self) -> u64 {
        self.sequence.load(Ordering::Acquire)
    }

    /// A sequence up to which all of a bucket's objects are visible and announced.
    pub(super) async fn settled_sequence(self: &Arc<Self>, bucket: &str) -> Result<u64, StorageError> {
        let bucket = self.bucket(bucket)?;
        self.off_thread(move |this| {
            // While the lock is held, no sequence of this bucket is between given out and announced.
            let _writing = bucket.deleted.lock();
            Ok(this.last_sequence())
        })
        .await
    }

    fn bucket(&self, name: &str) -> Result<Arc<Bucket>, StorageError> {
        self.buckets
            .read()
            .get(name)
            .cloned()
            .ok_or_else(|| StorageError::NoSuchBucket(name.to_owned()))
    }

    /// Runs what may wait for a disk where it may wait.
    async fn off_thread<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        if !self.medium.blocks() {
            return work(self);
        }
        let this = Arc::clone(self);
        match tokio::task::spawn_blocking(move || work(&this)).await {
            Ok(result) => result,
            Err(error) => Err(StorageError::disk("working on the disk")(std::io::Error::other(
                error,
            ))),
        }
    }
}

/// Buckets.
impl Embedded {
    pub(super) async fn create_bucket(self: &Arc<Self>, name: &str) -> Result<(), StorageError> {
        check_bucket(name)?;
        let name = name.to_owned();
        self.off_thread(move |this| {
            let mut buckets = this.buckets.write();
            if buckets.contains_key(&name) {
                return Err(StorageError::BucketExists(name));
            }
            let created = this.clock.now();
            if let Medium::Directory(directory) = &this.medium {
                directory.create_bucket(&name, created)?;
            }
            buckets.insert(name.clone(), Bucket::new(name, created, Index::default()));
            Ok(())
        })
        .await
    }

    pub(super) async fn delete_bucket(self: &Arc<Self>, name: &str) -> Result<(), StorageError> {
        let bucket = self.bucket(name)?;
        self.off_thread(move |this| {
            let mut deleted = bucket.deleted.lock();
            if *deleted {
                return Err(StorageError::NoSuchBucket(bucket.name.clone()));
            }
            if !bucket.index.read().is_empty() {
                return Err(StorageError::BucketNotEmpty(bucket.name.clone()));
            }
            let mut buckets = this.buckets.write();
            if let Medium::Directory(directory) = &this.medium {
                directory.delete_bucket(&bucket.name)?;
            }
            *deleted = true;
            buckets.remove(&bucket.name);
            Ok(())
        })
        .await
    }

    pub(super) fn buckets(&self) -> Vec<BucketInfo> {
        self.buckets
            .read()
            .values()
            .filter(|bucket| !is_hidden(&bucket.name))
            .map(|bucket| BucketInfo {
                name: bucket.name.clone(),
                created: bucket.created,
            })
            .collect()
    }

    pub(super) fn has_bucket(&self, name: &str) -> bool {
        self.buckets.read().contains_key(name)
    }
}

/// Reading.
impl Embedded {
    pub(super) fn entry(&self, bucket: &str, key: &str) -> Result<Entry, StorageError> {
        let found = self.bucket(bucket)?.index.read().get(key).cloned();
        found.ok_or_else(|| StorageError::no_such_key(bucket, key))
    }

    pub(super) fn head(&self, bucket: &str, key: &str) -> Result<ObjectHead, StorageError> {
        self.entry(bucket, key).map(|entry| entry.head())
    }

    pub(super) fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, StorageError> {
        Ok(self.bucket(bucket)?.index.read().under(prefix))
    }

    pub(super) fn page(&self, bucket: &str, query: &PageQuery<'_>) -> Result<Page, StorageError> {
        Ok(self.bucket(bucket)?.index.read().page(query))
    }

    /// Opens an object; blocks on the disk, if there is one. What is opened stays readable and the same even if
    /// the object is overwritten or deleted meanwhile.
    fn open_entry(&self, bucket: &str, key: &str) -> Result<(ObjectHead, Opened), StorageError> {
        // An overwrite may come between the look into the index and the opening of the file, so the record that
        // counts is the one in the file.
        let entry = self.entry(bucket, key)?;
        let path = match entry.content {
            Content::Memory(ref bytes) => return Ok((entry.head(), Opened::Memory(bytes.clone()))),
            Content::File(path) => path,
        };
        let at = || StorageError::disk(format!("reading the object '{key}'"));
        let mut file = match std::fs::File::open(&path) {
            Ok(file) => file,
            Err(error)
                if error.kind() == std::io::ErrorKind::NotFound && self.entry(bucket, key).is_err() =>
            {
                return Err(StorageError::no_such_key(bucket, key));
            }
            Err(error) => return Err(at()(error)),
        };
        let damaged = |reason| StorageError::Damaged {
            path: path.display().to_string(),
            reason,
        };
        let record = Record::read(&mut file).map_err(at())?.map_err(damaged)?;
        let (info, attributes) = record.into_parts().map_err(damaged)?;
        Ok((ObjectHead { info, attributes }, Opened::File(file)))
    }

    /// Reads bytes at once: all of them without a range.
    pub(super) async fn read(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<(ObjectHead, Bytes), StorageError> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        self.off_thread(move |this| {
            let (head, mut opened) = this.open_entry(&bucket, &key)?;
            let range = clip(range.unwrap_or(0..head.info.size), head.info.size)?;
            let bytes = opened
                .read(range)
                .map_err(StorageError::disk(format!("reading the object '{key}'")))?;
            Ok((head, bytes))
        })
        .await
    }

    /// Opens an object for reading in pieces. `range` sees the object before it answers which bytes it wants.
    pub(super) async fn open_reader<E: From<StorageError> + Send + 'static>(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        range: impl FnOnce(&ObjectHead) -> Result<std::ops::Range<u64>, E> + Send,
    ) -> Result<ObjectReader, E> {
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let (head, opened) = self
            .off_thread(move |this| this.open_entry(&bucket, &key))
            .await?;
        let range = clip(range(&head)?, head.info.size)?;
        let body = match opened {
            Opened::Memory(_) => {
                let mut opened = opened;
                let bytes = opened
                    .read(range.clone())
                    .map_err(StorageError::disk("reading an object"))?;
                stream::iter((!bytes.is_empty()).then_some(Ok(bytes))).boxed()
            }
            Opened::File(_) => read_in_chunks(opened, range.clone()),
        };
        Ok(ObjectReader { head, range, body })
    }
}

/// The bytes of an open file, a chunk at a time.
fn read_in_chunks(opened: Opened, range: std::ops::Range<u64>) -> ByteStream {
    stream::try_unfold((opened, range), |(mut opened, range)| async move {
        if range.is_empty() {
            return Ok(None);
        }
        let end = range.end.min(range.start.saturating_add(READ_CHUNK));
        let start = range.start;
        let read = tokio::task::spawn_blocking(move || {
            let bytes = opened.read(start..end);
            (opened, bytes)
        });
        let (opened, bytes) = read
            .await
            .map_err(std::io::Error::other)
            .map_err(StorageError::disk("reading"))?;
        let bytes = bytes.map_err(StorageError::disk("reading an object"))?;
        Ok(Some((bytes, (opened, end..range.end))))
    })
    .boxed()
}

/// Writing.
impl Embedded {
    /// Takes an object's bytes, unseen by anyone until [`Embedded::commit`]; dropped, they are gone.
    pub(super) async fn stage(&self, mut body: ByteStream) -> Result<Staged, StorageError> {
        let mut tally = Tally::new();
        let mut draft = self.medium.draft().await?;
        while let Some(bytes) = body.next().await {
            let bytes = bytes?;
            tally.add(&bytes, self.limits.object)?;
            if !bytes.is_empty() {
                draft.write(bytes).await?;
            }
        }
        draft.finish().await?;
        Ok(tally.staged(draft))
    }

    /// Makes staged bytes an object, if the options' condition holds; `etag` is their MD5 unless given.
    pub(super) async fn commit(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        staged: Staged,
        options: PutOptions,
        etag: Option<String>,
    ) -> Result<ObjectInfo, StorageError> {
        check_key(key)?;
        let (bucket, key) = (self.bucket(bucket)?, key.to_owned());
        self.off_thread(move |this| {
            let PutOptions { mode, attributes } = options;
            let etag = etag.unwrap_or_else(|| hex::encode(staged.md5));
            let deleted = bucket.deleted.lock();
            if *deleted {
                return Err(StorageError::NoSuchBucket(bucket.name.clone()));
            }
            bucket.index.read().check(&bucket.name, &key, &mode)?;
            let sequence = this.sequence.fetch_add(1, Ordering::AcqRel) + 1;
            let info = ObjectInfo {
                key,
                size: staged.size,
                etag,
                last_modified: this.clock.now(),
                sequence,
            };
            let content = this
                .medium
                .commit(&bucket.name, staged.draft, &Record::new(&info, &attributes))?;
            let entry = Entry {
                info: info.clone(),
                attributes: Arc::new(attributes),
                content,
            };
            bucket.index.write().insert(entry);
            if !is_hidden(&bucket.name) {
                // Nobody listening is fine.
                let _ = this.events.send(ObjectEvent::new(&bucket.name, &info));
            }
            drop(deleted);
            Ok(info)
        })
        .await
    }

    /// Refuses early what need not be written first; the commit checks again.
    pub(super) fn check_mode(&self, bucket: &str, key: &str, mode: &PutMode) -> Result<(), StorageError> {
        self.bucket(bucket)?.index.read().check(bucket, key, mode)
    }

    /// Puts an object.
    pub(super) async fn put(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        body: ByteStream,
        options: PutOptions,
    ) -> Result<ObjectInfo, StorageError> {
        check_key(key)?;
        self.check_mode(bucket, key, &options.mode)?;
        let staged = self.stage(body).await?;
        self.commit(bucket, key, staged, options, None).await
    }

    /// Deletes an object; one that is not there is fine. With `only_if` it must have that entity tag.
    pub(super) async fn delete(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        only_if: Option<String>,
    ) -> Result<(), StorageError> {
        check_key(key)?;
        let (bucket, key) = (self.bucket(bucket)?, key.to_owned());
        self.off_thread(move |this| {
            let _writing = bucket.deleted.lock();
            if let Some(etag) = only_if {
                bucket
                    .index
                    .read()
                    .check(&bucket.name, &key, &PutMode::Update(etag))?;
            }
            if bucket.index.read().get(&key).is_none() {
                return Ok(());
            }
            if let Medium::Directory(directory) = &this.medium {
                directory.remove(&bucket.name, &key)?;
            }
            bucket.index.write().remove(&key);
            Ok(())
        })
        .await
    }
}

/// A stream of one piece.
pub(super) fn one_piece(bytes: Bytes) -> ByteStream {
    stream::iter([Ok(bytes)]).boxed()
}

impl From<Attributes> for PutOptions {
    fn from(attributes: Attributes) -> Self {
        Self {
            mode: PutMode::Overwrite,
            attributes,
        }
    }
}
