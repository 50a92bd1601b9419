//! GET, GET_IGNORE_CASE and GET_PATH of structured values, whose types say what is found where
//! (<https://docs.snowflake.com/en/sql-reference/data-types-structured#accessing-values-and-elements-from-values-of-structured-types>).

use datafusion::arrow::array::ArrayRef;

use super::rows::{Values, as_returned, build};
use crate::error::{Error, Result};
use crate::functions::arguments::Arguments;
use crate::functions::call::Call;
use crate::types::SnowType;
use crate::types::structured::{Definition, Field};
use crate::variant::{self, Path, Step, Value, encoding};

/// 093201: a key that a structured OBJECT does not have.
pub(super) fn no_field(function: &str, key: &str) -> Error {
    let message =
        format!("Function {function}: expected structured object to contain field {key} but it did not.");
    Error::new(93_201, "23001", message)
}

fn field<'a>(fields: &'a [Field], key: &str, ignore_case: bool) -> Option<&'a Field> {
    let exact = fields.iter().find(|field| field.key == key);
    exact.or_else(|| {
        let folded = key.to_lowercase();
        let same = |field: &&Field| ignore_case && field.key.to_lowercase() == folded;
        fields.iter().find(same)
    })
}

/// The type of what GET finds by its second argument.
pub(super) fn step_type(
    arguments: &Arguments,
    definition: &Definition,
    ignore_case: bool,
) -> Result<SnowType> {
    let fits = |key: &SnowType| -> Result<bool> {
        Ok(arguments.is_null(1) || crate::types::coerce::same_kind(&arguments.data_type(1)?, key))
    };
    match definition {
        Definition::Array(element) if fits(&SnowType::INTEGER)? && !ignore_case => Ok(element.data_type),
        Definition::Map { key, value } if fits(key)? => Ok(value.data_type),
        Definition::Object(fields) => {
            let key = arguments
                .constant_text(1)
                .ok_or_else(|| arguments.wrong_types())?;
            let found = field(fields, key, ignore_case).ok_or_else(|| no_field(arguments.name(), key))?;
            Ok(found.value.data_type)
        }
        _ => Err(arguments.wrong_types()),
    }
}

/// GET of structured values.
pub(super) fn step(call: &Call, definition: &Definition, ignore_case: bool) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    let found = match definition {
        Definition::Array(_) => {
            let places = call.integers(1)?;
            build(call, |row, builder| {
                let found = match (values.get(row).map(variant::view), places.get(row)) {
                    (Some(Value::Array(array)), Some(at)) => {
                        let element = usize::try_from(at).ok().and_then(|at| array.get(at));
                        Some(element.ok_or_else(|| beyond(call.name(), at, array.len()))?)
                    }
                    _ => None,
                };
                builder.append_option(found.filter(|bytes| !encoding::is_undefined(bytes)));
                Ok(())
            })?
        }
        Definition::Object(fields) => {
            let key = call.constant_text(1).unwrap_or_default();
            let key = field(fields, key, ignore_case).map_or(key, |field| field.key.as_str());
            build(call, |row, builder| {
                builder.append_option(entry(values.get(row), key));
                Ok(())
            })?
        }
        Definition::Map { .. } => {
            // A number is a key by its text.
            let keys = call.texts(1)?;
            build(call, |row, builder| {
                let found = keys.get(row).and_then(|key| match ignore_case {
                    false => entry(values.get(row), key),
                    true => match variant::view(values.get(row)?) {
                        Value::Object(object) => object.get(key).or_else(|| object.get_ignore_case(key)),
                        _ => None,
                    },
                });
                builder.append_option(found);
                Ok(())
            })?
        }
    };
    as_returned(call, found)
}

fn entry<'a>(bytes: Option<&'a [u8]>, key: &str) -> Option<&'a [u8]> {
    match variant::view(bytes?) {
        Value::Object(object) => object.get(key),
        _ => None,
    }
}

/// The type of what a constant path leads to.
///
/// # Errors
/// For a path that varies, and one that leads to nothing.
pub(super) fn path_type(arguments: &Arguments) -> Result<SnowType> {
    let text = arguments
        .constant_text(1)
        .ok_or_else(|| arguments.wrong_types())?;
    let (data_type, _) = follow(arguments.name(), arguments.data_type(0)?, &Path::parse(text)?)?;
    Ok(data_type)
}

/// The type at a path, and the path as it leads through the values: a number is a key of a map by its text.
pub(crate) fn follow(function: &str, from: SnowType, path: &Path) -> Result<(SnowType, Path)> {
    let mut at = from;
    let mut steps = Vec::with_capacity(path.steps().len());
    for step in path.steps() {
        let key = match step {
            Step::Key(key) => key.clone(),
            Step::Index(index) => index.to_string(),
        };
        let nothing = || no_field(function, &key);
        let (next, step) = match (at.definition(), step) {
            (Some(Definition::Array(element)), Step::Index(_)) => (element.data_type, step.clone()),
            // The key is of the map's own type.
            (Some(Definition::Map { key: kind, value }), step) => {
                if matches!(step, Step::Index(_)) != matches!(kind, SnowType::Number { .. }) {
                    return Err(Error::argument_types(function, at));
                }
                (value.data_type, Step::Key(key))
            }
            (Some(Definition::Object(fields)), Step::Key(key)) => {
                let found = fields
                    .iter()
                    .find(|field| field.key == *key)
                    .ok_or_else(nothing)?;
                (found.value.data_type, step.clone())
            }
            (None, _) if at.is_semi_structured() => (SnowType::Variant, step.clone()),
            _ => return Err(nothing()),
        };
        steps.push(step);
        at = next;
    }
    Ok((at, Path::new(steps)))
}

/// GET_PATH of structured values.
pub(super) fn path(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    let text = call.constant_text(1).unwrap_or_default();
    let (_, path) = follow(call.name(), call.data_type(0)?, &Path::parse(text)?)?;
    let from = call.data_type(0)?;
    let found = build(call, |row, builder| {
        if let Some(value) = values.get(row) {
            check_places(call.name(), value, from, &path)?;
        }
        builder.append_option(values.get(row).and_then(|value| path.get(value)));
        Ok(())
    })?;
    as_returned(call, found)
}

/// Refuses a path through a place that a structured ARRAY does not have.
fn check_places(function: &str, value: &[u8], from: SnowType, path: &Path) -> Result<()> {
    let (mut bytes, mut at) = (value, from);
    for step in path.steps() {
        let next = match (at.definition(), step, variant::view(bytes)) {
            (Some(Definition::Array(element)), Step::Index(index), Value::Array(array)) => {
                let found = array
                    .get(*index)
                    .ok_or_else(|| beyond(function, *index as i128, array.len()))?;
                (found, element.data_type)
            }
            (Some(Definition::Map { value, .. }), Step::Key(key), Value::Object(object)) => {
                (object.get(key).unwrap_or(encoding::JSON_NULL), value.data_type)
            }
            (Some(Definition::Object(fields)), Step::Key(key), Value::Object(object)) => {
                let inner = fields.iter().find(|field| field.key == *key);
                let inner = inner.map_or(SnowType::Variant, |field| field.value.data_type);
                (object.get(key).unwrap_or(encoding::JSON_NULL), inner)
            }
            _ => return Ok(()),
        };
        (bytes, at) = next;
    }
    Ok(())
}

/// A place that a structured ARRAY does not have.
fn beyond(function: &str, at: i128, len: usize) -> Error {
    Error::invalid_argument(function, at, format!("the array has {len} elements"))
}
