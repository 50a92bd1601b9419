//! The bytes of a value.
//!
//! The first byte is a tag; what follows depends on it and runs to the end of the value, whose length is known from
//! outside (the column's offsets, or the enclosing container's table).
//!
//! | tag | value | then |
//! | --- | --- | --- |
//! | 0, 1 | `undefined`, JSON null | nothing |
//! | 2, 3 | false, true | nothing |
//! | 4 | integer | the fewest of 1, 2, 4, 8 or 16 bytes, two's complement, little-endian |
//! | 5 | decimal | scale (1 to 38), then the unscaled integer as above; it never ends in a zero digit |
//! | 6 | double | 8 bytes, little-endian; one bit pattern for NaN |
//! | 7, 13 | string, binary | the bytes |
//! | 8, 9 | date, time | days as `i32`; nanoseconds since midnight as `i64`, little-endian |
//! | 10, 11, 12 | TIMESTAMP_NTZ, _LTZ, _TZ | the twelve bytes of [`temporal`]; TZ adds its offset |
//! | 32.. | array | count, end offset of every element, elements |
//! | 48.. | object | count, for every entry the end of its key and of its value, then key, value, key, value … |
//!
//! An object's entries are sorted by key (bytewise, which is by code point) and its keys are distinct, so a key is
//! found by binary search. Count and offsets are 1, 2 or 4 bytes wide (tag bits 0 and 1: 0, 1, 2), the fewest that
//! hold the length of the elements; offsets count from the first element. Tag bit 2 says that a double lies
//! somewhere inside.

use crate::error::{Error, Result};
use crate::types::temporal;

use super::{MAX_SIZE, Value};

pub(super) const UNDEFINED: u8 = 0;
pub(super) const NULL: u8 = 1;
pub(super) const FALSE: u8 = 2;
pub(super) const TRUE: u8 = 3;
pub(super) const INTEGER: u8 = 4;
pub(super) const DECIMAL: u8 = 5;
pub(super) const DOUBLE: u8 = 6;
pub(super) const STRING: u8 = 7;
pub(super) const DATE: u8 = 8;
pub(super) const TIME: u8 = 9;
pub(super) const TIMESTAMP_NTZ: u8 = 10;
pub(super) const TIMESTAMP_LTZ: u8 = 11;
pub(super) const TIMESTAMP_TZ: u8 = 12;
pub(super) const BINARY: u8 = 13;
pub(super) const ARRAY: u8 = 0x20;
pub(super) const OBJECT: u8 = 0x30;
pub(super) const KIND_MASK: u8 = 0xF0;
pub(super) const WIDTH_MASK: u8 = 0x03;
pub(super) const DOUBLES: u8 = 0x04;

/// The largest magnitude of an exact number plus one: 10^38.
pub(super) const EXACT_LIMIT: u128 = 10u128.pow(38);

/// The most digits after the point of an exact number.
pub(super) const MAX_SCALE: usize = 37;

/// The bytes of a JSON null.
pub const JSON_NULL: &[u8] = &[NULL];

/// The bytes of an array's `undefined` element, which stands for SQL NULL.
pub const UNDEFINED_ELEMENT: &[u8] = &[UNDEFINED];

/// Whether the value is a JSON null.
pub fn is_json_null(bytes: &[u8]) -> bool {
    bytes == JSON_NULL
}

/// Whether the value is an array's `undefined`.
pub fn is_undefined(bytes: &[u8]) -> bool {
    bytes == UNDEFINED_ELEMENT
}

/// Whether the value is an array.
pub fn is_array(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|tag| tag & KIND_MASK == ARRAY)
}

/// Whether the value is an object.
pub fn is_object(bytes: &[u8]) -> bool {
    bytes.first().is_some_and(|tag| tag & KIND_MASK == OBJECT)
}

/// Whether the value is a string.
pub fn is_string(bytes: &[u8]) -> bool {
    bytes.first() == Some(&STRING)
}

/// Whether the value is a double or holds one at any depth: only such values can equal a value of other bytes.
pub fn holds_double(bytes: &[u8]) -> bool {
    match bytes.first() {
        Some(&DOUBLE) => true,
        Some(tag) => matches!(tag & KIND_MASK, ARRAY | OBJECT) && tag & DOUBLES != 0,
        None => false,
    }
}

/// Writes a value in its canonical form: decimals lose trailing zeros, and whole ones become integers.
pub fn encode(value: &Value<'_>, out: &mut Vec<u8>) {
    match *value {
        Value::Undefined => out.push(UNDEFINED),
        Value::Null => out.push(NULL),
        Value::Boolean(false) => out.push(FALSE),
        Value::Boolean(true) => out.push(TRUE),
        Value::Integer(value) => write_integer(value, out),
        Value::Decimal { unscaled, scale } => write_decimal(unscaled, scale, out),
        Value::Double(value) => write_double(value, out),
        Value::String(text) => {
            out.push(STRING);
            out.extend_from_slice(text.as_bytes());
        }
        Value::Date(days) => {
            out.push(DATE);
            out.extend_from_slice(&days.to_le_bytes());
        }
        Value::Time(nanos) => {
            out.push(TIME);
            out.extend_from_slice(&nanos.to_le_bytes());
        }
        Value::TimestampNtz(nanos) => {
            out.push(TIMESTAMP_NTZ);
            out.extend_from_slice(&temporal::encode(nanos));
        }
        Value::TimestampLtz(nanos) => {
            out.push(TIMESTAMP_LTZ);
            out.extend_from_slice(&temporal::encode(nanos));
        }
        Value::TimestampTz(nanos, offset) => {
            out.push(TIMESTAMP_TZ);
            // The encoding holds offsets of less than a day to either side; the types room never makes others.
            out.extend_from_slice(&temporal::encode_tz(nanos, offset.clamp(-1440, 1440)));
        }
        Value::Binary(bytes) => {
            out.push(BINARY);
            out.extend_from_slice(bytes);
        }
        Value::Array(array) => out.extend_from_slice(array.bytes()),
        Value::Object(object) => out.extend_from_slice(object.bytes()),
    }
}

/// The bytes of one value.
pub fn encoded(value: &Value<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    encode(value, &mut out);
    out
}

/// Writes an integer.
pub(super) fn write_integer(value: i128, out: &mut Vec<u8>) {
    out.push(INTEGER);
    write_minimal(value, out);
}

fn write_minimal(value: i128, out: &mut Vec<u8>) {
    if let Ok(small) = i8::try_from(value) {
        out.extend_from_slice(&small.to_le_bytes());
    } else if let Ok(small) = i16::try_from(value) {
        out.extend_from_slice(&small.to_le_bytes());
    } else if let Ok(small) = i32::try_from(value) {
        out.extend_from_slice(&small.to_le_bytes());
    } else if let Ok(small) = i64::try_from(value) {
        out.extend_from_slice(&small.to_le_bytes());
    } else {
        out.extend_from_slice(&value.to_le_bytes());
    }
}

/// Writes `unscaled / 10^scale`.
pub(super) fn write_decimal(mut unscaled: i128, mut scale: u8, out: &mut Vec<u8>) {
    while scale > 0 && unscaled % 10 == 0 {
        unscaled /= 10;
        scale -= 1;
    }
    if scale == 0 {
        return write_integer(unscaled, out);
    }
    out.extend_from_slice(&[DECIMAL, scale]);
    write_minimal(unscaled, out);
}

/// Writes a double.
pub(super) fn write_double(value: f64, out: &mut Vec<u8>) {
    let value = if value.is_nan() { f64::NAN } else { value };
    out.push(DOUBLE);
    out.extend_from_slice(&value.to_le_bytes());
}

/// Reads an integer of 1, 2, 4, 8 or 16 bytes.
pub(super) fn read_minimal(bytes: &[u8]) -> Option<i128> {
    Some(match bytes.len() {
        1 => i128::from(i8::from_le_bytes(bytes.try_into().ok()?)),
        2 => i128::from(i16::from_le_bytes(bytes.try_into().ok()?)),
        4 => i128::from(i32::from_le_bytes(bytes.try_into().ok()?)),
        8 => i128::from(i64::from_le_bytes(bytes.try_into().ok()?)),
        16 => i128::from_le_bytes(bytes.try_into().ok()?),
        _ => return None,
    })
}

/// The width code (0, 1, 2) for a container whose elements take `length` bytes, or the error that it is too large.
pub(super) fn width_code(length: usize) -> Result<u8> {
    match length {
        0..=0xFF => Ok(0),
        0x100..=0xFFFF => Ok(1),
        _ if length <= MAX_SIZE => Ok(2),
        _ => Err(too_large()),
    }
}

/// The error of a value above [`MAX_SIZE`].
pub(crate) fn too_large() -> Error {
    Error::json(format_args!("document is too large, max size {MAX_SIZE} bytes"))
}

/// Appends `value` little-endian in the width of a code.
#[inline]
pub(super) fn write_offset(value: usize, code: u8, out: &mut Vec<u8>) {
    match code {
        0 => out.push(value as u8),
        1 => out.extend_from_slice(&(value as u16).to_le_bytes()),
        _ => out.extend_from_slice(&(value as u32).to_le_bytes()),
    }
}

/// Writes an array of encoded elements.
///
/// # Errors
/// When the elements exceed [`MAX_SIZE`].
pub fn write_array<'a, I>(elements: I, out: &mut Vec<u8>) -> Result<()>
where
    I: IntoIterator<Item = &'a [u8]>,
    I::IntoIter: Clone,
{
    let elements = elements.into_iter();
    let (mut count, mut length, mut doubles) = (0, 0usize, 0);
    for element in elements.clone() {
        count += 1;
        length = length.saturating_add(element.len());
        doubles |= if holds_double(element) { DOUBLES } else { 0 };
    }
    let code = width_code(length)?;
    out.reserve(1 + (count + 1) * (1 << code) + length);
    out.push(ARRAY | code | doubles);
    write_offset(count, code, out);
    let mut end = 0;
    for element in elements.clone() {
        end += element.len();
        write_offset(end, code, out);
    }
    for element in elements {
        out.extend_from_slice(element);
    }
    Ok(())
}

/// Writes an object. The entries (key, encoded value) are sorted here; of equal keys the last entry stays.
/// An `undefined` value becomes JSON null, since only arrays have holes.
///
/// # Errors
/// When the entries exceed [`MAX_SIZE`].
pub fn write_object(entries: &mut Vec<(&str, &[u8])>, out: &mut Vec<u8>) -> Result<()> {
    if !entries.is_sorted_by(|left, right| left.0 < right.0) {
        entries.sort_by_key(|entry| entry.0);
        // `dedup_by` hands the later entry first; its value moves to the one that stays.
        entries.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 = later.1;
            }
            same
        });
    }
    let (mut length, mut doubles) = (0usize, 0);
    for (key, value) in entries.iter_mut() {
        if is_undefined(value) {
            *value = JSON_NULL;
        }
        length = length.saturating_add(key.len() + value.len());
        doubles |= if holds_double(value) { DOUBLES } else { 0 };
    }
    let code = width_code(length)?;
    out.reserve(1 + (entries.len() * 2 + 1) * (1 << code) + length);
    out.push(OBJECT | code | doubles);
    write_offset(entries.len(), code, out);
    let mut end = 0;
    for (key, value) in entries.iter() {
        end += key.len();
        write_offset(end, code, out);
        end += value.len();
        write_offset(end, code, out);
    }
    for (key, value) in entries.iter() {
        out.extend_from_slice(key.as_bytes());
        out.extend_from_slice(value);
    }
    Ok(())
}
