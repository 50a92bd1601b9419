//! Rows as JSON arrays of texts.
//!
//! Numbers, dates and times are texts of numbers: days, or seconds with exactly the digits of the type's scale, so
//! that nothing is lost on the way to a client; `1` and `0` are the booleans.

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

/// One column of a batch, ready to be written cell by cell.
enum Column<'a> {
    /// Whatever is written as it is shown.
    Shown(CellFormatter<'a>),
    Boolean(BooleanArray),
    Date(Date32Array),
    Time(Time64NanosecondArray, u8),
    Timestamp(FixedSizeBinaryArray, u8, bool),
}

impl<'a> Column<'a> {
    fn new(array: &ArrayRef, data_type: &SnowType, types: &'a TypeContext) -> Result<Self> {
        let canonical = || canonical(array, data_type);
        Ok(match *data_type {
            SnowType::Boolean => Self::Boolean(canonical()?.as_boolean().clone()),
            SnowType::Date => Self::Date(canonical()?.as_primitive::<Date32Type>().clone()),
            SnowType::Time { scale } => {
                Self::Time(canonical()?.as_primitive::<Time64NanosecondType>().clone(), scale)
            }
            SnowType::TimestampNtz { scale } | SnowType::TimestampLtz { scale } => {
                Self::Timestamp(canonical()?.as_fixed_size_binary().clone(), scale, false)
            }
            SnowType::TimestampTz { scale } => {
                Self::Timestamp(canonical()?.as_fixed_size_binary().clone(), scale, true)
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
            Self::Boolean(values) => values.is_null(row),
            Self::Date(values) => values.is_null(row),
            Self::Time(values, _) => values.is_null(row),
            Self::Timestamp(values, ..) => values.is_null(row),
        };
        if null {
            return Ok(false);
        }
        match self {
            Self::Shown(_) => {}
            Self::Boolean(values) => out.push(if values.value(row) { '1' } else { '0' }),
            Self::Date(values) => out.push_str(itoa::Buffer::new().format(values.value(row))),
            Self::Time(values, scale) => write_seconds(values.value(row).into(), *scale, out),
            Self::Timestamp(values, scale, with_offset) => {
                let bytes = values.value(row);
                write_seconds(decode(bytes), *scale, out);
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
fn write_seconds(nanos: i128, scale: u8, out: &mut String) {
    let digits = scale.min(9);
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
    out: &mut Vec<u8>,
) -> Result<()> {
    let cells = batch
        .columns()
        .iter()
        .zip(columns)
        .map(|(array, column)| Column::new(array, &column.data_type, types))
        .collect::<Result<Vec<_>>>()?;
    let mut text = String::new();
    for row in 0..batch.num_rows() {
        if !out.is_empty() && !out.ends_with(b"[") {
            out.push(b',');
        }
        out.push(b'[');
        for (index, column) in cells.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            text.clear();
            match column.write(row, &mut text)? {
                true => write_text(&text, out),
                false => out.extend_from_slice(b"null"),
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
pub fn rowset(batches: &[RecordBatch], columns: &[ResultColumn], types: &TypeContext) -> Result<String> {
    let mut out = vec![b'['];
    for batch in batches {
        write_rows(batch, columns, types, &mut out)?;
    }
    out.push(b']');
    // Only texts went in.
    String::from_utf8(out).map_err(|_| crate::error::Error::internal("a result that is no text"))
}
