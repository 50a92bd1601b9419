//! The session: its parameters and variables (<https://docs.snowflake.com/en/sql-reference/sql/alter-session>,
//! <https://docs.snowflake.com/en/sql-reference/sql/set>, <https://docs.snowflake.com/en/sql-reference/sql/unset>).

use datafusion::sql::sqlparser::ast::Expr;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use crate::error::Result;
use crate::sql::cursor::Cursor;
use crate::sql::name::Ident;
use crate::sql::properties::Properties;

/// ALTER SESSION or ALTER ACCOUNT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlterParameters {
    /// ACCOUNT rather than SESSION.
    pub account: bool,
    /// SET.
    pub set: Properties,
    /// UNSET.
    pub unset: Vec<String>,
}

/// SET of session variables.
#[derive(Debug, Clone, PartialEq)]
pub struct SetVariables {
    /// The variables with their values, in the order written.
    pub variables: Vec<(Ident, Expr)>,
}

/// UNSET of session variables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsetVariables {
    /// The variables.
    pub names: Vec<Ident>,
}

fn alter(cursor: &mut Cursor<'_>, account: bool) -> Result<Statement> {
    let mut statement = AlterParameters {
        account,
        set: Properties::default(),
        unset: Vec::new(),
    };
    if cursor.take("SET") {
        statement.set = cursor.any_properties()?;
    } else {
        cursor.expect("UNSET")?;
        statement.unset = cursor.unset_any()?;
    }
    Ok(Statement::AlterParameters(statement))
}

/// ALTER SESSION, after the words.
pub(crate) fn alter_session(cursor: &mut Cursor<'_>) -> Result<Statement> {
    alter(cursor, false)
}

/// ALTER ACCOUNT, after the words.
pub(crate) fn alter_account(cursor: &mut Cursor<'_>) -> Result<Statement> {
    alter(cursor, true)
}

/// SET, after the word.
pub(crate) fn set(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let variables = if *cursor.peek() == Token::LParen {
        let names = cursor.in_parentheses(Cursor::ident)?;
        cursor.expect_token(&Token::Eq)?;
        let values = cursor.in_parentheses(Cursor::expr)?;
        if names.len() != values.len() {
            return cursor.unexpected();
        }
        names.into_iter().zip(values).collect()
    } else {
        let name = cursor.ident()?;
        cursor.expect_token(&Token::Eq)?;
        vec![(name, cursor.expr()?)]
    };
    Ok(Statement::SetVariables(SetVariables { variables }))
}

/// UNSET, after the word.
pub(crate) fn unset(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let names = if *cursor.peek() == Token::LParen {
        cursor.in_parentheses(Cursor::ident)?
    } else {
        vec![cursor.ident()?]
    };
    Ok(Statement::UnsetVariables(UnsetVariables { names }))
}
