//! COPY INTO table, for one file: its records as batches of the table's columns, and what is to be said of the rest.
//!
//! [`read_file`] converts a file and lists every error; VALIDATION_MODE shows exactly that. [`load`] goes on to
//! decide by ON_ERROR whether the file's good records are loaded, the file is skipped or the statement ends.
//!
//! Which columns a file fills:
//!
//! | | CSV | other formats |
//! | --- | --- | --- |
//! | by position | field *n* to column *n*, the count checked | the whole record to the one VARIANT column |
//! | MATCH_BY_COLUMN_NAME | by the header (PARSE_HEADER) | by the names in the record |
//!
//! See <https://docs.snowflake.com/en/sql-reference/sql/copy-into-table>.

mod csv;
mod named;
mod on_error;
mod semi;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;

use super::compression::{Compression, DEFAULT_LIMIT};
use super::encoding::{Encoding, byte_order_mark};
use super::pieces::PIECE_BYTES;
use super::record::{ColumnNames, RecordError, Records};
use super::{FileFormat, FileType, StagedFile};
use crate::error::{Error, Result};
use crate::types::{SnowType, TypeContext};

pub(super) use csv::{CsvText, open as open_csv};
pub use on_error::{LoadStatus, OnError};
pub use semi::check;
pub(super) use semi::json_text;

/// A column to load into.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadColumn {
    /// Its name, as the catalog spells it.
    pub name: String,
    /// Its type.
    pub data_type: SnowType,
    /// Whether it takes NULL.
    pub nullable: bool,
}

/// What to load into: the table's columns, or those that the COPY statement lists, in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct LoadTarget {
    /// The table's bare name, for errors.
    pub table: String,
    /// The columns.
    pub columns: Vec<LoadColumn>,
}

impl LoadTarget {
    /// The schema of the loaded batches. All columns are nullable in it; NOT NULL is checked while loading.
    pub fn schema(&self) -> SchemaRef {
        let fields: Vec<_> = self
            .columns
            .iter()
            .map(|column| column.data_type.field(&column.name, true))
            .collect();
        Arc::new(Schema::new(fields))
    }

    fn names(&self) -> ColumnNames {
        ColumnNames {
            table: self.table.clone(),
            columns: self.columns.iter().map(|column| column.name.clone()).collect(),
        }
    }
}

/// MATCH_BY_COLUMN_NAME.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MatchByColumnName {
    /// By position.
    #[default]
    None,
    /// By name, letter case counting.
    CaseSensitive,
    /// By name, in any letter case.
    CaseInsensitive,
}

impl MatchByColumnName {
    /// Reads the option's value.
    ///
    /// # Errors
    /// Values it does not take.
    pub fn parse(text: &str) -> Result<Self> {
        match text.to_ascii_uppercase().as_str() {
            "NONE" => Ok(Self::None),
            "CASE_SENSITIVE" => Ok(Self::CaseSensitive),
            "CASE_INSENSITIVE" => Ok(Self::CaseInsensitive),
            _ => Err(Error::invalid_property_value("MATCH_BY_COLUMN_NAME", text)),
        }
    }
}

/// The copy options that concern one file.
#[derive(Debug, Clone)]
pub struct LoadOptions {
    /// ON_ERROR.
    pub on_error: OnError,
    /// MATCH_BY_COLUMN_NAME.
    pub match_by_column_name: MatchByColumnName,
    /// TRUNCATECOLUMNS, or ENFORCE_LENGTH = FALSE.
    pub truncate_columns: bool,
    /// Whether the statement names its columns, `COPY INTO t (a, b)`: then fields are not counted.
    pub explicit_columns: bool,
    /// The session's parameters.
    pub context: TypeContext,
    /// The most bytes a file may inflate to.
    pub inflate_limit: u64,
    /// Bytes of a piece of a large file; see [`super::pieces`].
    pub piece_bytes: usize,
}

impl LoadOptions {
    /// Snowflake's defaults under a session's parameters.
    pub fn new(context: TypeContext) -> Self {
        Self {
            on_error: OnError::AbortStatement,
            match_by_column_name: MatchByColumnName::None,
            truncate_columns: false,
            explicit_columns: false,
            context,
            inflate_limit: DEFAULT_LIMIT,
            piece_bytes: PIECE_BYTES,
        }
    }
}

/// The outcome of one file: a row of COPY's output, and the batches.
#[derive(Debug)]
pub struct FileLoad {
    /// The file's name.
    pub file: String,
    /// STATUS.
    pub status: LoadStatus,
    /// ROWS_PARSED.
    pub rows_parsed: u64,
    /// ROWS_LOADED.
    pub rows_loaded: u64,
    /// ERROR_LIMIT.
    pub error_limit: u64,
    /// ERRORS_SEEN: records with an error.
    pub errors_seen: u64,
    /// The errors, in order; the first of them is FIRST_ERROR. At most [`super::record::MAX_DESCRIBED`].
    pub errors: Vec<RecordError>,
    /// What to insert, in [`LoadTarget::schema`]; none when the file is skipped.
    pub batches: Vec<RecordBatch>,
    /// METADATA$FILE_ROW_NUMBER of each row of the batches.
    pub row_numbers: Vec<Vec<u64>>,
}

impl FileLoad {
    /// FIRST_ERROR and its place.
    pub fn first_error(&self) -> Option<&RecordError> {
        self.errors.first()
    }
}

/// Loads one file, as far as ON_ERROR lets it.
///
/// # Errors
/// With ON_ERROR = ABORT_STATEMENT the file's first error, worded as the statement's; otherwise only what is wrong
/// with the statement itself.
pub fn load(
    file: &StagedFile,
    format: &FileFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<FileLoad> {
    let records = read_file(file, format, target, options)?;
    options.on_error.settle(&file.name, records)
}

/// Reads one file into a table's columns and lists every error. A file that cannot be read at all is one error.
///
/// # Errors
/// What is wrong with the statement: options and columns that do not go together.
pub fn read_file(
    file: &StagedFile,
    format: &FileFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    match format.file_type() {
        FileType::Csv => csv::read(file, &format.csv()?, target, options),
        FileType::Json => semi::read_json(file, &format.json()?, target, options),
        FileType::Parquet => semi::read_parquet(file, &format.parquet()?, target, options),
        FileType::Avro => semi::read_avro(file, &format.avro()?, target, options),
        FileType::Xml => semi::read_xml(file, &format.xml()?, target, options),
        FileType::Orc => semi::read_orc(file, &format.orc()?, target, options),
    }
}

/// A file's text: decompressed, in UTF-8, without byte order mark.
pub(super) struct TextOptions {
    pub(super) compression: Compression,
    pub(super) encoding: Encoding,
    pub(super) skip_byte_order_mark: bool,
    pub(super) replace_invalid_characters: bool,
    pub(super) inflate_limit: u64,
}

impl TextOptions {
    pub(super) fn text(&self, file: &StagedFile) -> Result<Bytes> {
        let bytes = self
            .compression
            .decompress(&file.name, &file.bytes, self.inflate_limit)?;
        let mut text = self.encoding.decode(bytes);
        if self.skip_byte_order_mark {
            text = text.slice(byte_order_mark(&text)..);
        }
        if self.replace_invalid_characters
            && let std::borrow::Cow::Owned(replaced) = String::from_utf8_lossy(&text)
        {
            text = Bytes::from(replaced);
        }
        Ok(text)
    }
}
