//! LIST, REMOVE, PUT and GET: refused by name until they are there.

use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::*;

/// Refuses LIST.
pub(in crate::engine) async fn list(_work: &mut Work<'_>, _statement: StageFiles) -> Result<StatementResult> {
    Err(Error::unsupported("LIST"))
}

/// Refuses REMOVE.
pub(in crate::engine) async fn remove(
    _work: &mut Work<'_>,
    _statement: StageFiles,
) -> Result<StatementResult> {
    Err(Error::unsupported("REMOVE"))
}

/// Refuses PUT.
pub(in crate::engine) async fn put(_work: &mut Work<'_>, _statement: Put) -> Result<StatementResult> {
    Err(Error::unsupported("PUT"))
}

/// Refuses GET.
pub(in crate::engine) async fn get(_work: &mut Work<'_>, _statement: Get) -> Result<StatementResult> {
    Err(Error::unsupported("GET"))
}
