//! Which rows of a dynamic table are not those of its query any more.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::UInt64Type;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::arrow::row::{RowConverter, SortField};
use datafusion::datasource::provider_as_source;
use datafusion::execution::SessionState;
use datafusion::logical_expr::LogicalPlanBuilder;

use crate::engine::dml::target::Target;
use crate::error::{Error, Result};
use crate::plan::{VersionedTable, execute};

/// What a refresh writes.
pub struct Difference {
    /// Rows that the table does not have yet.
    pub added: Vec<RecordBatch>,
    /// The addresses of rows that the query does not give any more.
    pub gone: UInt64Array,
}

/// Compares a table's rows with wanted ones, of the same columns, as multisets.
///
/// # Errors
/// When the table cannot be read.
pub async fn of(target: &Target, wanted: Vec<RecordBatch>, state: &SessionState) -> Result<Difference> {
    let source = VersionedTable::with_addresses(Arc::clone(&target.version), target.table.scan_columns()?);
    let scan = LogicalPlanBuilder::scan("PRESENT", provider_as_source(Arc::new(source)), None)
        .and_then(LogicalPlanBuilder::build)
        .map_err(crate::plan::translate)?;
    let (_, present) = execute::collect(scan, state).await?;
    let width = target.table.columns.len();
    let fields = target
        .table
        .columns
        .iter()
        .map(|column| SortField::new(column.data_type.arrow()));
    let converter = RowConverter::new(fields.collect())?;
    let mut known: HashMap<Box<[u8]>, Vec<u64>> = HashMap::new();
    for batch in &present {
        let rows = converter.convert_columns(batch.columns().get(..width).unwrap_or_default())?;
        let addresses = batch
            .columns()
            .get(width)
            .and_then(|column| column.as_primitive_opt::<UInt64Type>());
        let addresses = addresses.ok_or_else(|| Error::internal("row addresses are missing"))?;
        for (row, address) in rows.iter().zip(addresses.values()) {
            known.entry(row.as_ref().into()).or_default().push(*address);
        }
    }
    let mut added = Vec::new();
    for batch in wanted {
        let rows = converter.convert_columns(batch.columns())?;
        let fresh: BooleanArray = rows
            .iter()
            .map(|row| Some(known.get_mut(row.as_ref()).and_then(Vec::pop).is_none()))
            .collect();
        if fresh.true_count() == fresh.len() {
            added.push(batch);
        } else if fresh.true_count() > 0 {
            added.push(filter_record_batch(&batch, &fresh)?);
        }
    }
    let mut gone: Vec<u64> = known.into_values().flatten().collect();
    gone.sort_unstable();
    Ok(Difference {
        added,
        gone: gone.into(),
    })
}
