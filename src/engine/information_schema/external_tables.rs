//! EXTERNAL_TABLES, EXTERNAL_TABLE_FILES and EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY.
//! <https://docs.snowflake.com/en/sql-reference/info-schema/external_tables>,
//! <https://docs.snowflake.com/en/sql-reference/functions/external_table_files>,
//! <https://docs.snowflake.com/en/sql-reference/functions/external_table_registration_history>

use std::sync::Arc;

use jiff::SignedDuration;

use super::functions::Arguments;
use super::{NUMBER, Scope, TEXT, TIME, altered};
use crate::catalog::{Object, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show::{external_format, external_location};
use crate::error::{Error, Result};
use crate::plan::NamedArgument;
use crate::sql::QualifiedName;
use crate::types::SnowType;

pub const EXTERNAL_TABLES: Columns = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("TABLE_OWNER", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("LAST_DDL", TIME),
    ("LAST_DDL_BY", TEXT),
    ("AUTO_CLUSTERING_ON", SnowType::Boolean),
    ("COMMENT", TEXT),
    ("LOCATION", TEXT),
    ("FILE_FORMAT_NAME", TEXT),
    ("FILE_FORMAT_TYPE", TEXT),
];

pub fn external_tables(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Table) {
        let Some(external) = object.as_external() else {
            continue;
        };
        let [database, schema, name] = scope.place(&object);
        let (format_name, format_type) = external_format(&scope.lister, external);
        rows.push(vec![
            database,
            schema,
            name,
            object.owner.as_str().into(),
            object.created.into(),
            altered(&object),
            altered(&object),
            Cell::Null,
            false.into(),
            object.comment.clone().into(),
            external_location(&scope.lister, external).into(),
            format_name.into(),
            format_type.into(),
        ]);
    }
}

/// The external table that TABLE_NAME names.
fn table(environment: &StatementEnvironment, arguments: &Arguments<'_>) -> Result<Arc<Object>> {
    let text = arguments.required_text("TABLE_NAME")?;
    let missing = || Error::not_found("External table", &text);
    let name = QualifiedName::parse(&text).ok_or_else(missing)?;
    let object = environment.names().find(ObjectKind::Table, &name)?;
    object
        .filter(|object| object.as_external().is_some())
        .ok_or_else(missing)
}

/// The files that a table shows.
pub fn files(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    let arguments = Arguments::read(environment, "EXTERNAL_TABLE_FILES", &["TABLE_NAME"], arguments)?;
    let table = table(environment, &arguments)?;
    let mut rows = Rows::new(&[
        ("FILE_NAME", TEXT),
        ("REGISTERED_ON", TIME),
        ("FILE_SIZE", NUMBER),
        ("LAST_MODIFIED", TIME),
        ("ETAG", TEXT),
        ("MD5", TEXT),
    ]);
    for file in environment.snapshot.registered(table.id) {
        // The ETag of what was put in several parts is no MD5.
        let md5 = (!file.etag.contains('-')).then_some(file.etag.as_str());
        rows.push(vec![
            file.file.as_str().into(),
            file.at.into(),
            file.size.into(),
            file.last_modified.into(),
            file.etag.as_str().into(),
            md5.into(),
        ]);
    }
    Ok(rows)
}

/// What refreshes of a table did in the last 30 days.
pub fn history(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    const FUNCTION: &str = "EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY";
    let arguments = Arguments::read(environment, FUNCTION, &["TABLE_NAME", "START_TIME"], arguments)?;
    let table = table(environment, &arguments)?;
    let now = environment.context.types.now;
    let earliest = now
        .checked_sub(SignedDuration::from_hours(24 * 30))
        .unwrap_or(now);
    let start = arguments.moment("START_TIME").ok().flatten();
    let start = start.map_or(earliest, |start| start.max(earliest));
    let mut rows = Rows::new(&[
        ("JOB_CREATED_TIME", TIME),
        ("FILE_NAME", TEXT),
        ("OPERATION_STATUS", TEXT),
        ("MESSAGE", TEXT),
        ("FILE_SIZE", NUMBER),
        ("LAST_MODIFIED", TIME),
    ]);
    let mut registrations = environment.snapshot.registrations();
    let meant = registrations
        .by_ref()
        .filter(|file| file.table == table.id && file.at >= start);
    for file in meant {
        let (status, message) = file.status.label();
        rows.push(vec![
            file.at.into(),
            file.file.as_str().into(),
            status.into(),
            file.error.as_deref().unwrap_or(message).into(),
            file.size.into(),
            file.last_modified.into(),
        ]);
    }
    Ok(rows)
}
