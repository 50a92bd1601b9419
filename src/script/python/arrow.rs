//! Columns as Arrow, for a worker that has `pyarrow`.
//!
//! What Python holds as the same machine number or text goes as it is: whole numbers that 64 bits hold, FLOAT, texts, bytes,
//! truth values; days and nanoseconds as counts; semi-structured values as the text of their JSON. Everything else goes as
//! JSON, column by column.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, FixedSizeBinaryArray, Int64Array, LargeBinaryArray, StringBuilder,
};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field, Schema};
use datafusion::arrow::ipc::reader::StreamReader;
use datafusion::arrow::ipc::writer::StreamWriter;
use datafusion::arrow::record_batch::RecordBatch;

use crate::error::{Error, Result};
use crate::types::cast::{CastMode, cast};
use crate::types::temporal::{self, NANOS};
use crate::types::zone::LocalClock;
use crate::types::{SnowType, TypeContext};
use crate::variant;

/// A column of arguments as it is sent; `None` where only JSON holds its values.
///
/// # Errors
/// When it is not in the Arrow form of its type.
pub fn packed(values: &ArrayRef, data_type: &SnowType, types: &TypeContext) -> Result<Option<ArrayRef>> {
    Ok(Some(match data_type {
        SnowType::Number { scale: 0, .. } => {
            let numbers = values
                .as_primitive_opt::<Decimal128Type>()
                .ok_or_else(|| wrong(values))?;
            return Ok(whole(numbers.iter()));
        }
        SnowType::Number { .. }
        | SnowType::Float
        | SnowType::Varchar { .. }
        | SnowType::Binary { .. }
        | SnowType::Boolean => Arc::clone(values),
        SnowType::Date => compute::cast(values, &DataType::Int32)?,
        SnowType::Time { .. } => compute::cast(values, &DataType::Int64)?,
        SnowType::TimestampNtz { .. } => {
            let moments = moments(values)?;
            return Ok(whole(moments.iter().map(|bytes| bytes.map(temporal::decode))));
        }
        SnowType::TimestampLtz { .. } => {
            let clock = LocalClock::new(&types.timezone);
            let local = |bytes: &[u8]| {
                let (seconds, nanos) = temporal::decode_parts(bytes);
                i128::from(clock.to_local(seconds)) * NANOS + i128::from(nanos)
            };
            let moments = moments(values)?;
            return Ok(whole(moments.iter().map(|bytes| bytes.map(local))));
        }
        SnowType::TimestampTz { .. } => return Ok(None),
        SnowType::Variant
        | SnowType::Object
        | SnowType::Array
        | SnowType::Structured(_)
        | SnowType::Vector { .. } => {
            let values = values.as_any().downcast_ref::<LargeBinaryArray>();
            let values = values.ok_or_else(|| Error::internal("a semi-structured argument in PYTHON"))?;
            let mut texts = StringBuilder::new();
            for value in values {
                match value {
                    Some(value) => {
                        let mut json = String::new();
                        variant::to_json(value, &mut json);
                        texts.append_value(json);
                    }
                    None => texts.append_null(),
                }
            }
            Arc::new(texts.finish())
        }
    }))
}

fn wrong(values: &ArrayRef) -> Error {
    Error::internal(format!("an argument in PYTHON is held as {}", values.data_type()))
}

fn moments(values: &ArrayRef) -> Result<&FixedSizeBinaryArray> {
    values.as_any().downcast_ref().ok_or_else(|| wrong(values))
}

/// Whole numbers, if 64 bits hold them all.
fn whole(numbers: impl Iterator<Item = Option<i128>>) -> Option<ArrayRef> {
    let numbers = numbers.map(|number| match number {
        Some(number) => i64::try_from(number).map(Some).ok(),
        None => Some(None),
    });
    let numbers = numbers.collect::<Option<Vec<Option<i64>>>>()?;
    Some(Arc::new(Int64Array::from(numbers)))
}

/// A stream of columns under their places; nothing without any.
///
/// # Errors
/// Never in practice: it is written to memory.
pub fn stream(columns: Vec<(usize, ArrayRef)>) -> Result<Vec<u8>> {
    if columns.is_empty() {
        return Ok(Vec::new());
    }
    let fields = columns
        .iter()
        .map(|(at, column)| Field::new(at.to_string(), column.data_type().clone(), true));
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let arrays = columns.into_iter().map(|(_, column)| column).collect();
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays)?;
    let mut writer = StreamWriter::try_new(Vec::new(), &schema)?;
    writer.write(&batch)?;
    Ok(writer.into_inner()?)
}

/// The columns of a stream by their places.
///
/// # Errors
/// When it is broken.
pub fn columns(stream: &[u8]) -> Result<BTreeMap<usize, ArrayRef>> {
    if stream.is_empty() {
        return Ok(BTreeMap::new());
    }
    let mut reader = StreamReader::try_new(Cursor::new(stream), None)?;
    let Some(batch) = reader.next() else {
        return Ok(BTreeMap::new());
    };
    let batch = batch?;
    let named = batch.schema_ref().fields().iter().zip(batch.columns());
    let placed = named.filter_map(|(field, column)| Some((field.name().parse().ok()?, Arc::clone(column))));
    Ok(placed.collect())
}

/// A column of results in the Arrow form of a type.
///
/// # Errors
/// A value that the type does not hold; when the column is of a type that no worker sends.
pub fn unpacked(column: &ArrayRef, data_type: &SnowType, types: &TypeContext) -> Result<ArrayRef> {
    let (column, held) = match column.data_type() {
        DataType::Int64 => {
            let numbers = compute::cast(column, &SnowType::INTEGER.arrow())?;
            (numbers, SnowType::INTEGER)
        }
        DataType::Float64 => (Arc::clone(column), SnowType::Float),
        DataType::Utf8 => (Arc::clone(column), SnowType::VARCHAR),
        DataType::Boolean => (Arc::clone(column), SnowType::Boolean),
        other => {
            let message = format!("a result in PYTHON is held as {other}");
            return Err(Error::internal(message));
        }
    };
    match held == *data_type {
        true => Ok(column),
        false => cast(&column, &held, data_type, CastMode::Strict, types),
    }
}
