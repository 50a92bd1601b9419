//! The columns of a query's result: their names without the planner's marks, and their exact types.
//!
//! Inside a plan a literal's type is as wide as its Arrow type. Snowflake describes a result's literals more closely:
//! `SELECT 1, 'ab'` has columns of NUMBER(1,0) and VARCHAR(2). Where a column of the result comes straight from such an
//! expression, [`result_schema`] says so.

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::logical_expr::{Expr, LogicalPlan};

use super::select::REPEAT_MARK;
use crate::types::{SnowType, TYPE_KEY};

/// The type of COUNT.
const COUNT: SnowType = SnowType::Number {
    precision: 18,
    scale: 0,
};

/// The schema with the names that users see.
pub fn shown_schema(schema: &DFSchema) -> SchemaRef {
    let fields = schema.fields().iter().map(|field| shown(field));
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The schema of a plan's result: names that users see, and types as Snowflake describes them.
pub fn result_schema(plan: &LogicalPlan) -> SchemaRef {
    let fields = plan.schema().fields().iter().enumerate().map(|(at, field)| {
        let field = shown(field);
        match exact(plan, at) {
            Some(exact) => field.with_metadata([(TYPE_KEY.to_string(), exact.to_string())].into()),
            None => field,
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

fn shown(field: &Field) -> Field {
    let name = field.name().split(REPEAT_MARK).next().unwrap_or_default();
    field.clone().with_name(name)
}

/// The exact type of a plan's column, where its Arrow type says too little.
fn exact(plan: &LogicalPlan, at: usize) -> Option<SnowType> {
    match plan {
        LogicalPlan::Projection(projection) => match bare(projection.expr.get(at)?) {
            Expr::Literal(value, None) => literal(value),
            Expr::Column(column) => exact(
                &projection.input,
                projection.input.schema().maybe_index_of_column(column)?,
            ),
            _ => None,
        },
        LogicalPlan::Aggregate(aggregate) => {
            let call = aggregate
                .aggr_expr
                .get(at.checked_sub(aggregate.group_expr.len())?)?;
            match bare(call) {
                Expr::AggregateFunction(call) if call.func.name().eq_ignore_ascii_case("COUNT") => {
                    Some(COUNT)
                }
                _ => None,
            }
        }
        LogicalPlan::Sort(sort) => exact(&sort.input, at),
        LogicalPlan::Limit(limit) => exact(&limit.input, at),
        LogicalPlan::Filter(filter) => exact(&filter.input, at),
        LogicalPlan::SubqueryAlias(alias) => exact(&alias.input, at),
        _ => None,
    }
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        other => other,
    }
}

fn literal(value: &ScalarValue) -> Option<SnowType> {
    match value {
        ScalarValue::Utf8(Some(text)) => Some(SnowType::Varchar {
            length: u32::try_from(text.chars().count()).ok()?.max(1),
        }),
        ScalarValue::Int64(Some(number)) => whole(number.unsigned_abs()),
        ScalarValue::UInt64(Some(number)) => whole(*number),
        _ => None,
    }
}

fn whole(number: u64) -> Option<SnowType> {
    Some(SnowType::Number {
        precision: u8::try_from(number.to_string().len()).ok()?,
        scale: 0,
    })
}
