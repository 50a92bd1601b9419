//! Parquet files: one VARIANT object a row, or the file's columns as Snowflake types.
//!
//! Objects and lists leave out what is NULL, and a map is an object `{"key_value": [{"key": …, "value": …}]}`; with
//! USE_VECTORIZED_SCANNER, NULL is shown and a map is an object of its keys. Timestamps without USE_LOGICAL_TYPE are
//! TIMESTAMP_NTZ; with it, those adjusted to UTC are TIMESTAMP_LTZ.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, LargeBinaryArray, StringArray,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float64Type, Schema, Time64NanosecondType, TimeUnit,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType,
};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::error::{Error, Result};
use crate::stage::format::ParquetFormat;
use crate::types::SnowType;
use crate::types::temporal::{LTZ_WIDTH, NTZ_WIDTH, encode, encode_ltz};
use crate::variant::{Value, VariantBuilder, encoding};

/// Rows of a batch.
const BATCH_ROWS: usize = 8192;

/// Lists and structs nest no deeper than this.
const MAX_DEPTH: usize = 100;

/// A Parquet file's columns with their Snowflake types.
#[derive(Debug)]
pub struct ParquetColumns {
    /// The columns' names, as the file spells them.
    pub names: Vec<String>,
    /// Their types.
    pub types: Vec<SnowType>,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    /// Whether objects of rows show NULL entries.
    pub show_nulls: bool,
}

/// Reads a whole file into columns.
///
/// # Errors
/// A file that is not Parquet, or has a type without counterpart.
pub fn read_columns(file: &str, bytes: Bytes, format: &ParquetFormat) -> Result<ParquetColumns> {
    // The Parquet library asserts some of what a sound file holds; a damaged one is no reason to end the process.
    std::panic::catch_unwind(|| read_sound(file, bytes, format))
        .unwrap_or_else(|_| Err(Error::unreadable_file("Parquet", file, "the file is damaged")))
}

fn read_sound(file: &str, bytes: Bytes, format: &ParquetFormat) -> Result<ParquetColumns> {
    let unreadable = |cause: String| Error::unreadable_file("Parquet", file, cause);
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(bytes).map_err(|error| unreadable(error.to_string()))?;
    let mut columns = ParquetColumns {
        names: Vec::new(),
        types: Vec::new(),
        batches: Vec::new(),
        show_nulls: format.vectorized,
    };
    for field in builder.schema().fields() {
        columns.names.push(field.name().clone());
        columns.types.push(known_type(field, format)?);
    }
    let fields: Vec<Field> = columns
        .names
        .iter()
        .zip(&columns.types)
        .map(|(name, data_type)| data_type.field(name, true))
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let reader = builder
        .with_batch_size(BATCH_ROWS)
        .build()
        .map_err(|error| unreadable(error.to_string()))?;
    for batch in reader {
        let batch = batch.map_err(|error| unreadable(error.to_string()))?;
        let arrays: Result<Vec<ArrayRef>> = batch
            .columns()
            .iter()
            .zip(&columns.types)
            .map(|(array, data_type)| normal(array, data_type, format))
            .collect();
        columns
            .batches
            .push(RecordBatch::try_new(Arc::clone(&schema), arrays?)?);
    }
    Ok(columns)
}

/// The names of a file's columns, their types, and whether they take NULL.
///
/// # Errors
/// As [`read_columns`].
pub fn describe(file: &str, bytes: Bytes, format: &ParquetFormat) -> Result<Vec<(String, SnowType, bool)>> {
    let damaged = || Error::unreadable_file("Parquet", file, "the file is damaged");
    std::panic::catch_unwind(|| {
        let builder = ParquetRecordBatchReaderBuilder::try_new(bytes)
            .map_err(|error| Error::unreadable_file("Parquet", file, error.to_string()))?;
        let fields = builder.schema().fields().iter();
        fields
            .map(|field| {
                Ok((
                    field.name().clone(),
                    known_type(field, format)?,
                    field.is_nullable(),
                ))
            })
            .collect()
    })
    .unwrap_or_else(|_| Err(damaged()))
}

/// Turns each row into one VARIANT object of its columns.
///
/// # Errors
/// An object that is too large.
pub fn row_objects(columns: &ParquetColumns, batch: &RecordBatch) -> Result<LargeBinaryArray> {
    let mut builder = VariantBuilder::new();
    let mut cells: Vec<Vec<u8>> = vec![Vec::new(); columns.names.len()];
    for row in 0..batch.num_rows() {
        for (cell, (array, data_type)) in cells.iter_mut().zip(batch.columns().iter().zip(&columns.types)) {
            cell.clear();
            if array.is_valid(row) {
                write_cell(array, data_type, row, cell);
            } else if columns.show_nulls {
                encoding::encode(&Value::Null, cell);
            }
        }
        let mut entries: Vec<(&str, &[u8])> = columns
            .names
            .iter()
            .zip(&cells)
            .filter(|(_, cell)| !cell.is_empty())
            .map(|(name, cell)| (name.as_str(), cell.as_slice()))
            .collect();
        builder.append_object(&mut entries)?;
    }
    Ok(builder.finish())
}

fn known_type(field: &Field, format: &ParquetFormat) -> Result<SnowType> {
    snow_type(field, format).ok_or_else(|| {
        let (name, data_type) = (field.name(), field.data_type());
        Error::unsupported(format_args!("Parquet column '{name}' of type {data_type}"))
    })
}

fn snow_type(field: &Field, format: &ParquetFormat) -> Option<SnowType> {
    let data_type = match field.data_type() {
        DataType::Dictionary(_, values) => values.as_ref(),
        other => other,
    };
    Some(match data_type {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView if format.binary_as_text => {
            SnowType::VARCHAR
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            SnowType::BINARY
        }
        DataType::Date32 | DataType::Date64 => SnowType::Date,
        DataType::Time32(_) | DataType::Time64(_) => SnowType::TIME,
        DataType::Timestamp(_, Some(_)) if format.use_logical_type => SnowType::TIMESTAMP_LTZ,
        DataType::Timestamp(_, _) => SnowType::TIMESTAMP_NTZ,
        DataType::Struct(_) | DataType::Map(_, _) => SnowType::Object,
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(_, _) => SnowType::Array,
        DataType::Decimal32(precision, scale)
        | DataType::Decimal64(precision, scale)
        | DataType::Decimal128(precision, scale)
        | DataType::Decimal256(precision, scale) => SnowType::Number {
            precision: (*precision).clamp(1, 38),
            scale: (*scale).clamp(0, 37) as u8,
        },
        other => SnowType::from_arrow(other)?,
    })
}

/// Brings an array to the layout of its Snowflake type.
fn normal(array: &ArrayRef, data_type: &SnowType, format: &ParquetFormat) -> Result<ArrayRef> {
    let strict = CastOptions {
        safe: false,
        ..Default::default()
    };
    let plain = match array.data_type() {
        DataType::Dictionary(_, values) => cast_with_options(array, values, &strict)?,
        _ => Arc::clone(array),
    };
    Ok(match (data_type, plain.data_type()) {
        (SnowType::TimestampNtz { .. } | SnowType::TimestampLtz { .. }, DataType::Timestamp(unit, _)) => {
            timestamps(&plain, *unit, data_type)?
        }
        (SnowType::Object | SnowType::Array, _) => Arc::new(nested(&plain, format)?),
        (SnowType::Varchar { .. }, DataType::Binary | DataType::LargeBinary | DataType::BinaryView) => {
            let bytes = cast_with_options(&plain, &DataType::Binary, &strict)?;
            Arc::new(text_of(bytes.as_binary::<i32>(), format)?)
        }
        (_, DataType::FixedSizeBinary(_)) => {
            let values = plain.as_fixed_size_binary();
            Arc::new(values.iter().collect::<BinaryArray>())
        }
        _ => cast_with_options(&plain, &data_type.arrow(), &strict)?,
    })
}

fn text_of(bytes: &BinaryArray, format: &ParquetFormat) -> Result<StringArray> {
    let mut texts = Vec::with_capacity(bytes.len());
    for value in bytes {
        texts.push(match value {
            None => None,
            Some(value) if format.replace_invalid_characters => {
                Some(String::from_utf8_lossy(value).into_owned())
            }
            Some(value) => Some(
                std::str::from_utf8(value)
                    .map_err(|_| crate::stage::record::invalid_utf8(value))?
                    .to_string(),
            ),
        });
    }
    Ok(StringArray::from(texts))
}

fn timestamps(array: &ArrayRef, unit: TimeUnit, data_type: &SnowType) -> Result<ArrayRef> {
    let (counts, nanos): (Vec<Option<i64>>, i128) = match unit {
        TimeUnit::Second => (
            array.as_primitive::<TimestampSecondType>().iter().collect(),
            1_000_000_000,
        ),
        TimeUnit::Millisecond => (
            array.as_primitive::<TimestampMillisecondType>().iter().collect(),
            1_000_000,
        ),
        TimeUnit::Microsecond => (
            array.as_primitive::<TimestampMicrosecondType>().iter().collect(),
            1_000,
        ),
        TimeUnit::Nanosecond => (
            array.as_primitive::<TimestampNanosecondType>().iter().collect(),
            1,
        ),
    };
    let moments = counts
        .into_iter()
        .map(|count| count.map(|count| i128::from(count) * nanos));
    Ok(if matches!(data_type, SnowType::TimestampLtz { .. }) {
        let bytes = moments.map(|moment| moment.map(encode_ltz));
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(
            bytes, LTZ_WIDTH,
        )?)
    } else {
        let bytes = moments.map(|moment| moment.map(encode));
        Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(
            bytes, NTZ_WIDTH,
        )?)
    })
}

/// Encodes a column of lists, structs or maps.
fn nested(array: &ArrayRef, format: &ParquetFormat) -> Result<LargeBinaryArray> {
    let mut builder = VariantBuilder::new();
    for row in 0..array.len() {
        let mut encoded = Vec::new();
        if array.is_valid(row) {
            write_nested(array, row, format, 0, &mut encoded)?;
        }
        builder.append_option((!encoded.is_empty()).then_some(encoded.as_slice()));
    }
    Ok(builder.finish())
}

/// Encodes a value of a nested column; writes nothing for a NULL that is left out.
fn write_nested(
    array: &ArrayRef,
    row: usize,
    format: &ParquetFormat,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::unsupported("Parquet columns nested more than 100 deep"));
    }
    if array.is_null(row) {
        if format.vectorized {
            encoding::encode(&Value::Null, out);
        }
        return Ok(());
    }
    match array.data_type() {
        DataType::Struct(fields) => {
            let members = array.as_struct();
            let mut cells = Vec::with_capacity(fields.len());
            for (field, member) in fields.iter().zip(members.columns()) {
                let mut cell = Vec::new();
                write_nested(member, row, format, depth + 1, &mut cell)?;
                if !cell.is_empty() {
                    cells.push((field.name().as_str(), cell));
                }
            }
            let mut entries: Vec<(&str, &[u8])> = cells
                .iter()
                .map(|(name, cell)| (*name, cell.as_slice()))
                .collect();
            encoding::write_object(&mut entries, out)
        }
        DataType::Map(_, _) if !format.vectorized => {
            let pairs: ArrayRef = Arc::new(array.as_map().value(row));
            let mut list = Vec::new();
            write_list(&pairs, format, depth, &mut list)?;
            encoding::write_object(&mut vec![("key_value", list.as_slice())], out)
        }
        DataType::Map(_, _) => {
            let pairs = array.as_map().value(row);
            let keys = datafusion::arrow::compute::cast(pairs.column(0), &DataType::Utf8)?;
            let values = pairs.column(1);
            let mut cells = Vec::with_capacity(keys.len());
            for (index, key) in keys.as_string::<i32>().iter().enumerate() {
                let mut cell = Vec::new();
                write_nested(values, index, format, depth + 1, &mut cell)?;
                cells.push((key.unwrap_or_default(), cell));
            }
            let mut entries: Vec<(&str, &[u8])> = cells
                .iter()
                .map(|(name, cell)| (*name, cell.as_slice()))
                .collect();
            encoding::write_object(&mut entries, out)
        }
        DataType::List(_) => write_list(&array.as_list::<i32>().value(row), format, depth, out),
        DataType::LargeList(_) => write_list(&array.as_list::<i64>().value(row), format, depth, out),
        DataType::FixedSizeList(_, _) => {
            write_list(&array.as_fixed_size_list().value(row), format, depth, out)
        }
        _ => {
            let field = Field::new("", array.data_type().clone(), true);
            let data_type = snow_type(&field, format)
                .ok_or_else(|| Error::unsupported(format_args!("Parquet type {}", array.data_type())))?;
            let cell = normal(&array.slice(row, 1), &data_type, format)?;
            write_cell(&cell, &data_type, 0, out);
            Ok(())
        }
    }
}

fn write_list(elements: &ArrayRef, format: &ParquetFormat, depth: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut cells = Vec::with_capacity(elements.len());
    for index in 0..elements.len() {
        let mut cell = Vec::new();
        write_nested(elements, index, format, depth + 1, &mut cell)?;
        if !cell.is_empty() {
            cells.push(cell);
        }
    }
    encoding::write_array(cells.iter().map(Vec::as_slice), out)
}

/// Encodes a valid cell of a column that [`normal`] gave.
fn write_cell(array: &ArrayRef, data_type: &SnowType, row: usize, out: &mut Vec<u8>) {
    let value = match data_type {
        SnowType::Number { scale, .. } => {
            let unscaled = array.as_primitive::<Decimal128Type>().value(row);
            if *scale == 0 {
                Value::Integer(unscaled)
            } else {
                Value::Decimal {
                    unscaled,
                    scale: *scale,
                }
            }
        }
        SnowType::Float => Value::Double(array.as_primitive::<Float64Type>().value(row)),
        SnowType::Varchar { .. } => Value::String(array.as_string::<i32>().value(row)),
        SnowType::Binary { .. } => Value::Binary(array.as_binary::<i32>().value(row)),
        SnowType::Boolean => Value::Boolean(array.as_boolean().value(row)),
        SnowType::Date => Value::Date(array.as_primitive::<Date32Type>().value(row)),
        SnowType::Time { .. } => Value::Time(array.as_primitive::<Time64NanosecondType>().value(row)),
        SnowType::TimestampNtz { .. } => Value::TimestampNtz(crate::types::temporal::decode(
            array.as_fixed_size_binary().value(row),
        )),
        SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. } => Value::TimestampLtz(
            crate::types::temporal::decode(array.as_fixed_size_binary().value(row)),
        ),
        SnowType::Variant | SnowType::Object | SnowType::Array => {
            out.extend_from_slice(array.as_binary::<i64>().value(row));
            return;
        }
    };
    encoding::encode(&value, out);
}

#[cfg(test)]
mod tests;
