//! Cells of VALUES whose column holds values of several types: DataFusion refuses those before [`coercion`](super::coercion)
//! can bring them to one. They stand in calls of a function that hides their types until then.
//! <https://docs.snowflake.com/en/sql-reference/constructs/values>

use std::sync::{Arc, LazyLock};

use datafusion::arrow::datatypes::DataType as ArrowType;
use datafusion::error::Result;
use datafusion::logical_expr::{
    ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};
use datafusion::sql::sqlparser::ast::{CastKind, DataType, Expr, Value, Values};

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

/// Has the columns that hold text beside other values be of one type: that of the others, where the statement casts them,
/// else one that is found when all types are known.
pub fn settle_types(values: &mut Values) {
    let columns = values.rows.first().map_or(0, |row| row.content.len());
    for at in 0..columns {
        let cells = values.rows.iter().filter_map(|row| row.content.get(at));
        let (texts, others): (Vec<&Expr>, Vec<&Expr>) = cells
            .filter(|cell| !is_null(cell))
            .partition(|cell| is_text(cell));
        if texts.is_empty() || others.is_empty() {
            continue;
        }
        let types: Option<Vec<&DataType>> = others.iter().map(|cell| cast_type(cell)).collect();
        let common = types.and_then(|types| match types.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| other == first) => Some((*first).clone()),
            _ => None,
        });
        for cell in values.rows.iter_mut().filter_map(|row| row.content.get_mut(at)) {
            let given = std::mem::replace(cell, Expr::value(Value::Null));
            *cell = match &common {
                None => call(NAME, vec![given]),
                Some(data_type) if is_text(&given) => Expr::Cast {
                    kind: CastKind::DoubleColon,
                    expr: Box::new(given),
                    data_type: data_type.clone(),
                    array: false,
                    format: None,
                },
                Some(_) => given,
            };
        }
    }
}

fn is_null(cell: &Expr) -> bool {
    matches!(cell, Expr::Value(value) if value.value == Value::Null)
}

fn is_text(cell: &Expr) -> bool {
    matches!(cell, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)))
}

fn cast_type(cell: &Expr) -> Option<&DataType> {
    match cell {
        Expr::Cast { data_type, .. } => Some(data_type),
        Expr::TypedString(typed) => Some(&typed.data_type),
        _ => None,
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

    fn return_type(&self, _: &[ArrowType]) -> Result<ArrowType> {
        Ok(ArrowType::Utf8)
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> Result<ColumnarValue> {
        Err(Error::internal("a cell of VALUES whose type is hidden").into())
    }
}
