//! COMMENT ON. <https://docs.snowflake.com/en/sql-reference/sql/comment>

use super::common::{done, kind_of};
use crate::catalog::object::Column;
use crate::catalog::{Object, ObjectBody};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{self, Comment};

/// Runs COMMENT ON.
pub(in crate::engine) fn run(work: &mut Work<'_>, statement: Comment) -> Result<StatementResult> {
    let comment = Some(statement.comment).filter(|comment| !comment.is_empty());
    let found = match statement.kind {
        statement::ObjectKind::Column => work.names().relation(&statement.name),
        kind => work.names().require(kind_of(kind)?, &statement.name),
    };
    let object = match found {
        Err(error) if statement.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    work.alter(object.id, |object| match &statement.column {
        None => {
            object.comment = comment;
            Ok(())
        }
        Some(name) => {
            column_of(object, &name.value)?.comment = comment;
            Ok(())
        }
    })?;
    done()
}

/// A table's or view's column.
///
/// # Errors
/// 000904 when there is none of that name.
pub(super) fn column_of<'a>(object: &'a mut Object, name: &str) -> Result<&'a mut Column> {
    let columns = match &mut object.body {
        ObjectBody::Table(table) => &mut table.columns,
        ObjectBody::View(view) => &mut view.columns,
        _ => return Err(Error::internal("a column of something without columns")),
    };
    columns
        .iter_mut()
        .find(|column| column.name == name)
        .ok_or_else(|| Error::invalid_identifier(name))
}
