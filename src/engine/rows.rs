//! Small tables made by hand: results of SHOW and DESCRIBE, INFORMATION_SCHEMA, status rows.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::ScalarValue;
use jiff::Timestamp;

use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::temporal;
use crate::variant::VariantBuilder;

/// A value of a small table. `From` is there for what handlers have at hand; options become NULL.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// Text; in a column of a semi-structured type, JSON.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A truth value.
    Boolean(bool),
    /// A moment, as TIMESTAMP_LTZ.
    Moment(Timestamp),
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.to_string())
    }
}

impl From<String> for Cell {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Number(value)
    }
}

impl From<u64> for Cell {
    fn from(value: u64) -> Self {
        Self::Number(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<Timestamp> for Cell {
    fn from(value: Timestamp) -> Self {
        Self::Moment(value)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// The columns of a small table: name and type.
pub type Columns = &'static [(&'static str, SnowType)];

/// A small table.
#[derive(Debug, Clone)]
pub struct Rows {
    schema: SchemaRef,
    types: Vec<SnowType>,
    rows: Vec<Vec<Cell>>,
}

impl Rows {
    /// An empty table with fixed columns.
    pub fn new(columns: Columns) -> Self {
        Self::with_columns(
            columns
                .iter()
                .map(|(name, data_type)| ((*name).to_string(), *data_type))
                .collect(),
        )
    }

    /// An empty table.
    pub fn with_columns(columns: Vec<(String, SnowType)>) -> Self {
        let fields: Vec<_> = columns
            .iter()
            .map(|(name, data_type)| data_type.field(name, true))
            .collect();
        let types = columns.into_iter().map(|(_, data_type)| data_type).collect();
        Self {
            schema: Arc::new(Schema::new(fields)),
            types,
            rows: Vec::new(),
        }
    }

    /// Adds a row; it has a cell for every column.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// The rows so far.
    pub fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Keeps the rows that satisfy a condition.
    pub fn retain(&mut self, keep: impl FnMut(&Vec<Cell>) -> bool) {
        self.rows.retain(keep);
    }

    /// The table's Arrow schema.
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// The table as one batch.
    ///
    /// # Errors
    /// When a row has too few cells, or a cell of the wrong kind: a mistake of the handler.
    pub fn batch(&self) -> Result<RecordBatch> {
        let mut arrays = Vec::with_capacity(self.types.len());
        for (at, data_type) in self.types.iter().enumerate() {
            let mut values = Vec::with_capacity(self.rows.len());
            for row in &self.rows {
                let cell = row.get(at).ok_or_else(|| Error::internal("a row is too short"))?;
                values.push(scalar(cell, data_type)?);
            }
            arrays.push(match values.is_empty() {
                true => datafusion::arrow::array::new_empty_array(&data_type.arrow()),
                false => ScalarValue::iter_to_array(values)?,
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows.len()));
        Ok(RecordBatch::try_new_with_options(
            self.schema(),
            arrays,
            &options,
        )?)
    }
}

fn scalar(cell: &Cell, data_type: &SnowType) -> Result<ScalarValue> {
    Ok(match (cell, data_type) {
        (Cell::Null, _) => ScalarValue::try_from(&data_type.arrow())?,
        (Cell::Text(text), SnowType::Varchar { .. }) => ScalarValue::Utf8(Some(text.clone())),
        (Cell::Text(json), SnowType::Object | SnowType::Array | SnowType::Variant) => {
            let mut value = VariantBuilder::new();
            value.append_json(json.as_bytes())?;
            ScalarValue::try_from_array(&value.finish(), 0)?
        }
        (Cell::Number(number), SnowType::Number { precision, .. }) => {
            ScalarValue::Decimal128(Some(i128::from(*number)), *precision, 0)
        }
        (Cell::Boolean(value), SnowType::Boolean) => ScalarValue::Boolean(Some(*value)),
        (Cell::Moment(moment), SnowType::TimestampLtz { .. }) => {
            let bytes = temporal::encode_ltz(moment.as_nanosecond());
            ScalarValue::FixedSizeBinary(temporal::LTZ_WIDTH, Some(bytes.to_vec()))
        }
        (cell, data_type) => return Err(Error::internal(format!("{cell:?} in a column of {data_type}"))),
    })
}
