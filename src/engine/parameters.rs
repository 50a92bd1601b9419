//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) fn alter(_work: &mut Work<'_>, _statement: AlterParameters) -> Result<StatementResult> {
    Err(Error::unsupported("AlterParameters"))
}
/// Placeholder.
pub(in crate::engine) async fn set_variables(_work: &mut Work<'_>, _statement: SetVariables) -> Result<StatementResult> {
    Err(Error::unsupported("SetVariables"))
}
/// Placeholder.
pub(in crate::engine) fn unset_variables(_work: &mut Work<'_>, _statement: UnsetVariables) -> Result<StatementResult> {
    Err(Error::unsupported("UnsetVariables"))
}
