//! Keys for grouping, joining and DISTINCT: bytes that are equal exactly where values are.
//!
//! A value's own bytes are such a key unless it holds a double, which then counts as the exact number it stands for, if
//! there is one.

use std::borrow::Cow;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, LargeBinaryArray};

use super::compare::shortest_digits;
use super::encoding::{self, EXACT_LIMIT, MAX_SCALE};
use super::{ArrayView, ObjectView, Value, VariantBuilder, view};

/// A key that two values share exactly where [`compare`](super::compare()) finds them equal.
pub fn equality_key(bytes: &[u8]) -> Cow<'_, [u8]> {
    if encoding::holds_double(bytes) {
        // Replacing doubles makes a value hardly larger, so the bound on its size can only be missed by a value that
        // is at the bound already; that one keeps its own bytes.
        exact_form(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)
    } else {
        Cow::Borrowed(bytes)
    }
}

/// The equality keys of a column. Without doubles in it that is the column itself, not copied.
pub fn equality_keys(values: &LargeBinaryArray) -> ArrayRef {
    if !values.iter().flatten().any(encoding::holds_double) {
        return Arc::new(values.clone());
    }
    let mut builder = VariantBuilder::new();
    builder.reserve(values.len(), values.value_data().len());
    for value in values {
        builder.append_option(value.map(equality_key).as_deref());
    }
    Arc::new(builder.finish())
}

/// The exact number that a double stands for, if 38 digits hold it.
fn exact(value: f64) -> Option<Value<'static>> {
    if !value.is_finite() {
        return None;
    }
    let (mut digits, mut exponent) = shortest_digits(value);
    while exponent < 0 && digits % 10 == 0 {
        digits /= 10;
        exponent += if digits == 0 { -exponent } else { 1 };
    }
    let scale = usize::try_from(-exponent).unwrap_or(0);
    if scale > MAX_SCALE {
        return None;
    }
    let factor = 10u128.checked_pow(u32::try_from(exponent).unwrap_or(0))?;
    let unscaled = digits
        .checked_mul(factor)
        .filter(|unscaled| *unscaled < EXACT_LIMIT)?;
    let unscaled = i128::try_from(unscaled).ok()?;
    Some(Value::Decimal {
        unscaled: if value < 0.0 { -unscaled } else { unscaled },
        scale: scale as u8,
    })
}

/// A container whose elements are being brought to their exact form.
struct Open<'a> {
    container: Container<'a>,
    next: usize,
    /// The finished elements, one behind the other.
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

enum Container<'a> {
    Array(ArrayView<'a>),
    Object(ObjectView<'a>),
}

impl Open<'_> {
    fn close(&self) -> Option<Vec<u8>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let elements = starts
            .zip(&self.ends)
            .map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default());
        let mut out = Vec::new();
        match &self.container {
            Container::Array(_) => encoding::write_array(elements, &mut out).ok()?,
            Container::Object(object) => {
                let mut entries: Vec<_> = object.iter().map(|(key, _)| key).zip(elements).collect();
                encoding::write_object(&mut entries, &mut out).ok()?;
            }
        }
        Some(out)
    }
}

/// The value with its doubles replaced; works without recursion, so depth is no danger.
fn exact_form(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut current = bytes;
    loop {
        let container = match view(current) {
            Value::Array(array) if encoding::holds_double(current) => Some(Container::Array(array)),
            Value::Object(object) if encoding::holds_double(current) => Some(Container::Object(object)),
            _ => None,
        };
        let mut finished = match container {
            Some(container) => {
                open.push(Open {
                    container,
                    next: 0,
                    bytes: Vec::new(),
                    ends: Vec::new(),
                });
                None
            }
            None => Some(match view(current) {
                Value::Double(value) => exact(value).map_or(Cow::Borrowed(current), |exact| {
                    Cow::Owned(encoding::encoded(&exact))
                }),
                _ => Cow::Borrowed(current),
            }),
        };
        // Hand the finished value to its container, and containers that are complete by that to theirs.
        loop {
            let Some(top) = open.last_mut() else {
                return finished.map(Cow::into_owned);
            };
            if let Some(value) = finished.take() {
                top.bytes.extend_from_slice(&value);
                top.ends.push(top.bytes.len());
            }
            let next = match &top.container {
                Container::Array(array) => array.get(top.next),
                Container::Object(object) => object.entry(top.next).map(|(_, value)| value),
            };
            top.next += 1;
            if let Some(next) = next {
                current = next;
                break;
            }
            finished = Some(Cow::Owned(top.close()?));
            open.pop();
        }
    }
}
