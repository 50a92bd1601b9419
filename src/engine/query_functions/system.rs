//! System functions. <https://docs.snowflake.com/en/sql-reference/functions-system>

use std::sync::Arc;

use datafusion::common::ScalarValue;

use super::{tags, text, wait};
use crate::catalog::{Object, ObjectKind};
use crate::engine::context::TaskRunContext;
use crate::engine::environment::StatementEnvironment;
use crate::engine::show;
use crate::error::{Error, Result};
use crate::sql::QualifiedName;
use crate::stream::read;

/// The value of a system function; `None` when there is none of that name.
pub fn call(
    environment: &StatementEnvironment,
    name: &str,
    arguments: &[ScalarValue],
) -> Option<Result<ScalarValue>> {
    Some(match name {
        "SYSTEM$STREAM_HAS_DATA" => stream_has_data(environment, arguments),
        "SYSTEM$PIPE_STATUS" => pipe_status(environment, arguments),
        "SYSTEM$CURRENT_USER_TASK_NAME" => Ok(ScalarValue::Utf8(
            environment.context.task.as_ref().map(|task| task.name.clone()),
        )),
        "SYSTEM$TASK_DEPENDENTS_ENABLE" => enable_dependents(environment, arguments),
        "SYSTEM$TASK_RUNTIME_INFO" => task_runtime_info(environment, arguments),
        "SYSTEM$GET_TASK_GRAPH_CONFIG" => task_graph_config(environment, arguments),
        "SYSTEM$CANCEL_ALL_QUERIES" => cancel_all(environment, arguments),
        "SYSTEM$CANCEL_QUERY" => cancel(environment, arguments),
        "SYSTEM$LAST_CHANGE_COMMIT_TIME" => last_change(environment, arguments),
        "SYSTEM$SET_RETURN_VALUE" => set_return_value(environment, arguments),
        "SYSTEM$GET_PREDECESSOR_RETURN_VALUE" => predecessor_return_value(environment, arguments),
        "SYSTEM$WAIT" => wait::wait(environment, arguments),
        "SYSTEM$GET_TAG" => tags::get_tag(environment, arguments),
        "SYSTEM$GET_TAG_ALLOWED_VALUES" => {
            single_text(name, arguments).and_then(|tag| tags::allowed_values(environment, tag))
        }
        "SYSTEM$GET_TAG_ON_CURRENT_COLUMN"
        | "SYSTEM$GET_TAG_ON_CURRENT_TABLE"
        | "SYSTEM$TAG_VALUE_CONTAINS"
        | "SYSTEM$STREAM_GET_TABLE_TIMESTAMP"
        | "SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS"
        | "SYSTEM$PIPE_FORCE_RESUME"
        | "SYSTEM$ABORT_SESSION"
        | "SYSTEM$ABORT_TRANSACTION" => Err(Error::unsupported(name)),
        _ => return None,
    })
}

/// The object that the one argument names.
fn named(
    environment: &StatementEnvironment,
    function: &str,
    kind: ObjectKind,
    arguments: &[ScalarValue],
) -> Result<Arc<Object>> {
    let name = single_text(function, arguments)?;
    let name = QualifiedName::parse(name).ok_or_else(|| Error::not_found(kind.traits().label, name))?;
    environment.names().require(kind, &name)
}

fn single_text<'a>(function: &str, arguments: &'a [ScalarValue]) -> Result<&'a str> {
    match arguments {
        [ScalarValue::Utf8(Some(text))] => Ok(text),
        [] => Err(Error::not_enough_arguments(format!("{function}()"), 1, 0)),
        [other] => Err(Error::invalid_argument(function, other, "it takes a text")),
        _ => Err(Error::too_many_arguments(
            format!("{function}(…)"),
            1,
            arguments.len(),
        )),
    }
}

/// <https://docs.snowflake.com/en/sql-reference/functions/system_task_dependents_enable>
fn enable_dependents(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let task = named(
        environment,
        "SYSTEM$TASK_DEPENDENTS_ENABLE",
        ObjectKind::Task,
        arguments,
    )?;
    environment.note_resumed(task.id);
    Ok(ScalarValue::Boolean(Some(true)))
}

/// SYSTEM$CANCEL_ALL_QUERIES(session): cancels what the user runs in a session, apart from the statement that asks.
/// <https://docs.snowflake.com/en/sql-reference/functions/system_cancel_all_queries>
fn cancel_all(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    const NAME: &str = "SYSTEM$CANCEL_ALL_QUERIES";
    let session = match arguments {
        [ScalarValue::Int64(Some(number))] => u64::try_from(*number).ok(),
        [ScalarValue::Decimal128(Some(number), _, 0)] => u64::try_from(*number).ok(),
        // CURRENT_SESSION gives a text.
        other => single_text(NAME, other)?.parse().ok(),
    };
    let Some(session) = session else {
        let given = arguments.first().map(ToString::to_string).unwrap_or_default();
        return Err(Error::invalid_argument(
            NAME,
            given,
            "it takes the number of a session",
        ));
    };
    let context = &environment.context;
    let mut running = environment.account.queries().running(session, &context.user);
    running.retain(|id| *id != context.query_id);
    let count = running.len();
    for id in running {
        environment.note_cancelled(id);
    }
    Ok(text(format!("{count} cancelled.")))
}

/// SYSTEM$CANCEL_QUERY(id): cancels a running statement of the user's.
/// <https://docs.snowflake.com/en/sql-reference/functions/system_cancel_query>
fn cancel(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let id = single_text("SYSTEM$CANCEL_QUERY", arguments)?;
    let running = environment.account.queries().runs(id, &environment.context.user);
    Ok(text(match running {
        Some(id) => {
            let answer = format!("query [{id}] terminated.");
            environment.note_cancelled(id);
            answer
        }
        None => "Identified SQL statement is not currently executing.".to_string(),
    }))
}

/// <https://docs.snowflake.com/en/sql-reference/functions/system_stream_has_data>
fn stream_has_data(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let object = named(
        environment,
        "SYSTEM$STREAM_HAS_DATA",
        ObjectKind::Stream,
        arguments,
    )?;
    let stream = object
        .as_stream()
        .ok_or_else(|| Error::internal("a stream without a body"))?;
    Ok(ScalarValue::Boolean(Some(read::has_data(
        environment,
        &object,
        stream,
    )?)))
}

/// <https://docs.snowflake.com/en/sql-reference/functions/system_pipe_status>
fn pipe_status(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let object = named(environment, "SYSTEM$PIPE_STATUS", ObjectKind::Pipe, arguments)?;
    let status = crate::pipe::status(&environment.account, &environment.snapshot, &object);
    Ok(text(status.to_string()))
}

/// <https://docs.snowflake.com/en/sql-reference/functions/system_last_change_commit_time>: nanoseconds since 1970.
fn last_change(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let object = named(
        environment,
        "SYSTEM$LAST_CHANGE_COMMIT_TIME",
        ObjectKind::Table,
        arguments,
    )?;
    let moment = environment.snapshot.rows(object.id).time.as_nanosecond();
    Ok(ScalarValue::Decimal128(Some(moment), 38, 0))
}

fn current_task<'a>(environment: &'a StatementEnvironment, function: &str) -> Result<&'a TaskRunContext> {
    environment.context.task.as_ref().ok_or_else(|| {
        let message = format!("Function {function} must be called from within a task.");
        Error::new(91_100, "55000", message)
    })
}

/// <https://docs.snowflake.com/en/sql-reference/functions/system_task_runtime_info>
fn task_runtime_info(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    const NAME: &str = "SYSTEM$TASK_RUNTIME_INFO";
    let wanted = single_text(NAME, arguments)?.to_uppercase();
    let task = current_task(environment, NAME)?;
    let moment = |moment: jiff::Timestamp| text(moment.strftime("%Y-%m-%d %H:%M:%S.%3f +0000").to_string());
    Ok(match wanted.as_str() {
        "CURRENT_TASK_NAME" => text(&task.name),
        "CURRENT_ROOT_TASK_NAME" => text(&task.root_name),
        "CURRENT_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP" => moment(task.scheduled),
        "CURRENT_ROOT_TASK_UUID" => text(show::task_id(task.root)),
        "CURRENT_TASK_GRAPH_RUN_GROUP_ID" => text(task.graph_run.to_string()),
        "LAST_SUCCESSFUL_TASK_GRAPH_RUN_GROUP_ID"
        | "LAST_SUCCESSFUL_TASK_GRAPH_ORIGINAL_SCHEDULED_TIMESTAMP" => {
            return Err(Error::unsupported(format!("{NAME}('{wanted}')")));
        }
        other => {
            return Err(Error::invalid_argument(
                NAME,
                other,
                "it takes the name of a property of task runs",
            ));
        }
    })
}

/// SYSTEM$GET_TASK_GRAPH_CONFIG([path]): the root task's CONFIG, or the value at a path in it.
/// <https://docs.snowflake.com/en/sql-reference/functions/system_get_task_graph_config>
fn task_graph_config(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    const NAME: &str = "SYSTEM$GET_TASK_GRAPH_CONFIG";
    let task = current_task(environment, NAME)?;
    let root = QualifiedName::parse(&task.root_name);
    let root = root.ok_or_else(|| Error::internal("a root task without a name"))?;
    let root = environment.names().require(ObjectKind::Task, &root)?;
    let config = root.as_task().and_then(|task| task.options.get("CONFIG")?.text());
    let Some(config) = config else {
        return Ok(ScalarValue::Utf8(None));
    };
    if arguments.is_empty() {
        return Ok(text(config));
    }
    let path = single_text(NAME, arguments)?;
    let parsed: serde_json::Value = serde_json::from_str(&config).map_err(Error::json)?;
    let found = path
        .split('.')
        .filter(|key| !key.is_empty())
        .try_fold(&parsed, |value, key| value.get(key));
    Ok(match found {
        None | Some(serde_json::Value::Null) => ScalarValue::Utf8(None),
        Some(serde_json::Value::String(value)) => text(value),
        Some(value) => text(value.to_string()),
    })
}

/// <https://docs.snowflake.com/en/sql-reference/functions/system_set_return_value>
fn set_return_value(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    const NAME: &str = "SYSTEM$SET_RETURN_VALUE";
    /// The longest value, in bytes.
    const LONGEST: usize = 10 * 1024;
    let task = current_task(environment, NAME)?;
    let value = single_text(NAME, arguments)?;
    if value.len() > LONGEST {
        return Err(Error::invalid_argument(
            NAME,
            "",
            "it takes a text of 10 kB at most",
        ));
    }
    *task.returned.lock() = Some(value.to_string());
    Ok(text("Return value set."))
}

/// SYSTEM$GET_PREDECESSOR_RETURN_VALUE([task]): what a task before this one in the same run of the graph returned.
/// <https://docs.snowflake.com/en/sql-reference/functions/system_get_predecessor_return_value>
fn predecessor_return_value(
    environment: &StatementEnvironment,
    arguments: &[ScalarValue],
) -> Result<ScalarValue> {
    const NAME: &str = "SYSTEM$GET_PREDECESSOR_RETURN_VALUE";
    let task = current_task(environment, NAME)?;
    let wanted = match arguments {
        [] => match task.after.as_slice() {
            [only] => only.as_str(),
            [] => return Err(Error::invalid_argument(NAME, "", "the task has no predecessor")),
            _ => return Err(Error::not_enough_arguments(format!("{NAME}()"), 1, 0)),
        },
        given => single_text(NAME, given)?,
    };
    match task.returned_before.get(wanted) {
        Some(value) => Ok(ScalarValue::Utf8(value.clone())),
        None => Err(Error::invalid_argument(
            NAME,
            wanted,
            "no task of this name ran before this one",
        )),
    }
}
