//! Grouping by values that are equal without being the same bytes: VARIANT, OBJECT and ARRAY, whose numbers have several
//! forms, and TIMESTAMP_TZ, whose offset does not count.
//! <https://docs.snowflake.com/en/sql-reference/data-types-datetime#timestamp-ltz-timestamp-ntz-timestamp-tz>
//!
//! DataFusion groups by bytes. Such a column is grouped by a key of its own instead, and each group shows one of its values.
//! Sorting and windows have such keys, too.

use std::sync::Arc;

use datafusion::common::{Column, DFSchema};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{AggregateFunction, WindowFunction, WindowFunctionDefinition};
use datafusion::logical_expr::{
    Aggregate, AggregateUDF, Distinct, Expr, LogicalPlan, LogicalPlanBuilder, lit,
};

use super::cast_call;
use super::coercion::{ORDER_KEY, keyed, type_of};
use crate::error::Error;
use crate::functions;
use crate::types::SnowType;

/// The key by which values of a type are equal; `None` where they are equal as they are.
fn key(expr: Expr, data_type: SnowType) -> Result<Option<Expr>> {
    Ok(match data_type {
        SnowType::TimestampTz { scale } => Some(cast_call(expr, &SnowType::TimestampLtz { scale })),
        other if other.is_encoded() => Some(keyed(expr, "$EQUALITY_KEY")?),
        _ => None,
    })
}

/// The key by which values are sorted, equal ones as one: the two zeros, and moments that differ by their offset alone.
pub fn order_key(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    Ok(match type_of(&expr, schema)? {
        Some(data_type) if data_type.is_encoded() => keyed(expr, ORDER_KEY)?,
        Some(SnowType::TimestampTz { scale }) => cast_call(expr, &SnowType::TimestampLtz { scale }),
        Some(SnowType::Float) => one_zero(expr)?,
        _ => expr,
    })
}

/// A FLOAT that is 0 where it was -0.
fn one_zero(expr: Expr) -> Result<Expr> {
    let zero = lit(0.0);
    if matches!(&expr, Expr::ScalarFunction(call) if call.args.last() == Some(&zero)) {
        return Ok(expr);
    }
    let add = functions::registry()
        .scalar("$ADD")
        .ok_or_else(|| Error::unknown_function("$ADD"))?;
    Ok(add.call(vec![expr, zero]))
}

/// A window whose rows belong together, and follow each other, by the values and not by their bytes.
pub fn window_keys(mut window: WindowFunction, schema: &DFSchema) -> Result<WindowFunction> {
    for expr in &mut window.params.partition_by {
        let taken = std::mem::take(expr);
        *expr = match type_of(&taken, schema)? {
            Some(SnowType::Float) => one_zero(taken)?,
            Some(data_type) => key(taken.clone(), data_type)?.unwrap_or(taken),
            None => taken,
        };
    }
    for sort in &mut window.params.order_by {
        sort.expr = order_key(std::mem::take(&mut sort.expr), schema)?;
    }
    Ok(window)
}

/// An aggregation, or DISTINCT, that groups equal values; any other plan as it is.
pub fn by_equality(plan: LogicalPlan) -> Result<LogicalPlan> {
    match plan {
        LogicalPlan::Aggregate(aggregate) => grouped(aggregate),
        LogicalPlan::Distinct(Distinct::All(input)) => {
            let schema = input.schema();
            let columns: Vec<Expr> = schema.columns().into_iter().map(Expr::Column).collect();
            for column in &columns {
                if let Some(data_type) = type_of(column, schema)?
                    && key(column.clone(), data_type)?.is_some()
                {
                    return grouped(Aggregate::try_new(input, columns, Vec::new())?);
                }
            }
            Ok(LogicalPlan::Distinct(Distinct::All(input)))
        }
        plan => Ok(plan),
    }
}

fn grouped(aggregate: Aggregate) -> Result<LogicalPlan> {
    let input = aggregate.input.schema();
    let mut keys = Vec::with_capacity(aggregate.group_expr.len());
    for expr in &aggregate.group_expr {
        let bare = expr.clone().unalias();
        keys.push(match (&bare, type_of(&bare, input)) {
            (Expr::GroupingSet(_), _) | (_, Ok(None)) => None,
            (_, data_type) => match data_type? {
                Some(data_type) => key(bare.clone(), data_type)?.map(|key| (key, bare)),
                None => None,
            },
        });
    }
    if keys.iter().all(Option::is_none) {
        return Ok(LogicalPlan::Aggregate(aggregate));
    }
    let any_value = functions::registry()
        .aggregate("ANY_VALUE")
        .ok_or_else(|| Error::unknown_function("ANY_VALUE"))?;
    let mut groups = Vec::with_capacity(keys.len());
    let mut values = aggregate.aggr_expr.clone();
    let mut shown = Vec::with_capacity(aggregate.schema.fields().len());
    let mut keys = keys.into_iter().zip(&aggregate.group_expr);
    for (at, (qualifier, field)) in aggregate.schema.iter().enumerate() {
        let same = || Expr::Column(Column::new(qualifier.cloned(), field.name()));
        match keys.next() {
            Some((Some((key, expr)), _)) => {
                let value = format!("$VALUE{at}");
                groups.push(key.alias(format!("$KEY{at}")));
                values.push(any_value.call(vec![expr]).alias(&value));
                let value = Expr::Column(Column::new_unqualified(value));
                shown.push(value.alias_qualified(qualifier.cloned(), field.name()));
            }
            Some((None, expr)) => {
                groups.push(expr.clone());
                shown.push(same());
            }
            None => shown.push(same()),
        }
    }
    LogicalPlanBuilder::from(Arc::unwrap_or_clone(aggregate.input))
        .aggregate(groups, values)?
        .project(shown)?
        .build()
}

/// A call of COUNT: JSON null does not count, and equal values count once under DISTINCT.
/// <https://docs.snowflake.com/en/sql-reference/functions/count>
pub fn count(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    match expr {
        Expr::AggregateFunction(AggregateFunction { func, mut params }) if is_count(&func) => {
            params.args = counted(params.args, params.distinct, schema)?;
            Ok(Expr::AggregateFunction(AggregateFunction { func, params }))
        }
        Expr::WindowFunction(mut window) => {
            if matches!(&window.fun, WindowFunctionDefinition::AggregateUDF(func) if is_count(func)) {
                let distinct = window.params.distinct;
                window.params.args = counted(std::mem::take(&mut window.params.args), distinct, schema)?;
            }
            Ok(Expr::WindowFunction(window))
        }
        other => Ok(other),
    }
}

/// Whether a function is COUNT, which is DataFusion's own.
pub fn is_count(function: &AggregateUDF) -> bool {
    function.name().eq_ignore_ascii_case("COUNT")
}

fn counted(arguments: Vec<Expr>, distinct: bool, schema: &DFSchema) -> Result<Vec<Expr>> {
    let counted = |argument: Expr| {
        let Some(data_type) = type_of(&argument, schema)? else {
            return Ok(argument);
        };
        let argument = match data_type {
            SnowType::Variant => keyed(argument, "STRIP_NULL_VALUE")?,
            _ => argument,
        };
        match (distinct, data_type) {
            (false, _) => Ok(argument),
            // The two zeros are equal.
            (true, SnowType::Float) => Ok(functions::operators::call_operator(
                "$ADD",
                vec![argument, lit(0.0)],
            )?),
            (true, _) => Ok(key(argument.clone(), data_type)?.unwrap_or(argument)),
        }
    };
    arguments.into_iter().map(counted).collect()
}
