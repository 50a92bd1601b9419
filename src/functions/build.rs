//! Builders of result arrays, with the bounds that results are held to.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BinaryBuilder, BooleanArray, Date32Array, Decimal128Array, Decimal128Builder,
    FixedSizeBinaryBuilder, Float64Array, StringBuilder, Time64NanosecondArray,
};

use super::call::Call;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::number::overflow;

/// The longest text a function may yield, in bytes: what the longest VARCHAR takes at four bytes a character.
pub const MAX_TEXT_BYTES: usize = 4 * 16_777_216;

/// The most bytes that the values of one array hold together: offsets are 32-bit.
const MAX_ARRAY_BYTES: usize = i32::MAX as usize;

/// Collects VARCHAR values, refusing those that are too long.
#[derive(Debug)]
pub struct Texts {
    values: StringBuilder,
    bytes: usize,
}

impl Texts {
    /// Room for `rows` values.
    pub fn new(rows: usize) -> Self {
        Self {
            values: StringBuilder::with_capacity(rows, rows.saturating_mul(8)),
            bytes: 0,
        }
    }

    /// Adds a value or NULL.
    pub fn push(&mut self, value: Option<&str>) -> Result<()> {
        match value {
            Some(value) => {
                check_text(value.len())?;
                self.bytes += value.len();
                if self.bytes > MAX_ARRAY_BYTES {
                    return Err(Error::internal("the texts of one batch exceed 2 GB"));
                }
                self.values.append_value(value);
            }
            None => self.values.append_null(),
        }
        Ok(())
    }

    /// The array.
    pub fn finish(mut self) -> ArrayRef {
        Arc::new(self.values.finish())
    }
}

/// Error 100078 when a text of so many bytes is longer than any VARCHAR. To be asked before it is built.
pub fn check_text(bytes: usize) -> Result<()> {
    if bytes > MAX_TEXT_BYTES {
        return Err(Error::string_too_long(format!("({bytes} bytes)")));
    }
    Ok(())
}

/// A VARCHAR array from a part of some text for each row.
pub fn texts<'a>(rows: usize, mut value: impl FnMut(usize) -> Result<Option<&'a str>>) -> Result<ArrayRef> {
    let mut result = Texts::new(rows);
    for row in 0..rows {
        result.push(value(row)?)?;
    }
    Ok(result.finish())
}

/// A VARCHAR array where each row's text is written into a buffer, which comes empty; `None` is NULL.
pub fn written_texts(
    rows: usize,
    mut write: impl FnMut(usize, &mut String) -> Result<Option<()>>,
) -> Result<ArrayRef> {
    let mut result = Texts::new(rows);
    let mut buffer = String::new();
    for row in 0..rows {
        buffer.clear();
        match write(row, &mut buffer)? {
            Some(()) => result.push(Some(&buffer))?,
            None => result.push(None)?,
        }
    }
    Ok(result.finish())
}

/// A BINARY array, each row's bytes written into a buffer, which comes empty; `None` is NULL.
pub fn written_bytes(
    rows: usize,
    mut write: impl FnMut(usize, &mut Vec<u8>) -> Result<Option<()>>,
) -> Result<ArrayRef> {
    let mut result = BinaryBuilder::with_capacity(rows, rows.saturating_mul(8));
    let mut buffer = Vec::new();
    let mut total = 0;
    for row in 0..rows {
        buffer.clear();
        match write(row, &mut buffer)? {
            Some(()) => {
                total += buffer.len();
                if buffer.len() > MAX_TEXT_BYTES || total > MAX_ARRAY_BYTES {
                    return Err(Error::string_too_long(format!("({} bytes)", buffer.len())));
                }
                result.append_value(&buffer);
            }
            None => result.append_null(),
        }
    }
    let result: BinaryArray = result.finish();
    Ok(Arc::new(result))
}

/// A NUMBER array of the call's own type, from unscaled values.
pub fn numbers(call: &Call, mut value: impl FnMut(usize) -> Result<Option<i128>>) -> Result<ArrayRef> {
    let SnowType::Number { precision, scale } = *call.returns() else {
        return Err(Error::internal(format!("{} returns no NUMBER", call.name())));
    };
    let limit = 10_i128.checked_pow(u32::from(precision)).unwrap_or(i128::MAX);
    let mut result = Decimal128Builder::with_capacity(call.rows());
    for row in 0..call.rows() {
        match value(row)? {
            Some(value) if value.checked_abs().is_none_or(|value| value >= limit) => {
                return Err(overflow(precision, scale, unscaled(value, scale)));
            }
            value => result.append_option(value),
        }
    }
    let result: Decimal128Array = result.finish().with_precision_and_scale(precision, scale as i8)?;
    Ok(Arc::new(result))
}

/// A number in digits, from its unscaled value.
pub fn unscaled(value: i128, scale: u8) -> String {
    let digits = value.unsigned_abs().to_string();
    let scale = usize::from(scale);
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    let sign = if value < 0 { "-" } else { "" };
    if scale == 0 {
        format!("{sign}{whole}")
    } else {
        format!("{sign}{whole}.{fraction}")
    }
}

/// A FLOAT array.
pub fn floats(rows: usize, value: impl FnMut(usize) -> Result<Option<f64>>) -> Result<ArrayRef> {
    let values: Float64Array = (0..rows).map(value).collect::<Result<_>>()?;
    Ok(Arc::new(values))
}

/// A BOOLEAN array.
pub fn booleans(rows: usize, value: impl FnMut(usize) -> Result<Option<bool>>) -> Result<ArrayRef> {
    let values: BooleanArray = (0..rows).map(value).collect::<Result<_>>()?;
    Ok(Arc::new(values))
}

/// A DATE array, in days since 1970-01-01.
pub fn dates(rows: usize, value: impl FnMut(usize) -> Result<Option<i32>>) -> Result<ArrayRef> {
    let values: Date32Array = (0..rows).map(value).collect::<Result<_>>()?;
    Ok(Arc::new(values))
}

/// A TIME array, in nanoseconds since midnight.
pub fn times(rows: usize, value: impl FnMut(usize) -> Result<Option<i64>>) -> Result<ArrayRef> {
    let values: Time64NanosecondArray = (0..rows).map(value).collect::<Result<_>>()?;
    Ok(Arc::new(values))
}

/// A timestamp array of `N` bytes a value.
pub fn timestamps<const N: usize>(
    rows: usize,
    mut value: impl FnMut(usize) -> Result<Option<[u8; N]>>,
) -> Result<ArrayRef> {
    let mut result = FixedSizeBinaryBuilder::with_capacity(rows, N as i32);
    for row in 0..rows {
        match value(row)? {
            Some(value) => result.append_value(value)?,
            None => result.append_null(),
        }
    }
    Ok(Arc::new(result.finish()))
}
