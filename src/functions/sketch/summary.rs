//! An aggregate as a summary that takes rows in, meets other summaries of its kind as bytes, and gives a result.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF};

use crate::error::Result;
use crate::functions::own_aggregate::{Accumulate, own_aggregate};

/// What a group's rows are added up in.
pub trait Summary: Debug + Send + Sync {
    /// Adds the rows of a batch: the arguments, one array each.
    fn update(&mut self, values: &[ArrayRef]) -> Result<()>;

    /// Adds what [`write`](Self::write) gave of another summary.
    fn merge(&mut self, bytes: &[u8]) -> Result<()>;

    /// The summary as bytes.
    fn write(&self) -> Result<Vec<u8>>;

    /// The aggregate's value.
    fn result(&self) -> Result<ScalarValue>;

    /// Bytes of memory beyond the summary's own.
    fn size(&self) -> usize;
}

/// An empty summary, of different rows only where DISTINCT asks for that.
pub type Begin = fn(bool) -> Box<dyn Summary>;

/// An aggregate function over a kind of summary.
#[derive(Debug)]
struct Summarized(Begin);

/// The aggregate function of a kind of summary.
pub fn summarized(name: &'static str, begin: Begin) -> Arc<AggregateUDF> {
    own_aggregate(name, Summarized(begin))
}

impl Accumulate for Summarized {
    fn state_fields(&self, args: &StateFieldsArgs) -> Vec<FieldRef> {
        let name = format!("{}[summary]", args.name);
        vec![Arc::new(Field::new(name, DataType::Binary, true))]
    }

    fn accumulator(&self, args: &AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        Ok(Box::new(Summing((self.0)(args.is_distinct))))
    }
}

#[derive(Debug)]
struct Summing(Box<dyn Summary>);

impl Accumulator for Summing {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        Ok(self.0.update(values)?)
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        Ok(self.0.result()?)
    }

    fn size(&self) -> usize {
        size_of_val(self) + self.0.size()
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        Ok(vec![ScalarValue::Binary(Some(self.0.write()?))])
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let states = states.first().and_then(|states| states.as_binary_opt::<i32>());
        for bytes in states.into_iter().flatten().flatten() {
            self.0.merge(bytes)?;
        }
        Ok(())
    }
}
