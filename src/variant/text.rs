//! Values to JSON text: compact as TO_JSON gives it, indented as a client shows it.
//!
//! Keys come sorted. Exact numbers are written in full, doubles with fifteen decimals and an exponent
//! (`1.912000000000000e+02`), not-finite ones as the bare words `NaN`, `Infinity` and `-Infinity`, holes as
//! `undefined`. Dates, times, timestamps and binaries are strings.

use std::fmt::Write;

use crate::types::structured::{Definition, Field};
use crate::types::{SnowType, temporal};

use super::encoding::JSON_NULL;
use super::{ArrayView, ObjectView, Value, view};

/// Writes a scalar's text, without quotes.
pub type ScalarWriter<'a> = dyn Fn(&Value<'_>, &mut String) + 'a;

/// How to write JSON.
#[derive(Clone, Copy, Default)]
pub struct JsonStyle<'a> {
    /// Break lines and indent each level by so many blanks, as clients show semi-structured columns.
    pub indent: Option<u8>,
    /// Keep to the standard: a hole is `null`, and a number that is not finite a text.
    pub strict: bool,
    /// Writes a date, time, timestamp or binary without its quotes, by the session's output formats; without it they
    /// are written by the formats' defaults, TIMESTAMP_LTZ in UTC.
    pub scalar: Option<&'a ScalarWriter<'a>>,
    /// The type of a structured value: its objects show their keys in the order of the type.
    pub data_type: Option<SnowType>,
}

/// Writes a value as compact JSON.
pub fn to_json(bytes: &[u8], out: &mut String) {
    write_json(bytes, JsonStyle::default(), out);
}

/// Writes a value as indented JSON.
pub fn to_json_pretty(bytes: &[u8], out: &mut String) {
    write_json(
        bytes,
        JsonStyle {
            indent: Some(2),
            ..JsonStyle::default()
        },
        out,
    );
}

/// A container half written, and the types inside it.
enum Open<'a> {
    Array(ArrayView<'a>, usize, Option<SnowType>),
    Object(ObjectView<'a>, usize, Option<SnowType>),
    /// An object of a structured type.
    Fields(ObjectView<'a>, usize, &'static [Field]),
}

/// The type of the values in an array or map.
fn inner(data_type: Option<SnowType>) -> Option<SnowType> {
    match data_type?.definition()? {
        Definition::Array(element) | Definition::Map { value: element, .. } => Some(element.data_type),
        Definition::Object(_) => None,
    }
}

/// Writes a value as JSON. Works without recursion, so depth is no danger.
pub fn write_json(bytes: &[u8], style: JsonStyle<'_>, out: &mut String) {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut current = Some((bytes, style.data_type));
    loop {
        if let Some((bytes, data_type)) = current.take() {
            match view(bytes) {
                Value::Array(array) if array.is_empty() => out.push_str("[]"),
                Value::Object(object) if object.is_empty() => out.push_str("{}"),
                Value::Array(array) => {
                    out.push('[');
                    open.push(Open::Array(array, 0, inner(data_type)));
                }
                Value::Object(object) => {
                    out.push('{');
                    open.push(match data_type.and_then(|data_type| data_type.definition()) {
                        Some(Definition::Object(fields)) => Open::Fields(object, 0, fields),
                        _ => Open::Object(object, 0, inner(data_type)),
                    });
                }
                scalar => write_scalar(&scalar, style, out),
            }
        }
        let depth = open.len();
        let Some(container) = open.last_mut() else { return };
        let entry = |index: usize, key: &str, out: &mut String| {
            separate(index, depth, style, out);
            write_string(key, out);
            out.push_str(if style.indent.is_some() { ": " } else { ":" });
        };
        let (index, close) = match container {
            Open::Array(array, index, data_type) => {
                current = array.get(*index).map(|value| (value, *data_type));
                (index, ']')
            }
            Open::Object(object, index, data_type) => {
                current = object.entry(*index).map(|(key, value)| {
                    entry(*index, key, out);
                    (value, *data_type)
                });
                (index, '}')
            }
            Open::Fields(object, index, fields) => {
                current = fields.get(*index).map(|field| {
                    entry(*index, &field.key, out);
                    let value = object.get(&field.key).unwrap_or(JSON_NULL);
                    (value, Some(field.value.data_type))
                });
                (index, '}')
            }
        };
        if current.is_some() {
            if close == ']' {
                separate(*index, depth, style, out);
            }
            *index += 1;
        } else {
            open.pop();
            new_line(open.len(), style, out);
            out.push(close);
        }
    }
}

fn separate(index: usize, depth: usize, style: JsonStyle<'_>, out: &mut String) {
    if index > 0 {
        out.push(',');
    }
    new_line(depth, style, out);
}

fn new_line(depth: usize, style: JsonStyle<'_>, out: &mut String) {
    if let Some(indent) = style.indent {
        out.push('\n');
        out.extend(std::iter::repeat_n(' ', depth * usize::from(indent)));
    }
}

fn write_scalar(value: &Value<'_>, style: JsonStyle<'_>, out: &mut String) {
    match value {
        Value::Undefined => out.push_str(if style.strict { "null" } else { "undefined" }),
        Value::Boolean(true) => out.push_str("true"),
        Value::Boolean(false) => out.push_str("false"),
        Value::Integer(number) => out.push_str(itoa::Buffer::new().format(*number)),
        Value::Decimal { unscaled, scale } => write_decimal(*unscaled, *scale, out),
        Value::Double(number) if style.strict && !number.is_finite() => {
            write_string(&double_text(*number), out);
        }
        Value::Double(number) => write_double(*number, out),
        Value::String(text) => write_string(text, out),
        Value::Null | Value::Array(_) | Value::Object(_) => out.push_str("null"),
        other => {
            let mut text = String::new();
            match style.scalar {
                Some(scalar) => scalar(other, &mut text),
                None => plain_scalar(other, &mut text),
            }
            write_string(&text, out);
        }
    }
}

/// The text of an exact number or double as JSON shows it; empty for other values.
pub fn number_text(value: &Value<'_>) -> String {
    let mut out = String::new();
    match value {
        Value::Integer(_) | Value::Decimal { .. } | Value::Double(_) => {
            write_scalar(value, JsonStyle::default(), &mut out);
        }
        _ => {}
    }
    out
}

/// Writes `unscaled / 10^scale` with all its digits.
pub(super) fn write_decimal(unscaled: i128, scale: u8, out: &mut String) {
    if unscaled < 0 {
        out.push('-');
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(unscaled.unsigned_abs());
    let scale = usize::from(scale);
    match digits
        .len()
        .checked_sub(scale)
        .and_then(|whole| digits.split_at_checked(whole))
    {
        Some((whole, "")) => out.push_str(whole),
        Some((whole, fraction)) => {
            out.push_str(if whole.is_empty() { "0" } else { whole });
            out.push('.');
            out.push_str(fraction);
        }
        None => {
            out.push_str("0.");
            out.extend(std::iter::repeat_n('0', scale - digits.len()));
            out.push_str(digits);
        }
    }
}

/// A double as semi-structured text shows it.
pub fn double_text(value: f64) -> String {
    let mut out = String::new();
    write_double(value, &mut out);
    out
}

fn write_double(value: f64, out: &mut String) {
    if value.is_nan() {
        return out.push_str("NaN");
    }
    if value.is_infinite() {
        return out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    let start = out.len();
    // Writing to a String cannot fail.
    let _ = write!(out, "{value:.15e}");
    // Rust writes `e2` where C writes `e+02`.
    let Some(mark) = out
        .get(start..)
        .and_then(|text| text.find('e'))
        .map(|mark| start + mark)
    else {
        return;
    };
    let exponent = out.split_off(mark + 1);
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent.as_str()),
    };
    out.push(sign);
    if digits.len() < 2 {
        out.push('0');
    }
    out.push_str(digits);
}

/// Writes a string with its quotes.
fn write_string(text: &str, out: &mut String) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0x08 => "\\b",
            0x0C => "\\f",
            0..0x20 => "",
            _ => continue,
        };
        out.push_str(text.get(plain..at).unwrap_or_default());
        plain = at + 1;
        out.push_str(escaped);
        if escaped.is_empty() {
            let _ = write!(out, "\\u{byte:04x}");
        }
    }
    out.push_str(text.get(plain..).unwrap_or_default());
    out.push('"');
}

/// Dates, times, timestamps and binaries by the default output formats.
fn plain_scalar(value: &Value<'_>, out: &mut String) {
    const DAY: i128 = 86_400 * temporal::NANOS;
    let (nanos, offset) = match *value {
        Value::Binary(bytes) => return out.push_str(&hex::encode_upper(bytes)),
        Value::Date(days) => (i128::from(days) * DAY, None),
        Value::Time(nanos) => (i128::from(nanos), None),
        Value::TimestampNtz(nanos) => (nanos, None),
        Value::TimestampLtz(nanos) => (nanos, Some(0)),
        Value::TimestampTz(nanos, offset) => {
            (nanos + i128::from(offset) * 60 * temporal::NANOS, Some(offset))
        }
        _ => return,
    };
    let Some(civil) = temporal::nanos_to_civil(nanos) else {
        return out.push_str("null");
    };
    let (date, time) = (civil.date(), civil.time());
    let date = format_args!("{:04}-{:02}-{:02}", date.year(), date.month(), date.day()).to_string();
    let clock = format_args!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second()).to_string();
    let _ = match value {
        Value::Date(_) => write!(out, "{date}"),
        Value::Time(_) => write!(out, "{clock}"),
        _ => write!(out, "{date} {clock}.{:03}", time.millisecond()),
    };
    if let Some(offset) = offset {
        let sign = if offset < 0 { '-' } else { '+' };
        let minutes = offset.unsigned_abs();
        let _ = write!(out, " {sign}{:02}{:02}", minutes / 60, minutes % 60);
    }
}
