//! A stage as a table: `SELECT $1, $2:a.b, METADATA$FILENAME FROM @stage`, also inside COPY.
//!
//! CSV fields are VARCHAR columns `$1`, `$2`, …; a JSON document, a row or a record of another format is the one VARIANT column `$1`.
//! The metadata columns stand behind them, in the order of [`METADATA_COLUMNS`].
//!
//! See <https://docs.snowflake.com/en/user-guide/querying-metadata>.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, FixedSizeBinaryArray, StringArray};
use datafusion::arrow::buffer::Buffer;
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use jiff::Timestamp;

use super::convert::Conversion;
use super::csv::columns::CellType;
use super::csv::dialect::Dialect;
use super::csv::reader::{CsvColumn, CsvReader, FieldCount};
use super::format::{CsvFormat, InputFormats};
use super::load::{self, CsvText, LoadColumn, LoadTarget};
use super::record::{ColumnNames, RecordError, Records, assemble};
use super::{FileFormat, FileType, StagedFile};
use crate::error::{Error, Result};
use crate::types::temporal::{LTZ_WIDTH, NTZ_WIDTH, encode, encode_ltz};
use crate::types::{SnowType, TypeContext};

/// The metadata columns and their types.
pub const METADATA_COLUMNS: [(&str, SnowType); 5] = [
    ("METADATA$FILENAME", SnowType::VARCHAR),
    ("METADATA$FILE_ROW_NUMBER", SnowType::INTEGER),
    ("METADATA$FILE_CONTENT_KEY", SnowType::VARCHAR),
    ("METADATA$FILE_LAST_MODIFIED", SnowType::TimestampNtz { scale: 3 }),
    ("METADATA$START_SCAN_TIME", SnowType::TimestampLtz { scale: 3 }),
];

/// The name that errors give to a stage that is read as a table.
const TABLE: &str = "TRANSIENT_STAGE_TABLE";

/// How to scan.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// How many columns of a CSV file to give: the largest `$n` of the query. Missing fields are NULL.
    pub columns: usize,
    /// METADATA$START_SCAN_TIME.
    pub start_scan_time: Timestamp,
    /// The most bytes a file may inflate to.
    pub inflate_limit: u64,
    /// Bytes of a piece of a large file; see [`super::pieces`].
    pub piece_bytes: usize,
}

impl ScanOptions {
    /// A scan of so many CSV columns at a moment.
    pub fn new(columns: usize, start_scan_time: Timestamp) -> Self {
        Self {
            columns,
            start_scan_time,
            inflate_limit: super::compression::DEFAULT_LIMIT,
            piece_bytes: super::pieces::PIECE_BYTES,
        }
    }
}

/// What a scan of one file yields.
#[derive(Debug, Default)]
pub struct Scan {
    /// The good records, in [`scan_schema`].
    pub batches: Vec<RecordBatch>,
    /// Records read, good and bad.
    pub rows_parsed: u64,
    /// Records with an error.
    pub errors_seen: u64,
    /// The errors, in order. A query fails with the first ([`RecordError::query`]); COPY decides by ON_ERROR.
    pub errors: Vec<RecordError>,
}

/// The schema of a scan.
pub fn scan_schema(file_type: FileType, columns: usize) -> SchemaRef {
    let mut fields = data_fields(file_type, columns);
    fields.extend(
        METADATA_COLUMNS
            .iter()
            .map(|(name, data_type)| data_type.field(*name, false)),
    );
    Arc::new(Schema::new(fields))
}

fn data_fields(file_type: FileType, columns: usize) -> Vec<Field> {
    match file_type {
        FileType::Csv => (1..=columns)
            .map(|index| SnowType::VARCHAR.field(format!("${index}"), true))
            .collect(),
        _ => vec![SnowType::Variant.field("$1", true)],
    }
}

/// Reads one file as a table.
///
/// # Errors
/// Only for options that do not go together; errors of the file are in the result.
pub fn scan(file: &StagedFile, format: &FileFormat, options: &ScanOptions) -> Result<Scan> {
    let records = match format.file_type() {
        FileType::Csv => scan_csv(file, format, options)?,
        _ => {
            let target = LoadTarget {
                table: TABLE.to_string(),
                columns: vec![LoadColumn {
                    name: "$1".to_string(),
                    data_type: SnowType::Variant,
                    nullable: true,
                }],
            };
            let mut load_options = load::LoadOptions::new(TypeContext::default());
            load_options.inflate_limit = options.inflate_limit;
            load_options.piece_bytes = options.piece_bytes;
            load::read_file(file, format, &target, &load_options)?
        }
    };
    let schema = scan_schema(format.file_type(), options.columns);
    let batches: Result<Vec<RecordBatch>> = records
        .batches
        .iter()
        .zip(&records.row_numbers)
        .map(|(batch, rows)| {
            let mut arrays = batch.columns().to_vec();
            arrays.extend(metadata(file, options.start_scan_time, rows)?);
            Ok(RecordBatch::try_new(Arc::clone(&schema), arrays)?)
        })
        .collect();
    Ok(Scan {
        batches: batches?,
        rows_parsed: records.rows_parsed,
        errors_seen: records.errors_seen,
        errors: records.errors,
    })
}

fn scan_csv(file: &StagedFile, format: &FileFormat, options: &ScanOptions) -> Result<Records> {
    let csv = format.csv()?;
    if csv.parse_header {
        return Err(Error::compilation(
            "Invalid file format \"PARSE_HEADER\" is only allowed for CSV INFER_SCHEMA and MATCH_BY_COLUMN_NAME",
        ));
    }
    let dialect = Dialect::new(&csv);
    let opened = match load::open_csv(file, &csv, &dialect, options.inflate_limit) {
        Ok(opened) => opened,
        Err(error) => return Ok(Records::failed(error)),
    };
    texts(&opened, &csv, &dialect, options)
}

/// The fields of a CSV file's records as VARCHAR columns `$1`, `$2`, …
pub(super) fn texts(
    opened: &CsvText,
    csv: &CsvFormat,
    dialect: &Dialect,
    options: &ScanOptions,
) -> Result<Records> {
    let cell = CellType {
        data_type: SnowType::VARCHAR,
        nullable: true,
        truncate: false,
    };
    let columns: Vec<CsvColumn> = (0..options.columns)
        .map(|index| CsvColumn {
            cell: cell.clone(),
            source: Some(index),
        })
        .collect();
    let names = ColumnNames {
        table: TABLE.to_string(),
        columns: (1..=options.columns).map(|index| format!("${index}")).collect(),
    };
    let plain = InputFormats {
        binary: "HEX".to_string(),
        ..InputFormats::default()
    };
    let conversion = Conversion::new(&plain, &TypeContext::default())?;
    let reader = CsvReader {
        dialect,
        columns: &columns,
        schema: Arc::new(Schema::new(data_fields(FileType::Csv, options.columns))),
        count: FieldCount::Any,
        skip_blank_lines: csv.skip_blank_lines,
        conversion: &conversion,
        names: &names,
    };
    let pieces = reader.read(&opened.text, opened.begin, options.piece_bytes);
    assemble(&opened.text, pieces, &names)
}

/// The metadata columns of a file's rows with these numbers, in the order of [`METADATA_COLUMNS`]; also what
/// INCLUDE_METADATA fills columns with.
///
/// # Errors
/// Only faults of the house.
pub fn metadata(file: &StagedFile, start_scan_time: Timestamp, row_numbers: &[u64]) -> Result<Vec<ArrayRef>> {
    let rows = row_numbers.len();
    let text = |value: &str| -> ArrayRef {
        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(value, rows)))
    };
    let bytes = |value: &[u8], width: i32| -> Result<ArrayRef> {
        Ok(Arc::new(FixedSizeBinaryArray::try_new(
            width,
            Buffer::from_vec(value.repeat(rows)),
            None,
        )?))
    };
    let numbers = Decimal128Array::from_iter_values(row_numbers.iter().map(|row| i128::from(*row)));
    let modified = milliseconds(file.last_modified);
    let started = milliseconds(start_scan_time);
    Ok(vec![
        text(&file.name),
        Arc::new(numbers.with_precision_and_scale(38, 0)?),
        text(&file.content_key),
        bytes(&encode(modified), NTZ_WIDTH)?,
        bytes(&encode_ltz(started), LTZ_WIDTH)?,
    ])
}

/// A moment cut to milliseconds, in nanoseconds.
fn milliseconds(moment: Timestamp) -> i128 {
    i128::from(moment.as_millisecond()) * 1_000_000
}

#[cfg(test)]
mod tests {
    use datafusion::arrow::array::AsArray;

    use super::*;

    fn file(name: &str, text: &str) -> StagedFile {
        StagedFile::new(
            name,
            text.as_bytes().to_vec(),
            Timestamp::from_second(60).unwrap(),
        )
    }

    #[test]
    fn csv_fields_and_metadata_are_columns() {
        let options = ScanOptions::new(3, Timestamp::UNIX_EPOCH);
        let scan = scan(&file("p/a.csv", "1,x\n2\n"), &FileFormat::default(), &options).unwrap();
        let batch = &scan.batches[0];
        assert_eq!(batch.schema(), scan_schema(FileType::Csv, 3));
        assert_eq!(
            batch.column(1).as_string::<i32>().iter().collect::<Vec<_>>(),
            [Some("x"), None]
        );
        assert_eq!(batch.column(3).as_string::<i32>().value(1), "p/a.csv");
        assert_eq!(
            batch
                .column(4)
                .as_primitive::<datafusion::arrow::datatypes::Decimal128Type>()
                .values()
                .to_vec(),
            [1, 2]
        );
    }

    #[test]
    fn json_documents_are_one_column() {
        let format = FileFormat::of(FileType::Json);
        let options = ScanOptions::new(1, Timestamp::UNIX_EPOCH);
        let scan = scan(&file("a.json", "{\"a\":1}\nnope\n[2]\n"), &format, &options).unwrap();
        assert_eq!((scan.rows_parsed, scan.errors_seen), (3, 1));
        assert!(
            scan.errors[0]
                .query("a.json")
                .message()
                .contains("line 2, character 1")
        );
        let numbers = scan.batches[0]
            .column(2)
            .as_primitive::<datafusion::arrow::datatypes::Decimal128Type>();
        assert_eq!(numbers.values().to_vec(), [1, 3]);
    }
}
