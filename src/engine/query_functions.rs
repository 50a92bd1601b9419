//! Context and system functions, and table functions that make rows by themselves.
//! <https://docs.snowflake.com/en/sql-reference/functions-context>

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::TableSource;

use super::environment::StatementEnvironment;
use super::rows::Rows;
use crate::catalog::{Object, ObjectKind};
use crate::error::{Error, Result};
use crate::plan::NamedArgument;
use crate::sql::QualifiedName;
use crate::types::SnowType;
use crate::{pipe, stream};

/// The most rows that GENERATOR makes.
const MAX_GENERATED: i64 = 100_000_000;

/// The value of a context function; `None` when there is none of this name.
pub(super) fn context_function(
    environment: &StatementEnvironment,
    name: &str,
    arguments: &[ScalarValue],
) -> Option<Result<ScalarValue>> {
    let context = &environment.context;
    let text = |value: Option<&str>| Some(Ok(ScalarValue::Utf8(value.map(str::to_string))));
    match name {
        "CURRENT_DATABASE" => text(context.database.as_deref()),
        "CURRENT_SCHEMA" => text(context.schema.as_deref()),
        "CURRENT_WAREHOUSE" => text(context.warehouse.as_deref()),
        "CURRENT_ROLE" => text(Some(&context.role)),
        "CURRENT_USER" => text(Some(&context.user)),
        "CURRENT_SESSION" => text(Some(&context.session.to_string())),
        "LAST_QUERY_ID" if arguments.is_empty() => text(context.query_ids.first().map(String::as_str)),
        "SYSTEM$STREAM_HAS_DATA" => Some(named(environment, ObjectKind::Stream, arguments).and_then(
            |object| {
                let stream = object
                    .as_stream()
                    .ok_or_else(|| Error::internal("a stream without a body"))?;
                Ok(ScalarValue::Boolean(Some(stream::read::has_data(
                    environment,
                    &object,
                    stream,
                )?)))
            },
        )),
        "SYSTEM$PIPE_STATUS" => Some(named(environment, ObjectKind::Pipe, arguments).map(|object| {
            ScalarValue::Utf8(Some(
                pipe::status(&environment.account, &environment.snapshot, &object).to_string(),
            ))
        })),
        "SYSTEM$CURRENT_USER_TASK_NAME" => Some(match &context.task {
            Some(task) => Ok(ScalarValue::Utf8(Some(task.name.clone()))),
            None => Err(Error::compilation(
                "SYSTEM$CURRENT_USER_TASK_NAME is only for the statement of a task",
            )),
        }),
        _ => None,
    }
}

/// The object that a system function's only argument names.
fn named(
    environment: &StatementEnvironment,
    kind: ObjectKind,
    arguments: &[ScalarValue],
) -> Result<Arc<Object>> {
    let [ScalarValue::Utf8(Some(name))] = arguments else {
        return Err(Error::compilation(format!(
            "the name of a {} is missing",
            kind.traits().sql
        )));
    };
    let parsed = QualifiedName::parse(name).ok_or_else(|| Error::not_found(kind.traits().label, name))?;
    environment.names().require(kind, &parsed)
}

/// The table that a table function gives; `None` when there is none of this name.
pub(super) fn table_function(
    _environment: &StatementEnvironment,
    name: &[String],
    arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    match name {
        [single] if single == "GENERATOR" => Some(generator(arguments)),
        _ => None,
    }
}

/// GENERATOR(ROWCOUNT => n): rows without meaningful columns.
/// <https://docs.snowflake.com/en/sql-reference/functions/generator>
fn generator(arguments: &[NamedArgument]) -> Result<Arc<dyn TableSource>> {
    let count = match arguments {
        [argument] if argument.name.as_deref() == Some("ROWCOUNT") => {
            crate::functions::arguments::integer_of(&argument.value)
        }
        _ => None,
    };
    let count = count.filter(|count| (0..=MAX_GENERATED).contains(count));
    let count =
        count.ok_or_else(|| Error::unsupported("GENERATOR with other arguments than ROWCOUNT => n"))?;
    let zeros = ScalarValue::Boolean(Some(true)).to_array_of_size(count as usize)?;
    let schema = Arc::new(datafusion::arrow::datatypes::Schema::new(vec![
        SnowType::Boolean.field("$GENERATED", false),
    ]));
    let batch = datafusion::arrow::record_batch::RecordBatch::try_new(Arc::clone(&schema), vec![zeros])?;
    Ok(provider_as_source(Arc::new(MemTable::try_new(
        schema,
        vec![vec![batch]],
    )?)))
}

/// A small table as a relation.
pub(super) fn relation_of(rows: &Rows) -> Result<Arc<dyn TableSource>> {
    Ok(provider_as_source(Arc::new(MemTable::try_new(
        rows.schema(),
        vec![vec![rows.batch()?]],
    )?)))
}
