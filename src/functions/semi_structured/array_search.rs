//! Looking into arrays: ARRAY_SIZE, ARRAY_CONTAINS, ARRAY_POSITION, ARRAYS_OVERLAP, ARRAY_MIN, ARRAY_MAX,
//! ARRAY_TO_STRING.

use std::cmp::Ordering;
use std::collections::HashSet;

use datafusion::arrow::array::ArrayRef;

use super::rows::{
    Values, array_of_two, as_returned, build as build_values, check_array, element, element_of, same,
};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::semi::SemiWriter;
use crate::types::coerce::comparison_type;
use crate::types::structured::Element;
use crate::variant::{self, Value, encoding, equality_key};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["ARRAY_SIZE"],
        exactly(1),
        |a| of_array(a, 0, SnowType::INTEGER),
        size,
        "array_size",
    ),
    Scalar::new(
        &["ARRAY_CONTAINS"],
        exactly(2),
        |a| search(a, SnowType::Boolean),
        contains,
        "array_contains",
    ),
    Scalar::new(
        &["ARRAY_POSITION"],
        exactly(2),
        |a| search(a, SnowType::INTEGER),
        find,
        "array_position",
    ),
    Scalar::new(
        &["ARRAYS_OVERLAP"],
        exactly(2),
        |arguments| {
            array_of_two(arguments)?;
            Returns::nullable(SnowType::Boolean)
        },
        overlap,
        "arrays_overlap",
    ),
    Scalar::new(
        &["ARRAY_MIN"],
        exactly(1),
        element_of_array,
        |call| extreme(call, Ordering::Less),
        "array_min",
    ),
    Scalar::new(
        &["ARRAY_MAX"],
        exactly(1),
        element_of_array,
        |call| extreme(call, Ordering::Greater),
        "array_max",
    ),
    Scalar::new(
        &["ARRAY_TO_STRING"],
        exactly(2),
        |a| of_array(a, 0, SnowType::VARCHAR),
        to_string,
        "array_to_string",
    ),
];

fn of_array(arguments: &Arguments, index: usize, data_type: SnowType) -> Result<Returns> {
    check_array(arguments, index)?;
    Returns::nullable(data_type)
}

/// An element of the first argument.
fn element_of_array(arguments: &Arguments) -> Result<Returns> {
    let element = element_of(arguments, 0)?.map_or(SnowType::Variant, |element| element.data_type);
    of_array(arguments, 0, element)
}

/// A search for the first argument in the array that is the second. What is no number or boolean has to be cast to
/// VARIANT before.
fn search(arguments: &Arguments, data_type: SnowType) -> Result<Returns> {
    if let Some(element) = element_of(arguments, 1)? {
        let fits = arguments.is_null(0) || {
            let value = arguments.data_type(0)?;
            comparison_type(&value, &element.data_type).is_some()
                && value.is_semi_structured() == element.data_type.is_semi_structured()
        };
        if !fits {
            return Err(arguments.wrong_types());
        }
    } else if !arguments.is_null(0) {
        match arguments.data_type(0)? {
            SnowType::Number { .. } | SnowType::Float | SnowType::Boolean => {}
            other if other.is_semi_structured() => {}
            _ => return Err(arguments.wrong_types()),
        }
    }
    of_array(arguments, 1, data_type)
}

/// NULL for what is no array.
fn size(call: &Call) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    build::numbers(call, |row| match arrays.get(row).map(variant::view) {
        Some(Value::Array(array)) => Ok(Some(array.len() as i128)),
        _ => Ok(None),
    })
}

/// What is looked for, in the form of the elements. Numbers keep theirs, which equal those of other forms.
fn wanted(call: &Call) -> Result<Values> {
    let arguments = call.arguments();
    let number = |data_type: SnowType| matches!(data_type, SnowType::Number { .. } | SnowType::Float);
    let Some(element) = element_of(&arguments, 1)? else {
        return Values::of(call, 0);
    };
    if call.is_null(0) || number(call.data_type(0)?) && number(element.data_type) {
        return Values::of(call, 0);
    }
    let nullable = true;
    Values::as_element(call, 0, &Element { nullable, ..element })
}

/// The place of the first equal element; the outer `None` for a NULL array. SQL NULL equals a hole.
fn place(values: &Values, arrays: &Values, row: usize) -> Option<Option<usize>> {
    let wanted = element(values.get(row));
    match variant::view(arrays.get(row)?) {
        Value::Array(array) => Some(array.iter().position(|element| same(element, wanted))),
        Value::Null | Value::Undefined => None,
        _ => Some(arrays.get(row).filter(|only| same(only, wanted)).map(|_| 0)),
    }
}

/// A NULL that is not found is neither contained nor not.
fn contains(call: &Call) -> Result<ArrayRef> {
    let (values, arrays) = (wanted(call)?, Values::of(call, 1)?);
    build::booleans(call.rows(), |row| {
        Ok(match place(&values, &arrays, row) {
            Some(Some(_)) => Some(true),
            Some(None) => values.get(row).map(|_| false),
            None => None,
        })
    })
}

fn find(call: &Call) -> Result<ArrayRef> {
    let (values, arrays) = (wanted(call)?, Values::of(call, 1)?);
    build::numbers(call, |row| {
        Ok(place(&values, &arrays, row).flatten().map(|place| place as i128))
    })
}

/// Whether the arrays share an element; holes are equal to each other.
fn overlap(call: &Call) -> Result<ArrayRef> {
    let (arrays, others) = (Values::of(call, 0)?, Values::of(call, 1)?);
    let (mut elements, mut other) = (Vec::new(), Vec::new());
    build::booleans(call.rows(), |row| {
        if !arrays.elements(row, &mut elements) || !others.elements(row, &mut other) {
            return Ok(None);
        }
        let seen: HashSet<_> = other.iter().map(|element| equality_key(element)).collect();
        Ok(Some(
            elements
                .iter()
                .any(|element| seen.contains(&equality_key(element))),
        ))
    })
}

/// The smallest or largest element; holes do not count, and of nothing it is NULL.
fn extreme(call: &Call, wanted: Ordering) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    let mut elements = Vec::new();
    let found = build_values(call, |row, builder| {
        let mut best: Option<&[u8]> = None;
        if arrays.elements(row, &mut elements) {
            for element in elements.iter().filter(|element| !encoding::is_undefined(element)) {
                if best.is_none_or(|best| variant::compare(element, best) == wanted) {
                    best = Some(element);
                }
            }
        }
        builder.append_option(best);
        Ok(())
    })?;
    as_returned(call, found)
}

/// The elements as TO_VARCHAR gives them, with the second argument between them. Missing elements are nothing; a JSON
/// null is no text.
fn to_string(call: &Call) -> Result<ArrayRef> {
    let (arrays, separators) = (Values::of(call, 0)?, call.texts(1)?);
    let writer = SemiWriter::new(call.context());
    let mut elements = Vec::new();
    build::written_texts(call.rows(), |row, out| {
        let Some(separator) = separators.get(row) else {
            return Ok(None);
        };
        if !arrays.elements(row, &mut elements) {
            return Ok(None);
        }
        for (place, element) in elements.iter().enumerate() {
            if place > 0 {
                out.push_str(separator);
            }
            if encoding::is_json_null(element) {
                return Err(Error::array_to_text());
            }
            writer.write_plain(element, out);
            build::check_text(out.len())?;
        }
        Ok(Some(()))
    })
}
