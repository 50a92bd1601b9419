//! What scripts ask of the warehouse.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;

use super::log::Message;
use super::tree::Expression;
use super::value::{Bindings, Value};
use crate::error::Result;
use crate::types::SnowType;

/// What a statement gave.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The statement's id.
    pub query_id: Arc<str>,
    /// The result's columns.
    pub schema: SchemaRef,
    /// The result's rows.
    pub batches: Vec<RecordBatch>,
    /// For DML other than TRUNCATE, how many rows it touched.
    pub affected: Option<u64>,
    /// Whether it is a query, whose result are rows rather than a status.
    pub is_query: bool,
    /// Variables of the caller that a procedure's output arguments set.
    pub assigned: Bindings,
}

impl Outcome {
    /// How many rows the result has.
    pub fn row_count(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The batch and the row in it that a row of the result is.
    pub fn row(&self, mut row: usize) -> Option<(&RecordBatch, usize)> {
        for batch in &self.batches {
            if row < batch.num_rows() {
                return Some((batch, row));
            }
            row -= batch.num_rows();
        }
        None
    }

    /// One cell of the result; `None` outside of it.
    pub fn cell(&self, row: usize, column: usize) -> Option<Value> {
        let field = self.schema.fields().get(column)?;
        let data_type = SnowType::from_field(field).unwrap_or(SnowType::VARCHAR);
        let (batch, at) = self.row(row)?;
        let array = batch.columns().get(column)?.slice(at, 1);
        Some(Value { data_type, array })
    }
}

/// A child job that runs beside the script.
pub type JobId = u64;

/// Runs what scripts contain. One host lives as long as one call.
#[async_trait]
pub trait Host: Send {
    /// Runs one statement with the values of its bind variables.
    async fn execute(&mut self, text: &str, bindings: &Bindings) -> Result<Outcome>;

    /// Runs the text of EXECUTE IMMEDIATE: one statement, of SQL or of a block.
    async fn immediate(&mut self, text: &str, bindings: &Bindings) -> Result<Outcome>;

    /// Computes an expression; names in it are variables.
    async fn evaluate(&mut self, expression: &Expression, variables: &Bindings) -> Result<Value>;

    /// Takes a message for the log.
    fn log(&mut self, message: Message);

    /// A value in another type.
    fn cast(&self, value: &Value, to: &SnowType) -> Result<Value>;

    /// Starts a statement that runs beside the script.
    fn start(&mut self, text: &str, bindings: &Bindings) -> Result<JobId>;

    /// Waits for a child job's end.
    async fn wait(&mut self, job: JobId) -> Result<Outcome>;

    /// Ends a child job.
    fn cancel(&mut self, job: JobId);
}
