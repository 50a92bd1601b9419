//! CREATE DATABASE and CREATE SCHEMA
//! (<https://docs.snowflake.com/en/sql-reference/sql/create-database>,
//! <https://docs.snowflake.com/en/sql-reference/sql/create-schema>).

use super::Statement;
use super::common::{CloneSource, CreateHeader, Modifiers};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::properties::Properties;

/// CREATE DATABASE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateDatabase {
    /// Heading.
    pub header: CreateHeader,
    /// TRANSIENT: no fail-safe; its tables are transient.
    pub transient: bool,
    /// CLONE.
    pub clone: Option<CloneSource>,
    /// DATA_RETENTION_TIME_IN_DAYS, MAX_DATA_EXTENSION_TIME_IN_DAYS, DEFAULT_DDL_COLLATION, COMMENT, …
    pub properties: Properties,
}

/// CREATE SCHEMA.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateSchema {
    /// Heading.
    pub header: CreateHeader,
    /// TRANSIENT: no fail-safe; its tables are transient.
    pub transient: bool,
    /// WITH MANAGED ACCESS.
    pub managed_access: bool,
    /// CLONE.
    pub clone: Option<CloneSource>,
    /// DATA_RETENTION_TIME_IN_DAYS, MAX_DATA_EXTENSION_TIME_IN_DAYS, DEFAULT_DDL_COLLATION, COMMENT, …
    pub properties: Properties,
}

/// The properties of databases and schemas.
pub(crate) const PROPERTIES: &[&str] = &[
    "DATA_RETENTION_TIME_IN_DAYS",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "DEFAULT_DDL_COLLATION",
    "EVENT_TABLE",
    "LOG_LEVEL",
    "TRACE_LEVEL",
    "SUSPEND_TASK_AFTER_NUM_FAILURES",
    "TASK_AUTO_RETRY_ATTEMPTS",
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE",
    "USER_TASK_TIMEOUT_MS",
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
    "QUOTED_IDENTIFIERS_IGNORE_CASE",
    "ENABLE_CONSOLE_OUTPUT",
    "PIPE_EXECUTION_PAUSED",
    "COMMENT",
];

/// The list after the name, up to the end.
fn properties(cursor: &mut Cursor<'_>, header: &mut CreateHeader) -> Result<Properties> {
    let mut properties = Properties::default();
    loop {
        cursor.governance(&mut header.tags)?;
        match cursor.known_property(PROPERTIES)? {
            Some(property) => properties.push(property)?,
            None => return Ok(properties),
        }
    }
}

/// CREATE DATABASE, after the word.
pub(crate) fn create_database(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow(
        "DATABASE",
        Modifiers {
            transient: true,
            ..Modifiers::none()
        },
    )?;
    let mut header = cursor.create_header(modifiers)?;
    if cursor.sees("FROM SHARE") || cursor.sees("AS REPLICA OF") || cursor.sees("FROM LISTING") {
        return Err(Error::unsupported("CREATE DATABASE from a share or a replica"));
    }
    let clone = cursor.clone_source()?;
    let properties = properties(cursor, &mut header)?;
    let transient = modifiers.transient;
    Ok(Statement::CreateDatabase(CreateDatabase {
        header,
        transient,
        clone,
        properties,
    }))
}

/// CREATE SCHEMA, after the word.
pub(crate) fn create_schema(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow(
        "SCHEMA",
        Modifiers {
            transient: true,
            ..Modifiers::none()
        },
    )?;
    let mut header = cursor.create_header(modifiers)?;
    let clone = cursor.clone_source()?;
    let managed_access = cursor.take("WITH MANAGED ACCESS");
    let properties = properties(cursor, &mut header)?;
    let transient = modifiers.transient;
    Ok(Statement::CreateSchema(CreateSchema {
        header,
        transient,
        managed_access,
        clone,
        properties,
    }))
}
