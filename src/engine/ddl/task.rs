//! CREATE TASK, ALTER TASK and EXECUTE TASK. <https://docs.snowflake.com/en/sql-reference/sql/create-task>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-task>,
//! <https://docs.snowflake.com/en/sql-reference/sql/execute-task>
//!
//! Kept and without effect: USER_TASK_TIMEOUT_MS, USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE, SERVERLESS_TASK_MIN_ and
//! MAX_STATEMENT_SIZE, ERROR_INTEGRATION, SUCCESS_INTEGRATION, LOG_LEVEL, and overlap policies: runs follow each other
//! here.

use super::common::{
    check_bool, check_range, check_word, created, done, existed, exists_already, fault, home, new_object,
};
use super::{pipe, task_graph};
use crate::catalog::object::Task;
use crate::catalog::{Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work, options, parameters};
use crate::error::{Error, Result};
use crate::sql::statement::{AlterTask, CreateTask, ExecuteTask, TaskAction};
use crate::sql::{Ident, Properties, Property, QualifiedName, Statement};
use crate::task::Schedule;

/// The properties of tasks besides WAREHOUSE, SCHEDULE, FINALIZE, COMMENT and the overlap policy. Any other name must be
/// a session parameter's.
const OPTIONS: [&str; 11] = [
    "CONFIG",
    "USER_TASK_TIMEOUT_MS",
    "USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE",
    "SERVERLESS_TASK_MIN_STATEMENT_SIZE",
    "SERVERLESS_TASK_MAX_STATEMENT_SIZE",
    "SUSPEND_TASK_AFTER_NUM_FAILURES",
    "ERROR_INTEGRATION",
    "SUCCESS_INTEGRATION",
    "LOG_LEVEL",
    "TASK_AUTO_RETRY_ATTEMPTS",
    "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
];

/// Runs CREATE TASK. The task is suspended.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreateTask) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Task, &create.header)? {
        return Ok(result);
    }
    let name = &create.header.name;
    let context = home(work, name)?;
    check_body(&create.body.statement)?;
    let mut task = Task {
        warehouse: None,
        schedule: None,
        after: Vec::new(),
        finalize: None,
        when: create.when.map(|when| when.text),
        body: create.body.text,
        allow_overlapping: false,
        started: false,
        resumed_at: None,
        suspended_at: None,
        suspended_reason: None,
        options: Default::default(),
        context,
    };
    apply(work, &mut task, &create.properties)?;
    // Tasks that run after a replaced one run after the new one.
    let replaced = work.names().find(ObjectKind::Task, name)?;
    let altered = replaced
        .as_ref()
        .filter(|_| create.header.or_alter)
        .map(|old| old.id);
    for predecessor in &create.after {
        add_predecessor(work, &mut task, altered, predecessor)?;
    }
    if let Some(property) = create.properties.property("FINALIZE") {
        task.finalize = Some(root_named(work, &task, property)?);
    }
    task_graph::check(work, name.object(), altered, &task)?;
    if let Some(old) = &replaced {
        task_graph::require_suspended_root(work, old.id)?;
    }
    let new = new_object(&create.header, &create.properties)?;
    let Some(id) = work.create(&new, ObjectBody::Task(task))? else {
        return existed(name.object());
    };
    if let Some(old) = replaced.filter(|old| old.id != id) {
        task_graph::rename_references(work, old.id, id)?;
    }
    created(ObjectKind::Task, name.object())
}

/// A task runs one statement that is not a transaction's bound.
fn check_body(statement: &Statement) -> Result<()> {
    match statement {
        Statement::Begin { .. } | Statement::Commit | Statement::Rollback => Err(Error::unsupported(
            "a transaction's bound as the statement of a task",
        )),
        Statement::ScriptBlock(block) => crate::script::check(&block.text),
        _ => Ok(()),
    }
}

/// Takes over properties, all but FINALIZE and COMMENT.
fn apply(work: &Work<'_>, task: &mut Task, properties: &Properties) -> Result<()> {
    check(work, properties)?;
    if let Some(name) = properties.text("WAREHOUSE")? {
        let qualified = QualifiedName::single(named(properties, "WAREHOUSE", name));
        task.warehouse = Some(
            work.names()
                .require(ObjectKind::Warehouse, &qualified)?
                .name
                .clone(),
        );
    }
    if let Some(schedule) = properties.text("SCHEDULE")? {
        Schedule::parse(schedule)?;
        task.schedule = Some(schedule.to_string());
    }
    if let Some(allow) = properties.bool("ALLOW_OVERLAPPING_EXECUTION")? {
        task.allow_overlapping = allow;
    }
    if let Some(policy) = properties.text("OVERLAP_POLICY")? {
        task.allow_overlapping = !policy.eq_ignore_ascii_case("NO_OVERLAP");
    }
    for property in properties.iter() {
        let own = OPTIONS.contains(&property.name.as_str()) || property.name == "OVERLAP_POLICY";
        if own || parameters::is_known(&property.name) {
            task.options
                .set(property.name.as_str(), options::value(property)?);
        }
    }
    Ok(())
}

/// A name given as a word keeps its form; one given as a string is folded.
fn named(properties: &Properties, property: &str, text: &str) -> Ident {
    match properties.get(property) {
        Some(crate::sql::PropertyValue::Word(_)) => Ident::quoted(text),
        _ => Ident::unquoted(text),
    }
}

fn check(work: &Work<'_>, properties: &Properties) -> Result<()> {
    const PLACED: [&str; 6] = [
        "WAREHOUSE",
        "SCHEDULE",
        "FINALIZE",
        "COMMENT",
        "ALLOW_OVERLAPPING_EXECUTION",
        "OVERLAP_POLICY",
    ];
    for property in properties.iter() {
        let name = property.name.as_str();
        if PLACED.contains(&name) || OPTIONS.contains(&name) {
            continue;
        }
        if !parameters::is_known(name) {
            return Err(Error::invalid_property_name(name, "TASK"));
        }
        let text = options::value(property)?
            .text()
            .ok_or_else(|| property.invalid())?;
        parameters::check(name, &text)?;
        if name == "AUTOCOMMIT" && text.eq_ignore_ascii_case("false") {
            return Err(Error::unsupported("AUTOCOMMIT = FALSE of a task"));
        }
    }
    if properties.get("WAREHOUSE").is_some()
        && properties
            .get("USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE")
            .is_some()
    {
        return Err(fault(
            1_423,
            "22023",
            "WAREHOUSE and USER_TASK_MANAGED_INITIAL_WAREHOUSE_SIZE exclude each other",
        ));
    }
    let sizes: Vec<&str> = super::simple::SIZES.iter().map(|(written, _)| *written).collect();
    for name in OPTIONS.into_iter().filter(|name| name.ends_with("_SIZE")) {
        check_word(properties, name, &sizes)?;
    }
    if let Some(config) = properties.text("CONFIG")? {
        let object = serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(config);
        object.map_err(|_| Error::invalid_property("CONFIG", config))?;
    }
    check_bool(properties, "ALLOW_OVERLAPPING_EXECUTION")?;
    check_word(
        properties,
        "OVERLAP_POLICY",
        &["NO_OVERLAP", "ALLOW_CHILD_OVERLAP", "ALLOW_ALL_OVERLAP"],
    )?;
    check_range(properties, "USER_TASK_TIMEOUT_MS", 0, 604_800_000)?;
    check_range(properties, "SUSPEND_TASK_AFTER_NUM_FAILURES", 0, i64::MAX)?;
    check_range(properties, "TASK_AUTO_RETRY_ATTEMPTS", 0, 30)?;
    check_range(
        properties,
        "USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS",
        10,
        604_800,
    )?;
    check_word(
        properties,
        "LOG_LEVEL",
        &["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL", "OFF"],
    )?;
    pipe::check_integrations(work, properties)
}

/// Adds a predecessor by name; a name of one part is one in the task's own schema.
fn add_predecessor(
    work: &Work<'_>,
    task: &mut Task,
    own: Option<ObjectId>,
    name: &QualifiedName,
) -> Result<()> {
    let predecessor = beside(work, task, name)?;
    if Some(predecessor.id) == own {
        return Err(task_graph::fault_in_graph(format!(
            "Task {} cannot run after itself.",
            predecessor.name
        )));
    }
    if !task.after.contains(&predecessor.id) {
        task.after.push(predecessor.id);
    }
    Ok(())
}

/// The root task that FINALIZE names.
fn root_named(work: &Work<'_>, task: &Task, property: &Property) -> Result<ObjectId> {
    let name = match &property.value {
        crate::sql::PropertyValue::Word(name) => name.clone(),
        value => {
            let text = value.as_text().ok_or_else(|| property.invalid())?;
            QualifiedName::parse(text).ok_or_else(|| property.invalid())?
        }
    };
    Ok(beside(work, task, &name)?.id)
}

/// A task of the same graph: its schema must be the task's.
fn beside(work: &Work<'_>, task: &Task, name: &QualifiedName) -> Result<std::sync::Arc<Object>> {
    let full = match name.parts() {
        [_] => {
            let parts = [&task.context.0, &task.context.1]
                .into_iter()
                .map(|part| Ident::quoted(part.as_str()));
            QualifiedName::new(parts.chain([Ident::quoted(name.object())]).collect())
        }
        _ => None,
    };
    let object = work
        .names()
        .require(ObjectKind::Task, full.as_ref().unwrap_or(name))?;
    match &object.as_task() {
        Some(other) if other.context == task.context => Ok(object),
        _ => Err(task_graph::fault_in_graph(
            "All tasks of a graph must be in one schema.".to_string(),
        )),
    }
}

/// Runs ALTER TASK.
pub(in crate::engine) fn alter(work: &mut Work<'_>, alter: AlterTask) -> Result<StatementResult> {
    let object = match work.names().require(ObjectKind::Task, &alter.name) {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    let mut task = object
        .as_task()
        .ok_or_else(|| Error::internal("a task without a body"))?
        .clone();
    let mut comment = object.comment.clone();
    match alter.action {
        TaskAction::Resume => {
            task_graph::require_suspended_root_of_child(work, object.id)?;
            task_graph::check_resumable(work, &object, &task)?;
            task.started = true;
            task.resumed_at = Some(work.now);
        }
        TaskAction::Suspend => {
            task_graph::require_suspended_root_of_child(work, object.id)?;
            task.suspend(work.now, "USER_SUSPENDED");
        }
        other => {
            task_graph::require_suspended_root(work, object.id)?;
            change(work, &object, &mut task, &mut comment, other)?;
            task_graph::check(work, &object.name, Some(object.id), &task)?;
        }
    }
    work.alter(object.id, |object| {
        object.comment = comment;
        object.body = ObjectBody::Task(task);
        Ok(())
    })?;
    done()
}

/// What ALTER TASK changes while the graph's root is suspended.
fn change(
    work: &mut Work<'_>,
    object: &Object,
    task: &mut Task,
    comment: &mut Option<String>,
    action: TaskAction,
) -> Result<()> {
    match action {
        TaskAction::Resume | TaskAction::Suspend => {}
        TaskAction::AddAfter(names) => {
            for name in &names {
                add_predecessor(work, task, Some(object.id), name)?;
            }
        }
        TaskAction::RemoveAfter(names) => {
            for name in &names {
                let predecessor = beside(work, task, name)?;
                if !task.after.contains(&predecessor.id) {
                    let message = format!("Task {} does not run after {}.", object.name, predecessor.name);
                    return Err(task_graph::fault_in_graph(message));
                }
                task.after.retain(|id| *id != predecessor.id);
            }
            // What has become a root waits for its own RESUME.
            if task.after.is_empty() {
                task.suspend(work.now, "CHILD_BECAME_ROOT");
            }
        }
        TaskAction::Set(properties) => {
            apply(work, task, &properties)?;
            if let Some(text) = properties.text("COMMENT")? {
                *comment = Some(text.to_string());
            }
            if let Some(property) = properties.property("FINALIZE") {
                task.finalize = Some(root_named(work, task, property)?);
            }
        }
        TaskAction::Unset(names) => {
            for name in names {
                match name.as_str() {
                    "WAREHOUSE" => task.warehouse = None,
                    "SCHEDULE" => task.schedule = None,
                    "FINALIZE" => {
                        if task.finalize.take().is_some() {
                            task.suspend(work.now, "FINALIZER_BECAME_ROOT");
                        }
                    }
                    "COMMENT" => *comment = None,
                    "ALLOW_OVERLAPPING_EXECUTION" | "OVERLAP_POLICY" => {
                        task.allow_overlapping = false;
                        task.options.unset("OVERLAP_POLICY");
                    }
                    name if OPTIONS.contains(&name) || parameters::is_known(name) => {
                        task.options.unset(name);
                    }
                    name => return Err(Error::invalid_property_name(name, "TASK")),
                }
            }
        }
        TaskAction::ModifyAs(body) => {
            check_body(&body.statement)?;
            task.body = body.text;
        }
        TaskAction::ModifyWhen(condition) => task.when = Some(condition.text),
        TaskAction::RemoveWhen => task.when = None,
    }
    Ok(())
}

/// Runs EXECUTE TASK.
pub(in crate::engine) async fn execute(
    work: &mut Work<'_>,
    statement: ExecuteTask,
) -> Result<StatementResult> {
    let object = work.names().require(ObjectKind::Task, &statement.name)?;
    crate::task::execute(work, &object, &statement).await
}
