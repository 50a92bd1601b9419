//! TRUNCATE TABLE. <https://docs.snowflake.com/en/sql-reference/sql/truncate-table>

use super::target::Target;
use super::write;
use crate::engine::StatementResult;
use crate::engine::work::Work;
use crate::error::Result;
use crate::sql::statement::Truncate;
use crate::storage::TableDelta;

/// Runs TRUNCATE: all rows go, and the table's load history with them.
pub(in crate::engine) async fn run(work: &mut Work<'_>, truncate: Truncate) -> Result<StatementResult> {
    if truncate.if_exists
        && work
            .names()
            .find(crate::catalog::ObjectKind::Table, &truncate.table)?
            .is_none()
    {
        return StatementResult::status("Statement executed successfully.");
    }
    let target = Target::find(work, &truncate.table)?;
    work.hold([target.id]).await?;
    write::record(
        work,
        TableDelta {
            table: target.id,
            truncated: true,
            ..TableDelta::default()
        },
    )?;
    StatementResult::status("Statement executed successfully.")
}
