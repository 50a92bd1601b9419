//! Large results in parts.
//!
//! The reply to a statement carries the first rows; the others wait under addresses of their own, which need no login
//! but a key that nobody can guess. A part is encoded while it is sent, so that no result is ever encoded whole, and a
//! client reads the beginning of a part while its end is encoded.

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::buffer::Buffer;
use datafusion::arrow::record_batch::RecordBatch;
use futures::{StreamExt, stream};
use hyper::StatusCode;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use serde_json::{Value, json};

use super::Shared;
use super::encode::Format;
use super::encode::arrow::ArrowStream;
use super::encode::json::{self, Cells};
use super::envelope::Refusal;
use super::gzip::Gzip;
use super::http::{self, Reply};
use super::jobs::{Answer, Job, Outcome};
use crate::error::Result;

/// A result of at most so many bytes goes whole with its reply.
const INLINE_BYTES: usize = 4 << 20;
/// Of a larger one, so many bytes do: as text, they are a third longer than in a part.
const FIRST_BYTES: usize = 64 << 10;
/// About so many bytes make a part.
const PART_BYTES: usize = 8 << 20;
/// About so many bytes of a part are encoded together.
const GROUP_BYTES: usize = 256 << 10;
/// Above the bytes of its arrays, an Arrow stream has at most so many.
const ARROW_OVERHEAD: usize = 64 << 10;

/// How the rows of a result are divided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    total: usize,
    first: usize,
    part: usize,
    /// How many rows of a part are encoded together.
    group: usize,
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
                group: total.max(1),
            };
        }
        let row = (bytes / total).max(1);
        Self {
            total,
            first: (FIRST_BYTES / row).clamp(1, total),
            part: (PART_BYTES / row).clamp(1, total),
            group: (GROUP_BYTES / row).clamp(1, total),
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
                Format::Json => rows_as_json(answer, &answer.result.rows.slice(start, rows)?)?.len(),
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
    let begun = tokio::task::spawn_blocking(move || Part::begin(outcome, format, start));
    // What cannot be encoded mostly shows at once, while the client can still be told.
    let (first, part) = begun
        .await
        .map_err(|_| missing())?
        .map_err(|error| Refusal::statement(id, &error))?
        .ok_or_else(missing)?;
    let mut reply = http::pieces(stream::iter([Ok(first)]).chain(stream::iter(part)));
    let headers = reply.headers_mut();
    // Not as JSON, which one client would try to read as such.
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    Ok(reply)
}

/// A part on its way: what is still to be sent of it, group by group. Each is encoded when there is room for it, which
/// takes less time than the way to another thread and back. An error ends the part, and so the connection.
struct Part {
    outcome: Arc<Outcome>,
    writer: Option<(Writer, Gzip)>,
    groups: std::vec::IntoIter<Vec<RecordBatch>>,
}

/// How far a part is written.
enum Writer {
    Arrow(Box<ArrowStream>),
    Json { begun: bool },
}

impl Part {
    /// The first group of a part, and the part behind it; `None` when no part begins there.
    fn begin(outcome: Arc<Outcome>, format: Format, start: usize) -> Result<Option<(Bytes, Self)>> {
        let Ok(answer) = &outcome.answer else {
            return Ok(None);
        };
        let parts = Parts::of(answer);
        if !parts.starts().any(|known| known == start) {
            return Ok(None);
        }
        let writer = match format {
            Format::Arrow => Writer::Arrow(Box::new(ArrowStream::new(answer.arrow()?)?)),
            Format::Json => Writer::Json { begun: false },
        };
        let groups = grouped(answer.result.rows.slice(start, parts.part)?, parts.group);
        let mut part = Self {
            writer: Some((writer, Gzip::default())),
            groups: groups.into_iter(),
            outcome: Arc::clone(&outcome),
        };
        let first = part.written()?.unwrap_or_default();
        Ok(Some((first, part)))
    }

    /// The next bytes to send; `None` behind the last.
    fn written(&mut self) -> Result<Option<Bytes>> {
        let (Some((mut writer, mut gzip)), Ok(answer)) = (self.writer.take(), &self.outcome.answer) else {
            return Ok(None);
        };
        let Some(group) = self.groups.next() else {
            let last = match writer {
                Writer::Arrow(stream) => stream.end()?,
                Writer::Json { .. } => Vec::new(),
            };
            return Ok(Some(gzip.end(&slices(&last))));
        };
        let bytes = match &mut writer {
            Writer::Arrow(stream) => gzip.add(&slices(&stream.next(&group, &answer.types)?)),
            Writer::Json { begun } => {
                let comma: &[u8] = if *begun { b"," } else { b"" };
                *begun = true;
                gzip.add(&[comma, &rows_as_json(answer, &group)?])
            }
        };
        self.writer = Some((writer, gzip));
        Ok(Some(bytes))
    }
}

impl Iterator for Part {
    type Item = io::Result<Bytes>;

    fn next(&mut self) -> Option<Self::Item> {
        self.written().map_err(io::Error::other).transpose()
    }
}

fn slices(buffers: &[Buffer]) -> Vec<&[u8]> {
    buffers.iter().map(Buffer::as_slice).collect()
}

/// Batches in groups of about so many rows; one of far more is cut.
fn grouped(batches: Vec<RecordBatch>, rows: usize) -> Vec<Vec<RecordBatch>> {
    let mut groups: Vec<Vec<RecordBatch>> = Vec::new();
    let mut room = 0;
    for batch in batches {
        let count = batch.num_rows();
        let step = if count > 2 * rows { rows } else { count.max(1) };
        for start in (0..count).step_by(step) {
            let piece = batch.slice(start, step.min(count - start));
            let more = piece.num_rows();
            match groups.last_mut() {
                Some(group) if room > 0 => group.push(piece),
                _ => {
                    groups.push(vec![piece]);
                    room = rows;
                }
            }
            room = room.saturating_sub(more);
        }
    }
    groups
}

fn rows_as_json(answer: &Answer, batches: &[RecordBatch]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    for batch in batches {
        json::write_rows(batch, &answer.columns, &answer.types, Cells::Driver, &mut out)?;
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::{ArrayRef, Int64Array};
    use datafusion::arrow::compute::concat_batches;

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
    fn groups_have_all_rows_in_order() {
        let batch = |rows: std::ops::Range<i64>| {
            let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(rows));
            RecordBatch::try_from_iter([("N", numbers)]).unwrap()
        };
        let batches = [batch(0..3), batch(3..3), batch(3..5), batch(5..40), batch(40..59)];
        let groups = grouped(batches.to_vec(), 10);
        let sizes: Vec<usize> = groups
            .iter()
            .map(|group| group.iter().map(RecordBatch::num_rows).sum())
            .collect();
        assert_eq!(sizes, [15, 10, 10, 24]);
        let all = concat_batches(&batches[0].schema(), groups.iter().flatten()).unwrap();
        assert_eq!(all, batch(0..59));
    }
}
