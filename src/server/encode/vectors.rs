//! VECTOR in Arrow: a list of fixed size, of 32-bit numbers.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, FixedSizeListArray, Float32Array, Int32Array};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};

use crate::error::{Error, Result};
use crate::variant::{self, Value};

/// The elements of a vector.
fn item(integer: bool) -> FieldRef {
    let (data_type, name, precision) = match integer {
        true => (DataType::Int32, "FIXED", "38"),
        false => (DataType::Float32, "REAL", "38"),
    };
    let metadata = [
        ("logicalType", name),
        ("precision", precision),
        ("scale", "0"),
        ("charLength", "0"),
        ("byteLength", "4"),
        ("finalType", "T"),
    ];
    let metadata: HashMap<String, String> = metadata
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    Arc::new(Field::new("item", data_type, true).with_metadata(metadata))
}

/// The Arrow type of vectors.
pub(super) fn data_type(integer: bool, dimension: u16) -> DataType {
    DataType::FixedSizeList(item(integer), i32::from(dimension))
}

/// Vectors as such lists.
///
/// # Errors
/// 000603 for a value that is no vector of the type.
pub(super) fn lists(array: &ArrayRef, integer: bool, dimension: u16) -> Result<ArrayRef> {
    let values = array.as_binary::<i64>();
    let width = usize::from(dimension);
    let (mut whole, mut real): (Vec<i32>, Vec<f32>) = (Vec::new(), Vec::new());
    for bytes in values {
        let elements = match bytes.map(variant::view) {
            Some(Value::Array(elements)) if elements.len() == width => Some(elements),
            None => None,
            Some(_) => return Err(Error::internal("a vector of another dimension")),
        };
        for at in 0..width {
            let element = elements.and_then(|elements| elements.get(at)).map(variant::view);
            match integer {
                true => whole.push(match element {
                    Some(Value::Integer(number)) => number as i32,
                    _ => 0,
                }),
                false => real.push(element.and_then(|element| element.as_f64()).unwrap_or(0.0) as f32),
            }
        }
    }
    let elements: ArrayRef = match integer {
        true => Arc::new(Int32Array::from(whole)),
        false => Arc::new(Float32Array::from(real)),
    };
    let lists = FixedSizeListArray::try_new(
        item(integer),
        i32::from(dimension),
        elements,
        values.nulls().cloned(),
    );
    Ok(Arc::new(lists.map_err(|error| {
        Error::internal(format!("encoding a vector: {error}"))
    })?))
}
