//! Large results in parts.
//!
//! The reply to a statement carries the first rows; the others wait under addresses of their own, which need no login
//! but a key that nobody can guess. A part is encoded when it is fetched, so that no result is ever encoded whole.

use bytes::Bytes;
use datafusion::arrow::record_batch::RecordBatch;
use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use super::Shared;
use super::encode::Format;
use super::encode::json::{self, Cells};
use super::envelope::Refusal;
use super::http::{self, Reply};
use super::jobs::{Answer, Job};
use crate::error::Result;

/// A result of at most so many bytes goes whole with its reply.
const INLINE_BYTES: usize = 4 << 20;
/// Of a larger one, so many bytes do: as text, they are a third longer than in a part.
const FIRST_BYTES: usize = 128 << 10;
/// About so many bytes make a part.
const PART_BYTES: usize = 8 << 20;
/// Above the bytes of its arrays, an Arrow stream has at most so many.
const ARROW_OVERHEAD: usize = 64 << 10;

/// How the rows of a result are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    total: usize,
    first: usize,
    part: usize,
}

impl Parts {
    /// The division of an answer's rows; always the same for the same answer.
    pub fn of(answer: &Answer) -> Self {
        Self::divide(answer.result.row_count(), answer.result.rows.bytes())
    }

    fn divide(total: usize, bytes: usize) -> Self {
        if bytes <= INLINE_BYTES || total == 0 {
            return Self {
                total,
                first: total,
                part: total.max(1),
            };
        }
        let row = (bytes / total).max(1);
        Self {
            total,
            first: (FIRST_BYTES / row).clamp(1, total),
            part: (PART_BYTES / row).clamp(1, total),
        }
    }

    /// The rows that go with the reply.
    ///
    /// # Errors
    /// Those of [`RowSet::slice`](crate::storage::RowSet::slice).
    pub fn first(self, answer: &Answer) -> Result<Vec<RecordBatch>> {
        answer.result.rows.slice(0, self.first)
    }

    /// How many parts there are, with the one that goes with the reply.
    pub fn count(self) -> usize {
        1 + self.starts().count()
    }

    /// The rows of a part, of which the first is number 0; `None` when there are not so many.
    ///
    /// # Errors
    /// Those of [`RowSet::slice`](crate::storage::RowSet::slice).
    pub fn nth(self, answer: &Answer, number: usize) -> Result<Option<Vec<RecordBatch>>> {
        let (start, rows) = match number.checked_sub(1) {
            None => (0, self.first),
            Some(number) => match self.starts().nth(number) {
                Some(start) => (start, self.part),
                None => return Ok(None),
            },
        };
        answer.result.rows.slice(start, rows).map(Some)
    }

    /// The parts' first rows.
    fn starts(self) -> impl Iterator<Item = usize> {
        (self.first..self.total).step_by(self.part)
    }

    /// What the reply says of the parts; `None` without any.
    ///
    /// # Errors
    /// When a value has no form on the wire.
    pub fn described(self, job: &Job, answer: &Answer, format: Format, base: &str) -> Result<Option<Value>> {
        if self.first == self.total {
            return Ok(None);
        }
        let mut chunks = Vec::new();
        for start in self.starts() {
            let rows = self.part.min(self.total - start);
            // Clients reserve memory by it, so that it must not be less than comes.
            let size = match format {
                Format::Json => encode(answer, format, &answer.result.rows.slice(start, rows)?)?.len(),
                Format::Arrow => answer.result.rows.bytes_of(start, rows) + ARROW_OVERHEAD,
            };
            chunks.push(json!({
                "url": format!("{base}/results/{}/{}/{}/{start}", job.id, job.key, format.name()),
                "rowCount": rows,
                "uncompressedSize": size,
                "compressedSize": size,
            }));
        }
        Ok(Some(Value::Array(chunks)))
    }
}

fn encode(answer: &Answer, format: Format, batches: &[RecordBatch]) -> Result<Vec<u8>> {
    match format {
        Format::Arrow => answer.arrow()?.stream(batches, &answer.types),
        Format::Json => {
            let mut out = Vec::new();
            for batch in batches {
                json::write_rows(batch, &answer.columns, &answer.types, Cells::Driver, &mut out)?;
            }
            Ok(out)
        }
    }
}

/// GET of one part.
///
/// # Errors
/// HTTP 404 for what is no part of a result that is kept.
pub async fn fetch(
    shared: &Shared,
    id: &str,
    key: &str,
    format: &str,
    start: &str,
) -> Result<Reply, Refusal> {
    let missing = || {
        Refusal::status(
            StatusCode::NOT_FOUND,
            390_404,
            "There is no such part of a result.",
        )
    };
    let job = shared
        .jobs
        .find(id)
        .filter(|job| job.key == key)
        .ok_or_else(missing)?;
    let outcome = job.outcome().ok_or_else(missing)?;
    let format = match format {
        "arrow" => Format::Arrow,
        "json" => Format::Json,
        _ => return Err(missing()),
    };
    let start: usize = start.parse().map_err(|_| missing())?;
    let encoded = tokio::task::spawn_blocking(move || {
        let answer = outcome.answer.as_ref().ok()?;
        let parts = Parts::of(answer);
        let rows = parts.starts().find(|known| *known == start).map(|_| parts.part)?;
        let batches = answer.result.rows.slice(start, rows);
        Some(batches.and_then(|batches| encode(answer, format, &batches)))
    });
    let bytes = encoded
        .await
        .map_err(|_| missing())?
        .ok_or_else(missing)?
        .map_err(|error| Refusal::statement(id, &error))?;
    let wrapped = wrap(bytes.into());
    let length: usize = wrapped.iter().map(Bytes::len).sum();
    let mut reply = http::pieces(futures::stream::iter(wrapped.into_iter().map(Ok)));
    let headers = reply.headers_mut();
    // Not as JSON, which one client would try to read as such.
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    headers.insert(CONTENT_LENGTH, length.into());
    Ok(reply)
}

/// Bytes in a gzip stream (RFC 1952) of stored blocks, which clients expect, without copying them: they hardly travel, so
/// that making them fewer would only take time.
fn wrap(mut bytes: Bytes) -> Vec<Bytes> {
    /// Deflate's method, no flags, no time, no level, an unknown system.
    const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    let mut end = crc32fast::hash(&bytes).to_le_bytes().to_vec();
    // The length is told modulo 2^32.
    end.extend((bytes.len() as u32).to_le_bytes());
    let mut pieces = vec![Bytes::from_static(&HEADER)];
    loop {
        let stored = bytes.split_to(bytes.len().min(usize::from(u16::MAX)));
        let length = stored.len() as u16;
        let mut head = vec![u8::from(bytes.is_empty())];
        head.extend(length.to_le_bytes());
        head.extend((!length).to_le_bytes());
        pieces.extend([head.into(), stored]);
        if bytes.is_empty() {
            break;
        }
    }
    pieces.push(end.into());
    pieces
}

/// The same in one piece.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    wrap(Bytes::copy_from_slice(bytes)).concat()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn parts_cover_all_rows_once() {
        for (total, bytes) in [
            (0, 0),
            (1, 100 << 20),
            (7, 5 << 20),
            (1_000_000, 80 << 20),
            (100, 10),
        ] {
            let parts = Parts::divide(total, bytes);
            let rest: usize = parts.starts().map(|start| parts.part.min(total - start)).sum();
            assert_eq!(parts.first + rest, total, "{parts:?}");
        }
        assert_eq!(Parts::divide(100, 10).first, 100);
    }

    #[test]
    fn what_is_wrapped_is_unpacked() {
        for length in [0, 1, 65_534, 65_535, 65_536, 200_000] {
            let bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
            let mut unpacked = Vec::new();
            let packed = gzip(&bytes);
            flate2::read::GzDecoder::new(packed.as_slice())
                .read_to_end(&mut unpacked)
                .unwrap();
            assert_eq!(unpacked, bytes);
        }
    }
}
