//! UPDATE. <https://docs.snowflake.com/en/sql-reference/sql/update>

use std::collections::HashSet;

use datafusion::arrow::array::BooleanArray;
use datafusion::arrow::compute::filter_record_batch;
use datafusion::logical_expr::{Expr, LogicalPlanBuilder};

use super::target::{self, Target};
use super::{merge, write};
use crate::engine::work::Work;
use crate::engine::{DmlCounts, StatementResult};
use crate::error::{Error, Result};
use crate::plan::{ROW_ADDRESS, execute};
use crate::sql::statement::{Assignment, Update};
use crate::storage::TableDelta;

/// Runs UPDATE. A row that joins with several source rows takes its values from one of them, as documented, or
/// fails with 100090 where ERROR_ON_NONDETERMINISTIC_UPDATE asks for that.
pub(in crate::engine) async fn run(work: &mut Work<'_>, update: Update) -> Result<StatementResult> {
    let table = &update.target.table;
    let ((target, plan), planner, environment) =
        target::plan_held(work, &[table], &update.from, |work, planner, environment| {
            let target = Target::find(work, table)?;
            check_assignments(&target, &update.assignments)?;
            let mut from = vec![target.offer(environment, &update.target)?];
            from.extend(update.from.iter().cloned());
            let rows = target::joined(planner, from, update.selection.clone())?;
            let mut columns: Vec<Expr> = vec![target.reference(&update.target, ROW_ADDRESS)];
            for column in &target.table.columns {
                let assignment = update
                    .assignments
                    .iter()
                    .find(|assignment| assignment.column.value == column.name);
                columns.push(match assignment {
                    Some(assignment) => target.value(planner, column, &assignment.value, rows.schema())?,
                    None => target.kept(&update.target, column),
                });
            }
            let plan = LogicalPlanBuilder::from(rows)
                .project(columns)
                .and_then(LogicalPlanBuilder::build)
                .map_err(crate::plan::translate)?;
            Ok((target, planner.finish(plan)?))
        })
        .await?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let mut seen = HashSet::new();
    let mut repeated = HashSet::new();
    let mut kept = Vec::with_capacity(batches.len());
    let strict = work.context.parameters.get("ERROR_ON_NONDETERMINISTIC_UPDATE");
    let strict = strict.is_some_and(|value| value.eq_ignore_ascii_case("true"));
    for batch in batches {
        let addresses = write::addresses(std::slice::from_ref(&batch))?;
        let again = addresses
            .values()
            .iter()
            .position(|address| seen.contains(address));
        if let (true, Some(row)) = (strict, again.or_else(|| first_repeated(addresses.values()))) {
            return Err(merge::duplicate_row(&without_first(&batch)?, row));
        }
        let first = addresses.values().iter().map(|address| {
            let first = seen.insert(*address);
            if !first {
                repeated.insert(*address);
            }
            first
        });
        let first = BooleanArray::from(first.collect::<Vec<_>>());
        kept.push(if first.true_count() == first.len() {
            batch
        } else {
            filter_record_batch(&batch, &first)?
        });
    }
    let addresses = write::addresses(&kept)?;
    let rows = kept
        .into_iter()
        .map(|batch| without_first(&batch))
        .collect::<Result<Vec<_>>>()?;
    let added = write::update_partitions(work, &target, &addresses, rows)?;
    let deleted = write::deleted(&target.version, &addresses);
    write::record(
        work,
        TableDelta {
            table: target.id,
            deleted,
            added,
            ..TableDelta::default()
        },
    )?;
    target::consume(work, &environment)?;
    let updated = addresses.len() as u64;
    let counts = DmlCounts {
        updated,
        ..DmlCounts::default()
    };
    let columns = [
        ("number of rows updated", updated),
        ("number of multi-joined rows updated", repeated.len() as u64),
    ];
    StatementResult::counted(&columns, counts)
}

/// Where a batch first has an address again.
fn first_repeated(addresses: &[u64]) -> Option<usize> {
    let mut seen = HashSet::new();
    addresses.iter().position(|address| !seen.insert(*address))
}

/// A batch without its address column.
pub(super) fn without_first(
    batch: &datafusion::arrow::record_batch::RecordBatch,
) -> Result<datafusion::arrow::record_batch::RecordBatch> {
    Ok(batch.project(&(1..batch.num_columns()).collect::<Vec<_>>())?)
}

/// Every assigned column is there, and assigned once.
pub(super) fn check_assignments(target: &Target, assignments: &[Assignment]) -> Result<()> {
    let mut seen = HashSet::new();
    for assignment in assignments {
        let (at, column) = target.column(&assignment.column.value)?;
        if !seen.insert(at) {
            let message = format!("SQL compilation error:\nduplicate column name '{}'", column.name);
            return Err(Error::new(1110, "42601", message));
        }
    }
    Ok(())
}
