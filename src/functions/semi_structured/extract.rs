//! Taking values out of others: GET, GET_PATH, GET_IGNORE_CASE, JSON_EXTRACT_PATH_TEXT, OBJECT_KEYS.
//!
//! GET_PATH with a constant path is also what the operator `:` stands for; GET is what `[…]` with an expression is.

use datafusion::arrow::array::ArrayRef;

use super::access;
use super::rows::{Parts, Values, build, check_semi};
use crate::error::Result;
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::build as texts;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::structured::Definition;
use crate::variant::{self, Path, Value};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["GET"],
        exactly(2),
        |arguments| got(arguments, false),
        |call| get(call, false),
        "get",
    ),
    Scalar::new(
        &["GET_IGNORE_CASE"],
        exactly(2),
        |arguments| got(arguments, true),
        |call| get(call, true),
        "get_ignore_case",
    ),
    Scalar::new(&["GET_PATH"], exactly(2), got_path, get_path, "get_path"),
    Scalar::new(
        &["JSON_EXTRACT_PATH_TEXT"],
        exactly(2),
        |_| Returns::nullable(SnowType::VARCHAR),
        json_extract_path_text,
        "json_extract_path_text",
    ),
    Scalar::new(
        &["OBJECT_KEYS"],
        exactly(1),
        object_keys_type,
        object_keys,
        "object_keys",
    ),
];

/// VARIANT of semi-structured values; of structured ones what their type says.
fn got(arguments: &Arguments, ignore_case: bool) -> Result<Returns> {
    if let Some(definition) = structured(arguments)? {
        return Returns::nullable(access::step_type(arguments, definition, ignore_case)?);
    }
    check_semi(arguments, 0)?;
    Returns::nullable(SnowType::Variant)
}

fn got_path(arguments: &Arguments) -> Result<Returns> {
    if structured(arguments)?.is_some() {
        return Returns::nullable(access::path_type(arguments)?);
    }
    check_semi(arguments, 0)?;
    Returns::nullable(SnowType::Variant)
}

fn structured(arguments: &Arguments) -> Result<Option<&'static Definition>> {
    if arguments.is_null(0) {
        return Ok(None);
    }
    Ok(arguments.data_type(0)?.definition())
}

fn object_keys_type(arguments: &Arguments) -> Result<Returns> {
    match structured(arguments)? {
        Some(Definition::Object(_)) => {
            let keys = Definition::array(SnowType::VARCHAR, true);
            Returns::nullable(SnowType::structured(keys)?)
        }
        Some(_) => Err(arguments.wrong_types()),
        None => {
            check_semi(arguments, 0)?;
            Returns::nullable(SnowType::Array)
        }
    }
}

/// An object's value by key, or an array's element by index. What a second argument of type VARIANT is decides row by
/// row.
fn get(call: &Call, ignore_case: bool) -> Result<ArrayRef> {
    if let Some(definition) = structured(&call.arguments())? {
        return access::step(call, definition, ignore_case);
    }
    let values = Values::of(call, 0)?;
    let keys = Values::of(call, 1)?;
    build(call, |row, builder| {
        let found = match (values.get(row), keys.get(row)) {
            (Some(value), Some(key)) => match (variant::view(value), variant::view(key)) {
                (Value::Object(object), Value::String(key)) => object.get(key).or_else(|| {
                    let folded = ignore_case.then(|| object.get_ignore_case(key));
                    folded.flatten()
                }),
                (Value::Array(array), Value::Integer(index)) => {
                    usize::try_from(index).ok().and_then(|index| array.get(index))
                }
                _ => None,
            },
            _ => None,
        };
        builder.append_option(found);
        Ok(())
    })
}

fn get_path(call: &Call) -> Result<ArrayRef> {
    if structured(&call.arguments())?.is_some() {
        return access::path(call);
    }
    let values = Values::of(call, 0)?;
    let paths = call.texts(1)?;
    if let Some(text) = paths.constant() {
        let path = text.map(Path::parse).transpose()?;
        return build(call, |row, builder| {
            let found = path
                .as_ref()
                .and_then(|path| values.get(row).and_then(|value| path.get(value)));
            builder.append_option(found);
            Ok(())
        });
    }
    let mut last = (String::new(), Path::default());
    build(call, |row, builder| {
        let (Some(value), Some(text)) = (values.get(row), paths.get(row)) else {
            builder.append_null();
            return Ok(());
        };
        if last.0 != text {
            last = (text.to_string(), Path::parse(text)?);
        }
        builder.append_option(last.1.get(value));
        Ok(())
    })
}

/// The keys of an object, sorted, or in the order of its type; NULL for what is no object.
fn object_keys(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    let mut keys = Parts::default();
    if let Some(Definition::Object(fields)) = structured(&call.arguments())? {
        fields
            .iter()
            .for_each(|field| keys.add(&Value::String(&field.key)));
        return build(call, |row, builder| match values.get(row) {
            Some(_) => builder.append_array(keys.iter()),
            None => {
                builder.append_null();
                Ok(())
            }
        });
    }
    build(call, |row, builder| {
        let Some(Value::Object(object)) = values.get(row).map(variant::view) else {
            builder.append_null();
            return Ok(());
        };
        keys.clear();
        for (key, _) in object.iter() {
            keys.add(&Value::String(key));
        }
        builder.append_array(keys.iter())
    })
}

/// The text of what is at a path of a JSON document; NULL for nothing, and for JSON null.
fn json_extract_path_text(call: &Call) -> Result<ArrayRef> {
    let (documents, paths) = (call.texts(0)?, call.texts(1)?);
    let constant = paths.constant().flatten().map(Path::parse).transpose()?;
    texts::written_texts(call.rows(), |row, out| {
        let (Some(document), Some(path)) = (documents.get(row), paths.get(row)) else {
            return Ok(None);
        };
        let parsed = match &constant {
            Some(_) => None,
            None => Some(Path::parse(path)?),
        };
        let Some(document) = variant::parse_json(document)? else {
            return Ok(None);
        };
        let path = constant.as_ref().or(parsed.as_ref());
        let Some(found) = path.and_then(|path| path.get(&document)) else {
            return Ok(None);
        };
        match variant::view(found) {
            Value::Null | Value::Undefined => return Ok(None),
            Value::String(text) => out.push_str(text),
            _ => variant::to_json(found, out),
        }
        Ok(Some(()))
    })
}
