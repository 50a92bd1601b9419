//! Cells of VALUES whose column holds values of several types: DataFusion refuses those before [`coercion`](super::coercion)
//! can bring them to one. They stand in calls of a function that hides their types until then.
//! <https://docs.snowflake.com/en/sql-reference/constructs/values>

use std::mem::discriminant;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::DataType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::sql::sqlparser::ast::{Expr, Value, Values};

use super::expression::call;
use crate::error::Error;

/// The function that cells stand in.
pub const NAME: &str = "$CELL";

static CELL: LazyLock<Arc<ScalarUDF>> = LazyLock::new(|| {
    Arc::new(ScalarUDF::from(Cell {
        signature: Signature::any(1, Volatility::Immutable),
    }))
});

/// The function, by its name.
pub fn function() -> Arc<ScalarUDF> {
    Arc::clone(&CELL)
}

/// Hides the types of the columns that are not all constants of one kind.
pub fn hide_types(values: &mut Values) {
    let columns = values.rows.first().map_or(0, |row| row.content.len());
    for at in 0..columns {
        let mut cells = values.rows.iter().filter_map(|row| row.content.get(at));
        let kind = cells.by_ref().find_map(constant).flatten();
        let alike = kind.is_some() && cells.all(|cell| constant(cell).is_none_or(|other| other == kind));
        if alike || values.rows.len() < 2 {
            continue;
        }
        for cell in values.rows.iter_mut().filter_map(|row| row.content.get_mut(at)) {
            let hidden = std::mem::replace(cell, Expr::value(Value::Null));
            *cell = call(NAME, vec![hidden]);
        }
    }
}

/// The kind of a constant, or `Some(None)` for what is none; `None` for NULL, which goes with all.
fn constant(cell: &Expr) -> Option<Option<std::mem::Discriminant<Value>>> {
    match cell {
        Expr::Value(value) if value.value == Value::Null => None,
        Expr::Value(value) => Some(Some(discriminant(&value.value))),
        _ => Some(None),
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct Cell {
    signature: Signature,
}

impl ScalarUDFImpl for Cell {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(DataType::Utf8)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(Error::internal("a cell of VALUES whose type is hidden").into())
    }
}
