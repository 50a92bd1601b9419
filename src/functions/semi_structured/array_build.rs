//! Making arrays: ARRAY_CONSTRUCT, ARRAY_CAT, ARRAY_APPEND, ARRAY_GENERATE_RANGE, ARRAYS_ZIP, SPLIT and their like.

use datafusion::arrow::array::ArrayRef;

use super::rows::{
    Parts, Values, array_of_two, array_with_item, build, change_elements, check_semi, element, element_of,
    position, refuse_structured,
};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, at_least, between, exactly};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::structured::{Definition, Element, Field};
use crate::variant::{MAX_SIZE, Value, encoding};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["ARRAY_CONSTRUCT"],
        at_least(0),
        semi_structured,
        |call| construct(call, false),
        "array_construct",
    ),
    Scalar::new(
        &["ARRAY_CONSTRUCT_COMPACT"],
        at_least(0),
        semi_structured,
        |call| construct(call, true),
        "array_construct_compact",
    ),
    Scalar::new(
        &["ARRAY_APPEND"],
        exactly(2),
        array_with_item,
        append,
        "array_append",
    ),
    Scalar::new(
        &["ARRAY_PREPEND"],
        exactly(2),
        array_with_item,
        prepend,
        "array_prepend",
    ),
    Scalar::new(&["ARRAY_CAT"], exactly(2), array_of_two, concatenate, "array_cat"),
    Scalar::new(
        &["ARRAY_INSERT"],
        exactly(3),
        array_with_item,
        insert,
        "array_insert",
    ),
    Scalar::new(
        &["ARRAY_REPEAT"],
        exactly(2),
        |arguments| {
            refuse_structured(arguments, [0])?;
            Returns::nullable(SnowType::Array)
        },
        repeat,
        "array_repeat",
    ),
    Scalar::new(
        &["ARRAY_GENERATE_RANGE"],
        between(2, 3),
        |arguments| Returns::strict(arguments, SnowType::Array),
        range,
        "array_generate_range",
    ),
    Scalar::new(&["ARRAYS_ZIP"], at_least(1), zip_type, zip, "arrays_zip"),
    Scalar::new(
        &["SPLIT"],
        exactly(2),
        |arguments| Returns::strict(arguments, SnowType::Array),
        |call| split(call, false),
        "split",
    ),
    Scalar::new(
        &["STRTOK_TO_ARRAY"],
        between(1, 2),
        |arguments| Returns::strict(arguments, SnowType::Array),
        |call| split(call, true),
        "strtok_to_array",
    ),
];

/// An ARRAY of anything that is not structured.
fn semi_structured(arguments: &Arguments) -> Result<Returns> {
    refuse_structured(arguments, 0..arguments.len())?;
    Returns::never_null(SnowType::Array)
}

/// The arguments as elements; SQL NULL is `undefined`, or left out with `compact`.
fn construct(call: &Call, compact: bool) -> Result<ArrayRef> {
    let arguments: Vec<_> = (0..call.len())
        .map(|index| Values::of(call, index))
        .collect::<Result<_>>()?;
    let mut elements = Vec::with_capacity(arguments.len());
    build(call, |row, builder| {
        elements.clear();
        for values in &arguments {
            match values.get(row) {
                None if compact => {}
                value => elements.push(element(value)),
            }
        }
        builder.append_array(elements.iter().copied())
    })
}

fn append(call: &Call) -> Result<ArrayRef> {
    let (arrays, values) = (Values::of(call, 0)?, Values::item(call, 1)?);
    change_elements(call, &arrays, |row, elements| {
        elements.push(element(values.get(row)));
        Ok(true)
    })
}

fn prepend(call: &Call) -> Result<ArrayRef> {
    let (arrays, values) = (Values::of(call, 0)?, Values::item(call, 1)?);
    change_elements(call, &arrays, |row, elements| {
        elements.insert(0, element(values.get(row)));
        Ok(true)
    })
}

fn concatenate(call: &Call) -> Result<ArrayRef> {
    let (arrays, others) = (Values::returned(call, 0)?, Values::returned(call, 1)?);
    let mut more = Vec::new();
    change_elements(call, &arrays, |row, elements| {
        let known = others.elements(row, &mut more);
        elements.extend_from_slice(&more);
        Ok(known)
    })
}

/// A position beyond either end leaves holes between the new element and the old ones.
fn insert(call: &Call) -> Result<ArrayRef> {
    let (arrays, positions, values) = (Values::of(call, 0)?, call.integers(1)?, Values::item(call, 2)?);
    change_elements(call, &arrays, |row, elements| {
        let Some(at) = positions.get(row) else {
            return Ok(false);
        };
        let value = element(values.get(row));
        let len = elements.len();
        let beyond = at.unsigned_abs().saturating_sub(len as u128);
        let holes = usize::try_from(beyond).ok().filter(|holes| *holes <= MAX_SIZE);
        let holes = holes.ok_or_else(encoding::too_large)?;
        let padding = std::iter::repeat_n(encoding::UNDEFINED_ELEMENT, holes);
        match position(at, len) {
            Some(place) if place <= len => elements.insert(place, value),
            Some(_) => elements.extend(padding.chain([value])),
            None => drop(elements.splice(0..0, [value].into_iter().chain(padding))),
        }
        Ok(true)
    })
}

/// Integers from the first argument to before the second, by steps of the third.
fn range(call: &Call) -> Result<ArrayRef> {
    let (starts, stops) = (call.integers(0)?, call.integers(1)?);
    let steps = (call.len() > 2).then(|| call.integers(2)).transpose()?;
    let mut parts = Parts::default();
    build(call, |row, builder| {
        let step = match &steps {
            Some(steps) => steps.get(row),
            None => Some(1),
        };
        let (Some(mut at), Some(stop), Some(step)) = (starts.get(row), stops.get(row), step) else {
            builder.append_null();
            return Ok(());
        };
        if step == 0 {
            return Err(Error::invalid_argument(call.name(), 0, "step must not be zero"));
        }
        parts.clear();
        while if step > 0 { at < stop } else { at > stop } {
            parts.add(&Value::Integer(at));
            parts.check_size()?;
            at = at.saturating_add(step);
        }
        builder.append_array(parts.iter())
    })
}

/// An ARRAY of objects; of structured arrays a structured one. All are structured, or none is.
fn zip_type(arguments: &Arguments) -> Result<Returns> {
    let mut fields = Vec::with_capacity(arguments.len());
    for index in 0..arguments.len() {
        if let Some(element) = element_of(arguments, index)? {
            fields.push(Field {
                key: format!("${}", index + 1),
                value: Element {
                    nullable: true,
                    ..element
                },
            });
        }
    }
    if fields.is_empty() {
        (0..arguments.len()).try_for_each(|index| check_semi(arguments, index))?;
        return Returns::nullable(SnowType::Array);
    }
    if fields.len() < arguments.len() {
        return Err(arguments.wrong_types());
    }
    let object = SnowType::structured(Definition::Object(fields))?;
    Returns::nullable(SnowType::structured(Definition::array(object, true))?)
}

/// One object for each place, with the keys `$1`, `$2` … for the arrays; JSON null where an array has no element.
fn zip(call: &Call) -> Result<ArrayRef> {
    let arguments: Vec<_> = (0..call.len())
        .map(|index| Values::of(call, index))
        .collect::<Result<_>>()?;
    let names: Vec<String> = (1..=arguments.len()).map(|index| format!("${index}")).collect();
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    let mut parts = Parts::default();
    build(call, |row, builder| {
        let mut columns = Vec::with_capacity(arguments.len());
        for values in &arguments {
            let mut elements = Vec::new();
            if !values.elements(row, &mut elements) {
                builder.append_null();
                return Ok(());
            }
            columns.push(elements);
        }
        let longest = columns.iter().map(Vec::len).max().unwrap_or(0);
        parts.clear();
        for place in 0..longest {
            entries.clear();
            for (name, elements) in names.iter().zip(&columns) {
                entries.push((name, elements.get(place).copied().unwrap_or(encoding::JSON_NULL)));
            }
            parts.add_object(&mut entries)?;
        }
        if longest == 0 {
            // Of nothing but empty arrays, one empty object is made.
            entries.clear();
            parts.add_object(&mut entries)?;
        }
        builder.append_array(parts.iter())
    })
}

/// Text between separators, which are the second argument; with `tokens` each of its characters separates, and empty
/// parts are left out.
fn split(call: &Call, tokens: bool) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let separators = (call.len() > 1).then(|| call.texts(1)).transpose()?;
    let mut parts = Parts::default();
    build(call, |row, builder| {
        let separator = match &separators {
            Some(separators) => separators.get(row),
            None => Some(" "),
        };
        let (Some(text), Some(separator)) = (texts.get(row), separator) else {
            builder.append_null();
            return Ok(());
        };
        parts.clear();
        if tokens {
            text.split(|character| separator.contains(character))
                .filter(|part| !part.is_empty())
                .for_each(|part| parts.add(&Value::String(part)));
        } else if separator.is_empty() {
            parts.add(&Value::String(text));
        } else {
            text.split(separator)
                .for_each(|part| parts.add(&Value::String(part)));
        }
        builder.append_array(parts.iter())
    })
}

/// So many copies of a value; none for a count below 1. NULL is copied as `undefined`.
fn repeat(call: &Call) -> Result<ArrayRef> {
    let (values, counts) = (Values::of(call, 0)?, call.integers(1)?);
    build(call, |row, builder| {
        let Some(count) = counts.get(row) else {
            builder.append_null();
            return Ok(());
        };
        let value = element(values.get(row));
        let count = usize::try_from(count.max(0)).unwrap_or(usize::MAX);
        if count.saturating_mul(value.len()) > MAX_SIZE {
            return Err(encoding::too_large());
        }
        builder.append_array(std::iter::repeat_n(value, count))
    })
}
