//! Arrow columns as JSON, for the worker.

use std::fmt::Write;

use datafusion::arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray,
    Float64Array, LargeBinaryArray, StringArray, Time64NanosecondArray,
};

use crate::error::{Error, Result};
use crate::types::temporal::{self, NANOS};
use crate::types::zone::LocalClock;
use crate::types::{SnowType, TypeContext};
use crate::variant;

/// Appends the values of a column, as a JSON array.
///
/// # Errors
/// When the column is not in the Arrow form of its type.
pub fn column(array: &ArrayRef, data_type: &SnowType, types: &TypeContext, out: &mut String) -> Result<()> {
    match data_type {
        SnowType::Number { scale: 0, .. } => each(array, out, |values: &Decimal128Array, row, out| {
            out.push_str(itoa::Buffer::new().format(values.value(row)));
        }),
        SnowType::Number { .. } => each(array, out, |values: &Decimal128Array, row, out| {
            let _ = write!(out, "\"{}\"", values.value_as_string(row));
        }),
        SnowType::Float => each(array, out, |values: &Float64Array, row, out| {
            let value = values.value(row);
            match value.is_finite() {
                true => out.push_str(ryu::Buffer::new().format_finite(value)),
                // Python reads `NaN`, `inf` and `-inf`.
                false => drop(write!(out, "\"{value}\"")),
            }
        }),
        SnowType::Varchar { .. } => each(array, out, |values: &StringArray, row, out| {
            text(values.value(row), out);
        }),
        SnowType::Binary { .. } => each(array, out, |values: &BinaryArray, row, out| {
            let _ = write!(out, "\"{}\"", hex::encode(values.value(row)));
        }),
        SnowType::Boolean => each(array, out, |values: &BooleanArray, row, out| {
            out.push_str(if values.value(row) { "true" } else { "false" });
        }),
        SnowType::Date => each(array, out, |values: &Date32Array, row, out| {
            out.push_str(itoa::Buffer::new().format(values.value(row)));
        }),
        SnowType::Time { .. } => each(array, out, |values: &Time64NanosecondArray, row, out| {
            out.push_str(itoa::Buffer::new().format(values.value(row)));
        }),
        SnowType::TimestampNtz { .. } => each(array, out, |values: &FixedSizeBinaryArray, row, out| {
            out.push_str(itoa::Buffer::new().format(temporal::decode(values.value(row))));
        }),
        SnowType::TimestampLtz { .. } => {
            let clock = LocalClock::new(&types.timezone);
            each(array, out, |values: &FixedSizeBinaryArray, row, out| {
                let (seconds, nanos) = temporal::decode_parts(values.value(row));
                let local = i128::from(clock.to_local(seconds)) * NANOS + i128::from(nanos);
                out.push_str(itoa::Buffer::new().format(local));
            })
        }
        SnowType::TimestampTz { .. } => each(array, out, |values: &FixedSizeBinaryArray, row, out| {
            let bytes = values.value(row);
            let _ = write!(
                out,
                "[{},{}]",
                temporal::decode(bytes),
                temporal::offset_minutes(bytes)
            );
        }),
        SnowType::Variant
        | SnowType::Object
        | SnowType::Array
        | SnowType::Structured(_)
        | SnowType::Vector { .. } => each(array, out, |values: &LargeBinaryArray, row, out| {
            let mut json = String::new();
            variant::to_json(values.value(row), &mut json);
            text(&json, out);
        }),
    }
}

/// Appends a text as JSON has it.
pub fn text(value: &str, out: &mut String) {
    // Writing to memory does not fail.
    out.push_str(&serde_json::to_string(value).unwrap_or_default());
}

fn each<A: Array + 'static>(
    array: &ArrayRef,
    out: &mut String,
    write: impl Fn(&A, usize, &mut String),
) -> Result<()> {
    let values = array.as_any().downcast_ref::<A>();
    let values = values
        .ok_or_else(|| Error::internal(format!("an argument in PYTHON is held as {}", array.data_type())))?;
    out.push('[');
    for row in 0..values.len() {
        if row > 0 {
            out.push(',');
        }
        match values.is_null(row) {
            true => out.push_str("null"),
            false => write(values, row, out),
        }
    }
    out.push(']');
    Ok(())
}
