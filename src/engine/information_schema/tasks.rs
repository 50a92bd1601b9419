//! TASK_HISTORY and TASK_DEPENDENTS. <https://docs.snowflake.com/en/sql-reference/functions/task_history>,
//! <https://docs.snowflake.com/en/sql-reference/functions/task_dependents>

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::functions::Arguments;
use super::{NUMBER, TEXT, TIME};
use crate::catalog::history::{TaskRun, TaskState};
use crate::catalog::object::Task;
use crate::catalog::{Object, ObjectId, ObjectKind, OptionValue};
use crate::engine::ddl;
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show::{self, Lister};
use crate::error::{Error, Result};
use crate::plan::NamedArgument;
use crate::sql::QualifiedName;
use crate::task::Schedule;
use crate::types::SnowType;

const TASK_HISTORY: Columns = &[
    ("QUERY_ID", TEXT),
    ("NAME", TEXT),
    ("DATABASE_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("QUERY_TEXT", TEXT),
    ("CONDITION_TEXT", TEXT),
    ("STATE", TEXT),
    ("ERROR_CODE", NUMBER),
    ("ERROR_MESSAGE", TEXT),
    ("SCHEDULED_TIME", TIME),
    ("QUERY_START_TIME", TIME),
    ("NEXT_SCHEDULED_TIME", TIME),
    ("COMPLETED_TIME", TIME),
    ("ROOT_TASK_ID", TEXT),
    ("GRAPH_VERSION", NUMBER),
    ("RUN_ID", NUMBER),
    ("RETURN_VALUE", TEXT),
    ("SCHEDULED_FROM", TEXT),
    ("ATTEMPT_NUMBER", NUMBER),
    ("CONFIG", TEXT),
    ("QUERY_HASH", TEXT),
    ("QUERY_HASH_VERSION", NUMBER),
    ("QUERY_PARAMETERIZED_HASH", TEXT),
    ("QUERY_PARAMETERIZED_HASH_VERSION", NUMBER),
    ("GRAPH_RUN_GROUP_ID", TEXT),
    ("BACKFILL_INFO", SnowType::Object),
    ("SPCS_JOB_ID", NUMBER),
];

/// How far back, and how far ahead, runs are shown.
const BACK: SignedDuration = SignedDuration::from_hours(7 * 24);
const AHEAD: SignedDuration = SignedDuration::from_hours(8 * 24);

/// The run of a root task that is due next, unless it is too far away to be shown.
pub fn scheduled(object: &Object, now: Timestamp) -> Option<Timestamp> {
    let last = now.checked_add(AHEAD).unwrap_or(Timestamp::MAX);
    next_due(object, now).filter(|due| *due <= last)
}

/// The next due moment of a root task, after another.
pub fn next_due(object: &Object, after: Timestamp) -> Option<Timestamp> {
    let task = object.as_task().filter(|task| task.started)?;
    Schedule::parse(task.schedule.as_deref()?)
        .ok()?
        .next(task.resumed_at?, after)
}

/// A moment in milliseconds since 1970, as RUN_ID has it.
pub fn run_id(scheduled: Timestamp) -> Cell {
    scheduled.as_millisecond().into()
}

/// How a run was started, in the words of the history.
pub fn scheduled_from(text: &str) -> String {
    text.replace("EXECUTE TASK", "EXECUTE_TASK")
}

/// Runs that ended, newest first; before them, unless an end is given, the next run of each resumed root task.
pub fn task_history(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    const NAMES: [&str; 8] = [
        "SCHEDULED_TIME_RANGE_START",
        "SCHEDULED_TIME_RANGE_END",
        "RESULT_LIMIT",
        "TASK_NAME",
        "DATABASE_NAME",
        "SCHEMA_NAME",
        "ERROR_ONLY",
        "ROOT_TASK_ID",
    ];
    let arguments = Arguments::read(environment, "TASK_HISTORY", &NAMES, arguments)?;
    let start = arguments.moment("SCHEDULED_TIME_RANGE_START")?;
    let end = arguments.moment("SCHEDULED_TIME_RANGE_END")?;
    let now = environment.context.types.now;
    let oldest = now.checked_sub(BACK).unwrap_or(Timestamp::MIN);
    for (name, moment) in [
        ("SCHEDULED_TIME_RANGE_START", start),
        ("SCHEDULED_TIME_RANGE_END", end),
    ] {
        if let Some(moment) = moment.filter(|moment| *moment < oldest) {
            return Err(Error::invalid_argument(
                "TASK_HISTORY",
                moment,
                format!("{name} lies more than 7 days back"),
            ));
        }
    }
    let start = start.unwrap_or(oldest);
    let limit = arguments.limit(100)?;
    let task_name = arguments.text("TASK_NAME")?;
    let (database, schema) = (arguments.text("DATABASE_NAME")?, arguments.text("SCHEMA_NAME")?);
    if schema.is_some() && database.is_none() {
        return Err(Error::invalid_argument(
            "TASK_HISTORY",
            "SCHEMA_NAME",
            "it needs DATABASE_NAME beside it",
        ));
    }
    let errors = arguments.truth("ERROR_ONLY")?.unwrap_or(false);
    let root = arguments.text("ROOT_TASK_ID")?;
    let lister = Lister {
        names: environment.names(),
        now,
    };
    let same = |wanted: &Option<String>, found: &Option<String>| {
        wanted
            .as_ref()
            .is_none_or(|wanted| found.as_ref().is_some_and(|found| names_one(wanted, found)))
    };
    let wanted = |object: &Object, root_id: ObjectId, scheduled: Timestamp| {
        let place = lister.place(object);
        task_name
            .as_ref()
            .is_none_or(|name| name.eq_ignore_ascii_case(&object.name))
            && same(&database, &place.0)
            && same(&schema, &place.1)
            && root.as_ref().is_none_or(|root| *root == show::task_id(root_id))
            && scheduled >= start
            && end.is_none_or(|end| scheduled <= end)
    };
    let mut found: Vec<(Timestamp, Vec<Cell>)> = Vec::new();
    let attempts = attempts(environment);
    for run in environment.snapshot.task_runs() {
        let Some(object) = environment.snapshot.object(run.task) else {
            continue;
        };
        let failed = matches!(run.state, TaskState::Failed | TaskState::Cancelled);
        if wanted(object, run.root, run.scheduled) && (failed || !errors) {
            let attempt = attempts.get(&Arc::as_ptr(run)).copied().unwrap_or(1);
            found.push((run.scheduled, run_row(&lister, environment, object, run, attempt)));
        }
    }
    // Later runs of one moment first, too.
    found.reverse();
    if !errors {
        for object in environment.snapshot.all(ObjectKind::Task) {
            if let Some(due) = scheduled(object, lister.now)
                && wanted(object, object.id, due)
                && let Some(task) = object.as_task()
            {
                found.push((due, scheduled_row(&lister, object, task, due)));
            }
        }
    }
    found.sort_by_key(|(scheduled, _)| std::cmp::Reverse(*scheduled));
    let mut rows = Rows::new(TASK_HISTORY);
    found.into_iter().take(limit).for_each(|(_, row)| rows.push(row));
    Ok(rows)
}

/// A name in an argument: in double quotes as it stands, otherwise in any letter case.
fn names_one(wanted: &str, found: &str) -> bool {
    match wanted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(exact) => exact == found,
        None => wanted.eq_ignore_ascii_case(found),
    }
}

/// The number of each run among the runs of its task in one run of the graph.
fn attempts(environment: &StatementEnvironment) -> BTreeMap<*const TaskRun, u64> {
    let mut counts: BTreeMap<(ObjectId, u64), u64> = BTreeMap::new();
    let numbered = environment.snapshot.task_runs().map(|run| {
        let count = counts.entry((run.task, run.graph_run)).or_default();
        *count += 1;
        (Arc::as_ptr(run), *count)
    });
    numbered.collect()
}

fn run_row(
    lister: &Lister<'_>,
    environment: &StatementEnvironment,
    object: &Object,
    run: &TaskRun,
    attempt: u64,
) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    let root = environment.snapshot.object(run.root);
    let config = root.and_then(|root| root.as_task()?.options.get("CONFIG").and_then(OptionValue::text));
    let ran = run.state != TaskState::Skipped;
    vec![
        run.query_id.clone().into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        run.query.as_str().into(),
        run.condition.clone().into(),
        run.state.label().into(),
        run.error_code.map(i64::from).into(),
        run.error_message.clone().into(),
        run.scheduled.into(),
        ran.then_some(run.started).into(),
        root.and_then(|root| next_due(root, run.scheduled)).into(),
        run.completed.into(),
        show::task_id(run.root).into(),
        Cell::Null,
        run_id(run.scheduled),
        run.return_value.clone().into(),
        scheduled_from(&run.scheduled_from).into(),
        attempt.into(),
        config.into(),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        run.graph_run.to_string().into(),
        Cell::Null,
        Cell::Null,
    ]
}

fn scheduled_row(lister: &Lister<'_>, object: &Object, task: &Task, due: Timestamp) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    let mut row = vec![
        Cell::Null,
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        task.body.as_str().into(),
        task.when.clone().into(),
        "SCHEDULED".into(),
        Cell::Null,
        Cell::Null,
        due.into(),
        Cell::Null,
        next_due(object, due).into(),
        Cell::Null,
        show::task_id(object.id).into(),
        Cell::Null,
        run_id(due),
        Cell::Null,
        "SCHEDULE".into(),
        1_i64.into(),
        task.options.get("CONFIG").and_then(OptionValue::text).into(),
    ];
    row.resize(TASK_HISTORY.len(), Cell::Null);
    row
}

const TASK_DEPENDENTS: Columns = &[
    ("CREATED_ON", TIME),
    ("NAME", TEXT),
    ("DATABASE_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("OWNER", TEXT),
    ("COMMENT", TEXT),
    ("WAREHOUSE", TEXT),
    ("SCHEDULE", TEXT),
    ("PREDECESSORS", TEXT),
    ("STATE", TEXT),
    ("DEFINITION", TEXT),
    ("CONDITION", TEXT),
];

/// A task, then the tasks that run after it, in the order of their distance and creation.
pub fn task_dependents(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    let arguments = Arguments::read(
        environment,
        "TASK_DEPENDENTS",
        &["TASK_NAME", "RECURSIVE"],
        arguments,
    )?;
    let name = arguments.required_text("TASK_NAME")?;
    let name = QualifiedName::parse(&name).ok_or_else(|| Error::not_found("Task", &name))?;
    let names = environment.names();
    let first = names.require(ObjectKind::Task, &name)?;
    let recursive = arguments.truth("RECURSIVE")?.unwrap_or(true);
    let mut order = vec![first.id];
    let mut at = 0;
    while let Some(id) = order.get(at).copied() {
        if at > 0 && !recursive {
            break;
        }
        let children: Vec<ObjectId> = ddl::task_children(&environment.snapshot, id)
            .map(|child| child.id)
            .collect();
        for child in children {
            if !order.contains(&child) {
                order.push(child);
            }
        }
        at += 1;
    }
    let finalizer = environment.snapshot.all(ObjectKind::Task).find(|object| {
        object
            .as_task()
            .is_some_and(|task| task.finalize == Some(first.id))
    });
    order.extend(finalizer.map(|object| object.id));
    let lister = Lister {
        names,
        now: environment.context.types.now,
    };
    let mut rows = Rows::new(TASK_DEPENDENTS);
    for object in order.iter().filter_map(|id| environment.snapshot.object(*id)) {
        let Some(task) = object.as_task() else { continue };
        let (database, schema) = lister.place(object);
        rows.push(vec![
            object.created.into(),
            object.name.as_str().into(),
            database.into(),
            schema.into(),
            object.owner.as_str().into(),
            object.comment.clone().into(),
            task.warehouse.clone().into(),
            task.schedule.clone().into(),
            lister.full_names(&task.after).into(),
            if task.started { "started" } else { "suspended" }.into(),
            task.body.as_str().into(),
            task.when.clone().into(),
        ]);
    }
    Ok(rows)
}
