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

#[derive(Debug, Clone, Default)] #[allow(missing_docs)]
pub struct PipeReport { pub pipes: Vec<PipeOutcome> }
#[derive(Debug, Clone)] #[allow(missing_docs)]
pub struct PipeOutcome { pub name: String, pub rejected: Vec<u64>, pub error: Option<crate::error::Error> }
#[allow(missing_docs)]
impl PipeReport { pub fn rows(&self) -> u64 { 0 } }
#[allow(missing_docs)]
pub async fn drain(_a: &std::sync::Arc<crate::engine::Account>) -> PipeReport { PipeReport::default() }
#[allow(missing_docs)]
pub async fn run(_a: std::sync::Arc<crate::engine::Account>, s: impl Future<Output=()>, _r: impl FnMut(PipeReport)) { s.await; }
