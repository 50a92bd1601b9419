//! Statements chained by `->>`. <https://docs.snowflake.com/en/sql-reference/operators-flow>
//!
//! Each runs as if a client had sent it. What it gave is held until the chain ends, for those behind it to read.

use std::sync::Arc;

use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::TableSource;
use imbl::Vector;

use crate::engine::context::Context;
use crate::engine::result::StatementResult;
use crate::engine::session::Session;
use crate::error::{Error, Result};
use crate::plan::row_set_table;
use crate::sql::flow::{Flow, is_reference};

/// What the statements of a chain gave, the first one's first.
pub(in crate::engine) type Results = Vector<Arc<StatementResult>>;

/// Runs a chain.
pub(super) async fn run(session: &mut Session, flow: Flow) -> Result<StatementResult> {
    let outer = std::mem::take(&mut session.context_mut().flow);
    let outcome = statements(session, &flow).await;
    session.context_mut().flow = outer;
    outcome
}

async fn statements(session: &mut Session, flow: &Flow) -> Result<StatementResult> {
    let mut last = None;
    for statement in &flow.statements {
        let result = Arc::new(session.execute(statement).await?);
        session.context_mut().flow.push_back(Arc::clone(&result));
        last = Some(result);
    }
    let last = last.ok_or_else(|| Error::internal("a chain of no statements"))?;
    Ok(last.as_ref().clone())
}

/// The table that `$1` and its kin are in FROM; `None` for other names and outside of a chain.
///
/// # Errors
/// When no statement stands so far in front.
pub(in crate::engine) fn table(context: &Context, name: &str) -> Option<Result<Arc<dyn TableSource>>> {
    let number = is_reference(name)?;
    let results = &context.flow;
    if results.is_empty() {
        return None;
    }
    let result = results.len().checked_sub(number).and_then(|at| results.get(at));
    let Some(result) = result else {
        let message = format!("{name} stands for no statement of the chain");
        return Some(Err(Error::compilation(message)));
    };
    let table = row_set_table(Arc::clone(&result.schema), result.rows.clone());
    Some(table.map(provider_as_source))
}
