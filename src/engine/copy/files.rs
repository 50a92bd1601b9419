//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) async fn list(_work: &mut Work<'_>, _statement: StageFiles) -> Result<StatementResult> {
    Err(Error::unsupported("StageFiles"))
}
/// Placeholder.
pub(in crate::engine) async fn remove(
    _work: &mut Work<'_>,
    _statement: StageFiles,
) -> Result<StatementResult> {
    Err(Error::unsupported("StageFiles"))
}
/// Placeholder.
pub(in crate::engine) async fn put(_work: &mut Work<'_>, _statement: Put) -> Result<StatementResult> {
    Err(Error::unsupported("Put"))
}
/// Placeholder.
pub(in crate::engine) async fn get(_work: &mut Work<'_>, _statement: Get) -> Result<StatementResult> {
    Err(Error::unsupported("Get"))
}
