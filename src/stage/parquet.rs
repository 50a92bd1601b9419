//! Parquet files: one VARIANT object a row, or the file's columns as Snowflake types.
//!
//! Objects and lists leave out what is NULL, and a map is an object `{"key_value": [{"key": …, "value": …}]}`; with
//! USE_VECTORIZED_SCANNER, NULL is shown and a map is an object of its keys. Timestamps without USE_LOGICAL_TYPE are
//! TIMESTAMP_NTZ; with it, those adjusted to UTC are TIMESTAMP_LTZ.

use bytes::Bytes;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::columnar::{BATCH_ROWS, ColumnRules, FileColumns, MapForm};
use crate::error::{Error, Result};
use crate::stage::format::ParquetFormat;
use crate::types::SnowType;

/// The format in messages.
const LABEL: &str = "Parquet";

/// Reads a whole file into columns.
///
/// # Errors
/// A file that is not Parquet, or has a type without counterpart.
pub fn read_columns(file: &str, bytes: Bytes, format: &ParquetFormat) -> Result<FileColumns> {
    guarded(file, || {
        let unreadable = |cause: String| Error::unreadable_file(LABEL, file, cause);
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|error| unreadable(error.to_string()))?;
        let mut columns = FileColumns::new(builder.schema(), rules(format))?;
        let reader = builder
            .with_batch_size(BATCH_ROWS)
            .build()
            .map_err(|error| unreadable(error.to_string()))?;
        for batch in reader {
            columns.push(&batch.map_err(|error| unreadable(error.to_string()))?)?;
        }
        Ok(columns)
    })
}

/// The names of a file's columns, their types, and whether they take NULL.
///
/// # Errors
/// As [`read_columns`].
pub fn describe(file: &str, bytes: Bytes, format: &ParquetFormat) -> Result<Vec<(String, SnowType, bool)>> {
    guarded(file, || {
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)
            .map_err(|error| Error::unreadable_file(LABEL, file, error.to_string()))?;
        let columns = FileColumns::new(builder.schema(), rules(format))?;
        let nullable = builder.schema().fields().iter().map(|field| field.is_nullable());
        let named = columns.names.into_iter().zip(columns.types).zip(nullable);
        Ok(named
            .map(|((name, data_type), nullable)| (name, data_type, nullable))
            .collect())
    })
}

/// The Parquet library asserts some of what a sound file holds; a damaged one is no reason to end the process.
fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(read))
        .unwrap_or_else(|_| Err(Error::unreadable_file(LABEL, file, "the file is damaged")))
}

fn rules(format: &ParquetFormat) -> ColumnRules {
    ColumnRules {
        label: LABEL,
        binary_as_text: format.binary_as_text,
        use_logical_type: format.use_logical_type,
        replace_invalid_characters: format.replace_invalid_characters,
        maps: if format.vectorized {
            MapForm::Object
        } else {
            MapForm::KeyValue
        },
        show_nulls: format.vectorized,
    }
}

#[cfg(test)]
mod tests;
