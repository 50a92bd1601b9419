//! The columns of a query's result: their names without the planner's marks, and their exact types.
//!
//! Inside a plan a literal's type is as wide as its Arrow type. Snowflake describes a result's literals more closely:
//! `SELECT 1, 'ab'` has columns of NUMBER(1,0) and VARCHAR(2). Where a column of the result comes straight from such an
//! expression, [`result_schema`] says so. Which table a column comes from straight is told by [`with_origins`].

use std::sync::Arc;

use datafusion::arrow::datatypes::{Field, Schema, SchemaRef};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::datasource::source_as_provider;
use datafusion::logical_expr::expr::WindowFunctionDefinition;
use datafusion::logical_expr::{Distinct, Expr, LogicalPlan};

use super::groups::is_count;
use super::operator::{binary_type, text_type};
use super::select::REPEAT_MARK;
use super::table::VersionedTable;
use crate::types::{SnowType, TYPE_KEY};

/// The type of COUNT.
const COUNT: SnowType = SnowType::Number {
    precision: 18,
    scale: 0,
};

/// The key, in the metadata of a result's field, of the table whose column it is: database, schema and table, with
/// zeros between them.
pub const ORIGIN_KEY: &str = "snowflake.origin";

/// The schema of a plan's result that also says which columns are those of tables.
pub fn with_origins(schema: &Schema, plan: &LogicalPlan) -> SchemaRef {
    let fields = schema.fields().iter().enumerate().map(|(at, field)| {
        let Some(origin) = origin(plan, at) else {
            return field.as_ref().clone();
        };
        let mut metadata = field.metadata().clone();
        metadata.insert(ORIGIN_KEY.to_string(), origin);
        field.as_ref().clone().with_metadata(metadata)
    });
    Arc::new(Schema::new(fields.collect::<Vec<_>>()))
}

/// The table of a plan's column that is nothing but a table's column.
fn origin(plan: &LogicalPlan, at: usize) -> Option<String> {
    match plan {
        LogicalPlan::TableScan(scan) => {
            let provider = source_as_provider(&scan.source).ok()?;
            let table = provider.downcast_ref::<VersionedTable>()?;
            Some(table.origin()?.join("\0"))
        }
        LogicalPlan::Projection(projection) => match bare(projection.expr.get(at)?) {
            Expr::Column(column) => {
                let at = projection.input.schema().maybe_index_of_column(column)?;
                origin(&projection.input, at)
            }
            _ => None,
        },
        LogicalPlan::Join(join) => {
            let left = join.left.schema().fields().len();
            match at.checked_sub(left) {
                None => origin(&join.left, at),
                Some(at) => origin(&join.right, at),
            }
        }
        LogicalPlan::Window(window) if at < window.input.schema().fields().len() => origin(&window.input, at),
        LogicalPlan::Distinct(Distinct::All(input)) => origin(input, at),
        LogicalPlan::Sort(sort) => origin(&sort.input, at),
        LogicalPlan::Limit(limit) => origin(&limit.input, at),
        LogicalPlan::Filter(filter) => origin(&filter.input, at),
        LogicalPlan::SubqueryAlias(alias) => origin(&alias.input, at),
        _ => None,
    }
}

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
            let groups = aggregate.schema.fields().len() - aggregate.aggr_expr.len();
            match at.checked_sub(groups) {
                Some(at) => counted(aggregate.aggr_expr.get(at)?),
                None => None,
            }
        }
        LogicalPlan::Window(window) => match at.checked_sub(window.input.schema().fields().len()) {
            Some(at) => counted(window.window_expr.get(at)?),
            None => exact(&window.input, at),
        },
        LogicalPlan::Distinct(Distinct::All(input)) => exact(input, at),
        LogicalPlan::Sort(sort) => exact(&sort.input, at),
        LogicalPlan::Limit(limit) => exact(&limit.input, at),
        LogicalPlan::Filter(filter) => exact(&filter.input, at),
        LogicalPlan::SubqueryAlias(alias) => exact(&alias.input, at),
        _ => None,
    }
}

/// The type of COUNT, if that is what is called.
fn counted(call: &Expr) -> Option<SnowType> {
    let is_count = match bare(call) {
        Expr::AggregateFunction(call) => is_count(&call.func),
        Expr::WindowFunction(call) => {
            matches!(&call.fun, WindowFunctionDefinition::AggregateUDF(function) if is_count(function))
        }
        _ => false,
    };
    is_count.then_some(COUNT)
}

fn bare(expr: &Expr) -> &Expr {
    match expr {
        Expr::Alias(alias) => bare(&alias.expr),
        other => other,
    }
}

fn literal(value: &ScalarValue) -> Option<SnowType> {
    match value {
        ScalarValue::Utf8(Some(text)) => text_type(text),
        ScalarValue::Binary(Some(bytes)) => binary_type(bytes),
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
