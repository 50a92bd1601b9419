//! Casts among NUMBER, FLOAT and BOOLEAN.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type, i256};

use super::{CastMode, Failures, Job, primitive};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::number::{fits, overflow, pow10, rescale};
use crate::types::text::{decimal_text, decimal_to_float, float_text};

pub(super) fn cast(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    use SnowType as S;
    Ok(match (job.from, job.to) {
        (S::Number { scale: from, .. }, S::Number { precision, scale }) => {
            let values = array.as_primitive::<Decimal128Type>();
            let convert =
                |row| rescale(values.value(row), from, scale).filter(|value| fits(*value, precision));
            let error = |row| overflow(precision, scale, decimal_text(values.value(row), from));
            finish(
                primitive::<Decimal128Type>(values, job.mode, convert, error)?,
                precision,
                scale,
            )
        }
        (S::Number { scale, .. }, S::Float) => {
            let values = array.as_primitive::<Decimal128Type>();
            Arc::new(values.unary::<_, Float64Type>(|value| decimal_to_float(value, scale)))
        }
        (S::Float, S::Number { precision, scale }) => {
            let values = array.as_primitive::<Float64Type>();
            let convert = |row| float_to_decimal(values.value(row), precision, scale);
            let error = |row| overflow(precision, scale, float_text(values.value(row), 6));
            finish(
                primitive::<Decimal128Type>(values, job.mode, convert, error)?,
                precision,
                scale,
            )
        }
        (S::Boolean, S::Number { precision, scale }) => {
            let values = array.as_boolean();
            let one = pow10(u32::from(scale)).filter(|one| fits(*one, precision));
            let convert = |row| if values.value(row) { one } else { Some(0) };
            let error = |_| overflow(precision, scale, 1);
            finish(
                primitive::<Decimal128Type>(values, job.mode, convert, error)?,
                precision,
                scale,
            )
        }
        (S::Number { .. }, S::Boolean) => {
            let values = array.as_primitive::<Decimal128Type>();
            Arc::new(BooleanArray::from_unary(values, |value| value != 0))
        }
        (S::Float, S::Boolean) => float_to_boolean(array, job.mode)?,
        (from, to) => return Err(super::no_cast("CAST", from, &to)),
    })
}

fn finish(values: Decimal128Array, precision: u8, scale: u8) -> ArrayRef {
    Arc::new(values.with_data_type(DataType::Decimal128(precision, scale as i8)))
}

/// Zero is false; infinities and NaN have no truth.
fn float_to_boolean(array: &ArrayRef, mode: CastMode) -> Result<ArrayRef> {
    let values = array.as_primitive::<Float64Type>();
    let mut failures = Failures::new(mode);
    for row in (0..values.len()).filter(|row| values.is_valid(*row)) {
        let value = values.value(row);
        if !value.is_finite() {
            failures.add(row, || {
                Error::not_boolean(crate::types::text::float_text(value, 17))
            })?;
        }
    }
    let truth = BooleanArray::from_unary(values, |value| value != 0.0);
    let (truth, nulls) = truth.into_parts();
    Ok(Arc::new(BooleanArray::new(
        truth,
        failures.nulls(nulls.as_ref(), values.len()),
    )))
}

/// The decimal nearest to a float's exact binary value, ties away from zero; `None` when the type cannot hold it, or the
/// float is no number.
pub fn float_to_decimal(value: f64, precision: u8, scale: u8) -> Option<i128> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let exponent_bits = (bits >> 52 & 0x7ff) as i32;
    let fraction = i128::from(bits & ((1 << 52) - 1));
    let (mantissa, exponent) = if exponent_bits == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, exponent_bits - 1075)
    };
    let power = pow10(u32::from(scale))?;
    let magnitude = if exponent >= 0 {
        // 10^38 has 127 bits: a shift that loses bits is far out of range.
        let shifted = if exponent <= 74 {
            mantissa.checked_shl(exponent as u32)?
        } else {
            return None;
        };
        shifted.checked_mul(power)?
    } else {
        let shift = exponent.unsigned_abs();
        match mantissa.checked_mul(power) {
            Some(product) if shift <= 126 => {
                let half = 1_i128 << (shift - 1);
                product
                    .checked_add(half)
                    .map_or_else(|| wide(mantissa, power, shift), |sum| Some(sum >> shift))?
            }
            _ => wide(mantissa, power, shift)?,
        }
    };
    if !fits(magnitude, precision) {
        return None;
    }
    Some(if value < 0.0 { -magnitude } else { magnitude })
}

/// `mantissa * power / 2^shift`, rounded half up, in 256 bits: the product has less than 180.
fn wide(mantissa: i128, power: i128, shift: u32) -> Option<i128> {
    if shift > 200 {
        return Some(0);
    }
    let product = i256::from_i128(mantissa).checked_mul(i256::from_i128(power))?;
    let half = i256::ONE << (shift - 1) as u8;
    (product.checked_add(half)? >> shift as u8).to_i128()
}
