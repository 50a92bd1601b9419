//! SEQ1, SEQ2, SEQ4 and SEQ8: a number per row, from 0 on.
//! <https://docs.snowflake.com/en/sql-reference/functions/seq1>

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::array::Decimal128Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};

use crate::error::Error;
use crate::functions::arguments::integer_of;

/// The functions, with the bytes after which each begins again.
const FUNCTIONS: [(&str, u32); 4] = [("SEQ1", 1), ("SEQ2", 2), ("SEQ4", 4), ("SEQ8", 8)];

/// One use of SEQ in one query.
#[derive(Debug)]
struct SequenceNumber {
    name: &'static str,
    next: AtomicU64,
    /// The first number that is not given; 0 for none.
    end: u64,
    signature: Signature,
}

/// The function of a name, counting from 0.
pub fn function(name: &str) -> Option<Arc<ScalarUDF>> {
    let (name, bytes) = FUNCTIONS.into_iter().find(|(known, _)| *known == name)?;
    Some(Arc::new(ScalarUDF::from(SequenceNumber {
        name,
        next: AtomicU64::new(0),
        end: 1_u64.checked_shl(bytes * 8 - 1).unwrap_or(0),
        signature: Signature::one_of(
            vec![TypeSignature::Nullary, TypeSignature::VariadicAny],
            Volatility::Volatile,
        ),
    })))
}

impl PartialEq for SequenceNumber {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for SequenceNumber {}

impl Hash for SequenceNumber {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for SequenceNumber {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, arguments: &[DataType]) -> datafusion::error::Result<DataType> {
        match arguments.len() {
            // The argument of SEQ says whether numbers start at the least one of the type after the greatest.
            // The second one is the planner's.
            0..=2 => Ok(DataType::Decimal128(38, 0)),
            given => Err(Error::too_many_arguments(format!("{}(…)", self.name), 1, given).into()),
        }
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> datafusion::error::Result<ColumnarValue> {
        let rows = args.number_rows as u64;
        let first = self.next.fetch_add(rows, Ordering::Relaxed);
        let end = i128::from(self.end.max(1));
        // After the greatest number comes 0, or with 1 as the argument the least of the type.
        let signed = match args.args.first() {
            None => false,
            Some(sign) => {
                let sign = ScalarValue::try_from_array(&sign.to_array(1)?, 0)?;
                match integer_of(&sign) {
                    Some(0) => false,
                    Some(1) => true,
                    _ => {
                        let rule = "its argument is the constant 0 or 1";
                        return Err(Error::invalid_argument(self.name, sign, rule).into());
                    }
                }
            }
        };
        let (span, least) = match signed {
            true => (2 * end, end),
            false => (end, 0),
        };
        let numbers = first..first.saturating_add(rows);
        let numbers = numbers.map(|number| (i128::from(number) + least) % span - least);
        let numbers = Decimal128Array::from_iter_values(numbers).with_precision_and_scale(38, 0)?;
        Ok(ColumnarValue::Array(Arc::new(numbers)))
    }
}
