//! Reading ranges of a topic.

use std::collections::BTreeMap;
use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::{Message as _, Offset, TopicPartitionList};

use crate::error::{Error, Result};
use crate::world::sink::client::{blocking, fault, passing, settings};

/// From where up to where each partition is read; the end is not part of it.
pub(super) type Range = BTreeMap<i32, (i64, i64)>;

/// A message of a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub partition: i32,
    pub offset: i64,
    pub timestamp: i64,
    pub key: Option<Vec<u8>>,
    pub payload: Option<Vec<u8>>,
}

/// How long one poll waits.
const POLL: Duration = Duration::from_millis(100);

/// A topic to read from.
#[derive(Debug, Clone)]
pub(super) struct Topic {
    pub brokers: String,
    pub name: String,
    pub timeout: Duration,
}

impl Topic {
    fn consumer(&self) -> Result<BaseConsumer> {
        settings(&self.brokers)
            .set("group.id", format!("{}-process", self.name))
            .set("enable.auto.commit", "false")
            .set("enable.partition.eof", "true")
            .set("auto.offset.reset", "error")
            .set("fetch.wait.max.ms", "5")
            .set("isolation.level", "read_committed")
            .create()
            .map_err(|error| self.fault("starting a consumer", error))
    }

    /// Where each partition begins and ends at this moment.
    pub(super) async fn bounds(&self) -> Result<Range> {
        let topic = self.clone();
        blocking(move || {
            let consumer = topic.consumer()?;
            let failed = |error: KafkaError| topic.fault("asking how far it reaches", error);
            let metadata = consumer
                .fetch_metadata(Some(&topic.name), topic.timeout)
                .map_err(failed)?;
            let found = metadata.topics().iter().find(|found| found.name() == topic.name);
            let ids = found.map(|found| found.partitions().iter().map(|partition| partition.id()));
            let ids: Vec<i32> = ids.into_iter().flatten().collect();
            if ids.is_empty() {
                return Err(topic.fault("asking how far it reaches", "there is no such topic"));
            }
            let bounds = ids.into_iter().map(|id| {
                let bounds = consumer
                    .fetch_watermarks(&topic.name, id, topic.timeout)
                    .map_err(failed)?;
                Ok((id, bounds))
            });
            bounds.collect()
        })
        .await
    }

    /// The messages of a range, in the order in which they were sent: by time, then partition, then offset.
    pub(super) async fn read(&self, range: &Range) -> Result<Vec<Message>> {
        let (topic, range) = (self.clone(), range.clone());
        let mut messages = blocking(move || topic.poll(range)).await?;
        messages.sort_by_key(|message| (message.timestamp, message.partition, message.offset));
        Ok(messages)
    }

    fn poll(&self, range: Range) -> Result<Vec<Message>> {
        let mut reading: BTreeMap<i32, i64> = BTreeMap::new();
        let mut list = TopicPartitionList::new();
        for (id, (start, end)) in range {
            if start < end {
                reading.insert(id, end);
                list.add_partition_offset(&self.name, id, Offset::Offset(start))
                    .map_err(|error| self.fault("choosing where to read", error))?;
            }
        }
        if reading.is_empty() {
            return Ok(Vec::new());
        }
        let consumer = self.consumer()?;
        consumer
            .assign(&list)
            .map_err(|error| self.fault("taking the partitions", error))?;
        let mut messages = Vec::new();
        let mut waited = Duration::ZERO;
        while !reading.is_empty() {
            match consumer.poll(POLL) {
                None => {
                    waited += POLL;
                    if waited >= self.timeout {
                        return Err(self.fault("reading", format!("no message within {:?}", self.timeout)));
                    }
                }
                Some(Err(KafkaError::PartitionEOF(id))) => {
                    reading.remove(&id);
                }
                Some(Err(KafkaError::MessageConsumption(code))) if passing(code) => {}
                Some(Err(error)) => return Err(self.fault("reading", error)),
                Some(Ok(message)) => {
                    waited = Duration::ZERO;
                    let id = message.partition();
                    let Some(end) = reading.get(&id).copied() else {
                        continue;
                    };
                    if message.offset() < end {
                        messages.push(Message {
                            partition: id,
                            offset: message.offset(),
                            timestamp: message.timestamp().to_millis().unwrap_or(0),
                            key: message.key().map(<[u8]>::to_vec),
                            payload: message.payload().map(<[u8]>::to_vec),
                        });
                    }
                    if message.offset() + 1 >= end {
                        reading.remove(&id);
                    }
                }
            }
        }
        Ok(messages)
    }

    pub(super) fn fault(&self, doing: &str, error: impl std::fmt::Display) -> Error {
        fault(&self.brokers, format!("topic {}: {doing}", self.name), error)
    }
}
