//! External tables: CREATE, ALTER and REFRESH, and how queries read them.
//! <https://docs.snowflake.com/en/user-guide/tables-external-intro>
//!
//! A refresh reads the files that are new and keeps their records ([`crate::catalog::external::STORED`]): VALUE, the
//! file's name and the record's number. The table's columns are expressions, computed whenever the table is read. So a
//! file that is overwritten, or deleted, shows its old content until the next refresh; on a real account a query would
//! read it anew or fail.
//!
//! * [`create`], [`alter`]: the statements
//! * [`refresh`]: which files are registered, and the rows they give
//! * [`records`]: a file's records as VALUE

pub(super) mod alter;
pub(super) mod create;
mod records;
pub(crate) mod refresh;

use std::sync::Arc;

use datafusion::logical_expr::TableSource;

use super::environment::StatementEnvironment;
use super::{Work, view};
use crate::catalog::Object;
use crate::catalog::external::PSEUDO_COLUMNS;
use crate::catalog::object::{Column, Table};
use crate::error::{Error, Result};
use crate::plan::Planner;
use crate::sql;
use crate::stream::METADATA;

/// The column that every external table has.
const VALUE: &str = "VALUE";

/// The name under which the columns' expressions find what is kept of the records.
const RECORDS: &str = "$RECORDS";

/// An external table as a relation: its columns, and behind them the pseudo-columns.
///
/// # Errors
/// Whatever is wrong with a column's expression by now.
pub fn of_table(
    environment: &StatementEnvironment,
    object: &Object,
    table: &Table,
    records: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    computed(environment, object, &table.columns, &PSEUDO_COLUMNS, records)
}

/// The changes of an external table as a relation: its columns, and behind them those of streams.
///
/// # Errors
/// As [`of_table`].
pub fn of_stream(
    environment: &StatementEnvironment,
    object: &Object,
    table: &Table,
    changes: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    computed(environment, object, &table.columns, &METADATA, changes)
}

/// Plans every column once, so that what is wrong with one is known before the table is there.
///
/// # Errors
/// Whatever is wrong.
fn check(work: &Work<'_>, home: &(String, String), columns: &[Column]) -> Result<()> {
    let (_, environment) = work.planner();
    let records = crate::catalog::external::stored_table().scan_columns()?;
    let empty = crate::plan::VersionedTable::new(Arc::default(), records);
    let empty = datafusion::datasource::provider_as_source(Arc::new(empty));
    planned(&environment, home, columns, &[], empty).map(|_| ())
}

fn computed(
    environment: &StatementEnvironment,
    object: &Object,
    columns: &[Column],
    behind: &[&str],
    records: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    let home = environment.snapshot.home(object);
    let home = home.ok_or_else(|| Error::internal("a table outside a schema"))?;
    planned(environment, &home, columns, behind, records)
}

fn planned(
    environment: &StatementEnvironment,
    home: &(String, String),
    columns: &[Column],
    behind: &[&str],
    records: Arc<dyn TableSource>,
) -> Result<Arc<dyn TableSource>> {
    let in_quotes = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let mut items = Vec::with_capacity(columns.len() + behind.len());
    for column in columns {
        items.push(match &column.expression {
            // Names of its own, so that no expression takes another column for one of the records'.
            Some(expression) => format!(
                "CAST(({expression}) AS {}) AS \"${}\"",
                column.data_type, column.id
            ),
            None => in_quotes(&column.name),
        });
    }
    items.extend(behind.iter().map(|name| in_quotes(name)));
    let query = sql::parse_query(&format!("SELECT {} FROM \"{RECORDS}\"", items.join(", ")))?;
    let inner = Arc::new(environment.inside(home)?);
    inner.provide_local(RECORDS.to_string(), records);
    let planner = Planner::new(
        Arc::clone(&inner) as _,
        environment.account.base_state(),
        &environment.context.types,
    );
    let plan = planner.query(&query)?;
    environment.absorb(&inner);
    let names = columns.iter().map(|column| column.name.clone());
    view::from_plan(
        plan,
        names
            .chain(behind.iter().map(|name| (*name).to_string()))
            .collect(),
    )
}
