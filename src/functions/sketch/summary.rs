//! An aggregate as a summary that takes rows in, meets other summaries of its kind as bytes, and gives a result.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

use crate::error::Result;

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
struct Summarized {
    name: &'static str,
    begin: Begin,
    signature: Signature,
}

/// The aggregate function of a kind of summary.
pub fn summarized(name: &'static str, begin: Begin) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Summarized {
        name,
        begin,
        signature: Signature::user_defined(Volatility::Immutable),
    }))
}

impl PartialEq for Summarized {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Summarized {}

impl Hash for Summarized {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for Summarized {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn coerce_types(&self, arg_types: &[DataType]) -> DataFusionResult<Vec<DataType>> {
        Ok(arg_types.to_vec())
    }

    fn return_type(&self, arg_types: &[DataType]) -> DataFusionResult<DataType> {
        Ok(arg_types.first().cloned().unwrap_or(DataType::Null))
    }

    fn state_fields(&self, args: StateFieldsArgs) -> DataFusionResult<Vec<FieldRef>> {
        let name = format!("{}[summary]", args.name);
        Ok(vec![Arc::new(Field::new(name, DataType::Binary, true))])
    }

    fn accumulator(&self, args: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        Ok(Box::new(Summing((self.begin)(args.is_distinct))))
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
