//! Record batches, format 2: the header's fields, and the checks a produced batch must pass.
//!
//! The broker keeps batches as the bytes the producer sent. Base offset and leader epoch lie outside the checksum,
//! so assigning an offset changes no checksum and compressed batches are never opened to store them.

use bytes::{Buf, Bytes};
use kafka_protocol::ResponseError;
use kafka_protocol::records::RecordBatchDecoder;

use super::records;

/// Bytes of a batch before its records.
pub(crate) const HEADER_BYTES: usize = 61;
/// Bytes before those that the batch's own length counts: base offset and the length itself.
pub(crate) const PREFIX_BYTES: usize = 12;

const MAGIC_AT: usize = 16;
const TIMESTAMP_TYPE: i16 = 1 << 3;
const TRANSACTIONAL: i16 = 1 << 4;
const CONTROL: i16 = 1 << 5;

/// How the records of a batch are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Codec {
    None,
    Gzip,
    Snappy,
    Lz4,
    Zstd,
}

/// What a batch says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BatchHeader {
    /// Offset of the first record.
    pub(crate) base_offset: i64,
    /// The whole batch's size in bytes, prefix included.
    pub(crate) bytes: usize,
    /// Compression, timestamp type, transaction and control bits.
    pub(crate) attributes: i16,
    /// Last record's offset less the first's.
    pub(crate) last_offset_delta: i32,
    /// The first record's time, milliseconds since 1970.
    pub(crate) base_timestamp: i64,
    /// The latest record's time, milliseconds since 1970.
    pub(crate) max_timestamp: i64,
    /// Idempotent producer, or -1.
    pub(crate) producer_id: i64,
    /// That producer's epoch, or -1.
    pub(crate) producer_epoch: i16,
    /// Sequence number of the first record, or -1.
    pub(crate) base_sequence: i32,
    /// Number of records.
    pub(crate) count: i32,
}

impl BatchHeader {
    /// Reads a header from the start of `bytes`; `None` if it is too short, of another format or of no sensible
    /// length. Neither checksum nor records are looked at.
    pub(crate) fn parse(bytes: &[u8]) -> Option<Self> {
        if bytes.len() < HEADER_BYTES || bytes.get(MAGIC_AT) != Some(&2) {
            return None;
        }
        let mut buf = bytes;
        let base_offset = buf.get_i64();
        let size = usize::try_from(buf.get_i32()).ok()?.checked_add(PREFIX_BYTES)?;
        if size < HEADER_BYTES {
            return None;
        }
        buf.advance(4 + 1 + 4); // leader epoch, magic, checksum
        Some(Self {
            base_offset,
            bytes: size,
            attributes: buf.get_i16(),
            last_offset_delta: buf.get_i32(),
            base_timestamp: buf.get_i64(),
            max_timestamp: buf.get_i64(),
            producer_id: buf.get_i64(),
            producer_epoch: buf.get_i16(),
            base_sequence: buf.get_i32(),
            count: buf.get_i32(),
        })
    }

    /// The compression, if it is one that Kafka knows.
    pub(crate) fn codec(&self) -> Option<Codec> {
        match self.attributes & 0x7 {
            0 => Some(Codec::None),
            1 => Some(Codec::Gzip),
            2 => Some(Codec::Snappy),
            3 => Some(Codec::Lz4),
            4 => Some(Codec::Zstd),
            _ => None,
        }
    }

    /// Offset of the last record.
    pub(crate) fn last_offset(&self) -> i64 {
        self.base_offset.saturating_add(i64::from(self.last_offset_delta))
    }

    /// Sequence number of the last record; sequences wrap from the largest i32 to 0.
    pub(crate) fn last_sequence(&self) -> i32 {
        sequence_after(self.base_sequence, self.last_offset_delta)
    }
}

/// The sequence number `delta` records on.
pub(crate) fn sequence_after(sequence: i32, delta: i32) -> i32 {
    let sum = i64::from(sequence) + i64::from(delta);
    i32::try_from(sum % (i64::from(i32::MAX) + 1)).unwrap_or(0)
}

/// Whether the checksum of the one batch in `bytes` holds.
pub(crate) fn checksum_holds(bytes: &Bytes) -> bool {
    RecordBatchDecoder::decode_batch_info(&mut bytes.clone()).is_ok_and(|found| found.len() == 1)
}

/// Checks the record data of one produced partition: exactly one batch, whole, sound and of a kind this broker
/// keeps. `limit` is the topic's `max.message.bytes`.
pub(crate) fn check_produced(data: &Bytes, limit: usize) -> Result<BatchHeader, ResponseError> {
    if data.get(MAGIC_AT).is_some_and(|magic| *magic < 2) {
        return Err(ResponseError::UnsupportedForMessageFormat);
    }
    let header = BatchHeader::parse(data).ok_or(ResponseError::CorruptMessage)?;
    if header.bytes > limit {
        return Err(ResponseError::MessageTooLarge);
    }
    if header.bytes > data.len() {
        return Err(ResponseError::CorruptMessage);
    }
    if header.bytes < data.len() {
        return Err(ResponseError::InvalidRecord); // a second batch, or stray bytes
    }
    let codec = header.codec().ok_or(ResponseError::UnsupportedCompressionType)?;
    if !checksum_holds(data) {
        return Err(ResponseError::CorruptMessage);
    }
    if header.attributes & TRANSACTIONAL != 0 {
        return Err(ResponseError::InvalidTxnState);
    }
    if header.attributes & CONTROL != 0 {
        return Err(ResponseError::InvalidRecord);
    }
    if header.attributes & TIMESTAMP_TYPE != 0 {
        return Err(ResponseError::InvalidTimestamp);
    }
    if header.count <= 0 || header.last_offset_delta != header.count - 1 {
        return Err(ResponseError::InvalidRecord);
    }
    if header.producer_id >= 0 && (header.base_sequence < 0 || header.producer_epoch < 0) {
        return Err(ResponseError::InvalidRecord);
    }
    if codec == Codec::None && !records::sound(data, &header) {
        return Err(ResponseError::InvalidRecord);
    }
    Ok(header)
}

/// A copy of a checked batch that starts at `base_offset`, with leader epoch 0.
pub(crate) fn placed(data: &[u8], base_offset: i64) -> Vec<u8> {
    let mut copy = data.to_vec();
    if let Some(place) = copy.get_mut(..8) {
        place.copy_from_slice(&base_offset.to_be_bytes());
    }
    if let Some(epoch) = copy.get_mut(PREFIX_BYTES..MAGIC_AT) {
        epoch.fill(0);
    }
    copy
}
