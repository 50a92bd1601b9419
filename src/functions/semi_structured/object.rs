//! Objects: OBJECT_CONSTRUCT, OBJECT_INSERT, OBJECT_DELETE, OBJECT_PICK and their like.

use datafusion::arrow::array::{ArrayRef, StringArray};

use super::rows::{Values, build, check_semi, refuse_structured};
use super::structured;
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, Count, at_least, between, exactly};
use crate::functions::call::{Call, Column};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{self, ObjectView, Value, encoding};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["OBJECT_CONSTRUCT"],
        at_least(0),
        construct_type,
        |call| construct(call, false),
        "object_construct",
    ),
    Scalar::new(
        &["OBJECT_CONSTRUCT_KEEP_NULL"],
        at_least(0),
        construct_type,
        |call| construct(call, true),
        "object_construct_keep_null",
    ),
    Scalar::new(
        &["OBJECT_INSERT"],
        between(3, 4),
        |arguments| match structured::insert_type(arguments)? {
            Some(returns) => Ok(returns),
            None => object_of_object(arguments),
        },
        insert,
        "object_insert",
    ),
    Scalar::new(
        &["OBJECT_DELETE"],
        at_least(2),
        |arguments| match structured::delete_type(arguments)? {
            Some(returns) => Ok(returns),
            None => object_of_object(arguments),
        },
        delete,
        "object_delete",
    ),
    Scalar::new(
        &["OBJECT_PICK"],
        at_least(2),
        |arguments| match structured::pick_type(arguments)? {
            Some(returns) => Ok(returns),
            None => object_of_object(arguments),
        },
        pick,
        "object_pick",
    ),
    Scalar::new(
        &["PROMPT"],
        at_least(2),
        |_| Returns::nullable(SnowType::Object),
        prompt,
        "prompt",
    ),
    Scalar::new(
        &["ARRAYS_TO_OBJECT"],
        exactly(2),
        |arguments| {
            check_semi(arguments, 0)?;
            check_semi(arguments, 1)?;
            Returns::nullable(SnowType::Object)
        },
        arrays_to_object,
        "arrays_to_object",
    ),
];

/// Keys and values in turn.
fn construct_type(arguments: &Arguments) -> Result<Returns> {
    let given = arguments.len();
    let even = Count {
        least: given + given % 2,
        most: usize::MAX,
    };
    even.check(given, || arguments.text())?;
    refuse_structured(arguments, 0..given)?;
    Returns::never_null(SnowType::Object)
}

fn object_of_object(arguments: &Arguments) -> Result<Returns> {
    check_semi(arguments, 0)?;
    refuse_structured(arguments, 1..arguments.len())?;
    Returns::nullable(SnowType::Object)
}

/// An error of a key that is given twice. (Its wording is Snowflake's; the number is not documented.)
pub(super) fn duplicate_key(key: &str) -> Error {
    Error::new(100_137, "22000", format!("Duplicate field key '{key}'"))
}

/// Sorts entries by key and refuses keys that repeat.
pub(super) fn sort_distinct(entries: &mut [(&str, &[u8])]) -> Result<()> {
    if entries.is_sorted_by(|left, right| left.0 < right.0) {
        return Ok(());
    }
    entries.sort_by_key(|entry| entry.0);
    for pair in entries.windows(2) {
        if let [left, right] = pair
            && left.0 == right.0
        {
            return Err(duplicate_key(left.0));
        }
    }
    Ok(())
}

/// A pair whose key is NULL is left out; so is one whose value is NULL, unless `keep_null` makes it JSON null.
fn construct(call: &Call, keep_null: bool) -> Result<ArrayRef> {
    let mut pairs = Vec::with_capacity(call.len() / 2);
    for index in (0..call.len()).step_by(2) {
        pairs.push((call.texts(index)?, Values::of(call, index + 1)?));
    }
    let mut entries: Vec<(&str, &[u8])> = Vec::with_capacity(pairs.len());
    build(call, |row, builder| {
        entries.clear();
        for (keys, values) in &pairs {
            match (keys.get(row), values.get(row)) {
                (Some(key), Some(value)) => entries.push((key, value)),
                (Some(key), None) if keep_null => entries.push((key, encoding::JSON_NULL)),
                _ => {}
            }
        }
        sort_distinct(&mut entries)?;
        builder.append_object(&mut entries)
    })
}

/// The object of a row; `None` for SQL NULL and JSON null.
fn object(values: &Values, row: usize) -> Result<Option<ObjectView<'_>>> {
    let Some(bytes) = values.get(row) else {
        return Ok(None);
    };
    match variant::view(bytes) {
        Value::Object(object) => Ok(Some(object)),
        Value::Null | Value::Undefined => Ok(None),
        _ => {
            let mut text = String::new();
            variant::to_json(bytes, &mut text);
            Err(Error::variant_cast(text, "OBJECT"))
        }
    }
}

fn insert(call: &Call) -> Result<ArrayRef> {
    let (objects, keys) = (Values::of(call, 0)?, call.texts(1)?);
    let typed = structured::inserted(call)?;
    let keeps_null = typed.is_some();
    let values = match typed {
        Some(values) => values,
        None => Values::of(call, 2)?,
    };
    let updates = (call.len() > 3).then(|| call.booleans(3)).transpose()?;
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    build(call, |row, builder| {
        let Some(object) = object(&objects, row)? else {
            builder.append_null();
            return Ok(());
        };
        entries.clear();
        entries.extend(object.iter());
        if let Some(key) = keys.get(row) {
            let update = updates
                .as_ref()
                .is_some_and(|updates| updates.get(row) == Some(true));
            if !update && object.contains_key(key) {
                return Err(duplicate_key(key));
            }
            entries.retain(|entry| entry.0 != key);
            let null = keeps_null.then_some(encoding::JSON_NULL);
            entries.extend(values.get(row).or(null).map(|value| (key, value)));
        }
        builder.append_object(&mut entries)
    })
}

/// The keys of a row: texts one by one, or the strings of one array.
enum Keys {
    Texts(Vec<Column<StringArray>>),
    Array(Values),
}

impl Keys {
    fn of(call: &Call, from: usize) -> Result<Self> {
        if call.len() == from + 1 && !call.is_null(from) && call.data_type(from)?.is_semi_structured() {
            return Ok(Self::Array(Values::of(call, from)?));
        }
        Ok(Self::Texts(
            (from..call.len())
                .map(|index| call.texts(index))
                .collect::<Result<_>>()?,
        ))
    }

    fn contains(&self, row: usize, key: &str) -> bool {
        match self {
            Self::Texts(texts) => texts.iter().any(|texts| texts.get(row) == Some(key)),
            Self::Array(values) => match values.get(row).map(variant::view) {
                Some(Value::Array(array)) => {
                    array.iter().any(|name| variant::view(name).as_str() == Some(key))
                }
                Some(Value::String(name)) => name == key,
                _ => false,
            },
        }
    }
}

fn delete(call: &Call) -> Result<ArrayRef> {
    filter(call, |keys, row, key| !keys.contains(row, key))
}

fn pick(call: &Call) -> Result<ArrayRef> {
    filter(call, |keys, row, key| keys.contains(row, key))
}

fn filter(call: &Call, keep: fn(&Keys, usize, &str) -> bool) -> Result<ArrayRef> {
    let (objects, keys) = (Values::of(call, 0)?, Keys::of(call, 1)?);
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    build(call, |row, builder| {
        let Some(object) = object(&objects, row)? else {
            builder.append_null();
            return Ok(());
        };
        entries.clear();
        entries.extend(object.iter().filter(|(key, _)| keep(&keys, row, key)));
        builder.append_object(&mut entries)
    })
}

fn arrays_to_object(call: &Call) -> Result<ArrayRef> {
    let (keys, values) = (Values::of(call, 0)?, Values::of(call, 1)?);
    let (mut names, mut elements) = (Vec::new(), Vec::new());
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    build(call, |row, builder| {
        if !keys.elements(row, &mut names) || !values.elements(row, &mut elements) {
            builder.append_null();
            return Ok(());
        }
        if names.len() != elements.len() {
            let message = "Key array and value array had unequal lengths in ARRAYS_TO_OBJECT";
            return Err(Error::new(215_001, "22000", message));
        }
        entries.clear();
        for (name, value) in names.iter().zip(&elements) {
            match variant::view(name) {
                Value::String(name) => entries.push((name, value)),
                Value::Null | Value::Undefined => {}
                _ => {
                    let message = "Key supplied for ARRAYS_TO_OBJECT does not have string type";
                    return Err(Error::new(215_002, "22000", message));
                }
            }
        }
        sort_distinct(&mut entries)?;
        builder.append_object(&mut entries)
    })
}

/// The numbers of the placeholders `{0}`, `{1}` … of a template.
fn placeholders(template: &str) -> impl Iterator<Item = usize> {
    template.split('{').skip(1).filter_map(|piece| {
        let (number, _) = piece.split_once('}')?;
        number.parse().ok()
    })
}

/// `{"args": […], "template": …}`: nothing is put in for the placeholders, but each must have an argument.
fn prompt(call: &Call) -> Result<ArrayRef> {
    let templates = call.texts(0)?;
    let arguments = (1..call.len())
        .map(|index| Values::of(call, index))
        .collect::<Result<Vec<_>>>()?;
    build(call, |row, builder| {
        let Some(template) = templates.get(row) else {
            builder.append_null();
            return Ok(());
        };
        if let Some(number) = placeholders(template).find(|number| *number >= arguments.len()) {
            let rule = format!("there is no argument for the placeholder {{{number}}}");
            return Err(Error::invalid_argument(call.name(), template, rule));
        }
        let elements = arguments
            .iter()
            .map(|argument| super::rows::element(argument.get(row)));
        let mut array = Vec::new();
        encoding::write_array(elements, &mut array)?;
        let template = variant::encoded(&Value::String(template));
        builder.append_object(&mut vec![
            ("args", array.as_slice()),
            ("template", template.as_slice()),
        ])
    })
}
