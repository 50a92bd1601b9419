//! The order of values, and keys that carry it.
//!
//! Values order by kind first: boolean, number, date, time, timestamp, string, binary, object, array, JSON null, and
//! an array's `undefined` last. Numbers compare by value whatever their form, infinities at the ends and NaN above;
//! strings by code point; arrays element by element, a prefix first; objects entry by entry in key order, where at
//! each place the *larger* key comes first and equal keys compare their values, a prefix first. (Kinds that JSON does
//! not have are ordered here by this house; the rest is Snowflake's.)
//!
//! A double counts as the shortest decimal that reads back as it, so `0.1` and `1e-1` are equal.

use std::cmp::Ordering;

use datafusion::arrow::array::{Array, BinaryArray, BinaryBuilder, LargeBinaryArray};

use crate::types::temporal;

use super::{ArrayView, ObjectView, Value, view};

const END: u8 = 0;
const ENTRY: u8 = 1;

/// Compares two values. Equal bytes compare equal; bytes that differ compare equal only where a double is involved.
pub fn compare(left: &[u8], right: &[u8]) -> Ordering {
    if left == right {
        return Ordering::Equal;
    }
    let (left_value, right_value) = (view(left), view(right));
    match (left_value, right_value) {
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Integer(left), Value::Integer(right)) => left.cmp(&right),
        _ => match rank(&left_value).cmp(&rank(&right_value)) {
            Ordering::Equal => {
                let (mut left_key, mut right_key) = (Vec::new(), Vec::new());
                order_key(left, &mut left_key);
                order_key(right, &mut right_key);
                left_key.cmp(&right_key)
            }
            different => different,
        },
    }
}

/// Appends a key whose bytes order as [`compare`] orders the values, and are equal where it says so.
pub fn order_key(bytes: &[u8], out: &mut Vec<u8>) {
    enum Open<'a> {
        Array(ArrayView<'a>, usize),
        Object(ObjectView<'a>, usize),
    }
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut current = Some(bytes);
    loop {
        if let Some(bytes) = current.take() {
            let value = view(bytes);
            out.push(rank(&value));
            match value {
                Value::Array(array) => open.push(Open::Array(array, 0)),
                Value::Object(object) => open.push(Open::Object(object, 0)),
                scalar => scalar_key(&scalar, out),
            }
        }
        let Some(container) = open.last_mut() else { return };
        let index = match container {
            Open::Array(array, index) => {
                current = array.get(*index);
                index
            }
            Open::Object(object, index) => {
                current = object.entry(*index).map(|(key, value)| {
                    out.push(ENTRY);
                    let start = out.len();
                    text_key(key.as_bytes(), out);
                    // The larger key comes first.
                    for byte in out.iter_mut().skip(start) {
                        *byte = !*byte;
                    }
                    value
                });
                index
            }
        };
        *index += 1;
        if current.is_none() {
            open.pop();
            out.push(END);
        }
    }
}

/// The order keys of a column, to sort, group or join by; SQL NULL stays NULL.
pub fn order_keys(values: &LargeBinaryArray) -> BinaryArray {
    let mut builder = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    let mut key = Vec::new();
    for value in values {
        match value {
            Some(bytes) => {
                key.clear();
                order_key(bytes, &mut key);
                builder.append_value(&key);
            }
            None => builder.append_null(),
        }
    }
    builder.finish()
}

/// The place of a value's kind; above [`END`].
fn rank(value: &Value<'_>) -> u8 {
    match value {
        Value::Boolean(_) => 1,
        Value::Integer(_) | Value::Decimal { .. } | Value::Double(_) => 2,
        Value::Date(_) => 3,
        Value::Time(_) => 4,
        Value::TimestampNtz(_) => 5,
        Value::TimestampLtz(_) => 6,
        Value::TimestampTz(..) => 7,
        Value::String(_) => 8,
        Value::Binary(_) => 9,
        Value::Object(_) => 10,
        Value::Array(_) => 11,
        Value::Null => 12,
        Value::Undefined => 13,
    }
}

fn scalar_key(value: &Value<'_>, out: &mut Vec<u8>) {
    match *value {
        Value::Boolean(value) => out.push(u8::from(value)),
        Value::Integer(value) => number_key(value < 0, value.unsigned_abs(), 0, out),
        Value::Decimal { unscaled, scale } => {
            number_key(unscaled < 0, unscaled.unsigned_abs(), -i32::from(scale), out);
        }
        Value::Double(value) => double_key(value, out),
        Value::Date(days) => out.extend_from_slice(&(days as u32 ^ 1 << 31).to_be_bytes()),
        Value::Time(nanos) => out.extend_from_slice(&(nanos as u64 ^ 1 << 63).to_be_bytes()),
        Value::TimestampNtz(nanos) | Value::TimestampLtz(nanos) => {
            out.extend_from_slice(&temporal::encode(nanos));
        }
        Value::TimestampTz(nanos, offset) => out.extend_from_slice(&temporal::encode_tz(nanos, offset)),
        Value::String(text) => text_key(text.as_bytes(), out),
        Value::Binary(bytes) => text_key(bytes, out),
        Value::Undefined | Value::Null | Value::Array(_) | Value::Object(_) => {}
    }
}

/// Bytes with an end mark below every continuation.
fn text_key(bytes: &[u8], out: &mut Vec<u8>) {
    let mut rest = bytes;
    while let Some(zero) = memchr::memchr(0, rest) {
        out.extend_from_slice(rest.get(..zero).unwrap_or_default());
        out.extend_from_slice(&[0, 0xFF]);
        rest = rest.get(zero + 1..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out.extend_from_slice(&[0, 0]);
}

fn double_key(value: f64, out: &mut Vec<u8>) {
    if value.is_nan() {
        return out.push(5);
    }
    if value.is_infinite() {
        return out.push(if value > 0.0 { 4 } else { 0 });
    }
    let (digits, exponent) = shortest_digits(value);
    number_key(value < 0.0, digits, exponent, out);
}

/// The magnitude of a finite double as `digits * 10^exponent`, with the fewest digits that read back as it.
pub(super) fn shortest_digits(value: f64) -> (u128, i32) {
    let mut buffer = ryu::Buffer::new();
    let text = buffer.format_finite(value.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let mut exponent: i32 = exponent.parse().unwrap_or(0);
    let (mut digits, mut after_point) = (0u128, false);
    for byte in mantissa.bytes() {
        if byte == b'.' {
            after_point = true;
        } else {
            digits = digits * 10 + u128::from(byte.wrapping_sub(b'0'));
            exponent -= i32::from(after_point);
        }
    }
    (digits, exponent)
}

/// Sign, place of the first digit, digits filled up to 38 (only corrupt bytes hold 39, and those stay as they are).
fn number_key(negative: bool, digits: u128, exponent: i32, out: &mut Vec<u8>) {
    let Some(places) = digits.checked_ilog10() else {
        return out.push(2);
    };
    let filled = match 37u32.checked_sub(places) {
        Some(missing) => digits.checked_mul(10u128.pow(missing)).unwrap_or(digits),
        None => digits,
    };
    let place = (exponent + places as i32 + 0x8000) as u16;
    let mut key = [0; 18];
    key[..2].copy_from_slice(&place.to_be_bytes());
    key[2..].copy_from_slice(&filled.to_be_bytes());
    if negative {
        key.iter_mut().for_each(|byte| *byte = !*byte);
    }
    out.push(if negative { 1 } else { 3 });
    out.extend_from_slice(&key);
}
