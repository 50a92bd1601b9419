//! Rows of the protocol's JSON as the engine's own arrays.
//!
//! The opposite of [`crate::server::encode::json`]: numbers, dates and times come as texts of numbers (days, or seconds
//! with the digits of the scale), BINARY as hexadecimal, semi-structured values as JSON. FLOAT and semi-structured values
//! come as the account shows them, and are shown here in the engine's own way; where that is another, it is
//! [told](Decoder::otherwise).

use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{
    ArrayRef, BinaryBuilder, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryBuilder,
    Float64Array, StringArray, Time64NanosecondArray,
};
use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::wire::{ColumnData, Row};
use crate::error::{Error, Result};
use crate::plan::execute::ORIGIN_KEY;
use crate::server::rowtype::WireType;
use crate::types::cast::read_binary;
use crate::types::context::BinaryFormat;
use crate::types::number::parse_decimal;
use crate::types::temporal::{encode, encode_ltz, encode_tz};
use crate::types::text::{CellFormatter, Style};
use crate::types::{SnowType, TypeContext};
use crate::variant::VariantBuilder;

/// Digits of a second in the engine's times.
const NANO_DIGITS: u8 = 9;
/// What offsets from UTC are written with added, so that none is negative.
const OFFSET_BIAS: i16 = 1440;

/// What the rows of one result are read with.
#[derive(Debug, Clone)]
pub struct Decoder {
    types: Arc<[SnowType]>,
    schema: SchemaRef,
    otherwise: Arc<OnceLock<Otherwise>>,
}

/// A value that the account shows in other words than this house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Otherwise {
    /// The column's name.
    pub column: String,
    /// The account's text, cut where it is long.
    pub there: String,
    /// The text here.
    pub here: String,
}

impl Decoder {
    /// A decoder for columns.
    ///
    /// # Errors
    /// A type that is not known here, named.
    pub fn new(columns: &[ColumnData]) -> Result<Self> {
        let types: Vec<SnowType> = columns.iter().map(data_type).collect::<Result<_>>()?;
        let fields = columns
            .iter()
            .zip(&types)
            .map(|(column, data_type)| field(column, data_type));
        Ok(Self {
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            types: types.into(),
            otherwise: Arc::default(),
        })
    }

    /// The first value so far whose text here is not the account's.
    pub fn otherwise(&self) -> Option<&Otherwise> {
        self.otherwise.get()
    }

    /// Looks whether a column is shown here as the account shows it.
    fn compare<'a>(
        &self,
        name: &str,
        data_type: &SnowType,
        array: &ArrayRef,
        cells: impl Iterator<Item = Option<&'a str>>,
    ) -> Result<()> {
        let shown = matches!(data_type, SnowType::Float) || data_type.is_semi_structured();
        if !shown || self.otherwise.get().is_some() {
            return Ok(());
        }
        // Formats have no part in how these types are shown.
        let types = TypeContext::default();
        let formatter = CellFormatter::new(array, data_type, &types, Style::Display)?;
        let mut text = String::new();
        for (row, cell) in cells.enumerate() {
            text.clear();
            let Some(cell) = cell.filter(|cell| formatter.write(row, &mut text).is_ok() && *cell != text)
            else {
                continue;
            };
            let _ = self.otherwise.set(Otherwise {
                column: name.to_owned(),
                there: cut(cell),
                here: cut(&text),
            });
            return Ok(());
        }
        Ok(())
    }

    /// The result's schema.
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Some rows.
    ///
    /// # Errors
    /// Cells that are not what their columns say.
    pub fn batch(&self, rows: &[Row]) -> Result<RecordBatch> {
        if let Some(row) = rows.iter().find(|row| row.len() != self.types.len()) {
            let (has, wanted) = (row.len(), self.types.len());
            return Err(garbled(format_args!(
                "a row of {has} cells in a result of {wanted} columns"
            )));
        }
        let arrays = self.types.iter().zip(self.schema.fields()).enumerate();
        let arrays = arrays
            .map(|(index, (data_type, field))| {
                let cells = rows.iter().map(|row| row.get(index).and_then(Option::as_deref));
                let array = column(data_type, cells.clone())
                    .map_err(|cell| garbled(format_args!("column {}: {}", field.name(), cell.0)))?;
                self.compare(field.name(), data_type, &array, cells)?;
                Ok(array)
            })
            .collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)
            .map_err(|error| garbled(format_args!("{error}")))
    }
}

fn garbled(what: std::fmt::Arguments<'_>) -> Error {
    Error::outside(format!("the account's result cannot be read: {what}"))
}

fn data_type(column: &ColumnData) -> Result<SnowType> {
    let unsupported = |name: &str| {
        let column = &column.name;
        Err(Error::unsupported(format_args!(
            "results of type {name}: column {column}"
        )))
    };
    if let Some(name) = &column.ext_type_name {
        return unsupported(&name.to_uppercase());
    }
    if column.fields.as_ref().is_some_and(|fields| !fields.is_empty()) {
        return unsupported(&format!("structured {}", column.data_type.to_uppercase()));
    }
    let wire = WireType {
        name: &column.data_type,
        precision: column.precision,
        scale: column.scale,
        length: column
            .length
            .map(|length| u32::try_from(length).unwrap_or(u32::MAX)),
        byte_length: None,
    };
    match wire.snow_type() {
        Some(data_type) => Ok(data_type),
        None => unsupported(&column.data_type.to_uppercase()),
    }
}

fn field(column: &ColumnData, data_type: &SnowType) -> Field {
    let mut field = data_type.field(&column.name, column.nullable);
    let origin =
        [&column.database, &column.schema, &column.table].map(|part| part.as_deref().unwrap_or_default());
    if origin.iter().all(|part| !part.is_empty()) {
        field
            .metadata_mut()
            .insert(ORIGIN_KEY.to_owned(), origin.join("\0"));
    }
    field
}

/// What is wrong with a cell.
struct Wrong(String);

impl Wrong {
    fn new(what: &str, text: &str) -> Self {
        Self(format!("'{}' is no {what}", cut(text)))
    }
}

/// The beginning of a text.
fn cut(text: &str) -> String {
    text.chars().take(100).collect()
}

type Cell<T> = std::result::Result<T, Wrong>;

/// One column.
fn column<'a>(data_type: &SnowType, cells: impl ExactSizeIterator<Item = Option<&'a str>>) -> Cell<ArrayRef> {
    Ok(match *data_type {
        SnowType::Number { precision, scale } => {
            let number = |text| decimal(text, scale, "number");
            let numbers: Decimal128Array = each(cells, number)?;
            let numbers = numbers.with_precision_and_scale(precision, scale as i8);
            Arc::new(numbers.map_err(|error| Wrong(error.to_string()))?)
        }
        SnowType::Float => Arc::new(each::<Float64Array, _>(cells, |text| {
            text.parse().map_err(|_| Wrong::new("number", text))
        })?),
        SnowType::Varchar { .. } => Arc::new(StringArray::from_iter(cells)),
        SnowType::Boolean => Arc::new(each::<BooleanArray, _>(cells, boolean)?),
        SnowType::Date => Arc::new(each::<Date32Array, _>(cells, |text| {
            text.parse().map_err(|_| Wrong::new("day", text))
        })?),
        SnowType::Time { .. } => Arc::new(each::<Time64NanosecondArray, _>(cells, |text| {
            let nanos = nanos(text, "time")?;
            i64::try_from(nanos).map_err(|_| Wrong::new("time", text))
        })?),
        SnowType::TimestampNtz { .. } => stamps(cells, |text| nanos(text, "timestamp").map(encode))?,
        SnowType::TimestampLtz { .. } => stamps(cells, |text| nanos(text, "timestamp").map(encode_ltz))?,
        SnowType::TimestampTz { .. } => stamps(cells, |text| {
            let wrong = || Wrong::new("timestamp with an offset", text);
            let (moment, offset) = text.split_once(' ').ok_or_else(wrong)?;
            let offset: i16 = offset.trim().parse().map_err(|_| wrong())?;
            let range = 0..=2 * OFFSET_BIAS;
            let offset = range
                .contains(&offset)
                .then(|| offset - OFFSET_BIAS)
                .ok_or_else(wrong)?;
            Ok(encode_tz(nanos(moment, "timestamp")?, offset))
        })?,
        SnowType::Binary { .. } => {
            let mut builder = BinaryBuilder::with_capacity(cells.len(), 0);
            let mut bytes = Vec::new();
            for cell in cells {
                bytes.clear();
                if let Some(text) = cell {
                    read_binary(text, BinaryFormat::Hex, &mut bytes)
                        .map_err(|_| Wrong::new("bytes", text))?;
                }
                builder.append_option(cell.map(|_| &bytes));
            }
            Arc::new(builder.finish())
        }
        SnowType::Variant
        | SnowType::Object
        | SnowType::Array
        | SnowType::Structured(_)
        | SnowType::Vector { .. } => {
            let mut builder = VariantBuilder::new();
            for cell in cells {
                match cell {
                    None => builder.append_null(),
                    Some(text) => builder
                        .append_json(text.as_bytes())
                        .map_err(|error| Wrong(error.message().to_owned()))?,
                }
            }
            Arc::new(builder.finish())
        }
    })
}

/// An array of what each cell holds.
fn each<'a, A, N>(cells: impl Iterator<Item = Option<&'a str>>, read: impl Fn(&'a str) -> Cell<N>) -> Cell<A>
where
    A: FromIterator<Option<N>>,
{
    cells.map(|cell| cell.map(&read).transpose()).collect()
}

/// An array of timestamps.
fn stamps<'a, const N: usize>(
    cells: impl ExactSizeIterator<Item = Option<&'a str>>,
    read: impl Fn(&'a str) -> Cell<[u8; N]>,
) -> Cell<ArrayRef> {
    let mut builder = FixedSizeBinaryBuilder::with_capacity(cells.len(), N as i32);
    for cell in cells {
        match cell {
            None => builder.append_null(),
            Some(text) => builder
                .append_value(read(text)?)
                .map_err(|error| Wrong(error.to_string()))?,
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn boolean(text: &str) -> Cell<bool> {
    match text {
        "1" => Ok(true),
        "0" => Ok(false),
        // As some answers have it.
        _ if text.eq_ignore_ascii_case("true") => Ok(true),
        _ if text.eq_ignore_ascii_case("false") => Ok(false),
        _ => Err(Wrong::new("truth value", text)),
    }
}

/// An unscaled value.
fn decimal(text: &str, scale: u8, what: &str) -> Cell<i128> {
    // What is no number at all counts as zero elsewhere.
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Wrong::new(what, text));
    }
    parse_decimal(text, 38, scale).map_err(|_| Wrong::new(what, text))
}

/// Seconds as nanoseconds.
fn nanos(text: &str, what: &str) -> Cell<i128> {
    decimal(text, NANO_DIGITS, what)
}

#[cfg(test)]
mod tests;
