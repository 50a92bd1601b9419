//! CREATE PIPE and ALTER PIPE (<https://docs.snowflake.com/en/sql-reference/sql/create-pipe>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-pipe>).

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use super::copy::{CopyIntoTable, copy_into_table};
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;
use crate::sql::properties::Properties;

/// CREATE PIPE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreatePipe {
    /// Heading.
    pub header: CreateHeader,
    /// AUTO_INGEST, ERROR_INTEGRATION, AWS_SNS_TOPIC, INTEGRATION, COMMENT.
    pub properties: Properties,
    /// The COPY that loads each file.
    pub copy: Box<CopyIntoTable>,
    /// The COPY as written.
    pub copy_text: String,
}

const PROPERTIES: &[&str] = &[
    "AUTO_INGEST",
    "ERROR_INTEGRATION",
    "AWS_SNS_TOPIC",
    "INTEGRATION",
    "COMMENT",
];

/// CREATE PIPE, after the word.
pub(crate) fn create_pipe(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("PIPE", Modifiers::none())?;
    let header = cursor.create_header(modifiers)?;
    let properties = cursor.properties(PROPERTIES)?;
    cursor.expect("AS")?;
    let from = cursor.location();
    cursor.expect("COPY INTO")?;
    let copy = Box::new(copy_into_table(cursor)?);
    let copy_text = cursor.text_since(from);
    Ok(Statement::CreatePipe(CreatePipe {
        header,
        properties,
        copy,
        copy_text,
    }))
}

/// ALTER PIPE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterPipe {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The pipe.
    pub name: QualifiedName,
    /// What to do.
    pub action: PipeAction,
}

/// What ALTER PIPE does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PipeAction {
    /// SET PIPE_EXECUTION_PAUSED, COMMENT, ERROR_INTEGRATION.
    Set(Properties),
    /// UNSET of these properties.
    Unset(Vec<String>),
    /// REFRESH: load what the stage holds already.
    Refresh {
        /// PREFIX, below the stage's path.
        prefix: Option<String>,
        /// MODIFIED_AFTER, an ISO 8601 timestamp.
        modified_after: Option<String>,
    },
}

/// ALTER PIPE, after the words.
pub(crate) fn alter_pipe(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_exists = cursor.take("IF EXISTS");
    let name = cursor.name()?;
    let action = if cursor.take("SET") {
        cursor.refuse_governance()?;
        let properties = cursor.properties(&["PIPE_EXECUTION_PAUSED", "COMMENT", "ERROR_INTEGRATION"])?;
        if properties.is_empty() {
            return cursor.unexpected();
        }
        PipeAction::Set(properties)
    } else if cursor.take("UNSET") {
        PipeAction::Unset(cursor.unset_list(&["PIPE_EXECUTION_PAUSED", "COMMENT", "ERROR_INTEGRATION"])?)
    } else if cursor.take("REFRESH") {
        let properties = cursor.properties(&["PREFIX", "MODIFIED_AFTER"])?;
        PipeAction::Refresh {
            prefix: properties.text("PREFIX")?.map(str::to_string),
            modified_after: properties.text("MODIFIED_AFTER")?.map(str::to_string),
        }
    } else {
        return cursor.unexpected();
    };
    Ok(Statement::AlterPipe(AlterPipe {
        if_exists,
        name,
        action,
    }))
}
