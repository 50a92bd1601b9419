//! CREATE STAGE (<https://docs.snowflake.com/en/sql-reference/sql/create-stage>).

use super::Statement;
use super::common::{CloneSource, CreateHeader, Modifiers};
use super::format::check_file_format;
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::properties::Properties;

/// CREATE STAGE. It is external if it has a URL.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateStage {
    /// Heading.
    pub header: CreateHeader,
    /// TEMPORARY.
    pub temporary: bool,
    /// CLONE of another external stage.
    pub clone: Option<CloneSource>,
    /// URL, STORAGE_INTEGRATION, CREDENTIALS, ENCRYPTION, ENDPOINT, DIRECTORY, FILE_FORMAT, COPY_OPTIONS, COMMENT, …
    pub properties: Properties,
}

/// The properties of stages.
pub(crate) const PROPERTIES: &[&str] = &[
    "URL",
    "STORAGE_INTEGRATION",
    "CREDENTIALS",
    "ENCRYPTION",
    "ENDPOINT",
    "AWS_ACCESS_POINT_ARN",
    "USE_PRIVATELINK_ENDPOINT",
    "DIRECTORY",
    "FILE_FORMAT",
    "COPY_OPTIONS",
    "COMMENT",
];

/// CREATE STAGE, after the word.
pub(crate) fn create_stage(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow(
        "STAGE",
        Modifiers {
            temporary: true,
            ..Modifiers::none()
        },
    )?;
    let mut header = cursor.create_header(modifiers)?;
    let clone = cursor.clone_source()?;
    let mut properties = Properties::default();
    loop {
        cursor.governance(&mut header.tags)?;
        match cursor.known_property(PROPERTIES)? {
            Some(property) => properties.push(property)?,
            None => break,
        }
    }
    check_file_format(&mut properties)?;
    Ok(Statement::CreateStage(CreateStage {
        header,
        temporary: modifiers.temporary,
        clone,
        properties,
    }))
}
