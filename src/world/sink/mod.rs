//! From a topic to files in a bucket, exactly once; and the producer that fills the topic.
//!
//! [`Producer`] sends events to Kafka. [`Sink`] reads the topic's partitions, gathers records into files and writes
//! them through an [`object_store::ObjectStore`], which may be the embedded S3 or a real one. Files are named
//! `<prefix><topic>+<partition>+<first offset>.json`. What is no JSON never enters a file: it becomes a dead letter,
//! an object of its own with topic, partition, offset, reason and the message.
//!
//! **Exactly once.** Before files are written, their boundaries are committed to the consumer group, as metadata of
//! the offset they start from; the offset itself moves on only after the objects are there. A sink that dies in
//! between finds the boundaries when it starts again and writes the same names with the same bytes, even if the topic
//! has grown meanwhile. So a file that a warehouse has already loaded never changes under its name.
//!
//! One sink of a group runs at a time: partitions are assigned, not subscribed to, so nothing waits for a rebalance.

mod batch;
pub(in crate::world) mod client;
mod dead_letter;
mod format;
mod json;
mod producer;
mod transfer;

#[cfg(test)]
mod broker_tests;
#[cfg(test)]
mod tests;

use std::time::Duration;

pub use client::ensure_topic;
pub use dead_letter::DeadLetter;
pub use format::FileFormat;
pub use producer::{Producer, Refused, SendReport};
pub use transfer::Sink;

use super::carrier::Carried;

/// What a [`Sink`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SinkConfig {
    /// Kafka's addresses, `host:port` with commas between.
    pub brokers: String,
    /// The topic to read.
    pub topic: String,
    /// The consumer group whose committed offsets tell how far the sink has come.
    pub group: String,
    /// Key prefix of the files; ends in `/` or is empty.
    pub prefix: String,
    /// Key prefix of the dead letters; ends in `/` or is empty.
    pub dead_letter_prefix: String,
    /// Form of the files.
    pub format: FileFormat,
    /// For [`FileFormat::Csv`]: the columns, as paths into the event such as `address.street`.
    pub csv_columns: Vec<String>,
    /// A file is full with this many records.
    pub records_per_file: u64,
    /// In real time ([`Sink::run`]), records wait at most about this long for their file to fill.
    pub time_per_file: Duration,
    /// How long the sink waits for Kafka or the bucket without any progress before it gives up.
    pub timeout: Duration,
}

/// One file that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    /// Its key in the bucket.
    pub path: String,
    /// The partition it came from.
    pub partition: i32,
    /// The offset of its first record.
    pub first_offset: i64,
    /// The offset after its last record.
    pub end_offset: i64,
    /// Records in it.
    pub rows: u64,
    /// Its size.
    pub bytes: u64,
}

/// What one transfer did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SinkReport {
    /// Records read.
    pub records: u64,
    /// Files written, by partition and offset.
    pub files: Vec<WrittenFile>,
    /// How many messages were set aside.
    pub dead_letter_count: u64,
    /// The first of them, up to [`KEPT_DEAD_LETTERS`], with keys and messages cut to [`KEPT_BYTES`]. The objects in
    /// the bucket are all there, and whole.
    pub dead_letters: Vec<DeadLetter>,
    /// Offsets that Kafka had already dropped before the sink came to read them: partition, from, up to.
    pub dropped: Vec<(i32, i64, i64)>,
}

/// A report lists at most this many dead letters.
pub const KEPT_DEAD_LETTERS: usize = 1000;
/// A report quotes at most this much of a dead letter.
pub const KEPT_BYTES: usize = 1024;

impl SinkReport {
    /// Records that went into files.
    pub fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    /// Adds what another transfer did.
    pub fn absorb(&mut self, other: Self) {
        self.records += other.records;
        self.files.extend(other.files);
        self.dead_letter_count += other.dead_letter_count;
        let room = KEPT_DEAD_LETTERS.saturating_sub(self.dead_letters.len());
        self.dead_letters
            .extend(other.dead_letters.into_iter().take(room));
        self.dropped.extend(other.dropped);
    }

    /// Notes messages that were set aside.
    fn set_aside(&mut self, letters: Vec<DeadLetter>) {
        self.dead_letter_count += letters.len() as u64;
        let room = KEPT_DEAD_LETTERS.saturating_sub(self.dead_letters.len());
        self.dead_letters
            .extend(letters.into_iter().take(room).map(|mut letter| {
                for bytes in [&mut letter.key, &mut letter.payload].into_iter().flatten() {
                    bytes.truncate(KEPT_BYTES);
                    bytes.shrink_to_fit();
                }
                letter
            }));
    }
}

impl From<SinkReport> for Carried {
    fn from(report: SinkReport) -> Self {
        let dropped = report.dropped.iter().map(|(partition, from, to)| {
            format!("Kafka had dropped the offsets {from} to {to} of partition {partition} before the sink read them")
        });
        Self {
            records: report.records,
            files: report.files.len() as u64,
            dead_letters: report.dead_letter_count,
            lost: dropped.collect(),
        }
    }
}
