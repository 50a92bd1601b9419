//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn create(_work: &mut Work<'_>, _statement: CreateStream) -> Result<StatementResult> {
    Err(Error::unsupported("CreateStream"))
}
