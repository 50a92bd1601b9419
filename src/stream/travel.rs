//! Time travel.
use std::sync::Arc;

use datafusion::logical_expr::TableSource;
use datafusion::sql::sqlparser::ast::TableVersion;

use crate::catalog::Object;
use crate::catalog::object::Table;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};

/// A table at another time.
pub fn table_at(_e: &StatementEnvironment, _o: &Object, _t: &Table, _v: &TableVersion) -> Result<Arc<dyn TableSource>> {
    Err(Error::unsupported("AT"))
}
