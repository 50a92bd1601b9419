//! RANDOM: a number per row. <https://docs.snowflake.com/en/sql-reference/functions/random>
//!
//! Runs stay repeatable: without a seed the numbers follow from the statement's id and from how many calls of RANDOM stand
//! before this one in the statement.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::Decimal128Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use crate::engine::environment::StatementEnvironment;
use crate::error::Error;
use crate::functions::arguments::integer_of;
use crate::functions::generation::Random as Generator;
use crate::plan::Environment;

const NAME: &str = "RANDOM";

/// One use of RANDOM in one query.
#[derive(Debug)]
struct Random {
    /// What the numbers follow from without a seed.
    own: u64,
    /// The rows so far.
    rows: AtomicU64,
    signature: Signature,
}

/// RANDOM, if that is the name.
pub fn function(environment: &StatementEnvironment, name: &str) -> Option<Arc<ScalarUDF>> {
    if name != NAME {
        return None;
    }
    Some(Arc::new(ScalarUDF::from(Random {
        own: environment.random_seed(),
        rows: AtomicU64::new(0),
        signature: Signature::one_of(
            vec![TypeSignature::Nullary, TypeSignature::VariadicAny],
            Volatility::Volatile,
        ),
    })))
}

impl PartialEq for Random {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Random {}

impl Hash for Random {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.own.hash(state);
    }
}

impl ScalarUDFImpl for Random {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> datafusion::error::Result<DataType> {
        match arguments.len() {
            // The second one is the planner's.
            0..=2 => Ok(DataType::Decimal128(19, 0)),
            given => Err(Error::too_many_arguments("RANDOM(…)", 1, given).into()),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> datafusion::error::Result<ColumnarValue> {
        let seed = match args.args.first() {
            None => self.own,
            Some(ColumnarValue::Scalar(value)) if !value.is_null() => {
                let seed = integer_of(value).ok_or_else(|| Error::not_numeric(value))?;
                // A seed of its own kind, so that rows of neighbouring seeds have nothing in common.
                Generator::new(seed as u64).bits()
            }
            Some(_) => return Err(Error::unsupported("RANDOM with a seed that varies by row").into()),
        };
        let rows = args.number_rows as u64;
        let first = self.rows.fetch_add(rows, Ordering::Relaxed);
        let number = |row: u64| {
            let place = seed.wrapping_add(row.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            i128::from(Generator::new(place).bits() as i64)
        };
        let numbers = (first..first.saturating_add(rows)).map(number);
        let numbers = Decimal128Array::from_iter_values(numbers).with_precision_and_scale(19, 0)?;
        Ok(ColumnarValue::Array(Arc::new(numbers)))
    }
}
