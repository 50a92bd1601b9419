//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn run(_work: &mut Work<'_>, _statement: Drop) -> Result<StatementResult> {
    Err(Error::unsupported("Drop"))
}
/// Placeholder.
pub(in crate::engine) fn undrop(_work: &mut Work<'_>, _statement: Undrop) -> Result<StatementResult> {
    Err(Error::unsupported("Undrop"))
}
