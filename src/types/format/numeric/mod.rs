//! Number formats, both ways (<https://docs.snowflake.com/en/sql-reference/sql-format-models>).
//!
//! A [`NumberFormat`] is compiled once from text such as `$999,999.00`, `S0XXX`, `9.999EE` or `TM9` and then writes and
//! reads numbers. Alternatives stand apart by `|`: reading takes the first that fits, writing the first.
//!
//! The exact-match modifier `FX` is refused, since only the lax rules of reading are here.

mod read;
mod write;

use crate::error::{Error, Result};

/// One piece of a format.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    /// Characters that stand for themselves.
    Literal(String),
    /// `_`: nothing when writing, a blank that may be there when reading.
    Gap,
    /// `S`, or `MI` where `minus_only`.
    Sign { minus_only: bool },
    /// `$`
    Dollar,
    /// `%`
    Percent,
    /// The digits: one for each model.
    Number,
}

/// A place for a digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// `0`: always a digit.
    Zero,
    /// `9`: a digit, or a blank for a leading or trailing zero.
    Nine,
    /// `,` or `G` (integer part only).
    Group,
}

/// The digits of a model.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Number {
    /// Placed digits.
    Fixed {
        integer: Vec<Slot>,
        point: bool,
        fraction: Vec<Slot>,
        exponent: Option<Exponent>,
    },
    /// Hexadecimal digits.
    Hex { slots: Vec<Slot>, upper: bool },
    /// As many digits as the number needs, of the fraction at most `digits`.
    Minimal {
        form: Form,
        upper: bool,
        digits: Option<usize>,
        group: usize,
    },
}

/// `EE` (any number of digits) or `EEE` to `EEEEEEE` (a sign and this many digits).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Exponent {
    digits: Option<usize>,
    upper: bool,
}

/// Which of the text-minimal elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Shorter,
    Positional,
    Scientific,
}

/// One alternative.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Model {
    pieces: Vec<Piece>,
    number: Number,
    /// `FM`: no padding.
    compact: bool,
    /// `B`: no digit for a zero before the point.
    blank_zero: bool,
    /// The whole alternative is AUTO: anything that a cast would read.
    auto: bool,
}

/// A compiled number format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberFormat {
    source: String,
    models: Vec<Model>,
}

impl NumberFormat {
    /// Compiles a format.
    ///
    /// # Errors
    /// 100137 when it is no number format; 000002 for `FX`.
    pub fn parse(source: &str) -> Result<Self> {
        let invalid = || Error::new(100_137, "22007", format!("Bad output format model '{source}'"));
        let mut models = Vec::new();
        for part in alternatives(source) {
            if part.trim().eq_ignore_ascii_case("AUTO") {
                let number = Number::Minimal {
                    form: Form::Shorter,
                    upper: true,
                    digits: None,
                    group: 0,
                };
                let pieces = vec![Piece::Number];
                models.push(Model {
                    pieces,
                    number,
                    compact: false,
                    blank_zero: false,
                    auto: true,
                });
                continue;
            }
            models.push(model(part, &invalid)?);
        }
        Ok(Self {
            source: source.to_string(),
            models,
        })
    }

    /// The text that this was compiled from.
    pub fn source(&self) -> &str {
        &self.source
    }
}

/// Splits at `|` outside quotes.
fn alternatives(source: &str) -> Vec<&str> {
    let mut quoted = false;
    let split = |letter: char| {
        quoted ^= letter == '"';
        letter == '|' && !quoted
    };
    source.split(split).collect()
}

fn model(text: &str, invalid: &dyn Fn() -> Error) -> Result<Model> {
    let mut pieces = Vec::new();
    let mut literal = String::new();
    let mut number = None;
    let (mut compact, mut blank_zero) = (false, false);
    let mut rest = text;
    while let Some(letter) = rest.chars().next() {
        let starts = |word: &str| {
            rest.get(..word.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(word))
        };
        let (piece, length) = match letter {
            '"' => {
                let (inner, length) = quoted(rest).ok_or_else(invalid)?;
                literal.push_str(&inner);
                rest = rest.get(length..).unwrap_or_default();
                continue;
            }
            _ if starts("FM") => {
                compact = !compact;
                (None, 2)
            }
            _ if starts("FX") => return Err(Error::unsupported("number format modifier FX")),
            _ if starts("MI") => (Some(Piece::Sign { minus_only: true }), 2),
            _ if starts("TM") => {
                let (minimal, length) = minimal(rest).ok_or_else(invalid)?;
                set(&mut number, minimal, invalid)?;
                (Some(Piece::Number), length)
            }
            'S' | 's' => (Some(Piece::Sign { minus_only: false }), 1),
            '$' => (Some(Piece::Dollar), 1),
            '%' => (Some(Piece::Percent), 1),
            'B' | 'b' => {
                blank_zero = true;
                (None, 1)
            }
            '_' => (Some(Piece::Gap), 1),
            '0' | '9' | 'X' | 'x' | 'D' | 'd' => {
                let (fixed, length) = fixed(rest).ok_or_else(invalid)?;
                set(&mut number, fixed, invalid)?;
                (Some(Piece::Number), length)
            }
            '.' if rest.get(1..2).is_some_and(|next| matches!(next, "0" | "9")) => {
                let (fixed, length) = fixed(rest).ok_or_else(invalid)?;
                set(&mut number, fixed, invalid)?;
                (Some(Piece::Number), length)
            }
            ' ' | '.' | ',' | ';' | ':' | '-' | '=' | '/' | '(' | ')' => {
                literal.push(letter);
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            _ => return Err(invalid()),
        };
        if let Some(piece) = piece {
            if !literal.is_empty() {
                pieces.push(Piece::Literal(std::mem::take(&mut literal)));
            }
            if !matches!(piece, Piece::Gap) && pieces.contains(&piece) {
                return Err(invalid());
            }
            pieces.push(piece);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal));
    }
    let signs = pieces
        .iter()
        .filter(|piece| matches!(piece, Piece::Sign { .. }))
        .count();
    match number {
        Some(number) if signs <= 1 => Ok(Model {
            pieces,
            number,
            compact,
            blank_zero,
            auto: false,
        }),
        _ => Err(invalid()),
    }
}

fn set(slot: &mut Option<Number>, number: Number, invalid: &dyn Fn() -> Error) -> Result<()> {
    match slot.replace(number) {
        None => Ok(()),
        Some(_) => Err(invalid()),
    }
}

/// Text in double quotes, in which two quotes are one; gives it and how many bytes it took.
fn quoted(text: &str) -> Option<(String, usize)> {
    let mut inner = String::new();
    let mut letters = text.char_indices().skip(1).peekable();
    while let Some((at, letter)) = letters.next() {
        if letter != '"' {
            inner.push(letter);
        } else if letters.next_if(|(_, next)| *next == '"').is_some() {
            inner.push('"');
        } else {
            return Some((inner, at + 1));
        }
    }
    None
}

/// `TM`, `TM9`, `TME`, `TM9(digits,group)`; the digits are those of the fraction, at most.
fn minimal(text: &str) -> Option<(Number, usize)> {
    let upper = text.starts_with('T');
    let (form, mut length) = match text.as_bytes().get(2) {
        Some(b'9') => (Form::Positional, 3),
        Some(b'E' | b'e') => (Form::Scientific, 3),
        _ => (Form::Shorter, 2),
    };
    let (mut digits, mut group) = (None, 0);
    if form == Form::Positional
        && let Some(inner) = text.get(3..).and_then(|rest| rest.strip_prefix('('))
    {
        let end = inner.find(')')?;
        let (first, second) = inner.get(..end)?.split_once(',')?;
        digits = if first.eq_ignore_ascii_case("ALL") {
            None
        } else {
            Some(usize::from(first.parse::<u16>().ok()?))
        };
        group = second.parse().ok()?;
        length += end + 2;
    }
    Some((
        Number::Minimal {
            form,
            upper,
            digits,
            group,
        },
        length,
    ))
}

/// Digits with their groups, point and exponent. `D` begins a fraction like a point.
fn fixed(text: &str) -> Option<(Number, usize)> {
    let bytes = text.as_bytes();
    let (mut integer, mut fraction) = (Vec::new(), Vec::new());
    let (mut point, mut hex) = (false, None);
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let slot = match byte {
            b'0' => Slot::Zero,
            b'9' => Slot::Nine,
            b'X' | b'x' => {
                hex = hex.or(Some(*byte == b'X'));
                Slot::Nine
            }
            b',' | b'G' | b'g' if !point && !integer.is_empty() => Slot::Group,
            b'.' | b'D' | b'd' if !point => {
                point = true;
                at += 1;
                continue;
            }
            _ => break,
        };
        if point {
            fraction.push(slot)
        } else {
            integer.push(slot)
        }
        at += 1;
        // Beyond any number's width; a format of a megabyte must not grow output to match.
        if at > 400 {
            return None;
        }
    }
    if let Some(upper) = hex {
        // Hexadecimal fractions do not exist, and 31 digits hold every number of 38.
        let digits = integer.iter().filter(|slot| **slot != Slot::Group).count();
        return (!point && digits <= 31).then_some((
            Number::Hex {
                slots: integer,
                upper,
            },
            at,
        ));
    }
    let letters = bytes
        .get(at..)?
        .iter()
        .take_while(|byte| matches!(byte, b'E' | b'e'))
        .count();
    let exponent = match letters {
        0 => None,
        2 => Some(None),
        3..=6 => Some(Some(letters - 2)),
        7 => Some(Some(5)),
        _ => return None,
    };
    let upper = bytes.get(at) == Some(&b'E');
    let exponent = exponent.map(|digits| Exponent { digits, upper });
    Some((
        Number::Fixed {
            integer,
            point,
            fraction,
            exponent,
        },
        at + letters,
    ))
}

#[cfg(test)]
mod tests;
