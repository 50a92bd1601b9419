//! Aggregates of pairs of numbers by the sums that their documentation computes them from: covariance, correlation and the
//! share of variance that a line explains.
//! <https://docs.snowflake.com/en/sql-reference/functions/covar_pop>

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Float64Type};
use datafusion::common::{Result as DataFusionResult, ScalarValue};
use datafusion::logical_expr::function::{AccumulatorArgs, StateFieldsArgs};
use datafusion::logical_expr::{Accumulator, AggregateUDFImpl, Signature, Volatility};

/// How many sums there are.
const SUMS: usize = 6;

/// Sums over the pairs without NULL.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    /// How many pairs there are.
    pub count: f64,
    /// Of the first arguments.
    pub y: f64,
    /// Of the second arguments.
    pub x: f64,
    /// Of the first arguments' squares.
    pub yy: f64,
    /// Of the second arguments' squares.
    pub xx: f64,
    /// Of the products.
    pub xy: f64,
}

impl Sums {
    fn add(&mut self, other: [f64; SUMS]) {
        let [count, y, x, yy, xx, xy] = other;
        self.count += count;
        self.y += y;
        self.x += x;
        self.yy += yy;
        self.xx += xx;
        self.xy += xy;
    }

    fn all(self) -> [f64; SUMS] {
        [self.count, self.y, self.x, self.yy, self.xx, self.xy]
    }

    /// Σ(x - mean)(y - mean).
    pub fn co_deviation(&self) -> f64 {
        self.xy - self.x * self.y / self.count
    }

    /// Σ(x - mean)².
    pub fn deviation_of_x(&self) -> f64 {
        (self.xx - self.x * self.x / self.count).max(0.0)
    }

    /// Σ(y - mean)².
    pub fn deviation_of_y(&self) -> f64 {
        (self.yy - self.y * self.y / self.count).max(0.0)
    }
}

/// From the sums of at least one pair to the result.
pub type Evaluate = fn(&Sums) -> Option<f64>;

/// An aggregate over pairs of FLOAT.
#[derive(Debug)]
pub struct Pairs {
    name: &'static str,
    evaluate: Evaluate,
    signature: Signature,
}

impl Pairs {
    /// An aggregate of this name, which tells it from others.
    pub fn new(name: &'static str, evaluate: Evaluate) -> Self {
        Self {
            name,
            evaluate,
            signature: Signature::any(2, Volatility::Immutable),
        }
    }
}

impl PartialEq for Pairs {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Pairs {}

impl Hash for Pairs {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl AggregateUDFImpl for Pairs {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> DataFusionResult<DataType> {
        Ok(DataType::Float64)
    }

    fn state_fields(&self, args: StateFieldsArgs) -> DataFusionResult<Vec<FieldRef>> {
        let field = |at| {
            Arc::new(Field::new(
                format!("{}[{at}]", args.name),
                DataType::Float64,
                true,
            ))
        };
        Ok((0..SUMS).map(field).collect())
    }

    fn accumulator(&self, _: AccumulatorArgs) -> DataFusionResult<Box<dyn Accumulator>> {
        Ok(Box::new(Summed {
            evaluate: self.evaluate,
            sums: Sums::default(),
        }))
    }
}

#[derive(Debug)]
struct Summed {
    evaluate: Evaluate,
    sums: Sums,
}

impl Accumulator for Summed {
    fn update_batch(&mut self, values: &[ArrayRef]) -> DataFusionResult<()> {
        if let [y, x, ..] = values
            && let (Some(y), Some(x)) = (
                y.as_primitive_opt::<Float64Type>(),
                x.as_primitive_opt::<Float64Type>(),
            )
        {
            for (y, x) in y.iter().zip(x) {
                if let (Some(y), Some(x)) = (y, x) {
                    self.sums.add([1.0, y, x, y * y, x * x, x * y]);
                }
            }
        }
        Ok(())
    }

    fn evaluate(&mut self) -> DataFusionResult<ScalarValue> {
        let value = match self.sums.count > 0.0 {
            true => (self.evaluate)(&self.sums),
            false => None,
        };
        Ok(ScalarValue::Float64(value))
    }

    fn size(&self) -> usize {
        size_of_val(self)
    }

    fn state(&mut self) -> DataFusionResult<Vec<ScalarValue>> {
        let sums = self.sums.all();
        Ok(sums.iter().map(|sum| ScalarValue::Float64(Some(*sum))).collect())
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> DataFusionResult<()> {
        let rows = states.first().map_or(0, |array| array.len());
        for row in 0..rows {
            let mut sums = [0.0; SUMS];
            for (sum, state) in sums.iter_mut().zip(states) {
                if let Some(state) = state.as_primitive_opt::<Float64Type>()
                    && state.is_valid(row)
                {
                    *sum = state.value(row);
                }
            }
            self.sums.add(sums);
        }
        Ok(())
    }
}
