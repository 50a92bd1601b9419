//! QUERY_HISTORY and its kin. <https://docs.snowflake.com/en/sql-reference/functions/query_history>
//!
//! Statements of the user, and with a role of the system's those of all users; the newest first. Columns of what there
//! is not here, such as other clouds and external functions, hold what they hold on Snowflake for statements without.

use jiff::Timestamp;

use super::functions::Arguments;
use super::{NUMBER, TEXT, TIME};
use crate::engine::ddl::SYSTEM_ROLES;
use crate::engine::environment::StatementEnvironment;
use crate::engine::queries::{QueryRecord, QueryStatus};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::error::Result;
use crate::plan::NamedArgument;
use crate::types::SnowType;

const COLUMNS: Columns = &[
    ("QUERY_ID", TEXT),
    ("QUERY_TEXT", TEXT),
    ("DATABASE_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("QUERY_TYPE", TEXT),
    ("SESSION_ID", NUMBER),
    ("USER_NAME", TEXT),
    ("ROLE_NAME", TEXT),
    ("WAREHOUSE_NAME", TEXT),
    ("WAREHOUSE_SIZE", TEXT),
    ("WAREHOUSE_TYPE", TEXT),
    ("CLUSTER_NUMBER", NUMBER),
    ("QUERY_TAG", TEXT),
    ("EXECUTION_STATUS", TEXT),
    ("ERROR_CODE", NUMBER),
    ("ERROR_MESSAGE", TEXT),
    ("START_TIME", TIME),
    ("END_TIME", TIME),
    ("TOTAL_ELAPSED_TIME", NUMBER),
    ("BYTES_SCANNED", NUMBER),
    ("ROWS_PRODUCED", NUMBER),
    ("COMPILATION_TIME", NUMBER),
    ("EXECUTION_TIME", NUMBER),
    ("QUEUED_PROVISIONING_TIME", NUMBER),
    ("QUEUED_REPAIR_TIME", NUMBER),
    ("QUEUED_OVERLOAD_TIME", NUMBER),
    ("TRANSACTION_BLOCKED_TIME", NUMBER),
    ("RELEASE_VERSION", TEXT),
    ("IS_CLIENT_GENERATED_STATEMENT", SnowType::Boolean),
    ("TRANSACTION_ID", NUMBER),
    ("ROWS_WRITTEN_TO_RESULT", NUMBER),
    ("ROWS_INSERTED", NUMBER),
];

/// The common arguments, after a function's own.
const RANGE: [&str; 4] = [
    "END_TIME_RANGE_START",
    "END_TIME_RANGE_END",
    "RESULT_LIMIT",
    "INCLUDE_CLIENT_GENERATED_STATEMENT",
];

/// QUERY_HISTORY, or one of the functions with an argument of its own.
pub fn history(
    environment: &StatementEnvironment,
    function: &'static str,
    arguments: &[NamedArgument],
) -> Result<Rows> {
    let own = match function {
        "QUERY_HISTORY_BY_SESSION" => Some("SESSION_ID"),
        "QUERY_HISTORY_BY_USER" => Some("USER_NAME"),
        "QUERY_HISTORY_BY_WAREHOUSE" => Some("WAREHOUSE_NAME"),
        _ => None,
    };
    let names: Vec<&'static str> = own.into_iter().chain(RANGE).collect();
    let arguments = Arguments::read(environment, function, &names, arguments)?;
    let start = arguments.moment("END_TIME_RANGE_START")?;
    let end = arguments.moment("END_TIME_RANGE_END")?;
    let limit = arguments.limit(100)?;
    let context = &environment.context;
    let given = match own {
        Some(own) => arguments.text(own)?,
        None => None,
    };
    let default = match own {
        Some("SESSION_ID") => Some(context.session.to_string()),
        Some("USER_NAME") => Some(context.user.clone()),
        Some("WAREHOUSE_NAME") => Some(context.warehouse.clone().unwrap_or_default()),
        _ => None,
    };
    let wanted = given.or(default).map(|text| text.trim_matches('"').to_string());
    let sees_all = SYSTEM_ROLES.contains(&context.role.as_str()) && context.role != "PUBLIC";
    let fits = |record: &QueryRecord| {
        let own = match own {
            Some("SESSION_ID") => Some(record.session.to_string()),
            Some("USER_NAME") => Some(record.user.clone()),
            Some("WAREHOUSE_NAME") => record.warehouse.clone(),
            _ => return true,
        };
        own.zip(wanted.as_ref())
            .is_some_and(|(own, wanted)| own.eq_ignore_ascii_case(wanted))
    };
    let in_range = |record: &QueryRecord| match record.end {
        Some(ended) => start.is_none_or(|start| ended >= start) && end.is_none_or(|end| ended <= end),
        // What still runs is shown unless an end is given.
        None => end.is_none(),
    };
    let mut rows = Rows::new(COLUMNS);
    let mut records = environment.account.queries().all();
    records.reverse();
    records
        .iter()
        .filter(|record| sees_all || record.user == context.user)
        .filter(|record| in_range(record) && fits(record))
        .take(limit)
        .for_each(|record| rows.push(row(record, environment.context.types.now)));
    Ok(rows)
}

fn row(record: &QueryRecord, now: Timestamp) -> Vec<Cell> {
    let elapsed = record.end.unwrap_or(now).duration_since(record.start);
    let elapsed = i64::try_from(elapsed.as_millis()).unwrap_or(i64::MAX);
    let status = match record.status {
        QueryStatus::Running => "RUNNING",
        QueryStatus::Success => "SUCCESS",
        // As documented, what was cancelled is known by its message alone.
        QueryStatus::Failed | QueryStatus::Aborted => "FAILED_WITH_ERROR",
    };
    let error = record.error.as_ref();
    let counts = record.counts.unwrap_or_default();
    let produced = match record.counts {
        Some(counts) => counts.inserted + counts.updated + counts.deleted,
        None => record.rows_produced,
    };
    let on_warehouse = |text: &'static str| record.warehouse.as_ref().map(|_| text);
    vec![
        record.id.as_ref().into(),
        record.text.as_str().into(),
        record.database.clone().into(),
        record.schema.clone().into(),
        record.kind.query_type().into(),
        record.session.into(),
        record.user.as_str().into(),
        record.role.as_str().into(),
        record.warehouse.clone().into(),
        on_warehouse("X-Small").into(),
        on_warehouse("STANDARD").into(),
        record.warehouse.as_ref().map(|_| 1_u64).into(),
        record.tag.as_str().into(),
        status.into(),
        error.map(|error| i64::from(error.code())).into(),
        error.map(|error| error.message().to_string()).into(),
        record.start.into(),
        record.end.unwrap_or(Timestamp::UNIX_EPOCH).into(),
        elapsed.into(),
        0_u64.into(),
        produced.into(),
        0_u64.into(),
        elapsed.into(),
        0_u64.into(),
        0_u64.into(),
        0_u64.into(),
        0_u64.into(),
        env!("CARGO_PKG_VERSION").into(),
        false.into(),
        record.transaction.unwrap_or(0).into(),
        record.rows_produced.into(),
        counts.inserted.into(),
    ]
}
