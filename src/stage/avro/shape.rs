//! An Avro schema made ready for reading: names resolved, logical types told apart, size bounded.

use apache_avro::Schema;
use apache_avro::schema::{DecimalSchema, InnerDecimalSchema, NamesRef, ResolvedSchema, UuidSchema};

use super::damaged;
use crate::error::{Error, Result};
use crate::types::SnowType;

/// Types nest no deeper than this. A type that holds itself has no depth, and is refused here.
const MAX_DEPTH: usize = 100;

/// A schema with its names resolved has no more types than this.
const MAX_TYPES: usize = 10_000;

/// The most digits of a decimal.
const MAX_DIGITS: usize = 38;

/// A type of values in a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    Null,
    Boolean,
    /// int and long: they are written alike.
    Integer,
    Float,
    Double,
    Bytes,
    /// So many bytes.
    Fixed(usize),
    Text,
    /// The symbols.
    Enum(Vec<String>),
    Array(Box<Shape>),
    Map(Box<Shape>),
    Union(Vec<Shape>),
    Record(Vec<(String, Shape)>),
    /// A decimal in bytes, or in so many of them.
    Decimal {
        precision: u8,
        scale: u8,
        fixed: Option<usize>,
    },
    Date,
    /// Time of day, in units of so many nanoseconds.
    Time(i64),
    /// A moment or a local time, in units of so many nanoseconds.
    Timestamp(i64),
    /// A UUID in 16 bytes.
    Uuid,
}

/// The shape of a schema.
///
/// # Errors
/// Types that are not read here.
pub fn of(file: &str, schema: &Schema) -> Result<Shape> {
    let resolved = ResolvedSchema::new(schema).map_err(|error| damaged(file, error))?;
    let mut maker = Maker {
        file,
        names: resolved.get_names(),
        types: 0,
    };
    let shape = maker.shape(schema, None, 0)?;
    if shape.is_empty() {
        return Err(Error::unsupported("Avro records without a byte"));
    }
    Ok(shape)
}

struct Maker<'a> {
    file: &'a str,
    names: &'a NamesRef<'a>,
    types: usize,
}

impl Maker<'_> {
    fn shape(&mut self, schema: &Schema, namespace: Option<&str>, depth: usize) -> Result<Shape> {
        self.types += 1;
        if depth > MAX_DEPTH {
            let what = format_args!("Avro types nested more than {MAX_DEPTH} deep, or in themselves");
            return Err(Error::unsupported(what));
        }
        if self.types > MAX_TYPES {
            let what = format_args!("Avro schemas of more than {MAX_TYPES} types");
            return Err(Error::unsupported(what));
        }
        Ok(match schema {
            Schema::Null => Shape::Null,
            Schema::Boolean => Shape::Boolean,
            Schema::Int | Schema::Long => Shape::Integer,
            Schema::Float => Shape::Float,
            Schema::Double => Shape::Double,
            Schema::Bytes => Shape::Bytes,
            Schema::String | Schema::Uuid(UuidSchema::String) => Shape::Text,
            Schema::Uuid(UuidSchema::Bytes) => Shape::Bytes,
            Schema::Uuid(UuidSchema::Fixed(fixed)) if fixed.size == 16 => Shape::Uuid,
            Schema::Uuid(UuidSchema::Fixed(fixed)) | Schema::Fixed(fixed) | Schema::Duration(fixed) => {
                Shape::Fixed(fixed.size)
            }
            Schema::Enum(symbols) => Shape::Enum(symbols.symbols.clone()),
            Schema::Array(array) => {
                let items = self.shape(&array.items, namespace, depth + 1)?;
                // A few bytes could claim any number of them.
                if items.is_empty() {
                    return Err(Error::unsupported("Avro arrays of values without a byte"));
                }
                Shape::Array(Box::new(items))
            }
            Schema::Map(map) => Shape::Map(Box::new(self.shape(&map.types, namespace, depth + 1)?)),
            Schema::Union(union) => {
                let branches = union.variants().iter();
                let branches = branches.map(|branch| self.shape(branch, namespace, depth + 1));
                Shape::Union(branches.collect::<Result<_>>()?)
            }
            Schema::Record(record) => {
                let name = record.name.fully_qualified_name(namespace);
                let fields = record.fields.iter().map(|field| {
                    let shape = self.shape(&field.schema, name.namespace(), depth + 1)?;
                    Ok((field.name.clone(), shape))
                });
                Shape::Record(fields.collect::<Result<_>>()?)
            }
            Schema::Decimal(decimal) => of_decimal(decimal)?,
            Schema::BigDecimal => return Err(Error::unsupported("the Avro type big-decimal")),
            Schema::Date => Shape::Date,
            Schema::TimeMillis => Shape::Time(1_000_000),
            Schema::TimeMicros => Shape::Time(1_000),
            Schema::TimestampMillis | Schema::LocalTimestampMillis => Shape::Timestamp(1_000_000),
            Schema::TimestampMicros | Schema::LocalTimestampMicros => Shape::Timestamp(1_000),
            Schema::TimestampNanos | Schema::LocalTimestampNanos => Shape::Timestamp(1),
            Schema::Ref { name } => {
                let name = name.fully_qualified_name(namespace);
                let names = self.names;
                let schema = names
                    .get(name.as_ref())
                    .ok_or_else(|| damaged(self.file, format_args!("its schema has no type {name}")))?;
                self.shape(schema, name.namespace(), depth + 1)?
            }
        })
    }
}

fn of_decimal(decimal: &DecimalSchema) -> Result<Shape> {
    let (precision, scale) = (decimal.precision, decimal.scale);
    let fixed = match &decimal.inner {
        InnerDecimalSchema::Bytes => None,
        InnerDecimalSchema::Fixed(fixed) => Some(fixed.size),
    };
    match (u8::try_from(precision), u8::try_from(scale)) {
        (Ok(precision), Ok(scale)) if (1..=MAX_DIGITS).contains(&usize::from(precision)) && scale < 38 => {
            Ok(Shape::Decimal {
                precision,
                scale,
                fixed,
            })
        }
        _ => Err(Error::unsupported(format_args!(
            "the Avro type decimal({precision}, {scale})"
        ))),
    }
}

impl Shape {
    /// Whether values are written without a byte.
    fn is_empty(&self) -> bool {
        match self {
            Self::Null | Self::Fixed(0) => true,
            Self::Record(fields) => fields.iter().all(|(_, field)| field.is_empty()),
            _ => false,
        }
    }

    /// The column type of values, `None` where they are all NULL, and whether they may be NULL.
    pub fn snow_type(&self) -> (Option<SnowType>, bool) {
        let data_type = match self {
            Self::Null => return (None, true),
            Self::Boolean => SnowType::Boolean,
            Self::Integer => SnowType::INTEGER,
            Self::Float | Self::Double => SnowType::Float,
            Self::Bytes | Self::Fixed(_) => SnowType::BINARY,
            Self::Text | Self::Enum(_) | Self::Uuid => SnowType::VARCHAR,
            Self::Array(_) | Self::Map(_) | Self::Record(_) => SnowType::Variant,
            Self::Decimal { precision, scale, .. } => SnowType::Number {
                precision: *precision,
                scale: *scale,
            },
            Self::Date => SnowType::Date,
            Self::Time(_) => SnowType::TIME,
            Self::Timestamp(_) => SnowType::TIMESTAMP_NTZ,
            Self::Union(branches) => {
                let nullable = branches.contains(&Self::Null);
                let mut values = branches.iter().filter(|branch| **branch != Self::Null);
                return match (values.next(), values.next()) {
                    (None, _) => (None, true),
                    (Some(only), None) => {
                        let (data_type, inner) = only.snow_type();
                        (data_type, nullable || inner)
                    }
                    (Some(_), Some(_)) => (Some(SnowType::Variant), nullable),
                };
            }
        };
        (Some(data_type), false)
    }
}
