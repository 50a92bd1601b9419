//! The arrays of a column taken apart into their elements, and put together again.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray, LargeBinaryBuilder, UInt32Array};
use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::functions::call::cast_array;
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::context::TypeContext;
use crate::variant::{self, Value, VariantBuilder, encoding};

/// The elements of all arrays of a column, one behind the other.
pub(super) struct Elements {
    /// `undefined` is NULL.
    values: LargeBinaryArray,
    /// The row of each element.
    rows: UInt32Array,
    /// Where the elements of each row end.
    ends: Vec<usize>,
    /// Whether a row has an array at all.
    known: Vec<bool>,
}

impl Elements {
    /// Of arrays, or VARIANT values that hold arrays; any other value counts as an array of its own.
    pub(super) fn of(arrays: &ArrayRef) -> Result<Self> {
        let mut values = LargeBinaryBuilder::new();
        let mut rows: Vec<u32> = Vec::new();
        let mut ends = Vec::with_capacity(arrays.len());
        let mut known = Vec::with_capacity(arrays.len());
        let nothing = arrays.data_type() == &DataType::Null;
        let encoded = arrays.as_binary_opt::<i64>();
        if encoded.is_none() && !nothing {
            return Err(Error::internal("a lambda over what is no array"));
        }
        for row in 0..arrays.len() {
            let number = u32::try_from(row).map_err(|_| Error::internal("too many rows in a batch"))?;
            let bytes = encoded
                .filter(|array| array.is_valid(row))
                .map(|array| array.value(row));
            let mut add = |bytes: &[u8]| {
                match encoding::is_undefined(bytes) {
                    true => values.append_null(),
                    false => values.append_value(bytes),
                }
                rows.push(number);
            };
            known.push(match bytes.map(|bytes| (bytes, variant::view(bytes))) {
                None | Some((_, Value::Null | Value::Undefined)) => false,
                Some((_, Value::Array(array))) => {
                    array.iter().for_each(&mut add);
                    true
                }
                Some((bytes, _)) => {
                    add(bytes);
                    true
                }
            });
            ends.push(rows.len());
        }
        Ok(Self {
            values: values.finish(),
            rows: rows.into(),
            ends,
            known,
        })
    }

    /// How many elements there are.
    pub(super) fn len(&self) -> usize {
        self.values.len()
    }

    /// The elements as values of the type that a structured array says they are.
    pub(super) fn typed(&self, data_type: &SnowType, context: &TypeContext) -> Result<ArrayRef> {
        let values: ArrayRef = Arc::new(self.values.clone());
        match data_type.is_encoded() {
            true => Ok(values),
            false => cast_array(&values, &SnowType::Variant, data_type, CastMode::Strict, context),
        }
    }

    /// The row of each element.
    pub(super) fn rows(&self) -> &UInt32Array {
        &self.rows
    }

    /// Whether a row has an array.
    pub(super) fn is_known(&self, row: usize) -> bool {
        self.known.get(row).copied().unwrap_or(false)
    }

    /// The places of a row's elements.
    pub(super) fn of_row(&self, row: usize) -> std::ops::Range<usize> {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before));
        let end = self.ends.get(row);
        start.copied().unwrap_or(0)..end.copied().unwrap_or(0)
    }

    /// An element as it stands in an array.
    pub(super) fn bytes(&self, at: usize) -> &[u8] {
        match self.values.is_valid(at) {
            true => self.values.value(at),
            false => encoding::UNDEFINED_ELEMENT,
        }
    }

    /// The arrays with what becomes of each element; `None` leaves it out.
    pub(super) fn rebuilt<'a>(&self, mut element: impl FnMut(usize) -> Option<&'a [u8]>) -> Result<ArrayRef> {
        let mut builder = VariantBuilder::new();
        builder.reserve(self.ends.len(), self.values.value_data().len());
        let mut kept: Vec<&[u8]> = Vec::new();
        for (row, known) in self.known.iter().enumerate() {
            if !known {
                builder.append_null();
                continue;
            }
            kept.clear();
            kept.extend(self.of_row(row).filter_map(&mut element));
            builder.append_array(kept.iter().copied())?;
        }
        Ok(Arc::new(builder.finish()))
    }
}
