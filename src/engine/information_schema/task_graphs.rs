//! COMPLETE_TASK_GRAPHS and CURRENT_TASK_GRAPHS: runs of whole graphs.
//! <https://docs.snowflake.com/en/sql-reference/functions/complete_task_graphs>,
//! <https://docs.snowflake.com/en/sql-reference/functions/current_task_graphs>

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::functions::Arguments;
use super::tasks::{next_due, run_id, scheduled, scheduled_from};
use super::{NUMBER, TEXT, TIME};
use crate::catalog::history::{TaskRun, TaskState};
use crate::catalog::{ObjectId, ObjectKind, OptionValue};
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show::{self, Lister};
use crate::error::Result;
use crate::plan::NamedArgument;
use crate::types::SnowType;

const GRAPHS: Columns = &[
    ("ROOT_TASK_NAME", TEXT),
    ("DATABASE_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("STATE", TEXT),
    ("SCHEDULED_FROM", TEXT),
    ("FIRST_ERROR_TASK_NAME", TEXT),
    ("FIRST_ERROR_CODE", NUMBER),
    ("FIRST_ERROR_MESSAGE", TEXT),
    ("SCHEDULED_TIME", TIME),
    ("QUERY_START_TIME", TIME),
    ("NEXT_SCHEDULED_TIME", TIME),
    ("COMPLETED_TIME", TIME),
    ("ROOT_TASK_ID", TEXT),
    ("GRAPH_VERSION", NUMBER),
    ("RUN_ID", NUMBER),
    ("ATTEMPT_NUMBER", NUMBER),
    ("CONFIG", TEXT),
    ("GRAPH_RUN_GROUP_ID", TEXT),
    ("BACKFILL_INFO", SnowType::Object),
];

/// The same of runs that have not ended.
const CURRENT: Columns = &[
    ("ROOT_TASK_NAME", TEXT),
    ("DATABASE_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("STATE", TEXT),
    ("SCHEDULED_FROM", TEXT),
    ("FIRST_ERROR_TASK_NAME", TEXT),
    ("FIRST_ERROR_CODE", NUMBER),
    ("FIRST_ERROR_MESSAGE", TEXT),
    ("SCHEDULED_TIME", TIME),
    ("QUERY_START_TIME", TIME),
    ("NEXT_SCHEDULED_TIME", TIME),
    ("ROOT_TASK_ID", TEXT),
    ("GRAPH_VERSION", NUMBER),
    ("RUN_ID", NUMBER),
    ("ATTEMPT_NUMBER", NUMBER),
    ("CONFIG", TEXT),
    ("GRAPH_RUN_GROUP_ID", TEXT),
    ("BACKFILL_INFO", SnowType::Object),
];

/// How far back completed runs are shown.
const RECENT: SignedDuration = SignedDuration::from_mins(60);

/// Runs of graphs that ended in the last hour, newest first. A graph whose root was skipped has no row.
pub fn complete(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    const NAMES: [&str; 3] = ["RESULT_LIMIT", "ROOT_TASK_NAME", "ERROR_ONLY"];
    let arguments = Arguments::read(environment, "COMPLETE_TASK_GRAPHS", &NAMES, arguments)?;
    let limit = arguments.limit(1000)?;
    let name = arguments.text("ROOT_TASK_NAME")?;
    let errors = arguments.truth("ERROR_ONLY")?.unwrap_or(false);
    let now = environment.context.types.now;
    let since = now.checked_sub(RECENT).unwrap_or(Timestamp::MIN);
    let mut graphs: BTreeMap<(ObjectId, u64), Vec<&Arc<TaskRun>>> = BTreeMap::new();
    for run in environment.snapshot.task_runs() {
        graphs.entry((run.root, run.graph_run)).or_default().push(run);
    }
    let lister = Lister {
        names: environment.names(),
        now,
    };
    let mut found: Vec<(Timestamp, u64, Vec<Cell>)> = Vec::new();
    for ((root, graph_run), runs) in graphs {
        let Some(object) = environment.snapshot.object(root) else {
            continue;
        };
        let completed = runs.iter().map(|run| run.completed).max().unwrap_or(now);
        let Some(first) = runs.iter().find(|run| run.task == root) else {
            continue;
        };
        let skipped = first.state == TaskState::Skipped;
        let named = name
            .as_ref()
            .is_none_or(|name| name.eq_ignore_ascii_case(&object.name));
        if skipped || !named || completed < since {
            continue;
        }
        // Of several attempts of one task the last counts.
        let mut last: BTreeMap<ObjectId, &Arc<TaskRun>> = BTreeMap::new();
        runs.iter().for_each(|run| {
            last.insert(run.task, run);
        });
        let any = |state: TaskState| last.values().any(|run| run.state == state);
        let state = match (any(TaskState::Failed), any(TaskState::Cancelled)) {
            (true, _) => "FAILED",
            (false, true) => "CANCELLED",
            (false, false) => "SUCCEEDED",
        };
        if errors && state == "SUCCEEDED" {
            continue;
        }
        let error = runs.iter().find(|run| run.state == TaskState::Failed);
        let error_task = error
            .and_then(|run| environment.snapshot.object(run.task))
            .map(|task| task.name.clone());
        let (database, schema) = lister.place(object);
        let attempts = runs.iter().filter(|run| run.task == root).count() as u64;
        found.push((
            completed,
            graph_run,
            vec![
                object.name.as_str().into(),
                database.into(),
                schema.into(),
                state.into(),
                scheduled_from(&first.scheduled_from).into(),
                error_task.into(),
                error.and_then(|run| run.error_code).map(i64::from).into(),
                error.and_then(|run| run.error_message.clone()).into(),
                first.scheduled.into(),
                first.started.into(),
                next_due(object, first.scheduled).into(),
                completed.into(),
                show::task_id(root).into(),
                Cell::Null,
                run_id(first.scheduled),
                attempts.into(),
                object
                    .as_task()
                    .and_then(|task| task.options.get("CONFIG"))
                    .and_then(OptionValue::text)
                    .into(),
                graph_run.to_string().into(),
                Cell::Null,
            ],
        ));
    }
    found.sort_by_key(|(completed, graph_run, _)| std::cmp::Reverse((*completed, *graph_run)));
    let mut rows = Rows::new(GRAPHS);
    found.into_iter().take(limit).for_each(|(.., row)| rows.push(row));
    Ok(rows)
}

/// Runs that are due next, one for each resumed root task. None is ever seen executing: a graph has run when the
/// statement after it looks.
pub fn current(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    let names = ["RESULT_LIMIT", "ROOT_TASK_NAME"];
    let arguments = Arguments::read(environment, "CURRENT_TASK_GRAPHS", &names, arguments)?;
    let limit = arguments.limit(1000)?;
    let name = arguments.text("ROOT_TASK_NAME")?;
    let lister = Lister {
        names: environment.names(),
        now: environment.context.types.now,
    };
    let mut found: Vec<(Timestamp, Vec<Cell>)> = Vec::new();
    for object in environment.snapshot.all(ObjectKind::Task) {
        let named = name
            .as_ref()
            .is_none_or(|name| name.eq_ignore_ascii_case(&object.name));
        let (true, Some(due)) = (named, scheduled(object, lister.now)) else {
            continue;
        };
        let (database, schema) = lister.place(object);
        let config = object
            .as_task()
            .and_then(|task| task.options.get("CONFIG"))
            .and_then(OptionValue::text);
        found.push((
            due,
            vec![
                object.name.as_str().into(),
                database.into(),
                schema.into(),
                "SCHEDULED".into(),
                "SCHEDULE".into(),
                Cell::Null,
                Cell::Null,
                Cell::Null,
                due.into(),
                Cell::Null,
                next_due(object, due).into(),
                show::task_id(object.id).into(),
                Cell::Null,
                run_id(due),
                1_i64.into(),
                config.into(),
                Cell::Null,
                Cell::Null,
            ],
        ));
    }
    found.sort_by_key(|(due, _)| std::cmp::Reverse(*due));
    let mut rows = Rows::new(CURRENT);
    found.into_iter().take(limit).for_each(|(_, row)| rows.push(row));
    Ok(rows)
}
