//! Reading decimals, and changing their scale.

/// Powers of ten that an `i128` holds, from 10^0 to 10^38.
const POWERS: [i128; 39] = {
    let mut powers = [1; 39];
    let mut exponent = 1;
    while exponent < 39 {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// Ten to a power of 0 to 38; `None` beyond.
pub fn pow10(exponent: u32) -> Option<i128> {
    POWERS.get(exponent as usize).copied()
}

/// Whether an unscaled value has at most `precision` digits.
pub fn fits(value: i128, precision: u8) -> bool {
    value.unsigned_abs() < POWERS[usize::from(precision.min(38))].unsigned_abs()
}

/// Why a text gave no number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It is not a number (100038).
    NotNumeric,
    /// It is one, but its type cannot hold it (100039).
    OutOfRange,
}

/// Reads a decimal into the unscaled value of a NUMBER(precision, scale), rounding half away from zero.
///
/// Taken are blanks around, a sign, digits with a point anywhere, and an exponent. As TO_NUMBER documents, a missing
/// mantissa or exponent counts as zero when the letter E is there, so that `E` alone is 0.
pub fn parse_decimal(text: &str, precision: u8, scale: u8) -> Result<i128, Fault> {
    let bytes = text.as_bytes().trim_ascii();
    let (negative, bytes) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    };
    if let Some(value) = parse_short(bytes, scale) {
        return match fits(value, precision) {
            true => Ok(if negative { -value } else { value }),
            false => Err(Fault::OutOfRange),
        };
    }
    let (mantissa, exponent) = match bytes.iter().position(|b| matches!(b, b'e' | b'E')) {
        Some(at) => (
            bytes.get(..at).unwrap_or_default(),
            Some(bytes.get(at + 1..).unwrap_or_default()),
        ),
        None => (bytes, None),
    };
    let (whole, fraction) = match mantissa.iter().position(|b| *b == b'.') {
        Some(at) => (
            mantissa.get(..at).unwrap_or_default(),
            mantissa.get(at + 1..).unwrap_or_default(),
        ),
        None => (mantissa, &[][..]),
    };
    let digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    if !digits(whole) || !digits(fraction) || (whole.len() + fraction.len() == 0 && exponent.is_none()) {
        return Err(Fault::NotNumeric);
    }
    let exponent = exponent.map_or(Ok(0), parse_exponent)?;
    // How many of the digits stand before the point of the unscaled value.
    let kept = (whole.len() as i64)
        .saturating_add(exponent)
        .saturating_add(i64::from(scale));
    let mut value: i128 = 0;
    let mut index = 0;
    for digit in whole.iter().chain(fraction) {
        let digit = i128::from(digit - b'0');
        if index >= kept {
            if index == kept && digit >= 5 {
                value += 1;
            }
            break;
        }
        if value >= POWERS[37] {
            return Err(Fault::OutOfRange);
        }
        value = value * 10 + digit;
        index += 1;
    }
    if index < kept && value != 0 {
        let missing = u32::try_from(kept - index).ok().and_then(pow10);
        value = missing
            .and_then(|power| value.checked_mul(power))
            .ok_or(Fault::OutOfRange)?;
    }
    if !fits(value, precision) {
        return Err(Fault::OutOfRange);
    }
    Ok(if negative { -value } else { value })
}

/// The common case in one pass: at most 18 digits without exponent, and no more of them behind the point than the scale
/// has. `None` sends the text the general way.
fn parse_short(bytes: &[u8], scale: u8) -> Option<i128> {
    if bytes.len() > 19 {
        return None;
    }
    let mut value: u64 = 0;
    let mut point = None;
    for (at, byte) in bytes.iter().enumerate() {
        match byte {
            b'0'..=b'9' => value = value * 10 + u64::from(byte - b'0'),
            b'.' if point.is_none() => point = Some(at),
            _ => return None,
        }
    }
    let (digits, fraction) = match point {
        Some(at) => (bytes.len() - 1, bytes.len() - 1 - at),
        None => (bytes.len(), 0),
    };
    if digits == 0 || digits > 18 {
        return None;
    }
    let missing = usize::from(scale).checked_sub(fraction)?;
    i128::from(value).checked_mul(pow10(missing as u32)?)
}

/// Reads an exponent; a missing one is 0. A huge one is held at a bound beyond which it makes no difference.
fn parse_exponent(bytes: &[u8]) -> Result<i64, Fault> {
    let (negative, digits) = match bytes.split_first() {
        Some((b'-', rest)) => (true, rest),
        Some((b'+', rest)) => (false, rest),
        _ => (false, bytes),
    };
    let mut value: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(Fault::NotNumeric);
        }
        // Text is bounded to 16 MB, so an exponent of a thousand million already outweighs any mantissa.
        value = (value * 10 + i64::from(digit - b'0')).min(1_000_000_000);
    }
    Ok(if negative { -value } else { value })
}

/// Reads a FLOAT: decimals with or without exponent, `nan`, `inf` and `infinity` in any letter case, blanks around. What
/// is too large is infinite.
pub fn parse_float(text: &str) -> Result<f64, Fault> {
    text.trim().parse().map_err(|_| Fault::NotNumeric)
}

/// Precision and scale of a number's literal, its exponent worked in; `None` for one that only a FLOAT holds.
/// <https://docs.snowflake.com/en/sql-reference/data-types-numeric#numeric-constants>
pub fn literal_digits(literal: &str) -> Option<(u32, u32)> {
    let (mantissa, exponent) = match literal.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (literal, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_start_matches('0');
    if significant.is_empty() {
        return Some((1, 0));
    }
    let scale = i64::try_from(fraction.len()).ok()?.checked_sub(exponent)?;
    let zeros = significant.len() - significant.trim_end_matches('0').len();
    // Zeros at the end are the exponent's.
    let scale = scale.checked_sub(i64::try_from(zeros).ok()?)?;
    let count = i64::try_from(significant.len() - zeros).ok()?;
    let (precision, scale) = match scale {
        ..=0 => (count.checked_sub(scale)?, 0),
        scale => (count.max(scale.checked_add(1)?), scale),
    };
    match (u32::try_from(precision), u32::try_from(scale)) {
        (Ok(precision @ ..=38), Ok(scale @ ..=37)) => Some((precision, scale)),
        _ => None,
    }
}

/// Moves an unscaled value from one scale to another, rounding half away from zero; `None` when it overflows.
pub fn rescale(value: i128, from: u8, to: u8) -> Option<i128> {
    if to >= from {
        return value.checked_mul(pow10(u32::from(to - from))?);
    }
    match pow10(u32::from(from - to)) {
        Some(power) => Some(divide_rounding(value, power)),
        None => Some(0),
    }
}

/// Divides, rounding half away from zero. The divisor must not be 0.
pub(super) fn divide_rounding(value: i128, divisor: i128) -> i128 {
    let quotient = value / divisor;
    let rest = (value % divisor).unsigned_abs();
    if rest >= divisor.unsigned_abs() - rest {
        let away = if (value < 0) == (divisor < 0) { 1 } else { -1 };
        return quotient + away;
    }
    quotient
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn literals_have_the_digits_that_hold_them() {
        assert_eq!(literal_digits("0"), Some((1, 0)));
        assert_eq!(literal_digits("1.50"), Some((2, 1)));
        assert_eq!(literal_digits("0.05"), Some((3, 2)));
        assert_eq!(literal_digits("1200"), Some((4, 0)));
        assert_eq!(literal_digits("12e2"), Some((4, 0)));
        assert_eq!(literal_digits("1.25e1"), Some((3, 1)));
        assert_eq!(literal_digits("1e37"), Some((38, 0)));
        assert_eq!(literal_digits("1e-37"), Some((38, 37)));
        for float in [
            "1e38",
            "1e-38",
            "1e300",
            "123456789012345678901234567890123456789",
        ] {
            assert_eq!(literal_digits(float), None, "{float}");
        }
    }

    #[test]
    fn documented_examples() {
        assert_eq!(parse_decimal("12.3456", 38, 0), Ok(12));
        assert_eq!(parse_decimal("98.76546", 38, 0), Ok(99));
        assert_eq!(parse_decimal("98.76546", 10, 1), Ok(988));
        assert_eq!(parse_decimal("12.3456", 10, 8), Ok(1_234_560_000));
        assert_eq!(parse_decimal("12.3456", 10, 9), Err(Fault::OutOfRange));
    }

    #[test]
    fn forms() {
        for (text, value) in [
            (" 7 ", 700),
            ("+7.", 700),
            (".5", 50),
            ("-0.005", -1),
            ("0.0049999999", 0),
            ("1e1", 1000),
            ("1E-2", 1),
            ("E", 0),
            ("5e", 500),
            ("0e999999999999", 0),
            ("1e-999999999999", 0),
            ("0.00999", 1),
            ("5e-3", 1),
            ("49e-4", 0),
        ] {
            assert_eq!(parse_decimal(text, 38, 2), Ok(value), "{text}");
        }
        for text in [
            "", " ", "-", ".", "1 2", "0x1", "1,000", "inf", "nan", "1e1.5", "--1", "1..2", "１",
        ] {
            assert_eq!(parse_decimal(text, 38, 2), Err(Fault::NotNumeric), "{text}");
        }
        for text in [
            "1e99",
            "99999999999999999999999999999999999999.5",
            "999999999999999999999999999999999999999",
        ] {
            assert_eq!(parse_decimal(text, 38, 0), Err(Fault::OutOfRange), "{text}");
        }
        assert_eq!(parse_decimal(&"9".repeat(38), 38, 0), Ok(POWERS[38] - 1));
    }

    #[test]
    fn floats() {
        assert_eq!(parse_float(" 1.5e3 "), Ok(1500.0));
        assert!(parse_float("NaN").unwrap().is_nan());
        assert_eq!(parse_float("-Inf"), Ok(f64::NEG_INFINITY));
        assert_eq!(parse_float("1e999"), Ok(f64::INFINITY));
        assert_eq!(parse_float("abc"), Err(Fault::NotNumeric));
    }

    proptest! {
        #[test]
        fn leading_zeros_and_length_change_nothing(text in "[0-9]{1,18}(\\.[0-9]{0,4})?", scale in 0u8..=6) {
            // Twenty zeros in front send the same number the general way.
            let long = format!("{}{text}", "0".repeat(20));
            prop_assert_eq!(parse_decimal(&text, 20, scale), parse_decimal(&long, 20, scale));
        }

        #[test]
        fn printed_decimals_read_back(value in -(10i128.pow(38) - 1)..10i128.pow(38), scale in 0u8..=37) {
            let mut text = String::new();
            crate::types::text::write_decimal(value, scale, &mut text);
            prop_assert_eq!(parse_decimal(&text, 38, scale), Ok(value));
        }

        #[test]
        fn any_text_is_answered(text in ".{0,40}") {
            let _ = parse_decimal(&text, 38, 10);
            let _ = parse_float(&text);
        }

        #[test]
        fn rescaling_is_the_nearest(value in -1_000_000_000_000i128..1_000_000_000_000, from in 0u8..12, to in 0u8..12) {
            let moved = rescale(value, from, to).unwrap();
            // |moved / 10^to - value / 10^from| is at most half a unit of the new scale.
            let left = moved * 10i128.pow(from.into());
            let right = value * 10i128.pow(to.into());
            prop_assert!((left - right).abs() * 2 <= 10i128.pow(from.into()));
        }
    }
}
