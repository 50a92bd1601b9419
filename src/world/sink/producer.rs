//! Sending events to a topic.

use std::collections::VecDeque;
use std::time::Duration;

use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::future_producer::OwnedDeliveryResult;
use rdkafka::producer::{DeliveryFuture, FutureProducer, FutureRecord, Producer as _};

use super::client::{blocking, fault, settings};
use crate::error::Result;
use crate::world::events::Event;

/// Messages under way at one time.
const IN_FLIGHT: usize = 10_000;

/// An idempotent producer: every event arrives once and in order, also over broken connections.
pub struct Producer {
    brokers: String,
    timeout: Duration,
    inner: FutureProducer,
}

/// A message that Kafka did not take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Its place among the events sent, from 0.
    pub index: u64,
    /// Why.
    pub reason: String,
}

/// What [`Producer::send_all`] did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SendReport {
    /// Messages that are in the topic.
    pub sent: u64,
    /// Messages that are not, because each by itself is at fault: too large, for instance.
    pub refused: Vec<Refused>,
}

impl Producer {
    /// A producer for a broker at `brokers` (`host:port`, with commas between several). Nothing is sent yet.
    /// `timeout` bounds how long a message may take to arrive.
    ///
    /// # Errors
    /// An address that is none.
    pub fn new(brokers: &str, timeout: Duration) -> Result<Self> {
        let mut config = settings(brokers);
        config
            .set("enable.idempotence", "true")
            .set("acks", "all")
            .set("linger.ms", "2")
            .set("message.timeout.ms", timeout.as_millis().max(1).to_string())
            // The Java client's choice of partition for a key.
            .set("partitioner", "murmur2_random");
        let inner = config
            .create()
            .map_err(|error| fault(brokers, "starting a producer", error))?;
        Ok(Self {
            brokers: brokers.to_owned(),
            timeout,
            inner,
        })
    }

    /// Sends events in their order and waits until all have arrived. An event without a key goes to a partition that
    /// its bytes decide, so that the same events always spread in the same way.
    ///
    /// # Errors
    /// [`crate::Error::outside`](crate::error::Error::outside) when the topic is not there or messages do not arrive in time. A message that is
    /// itself at fault is only reported.
    pub async fn send_all(&self, topic: &str, events: impl IntoIterator<Item = Event>) -> Result<SendReport> {
        let partitions = self.partitions(topic).await?;
        let mut report = SendReport::default();
        let mut under_way: VecDeque<(u64, DeliveryFuture)> = VecDeque::new();
        for (index, event) in (0_u64..).zip(events) {
            if under_way.len() >= IN_FLIGHT {
                self.settle(topic, &mut under_way, IN_FLIGHT / 2, &mut report)
                    .await?;
            }
            let mut record = FutureRecord::to(topic)
                .payload(event.payload.as_slice())
                .timestamp(event.timestamp.as_millisecond());
            match &event.key {
                Some(key) => record = record.key(key.as_bytes()),
                None => {
                    let at = u64::from(crc32fast::hash(&event.payload)) % partitions;
                    record = record.partition(i32::try_from(at).unwrap_or(0));
                }
            }
            loop {
                match self.inner.send_result(record) {
                    Ok(delivery) => {
                        under_way.push_back((index, delivery));
                        break;
                    }
                    Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => {
                        record = back;
                        let fewer = under_way.len().saturating_sub(100);
                        self.settle(topic, &mut under_way, fewer, &mut report).await?;
                        tokio::time::sleep(Duration::from_millis(1)).await;
                    }
                    Err((KafkaError::MessageProduction(code), _)) if own_fault(code) => {
                        report.refused.push(Refused {
                            index,
                            reason: code.to_string(),
                        });
                        break;
                    }
                    Err((error, _)) => {
                        return Err(fault(&self.brokers, format!("sending to {topic}"), error));
                    }
                }
            }
        }
        self.settle(topic, &mut under_way, 0, &mut report).await?;
        Ok(report)
    }

    /// Waits until at most `most` messages are under way.
    async fn settle(
        &self,
        topic: &str,
        under_way: &mut VecDeque<(u64, DeliveryFuture)>,
        most: usize,
        report: &mut SendReport,
    ) -> Result<()> {
        while under_way.len() > most {
            let Some((index, delivery)) = under_way.pop_front() else {
                return Ok(());
            };
            let outcome: Result<OwnedDeliveryResult, _> = delivery.await;
            match outcome {
                Ok(Ok(_)) => report.sent += 1,
                Ok(Err((KafkaError::MessageProduction(code), _))) if own_fault(code) => {
                    report.refused.push(Refused {
                        index,
                        reason: code.to_string(),
                    });
                }
                Ok(Err((error, _))) => {
                    return Err(fault(&self.brokers, format!("sending to {topic}"), error));
                }
                Err(_) => {
                    return Err(fault(
                        &self.brokers,
                        format!("sending to {topic}"),
                        "the producer stopped",
                    ));
                }
            }
        }
        Ok(())
    }

    /// How many partitions the topic has.
    async fn partitions(&self, topic: &str) -> Result<u64> {
        let (producer, timeout) = (self.inner.clone(), self.timeout);
        let (brokers, topic) = (self.brokers.clone(), topic.to_owned());
        blocking(move || {
            let doing = format!("asking for the topic {topic}");
            let metadata = producer.client().fetch_metadata(Some(&topic), timeout);
            let metadata = metadata.map_err(|error| fault(&brokers, &doing, error))?;
            match metadata.topics().first() {
                Some(found) if !found.partitions().is_empty() => Ok(found.partitions().len() as u64),
                // Created by this very question, and not ready yet: one partition is a safe guess for a hash.
                Some(found) if found.error().is_none() => Ok(1),
                _ => Err(fault(&brokers, &doing, "there is no such topic")),
            }
        })
        .await
    }
}

/// Whether the message alone is at fault.
fn own_fault(code: RDKafkaErrorCode) -> bool {
    matches!(
        code,
        RDKafkaErrorCode::MessageSizeTooLarge
            | RDKafkaErrorCode::InvalidMessageSize
            | RDKafkaErrorCode::InvalidTimestamp
            | RDKafkaErrorCode::InvalidRecord
    )
}
