//! `sequence.NEXTVAL`: a number per row, each given once.
//! <https://docs.snowflake.com/en/user-guide/querying-sequences>

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use datafusion::arrow::array::Decimal128Array;
use datafusion::arrow::datatypes::DataType;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use parking_lot::Mutex;

use super::environment::StatementEnvironment;
use crate::catalog::ObjectKind;
use crate::error::{Error, Result};
use crate::sql::{Ident, QualifiedName};

/// NEXTVAL of one sequence in one statement.
#[derive(Debug)]
struct NextValue {
    name: String,
    next: Arc<Mutex<i64>>,
    increment: i64,
    signature: Signature,
}

/// The function that gives a sequence's next values.
pub(super) fn next_value(environment: &StatementEnvironment, name: &[String]) -> Result<Arc<ScalarUDF>> {
    let parts = name.iter().map(|part| Ident::quoted(part.as_str())).collect();
    let name = QualifiedName::new(parts).ok_or_else(|| Error::internal("a sequence without a name"))?;
    let object = environment.names().require(ObjectKind::Sequence, &name)?;
    let sequence = object
        .as_sequence()
        .ok_or_else(|| Error::internal("a sequence without a body"))?;
    Ok(Arc::new(ScalarUDF::from(NextValue {
        name: format!("{name}.NEXTVAL"),
        next: environment.counter(object.id, sequence.start),
        increment: sequence.increment,
        signature: Signature::nullary(Volatility::Volatile),
    })))
}

impl PartialEq for NextValue {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.next, &other.next)
    }
}

impl Eq for NextValue {}

impl Hash for NextValue {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl ScalarUDFImpl for NextValue {
    fn name(&self) -> &str {
        &self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> datafusion::error::Result<DataType> {
        Ok(DataType::Decimal128(38, 0))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> datafusion::error::Result<ColumnarValue> {
        let mut next = self.next.lock();
        let mut values = Vec::with_capacity(args.number_rows);
        for _ in 0..args.number_rows {
            values.push(i128::from(*next));
            *next = next
                .checked_add(self.increment)
                .ok_or_else(|| Error::new(2_120, "22003", format!("Sequence {} is exhausted", self.name)))?;
        }
        let values = Decimal128Array::from(values).with_precision_and_scale(38, 0)?;
        Ok(ColumnarValue::Array(Arc::new(values)))
    }
}
