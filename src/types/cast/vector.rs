//! VECTOR: casts from arrays, and its text (<https://docs.snowflake.com/en/sql-reference/data-types-vector>).
//!
//! The elements are held as numbers of an array: of a FLOAT vector as doubles that are no finer than 32 bits hold, of
//! an INT vector as integers of 32 bits.

use std::fmt::Write;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};

use super::Job;
use super::semi::refusal;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::variant::{self, Value, VariantBuilder};

/// Arrays to vectors. The number of elements must be the vector's, and each a number of its kind.
pub(super) fn cast(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    let SnowType::Vector { integer, dimension } = job.to else {
        return Err(Error::internal("a cast to VECTOR has another target"));
    };
    let values = array.as_binary::<i64>();
    let mut builder = VariantBuilder::new();
    builder.reserve(values.len(), values.value_data().len());
    let mut elements: Vec<Vec<u8>> = Vec::new();
    for bytes in values {
        let Some(bytes) = bytes else {
            builder.append_null();
            continue;
        };
        let given = match variant::view(bytes) {
            Value::Array(given) => given,
            Value::Null | Value::Undefined => {
                builder.append_null();
                continue;
            }
            _ => return Err(refusal(bytes, &job.to)),
        };
        if given.len() != usize::from(dimension) {
            return Err(Error::new(
                100_406,
                "22000",
                format!(
                    "Array-like being cast to a vector has incorrect dimension: {} instead of {dimension}",
                    given.len()
                ),
            ));
        }
        elements.clear();
        for element in given.iter() {
            let number = number(&variant::view(element), integer).ok_or_else(|| refusal(bytes, &job.to))?;
            elements.push(variant::encoded(&number));
        }
        builder.append_array(elements.iter().map(Vec::as_slice))?;
    }
    Ok(Arc::new(builder.finish()))
}

fn number(value: &Value<'_>, integer: bool) -> Option<Value<'static>> {
    match (value, integer) {
        (Value::Integer(number), true) => i32::try_from(*number).ok().map(|n| Value::Integer(n.into())),
        (_, true) => None,
        (Value::Decimal { unscaled, scale }, false) => {
            let double = crate::types::text::decimal_to_float(*unscaled, *scale);
            single(double)
        }
        (Value::Integer(number), false) => single(*number as f64),
        (Value::Double(number), false) => single(*number),
        _ => None,
    }
}

/// A number as 32 bits hold it; `None` for one that is too large for them.
fn single(number: f64) -> Option<Value<'static>> {
    let single = number as f32;
    (single.is_finite() || !number.is_finite()).then_some(Value::Double(single.into()))
}

/// The text of a vector: integers in full, others with six digits after the point.
pub(super) fn write(bytes: &[u8], out: &mut String) {
    out.push('[');
    if let Value::Array(elements) = variant::view(bytes) {
        for (at, element) in elements.iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            // Writing to a String cannot fail.
            let _ = match variant::view(element) {
                Value::Double(number) => write!(out, "{number:.6}"),
                other => write!(out, "{}", variant::number_text(&other)),
            };
        }
    }
    out.push(']');
}
