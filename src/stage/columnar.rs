//! Files of columns, as the Parquet and the ORC library hand them out: Arrow columns as Snowflake types, and their rows
//! as VARIANT objects.
//!
//! [`ColumnRules`] say where the formats and their options differ. Objects and lists leave out what is NULL, unless
//! the rules show it.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, FixedSizeBinaryArray, LargeBinaryArray, StringArray, StructArray,
};
use datafusion::arrow::compute::{CastOptions, cast_with_options};
use datafusion::arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, Field, Float64Type, Schema, SchemaRef, Time64NanosecondType,
    TimeUnit, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use datafusion::arrow::record_batch::RecordBatch;

use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::temporal::{LTZ_WIDTH, NTZ_WIDTH, encode, encode_ltz};
use crate::variant::{Value, VariantBuilder, encoding};

/// Rows of a batch.
pub const BATCH_ROWS: usize = 8192;

/// Lists and structs nest no deeper than this.
const MAX_DEPTH: usize = 100;

/// How a map is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapForm {
    /// `{"key_value": [{"key": …, "value": …}]}`: Parquet.
    KeyValue,
    /// `[{"key": …, "value": …}]`: ORC.
    Pairs,
    /// `{key: value}`: Parquet's vectorized scanner.
    Object,
}

/// How a format's columns are read.
#[derive(Debug, Clone)]
pub struct ColumnRules {
    /// The format in messages.
    pub label: &'static str,
    /// Whether columns of bytes are text.
    pub binary_as_text: bool,
    /// Whether timestamps that are adjusted to UTC are TIMESTAMP_LTZ.
    pub use_logical_type: bool,
    /// Whether what is no UTF-8 in such text is replaced.
    pub replace_invalid_characters: bool,
    /// How maps are shown.
    pub maps: MapForm,
    /// Whether objects and lists show their NULL entries.
    pub show_nulls: bool,
}

/// A file's columns with their Snowflake types.
#[derive(Debug)]
pub struct FileColumns {
    /// The columns' names, as the file spells them.
    pub names: Vec<String>,
    /// Their types.
    pub types: Vec<SnowType>,
    /// The rows.
    pub batches: Vec<RecordBatch>,
    rules: ColumnRules,
    schema: SchemaRef,
}

impl FileColumns {
    /// The columns of a file without its rows.
    ///
    /// # Errors
    /// A type without counterpart.
    pub fn new(schema: &Schema, rules: ColumnRules) -> Result<Self> {
        let mut columns = Self {
            names: Vec::new(),
            types: Vec::new(),
            batches: Vec::new(),
            rules,
            schema: Arc::new(Schema::empty()),
        };
        let mut fields = Vec::new();
        for field in schema.fields() {
            let data_type = known_type(field, &columns.rules)?;
            fields.push(data_type.field(field.name(), true));
            columns.names.push(field.name().clone());
            columns.types.push(data_type);
        }
        columns.schema = Arc::new(Schema::new(fields));
        Ok(columns)
    }

    /// Adds rows as the library reads them.
    ///
    /// # Errors
    /// A value that its type does not hold.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<()> {
        let arrays: Result<Vec<ArrayRef>> = batch
            .columns()
            .iter()
            .zip(&self.types)
            .map(|(array, data_type)| normal(array, data_type, &self.rules))
            .collect();
        self.batches
            .push(RecordBatch::try_new(Arc::clone(&self.schema), arrays?)?);
        Ok(())
    }
}

/// Turns each row into one VARIANT object of its columns.
///
/// # Errors
/// An object that is too large.
pub fn row_objects(columns: &FileColumns, batch: &RecordBatch) -> Result<LargeBinaryArray> {
    let mut builder = VariantBuilder::new();
    let mut cells: Vec<Vec<u8>> = vec![Vec::new(); columns.names.len()];
    for row in 0..batch.num_rows() {
        for (cell, (array, data_type)) in cells.iter_mut().zip(batch.columns().iter().zip(&columns.types)) {
            cell.clear();
            if array.is_valid(row) {
                write_cell(array, data_type, row, cell);
            } else if columns.rules.show_nulls {
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

fn known_type(field: &Field, rules: &ColumnRules) -> Result<SnowType> {
    snow_type(field, rules).ok_or_else(|| {
        let (name, data_type) = (field.name(), field.data_type());
        Error::unsupported(format_args!(
            "{} column '{name}' of type {data_type}",
            rules.label
        ))
    })
}

fn snow_type(field: &Field, rules: &ColumnRules) -> Option<SnowType> {
    let data_type = match field.data_type() {
        DataType::Dictionary(_, values) => values.as_ref(),
        other => other,
    };
    Some(match data_type {
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView if rules.binary_as_text => {
            SnowType::VARCHAR
        }
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            SnowType::BINARY
        }
        DataType::Date32 | DataType::Date64 => SnowType::Date,
        DataType::Time32(_) | DataType::Time64(_) => SnowType::TIME,
        DataType::Timestamp(_, Some(_)) if rules.use_logical_type => SnowType::TIMESTAMP_LTZ,
        DataType::Timestamp(_, _) => SnowType::TIMESTAMP_NTZ,
        DataType::Map(_, _) if rules.maps == MapForm::Pairs => SnowType::Array,
        DataType::Struct(_) | DataType::Map(_, _) | DataType::Union(_, _) => SnowType::Object,
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
fn normal(array: &ArrayRef, data_type: &SnowType, rules: &ColumnRules) -> Result<ArrayRef> {
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
        (SnowType::Object | SnowType::Array, _) => Arc::new(nested(&plain, rules)?),
        (SnowType::Varchar { .. }, DataType::Binary | DataType::LargeBinary | DataType::BinaryView) => {
            let bytes = cast_with_options(&plain, &DataType::Binary, &strict)?;
            Arc::new(text_of(bytes.as_binary::<i32>(), rules)?)
        }
        (_, DataType::FixedSizeBinary(_)) => {
            let values = plain.as_fixed_size_binary();
            Arc::new(values.iter().collect::<BinaryArray>())
        }
        _ => cast_with_options(&plain, &data_type.arrow(), &strict)?,
    })
}

fn text_of(bytes: &BinaryArray, rules: &ColumnRules) -> Result<StringArray> {
    let mut texts = Vec::with_capacity(bytes.len());
    for value in bytes {
        texts.push(match value {
            None => None,
            Some(value) if rules.replace_invalid_characters => {
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
fn nested(array: &ArrayRef, rules: &ColumnRules) -> Result<LargeBinaryArray> {
    let mut builder = VariantBuilder::new();
    for row in 0..array.len() {
        let mut encoded = Vec::new();
        if array.is_valid(row) {
            write_nested(array, row, rules, 0, &mut encoded)?;
        }
        builder.append_option((!encoded.is_empty()).then_some(encoded.as_slice()));
    }
    Ok(builder.finish())
}

/// Encodes a value of a nested column; writes nothing for a NULL that is left out.
fn write_nested(
    array: &ArrayRef,
    row: usize,
    rules: &ColumnRules,
    depth: usize,
    out: &mut Vec<u8>,
) -> Result<()> {
    if depth > MAX_DEPTH {
        return Err(Error::unsupported(format_args!(
            "{} columns nested more than {MAX_DEPTH} deep",
            rules.label
        )));
    }
    if array.is_null(row) {
        if rules.show_nulls {
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
                write_nested(member, row, rules, depth + 1, &mut cell)?;
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
        DataType::Map(_, _) if rules.maps != MapForm::Object => {
            let pairs: ArrayRef = Arc::new(array.as_map().value(row));
            let mut list = Vec::new();
            write_list(&as_pairs(&pairs)?, rules, depth, &mut list)?;
            if rules.maps == MapForm::Pairs {
                out.extend_from_slice(&list);
                return Ok(());
            }
            encoding::write_object(&mut vec![("key_value", list.as_slice())], out)
        }
        DataType::Map(_, _) => {
            let pairs = array.as_map().value(row);
            let keys = datafusion::arrow::compute::cast(pairs.column(0), &DataType::Utf8)?;
            let values = pairs.column(1);
            let mut cells = Vec::with_capacity(keys.len());
            for (index, key) in keys.as_string::<i32>().iter().enumerate() {
                let mut cell = Vec::new();
                write_nested(values, index, rules, depth + 1, &mut cell)?;
                cells.push((key.unwrap_or_default(), cell));
            }
            let mut entries: Vec<(&str, &[u8])> = cells
                .iter()
                .map(|(name, cell)| (*name, cell.as_slice()))
                .collect();
            encoding::write_object(&mut entries, out)
        }
        DataType::Union(_, _) => {
            let union = array.as_union();
            let mut value = Vec::new();
            write_nested(&union.value(row), 0, rules, depth + 1, &mut value)?;
            let tag = encoding::encoded(&Value::Integer(i128::from(union.type_id(row))));
            let mut entries: Vec<(&str, &[u8])> = vec![("tag", &tag)];
            if !value.is_empty() {
                entries.push(("value", &value));
            }
            encoding::write_object(&mut entries, out)
        }
        DataType::List(_) => write_list(&array.as_list::<i32>().value(row), rules, depth, out),
        DataType::LargeList(_) => write_list(&array.as_list::<i64>().value(row), rules, depth, out),
        DataType::FixedSizeList(_, _) => {
            write_list(&array.as_fixed_size_list().value(row), rules, depth, out)
        }
        _ => {
            let field = Field::new("", array.data_type().clone(), true);
            let data_type = snow_type(&field, rules).ok_or_else(|| {
                Error::unsupported(format_args!("{} type {}", rules.label, array.data_type()))
            })?;
            let cell = normal(&array.slice(row, 1), &data_type, rules)?;
            write_cell(&cell, &data_type, 0, out);
            Ok(())
        }
    }
}

/// A map's entries with the names that they are shown by, whatever the file calls them.
fn as_pairs(entries: &ArrayRef) -> Result<ArrayRef> {
    let (fields, arrays, nulls) = entries.as_struct().clone().into_parts();
    let named = fields.iter().zip(["key", "value"]);
    let fields: Vec<Field> = named
        .map(|(field, name)| field.as_ref().clone().with_name(name))
        .collect();
    Ok(Arc::new(StructArray::try_new(fields.into(), arrays, nulls)?))
}

fn write_list(elements: &ArrayRef, rules: &ColumnRules, depth: usize, out: &mut Vec<u8>) -> Result<()> {
    let mut cells = Vec::with_capacity(elements.len());
    for index in 0..elements.len() {
        let mut cell = Vec::new();
        write_nested(elements, index, rules, depth + 1, &mut cell)?;
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
        SnowType::Variant
        | SnowType::Object
        | SnowType::Array
        | SnowType::Structured(_)
        | SnowType::Vector { .. } => {
            out.extend_from_slice(array.as_binary::<i64>().value(row));
            return;
        }
    };
    encoding::encode(&value, out);
}
