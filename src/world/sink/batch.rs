//! Grouping a partition's records into files. No Kafka and no bucket here: records in, closed files out.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::dead_letter::DeadLetter;
use super::{SinkConfig, json};

/// A file is closed beyond this size, whatever it holds.
pub(super) const MAX_FILE_BYTES: usize = 64 << 20;
/// The boundaries of at most this many files are committed at once: Kafka takes 4096 bytes of metadata.
pub(super) const MAX_BOUNDARIES: usize = 100;

/// A record as it comes from Kafka.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    pub offset: i64,
    pub timestamp: Option<Timestamp>,
    pub key: Option<Vec<u8>>,
    pub payload: Option<Vec<u8>>,
}

/// A file ready to be written, with the dead letters of the same range of offsets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ClosedFile {
    /// Offset of the first record in it; `None` when all records of the range are dead letters.
    pub first_offset: Option<i64>,
    /// The offset after the range.
    pub end_offset: i64,
    pub rows: u64,
    pub bytes: Vec<u8>,
    pub dead_letters: Vec<DeadLetter>,
    /// The size of the dead letters' messages.
    pub dead_bytes: usize,
}

/// The files of one partition in the making.
#[derive(Debug)]
pub(super) struct PartitionBatch {
    pub partition: i32,
    /// Where the oldest range that is not yet written begins.
    pub start: i64,
    /// Files that are closed and not yet written.
    pub closed: Vec<ClosedFile>,
    /// Boundaries that an earlier sink committed and perhaps wrote; they hold before any rule of today.
    committed: VecDeque<i64>,
    open: Option<ClosedFile>,
}

impl PartitionBatch {
    /// A partition from `start`, with the boundaries an earlier sink may have left.
    pub(super) fn new(partition: i32, start: i64, committed: Vec<i64>) -> Self {
        let committed = committed.into_iter().filter(|end| *end > start).collect();
        Self {
            partition,
            start,
            closed: Vec::new(),
            committed,
            open: None,
        }
    }

    /// Bytes that wait to be written.
    pub(super) fn waiting_bytes(&self) -> usize {
        self.closed
            .iter()
            .map(|file| file.bytes.len() + file.dead_bytes)
            .sum()
    }

    /// Takes the next record of the partition.
    pub(super) fn push(&mut self, config: &SinkConfig, record: Record) {
        // Offsets may have holes, so a boundary can lie before the next record.
        while self.committed.front().is_some_and(|end| *end <= record.offset) {
            self.close(config);
        }
        let end_offset = record.offset + 1;
        let file = self.open.get_or_insert_with(|| ClosedFile {
            first_offset: None,
            end_offset,
            rows: 0,
            bytes: Vec::new(),
            dead_letters: Vec::new(),
            dead_bytes: 0,
        });
        file.end_offset = end_offset;
        let payload = record.payload.as_deref();
        let written = match payload {
            None => Err("the message has no value".to_owned()),
            Some(payload) => json::check(payload).and_then(|()| {
                config
                    .format
                    .append(&mut file.bytes, payload, &config.csv_columns)
            }),
        };
        match written {
            Ok(()) => {
                file.first_offset.get_or_insert(record.offset);
                file.rows += 1;
            }
            Err(reason) => {
                file.dead_bytes += payload.map_or(0, <[u8]>::len) + record.key.as_ref().map_or(0, Vec::len);
                file.dead_letters.push(DeadLetter {
                    path: name(
                        &config.dead_letter_prefix,
                        &config.topic,
                        self.partition,
                        record.offset,
                        "json",
                    ),
                    partition: self.partition,
                    offset: record.offset,
                    timestamp: record.timestamp,
                    key: record.key,
                    payload: record.payload,
                    reason,
                });
            }
        }
        let full = match self.committed.front() {
            Some(end) => end_offset >= *end,
            None => {
                file.rows >= config.records_per_file
                    || file.dead_letters.len() as u64 >= config.records_per_file.max(1000)
                    || file.bytes.len() + file.dead_bytes >= MAX_FILE_BYTES
            }
        };
        if full {
            self.close(config);
        }
    }

    /// Closes the open file, if any, at the end of a transfer.
    pub(super) fn close(&mut self, config: &SinkConfig) {
        let boundary = self.committed.pop_front();
        let Some(mut file) = self.open.take() else { return };
        if let Some(boundary) = boundary {
            file.end_offset = file.end_offset.max(boundary);
        }
        if file.rows > 0 {
            config.format.finish(&mut file.bytes);
        }
        self.closed.push(file);
    }

    /// Drops the open file: its records are read again next time.
    pub(super) fn forget_open(&mut self) {
        self.open = None;
    }
}

/// The name of an object: `<prefix><topic>+<partition>+<offset>.<extension>`, the offset with leading zeros so that
/// names sort as offsets do.
pub(super) fn name(prefix: &str, topic: &str, partition: i32, offset: i64, extension: &str) -> String {
    format!("{prefix}{topic}+{partition}+{offset:010}.{extension}")
}

/// Boundaries as the metadata of a committed offset.
pub(super) fn boundaries_to_text(ends: impl Iterator<Item = i64>) -> String {
    let ends: Vec<String> = ends.map(|end| end.to_string()).collect();
    format!("snowglobe:{}", ends.join(","))
}

/// Boundaries from the metadata of a committed offset; none if it is somebody else's text.
pub(super) fn boundaries_from_text(text: &str) -> Vec<i64> {
    let Some(list) = text.strip_prefix("snowglobe:") else {
        return Vec::new();
    };
    let ends: Result<Vec<i64>, _> = list.split(',').map(str::parse).collect();
    ends.unwrap_or_default()
}
