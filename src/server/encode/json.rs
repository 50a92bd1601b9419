//! Rows as JSON arrays of texts.
//!
//! Numbers, dates and times are texts of numbers: days, or seconds. Drivers get exactly the digits of the type's scale,
//! so that nothing is lost on the way, and `1` and `0` for the booleans. The SQL API writes `true` and `false` and nine
//! digits always; a request may ask for formats and for NULL as a text.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/handling-responses>

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Date32Array, FixedSizeBinaryArray, Time64NanosecondArray,
};
use datafusion::arrow::datatypes::{Date32Type, Time64NanosecondType};
use datafusion::arrow::record_batch::RecordBatch;

use crate::engine::ResultColumn;
use crate::error::Result;
use crate::types::cast::canonical;
use crate::types::context::BinaryFormat;
use crate::types::temporal::{decode, offset_minutes};
use crate::types::text::{CellFormatter, Style, write_decimal};
use crate::types::{SnowType, TypeContext};

/// Whom cells are written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cells {
    /// A driver.
    Driver,
    /// A client of the SQL API.
    SqlApi(ApiCells),
}

/// How a request to the SQL API wants cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApiCells {
    /// NULL as the text `null`.
    pub null_as_text: bool,
    /// BINARY in BINARY_OUTPUT_FORMAT, rather than hexadecimal.
    pub binary: bool,
    /// DATE in DATE_OUTPUT_FORMAT, rather than as days.
    pub date: bool,
    /// TIME in TIME_OUTPUT_FORMAT, rather than as seconds; likewise below.
    pub time: bool,
    /// All timestamps in TIMESTAMP_OUTPUT_FORMAT, but for those with a format of their own.
    pub timestamp: bool,
    /// TIMESTAMP_NTZ in TIMESTAMP_NTZ_OUTPUT_FORMAT.
    pub timestamp_ntz: bool,
    /// TIMESTAMP_LTZ in TIMESTAMP_LTZ_OUTPUT_FORMAT.
    pub timestamp_ltz: bool,
    /// TIMESTAMP_TZ in TIMESTAMP_TZ_OUTPUT_FORMAT.
    pub timestamp_tz: bool,
}

impl Cells {
    fn booleans(self) -> [&'static str; 2] {
        match self {
            Self::Driver => ["0", "1"],
            Self::SqlApi(_) => ["false", "true"],
        }
    }

    /// How many digits of a second are written.
    fn digits(self, scale: u8) -> u8 {
        match self {
            Self::Driver => scale.min(9),
            Self::SqlApi(_) => 9,
        }
    }

    fn null(self) -> &'static str {
        match self {
            Self::SqlApi(ApiCells {
                null_as_text: true, ..
            }) => "\"null\"",
            Self::SqlApi(_) | Self::Driver => "null",
        }
    }

    /// Whoever writes a column in a format that was asked for; `None` when none was.
    fn formatter<'a>(
        self,
        array: &ArrayRef,
        data_type: &SnowType,
        types: &'a TypeContext,
    ) -> Result<Option<CellFormatter<'a>>> {
        let Self::SqlApi(asked) = self else {
            return Ok(None);
        };
        let own = match data_type {
            SnowType::Binary { .. } => asked.binary,
            SnowType::Date => asked.date,
            SnowType::Time { .. } => asked.time,
            SnowType::TimestampNtz { .. } => asked.timestamp_ntz,
            SnowType::TimestampLtz { .. } => asked.timestamp_ltz,
            SnowType::TimestampTz { .. } => asked.timestamp_tz,
            _ => false,
        };
        if own {
            return CellFormatter::new(array, data_type, types, Style::Display).map(Some);
        }
        if data_type.is_timestamp() && asked.timestamp {
            let format = &types.timestamp_output;
            return CellFormatter::with_format(array, data_type, format, types, Style::Display).map(Some);
        }
        Ok(None)
    }
}

/// One column of a batch, ready to be written cell by cell.
enum Column<'a> {
    /// Whatever is written as it is shown.
    Shown(CellFormatter<'a>),
    Boolean(BooleanArray, [&'static str; 2]),
    Date(Date32Array),
    Time(Time64NanosecondArray, u8),
    Timestamp(FixedSizeBinaryArray, u8, bool),
}

impl<'a> Column<'a> {
    fn new(array: &ArrayRef, data_type: &SnowType, types: &'a TypeContext, cells: Cells) -> Result<Self> {
        if let Some(formatter) = cells.formatter(array, data_type, types)? {
            return Ok(Self::Shown(formatter));
        }
        let canonical = || canonical(array, data_type);
        Ok(match *data_type {
            SnowType::Boolean => Self::Boolean(canonical()?.as_boolean().clone(), cells.booleans()),
            SnowType::Date => Self::Date(canonical()?.as_primitive::<Date32Type>().clone()),
            SnowType::Time { scale } => {
                let values = canonical()?.as_primitive::<Time64NanosecondType>().clone();
                Self::Time(values, cells.digits(scale))
            }
            SnowType::TimestampNtz { scale } | SnowType::TimestampLtz { scale } => {
                let values = canonical()?.as_fixed_size_binary().clone();
                Self::Timestamp(values, cells.digits(scale), false)
            }
            SnowType::TimestampTz { scale } => {
                let values = canonical()?.as_fixed_size_binary().clone();
                Self::Timestamp(values, cells.digits(scale), true)
            }
            SnowType::Binary { .. } => Self::Shown(CellFormatter::with_binary_format(
                array,
                data_type,
                BinaryFormat::Hex,
                types,
            )?),
            _ => Self::Shown(CellFormatter::new(array, data_type, types, Style::Display)?),
        })
    }

    /// Appends a cell's text. `false`, and nothing appended, for NULL.
    fn write(&self, row: usize, out: &mut String) -> Result<bool> {
        let null = match self {
            Self::Shown(cells) => return cells.write(row, out),
            Self::Boolean(values, _) => values.is_null(row),
            Self::Date(values) => values.is_null(row),
            Self::Time(values, _) => values.is_null(row),
            Self::Timestamp(values, ..) => values.is_null(row),
        };
        if null {
            return Ok(false);
        }
        match self {
            Self::Shown(_) => {}
            Self::Boolean(values, [no, yes]) => out.push_str(if values.value(row) { yes } else { no }),
            Self::Date(values) => out.push_str(itoa::Buffer::new().format(values.value(row))),
            Self::Time(values, digits) => write_seconds(values.value(row).into(), *digits, out),
            Self::Timestamp(values, digits, with_offset) => {
                let bytes = values.value(row);
                write_seconds(decode(bytes), *digits, out);
                if *with_offset {
                    out.push(' ');
                    out.push_str(itoa::Buffer::new().format(offset_minutes(bytes) + 1440));
                }
            }
        }
        Ok(true)
    }
}

/// Nanoseconds as seconds with so many digits.
fn write_seconds(nanos: i128, digits: u8, out: &mut String) {
    let unit = 10_i128.pow(u32::from(9 - digits));
    write_decimal(nanos.div_euclid(unit), digits, out);
}

/// Appends rows, with commas between them and without brackets around them: what a part of a result is.
///
/// # Errors
/// When a value has no text form.
pub fn write_rows(
    batch: &RecordBatch,
    columns: &[ResultColumn],
    types: &TypeContext,
    cells: Cells,
    out: &mut Vec<u8>,
) -> Result<()> {
    let written = batch
        .columns()
        .iter()
        .zip(columns)
        .map(|(array, column)| Column::new(array, &column.data_type, types, cells))
        .collect::<Result<Vec<_>>>()?;
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        if !out.is_empty() && !out.ends_with(b"[") {
            out.push(b',');
        }
        out.push(b'[');
        for (index, column) in written.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            text.clear();
            match column.write(row, &mut text)? {
                true => write_text(&text, out),
                false => out.extend_from_slice(cells.null().as_bytes()),
            }
        }
        out.push(b']');
    }
    Ok(())
}

/// Appends a text as JSON.
fn write_text(text: &str, out: &mut Vec<u8>) {
    let plain = |byte: &u8| *byte >= b' ' && *byte != b'"' && *byte != b'\\';
    if text.as_bytes().iter().all(plain) {
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
        return;
    }
    // A text always can be written to memory.
    let _ = serde_json::to_writer(&mut *out, text);
}

/// A whole set of rows.
///
/// # Errors
/// When a value has no text form.
pub fn rowset(
    batches: &[RecordBatch],
    columns: &[ResultColumn],
    types: &TypeContext,
    cells: Cells,
) -> Result<String> {
    let mut out = vec![b'['];
    for batch in batches {
        write_rows(batch, columns, types, cells, &mut out)?;
    }
    out.push(b']');
    // Only texts went in.
    String::from_utf8(out).map_err(|_| crate::error::Error::internal("a result that is no text"))
}
