//! What the aggregates that accumulate by means of their own have in common: they are known by their name, and take any
//! types as they come, since [`super::aggregate`] has coerced them.

use std::fmt::Debug;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDF, AggregateUDFImpl, Signature, Volatility};

/// How an aggregate accumulates.
pub trait Accumulate: Debug + Send + Sync + 'static {
    /// The columns that a half-done group travels in.
    fn state_fields(&self, args: &StateFieldsArgs) -> Vec<FieldRef>;

    /// An accumulator of one group.
    ///
    /// # Errors
    /// When an argument's type cannot be told.
    fn accumulator(&self, args: &AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>>;
}

/// The aggregate function of a name.
pub fn own_aggregate(name: &'static str, accumulate: impl Accumulate) -> Arc<AggregateUDF> {
    Arc::new(AggregateUDF::from(Own {
        name,
        accumulate,
        signature: Signature::user_defined(Volatility::Immutable),
    }))
}

#[derive(Debug)]
struct Own<A> {
    name: &'static str,
    accumulate: A,
    signature: Signature,
}

impl<A> PartialEq for Own<A> {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl<A> Eq for Own<A> {}

impl<A> Hash for Own<A> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl<A: Accumulate> AggregateUDFImpl for Own<A> {
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
        Ok(self.accumulate.state_fields(&args))
    }

    fn accumulator(&self, args: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        self.accumulate.accumulator(&args)
    }
}
