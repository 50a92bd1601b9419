//! Casts to structured types (<https://docs.snowflake.com/en/sql-reference/data-types-structured>).
//!
//! A column is cast a level at a time: the elements of all its rows are gathered into a column of their own, which is
//! cast as any column is, and put back. So each element converts exactly as a value of its type does outside.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray};

use super::semi::refusal;
use super::{CastMode, Job, can_cast};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::context::TypeContext;
use crate::types::structured::{Definition, Element, Field};
use crate::variant::{self, ObjectView, Value, VariantBuilder, encoding};

/// What becomes of the keys of structured OBJECTs that a cast's target does not have, or has besides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keys {
    /// Both have the same keys, in whatever order.
    Same,
    /// The target's keys stand for the source's, one by one.
    Renamed,
    /// The target has further keys, which are NULL.
    Added,
}

/// Whether there is a cast from one structured type to another.
pub fn can_cast_structured(from: &Definition, to: &Definition, keys: Keys) -> bool {
    let converts =
        |from: &Element, to: &Element| match (from.data_type.definition(), to.data_type.definition()) {
            (Some(from), Some(to)) => can_cast_structured(from, to, Keys::Same),
            _ => can_cast(&from.data_type, &to.data_type),
        };
    match (from, to) {
        (Definition::Array(from), Definition::Array(to)) => converts(from, to),
        (
            Definition::Map {
                key: from_key,
                value: from,
            },
            Definition::Map {
                key: to_key,
                value: to,
            },
        ) => can_cast(from_key, to_key) && converts(from, to),
        (Definition::Object(from), Definition::Map { key, value: to }) => {
            matches!(key, SnowType::Varchar { .. }) && from.iter().all(|field| converts(&field.value, to))
        }
        (Definition::Map { key, value: from }, Definition::Object(to)) => {
            matches!(key, SnowType::Varchar { .. }) && to.iter().all(|field| converts(from, &field.value))
        }
        (Definition::Object(from), Definition::Object(to)) => {
            let pairs = match keys {
                Keys::Renamed => from.len() == to.len(),
                Keys::Same => {
                    from.len() == to.len() && from.iter().all(|field| position(to, &field.key).is_some())
                }
                Keys::Added => from.iter().all(|field| position(to, &field.key).is_some()),
            };
            pairs
                && to
                    .iter()
                    .enumerate()
                    .all(|(at, field)| match source(from, at, field, keys) {
                        Some(source) => converts(&source.value, &field.value),
                        None => field.value.nullable,
                    })
        }
        _ => false,
    }
}

/// Casts a structured OBJECT to another with other keys.
///
/// # Errors
/// 001007 when there is no such cast; the error of the first value that does not convert.
pub fn cast_keys(
    array: &ArrayRef,
    from: &SnowType,
    to: &SnowType,
    keys: Keys,
    context: &TypeContext,
) -> Result<ArrayRef> {
    let (Some(Definition::Object(source)), Some(Definition::Object(fields))) =
        (from.definition(), to.definition())
    else {
        return Err(super::no_cast("CAST", from, to));
    };
    let job = Job {
        from: *from,
        to: *to,
        mode: CastMode::Strict,
        context,
    };
    object(array.as_binary::<i64>(), Some(source), fields, keys, job)
}

fn position(fields: &[Field], key: &str) -> Option<usize> {
    fields.iter().position(|field| field.key == key)
}

/// The field of the source that a field of the target is made of.
fn source<'a>(from: &'a [Field], at: usize, field: &Field, keys: Keys) -> Option<&'a Field> {
    match keys {
        Keys::Renamed => from.get(at),
        Keys::Same | Keys::Added => from.iter().find(|source| source.key == field.key),
    }
}

/// To a structured type, from a semi-structured or another structured one.
pub(super) fn cast(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    let values = array.as_binary::<i64>();
    let from = job.from.definition();
    let Some(to) = job.to.definition() else {
        return Err(Error::internal("a cast to a structured type has another target"));
    };
    match (from, to) {
        (_, Definition::Array(to)) => {
            let from = job
                .from
                .element()
                .map_or(SnowType::Variant, |element| element.data_type);
            elements(values, from, to, job)
        }
        (Some(Definition::Object(from)), Definition::Object(to)) => {
            object(values, Some(from), to, Keys::Same, job)
        }
        (_, Definition::Object(to)) => object(values, None, to, Keys::Same, job),
        (_, Definition::Map { key, value }) => map(values, key, value, job),
    }
}

/// The values of a column's rows with the rows they belong to, to be cast as one column.
#[derive(Default)]
struct Gathered<'a> {
    values: Vec<Option<&'a [u8]>>,
}

impl<'a> Gathered<'a> {
    /// Adds a value. JSON null is NULL to all types but those that know it.
    fn add(&mut self, bytes: &'a [u8], to: &SnowType) {
        let missing =
            encoding::is_undefined(bytes) || !to.is_semi_structured() && encoding::is_json_null(bytes);
        self.values.push((!missing).then_some(bytes));
    }

    /// The values as elements of a type, encoded again.
    fn cast(self, from: SnowType, to: &Element, job: Job<'_>) -> Result<LargeBinaryArray> {
        let column: LargeBinaryArray = self.values.into_iter().collect();
        if !to.nullable && column.null_count() > 0 {
            return Err(null_element(&job.to));
        }
        if to.data_type == SnowType::Variant {
            return Ok(column);
        }
        let column: ArrayRef = Arc::new(column);
        let convert = |column: &ArrayRef, from: &SnowType, to: &SnowType| {
            super::cast(column, from, to, CastMode::Strict, job.context)
        };
        let column = match from {
            SnowType::Variant => convert(&column, &from, &to.data_type)?,
            _ if from.is_encoded() => convert(&column, &from, &to.data_type)?,
            _ => convert(
                &convert(&column, &SnowType::Variant, &from)?,
                &from,
                &to.data_type,
            )?,
        };
        let encoded = if to.data_type.is_encoded() {
            column
        } else {
            convert(&column, &to.data_type, &SnowType::Variant)?
        };
        Ok(encoded.as_binary::<i64>().clone())
    }
}

fn null_element(to: &SnowType) -> Error {
    Error::new(
        100_072,
        "22000",
        format!("NULL result in a non-nullable element of {to}"),
    )
}

fn get(values: &LargeBinaryArray, at: usize) -> Option<&[u8]> {
    (at < values.len() && values.is_valid(at)).then(|| values.value(at))
}

fn elements(values: &LargeBinaryArray, from: SnowType, to: &Element, job: Job<'_>) -> Result<ArrayRef> {
    let mut gathered = Gathered::default();
    let mut counts = Vec::with_capacity(values.len());
    for bytes in values {
        counts.push(match bytes.map(|bytes| (bytes, variant::view(bytes))) {
            Some((_, Value::Array(array))) => {
                array
                    .iter()
                    .for_each(|element| gathered.add(element, &to.data_type));
                Some(array.len())
            }
            None | Some((_, Value::Null | Value::Undefined)) => None,
            Some((bytes, _)) => return Err(refusal(bytes, &job.to)),
        });
    }
    let cast = gathered.cast(from, to, job)?;
    let mut builder = VariantBuilder::new();
    builder.reserve(values.len(), cast.value_data().len());
    let mut at = 0;
    for count in counts {
        match count {
            Some(count) => {
                let elements =
                    (at..at + count).map(|at| get(&cast, at).unwrap_or(encoding::UNDEFINED_ELEMENT));
                builder.append_array(elements)?;
                at += count;
            }
            None => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// The objects of a column; `None` for SQL NULL and JSON null.
fn objects<'a>(values: &'a LargeBinaryArray, to: &SnowType) -> Result<Vec<Option<ObjectView<'a>>>> {
    values
        .iter()
        .map(|bytes| match bytes.map(|bytes| (bytes, variant::view(bytes))) {
            Some((_, Value::Object(object))) => Ok(Some(object)),
            None | Some((_, Value::Null | Value::Undefined)) => Ok(None),
            Some((bytes, _)) => Err(refusal(bytes, to)),
        })
        .collect()
}

fn object(
    values: &LargeBinaryArray,
    from: Option<&[Field]>,
    to: &[Field],
    keys: Keys,
    job: Job<'_>,
) -> Result<ArrayRef> {
    let objects = objects(values, &job.to)?;
    if from.is_none() {
        let known: HashSet<&str> = to.iter().map(|field| field.key.as_str()).collect();
        for object in objects.iter().flatten() {
            if object.len() != to.len() || object.iter().any(|(key, _)| !known.contains(key)) {
                return Err(refusal(object.bytes(), &job.to));
            }
        }
    }
    let from_map = match job.from.definition() {
        Some(Definition::Map { value, .. }) => Some(value.data_type),
        _ => None,
    };
    let mut columns = Vec::with_capacity(to.len());
    for (at, field) in to.iter().enumerate() {
        let source = from.map(|from| source(from, at, field, keys));
        let (key, from) = match source {
            Some(Some(source)) => (source.key.as_str(), source.value.data_type),
            Some(None) => {
                columns.push(None);
                continue;
            }
            None => (field.key.as_str(), from_map.unwrap_or(SnowType::Variant)),
        };
        let mut gathered = Gathered::default();
        for object in objects.iter().flatten() {
            gathered.add(
                object.get(key).unwrap_or(encoding::JSON_NULL),
                &field.value.data_type,
            );
        }
        columns.push(Some(gathered.cast(from, &field.value, job)?));
    }
    let mut builder = VariantBuilder::new();
    builder.reserve(values.len(), values.value_data().len());
    let mut entries: Vec<(&str, &[u8])> = Vec::with_capacity(to.len());
    let mut at = 0;
    for object in &objects {
        if object.is_none() {
            builder.append_null();
            continue;
        }
        entries.clear();
        for (field, column) in to.iter().zip(&columns) {
            let value = column.as_ref().and_then(|column| get(column, at));
            entries.push((&field.key, value.unwrap_or(encoding::JSON_NULL)));
        }
        builder.append_object(&mut entries)?;
        at += 1;
    }
    Ok(Arc::new(builder.finish()))
}

fn map(values: &LargeBinaryArray, key: &SnowType, value: &Element, job: Job<'_>) -> Result<ArrayRef> {
    let objects = objects(values, &job.to)?;
    let from = match job.from.definition() {
        Some(Definition::Map { value, .. }) => Some(value.data_type),
        _ => None,
    };
    // The values of a structured OBJECT have types of their own.
    if let (None, Some(Definition::Object(fields))) = (from, job.from.definition()) {
        let same: Vec<Field> = fields
            .iter()
            .map(|field| Field {
                key: field.key.clone(),
                value: *value,
            })
            .collect();
        return object(values, Some(fields), &same, Keys::Same, job);
    }
    let mut names = Vec::new();
    let mut gathered = Gathered::default();
    for (name, bytes) in objects.iter().flatten().flat_map(|object| object.iter()) {
        names.push(name);
        gathered.add(bytes, &value.data_type);
    }
    let names = map_keys(&names, key, job)?;
    let cast = gathered.cast(from.unwrap_or(SnowType::Variant), value, job)?;
    let mut builder = VariantBuilder::new();
    builder.reserve(values.len(), values.value_data().len());
    let mut entries: Vec<(&str, &[u8])> = Vec::new();
    let mut at = 0;
    for object in &objects {
        let Some(object) = object else {
            builder.append_null();
            continue;
        };
        entries.clear();
        for place in at..at + object.len() {
            let name = names.get(place).map(String::as_str).unwrap_or_default();
            entries.push((name, get(&cast, place).unwrap_or(encoding::JSON_NULL)));
        }
        at += object.len();
        distinct(&mut entries)?;
        builder.append_object(&mut entries)?;
    }
    Ok(Arc::new(builder.finish()))
}

/// Sorts entries by key, and refuses keys that have become equal.
fn distinct(entries: &mut [(&str, &[u8])]) -> Result<()> {
    entries.sort_by_key(|entry| entry.0);
    match entries
        .windows(2)
        .find(|pair| matches!(pair, [a, b] if a.0 == b.0))
    {
        Some([twice, _]) => Err(Error::new(
            100_103,
            "22000",
            format!("Duplicate field key '{}'", twice.0),
        )),
        _ => Ok(()),
    }
}

/// The keys of a map as its key type writes them.
fn map_keys(names: &[&str], key: &SnowType, job: Job<'_>) -> Result<Vec<String>> {
    use datafusion::arrow::array::StringArray;
    let texts: ArrayRef = Arc::new(StringArray::from(names.to_vec()));
    let convert = |array: &ArrayRef, from: &SnowType, to: &SnowType| {
        super::cast(array, from, to, CastMode::Strict, job.context)
    };
    let keys = convert(&texts, &SnowType::VARCHAR, key)?;
    let keys = match key {
        SnowType::Varchar { .. } => keys,
        _ => convert(&keys, key, &SnowType::VARCHAR)?,
    };
    Ok(keys
        .as_string::<i32>()
        .iter()
        .flatten()
        .map(str::to_string)
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::types::cast::cast;

    fn values<'a>(rows: impl IntoIterator<Item = &'a String>) -> ArrayRef {
        let mut builder = VariantBuilder::new();
        for json in rows {
            builder.append_json(json.as_bytes()).unwrap();
        }
        Arc::new(builder.finish())
    }

    fn strict(array: &ArrayRef, from: &SnowType, to: &SnowType) -> Result<ArrayRef> {
        cast(array, from, to, CastMode::Strict, &TypeContext::default())
    }

    fn parsed(text: &str) -> SnowType {
        SnowType::parse(text).unwrap()
    }

    proptest! {
        #[test]
        fn what_a_type_takes_as_it_is_comes_back_as_it_was(
            rows in prop::collection::vec((any::<i32>(), "[a-z]{0,4}", prop::collection::vec(any::<i16>(), 0..4)), 0..8)
        ) {
            let json: Vec<String> = rows
                .iter()
                .map(|(n, s, list)| format!(r#"{{"n":{n},"s":"{s}","list":{list:?}}}"#))
                .collect();
            let source = values(&json);
            let to = parsed("OBJECT(s VARCHAR, list ARRAY(NUMBER NOT NULL), n NUMBER(10,0))");
            let there = strict(&source, &SnowType::Variant, &to).unwrap();
            prop_assert_eq!(&strict(&there, &to, &SnowType::Variant).unwrap(), &source);
        }

        #[test]
        fn numbers_pass_through_text(rows in prop::collection::vec(prop::collection::vec(any::<i64>(), 0..5), 0..8)) {
            let json: Vec<String> = rows.iter().map(|list| format!("{list:?}")).collect();
            let source = values(&json);
            let (numbers, texts) = (parsed("ARRAY(NUMBER)"), parsed("ARRAY(VARCHAR)"));
            let there = strict(&source, &SnowType::Array, &numbers).unwrap();
            let text = strict(&there, &numbers, &texts).unwrap();
            prop_assert_eq!(&strict(&text, &texts, &numbers).unwrap(), &source);
        }
    }

    #[test]
    fn in_try_mode_a_row_fails_alone() {
        let source = values(&["[1]".to_string(), r#"["x"]"#.to_string(), "[2]".to_string()]);
        let to = parsed("ARRAY(NUMBER)");
        assert!(strict(&source, &SnowType::Array, &to).is_err());
        let tried = cast(
            &source,
            &SnowType::Array,
            &to,
            CastMode::Try,
            &TypeContext::default(),
        )
        .unwrap();
        assert_eq!(tried.null_count(), 1);
        assert!(tried.is_null(1));
    }
}
