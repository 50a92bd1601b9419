//! Arguments as rows of values, and what the kernels of this family share.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray};
use datafusion::arrow::datatypes::DataType;

use crate::error::{Error, Result};
use crate::functions::arguments::Arguments;
use crate::functions::call::{Call, cast_array};
use crate::functions::scalar::Returns;
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::coerce::{can_coerce, comparison_type};
use crate::types::structured::Element;
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

    /// An argument as elements of a type, encoded.
    ///
    /// # Errors
    /// 100072 for NULL among elements that are not NULL.
    pub(super) fn as_element(call: &Call, index: usize, element: &Element) -> Result<Self> {
        let (array, constant) = call.cast(index, &element.data_type)?;
        if !element.nullable && array.null_count() > 0 {
            let message = format!("NULL result in a non-nullable element of {}", element.data_type);
            return Err(Error::new(100_072, "22000", message));
        }
        let array = if element.data_type.is_encoded() {
            array
        } else {
            cast_array(
                &array,
                &element.data_type,
                &SnowType::Variant,
                CastMode::Strict,
                call.context(),
            )?
        };
        let array = array.as_binary_opt::<i64>().cloned();
        let array = array.ok_or_else(|| Error::internal(format!("{}: no element", call.name())))?;
        Ok(Self { array, constant })
    }

    /// An argument that becomes an element of the array that the call gives.
    pub(super) fn item(call: &Call, index: usize) -> Result<Self> {
        match call.returns().element() {
            Some(element) => Self::as_element(call, index, &element),
            None => Self::of(call, index),
        }
    }

    /// An argument that is brought to the call's type, where that is structured.
    pub(super) fn returned(call: &Call, index: usize) -> Result<Self> {
        if !call.returns().is_structured() || call.is_null(index) {
            return Self::of(call, index);
        }
        let (array, constant) = call.cast(index, call.returns())?;
        let array = array.as_binary_opt::<i64>().cloned();
        let array = array.ok_or_else(|| Error::internal(format!("{}: no array", call.name())))?;
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

/// Refuses an argument that is held in another way than VARIANT is.
pub(super) fn check_encoded(arguments: &Arguments, index: usize) -> Result<()> {
    if arguments.is_null(index) || arguments.data_type(index)?.is_encoded() {
        return Ok(());
    }
    Err(arguments.wrong_types())
}

/// Refuses an argument that is no array: neither semi-structured, nor a structured ARRAY, nor the literal NULL.
pub(super) fn check_array(arguments: &Arguments, index: usize) -> Result<()> {
    match element_of(arguments, index)? {
        Some(_) => Ok(()),
        None => check_semi(arguments, index),
    }
}

/// Refuses arguments that are structured, which go into no semi-structured value.
pub(super) fn refuse_structured(
    arguments: &Arguments,
    indexes: impl IntoIterator<Item = usize>,
) -> Result<()> {
    for data_type in arguments.data_types(indexes)? {
        if data_type.is_structured() || data_type.is_vector() {
            return Err(arguments.wrong_types());
        }
    }
    Ok(())
}

/// What the elements of an argument that is a structured ARRAY are.
pub(super) fn element_of(arguments: &Arguments, index: usize) -> Result<Option<Element>> {
    if arguments.is_null(index) {
        return Ok(None);
    }
    Ok(arguments.data_type(index)?.element())
}

/// An ARRAY that can be NULL, of arrays in the first argument: structured if they are.
pub(super) fn array_of_arrays(arguments: &Arguments) -> Result<Returns> {
    check_array(arguments, 0)?;
    Returns::nullable(match element_of(arguments, 0)? {
        Some(_) => arguments.data_type(0)?,
        None => SnowType::Array,
    })
}

/// Like [`array_of_arrays`], with an element from the last argument, which must be coercible to the others.
pub(super) fn array_with_item(arguments: &Arguments) -> Result<Returns> {
    let item = arguments.len().saturating_sub(1);
    match element_of(arguments, 0)? {
        Some(element) if !arguments.is_null(item) => {
            if !can_coerce(&arguments.data_type(item)?, &element.data_type) {
                return Err(arguments.wrong_types());
            }
        }
        Some(_) => {}
        None => refuse_structured(arguments, [item])?,
    }
    array_of_arrays(arguments)
}

/// An ARRAY that can be NULL, of arrays in the first two arguments, both structured or neither: of the type that holds
/// the elements of both.
pub(super) fn array_of_two(arguments: &Arguments) -> Result<Returns> {
    check_array(arguments, 1)?;
    let first = array_of_arrays(arguments)?;
    if arguments.is_null(0) || arguments.is_null(1) {
        return Ok(first);
    }
    match (arguments.data_type(0)?, arguments.data_type(1)?) {
        (one, other) if one.is_structured() || other.is_structured() => match comparison_type(&one, &other) {
            Some(both) => Returns::nullable(both),
            None => Err(arguments.wrong_types()),
        },
        _ => Ok(first),
    }
}

/// Values that a kernel found in structured ones, as the call's type.
pub(super) fn as_returned(call: &Call, values: ArrayRef) -> Result<ArrayRef> {
    let to = call.returns();
    if to.is_semi_structured() {
        return Ok(values);
    }
    if to.is_encoded() {
        let nothing = |bytes: &[u8]| encoding::is_json_null(bytes) || encoding::is_undefined(bytes);
        let kept = values
            .as_binary::<i64>()
            .iter()
            .map(|value| value.filter(|bytes| !nothing(bytes)));
        return Ok(Arc::new(kept.collect::<LargeBinaryArray>()));
    }
    cast_array(&values, &SnowType::Variant, to, CastMode::Strict, call.context())
}
