//! TASK_HISTORY, COPY_HISTORY and LOAD_HISTORY: what the commit log knows of runs and loads.
//! <https://docs.snowflake.com/en/sql-reference/functions/task_history>,
//! <https://docs.snowflake.com/en/sql-reference/functions/copy_history>

use datafusion::common::ScalarValue;
use jiff::Timestamp;

use crate::catalog::history::LoadedFile;
use crate::catalog::{Object, ObjectId, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::error::{Error, Result};
use crate::functions::arguments::integer_of;
use crate::plan::NamedArgument;
use crate::sql::QualifiedName;
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::{SnowType, temporal};

const TASK_HISTORY: Columns = &[
    ("QUERY_ID", SnowType::VARCHAR),
    ("NAME", SnowType::VARCHAR),
    ("DATABASE_NAME", SnowType::VARCHAR),
    ("SCHEMA_NAME", SnowType::VARCHAR),
    ("QUERY_TEXT", SnowType::VARCHAR),
    ("CONDITION_TEXT", SnowType::VARCHAR),
    ("STATE", SnowType::VARCHAR),
    ("ERROR_CODE", SnowType::INTEGER),
    ("ERROR_MESSAGE", SnowType::VARCHAR),
    ("SCHEDULED_TIME", SnowType::TIMESTAMP_LTZ),
    ("QUERY_START_TIME", SnowType::TIMESTAMP_LTZ),
    ("COMPLETED_TIME", SnowType::TIMESTAMP_LTZ),
    ("ROOT_TASK_ID", SnowType::VARCHAR),
    ("RUN_ID", SnowType::INTEGER),
    ("SCHEDULED_FROM", SnowType::VARCHAR),
];

/// TASK_HISTORY([SCHEDULED_TIME_RANGE_START, …_END, RESULT_LIMIT, TASK_NAME, ERROR_ONLY]), newest first.
pub(super) fn task_history(
    environment: &StatementEnvironment,
    _database: &Object,
    arguments: &[NamedArgument],
) -> Result<Rows> {
    const NAMES: &[&str] = &[
        "SCHEDULED_TIME_RANGE_START",
        "SCHEDULED_TIME_RANGE_END",
        "RESULT_LIMIT",
        "TASK_NAME",
        "ERROR_ONLY",
    ];
    let given = Given::read("TASK_HISTORY", NAMES, arguments)?;
    let start = given.moment(environment, "SCHEDULED_TIME_RANGE_START")?;
    let end = given.moment(environment, "SCHEDULED_TIME_RANGE_END")?;
    let limit = given
        .get("RESULT_LIMIT")
        .and_then(integer_of)
        .unwrap_or(100)
        .clamp(1, 10_000) as usize;
    let name = given.text("TASK_NAME");
    let errors_only = matches!(given.get("ERROR_ONLY"), Some(ScalarValue::Boolean(Some(true))));
    let mut rows = Rows::new(TASK_HISTORY);
    let runs = environment.snapshot.task_runs().rev().filter(|run| {
        start.is_none_or(|start| run.scheduled >= start)
            && end.is_none_or(|end| run.scheduled < end)
            && (!errors_only || run.error_code.is_some())
    });
    for run in runs {
        let path = path_of(environment, run.task);
        let [database, schema, own] = path.as_slice() else {
            continue;
        };
        if name.as_ref().is_some_and(|name| !name.eq_ignore_ascii_case(own)) {
            continue;
        }
        rows.push(vec![
            run.query_id.clone().into(),
            own.as_str().into(),
            database.as_str().into(),
            schema.as_str().into(),
            run.query.as_str().into(),
            run.condition.clone().into(),
            run.state.label().into(),
            run.error_code.map(i64::from).into(),
            run.error_message.clone().into(),
            run.scheduled.into(),
            run.started.into(),
            run.completed.into(),
            run.root.to_string().into(),
            run.graph_run.into(),
            run.scheduled_from.as_str().into(),
        ]);
        if rows.rows().len() >= limit {
            break;
        }
    }
    Ok(rows)
}

const COPY_HISTORY: Columns = &[
    ("FILE_NAME", SnowType::VARCHAR),
    ("STAGE_LOCATION", SnowType::VARCHAR),
    ("LAST_LOAD_TIME", SnowType::TIMESTAMP_LTZ),
    ("ROW_COUNT", SnowType::INTEGER),
    ("ROW_PARSED", SnowType::INTEGER),
    ("FILE_SIZE", SnowType::INTEGER),
    ("FIRST_ERROR_MESSAGE", SnowType::VARCHAR),
    ("FIRST_ERROR_LINE_NUMBER", SnowType::INTEGER),
    ("FIRST_ERROR_CHARACTER_POS", SnowType::INTEGER),
    ("FIRST_ERROR_COLUMN_NAME", SnowType::VARCHAR),
    ("ERROR_COUNT", SnowType::INTEGER),
    ("STATUS", SnowType::VARCHAR),
    ("TABLE_CATALOG_NAME", SnowType::VARCHAR),
    ("TABLE_SCHEMA_NAME", SnowType::VARCHAR),
    ("TABLE_NAME", SnowType::VARCHAR),
    ("PIPE_CATALOG_NAME", SnowType::VARCHAR),
    ("PIPE_SCHEMA_NAME", SnowType::VARCHAR),
    ("PIPE_NAME", SnowType::VARCHAR),
];

/// COPY_HISTORY(TABLE_NAME => …, START_TIME => … [, END_TIME => …]).
pub(super) fn copy_history(
    environment: &StatementEnvironment,
    _database: &Object,
    arguments: &[NamedArgument],
) -> Result<Rows> {
    let given = Given::read(
        "COPY_HISTORY",
        &["TABLE_NAME", "START_TIME", "END_TIME"],
        arguments,
    )?;
    let start = given
        .moment(environment, "START_TIME")?
        .ok_or_else(|| missing("START_TIME"))?;
    let end = given.moment(environment, "END_TIME")?;
    let name = given.text("TABLE_NAME").ok_or_else(|| missing("TABLE_NAME"))?;
    let parsed = QualifiedName::parse(&name).ok_or_else(|| Error::not_found("Table", &name))?;
    let table = environment.names().require(ObjectKind::Table, &parsed)?;
    let mut rows = Rows::new(COPY_HISTORY);
    let loads = environment.snapshot.load_history().filter(|load| {
        load.table == table.id && load.loaded_at >= start && end.is_none_or(|end| load.loaded_at < end)
    });
    for load in loads {
        rows.push(copy_row(environment, load));
    }
    Ok(rows)
}

fn copy_row(environment: &StatementEnvironment, load: &LoadedFile) -> Vec<Cell> {
    let mut row: Vec<Cell> = vec![
        load.file.as_str().into(),
        load.stage.as_str().into(),
        load.loaded_at.into(),
        load.rows_loaded.into(),
        load.rows_parsed.into(),
        load.size.into(),
        load.first_error.clone().into(),
        load.first_error_line.into(),
        load.first_error_character.into(),
        load.first_error_column.clone().into(),
        load.errors.into(),
        load.status.label().into(),
    ];
    for object in [Some(load.table), load.pipe] {
        let path = object.map(|id| path_of(environment, id)).unwrap_or_default();
        row.extend((0..3).map(|at| path.get(at).cloned().into()));
    }
    row
}

const LOAD_HISTORY: Columns = &[
    ("SCHEMA_NAME", SnowType::VARCHAR),
    ("FILE_NAME", SnowType::VARCHAR),
    ("TABLE_NAME", SnowType::VARCHAR),
    ("LAST_LOAD_TIME", SnowType::TIMESTAMP_LTZ),
    ("STATUS", SnowType::VARCHAR),
    ("ROW_COUNT", SnowType::INTEGER),
    ("ROW_PARSED", SnowType::INTEGER),
    ("FIRST_ERROR_MESSAGE", SnowType::VARCHAR),
    ("FIRST_ERROR_LINE_NUMBER", SnowType::INTEGER),
    ("FIRST_ERROR_CHARACTER_POSITION", SnowType::INTEGER),
    ("FIRST_ERROR_COL_NAME", SnowType::VARCHAR),
    ("ERROR_COUNT", SnowType::INTEGER),
];

/// LOAD_HISTORY: loads by COPY, not those by pipes, as documented.
pub(super) fn load_history(environment: &StatementEnvironment, database: &Object) -> Rows {
    let mut rows = Rows::new(LOAD_HISTORY);
    for load in environment
        .snapshot
        .load_history()
        .filter(|load| load.pipe.is_none())
    {
        let path = path_of(environment, load.table);
        let [catalog, schema, table] = path.as_slice() else {
            continue;
        };
        if *catalog != database.name {
            continue;
        }
        rows.push(vec![
            schema.as_str().into(),
            load.file.as_str().into(),
            table.as_str().into(),
            load.loaded_at.into(),
            load.status.label().to_uppercase().into(),
            load.rows_loaded.into(),
            load.rows_parsed.into(),
            load.first_error.clone().into(),
            load.first_error_line.into(),
            load.first_error_character.into(),
            load.first_error_column.clone().into(),
            load.errors.into(),
        ]);
    }
    rows
}

fn path_of(environment: &StatementEnvironment, id: ObjectId) -> Vec<String> {
    let object = environment.snapshot.object(id);
    object
        .map(|object| environment.snapshot.path(object))
        .unwrap_or_default()
}

fn missing(argument: &str) -> Error {
    Error::compilation(format!("required argument '{argument}' is missing"))
}

/// A table function's named arguments.
struct Given<'a>(&'a [NamedArgument]);

impl<'a> Given<'a> {
    /// # Errors
    /// For an argument that the function does not have.
    fn read(function: &str, names: &[&str], arguments: &'a [NamedArgument]) -> Result<Self> {
        let known =
            |argument: &&NamedArgument| argument.name.as_deref().is_some_and(|name| names.contains(&name));
        match arguments.iter().find(|argument| !known(argument)) {
            None => Ok(Self(arguments)),
            Some(other) => {
                let shown = other.name.as_deref().unwrap_or("without a name");
                Err(Error::unsupported(format!("argument {shown} of {function}")))
            }
        }
    }

    fn get(&self, name: &str) -> Option<&'a ScalarValue> {
        let found = self
            .0
            .iter()
            .find(|argument| argument.name.as_deref() == Some(name));
        found
            .map(|argument| &argument.value)
            .filter(|value| !value.is_null())
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.get(name) {
            Some(ScalarValue::Utf8(text)) => text.clone(),
            _ => None,
        }
    }

    fn moment(&self, environment: &StatementEnvironment, name: &str) -> Result<Option<Timestamp>> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let from = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
        let types = &environment.context.types;
        match cast_scalar(value, &from, &SnowType::TIMESTAMP_LTZ, CastMode::Strict, types)? {
            ScalarValue::FixedSizeBinary(_, Some(bytes)) => {
                let moment = Timestamp::from_nanosecond(temporal::decode(&bytes));
                moment.map(Some).map_err(|_| Error::not_timestamp(value))
            }
            _ => Ok(None),
        }
    }
}
