//! Arithmetic on whole arrays.
//!
//! Operands are `Decimal128` or any Arrow integer (which counts as NUMBER(38,0)); if either is a float, both are
//! computed as FLOAT. Either may be a one-row array that stands for a constant ([`Scalar`](datafusion::arrow::array::Scalar)).
//! Results are exact, rounded half away from zero to the documented scale; where an intermediate value outgrows 128 bits
//! it is computed with 256.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Datum, Decimal128Array, Float64Array, PrimitiveArray, new_null_array,
};
use datafusion::arrow::compute::kernels::arity::{binary, try_binary};
use datafusion::arrow::datatypes::{ArrowPrimitiveType, DataType, Decimal128Type, Float64Type, i256};
use datafusion::arrow::error::ArrowError;

use super::decimal::{divide_rounding, fits, pow10};
use super::{overflow, result_type};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::text::{decimal_text, float_text};

/// An arithmetic operator on two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`, whose result has the sign of the dividend
    Modulo,
}

impl Operation {
    /// The type of the result; `None` when an operand is not numeric.
    pub fn result_type(self, left: &SnowType, right: &SnowType) -> Option<SnowType> {
        match self {
            Self::Add | Self::Subtract => result_type::add_type(left, right),
            Self::Multiply => result_type::multiply_type(left, right),
            Self::Divide => result_type::divide_type(left, right),
            Self::Modulo => result_type::modulo_type(left, right),
        }
    }

    /// Applies the operation row by row. The result's Arrow type is that of [`result_type`](Self::result_type); it has
    /// the longer operand's length, and one row when both are constants.
    ///
    /// # Errors
    /// 100051 on division by zero, 100046 when a result has more than 38 digits, 001007 when an operand is not numeric.
    pub fn apply(self, left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef> {
        let (left, left_constant) = left.get();
        let (right, right_constant) = right.get();
        let types = (numeric_type(left.data_type()), numeric_type(right.data_type()));
        let (Some(left_type), Some(right_type)) = types else {
            return Err(Error::invalid_type(format!(
                "Arithmetic needs numbers, not {} and {}",
                left.data_type(),
                right.data_type()
            )));
        };
        let result = self
            .result_type(&left_type, &right_type)
            .ok_or_else(|| Error::internal("arithmetic without a type"))?;
        if let SnowType::Number { precision, scale } = result {
            let to = Shape { precision, scale };
            let (left, left_scale) = decimals(left)?;
            let (right, right_scale) = decimals(right)?;
            let exact = Exact {
                operation: self,
                left_scale,
                right_scale,
                to,
            };
            return exact.apply(&left, left_constant, &right, right_constant);
        }
        let left = floats(left)?;
        let right = floats(right)?;
        let operation = |a: f64, b: f64| match self {
            Self::Add => Ok(a + b),
            Self::Subtract => Ok(a - b),
            Self::Multiply => Ok(a * b),
            Self::Divide | Self::Modulo if b == 0.0 => Err(Error::division_by_zero()),
            Self::Divide => Ok(a / b),
            Self::Modulo => Ok(a % b),
        };
        if matches!(self, Self::Divide | Self::Modulo) {
            return try_rows::<Float64Type>(&left, left_constant, &right, right_constant, operation)
                .map(|array| Arc::new(array) as ArrayRef);
        }
        let total = |a, b| operation(a, b).unwrap_or(f64::NAN);
        Ok(Arc::new(rows::<Float64Type>(
            &left,
            left_constant,
            &right,
            right_constant,
            total,
        )?))
    }
}

/// `a + b`; see [`Operation::apply`].
pub fn add(left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef> {
    Operation::Add.apply(left, right)
}

/// `a - b`; see [`Operation::apply`].
pub fn subtract(left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef> {
    Operation::Subtract.apply(left, right)
}

/// `a * b`; see [`Operation::apply`].
pub fn multiply(left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef> {
    Operation::Multiply.apply(left, right)
}

/// `a / b`; see [`Operation::apply`].
pub fn divide(left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef> {
    Operation::Divide.apply(left, right)
}

/// `a % b`; see [`Operation::apply`].
pub fn modulo(left: &dyn Datum, right: &dyn Datum) -> Result<ArrayRef> {
    Operation::Modulo.apply(left, right)
}

/// `-a`, of the type of `a`. The type's range is symmetric, so this never overflows.
///
/// # Errors
/// 001007 when the operand is not numeric.
pub fn negate(array: &dyn Array) -> Result<ArrayRef> {
    match numeric_type(array.data_type()) {
        Some(SnowType::Float) => Ok(Arc::new(floats(array)?.unary::<_, Float64Type>(|a| -a))),
        Some(_) => {
            let (values, _) = decimals(array)?;
            let negated = values.unary::<_, Decimal128Type>(i128::wrapping_neg);
            Ok(Arc::new(negated.with_data_type(values.data_type().clone())))
        }
        None => Err(Error::invalid_type(format!(
            "Arithmetic needs a number, not {}",
            array.data_type()
        ))),
    }
}

fn numeric_type(data_type: &DataType) -> Option<SnowType> {
    match data_type {
        DataType::Null => Some(SnowType::INTEGER),
        data_type => {
            SnowType::from_arrow(data_type).filter(|t| matches!(t, SnowType::Number { .. } | SnowType::Float))
        }
    }
}

/// The operand as decimals, and their scale.
fn decimals(array: &dyn Array) -> Result<(Decimal128Array, u8)> {
    let array = match array.data_type() {
        DataType::Decimal128(_, _) => array.as_primitive::<Decimal128Type>().clone(),
        DataType::Null => new_null_array(&DataType::Decimal128(38, 0), array.len())
            .as_primitive::<Decimal128Type>()
            .clone(),
        _ => {
            let cast = datafusion::arrow::compute::cast(array, &DataType::Decimal128(38, 0))?;
            cast.as_primitive::<Decimal128Type>().clone()
        }
    };
    let scale = array.scale().max(0) as u8;
    Ok((array, scale))
}

/// The operand as floats.
fn floats(array: &dyn Array) -> Result<Float64Array> {
    if let DataType::Decimal128(_, scale) = array.data_type() {
        let scale = (*scale).max(0) as u8;
        let decimals = array.as_primitive::<Decimal128Type>();
        return Ok(decimals.unary(|value| crate::types::text::decimal_to_float(value, scale)));
    }
    let cast = datafusion::arrow::compute::cast(array, &DataType::Float64)?;
    Ok(cast.as_primitive::<Float64Type>().clone())
}

#[derive(Clone, Copy)]
struct Shape {
    precision: u8,
    scale: u8,
}

/// An exact operation on unscaled values of two scales.
struct Exact {
    operation: Operation,
    left_scale: u8,
    right_scale: u8,
    to: Shape,
}

impl Exact {
    fn apply(
        &self,
        left: &Decimal128Array,
        left_constant: bool,
        right: &Decimal128Array,
        right_constant: bool,
    ) -> Result<ArrayRef> {
        let Shape { precision, scale } = self.to;
        let data_type = DataType::Decimal128(precision, scale as i8);
        let up_left = self.power(scale.saturating_sub(self.left_scale))?;
        let up_right = self.power(scale.saturating_sub(self.right_scale))?;
        // Below 38 digits the result's type has room for every value of its operands' types, so nothing can overflow.
        let safe = precision < 38;
        let array = match self.operation {
            Operation::Add | Operation::Subtract => {
                let minus = self.operation == Operation::Subtract;
                if safe {
                    rows::<Decimal128Type>(left, left_constant, right, right_constant, |a, b| {
                        let b = b.wrapping_mul(up_right);
                        let a = a.wrapping_mul(up_left);
                        if minus {
                            a.wrapping_sub(b)
                        } else {
                            a.wrapping_add(b)
                        }
                    })?
                } else {
                    try_rows::<Decimal128Type>(left, left_constant, right, right_constant, |a, b| {
                        let exact = || {
                            let (a, b) = (a.checked_mul(up_left)?, b.checked_mul(up_right)?);
                            if minus { a.checked_sub(b) } else { a.checked_add(b) }
                        };
                        self.checked(exact(), || self.float(a, b))
                    })?
                }
            }
            Operation::Multiply => {
                let down = self.power(self.left_scale + self.right_scale - scale)?;
                if safe && down == 1 {
                    rows::<Decimal128Type>(left, left_constant, right, right_constant, i128::wrapping_mul)?
                } else {
                    try_rows::<Decimal128Type>(left, left_constant, right, right_constant, |a, b| {
                        let exact = match a.checked_mul(b) {
                            Some(product) if down == 1 => Some(product),
                            Some(product) => Some(divide_rounding(product, down)),
                            None => wide_multiply(a, b, down),
                        };
                        self.checked(exact, || self.float(a, b))
                    })?
                }
            }
            Operation::Divide => {
                let shift = u32::from(scale + self.right_scale - self.left_scale);
                let power = pow10(shift);
                try_rows::<Decimal128Type>(left, left_constant, right, right_constant, |a, b| {
                    if b == 0 {
                        return Err(Error::division_by_zero());
                    }
                    let exact = match power.and_then(|power| a.checked_mul(power)) {
                        Some(dividend) => Some(narrow_divide(dividend, b)),
                        None => wide_divide(a, b, shift),
                    };
                    self.checked(exact, || self.float(a, b))
                })?
            }
            Operation::Modulo => {
                try_rows::<Decimal128Type>(left, left_constant, right, right_constant, |a, b| {
                    if b == 0 {
                        return Err(Error::division_by_zero());
                    }
                    let exact = match (a.checked_mul(up_left), b.checked_mul(up_right)) {
                        (Some(a), Some(b)) => a.checked_rem(b),
                        _ => wide_modulo((a, up_left), (b, up_right)),
                    };
                    self.checked(exact, || self.float(a, b))
                })?
            }
        };
        Ok(Arc::new(array.with_data_type(data_type)))
    }

    fn power(&self, exponent: u8) -> Result<i128> {
        pow10(u32::from(exponent)).ok_or_else(|| Error::internal("scale beyond 38"))
    }

    fn checked(&self, value: Option<i128>, float: impl FnOnce() -> f64) -> Result<i128> {
        let Shape { precision, scale } = self.to;
        match value {
            Some(value) if fits(value, precision) => Ok(value),
            Some(value) => Err(overflow(precision, scale, decimal_text(value, scale))),
            None => Err(overflow(precision, scale, float_text(float(), 6))),
        }
    }

    /// The result as a float, for the text of an error.
    fn float(&self, a: i128, b: i128) -> f64 {
        let a = a as f64 / 10f64.powi(self.left_scale.into());
        let b = b as f64 / 10f64.powi(self.right_scale.into());
        match self.operation {
            Operation::Add => a + b,
            Operation::Subtract => a - b,
            Operation::Multiply => a * b,
            Operation::Divide => a / b,
            Operation::Modulo => a % b,
        }
    }
}

/// Divides, rounding half away from zero; in 64 bits where both fit, which is several times faster.
fn narrow_divide(a: i128, b: i128) -> i128 {
    match (i64::try_from(a), i64::try_from(b)) {
        (Ok(short_a), Ok(short_b)) if short_a != i64::MIN => {
            let quotient = short_a / short_b;
            let rest = (short_a % short_b).unsigned_abs();
            if rest >= short_b.unsigned_abs() - rest {
                i128::from(quotient + if (a < 0) == (b < 0) { 1 } else { -1 })
            } else {
                i128::from(quotient)
            }
        }
        _ => divide_rounding(a, b),
    }
}

fn wide_multiply(a: i128, b: i128, down: i128) -> Option<i128> {
    // Two values of 38 digits have a product of 76, which 256 bits hold.
    let product = i256::from_i128(a).checked_mul(i256::from_i128(b))?;
    let down = i256::from_i128(down);
    let quotient = product.checked_div(down)?.to_i128()?;
    let rest = product.checked_rem(down)?.checked_abs()?;
    let up = rest >= down.checked_sub(rest)?;
    quotient.checked_add(if !up {
        0
    } else if (a < 0) == (b < 0) {
        1
    } else {
        -1
    })
}

/// `a * 10^shift / b`, as in long division: the remainder of each step is carried on with at most 38 digits more.
fn wide_divide(a: i128, b: i128, shift: u32) -> Option<i128> {
    let divisor = b.unsigned_abs();
    let mut quotient = i128::try_from(a.unsigned_abs() / divisor).ok()?;
    let mut rest = a.unsigned_abs() % divisor;
    let wide_divisor = i256::from_i128(i128::try_from(divisor).ok()?);
    let mut left = shift;
    while left > 0 {
        let step = left.min(38);
        let power = pow10(step)?;
        let dividend = i256::from_i128(i128::try_from(rest).ok()?).checked_mul(i256::from_i128(power))?;
        let digits = dividend.checked_div(wide_divisor)?.to_i128()?;
        rest = u128::try_from(dividend.checked_rem(wide_divisor)?.to_i128()?).ok()?;
        quotient = quotient.checked_mul(power)?.checked_add(digits)?;
        left -= step;
    }
    if rest >= divisor - rest {
        quotient = quotient.checked_add(1)?;
    }
    Some(if (a < 0) == (b < 0) { quotient } else { -quotient })
}

fn wide_modulo(a: (i128, i128), b: (i128, i128)) -> Option<i128> {
    let a = i256::from_i128(a.0).checked_mul(i256::from_i128(a.1))?;
    let b = i256::from_i128(b.0).checked_mul(i256::from_i128(b.1))?;
    a.checked_rem(b)?.to_i128()
}

/// Applies a total function row by row; either side may be one constant row.
fn rows<T: ArrowPrimitiveType>(
    left: &PrimitiveArray<T>,
    left_constant: bool,
    right: &PrimitiveArray<T>,
    right_constant: bool,
    f: impl Fn(T::Native, T::Native) -> T::Native,
) -> Result<PrimitiveArray<T>> {
    Ok(match (left_constant, right_constant) {
        (_, true) if right.is_null(0) => PrimitiveArray::new_null(left.len()),
        (true, _) if left.is_null(0) => PrimitiveArray::new_null(right.len()),
        (_, true) => {
            let b = right.value(0);
            left.unary(|a| f(a, b))
        }
        (true, false) => {
            let a = left.value(0);
            right.unary(|b| f(a, b))
        }
        (false, false) => binary(left, right, f)?,
    })
}

/// Like [`rows`] for a function that can fail; rows with a NULL are not asked.
fn try_rows<T: ArrowPrimitiveType>(
    left: &PrimitiveArray<T>,
    left_constant: bool,
    right: &PrimitiveArray<T>,
    right_constant: bool,
    f: impl Fn(T::Native, T::Native) -> Result<T::Native>,
) -> Result<PrimitiveArray<T>> {
    let f = |a, b| f(a, b).map_err(|error| ArrowError::ExternalError(Box::new(error)));
    Ok(match (left_constant, right_constant) {
        (_, true) if right.is_null(0) => PrimitiveArray::new_null(left.len()),
        (true, _) if left.is_null(0) => PrimitiveArray::new_null(right.len()),
        (_, true) => {
            let b = right.value(0);
            left.try_unary(|a| f(a, b))?
        }
        (true, false) => {
            let a = left.value(0);
            right.try_unary(|b| f(a, b))?
        }
        (false, false) => try_binary(left, right, f)?,
    })
}

#[cfg(test)]
mod exact;
#[cfg(test)]
mod tests;
