//! INSERT, into one table and into several (<https://docs.snowflake.com/en/sql-reference/sql/insert>,
//! <https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table>).

use datafusion::sql::sqlparser::ast::{Expr, Query};
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::name::{Ident, QualifiedName};

/// A value to be stored: an expression, or the column's default.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every value is an expression")]
pub enum InsertValue {
    /// DEFAULT.
    Default,
    /// An expression.
    Expr(Expr),
}

/// The rows of INSERT.
#[derive(Debug, Clone, PartialEq)]
pub enum InsertSource {
    /// VALUES: rows of equal or unequal width, which the engine checks.
    Values(Vec<Vec<InsertValue>>),
    /// A query.
    Query(Box<Query>),
}

/// INSERT INTO one table.
#[derive(Debug, Clone, PartialEq)]
pub struct Insert {
    /// OVERWRITE: the table is emptied first.
    pub overwrite: bool,
    /// The table.
    pub table: QualifiedName,
    /// The columns; empty means all.
    pub columns: Vec<Ident>,
    /// The rows.
    pub source: InsertSource,
}

/// INSERT ALL or INSERT FIRST.
#[derive(Debug, Clone, PartialEq)]
pub struct MultiInsert {
    /// OVERWRITE: the tables are emptied first.
    pub overwrite: bool,
    /// FIRST: a row goes to the first branch whose condition holds, not to all of them.
    pub first: bool,
    /// The branches; one without a condition in the unconditional form.
    pub branches: Vec<InsertBranch>,
    /// ELSE.
    pub otherwise: Vec<InsertTarget>,
    /// The rows.
    pub source: Box<Query>,
}

/// WHEN … THEN of a multi-table INSERT.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertBranch {
    /// WHEN; absent in the unconditional form.
    pub condition: Option<Expr>,
    /// The tables.
    pub targets: Vec<InsertTarget>,
}

/// INTO of a multi-table INSERT.
#[derive(Debug, Clone, PartialEq)]
pub struct InsertTarget {
    /// The table.
    pub table: QualifiedName,
    /// The columns; empty means all.
    pub columns: Vec<Ident>,
    /// VALUES over the query's columns; empty means the query's columns as they are.
    pub values: Vec<InsertValue>,
}

/// INSERT, after the word.
pub(crate) fn insert(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let overwrite = cursor.take("OVERWRITE");
    if let Some(word) = cursor.take_one_of(&["ALL", "FIRST"]) {
        return multi_insert(cursor, overwrite, word == "FIRST");
    }
    cursor.expect("INTO")?;
    let _ = cursor.sees("TABLE") && matches!(cursor.peek_nth(1), Token::Word(_)) && cursor.take("TABLE");
    let table = cursor.name()?;
    // A parenthesis here opens the columns, unless a query stands in it.
    let query = ["SELECT", "WITH", "VALUES"]
        .iter()
        .any(|word| super::super::cursor::word(cursor.peek_nth(1)) == Some(word));
    let columns = if *cursor.peek() == Token::LParen && !query {
        cursor.in_parentheses(Cursor::ident)?
    } else {
        Vec::new()
    };
    let source = if cursor.sees("VALUES") {
        values_or_query(cursor)?
    } else {
        InsertSource::Query(cursor.query()?)
    };
    Ok(Statement::Insert(Insert {
        overwrite,
        table,
        columns,
        source,
    }))
}

/// VALUES rows; a VALUES that goes on as a query (UNION, ORDER BY) is read as one.
fn values_or_query(cursor: &mut Cursor<'_>) -> Result<InsertSource> {
    let rows = cursor.attempt(|cursor| {
        cursor.expect("VALUES")?;
        let rows = cursor.comma_separated(|cursor| cursor.in_parentheses(insert_value))?;
        if cursor.at_end() {
            Ok(rows)
        } else {
            cursor.unexpected()
        }
    });
    match rows {
        Some(rows) => Ok(InsertSource::Values(rows)),
        None => Ok(InsertSource::Query(cursor.query()?)),
    }
}

fn insert_value(cursor: &mut Cursor<'_>) -> Result<InsertValue> {
    let bare = matches!(cursor.peek_nth(1), Token::Comma | Token::RParen);
    if bare && cursor.take("DEFAULT") {
        Ok(InsertValue::Default)
    } else {
        Ok(InsertValue::Expr(cursor.expr()?))
    }
}

fn multi_insert(cursor: &mut Cursor<'_>, overwrite: bool, first: bool) -> Result<Statement> {
    let mut branches = Vec::new();
    let mut otherwise = Vec::new();
    if cursor.sees("WHEN") {
        while cursor.take("WHEN") {
            let condition = Some(cursor.expr()?);
            cursor.expect("THEN")?;
            branches.push(InsertBranch {
                condition,
                targets: targets(cursor)?,
            });
        }
        if cursor.take("ELSE") {
            otherwise = targets(cursor)?;
        }
    } else if first {
        return cursor.unexpected();
    } else {
        branches.push(InsertBranch {
            condition: None,
            targets: targets(cursor)?,
        });
    }
    let source = cursor.query()?;
    Ok(Statement::MultiInsert(Box::new(MultiInsert {
        overwrite,
        first,
        branches,
        otherwise,
        source,
    })))
}

fn targets(cursor: &mut Cursor<'_>) -> Result<Vec<InsertTarget>> {
    let mut targets = Vec::new();
    cursor.expect("INTO")?;
    loop {
        let table = cursor.name()?;
        let query = ["SELECT", "WITH"]
            .iter()
            .any(|word| super::super::cursor::word(cursor.peek_nth(1)) == Some(word));
        let columns = if query {
            Vec::new()
        } else {
            cursor.optional_columns()?
        };
        let values = if cursor.take("VALUES") {
            cursor.in_parentheses(insert_value)?
        } else {
            Vec::new()
        };
        targets.push(InsertTarget {
            table,
            columns,
            values,
        });
        if !cursor.take("INTO") {
            return Ok(targets);
        }
    }
}
