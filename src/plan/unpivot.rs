//! UNPIVOT: <https://docs.snowflake.com/en/sql-reference/constructs/unpivot>.
//!
//! Every row is repeated for each column of the list, by unnesting the list of their numbers; a CASE over the number
//! then gives the column's name, another one its value.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Column, ExprSchema, ScalarValue};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr as Planned, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::prelude::ident;
use datafusion::sql::sqlparser::ast::{Expr, ExprWithAlias, Ident, NullInclusion, TableFactor};

use super::relation::unnest_options;
use super::select::column_name;
use crate::error::{Error, Result};
use crate::types::SnowType;

/// The column with the numbers of columns.
const NUMBER: &str = "$UNPIVOTED";

/// The name that the column of values gets.
///
/// # Errors
/// For anything but a name.
fn value_name(value: &Expr) -> Result<String> {
    match value {
        Expr::Identifier(name) => Ok(name.value.clone()),
        other => Err(Error::compilation(format!("'{other}' in UNPIVOT is no name"))),
    }
}

/// Of a relation's columns those that UNPIVOT leaves, then its own two.
pub fn columns(of: Vec<String>, value: &Expr, name: &Ident, list: &[ExprWithAlias]) -> Option<Vec<String>> {
    let gone: Vec<String> = list.iter().map(|column| column_name(&column.expr)).collect();
    let mut kept: Vec<String> = of.into_iter().filter(|column| !gone.contains(column)).collect();
    kept.extend([name.value.clone(), value_name(value).ok()?]);
    Some(kept)
}

/// Plans an UNPIVOT.
///
/// # Errors
/// When the columns of the list have different types; whatever is wrong with the relation and its columns.
pub fn plan(factor: TableFactor, context: &mut dyn RelationPlannerContext) -> DataFusionResult<LogicalPlan> {
    let TableFactor::Unpivot {
        table,
        value,
        name,
        columns,
        null_inclusion,
        ..
    } = factor
    else {
        return Err(Error::internal("an UNPIVOT that is none").into());
    };
    let value_name = value_name(&value)?;
    let input = context.plan(*table)?;
    let schema = Arc::clone(input.schema());
    let mut turned: Vec<(Column, String)> = Vec::with_capacity(columns.len());
    for ExprWithAlias { expr, alias } in columns {
        let Planned::Column(column) = context.sql_to_expr(expr.clone(), &schema)? else {
            return Err(Error::compilation(format!("'{expr}' in UNPIVOT is no column")).into());
        };
        let shown = alias.map_or_else(|| column.name.clone(), |alias| alias.value);
        if turned
            .iter()
            .any(|(known, name)| *known == column || *name == shown)
        {
            return Err(Error::compilation(format!("'{shown}' is twice in the list of UNPIVOT")).into());
        }
        let types = schema
            .field_from_column(&column)
            .ok()
            .and_then(|field| SnowType::from_field(field));
        let first = turned.first().map(|(first, _)| schema.field_from_column(first));
        let first = first.and_then(|field| SnowType::from_field(field.ok()?));
        if let (Some(first), Some(own)) = (first, types)
            && !same_type(&first, &own)
        {
            return Err(Error::compilation(format!(
                "The type of column '{}' conflicts with the type of other columns in the UNPIVOT list.",
                column.name
            ))
            .into());
        }
        turned.push((column, shown));
    }
    let kept: Vec<Planned> = schema
        .columns()
        .into_iter()
        .filter(|column| !turned.iter().any(|(gone, _)| gone == column))
        .map(Planned::Column)
        .collect();
    let number = |at: usize| ScalarValue::Decimal128(Some(at as i128), 38, 0);
    let numbers: Vec<ScalarValue> = (0..turned.len()).map(number).collect();
    let numbers = ScalarValue::List(ScalarValue::new_list_nullable(
        &numbers,
        &DataType::Decimal128(38, 0),
    ));
    let all = schema.columns().into_iter().map(Planned::Column);
    let rows = LogicalPlanBuilder::from(input)
        .project(all.chain([Planned::Literal(numbers, None).alias(NUMBER)]))?
        .unnest_column_with_options(Column::from_name(NUMBER), unnest_options())?;
    let choose = |results: Vec<Planned>| {
        let whens = results.into_iter().enumerate();
        let whens =
            whens.map(|(at, result)| (Box::new(Planned::Literal(number(at), None)), Box::new(result)));
        Planned::Case(Case::new(Some(Box::new(ident(NUMBER))), whens.collect(), None))
    };
    let names = choose(turned.iter().map(|(_, shown)| lit(shown.as_str())).collect());
    let values = choose(
        turned
            .into_iter()
            .map(|(column, _)| Planned::Column(column))
            .collect(),
    );
    let shown = kept
        .into_iter()
        .chain([names.alias(name.value), values.alias(&value_name)]);
    let rows = rows.project(shown)?;
    match null_inclusion {
        Some(NullInclusion::IncludeNulls) => rows.build(),
        _ => rows.filter(ident(&value_name).is_not_null())?.build(),
    }
}

/// Texts may have different lengths; everything else must be the same.
fn same_type(left: &SnowType, right: &SnowType) -> bool {
    matches!(
        (left, right),
        (SnowType::Varchar { .. }, SnowType::Varchar { .. })
    ) || left == right
}
