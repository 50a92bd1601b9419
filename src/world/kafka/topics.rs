//! The topics of the broker and their partitions' logs.
//!
//! A topic is immutable once published: more partitions make a new [`Topic`] that shares the old logs. Facts go to
//! the [`ledger`](super::ledger) before a topic is seen or gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kafka_protocol::ResponseError;
use md5::{Digest, Md5};
use parking_lot::{Mutex, RwLock};

use super::config::BrokerConfig;
use super::ledger::{Fact, Ledger, TopicFacts};
use super::log::PartitionLog;

/// Longest topic name in bytes.
const LONGEST_NAME: usize = 249;

/// A topic.
#[derive(Debug)]
pub(crate) struct Topic {
    pub(crate) name: String,
    /// The topic's identity over deletion and creation anew.
    pub(crate) id: u128,
    /// The topic's own bound on batches, if it set one.
    pub(crate) max_message_bytes: Option<usize>,
    pub(crate) partitions: Vec<Arc<PartitionLog>>,
}

impl Topic {
    /// A partition's log.
    pub(crate) fn partition(&self, index: i32) -> Result<&Arc<PartitionLog>, ResponseError> {
        let index = usize::try_from(index).ok();
        index.and_then(|i| self.partitions.get(i)).ok_or(ResponseError::UnknownTopicOrPartition)
    }

    /// The number of partitions, as the protocol counts.
    pub(crate) fn width(&self) -> i32 {
        i32::try_from(self.partitions.len()).unwrap_or(i32::MAX)
    }

    /// The id in 32 hexadecimal digits, as the ledger writes it.
    pub(crate) fn hex_id(&self) -> String {
        hex_id(self.id)
    }

    fn facts(&self) -> Fact {
        Fact::Topic {
            name: self.name.clone(),
            id: self.hex_id(),
            partitions: self.width(),
            max_message_bytes: self.max_message_bytes,
        }
    }
}

/// A topic to be created.
#[derive(Debug, Clone)]
pub(crate) struct NewTopic<'a> {
    pub(crate) name: &'a str,
    /// `None` takes the broker's default.
    pub(crate) partitions: Option<i32>,
    pub(crate) max_message_bytes: Option<usize>,
}

/// All topics.
#[derive(Debug)]
pub(crate) struct Topics {
    published: RwLock<BTreeMap<String, Arc<Topic>>>,
    /// Held over every change, so that changes come one at a time while readers go on.
    changing: Mutex<()>,
    /// Creations since the start.
    created: AtomicU64,
    ledger: Arc<Ledger>,
    folder: Option<PathBuf>,
    default_partitions: i32,
    most_topics: usize,
    most_partitions: usize,
}

impl Topics {
    /// Opens the topics that the ledger knows, recovering their logs below `folder`. Folders of topics that are gone
    /// are removed. Also answers the largest producer id seen in the logs.
    pub(crate) fn open(
        config: &BrokerConfig,
        ledger: Arc<Ledger>,
        folder: Option<PathBuf>,
    ) -> std::io::Result<(Self, i64)> {
        let mut published = BTreeMap::new();
        let mut largest_producer = -1;
        for (name, facts) in ledger.read(|known| known.topics.clone()) {
            let TopicFacts { id, partitions, max_message_bytes } = facts;
            let id = u128::from_str_radix(&id, 16).unwrap_or_default();
            let mut logs = Vec::new();
            for partition in 0..partitions {
                let (log, producer) = open_log(folder.as_deref(), id, partition)?;
                largest_producer = largest_producer.max(producer);
                logs.push(Arc::new(log));
            }
            let topic = Topic { name: name.clone(), id, max_message_bytes, partitions: logs };
            published.insert(name, Arc::new(topic));
        }
        let topics = Self {
            published: RwLock::new(published),
            changing: Mutex::new(()),
            created: AtomicU64::new(0),
            ledger,
            folder,
            default_partitions: config.default_partitions.max(1),
            most_topics: config.limits.topics,
            most_partitions: config.limits.partitions,
        };
        topics.remove_strays();
        Ok((topics, largest_producer))
    }

    /// A topic by name.
    pub(crate) fn get(&self, name: &str) -> Result<Arc<Topic>, ResponseError> {
        self.published.read().get(name).cloned().ok_or(ResponseError::UnknownTopicOrPartition)
    }

    /// A topic by id.
    pub(crate) fn by_id(&self, id: u128) -> Result<Arc<Topic>, ResponseError> {
        let published = self.published.read();
        published.values().find(|t| t.id == id).cloned().ok_or(ResponseError::UnknownTopicId)
    }

    /// All topics in order of name.
    pub(crate) fn all(&self) -> Vec<Arc<Topic>> {
        self.published.read().values().cloned().collect()
    }

    /// Creates a topic, or only checks that it could be if `dry_run`. Answers its partition count too.
    pub(crate) fn create(&self, new: &NewTopic<'_>, dry_run: bool) -> Result<Arc<Topic>, ResponseError> {
        check_name(new.name)?;
        let partitions = new.partitions.unwrap_or(self.default_partitions);
        if partitions < 1 {
            return Err(ResponseError::InvalidPartitions);
        }
        let _changing = self.changing.lock();
        {
            let published = self.published.read();
            if published.contains_key(new.name) {
                return Err(ResponseError::TopicAlreadyExists);
            }
            // Kafka refuses names that differ in '.' and '_' only, since metric names would collide.
            if published.keys().any(|name| name.replace('.', "_") == new.name.replace('.', "_")) {
                return Err(ResponseError::InvalidTopicException);
            }
            if published.len() >= self.most_topics {
                return Err(ResponseError::PolicyViolation);
            }
        }
        self.check_room(partitions)?;
        let id = self.fresh_id(new.name);
        let mut logs = Vec::new();
        if !dry_run {
            logs = self.logs(id, 0..partitions)?;
        }
        let topic = Arc::new(Topic {
            name: new.name.to_owned(),
            id,
            max_message_bytes: new.max_message_bytes,
            partitions: logs,
        });
        if !dry_run {
            self.publish(&topic)?;
        }
        Ok(topic)
    }

    /// The topic, created with the broker's defaults if it is not there.
    pub(crate) fn get_or_create(&self, name: &str) -> Result<Arc<Topic>, ResponseError> {
        match self.create(&NewTopic { name, partitions: None, max_message_bytes: None }, false) {
            Err(ResponseError::TopicAlreadyExists) => self.get(name),
            other => other,
        }
    }

    /// Widens a topic to `count` partitions.
    pub(crate) fn widen(&self, name: &str, count: i32, dry_run: bool) -> Result<(), ResponseError> {
        let _changing = self.changing.lock();
        let topic = self.get(name)?;
        if count <= topic.width() {
            return Err(ResponseError::InvalidPartitions);
        }
        self.check_room(count - topic.width())?;
        if dry_run {
            return Ok(());
        }
        let mut partitions = topic.partitions.clone();
        partitions.extend(self.logs(topic.id, topic.width()..count)?);
        self.publish(&Arc::new(Topic { name: name.to_owned(), partitions, ..*topic }))
    }

    /// Deletes a topic with its records and the offsets committed for it.
    pub(crate) fn delete(&self, name: &str) -> Result<(), ResponseError> {
        let _changing = self.changing.lock();
        let topic = self.get(name)?;
        self.ledger.record(Fact::TopicDeleted { name: name.to_owned() }).map_err(ledger_failed)?;
        self.published.write().remove(name);
        if let Some(folder) = &self.folder {
            let folder = folder.join(topic.hex_id());
            if let Err(error) = std::fs::remove_dir_all(&folder)
                && error.kind() != std::io::ErrorKind::NotFound
            {
                tracing::warn!(folder = %folder.display(), %error, "a deleted topic's files stay until the next start");
            }
        }
        topic.partitions.iter().for_each(|log| log.wake_all());
        Ok(())
    }

    /// Sees to it that all logs are on the disk itself.
    pub(crate) fn sync(&self) -> std::io::Result<()> {
        self.all().iter().flat_map(|t| &t.partitions).try_for_each(|log| log.sync())
    }

    fn publish(&self, topic: &Arc<Topic>) -> Result<(), ResponseError> {
        self.ledger.record(topic.facts()).map_err(ledger_failed)?;
        self.published.write().insert(topic.name.clone(), topic.clone());
        Ok(())
    }

    fn check_room(&self, more: i32) -> Result<(), ResponseError> {
        let used: usize = self.published.read().values().map(|t| t.partitions.len()).sum();
        match usize::try_from(more) {
            Ok(more) if used.saturating_add(more) <= self.most_partitions => Ok(()),
            _ => Err(ResponseError::PolicyViolation),
        }
    }

    fn logs(
        &self,
        id: u128,
        partitions: std::ops::Range<i32>,
    ) -> Result<Vec<Arc<PartitionLog>>, ResponseError> {
        partitions
            .map(|partition| open_log(self.folder.as_deref(), id, partition).map(|(log, _)| Arc::new(log)))
            .collect::<std::io::Result<_>>()
            .map_err(ledger_failed)
    }

    /// An id that no other topic has or had: the broker's starts and the creations since tell them apart.
    fn fresh_id(&self, name: &str) -> u128 {
        let starts = self.ledger.read(|known| known.starts);
        let number = self.created.fetch_add(1, Ordering::Relaxed);
        u128::from_be_bytes(Md5::digest(format!("{name}/{starts}/{number}")).into())
    }

    fn remove_strays(&self) {
        let Some(folder) = &self.folder else { return };
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        let live: Vec<String> = self.all().iter().map(|t| t.hex_id()).collect();
        for entry in entries.flatten() {
            if !live.iter().any(|name| entry.file_name() == name.as_str()) {
                let _ = std::fs::remove_dir_all(entry.path());
            }
        }
    }
}

/// Checks a topic's name: 1 to 249 of letters, digits, `.`, `_` and `-`, and neither `.` nor `..`.
pub(crate) fn check_name(name: &str) -> Result<(), ResponseError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-');
    let legal = !name.is_empty() && name.len() <= LONGEST_NAME && name.bytes().all(plain);
    if legal && name != "." && name != ".." { Ok(()) } else { Err(ResponseError::InvalidTopicException) }
}

fn open_log(folder: Option<&Path>, id: u128, partition: i32) -> std::io::Result<(PartitionLog, i64)> {
    match folder {
        Some(folder) => {
            PartitionLog::in_file(folder.join(hex_id(id)).join(format!("{partition:05}.log")))
        }
        None => Ok((PartitionLog::in_memory(), -1)),
    }
}

/// An id as the ledger writes it. It also names the topic's folder: topics' names may differ in case only.
fn hex_id(id: u128) -> String {
    format!("{id:032x}")
}

fn ledger_failed(error: std::io::Error) -> ResponseError {
    tracing::error!(%error, "a topic could not be written to the data directory");
    ResponseError::KafkaStorageError
}
