//! Making structured values, and the types of what OBJECT_INSERT, OBJECT_DELETE and OBJECT_PICK make of structured
//! OBJECTs (<https://docs.snowflake.com/en/sql-reference/data-types-structured#transforming-values-of-structured-types>).

use datafusion::arrow::array::ArrayRef;
use datafusion::common::ScalarValue;

use super::access::no_field;
use super::rows::{Values, build, element};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, Count, at_least};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::coerce::can_coerce;
use crate::types::structured::{Definition, Element, Field};
use crate::variant::encoding;

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["ARRAY_CONSTRUCT_STRUCTURED"],
        at_least(1),
        array_type,
        array,
        "array_construct_structured",
    ),
    Scalar::new(
        &["OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED"],
        at_least(2),
        object_type,
        object,
        "object_construct_keep_null_structured",
    ),
];

/// An ARRAY of the arguments' common type.
fn array_type(arguments: &Arguments) -> Result<Returns> {
    let all = || 0..arguments.len();
    if all().all(|index| arguments.is_null(index)) {
        return Err(arguments.wrong_types());
    }
    let element = arguments.common_type(all())?;
    let array = Definition::array(element, arguments.any_nullable());
    Returns::never_null(SnowType::structured(array)?)
}

fn array(call: &Call) -> Result<ArrayRef> {
    let items = (0..call.len())
        .map(|index| Values::item(call, index))
        .collect::<Result<Vec<_>>>()?;
    build(call, |row, builder| {
        let elements: Vec<&[u8]> = items.iter().map(|items| element(items.get(row))).collect();
        builder.append_array(elements.iter().copied())
    })
}

/// The constant keys from an index on.
fn constant_keys<'a>(
    arguments: &Arguments<'a>,
    indexes: impl IntoIterator<Item = usize>,
) -> Result<Vec<&'a str>> {
    let key = |index| {
        arguments
            .constant_text(index)
            .ok_or_else(|| arguments.wrong_types())
    };
    indexes.into_iter().map(key).collect()
}

/// An OBJECT of the keys and the types of the values.
fn object_type(arguments: &Arguments) -> Result<Returns> {
    let given = arguments.len();
    let even = Count {
        least: given + given % 2,
        most: usize::MAX,
    };
    even.check(given, || arguments.text())?;
    let keys = constant_keys(arguments, (0..given).step_by(2))?;
    let mut fields: Vec<Field> = Vec::with_capacity(keys.len());
    for (at, key) in keys.into_iter().enumerate() {
        let index = at * 2 + 1;
        if key.is_empty() || arguments.is_null(index) {
            return Err(arguments.wrong_types());
        }
        fields.push(Field {
            key: key.to_string(),
            value: value_of(arguments, index)?,
        });
    }
    // As the documentation's example of a whole row shows them.
    fields.sort_by(|one, other| one.key.cmp(&other.key));
    Returns::never_null(SnowType::structured(Definition::Object(fields))?)
}

fn value_of(arguments: &Arguments, index: usize) -> Result<Element> {
    Ok(Element {
        data_type: arguments.data_type(index)?,
        nullable: arguments.is_nullable(index),
    })
}

fn object(call: &Call) -> Result<ArrayRef> {
    let Some(Definition::Object(fields)) = call.returns().definition() else {
        return Err(Error::internal("an OBJECT without keys"));
    };
    let value = |at: usize| {
        let key = call.constant_text(at)?;
        let field = fields.iter().find(|field| field.key == key)?;
        Some(Values::as_element(call, at + 1, &field.value).map(|values| (field.key.as_str(), values)))
    };
    let values = (0..call.len())
        .step_by(2)
        .filter_map(value)
        .collect::<Result<Vec<_>>>()?;
    let mut entries: Vec<(&str, &[u8])> = Vec::with_capacity(values.len());
    build(call, |row, builder| {
        entries.clear();
        entries.extend(
            values
                .iter()
                .map(|(key, values)| (*key, values.get(row).unwrap_or(encoding::JSON_NULL))),
        );
        builder.append_object(&mut entries)
    })
}

/// The keys of the structured OBJECT in the first argument; `None` for what is not structured.
fn fields_of(arguments: &Arguments) -> Result<Option<&'static [Field]>> {
    if arguments.is_null(0) {
        return Ok(None);
    }
    match arguments.data_type(0)?.definition() {
        Some(Definition::Object(fields)) => Ok(Some(fields)),
        Some(_) => Err(arguments.wrong_types()),
        None => Ok(None),
    }
}

fn of_fields(fields: Vec<Field>) -> Result<Option<Returns>> {
    Returns::nullable(SnowType::structured(Definition::Object(fields))?).map(Some)
}

/// What OBJECT_INSERT makes of a structured OBJECT.
///
/// # Errors
/// 093202 for a key that is there already; 093201 for one to update that is not.
pub(super) fn insert_type(arguments: &Arguments) -> Result<Option<Returns>> {
    let Some(fields) = fields_of(arguments)? else {
        return Ok(None);
    };
    let key = arguments
        .constant_text(1)
        .ok_or_else(|| arguments.wrong_types())?;
    let update = match (arguments.len() > 3).then(|| arguments.constant(3)) {
        None => false,
        Some(Some(ScalarValue::Boolean(update))) => update.unwrap_or(false),
        Some(_) => return Err(arguments.wrong_types()),
    };
    match fields.iter().find(|field| field.key == key) {
        Some(field) if update => {
            if !arguments.is_null(2) && !can_coerce(&arguments.data_type(2)?, &field.value.data_type) {
                return Err(arguments.wrong_types());
            }
            of_fields(fields.to_vec())
        }
        Some(_) => {
            let message = format!(
                "Function {}: expected structured object to not contain field {key} but it did.",
                arguments.name()
            );
            Err(Error::new(93_202, "23001", message))
        }
        None if update => Err(no_field(arguments.name(), key)),
        None if arguments.is_null(2) => Err(arguments.wrong_types()),
        None => {
            let mut fields = fields.to_vec();
            fields.push(Field {
                key: key.to_string(),
                value: value_of(arguments, 2)?,
            });
            of_fields(fields)
        }
    }
}

/// The value that OBJECT_INSERT puts into a structured OBJECT; `None` where the object is not structured.
pub(super) fn inserted(call: &Call) -> Result<Option<Values>> {
    let Some(Definition::Object(fields)) = call.returns().definition() else {
        return Ok(None);
    };
    let key = call.constant_text(1).unwrap_or_default();
    match fields.iter().find(|field| field.key == key) {
        Some(field) => Values::as_element(call, 2, &field.value).map(Some),
        None => Ok(None),
    }
}

/// What OBJECT_DELETE makes of a structured OBJECT.
///
/// # Errors
/// 093201 for a key that is not there.
pub(super) fn delete_type(arguments: &Arguments) -> Result<Option<Returns>> {
    let Some(fields) = fields_of(arguments)? else {
        return Ok(None);
    };
    let keys = constant_keys(arguments, 1..arguments.len())?;
    for key in &keys {
        if !fields.iter().any(|field| field.key == *key) {
            return Err(no_field(arguments.name(), key));
        }
    }
    let kept = fields.iter().filter(|field| !keys.contains(&field.key.as_str()));
    of_fields(kept.cloned().collect())
}

/// What OBJECT_PICK makes of a structured OBJECT: the keys in the order in which they are given.
///
/// # Errors
/// 093201 for a key that is not there.
pub(super) fn pick_type(arguments: &Arguments) -> Result<Option<Returns>> {
    let Some(fields) = fields_of(arguments)? else {
        return Ok(None);
    };
    let keys = constant_keys(arguments, 1..arguments.len())?;
    let picked = keys.into_iter().map(|key| {
        let found = fields.iter().find(|field| field.key == key);
        found.cloned().ok_or_else(|| no_field(arguments.name(), key))
    });
    of_fields(picked.collect::<Result<_>>()?)
}
