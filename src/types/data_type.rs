//! [`SnowType`]: the logical data types and their mapping to Arrow fields.

use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field, FieldRef, TimeUnit};
use serde::{Deserialize, Serialize};

use super::structured::{self, Definition, Element, Structured};
use super::temporal::{LTZ_WIDTH, NTZ_WIDTH, TZ_WIDTH};
use crate::error::Result;

/// The field metadata key that holds a column's exact Snowflake type as text, for instance `VARCHAR(20)`.
pub const TYPE_KEY: &str = "snowflake.type";

/// The longest VARCHAR, in characters, and the length of a VARCHAR without one.
pub const MAX_VARCHAR: u32 = 16_777_216;

/// The longest BINARY, in bytes.
pub const MAX_BINARY: u32 = 8_388_608;

/// The most elements of a VECTOR (<https://docs.snowflake.com/en/sql-reference/data-types-vector>).
pub const MAX_DIMENSION: u16 = 4_096;

/// A Snowflake data type (<https://docs.snowflake.com/en/sql-reference/intro-summary-data-types>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum SnowType {
    /// Exact decimal: up to 38 digits, of which `scale` stand after the point.
    Number {
        /// Digits in all, 1 to 38.
        precision: u8,
        /// Digits after the point, 0 to 37.
        scale: u8,
    },
    /// 64-bit floating point, also called DOUBLE and REAL.
    Float,
    /// Text of at most `length` characters.
    Varchar {
        /// In characters.
        length: u32,
    },
    /// Bytes.
    Binary {
        /// In bytes.
        length: u32,
    },
    /// TRUE or FALSE.
    Boolean,
    /// A calendar day.
    Date,
    /// A time of day.
    Time {
        /// Fractional digits, 0 to 9.
        scale: u8,
    },
    /// Wall-clock time without a zone.
    TimestampNtz {
        /// Fractional digits, 0 to 9.
        scale: u8,
    },
    /// An instant, shown in the session's zone.
    TimestampLtz {
        /// Fractional digits, 0 to 9.
        scale: u8,
    },
    /// An instant with the UTC offset it was written in.
    TimestampTz {
        /// Fractional digits, 0 to 9.
        scale: u8,
    },
    /// Any semi-structured value.
    Variant,
    /// A semi-structured object.
    Object,
    /// A semi-structured array.
    Array,
    /// A structured ARRAY or OBJECT, or a MAP.
    Structured(Structured),
    /// A vector of 32-bit numbers.
    Vector {
        /// Whether they are integers; else they are floating-point numbers.
        integer: bool,
        /// How many, 1 to 4096.
        dimension: u16,
    },
}

impl SnowType {
    /// NUMBER(38,0), the type of an integer without a declared precision.
    pub const INTEGER: Self = Self::Number {
        precision: 38,
        scale: 0,
    };
    /// VARCHAR without a length.
    pub const VARCHAR: Self = Self::Varchar { length: MAX_VARCHAR };
    /// BINARY without a length.
    pub const BINARY: Self = Self::Binary { length: MAX_BINARY };
    /// TIME(9).
    pub const TIME: Self = Self::Time { scale: 9 };
    /// TIMESTAMP_NTZ(9).
    pub const TIMESTAMP_NTZ: Self = Self::TimestampNtz { scale: 9 };
    /// TIMESTAMP_LTZ(9).
    pub const TIMESTAMP_LTZ: Self = Self::TimestampLtz { scale: 9 };
    /// TIMESTAMP_TZ(9).
    pub const TIMESTAMP_TZ: Self = Self::TimestampTz { scale: 9 };

    /// The Arrow type that values of this type are held in.
    pub fn arrow(&self) -> DataType {
        match self {
            Self::Number { precision, scale } => DataType::Decimal128(*precision, *scale as i8),
            Self::Float => DataType::Float64,
            Self::Varchar { .. } => DataType::Utf8,
            Self::Binary { .. } => DataType::Binary,
            Self::Boolean => DataType::Boolean,
            Self::Date => DataType::Date32,
            Self::Time { .. } => DataType::Time64(TimeUnit::Nanosecond),
            Self::TimestampNtz { .. } => DataType::FixedSizeBinary(NTZ_WIDTH),
            Self::TimestampLtz { .. } => DataType::FixedSizeBinary(LTZ_WIDTH),
            Self::TimestampTz { .. } => DataType::FixedSizeBinary(TZ_WIDTH),
            Self::Variant | Self::Object | Self::Array | Self::Structured(_) | Self::Vector { .. } => {
                DataType::LargeBinary
            }
        }
    }

    /// The widest Snowflake type that an Arrow type stands for; `None` for Arrow types that no value has here.
    pub fn from_arrow(data_type: &DataType) -> Option<Self> {
        Some(match data_type {
            DataType::Null => Self::VARCHAR,
            DataType::Boolean => Self::Boolean,
            DataType::Decimal128(precision, scale) => Self::Number {
                precision: *precision,
                scale: (*scale).max(0) as u8,
            },
            data_type if data_type.is_integer() => Self::INTEGER,
            data_type if data_type.is_floating() => Self::Float,
            DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => Self::VARCHAR,
            DataType::Binary | DataType::BinaryView => Self::BINARY,
            DataType::Date32 => Self::Date,
            DataType::Time64(TimeUnit::Nanosecond) => Self::TIME,
            DataType::FixedSizeBinary(NTZ_WIDTH) => Self::TIMESTAMP_NTZ,
            DataType::FixedSizeBinary(LTZ_WIDTH) => Self::TIMESTAMP_LTZ,
            DataType::FixedSizeBinary(TZ_WIDTH) => Self::TIMESTAMP_TZ,
            DataType::LargeBinary => Self::Variant,
            _ => return None,
        })
    }

    /// The exact type of a field: its metadata where present and consistent, else what its Arrow type says.
    pub fn from_field(field: &Field) -> Option<Self> {
        let read = |text: &String| Self::parse(text).or_else(|| Self::of_nothing(text));
        let exact = field.metadata().get(TYPE_KEY).and_then(read);
        match exact {
            Some(exact) if exact.arrow() == *field.data_type() => Some(exact),
            // Whole numbers may be held as integers.
            Some(exact @ Self::Number { scale: 0, .. }) if field.data_type().is_integer() => Some(exact),
            _ => Self::from_arrow(field.data_type()),
        }
    }

    /// The types without length that results may have, and no column.
    fn of_nothing(text: &str) -> Option<Self> {
        match text {
            "VARCHAR(0)" => Some(Self::Varchar { length: 0 }),
            "BINARY(0)" => Some(Self::Binary { length: 0 }),
            _ => None,
        }
    }

    /// An Arrow field of this type. The metadata is written only where the Arrow type says too little.
    pub fn field(&self, name: impl Into<String>, nullable: bool) -> Field {
        let field = Field::new(name, self.arrow(), nullable);
        if Self::from_arrow(&self.arrow()) == Some(*self) {
            return field;
        }
        field.with_metadata([(TYPE_KEY.to_string(), self.to_string())].into())
    }

    /// Like [`field`](Self::field), shared.
    pub fn field_ref(&self, name: impl Into<String>, nullable: bool) -> FieldRef {
        Arc::new(self.field(name, nullable))
    }

    /// Reads a type's text: every synonym of the documentation, with optional arguments, in any letter case.
    /// `None` when it names no type or its arguments are out of range.
    pub fn parse(text: &str) -> Option<Self> {
        structured::read(text).ok()
    }

    /// Like [`parse`](Self::parse), for types without types inside.
    pub(super) fn parse_plain(text: &str) -> Option<Self> {
        let text = text.trim();
        let (name, arguments) = match text.split_once('(') {
            Some((name, rest)) => (name.trim(), Some(rest.strip_suffix(')')?)),
            None => (text, None),
        };
        let mut numbers = [None, None];
        if let Some(arguments) = arguments {
            let mut parts = arguments.split(',');
            for slot in &mut numbers {
                if let Some(part) = parts.next() {
                    *slot = Some(part.trim().parse::<u32>().ok()?);
                }
            }
            if parts.next().is_some() {
                return None;
            }
        }
        let name = name
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .to_ascii_uppercase();
        let plain = |value: Self| if arguments.is_none() { Some(value) } else { None };
        let scale = || match numbers {
            [Some(scale @ 0..=9), None] => Some(scale as u8),
            [None, None] => Some(9),
            _ => None,
        };
        let length = |default: u32, max: u32| match numbers {
            [Some(length), None] if (1..=max).contains(&length) => Some(length),
            [None, None] => Some(default),
            _ => None,
        };
        match name.as_str() {
            "NUMBER" | "DECIMAL" | "DEC" | "NUMERIC" => {
                let precision = numbers[0].unwrap_or(38);
                let scale = numbers[1].unwrap_or(0);
                let fits = (1..=38).contains(&precision) && scale <= 37 && scale <= precision;
                fits.then_some(Self::Number {
                    precision: precision as u8,
                    scale: scale as u8,
                })
            }
            "INT" | "INTEGER" | "BIGINT" | "SMALLINT" | "TINYINT" | "BYTEINT" => plain(Self::INTEGER),
            "FLOAT" | "FLOAT4" | "FLOAT8" | "DOUBLE" | "DOUBLE PRECISION" | "REAL" => plain(Self::Float),
            "VARCHAR" | "VARCHAR2" | "STRING" | "TEXT" | "NVARCHAR" | "NVARCHAR2" | "CHAR VARYING"
            | "CHARACTER VARYING" | "NCHAR VARYING" => {
                // Newer accounts allow 128 MB; a length above the default maximum is the largest we hold.
                length(MAX_VARCHAR, 134_217_728).map(|length| Self::Varchar { length })
            }
            "CHAR" | "CHARACTER" | "NCHAR" => length(1, MAX_VARCHAR).map(|length| Self::Varchar { length }),
            "BINARY" | "VARBINARY" => length(MAX_BINARY, 67_108_864).map(|length| Self::Binary { length }),
            "BOOLEAN" => plain(Self::Boolean),
            "DATE" => plain(Self::Date),
            "TIME" => scale().map(|scale| Self::Time { scale }),
            "TIMESTAMP_NTZ" | "TIMESTAMPNTZ" | "TIMESTAMP WITHOUT TIME ZONE" | "DATETIME" | "TIMESTAMP" => {
                scale().map(|scale| Self::TimestampNtz { scale })
            }
            "TIMESTAMP_LTZ" | "TIMESTAMPLTZ" | "TIMESTAMP WITH LOCAL TIME ZONE" => {
                scale().map(|scale| Self::TimestampLtz { scale })
            }
            "TIMESTAMP_TZ" | "TIMESTAMPTZ" | "TIMESTAMP WITH TIME ZONE" => {
                scale().map(|scale| Self::TimestampTz { scale })
            }
            "VARIANT" => plain(Self::Variant),
            "OBJECT" => plain(Self::Object),
            "ARRAY" => plain(Self::Array),
            _ => None,
        }
    }

    /// The type's name without its arguments: `NUMBER`, `TIMESTAMP_NTZ`.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Number { .. } => "NUMBER",
            Self::Float => "FLOAT",
            Self::Varchar { .. } => "VARCHAR",
            Self::Binary { .. } => "BINARY",
            Self::Boolean => "BOOLEAN",
            Self::Date => "DATE",
            Self::Time { .. } => "TIME",
            Self::TimestampNtz { .. } => "TIMESTAMP_NTZ",
            Self::TimestampLtz { .. } => "TIMESTAMP_LTZ",
            Self::TimestampTz { .. } => "TIMESTAMP_TZ",
            Self::Variant => "VARIANT",
            Self::Object => "OBJECT",
            Self::Array => "ARRAY",
            Self::Structured(structured) => structured.name(),
            Self::Vector { .. } => "VECTOR",
        }
    }

    /// The type as the signatures of routines have it: without lengths and digits, but with the types inside.
    pub fn in_signature(&self) -> String {
        match self {
            Self::Structured(_) | Self::Vector { .. } => self.to_string(),
            plain => plain.name().to_string(),
        }
    }

    /// The structured type of a definition.
    ///
    /// # Errors
    /// As [`Structured::new`].
    pub fn structured(definition: Definition) -> Result<Self> {
        Structured::new(definition).map(Self::Structured)
    }

    /// What a structured type is made of; `None` for any other type.
    pub fn definition(&self) -> Option<&'static Definition> {
        match self {
            Self::Structured(structured) => Some(structured.definition()),
            _ => None,
        }
    }

    /// The elements of a structured ARRAY.
    pub fn element(&self) -> Option<Element> {
        match self.definition() {
            Some(Definition::Array(element)) => Some(*element),
            _ => None,
        }
    }

    /// Whether values are semi-structured: VARIANT, OBJECT and ARRAY without types inside.
    pub fn is_semi_structured(&self) -> bool {
        matches!(self, Self::Variant | Self::Object | Self::Array)
    }

    /// Whether values are structured: ARRAY, OBJECT and MAP with types inside.
    pub fn is_structured(&self) -> bool {
        matches!(self, Self::Structured(_))
    }

    /// Whether values are vectors.
    pub fn is_vector(&self) -> bool {
        matches!(self, Self::Vector { .. })
    }

    /// Whether values are held as [`crate::variant`] encodes them.
    pub fn is_encoded(&self) -> bool {
        matches!(
            self,
            Self::Variant | Self::Object | Self::Array | Self::Structured(_) | Self::Vector { .. }
        )
    }

    /// Whether this is one of the three timestamp types.
    pub fn is_timestamp(&self) -> bool {
        matches!(
            self,
            Self::TimestampNtz { .. } | Self::TimestampLtz { .. } | Self::TimestampTz { .. }
        )
    }
}

impl fmt::Display for SnowType {
    /// The type as DESCRIBE TABLE shows it, for instance `NUMBER(38,0)` or `TIMESTAMP_NTZ(9)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Structured(structured) = self {
            return structured.fmt(f);
        }
        f.write_str(self.name())?;
        match self {
            Self::Vector { integer, dimension } => {
                write!(f, "({}, {dimension})", if *integer { "INT" } else { "FLOAT" })
            }
            Self::Number { precision, scale } => write!(f, "({precision},{scale})"),
            Self::Varchar { length } | Self::Binary { length } => write!(f, "({length})"),
            Self::Time { scale }
            | Self::TimestampNtz { scale }
            | Self::TimestampLtz { scale }
            | Self::TimestampTz { scale } => write!(f, "({scale})"),
            Self::Float
            | Self::Boolean
            | Self::Date
            | Self::Variant
            | Self::Object
            | Self::Array
            | Self::Structured(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_round_trips() {
        for text in [
            "NUMBER(10,2)",
            "VARCHAR(20)",
            "TIMESTAMP_TZ(3)",
            "FLOAT",
            "OBJECT",
            "TIME(0)",
        ] {
            assert_eq!(SnowType::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(SnowType::parse("number(39,0)"), None);
        assert_eq!(SnowType::parse("int(3)"), None);
    }

    #[test]
    fn fields_keep_what_arrow_cannot_say() {
        for data_type in [
            SnowType::Varchar { length: 7 },
            SnowType::Varchar { length: 0 },
            SnowType::Array,
            SnowType::TimestampLtz { scale: 3 },
        ] {
            assert_eq!(SnowType::from_field(&data_type.field("C", true)), Some(data_type));
        }
    }
}
