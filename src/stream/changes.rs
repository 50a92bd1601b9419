//! A change set as a table: the source's columns, and METADATA$ACTION, METADATA$ISUPDATE and METADATA$ROW_ID.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StringArray};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::memory::MemorySourceConfig;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_plan::ExecutionPlan;
use sha1::{Digest, Sha1};

use crate::error::Error;
use crate::storage::{ChangeSet, ChangedRows, ScanColumn, project};
use crate::types::SnowType;

/// The columns that a stream adds to its source's.
pub fn metadata_fields() -> [FieldRef; 3] {
    [
        SnowType::Varchar { length: 6 }.field_ref("METADATA$ACTION", true),
        SnowType::Boolean.field_ref("METADATA$ISUPDATE", true),
        SnowType::VARCHAR.field_ref("METADATA$ROW_ID", true),
    ]
}

/// Their names.
pub const METADATA: [&str; 3] = ["METADATA$ACTION", "METADATA$ISUPDATE", "METADATA$ROW_ID"];

/// Text that identifies a row of a table for as long as the row lives.
fn row_id(table: u64, row: u64) -> String {
    let mut hash = Sha1::new();
    hash.update(table.to_be_bytes());
    hash.update(row.to_be_bytes());
    hex::encode(hash.finalize())
}

/// A table's change set, read column by column: only what a query asks for is gathered.
#[derive(Debug)]
pub struct ChangesTable {
    table: u64,
    changes: ChangeSet,
    columns: Vec<ScanColumn>,
    schema: SchemaRef,
}

impl ChangesTable {
    /// The change set of a table with these columns.
    pub fn new(table: u64, changes: ChangeSet, columns: Vec<ScanColumn>) -> Self {
        let fields = columns
            .iter()
            .map(|column| Arc::clone(&column.field))
            .chain(metadata_fields());
        let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
        Self {
            table,
            changes,
            columns,
            schema,
        }
    }

    fn batch(
        &self,
        rows: &ChangedRows,
        action: &str,
        projection: &[usize],
        schema: &SchemaRef,
    ) -> Result<RecordBatch> {
        let count = rows.ordinals.len();
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(projection.len());
        for position in projection {
            arrays.push(
                match (
                    self.columns.get(*position),
                    position.checked_sub(self.columns.len()),
                ) {
                    (Some(column), _) => {
                        let all = project(&rows.entry.partition, column)?;
                        if all.len() == count {
                            all
                        } else {
                            compute::take(&all, &rows.ordinals, None)?
                        }
                    }
                    (None, Some(0)) => {
                        Arc::new(StringArray::from_iter_values(std::iter::repeat_n(action, count)))
                    }
                    (None, Some(1)) => Arc::new(BooleanArray::clone(&rows.is_update)),
                    (None, _) => {
                        let ids = rows.row_ids.values().iter().map(|row| row_id(self.table, *row));
                        Arc::new(StringArray::from_iter_values(ids))
                    }
                },
            );
        }
        let options = RecordBatchOptions::new().with_row_count(Some(count));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(schema),
            arrays,
            &options,
        )?)
    }
}

#[async_trait]
impl TableProvider for ChangesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        _state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let projection = projection.unwrap_or(&all);
        let schema = Arc::new(self.schema.project(projection)?);
        let sides = [
            ("INSERT", &self.changes.inserts),
            ("DELETE", &self.changes.deletes),
        ];
        let mut batches = Vec::new();
        for (action, side) in sides {
            for rows in side {
                batches.push(self.batch(rows, action, projection, &schema)?);
            }
        }
        let source = MemorySourceConfig::try_new_exec(&[batches], schema, None);
        source
            .map_err(|error| Error::internal(error).into())
            .map(|exec| exec as Arc<dyn ExecutionPlan>)
    }
}
