//! COPY INTO a table and COPY INTO a location (<https://docs.snowflake.com/en/sql-reference/sql/copy-into-table>,
//! <https://docs.snowflake.com/en/sql-reference/sql/copy-into-location>).

use datafusion::sql::sqlparser::ast::{Expr, Query};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::location::StageLocation;
use crate::sql::name::{Ident, QualifiedName};
use crate::sql::properties::Properties;

/// Where COPY INTO a table reads from.
#[derive(Debug, Clone, PartialEq)]
pub enum CopySource {
    /// Files as they are.
    Location(StageLocation),
    /// A query over files; its FROM holds one location.
    Query {
        /// The query.
        query: Box<Query>,
        /// As written, without the parentheses.
        text: String,
    },
}

/// COPY INTO table.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyIntoTable {
    /// The table.
    pub table: QualifiedName,
    /// The columns; empty means all.
    pub columns: Vec<Ident>,
    /// The files; absent means the table's own stage.
    pub source: Option<CopySource>,
    /// FILES, relative to the location.
    pub files: Option<Vec<String>>,
    /// PATTERN.
    pub pattern: Option<String>,
    /// FILE_FORMAT.
    pub file_format: Properties,
    /// VALIDATION_MODE, as written: `RETURN_ERRORS`, `RETURN_ALL_ERRORS` or `RETURN_n_ROWS`.
    pub validation_mode: Option<String>,
    /// ON_ERROR, PURGE, FORCE, … and, for a URL, STORAGE_INTEGRATION, CREDENTIALS, ENCRYPTION.
    pub options: Properties,
}

/// What COPY INTO a location writes.
#[derive(Debug, Clone, PartialEq)]
pub enum UnloadSource {
    /// A table.
    Table(QualifiedName),
    /// A query.
    Query(Box<Query>),
}

/// COPY INTO location.
#[derive(Debug, Clone, PartialEq)]
pub struct CopyIntoLocation {
    /// Where to.
    pub location: StageLocation,
    /// What.
    pub source: UnloadSource,
    /// PARTITION BY.
    pub partition_by: Option<Expr>,
    /// FILE_FORMAT.
    pub file_format: Properties,
    /// VALIDATION_MODE.
    pub validation_mode: Option<String>,
    /// HEADER, OVERWRITE, SINGLE, MAX_FILE_SIZE, INCLUDE_QUERY_ID, DETAILED_OUTPUT, …
    pub options: Properties,
}

const LOCATION_OPTIONS: &[&str] = &["STORAGE_INTEGRATION", "CREDENTIALS", "ENCRYPTION"];

const LOAD_OPTIONS: &[&str] = &[
    "STORAGE_INTEGRATION",
    "CREDENTIALS",
    "ENCRYPTION",
    "FILES",
    "PATTERN",
    "FILE_FORMAT",
    "CLUSTER_AT_INGEST_TIME",
    "LOAD_MODE",
    "ON_ERROR",
    "SIZE_LIMIT",
    "PURGE",
    "RETURN_FAILED_ONLY",
    "MATCH_BY_COLUMN_NAME",
    "INCLUDE_METADATA",
    "ENFORCE_LENGTH",
    "TRUNCATECOLUMNS",
    "FORCE",
    "LOAD_UNCERTAIN_FILES",
    "VALIDATION_MODE",
];

const UNLOAD_OPTIONS: &[&str] = &[
    "STORAGE_INTEGRATION",
    "CREDENTIALS",
    "ENCRYPTION",
    "FILE_FORMAT",
    "OVERWRITE",
    "SINGLE",
    "MAX_FILE_SIZE",
    "INCLUDE_QUERY_ID",
    "DETAILED_OUTPUT",
    "VALIDATION_MODE",
    "HEADER",
];

/// COPY, after `COPY INTO`.
pub(crate) fn copy_into(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if cursor.sees_location() {
        return copy_into_location(cursor);
    }
    copy_into_table(cursor).map(|copy| Statement::CopyIntoTable(Box::new(copy)))
}

/// COPY INTO table, after `COPY INTO`.
pub(crate) fn copy_into_table(cursor: &mut Cursor<'_>) -> Result<CopyIntoTable> {
    let table = cursor.name()?;
    let columns = cursor.optional_columns()?;
    let source = if cursor.take("FROM") {
        Some(source(cursor)?)
    } else {
        None
    };
    let mut options = Properties::default();
    loop {
        if cursor.sees("FILE_PROCESSOR") {
            return Err(Error::unsupported("FILE_PROCESSOR"));
        }
        // The documentation writes CLUSTER_AT_INGEST_TIME and others as `NAME = value`, separated by blanks or commas.
        let _ = *cursor.peek() == Token::Comma
            && *cursor.peek_nth(2) == Token::Eq
            && cursor.take_token(&Token::Comma);
        match cursor.known_property(LOAD_OPTIONS)? {
            Some(property) => options.push(property)?,
            None => break,
        }
    }
    let files = options
        .texts("FILES")?
        .map(|files| files.into_iter().map(str::to_string).collect());
    let pattern = options.text("PATTERN")?.map(str::to_string);
    let file_format = file_format(&options)?;
    let validation_mode = options.text("VALIDATION_MODE")?.map(str::to_string);
    for name in ["FILES", "PATTERN", "FILE_FORMAT", "VALIDATION_MODE"] {
        options.remove(name);
    }
    Ok(CopyIntoTable {
        table,
        columns,
        source,
        files,
        pattern,
        file_format,
        validation_mode,
        options,
    })
}

fn source(cursor: &mut Cursor<'_>) -> Result<CopySource> {
    if cursor.take_token(&Token::LParen) {
        let (query, text) = cursor.query_text()?;
        cursor.expect_token(&Token::RParen)?;
        return Ok(CopySource::Query { query, text });
    }
    Ok(CopySource::Location(cursor.stage_location()?))
}

/// FILE_FORMAT: a list of options, or a name alone.
fn file_format(options: &Properties) -> Result<Properties> {
    let given = options.property("FILE_FORMAT");
    Ok(given.map(super::format::options).transpose()?.unwrap_or_default())
}

fn copy_into_location(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let location = cursor.stage_location()?;
    let mut options = cursor.properties(LOCATION_OPTIONS)?;
    cursor.expect("FROM")?;
    let source = if *cursor.peek() == Token::LParen {
        cursor.expect_token(&Token::LParen)?;
        let query = cursor.query()?;
        cursor.expect_token(&Token::RParen)?;
        UnloadSource::Query(query)
    } else {
        UnloadSource::Table(cursor.name()?)
    };
    let mut partition_by = None;
    loop {
        if partition_by.is_none() && cursor.take("PARTITION BY") {
            partition_by = Some(cursor.expr()?);
        } else if let Some(property) = cursor.known_property(UNLOAD_OPTIONS)? {
            options.push(property)?;
        } else {
            break;
        }
    }
    let file_format = file_format(&options)?;
    let validation_mode = options.text("VALIDATION_MODE")?.map(str::to_string);
    options.remove("FILE_FORMAT");
    options.remove("VALIDATION_MODE");
    Ok(Statement::CopyIntoLocation(Box::new(CopyIntoLocation {
        location,
        source,
        partition_by,
        file_format,
        validation_mode,
        options,
    })))
}
