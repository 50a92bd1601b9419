//! Arguments as rows of values, and what the kernels of this family share.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray};
use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::functions::arguments::Arguments;
use crate::functions::call::Call;
use crate::functions::scalar::Returns;
use crate::types::SnowType;
use crate::variant::{self, MAX_SIZE, Value, VariantBuilder, encoding};

/// An argument as values: one for all rows, or one per row.
pub(super) struct Values {
    array: LargeBinaryArray,
    constant: bool,
}

impl Values {
    /// An argument of any type as VARIANT.
    pub(super) fn of(call: &Call, index: usize) -> Result<Self> {
        let (raw, constant) = call.raw(index)?;
        let (array, constant) = if raw.data_type() == &DataType::LargeBinary {
            (raw, constant)
        } else {
            call.cast(index, &SnowType::Variant)?
        };
        let array = array
            .as_binary_opt::<i64>()
            .cloned()
            .ok_or_else(|| Error::internal(format!("{}: argument {index} is no VARIANT", call.name())))?;
        Ok(Self { array, constant })
    }

    /// The value of a row; `None` for SQL NULL.
    #[inline]
    pub(super) fn get(&self, row: usize) -> Option<&[u8]> {
        let row = if self.constant { 0 } else { row };
        (row < self.array.len() && self.array.is_valid(row)).then(|| self.array.value(row))
    }

    /// The elements of a row's array into `elements`; false for SQL NULL and JSON null. A value that is no array
    /// counts as the only element of one, as its cast to ARRAY does.
    pub(super) fn elements<'a>(&'a self, row: usize, elements: &mut Vec<&'a [u8]>) -> bool {
        elements.clear();
        let Some(bytes) = self.get(row) else { return false };
        match variant::view(bytes) {
            Value::Array(array) => elements.extend(array.iter()),
            Value::Null | Value::Undefined => return false,
            _ => elements.push(bytes),
        }
        true
    }
}

/// Builds a column of values row by row.
pub(super) fn build(
    call: &Call,
    mut write: impl FnMut(usize, &mut VariantBuilder) -> Result<()>,
) -> Result<ArrayRef> {
    let mut builder = VariantBuilder::new();
    builder.reserve(call.rows(), call.rows().saturating_mul(16));
    for row in 0..call.rows() {
        write(row, &mut builder)?;
    }
    Ok(Arc::new(builder.finish()))
}

/// Builds a column of arrays from the elements of an argument's arrays, as `change` leaves them; false makes SQL NULL.
pub(super) fn change_elements<'a>(
    call: &Call,
    arrays: &'a Values,
    mut change: impl FnMut(usize, &mut Vec<&'a [u8]>) -> Result<bool>,
) -> Result<ArrayRef> {
    let mut elements = Vec::new();
    build(call, |row, builder| {
        if arrays.elements(row, &mut elements) && change(row, &mut elements)? {
            builder.append_array(elements.iter().copied())
        } else {
            builder.append_null();
            Ok(())
        }
    })
}

/// Encoded values one behind the other, to become the elements of an array.
#[derive(Default)]
pub(super) struct Parts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Parts {
    /// Forgets the values and keeps the room.
    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds a value.
    pub(super) fn add(&mut self, value: &Value<'_>) {
        variant::encode(value, &mut self.bytes);
        self.ends.push(self.bytes.len());
    }

    /// Adds an object of encoded values.
    pub(super) fn add_object(&mut self, entries: &mut Vec<(&str, &[u8])>) -> Result<()> {
        encoding::write_object(entries, &mut self.bytes)?;
        self.ends.push(self.bytes.len());
        self.check_size()
    }

    /// Refuses what no array can hold.
    pub(super) fn check_size(&self) -> Result<()> {
        if self.bytes.len() > MAX_SIZE {
            Err(encoding::too_large())
        } else {
            Ok(())
        }
    }

    /// The values.
    pub(super) fn iter(&self) -> impl Iterator<Item = &[u8]> + Clone {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.bytes.get(start..*end).unwrap_or_default())
    }
}

/// An argument's value as an array element: SQL NULL is `undefined`.
pub(super) fn element(value: Option<&[u8]>) -> &[u8] {
    value.unwrap_or(encoding::UNDEFINED_ELEMENT)
}

/// Whether two values are equal, `1` and `1e0` included.
pub(super) fn same(left: &[u8], right: &[u8]) -> bool {
    left == right || variant::equality_key(left) == variant::equality_key(right)
}

/// A position given from the front, or negative from the back; `None` when it is before the front.
pub(super) fn position(at: i128, len: usize) -> Option<usize> {
    let at = if at < 0 {
        at.saturating_add(len as i128)
    } else {
        at
    };
    usize::try_from(at).ok()
}

/// Refuses an argument that is neither semi-structured nor the literal NULL.
pub(super) fn check_semi(arguments: &Arguments, index: usize) -> Result<()> {
    if arguments.is_null(index) || arguments.data_type(index)?.is_semi_structured() {
        return Ok(());
    }
    Err(arguments.wrong_types())
}

/// An ARRAY that can be NULL, of arrays in the first argument.
pub(super) fn array_of_arrays(arguments: &Arguments) -> Result<Returns> {
    check_semi(arguments, 0)?;
    Returns::nullable(SnowType::Array)
}

/// An ARRAY that can be NULL, of arrays in the first two arguments.
pub(super) fn array_of_two(arguments: &Arguments) -> Result<Returns> {
    check_semi(arguments, 1)?;
    array_of_arrays(arguments)
}
