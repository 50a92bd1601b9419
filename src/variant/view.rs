//! Reading encoded values without copying. Nothing here panics, whatever the bytes: what is not a value reads as null.

use crate::types::temporal;

use super::encoding::{self as tag, read_minimal};

/// A value, borrowed from its bytes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value<'a> {
    /// An array's hole; stands for SQL NULL inside an array.
    Undefined,
    /// JSON null.
    Null,
    /// TRUE or FALSE.
    Boolean(bool),
    /// An exact whole number.
    Integer(i128),
    /// An exact number `unscaled / 10^scale` with digits after the point.
    Decimal {
        /// All digits, without the point.
        unscaled: i128,
        /// Digits after the point.
        scale: u8,
    },
    /// A floating point number.
    Double(f64),
    /// Text.
    String(&'a str),
    /// Days since 1970-01-01.
    Date(i32),
    /// Nanoseconds since midnight.
    Time(i64),
    /// Wall-clock nanoseconds since 1970-01-01.
    TimestampNtz(i128),
    /// Nanoseconds since 1970-01-01 UTC.
    TimestampLtz(i128),
    /// Nanoseconds since 1970-01-01 UTC, and the offset from UTC in minutes.
    TimestampTz(i128, i16),
    /// Bytes.
    Binary(&'a [u8]),
    /// An array.
    Array(ArrayView<'a>),
    /// An object.
    Object(ObjectView<'a>),
}

impl<'a> Value<'a> {
    /// Whether this is JSON null or `undefined`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null | Self::Undefined)
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&'a str> {
        match *self {
            Self::String(text) => Some(text),
            _ => None,
        }
    }

    /// An exact number as unscaled integer and scale.
    pub fn as_exact(&self) -> Option<(i128, u8)> {
        match *self {
            Self::Integer(value) => Some((value, 0)),
            Self::Decimal { unscaled, scale } => Some((unscaled, scale)),
            _ => None,
        }
    }

    /// Any number as a double.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Self::Integer(value) => Some(value as f64),
            // Through text, because dividing two rounded doubles may miss the nearest one.
            Self::Decimal { .. } => super::number_text(self).parse().ok(),
            Self::Double(value) => Some(value),
            _ => None,
        }
    }

    /// The type's name as TYPEOF gives it.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Undefined | Self::Null => "NULL_VALUE",
            Self::Boolean(_) => "BOOLEAN",
            Self::Integer(_) => "INTEGER",
            Self::Decimal { .. } => "DECIMAL",
            Self::Double(_) => "DOUBLE",
            Self::String(_) => "VARCHAR",
            Self::Date(_) => "DATE",
            Self::Time(_) => "TIME",
            Self::TimestampNtz(_) => "TIMESTAMP_NTZ",
            Self::TimestampLtz(_) => "TIMESTAMP_LTZ",
            Self::TimestampTz(..) => "TIMESTAMP_TZ",
            Self::Binary(_) => "BINARY",
            Self::Array(_) => "ARRAY",
            Self::Object(_) => "OBJECT",
        }
    }
}

/// Reads the value that `bytes` hold.
#[inline]
pub fn view(bytes: &[u8]) -> Value<'_> {
    read(bytes).unwrap_or(Value::Null)
}

/// TYPEOF of the value that `bytes` hold
/// (<https://docs.snowflake.com/en/sql-reference/functions/typeof>).
pub fn type_name(bytes: &[u8]) -> &'static str {
    view(bytes).type_name()
}

#[inline]
fn read(bytes: &[u8]) -> Option<Value<'_>> {
    let (&first, rest) = bytes.split_first()?;
    Some(match first {
        tag::UNDEFINED => Value::Undefined,
        tag::NULL => Value::Null,
        tag::FALSE => Value::Boolean(false),
        tag::TRUE => Value::Boolean(true),
        tag::INTEGER => Value::Integer(read_minimal(rest)?),
        tag::DECIMAL => {
            let (&scale, rest) = rest.split_first()?;
            if scale > 38 {
                return None;
            }
            Value::Decimal {
                unscaled: read_minimal(rest)?,
                scale,
            }
        }
        tag::DOUBLE => Value::Double(f64::from_le_bytes(rest.try_into().ok()?)),
        tag::STRING => Value::String(std::str::from_utf8(rest).ok()?),
        tag::DATE => Value::Date(i32::from_le_bytes(rest.try_into().ok()?)),
        tag::TIME => Value::Time(i64::from_le_bytes(rest.try_into().ok()?)),
        tag::TIMESTAMP_NTZ if rest.len() == 12 => Value::TimestampNtz(temporal::decode(rest)),
        tag::TIMESTAMP_LTZ if rest.len() == 12 => Value::TimestampLtz(temporal::decode(rest)),
        tag::TIMESTAMP_TZ => match rest {
            // Offsets beyond a day are not valid and would overflow the subtraction of the bias.
            [.., high, low] if rest.len() == 14 && u16::from_be_bytes([*high, *low]) <= 2880 => {
                Value::TimestampTz(temporal::decode(rest), temporal::offset_minutes(rest))
            }
            _ => return None,
        },
        tag::BINARY => Value::Binary(rest),
        _ => match first & tag::KIND_MASK {
            tag::ARRAY => Value::Array(ArrayView(Table::read(bytes, 1)?)),
            tag::OBJECT => Value::Object(ObjectView(Table::read(bytes, 2)?)),
            _ => return None,
        },
    })
}

/// A container's parts: its table of end offsets and its elements.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Table<'a> {
    bytes: &'a [u8],
    ends: &'a [u8],
    data: &'a [u8],
    count: usize,
    code: u8,
}

impl<'a> Table<'a> {
    /// Splits a container with `per` offsets an entry.
    #[inline]
    fn read(bytes: &'a [u8], per: usize) -> Option<Self> {
        let (first, rest) = bytes.split_first()?;
        let code = first & tag::WIDTH_MASK;
        let (count, rest) = match code {
            0 => {
                let (count, rest) = rest.split_first()?;
                (usize::from(*count), rest)
            }
            1 => {
                let (count, rest) = rest.split_first_chunk::<2>()?;
                (usize::from(u16::from_le_bytes(*count)), rest)
            }
            2 => {
                let (count, rest) = rest.split_first_chunk::<4>()?;
                (u32::from_le_bytes(*count) as usize, rest)
            }
            _ => return None,
        };
        let (ends, data) = rest.split_at_checked(count.checked_mul(per << code)?)?;
        Some(Self {
            bytes,
            ends,
            data,
            count,
            code,
        })
    }

    /// The offset in a slot of the table.
    #[inline]
    fn end(&self, slot: usize) -> Option<usize> {
        match self.code {
            0 => self.ends.get(slot).map(|end| usize::from(*end)),
            1 => match self.ends.get(slot * 2..slot * 2 + 2)? {
                &[a, b] => Some(usize::from(u16::from_le_bytes([a, b]))),
                _ => None,
            },
            _ => match self.ends.get(slot * 4..slot * 4 + 4)? {
                &[a, b, c, d] => Some(u32::from_le_bytes([a, b, c, d]) as usize),
                _ => None,
            },
        }
    }

    /// The bytes between the offset before a slot and the slot's own.
    #[inline]
    fn piece(&self, slot: usize) -> Option<&'a [u8]> {
        let start = if slot == 0 { 0 } else { self.end(slot - 1)? };
        self.data.get(start..self.end(slot)?)
    }
}

/// An array's elements.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ArrayView<'a>(Table<'a>);

impl<'a> ArrayView<'a> {
    /// How many elements there are, holes included.
    pub fn len(&self) -> usize {
        self.0.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.count == 0
    }

    /// The bytes of the element at an index from 0.
    #[inline]
    pub fn get(&self, index: usize) -> Option<&'a [u8]> {
        if index >= self.0.count {
            return None;
        }
        Some(self.0.piece(index).unwrap_or(tag::JSON_NULL))
    }

    /// The bytes of every element, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + DoubleEndedIterator + Clone + use<'a> {
        let table = self.0;
        (0..table.count).map(move |index| table.piece(index).unwrap_or(tag::JSON_NULL))
    }

    /// The array's own bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.0.bytes
    }
}

/// An object's entries, sorted by key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ObjectView<'a>(Table<'a>);

impl<'a> ObjectView<'a> {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.count == 0
    }

    /// The bytes of the value at a key; letter case counts.
    #[inline]
    pub fn get(&self, key: &str) -> Option<&'a [u8]> {
        self.find(key.as_bytes())
            .and_then(|index| self.0.piece(index * 2 + 1))
    }

    /// The bytes of the value at the first key that is equal without regard to letter case.
    pub fn get_ignore_case(&self, key: &str) -> Option<&'a [u8]> {
        let folded = key.to_lowercase();
        self.iter()
            .find(|(own, _)| own.to_lowercase() == folded)
            .map(|(_, value)| value)
    }

    /// Whether there is such a key.
    pub fn contains_key(&self, key: &str) -> bool {
        self.find(key.as_bytes()).is_some()
    }

    /// Key and value bytes of the entry at an index from 0, in key order.
    #[inline]
    pub fn entry(&self, index: usize) -> Option<(&'a str, &'a [u8])> {
        if index >= self.0.count {
            return None;
        }
        let key = self
            .0
            .piece(index * 2)
            .and_then(|key| std::str::from_utf8(key).ok());
        Some((
            key.unwrap_or(""),
            self.0.piece(index * 2 + 1).unwrap_or(tag::JSON_NULL),
        ))
    }

    /// Keys and value bytes, in key order.
    pub fn iter(
        &self,
    ) -> impl ExactSizeIterator<Item = (&'a str, &'a [u8])> + DoubleEndedIterator + Clone + use<'a> {
        let object = *self;
        (0..self.0.count).map(move |index| object.entry(index).unwrap_or(("", tag::JSON_NULL)))
    }

    /// The object's own bytes.
    pub fn bytes(&self) -> &'a [u8] {
        self.0.bytes
    }

    #[inline]
    fn find(&self, key: &[u8]) -> Option<usize> {
        let (mut low, mut high) = (0, self.0.count);
        while low < high {
            let middle = (low + high) / 2;
            match self.0.piece(middle * 2)?.cmp(key) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
                std::cmp::Ordering::Equal => return Some(middle),
            }
        }
        None
    }
}
