//! LIKE ANY, LIKE ALL and the same of ILIKE, written out pattern by pattern.
//! <https://docs.snowflake.com/en/sql-reference/functions/like_any>,
//! <https://docs.snowflake.com/en/sql-reference/functions/like_all>

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator,
};

use crate::error::{Error, Result};
use crate::sql;

/// A comparison with several patterns as comparisons with each; one with a single pattern stays.
///
/// # Errors
/// When the patterns are no list.
pub fn rewrite(expr: Expr) -> Result<Expr> {
    let (negated, any, pattern) = match &expr {
        Expr::Like {
            negated, any, pattern, ..
        }
        | Expr::ILike {
            negated, any, pattern, ..
        } => (*negated, *any, pattern.as_ref()),
        _ => return Ok(expr),
    };
    let (patterns, op) = match (any, pattern) {
        (true, Expr::Tuple(patterns)) => (patterns.clone(), BinaryOperator::Or),
        (true, Expr::Nested(pattern)) => (vec![pattern.as_ref().clone()], BinaryOperator::Or),
        (true, Expr::Subquery(_)) => return Err(Error::unsupported("LIKE ANY with a subquery")),
        (true, other) => (vec![other.clone()], BinaryOperator::Or),
        (false, pattern) => match all(pattern) {
            Some(patterns) => (patterns?, BinaryOperator::And),
            None => return Ok(expr),
        },
    };
    let single = |pattern: Expr| match expr.clone() {
        Expr::Like {
            expr, escape_char, ..
        } => Expr::Like {
            negated: false,
            any: false,
            expr,
            pattern: Box::new(pattern),
            escape_char,
        },
        Expr::ILike {
            expr, escape_char, ..
        } => Expr::ILike {
            negated: false,
            any: false,
            expr,
            pattern: Box::new(pattern),
            escape_char,
        },
        other => other,
    };
    let nested = |expr: Expr| Box::new(Expr::Nested(Box::new(expr)));
    let compared = patterns.into_iter().map(single).reduce(|all, next| Expr::BinaryOp {
        left: nested(all),
        op: op.clone(),
        right: nested(next),
    });
    let compared = compared.ok_or_else(|| Error::compilation("LIKE without patterns"))?;
    Ok(match negated {
        true => Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: nested(compared),
        },
        false => compared,
    })
}

/// The patterns of ALL, which the lexer made the arguments of a function.
fn all(pattern: &Expr) -> Option<Result<Vec<Expr>>> {
    let Expr::Function(function) = pattern else {
        return None;
    };
    if function.name.0.first()?.as_ident()?.value != sql::ALL {
        return None;
    }
    let FunctionArguments::List(list) = &function.args else {
        return Some(Err(Error::unsupported("LIKE ALL with a subquery")));
    };
    let patterns = list.args.iter().map(|argument| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(pattern)) => Ok(pattern.clone()),
        other => Err(Error::unsupported(format!("{other} in LIKE ALL"))),
    });
    Some(patterns.collect())
}
