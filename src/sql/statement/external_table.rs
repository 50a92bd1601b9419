//! External tables: CREATE and ALTER (<https://docs.snowflake.com/en/sql-reference/sql/create-external-table>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-external-table>).

use datafusion::sql::sqlparser::ast::Query;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::column::{ColumnDef, TableConstraint};
use super::common::{CreateHeader, Modifiers};
use super::format::check_file_format;
use super::row_access::RowAccessClause;
use crate::error::{Error, Result};
use crate::sql::StageLocation;
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;

/// CREATE EXTERNAL TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateExternalTable {
    /// Heading.
    pub header: CreateHeader,
    /// Columns, each an expression.
    pub columns: Vec<ColumnDef>,
    /// Constraints, inline ones included.
    pub constraints: Vec<TableConstraint>,
    /// USING TEMPLATE.
    pub template: Option<Box<Query>>,
    /// PARTITION BY.
    pub partition_by: Vec<Ident>,
    /// LOCATION.
    pub location: StageLocation,
    /// ROW ACCESS POLICY.
    pub row_access: Option<RowAccessClause>,
    /// COPY GRANTS.
    pub copy_grants: bool,
    /// REFRESH_ON_CREATE, AUTO_REFRESH, PATTERN, FILE_FORMAT, PARTITION_TYPE, AWS_SNS_TOPIC, COMMENT.
    pub properties: Properties,
}

/// ALTER EXTERNAL TABLE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterExternalTable {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The table.
    pub name: QualifiedName,
    /// What to do.
    pub action: ExternalTableAction,
}

/// What ALTER EXTERNAL TABLE does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExternalTableAction {
    /// REFRESH, below a path.
    Refresh(Option<String>),
    /// ADD FILES.
    AddFiles(Vec<String>),
    /// REMOVE FILES.
    RemoveFiles(Vec<String>),
    /// ADD PARTITION with the values of its columns, and its LOCATION.
    AddPartition(Vec<(Ident, String)>, String),
    /// DROP PARTITION LOCATION.
    DropPartition(String),
    /// SET AUTO_REFRESH.
    Set(Properties),
}

const PROPERTIES: &[&str] = &[
    "REFRESH_ON_CREATE",
    "AUTO_REFRESH",
    "PATTERN",
    "FILE_FORMAT",
    "PARTITION_TYPE",
    "AWS_SNS_TOPIC",
    "COMMENT",
];

/// CREATE EXTERNAL TABLE, after the words.
pub(crate) fn create_external_table(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("EXTERNAL TABLE", Modifiers::none())?;
    let mut header = cursor.create_header(modifiers)?;
    let mut columns = Vec::new();
    let mut constraints = Vec::new();
    let mut template = None;
    let mut partition_by = Vec::new();
    let mut location = None;
    let mut row_access = None;
    let mut copy_grants = false;
    let mut properties = Properties::default();
    loop {
        if let Some(clause) = cursor.row_access_clause()? {
            row_access = Some(clause);
        }
        cursor.governance(&mut header.tags)?;
        let with = cursor.sees("WITH LOCATION") && cursor.take("WITH");
        if *cursor.peek() == Token::LParen && columns.is_empty() {
            (columns, constraints) = cursor.column_list()?;
        } else if (with || cursor.sees("LOCATION")) && location.is_none() {
            cursor.expect("LOCATION")?;
            cursor.expect_token(&Token::Eq)?;
            location = Some(cursor.stage_location()?);
        } else if cursor.take("PARTITION BY") {
            partition_by = cursor.in_parentheses(Cursor::ident)?;
        } else if cursor.take("USING TEMPLATE") {
            let parentheses = cursor.take_token(&Token::LParen);
            template = Some(cursor.query()?);
            if parentheses {
                cursor.expect_token(&Token::RParen)?;
            }
        } else if cursor.take("COPY GRANTS") {
            copy_grants = true;
        } else if let Some(word) = cursor.take_one_of(&["TABLE_FORMAT", "INTEGRATION"]) {
            return Err(Error::unsupported(format_args!("{word} of an external table")));
        } else if let Some(property) = cursor.known_property(PROPERTIES)? {
            properties.push(property)?;
        } else {
            break;
        }
    }
    check_file_format(&mut properties)?;
    let Some(location) = location else {
        return cursor.unexpected();
    };
    Ok(Statement::CreateExternalTable(Box::new(CreateExternalTable {
        header,
        columns,
        constraints,
        template,
        partition_by,
        location,
        row_access,
        copy_grants,
        properties,
    })))
}

/// ALTER EXTERNAL TABLE, after the words.
pub(crate) fn alter_external_table(cursor: &mut Cursor<'_>) -> Result<Statement> {
    use ExternalTableAction as A;
    let if_exists = cursor.take("IF EXISTS");
    let name = cursor.name()?;
    // Some forms have the words behind the name.
    let if_exists = if_exists || cursor.take("IF EXISTS");
    let action = if cursor.take("REFRESH") {
        A::Refresh(cursor.take_string())
    } else if cursor.take("ADD FILES") {
        A::AddFiles(cursor.in_parentheses(Cursor::string)?)
    } else if cursor.take("REMOVE FILES") {
        A::RemoveFiles(cursor.in_parentheses(Cursor::string)?)
    } else if cursor.take("ADD PARTITION") {
        let values = cursor.in_parentheses(|cursor| {
            let column = cursor.ident()?;
            cursor.expect_token(&Token::Eq)?;
            Ok((column, cursor.string()?))
        })?;
        cursor.expect("LOCATION")?;
        A::AddPartition(values, cursor.string()?)
    } else if cursor.take("DROP PARTITION LOCATION") {
        A::DropPartition(cursor.string()?)
    } else if cursor.take("SET") {
        let properties = cursor.properties(&["AUTO_REFRESH"])?;
        if properties.is_empty() {
            return cursor.unexpected();
        }
        A::Set(properties)
    } else {
        return cursor.unexpected();
    };
    Ok(Statement::AlterExternalTable(AlterExternalTable {
        if_exists,
        name,
        action,
    }))
}
