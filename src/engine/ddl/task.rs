//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn create(_work: &mut Work<'_>, _statement: CreateTask) -> Result<StatementResult> {
    Err(Error::unsupported("CreateTask"))
}
/// Placeholder.
pub(in crate::engine) fn alter(_work: &mut Work<'_>, _statement: AlterTask) -> Result<StatementResult> {
    Err(Error::unsupported("AlterTask"))
}
/// Placeholder.
pub(in crate::engine) async fn execute(_work: &mut Work<'_>, _statement: ExecuteTask) -> Result<StatementResult> {
    Err(Error::unsupported("ExecuteTask"))
}
