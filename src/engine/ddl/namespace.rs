//! CREATE DATABASE and CREATE SCHEMA.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-database>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-schema>
//!
//! Kept and without effect: all properties, but for the defaults for tasks and pipes, which
//! are refused, because tasks here do not look for them.

use super::clone;
use super::common::{
    alters, check_bool, check_range, created, existed, exists_already, new_object, retention_days,
};
use crate::catalog::object::{Database, Schema};
use crate::catalog::{ObjectBody, ObjectKind};
use crate::engine::work::NewObject;
use crate::engine::{StatementResult, Work, options};
use crate::error::{Error, Result};
use crate::sql::statement::{CreateDatabase, CreateHeader, CreateSchema};
use crate::sql::{Ident, Properties, QualifiedName};

/// Runs CREATE DATABASE: the database, its schema PUBLIC, and both become current.
pub(in crate::engine) fn create_database(
    work: &mut Work<'_>,
    create: CreateDatabase,
) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Database, &create.header)? {
        return Ok(result);
    }
    check_properties(&create.properties)?;
    let name = create.header.name.object().to_string();
    let new = new_object(&create.header, &create.properties)?;
    let alters = alters(work, ObjectKind::Database, &create.header)?;
    if let Some(source) = &create.clone {
        refuse_clone(&create.header)?;
        clone::database(work, &new, source, create.transient)?;
    } else {
        let retention_days = retention_days(&create.properties, !create.transient)?;
        let mut options = options::keep(&create.properties)?;
        options.unset("DATA_RETENTION_TIME_IN_DAYS");
        let body = Database {
            transient: create.transient,
            retention_days,
            options,
        };
        if work.create(&new, ObjectBody::Database(body))?.is_none() {
            return existed(&name);
        }
        if alters {
            return created(ObjectKind::Database, &name);
        }
        let parts = vec![Ident::quoted(name.as_str()), Ident::quoted("PUBLIC")];
        let public = QualifiedName::new(parts).ok_or_else(|| Error::internal("a name of two parts"))?;
        let public = NewObject {
            name: &public,
            or_replace: false,
            or_alter: false,
            if_not_exists: false,
            comment: None,
            tags: &[],
            ..new
        };
        let body = Schema {
            transient: create.transient,
            ..Schema::default()
        };
        work.create(&public, ObjectBody::Schema(body))?;
    }
    work.context.database = Some(name.clone());
    work.context.schema = Some("PUBLIC".to_string());
    created(ObjectKind::Database, &name)
}

/// Runs CREATE SCHEMA; the schema becomes current.
pub(in crate::engine) fn create_schema(work: &mut Work<'_>, create: CreateSchema) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Schema, &create.header)? {
        return Ok(result);
    }
    check_properties(&create.properties)?;
    let database = work.names().database(create.header.name.schema())?;
    let name = create.header.name.object().to_string();
    if name == "INFORMATION_SCHEMA" {
        return Err(Error::already_exists(&name));
    }
    let new = new_object(&create.header, &create.properties)?;
    let alters = alters(work, ObjectKind::Schema, &create.header)?;
    if let Some(source) = &create.clone {
        refuse_clone(&create.header)?;
        clone::schema(work, &new, source, create.transient, create.managed_access)?;
    } else {
        let transient = create.transient || database.as_database().is_some_and(|database| database.transient);
        let retention_days = retention_days(&create.properties, !transient)?;
        let mut options = options::keep(&create.properties)?;
        options.unset("DATA_RETENTION_TIME_IN_DAYS");
        let body = Schema {
            transient,
            managed_access: create.managed_access,
            retention_days,
            options,
        };
        if work.create(&new, ObjectBody::Schema(body))?.is_none() {
            return existed(&name);
        }
    }
    if !alters {
        work.context.database = Some(database.name.clone());
        work.context.schema = Some(name.clone());
    }
    created(ObjectKind::Schema, &name)
}

/// CREATE OR ALTER takes no source.
fn refuse_clone(header: &CreateHeader) -> Result<()> {
    match header.or_alter {
        true => Err(Error::unsupported("CREATE OR ALTER … CLONE")),
        false => Ok(()),
    }
}

/// Checks the properties of databases and schemas.
pub(super) fn check_properties(properties: &Properties) -> Result<()> {
    const REFUSED: [&str; 8] = [
        "EVENT_TABLE",
        "SUSPEND_TASK_AFTER_NUM_FAILURES",
        "TASK_AUTO_RETRY_ATTEMPTS",
        "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE",
        "USER_TASK_TIMEOUT_MS",
        "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
        "QUOTED_IDENTIFIERS_IGNORE_CASE",
        "PIPE_EXECUTION_PAUSED",
    ];
    if let Some(property) = properties
        .iter()
        .find(|property| REFUSED.contains(&property.name.as_str()))
    {
        return Err(Error::unsupported(format!(
            "{} of a database or schema",
            property.name
        )));
    }
    super::routine::check_levels(properties)?;
    super::columns::check_collation(properties)?;
    check_range(properties, "MAX_DATA_EXTENSION_TIME_IN_DAYS", 0, 90)?;
    check_bool(properties, "ENABLE_CONSOLE_OUTPUT")
}
