//! MAP values: MAP_CONSTRUCT, MAP_CAT, MAP_CONTAINS_KEY, MAP_DELETE, MAP_ENTRIES, MAP_INSERT, MAP_KEYS, MAP_PICK and
//! MAP_SIZE (<https://docs.snowflake.com/en/sql-reference/data-types-structured>).
//!
//! A map is held as an object, so its keys are texts; the type of the map says whether they are numbers.

use datafusion::arrow::array::{ArrayRef, StringArray};

use super::rows::{Parts, Values, build, element};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, Count, at_least, between, exactly};
use crate::functions::build as results;
use crate::functions::call::{Call, Column};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::coerce::{can_coerce, common_type, same_kind};
use crate::types::structured::{Definition, Element, Field};
use crate::variant::{self, ObjectView, Value, encoding};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["MAP_CONSTRUCT"],
        at_least(2),
        construct_type,
        construct,
        "map_construct",
    ),
    Scalar::new(&["MAP_CAT"], exactly(2), cat_type, concatenate, "map_cat"),
    Scalar::new(
        &["MAP_CONTAINS_KEY"],
        exactly(2),
        |arguments| {
            let key = map_of(arguments, 1)?.map(|(key, _)| key);
            check_keys(arguments, key, [0])?;
            Returns::nullable(SnowType::Boolean)
        },
        contains_key,
        "map_contains_key",
    ),
    Scalar::new(
        &["MAP_DELETE"],
        at_least(2),
        |arguments| {
            let key = map_of(arguments, 0)?.map(|(key, _)| key);
            check_keys(arguments, key, 1..arguments.len())?;
            same(arguments)
        },
        |call| filter(call, false),
        "map_delete",
    ),
    Scalar::new(&["MAP_ENTRIES"], exactly(1), entries_type, entries, "map_entries"),
    Scalar::new(&["MAP_INSERT"], between(3, 4), insert_type, insert, "map_insert"),
    Scalar::new(
        &["MAP_KEYS"],
        exactly(1),
        |arguments| {
            let key = map_of(arguments, 0)?.map_or(SnowType::VARCHAR, |(key, _)| key);
            Returns::nullable(SnowType::structured(Definition::array(key, true))?)
        },
        keys,
        "map_keys",
    ),
    Scalar::new(
        &["MAP_PICK"],
        at_least(2),
        |arguments| {
            let key = map_of(arguments, 0)?.map(|(key, _)| key);
            if !is_array(arguments, 1)? || arguments.len() > 2 {
                check_keys(arguments, key, 1..arguments.len())?;
            }
            same(arguments)
        },
        |call| filter(call, true),
        "map_pick",
    ),
    Scalar::new(
        &["MAP_SIZE"],
        exactly(1),
        |arguments| {
            map_of(arguments, 0)?;
            Returns::nullable(SnowType::INTEGER)
        },
        size,
        "map_size",
    ),
];

/// The keys and values of an argument that must be a MAP; `None` of the literal NULL.
fn map_of(arguments: &Arguments, index: usize) -> Result<Option<(SnowType, Element)>> {
    if arguments.is_null(index) {
        return Ok(None);
    }
    match arguments.data_type(index)?.definition() {
        Some(Definition::Map { key, value }) => Ok(Some((*key, *value))),
        _ => Err(arguments.wrong_types()),
    }
}

fn is_array(arguments: &Arguments, index: usize) -> Result<bool> {
    if arguments.is_null(index) {
        return Ok(false);
    }
    let data_type = arguments.data_type(index)?;
    Ok(data_type.is_semi_structured() || data_type.element().is_some())
}

/// The type of the map in the first argument; of NULL a map that there is not.
fn same(arguments: &Arguments) -> Result<Returns> {
    match map_of(arguments, 0)? {
        Some(_) => Returns::nullable(arguments.data_type(0)?),
        None => Returns::nullable(SnowType::Variant),
    }
}

/// Refuses keys of another type than the map's.
fn check_keys(
    arguments: &Arguments,
    key: Option<SnowType>,
    indexes: impl IntoIterator<Item = usize>,
) -> Result<()> {
    let Some(key) = key else { return Ok(()) };
    for index in indexes {
        let fits = arguments.is_null(index)
            || match (arguments.data_type(index)?, key) {
                (SnowType::Number { scale, .. }, SnowType::Number { .. }) => scale == 0,
                (given, key) => same_kind(&given, &key),
            };
        if !fits {
            let types = (0..arguments.len()).map(|at| Ok(arguments.data_type(at)?.to_string()));
            let mut types = types.collect::<Result<Vec<_>>>()?;
            let last = types.pop().unwrap_or_default();
            return Err(Error::try_cast_types(arguments.name(), types.join(", "), last));
        }
    }
    Ok(())
}

/// Keys and values in turn, the keys of one type and the values of one type.
fn construct_type(arguments: &Arguments) -> Result<Returns> {
    let given = arguments.len();
    let even = Count {
        least: given + given % 2,
        most: usize::MAX,
    };
    even.check(given, || arguments.text())?;
    let one = |types: Vec<SnowType>| match types.as_slice() {
        [] => Ok(SnowType::VARCHAR),
        types => common_type(types).ok_or_else(|| arguments.wrong_types()),
    };
    let key = match one(arguments.data_types((0..given).step_by(2))?)? {
        SnowType::Varchar { .. } => SnowType::VARCHAR,
        SnowType::Number { precision, scale: 0 } => SnowType::Number { precision, scale: 0 },
        // Text among numbers counts as a number with fraction digits.
        SnowType::Number { .. } => SnowType::INTEGER,
        _ => return Err(arguments.wrong_types()),
    };
    let value = one(arguments.data_types((1..given).step_by(2))?)?;
    let nullable = (1..given).step_by(2).any(|index| arguments.is_nullable(index));
    Returns::never_null(SnowType::structured(Definition::Map {
        key,
        value: Element {
            data_type: value,
            nullable,
        },
    })?)
}

/// The keys and values of the map that the call gives.
fn returned(call: &Call) -> Result<(SnowType, Element)> {
    match call.returns().definition() {
        Some(Definition::Map { key, value }) => Ok((*key, *value)),
        _ => Err(Error::internal(format!("{} gives no MAP", call.name()))),
    }
}

/// An argument as keys of a map.
fn key_column(call: &Call, index: usize, key: &SnowType) -> Result<Column<StringArray>> {
    match key {
        SnowType::Varchar { .. } => call.texts(index),
        // A number as its text, without fraction digits.
        _ => call.texts_as(index, key),
    }
}

fn construct(call: &Call) -> Result<ArrayRef> {
    let (key, value) = returned(call)?;
    let mut pairs = Vec::with_capacity(call.len() / 2);
    for index in (0..call.len()).step_by(2) {
        pairs.push((
            key_column(call, index, &key)?,
            Values::as_element(call, index + 1, &value)?,
        ));
    }
    let mut entries: Vec<(&str, &[u8])> = Vec::with_capacity(pairs.len());
    build(call, |row, builder| {
        entries.clear();
        for (keys, values) in &pairs {
            if let Some(key) = keys.get(row) {
                entries.push((key, values.get(row).unwrap_or(encoding::JSON_NULL)));
            }
        }
        entries.sort_by_key(|entry| entry.0);
        for pair in entries.windows(2) {
            if let [one, other] = pair
                && one.0 == other.0
            {
                return Err(duplicate(one.0));
            }
        }
        builder.append_object(&mut entries)
    })
}

fn duplicate(key: &str) -> Error {
    Error::new(100_103, "22000", format!("Duplicate field key '{key}'"))
}

/// The type of the first map, which the second one must be coercible to.
fn cat_type(arguments: &Arguments) -> Result<Returns> {
    if map_of(arguments, 0)?.is_some() && map_of(arguments, 1)?.is_some() {
        let (one, other) = (arguments.data_type(0)?, arguments.data_type(1)?);
        if !can_coerce(&other, &one) {
            return Err(arguments.wrong_types());
        }
    }
    same(arguments)
}

/// The map of a row; `None` for NULL.
fn map(values: &Values, row: usize) -> Option<ObjectView<'_>> {
    match variant::view(values.get(row)?) {
        Value::Object(object) => Some(object),
        _ => None,
    }
}

fn concatenate(call: &Call) -> Result<ArrayRef> {
    let (ones, others) = (Values::of(call, 0)?, Values::returned(call, 1)?);
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    build(call, |row, builder| {
        let (Some(one), Some(other)) = (map(&ones, row), map(&others, row)) else {
            builder.append_null();
            return Ok(());
        };
        entries.clear();
        // Of equal keys the last stays.
        entries.extend(one.iter());
        entries.extend(other.iter());
        builder.append_object(&mut entries)
    })
}

fn contains_key(call: &Call) -> Result<ArrayRef> {
    let (keys, maps) = (call.texts(0)?, Values::of(call, 1)?);
    results::booleans(call.rows(), |row| {
        let found = keys.get(row).zip(map(&maps, row));
        Ok(found.map(|(key, map)| map.contains_key(key)))
    })
}

/// The keys of a row: one by one, or the elements of one array.
enum Chosen {
    Texts(Vec<Column<StringArray>>),
    Array(Values),
}

impl Chosen {
    fn contains(&self, row: usize, key: &str) -> bool {
        match self {
            Self::Texts(texts) => texts.iter().any(|texts| texts.get(row) == Some(key)),
            Self::Array(values) => match values.get(row).map(variant::view) {
                Some(Value::Array(array)) => array.iter().any(|name| match variant::view(name) {
                    Value::String(name) => name == key,
                    number => variant::number_text(&number) == key,
                }),
                _ => false,
            },
        }
    }
}

/// The entries whose keys are given, or with `keep` false the others.
fn filter(call: &Call, keep: bool) -> Result<ArrayRef> {
    let maps = Values::of(call, 0)?;
    let chosen = match call.len() == 2 && is_array(&call.arguments(), 1)? {
        true => Chosen::Array(Values::of(call, 1)?),
        false => Chosen::Texts(
            (1..call.len())
                .map(|index| call.texts(index))
                .collect::<Result<_>>()?,
        ),
    };
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    build(call, |row, builder| {
        let Some(map) = map(&maps, row) else {
            builder.append_null();
            return Ok(());
        };
        entries.clear();
        entries.extend(map.iter().filter(|(key, _)| chosen.contains(row, key) == keep));
        builder.append_object(&mut entries)
    })
}

/// An ARRAY of structured OBJECTs with the keys `key` and `value`.
fn entries_type(arguments: &Arguments) -> Result<Returns> {
    let Some((key, value)) = map_of(arguments, 0)? else {
        return Returns::nullable(SnowType::Array);
    };
    let key = Element {
        data_type: key,
        nullable: false,
    };
    let field = |name: &str, value: Element| Field {
        key: name.to_string(),
        value,
    };
    let entry = SnowType::structured(Definition::Object(vec![field("key", key), field("value", value)]))?;
    Returns::nullable(SnowType::structured(Definition::array(entry, false))?)
}

/// A key as the value that it is.
fn key_value(key: &str, data_type: Option<SnowType>) -> Value<'_> {
    match data_type {
        Some(SnowType::Number { .. }) => key.parse().map_or(Value::String(key), Value::Integer),
        _ => Value::String(key),
    }
}

/// An array for each map, of what `add` makes of the map's entries, whose keys are the values that they are.
fn listed(call: &Call, add: impl Fn(&mut Parts, Value<'_>, &[u8]) -> Result<()>) -> Result<ArrayRef> {
    let maps = Values::of(call, 0)?;
    let key_type = map_of(&call.arguments(), 0)?.map(|(key, _)| key);
    let mut parts = Parts::default();
    build(call, |row, builder| {
        let Some(map) = map(&maps, row) else {
            builder.append_null();
            return Ok(());
        };
        parts.clear();
        for (key, value) in map.iter() {
            add(&mut parts, key_value(key, key_type), value)?;
        }
        builder.append_array(parts.iter())
    })
}

fn entries(call: &Call) -> Result<ArrayRef> {
    listed(call, |parts, key, value| {
        let key = variant::encoded(&key);
        parts.add_object(&mut vec![("key", key.as_slice()), ("value", value)])
    })
}

fn insert_type(arguments: &Arguments) -> Result<Returns> {
    let map = map_of(arguments, 0)?;
    check_keys(arguments, map.map(|(key, _)| key), [1])?;
    if let Some((_, value)) = map
        && !arguments.is_null(2)
    {
        let given = arguments.data_type(2)?;
        // A VARIANT may hold JSON null, which is taken.
        if given != SnowType::Variant && !can_coerce(&given, &value.data_type) {
            return Err(arguments.wrong_types());
        }
    }
    same(arguments)
}

fn insert(call: &Call) -> Result<ArrayRef> {
    if call.is_null(0) {
        return call.full(0, call.returns());
    }
    let (key, value) = returned(call)?;
    let (maps, keys) = (Values::of(call, 0)?, key_column(call, 1, &key)?);
    let values = Values::as_element(call, 2, &value)?;
    let updates = (call.len() > 3).then(|| call.booleans(3)).transpose()?;
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    build(call, |row, builder| {
        let Some(map) = map(&maps, row) else {
            builder.append_null();
            return Ok(());
        };
        entries.clear();
        entries.extend(map.iter());
        if let Some(key) = keys.get(row) {
            let update = updates
                .as_ref()
                .is_some_and(|updates| updates.get(row) == Some(true));
            if !update && map.contains_key(key) {
                return Err(duplicate(key));
            }
            entries.retain(|entry| entry.0 != key);
            entries.push((key, element(values.get(row))));
        }
        builder.append_object(&mut entries)
    })
}

fn keys(call: &Call) -> Result<ArrayRef> {
    listed(call, |parts, key, _| {
        parts.add(&key);
        Ok(())
    })
}

fn size(call: &Call) -> Result<ArrayRef> {
    let maps = Values::of(call, 0)?;
    results::numbers(call, |row| Ok(map(&maps, row).map(|map| map.len() as i128)))
}
