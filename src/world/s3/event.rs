//! Announcements of new objects.
//!
//! An [`ObjectEvent`] is sent once the object is durable, in the order of the puts within a bucket. Channels are
//! bounded: a subscriber that falls behind is told so and lists again, which [`ObjectWatch`] does by itself.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream;
use futures::stream::BoxStream;
use tokio::sync::broadcast::{self, error::RecvError};

use super::error::StorageError;
use super::object::ObjectInfo;
use super::storage::ObjectStorage;

/// How many events a subscriber may lag behind before it has to list again.
pub(super) const CHANNEL_CAPACITY: usize = 4096;

/// A new (or overwritten) object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectEvent {
    /// Its bucket.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Its size in bytes.
    pub size: u64,
    /// Its entity tag, without quotes.
    pub etag: String,
    /// Grows from event to event: for an embedded storage the object's own sequence, for an external one a count
    /// within the watch.
    pub sequence: u64,
}

impl ObjectEvent {
    /// The event for an object.
    pub fn new(bucket: &str, info: &ObjectInfo) -> Self {
        Self {
            bucket: bucket.to_owned(),
            key: info.key.clone(),
            size: info.size,
            etag: info.etag.clone(),
            sequence: info.sequence,
        }
    }
}

/// The new objects of one bucket and prefix, from the moment the watch was made: none is left out, and one may
/// come twice (as with S3's own notifications). A failed look at the storage is an item too; the watch goes on
/// behind it.
pub struct ObjectWatch(BoxStream<'static, Result<ObjectEvent, StorageError>>);

impl ObjectWatch {
    pub(super) fn new(stream: BoxStream<'static, Result<ObjectEvent, StorageError>>) -> Self {
        Self(stream)
    }
}

impl Stream for ObjectWatch {
    type Item = Result<ObjectEvent, StorageError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

/// Follows an embedded storage: events as they come, and a listing by sequence where the channel overflowed.
pub(super) struct EmbeddedWatch {
    pub storage: ObjectStorage,
    pub events: broadcast::Receiver<ObjectEvent>,
    pub bucket: String,
    pub prefix: String,
    /// Everything up to this sequence has been given out.
    pub seen: u64,
    pub backlog: VecDeque<ObjectEvent>,
}

impl EmbeddedWatch {
    /// The next event; `None` when the storage is gone.
    pub(super) async fn next(&mut self) -> Option<Result<ObjectEvent, StorageError>> {
        loop {
            if let Some(event) = self.backlog.pop_front() {
                self.seen = self.seen.max(event.sequence);
                return Some(Ok(event));
            }
            match self.events.recv().await {
                Ok(event) => {
                    let ours = event.bucket == self.bucket && event.key.starts_with(&self.prefix);
                    if ours && event.sequence > self.seen {
                        self.seen = event.sequence;
                        return Some(Ok(event));
                    }
                }
                Err(RecvError::Lagged(_)) => {
                    if let Err(error) = self.catch_up().await {
                        return Some(Err(error));
                    }
                }
                Err(RecvError::Closed) => return None,
            }
        }
    }

    /// Everything put since, in the order of the puts.
    async fn catch_up(&mut self) -> Result<(), StorageError> {
        let mut missed = self.storage.list(&self.bucket, &self.prefix).await?;
        missed.retain(|info| info.sequence > self.seen);
        missed.sort_by_key(|info| info.sequence);
        self.backlog
            .extend(missed.iter().map(|info| ObjectEvent::new(&self.bucket, info)));
        Ok(())
    }
}
