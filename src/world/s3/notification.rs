//! Notifications of buckets: what PutBucketNotificationConfiguration sets, and the messages that follow.
//!
//! Every object put into a configured bucket becomes a message in the queue that the configuration names, in the form of
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html>. As with S3, a message may
//! come twice. [`objects`] reads such messages, those of MinIO's webhook among them. Configurations live as long as the
//! process.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use jiff::Timestamp;
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::error::StorageError;
use super::event::ObjectEvent;
use super::storage::ObjectStorage;
use super::url_text;
use crate::world::sqs::Queues;

/// The region that events say their bucket is in.
const REGION: &str = super::server::DEFAULT_REGION;
/// How long to wait before a storage that failed is watched again.
const PAUSE: Duration = Duration::from_secs(1);

/// Which new objects go to which queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueTarget {
    /// The configuration's identifier.
    pub id: String,
    /// The queue's ARN.
    pub arn: String,
    /// Kinds of events, such as `s3:ObjectCreated:*`.
    pub events: Vec<String>,
    /// What keys must begin with.
    pub prefix: Option<String>,
    /// What keys must end with.
    pub suffix: Option<String>,
}

/// The kinds of events there are.
pub const EVENTS: [&str; 3] = [
    "s3:ObjectCreated:*",
    "s3:ObjectCreated:Put",
    "s3:ObjectCreated:CompleteMultipartUpload",
];

impl QueueTarget {
    fn wants(&self, event: &ObjectEvent) -> bool {
        let name = format!("s3:{}", event_name(event));
        self.events.iter().any(|own| *own == name || own == EVENTS[0])
            && self
                .prefix
                .as_ref()
                .is_none_or(|prefix| event.key.starts_with(prefix))
            && self
                .suffix
                .as_ref()
                .is_none_or(|suffix| event.key.ends_with(suffix))
    }
}

/// The notifications of a storage's buckets. Clones share them.
#[derive(Clone)]
pub struct Notifications(Arc<Inner>);

struct Inner {
    storage: ObjectStorage,
    queues: Queues,
    buckets: Mutex<BTreeMap<String, Configured>>,
}

struct Configured {
    targets: Vec<QueueTarget>,
    telling: JoinHandle<()>,
}

impl Drop for Configured {
    fn drop(&mut self) {
        self.telling.abort();
    }
}

impl Notifications {
    /// No bucket is configured yet.
    pub fn new(storage: ObjectStorage, queues: Queues) -> Self {
        Self(Arc::new(Inner {
            storage,
            queues,
            buckets: Mutex::new(BTreeMap::new()),
        }))
    }

    /// The queues that events can go to.
    pub fn queues(&self) -> &Queues {
        &self.0.queues
    }

    /// What is set for a bucket.
    pub fn of(&self, bucket: &str) -> Vec<QueueTarget> {
        let buckets = self.0.buckets.lock();
        buckets
            .get(bucket)
            .map(|configured| configured.targets.clone())
            .unwrap_or_default()
    }

    /// Replaces what is set for a bucket; with no target nothing is sent any more. Each queue gets S3's test message.
    /// Every object put after this returns is told of.
    pub async fn set(&self, bucket: &str, targets: Vec<QueueTarget>) -> Result<(), StorageError> {
        if targets.is_empty() {
            self.0.buckets.lock().remove(bucket);
            return Ok(());
        }
        let mut watch = self.0.storage.watch(bucket, "", PAUSE).await?;
        for target in &targets {
            let test = json!({
                "Service": "Amazon S3",
                "Event": "s3:TestEvent",
                "Time": self.0.queues.clock().now().to_string(),
                "Bucket": bucket,
            });
            self.0.send(target, test.to_string());
        }
        let (inner, wanted) = (Arc::downgrade(&self.0), targets.clone());
        let telling = tokio::spawn(async move {
            while let Some(event) = watch.next().await {
                let Some(inner) = inner.upgrade() else { return };
                match event {
                    Ok(event) => {
                        for target in wanted.iter().filter(|target| target.wants(&event)) {
                            let told = message(target, &event, inner.queues.clock().now());
                            inner.send(target, told.to_string());
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "notifications of a bucket are late");
                        drop(inner);
                        tokio::time::sleep(PAUSE).await;
                    }
                }
            }
        });
        let configured = Configured { targets, telling };
        self.0.buckets.lock().insert(bucket.to_owned(), configured);
        Ok(())
    }
}

impl Inner {
    fn send(&self, target: &QueueTarget, body: String) {
        let sent = match self.queues.by_arn(&target.arn) {
            Some(queue) => self.queues.send(&queue, body).map(|_| ()),
            None => return tracing::warn!(target.arn, "a notification finds its queue no more"),
        };
        if let Err(error) = sent {
            tracing::warn!(%error, target.arn, "a notification was dropped");
        }
    }
}

/// The kind of an event. Only an entity tag made of parts tells how an object came.
fn event_name(event: &ObjectEvent) -> &'static str {
    match event.etag.contains('-') {
        true => "ObjectCreated:CompleteMultipartUpload",
        false => "ObjectCreated:Put",
    }
}

/// The message that tells of an event.
fn message(target: &QueueTarget, event: &ObjectEvent, now: Timestamp) -> Value {
    // As in a form: a blank is a plus.
    let key = url_text::encode(&event.key, b"/").replace("%20", "+");
    json!({"Records": [{
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": REGION,
        "eventTime": now.to_string(),
        "eventName": event_name(event),
        "userIdentity": {"principalId": "snowglobe"},
        "requestParameters": {"sourceIPAddress": "127.0.0.1"},
        "responseElements": {"x-amz-request-id": format!("{:016X}", event.sequence), "x-amz-id-2": ""},
        "s3": {
            "s3SchemaVersion": "1.0",
            "configurationId": target.id,
            "bucket": {
                "name": event.bucket,
                "ownerIdentity": {"principalId": "snowglobe"},
                "arn": format!("arn:aws:s3:::{}", event.bucket),
            },
            "object": {
                "key": key,
                "size": event.size,
                "eTag": event.etag,
                "sequencer": format!("{:016X}", event.sequence),
            },
        },
    }]})
}

/// The new objects that a message tells of, as bucket and key: S3's events as they are or wrapped by SNS, and those that
/// MinIO sends. A message that tells of none, such as S3's test message, gives none.
///
/// # Errors
/// What is no such message, in words.
pub fn objects(body: &str) -> Result<Vec<(String, String)>, String> {
    let mut message: Value = serde_json::from_str(body).map_err(|error| format!("not JSON: {error}"))?;
    if message.get("Type").and_then(Value::as_str) == Some("Notification") {
        let inner = message.get("Message").and_then(Value::as_str).unwrap_or_default();
        message = serde_json::from_str(inner).map_err(|error| format!("not JSON within: {error}"))?;
    }
    let Some(records) = message.get("Records").and_then(Value::as_array) else {
        let test = message.get("Event").and_then(Value::as_str) == Some("s3:TestEvent");
        return if test {
            Ok(Vec::new())
        } else {
            Err("no Records".to_owned())
        };
    };
    let mut objects = Vec::new();
    for record in records {
        let text = |path: &str| record.pointer(path).and_then(Value::as_str);
        let event = text("/eventName").ok_or("a record without eventName")?;
        // MinIO writes the prefix that S3 leaves out.
        if !event
            .strip_prefix("s3:")
            .unwrap_or(event)
            .starts_with("ObjectCreated:")
        {
            continue;
        }
        let bucket = text("/s3/bucket/name").ok_or("a record without a bucket")?;
        let key = text("/s3/object/key").ok_or("a record without a key")?;
        let key = url_text::decode(key).ok_or_else(|| format!("the key {key} is not well encoded"))?;
        objects.push((bucket.to_owned(), key.into_owned()));
    }
    Ok(objects)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(key: &str) -> ObjectEvent {
        ObjectEvent {
            bucket: "bucket".to_owned(),
            key: key.to_owned(),
            size: 3,
            etag: "ab".to_owned(),
            sequence: 7,
        }
    }

    fn target() -> QueueTarget {
        QueueTarget {
            id: "one".to_owned(),
            arn: Queues::arn("snowglobe"),
            events: vec!["s3:ObjectCreated:*".to_owned()],
            prefix: Some("in/".to_owned()),
            suffix: Some(".csv".to_owned()),
        }
    }

    #[test]
    fn a_message_gives_its_object_back() {
        for key in ["in/a.csv", "in/a b+c%ü.csv"] {
            let told = message(&target(), &event(key), Timestamp::UNIX_EPOCH).to_string();
            assert_eq!(objects(&told).unwrap(), [("bucket".to_owned(), key.to_owned())]);
            let wrapped = json!({"Type": "Notification", "Message": told}).to_string();
            assert_eq!(objects(&wrapped).unwrap().len(), 1);
        }
    }

    #[test]
    fn targets_take_what_they_want() {
        let mut target = target();
        assert!(target.wants(&event("in/a.csv")));
        assert!(!target.wants(&event("out/a.csv")) && !target.wants(&event("in/a.txt")));
        target.events = vec!["s3:ObjectCreated:CompleteMultipartUpload".to_owned()];
        assert!(!target.wants(&event("in/a.csv")));
    }

    #[test]
    fn minios_webhook_is_understood_and_nonsense_is_told() {
        let minio = r#"{"EventName":"s3:ObjectCreated:Put","Key":"b/in/x.csv","Records":[
            {"eventName":"s3:ObjectCreated:Put","s3":{"bucket":{"name":"b"},"object":{"key":"in%2Fx.csv"}}},
            {"eventName":"s3:ObjectRemoved:Delete","s3":{"bucket":{"name":"b"},"object":{"key":"in%2Fy.csv"}}}]}"#;
        assert_eq!(objects(minio).unwrap(), [("b".to_owned(), "in/x.csv".to_owned())]);
        assert!(
            objects(r#"{"Event":"s3:TestEvent","Bucket":"b"}"#)
                .unwrap()
                .is_empty()
        );
        for nonsense in [
            "",
            "[]",
            "{}",
            r#"{"Records":[{}]}"#,
            r#"{"Type":"Notification"}"#,
        ] {
            assert!(objects(nonsense).is_err(), "{nonsense}");
        }
    }
}
