//! Snowpipe: new-object events to COPY INTO.

use crate::catalog::Object;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};

/// ALTER PIPE … REFRESH.
///
/// # Errors
/// A refusal.
pub async fn refresh(
    _work: &mut Work<'_>,
    _pipe: &Object,
    _prefix: Option<&str>,
    _modified_after: Option<&str>,
) -> Result<StatementResult> {
    Err(Error::unsupported("ALTER PIPE … REFRESH"))
}
