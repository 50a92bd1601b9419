//! The sink itself: from Kafka's partitions into the bucket.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use jiff::Timestamp;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use rdkafka::consumer::{CommitMode, Consumer, StreamConsumer};
use rdkafka::error::KafkaError;
use rdkafka::{Message, Offset, TopicPartitionList};
use tokio_util::sync::CancellationToken;

use super::batch::{
    MAX_BOUNDARIES, MAX_FILE_BYTES, PartitionBatch, Record, boundaries_from_text, boundaries_to_text, name,
};
use super::client::{blocking, fault, passing, settings};
use super::{SinkConfig, SinkReport, WrittenFile};
use crate::error::{Error, Result};
use crate::world::carrier::{Carried, Carrier};

/// How often [`Sink::run`] looks whether there is something to do.
const LOOK: Duration = Duration::from_secs(1);

/// Carries a topic's records into files; see the [module](super).
pub struct Sink {
    config: SinkConfig,
    store: Arc<dyn ObjectStore>,
    consumer: Arc<StreamConsumer>,
}

/// What a transfer takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Take {
    /// All there is; the last file of a partition may be short.
    Everything,
    /// Only what fills files.
    FullFiles,
}

/// One partition as Kafka sees it.
#[derive(Debug)]
struct Partition {
    id: i32,
    /// Where the sink goes on.
    start: i64,
    /// The offset the next message will get.
    high: i64,
    /// Boundaries that an earlier sink committed.
    boundaries: Vec<i64>,
    /// Offsets that were dropped before they were read.
    dropped: Option<(i64, i64)>,
}

impl Sink {
    /// A sink that writes to `store`, whose root is the bucket. Kafka is not asked yet.
    ///
    /// # Errors
    /// Settings that do not go together.
    pub fn new(config: SinkConfig, store: Arc<dyn ObjectStore>) -> Result<Self> {
        if config.records_per_file == 0 {
            return Err(Error::configuration(
                "a file of no records: records_per_file must be at least 1",
            ));
        }
        if config.format == super::FileFormat::Csv && config.csv_columns.is_empty() {
            return Err(Error::configuration(
                "CSV files need columns, such as eventId or address.street",
            ));
        }
        Path::parse(name(&config.prefix, &config.topic, 0, 0, "json"))
            .and_then(|_| Path::parse(name(&config.dead_letter_prefix, &config.topic, 0, 0, "json")))
            .map_err(|error| Error::configuration(format!("the sink cannot name its files: {error}")))?;
        let mut client = settings(&config.brokers);
        client
            .set("group.id", &config.group)
            .set("enable.auto.commit", "false")
            .set("enable.auto.offset.store", "false")
            .set("auto.offset.reset", "error")
            .set("enable.partition.eof", "true")
            // Partitions are only read while there is something to read, so a fetch never waits for long; and what is
            // asked after it on the same connection would wait with it.
            .set("fetch.wait.max.ms", "5")
            .set("check.crcs", "true")
            .set("isolation.level", "read_committed");
        let consumer: StreamConsumer = client
            .create()
            .map_err(|error| fault(&config.brokers, "starting a consumer", error))?;
        Ok(Self {
            config,
            store,
            consumer: Arc::new(consumer),
        })
    }

    /// Takes everything that is in the topic at this moment into files, and commits.
    ///
    /// # Errors
    /// [`Error::outside`] when Kafka or the bucket fails or makes no progress for [`SinkConfig::timeout`]. What was
    /// committed by then stays; the next call goes on from there.
    pub async fn drain(&mut self) -> Result<SinkReport> {
        self.transfer(Take::Everything).await
    }

    /// Works in real time until `shutdown`: full files are written soon after they are full, others after
    /// [`SinkConfig::time_per_file`]. `report` hears of everything that was written, and of failures, after which the
    /// sink tries again. At the end everything that is left in the topic is taken.
    pub async fn run(
        &mut self,
        shutdown: impl Future<Output = ()>,
        mut report: impl FnMut(Result<SinkReport>),
    ) {
        tokio::pin!(shutdown);
        let mut waited = Duration::ZERO;
        let mut look =
            tokio::time::interval(LOOK.min(self.config.time_per_file).max(Duration::from_millis(10)));
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let step = look.period();
        loop {
            let take = tokio::select! {
                () = &mut shutdown => break,
                _ = look.tick() => {
                    waited += step;
                    if waited >= self.config.time_per_file { Take::Everything } else { Take::FullFiles }
                }
            };
            if take == Take::Everything {
                waited = Duration::ZERO;
            }
            match self.transfer(take).await {
                Ok(done) if done == SinkReport::default() => {}
                outcome => report(outcome),
            }
        }
        report(self.drain().await);
    }

    async fn transfer(&self, take: Take) -> Result<SinkReport> {
        let mut report = SinkReport::default();
        let mut batches: BTreeMap<i32, PartitionBatch> = BTreeMap::new();
        // Partitions still being read: up to which offset, and whether an unfinished file is closed there.
        let mut reading: BTreeMap<i32, (i64, bool)> = BTreeMap::new();
        for partition in self.partitions().await? {
            if let Some((from, to)) = partition.dropped {
                report.dropped.push((partition.id, from, to));
            }
            let (end, close) = self.range(&partition, take);
            if partition.start < end {
                reading.insert(partition.id, (end, close));
                let batch = PartitionBatch::new(partition.id, partition.start, partition.boundaries);
                batches.insert(partition.id, batch);
            }
        }
        if reading.is_empty() {
            return Ok(report);
        }
        self.assign(&batches)?;
        let read = self.read(&mut batches, &mut reading, &mut report).await;
        // Nothing is fetched ahead between transfers, nor after a failure.
        let unassigned = self.consumer.unassign();
        read?;
        unassigned.map_err(|error| self.fault("letting go of the partitions", error))?;
        report
            .files
            .sort_by_key(|file| (file.partition, file.first_offset));
        report
            .dead_letters
            .sort_by_key(|letter| (letter.partition, letter.offset));
        Ok(report)
    }

    async fn read(
        &self,
        batches: &mut BTreeMap<i32, PartitionBatch>,
        reading: &mut BTreeMap<i32, (i64, bool)>,
        report: &mut SinkReport,
    ) -> Result<()> {
        let deadline = || tokio::time::Instant::now() + self.config.timeout;
        let mut give_up = deadline();
        let mut last_error = None;
        while !reading.is_empty() {
            let message = match tokio::time::timeout_at(give_up, self.consumer.recv()).await {
                Ok(message) => message,
                Err(_) => {
                    let why = last_error.map_or_else(String::new, |error: KafkaError| format!(": {error}"));
                    let left: Vec<String> = reading.keys().map(ToString::to_string).collect();
                    let why = format!("no message within {:?}{why}", self.config.timeout);
                    return Err(self.fault(format!("reading partition {}", left.join(", ")), why));
                }
            };
            let (id, done) = match message {
                Ok(message) => {
                    let id = message.partition();
                    let (Some((end, _)), Some(batch)) = (reading.get(&id).copied(), batches.get_mut(&id))
                    else {
                        continue; // beyond what this transfer takes
                    };
                    give_up = deadline();
                    let offset = message.offset();
                    if offset < end {
                        report.records += 1;
                        batch.push(&self.config, record(&message));
                    }
                    (id, offset + 1 >= end)
                }
                // The end of a partition may come before the offset wanted, when its last records are only markers.
                Err(KafkaError::PartitionEOF(id)) => (id, true),
                Err(KafkaError::MessageConsumption(code)) if passing(code) => {
                    last_error = Some(KafkaError::MessageConsumption(code));
                    continue;
                }
                Err(error) => return Err(self.fault("reading", error)),
            };
            if done
                && let Some((_, close)) = reading.remove(&id)
                && let Some(batch) = batches.get_mut(&id)
            {
                if close {
                    batch.close(&self.config)
                } else {
                    batch.forget_open()
                }
            }
            let waiting: usize = batches.values().map(PartitionBatch::waiting_bytes).sum();
            let many = batches
                .get(&id)
                .is_some_and(|batch| batch.closed.len() >= MAX_BOUNDARIES);
            if waiting >= MAX_FILE_BYTES || many || reading.is_empty() {
                self.flush(batches, report).await?;
                give_up = deadline();
            }
        }
        Ok(())
    }

    /// Up to which offset a transfer reads a partition, and whether it closes an unfinished file there.
    fn range(&self, partition: &Partition, take: Take) -> (i64, bool) {
        match (take, partition.boundaries.last()) {
            (Take::Everything, _) => (partition.high, true),
            (Take::FullFiles, Some(last)) => ((*last).min(partition.high), true),
            (Take::FullFiles, None) => {
                let size = i64::try_from(self.config.records_per_file).unwrap_or(i64::MAX);
                let full = (partition.high - partition.start) / size;
                (partition.start + full * size, false)
            }
        }
    }

    /// Writes all closed files: boundaries first, then the objects, then the offsets.
    async fn flush(
        &self,
        batches: &mut BTreeMap<i32, PartitionBatch>,
        report: &mut SinkReport,
    ) -> Result<()> {
        let closed = || batches.values().filter(|batch| !batch.closed.is_empty());
        if closed().next().is_none() {
            return Ok(());
        }
        let mut intents = Vec::new();
        let mut ends = Vec::new();
        for batch in closed() {
            let boundaries = boundaries_to_text(batch.closed.iter().map(|file| file.end_offset));
            intents.push((batch.partition, batch.start, boundaries));
            let end = batch.closed.last().map_or(batch.start, |file| file.end_offset);
            ends.push((batch.partition, end, String::new()));
        }
        self.commit(intents).await?;
        for batch in batches.values_mut() {
            for file in std::mem::take(&mut batch.closed) {
                for letter in &file.dead_letters {
                    self.put(&letter.path, letter.to_json(&self.config.topic)).await?;
                }
                if let Some(first_offset) = file.first_offset {
                    let written = WrittenFile {
                        path: name(
                            &self.config.prefix,
                            &self.config.topic,
                            batch.partition,
                            first_offset,
                            self.config.format.extension(),
                        ),
                        partition: batch.partition,
                        first_offset,
                        end_offset: file.end_offset,
                        rows: file.rows,
                        bytes: file.bytes.len() as u64,
                    };
                    self.put(&written.path, file.bytes).await?;
                    report.files.push(written);
                }
                report.set_aside(file.dead_letters);
                batch.start = file.end_offset;
            }
        }
        self.commit(ends).await
    }

    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<()> {
        let failed = |why: String| Error::outside(format!("the sink cannot write {path}: {why}"));
        let key = Path::parse(path).map_err(|error| failed(error.to_string()))?;
        let put = self.store.put(&key, PutPayload::from(bytes));
        match tokio::time::timeout(self.config.timeout, put).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(failed(error.to_string())),
            Err(_) => Err(failed(format!("no answer within {:?}", self.config.timeout))),
        }
    }

    /// Commits partition, offset and metadata.
    async fn commit(&self, offsets: Vec<(i32, i64, String)>) -> Result<()> {
        let (consumer, topic, brokers) = (
            Arc::clone(&self.consumer),
            self.config.topic.clone(),
            self.config.brokers.clone(),
        );
        blocking(move || {
            let failed = |error: KafkaError| fault(&brokers, "committing offsets", error);
            let mut list = TopicPartitionList::with_capacity(offsets.len());
            for (partition, offset, metadata) in &offsets {
                let mut element = list.add_partition(&topic, *partition);
                element.set_offset(Offset::Offset(*offset)).map_err(failed)?;
                element.set_metadata(metadata);
            }
            consumer.commit(&list, CommitMode::Sync).map_err(failed)
        })
        .await
    }

    fn assign(&self, batches: &BTreeMap<i32, PartitionBatch>) -> Result<()> {
        let mut list = TopicPartitionList::with_capacity(batches.len());
        for batch in batches.values() {
            list.add_partition_offset(&self.config.topic, batch.partition, Offset::Offset(batch.start))
                .map_err(|error| self.fault("choosing where to read", error))?;
        }
        self.consumer
            .assign(&list)
            .map_err(|error| self.fault("taking the partitions", error))
    }

    /// Asks Kafka how far each partition reaches, and how far the group has come.
    async fn partitions(&self) -> Result<Vec<Partition>> {
        let (consumer, config) = (Arc::clone(&self.consumer), self.config.clone());
        blocking(move || {
            let failed = |error: KafkaError| {
                fault(
                    &config.brokers,
                    format!("asking for the topic {}", config.topic),
                    error,
                )
            };
            let metadata = consumer
                .fetch_metadata(Some(&config.topic), config.timeout)
                .map_err(failed)?;
            let topic = metadata
                .topics()
                .iter()
                .find(|topic| topic.name() == config.topic);
            let ids: Vec<i32> = match topic {
                Some(topic) if topic.error().is_none() => topic.partitions().iter().map(|p| p.id()).collect(),
                _ => Vec::new(),
            };
            if ids.is_empty() {
                let what = format!("there is no topic {}", config.topic);
                return Err(Error::outside(format!("Kafka at {}: {what}", config.brokers))
                    .with_hint("create the topic, or check its name"));
            }
            let mut asked = TopicPartitionList::with_capacity(ids.len());
            for id in &ids {
                asked.add_partition(&config.topic, *id);
            }
            let committed = consumer
                .committed_offsets(asked, config.timeout)
                .map_err(failed)?;
            let mut partitions = Vec::with_capacity(ids.len());
            for id in ids {
                let (low, high) = consumer
                    .fetch_watermarks(&config.topic, id, config.timeout)
                    .map_err(failed)?;
                let known = committed.find_partition(&config.topic, id);
                partitions.push(
                    match known
                        .as_ref()
                        .map(|element| (element.offset(), element.metadata()))
                    {
                        Some((Offset::Offset(offset), metadata)) => {
                            place(&config, id, offset, low, high, boundaries_from_text(metadata))?
                        }
                        _ => Partition {
                            id,
                            start: low,
                            high,
                            boundaries: Vec::new(),
                            dropped: None,
                        },
                    },
                );
            }
            partitions.sort_by_key(|partition| partition.id);
            Ok(partitions)
        })
        .await
    }

    fn fault(&self, doing: impl std::fmt::Display, error: impl std::fmt::Display) -> Error {
        fault(
            &self.config.brokers,
            format!("topic {}: {doing}", self.config.topic),
            error,
        )
    }
}

/// Where the sink goes on in a partition whose group has committed `offset`.
fn place(
    config: &SinkConfig,
    id: i32,
    offset: i64,
    low: i64,
    high: i64,
    boundaries: Vec<i64>,
) -> Result<Partition> {
    if offset > high {
        return Err(Error::outside(format!(
            "Kafka at {}: group {} has read partition {id} of {} up to offset {offset}, but the topic ends at {high}",
            config.brokers, config.group, config.topic
        ))
        .with_hint("the topic was created anew; use another group, or delete this one"));
    }
    if offset < low {
        return Ok(Partition {
            id,
            start: low,
            high,
            boundaries,
            dropped: Some((offset, low)),
        });
    }
    Ok(Partition {
        id,
        start: offset,
        high,
        boundaries,
        dropped: None,
    })
}

fn record(message: &impl Message) -> Record {
    Record {
        offset: message.offset(),
        timestamp: message
            .timestamp()
            .to_millis()
            .and_then(|millis| Timestamp::from_millisecond(millis).ok()),
        key: message.key().map(<[u8]>::to_vec),
        payload: message.payload().map(<[u8]>::to_vec),
    }
}

#[async_trait]
impl Carrier for Sink {
    async fn drain(&mut self) -> Result<Carried> {
        Sink::drain(self).await.map(Carried::from)
    }

    async fn run(&mut self, stop: CancellationToken, report: &mut (dyn FnMut(Result<Carried>) + Send)) {
        Sink::run(self, stop.cancelled(), |done| report(done.map(Carried::from))).await;
    }
}
