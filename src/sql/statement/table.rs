//! CREATE TABLE in all its forms (<https://docs.snowflake.com/en/sql-reference/sql/create-table>).

use datafusion::sql::sqlparser::ast::{Expr, Query};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::column::{ColumnDef, TableConstraint};
use super::common::{CloneSource, CreateHeader, Modifiers};
use super::row_access::RowAccessClause;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::QualifiedName;
use crate::sql::properties::Properties;

/// How long a table lives and what protects it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TableKind {
    /// With time travel and fail-safe.
    Permanent,
    /// TRANSIENT: without fail-safe.
    Transient,
    /// TEMPORARY: for the session only.
    Temporary,
}

/// Where a new table's columns, or its rows, come from.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "held once per statement; a plain expression reads best"
)]
pub enum TableSource {
    /// The column list alone.
    Columns,
    /// AS query.
    Query(Box<Query>),
    /// LIKE table.
    Like(QualifiedName),
    /// CLONE table.
    Clone(CloneSource),
    /// USING TEMPLATE (query): the columns are what the query says of them.
    Template(Box<Query>),
}

/// CREATE TABLE.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateTable {
    /// Heading.
    pub header: CreateHeader,
    /// Permanent, transient or temporary.
    pub kind: TableKind,
    /// Columns; with AS they may be absent, or lack types.
    pub columns: Vec<ColumnDef>,
    /// Constraints, inline ones included.
    pub constraints: Vec<TableConstraint>,
    /// CLUSTER BY.
    pub cluster_by: Vec<Expr>,
    /// ROW ACCESS POLICY.
    pub row_access: Option<RowAccessClause>,
    /// COPY GRANTS.
    pub copy_grants: bool,
    /// CHANGE_TRACKING, DATA_RETENTION_TIME_IN_DAYS, STAGE_FILE_FORMAT, COMMENT, …
    pub properties: Properties,
    /// AS, LIKE, CLONE, or the columns alone.
    pub source: TableSource,
    /// EVENT TABLE, whose columns are always the same.
    pub events: bool,
}

/// The properties of tables.
pub(crate) const PROPERTIES: &[&str] = &[
    "CHANGE_TRACKING",
    "DATA_RETENTION_TIME_IN_DAYS",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "ENABLE_SCHEMA_EVOLUTION",
    "DEFAULT_DDL_COLLATION",
    "STAGE_FILE_FORMAT",
    "STAGE_COPY_OPTIONS",
    "ENABLE_DATA_COMPACTION",
    "COMMENT",
];

/// CREATE TABLE, after the word.
pub(crate) fn create_table(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    let allowed = Modifiers {
        transient: true,
        temporary: true,
        ..Modifiers::none()
    };
    modifiers.allow("TABLE", allowed)?;
    let kind = match (modifiers.temporary, modifiers.transient) {
        (true, _) => TableKind::Temporary,
        (false, true) => TableKind::Transient,
        (false, false) => TableKind::Permanent,
    };
    let header = cursor.create_header(modifiers)?;
    let mut table = CreateTable {
        header,
        kind,
        columns: Vec::new(),
        constraints: Vec::new(),
        cluster_by: Vec::new(),
        row_access: None,
        copy_grants: false,
        properties: Properties::default(),
        source: TableSource::Columns,
        events: false,
    };
    // Snowflake takes these clauses in any order.
    loop {
        if let Some(clause) = cursor.row_access_clause()? {
            table.row_access = Some(clause);
        }
        cursor.governance(&mut table.header.tags)?;
        if *cursor.peek() == Token::LParen && table.columns.is_empty() {
            (table.columns, table.constraints) = cursor.column_list()?;
        } else if cursor.take("CLUSTER BY") {
            table.cluster_by = cluster_keys(cursor)?;
        } else if cursor.take("COPY GRANTS") {
            table.copy_grants = true;
        } else if cursor.sees("COPY TAGS") {
            return Err(Error::unsupported("COPY TAGS"));
        } else if let Some(words) = cursor.take_one_of(&["FROM ARCHIVE OF", "FROM BACKUP SET"]) {
            return Err(Error::unsupported(format_args!("CREATE TABLE … {words}")));
        } else if let Some(property) = cursor.known_property(PROPERTIES)? {
            table.properties.push(property)?;
        } else if !matches!(table.source, TableSource::Columns) {
            break;
        } else if cursor.take("LIKE") {
            table.source = TableSource::Like(cursor.name()?);
        } else if cursor.take("USING TEMPLATE") {
            cursor.expect_token(&Token::LParen)?;
            table.source = TableSource::Template(cursor.query()?);
            cursor.expect_token(&Token::RParen)?;
        } else if let Some(clone) = cursor.clone_source()? {
            table.source = TableSource::Clone(clone);
        } else if cursor.take("AS") {
            table.source = TableSource::Query(cursor.query()?);
        } else {
            break;
        }
    }
    let untyped = table.columns.iter().any(|column| column.data_type.is_none());
    let bare = matches!(table.source, TableSource::Columns);
    if bare && (untyped || table.columns.is_empty()) {
        return cursor.unexpected();
    }
    Ok(Statement::CreateTable(Box::new(table)))
}

/// CREATE EVENT TABLE, after the words.
/// <https://docs.snowflake.com/en/sql-reference/sql/create-event-table>
pub(crate) fn create_event_table(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    modifiers.allow("EVENT TABLE", Modifiers::none())?;
    let mut table = CreateTable {
        header: cursor.create_header(modifiers)?,
        kind: TableKind::Permanent,
        columns: Vec::new(),
        constraints: Vec::new(),
        cluster_by: Vec::new(),
        copy_grants: false,
        properties: Properties::default(),
        source: TableSource::Columns,
        row_access: None,
        events: true,
    };
    if cursor.sees("CLONE") {
        return Err(Error::unsupported("CREATE EVENT TABLE … CLONE"));
    }
    loop {
        cursor.refuse_governance()?;
        if cursor.take("CLUSTER BY") {
            table.cluster_by = cluster_keys(cursor)?;
        } else if cursor.take("COPY GRANTS") {
            table.copy_grants = true;
        } else if let Some(property) = cursor.known_property(EVENT_TABLE_PROPERTIES)? {
            table.properties.push(property)?;
        } else {
            return Ok(Statement::CreateTable(Box::new(table)));
        }
    }
}

/// The properties of event tables.
const EVENT_TABLE_PROPERTIES: &[&str] = &[
    "CHANGE_TRACKING",
    "DATA_RETENTION_TIME_IN_DAYS",
    "MAX_DATA_EXTENSION_TIME_IN_DAYS",
    "DEFAULT_DDL_COLLATION",
    "COMMENT",
];

/// `[LINEAR] ( expression, … )`.
pub(crate) fn cluster_keys(cursor: &mut Cursor<'_>) -> Result<Vec<Expr>> {
    cursor.take("LINEAR");
    cursor.in_parentheses(Cursor::expr)
}
