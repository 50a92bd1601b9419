//! The parts of a result, as the SQL API numbers and measures them.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/handling-responses>
//!
//! They are the parts that drivers get ([`chunks`](crate::server::chunks)): the first goes with the reply.

use serde_json::{Value, json};

use crate::error::Result;
use crate::server::chunks::Parts;
use crate::server::encode::json::{self as cells, ApiCells, Cells};
use crate::server::gzip::gzip;
use crate::server::jobs::Answer;

/// The measures of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Partition {
    /// Rows in it.
    rows: usize,
    /// Bytes of the rows as JSON.
    bytes: usize,
    /// Bytes of the body that carries it; the first has none of its own.
    packed: Option<usize>,
}

impl Partition {
    /// The part as `partitionInfo` tells of it.
    pub fn described(self) -> Value {
        let mut described = json!({"rowCount": self.rows, "uncompressedSize": self.bytes});
        if let (Some(packed), Some(fields)) = (self.packed, described.as_object_mut()) {
            fields.insert("compressedSize".to_owned(), packed.into());
        }
        described
    }
}

/// The rows of a part as JSON; `None` when there are not so many parts.
///
/// # Errors
/// When a value has no text form.
pub fn rows(answer: &Answer, style: ApiCells, number: usize) -> Result<Option<String>> {
    let Some(batches) = Parts::of(answer).nth(answer, number)? else {
        return Ok(None);
    };
    cells::rowset(&batches, &answer.columns, &answer.types, Cells::SqlApi(style)).map(Some)
}

/// The body that carries a part which is not the first.
pub fn body(rows: &str) -> String {
    format!("{{\"data\":{rows}}}")
}

/// The measures of all parts. What is told must be what comes, so that all are written once to be measured; `first` is
/// the first one, which is written already.
///
/// # Errors
/// As [`rows`].
pub fn measured<'a>(answer: &'a Answer, style: ApiCells, first: &str) -> Result<&'a [Partition]> {
    let known = &answer.partitions;
    if let Some(known) = known.get() {
        return Ok(known);
    }
    let parts = Parts::of(answer);
    let mut measured = Vec::with_capacity(parts.count());
    for number in 0..parts.count() {
        let batches = parts.nth(answer, number)?.unwrap_or_default();
        let (bytes, packed) = match number {
            0 => (first.len(), None),
            _ => {
                let written = rows(answer, style, number)?.unwrap_or_default();
                (written.len(), Some(gzip(body(&written).as_bytes()).len()))
            }
        };
        measured.push(Partition {
            rows: batches.iter().map(|batch| batch.num_rows()).sum(),
            bytes,
            packed,
        });
    }
    Ok(known.get_or_init(|| measured))
}
