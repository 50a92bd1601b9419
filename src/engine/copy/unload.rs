//! Placeholder.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Placeholder.
pub(in crate::engine) async fn run(
    _work: &mut Work<'_>,
    _statement: CopyIntoLocation,
) -> Result<StatementResult> {
    Err(Error::unsupported("CopyIntoLocation"))
}
