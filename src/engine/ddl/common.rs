//! What the DDL handlers share: status messages, headings, and checks of properties.

use crate::catalog::ObjectKind;
use crate::engine::work::NewObject;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{self, CreateHeader};
use crate::sql::{Properties, QualifiedName, quote_if_needed};

/// What CREATE answers for each kind.
const CREATED: &[(ObjectKind, &str)] = &[(ObjectKind::Stage, "Stage area")];

/// `Table T successfully created.`
pub fn created(kind: ObjectKind, name: &str) -> Result<StatementResult> {
    let label = CREATED
        .iter()
        .find(|(known, _)| *known == kind)
        .map_or(kind.traits().label, |(_, label)| label);
    created_as(label, name)
}

/// The same with a label of its own: `Dynamic table T successfully created.`
pub fn created_as(label: &str, name: &str) -> Result<StatementResult> {
    StatementResult::status(format!("{label} {name} successfully created."))
}

/// `T already exists, statement succeeded.`
pub fn existed(name: &str) -> Result<StatementResult> {
    StatementResult::status(format!(
        "{} already exists, statement succeeded.",
        quote_if_needed(name)
    ))
}

/// `Statement executed successfully.`
pub fn done() -> Result<StatementResult> {
    StatementResult::status("Statement executed successfully.")
}

/// The answer to CREATE … IF NOT EXISTS of an object that is there; `None` when it has to be made.
///
/// # Errors
/// When a database or schema in the name is not there.
pub fn exists_already(
    work: &Work<'_>,
    kind: ObjectKind,
    header: &CreateHeader,
) -> Result<Option<StatementResult>> {
    if header.if_not_exists && work.names().find(kind, &header.name)?.is_some() {
        return existed(header.name.object()).map(Some);
    }
    Ok(None)
}

/// The database and schema that an object of a name lives in, or would live in.
///
/// # Errors
/// 002003 when they are not there.
pub fn home(work: &Work<'_>, name: &QualifiedName) -> Result<(String, String)> {
    let schema = work.names().schema(name.database(), name.schema())?;
    match work.snapshot().path(&schema).as_slice() {
        [database, schema] => Ok((database.clone(), schema.clone())),
        _ => Err(Error::internal("a schema outside a database")),
    }
}

/// Whether CREATE OR ALTER finds an object that it alters.
///
/// # Errors
/// When a database or schema in the name is not there.
pub fn alters(work: &Work<'_>, kind: ObjectKind, header: &CreateHeader) -> Result<bool> {
    Ok(header.or_alter && work.names().find(kind, &header.name)?.is_some())
}

/// What a heading and COMMENT say of a new object.
///
/// # Errors
/// When COMMENT is no text.
pub fn new_object<'a>(header: &'a CreateHeader, properties: &Properties) -> Result<NewObject<'a>> {
    Ok(NewObject {
        name: &header.name,
        or_replace: header.or_replace,
        or_alter: header.or_alter,
        if_not_exists: header.if_not_exists,
        comment: properties.text("COMMENT")?.map(str::to_string),
        temporary: false,
        copy_grants: false,
        tags: &header.tags,
    })
}

/// The catalog's kind for a statement's.
///
/// # Errors
/// A refusal of kinds that the account does not have.
pub fn kind_of(kind: statement::ObjectKind) -> Result<ObjectKind> {
    use statement::ObjectKind as K;
    Ok(match kind {
        K::Database => ObjectKind::Database,
        K::Schema => ObjectKind::Schema,
        K::Table | K::DynamicTable | K::ExternalTable => ObjectKind::Table,
        K::View => ObjectKind::View,
        K::Stage => ObjectKind::Stage,
        K::FileFormat => ObjectKind::FileFormat,
        K::Pipe => ObjectKind::Pipe,
        K::Stream => ObjectKind::Stream,
        K::Task => ObjectKind::Task,
        K::Sequence => ObjectKind::Sequence,
        K::Warehouse => ObjectKind::Warehouse,
        K::Role => ObjectKind::Role,
        K::Integration => ObjectKind::Integration,
        K::Function => ObjectKind::Function,
        K::Procedure => ObjectKind::Procedure,
        K::MaskingPolicy => ObjectKind::MaskingPolicy,
        K::User => ObjectKind::User,
        K::RowAccessPolicy => ObjectKind::RowAccessPolicy,
        K::Tag => ObjectKind::Tag,
        K::ResourceMonitor => ObjectKind::ResourceMonitor,
        K::Account | K::MaterializedView | K::Column | K::DatabaseRole => {
            return Err(Error::unsupported(format!("{kind} objects")));
        }
    })
}

/// DATA_RETENTION_TIME_IN_DAYS: 0 to 90, 0 or 1 for what is transient or temporary.
///
/// # Errors
/// 001008 when it is out of range.
pub fn retention_days(properties: &Properties, permanent: bool) -> Result<Option<u32>> {
    let Some(property) = properties.property("DATA_RETENTION_TIME_IN_DAYS") else {
        return Ok(None);
    };
    let days = property.value.as_i64().and_then(|days| u32::try_from(days).ok());
    let most = if permanent { 90 } else { 1 };
    days.filter(|days| *days <= most)
        .map(Some)
        .ok_or_else(|| property.invalid())
}

/// Fails unless the property, where given, is a whole number in a range.
///
/// # Errors
/// 001008 when it is not.
pub fn check_range(properties: &Properties, name: &str, low: i64, high: i64) -> Result<()> {
    let Some(property) = properties.property(name) else {
        return Ok(());
    };
    match property.value.as_i64() {
        Some(value) if (low..=high).contains(&value) => Ok(()),
        _ => Err(property.invalid()),
    }
}

/// Fails unless the property, where given, is one of some words, in any letter case.
///
/// # Errors
/// 001008 when it is not.
pub fn check_word(properties: &Properties, name: &str, words: &[&str]) -> Result<()> {
    let Some(property) = properties.property(name) else {
        return Ok(());
    };
    match property.value.as_text() {
        Some(text) if words.iter().any(|word| word.eq_ignore_ascii_case(text)) => Ok(()),
        _ => Err(property.invalid()),
    }
}

/// Fails unless the property, where given, is TRUE or FALSE.
///
/// # Errors
/// 001008 when it is not.
pub fn check_bool(properties: &Properties, name: &str) -> Result<()> {
    properties.bool(name).map(|_| ())
}

/// `SQL compilation error:` with a message.
pub fn fault(code: i32, sqlstate: &'static str, message: impl std::fmt::Display) -> Error {
    Error::new(code, sqlstate, format!("SQL compilation error:\n{message}"))
}
