//! JSON of the worker as Arrow columns.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryArray, BooleanArray, Date32Array, FixedSizeBinaryBuilder, Float64Array, StringArray,
    Time64NanosecondArray,
};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::types::cast::{CastMode, cast};
use crate::types::temporal::{self, LTZ_WIDTH, NTZ_WIDTH, TZ_WIDTH};
use crate::types::zone::LocalClock;
use crate::types::{SnowType, TypeContext};
use crate::variant::VariantBuilder;

/// A column of values in the Arrow form of a type. Numbers are rounded to the type's scale.
///
/// # Errors
/// A value that the type does not hold: a number of too many digits, a text that is too long, a moment outside of
/// what can be represented.
pub fn column(values: &[Value], data_type: &SnowType, types: &TypeContext) -> Result<ArrayRef> {
    let (array, held): (ArrayRef, SnowType) = match data_type {
        SnowType::Number { .. } | SnowType::Varchar { .. } => (Arc::new(texts(values)?), SnowType::VARCHAR),
        SnowType::Float => {
            let numbers = each(values, |value| value.as_str()?.parse::<f64>().ok())?;
            (Arc::new(Float64Array::from(numbers)), SnowType::Float)
        }
        SnowType::Binary { .. } => {
            let bytes = each(values, |value| hex::decode(value.as_str()?).ok())?;
            let array = BinaryArray::from_iter(bytes.iter().map(|bytes| bytes.as_deref()));
            (Arc::new(array), SnowType::BINARY)
        }
        SnowType::Boolean => {
            let array = BooleanArray::from(each(values, Value::as_bool)?);
            (Arc::new(array), SnowType::Boolean)
        }
        SnowType::Date => {
            let days = each(values, |value| i32::try_from(value.as_i64()?).ok())?;
            (Arc::new(Date32Array::from(days)), SnowType::Date)
        }
        SnowType::Time { .. } => {
            let day = 0..86_400 * 1_000_000_000_i64;
            let nanos = each(values, |value| value.as_i64().filter(|nanos| day.contains(nanos)))?;
            (Arc::new(Time64NanosecondArray::from(nanos)), SnowType::TIME)
        }
        SnowType::TimestampNtz { .. } => {
            let moments = each(values, |value| Some(temporal::encode(whole(value)?)))?;
            (fixed(&moments, NTZ_WIDTH)?, SnowType::TIMESTAMP_NTZ)
        }
        SnowType::TimestampLtz { .. } => {
            let clock = LocalClock::new(&types.timezone);
            let moments = each(values, |value| {
                let (seconds, nanos) = temporal::split(whole(value)?);
                let utc = i128::from(clock.to_utc(seconds)) * temporal::NANOS + i128::from(nanos);
                Some(temporal::encode_ltz(utc))
            })?;
            (fixed(&moments, LTZ_WIDTH)?, SnowType::TIMESTAMP_LTZ)
        }
        SnowType::TimestampTz { .. } => {
            let moments = each(values, |value| {
                let minutes = i16::try_from(value.get(1)?.as_i64()?).ok()?;
                Some(temporal::encode_tz(whole(value.get(0)?)?, minutes))
            })?;
            (fixed(&moments, TZ_WIDTH)?, SnowType::TIMESTAMP_TZ)
        }
        SnowType::Variant
        | SnowType::Object
        | SnowType::Array
        | SnowType::Structured(_)
        | SnowType::Vector { .. } => {
            let mut builder = VariantBuilder::new();
            for value in each(values, Value::as_str)? {
                match value {
                    Some(json) => builder.append_json(json.as_bytes())?,
                    None => builder.append_null(),
                }
            }
            (Arc::new(builder.finish()), SnowType::Variant)
        }
    };
    if held == *data_type {
        return Ok(array);
    }
    cast(&array, &held, data_type, CastMode::Strict, types)
}

/// The values of a column, null where they are.
fn each<'v, T>(values: &'v [Value], read: impl Fn(&'v Value) -> Option<T>) -> Result<Vec<Option<T>>> {
    let read = |value: &'v Value| match value {
        Value::Null => Ok(None),
        value => read(value).map(Some).ok_or_else(|| {
            let shown: String = value.to_string().chars().take(100).collect();
            Error::python(&format!(
                "ValueError: {shown} is outside of what the type of the result holds"
            ))
        }),
    };
    values.iter().map(read).collect()
}

fn texts(values: &[Value]) -> Result<StringArray> {
    Ok(StringArray::from(each(values, Value::as_str)?))
}

/// A whole number of any size.
fn whole(value: &Value) -> Option<i128> {
    value.as_number()?.as_str().parse().ok()
}

fn fixed<const N: usize>(values: &[Option<[u8; N]>], width: i32) -> Result<ArrayRef> {
    let mut builder = FixedSizeBinaryBuilder::with_capacity(values.len(), width);
    for value in values {
        match value {
            Some(bytes) => builder.append_value(bytes)?,
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}
