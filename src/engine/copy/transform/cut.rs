//! TRUNCATECOLUMNS for a COPY with a query: text is cut to the column's length before it is assigned.

use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, lit};

use crate::engine::dml::target::Target;
use crate::error::{Error, Result};
use crate::plan::{cast_call, translate};
use crate::types::SnowType;
use crate::types::coerce::can_coerce;

/// A query's result with the text for every text column no longer than the column takes.
///
/// # Errors
/// Never in practice.
pub fn cut_to_fit(target: &Target, positions: &[usize], source: LogicalPlan) -> Result<LogicalPlan> {
    let schema = source.schema();
    let mut values = Vec::with_capacity(positions.len());
    for (at, value) in schema.columns().into_iter().enumerate() {
        let name = value.name.clone();
        let value = Expr::Column(value);
        let column = positions.get(at).and_then(|at| target.table.columns.get(*at));
        let (_, field) = value.to_field(schema).map_err(translate)?;
        values.push(match column.map(|column| column.data_type) {
            // What is no text for this column is left to the assignment, which refuses it.
            Some(to @ SnowType::Varchar { length })
                if SnowType::from_field(&field).is_some_and(|from| can_coerce(&from, &to)) =>
            {
                left(cast_call(value, &SnowType::VARCHAR), length)?.alias(name)
            }
            _ => value,
        });
    }
    let cut = LogicalPlanBuilder::from(source).project(values);
    cut.and_then(LogicalPlanBuilder::build).map_err(translate)
}

fn left(text: Expr, length: u32) -> Result<Expr> {
    let left = crate::functions::registry()
        .scalar("LEFT")
        .ok_or_else(|| Error::internal("LEFT is missing"))?;
    Ok(left.call(vec![
        text,
        lit(ScalarValue::Decimal128(Some(i128::from(length)), 38, 0)),
    ]))
}
