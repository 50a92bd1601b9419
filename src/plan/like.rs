//! LIKE ANY, LIKE ALL and the same of ILIKE, written out pattern by pattern; and ESCAPE.
//! <https://docs.snowflake.com/en/sql-reference/functions/like>,
//! <https://docs.snowflake.com/en/sql-reference/functions/like_any>,
//! <https://docs.snowflake.com/en/sql-reference/functions/like_all>
//!
//! DataFusion's escape character is the backslash, always. Patterns with another one are respelled.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
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
            negated,
            any,
            pattern,
            ..
        }
        | Expr::ILike {
            negated,
            any,
            pattern,
            ..
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
            None => return escaped(expr),
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
    let compared = patterns.into_iter().map(|pattern| escaped(single(pattern)));
    let compared = compared
        .collect::<Result<Vec<_>>>()?
        .into_iter()
        .reduce(|all, next| Expr::BinaryOp {
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

/// A comparison whose pattern escapes with the backslash instead of the character that ESCAPE gives.
fn escaped(mut expr: Expr) -> Result<Expr> {
    let (Expr::Like {
        pattern, escape_char, ..
    }
    | Expr::ILike {
        pattern, escape_char, ..
    }) = &mut expr
    else {
        return Ok(expr);
    };
    let Some(given) = escape_char.take() else {
        return Ok(expr);
    };
    let escape = given.value.clone().into_string().unwrap_or_default();
    let mut characters = escape.chars();
    let (Some(escape), None) = (characters.next(), characters.next()) else {
        return Err(Error::compilation(format!(
            "ESCAPE takes one character, not {given}"
        )));
    };
    let Expr::Value(value) = pattern.as_mut() else {
        return match escape {
            '\\' => Ok(expr),
            _ => Err(Error::unsupported("ESCAPE with a pattern that is no constant")),
        };
    };
    if let Value::SingleQuotedString(text) = &mut value.value {
        *text = respelled(text, escape);
    }
    Ok(expr)
}

fn respelled(pattern: &str, escape: char) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            c if c == escape => match characters.next() {
                Some(wildcard @ ('%' | '_')) => out.extend(['\\', wildcard]),
                Some('\\') => out.push_str("\\\\"),
                Some(other) => out.push(other),
                None => out.push(c),
            },
            '\\' => out.push_str("\\\\"),
            c => out.push(c),
        }
    }
    out
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
