//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn run(_work: &mut Work<'_>, _statement: Grant) -> Result<StatementResult> {
    Err(Error::unsupported("Grant"))
}
