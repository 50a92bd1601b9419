//! VALIDATION_MODE: what a COPY would find in its files, without loading them.
//! <https://docs.snowflake.com/en/sql-reference/sql/copy-into-table#optional-parameters>

use std::sync::Arc;

use super::listing::{self, Fetched};
use super::place::Place;
use super::plain::{PlainLoad, Reader};
use crate::engine::rows::{Cell, Rows};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::stage::load::read_file;
use crate::stage::record::Records;
use crate::stage::{RecordError, StagedFile};
use crate::types::SnowType;
use crate::world::s3::ObjectInfo;

/// What to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValidationMode {
    /// RETURN_n_ROWS: so many rows, or the first error.
    Rows(usize),
    /// RETURN_ERRORS and RETURN_ALL_ERRORS. The second also looks at files that a COPY has partially loaded.
    Errors {
        /// Whether files that were loaded in part count too.
        all: bool,
    },
}

impl ValidationMode {
    /// Reads the option's value.
    ///
    /// # Errors
    /// Values it does not take.
    pub fn parse(text: &str) -> Result<Self> {
        let upper = text.trim().to_ascii_uppercase();
        match upper.as_str() {
            "RETURN_ERRORS" => return Ok(Self::Errors { all: false }),
            "RETURN_ALL_ERRORS" => return Ok(Self::Errors { all: true }),
            _ => {}
        }
        let count = upper
            .strip_prefix("RETURN_")
            .and_then(|rest| rest.strip_suffix("_ROWS"));
        let count = count
            .and_then(|count| count.parse().ok())
            .filter(|count| *count > 0);
        count
            .map(Self::Rows)
            .ok_or_else(|| Error::invalid_property_value("VALIDATION_MODE", text))
    }
}

/// Validates files.
///
/// # Errors
/// With RETURN_n_ROWS, the first error of a record.
pub async fn run(
    work: &Work<'_>,
    place: &Place,
    files: Vec<ObjectInfo>,
    load: &PlainLoad,
    mode: ValidationMode,
) -> Result<StatementResult> {
    let schema = load.reader().columns.schema();
    let mut errors = error_rows();
    let mut batches = Vec::new();
    let mut found = 0;
    'files: for group in listing::groups(files) {
        for Fetched { info, content } in listing::fetch(work.account.storage(), place, group).await {
            let shown = place.shown(&info.key);
            let records = match content {
                Ok(file) => read(load.reader(), file).await?,
                Err(error) => Records::failed(error),
            };
            match mode {
                ValidationMode::Errors { .. } => records.errors.iter().for_each(|error| {
                    errors.push(error_row(&shown, error));
                }),
                ValidationMode::Rows(wanted) => {
                    if let Some(first) = records.errors.first() {
                        return Err(first.abort(&shown));
                    }
                    for batch in records.batches {
                        let count = batch.num_rows().min(wanted - found);
                        batches.push(batch.slice(0, count));
                        found += count;
                    }
                    if found >= wanted {
                        break 'files;
                    }
                }
            }
        }
    }
    match mode {
        ValidationMode::Errors { .. } => StatementResult::of_rows(&errors),
        ValidationMode::Rows(_) => Ok(StatementResult::of_batches(schema, batches)),
    }
}

async fn read(reader: &Arc<Reader>, file: StagedFile) -> Result<Records> {
    let reader = Arc::clone(reader);
    let read = tokio::task::spawn_blocking(move || {
        read_file(&file, &reader.format, &reader.columns, &reader.options)
    });
    read.await
        .map_err(|_| Error::internal("reading a file did not end well"))?
}

fn error_rows() -> Rows {
    Rows::new(&[
        ("ERROR", SnowType::VARCHAR),
        ("FILE", SnowType::VARCHAR),
        ("LINE", SnowType::INTEGER),
        ("CHARACTER", SnowType::INTEGER),
        ("BYTE_OFFSET", SnowType::INTEGER),
        ("CATEGORY", SnowType::VARCHAR),
        ("CODE", SnowType::INTEGER),
        ("SQL_STATE", SnowType::VARCHAR),
        ("COLUMN_NAME", SnowType::VARCHAR),
        ("ROW_NUMBER", SnowType::INTEGER),
        ("ROW_START_LINE", SnowType::INTEGER),
        ("REJECTED_RECORD", SnowType::VARCHAR),
    ])
}

fn error_row(file: &str, error: &RecordError) -> Vec<Cell> {
    vec![
        error.error.message().into(),
        file.into(),
        error.line.into(),
        error.character.into(),
        error.byte_offset.into(),
        error.category.name().into(),
        i64::from(error.error.code()).into(),
        error.error.sqlstate().into(),
        error.column_name.clone().into(),
        error.row_number.into(),
        error.row_start_line.into(),
        error.rejected_record.clone().into(),
    ]
}
