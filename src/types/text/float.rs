//! FLOAT as text.
//!
//! Results show the shortest digits that read back as the same number. A cast to VARCHAR keeps ten significant digits:
//! Snowflake's documentation prints `TO_VARCHAR(LOG(3, 4))` as `1.261859507`, and clients report `0.08072205302` for
//! 0.08072205302271099. Both leave trailing zeros out and change to an exponent of at least two digits (`1e+20`) where
//! C's `%g` does: below 10^-4, and from as many digits on as are kept.

use std::fmt::Write as _;

/// The significant digits that a cast of FLOAT to VARCHAR keeps.
pub const CAST_DIGITS: usize = 10;

/// Appends a float with at most `digits` significant digits, 1 to 17.
pub fn write_float(value: f64, digits: usize, out: &mut String) {
    if special(value, out) {
        return;
    }
    let digits = digits.clamp(1, 17);
    let mut scientific = String::with_capacity(28);
    // Writing to a String cannot fail.
    let _ = write!(scientific, "{value:.*e}", digits - 1);
    lay_out(&scientific, digits as i32, out);
}

/// Appends a float with the fewest digits that read back as the same number.
pub fn write_float_shortest(value: f64, out: &mut String) {
    if special(value, out) {
        return;
    }
    // Integers that floats hold exactly are the common case.
    if value.fract() == 0.0 && value.abs() < 9.0e15 && (value != 0.0 || value.is_sign_positive()) {
        out.push_str(itoa::Buffer::new().format(value as i64));
        return;
    }
    let mut scientific = String::with_capacity(28);
    let _ = write!(scientific, "{value:e}");
    lay_out(&scientific, 17, out);
}

/// A float's text; see [`write_float`].
pub fn float_text(value: f64, digits: usize) -> String {
    let mut out = String::new();
    write_float(value, digits, &mut out);
    out
}

fn special(value: f64, out: &mut String) -> bool {
    let text = match value {
        value if value.is_nan() => "NaN",
        f64::INFINITY => "inf",
        f64::NEG_INFINITY => "-inf",
        _ => return false,
    };
    out.push_str(text);
    true
}

/// Turns `-1.2500e-3` into `-0.00125`, or `-1.25e-03` where the exponent is out of bounds.
fn lay_out(scientific: &str, limit: i32, out: &mut String) {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let mantissa = match mantissa.strip_prefix('-') {
        Some(rest) => {
            out.push('-');
            rest
        }
        None => mantissa,
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let fraction = fraction.trim_end_matches('0');
    if exponent < -4 || exponent >= limit {
        out.push_str(whole);
        if !fraction.is_empty() {
            out.push('.');
            out.push_str(fraction);
        }
        let _ = write!(
            out,
            "e{}{:02}",
            if exponent < 0 { '-' } else { '+' },
            exponent.unsigned_abs()
        );
        return;
    }
    if exponent < 0 {
        out.push_str("0.");
        (1..exponent.unsigned_abs()).for_each(|_| out.push('0'));
        out.push_str(whole);
        out.push_str(fraction);
        return;
    }
    let before = exponent as usize;
    out.push_str(whole);
    match fraction.split_at_checked(before) {
        Some((integer, rest)) => {
            out.push_str(integer);
            if !rest.is_empty() {
                out.push('.');
                out.push_str(rest);
            }
        }
        None => {
            out.push_str(fraction);
            (fraction.len()..before).for_each(|_| out.push('0'));
        }
    }
}
