//! Where a run's events go first: into a topic, or straight into files.
//!
//! Either way the channel itself tells how far it reaches, so that a run that was interrupted knows what has been sent.

use std::time::Duration;

use super::{TIMEOUT, topic};
use crate::error::Result;
use crate::world::events::Event;
use crate::world::files::FileDrop;
use crate::world::mover;
use crate::world::mover::inbox::Inbox;
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
    /// Files in a folder, from where a mover carries them on.
    Folder {
        /// Writes them.
        inbox: Inbox,
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
            Self::Folder { inbox, .. } => Ok(vec![inbox.end()?]),
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
            Self::Folder { inbox, .. } => Ok(SendReport {
                sent: inbox.write(events)?,
                refused: Vec::new(),
            }),
        }
    }

    /// In real time, how often it is looked whether an event is due.
    pub fn look(&self) -> Duration {
        match self {
            Self::Topic { .. } => LOOK,
            Self::Files { patience, .. } | Self::Folder { patience, .. } => *patience,
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
            // Where the folder lies differs from run to run.
            Self::Folder { inbox, .. } => format!("files {}+*.{} in a folder", inbox.name, inbox.extension),
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Topic { topic, .. } => topic,
            Self::Files { place, .. } => place,
            Self::Folder { inbox, .. } => &inbox.name,
        }
    }

    /// Files that a mover set aside, in words.
    ///
    /// # Errors
    /// A folder that cannot be read.
    pub fn set_aside(&self) -> Result<Vec<String>> {
        let Self::Folder { inbox, .. } = self else {
            return Ok(Vec::new());
        };
        let letters = mover::set_aside(&inbox.folder)?;
        let told = letters
            .into_iter()
            .map(|(file, why)| format!("the mover set {file} aside: {why}"));
        Ok(told.collect())
    }
}
