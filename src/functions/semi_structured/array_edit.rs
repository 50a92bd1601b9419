//! Arrays from arrays: ARRAY_COMPACT, ARRAY_DISTINCT, ARRAY_SLICE, ARRAY_SORT, ARRAY_REMOVE, ARRAY_EXCEPT and their
//! like.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use datafusion::arrow::array::ArrayRef;

use super::rows::{Values, array_of_arrays, array_of_two, change_elements, element_of, position, same};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::variant::{self, Value, encoding, equality_key};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["ARRAY_COMPACT"],
        exactly(1),
        array_of_arrays,
        compact,
        "array_compact",
    ),
    Scalar::new(
        &["ARRAY_DISTINCT"],
        exactly(1),
        array_of_arrays,
        distinct,
        "array_distinct",
    ),
    Scalar::new(
        &["ARRAY_EXCEPT"],
        exactly(2),
        |arguments| {
            array_of_two(arguments)?;
            array_of_arrays(arguments)
        },
        |call| common(call, false),
        "array_except",
    ),
    Scalar::new(
        &["ARRAY_FLATTEN"],
        exactly(1),
        array_of_elements,
        flatten,
        "array_flatten",
    ),
    Scalar::new(
        &["ARRAY_INTERSECTION"],
        exactly(2),
        array_of_two,
        |call| common(call, true),
        "array_intersection",
    ),
    Scalar::new(
        &["ARRAY_REMOVE"],
        exactly(2),
        array_of_arrays,
        remove,
        "array_remove",
    ),
    Scalar::new(
        &["ARRAY_REMOVE_AT"],
        exactly(2),
        array_of_arrays,
        remove_at,
        "array_remove_at",
    ),
    Scalar::new(
        &["ARRAY_REVERSE"],
        exactly(1),
        array_of_arrays,
        reverse,
        "array_reverse",
    ),
    Scalar::new(
        &["ARRAY_SLICE"],
        exactly(3),
        array_of_arrays,
        slice,
        "array_slice",
    ),
    Scalar::new(
        &["ARRAY_SORT"],
        between(1, 3),
        array_of_arrays,
        sort,
        "array_sort",
    ),
];

/// The type of the arrays in an array.
fn array_of_elements(arguments: &Arguments) -> Result<Returns> {
    match element_of(arguments, 0)? {
        Some(element) if element.data_type.element().is_some() => Returns::nullable(element.data_type),
        Some(_) => Err(arguments.wrong_types()),
        None => array_of_arrays(arguments),
    }
}

/// Without holes and JSON nulls.
fn compact(call: &Call) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    change_elements(call, &arrays, |_, elements| {
        elements.retain(|element| !encoding::is_undefined(element) && !encoding::is_json_null(element));
        Ok(true)
    })
}

/// Without elements that equal an earlier one.
fn distinct(call: &Call) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    change_elements(call, &arrays, |_, elements| {
        keep_distinct(elements);
        Ok(true)
    })
}

/// Removes elements that equal an earlier one.
pub(super) fn keep_distinct(elements: &mut Vec<&[u8]>) {
    let mut seen = HashSet::new();
    elements.retain(|element| seen.insert(equality_key(element)));
}

/// The first array's elements that have a partner in the second one, or with `shared` false those that have none; of
/// several equal ones each needs a partner of its own.
fn common(call: &Call, shared: bool) -> Result<ArrayRef> {
    let (arrays, others) = (Values::returned(call, 0)?, Values::of(call, 1)?);
    let mut other = Vec::new();
    change_elements(call, &arrays, |row, elements| {
        if !others.elements(row, &mut other) {
            return Ok(false);
        }
        let mut partners: HashMap<Cow<'_, [u8]>, usize> = HashMap::new();
        for element in &other {
            *partners.entry(equality_key(element)).or_default() += 1;
        }
        elements.retain(|element| match partners.get_mut(&equality_key(element)) {
            Some(left) if *left > 0 => {
                *left -= 1;
                shared
            }
            _ => !shared,
        });
        Ok(true)
    })
}

/// One level of arrays less; NULL when an element is missing or null.
fn flatten(call: &Call) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    change_elements(call, &arrays, |_, elements| {
        let mut inner = Vec::with_capacity(elements.len());
        for element in elements.iter() {
            match variant::view(element) {
                Value::Array(array) => inner.extend(array.iter()),
                Value::Null | Value::Undefined => return Ok(false),
                _ => {
                    let message = "Not an array: 'Input argument to ARRAY_FLATTEN is not an array of arrays'";
                    return Err(Error::new(100_107, "22000", message));
                }
            }
        }
        *elements = inner;
        Ok(true)
    })
}

fn remove(call: &Call) -> Result<ArrayRef> {
    let (arrays, values) = (Values::of(call, 0)?, Values::of(call, 1)?);
    change_elements(call, &arrays, |row, elements| {
        let Some(value) = values.get(row) else {
            return Ok(false);
        };
        elements.retain(|element| !same(element, value));
        Ok(true)
    })
}

fn remove_at(call: &Call) -> Result<ArrayRef> {
    let (arrays, positions) = (Values::of(call, 0)?, call.integers(1)?);
    change_elements(call, &arrays, |row, elements| {
        let Some(at) = positions.get(row) else {
            return Ok(false);
        };
        if let Some(at) = position(at, elements.len()).filter(|at| *at < elements.len()) {
            elements.remove(at);
        }
        Ok(true)
    })
}

fn reverse(call: &Call) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    change_elements(call, &arrays, |_, elements| {
        elements.reverse();
        Ok(true)
    })
}

/// From a position to before another, negative ones counted from the back.
fn slice(call: &Call) -> Result<ArrayRef> {
    let (arrays, starts, stops) = (Values::of(call, 0)?, call.integers(1)?, call.integers(2)?);
    change_elements(call, &arrays, |row, elements| {
        let (Some(start), Some(stop)) = (starts.get(row), stops.get(row)) else {
            return Ok(false);
        };
        let len = elements.len();
        let place = |at| position(at, len).unwrap_or(0).min(len);
        elements.truncate(place(stop));
        elements.drain(..place(start).min(elements.len()));
        Ok(true)
    })
}

/// In the order of values. Holes go to the end, or where the third argument says; JSON null is the largest value.
fn sort(call: &Call) -> Result<ArrayRef> {
    let arrays = Values::of(call, 0)?;
    let flag = |index: usize| (call.len() > index).then(|| call.booleans(index)).transpose();
    let (ascending, nulls_first) = (flag(1)?, flag(2)?);
    change_elements(call, &arrays, |row, elements| {
        let ascending = match &ascending {
            Some(flags) => flags.get(row),
            None => Some(true),
        };
        let Some(ascending) = ascending else {
            return Ok(false);
        };
        let nulls_first = match &nulls_first {
            Some(flags) => flags.get(row),
            None => Some(!ascending),
        };
        let Some(nulls_first) = nulls_first else {
            return Ok(false);
        };
        elements.sort_by(|left, right| {
            let holes = (encoding::is_undefined(left), encoding::is_undefined(right));
            match holes {
                (false, false) if ascending => variant::compare(left, right),
                (false, false) => variant::compare(right, left),
                (left, right) if nulls_first => right.cmp(&left),
                (left, right) => left.cmp(&right),
            }
        });
        Ok(true)
    })
}
