//! `PERCENTILE_CONT(p) WITHIN GROUP (ORDER BY x)` and PERCENTILE_DISC, whose order is their argument.
//! <https://docs.snowflake.com/en/sql-reference/functions/percentile_cont>

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, OrderByExpr, Value,
};

use crate::error::{Error, Result};

/// Writes the order of a percentile as arguments: the value first, and last whether the order is descending.
///
/// # Errors
/// When it is not ordered by exactly one expression.
pub fn as_arguments(function: &mut Function) -> Result<()> {
    let name = function.name.to_string();
    if !matches!(name.as_str(), "PERCENTILE_CONT" | "PERCENTILE_DISC") {
        return Ok(());
    }
    let mut orders = std::mem::take(&mut function.within_group).into_iter();
    let (Some(OrderByExpr { expr, options, .. }), None) = (orders.next(), orders.next()) else {
        return Err(Error::compilation(format!(
            "{name} needs WITHIN GROUP (ORDER BY …) with one expression"
        )));
    };
    let FunctionArguments::List(list) = &mut function.args else {
        return Err(Error::not_enough_arguments(&name, 1, 0));
    };
    match list.args.len() {
        0 => return Err(Error::not_enough_arguments(format!("{name}()"), 1, 0)),
        1 => {}
        given => return Err(Error::too_many_arguments(format!("{name}({list})"), 1, given)),
    }
    let descending = Expr::Value(Value::Boolean(options.asc == Some(false)).into());
    list.args.insert(0, unnamed(expr));
    list.args.push(unnamed(descending));
    Ok(())
}

fn unnamed(expr: Expr) -> FunctionArg {
    FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
}
