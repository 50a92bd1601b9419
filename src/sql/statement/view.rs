//! CREATE VIEW (<https://docs.snowflake.com/en/sql-reference/sql/create-view>).

use datafusion::sql::sqlparser::ast::Query;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::common::{CreateHeader, Modifiers};
use super::masking::ColumnPolicy;
use super::row_access::RowAccessClause;
use super::tag::TagValue;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::Ident;
use crate::sql::properties::Properties;

/// A column name of a view, with its comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewColumn {
    /// Name.
    pub name: Ident,
    /// COMMENT.
    pub comment: Option<String>,
    /// MASKING POLICY.
    pub masking: Option<ColumnPolicy>,
    /// WITH TAG.
    pub tags: Vec<TagValue>,
}

/// CREATE VIEW.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateView {
    /// Heading.
    pub header: CreateHeader,
    /// SECURE.
    pub secure: bool,
    /// TEMPORARY.
    pub temporary: bool,
    /// RECURSIVE.
    pub recursive: bool,
    /// The names of its columns; empty means those of the query.
    pub columns: Vec<ViewColumn>,
    /// ROW ACCESS POLICY.
    pub row_access: Option<RowAccessClause>,
    /// COPY GRANTS.
    pub copy_grants: bool,
    /// CHANGE_TRACKING, COMMENT.
    pub properties: Properties,
    /// The query.
    pub query: Box<Query>,
    /// The query as written.
    pub query_text: String,
    /// The whole statement as written, which SHOW VIEWS shows.
    pub text: String,
}

/// The properties of views.
pub(crate) const PROPERTIES: &[&str] = &["CHANGE_TRACKING", "COMMENT"];

/// CREATE VIEW, after the word.
pub(crate) fn create_view(cursor: &mut Cursor<'_>, modifiers: Modifiers) -> Result<Statement> {
    let allowed = Modifiers {
        temporary: true,
        secure: true,
        recursive: true,
        ..Modifiers::none()
    };
    modifiers.allow("VIEW", allowed)?;
    let mut header = cursor.create_header(modifiers)?;
    let mut columns = Vec::new();
    let mut row_access = None;
    let mut copy_grants = false;
    let mut properties = Properties::default();
    loop {
        if let Some(clause) = cursor.row_access_clause()? {
            row_access = Some(clause);
        }
        cursor.governance(&mut header.tags)?;
        if *cursor.peek() == Token::LParen && columns.is_empty() {
            columns = cursor.in_parentheses(view_column)?;
        } else if cursor.take("COPY GRANTS") {
            copy_grants = true;
        } else if cursor.sees("COPY TAGS") {
            return Err(Error::unsupported("COPY TAGS"));
        } else if let Some(property) = cursor.known_property(PROPERTIES)? {
            properties.push(property)?;
        } else {
            break;
        }
    }
    cursor.expect("AS")?;
    let (query, query_text) = cursor.query_text()?;
    let text = cursor.text_so_far();
    let Modifiers {
        secure,
        temporary,
        recursive,
        ..
    } = modifiers;
    Ok(Statement::CreateView(Box::new(CreateView {
        header,
        secure,
        temporary,
        recursive,
        columns,
        row_access,
        copy_grants,
        properties,
        query,
        query_text,
        text,
    })))
}

pub(super) fn view_column(cursor: &mut Cursor<'_>) -> Result<ViewColumn> {
    let name = cursor.ident()?;
    let masking = cursor.masking_clause()?;
    let mut tags = Vec::new();
    cursor.governance(&mut tags)?;
    let comment = if cursor.take("COMMENT") {
        cursor.take_token(&Token::Eq);
        Some(cursor.string()?)
    } else {
        None
    };
    Ok(ViewColumn {
        name,
        comment,
        masking,
        tags,
    })
}
