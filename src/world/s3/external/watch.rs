//! Following an external bucket: by notifications while they flow, by comparing listings otherwise.
//!
//! What is known of the bucket is kept as key and entity tag. Whenever notifications may have been missed (at a
//! reconnection, or always where there are none) a listing is compared with it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use jiff::Timestamp;

use super::External;
use super::listen::Listener;
use crate::world::s3::error::StorageError;
use crate::world::s3::event::{ObjectEvent, ObjectWatch};

struct Watch {
    storage: Arc<External>,
    bucket: String,
    prefix: String,
    interval: Duration,
    listener: Option<Listener>,
    /// Whether the endpoint has notifications; one that has none is not asked again.
    notifies: bool,
    known: HashMap<String, Known>,
    backlog: VecDeque<ObjectEvent>,
    given_out: u64,
}

/// A version of an object that has been given out, or was there at the start.
struct Known {
    etag: String,
    /// Listings tell the time, notifications do not.
    last_modified: Option<Timestamp>,
}

/// Begins to watch. Notifications are opened before the first listing, so that nothing falls between.
pub(super) async fn start(
    storage: Arc<External>,
    bucket: &str,
    prefix: &str,
    interval: Duration,
) -> Result<ObjectWatch, StorageError> {
    let listener = storage.client.listen(bucket, prefix).await?.map(Listener::new);
    let mut watch = Watch {
        storage,
        bucket: bucket.to_owned(),
        prefix: prefix.to_owned(),
        interval,
        notifies: listener.is_some(),
        listener,
        known: HashMap::new(),
        backlog: VecDeque::new(),
        given_out: 0,
    };
    watch.compare().await?;
    watch.backlog.clear();
    watch.given_out = 0;
    let stream = stream::unfold(watch, |mut watch| async move {
        let item = watch.next().await;
        Some((item, watch))
    });
    Ok(ObjectWatch::new(stream.boxed()))
}

impl Watch {
    async fn next(&mut self) -> Result<ObjectEvent, StorageError> {
        loop {
            if let Some(event) = self.backlog.pop_front() {
                return Ok(event);
            }
            match &mut self.listener {
                Some(listener) => match listener.next().await {
                    Some(notices) => {
                        for notice in notices {
                            // MinIO takes the prefix for a pattern, in which an asterisk may match more.
                            if notice.key.starts_with(&self.prefix) {
                                self.announce(notice.key, notice.size, notice.etag, None);
                            }
                        }
                    }
                    None => self.listener = None,
                },
                None => {
                    tokio::time::sleep(self.interval).await;
                    let listener = if self.notifies {
                        self.storage
                            .client
                            .listen(&self.bucket, &self.prefix)
                            .await?
                            .map(Listener::new)
                    } else {
                        None
                    };
                    self.compare().await?;
                    // Only now: after a failed comparison all of it is tried again.
                    self.listener = listener;
                }
            }
        }
    }

    fn announce(&mut self, key: String, size: u64, etag: String, last_modified: Option<Timestamp>) {
        self.given_out += 1;
        self.known.insert(
            key.clone(),
            Known {
                etag: etag.clone(),
                last_modified,
            },
        );
        let (bucket, sequence) = (self.bucket.clone(), self.given_out);
        self.backlog.push_back(ObjectEvent {
            bucket,
            key,
            size,
            etag,
            sequence,
        });
    }

    /// Lists, and announces what is new. What is gone is forgotten, so that memory stays within the bucket's size.
    async fn compare(&mut self) -> Result<(), StorageError> {
        let mut listing = self.storage.list(&self.bucket, &self.prefix).await?;
        let mut before = std::mem::take(&mut self.known);
        listing.sort_by(|a, b| (a.last_modified, &a.key).cmp(&(b.last_modified, &b.key)));
        for object in listing {
            let time = Some(object.last_modified);
            let same = before.remove(&object.key).is_some_and(|known| {
                known.etag == object.etag && (known.last_modified.is_none() || known.last_modified == time)
            });
            if same {
                self.known.insert(
                    object.key,
                    Known {
                        etag: object.etag,
                        last_modified: time,
                    },
                );
            } else {
                self.announce(object.key, object.size, object.etag, time);
            }
        }
        Ok(())
    }
}
