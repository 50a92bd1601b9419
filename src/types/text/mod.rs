//! Values as text: as results show them, and as a cast to VARCHAR gives them.
//!
//! [`CellFormatter`] writes any column cell by cell; the writers of the single types stand below it and are used by
//! casts and unloading as well.

mod cell;
mod float;

pub use cell::{CellFormatter, Style, column_to_text};
pub use float::{CAST_DIGITS, float_text, write_float, write_float_shortest};

use super::calendar::DAY_NANOS;
use super::context::BinaryFormat;
use super::number::pow10;
use crate::error::{Error, Result};

/// Appends an unscaled value with its point: NUMBER keeps every digit of its scale.
pub fn write_decimal(value: i128, scale: u8, out: &mut String) {
    let magnitude = value.unsigned_abs();
    if value < 0 {
        out.push('-');
    }
    let mut buffer = itoa::Buffer::new();
    if scale == 0 {
        out.push_str(match u64::try_from(magnitude) {
            Ok(short) => buffer.format(short),
            Err(_) => buffer.format(magnitude),
        });
        return;
    }
    let power = pow10(u32::from(scale)).unwrap_or(i128::MAX).unsigned_abs();
    let (whole, fraction) = match (u64::try_from(magnitude), u64::try_from(power)) {
        (Ok(magnitude), Ok(power)) => (u128::from(magnitude / power), u128::from(magnitude % power)),
        _ => (magnitude / power, magnitude % power),
    };
    out.push_str(buffer.format(whole));
    out.push('.');
    let digits = buffer.format(fraction);
    for _ in digits.len()..usize::from(scale) {
        out.push('0');
    }
    out.push_str(digits);
}

/// An unscaled value as text; see [`write_decimal`].
pub fn decimal_text(value: i128, scale: u8) -> String {
    let mut out = String::new();
    write_decimal(value, scale, &mut out);
    out
}

/// The FLOAT nearest to a decimal.
pub fn decimal_to_float(value: i128, scale: u8) -> f64 {
    // Both are exact up to 2^53 and 10^22, and then one division rounds once.
    if value.unsigned_abs() < 1 << 53 && scale <= 22 {
        return value as f64 / 10f64.powi(scale.into());
    }
    decimal_text(value, scale).parse().unwrap_or(f64::NAN)
}

/// Appends bytes in a binary format.
///
/// # Errors
/// 100144 when the format is UTF-8 and the bytes are not.
pub fn write_binary(bytes: &[u8], format: BinaryFormat, out: &mut String) -> Result<()> {
    use base64::Engine as _;
    match format {
        BinaryFormat::Hex => {
            const DIGITS: [char; 16] = [
                '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
            ];
            for byte in bytes {
                out.push(DIGITS[usize::from(byte >> 4)]);
                out.push(DIGITS[usize::from(byte & 15)]);
            }
        }
        BinaryFormat::Base64 => base64::engine::general_purpose::STANDARD.encode_string(bytes, out),
        BinaryFormat::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => out.push_str(text),
            Err(_) => {
                return Err(Error::new(
                    100_144,
                    "22000",
                    "Invalid UTF8 detected while decoding",
                ));
            }
        },
    }
    Ok(())
}

/// Brings a count of nanoseconds into one day; TIME values always are.
pub(super) fn within_day(nanos: i64) -> i64 {
    nanos.rem_euclid(DAY_NANOS)
}

#[cfg(test)]
mod tests;
