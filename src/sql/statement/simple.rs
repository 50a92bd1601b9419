//! CREATE for the kinds of objects that are nothing but a name and properties: warehouses, roles, users, file formats,
//! integrations and sequences. [`KINDS`] says what each takes; a further kind is a further row.

use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use super::format::check_format;
use super::kind::ObjectKind;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::properties::{Properties, PropertyValue};

/// CREATE WAREHOUSE, ROLE, USER, FILE FORMAT, INTEGRATION or SEQUENCE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateSimple {
    /// What it makes.
    pub kind: ObjectKind,
    /// Heading.
    pub header: CreateHeader,
    /// TEMPORARY (file formats).
    pub temporary: bool,
    /// Its properties. A sequence has START, INCREMENT and ORDER (a boolean) whatever words they were written with.
    /// An integration has its family (`STORAGE`, `NOTIFICATION`) as FAMILY.
    pub properties: Properties,
}

/// The properties of one kind.
pub(crate) struct SimpleKind {
    /// The kind.
    pub(crate) kind: ObjectKind,
    /// The properties it takes. Empty: any; the engine judges, and for file formats their table.
    pub(crate) properties: &'static [&'static str],
}

/// What each kind takes.
pub(crate) const KINDS: &[SimpleKind] = &[
    SimpleKind {
        kind: ObjectKind::FileFormat,
        properties: &[],
    },
    SimpleKind {
        kind: ObjectKind::Warehouse,
        properties: &[
            "WAREHOUSE_TYPE",
            "WAREHOUSE_SIZE",
            "GENERATION",
            "RESOURCE_CONSTRAINT",
            "MAX_CLUSTER_COUNT",
            "MIN_CLUSTER_COUNT",
            "SCALING_POLICY",
            "AUTO_SUSPEND",
            "AUTO_RESUME",
            "INITIALLY_SUSPENDED",
            "RESOURCE_MONITOR",
            "COMMENT",
            "ENABLE_QUERY_ACCELERATION",
            "QUERY_ACCELERATION_MAX_SCALE_FACTOR",
            "MAX_CONCURRENCY_LEVEL",
            "STATEMENT_QUEUED_TIMEOUT_IN_SECONDS",
            "STATEMENT_TIMEOUT_IN_SECONDS",
            "WAIT_FOR_COMPLETION",
        ],
    },
    SimpleKind {
        kind: ObjectKind::Role,
        properties: &["COMMENT"],
    },
    SimpleKind {
        kind: ObjectKind::DatabaseRole,
        properties: &["COMMENT"],
    },
    SimpleKind {
        kind: ObjectKind::User,
        properties: &[],
    },
    SimpleKind {
        kind: ObjectKind::Integration,
        properties: &[],
    },
    SimpleKind {
        kind: ObjectKind::Sequence,
        properties: &["START", "INCREMENT", "COMMENT"],
    },
];

/// The properties a kind takes; empty for any.
pub(crate) fn known(kind: ObjectKind) -> &'static [&'static str] {
    KINDS
        .iter()
        .find(|row| row.kind == kind)
        .map_or(&[], |row| row.properties)
}

/// Kinds that take no tags.
const TAGLESS: [ObjectKind; 2] = [ObjectKind::FileFormat, ObjectKind::Sequence];

/// The properties and tags to come, checked where the kind has a list.
fn simple_properties(
    cursor: &mut Cursor<'_>,
    kind: ObjectKind,
    header: &mut CreateHeader,
) -> Result<Properties> {
    let known = known(kind);
    let mut properties = Properties::default();
    loop {
        match TAGLESS.contains(&kind) {
            true => cursor.refuse_governance()?,
            false => cursor.governance(&mut header.tags)?,
        }
        let property = if known.is_empty() && cursor.sees_property() {
            Some(cursor.property()?)
        } else {
            cursor.known_property(known)?
        };
        match property {
            Some(property) => properties.push(property)?,
            None if kind == ObjectKind::FileFormat => {
                check_format(&properties)?;
                return Ok(properties);
            }
            None => return Ok(properties),
        }
        if *cursor.peek() == Token::Comma && *cursor.peek_nth(2) == Token::Eq {
            cursor.next();
        }
    }
}

/// CREATE of a kind, after its word.
fn create(cursor: &mut Cursor<'_>, modifiers: Modifiers, kind: ObjectKind) -> Result<Statement> {
    let temporary = kind == ObjectKind::FileFormat;
    modifiers.allow(
        kind.word(),
        Modifiers {
            temporary,
            ..Modifiers::none()
        },
    )?;
    let mut header = cursor.create_header(modifiers)?;
    let _ = cursor.take("WITH");
    let properties = simple_properties(cursor, kind, &mut header)?;
    Ok(Statement::CreateSimple(CreateSimple {
        kind,
        header,
        temporary: modifiers.temporary,
        properties,
    }))
}

/// CREATE WAREHOUSE (<https://docs.snowflake.com/en/sql-reference/sql/create-warehouse>).
pub(crate) fn create_warehouse(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create(cursor, modifiers, ObjectKind::Warehouse)
}

/// CREATE ROLE (<https://docs.snowflake.com/en/sql-reference/sql/create-role>).
pub(crate) fn create_role(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create(cursor, modifiers, ObjectKind::Role)
}

/// CREATE DATABASE ROLE (<https://docs.snowflake.com/en/sql-reference/sql/create-database-role>).
pub(crate) fn create_database_role(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create(cursor, modifiers, ObjectKind::DatabaseRole)
}

/// CREATE USER (<https://docs.snowflake.com/en/sql-reference/sql/create-user>).
pub(crate) fn create_user(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create(cursor, modifiers, ObjectKind::User)
}

/// CREATE FILE FORMAT (<https://docs.snowflake.com/en/sql-reference/sql/create-file-format>).
pub(crate) fn create_file_format(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create(cursor, modifiers, ObjectKind::FileFormat)
}

/// CREATE STORAGE INTEGRATION (<https://docs.snowflake.com/en/sql-reference/sql/create-storage-integration>).
pub(crate) fn create_storage_integration(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    create_integration(cursor, modifiers, "STORAGE")
}

/// CREATE NOTIFICATION INTEGRATION
/// (<https://docs.snowflake.com/en/sql-reference/sql/create-notification-integration>).
pub(crate) fn create_notification_integration(
    cursor: &mut Cursor<'_>,
    modifiers: Modifiers,
) -> Result<Statement> {
    create_integration(cursor, modifiers, "NOTIFICATION")
}

fn create_integration(cursor: &mut Cursor<'_>, modifiers: Modifiers, family: &str) -> Result<Statement> {
    let place = cursor.place();
    let statement = create(cursor, modifiers, ObjectKind::Integration)?;
    if let Statement::CreateSimple(mut create) = statement {
        let value = PropertyValue::String(family.to_string());
        let property = crate::sql::properties::Property {
            name: "FAMILY".to_string(),
            value,
            place,
        };
        create.properties.push(property)?;
        return Ok(Statement::CreateSimple(create));
    }
    Err(Error::internal("CREATE INTEGRATION made another statement"))
}

/// CREATE SEQUENCE (<https://docs.snowflake.com/en/sql-reference/sql/create-sequence>).
pub(crate) fn create_sequence(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("SEQUENCE", Modifiers::none())?;
    let header = cursor.create_header(modifiers)?;
    let _ = cursor.take("WITH");
    let properties = sequence_properties(cursor)?;
    Ok(Statement::CreateSimple(CreateSimple {
        kind: ObjectKind::Sequence,
        header,
        temporary: false,
        properties,
    }))
}

/// `[START [WITH] [=] n] [INCREMENT [BY] [=] n] [ORDER | NOORDER] [COMMENT = '…']`, in any order.
pub(crate) fn sequence_properties(cursor: &mut Cursor<'_>) -> Result<Properties> {
    let mut properties = Properties::default();
    loop {
        let place = cursor.place();
        let (name, value) = if cursor.take("START") {
            let _ = cursor.take("WITH");
            let _ = cursor.take_token(&Token::Eq);
            ("START", PropertyValue::Number(cursor.integer()?.to_string()))
        } else if cursor.take("INCREMENT") {
            let _ = cursor.take("BY");
            let _ = cursor.take_token(&Token::Eq);
            ("INCREMENT", PropertyValue::Number(cursor.integer()?.to_string()))
        } else if let Some(word) = cursor.take_one_of(&["ORDER", "NOORDER"]) {
            ("ORDER", PropertyValue::Bool(word == "ORDER"))
        } else if let Some(property) = cursor.known_property(&["COMMENT"])? {
            properties.push(property)?;
            continue;
        } else {
            return Ok(properties);
        };
        properties.push(crate::sql::properties::Property {
            name: name.to_string(),
            value,
            place,
        })?;
    }
}
