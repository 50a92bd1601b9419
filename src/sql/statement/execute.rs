//! Statements that run other statements: transactions, EXECUTE IMMEDIATE, CALL, scripting blocks and EXPLAIN
//! (<https://docs.snowflake.com/en/sql-reference/sql/begin>,
//! <https://docs.snowflake.com/en/sql-reference/sql/execute-immediate>,
//! <https://docs.snowflake.com/en/sql-reference/sql/call>, <https://docs.snowflake.com/en/sql-reference/sql/explain>).

use datafusion::sql::sqlparser::ast::{Expr, FunctionArg};
use datafusion::sql::sqlparser::parser::Parser;
use datafusion::sql::sqlparser::tokenizer::Token;

use super::Statement;
use super::routine::CreateRoutine;
use crate::error::{Error, Result};
use crate::sql::cursor::Cursor;
use crate::sql::lex::SCRIPT;
use crate::sql::name::{Ident, QualifiedName};

/// What EXECUTE IMMEDIATE runs.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "held once per statement; a plain expression reads best"
)]
pub enum ImmediateSource {
    /// A string: SQL text, one statement or a scripting block.
    Text(String),
    /// A session variable `$name` or a bind `:name` that holds the text.
    Variable(Expr),
}

/// EXECUTE IMMEDIATE.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecuteImmediate {
    /// What to run.
    pub source: ImmediateSource,
    /// USING: the values of its binds.
    pub using: Vec<Expr>,
}

/// EXECUTE IMMEDIATE FROM: the statements of a staged file.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecuteFile {
    /// The file as written: `@stage/path`, or a path relative to the file that the statement stands in.
    pub file: String,
    /// USING: the variables of a template, with the letter case they are written in.
    pub variables: Option<Vec<(String, Expr)>>,
    /// DRY_RUN.
    pub dry_run: bool,
}

/// CALL.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// The procedure.
    pub name: QualifiedName,
    /// Its arguments, maybe named.
    pub arguments: Vec<FunctionArg>,
    /// The procedure's definition, where WITH before CALL gives it.
    pub anonymous: Option<Box<CreateRoutine>>,
}

/// A Snowflake Scripting block: BEGIN … END, with its DECLARE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptBlock {
    /// As written.
    pub text: String,
}

/// How EXPLAIN shows a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExplainFormat {
    /// TABULAR, the default.
    Tabular,
    /// JSON.
    Json,
    /// TEXT.
    Text,
}

/// EXPLAIN.
#[derive(Debug, Clone, PartialEq)]
pub struct Explain {
    /// USING.
    pub format: ExplainFormat,
    /// The statement explained.
    pub statement: Box<Statement>,
}

/// BEGIN of a transaction, after the word.
pub(crate) fn begin(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let _ = cursor.take_one_of(&["TRANSACTION", "WORK"]);
    let name = transaction_name(cursor)?;
    Ok(Statement::Begin { name })
}

/// START TRANSACTION, after the words.
pub(crate) fn start_transaction(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let name = transaction_name(cursor)?;
    Ok(Statement::Begin { name })
}

/// NAME and the name behind it. Of a name of several parts only the first one counts.
fn transaction_name(cursor: &mut Cursor<'_>) -> Result<Option<Ident>> {
    if !cursor.take("NAME") {
        return Ok(None);
    }
    let name = cursor.ident()?;
    while cursor.take_token(&Token::Period) {
        cursor.ident()?;
    }
    Ok(Some(name))
}

/// COMMIT, after the word.
pub(crate) fn commit(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let _ = cursor.take("WORK");
    Ok(Statement::Commit)
}

/// ROLLBACK, after the word.
pub(crate) fn rollback(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let _ = cursor.take("WORK");
    Ok(Statement::Rollback)
}

/// A scripting block, if one comes next.
pub(crate) fn script_block(cursor: &mut Cursor<'_>) -> Option<Statement> {
    let Token::DollarQuotedString(block) = cursor.peek() else {
        return None;
    };
    if block.tag.as_deref() != Some(SCRIPT) {
        return None;
    }
    let text = block.value.clone();
    cursor.next();
    Some(Statement::ScriptBlock(ScriptBlock { text }))
}

/// EXECUTE IMMEDIATE, after the words.
pub(crate) fn execute_immediate(cursor: &mut Cursor<'_>) -> Result<Statement> {
    if cursor.take("FROM") {
        return execute_file(cursor).map(Statement::ExecuteFile);
    }
    let source = match cursor.take_string() {
        Some(text) => ImmediateSource::Text(text),
        None => ImmediateSource::Variable(cursor.expr()?),
    };
    let using = if cursor.take("USING") {
        cursor.in_parentheses(Cursor::expr)?
    } else {
        Vec::new()
    };
    Ok(Statement::ExecuteImmediate(ExecuteImmediate { source, using }))
}

/// EXECUTE IMMEDIATE FROM, after the words.
/// <https://docs.snowflake.com/en/sql-reference/sql/execute-immediate-from>
fn execute_file(cursor: &mut Cursor<'_>) -> Result<ExecuteFile> {
    let file = match cursor.take_string() {
        Some(text) => text,
        None => cursor.stage_location()?.to_string(),
    };
    let variables = match cursor.take("USING") {
        true => Some(cursor.in_parentheses(template_variable)?),
        false => None,
    };
    let mut dry_run = false;
    if cursor.take("DRY_RUN") {
        cursor.expect_token(&Token::Eq)?;
        dry_run = match cursor.take_one_of(&["TRUE", "FALSE"]) {
            Some(word) => word == "TRUE",
            None => return cursor.unexpected(),
        };
    }
    Ok(ExecuteFile {
        file,
        variables,
        dry_run,
    })
}

/// `key => value`. The letter case of a key counts, quoted or not.
fn template_variable(cursor: &mut Cursor<'_>) -> Result<(String, Expr)> {
    let start = cursor.location();
    let name = cursor.any_word()?;
    let key = match name.quoted {
        true => name.value,
        false => cursor.text_since(start),
    };
    cursor.expect_token(&Token::RArrow)?;
    Ok((key, cursor.expr()?))
}

/// CALL, after the word.
pub(crate) fn call(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let name = cursor.name()?;
    cursor.expect_token(&Token::LParen)?;
    let arguments = cursor.sqlparser(Parser::parse_optional_args)?;
    if cursor.sees("INTO") {
        return Err(Error::unsupported("CALL … INTO outside of a block"));
    }
    Ok(Statement::Call(Call {
        name,
        arguments,
        anonymous: None,
    }))
}

/// `WITH name AS PROCEDURE … CALL name(…)`, or a query, at WITH.
/// <https://docs.snowflake.com/en/sql-reference/sql/call-with>
pub(crate) fn with(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let word = |token: &Token| crate::sql::cursor::word(token).map(str::to_string);
    let anonymous = word(cursor.peek_nth(2)).as_deref() == Some("AS")
        && word(cursor.peek_nth(3)).as_deref() == Some("PROCEDURE");
    if !anonymous {
        return cursor.query().map(Statement::Query);
    }
    cursor.expect("WITH")?;
    let name = cursor.ident()?;
    cursor.expect("AS PROCEDURE")?;
    let definition = super::routine::anonymous_procedure(cursor, name.clone())?;
    if *cursor.peek() == Token::Comma {
        return Err(Error::unsupported("common table expressions before CALL"));
    }
    cursor.expect("CALL")?;
    let at = cursor.place();
    let Statement::Call(call) = call(cursor)? else {
        return Err(Error::internal("CALL that is none"));
    };
    if call.name.schema().is_some() || call.name.object() != name.value {
        let message = format!("CALL after WITH is of {name}");
        return Err(Error::compilation(message).at(at.line, at.position));
    }
    Ok(Statement::Call(Call {
        anonymous: Some(Box::new(definition)),
        ..call
    }))
}

/// EXPLAIN, after the word.
pub(crate) fn explain(cursor: &mut Cursor<'_>) -> Result<Statement> {
    let format = if cursor.take("USING") {
        match cursor.take_one_of(&["TABULAR", "JSON", "TEXT"]) {
            Some("TABULAR") => ExplainFormat::Tabular,
            Some("JSON") => ExplainFormat::Json,
            Some(_) => ExplainFormat::Text,
            None => return cursor.unexpected(),
        }
    } else {
        ExplainFormat::Tabular
    };
    let statement = Box::new(super::registry::statement(cursor)?);
    Ok(Statement::Explain(Explain { format, statement }))
}
