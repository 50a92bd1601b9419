//! Casts to and from VARIANT, OBJECT and ARRAY.
//!
//! What a VARIANT converts to depends on the value in it: a text converts as text does (always by AUTO), a number as
//! numbers do, JSON null becomes SQL NULL, and what does not convert is error 100071 with the value as JSON.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryBuilder, BooleanBuilder, LargeBinaryArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Time64NanosecondType};

use super::numeric::float_to_decimal;
use super::temporal::{Stamp, in_range, stamps};
use super::text_in::{self, parse_boolean, read_binary};
use super::text_out::check;
use super::{CastMode, Job, primitive, vector};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::calendar::truncate_nanos;
use crate::types::context::TypeContext;
use crate::types::format::{Moment, auto};
use crate::types::number::{Fault, fits, parse_decimal, parse_float, pow10, rescale};
use crate::types::temporal::{decode, offset_minutes, split};
use crate::types::text::{decimal_to_float, within_day, write_binary};
use crate::types::zone::LocalClock;
use crate::variant::{self, JsonStyle, Value, VariantBuilder};

/// Writes semi-structured values as text, dates and bytes in them by the session's formats.
#[derive(Debug)]
pub(crate) struct SemiWriter<'a> {
    context: &'a TypeContext,
    clock: LocalClock<'a>,
    data_type: Option<SnowType>,
}

impl<'a> SemiWriter<'a> {
    pub(crate) fn new(context: &'a TypeContext) -> Self {
        Self {
            context,
            clock: LocalClock::new(&context.timezone),
            data_type: None,
        }
    }

    /// A writer of values of a type, whose objects show their keys in the type's order.
    pub(crate) fn of(data_type: &SnowType, context: &'a TypeContext) -> Self {
        Self {
            data_type: Some(*data_type).filter(|known| known.is_structured() || known.is_vector()),
            ..Self::new(context)
        }
    }

    /// As results show it: indented JSON, and elements of XML as indented XML.
    pub(crate) fn write_pretty(&self, bytes: &[u8], out: &mut String) {
        if self.data_type.is_some_and(|data_type| data_type.is_vector()) {
            return vector::write(bytes, out);
        }
        if variant::is_xml(bytes) {
            return variant::write_xml(bytes, true, out);
        }
        let indent = self.context.json_indent;
        self.write_json(bytes, Some(indent).filter(|indent| *indent > 0), out);
    }

    /// As a cast to VARCHAR gives it: compact JSON or XML, but a single text, date and so on without quotes. `false`, and
    /// nothing written, for JSON null, which becomes SQL NULL.
    pub(crate) fn write_plain(&self, bytes: &[u8], out: &mut String) -> bool {
        if self.data_type.is_some_and(|data_type| data_type.is_vector()) {
            vector::write(bytes, out);
            return true;
        }
        match variant::view(bytes) {
            Value::Null | Value::Undefined => return false,
            Value::String(text) => out.push_str(text),
            Value::Object(_) if variant::is_xml(bytes) => variant::write_xml(bytes, false, out),
            Value::Array(_) | Value::Object(_) | Value::Boolean(_) => self.write_json(bytes, None, out),
            number @ (Value::Integer(_) | Value::Decimal { .. }) => {
                out.push_str(&variant::number_text(&number))
            }
            Value::Double(value) => crate::types::text::write_float_shortest(value, out),
            scalar => self.scalar(&scalar, out),
        }
        true
    }

    /// As TO_JSON gives it: compact JSON, texts in quotes.
    pub(crate) fn write_compact(&self, bytes: &[u8], out: &mut String) {
        self.write_json(bytes, None, out);
    }

    fn write_json(&self, bytes: &[u8], indent: Option<u8>, out: &mut String) {
        let scalar = |value: &Value<'_>, out: &mut String| self.scalar(value, out);
        variant::write_json(
            bytes,
            JsonStyle {
                indent,
                strict: self.context.strict_json,
                scalar: Some(&scalar),
                data_type: self.data_type,
            },
            out,
        );
    }

    fn scalar(&self, value: &Value<'_>, out: &mut String) {
        let stamp = |data_type: SnowType, seconds: i64, nanos: u32, offset: Option<i64>, out: &mut String| {
            let wall = seconds.saturating_add(offset.unwrap_or(0));
            let moment = Moment::from_wall_clock(wall, nanos, offset.map(|offset| (offset / 60) as i16));
            self.context.timestamp_format(&data_type).write(&moment, out);
        };
        match *value {
            Value::Date(days) => self.context.date_output.write(&Moment::midnight(days), out),
            Value::Time(nanos) => {
                let moment = Moment {
                    days: 0,
                    nanos: within_day(nanos),
                    offset: None,
                };
                self.context.time_output.write(&moment, out);
            }
            Value::TimestampNtz(nanos) => {
                let (seconds, nanos) = split(nanos);
                stamp(SnowType::TIMESTAMP_NTZ, seconds, nanos, None, out);
            }
            Value::TimestampLtz(nanos) => {
                let (seconds, nanos) = split(nanos);
                stamp(
                    SnowType::TIMESTAMP_LTZ,
                    seconds,
                    nanos,
                    Some(self.clock.offset_at(seconds)),
                    out,
                );
            }
            Value::TimestampTz(nanos, offset) => {
                let (seconds, nanos) = split(nanos);
                stamp(
                    SnowType::TIMESTAMP_TZ,
                    seconds,
                    nanos,
                    Some(i64::from(offset) * 60),
                    out,
                );
            }
            // The session's output format is HEX or BASE64, which cannot fail.
            Value::Binary(bytes) => drop(write_binary(bytes, self.context.binary_output, out)),
            _ => {}
        }
    }
}

/// The name that Snowflake's error 100071 gives a type.
fn error_name(data_type: &SnowType) -> String {
    match data_type {
        SnowType::Number { .. } => "FIXED".to_string(),
        SnowType::Float => "REAL".to_string(),
        SnowType::Varchar { .. } => "TEXT".to_string(),
        other => {
            let name = other.to_string();
            name.split('(').next().unwrap_or_default().to_string()
        }
    }
}

pub(super) fn refusal(bytes: &[u8], to: &SnowType) -> Error {
    let mut value = String::new();
    variant::to_json(bytes, &mut value);
    Error::variant_cast(value, error_name(to))
}

/// VARIANT, OBJECT and ARRAY to any type.
pub(super) fn from_semi(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    let values = &without_json_nulls(array.as_binary::<i64>(), &job.to);
    let to = job.to;
    let view = |row| variant::view(values.value(row));
    let error = |row: usize| refusal(values.value(row), &to);
    use SnowType as S;
    Ok(match to {
        S::Variant => Arc::new(values.clone()),
        S::Object | S::Array => return containers(values, job),
        S::Varchar { length } => return to_text(values, length, job),
        S::Structured(_) | S::Vector { .. } => return Err(super::no_cast("CAST", job.from, &to)),
        S::Number { precision, scale } => {
            let error = |row: usize| match decimal(&view(row), precision, scale) {
                Err(Fault::OutOfRange) => {
                    let mut value = String::new();
                    variant::to_json(values.value(row), &mut value);
                    Error::out_of_range(value.trim_matches('"'))
                }
                _ => error(row),
            };
            let convert = |row| decimal(&view(row), precision, scale).ok();
            let numbers = primitive::<Decimal128Type>(values, job.mode, convert, error)?;
            Arc::new(numbers.with_data_type(DataType::Decimal128(precision, scale as i8)))
        }
        S::Float => {
            let convert = |row| match view(row) {
                Value::String(text) => parse_float(text).ok(),
                Value::Boolean(value) => Some(f64::from(u8::from(value))),
                Value::Decimal { unscaled, scale } => Some(decimal_to_float(unscaled, scale)),
                other => other.as_f64(),
            };
            Arc::new(primitive::<Float64Type>(values, job.mode, convert, error)?)
        }
        S::Boolean => return to_boolean(values, job),
        S::Date => {
            let convert = |row| match view(row) {
                Value::Date(days) => Some(days),
                Value::String(text) => auto::date(text).map(|moment| moment.days),
                _ => None,
            };
            Arc::new(primitive::<Date32Type>(values, job.mode, convert, error)?)
        }
        S::Time { scale } => {
            let convert = |row| match view(row) {
                Value::Time(nanos) => Some(truncate_nanos(nanos, scale)),
                Value::String(text) => auto::time(text).map(|moment| truncate_nanos(moment.nanos, scale)),
                _ => None,
            };
            Arc::new(primitive::<Time64NanosecondType>(
                values, job.mode, convert, error,
            )?)
        }
        S::Binary { length } => return to_binary(values, length, job),
        S::TimestampNtz { .. } | S::TimestampLtz { .. } | S::TimestampTz { .. } => {
            return stamps(values, job, |row| stamp(&view(row), &to), error);
        }
    })
}

/// The same values with JSON null as SQL NULL, unless the target is VARIANT, which keeps it.
fn without_json_nulls(values: &LargeBinaryArray, to: &SnowType) -> LargeBinaryArray {
    let is_null = |row: usize| values.is_valid(row) && variant::view(values.value(row)).is_null();
    if matches!(to, SnowType::Variant) || !(0..values.len()).any(is_null) {
        return values.clone();
    }
    values
        .iter()
        .map(|value| value.filter(|bytes| !variant::view(bytes).is_null()))
        .collect()
}

fn decimal(value: &Value<'_>, precision: u8, scale: u8) -> Result<i128, Fault> {
    match value {
        Value::Integer(value) => rescale(*value, 0, scale),
        Value::Decimal {
            unscaled,
            scale: from,
        } => rescale(*unscaled, *from, scale),
        Value::Double(value) => float_to_decimal(*value, precision, scale),
        Value::String(text) => return parse_decimal(text, precision, scale),
        Value::Boolean(true) => pow10(u32::from(scale)),
        Value::Boolean(false) => Some(0),
        _ => return Err(Fault::NotNumeric),
    }
    .filter(|value| fits(*value, precision))
    .ok_or(Fault::OutOfRange)
}

/// Timestamps, text and numbers. A number is an instant, so that TIMESTAMP_NTZ shows it in the session's zone, other
/// than a number outside a VARIANT; a whole one counts seconds or smaller units by its magnitude.
fn stamp(value: &Value<'_>, to: &SnowType) -> Option<Stamp> {
    let instant = |nanos: i128| {
        let (seconds, nanos) = split(nanos);
        Stamp::instant(seconds, nanos)
    };
    match *value {
        Value::TimestampNtz(nanos) => Some(Stamp {
            wall: true,
            ..instant(nanos)
        }),
        Value::TimestampLtz(nanos) => Some(instant(nanos)),
        Value::TimestampTz(nanos, offset) => Some(Stamp {
            offset: Some(offset),
            ..instant(nanos)
        }),
        Value::String(text) => auto::timestamp(text).map(|moment| text_in::stamp(&moment, text, to)),
        Value::Integer(count) => {
            let (seconds, nanos) = auto::epoch(count)?.wall_clock();
            Some(Stamp::instant(seconds, nanos))
        }
        Value::Decimal { unscaled, scale } => {
            Some(instant(rescale(unscaled, scale, 9)?)).filter(|stamp| in_range(stamp.seconds))
        }
        Value::Double(value) => {
            Some(instant(float_to_decimal(value, 38, 9)?)).filter(|stamp| in_range(stamp.seconds))
        }
        _ => None,
    }
}

fn to_text(values: &LargeBinaryArray, length: u32, job: Job<'_>) -> Result<ArrayRef> {
    let writer = SemiWriter::of(&job.from, job.context);
    let mut builder = StringBuilder::with_capacity(values.len(), values.value_data().len());
    let mut text = String::new();
    for bytes in values {
        text.clear();
        if !bytes.is_some_and(|bytes| writer.write_plain(bytes, &mut text)) {
            builder.append_null();
            continue;
        }
        match (check(&text, length), job.mode) {
            (Ok(()), _) => builder.append_value(&text),
            (Err(_), CastMode::Try) => builder.append_null(),
            (Err(error), CastMode::Strict) => return Err(error),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn to_boolean(values: &LargeBinaryArray, job: Job<'_>) -> Result<ArrayRef> {
    let mut builder = BooleanBuilder::with_capacity(values.len());
    for bytes in values {
        let value = bytes.and_then(|bytes| match variant::view(bytes) {
            Value::Boolean(value) => Some(value),
            Value::String(text) => parse_boolean(text),
            Value::Integer(value) => Some(value != 0),
            Value::Decimal { unscaled, .. } => Some(unscaled != 0),
            Value::Double(value) => value.is_finite().then_some(value != 0.0),
            _ => None,
        });
        match bytes {
            Some(bytes) if value.is_none() && job.mode == CastMode::Strict => {
                return Err(refusal(bytes, &job.to));
            }
            _ => builder.append_option(value),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn to_binary(values: &LargeBinaryArray, length: u32, job: Job<'_>) -> Result<ArrayRef> {
    let mut builder = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    let mut read = Vec::new();
    for bytes in values {
        let Some(bytes) = bytes else {
            builder.append_null();
            continue;
        };
        let found = match variant::view(bytes) {
            Value::Binary(value) => Ok(value),
            Value::String(text) => {
                read.clear();
                read_binary(text, job.context.binary_input, &mut read).map(|()| read.as_slice())
            }
            _ => Err(refusal(bytes, &job.to)),
        };
        match (
            found.and_then(|value| text_in::fits(value, length).map(|()| value)),
            job.mode,
        ) {
            (Ok(value), _) => builder.append_value(value),
            (Err(_), CastMode::Try) => builder.append_null(),
            (Err(error), CastMode::Strict) => return Err(error),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// To OBJECT only from an object; to ARRAY from anything, which becomes the only element if it is no array.
fn containers(values: &LargeBinaryArray, job: Job<'_>) -> Result<ArrayRef> {
    let mut builder = VariantBuilder::new();
    builder.reserve(values.len(), values.value_data().len());
    for bytes in values {
        let Some(bytes) = bytes else {
            builder.append_null();
            continue;
        };
        match (variant::view(bytes), job.to) {
            (Value::Object(_), SnowType::Object) | (Value::Array(_), SnowType::Array) => {
                builder.append_bytes(bytes)
            }
            (_, SnowType::Array) => builder.append_array([bytes])?,
            _ if job.mode == CastMode::Try => builder.append_null(),
            _ => return Err(refusal(bytes, &job.to)),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// Any other type to VARIANT, or to an ARRAY of one element.
pub(super) fn to_semi(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    use SnowType as S;
    match job.from {
        S::Number { scale, .. } => {
            let values = array.as_primitive::<Decimal128Type>();
            build(array, job, |row| Value::Decimal {
                unscaled: values.value(row),
                scale,
            })
        }
        S::Float => {
            let values = array.as_primitive::<Float64Type>();
            build(array, job, |row| Value::Double(values.value(row)))
        }
        S::Varchar { .. } => {
            let values = array.as_string::<i32>();
            build(array, job, |row| Value::String(values.value(row)))
        }
        S::Binary { .. } => {
            let values = array.as_binary::<i32>();
            build(array, job, |row| Value::Binary(values.value(row)))
        }
        S::Boolean => {
            let values = array.as_boolean();
            build(array, job, |row| Value::Boolean(values.value(row)))
        }
        S::Date => {
            let values = array.as_primitive::<Date32Type>();
            build(array, job, |row| Value::Date(values.value(row)))
        }
        S::Time { .. } => {
            let values = array.as_primitive::<Time64NanosecondType>();
            build(array, job, |row| Value::Time(values.value(row)))
        }
        S::TimestampNtz { .. } => {
            let values = array.as_fixed_size_binary();
            build(array, job, |row| Value::TimestampNtz(decode(values.value(row))))
        }
        S::TimestampLtz { .. } => {
            let values = array.as_fixed_size_binary();
            build(array, job, |row| Value::TimestampLtz(decode(values.value(row))))
        }
        S::TimestampTz { .. } => {
            let values = array.as_fixed_size_binary();
            build(array, job, |row| {
                let bytes = values.value(row);
                Value::TimestampTz(decode(bytes), offset_minutes(bytes))
            })
        }
        from @ (S::Variant | S::Object | S::Array | S::Structured(_) | S::Vector { .. }) => {
            Err(super::no_cast("CAST", from, &job.to))
        }
    }
}

fn build<'a>(array: &'a ArrayRef, job: Job<'_>, value: impl Fn(usize) -> Value<'a>) -> Result<ArrayRef> {
    let wrap = matches!(job.to, SnowType::Array);
    let mut builder = VariantBuilder::new();
    builder.reserve(array.len(), array.len() * 8);
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.append_null();
        } else if wrap {
            builder.append_array([variant::encoded(&value(row)).as_slice()])?;
        } else {
            builder.append_value(&value(row));
        }
    }
    Ok(Arc::new(builder.finish()))
}

#[cfg(test)]
mod tests;
