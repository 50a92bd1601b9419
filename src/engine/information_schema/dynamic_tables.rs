//! DYNAMIC_TABLE_REFRESH_HISTORY.
//! <https://docs.snowflake.com/en/sql-reference/functions/dynamic_table_refresh_history>
//!
//! Columns about parts of a refresh that are not measured here (partitions, times of compilation, inputs by name) are NULL.

use jiff::{SignedDuration, Timestamp};

use super::functions::Arguments;
use super::{NUMBER, TEXT, TIME};
use crate::catalog::dynamic::{DynamicRefresh, RefreshState};
use crate::catalog::{Object, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show::Lister;
use crate::error::Result;
use crate::plan::NamedArgument;
use crate::sql::QualifiedName;
use crate::types::SnowType;

const COLUMNS: Columns = &[
    ("NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("DATABASE_NAME", TEXT),
    ("STATE", TEXT),
    ("STATE_CODE", TEXT),
    ("STATE_MESSAGE", TEXT),
    ("QUERY_ID", TEXT),
    ("DATA_TIMESTAMP", TIME),
    ("REFRESH_START_TIME", TIME),
    ("REFRESH_END_TIME", TIME),
    ("COMPLETION_TARGET", TIME),
    ("QUALIFIED_NAME", TEXT),
    ("LAST_COMPLETED_DEPENDENCY", SnowType::Object),
    ("STATISTICS", SnowType::Object),
    ("REFRESH_ACTION", TEXT),
    ("REINIT_REASON", TEXT),
    ("REFRESH_TRIGGER", TEXT),
    ("TARGET_LAG_SEC", NUMBER),
    ("GRAPH_HISTORY_VALID_FROM", TIME),
    ("INPUTS_WITH_CHANGED_DATA", SnowType::Array),
];

/// Refreshes, newest first: those of the last day unless a range is given.
pub fn refresh_history(environment: &StatementEnvironment, arguments: &[NamedArgument]) -> Result<Rows> {
    const NAMES: [&str; 6] = [
        "DATA_TIMESTAMP_START",
        "DATA_TIMESTAMP_END",
        "RESULT_LIMIT",
        "NAME",
        "NAME_PREFIX",
        "ERROR_ONLY",
    ];
    let arguments = Arguments::read(environment, "DYNAMIC_TABLE_REFRESH_HISTORY", &NAMES, arguments)?;
    let now = environment.context.types.now;
    let end = arguments.moment("DATA_TIMESTAMP_END")?.unwrap_or(now);
    let day = SignedDuration::from_hours(24);
    let start = arguments.moment("DATA_TIMESTAMP_START")?;
    let start = start.unwrap_or_else(|| end.checked_sub(day).unwrap_or(Timestamp::MIN));
    let limit = arguments.limit(100)?;
    let errors = arguments.truth("ERROR_ONLY")?.unwrap_or(false);
    let prefix = arguments.text("NAME_PREFIX")?.map(|text| text.to_uppercase());
    let names = environment.names();
    let wanted = match arguments.text("NAME")? {
        None => None,
        Some(text) => {
            let name = QualifiedName::parse(&text);
            let found = name
                .map(|name| names.find(ObjectKind::Table, &name))
                .transpose()?;
            // A name of nothing has no refreshes.
            Some(found.flatten().map_or(0, |object| object.id))
        }
    };
    let lister = Lister { names, now };
    let mut rows = Rows::new(COLUMNS);
    let mut count = 0;
    for refresh in environment.snapshot.refreshes().rev() {
        let Some(object) = environment.snapshot.object(refresh.table) else {
            continue;
        };
        let full = lister.names.full_name(object);
        let concerned = (start..=end).contains(&refresh.data_timestamp)
            && wanted.is_none_or(|id| id == refresh.table)
            && prefix
                .as_ref()
                .is_none_or(|prefix| full.to_uppercase().starts_with(prefix))
            && !(errors && refresh.state == RefreshState::Succeeded);
        if concerned && count < limit {
            rows.push(row(&lister, object, refresh, full));
            count += 1;
        }
    }
    Ok(rows)
}

fn row(lister: &Lister<'_>, object: &Object, refresh: &DynamicRefresh, full: String) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    let statistics = format!(
        r#"{{"numInsertedRows":{},"numDeletedRows":{}}}"#,
        refresh.inserted, refresh.deleted
    );
    let succeeded = refresh.state == RefreshState::Succeeded;
    let reinitialized = refresh.action.as_deref() == Some("REINITIALIZE");
    vec![
        object.name.as_str().into(),
        schema.into(),
        database.into(),
        refresh.state.label().into(),
        match succeeded {
            true => "SUCCESS".into(),
            false => refresh.error_code.map(|code| format!("{code:06}")).into(),
        },
        refresh.error_message.clone().into(),
        refresh.query_id.as_str().into(),
        refresh.data_timestamp.into(),
        refresh.data_timestamp.into(),
        refresh.completed.into(),
        refresh.target.into(),
        full.into(),
        Cell::Null,
        succeeded.then_some(statistics).into(),
        refresh.action.clone().into(),
        reinitialized
            .then_some("the columns of the query have changed")
            .into(),
        refresh.trigger.as_str().into(),
        refresh.lag_seconds.into(),
        Cell::Null,
        Cell::Null,
    ]
}
