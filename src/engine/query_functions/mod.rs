//! Functions that read the session and the account: context functions, system functions, and table functions.
//!
//! A function of constant arguments is a value before its query is planned: [`context`] and [`system`] give it. A table
//! function gives a relation: [`table`]. To add one, add its name to the match of its file.

mod context;
mod ddl;
mod random;
mod role_in_session;
mod sequence_numbers;
mod sys_context;
mod system;
mod table;
mod tags;
mod wait;

pub(super) use table::{invalid, of_rows, relation, with_schema};
pub(super) use tags::{Tagged, tagged};

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{ScalarUDF, TableSource};

use super::environment::StatementEnvironment;
use crate::error::Result;
use crate::plan::NamedArgument;

/// The value of a context or system function; `None` when there is none of that name.
pub(super) fn context_function(
    environment: &StatementEnvironment,
    name: &str,
    arguments: &[ScalarValue],
) -> Option<Result<ScalarValue>> {
    match name.starts_with("SYSTEM$") {
        true => system::call(environment, name, arguments),
        false => context::call(environment, name, arguments),
    }
}

/// The table that a table function gives; `None` when there is none of that name.
pub(super) fn table_function(
    environment: &StatementEnvironment,
    name: &[String],
    arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    table::call(environment, name, arguments)
}

/// A function that each statement has of its own: SEQ4 and its kin, which count the rows of one query, RANDOM, and what
/// knows the session's roles.
pub(super) fn local_function(environment: &StatementEnvironment, name: &str) -> Option<Arc<ScalarUDF>> {
    sequence_numbers::function(name)
        .or_else(|| random::function(environment, name))
        .or_else(|| role_in_session::function(environment, name))
}

/// A text value.
fn text(value: impl Into<String>) -> ScalarValue {
    ScalarValue::Utf8(Some(value.into()))
}
