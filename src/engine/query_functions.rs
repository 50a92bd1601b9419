//! Context and system functions, and table functions that read the session.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::logical_expr::TableSource;

use super::environment::StatementEnvironment;
use crate::error::Result;
use crate::plan::NamedArgument;

/// The value of a context function.
pub(super) fn context_function(
    environment: &StatementEnvironment,
    name: &str,
    _arguments: &[ScalarValue],
) -> Option<Result<ScalarValue>> {
    let context = &environment.context;
    let text = |value: Option<&str>| Some(Ok(ScalarValue::Utf8(value.map(str::to_string))));
    match name {
        "CURRENT_DATABASE" => text(context.database.as_deref()),
        "CURRENT_SCHEMA" => text(context.schema.as_deref()),
        "CURRENT_WAREHOUSE" => text(context.warehouse.as_deref()),
        "CURRENT_ROLE" => text(Some(&context.role)),
        "CURRENT_USER" => text(Some(&context.user)),
        _ => None,
    }
}

/// The table that a table function gives.
pub(super) fn table_function(
    _environment: &StatementEnvironment,
    _name: &[String],
    _arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    None
}
