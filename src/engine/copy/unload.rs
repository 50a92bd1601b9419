//! COPY INTO a location: refused by name until it is there.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Refuses COPY INTO a location.
pub(in crate::engine) async fn run(
    _work: &mut Work<'_>,
    _statement: CopyIntoLocation,
) -> Result<StatementResult> {
    Err(Error::unsupported("COPY INTO <location>"))
}
