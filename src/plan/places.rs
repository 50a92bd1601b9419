//! Aggregates and window functions where a SELECT does not take them.
//! <https://docs.snowflake.com/en/sql-reference/constructs/where>,
//! <https://docs.snowflake.com/en/sql-reference/constructs/qualify>

use datafusion::sql::sqlparser::ast::{Expr, GroupByExpr, Select, SelectItem, Visit, WindowType};

use super::joins::constraint_of;
use crate::error::{Error, Result};
use crate::functions;
use crate::sql::find_outside_queries;

/// Checks the clauses of a SELECT, whose aliases have been put in already.
///
/// # Errors
/// For an aggregate in WHERE, ON or GROUP BY, a window function outside of SELECT, QUALIFY and ORDER BY, an aggregate of an
/// aggregate, and QUALIFY without a window function.
pub fn check(select: &Select) -> Result<()> {
    let conditions = select.from.iter().flat_map(|table| &table.joins);
    let conditions = conditions.filter_map(|join| constraint_of(&join.join_operator));
    for condition in select.selection.iter().chain(conditions) {
        if let Some(call) = find_outside_queries(condition, is_aggregate) {
            return Err(Error::compilation(format!(
                "Invalid aggregate function in where clause [{call}]"
            )));
        }
        no_window(condition)?;
    }
    if let GroupByExpr::Expressions(expressions, _) = &select.group_by {
        for expr in expressions {
            no_window(expr)?;
            if let Some(call) = find_outside_queries(expr, is_aggregate) {
                return Err(Error::not_groupable(call));
            }
        }
    }
    if let Some(having) = &select.having {
        no_window(having)?;
    }
    let items = select.projection.iter().filter_map(|item| match item {
        SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => Some(expr),
        _ => None,
    });
    let shown: Vec<&Expr> = items.chain(&select.qualify).collect();
    for expr in shown.iter().copied().chain(&select.having) {
        nested(expr)?;
    }
    if select.qualify.is_some() && !shown.iter().any(|expr| window(*expr).is_some()) {
        return Err(Error::compilation(
            "QUALIFY requires at least one window function in the SELECT list or the QUALIFY clause",
        ));
    }
    Ok(())
}

fn is_aggregate(expr: &Expr) -> bool {
    let Expr::Function(function) = expr else {
        return false;
    };
    function.over.is_none()
        && functions::registry()
            .aggregate(&function.name.to_string())
            .is_some()
}

fn window(tree: &impl Visit) -> Option<Expr> {
    find_outside_queries(
        tree,
        |expr| matches!(expr, Expr::Function(function) if function.over.is_some()),
    )
}

fn no_window(expr: &Expr) -> Result<()> {
    match window(expr) {
        Some(call) => Err(Error::compilation(format!(
            "Window function [{call}] appears outside of SELECT, QUALIFY, and ORDER BY clauses."
        ))),
        None => Ok(()),
    }
}

/// An aggregate within an aggregate; of a window's arguments they may be part.
fn nested(expr: &Expr) -> Result<()> {
    let mut fault = None;
    find_outside_queries(expr, |part| {
        if let Expr::Function(outer) = part
            && is_aggregate(part)
        {
            let inner = find_outside_queries(&outer.args, is_aggregate)
                .or_else(|| find_outside_queries(&outer.within_group, is_aggregate));
            if let Some(inner) = inner {
                fault = Some(Error::compilation(format!(
                    "Aggregate functions cannot be nested: [{inner}] nested in [{part}]"
                )));
            } else if let Some(inner) = window(&outer.args) {
                fault = Some(Error::compilation(format!(
                    "Window function [{inner}] may not be nested inside an aggregate function [{part}]"
                )));
            }
        }
        if let Expr::Function(outer) = part
            && let Some(WindowType::WindowSpec(_)) = &outer.over
            && let Some(inner) = window(&outer.args)
        {
            fault = Some(Error::unsupported(format!(
                "window function {inner} inside the window function {part}"
            )));
        }
        fault.is_some()
    });
    fault.map_or(Ok(()), Err)
}
