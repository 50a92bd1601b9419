//! INSERT ALL and INSERT FIRST. <https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table>

use crate::engine::StatementResult;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::sql::statement::MultiInsert;

/// Refuses a multi-table INSERT by name.
pub(in crate::engine) async fn run(_: &mut Work<'_>, insert: MultiInsert) -> Result<StatementResult> {
    Err(Error::unsupported(if insert.first {
        "INSERT FIRST"
    } else {
        "INSERT ALL"
    }))
}
