//! Avro's binary encoding to VARIANT (<https://avro.apache.org/docs/1.12.0/specification/#binary-encoding>).

use std::borrow::Cow;

use super::damaged;
use super::shape::Shape;
use crate::error::{Error, Result};
use crate::stage::record::invalid_utf8;
use crate::variant::{Value, encoding};

/// Nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// The largest number of 38 digits.
const LARGEST: i128 = 10_i128.pow(38) - 1;

/// Bytes that are read from their beginning.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    file: &'a str,
    left: &'a [u8],
}

impl<'a> Input<'a> {
    pub fn new(file: &'a str, bytes: &'a [u8]) -> Self {
        Self { file, left: bytes }
    }

    pub fn is_empty(&self) -> bool {
        self.left.is_empty()
    }

    /// Fails if something is left.
    pub fn finish(&self) -> Result<()> {
        match self.left {
            [] => Ok(()),
            _ => Err(damaged(self.file, "a block holds more than its records")),
        }
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, left) = self
            .left
            .split_at_checked(count)
            .ok_or_else(|| damaged(self.file, "the file is cut off"))?;
        self.left = left;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N]> {
        let taken = self.take(N)?;
        taken
            .try_into()
            .map_err(|_| Error::internal("a slice of another length"))
    }

    /// A number of variable length.
    pub fn long(&mut self) -> Result<i64> {
        let mut number = 0_u64;
        for place in 0..10 {
            let [byte] = self.array()?;
            number |= u64::from(byte & 0x7f) << (7 * place);
            if byte & 0x80 == 0 {
                return Ok((number >> 1) as i64 ^ -((number & 1) as i64));
            }
        }
        Err(damaged(self.file, "a number has too many bytes"))
    }

    /// The number of entries of an array's or a map's next block, and of its bytes where they are told.
    pub fn count(&mut self) -> Result<(u64, Option<i64>)> {
        let count = self.long()?;
        let bytes = if count < 0 { Some(self.long()?) } else { None };
        Ok((count.unsigned_abs(), bytes))
    }

    /// Bytes behind their number.
    pub fn bytes(&mut self) -> Result<&'a [u8]> {
        let length = self.long()?;
        let length = usize::try_from(length).map_err(|_| damaged(self.file, "a length is below zero"))?;
        self.take(length)
    }
}

/// Decodes values of a file.
pub struct Decoder<'a> {
    file: &'a str,
    replace_invalid_characters: bool,
}

impl<'a> Decoder<'a> {
    pub fn new(file: &'a str, replace_invalid_characters: bool) -> Self {
        Self {
            file,
            replace_invalid_characters,
        }
    }

    /// Reads the next value and appends it in the form of VARIANT.
    ///
    /// # Errors
    /// Damaged input, text that is not UTF-8, values too large for a VARIANT.
    pub fn value(&self, shape: &Shape, input: &mut Input<'_>, out: &mut Vec<u8>) -> Result<()> {
        let bad = |cause: &str| Err(damaged(self.file, cause));
        let scalar = match shape {
            Shape::Null => Value::Null,
            Shape::Boolean => match input.array()? {
                [0] => Value::Boolean(false),
                [1] => Value::Boolean(true),
                _ => return bad("a boolean is neither true nor false"),
            },
            Shape::Integer => Value::Integer(i128::from(input.long()?)),
            Shape::Float => Value::Double(f64::from(f32::from_le_bytes(input.array()?))),
            Shape::Double => Value::Double(f64::from_le_bytes(input.array()?)),
            Shape::Bytes => Value::Binary(input.bytes()?),
            Shape::Fixed(size) => Value::Binary(input.take(*size)?),
            Shape::Text => {
                let text = self.text(input.bytes()?)?;
                encoding::encode(&Value::String(&text), out);
                return Ok(());
            }
            Shape::Uuid => {
                let text = uuid_text(input.array()?);
                encoding::encode(&Value::String(&text), out);
                return Ok(());
            }
            Shape::Enum(symbols) => {
                let symbol = usize::try_from(input.long()?).ok().and_then(|at| symbols.get(at));
                match symbol {
                    Some(symbol) => Value::String(symbol),
                    None => return bad("an enum has no such symbol"),
                }
            }
            Shape::Decimal { scale, fixed, .. } => {
                let bytes = match fixed {
                    Some(size) => input.take(*size)?,
                    None => input.bytes()?,
                };
                match whole(bytes) {
                    Some(unscaled) if *scale == 0 => Value::Integer(unscaled),
                    Some(unscaled) => Value::Decimal {
                        unscaled,
                        scale: *scale,
                    },
                    None => return bad("a decimal has more than 38 digits"),
                }
            }
            Shape::Date => match i32::try_from(input.long()?) {
                Ok(days) => Value::Date(days),
                Err(_) => return bad("a date is out of range"),
            },
            Shape::Time(unit) => match input.long()?.checked_mul(*unit) {
                Some(time) if (0..DAY).contains(&time) => Value::Time(time),
                _ => return bad("a time is out of range"),
            },
            Shape::Timestamp(unit) => Value::TimestampNtz(i128::from(input.long()?) * i128::from(*unit)),
            Shape::Union(branches) => {
                let branch = usize::try_from(input.long()?)
                    .ok()
                    .and_then(|at| branches.get(at));
                return match branch {
                    Some(branch) => self.value(branch, input, out),
                    None => bad("a union has no such branch"),
                };
            }
            Shape::Array(items) => return self.array(items, input, out),
            Shape::Map(values) => return self.map(values, input, out),
            Shape::Record(fields) => {
                let mut cells = Cells::default();
                for (name, field) in fields {
                    cells.add(Cow::Borrowed(name), |cell| self.value(field, input, cell))?;
                }
                return cells.write_object(out);
            }
        };
        encoding::encode(&scalar, out);
        Ok(())
    }

    fn array(&self, items: &Shape, input: &mut Input<'_>, out: &mut Vec<u8>) -> Result<()> {
        let mut cells = Cells::default();
        loop {
            let (count, _) = input.count()?;
            if count == 0 {
                return cells.write_array(out);
            }
            for _ in 0..count {
                cells.add(Cow::Borrowed(""), |cell| self.value(items, input, cell))?;
            }
        }
    }

    fn map(&self, values: &Shape, input: &mut Input<'_>, out: &mut Vec<u8>) -> Result<()> {
        let mut cells = Cells::default();
        loop {
            let (count, _) = input.count()?;
            if count == 0 {
                return cells.write_object(out);
            }
            for _ in 0..count {
                let key = self.text(input.bytes()?)?.into_owned();
                cells.add(Cow::Owned(key), |cell| self.value(values, input, cell))?;
            }
        }
    }

    fn text<'t>(&self, bytes: &'t [u8]) -> Result<Cow<'t, str>> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(Cow::Borrowed(text)),
            Err(_) if self.replace_invalid_characters => Ok(String::from_utf8_lossy(bytes)),
            Err(_) => Err(invalid_utf8(bytes)),
        }
    }
}

/// The entries of a container, encoded one behind the other.
#[derive(Default)]
struct Cells<'n> {
    bytes: Vec<u8>,
    entries: Vec<(Cow<'n, str>, usize)>,
}

impl<'n> Cells<'n> {
    fn add(&mut self, name: Cow<'n, str>, write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<()> {
        write(&mut self.bytes)?;
        self.entries.push((name, self.bytes.len()));
        Ok(())
    }

    fn parts(&self) -> Vec<(&str, &[u8])> {
        let mut start = 0;
        let parts = self.entries.iter().map(|(name, end)| {
            let cell = self.bytes.get(start..*end).unwrap_or_default();
            start = *end;
            (name.as_ref(), cell)
        });
        parts.collect()
    }

    fn write_object(&self, out: &mut Vec<u8>) -> Result<()> {
        encoding::write_object(&mut self.parts(), out)
    }

    fn write_array(&self, out: &mut Vec<u8>) -> Result<()> {
        let parts = self.parts();
        encoding::write_array(parts.iter().map(|(_, cell)| *cell), out)
    }
}

/// A whole number in two's complement, the highest byte first; `None` beyond 38 digits.
fn whole(bytes: &[u8]) -> Option<i128> {
    let sign: u8 = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) {
        0xff
    } else {
        0
    };
    let (extension, value) = bytes.split_at(bytes.len().saturating_sub(16));
    if extension.iter().any(|byte| *byte != sign) {
        return None;
    }
    let start = if sign == 0 { 0_i128 } else { -1 };
    let number = value
        .iter()
        .fold(start, |number, byte| (number << 8) | i128::from(*byte));
    let same_sign = (number < 0) == (sign != 0);
    (same_sign && (-LARGEST..=LARGEST).contains(&number)).then_some(number)
}

fn uuid_text(bytes: [u8; 16]) -> String {
    let digits = hex::encode(bytes);
    let mut text = String::with_capacity(36);
    for (index, digit) in digits.chars().enumerate() {
        if matches!(index, 8 | 12 | 16 | 20) {
            text.push('-');
        }
        text.push(digit);
    }
    text
}
