//! The records inside a batch, as far as a broker looks at them: that they are well formed, and their times.
//!
//! Times inside gzip and zstd batches are found by decompressing; for the other codecs the batch as a whole is the
//! finest grain of a lookup by time.

use std::io::Read;

use super::batch::{BatchHeader, Codec, HEADER_BYTES};

/// Most bytes that a batch may inflate to when a time is looked for inside it.
const MOST_INFLATED: u64 = 64 << 20;

/// One record's place and time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// The record's offset.
    pub(crate) offset: i64,
    /// Its time, milliseconds since 1970.
    pub(crate) timestamp: i64,
}

/// A reader of the records' own number forms.
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    /// A zigzag number of up to ten bytes.
    fn varlong(&mut self) -> Option<i64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.take(1)?.first()?;
            value |= u64::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some((value >> 1) as i64 ^ -((value & 1) as i64));
            }
        }
        None
    }

    fn length(&mut self) -> Option<usize> {
        usize::try_from(self.varlong()?).ok()
    }

    /// Skips bytes that may be null, which a length of -1 says.
    fn skip_nullable(&mut self) -> Option<()> {
        match self.varlong()? {
            -1 => Some(()),
            length => self.take(usize::try_from(length).ok()?).map(drop),
        }
    }
}

/// Reads one record; `None` if it is malformed.
fn record(cursor: &mut Cursor<'_>, header: &BatchHeader) -> Option<(i64, Stamp)> {
    let length = cursor.length()?;
    let mut body = Cursor(cursor.take(length)?);
    body.take(1)?; // attributes, unused
    let timestamp = header.base_timestamp.checked_add(body.varlong()?)?;
    let delta = body.varlong()?;
    body.skip_nullable()?; // key
    body.skip_nullable()?; // value
    for _ in 0..body.length()? {
        let name = body.length()?;
        body.take(name)?;
        body.skip_nullable()?;
    }
    let offset = header.base_offset.checked_add(delta)?;
    body.0.is_empty().then_some((delta, Stamp { offset, timestamp }))
}

/// Whether an uncompressed batch holds exactly the records that its header announces.
pub(crate) fn sound(batch: &[u8], header: &BatchHeader) -> bool {
    let Some(records) = batch.get(HEADER_BYTES..) else { return false };
    let mut cursor = Cursor(records);
    let whole = (0..i64::from(header.count)).all(|n| record(&mut cursor, header).is_some_and(|r| r.0 == n));
    whole && cursor.0.is_empty()
}

/// The first record of a batch at or after `timestamp`, in offset order. Where the records cannot be read (snappy,
/// lz4) it is the batch's first record, with the batch's latest time.
pub(crate) fn first_since(batch: &[u8], header: &BatchHeader, timestamp: i64) -> Option<Stamp> {
    let records = batch.get(HEADER_BYTES..)?;
    match header.codec()? {
        Codec::None => search(records, header, timestamp),
        Codec::Gzip => search(&inflate(flate2::read::MultiGzDecoder::new(records))?, header, timestamp),
        Codec::Zstd => search(&inflate(zstd::stream::read::Decoder::new(records).ok()?)?, header, timestamp),
        Codec::Snappy | Codec::Lz4 => (header.max_timestamp >= timestamp)
            .then_some(Stamp { offset: header.base_offset, timestamp: header.max_timestamp }),
    }
}

fn search(records: &[u8], header: &BatchHeader, timestamp: i64) -> Option<Stamp> {
    let mut cursor = Cursor(records);
    for _ in 0..header.count {
        let (_, stamp) = record(&mut cursor, header)?;
        if stamp.timestamp >= timestamp {
            return Some(stamp);
        }
    }
    None
}

fn inflate(reader: impl Read) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let read = reader.take(MOST_INFLATED + 1).read_to_end(&mut out).ok()?;
    (read as u64 <= MOST_INFLATED).then_some(out)
}
