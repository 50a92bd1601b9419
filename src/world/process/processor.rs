//! The processor itself: from Kafka's partitions through batches into the bucket.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};
use tokio_util::sync::CancellationToken;

use super::batch::{Made, process};
use super::topic::{Range, Topic};
use super::window::State;
use super::{ProcessConfig, ProcessSpec, log};
use crate::error::{Error, Result};
use crate::world::carrier::{Carried, Carrier};

/// Processes a topic; see the [module](super).
pub struct Processor {
    spec: ProcessSpec,
    config: ProcessConfig,
    topic: Topic,
    store: Arc<dyn ObjectStore>,
    /// What batches so far have led to; `None` before the log is read.
    progress: Option<Progress>,
}

#[derive(Default)]
struct Progress {
    state: State,
    /// The number of the next batch.
    next: u64,
    /// Where the next batch begins.
    reached: Range,
}

/// A batch takes at most this many messages of a partition.
const MOST_OF_PARTITION: i64 = 50_000;

impl Processor {
    /// A processor that writes to `store`, whose root is the bucket. Nothing is asked yet.
    ///
    /// # Errors
    /// A specification that cannot be followed.
    pub fn new(spec: ProcessSpec, config: ProcessConfig, store: Arc<dyn ObjectStore>) -> Result<Self> {
        spec.check().map_err(Error::configuration)?;
        let topic = Topic {
            brokers: config.brokers.clone(),
            name: config.topic.clone(),
            timeout: config.timeout,
        };
        Ok(Self {
            spec,
            config,
            topic,
            store,
            progress: None,
        })
    }

    /// Has the state back from the log. The last batch is written once more: perhaps it was not finished.
    async fn restore(&self) -> Result<(Progress, Carried)> {
        let mut progress = Progress::default();
        let mut carried = Carried::default();
        let batches = log::read(self.store.as_ref(), &self.config.checkpoint_prefix).await?;
        let last = batches.len().saturating_sub(1);
        let bounds = if batches.is_empty() {
            Range::new()
        } else {
            self.topic.bounds().await?
        };
        for (at, range) in batches.into_iter().enumerate() {
            for (id, (start, end)) in &range {
                let (low, high) = bounds.get(id).copied().unwrap_or_default();
                if start < end && (*start < low || *end > high) {
                    let what = format!(
                        "offsets {start} to {end} of partition {id}, of which the log of batches tells, are not in the topic"
                    );
                    return Err(self.topic.fault("having the state back", what));
                }
            }
            let messages = self.topic.read(&range).await?;
            let made = process(
                &self.spec,
                &self.config,
                &mut progress.state,
                progress.next,
                messages,
            );
            if at == last {
                carried = self.put(made).await?;
            }
            progress.reach(range);
        }
        Ok((progress, carried))
    }

    /// Processes one batch of what there is; `None` if there is nothing.
    async fn batch(&self, progress: &mut Progress) -> Result<Option<Carried>> {
        let mut range = Range::new();
        let mut lost = Vec::new();
        for (id, (low, high)) in self.topic.bounds().await? {
            let reached = progress.reached.get(&id).map_or(low, |(_, end)| *end);
            if reached < low {
                lost.push(format!(
                    "Kafka had dropped the offsets {reached} to {low} of partition {id} before they were processed"
                ));
            }
            let start = reached.max(low);
            range.insert(
                id,
                (
                    start,
                    high.min(start.saturating_add(MOST_OF_PARTITION)).max(start),
                ),
            );
        }
        if range.values().all(|(start, end)| start == end) {
            return Ok(None);
        }
        log::write(
            self.store.as_ref(),
            &self.config.checkpoint_prefix,
            progress.next,
            &range,
        )
        .await?;
        let messages = self.topic.read(&range).await?;
        let records = messages.len() as u64;
        let made = process(
            &self.spec,
            &self.config,
            &mut progress.state,
            progress.next,
            messages,
        );
        let mut carried = self.put(made).await?;
        carried.records = records;
        carried.lost = lost;
        progress.reach(range);
        Ok(Some(carried))
    }

    async fn put(&self, made: Made) -> Result<Carried> {
        let carried = Carried {
            files: made.files.len() as u64,
            dead_letters: made.letters.len() as u64,
            ..Carried::default()
        };
        let letters = made.letters.into_iter().map(|letter| {
            let json = letter.to_json(&self.config.topic);
            (letter.path, json)
        });
        for (key, bytes) in letters.chain(made.files) {
            let failed = |why: String| Error::outside(format!("the processor cannot write {key}: {why}"));
            let path = Path::parse(&key).map_err(|error| failed(error.to_string()))?;
            let put = self.store.put(&path, PutPayload::from(bytes));
            match tokio::time::timeout(self.config.timeout, put).await {
                Ok(Ok(_)) => {}
                Ok(Err(error)) => return Err(failed(error.to_string())),
                Err(_) => return Err(failed(format!("no answer within {:?}", self.config.timeout))),
            }
        }
        Ok(carried)
    }
}

impl Progress {
    fn reach(&mut self, range: Range) {
        self.next += 1;
        self.reached = range;
    }
}

#[async_trait]
impl Carrier for Processor {
    async fn drain(&mut self) -> Result<Carried> {
        // A batch that fails half-way leaves a state that is neither before nor after it: then the log is read again.
        let (mut progress, mut carried) = match self.progress.take() {
            Some(progress) => (progress, Carried::default()),
            None => self.restore().await?,
        };
        while let Some(done) = self.batch(&mut progress).await? {
            carried.absorb(done);
        }
        self.progress = Some(progress);
        Ok(carried)
    }

    async fn run(&mut self, stop: CancellationToken, report: &mut (dyn FnMut(Result<Carried>) + Send)) {
        let mut trigger = tokio::time::interval(self.config.trigger.max(Duration::from_millis(100)));
        trigger.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = trigger.tick() => {}
            }
            match self.drain().await {
                Ok(done) if done == Carried::default() => {}
                outcome => report(outcome),
            }
        }
        report(self.drain().await);
    }
}
