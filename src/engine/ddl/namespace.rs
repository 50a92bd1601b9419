//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn create_database(_work: &mut Work<'_>, _statement: CreateDatabase) -> Result<StatementResult> {
    Err(Error::unsupported("CreateDatabase"))
}
/// Placeholder.
pub(in crate::engine) fn create_schema(_work: &mut Work<'_>, _statement: CreateSchema) -> Result<StatementResult> {
    Err(Error::unsupported("CreateSchema"))
}
