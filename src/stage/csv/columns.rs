//! Typed columns that grow cell by cell.
//!
//! Each column takes its common spellings directly ([`super::fast`]). Whatever is left is kept as text beside the
//! column and converted in one go at the end, so that every other spelling and every error message is that of the
//! house's casts.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BooleanArray, BooleanBufferBuilder, Date32Array, Decimal128Array, FixedSizeBinaryArray,
    Float64Array, NullBufferBuilder, StringArray, new_null_array,
};
use datafusion::arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};
use datafusion::arrow::compute::interleave;

use super::fast;
use crate::error::{Error, Result};
use crate::stage::convert::Conversion;
use crate::types::SnowType;
use crate::types::temporal::{self, NTZ_WIDTH};

/// The longest text, in characters, and the longest value that is ever kept, in bytes.
const MAX_TEXT: usize = match SnowType::VARCHAR {
    SnowType::Varchar { length } => length as usize,
    _ => 0,
};

/// What a column takes.
#[derive(Debug, Clone)]
pub struct CellType {
    /// The column's type.
    pub data_type: SnowType,
    /// Whether it takes NULL.
    pub nullable: bool,
    /// Whether text that is too long is cut (TRUNCATECOLUMNS) or is an error.
    pub truncate: bool,
}

/// A value that failed: its row in the column, its place in the data, and why.
pub type BadCell = (u32, usize, Error);

enum Values {
    Text {
        offsets: Vec<i32>,
        bytes: Vec<u8>,
        length: usize,
    },
    Number {
        values: Vec<i128>,
        precision: u8,
        scale: u8,
    },
    Float(Vec<f64>),
    Boolean(BooleanBufferBuilder),
    Date(Vec<i32>),
    Timestamp {
        bytes: Vec<u8>,
        scale: u8,
    },
    /// Every value is converted at the end.
    Later,
}

/// A growing column.
pub struct Column {
    cell: CellType,
    values: Values,
    nulls: NullBufferBuilder,
    rows: u32,
    /// Values to convert at the end: their rows, places and texts.
    odd_rows: Vec<u32>,
    odd_places: Vec<usize>,
    odd_offsets: Vec<i32>,
    odd_text: Vec<u8>,
}

impl Column {
    /// An empty column for about `capacity` rows.
    pub fn new(cell: CellType, conversion: &Conversion, capacity: usize) -> Self {
        let context = conversion.context();
        let values = match cell.data_type {
            SnowType::Varchar { length } => {
                let mut offsets = Vec::with_capacity(capacity + 1);
                offsets.push(0);
                Values::Text {
                    offsets,
                    bytes: Vec::with_capacity(capacity * 8),
                    length: length as usize,
                }
            }
            SnowType::Number { precision, scale } => Values::Number {
                values: Vec::with_capacity(capacity),
                precision,
                scale,
            },
            SnowType::Float => Values::Float(Vec::with_capacity(capacity)),
            SnowType::Boolean => Values::Boolean(BooleanBufferBuilder::new(capacity)),
            SnowType::Date if context.date_input.is_auto() => Values::Date(Vec::with_capacity(capacity)),
            SnowType::TimestampNtz { scale } if context.timestamp_input.is_auto() => Values::Timestamp {
                bytes: Vec::with_capacity(capacity * NTZ_WIDTH as usize),
                scale,
            },
            _ => Values::Later,
        };
        Self {
            cell,
            values,
            nulls: NullBufferBuilder::new(capacity),
            rows: 0,
            odd_rows: Vec::new(),
            odd_places: Vec::new(),
            odd_offsets: vec![0],
            odd_text: Vec::new(),
        }
    }

    /// Appends a value, whose text begins at `place` in the data. A value that fails appends NULL.
    ///
    /// # Errors
    /// Why the value cannot be in this column, where that is known at once.
    #[inline]
    pub fn push(&mut self, value: Option<&[u8]>, place: usize) -> Result<()> {
        let Some(value) = value else {
            self.push_null();
            return if self.cell.nullable {
                Ok(())
            } else {
                Err(Error::null_loaded())
            };
        };
        let taken = match &mut self.values {
            Values::Text {
                offsets,
                bytes,
                length,
            } => {
                let value = match fitting(value, *length, self.cell.truncate) {
                    Ok(value) => value,
                    Err(error) => {
                        self.push_null();
                        return Err(error);
                    }
                };
                bytes.extend_from_slice(value);
                offsets.push(bytes.len() as i32);
                true
            }
            Values::Number {
                values,
                precision,
                scale,
            } => fast::number(value, *precision, *scale)
                .map(|number| values.push(number))
                .is_some(),
            Values::Float(values) => fast::float(value).map(|number| values.push(number)).is_some(),
            Values::Boolean(values) => fast::boolean(value)
                .map(|boolean| values.append(boolean))
                .is_some(),
            Values::Date(values) => fast::date(value).map(|days| values.push(days)).is_some(),
            Values::Timestamp { bytes, scale } => fast::timestamp(value, *scale)
                .map(|(seconds, nanos)| bytes.extend_from_slice(&temporal::encode_parts(seconds, nanos)))
                .is_some(),
            Values::Later => false,
        };
        if taken {
            self.nulls.append_non_null();
            self.rows += 1;
            return Ok(());
        }
        if value.len() > MAX_TEXT {
            self.push_null();
            return Err(Error::lob_size(MAX_TEXT, value.len()));
        }
        self.odd_rows.push(self.rows);
        self.odd_places.push(place);
        self.odd_text.extend_from_slice(value);
        self.odd_offsets.push(self.odd_text.len() as i32);
        self.push_null();
        Ok(())
    }

    fn push_null(&mut self) {
        match &mut self.values {
            Values::Text { offsets, bytes, .. } => offsets.push(bytes.len() as i32),
            Values::Number { values, .. } => values.push(0),
            Values::Float(values) => values.push(0.0),
            Values::Boolean(values) => values.append(false),
            Values::Date(values) => values.push(0),
            Values::Timestamp { bytes, .. } => bytes.extend_from_slice(&[0; NTZ_WIDTH as usize]),
            Values::Later => {}
        }
        self.nulls.append_null();
        self.rows += 1;
    }

    /// The column, and the values that failed at the end, of which at most `describe` say why.
    ///
    /// # Errors
    /// When text cannot become the column's type at all.
    pub fn finish(mut self, conversion: &Conversion, describe: usize) -> Result<(ArrayRef, Vec<BadCell>)> {
        let nulls = self.nulls.finish();
        let rows = self.rows as usize;
        let direct: ArrayRef = match self.values {
            Values::Text { offsets, bytes, .. } => {
                let offsets = OffsetBuffer::new(ScalarBuffer::from(offsets));
                Arc::new(StringArray::try_new(offsets, Buffer::from_vec(bytes), nulls)?)
            }
            Values::Number {
                values,
                precision,
                scale,
            } => Arc::new(
                Decimal128Array::try_new(values.into(), nulls)?
                    .with_precision_and_scale(precision, scale as i8)?,
            ),
            Values::Float(values) => Arc::new(Float64Array::try_new(values.into(), nulls)?),
            Values::Boolean(mut values) => Arc::new(BooleanArray::new(values.finish(), nulls)),
            Values::Date(values) => Arc::new(Date32Array::try_new(values.into(), nulls)?),
            Values::Timestamp { bytes, .. } => Arc::new(FixedSizeBinaryArray::try_new(
                NTZ_WIDTH,
                Buffer::from_vec(bytes),
                nulls,
            )?),
            Values::Later => new_null_array(&self.cell.data_type.arrow(), rows),
        };
        if self.odd_rows.is_empty() {
            return Ok((direct, Vec::new()));
        }
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.odd_offsets));
        let texts: ArrayRef = Arc::new(StringArray::try_new(
            offsets,
            Buffer::from_vec(self.odd_text),
            None,
        )?);
        let (odd, failed) = conversion.column(&texts, &SnowType::VARCHAR, &self.cell.data_type)?;
        let bad = failed
            .iter()
            .enumerate()
            .map(|(count, &index)| {
                let row = self.odd_rows.get(index as usize).copied().unwrap_or(0);
                let place = self.odd_places.get(index as usize).copied().unwrap_or(0);
                let error = if count < describe {
                    conversion.reason(&texts, index, &SnowType::VARCHAR, &self.cell.data_type)
                } else {
                    Error::internal("one of too many errors to describe")
                };
                (row, place, error)
            })
            .collect();
        if odd.len() == rows {
            return Ok((odd, bad)); // every row was odd
        }
        let mut places: Vec<(usize, usize)> = (0..rows).map(|row| (0, row)).collect();
        for (index, &row) in self.odd_rows.iter().enumerate() {
            if let Some(place) = places.get_mut(row as usize) {
                *place = (1, index);
            }
        }
        Ok((interleave(&[direct.as_ref(), odd.as_ref()], &places)?, bad))
    }
}

/// The text as a column of `length` characters takes it.
#[inline]
pub fn fitting(value: &[u8], length: usize, truncate: bool) -> Result<&[u8]> {
    // A text has no more characters than bytes, so most need no counting.
    if value.len() <= length {
        return Ok(value);
    }
    let begins = |byte: &u8| byte & 0xc0 != 0x80;
    if value.len() <= length.saturating_mul(4) && value.iter().filter(|byte| begins(byte)).count() <= length {
        return Ok(value);
    }
    if length >= MAX_TEXT {
        return Err(Error::lob_size(MAX_TEXT, value.len()));
    }
    if truncate {
        let cut = value
            .iter()
            .enumerate()
            .filter(|(_, byte)| begins(byte))
            .nth(length)
            .map(|(at, _)| at);
        return Ok(value.get(..cut.unwrap_or(value.len())).unwrap_or(value));
    }
    let shown = value.get(..1000).unwrap_or(value);
    Err(Error::character_length(
        length as u32,
        String::from_utf8_lossy(shown),
    ))
}
