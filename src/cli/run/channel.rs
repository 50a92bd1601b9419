//! Where a run's events go first: into a topic, or straight into files.
//!
//! Either way the channel itself tells how far it reaches, so that a run that was interrupted knows what has been sent.

use std::time::Duration;

use super::{TIMEOUT, topic};
use crate::error::Result;
use crate::world::events::Event;
use crate::world::files::FileDrop;
use crate::world::sink::{Producer, SendReport};

/// Where events go first.
pub enum Channel {
    /// A topic.
    Topic {
        /// Kafka's address.
        brokers: String,
        /// Its name.
        topic: String,
        /// Fills it.
        producer: Producer,
    },
    /// Files in a bucket.
    Files {
        /// Writes them.
        files: FileDrop,
        /// Where they lie.
        place: String,
        /// In real time, events wait so long for their file.
        patience: Duration,
    },
}

/// How often the producer of a topic looks whether an event is due.
const LOOK: Duration = Duration::from_millis(200);

impl Channel {
    /// How far the channel's partitions reach; files have one.
    ///
    /// # Errors
    /// A Kafka or a bucket that does not answer.
    pub async fn end_offsets(&self) -> Result<Vec<u64>> {
        match self {
            Self::Topic { brokers, topic, .. } => topic::end_offsets(brokers, topic, TIMEOUT).await,
            Self::Files { files, .. } => Ok(vec![files.end().await?]),
        }
    }

    /// Sends events in their order, and waits until all are there.
    ///
    /// # Errors
    /// As [`Channel::end_offsets`].
    pub async fn send_all(&self, events: impl IntoIterator<Item = Event>) -> Result<SendReport> {
        match self {
            Self::Topic { topic, producer, .. } => producer.send_all(topic, events).await,
            Self::Files { files, .. } => Ok(SendReport {
                sent: files.write(events).await?,
                refused: Vec::new(),
            }),
        }
    }

    /// In real time, how often it is looked whether an event is due.
    pub fn look(&self) -> Duration {
        match self {
            Self::Topic { .. } => LOOK,
            Self::Files { patience, .. } => *patience,
        }
    }

    /// The channel for people, with so many partitions.
    pub fn place(&self, partitions: usize) -> String {
        match self {
            Self::Topic { topic, .. } => {
                let partitions = crate::cli::table::count(partitions as u64, "partition");
                format!("topic {topic} ({partitions})")
            }
            Self::Files { place, .. } => format!("files under {place}"),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Topic { topic, .. } => topic,
            Self::Files { place, .. } => place,
        }
    }
}
