//! PIVOT: <https://docs.snowflake.com/en/sql-reference/constructs/pivot>.
//!
//! ```sql
//! FROM t PIVOT (SUM(a) FOR q IN ('x', 'y'))
//! -- is an aggregation by all columns but A and Q
//! SELECT …, SUM(CASE WHEN q = 'x' THEN a END) AS "'x'", SUM(CASE WHEN q = 'y' THEN a END) AS "'y'" FROM t GROUP BY …
//! ```
//!
//! [`dynamic`] first turns ANY and subqueries into lists of values; [`name_values`] gives every value its column's name,
//! while values still are as they were written; [`plan`] makes the aggregation.

mod dynamic;

use std::collections::HashMap;

use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{Expr as Planned, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::ident;
use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, ExprWithAlias, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Ident, PivotValueSource, TableFactor, Value,
};

use super::expression::call;
use super::select::{REPEAT_MARK, column_name};
use crate::error::{Error, Result};

pub use dynamic::settle;

/// The aggregate functions that PIVOT takes.
const FUNCTIONS: [&str; 5] = ["AVG", "COUNT", "MAX", "MIN", "SUM"];

/// The columns of aggregates before they have their names.
const VALUE: &str = "$PIVOT_";

/// The parts of a PIVOT.
pub struct Pivot<'a> {
    /// Without its argument.
    function: &'a Function,
    /// The column that is aggregated.
    argument: &'a Expr,
    /// The column whose values become columns.
    values_of: &'a Expr,
    values: &'a [ExprWithAlias],
}

impl<'a> Pivot<'a> {
    /// The parts, where they are as Snowflake wants them.
    ///
    /// # Errors
    /// For several aggregates or other functions, and for expressions in the place of columns.
    pub fn of(
        aggregates: &'a [ExprWithAlias],
        value_column: &'a [Expr],
        source: &'a PivotValueSource,
    ) -> Result<Self> {
        let [aggregate] = aggregates else {
            return Err(Error::compilation("PIVOT takes one aggregate function"));
        };
        let [values_of] = value_column else {
            return Err(Error::compilation("PIVOT takes one column after FOR"));
        };
        let Expr::Function(function) = &aggregate.expr else {
            return Err(Error::compilation("PIVOT takes an aggregate function"));
        };
        let name = function.name.to_string();
        if !FUNCTIONS.contains(&name.as_str()) {
            return Err(Error::compilation(format!(
                "{name} cannot be the aggregate function of PIVOT"
            )));
        }
        let argument = match &function.args {
            FunctionArguments::List(list) if list.duplicate_treatment.is_none() => match list.args.as_slice()
            {
                [FunctionArg::Unnamed(FunctionArgExpr::Expr(argument))] if is_column(argument) => argument,
                _ => return Err(Error::compilation(format!("{name} of PIVOT takes one column"))),
            },
            _ => return Err(Error::compilation(format!("{name} of PIVOT takes one column"))),
        };
        if !is_column(values_of) {
            return Err(Error::compilation(format!(
                "'{values_of}' after FOR is no column"
            )));
        }
        let PivotValueSource::List(values) = source else {
            return Err(Error::unsupported("dynamic PIVOT in this place"));
        };
        Ok(Self {
            function,
            argument,
            values_of,
            values,
        })
    }

    /// Of a relation's columns those that it has under these names, and then one for each value.
    pub fn columns(&self, of: Vec<String>) -> Vec<String> {
        let gone = [column_name(self.argument), column_name(self.values_of)];
        let mut columns: Vec<String> = of.into_iter().filter(|column| !gone.contains(column)).collect();
        let own = self.names(&columns);
        columns.extend(own);
        columns
    }

    /// The names of the values' columns beside others. A name may come more than once, as after another PIVOT.
    fn names(&self, beside: &[String]) -> Vec<String> {
        let names = self.values.iter().map(|value| {
            let name = name_of(value, None);
            let more = (2..).map(|count| format!("{name}{REPEAT_MARK}{count}"));
            let mut all = std::iter::once(name.clone()).chain(more);
            all.find(|name| !beside.contains(name)).unwrap_or(name)
        });
        names.collect()
    }

    /// The aggregate over the rows that have a value.
    fn aggregate(&self, value: &Expr) -> Expr {
        let condition = match value {
            Expr::Value(null) if null.value == Value::Null => Expr::IsNull(Box::new(self.values_of.clone())),
            value => Expr::BinaryOp {
                left: Box::new(self.values_of.clone()),
                op: BinaryOperator::Eq,
                right: Box::new(value.clone()),
            },
        };
        let chosen = Expr::Case {
            case_token: AttachedToken::empty(),
            end_token: AttachedToken::empty(),
            operand: None,
            conditions: vec![CaseWhen {
                condition,
                result: self.argument.clone(),
            }],
            else_result: None,
        };
        call(&self.function.name.to_string(), vec![chosen])
    }
}

fn is_column(expr: &Expr) -> bool {
    matches!(expr, Expr::Identifier(_) | Expr::CompoundIdentifier(_))
}

/// The name of a value's column: its alias, else the value as it was written, quotes included. The alias of the
/// aggregate goes behind it, inside of quotes.
fn name_of(value: &ExprWithAlias, aggregate: Option<&Ident>) -> String {
    let name = match &value.alias {
        Some(alias) => alias.value.clone(),
        None => column_name(&value.expr),
    };
    match (aggregate, name.strip_suffix('\'')) {
        (None, _) => name,
        (Some(alias), Some(text)) => format!("{text}_{}'", alias.value),
        (Some(alias), None) => format!("{name}_{}", alias.value),
    }
}

/// Gives every value of a PIVOT's list its column's name as alias. A name may come more than once.
pub fn name_values(aggregates: &mut [ExprWithAlias], source: &mut PivotValueSource) {
    let PivotValueSource::List(values) = source else {
        return;
    };
    // The aggregate's alias is in the names from here on.
    let alias = aggregates
        .first_mut()
        .and_then(|aggregate| aggregate.alias.take());
    let mut seen: HashMap<String, usize> = HashMap::new();
    for value in values {
        let name = name_of(value, alias.as_ref());
        let count = seen.entry(name.clone()).or_insert(0);
        *count += 1;
        let unique = match *count {
            1 => name,
            more => format!("{name}{REPEAT_MARK}{more}"),
        };
        value.alias = Some(Ident::with_quote('"', unique));
    }
}

/// Plans a PIVOT whose values have their names.
///
/// # Errors
/// As [`Pivot::of`]; whatever is wrong with the relation and its columns.
pub fn plan(factor: TableFactor, context: &mut dyn RelationPlannerContext) -> DataFusionResult<LogicalPlan> {
    let TableFactor::Pivot {
        table,
        aggregate_functions,
        value_column,
        value_source,
        default_on_null,
        ..
    } = factor
    else {
        return Err(Error::internal("a PIVOT that is none").into());
    };
    let pivot = Pivot::of(&aggregate_functions, &value_column, &value_source)?;
    let input = context.plan(*table)?;
    let schema = std::sync::Arc::clone(input.schema());
    let mut gone = Vec::with_capacity(2);
    for column in [pivot.argument, pivot.values_of] {
        match context.sql_to_expr(column.clone(), &schema)? {
            Planned::Column(column) => gone.push(column),
            _ => return Err(Error::compilation(format!("'{column}' in PIVOT is no column")).into()),
        }
    }
    let kept = schema
        .columns()
        .into_iter()
        .filter(|column| !gone.contains(column));
    let kept: Vec<Planned> = kept.map(Planned::Column).collect();
    let mut aggregates = Vec::with_capacity(pivot.values.len());
    for (at, value) in pivot.values.iter().enumerate() {
        let planned = context.sql_to_expr(pivot.aggregate(&value.expr), &schema)?;
        aggregates.push(planned.alias(format!("{VALUE}{at}")));
    }
    let rows = LogicalPlanBuilder::from(input)
        .aggregate(kept.clone(), aggregates)?
        .build()?;
    let beside: Vec<String> = rows
        .schema()
        .fields()
        .iter()
        .map(|field| field.name().clone())
        .collect();
    let names = pivot.names(&beside);
    let mut shown = kept;
    for (at, name) in names.into_iter().enumerate() {
        let column = format!("{VALUE}{at}");
        let found = match &default_on_null {
            None => ident(&column),
            Some(default) => {
                let column = Expr::Identifier(Ident::with_quote('"', &column));
                context.sql_to_expr(call("NVL", vec![column, default.clone()]), rows.schema())?
            }
        };
        shown.push(found.alias(name));
    }
    LogicalPlanBuilder::from(rows).project(shown)?.build()
}
