//! Staged records as a table that a plan reads: the same plan runs over one group of files after the other.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::new_null_array;
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::{Session, TableProvider};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableSource, TableType};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType, ReplaceChildrenOptions};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, Partitioning, PlanProperties};
use parking_lot::Mutex;

use crate::stage::scan::scan_schema;
use crate::stage::{FileFormat, FileType};
use crate::types::SnowType;

/// Rows in a batch that a plan gets.
const BATCH_ROWS: usize = 8192;

/// The records that a plan reads next, in lanes that are worked off at the same time.
#[derive(Debug, Clone)]
pub struct Input {
    schema: SchemaRef,
    lanes: Arc<Vec<Mutex<Vec<RecordBatch>>>>,
}

impl Input {
    /// An empty input for files of a format, of which `columns` columns are wanted.
    pub fn new(format: &FileFormat, columns: usize, lanes: usize) -> Self {
        let lanes = (0..lanes).map(|_| Mutex::default()).collect();
        Self {
            schema: staged_schema(format.file_type(), columns),
            lanes: Arc::new(lanes),
        }
    }

    /// Puts records in; every lane gets a run of them.
    pub fn put(&self, batches: Vec<RecordBatch>) {
        let rows: usize = batches.iter().map(RecordBatch::num_rows).sum();
        // Small inputs are not worth the way to another core.
        let share = if rows <= BATCH_ROWS {
            rows.max(1)
        } else {
            rows.div_ceil(self.lanes.len())
        };
        let mut lanes: Vec<Vec<RecordBatch>> = vec![Vec::new(); self.lanes.len()];
        let mut given = 0;
        for batch in batches {
            let mut start = 0;
            while start < batch.num_rows() {
                let lane = given / share;
                let room = (lane + 1) * share - given;
                let count = room.min(batch.num_rows() - start).min(BATCH_ROWS);
                if let Some(slot) = lanes.get_mut(lane) {
                    slot.push(batch.slice(start, count));
                }
                start += count;
                given += count;
            }
        }
        for (lane, batches) in self.lanes.iter().zip(lanes) {
            *lane.lock() = batches;
        }
    }
}

/// The schema of staged records: `$1` to `$n` and the metadata.
pub fn staged_schema(file_type: FileType, columns: usize) -> SchemaRef {
    let schema = scan_schema(file_type, columns);
    if file_type == FileType::Csv || columns <= 1 {
        return schema;
    }
    let mut fields: Vec<_> = schema.fields().to_vec();
    // A document has no second column: it is NULL.
    let further = (2..=columns).map(|column| Arc::new(SnowType::Variant.field(format!("${column}"), true)));
    fields.splice(1..1, further);
    Arc::new(Schema::new(fields))
}

/// Brings scanned batches to [`staged_schema`].
///
/// # Errors
/// Only faults of the house.
pub fn widen(
    format: &FileFormat,
    columns: usize,
    batches: Vec<RecordBatch>,
) -> crate::error::Result<Vec<RecordBatch>> {
    if format.file_type() == FileType::Csv || columns <= 1 {
        return Ok(batches);
    }
    let schema = staged_schema(format.file_type(), columns);
    let widened = batches.into_iter().map(|batch| {
        let mut arrays = batch.columns().to_vec();
        let missing = new_null_array(&SnowType::Variant.arrow(), batch.num_rows());
        arrays.splice(1..1, std::iter::repeat_n(missing, columns - 1));
        Ok(RecordBatch::try_new(Arc::clone(&schema), arrays)?)
    });
    widened.collect()
}

/// An input for a query over files of a format: read in one lane, so that rows come in the order of files.
pub fn staged_input(format: &FileFormat, columns: usize) -> Input {
    Input::new(format, columns, 1)
}

/// A table held in memory, read in one lane and in order.
///
/// # Errors
/// Never in practice.
pub fn memory(schema: SchemaRef, batches: Vec<RecordBatch>) -> crate::error::Result<Arc<dyn TableSource>> {
    let input = Input {
        schema,
        lanes: Arc::new(vec![Mutex::new(batches)]),
    };
    Ok(provider_as_source(Arc::new(StagedTable::new(input))))
}

/// The table of an [`Input`].
#[derive(Debug)]
pub struct StagedTable {
    input: Input,
}

impl StagedTable {
    /// The table of an input.
    pub fn new(input: Input) -> Self {
        Self { input }
    }
}

#[async_trait]
impl TableProvider for StagedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.input.schema)
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
        let all: Vec<usize> = (0..self.input.schema.fields().len()).collect();
        let projection = projection.cloned().unwrap_or(all);
        let schema = Arc::new(self.input.schema.project(&projection)?);
        Ok(Arc::new(StagedScan {
            input: self.input.clone(),
            projection,
            properties: Arc::new(PlanProperties::new(
                EquivalenceProperties::new(Arc::clone(&schema)),
                Partitioning::UnknownPartitioning(self.input.lanes.len()),
                EmissionType::Incremental,
                Boundedness::Bounded,
            )),
            schema,
        }))
    }
}

/// The physical scan of a [`StagedTable`]; it can be run again after the input has changed.
#[derive(Debug)]
struct StagedScan {
    input: Input,
    projection: Vec<usize>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
}

impl DisplayAs for StagedScan {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<&str> = self
            .schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .collect();
        write!(f, "StagedScan: columns=[{}]", columns.join(", "))
    }
}

impl ExecutionPlan for StagedScan {
    fn name(&self) -> &str {
        "StagedScan"
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
        let batches = self
            .input
            .lanes
            .get(lane)
            .map(|lane| lane.lock().clone())
            .unwrap_or_default();
        let (schema, projection) = (Arc::clone(&self.schema), self.projection.clone());
        let projected = batches.into_iter().map(move |batch| {
            let arrays = projection
                .iter()
                .filter_map(|at| batch.columns().get(*at))
                .cloned()
                .collect();
            let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            Ok(RecordBatch::try_new_with_options(
                Arc::clone(&schema),
                arrays,
                &options,
            )?)
        });
        let stream = futures::stream::iter(projected);
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            stream,
        )))
    }
}
