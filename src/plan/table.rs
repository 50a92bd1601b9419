//! A table version as a DataFusion table, read partition by partition without copying what needs no copying.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::stats::Precision;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{ColumnStatistics, Statistics};
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::statistics::StatisticsArgs;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};

use crate::storage::{self, ScanColumn, TableVersion};

/// The hidden column that tells DML where a row lies: entry index in the high half, ordinal in the low half.
pub const ROW_ADDRESS: &str = "METADATA$ROW_ADDRESS";

/// The hidden column with a row's id, which it keeps when it is updated.
pub const ROW_ID: &str = "$ROW_ID";

/// A column that is no column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hidden {
    Address,
    RowId,
}

impl Hidden {
    fn name(self) -> &'static str {
        match self {
            Self::Address => ROW_ADDRESS,
            Self::RowId => ROW_ID,
        }
    }
}

/// Rows in a batch that a scan gives.
const BATCH_ROWS: usize = 8192;

/// From this many rows on, a scan is split over the cores.
const PARALLEL_FROM: usize = 65_536;

/// One version of a table.
#[derive(Debug)]
pub struct VersionedTable {
    version: Arc<TableVersion>,
    columns: Arc<Vec<ScanColumn>>,
    schema: SchemaRef,
    hidden: &'static [Hidden],
    origin: Option<Arc<[String; 3]>>,
}

impl VersionedTable {
    /// The rows of `version` as the columns of the present definition.
    pub fn new(version: Arc<TableVersion>, columns: Vec<ScanColumn>) -> Self {
        Self::with_hidden(version, Arc::new(columns), &[])
    }

    /// The same with [`ROW_ADDRESS`] as last column, for DML.
    pub fn with_addresses(version: Arc<TableVersion>, columns: Vec<ScanColumn>) -> Self {
        Self::with_hidden(version, Arc::new(columns), &[Hidden::Address])
    }

    /// This table with [`ROW_ID`] as last column.
    pub fn with_identities(&self) -> Self {
        Self::with_hidden(
            Arc::clone(&self.version),
            Arc::clone(&self.columns),
            &[Hidden::RowId],
        )
    }

    /// The same table, which knows its database, its schema and its own name.
    pub fn with_origin(mut self, origin: [String; 3]) -> Self {
        self.origin = Some(Arc::new(origin));
        self
    }

    /// Its database, its schema and its own name, for one that was told.
    pub fn origin(&self) -> Option<&[String; 3]> {
        self.origin.as_deref()
    }

    /// How many rows it has.
    pub fn rows(&self) -> usize {
        self.version.rows()
    }

    fn with_hidden(
        version: Arc<TableVersion>,
        columns: Arc<Vec<ScanColumn>>,
        hidden: &'static [Hidden],
    ) -> Self {
        let mut fields: Vec<_> = columns.iter().map(|column| Arc::clone(&column.field)).collect();
        fields.extend(
            hidden
                .iter()
                .map(|hidden| Arc::new(Field::new(hidden.name(), DataType::UInt64, false))),
        );
        let schema = Arc::new(Schema::new(fields));
        Self {
            version,
            columns,
            schema,
            hidden,
            origin: None,
        }
    }
}

#[async_trait]
impl TableProvider for VersionedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        _filters: &[Expr],
        _limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let all: Vec<usize> = (0..self.schema.fields().len()).collect();
        let projection = projection.cloned().unwrap_or(all);
        let schema = Arc::new(self.schema.project(&projection)?);
        let rows = self.version.rows();
        let lanes = if rows >= PARALLEL_FROM {
            state.config().target_partitions().max(1)
        } else {
            1
        };
        Ok(Arc::new(VersionScan {
            version: Arc::clone(&self.version),
            columns: Arc::clone(&self.columns),
            projection,
            hidden: self.hidden,
            rows,
            properties: Arc::new(PlanProperties::new(
                EquivalenceProperties::new(Arc::clone(&schema)),
                Partitioning::UnknownPartitioning(lanes),
                EmissionType::Incremental,
                Boundedness::Bounded,
            )),
            schema,
        }))
    }

    fn statistics(&self) -> Option<Statistics> {
        Some(row_count(self.version.rows(), self.schema.fields().len()))
    }
}

fn row_count(rows: usize, columns: usize) -> Statistics {
    Statistics {
        num_rows: Precision::Exact(rows),
        total_byte_size: Precision::Absent,
        column_statistics: vec![ColumnStatistics::new_unknown(); columns],
    }
}

/// The physical scan of a [`VersionedTable`].
#[derive(Debug)]
struct VersionScan {
    version: Arc<TableVersion>,
    columns: Arc<Vec<ScanColumn>>,
    projection: Vec<usize>,
    /// The columns behind the table's own.
    hidden: &'static [Hidden],
    rows: usize,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

/// A run of rows of one entry.
#[derive(Debug, Clone, Copy)]
struct Slice {
    entry: usize,
    start: usize,
    length: usize,
}

impl VersionScan {
    /// The slices that one lane reads: every lane takes a contiguous share.
    fn slices(&self, lane: usize) -> Vec<Slice> {
        let mut slices = Vec::new();
        for (entry, stored) in self.version.entries.iter().enumerate() {
            let rows = stored.partition.rows();
            for start in (0..rows).step_by(BATCH_ROWS) {
                slices.push(Slice {
                    entry,
                    start,
                    length: BATCH_ROWS.min(rows - start),
                });
            }
        }
        let lanes = self.properties.partitioning.partition_count().max(1);
        let share = slices.len().div_ceil(lanes).max(1);
        slices.into_iter().skip(lane * share).take(share).collect()
    }

    fn read(&self, slice: Slice) -> Result<Option<RecordBatch>> {
        let Some(entry) = self.version.entries.get(slice.entry) else {
            return Ok(None);
        };
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(self.projection.len());
        for position in &self.projection {
            if let Some(column) = self.columns.get(*position) {
                arrays.push(storage::project(&entry.partition, column)?.slice(slice.start, slice.length));
                continue;
            }
            let hidden = position
                .checked_sub(self.columns.len())
                .and_then(|at| self.hidden.get(at));
            arrays.push(match hidden {
                Some(Hidden::RowId) => storage::row_ids(entry)?.slice(slice.start, slice.length),
                Some(Hidden::Address) | None => storage::addresses(slice.entry, slice.start, slice.length),
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(slice.length));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?;
        match storage::live_rows(entry, slice.start, slice.length) {
            None => Ok(Some(batch)),
            Some(live) if live.true_count() == 0 => Ok(None),
            Some(live) => Ok(Some(filter_record_batch(&batch, &live)?)),
        }
    }
}

impl DisplayAs for VersionScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "VersionScan: rows={}, micro-partitions={}",
            self.rows,
            self.version.entries.len()
        )
    }
}

impl ExecutionPlan for VersionScan {
    fn name(&self) -> &str {
        "VersionScan"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        Vec::new()
    }

    fn apply_expressions(
        &self,
        _f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        _: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn with_new_children(self: Arc<Self>, _: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        Ok(self)
    }

    fn execute(&self, lane: usize, _context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let scan = Self {
            version: Arc::clone(&self.version),
            columns: Arc::clone(&self.columns),
            projection: self.projection.clone(),
            hidden: self.hidden,
            rows: self.rows,
            schema: Arc::clone(&self.schema),
            properties: Arc::clone(&self.properties),
        };
        let batches = self
            .slices(lane)
            .into_iter()
            .filter_map(move |slice| scan.read(slice).transpose());
        let stream = futures::stream::iter(batches);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream,
        )))
    }

    fn statistics_from_inputs(
        &self,
        _: &[Arc<Statistics>],
        args: &StatisticsArgs,
    ) -> Result<Arc<Statistics>> {
        let mut statistics = row_count(self.rows, self.schema.fields().len());
        if args.partition().is_some() {
            let lanes = self.properties.partitioning.partition_count().max(1);
            statistics.num_rows = Precision::Inexact(self.rows / lanes);
        }
        Ok(Arc::new(statistics))
    }
}
