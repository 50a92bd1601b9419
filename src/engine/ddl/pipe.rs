//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn create(_work: &mut Work<'_>, _statement: CreatePipe) -> Result<StatementResult> {
    Err(Error::unsupported("CreatePipe"))
}
/// Placeholder.
pub(in crate::engine) async fn alter(_work: &mut Work<'_>, _statement: AlterPipe) -> Result<StatementResult> {
    Err(Error::unsupported("AlterPipe"))
}
