//! Statements that run statements: blocks of Snowflake Scripting, EXECUTE IMMEDIATE and CALL.
//!
//! Each statement inside goes through the session's door as if a client had sent it: it has an id and a record of its
//! own, and commits by itself unless a transaction is open. [`host`] is what scripts see of the session, [`expression`]
//! computes their expressions, which [`compiled`] plans, [`call`] finds procedures and gives them their arguments,
//! [`python`] runs those in Python; [`file`] is EXECUTE IMMEDIATE FROM, [`flow`] the operator `->>`.

mod call;
pub(super) mod compiled;
mod expression;
pub(super) mod file;
pub(super) mod flow;
mod host;
mod python;

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;

use super::context::Context;
use super::events::{Executable, Source};
use super::result::StatementResult;
use super::session::Session;
use super::work::Work;
use crate::error::{Error, Result};
use crate::script::log::Log;
use crate::script::{self, Bindings, Outcome, Returned, Script, Value};
use crate::sql::Statement;
use crate::sql::statement::{ExecuteImmediate, ImmediateSource};
use crate::types::SnowType;

pub(super) use call::Entered;
use host::SessionHost;

/// The column in which a block's value stands.
const BLOCK: &str = "anonymous block";

/// The first words of statements that only a block can hold.
const OF_BLOCKS: [&str; 9] = [
    "IF", "FOR", "WHILE", "REPEAT", "LOOP", "CASE", "LET", "RETURN", "RAISE",
];

/// Whether a statement runs other statements.
pub(super) fn is_script(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Call(_)
            | Statement::ExecuteImmediate(_)
            | Statement::ExecuteFile(_)
            | Statement::ScriptBlock(_)
            | Statement::Flow(_)
    )
}

/// Runs a statement that runs others.
pub(super) async fn run(session: &mut Session, statement: Statement) -> Result<StatementResult> {
    match statement {
        Statement::ScriptBlock(block) => run_block(session, &block.text).await,
        Statement::ExecuteImmediate(execute) => immediate(session, execute).await,
        Statement::Flow(flow) => flow::run(session, flow).await,
        Statement::ExecuteFile(execute) => file::run(session, execute).await,
        Statement::Call(call) => call::run(session, call).await,
        _ => Err(Error::internal("a statement that runs no others")),
    }
}

/// The columns of a statement that runs others, found without running it. What only running tells is taken for text.
pub(super) fn columns(work: &Work<'_>, statement: &Statement) -> Result<Vec<(String, SnowType)>> {
    match statement {
        Statement::Call(call) => call::columns(work, call),
        Statement::ScriptBlock(block) => {
            script::check(&block.text)?;
            Ok(vec![(BLOCK.to_string(), SnowType::VARCHAR)])
        }
        _ => Ok(vec![(BLOCK.to_string(), SnowType::VARCHAR)]),
    }
}

/// Runs a block by itself. Its statements see the session as it is, and what they change of it stays.
async fn run_block(session: &mut Session, text: &str) -> Result<StatementResult> {
    let block = script::parse(text)?;
    let log = log(session, Executable::Block);
    let mut host = SessionHost::new(session, log);
    let script = Script {
        block: &block,
        arguments: Vec::new(),
    };
    let (returned, _) = script::run(&mut host, script).await?;
    match returned {
        Returned::Table(outcome) => Ok(table(&outcome)),
        Returned::Value(value) => one_value(BLOCK, value),
        Returned::Nothing => one_value(BLOCK, Value::null(SnowType::VARCHAR)),
    }
}

/// Where the messages of code at work in a session go.
fn log(session: &Session, executable: Executable<'_>) -> Arc<dyn Log> {
    let (account, context) = (session.account(), session.context());
    let snapshot = account.catalog().snapshot();
    Arc::new(Source::new(account, &snapshot, context, executable))
}

/// EXECUTE IMMEDIATE. <https://docs.snowflake.com/en/sql-reference/sql/execute-immediate>
async fn immediate(session: &mut Session, execute: ExecuteImmediate) -> Result<StatementResult> {
    let text = match execute.source {
        ImmediateSource::Text(text) => text,
        ImmediateSource::Variable(expr) => {
            let value = expression::by_query(session, expr, &Bindings::new()).await?;
            value
                .as_text()
                .ok_or_else(|| Error::compilation("EXECUTE IMMEDIATE wants a text"))?
        }
    };
    let mut values = Bindings::new();
    for (index, expr) in execute.using.into_iter().enumerate() {
        let value = expression::by_query(session, expr, &Bindings::new()).await?;
        values.insert((index + 1).to_string(), value);
    }
    run_text(session, &text, &values).await
}

/// Runs a text that holds one statement, of SQL or of a block.
async fn run_text(session: &mut Session, text: &str, values: &Bindings) -> Result<StatementResult> {
    let first = text.split_whitespace().next().unwrap_or_default();
    if OF_BLOCKS.iter().any(|word| first.eq_ignore_ascii_case(word)) {
        let ends = text.trim_end().ends_with(';');
        let block = format!("BEGIN {text}{} END", if ends { "" } else { ";" });
        return run_block(session, &block).await;
    }
    super::session::single_statement(text)?;
    let binds = super::binds::Binds::of_values(values);
    session
        .execute_with(text.trim_end().trim_end_matches(';'), &binds)
        .await
}

/// A result of one value.
fn one_value(column: &str, value: Value) -> Result<StatementResult> {
    let schema = Arc::new(Schema::new(vec![value.data_type.field(column, true)]));
    let batch = RecordBatch::try_new(Arc::clone(&schema), vec![value.array])?;
    Ok(StatementResult::of_batches(schema, vec![batch]))
}

fn table(outcome: &Outcome) -> StatementResult {
    StatementResult::of_batches(Arc::clone(&outcome.schema), outcome.batches.clone())
}

/// What scripts see of a statement's result.
fn outcome(result: StatementResult, assigned: Bindings) -> Result<Outcome> {
    Ok(Outcome {
        affected: result
            .counts
            .map(|counts| counts.inserted + counts.updated + counts.deleted),
        is_query: result.kind.has_rows(),
        query_id: result.query_id,
        schema: result.schema,
        batches: result.rows.all()?,
        assigned,
    })
}

/// Refuses what a procedure with its owner's rights must not do to its caller's session.
/// <https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-rights>
pub(super) fn check_rights(context: &Context, statement: &Statement) -> Result<()> {
    if !context.owners_rights {
        return Ok(());
    }
    let name = match statement {
        Statement::Use(_) => "USE",
        Statement::AlterParameters(_) => "ALTER_SESSION",
        Statement::SetVariables(_) => "SET",
        Statement::UnsetVariables(_) => "UNSET",
        _ => return Ok(()),
    };
    Err(Error::not_in_procedure(name))
}
