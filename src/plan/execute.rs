//! Running a logical plan.

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::config::ConfigOptions;
use datafusion::execution::SessionState;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr, LogicalPlan};
use datafusion::physical_expr::create_physical_expr;
use datafusion::physical_plan::SendableRecordBatchStream;
use futures::TryStreamExt;
use std::sync::Arc;

use super::errors::translate;
use super::select::REPEAT_MARK;
use crate::error::{Error, Result};

/// Optimizes and starts a plan. The stream's schema has the names that users see.
///
/// # Errors
/// Whatever is wrong with the plan; errors of single rows come out of the stream.
pub async fn stream(
    plan: LogicalPlan,
    state: &SessionState,
) -> Result<(SchemaRef, SendableRecordBatchStream)> {
    let schema = shown_schema(plan.schema());
    let optimized = state.optimize(&plan).map_err(translate)?;
    let physical = state
        .query_planner()
        .create_physical_plan(&optimized, state)
        .await
        .map_err(translate)?;
    let task = state.task_ctx();
    let stream = datafusion::physical_plan::execute_stream(physical, task).map_err(translate)?;
    Ok((schema, stream))
}

/// Runs a plan to its end.
///
/// # Errors
/// Those of [`stream`], and the first error of any row.
pub async fn collect(plan: LogicalPlan, state: &SessionState) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let (schema, stream) = stream(plan, state).await?;
    let batches: Vec<RecordBatch> = stream.try_collect().await.map_err(translate)?;
    Ok((schema, batches))
}

/// The schema with the names that users see.
pub fn shown_schema(schema: &DFSchema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| {
        let shown = field.name().split(REPEAT_MARK).next().unwrap_or_default();
        field.as_ref().clone().with_name(shown)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The value of an expression without columns.
///
/// # Errors
/// When it refers to columns, or its evaluation fails.
pub fn constant(expr: Expr, options: &ConfigOptions) -> datafusion::error::Result<ScalarValue> {
    if let Expr::Literal(value, _) = expr {
        return Ok(value);
    }
    let mut properties = ExecutionProps::new();
    properties.mark_start_execution(Arc::new(options.clone()));
    let planning = PhysicalPlanningContext::default();
    let physical = create_physical_expr(&expr, &DFSchema::empty(), &properties, &planning)?;
    let options = datafusion::arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(1));
    let row = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), Vec::new(), &options)?;
    match physical.evaluate(&row)? {
        ColumnarValue::Scalar(value) => Ok(value),
        ColumnarValue::Array(values) if values.len() == 1 => ScalarValue::try_from_array(&values, 0),
        ColumnarValue::Array(_) => Err(Error::internal("a constant with many values").into()),
    }
}
