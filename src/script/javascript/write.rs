//! JavaScript values as SQL sees them.
//! <https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction>
//!
//! A value first becomes the declared type's value in JavaScript (a number a text, for instance) and that becomes the
//! SQL value. `undefined` is NULL, and so is `null`, except that it is JSON null in a VARIANT. Inside arrays and objects
//! `undefined` is left out. A `Date` is a TIMESTAMP_LTZ(3), from which it is cast; a text that is to be a time is cast as
//! in SQL.

use std::sync::Arc;

use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, BooleanBuilder, FixedSizeBinaryBuilder, Float64Builder, LargeBinaryArray,
    StringBuilder, new_empty_array,
};
use datafusion::arrow::compute::concat;
use rquickjs::object::Filter;
use rquickjs::{Object, Type, Value};

use super::fault::Failure;
use super::machine::House;
use crate::error::Error;
use crate::script::value::Value as SqlValue;
use crate::types::cast::{CastMode, cast};
use crate::types::temporal::{encode_ltz, encode_parts, encode_tz};
use crate::types::{MAX_VARCHAR, SnowType, TypeContext};
use crate::variant::encoding::{write_array, write_object};
use crate::variant::{self, MAX_DEPTH, VariantBuilder};

type Done<T> = std::result::Result<T, Failure>;

/// The largest whole number that a double holds together with all smaller ones.
const SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// Milliseconds that a `Date` can be away from 1970.
const FARTHEST: f64 = 8.64e15;

/// Gathers a column of one type.
pub struct Writer<'a> {
    data_type: SnowType,
    types: &'a TypeContext,
    values: Values,
}

enum Values {
    Float(Float64Builder),
    Text(StringBuilder),
    Boolean(BooleanBuilder),
    Binary(BinaryBuilder),
    Variant(VariantBuilder),
    /// One array for each value.
    Cast(Vec<ArrayRef>),
}

impl<'a> Writer<'a> {
    /// An empty column.
    pub fn new(data_type: SnowType, types: &'a TypeContext) -> Self {
        let values = match data_type {
            SnowType::Float => Values::Float(Float64Builder::new()),
            SnowType::Varchar { .. } => Values::Text(StringBuilder::new()),
            SnowType::Boolean => Values::Boolean(BooleanBuilder::new()),
            SnowType::Binary { .. } => Values::Binary(BinaryBuilder::new()),
            SnowType::Variant => Values::Variant(VariantBuilder::new()),
            _ => Values::Cast(Vec::new()),
        };
        Self {
            data_type,
            types,
            values,
        }
    }

    /// Appends a value.
    ///
    /// # Errors
    /// What its conversion throws, or the error of a value that the type does not have.
    pub fn push<'js>(&mut self, house: &House<'js>, value: Value<'js>) -> Done<()> {
        let nothing = value.is_undefined() || value.is_null();
        match &mut self.values {
            Values::Float(builder) if nothing => builder.append_null(),
            Values::Float(builder) => builder.append_value(number(house, value)?),
            Values::Text(builder) if nothing => builder.append_null(),
            Values::Text(builder) => builder.append_value(text(house, value)?),
            Values::Boolean(builder) if nothing => builder.append_null(),
            Values::Boolean(builder) => builder.append_value(house.call("truth", (value,))?),
            Values::Binary(builder) if nothing => builder.append_null(),
            Values::Binary(builder) => builder.append_value(bytes(house, value)?),
            Values::Variant(builder) if value.is_undefined() => builder.append_null(),
            Values::Variant(builder) => {
                let mut encoded = Vec::new();
                match semi(house, &value, 0, &mut encoded)? {
                    true => builder.append_bytes(&sized(encoded)?),
                    false => builder.append_null(),
                }
            }
            Values::Cast(arrays) => {
                let value = converted(house, value, &self.data_type, self.types)?;
                arrays.push(value.array);
            }
        }
        Ok(())
    }

    /// The column.
    ///
    /// # Errors
    /// Never in practice: those of Arrow.
    pub fn finish(self) -> crate::error::Result<ArrayRef> {
        Ok(match self.values {
            Values::Float(mut builder) => Arc::new(builder.finish()),
            Values::Text(mut builder) => Arc::new(builder.finish()),
            Values::Boolean(mut builder) => Arc::new(builder.finish()),
            Values::Binary(mut builder) => Arc::new(builder.finish()),
            Values::Variant(mut builder) => Arc::new(builder.finish()),
            Values::Cast(arrays) => {
                let parts: Vec<_> = arrays.iter().map(|array| array.as_ref()).collect();
                match parts.as_slice() {
                    [] => new_empty_array(&self.data_type.arrow()),
                    parts => concat(parts)?,
                }
            }
        })
    }
}

/// One value of a type.
///
/// # Errors
/// As [`Writer::push`].
pub fn value<'js>(
    house: &House<'js>,
    value: Value<'js>,
    to: SnowType,
    types: &TypeContext,
) -> Done<SqlValue> {
    let mut writer = Writer::new(to, types);
    writer.push(house, value)?;
    Ok(SqlValue {
        data_type: to,
        array: writer.finish()?,
    })
}

/// The value of a bind variable: a number, a text, an SfDate or null.
///
/// # Errors
/// A refusal of any other value.
pub fn bind<'js>(house: &House<'js>, value: Value<'js>) -> Done<SqlValue> {
    match value.type_of() {
        Type::Null => Ok(SqlValue::null(SnowType::VARCHAR)),
        Type::Int | Type::Float | Type::String => plain(house, value),
        Type::Object => {
            let parts: Option<Object> = house.call("parts", (value,))?;
            let parts = parts.ok_or_else(|| Error::internal("a bind that was not refused"))?;
            timestamp(&parts)
        }
        _ => Err(Error::internal("a bind that was not refused").into()),
    }
}

fn number<'js>(house: &House<'js>, value: Value<'js>) -> Done<f64> {
    match value.as_number() {
        Some(number) => Ok(number),
        None => Ok(house.call("number", (value,))?),
    }
}

fn text<'js>(house: &House<'js>, value: Value<'js>) -> Done<String> {
    let own = value.as_string().and_then(|text| text.to_string().ok());
    let text: String = match own {
        Some(text) => text,
        None => house.call("text", (value,))?,
    };
    match text.len() > MAX_VARCHAR as usize {
        true => Err(Error::lob_size(MAX_VARCHAR as usize, text.len()).into()),
        false => Ok(text),
    }
}

fn kind<'js>(house: &House<'js>, value: &Value<'js>) -> Done<String> {
    Ok(house.call("kind", (value.clone(),))?)
}

fn bytes<'js>(house: &House<'js>, value: Value<'js>) -> Done<Vec<u8>> {
    if !value.is_object() || kind(house, &value)? != "bytes" {
        let message = format!("Cannot convert '{}' to BINARY", text(house, value)?);
        return Err(Error::new(100_039, "22000", message).into());
    }
    let characters: String = house.call("bytes", (value,))?;
    Ok(characters
        .chars()
        .map(|character| u32::from(character) as u8)
        .collect())
}

/// A value as SQL has one that is no more than it looks like: a whole number is a NUMBER, any other a FLOAT.
fn plain<'js>(house: &House<'js>, value: Value<'js>) -> Done<SqlValue> {
    if let Some(number) = value.as_number() {
        if number.fract() == 0.0 && number.abs() <= SAFE_INTEGER {
            return Ok(SqlValue::integer(number as i64));
        }
        let mut builder = Float64Builder::new();
        builder.append_value(number);
        return Ok(SqlValue {
            data_type: SnowType::Float,
            array: Arc::new(builder.finish()),
        });
    }
    match value.as_bool() {
        Some(value) => Ok(SqlValue::boolean(value)),
        None => Ok(SqlValue::text(text(house, value)?)),
    }
}

/// A value of a type that only a cast leads to.
fn converted<'js>(
    house: &House<'js>,
    value: Value<'js>,
    to: &SnowType,
    types: &TypeContext,
) -> Done<SqlValue> {
    if value.is_undefined() || value.is_null() {
        return Ok(SqlValue::null(*to));
    }
    let timed = *to == SnowType::Date || to.is_timestamp();
    let from = match value.type_of() {
        _ if matches!(to, SnowType::Object | SnowType::Array) => {
            let mut encoded = Vec::new();
            if !semi(house, &value, 0, &mut encoded)? {
                return Ok(SqlValue::null(*to));
            }
            let encoded = sized(encoded)?;
            SqlValue {
                data_type: SnowType::Variant,
                array: Arc::new(LargeBinaryArray::from(vec![encoded.as_slice()])),
            }
        }
        Type::Int | Type::Float if timed => moment(number(house, value)?)?,
        Type::Object => match kind(house, &value)?.as_str() {
            "timestamp" => timestamp(&house.call("parts", (value,))?)?,
            "date" => moment(house.call("time", (value,))?)?,
            _ => plain(house, value)?,
        },
        _ => plain(house, value)?,
    };
    let array = cast(&from.array, &from.data_type, to, CastMode::Strict, types)?;
    Ok(SqlValue {
        data_type: *to,
        array,
    })
}

/// A `Date`'s milliseconds as a TIMESTAMP_LTZ(3).
fn moment(milliseconds: f64) -> Done<SqlValue> {
    let mut builder = FixedSizeBinaryBuilder::with_capacity(1, 13);
    builder
        .append_value(encode_ltz(nanoseconds(milliseconds)?))
        .map_err(Error::from)?;
    Ok(SqlValue {
        data_type: SnowType::TimestampLtz { scale: 3 },
        array: Arc::new(builder.finish()),
    })
}

fn nanoseconds(milliseconds: f64) -> Done<i128> {
    if !milliseconds.is_finite() || milliseconds.abs() > FARTHEST {
        return Err(Error::not_timestamp("Invalid Date").into());
    }
    Ok(milliseconds as i128 * 1_000_000)
}

/// An SfDate as the type that it was read as.
fn timestamp(parts: &Object<'_>) -> Done<SqlValue> {
    let kind: String = parts.get("kind")?;
    let scale: u8 = parts.get("scale")?;
    let (seconds, nanos): (f64, f64) = (parts.get("seconds")?, parts.get("nanos")?);
    let wall: Option<f64> = parts.get("wall")?;
    let minutes: f64 = parts.get("minutes")?;
    if !seconds.is_finite() {
        return Err(Error::not_timestamp("Invalid Date").into());
    }
    let nanos = nanos as u32;
    let total = i128::from(seconds as i64) * 1_000_000_000 + i128::from(nanos);
    let (data_type, bytes) = match (kind.as_str(), wall) {
        ("ntz", Some(wall)) => (
            SnowType::TimestampNtz { scale },
            encode_parts(wall as i64, nanos).to_vec(),
        ),
        ("tz", _) => (
            SnowType::TimestampTz { scale },
            encode_tz(total, minutes as i16).to_vec(),
        ),
        _ => (SnowType::TimestampLtz { scale }, encode_ltz(total).to_vec()),
    };
    let mut builder = FixedSizeBinaryBuilder::with_capacity(1, bytes.len() as i32);
    builder.append_value(&bytes).map_err(Error::from)?;
    Ok(SqlValue {
        data_type,
        array: Arc::new(builder.finish()),
    })
}

fn sized(encoded: Vec<u8>) -> Done<Vec<u8>> {
    match encoded.len() > variant::MAX_SIZE {
        true => Err(Error::lob_size(variant::MAX_SIZE, encoded.len()).into()),
        false => Ok(encoded),
    }
}

/// Writes a semi-structured value. Answers whether it is one: `undefined`, functions and symbols are not.
fn semi<'js>(house: &House<'js>, value: &Value<'js>, depth: usize, out: &mut Vec<u8>) -> Done<bool> {
    if depth > MAX_DEPTH {
        let message =
            format!("JavaScript execution error: a returned value is nested deeper than {MAX_DEPTH} levels");
        return Err(Error::new(100_132, "P0000", message).into());
    }
    match value.type_of() {
        Type::Null => variant::encode(&variant::Value::Null, out),
        Type::Bool => variant::encode(&variant::Value::Boolean(value.as_bool().unwrap_or_default()), out),
        Type::Int | Type::Float => exact(value.as_number().unwrap_or_default(), out),
        Type::String => variant::encode(&variant::Value::String(&text(house, value.clone())?), out),
        Type::Array => {
            let array = value
                .as_array()
                .ok_or_else(|| Error::internal("an array that is none"))?;
            let mut elements = Vec::with_capacity(array.len().min(1024));
            for element in array.iter::<Value>() {
                let mut encoded = Vec::new();
                if semi(house, &element?, depth + 1, &mut encoded)? {
                    elements.push(encoded);
                }
            }
            write_array(elements.iter().map(Vec::as_slice), out)?;
        }
        Type::Undefined | Type::Function | Type::Constructor | Type::Symbol | Type::Uninitialized => {
            return Ok(false);
        }
        Type::BigInt => {
            let message =
                "JavaScript execution error: Uncaught TypeError: Do not know how to serialize a BigInt";
            return Err(Error::new(100_132, "P0000", message).into());
        }
        _ => match kind(house, value)?.as_str() {
            "timestamp" | "date" => {
                let nanos = nanoseconds(house.call("time", (value.clone(),))?)?;
                variant::encode(&variant::Value::TimestampLtz(nanos), out);
            }
            "bytes" => variant::encode(&variant::Value::Binary(&bytes(house, value.clone())?), out),
            _ => {
                let object = value
                    .as_object()
                    .ok_or_else(|| Error::internal("an object that is none"))?;
                let mut entries = Vec::new();
                for entry in object.own_props::<String, Value>(Filter::default()) {
                    let (key, value) = entry?;
                    let mut encoded = Vec::new();
                    if semi(house, &value, depth + 1, &mut encoded)? {
                        entries.push((key, encoded));
                    }
                }
                let mut entries: Vec<(&str, &[u8])> = entries
                    .iter()
                    .map(|(key, value)| (key.as_str(), value.as_slice()))
                    .collect();
                write_object(&mut entries, out)?;
            }
        },
    }
    Ok(true)
}

/// A number as JSON's text of it would be read: exact as long as that is not too long.
fn exact(number: f64, out: &mut Vec<u8>) {
    if number.fract() == 0.0 && number.abs() <= SAFE_INTEGER {
        return variant::encode(&variant::Value::Integer(number as i128), out);
    }
    let read = variant::parse_json(&number.to_string()).ok().flatten();
    match read.filter(|_| number.is_finite() && number.abs() < 1e21 && number.abs() >= 1e-7) {
        Some(encoded) => out.extend_from_slice(&encoded),
        None => variant::encode(&variant::Value::Double(number), out),
    }
}
