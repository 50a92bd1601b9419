//! Texts that are plainly numbers or booleans.

use crate::variant::Value;

/// The most digits of an exact number.
const MAX_DIGITS: usize = 38;

/// The value of a text: a number or a boolean where printing it again gives the text, but for zeros at the end.
pub fn convert(text: &str) -> Value<'_> {
    match text {
        "true" => return Value::Boolean(true),
        "false" => return Value::Boolean(false),
        _ => {}
    }
    number(text).unwrap_or(Value::String(text))
}

fn number(text: &str) -> Option<Value<'static>> {
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let plain = digits(whole)
        && (whole.len() == 1 || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['-', '+']).unwrap_or(exponent)));
    if !plain || text == "-0" {
        return None;
    }
    let fraction = fraction.unwrap_or_default();
    let scale = fraction.len();
    if exponent.is_none() && whole.len() + scale <= MAX_DIGITS && scale < MAX_DIGITS {
        let unscaled: i128 = format!("{whole}{fraction}").parse().ok()?;
        let unscaled = if text.starts_with('-') {
            -unscaled
        } else {
            unscaled
        };
        return Some(match u8::try_from(scale).ok()? {
            0 => Value::Integer(unscaled),
            scale => Value::Decimal { unscaled, scale },
        });
    }
    let double: f64 = text.parse().ok()?;
    double.is_finite().then_some(Value::Double(double))
}
