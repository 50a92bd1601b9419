//! What reading a file yields: typed batches, and an error for every record that could not be read.
//!
//! The readers work on pieces of a file and know neither line numbers nor row numbers there; they note a
//! [`Fault`] with byte positions. [`assemble`] puts the pieces together and turns faults into [`RecordError`]s with
//! the places that COPY's output and VALIDATION_MODE show.

use std::ops::Range;

use datafusion::arrow::record_batch::RecordBatch;

use crate::error::{Error, Result};
use crate::stage::encoding::show_invalid;

/// The most errors of one file that are described; further ones are only counted.
pub const MAX_DESCRIBED: usize = 10_000;

/// The longest rejected record that is shown, in bytes.
const MAX_REJECTED: usize = 8 << 10;

/// The kind of an error, as VALIDATION_MODE's CATEGORY column names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// The record's form.
    Parsing,
    /// A value that its column does not take.
    Conversion,
    /// The file as a whole.
    Other,
}

impl Category {
    /// The name in VALIDATION_MODE's output.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parsing => "parsing",
            Self::Conversion => "conversion",
            Self::Other => "other",
        }
    }
}

/// An error in one record of a file, or in the file as a whole.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordError {
    /// Number, SQLSTATE and message.
    pub error: Error,
    /// The kind of error.
    pub category: Category,
    /// The line of the error, from 1; `None` for the file as a whole and for Parquet.
    pub line: Option<u64>,
    /// The character within the line, from 1.
    pub character: Option<u64>,
    /// The position in the decompressed file, from 0.
    pub byte_offset: Option<u64>,
    /// The record's number in the file, from 1; 0 for the file as a whole.
    pub row_number: u64,
    /// The line that the record starts on; 0 for the file as a whole.
    pub row_start_line: u64,
    /// The column's position, from 1.
    pub column_index: Option<usize>,
    /// The column as Snowflake writes it: `"T"["AMOUNT":3]`.
    pub column_name: Option<String>,
    /// The record's text, cut to 8 KiB.
    pub rejected_record: Option<String>,
}

impl RecordError {
    /// An error of the file as a whole.
    pub fn of_file(error: Error) -> Self {
        Self {
            error,
            category: Category::Other,
            line: None,
            character: None,
            byte_offset: None,
            row_number: 0,
            row_start_line: 0,
            column_index: None,
            column_name: None,
            rejected_record: None,
        }
    }

    /// The error that ends a statement with ON_ERROR = ABORT_STATEMENT: the message with its place, and advice.
    pub fn abort(&self, file: &str) -> Error {
        let mut message = self.place(file);
        message.push_str(
            "\n  If you would like to continue loading when an error is encountered, use other values such as \
             'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option. For more information on loading options, please run \
             'info loading_data' in a SQL client.",
        );
        Error::new(self.error.code(), self.error.sqlstate(), message)
    }

    /// The error that ends a query over a stage.
    pub fn query(&self, file: &str) -> Error {
        Error::new(self.error.code(), self.error.sqlstate(), self.place(file))
    }

    fn place(&self, file: &str) -> String {
        let mut message = format!("{}\n  File '{file}'", self.error.message());
        if let (Some(line), Some(character)) = (self.line, self.character) {
            message.push_str(&format!(", line {line}, character {character}"));
        }
        if self.row_number > 0 {
            message.push_str(&format!("\n  Row {}", self.row_number));
            if self.line.is_some_and(|line| line != self.row_start_line) && self.row_start_line > 0 {
                message.push_str(&format!(" starts at line {}", self.row_start_line));
            }
            if let Some(column) = &self.column_name {
                message.push_str(&format!(", column {column}"));
            }
        }
        message
    }
}

/// How columns are named in errors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnNames {
    /// The bare name of the table.
    pub table: String,
    /// Its columns.
    pub columns: Vec<String>,
}

impl ColumnNames {
    /// `"T"["AMOUNT":3]`, or `"T"[5]` beyond the last column; `index` counts from 0.
    pub fn show(&self, index: usize) -> String {
        let position = index.saturating_add(1);
        match self.columns.get(index) {
            Some(column) => format!("\"{}\"[\"{column}\":{position}]", self.table),
            None => format!("\"{}\"[{position}]", self.table),
        }
    }
}

/// An error at a byte position of a piece.
#[derive(Debug, Clone)]
pub struct Fault {
    /// Number, SQLSTATE and message.
    pub error: Error,
    /// The kind of error.
    pub category: Category,
    /// The record, counted within its piece from 0.
    pub row: u32,
    /// Where in the file, in bytes.
    pub at: usize,
    /// The record's bytes in the file, its delimiter included.
    pub record: Range<usize>,
    /// The column, from 0.
    pub column: Option<usize>,
}

/// What one piece of a file yields.
#[derive(Debug)]
pub struct PieceRows {
    /// The good records.
    pub batch: RecordBatch,
    /// For each good record its number within the piece, from 0.
    pub rows: Vec<u32>,
    /// Records read, good and bad, and blank lines skipped.
    pub parsed: u32,
    /// Records with an error.
    pub bad: u32,
    /// The errors, in order, at most [`MAX_DESCRIBED`].
    pub faults: Vec<Fault>,
}

/// What a file yields.
#[derive(Debug, Default)]
pub struct Records {
    /// The good records, in order.
    pub batches: Vec<RecordBatch>,
    /// METADATA$FILE_ROW_NUMBER of the good records, batch by batch.
    pub row_numbers: Vec<Vec<u64>>,
    /// Records read, good and bad.
    pub rows_parsed: u64,
    /// Records with an error.
    pub errors_seen: u64,
    /// The errors, in order, at most [`MAX_DESCRIBED`].
    pub errors: Vec<RecordError>,
}

impl Records {
    /// The yield of a file that cannot be read at all: one error, no record.
    pub fn failed(error: Error) -> Self {
        Self {
            errors_seen: 1,
            errors: vec![RecordError::of_file(error)],
            ..Self::default()
        }
    }

    /// How many records are good.
    pub fn rows_loaded(&self) -> u64 {
        self.batches.iter().map(|batch| batch.num_rows() as u64).sum()
    }
}

/// Puts pieces together in their order.
///
/// # Errors
/// The first piece that failed for a reason of the house's own.
pub fn assemble(data: &[u8], pieces: Vec<Result<PieceRows>>, names: &ColumnNames) -> Result<Records> {
    let mut records = Records::default();
    let mut lines = Lines::new(data);
    for piece in pieces {
        let piece = piece?;
        for fault in piece.faults {
            if records.errors.len() >= MAX_DESCRIBED {
                break;
            }
            records
                .errors
                .push(describe(data, &mut lines, fault, records.rows_parsed, names));
        }
        if piece.batch.num_rows() > 0 {
            let base = records.rows_parsed + 1;
            records
                .row_numbers
                .push(piece.rows.iter().map(|row| base + u64::from(*row)).collect());
            records.batches.push(piece.batch);
        }
        records.rows_parsed += u64::from(piece.parsed);
        records.errors_seen += u64::from(piece.bad);
    }
    Ok(records)
}

fn describe(
    data: &[u8],
    lines: &mut Lines<'_>,
    fault: Fault,
    rows_before: u64,
    names: &ColumnNames,
) -> RecordError {
    let (row_start_line, _) = lines.locate(fault.record.start);
    let (line, character) = lines.locate(fault.at);
    let mut record = data.get(fault.record.clone()).unwrap_or_default();
    if fault.record.end >= data.len() {
        // The last record is shown without what ends it.
        record = record.strip_suffix(b"\n").unwrap_or(record);
        record = record.strip_suffix(b"\r").unwrap_or(record);
    }
    let shown = record.get(..MAX_REJECTED).unwrap_or(record);
    RecordError {
        error: fault.error,
        category: fault.category,
        line: Some(line),
        character: Some(character),
        byte_offset: Some(fault.at as u64),
        row_number: rows_before + u64::from(fault.row) + 1,
        row_start_line,
        column_index: fault.column.map(|column| column + 1),
        column_name: fault.column.map(|column| names.show(column)),
        rejected_record: Some(String::from_utf8_lossy(shown).into_owned()),
    }
}

/// The error of bytes that are not UTF-8.
pub fn invalid_utf8(bytes: &[u8]) -> Error {
    Error::invalid_utf8(show_invalid(bytes))
}

/// Finds lines and characters of byte positions that mostly ascend.
struct Lines<'a> {
    data: &'a [u8],
    position: usize,
    line: u64,
    character: u64,
}

impl<'a> Lines<'a> {
    fn new(data: &'a [u8]) -> Self {
        Self {
            data,
            position: 0,
            line: 1,
            character: 1,
        }
    }

    fn locate(&mut self, position: usize) -> (u64, u64) {
        let position = position.min(self.data.len());
        if position < self.position {
            *self = Self::new(self.data);
        }
        let passed = self.data.get(self.position..position).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', passed).count() as u64;
        let this_line = match memchr::memrchr(b'\n', passed) {
            Some(newline) => {
                self.character = 1;
                passed.get(newline + 1..).unwrap_or_default()
            }
            None => passed,
        };
        // Characters are counted by the bytes that begin one.
        self.character += this_line.iter().filter(|byte| **byte & 0xc0 != 0x80).count() as u64;
        self.position = position;
        (self.line, self.character)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_characters_count_from_one() {
        let mut lines = Lines::new("aé,b\n\nxyz".as_bytes());
        assert_eq!(lines.locate(0), (1, 1));
        assert_eq!(lines.locate(4), (1, 4));
        assert_eq!(lines.locate(6), (2, 1));
        assert_eq!(lines.locate(9), (3, 3));
        assert_eq!(lines.locate(4), (1, 4));
    }

    #[test]
    fn the_aborting_message_has_snowflakes_four_lines() {
        let error = RecordError {
            line: Some(3),
            character: Some(3),
            row_number: 1,
            row_start_line: 2,
            column_name: Some("\"T\"[2]".to_string()),
            ..RecordError::of_file(Error::not_numeric("x"))
        };
        assert!(error.abort("a/b.csv").message().starts_with(
            "Numeric value 'x' is not recognized\n  File 'a/b.csv', line 3, character 3\n  Row 1 starts at line 2, \
             column \"T\"[2]\n  If you would like to continue"
        ));
    }
}
