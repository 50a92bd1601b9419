//! What was loaded: LOAD_HISTORY and COPY_HISTORY.
//! <https://docs.snowflake.com/en/sql-reference/info-schema/load_history>,
//! <https://docs.snowflake.com/en/sql-reference/functions/copy_history>

use jiff::{SignedDuration, Timestamp};

use super::functions::Arguments;
use super::{NUMBER, Scope, TEXT, TIME};
use crate::catalog::{ObjectId, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show::Lister;
use crate::error::{Error, Result};
use crate::plan::NamedArgument;
use crate::sql::QualifiedName;

/// How long loads are shown.
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);

pub const LOAD_HISTORY: Columns = &[
    ("SCHEMA_NAME", TEXT),
    ("FILE_NAME", TEXT),
    ("TABLE_NAME", TEXT),
    ("LAST_LOAD_TIME", TIME),
    ("STATUS", TEXT),
    ("ROW_COUNT", NUMBER),
    ("ROW_PARSED", NUMBER),
    ("FIRST_ERROR_MESSAGE", TEXT),
    ("FIRST_ERROR_LINE_NUMBER", NUMBER),
    ("FIRST_ERROR_CHARACTER_POSITION", NUMBER),
    ("FIRST_ERROR_COL_NAME", TEXT),
    ("ERROR_COUNT", NUMBER),
    ("ERROR_LIMIT", NUMBER),
];

/// Loads by COPY, not those by pipes, into tables that are there.
pub fn load_history(scope: &Scope<'_>, rows: &mut Rows) {
    let snapshot = scope.lister.names.snapshot;
    let since = scope.lister.now.checked_sub(KEPT).unwrap_or(Timestamp::MIN);
    for load in snapshot
        .load_history()
        .filter(|load| load.pipe.is_none() && load.loaded_at >= since)
    {
        let Some(table) = snapshot
            .object(load.table)
            .filter(|table| snapshot.is_live(table))
        else {
            continue;
        };
        let (database, schema) = scope.lister.place(table);
        if database.as_ref() != Some(&scope.database.name) {
            continue;
        }
        rows.push(vec![
            schema.into(),
            format!("{}{}", load.stage, load.file).into(),
            table.name.as_str().into(),
            load.loaded_at.into(),
            load.status.label().to_uppercase().into(),
            load.rows_loaded.into(),
            load.rows_parsed.into(),
            load.first_error.clone().into(),
            load.first_error_line.into(),
            load.first_error_character.into(),
            load.first_error_column.clone().into(),
            load.errors.into(),
            load.error_limit.into(),
        ]);
    }
}

const COPY_HISTORY: Columns = &[
    ("FILE_NAME", TEXT),
    ("STAGE_LOCATION", TEXT),
    ("LAST_LOAD_TIME", TIME),
    ("ROW_COUNT", NUMBER),
    ("ROW_PARSED", NUMBER),
    ("FILE_SIZE", NUMBER),
    ("FIRST_ERROR_MESSAGE", TEXT),
    ("FIRST_ERROR_LINE_NUMBER", NUMBER),
    ("FIRST_ERROR_CHARACTER_POS", NUMBER),
    ("FIRST_ERROR_COLUMN_NAME", TEXT),
    ("ERROR_COUNT", NUMBER),
    ("ERROR_LIMIT", NUMBER),
    ("STATUS", TEXT),
    ("TABLE_CATALOG_NAME", TEXT),
    ("TABLE_SCHEMA_NAME", TEXT),
    ("TABLE_NAME", TEXT),
    ("PIPE_CATALOG_NAME", TEXT),
    ("PIPE_SCHEMA_NAME", TEXT),
    ("PIPE_NAME", TEXT),
    ("PIPE_RECEIVED_TIME", TIME),
    ("BYTES_BILLED", NUMBER),
];

pub fn copy_history(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    const NAMES: [&str; 4] = ["TABLE_NAME", "START_TIME", "END_TIME", "PIPE_NAME"];
    let arguments = Arguments::read(environment, "COPY_HISTORY", &NAMES, arguments)?;
    let names = environment.names();
    let table = arguments.required_text("TABLE_NAME")?;
    let table = QualifiedName::parse(&table).ok_or_else(|| Error::not_found("Table", &table))?;
    let table = names.require(ObjectKind::Table, &table)?;
    let now = environment.context.types.now;
    let start = arguments.moment("START_TIME")?;
    let start = start.ok_or_else(|| {
        Error::new(
            938,
            "22023",
            "SQL compilation error:\nmissing argument START_TIME for COPY_HISTORY",
        )
    })?;
    let end = arguments.moment("END_TIME")?.unwrap_or(now);
    let pipe = match arguments.text("PIPE_NAME")? {
        Some(name) => {
            let name = QualifiedName::parse(&name).ok_or_else(|| Error::not_found("Pipe", &name))?;
            Some(names.require(ObjectKind::Pipe, &name)?.id)
        }
        None => None,
    };
    let lister = Lister { names, now };
    let (database, schema) = lister.place(&table);
    let start = start.max(now.checked_sub(KEPT).unwrap_or(Timestamp::MIN));
    let mut rows = Rows::new(COPY_HISTORY);
    let snapshot = &environment.snapshot;
    for load in snapshot.load_history() {
        let wanted = load.table == table.id
            && (start..=end).contains(&load.loaded_at)
            && pipe.is_none_or(|pipe| load.pipe == Some(pipe));
        // What a pipe loaded goes with the pipe.
        let dropped = |pipe: ObjectId| !snapshot.object(pipe).is_some_and(|pipe| snapshot.is_live(pipe));
        if !wanted || load.pipe.is_some_and(dropped) {
            continue;
        }
        let by = load.pipe.and_then(|pipe| snapshot.object(pipe));
        let (pipe_database, pipe_schema) = by.map_or((None, None), |pipe| lister.place(pipe));
        rows.push(vec![
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
            load.error_limit.into(),
            load.status.label().into(),
            database.clone().into(),
            schema.clone().into(),
            table.name.as_str().into(),
            pipe_database.into(),
            pipe_schema.into(),
            by.map(|pipe| pipe.name.clone()).into(),
            by.map(|_| load.received.unwrap_or(load.last_modified)).into(),
            Cell::Null,
        ]);
    }
    Ok(rows)
}
