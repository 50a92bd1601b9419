//! A barrier above a projection that counts rows: SEQ4() gives each row its number, so a LIMIT, an OFFSET or a sort with a
//! LIMIT must not go below it, where DataFusion would put them.
//! <https://docs.snowflake.com/en/sql-reference/functions/seq1>

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::TreeNode;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, Expr, Filter, LogicalPlan, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature,
    Volatility,
};

/// The functions that number rows.
const NUMBERING: [&str; 4] = ["SEQ1", "SEQ2", "SEQ4", "SEQ8"];

static ALWAYS: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
    Arc::new(ScalarUDF::from(Always {
        name: "$ALWAYS",
        signature: Signature::any(1, Volatility::Volatile),
    }))
});

/// The function without arguments that calls of other constants get as one more: DataFusion takes a call of constants for a
/// constant, which nothing need be sorted by, though it may have another value for each row.
pub const EACH_ROW: &str = "$EACH_ROW";

static EACH: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
    Arc::new(ScalarUDF::from(Always {
        name: EACH_ROW,
        signature: Signature::nullary(Volatility::Volatile),
    }))
});

/// The function [`EACH_ROW`].
pub fn each_row() -> Arc<ScalarUDF> {
    Arc::clone(&EACH)
}

/// A projection that numbers rows below a filter that lets all of them through; any other plan as it is.
pub fn above_numbers(plan: LogicalPlan) -> Result<LogicalPlan> {
    let LogicalPlan::Projection(projection) = &plan else {
        return Ok(plan);
    };
    let numbers =
        |part: &Expr| Ok(matches!(part, Expr::ScalarFunction(call) if NUMBERING.contains(&call.func.name())));
    let mut at = None;
    for (index, expr) in projection.expr.iter().enumerate() {
        if expr.exists(numbers)? {
            at = Some(index);
            break;
        }
    }
    match at {
        Some(at) => {
            let column = Expr::Column(plan.schema().qualified_field(at).into());
            let filter = Filter::try_new(ALWAYS.call(vec![column]), Arc::new(plan))?;
            Ok(LogicalPlan::Filter(filter))
        }
        None => Ok(plan),
    }
}

/// TRUE for every row. It is volatile, lest an optimizer see that.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Always {
    name: &'static str,
    signature: Signature,
}

impl ScalarUDFImpl for Always {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Boolean)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(ScalarValue::Boolean(Some(true))))
    }
}
