//! DESCRIBE of tables and views. <https://docs.snowflake.com/en/sql-reference/sql/desc-table>
//!
//! Other kinds are refused by name until they are there.

use crate::catalog::object::{Column, ConstraintKind};
use crate::catalog::{ObjectBody, ObjectKind};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{Describe, ObjectKind as Named};
use crate::types::SnowType;

const COLUMNS: Columns = &[
    ("name", SnowType::VARCHAR),
    ("type", SnowType::VARCHAR),
    ("kind", SnowType::VARCHAR),
    ("null?", SnowType::VARCHAR),
    ("default", SnowType::VARCHAR),
    ("primary key", SnowType::VARCHAR),
    ("unique key", SnowType::VARCHAR),
    ("check", SnowType::VARCHAR),
    ("expression", SnowType::VARCHAR),
    ("comment", SnowType::VARCHAR),
    ("policy name", SnowType::VARCHAR),
    ("privacy domain", SnowType::VARCHAR),
];

/// Runs DESCRIBE.
pub(in crate::engine) fn run(work: &mut Work<'_>, describe: Describe) -> Result<StatementResult> {
    let (kind, name) = match describe {
        Describe::Object {
            kind: kind @ (Named::Table | Named::View),
            name,
            stage: false,
        } => (kind, name),
        Describe::Object { stage: true, .. } => {
            return Err(Error::unsupported("DESCRIBE TABLE … TYPE = STAGE"));
        }
        Describe::Object { kind, .. } => return Err(Error::unsupported(format!("DESCRIBE {}", kind.word()))),
        Describe::Result { .. } => return Err(Error::unsupported("DESCRIBE RESULT")),
    };
    let names = work.names();
    let object = match kind {
        Named::View => names.require(ObjectKind::View, &name)?,
        _ => names.relation(&name)?,
    };
    let (columns, constraints): (&[Column], &[_]) = match &object.body {
        ObjectBody::Table(table) => (&table.columns, &table.constraints),
        ObjectBody::View(view) => (&view.columns, &[]),
        _ => return Err(Error::internal("a relation that is neither table nor view")),
    };
    let mut rows = Rows::new(COLUMNS);
    for column in columns {
        let has = |kind: &ConstraintKind| {
            constraints
                .iter()
                .any(|c| c.kind == *kind && c.columns.contains(&column.name))
        };
        let default = match column.identity {
            Some((start, step)) => Some(format!("IDENTITY START {start} INCREMENT {step}")),
            None => column.default.clone(),
        };
        rows.push(vec![
            column.name.as_str().into(),
            column.data_type.to_string().into(),
            "COLUMN".into(),
            yes_no(column.nullable),
            default.into(),
            yes_no(has(&ConstraintKind::PrimaryKey)),
            yes_no(has(&ConstraintKind::Unique)),
            Cell::Null,
            Cell::Null,
            column.comment.clone().into(),
            Cell::Null,
            Cell::Null,
        ]);
    }
    StatementResult::of_rows(&rows)
}

fn yes_no(value: bool) -> Cell {
    (if value { "Y" } else { "N" }).into()
}
