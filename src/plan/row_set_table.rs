//! The rows of a result as a DataFusion table, read as they are wanted: a large result never is in memory whole.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;

use crate::error::Result;
use crate::storage::RowSet;

#[derive(Debug)]
struct Rows {
    schema: SchemaRef,
    rows: RowSet,
}

/// The rows of a result as a table, under a schema whose types are theirs, whatever its names.
///
/// # Errors
/// Never in practice: those of [`StreamingTable::try_new`].
pub fn row_set_table(schema: SchemaRef, rows: RowSet) -> Result<Arc<dyn TableProvider>> {
    let partition = Rows {
        schema: Arc::clone(&schema),
        rows,
    };
    Ok(Arc::new(StreamingTable::try_new(
        schema,
        vec![Arc::new(partition)],
    )?))
}

impl PartitionStream for Rows {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let schema = Arc::clone(&self.schema);
        let named = self.rows.batches().map(move |batch| {
            let batch = batch?;
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            let columns = batch.columns().to_vec();
            Ok(RecordBatch::try_new_with_options(
                Arc::clone(&schema),
                columns,
                &options,
            )?)
        });
        let stream = futures::stream::iter(named);
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream))
    }
}
