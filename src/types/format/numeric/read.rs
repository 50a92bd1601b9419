//! Reading numbers by format, in the lax way: group separators may be absent, blanks may stand around, and digits that
//! the format marks `9` may be missing.

use super::{Form, Model, Number, NumberFormat, Piece, Slot};
use crate::error::Error;
use crate::types::number::{Fault, parse_decimal, parse_float};

impl NumberFormat {
    /// Reads a text into the unscaled value of a NUMBER(precision, scale), rounding half away from zero.
    pub fn read_decimal(&self, text: &str, precision: u8, scale: u8) -> Result<i128, Fault> {
        let plain = self.plain(text).ok_or(Fault::NotNumeric)?;
        parse_decimal(&plain, precision, scale)
    }

    /// Reads a text into a float.
    pub fn read_float(&self, text: &str) -> Option<f64> {
        self.plain(text)?.parse().ok()
    }

    /// 100140: the error for a text that does not fit.
    pub fn refusal(&self, text: &str) -> Error {
        let message = format!("Can't parse '{text}' as number with format '{}'", self.source);
        Error::new(100_140, "22007", message)
    }

    /// The number of a text as plain decimal text, by the first alternative that fits.
    fn plain(&self, text: &str) -> Option<String> {
        self.models.iter().find_map(|model| model.plain(text))
    }
}

impl Model {
    fn plain(&self, text: &str) -> Option<String> {
        if self.auto {
            let text = text.trim();
            return parse_float(text).is_ok().then(|| text.to_string());
        }
        let mut rest = text.trim();
        let mut negative = false;
        let mut found = String::new();
        let mut percent = false;
        let signed = self
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Sign { .. }));
        for piece in &self.pieces {
            match piece {
                Piece::Literal(literal) => {
                    let head = rest.get(..literal.len())?;
                    if !head.eq_ignore_ascii_case(literal) {
                        return None;
                    }
                    rest = rest.get(literal.len()..)?;
                }
                Piece::Gap => rest = rest.strip_prefix(' ').unwrap_or(rest),
                Piece::Dollar => {
                    if !signed {
                        negative |= take_sign(&mut rest);
                    }
                    rest = rest.strip_prefix('$')?;
                }
                Piece::Percent => {
                    rest = rest.trim_start().strip_prefix('%')?;
                    percent = true;
                }
                Piece::Sign { .. } => negative |= take_sign(&mut rest),
                Piece::Number => {
                    if !signed {
                        negative |= take_sign(&mut rest);
                    }
                    rest = rest.trim_start_matches(' ');
                    let length = self.number.read(rest, self.blank_zero, &mut found)?;
                    rest = rest.get(length..)?;
                }
            }
        }
        if !rest.trim().is_empty() {
            return None;
        }
        if percent {
            found.push_str(if found.contains('E') { return None } else { "E-2" });
        }
        if negative {
            found.insert(0, '-');
        }
        Some(found)
    }
}

/// Steps over a sign and the blanks around it; true for minus.
fn take_sign(rest: &mut &str) -> bool {
    let text = rest.trim_start_matches(' ');
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    *rest = text.trim_start_matches(' ');
    negative
}

impl Number {
    /// Reads digits at the start of a text, as plain decimal text; gives how many bytes they took.
    fn read(&self, text: &str, blank_zero: bool, out: &mut String) -> Option<usize> {
        match self {
            Self::Fixed {
                integer,
                point,
                fraction,
                exponent,
            } => {
                let mut at = whole(text, integer, u8::is_ascii_digit, out)?;
                if out.is_empty() {
                    if !blank_zero && integer.iter().any(|slot| *slot != Slot::Group) {
                        return None;
                    }
                    out.push('0');
                }
                if *point && text.as_bytes().get(at) == Some(&b'.') {
                    let digits = text.get(at + 1..)?.bytes().take_while(u8::is_ascii_digit).count();
                    if !enough(digits, fraction, true) {
                        return None;
                    }
                    out.push('.');
                    out.push_str(text.get(at + 1..at + 1 + digits)?);
                    at += 1 + digits;
                } else if fraction.contains(&Slot::Zero) {
                    return None;
                }
                if exponent.is_some() {
                    at += scientific(text.get(at..)?, 3, out)?;
                }
                Some(at)
            }
            Self::Hex { slots, .. } => {
                let mut digits = String::new();
                let at = whole(text, slots, u8::is_ascii_hexdigit, &mut digits)?;
                out.push_str(&u128::from_str_radix(&digits, 16).ok()?.to_string());
                Some(at)
            }
            Self::Minimal { form, .. } => {
                let bytes = text.as_bytes();
                let mut at = 0;
                let (mut digits, mut points) = (0, 0);
                while let Some(byte @ (b'0'..=b'9' | b'.')) = bytes.get(at) {
                    if *byte == b'.' {
                        points += 1
                    } else {
                        digits += 1
                    }
                    at += 1;
                }
                if digits == 0 || points > 1 {
                    return None;
                }
                out.push_str(text.get(..at)?);
                let has_exponent = matches!(bytes.get(at), Some(b'e' | b'E'));
                match (form, has_exponent) {
                    (Form::Scientific, false) | (Form::Positional, true) => None,
                    (_, false) => Some(at),
                    (_, true) => Some(at + scientific(text.get(at..)?, 5, out)?),
                }
            }
        }
    }
}

/// Reads the digits before the point. Separators stand where the format has them, or are all absent.
fn whole(text: &str, slots: &[Slot], is_digit: fn(&u8) -> bool, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    let length = bytes
        .iter()
        .take_while(|byte| is_digit(byte) || **byte == b',')
        .count();
    let taken = bytes.get(..length)?;
    let digits = taken.iter().filter(|byte| **byte != b',').count();
    let places = slots.iter().filter(|slot| **slot != Slot::Group).count();
    if digits > places || !enough(digits, slots, false) {
        return None;
    }
    if digits < taken.len() {
        let fits = taken
            .iter()
            .rev()
            .zip(slots.iter().rev())
            .all(|(byte, slot)| (*byte == b',') == (*slot == Slot::Group));
        if !fits || taken.len() > slots.len() || taken.first() == Some(&b',') {
            return None;
        }
    }
    out.extend(
        taken
            .iter()
            .filter(|byte| **byte != b',')
            .map(|byte| char::from(*byte)),
    );
    Some(length)
}

/// Whether there are digits for every place that needs one: those from the first `0` on before the point, and up to the
/// last `0` behind it.
fn enough(digits: usize, slots: &[Slot], behind_point: bool) -> bool {
    let places = slots.iter().filter(|slot| **slot != Slot::Group);
    let needed = if behind_point {
        slots
            .iter()
            .rposition(|slot| *slot == Slot::Zero)
            .map_or(0, |at| at + 1)
    } else {
        places.clone().skip_while(|slot| **slot != Slot::Zero).count()
    };
    (needed..=places.count()).contains(&digits)
}

/// Reads an exponent of one to `max` digits.
fn scientific(text: &str, max: usize, out: &mut String) -> Option<usize> {
    let bytes = text.as_bytes();
    if !matches!(bytes.first(), Some(b'e' | b'E')) {
        return None;
    }
    let sign = usize::from(matches!(bytes.get(1), Some(b'+' | b'-')));
    let digits = bytes
        .get(1 + sign..)?
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if !(1..=max).contains(&digits) {
        return None;
    }
    let length = 1 + sign + digits;
    out.push('E');
    out.push_str(text.get(1..length)?);
    Some(length)
}
