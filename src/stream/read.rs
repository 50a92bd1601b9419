//! A stream as a relation.
use std::sync::Arc;

use datafusion::logical_expr::TableSource;

use crate::catalog::Object;
use crate::catalog::object::Stream;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};

/// A stream's changes as a relation.
pub fn source(_e: &StatementEnvironment, _o: &Object, _s: &Stream) -> Result<Arc<dyn TableSource>> {
    Err(Error::unsupported("streams"))
}
