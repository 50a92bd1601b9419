//! Text to statements: splitting a script, the Snowflake dialect, one statement type per command.
//!
//! * [`split`] cuts a script into statements and knows where each one starts.
//! * [`parse`] reads exactly one statement into a [`Statement`]; [`parse_with`] does so with a session's variables.
//!   [`parse_query`] and [`parse_expr`] read the parts.
//! * [`flow`] reads statements that are chained by `->>`.
//! * [`show_error`] shows a failure with its line and a caret.
//!
//! A text goes through `scan` (lexemes without loss), `lex` (folded tokens), `cursor` (the parsers' tool) and
//! `statement` (one file per family of commands, and a registry of leading words). Queries, expressions, types and
//! table factors are read by sqlparser, everything else here. **Every identifier in every tree is folded**: upper case
//! unless it was quoted. What sqlparser's tree cannot hold is encoded as `lex` describes; AT, BEFORE and CHANGES stand
//! in `TableFactor::Table::version` as function calls.

mod check;
mod cursor;
pub(crate) mod data_type;
mod depth;
pub mod flow;
mod lex;
mod locate;
mod location;
mod mask;
mod name;
mod outside_queries;
mod precedence;
mod properties;
mod reserved;
mod scan;
mod show_error;
mod source;
mod split;
pub mod statement;
mod unescape;
mod variables;
mod written;

pub use data_type::snow_type;
pub use locate::locate;
pub use location::{StageLocation, staged_name};
pub use mask::{is_secret, mask_secrets};
pub use name::{Ident, QualifiedName, quote_if_needed, quote_text, signature};
pub use outside_queries::{find_outside_queries, outside_queries, try_outside_queries};
pub use properties::{Properties, Property, PropertyValue};
pub use show_error::show_error;
pub use split::{ScriptStatement, split};
pub use statement::Statement;
pub use variables::Variables;
pub use written::written_items;

pub(crate) use lex::bind::not_set as bind_not_set;
pub(crate) use lex::forms::{ALL, EXCLUDE, FINAL, ILIKE, ROWS, RUNNING, SPREAD};
pub(crate) use scan::{Lexeme, LexemeKind, Scanner};
pub(crate) use split::statement_length;
pub(crate) use unescape::unescape as unescaped;

use datafusion::sql::sqlparser::ast::{Expr, Query};

use crate::error::Result;
use crate::types::SnowType;
use cursor::Cursor;

/// Reads one statement; `$name` stays a placeholder in it.
///
/// # Errors
/// 001003 where the text does not parse; 000002 for what Snowflake has and this house does not.
pub fn parse(text: &str) -> Result<Statement> {
    parse_with(text, &())
}

/// Reads one statement, session variables replaced by their values.
///
/// # Errors
/// Those of [`parse`], and 002211 for a variable that is not set.
pub fn parse_with(text: &str, variables: &dyn Variables) -> Result<Statement> {
    parse_bound(text, variables).map(|parsed| parsed.statement)
}

/// A statement with what its text tells besides.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The statement.
    pub statement: Statement,
    /// How many values its bind variables want.
    pub binds: usize,
}

/// Reads one statement as [`parse_with`] does, and counts its bind variables.
///
/// # Errors
/// Those of [`parse_with`], and 002049 for a bind without a value where a name or a word stands.
pub fn parse_bound(text: &str, variables: &dyn Variables) -> Result<Parsed> {
    if let Some(flow) = flow::read(text, variables)? {
        return Ok(Parsed {
            statement: Statement::Flow(flow),
            binds: 0,
        });
    }
    Cursor::read(text, variables, |cursor| {
        let statement = statement::registry::statement(cursor)?;
        let binds = cursor.binds();
        Ok(Parsed { statement, binds })
    })
}

/// Reads one query, such as a view's.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_query(text: &str) -> Result<Box<Query>> {
    Cursor::read(text, &(), |cursor| cursor.query())
}

/// Reads one expression, such as a column's default or a task's condition.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_expr(text: &str) -> Result<Expr> {
    Cursor::read(text, &(), |cursor| cursor.expr())
}

/// Reads the name of an object that stands in a text, a routine's with the types of its arguments.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_object_name(routine: bool, text: &str) -> Result<QualifiedName> {
    let parse: fn(&mut Cursor<'_>) -> Result<QualifiedName> = match routine {
        true => |cursor| cursor.object_name(statement::ObjectKind::Function),
        false => |cursor| cursor.name(),
    };
    Cursor::read(text, &(), parse)
}

/// Reads a column's name, with its table's before it.
///
/// # Errors
/// Those of [`parse`].
pub fn parse_column_name(text: &str) -> Result<(QualifiedName, Ident)> {
    Cursor::read(text, &(), |cursor| cursor.column_name())
}

/// Reads one expression with a session's variables and bind variables.
///
/// # Errors
/// Those of [`parse`], and 002049 for a bind without a value where a name stands.
pub fn parse_expr_with(text: &str, variables: &dyn Variables) -> Result<Expr> {
    Cursor::read(text, variables, |cursor| cursor.expr())
}

/// Reads a data type as a column's definition has it.
///
/// # Errors
/// Those of [`parse`], and those of [`snow_type`].
pub fn parse_type(text: &str) -> Result<SnowType> {
    Cursor::read(text, &(), |cursor| cursor.snow_type())
}

/// The first word or mark of a text, without the blanks and comments before it.
pub fn first_word(text: &str) -> Option<&str> {
    let lexeme = scan::Scanner::new(text).find(|lexeme| !lexeme.kind.is_blank())?;
    text.get(lexeme.start..lexeme.end)
}

#[cfg(test)]
mod tests;
