//! INFORMATION_SCHEMA: table functions over the account's histories, and the views that there are so far.
//! <https://docs.snowflake.com/en/sql-reference/info-schema>
//!
//! A view or function is one entry in [`VIEWS`] or [`FUNCTIONS`]. A name that is not there is refused as unsupported, so
//! that nobody takes it for an empty table.

mod histories;
mod views;

use std::sync::Arc;

use datafusion::logical_expr::TableSource;

use super::environment::StatementEnvironment;
use super::query_functions::relation_of;
use super::rows::Rows;
use crate::catalog::Object;
use crate::error::{Error, Result};
use crate::plan::NamedArgument;

/// A view of one database.
type View = fn(&StatementEnvironment, &Object) -> Rows;

/// A table function of one database.
type Function = fn(&StatementEnvironment, &Object, &[NamedArgument]) -> Result<Rows>;

const VIEWS: &[(&str, View)] = &[
    ("SCHEMATA", views::schemata),
    ("TABLES", views::tables),
    ("COLUMNS", views::columns),
    ("LOAD_HISTORY", histories::load_history),
];

const FUNCTIONS: &[(&str, Function)] = &[
    ("TASK_HISTORY", histories::task_history),
    ("COPY_HISTORY", histories::copy_history),
];

/// The database and last part of a name whose schema is INFORMATION_SCHEMA.
fn split(name: &[String]) -> Option<(Option<&str>, &str)> {
    match name {
        [database, schema, last] if schema == "INFORMATION_SCHEMA" => Some((Some(database), last)),
        [schema, last] if schema == "INFORMATION_SCHEMA" => Some((None, last)),
        _ => None,
    }
}

/// The view of a name whose schema part is INFORMATION_SCHEMA; `None` for every other name.
pub(super) fn relation(
    environment: &StatementEnvironment,
    name: &[String],
) -> Option<Result<Arc<dyn TableSource>>> {
    let (database, last) = split(name)?;
    Some(environment.names().database(database).and_then(|database| {
        let view = VIEWS.iter().find(|(known, _)| *known == last);
        let (_, view) = view.ok_or_else(|| Error::unsupported(format!("INFORMATION_SCHEMA.{last}")))?;
        relation_of(&view(environment, &database))
    }))
}

/// The table function of a name whose schema part is INFORMATION_SCHEMA; `None` for every other name.
pub(super) fn table_function(
    environment: &StatementEnvironment,
    name: &[String],
    arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    let (database, last) = split(name)?;
    Some(environment.names().database(database).and_then(|database| {
        let function = FUNCTIONS.iter().find(|(known, _)| *known == last);
        let (_, function) =
            function.ok_or_else(|| Error::unsupported(format!("INFORMATION_SCHEMA.{last}")))?;
        relation_of(&function(environment, &database, arguments)?)
    }))
}
