//! Rows in Arrow's stream format, with the physical types and field metadata that clients know.
//!
//! Snowflake's wire types are not the engine's: whole and decimal numbers are unscaled integers of the smallest width
//! that holds all values of the result, times and timestamps are counts of their scale's unit, and timestamps with more
//! than seven digits are structs. Clients read precision and scale from the field metadata and some end without it.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, Decimal128Array, FixedSizeBinaryArray, Int64Array, PrimitiveArray,
    StringBuilder, StructArray,
};
use datafusion::arrow::buffer::Buffer;
use datafusion::arrow::datatypes::{
    ArrowPrimitiveType, DataType, Decimal128Type, Field, Fields, Int8Type, Int16Type, Int32Type, Int64Type,
    Schema, SchemaRef, Time64NanosecondType,
};
use datafusion::arrow::error::ArrowError;
use datafusion::arrow::ipc::writer::StreamEncoder;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::super::rowtype::WireType;
use super::vectors;
use crate::engine::ResultColumn;
use crate::error::{Error, Result};
use crate::storage::RowSet;
use crate::types::cast::canonical;
use crate::types::temporal::{decode, decode_parts, offset_minutes};
use crate::types::text::{CellFormatter, Style};
use crate::types::{SnowType, TypeContext};

/// What semi-structured columns say they hold, in bytes.
const SEMI_BYTES: u32 = 16_777_216;

/// The physical form of one column, the same in all parts of a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Physical {
    Int8,
    Int16,
    Int32,
    Int64,
    Decimal,
    /// As the engine holds it.
    Same,
    /// Text of a semi-structured value.
    Text,
    /// A VECTOR as a list.
    List,
    /// TIME: a count of units of 10 to the minus `scale`.
    Time(u8),
    /// A timestamp as such a count.
    Count(u8),
    /// A timestamp as seconds and nanoseconds.
    Parts,
    /// A TIMESTAMP_TZ as such a count, and its offset.
    CountZone(u8),
    /// A TIMESTAMP_TZ as seconds, nanoseconds, and its offset.
    PartsZone,
}

/// How the rows of one result are encoded.
#[derive(Debug)]
pub struct ArrowEncoder {
    columns: Vec<(SnowType, Physical)>,
    schema: SchemaRef,
}

impl ArrowEncoder {
    /// Chooses the physical types for a whole result.
    ///
    /// # Errors
    /// 000603 when an array is not of its column's type.
    pub fn new(rows: &RowSet, columns: &[ResultColumn]) -> Result<Self> {
        let mut chosen = Vec::with_capacity(columns.len());
        let mut fields = Vec::with_capacity(columns.len());
        for (index, column) in columns.iter().enumerate() {
            let physical = physical(&column.data_type, || rows.number_bits(index, &column.data_type))?;
            fields.push(field(column, physical));
            chosen.push((column.data_type, physical));
        }
        Ok(Self {
            columns: chosen,
            schema: Arc::new(Schema::new(fields)),
        })
    }

    /// A whole Arrow stream of some of the result's batches.
    ///
    /// # Errors
    /// When a value has no form on the wire.
    pub fn stream(self: &Arc<Self>, batches: &[RecordBatch], types: &TypeContext) -> Result<Vec<u8>> {
        let mut stream = ArrowStream::new(Arc::clone(self))?;
        let mut buffers = stream.next(batches, types)?;
        buffers.extend(stream.end()?);
        Ok(buffers.iter().map(Buffer::as_slice).collect::<Vec<_>>().concat())
    }

    fn batch(&self, batch: &RecordBatch, types: &TypeContext) -> Result<RecordBatch> {
        let arrays = batch
            .columns()
            .iter()
            .zip(&self.columns)
            .map(|(array, (data_type, physical))| convert(array, data_type, *physical, types))
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|error| Error::internal(format!("encoding a result: {error}")))
    }
}

/// An Arrow stream that is written piece by piece.
pub struct ArrowStream {
    columns: Arc<ArrowEncoder>,
    encoder: StreamEncoder,
}

impl ArrowStream {
    /// A stream of which nothing is written yet.
    ///
    /// # Errors
    /// When the schema has no form on the wire.
    pub fn new(columns: Arc<ArrowEncoder>) -> Result<Self> {
        let encoder = StreamEncoder::try_new(&columns.schema).map_err(failed)?;
        Ok(Self { columns, encoder })
    }

    /// The next batches; with the first of them the schema.
    ///
    /// # Errors
    /// When a value has no form on the wire.
    pub fn next(&mut self, batches: &[RecordBatch], types: &TypeContext) -> Result<Vec<Buffer>> {
        let mut buffers = Vec::new();
        for batch in batches {
            let batch = self.columns.batch(batch, types)?;
            buffers.extend(self.encoder.encode(&batch).map_err(failed)?);
        }
        Ok(buffers)
    }

    /// What ends the stream.
    ///
    /// # Errors
    /// When the schema has no form on the wire.
    pub fn end(self) -> Result<Vec<Buffer>> {
        self.encoder.finish().map_err(failed)
    }
}

fn failed(error: ArrowError) -> Error {
    Error::internal(format!("writing Arrow: {error}"))
}

/// The form of a column's values.
fn physical(data_type: &SnowType, bits: impl FnOnce() -> Result<u32>) -> Result<Physical> {
    Ok(match *data_type {
        SnowType::Number { .. } => match bits()? {
            0..=8 => Physical::Int8,
            9..=16 => Physical::Int16,
            17..=32 => Physical::Int32,
            33..=64 => Physical::Int64,
            _ => Physical::Decimal,
        },
        SnowType::Float
        | SnowType::Varchar { .. }
        | SnowType::Binary { .. }
        | SnowType::Boolean
        | SnowType::Date => Physical::Same,
        SnowType::Time { scale } => Physical::Time(scale.min(9)),
        SnowType::TimestampNtz { scale } | SnowType::TimestampLtz { scale } if scale <= 7 => {
            Physical::Count(scale)
        }
        SnowType::TimestampNtz { .. } | SnowType::TimestampLtz { .. } => Physical::Parts,
        SnowType::TimestampTz { scale } if scale <= 3 => Physical::CountZone(scale),
        SnowType::TimestampTz { .. } => Physical::PartsZone,
        SnowType::Variant | SnowType::Object | SnowType::Array | SnowType::Structured(_) => Physical::Text,
        SnowType::Vector { .. } => Physical::List,
    })
}

fn part(name: &str, data_type: DataType) -> Field {
    Field::new(name, data_type, true)
}

/// The parts of a physical form that is a struct.
fn parts(physical: Physical) -> Fields {
    let epoch = part("epoch", DataType::Int64);
    let fraction = part("fraction", DataType::Int32);
    let zone = part("timezone", DataType::Int32);
    match physical {
        Physical::Parts => Fields::from(vec![epoch, fraction]),
        Physical::CountZone(_) => Fields::from(vec![epoch, zone]),
        _ => Fields::from(vec![epoch, fraction, zone]),
    }
}

/// A column's field, with the metadata that clients read.
fn field(column: &ResultColumn, physical: Physical) -> Field {
    let wire = WireType::of(&column.data_type);
    let (data_type, bytes) = match physical {
        Physical::Int8 => (DataType::Int8, 1),
        Physical::Int16 => (DataType::Int16, 2),
        Physical::Int32 => (DataType::Int32, 4),
        Physical::Int64 => (DataType::Int64, 8),
        Physical::Decimal => (column.data_type.arrow(), 16),
        Physical::Same => {
            let bytes = match column.data_type {
                SnowType::Boolean => 1,
                SnowType::Date => 4,
                SnowType::Float => 8,
                _ => wire.byte_length.unwrap_or_default(),
            };
            (column.data_type.arrow(), bytes)
        }
        Physical::Text => (DataType::Utf8, SEMI_BYTES),
        Physical::List => match column.data_type {
            SnowType::Vector { integer, dimension } => {
                (vectors::data_type(integer, dimension), u32::from(dimension) * 4)
            }
            other => (other.arrow(), 0),
        },
        Physical::Time(_) | Physical::Count(_) => (DataType::Int64, 8),
        Physical::CountZone(_) => (DataType::Struct(parts(physical)), 8),
        Physical::Parts | Physical::PartsZone => (DataType::Struct(parts(physical)), 16),
    };
    let characters = match column.data_type {
        SnowType::Varchar { length } => length,
        other if other.is_semi_structured() || other.is_structured() => SEMI_BYTES,
        _ => 0,
    };
    let metadata = [
        ("logicalType", wire.name.to_ascii_uppercase()),
        ("precision", wire.precision.unwrap_or(38).to_string()),
        ("scale", wire.scale.unwrap_or(0).to_string()),
        ("charLength", characters.to_string()),
        ("byteLength", bytes.to_string()),
        ("finalType", "T".to_owned()),
    ];
    let metadata: HashMap<String, String> = metadata
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect();
    Field::new(&column.name, data_type, column.nullable).with_metadata(metadata)
}

fn convert(
    array: &ArrayRef,
    data_type: &SnowType,
    physical: Physical,
    types: &TypeContext,
) -> Result<ArrayRef> {
    let array = canonical(array, data_type)?;
    let numbers = || array.as_primitive::<Decimal128Type>();
    Ok(match physical {
        Physical::Int8 => Arc::new(narrow::<Int8Type>(numbers(), |value| value as i8)),
        Physical::Int16 => Arc::new(narrow::<Int16Type>(numbers(), |value| value as i16)),
        Physical::Int32 => Arc::new(narrow::<Int32Type>(numbers(), |value| value as i32)),
        Physical::Int64 => Arc::new(narrow::<Int64Type>(numbers(), |value| value as i64)),
        Physical::Decimal => {
            let SnowType::Number { precision, scale } = *data_type else {
                return Err(Error::internal("a wide number that is none"));
            };
            let decimals: Decimal128Array = numbers().clone();
            let decimals = decimals
                .with_precision_and_scale(precision, scale as i8)
                .map_err(|error| Error::internal(format!("encoding a number: {error}")))?;
            Arc::new(decimals)
        }
        Physical::Same => array,
        Physical::Text => semi(&array, data_type, types)?,
        Physical::List => match *data_type {
            SnowType::Vector { integer, dimension } => vectors::lists(&array, integer, dimension)?,
            _ => return Err(Error::internal("a vector that is none")),
        },
        Physical::Time(scale) => {
            let unit = 10_i64.pow(u32::from(9 - scale));
            let times = array.as_primitive::<Time64NanosecondType>();
            Arc::new(times.unary::<_, Int64Type>(|nanos| nanos / unit))
        }
        Physical::Count(scale) => Arc::new(counts(array.as_fixed_size_binary(), scale)),
        Physical::Parts | Physical::CountZone(_) | Physical::PartsZone => {
            let stamps = array.as_fixed_size_binary();
            let mut columns: Vec<ArrayRef> = Vec::new();
            if let Physical::CountZone(scale) = physical {
                columns.push(Arc::new(counts(stamps, scale)));
            } else {
                columns.push(Arc::new(each::<Int64Type>(stamps, |bytes| decode_parts(bytes).0)));
                let nanos = |bytes: &[u8]| decode_parts(bytes).1 as i32;
                columns.push(Arc::new(each::<Int32Type>(stamps, nanos)));
            }
            if physical != Physical::Parts {
                let zone = |bytes: &[u8]| i32::from(offset_minutes(bytes)) + 1440;
                columns.push(Arc::new(each::<Int32Type>(stamps, zone)));
            }
            Arc::new(StructArray::new(
                parts(physical),
                columns,
                stamps.nulls().cloned(),
            ))
        }
    })
}

/// Numbers in a narrower type that was chosen to hold them; what stands under a NULL does not matter.
fn narrow<T: ArrowPrimitiveType>(
    numbers: &Decimal128Array,
    cast: impl Fn(i128) -> T::Native,
) -> PrimitiveArray<T> {
    numbers.unary(cast)
}

/// A number for each timestamp; what stands under a NULL does not matter.
fn each<T: ArrowPrimitiveType>(
    stamps: &FixedSizeBinaryArray,
    number: impl Fn(&[u8]) -> T::Native,
) -> PrimitiveArray<T> {
    let width = usize::try_from(stamps.value_length()).unwrap_or_default();
    // All at once, since an array looks at its bounds for each value.
    let numbers = stamps.value_data().chunks_exact(width.max(1)).map(number);
    PrimitiveArray::new(numbers.collect::<Vec<_>>().into(), stamps.nulls().cloned())
}

/// Timestamps as counts of a scale's unit.
fn counts(stamps: &FixedSizeBinaryArray, scale: u8) -> Int64Array {
    let unit = 10_i128.pow(u32::from(9 - scale.min(9)));
    each::<Int64Type>(stamps, |bytes| decode(bytes).div_euclid(unit) as i64)
}

/// Semi-structured values as the text that results show.
fn semi(array: &ArrayRef, data_type: &SnowType, types: &TypeContext) -> Result<ArrayRef> {
    let cells = CellFormatter::new(array, data_type, types, Style::Display)?;
    let mut texts = StringBuilder::new();
    let mut text = String::new();
    for row in 0..array.len() {
        text.clear();
        match cells.write(row, &mut text)? {
            true => texts.append_value(&text),
            false => texts.append_null(),
        }
    }
    Ok(Arc::new(texts.finish()))
}
