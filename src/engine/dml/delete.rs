//! DELETE. <https://docs.snowflake.com/en/sql-reference/sql/delete>

use datafusion::logical_expr::LogicalPlanBuilder;

use super::target::{self, Target};
use super::write;
use crate::engine::work::Work;
use crate::engine::{DmlCounts, StatementResult};
use crate::error::Result;
use crate::plan::{ROW_ADDRESS, execute};
use crate::sql::statement::Delete;
use crate::storage::TableDelta;

/// Runs DELETE.
pub(in crate::engine) async fn run(work: &mut Work<'_>, delete: Delete) -> Result<StatementResult> {
    let table = &delete.target.table;
    let ((target, plan), planner, environment) =
        target::plan_held(work, &[table], &delete.using, |work, planner, environment| {
            let target = Target::find(work, table)?;
            let mut from = vec![target.offer(environment, &delete.target)?];
            from.extend(delete.using.iter().cloned());
            let rows = target::joined(planner, from, delete.selection.clone())?;
            let address = target.reference(&delete.target, ROW_ADDRESS);
            let plan = LogicalPlanBuilder::from(rows)
                .project([address])
                .and_then(LogicalPlanBuilder::distinct)
                .and_then(LogicalPlanBuilder::build)
                .map_err(crate::plan::translate)?;
            Ok((target, plan))
        })
        .await?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let addresses = write::addresses(&batches)?;
    let deleted = addresses.len() as u64;
    let rows = write::deleted(&target.version, &addresses);
    write::record(
        work,
        TableDelta {
            table: target.id,
            deleted: rows,
            ..TableDelta::default()
        },
    )?;
    target::consume(work, &environment)?;
    let counts = DmlCounts {
        deleted,
        ..DmlCounts::default()
    };
    StatementResult::counted(&[("number of rows deleted", deleted)], counts)
}
