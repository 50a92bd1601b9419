//! [`Description`]: what a statement would give back, found out without running it.
//!
//! Most statements are run for it on a snapshot of their own whose facts are thrown away, with plans that give no rows:
//! so every mistake that compiling finds is found. What reaches beyond the snapshot, into storage, variables or tasks,
//! has its columns here.

use datafusion::arrow::datatypes::SchemaRef;

use super::procedure;
use super::result::{ResultColumn, StatementResult, columns_of};
use super::rows::{Columns, Rows};
use super::statement;
use super::work::Work;
use crate::error::Result;
use crate::sql::statement::{InsertSource, StatementKind};
use crate::sql::{Parsed, Statement};
use crate::types::SnowType;

/// What is known of a statement before it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct Description {
    /// Its kind.
    pub kind: StatementKind,
    /// The Arrow schema of its result.
    pub schema: SchemaRef,
    /// The columns of its result.
    pub columns: Vec<ResultColumn>,
    /// How many values its bind variables want.
    pub binds: usize,
    /// Whether each bind may have an array of values: `INSERT … VALUES` with binds.
    pub array_bind_supported: bool,
}

const TEXT: SnowType = SnowType::VARCHAR;
const NUMBER: SnowType = SnowType::INTEGER;

const STATUS: Columns = &[("status", TEXT)];

const PUT: Columns = &[
    ("source", TEXT),
    ("target", TEXT),
    ("source_size", NUMBER),
    ("target_size", NUMBER),
    ("source_compression", TEXT),
    ("target_compression", TEXT),
    ("status", TEXT),
    ("message", TEXT),
];

const GET: Columns = &[
    ("file", TEXT),
    ("size", NUMBER),
    ("status", TEXT),
    ("message", TEXT),
];

const REMOVE: Columns = &[("name", TEXT), ("result", TEXT)];

const COPY: Columns = &[
    ("file", TEXT),
    ("status", TEXT),
    ("rows_parsed", NUMBER),
    ("rows_loaded", NUMBER),
    ("error_limit", NUMBER),
    ("errors_seen", NUMBER),
    ("first_error", TEXT),
    ("first_error_line", NUMBER),
    ("first_error_character", NUMBER),
    ("first_error_column_name", TEXT),
];

const UNLOAD: Columns = &[
    ("rows_unloaded", NUMBER),
    ("input_bytes", NUMBER),
    ("output_bytes", NUMBER),
];

/// Whether a statement's binds may have arrays of values: one row of VALUES.
pub(super) fn takes_array_binds(statement: &Statement) -> bool {
    matches!(
        statement,
        Statement::Insert(insert) if matches!(&insert.source, InsertSource::Values(rows) if rows.len() == 1)
    )
}

/// The description of a statement. What `work` gathers is to be thrown away.
pub(super) async fn describe(work: &mut Work<'_>, parsed: Parsed) -> Result<Description> {
    let Parsed { statement, binds } = parsed;
    let kind = statement.kind();
    let array_bind_supported = binds > 0 && takes_array_binds(&statement);
    let result = match fixed(work, &statement)? {
        Some(columns) => StatementResult::of_rows(&columns)?,
        None => statement::run(work, statement).await?,
    };
    Ok(Description {
        kind,
        columns: columns_of(&result.schema),
        schema: result.schema,
        binds,
        array_bind_supported,
    })
}

/// The columns of a statement that is not to be run for them.
fn fixed(work: &Work<'_>, statement: &Statement) -> Result<Option<Rows>> {
    use Statement as S;
    let columns: Columns = match statement {
        S::Call(_) | S::ScriptBlock(_) | S::ExecuteImmediate(_) | S::ExecuteFile(_) | S::Flow(_) => {
            return procedure::columns(work, statement).map(|columns| Some(Rows::with_columns(columns)));
        }
        S::Put(_) => PUT,
        S::Get(_) => GET,
        S::Remove(_) => REMOVE,
        S::CopyIntoTable(copy) => {
            work.names().relation(&copy.table)?;
            COPY
        }
        S::CopyIntoLocation(_) => UNLOAD,
        S::SetVariables(_)
        | S::AlterPipe(_)
        | S::ExecuteTask(_)
        | S::Begin { .. }
        | S::Commit
        | S::Rollback => STATUS,
        _ => return Ok(None),
    };
    Ok(Some(Rows::new(columns)))
}
