//! INFORMATION_SCHEMA: views and table functions.

use std::sync::Arc;

use datafusion::logical_expr::TableSource;

use super::environment::StatementEnvironment;
use crate::error::Result;
use crate::plan::NamedArgument;

/// The view of a name whose schema part is INFORMATION_SCHEMA; `None` for every other name.
pub(super) fn relation(
    _environment: &StatementEnvironment,
    _name: &[String],
) -> Option<Result<Arc<dyn TableSource>>> {
    None
}

/// The table function of a name whose schema part is INFORMATION_SCHEMA; `None` for every other name.
pub(super) fn table_function(
    _environment: &StatementEnvironment,
    _name: &[String],
    _arguments: &[NamedArgument],
) -> Option<Result<Arc<dyn TableSource>>> {
    None
}
