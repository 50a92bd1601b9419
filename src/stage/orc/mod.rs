//! ORC files: one VARIANT object a row, or the file's columns as Snowflake types.
//!
//! A map is an array of `{"key": …, "value": …}` and a union an object `{"tag": …, "value": …}`, its tag the position
//! of the type; bytes are BINARY. What is NULL is left out of objects and lists. A timestamp without a time zone is
//! TIMESTAMP_NTZ, one with the local time zone TIMESTAMP_LTZ.
//!
//! The library misreads fractions of a second before 1970 that were written with a negative sign, as Arrow's own
//! writer does.
//!
//! See <https://docs.snowflake.com/en/user-guide/semistructured-data-formats#label-orc-format>.

mod footer;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::{Buf, Bytes};
use orc_rust::ArrowReaderBuilder;
use orc_rust::reader::ChunkReader;

use super::columnar::{BATCH_ROWS, ColumnRules, FileColumns, MapForm};
use crate::error::{Error, Result};
use crate::types::SnowType;

/// The format in messages.
const LABEL: &str = "ORC";

/// Reads a whole file into columns.
///
/// # Errors
/// A file that is not ORC or is damaged, or has a type without counterpart.
pub fn read_columns(file: &str, bytes: Bytes) -> Result<FileColumns> {
    guarded(file, || {
        let builder = open(file, bytes)?;
        let mut columns = FileColumns::new(&builder.schema(), rules())?;
        for batch in builder.with_batch_size(BATCH_ROWS).build() {
            columns.push(&batch.map_err(|error| unreadable(file, error))?)?;
        }
        Ok(columns)
    })
}

/// The names of a file's columns and their types. All of them take NULL.
///
/// # Errors
/// As [`read_columns`], as far as the file's footer tells.
pub fn describe(file: &str, bytes: Bytes) -> Result<Vec<(String, SnowType)>> {
    guarded(file, || {
        let columns = FileColumns::new(&open(file, bytes)?.schema(), rules())?;
        Ok(columns.names.into_iter().zip(columns.types).collect())
    })
}

fn open(file: &str, bytes: Bytes) -> Result<ArrowReaderBuilder<Stored>> {
    if !bytes.starts_with(b"ORC") {
        return Err(unreadable(file, "it does not begin as an ORC file does"));
    }
    footer::check(file, &bytes)?;
    ArrowReaderBuilder::try_new(Stored(bytes)).map_err(|error| unreadable(file, error))
}

fn unreadable(file: &str, cause: impl std::fmt::Display) -> Error {
    Error::unreadable_file(LABEL, file, cause)
}

/// The ORC library asserts some of what a sound file holds; a damaged one is no reason to end the process.
fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(unreadable(file, "the file is damaged")))
}

fn rules() -> ColumnRules {
    ColumnRules {
        label: LABEL,
        binary_as_text: false,
        use_logical_type: true,
        replace_invalid_characters: false,
        maps: MapForm::Pairs,
        show_nulls: false,
    }
}

/// A file in memory that hands out only what it has: a damaged footer may ask for anything.
struct Stored(Bytes);

impl ChunkReader for Stored {
    type T = bytes::buf::Reader<Bytes>;

    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn get_read(&self, offset_from_start: u64) -> std::io::Result<Self::T> {
        let rest = self.len().saturating_sub(offset_from_start);
        Ok(self.get_bytes(offset_from_start, rest)?.reader())
    }

    fn get_bytes(&self, offset_from_start: u64, length: u64) -> std::io::Result<Bytes> {
        let start = usize::try_from(offset_from_start).ok();
        let end = offset_from_start
            .checked_add(length)
            .and_then(|end| usize::try_from(end).ok());
        match (start, end) {
            (Some(start), Some(end)) if start <= end && end <= self.0.len() => Ok(self.0.slice(start..end)),
            _ => Err(std::io::ErrorKind::UnexpectedEof.into()),
        }
    }
}
