//! MAX_BY and MIN_BY of several values: `MAX_BY(x, y, 3)` as the first three of the values in the order of y.
//! <https://docs.snowflake.com/en/sql-reference/functions/max_by>

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentClause,
    FunctionArguments, OrderByExpr, OrderByOptions, Value,
};

use super::expression::{call, number};
use crate::error::{Error, Result};

/// The most values that a call gives.
const MOST: i64 = 1000;

/// What a call with a number of values is to be replaced by; `None` for any other.
///
/// # Errors
/// When the number is no constant from 1 to 1000, and for a window.
pub fn rewrite(function: &Function) -> Result<Option<Expr>> {
    let name = function.name.to_string();
    let FunctionArguments::List(list) = &function.args else {
        return Ok(None);
    };
    let arguments: Vec<&Expr> = list.args.iter().filter_map(plain).collect();
    let ([value, key, count], "MAX_BY" | "MIN_BY") = (arguments.as_slice(), name.as_str()) else {
        return Ok(None);
    };
    if function.over.is_some() {
        return Err(Error::unsupported(format!(
            "{name} of several values as a window function"
        )));
    }
    let count = match count {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok().filter(|count| (1..=MOST).contains(count)),
            _ => None,
        },
        _ => None,
    };
    let Some(count) = count else {
        return Err(Error::compilation(format!(
            "the number of values that {name} gives must be a constant from 1 to {MOST}"
        )));
    };
    let known = Expr::IsNotNull(Box::new((*key).clone()));
    let order = OrderByExpr {
        expr: (*key).clone(),
        options: OrderByOptions {
            asc: Some(name == "MIN_BY"),
            nulls_first: Some(false),
        },
        with_fill: None,
    };
    let mut all = call("ARRAY_AGG", vec![either(known, (*value).clone())]);
    if let Expr::Function(Function {
        args: FunctionArguments::List(list),
        ..
    }) = &mut all
    {
        list.clauses.push(FunctionArgumentClause::OrderBy(vec![order]));
    }
    let any = Expr::BinaryOp {
        left: Box::new(call("COUNT", vec![(*key).clone()])),
        op: BinaryOperator::Gt,
        right: Box::new(number(0)),
    };
    let first = call("ARRAY_SLICE", vec![all, number(0), number(count)]);
    Ok(Some(either(any, first)))
}

fn plain(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr),
        _ => None,
    }
}

/// The result where a condition holds, else NULL.
fn either(condition: Expr, result: Expr) -> Expr {
    Expr::Case {
        case_token: AttachedToken::empty(),
        end_token: AttachedToken::empty(),
        operand: None,
        conditions: vec![CaseWhen { condition, result }],
        else_result: None,
    }
}
