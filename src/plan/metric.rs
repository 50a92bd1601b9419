//! System data metric functions, called as `SNOWFLAKE.CORE.NULL_COUNT(SELECT A FROM T)`: an aggregate over the one column
//! of a query. <https://docs.snowflake.com/en/sql-reference/functions-data-metric>
//!
//! A metric is an entry: its name, and the expression over the column `C`.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Query, SelectItem, SetExpr, TableFactor,
    VisitMut, VisitorMut,
};

use super::select::column_name;
use crate::error::{Error, Result};

/// The schema of the metrics.
const SCHEMA: &str = "SNOWFLAKE.CORE.";

/// The metrics. Percentages are of all rows, those with NULL among them.
const METRICS: &[(&str, &str)] = &[
    ("APPROX_QUANTILE_25", "APPROX_PERCENTILE(C, 0.25)"),
    ("APPROX_QUANTILE_50", "APPROX_PERCENTILE(C, 0.5)"),
    ("APPROX_QUANTILE_99", "APPROX_PERCENTILE(C, 0.99)"),
    ("AVG", "AVG(C)"),
    ("BLANK_COUNT", "COUNT_IF(TRIM(C) = '')"),
    ("BLANK_PERCENT", "DIV0(100 * COUNT_IF(TRIM(C) = ''), COUNT(*))"),
    (
        "CASE_FORMAT_VIOLATION_COUNT",
        "COUNT_IF(C NOT IN (UPPER(C), LOWER(C), INITCAP(C)))",
    ),
    (
        "CASE_FORMAT_VIOLATION_PERCENT",
        "DIV0(100::FLOAT * COUNT_IF(C NOT IN (UPPER(C), LOWER(C), INITCAP(C))), COUNT(*))",
    ),
    ("FUTURE_TIMESTAMP_COUNT", "COUNT_IF(C > CURRENT_TIMESTAMP())"),
    (
        "FUTURE_TIMESTAMP_PERCENT",
        "DIV0(100::FLOAT * COUNT_IF(C > CURRENT_TIMESTAMP()), COUNT(*))",
    ),
    ("INVALID_JSON_COUNT", "COUNT_IF(CHECK_JSON(C) IS NOT NULL)"),
    (
        "INVALID_JSON_PERCENT",
        "DIV0(100::FLOAT * COUNT_IF(CHECK_JSON(C) IS NOT NULL), COUNT(*))",
    ),
    (
        "INVALID_NUMERIC_TYPE_CAST_COUNT",
        "COUNT_IF(C IS NOT NULL AND TRY_TO_DOUBLE(C) IS NULL)",
    ),
    (
        "INVALID_NUMERIC_TYPE_CAST_PERCENT",
        "DIV0(100::FLOAT * COUNT_IF(C IS NOT NULL AND TRY_TO_DOUBLE(C) IS NULL), COUNT(*))",
    ),
    ("MAX", "MAX(C)"),
    ("MEDIAN", "MEDIAN(C)"),
    ("MIN", "MIN(C)"),
    ("NEGATIVE_COUNT", "COUNT_IF(C < 0)"),
    ("NEGATIVE_PERCENT", "DIV0(100::FLOAT * COUNT_IF(C < 0), COUNT(*))"),
    ("NULL_COUNT", "COUNT_IF(C IS NULL)"),
    ("NULL_PERCENT", "DIV0(100 * COUNT_IF(C IS NULL), COUNT(*))"),
    (
        "SPECIAL_CHARACTER_COUNT",
        "COUNT_IF(REGEXP_COUNT(C, '[^A-Za-z0-9]') > 0)",
    ),
    (
        "SPECIAL_CHARACTER_PERCENT",
        "DIV0(100::FLOAT * COUNT_IF(REGEXP_COUNT(C, '[^A-Za-z0-9]') > 0), COUNT(*))",
    ),
    ("STDDEV", "STDDEV(C)"),
    ("STRING_LENGTH_AVG", "AVG(LENGTH(C))::FLOAT"),
    ("STRING_LENGTH_MAX", "MAX(LENGTH(C))"),
    ("STRING_LENGTH_MIN", "MIN(LENGTH(C))"),
    ("UNIQUE_COUNT", "COUNT(DISTINCT C)"),
    (
        "UNTRIMMED_STRING_COUNT",
        "COUNT_IF(REGEXP_COUNT(C, '^[[:space:]]|[[:space:]]$') > 0)",
    ),
    (
        "UNTRIMMED_STRING_PERCENT",
        "DIV0(100::FLOAT * COUNT_IF(REGEXP_COUNT(C, '^[[:space:]]|[[:space:]]$') > 0), COUNT(*))",
    ),
    ("VARIANCE", "VARIANCE(C)"),
    ("ZERO_COUNT", "COUNT_IF(C = 0)"),
    ("ZERO_PERCENT", "DIV0(100::FLOAT * COUNT_IF(C = 0), COUNT(*))"),
];

/// Puts the queries of metrics in the place of their calls.
///
/// # Errors
/// For a metric of something else than a query.
pub fn expand<N: VisitMut>(node: &mut N) -> Result<()> {
    match node.visit(&mut Metrics) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// The expression of the metric that a call names.
fn metric(expr: &Expr) -> Option<&'static str> {
    let Expr::Function(function) = expr else {
        return None;
    };
    // Few calls have a schema.
    if function.name.0.len() < 3 {
        return None;
    }
    let parts: Option<Vec<&str>> = function
        .name
        .0
        .iter()
        .map(|part| Some(part.as_ident()?.value.as_str()))
        .collect();
    let name = parts?.join(".");
    let name = name.strip_prefix(SCHEMA)?;
    METRICS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, expression)| *expression)
}

struct Metrics;

impl VisitorMut for Metrics {
    type Break = Error;

    /// A column keeps the name that the call gives it.
    fn pre_visit_query(&mut self, query: &mut Query) -> ControlFlow<Error> {
        let SetExpr::Select(select) = query.body.as_mut() else {
            return ControlFlow::Continue(());
        };
        for item in &mut select.projection {
            if let SelectItem::UnnamedExpr(expr) = item
                && metric(expr).is_some()
            {
                *item = SelectItem::ExprWithAlias {
                    alias: Ident::with_quote('"', column_name(expr)),
                    expr: expr.clone(),
                };
            }
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        let Some(measured) = metric(expr) else {
            return ControlFlow::Continue(());
        };
        match query_of(expr, measured) {
            Ok(query) => {
                *expr = Expr::Subquery(Box::new(query));
                ControlFlow::Continue(())
            }
            Err(error) => ControlFlow::Break(error),
        }
    }
}

fn query_of(call: &mut Expr, measured: &str) -> Result<Query> {
    let Expr::Function(function) = call else {
        return Err(Error::internal("a metric that is no call"));
    };
    let given = match std::mem::replace(&mut function.args, FunctionArguments::None) {
        FunctionArguments::Subquery(query) => query,
        FunctionArguments::List(mut list) if list.args.len() == 1 => match list.args.pop() {
            Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Subquery(query)))) => query,
            _ => return Err(Error::argument_types(&function.name, "a query is wanted")),
        },
        _ => return Err(Error::argument_types(&function.name, "a query is wanted")),
    };
    let text = format!("SELECT {measured} AS M FROM (SELECT 1) AS D(C)");
    let mut query = crate::sql::parse_query(&text)?;
    if let SetExpr::Select(select) = query.body.as_mut()
        && let Some(table) = select.from.first_mut()
        && let TableFactor::Derived { subquery, .. } = &mut table.relation
    {
        *subquery = given;
    }
    Ok(*query)
}
