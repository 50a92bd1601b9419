//! CREATE STREAM (<https://docs.snowflake.com/en/sql-reference/sql/create-stream>).

use super::Statement;
use super::common::{CreateHeader, Modifiers, TimeTravel};
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;
use crate::sql::properties::Properties;

/// What a stream follows.
#[derive(Debug, Clone, PartialEq)]
pub enum StreamSource {
    /// ON TABLE.
    Table(QualifiedName),
    /// ON EXTERNAL TABLE.
    ExternalTable(QualifiedName),
    /// ON VIEW.
    View(QualifiedName),
    /// ON STAGE: its directory table.
    Stage(QualifiedName),
    /// CLONE of another stream.
    Clone(QualifiedName),
}

/// CREATE STREAM.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateStream {
    /// Heading.
    pub header: CreateHeader,
    /// COPY GRANTS.
    pub copy_grants: bool,
    /// What it follows.
    pub source: StreamSource,
    /// The point it starts at, now if absent.
    pub at: Option<TimeTravel>,
    /// APPEND_ONLY, INSERT_ONLY, SHOW_INITIAL_ROWS, COMMENT.
    pub properties: Properties,
}

/// CREATE STREAM, after the word.
pub(crate) fn create_stream(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("STREAM", Modifiers::none())?;
    let mut header = cursor.create_header(modifiers)?;
    cursor.governance(&mut header.tags)?;
    let mut copy_grants = cursor.take("COPY GRANTS");
    let source = if cursor.take("CLONE") {
        StreamSource::Clone(cursor.name()?)
    } else {
        cursor.expect("ON")?;
        if cursor.take("TABLE") || cursor.take("DYNAMIC TABLE") {
            StreamSource::Table(cursor.name()?)
        } else if cursor.take("VIEW") {
            StreamSource::View(cursor.name()?)
        } else if cursor.take("STAGE") {
            StreamSource::Stage(cursor.name()?)
        } else if cursor.take("EXTERNAL TABLE") {
            StreamSource::ExternalTable(cursor.name()?)
        } else if let Some(kind) = cursor.take_one_of(&["EVENT TABLE", "ICEBERG TABLE"]) {
            return Err(Error::unsupported(format_args!("CREATE STREAM … ON {kind}")));
        } else {
            return cursor.unexpected();
        }
    };
    copy_grants |= cursor.take("COPY GRANTS");
    let at = cursor.time_travel()?;
    let mut properties = Properties::default();
    loop {
        cursor.governance(&mut header.tags)?;
        match cursor.known_property(&["APPEND_ONLY", "INSERT_ONLY", "SHOW_INITIAL_ROWS", "COMMENT"])? {
            Some(property) => properties.push(property)?,
            None => break,
        }
    }
    Ok(Statement::CreateStream(Box::new(CreateStream {
        header,
        copy_grants,
        source,
        at,
        properties,
    })))
}
