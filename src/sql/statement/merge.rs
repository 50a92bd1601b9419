//! MERGE (<https://docs.snowflake.com/en/sql-reference/sql/merge>).

use datafusion::sql::sqlparser::ast::{Expr, TableFactor};

use super::Statement;
use super::dml::{Assignment, DmlTarget};
use super::insert::InsertValue;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::name::Ident;

/// MERGE.
#[derive(Debug, Clone, PartialEq)]
pub struct Merge {
    /// INTO.
    pub target: DmlTarget,
    /// USING.
    pub source: TableFactor,
    /// ON.
    pub on: Expr,
    /// The clauses, in the order written, which is the order they are tried in.
    pub clauses: Vec<MergeClause>,
}

/// WHEN … THEN.
#[derive(Debug, Clone, PartialEq)]
pub struct MergeClause {
    /// MATCHED (true) or NOT MATCHED.
    pub matched: bool,
    /// AND.
    pub condition: Option<Expr>,
    /// THEN.
    pub action: MergeAction,
}

/// What a clause does with a row.
#[derive(Debug, Clone, PartialEq)]
pub enum MergeAction {
    /// UPDATE SET.
    Update(Vec<Assignment>),
    /// UPDATE ALL BY NAME.
    UpdateAllByName,
    /// DELETE.
    Delete,
    /// INSERT (columns) VALUES (values); no columns means all.
    Insert {
        /// The columns.
        columns: Vec<Ident>,
        /// The values.
        values: Vec<InsertValue>,
    },
    /// INSERT ALL BY NAME.
    InsertAllByName,
}

/// MERGE, after the word.
pub(crate) fn merge(cursor: &mut Cursor<'_>) -> Result<Statement> {
    cursor.expect("INTO")?;
    let target = cursor.dml_target(&["USING"])?;
    cursor.expect("USING")?;
    let source = cursor.table_factor()?;
    cursor.expect("ON")?;
    let on = cursor.expr()?;
    let mut clauses = Vec::new();
    while cursor.take("WHEN") {
        clauses.push(clause(cursor, &target)?);
    }
    if clauses.is_empty() {
        return cursor.unexpected();
    }
    Ok(Statement::Merge(Box::new(Merge {
        target,
        source,
        on,
        clauses,
    })))
}

fn clause(cursor: &mut Cursor<'_>, target: &DmlTarget) -> Result<MergeClause> {
    let matched = !cursor.take("NOT");
    cursor.expect("MATCHED")?;
    if cursor.sees("BY") {
        return Err(Error::unsupported("MERGE … WHEN NOT MATCHED BY"));
    }
    let condition = if cursor.take("AND") {
        Some(cursor.expr()?)
    } else {
        None
    };
    cursor.expect("THEN")?;
    let action = match (matched, cursor.take_one_of(&["UPDATE", "DELETE", "INSERT"])) {
        (true, Some("UPDATE")) => {
            if cursor.take("ALL BY NAME") {
                MergeAction::UpdateAllByName
            } else {
                cursor.expect("SET")?;
                MergeAction::Update(cursor.assignments(target)?)
            }
        }
        (true, Some("DELETE")) => MergeAction::Delete,
        (false, Some("INSERT")) => {
            if cursor.take("ALL BY NAME") {
                MergeAction::InsertAllByName
            } else {
                let columns = if *cursor.peek() == datafusion::sql::sqlparser::tokenizer::Token::LParen {
                    cursor.in_parentheses(|cursor| cursor.target_column(target))?
                } else {
                    Vec::new()
                };
                cursor.expect("VALUES")?;
                MergeAction::Insert {
                    columns,
                    values: cursor.in_parentheses(Cursor::dml_value)?,
                }
            }
        }
        _ => return cursor.unexpected(),
    };
    Ok(MergeClause {
        matched,
        condition,
        action,
    })
}
