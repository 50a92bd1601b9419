//! Placeholder.

use datafusion::sql::sqlparser::ast::Query;

use crate::engine::environment::StatementEnvironment;
use crate::error::Result;

/// Reads the stages that a query names, so that planning can see their columns.
pub(in crate::engine) async fn fetch(_environment: &StatementEnvironment, _query: &Query) -> Result<()> {
    Ok(())
}
