//! Numbers: exact ones up to 38 digits, doubles where an exponent is written or 38 digits do not suffice.

use crate::variant::encoding::{EXACT_LIMIT, MAX_SCALE, write_decimal, write_double, write_integer};

use super::fault::Fault;

/// Reads the number that starts at `at` with a digit, a point, or a sign before one of them. Appends it to `out` and
/// gives the offset behind it.
#[inline]
pub(super) fn read(text: &[u8], at: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let negative = text.get(at) == Some(&b'-');
    let start = if matches!(text.get(at), Some(b'-' | b'+')) {
        at + 1
    } else {
        at
    };
    // Up to 18 digits in a machine word, with or without a point: nearly every number there is.
    let (mut value, mut end, mut point) = (0u64, start, None);
    while let Some(&byte) = text.get(end) {
        match byte {
            b'0'..=b'9' => value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0')),
            b'.' if point.is_none() => point = Some(end),
            _ => break,
        }
        end += 1;
    }
    if end - start > 18 || continues(text, end) {
        return read_slowly(text, at, start, out);
    }
    let value = if negative {
        -i128::from(value)
    } else {
        i128::from(value)
    };
    match point {
        None => write_integer(value, out),
        Some(point) => write_decimal(value, (end - point - 1) as u8, out),
    }
    Ok(end)
}

/// Whether the byte at `at` would carry a numeric literal on.
fn continues(text: &[u8], at: usize) -> bool {
    text.get(at)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'+'))
}

fn digits(text: &[u8], at: usize) -> usize {
    let tail = text.get(at..).unwrap_or_default();
    at + tail
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(tail.len())
}

/// Long, hexadecimal and exponent forms, and what is no number at all.
fn read_slowly(text: &[u8], at: usize, start: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
    if let Some([b'0', b'x' | b'X']) = text.get(start..start + 2)
        && text.get(at) != Some(&b'-')
    {
        return hexadecimal(text, at, start + 2, out);
    }
    let whole = digits(text, start);
    let (mut end, mut fraction) = (whole, whole..whole);
    if text.get(end) == Some(&b'.') {
        end = digits(text, whole + 1);
        fraction = whole + 1..end;
    }
    let exponent = matches!(text.get(end), Some(b'e' | b'E'));
    if exponent {
        end = exponent_end(text, at, end + 1, "decimal")?;
    }
    reject_garbage(text, at, end)?;
    let literal = std::str::from_utf8(text.get(at..end).unwrap_or_default()).unwrap_or_default();
    let (whole, fraction) = (
        text.get(start..whole).unwrap_or_default(),
        text.get(fraction).unwrap_or_default(),
    );
    let exact = if exponent { None } else { exact(whole, fraction) };
    match exact {
        Some((value, scale)) => {
            write_decimal(if literal.starts_with('-') { -value } else { value }, scale, out);
        }
        // An exponent beyond the range of a double gives an infinity, as the conversion does.
        None => write_double(literal.parse().unwrap_or(0.0), out),
    }
    Ok(end)
}

/// The unscaled value and scale of plain digits, if 38 of them suffice.
fn exact(whole: &[u8], fraction: &[u8]) -> Option<(i128, u8)> {
    let kept = fraction
        .iter()
        .rposition(|digit| *digit != b'0')
        .map_or(0, |last| last + 1);
    if kept > MAX_SCALE {
        return None;
    }
    let mut value = 0u128;
    for digit in whole.iter().chain(fraction.iter().take(kept)) {
        value = value.checked_mul(10)?.checked_add(u128::from(digit - b'0'))?;
        if value >= EXACT_LIMIT {
            return None;
        }
    }
    Some((i128::try_from(value).ok()?, kept as u8))
}

/// The end of an exponent whose mark has been read, with its sign and digits.
fn exponent_end(text: &[u8], at: usize, mut end: usize, kind: &str) -> Result<usize, Fault> {
    if matches!(text.get(end), Some(b'+' | b'-')) {
        end += 1;
    }
    let stop = digits(text, end);
    if stop == end {
        let literal = String::from_utf8_lossy(text.get(at..end).unwrap_or_default());
        return Err(Fault::new(
            format_args!("missing {kind} exponent digits: '{literal}'"),
            end,
        ));
    }
    Ok(stop)
}

/// Refuses a literal that runs into letters, points or signs. The sentence shows the character behind it, or a blank
/// at the end of the text.
fn reject_garbage(text: &[u8], at: usize, end: usize) -> Result<(), Fault> {
    if !continues(text, end) {
        return Ok(());
    }
    let mut stop = end;
    while continues(text, stop) {
        stop += 1;
    }
    let tail = String::from_utf8_lossy(text.get(at..).unwrap_or_default());
    let shown: String = tail.chars().take(stop - at + 1).collect();
    let blank = if stop >= text.len() { " " } else { "" };
    Err(Fault::new(
        format_args!("garbage in the numeric literal: {shown}{blank}"),
        stop,
    ))
}

/// A hexadecimal integer or floating point number; `at` is where the literal starts, `start` is behind its `0x`.
fn hexadecimal(text: &[u8], at: usize, start: usize, out: &mut Vec<u8>) -> Result<usize, Fault> {
    let hex = |from: usize| {
        let tail = text.get(from..).unwrap_or_default();
        from + tail
            .iter()
            .position(|byte| !byte.is_ascii_hexdigit())
            .unwrap_or(tail.len())
    };
    let whole = hex(start);
    let (mut end, mut floating, mut power) = (whole, false, 0i32);
    let mut mantissa = text.get(start..whole).unwrap_or_default().to_vec();
    if text.get(end) == Some(&b'.') {
        floating = true;
        end = hex(whole + 1);
        let fraction = text.get(whole + 1..end).unwrap_or_default();
        mantissa.extend_from_slice(fraction);
        power = i32::try_from(fraction.len())
            .unwrap_or(i32::MAX / 8)
            .saturating_mul(-4);
    }
    if matches!(text.get(end), Some(b'p' | b'P')) {
        floating = true;
        let mark = end + 1;
        end = exponent_end(text, at, mark, "hexadecimal")?;
        let written = std::str::from_utf8(text.get(mark..end).unwrap_or_default()).unwrap_or("0");
        let limit = if written.starts_with('-') {
            i32::MIN / 2
        } else {
            i32::MAX / 2
        };
        power = power.saturating_add(written.parse().unwrap_or(limit));
    }
    reject_garbage(text, at, end)?;
    let digit = |byte: &u8| char::from(*byte).to_digit(16).unwrap_or(0);
    if floating {
        let value = mantissa
            .iter()
            .fold(0f64, |value, byte| value * 16.0 + f64::from(digit(byte)));
        write_double(value * 2f64.powi(power), out);
        return Ok(end);
    }
    let value = mantissa.iter().try_fold(0i128, |value, byte| {
        value
            .checked_mul(16)
            .and_then(|value| value.checked_add(i128::from(digit(byte))))
    });
    match value {
        Some(value) if !mantissa.is_empty() => {
            if value.unsigned_abs() < EXACT_LIMIT {
                write_integer(value, out);
            } else {
                write_double(value as f64, out);
            }
            Ok(end)
        }
        _ => {
            let literal = String::from_utf8_lossy(text.get(at..end).unwrap_or_default());
            Err(Fault::new(
                format_args!("hexadecimal integer number conversion error: {literal}"),
                end,
            ))
        }
    }
}
