//! Running a logical plan.
//!
//! A plan that is collected runs as a task of its own: when its statement is cancelled, whoever waits for it goes on at
//! once, and the task ends where its operators yield next.

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::runtime::SpawnedTask;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::config::ConfigOptions;
use datafusion::execution::SessionState;
use datafusion::execution::context::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{ColumnarValue, Expr, LogicalPlan, Volatility};
use datafusion::physical_expr::create_physical_expr;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{EmptyRecordBatchStream, ExecutionPlan, SendableRecordBatchStream};
use futures::TryStreamExt;
use std::sync::Arc;

use super::errors::translate;
use super::result_type::{result_schema, with_origins};
use super::routine::CODE_MARK;
use crate::error::{Error, Result};
use crate::storage::{RowSet, RowSetBuilder};

pub use super::result_type::{ORIGIN_KEY, shown_schema};

/// Optimizes and starts a plan. The stream's schema has the names that users see.
///
/// # Errors
/// Whatever is wrong with the plan; errors of single rows come out of the stream.
pub async fn stream(
    plan: LogicalPlan,
    state: &SessionState,
) -> Result<(SchemaRef, SendableRecordBatchStream)> {
    let schema = result_schema(&plan);
    if describes(state) {
        let empty = EmptyRecordBatchStream::new(Arc::clone(&schema));
        return Ok((schema, Box::pin(empty)));
    }
    if let Some(row) = constants(&plan, &schema, state) {
        let row = futures::stream::iter([Ok(row)]);
        let stream = RecordBatchStreamAdapter::new(Arc::clone(&schema), row);
        return Ok((schema, Box::pin(stream)));
    }
    Ok((schema, start(&plan, state).await?))
}

/// Optimizes a plan and has it run.
async fn start(plan: &LogicalPlan, state: &SessionState) -> Result<SendableRecordBatchStream> {
    let optimized = state.optimize(plan).map_err(translate)?;
    let physical = state
        .query_planner()
        .create_physical_plan(&optimized, state)
        .await
        .map_err(translate)?;
    let physical = yielding(physical).map_err(translate)?;
    let task = state.task_ctx();
    datafusion::physical_plan::execute_stream(physical, task).map_err(translate)
}

/// Has joins yield now and then. DataFusion sees to it that what reads yields; a join that makes very many rows of a few
/// batches, which an aggregate above it takes in, would otherwise hold its thread and never notice that it was cancelled.
/// A join whose condition lets few pairs through still works off one batch of its probe side before it can stop.
fn yielding(plan: Arc<dyn ExecutionPlan>) -> datafusion::error::Result<Arc<dyn ExecutionPlan>> {
    let wrapped = plan.transform_up(|node| {
        Ok(
            match matches!(
                node.name(),
                "CrossJoinExec" | "NestedLoopJoinExec" | "HashJoinExec"
            ) {
                true => Transformed::yes(Arc::new(CooperativeExec::new(node)) as Arc<dyn ExecutionPlan>),
                false => Transformed::no(node),
            },
        )
    });
    wrapped.map(|wrapped| wrapped.data)
}

/// Runs a plan to its end.
///
/// # Errors
/// Those of [`stream`], and the first error of any row.
pub async fn collect(plan: LogicalPlan, state: &SessionState) -> Result<(SchemaRef, Vec<RecordBatch>)> {
    let (schema, stream) = stream(plan, state).await?;
    if describes(state) {
        return Ok((schema, Vec::new()));
    }
    let collected = SpawnedTask::spawn(stream.try_collect::<Vec<_>>())
        .join_unwind()
        .await;
    let batches = collected.map_err(|_| Error::cancelled())?.map_err(translate)?;
    Ok((schema, batches))
}

/// The mark of a state whose plans are made but not run.
#[derive(Debug)]
struct DescribeOnly;

/// Has the plans of a state give no rows, without being run: for statements that are only described.
pub fn describe_only(state: &mut SessionState) {
    state.config_mut().set_extension(Arc::new(DescribeOnly));
}

/// Runs a query to its end, whose rows may be more than memory holds.
///
/// # Errors
/// Those of [`collect`]; when a temporary file cannot be written.
pub async fn collect_rows(plan: LogicalPlan, state: &SessionState) -> Result<(SchemaRef, RowSet)> {
    let schema = with_origins(&result_schema(&plan), &plan);
    if describes(state) {
        return Ok((schema, RowSet::in_memory(Vec::new())));
    }
    if let Some(row) = constants(&plan, &schema, state) {
        return Ok((schema, RowSet::in_memory(vec![row])));
    }
    let mut stream = start(&plan, state).await?;
    let mut rows = RowSetBuilder::new(&schema);
    let collected = SpawnedTask::spawn(async move {
        while let Some(batch) = stream.try_next().await.map_err(translate)? {
            rows.push(batch)?;
        }
        rows.finish()
    });
    let rows = collected.join_unwind().await.map_err(|_| Error::cancelled())??;
    Ok((schema, rows))
}

/// The rows of a plan that has to be run while a statement is planned, also of one that is only described. Whoever calls
/// this waits; a thread of its own does the work, since the one that waits may be what drives other work.
///
/// # Errors
/// As [`stream`]; when no thread can be had.
pub fn run_now(plan: LogicalPlan, state: &SessionState) -> Result<Vec<RecordBatch>> {
    let run = || -> Result<Vec<RecordBatch>> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build();
        let runtime = runtime.map_err(|error| Error::internal(format!("no runtime: {error}")))?;
        runtime.block_on(async {
            let optimized = state.optimize(&plan).map_err(translate)?;
            let physical = state
                .query_planner()
                .create_physical_plan(&optimized, state)
                .await
                .map_err(translate)?;
            let batches = datafusion::physical_plan::collect(physical, state.task_ctx()).await;
            batches.map_err(translate)
        })
    };
    std::thread::scope(|scope| {
        let worker = std::thread::Builder::new().name("planning".to_string());
        let worker = worker.spawn_scoped(scope, run);
        let worker = worker.map_err(|error| Error::internal(format!("no thread: {error}")))?;
        worker
            .join()
            .map_err(|_| Error::internal("a query of planning broke off"))?
    })
}

/// The one row of a query without FROM, computed at once: neither the optimizer nor a task has anything to add to it.
/// `None` for other plans, for expressions whose value may depend on when or how often they are asked, or that may take
/// long, and where anything goes wrong: whoever runs the plan finds that again.
fn constants(plan: &LogicalPlan, schema: &SchemaRef, state: &SessionState) -> Option<RecordBatch> {
    let LogicalPlan::Projection(projection) = plan else {
        return None;
    };
    if !matches!(projection.input.as_ref(), LogicalPlan::EmptyRelation(empty) if empty.produce_one_row) {
        return None;
    }
    let simple = |expr: &Expr| expr.exists(|part| Ok(!is_simple(part))).is_ok_and(|other| !other);
    if !projection.expr.iter().all(simple) {
        return None;
    }
    let columns = projection.expr.iter().map(|expr| {
        let value = constant(expr.clone().unalias(), state.config_options()).ok()?;
        value.to_array().ok()
    });
    // Refuses arrays of another type than the schema's, and NULL where it has none.
    RecordBatch::try_new(Arc::clone(schema), columns.collect::<Option<_>>()?).ok()
}

/// Whether a part of an expression is computed from its own parts alone, soon, and always the same.
fn is_simple(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(..)
        | Expr::Alias(_)
        | Expr::BinaryExpr(_)
        | Expr::Cast(_)
        | Expr::TryCast(_)
        | Expr::Case(_)
        | Expr::Not(_)
        | Expr::Negative(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_) => true,
        Expr::ScalarFunction(call) => {
            let immutable = call.func.signature().volatility == Volatility::Immutable;
            immutable && !call.name().contains(CODE_MARK)
        }
        _ => false,
    }
}

fn describes(state: &SessionState) -> bool {
    state.config().get_extension::<DescribeOnly>().is_some()
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
