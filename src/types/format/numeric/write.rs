//! Writing numbers by format.

use super::{Exponent, Form, Model, Number, NumberFormat, Piece, Slot};
use crate::types::text::{decimal_text, write_float_shortest};

/// The most places before the point that are written out. The documentation says only that a FLOAT in too many is
/// written with an exponent; no NUMBER has more.
const MOST_PLACES: i32 = 38;

/// A number as its digits: `0.digits * 10^point`, without leading zeros.
#[derive(Debug, Clone)]
struct Digits {
    negative: bool,
    digits: Vec<u8>,
    /// Where the decimal point stands, counted from the first digit.
    point: i32,
    /// Digits after the point that the number's type has; they are kept where digits are written minimally.
    scale: usize,
}

impl NumberFormat {
    /// Appends an exact number of a scale.
    pub fn write_decimal(&self, value: i128, scale: u8, out: &mut String) {
        self.write(Some(Digits::from_text(&decimal_text(value, scale))), out);
    }

    /// Appends a float. Infinities and NaN overflow every format (`#`), except that a text-minimal one names them.
    pub fn write_float(&self, value: f64, out: &mut String) {
        if !value.is_finite() {
            if matches!(
                self.models.first().map(|model| &model.number),
                Some(Number::Minimal { .. })
            ) {
                write_float_shortest(value, out);
            } else {
                self.write(None, out);
            }
            return;
        }
        self.write(Some(Digits::from_text(&format!("{value}"))), out);
    }

    fn write(&self, value: Option<Digits>, out: &mut String) {
        if let Some(model) = self.models.first() {
            model.write(value, out);
        }
    }
}

impl Digits {
    /// From `-12.50`; never has an exponent.
    fn from_text(text: &str) -> Self {
        let negative = text.starts_with('-');
        let text = text.trim_start_matches('-');
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = whole
            .bytes()
            .chain(fraction.bytes())
            .map(|byte| byte - b'0')
            .collect();
        let mut number = Self {
            negative,
            digits,
            point: whole.len() as i32,
            scale: fraction.len(),
        };
        number.trim();
        number
    }

    fn trim(&mut self) {
        let zeros = self.digits.iter().take_while(|digit| **digit == 0).count();
        self.digits.drain(..zeros);
        self.point -= zeros as i32;
        while self.digits.last() == Some(&0) {
            self.digits.pop();
        }
        if self.digits.is_empty() {
            self.point = 0;
        }
    }

    fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The digit that counts `10^power`.
    fn digit(&self, power: i32) -> u8 {
        let index = self.point - 1 - power;
        usize::try_from(index)
            .ok()
            .and_then(|index| self.digits.get(index))
            .copied()
            .unwrap_or(0)
    }

    /// Rounds to `places` digits after the point, half away from zero.
    fn round(&mut self, places: i32) {
        let kept = self.point + places;
        if kept < 0 {
            self.digits.clear();
        } else if let Some(next) = self.digits.get(kept as usize).copied() {
            self.digits.truncate(kept as usize);
            if next >= 5 {
                let mut at = self.digits.len();
                loop {
                    if at == 0 {
                        self.digits.insert(0, 1);
                        self.point += 1;
                        break;
                    }
                    at -= 1;
                    if let Some(digit) = self.digits.get_mut(at) {
                        if *digit == 9 {
                            *digit = 0;
                        } else {
                            *digit += 1;
                            break;
                        }
                    }
                }
            }
        }
        self.trim();
    }
}

/// The characters of a number: blanks before it, its digits, and blanks behind it.
struct Laid {
    pad: usize,
    body: String,
    tail: usize,
}

impl Model {
    fn write(&self, value: Option<Digits>, out: &mut String) {
        let mut negative = value.as_ref().is_some_and(|value| value.negative);
        let value = value.map(|mut value| {
            if self.pieces.contains(&Piece::Percent) {
                value.point += if value.is_zero() { 0 } else { 2 };
                value.scale = value.scale.saturating_sub(2);
            }
            value
        });
        let signed = self
            .pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Sign { .. }));
        let mut laid = match &self.number {
            Number::Fixed {
                integer,
                point,
                fraction,
                exponent,
            } => self.fixed(value, integer, *point, fraction, *exponent),
            Number::Hex { slots, upper } => {
                let laid = hex(value, slots, *upper, signed);
                negative &= signed;
                laid
            }
            Number::Minimal {
                form,
                upper,
                digits,
                group,
            } => {
                let body = value.map(|value| self.minimal(&value, *form, *upper, *digits, *group));
                Laid {
                    pad: 0,
                    body: body.unwrap_or_else(|| "#".to_string()),
                    tail: 0,
                }
            }
        };
        if self.compact {
            (laid.pad, laid.tail) = (0, 0);
        }
        self.assemble(laid, negative, signed, out);
    }

    /// Puts sign, currency, digits and literals together. An implicit sign, and a leading `S`, stand directly before
    /// the first digit; `MI` stands where it is written.
    fn assemble(&self, laid: Laid, negative: bool, signed: bool, out: &mut String) {
        let minimal = matches!(self.number, Number::Minimal { .. });
        let hex = matches!(self.number, Number::Hex { .. });
        let at = self
            .pieces
            .iter()
            .position(|piece| *piece == Piece::Number)
            .unwrap_or(0);
        let dollar = self.pieces.contains(&Piece::Dollar);
        for (index, piece) in self.pieces.iter().enumerate() {
            match piece {
                Piece::Literal(text) => out.push_str(text),
                Piece::Percent => out.push('%'),
                Piece::Gap | Piece::Dollar => {}
                Piece::Sign { minus_only: false } if index < at => {}
                Piece::Sign { minus_only: false } => out.push(if negative { '-' } else { '+' }),
                Piece::Sign { minus_only: true } => match (negative, self.compact) {
                    (true, _) => out.push('-'),
                    (false, false) => out.push(' '),
                    (false, true) => {}
                },
                Piece::Number => {
                    blanks(laid.pad, out);
                    let leading_s = self
                        .pieces
                        .iter()
                        .take(at)
                        .any(|piece| *piece == Piece::Sign { minus_only: false });
                    if leading_s {
                        out.push(if negative { '-' } else { '+' });
                    } else if !signed && !hex {
                        match negative {
                            true => out.push('-'),
                            false if !minimal && !self.compact => out.push(' '),
                            false => {}
                        }
                    }
                    if dollar {
                        out.push('$');
                    }
                    out.push_str(&laid.body);
                    blanks(laid.tail, out);
                }
            }
        }
    }

    fn fixed(
        &self,
        value: Option<Digits>,
        integer: &[Slot],
        point: bool,
        fraction: &[Slot],
        exponent: Option<Exponent>,
    ) -> Laid {
        let places = integer.iter().filter(|slot| **slot != Slot::Group).count() as i32;
        let overflow = || {
            let mut body: String = integer
                .iter()
                .map(|slot| if *slot == Slot::Group { ',' } else { '#' })
                .collect();
            if point {
                body.push('.');
            }
            body.extend(fraction.iter().map(|_| '#'));
            Laid {
                pad: 0,
                body,
                tail: 0,
            }
        };
        let Some(mut value) = value else { return overflow() };
        let mut power = 0;
        if exponent.is_some() && !value.is_zero() {
            power = value.point - 1;
            value.point = 1;
        }
        value.round(fraction.len() as i32);
        if exponent.is_some() && value.point > 1 {
            power += 1;
            value.point = 1;
        }
        if value.point > places && !value.is_zero() {
            return overflow();
        }
        let mut laid = Laid {
            pad: 0,
            body: String::new(),
            tail: 0,
        };
        let whole = value.point.max(0);
        let mut left = places;
        let mut started = false;
        for slot in integer {
            if *slot == Slot::Group {
                if started {
                    laid.body.push(',')
                } else {
                    laid.pad += 1
                }
                continue;
            }
            left -= 1;
            let last_zero = left == 0 && whole == 0 && !self.blank_zero;
            started |= *slot == Slot::Zero || left < whole || last_zero;
            if started {
                laid.body.push(char::from(b'0' + value.digit(left)))
            } else {
                laid.pad += 1
            }
        }
        // Zeros behind the last digit that counts are blanks, up to the last place that asks for a digit.
        let forced = fraction
            .iter()
            .rposition(|slot| *slot == Slot::Zero)
            .map_or(0, |at| at + 1);
        let counted = usize::try_from(value.digits.len() as i32 - value.point).unwrap_or(0);
        let shown = counted.max(forced).min(fraction.len());
        if point && (shown > 0 || !self.compact) {
            laid.body.push('.');
        }
        laid.body
            .extend((0..shown).map(|index| char::from(b'0' + value.digit(-1 - index as i32))));
        laid.tail = fraction.len() - shown;
        if let Some(exponent) = exponent {
            let tail = std::mem::take(&mut laid.tail);
            blanks(if self.compact { 0 } else { tail }, &mut laid.body);
            write_exponent(exponent, power, &mut laid.body);
        }
        laid
    }

    fn minimal(&self, value: &Digits, form: Form, upper: bool, limit: Option<usize>, group: usize) -> String {
        let mut value = value.clone();
        if let Some(limit) = limit {
            value.round(limit as i32);
            value.scale = value.scale.min(limit);
        }
        let scientific = || {
            let mut body: String = value
                .digits
                .iter()
                .map(|digit| char::from(b'0' + digit))
                .collect();
            if body.is_empty() {
                body.push('0');
            }
            if body.len() > 1 {
                body.insert(1, '.');
            }
            let power = if value.is_zero() { 0 } else { value.point - 1 };
            body.push(if upper { 'E' } else { 'e' });
            body.push_str(&power.to_string());
            body
        };
        let positional = || {
            let mut body = String::new();
            let whole = value.point.max(1);
            for power in (0..whole).rev() {
                body.push(char::from(b'0' + value.digit(power)));
                if group > 0 && power > 0 && (power as usize).is_multiple_of(group) {
                    body.push(',');
                }
            }
            let counted = usize::try_from(value.digits.len() as i32 - value.point).unwrap_or(0);
            let places = if self.compact {
                counted
            } else {
                counted.max(value.scale)
            };
            if places > 0 {
                body.push('.');
                body.extend((0..places).map(|index| char::from(b'0' + value.digit(-1 - index as i32))));
            }
            body
        };
        match form {
            Form::Scientific => scientific(),
            Form::Positional if value.point > MOST_PLACES => scientific(),
            Form::Positional => positional(),
            Form::Shorter => {
                let (long, short) = (positional(), scientific());
                if short.len() < long.len() { short } else { long }
            }
        }
    }
}

fn blanks(count: usize, out: &mut String) {
    out.extend(std::iter::repeat_n(' ', count));
}

fn write_exponent(exponent: Exponent, power: i32, out: &mut String) {
    out.push(if exponent.upper { 'E' } else { 'e' });
    let Some(digits) = exponent.digits else {
        out.push_str(&power.to_string());
        return;
    };
    out.push(if power < 0 { '-' } else { '+' });
    let text = power.unsigned_abs().to_string();
    if text.len() > digits {
        out.extend(std::iter::repeat_n('#', digits));
    } else {
        out.extend(std::iter::repeat_n('0', digits - text.len()));
        out.push_str(&text);
    }
}

/// Hexadecimal digits of the value rounded to a whole one; without an explicit sign, negative numbers are shown as
/// two's complement of the format's width.
fn hex(value: Option<Digits>, slots: &[Slot], upper: bool, signed: bool) -> Laid {
    let places = slots.iter().filter(|slot| **slot != Slot::Group).count() as u32;
    let overflow = || Laid {
        pad: 0,
        body: "#".repeat(slots.len()),
        tail: 0,
    };
    let Some(mut value) = value else { return overflow() };
    value.round(0);
    let whole = (0..value.point.max(0)).rev().try_fold(0u128, |sum, power| {
        sum.checked_mul(10)?.checked_add(u128::from(value.digit(power)))
    });
    let limit = 1u128 << (4 * places).min(124);
    let number = match whole {
        Some(whole) if whole < limit && value.negative && !signed && whole > 0 => limit - whole,
        Some(whole) if whole < limit => whole,
        _ => return overflow(),
    };
    let mut laid = Laid {
        pad: 0,
        body: String::new(),
        tail: 0,
    };
    let mut left = places;
    let mut started = false;
    for slot in slots {
        if *slot == Slot::Group {
            if started {
                laid.body.push(',')
            } else {
                laid.pad += 1
            }
            continue;
        }
        left -= 1;
        let digit = (number >> (4 * left) & 15) as u32;
        started |= *slot == Slot::Zero || digit != 0 || left == 0;
        if !started {
            laid.pad += 1;
            continue;
        }
        let letter = char::from_digit(digit, 16).unwrap_or('0');
        laid.body.push(if upper {
            letter.to_ascii_uppercase()
        } else {
            letter
        });
    }
    laid
}
