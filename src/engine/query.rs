//! Queries and EXPLAIN.

use datafusion::sql::sqlparser::ast::Query;

use super::copy::staged;
use super::result::StatementResult;
use super::rows::Rows;
use super::work::Work;
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::sql::Statement;
use crate::sql::statement::Explain;
use crate::types::SnowType;

/// Runs a query. Reading a stream in a query does not consume it.
pub(super) async fn run(work: &mut Work<'_>, query: &Query) -> Result<StatementResult> {
    let (planner, environment) = work.planner();
    staged::fetch(&environment, query).await?;
    environment.let_wait();
    let plan = planner.query(query)?;
    environment.wait().await;
    let (schema, rows) = execute::collect_rows(plan, planner.state()).await?;
    environment.record_counters(work)?;
    Ok(StatementResult::of_row_set(schema, rows))
}

/// EXPLAIN: the plan as text, one step a row.
pub(super) async fn explain(work: &mut Work<'_>, explain: Explain) -> Result<StatementResult> {
    let Statement::Query(query) = *explain.statement else {
        return Err(Error::unsupported("EXPLAIN of anything but a query"));
    };
    let (planner, environment) = work.planner();
    staged::fetch(&environment, &query).await?;
    let plan = planner.query(&query)?;
    let optimized = planner.state().optimize(&plan).map_err(crate::plan::translate)?;
    let mut rows = Rows::new(&[("step", SnowType::INTEGER), ("operation", SnowType::VARCHAR)]);
    for (step, line) in optimized.display_indent().to_string().lines().enumerate() {
        rows.push(vec![(step as u64).into(), line.into()]);
    }
    StatementResult::of_rows(&rows)
}
