//! Commands on an object of any kind: DROP, UNDROP, COMMENT, USE (<https://docs.snowflake.com/en/sql-reference/sql/drop>,
//! <https://docs.snowflake.com/en/sql-reference/sql/undrop>, <https://docs.snowflake.com/en/sql-reference/sql/comment>,
//! <https://docs.snowflake.com/en/sql-reference/sql/use>).

use super::Statement;
use super::kind::ObjectKind;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};
use datafusion::sql::sqlparser::tokenizer::Token;

/// DROP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drop {
    /// The kind.
    pub kind: ObjectKind,
    /// IF EXISTS.
    pub if_exists: bool,
    /// The name.
    pub name: QualifiedName,
    /// RESTRICT: fail if something refers to it. CASCADE is the rule otherwise.
    pub restrict: bool,
}

/// UNDROP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undrop {
    /// The kind.
    pub kind: ObjectKind,
    /// The name.
    pub name: QualifiedName,
}

/// COMMENT ON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// IF EXISTS.
    pub if_exists: bool,
    /// The kind.
    pub kind: ObjectKind,
    /// The name; for a column its table's.
    pub name: QualifiedName,
    /// The column, for ON COLUMN.
    pub column: Option<Ident>,
    /// IS.
    pub comment: String,
}

/// USE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Use {
    /// USE DATABASE, SCHEMA, WAREHOUSE or ROLE.
    Object(ObjectKind, QualifiedName),
    /// USE name: a database, or a database and a schema.
    Name(QualifiedName),
    /// USE SECONDARY ROLES ALL (true) or NONE.
    SecondaryRoles(bool),
}

/// DROP, after the word.
pub(crate) fn drop(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let kind = cursor.kind()?;
    if matches!(kind, ObjectKind::Account | ObjectKind::Column) {
        return Err(Error::unsupported(format_args!("DROP {kind}")));
    }
    let if_exists = cursor.take("IF EXISTS");
    let name = cursor.object_name(kind)?;
    let restrict = match kind {
        ObjectKind::Database
        | ObjectKind::Schema
        | ObjectKind::Table
        | ObjectKind::Sequence
        | ObjectKind::View => cursor.take_one_of(&["CASCADE", "RESTRICT"]) == Some("RESTRICT"),
        _ => false,
    };
    Ok(Statement::Drop(Drop {
        kind,
        if_exists,
        name,
        restrict,
    }))
}

/// UNDROP, after the word.
pub(crate) fn undrop(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let kind = cursor.kind()?;
    if !matches!(
        kind,
        ObjectKind::Database
            | ObjectKind::Schema
            | ObjectKind::Table
            | ObjectKind::DynamicTable
            | ObjectKind::ExternalTable
            | ObjectKind::Tag
    ) {
        return Err(Error::unsupported(format_args!("UNDROP {kind}")));
    }
    Ok(Statement::Undrop(Undrop {
        kind,
        name: cursor.name()?,
    }))
}

/// COMMENT, after the word.
pub(crate) fn comment(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let if_exists = cursor.take("IF EXISTS");
    cursor.expect("ON")?;
    let kind = cursor.kind()?;
    let (name, column) = if kind == ObjectKind::Column {
        let (table, column) = cursor.column_name()?;
        (table, Some(column))
    } else {
        (cursor.object_name(kind)?, None)
    };
    cursor.expect("IS")?;
    Ok(Statement::Comment(Comment {
        if_exists,
        kind,
        name,
        column,
        comment: cursor.string()?,
    }))
}

impl Cursor<'_> {
    /// `table.column`: the column's own name stands last.
    pub(crate) fn column_name(&mut self) -> Result<(QualifiedName, Ident)> {
        let mut parts = vec![self.ident()?];
        while self.take_token(&Token::Period) {
            parts.push(self.ident()?);
        }
        let column = parts.pop();
        match QualifiedName::new(parts).zip(column) {
            Some(found) => Ok(found),
            None => self.unexpected(),
        }
    }
}

/// USE, after the word.
pub(crate) fn use_object(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if cursor.take("SECONDARY ROLES") {
        return match cursor.take_one_of(&["ALL", "NONE"]) {
            Some(word) => Ok(Statement::Use(Use::SecondaryRoles(word == "ALL"))),
            None => Err(Error::unsupported("USE SECONDARY ROLES with a list")),
        };
    }
    const KINDS: [ObjectKind; 4] = [
        ObjectKind::Database,
        ObjectKind::Schema,
        ObjectKind::Warehouse,
        ObjectKind::Role,
    ];
    // A database may bear the name of a kind: then nothing, or a dot, follows it.
    let named = matches!(cursor.peek_nth(1), Token::EOF | Token::SemiColon | Token::Period);
    let kind = KINDS.into_iter().find(|kind| !named && cursor.take(kind.word()));
    let name = cursor.name()?;
    Ok(Statement::Use(match kind {
        Some(kind) => Use::Object(kind, name),
        None => Use::Name(name),
    }))
}
