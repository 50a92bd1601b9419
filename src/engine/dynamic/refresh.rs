//! One refresh: some dynamic tables and all upstream of them, at one moment and in one commit.
//! <https://docs.snowflake.com/en/user-guide/dynamic-tables/refresh-modes>

use std::collections::BTreeSet;

use jiff::SignedDuration;

use super::create::columns_of;
use super::difference;
use super::graph::{self, Planned, Purpose, Step};
use super::properties;
use crate::catalog::dynamic::{Content, DynamicRefresh, RefreshState, Suspension, TargetLag};
use crate::catalog::object::{Column, Table};
use crate::catalog::{Fact, Object, ObjectBody, ObjectId};
use crate::engine::Work;
use crate::engine::dml::target::Target;
use crate::engine::dml::{insert, write};
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::storage::TableDelta;

/// How many scheduled refreshes may fail in a row before the table is suspended.
const MAX_FAILURES: u32 = 5;

/// What asked for a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trigger {
    /// The lag.
    Scheduled,
    /// ALTER … REFRESH.
    Manual,
    /// CREATE, of the table or of one that reads it.
    Creation,
}

impl Trigger {
    fn label(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Manual => "MANUAL",
            Self::Creation => "CREATION",
        }
    }
}

/// What one table's refresh came to.
struct Done {
    action: &'static str,
    inserted: u64,
    deleted: u64,
}

/// Refreshes tables. `seq` is the newest commit that the refresh sees. Answers the first failure, if there was one: all
/// that could be refreshed is, and all of it stands in the history.
///
/// # Errors
/// When tables depend on each other in a circle, or what was found cannot be recorded.
pub async fn run(
    work: &mut Work<'_>,
    roots: &[ObjectId],
    trigger: Trigger,
    seq: Option<u64>,
) -> Result<Option<Error>> {
    let steps = graph::in_order(work, roots)?;
    work.hold(steps.iter().map(|step| step.id)).await?;
    let seq = seq.unwrap_or_else(|| work.snapshot().seq);
    let mut failed = BTreeSet::new();
    let mut first = None;
    for Step { id, upstream } in steps {
        let Some(object) = work.snapshot().object(id).cloned() else {
            continue;
        };
        // What is suspended is refreshed by name only.
        let suspended = object
            .as_dynamic()
            .is_some_and(|dynamic| dynamic.suspended.is_some());
        if suspended && trigger == Trigger::Scheduled {
            continue;
        }
        let outcome = match upstream.iter().any(|above| failed.contains(above)) {
            true => Err((RefreshState::UpstreamFailed, None)),
            false => one(work, &object, seq)
                .await
                .map_err(|error| (RefreshState::Failed, Some(error))),
        };
        if outcome.is_err() {
            failed.insert(id);
        }
        record(work, id, trigger, &outcome)?;
        if let Err((_, Some(error))) = outcome {
            first.get_or_insert(error);
        }
    }
    Ok(first)
}

/// Refreshes one table.
async fn one(work: &mut Work<'_>, object: &Object, seq: u64) -> Result<Done> {
    let (Some(table), Some(dynamic)) = (object.as_table(), object.as_dynamic()) else {
        return Err(Error::internal("a refresh of what is no dynamic table"));
    };
    properties::require_warehouse(work, dynamic)?;
    let Planned {
        plan,
        planner,
        environment,
        inputs,
        mark,
    } = graph::plan(
        work,
        &object.owner,
        &dynamic.context,
        &dynamic.query,
        Purpose::Run,
    )?;
    let newest = inputs
        .iter()
        .filter_map(|id| Some(work.snapshot().table(*id)?.current().seq));
    let newest = newest.max().unwrap_or_default();
    let known = dynamic.content.as_ref();
    let unchanged = known.is_some_and(|content| content.plan == mark && newest <= content.seq);
    let content = Content {
        data_timestamp: work.now,
        seq,
        inputs,
        plan: mark,
    };
    if unchanged {
        settle(work, object, table.clone(), content)?;
        return Ok(Done {
            action: "NO_DATA",
            inserted: 0,
            deleted: 0,
        });
    }
    let mut table = table.clone();
    let reshaped = !dynamic.named_columns && reshape(&mut table, columns_of(&plan, &[])?);
    let afresh = reshaped || known.is_none();
    let target = Target {
        id: object.id,
        name: Some(object.name.clone()),
        table: table.clone(),
        version: work.snapshot().rows(object.id),
    };
    let positions: Vec<usize> = (0..table.columns.len()).collect();
    let plan = insert::into_columns(&target, &planner, &positions, plan)?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let mut delta = TableDelta {
        table: object.id,
        truncated: afresh && target.version.rows() > 0,
        ..TableDelta::default()
    };
    let (added, deleted) = if afresh {
        (batches, target.version.rows() as u64)
    } else {
        let difference = difference::of(&target, batches, planner.state()).await?;
        delta.deleted = write::deleted(&target.version, &difference.gone);
        (difference.added, difference.gone.len() as u64)
    };
    let inserted = added.iter().map(|batch| batch.num_rows() as u64).sum();
    let full = dynamic.refresh_mode == "FULL";
    settle(work, object, table, content)?;
    delta.added = write::insert_partitions(work, &target, added)?;
    write::record(work, delta)?;
    environment.record_counters(work)?;
    let action = match (reshaped, known) {
        (true, Some(_)) => "REINITIALIZE",
        (_, Some(_)) if inserted == 0 && deleted == 0 => "NO_DATA",
        _ if full => "FULL",
        _ => "INCREMENTAL",
    };
    Ok(Done {
        action,
        inserted,
        deleted,
    })
}

/// Gives a table the columns of its query where they are others than before. The values of the old ones are gone then.
fn reshape(table: &mut Table, columns: Vec<Column>) -> bool {
    let shape = |columns: &[Column]| -> Vec<_> {
        let shape = columns
            .iter()
            .map(|column| (column.name.clone(), column.data_type));
        shape.collect()
    };
    if shape(&table.columns) == shape(&columns) {
        return false;
    }
    let first = table.next_column_id;
    table.columns = columns
        .into_iter()
        .zip(first..)
        .map(|(column, id)| Column { id, ..column })
        .collect();
    table.next_column_id = first + table.columns.len() as u32;
    true
}

/// Notes what the table's rows stand for now.
fn settle(work: &mut Work<'_>, object: &Object, table: Table, content: Content) -> Result<()> {
    let mut changed = object.clone();
    changed.body = ObjectBody::Table(table);
    if let Some(dynamic) = changed.as_dynamic_mut() {
        dynamic.content = Some(content);
        dynamic.failures = 0;
    }
    work.record(Fact::Put(Box::new(changed)))
}

/// Writes a refresh into the history, and counts failures.
fn record(
    work: &mut Work<'_>,
    id: ObjectId,
    trigger: Trigger,
    outcome: &std::result::Result<Done, (RefreshState, Option<Error>)>,
) -> Result<()> {
    let Some(object) = work.snapshot().object(id).cloned() else {
        return Ok(());
    };
    let mut changed = object.as_ref().clone();
    let Some(dynamic) = changed.as_dynamic_mut() else {
        return Ok(());
    };
    let lag_seconds = match dynamic.lag {
        Some(TargetLag::Seconds(seconds)) => Some(seconds),
        _ => None,
    };
    let lag = lag_seconds.and_then(|seconds| i64::try_from(seconds).ok());
    let target = lag.and_then(|lag| dynamic.tried.checked_add(SignedDuration::from_secs(lag)).ok());
    let (state, error) = match outcome {
        Ok(_) => (RefreshState::Succeeded, None),
        Err((state, error)) => (*state, error.as_ref()),
    };
    let done = outcome.as_ref().ok();
    let refresh = DynamicRefresh {
        table: id,
        state,
        error_code: error.map(Error::code),
        error_message: error.map(|error| error.message().to_string()),
        query_id: work.context.query_id.to_string(),
        data_timestamp: work.now,
        completed: work.account.clock().now(),
        action: done.map(|done| done.action.to_string()),
        trigger: trigger.label().to_string(),
        lag_seconds,
        target,
        inserted: done.map_or(0, |done| done.inserted),
        deleted: done.map_or(0, |done| done.deleted),
    };
    dynamic.tried = work.now;
    if state == RefreshState::Failed && trigger == Trigger::Scheduled {
        dynamic.failures += 1;
    }
    let suspends = dynamic.failures >= MAX_FAILURES && dynamic.suspended.is_none();
    work.record(Fact::Put(Box::new(changed)))?;
    work.record(Fact::Refresh(refresh))?;
    match suspends {
        true => suspend(work, id),
        false => Ok(()),
    }
}

/// Suspends a table, and with it those that depend on it.
///
/// # Errors
/// When a table cannot be changed.
pub fn suspend(work: &mut Work<'_>, id: ObjectId) -> Result<()> {
    let now = work.now;
    let below = graph::downstream(work, id);
    let all = std::iter::once((id, Suspension::Own))
        .chain(below.into_iter().map(|below| (below, Suspension::Upstream)));
    for (id, why) in all {
        work.alter(id, |object| {
            if let Some(dynamic) = object.as_dynamic_mut() {
                if dynamic.suspended.is_none() {
                    dynamic.last_suspended = Some(now);
                }
                // One that was named stays suspended when what is above it is resumed.
                if dynamic.suspended != Some(Suspension::Own) {
                    dynamic.suspended = Some(why);
                }
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// Resumes a table, and those below it that were suspended with one above them.
///
/// # Errors
/// When a table cannot be changed.
pub fn resume(work: &mut Work<'_>, id: ObjectId) -> Result<()> {
    let below = graph::downstream(work, id);
    for (at, id) in std::iter::once(id).chain(below).enumerate() {
        work.alter(id, |object| {
            if let Some(dynamic) = object.as_dynamic_mut()
                && (at == 0 || dynamic.suspended == Some(Suspension::Upstream))
            {
                dynamic.suspended = None;
                dynamic.failures = 0;
            }
            Ok(())
        })?;
    }
    Ok(())
}
