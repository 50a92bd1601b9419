//! LIKE and ILIKE, with one pattern or with several: LIKE ANY, LIKE ALL, ILIKE ANY.
//! <https://docs.snowflake.com/en/sql-reference/functions/like>,
//! <https://docs.snowflake.com/en/sql-reference/functions/like_any>,
//! <https://docs.snowflake.com/en/sql-reference/functions/like_all>

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator, Value,
    ValueWithSpan,
};

use super::expression::call;
use crate::error::{Error, Result};
use crate::sql;

/// LIKE or ILIKE with one pattern or several, as written.
struct Comparison {
    /// Before NOT.
    negated: bool,
    ignore_case: bool,
    /// Whether one match of several is enough.
    any: bool,
    subject: Expr,
    pattern: Expr,
    /// Behind ESCAPE.
    escape: Option<ValueWithSpan>,
}

/// LIKE and ILIKE by Snowflake's rules; any other expression as it is.
///
/// # Errors
/// A refusal of a subquery with patterns.
pub fn rewrite(expr: Expr) -> Result<Expr> {
    let ignore_case = matches!(expr, Expr::ILike { .. });
    let (Expr::Like {
        negated,
        any,
        expr: subject,
        pattern,
        escape_char: escape,
    }
    | Expr::ILike {
        negated,
        any,
        expr: subject,
        pattern,
        escape_char: escape,
    }) = expr
    else {
        return Ok(expr);
    };
    let all = all_patterns(&pattern);
    let is_single = !any && all.is_none();
    let comparison = Comparison {
        negated,
        ignore_case,
        any,
        subject: *subject,
        pattern: all.map_or(*pattern, Expr::Tuple),
        escape,
    };
    match is_single {
        true => Ok(comparison.negate(comparison.with(&comparison.pattern))),
        false => comparison.with_several(),
    }
}

/// The patterns of `LIKE ALL (…)`, which the lexer made the arguments of a function.
fn all_patterns(pattern: &Expr) -> Option<Vec<Expr>> {
    let Expr::Function(function) = pattern else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if function.name.0.first()?.as_ident()?.value != sql::ALL {
        return None;
    }
    let pattern = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().map(pattern).collect()
}

impl Comparison {
    /// The comparison with one of the patterns. DataFusion takes a backslash for an escape character where Snowflake has
    /// none, and knows no other.
    fn with(&self, pattern: &Expr) -> Expr {
        let (expr, pattern) = (self.subject.clone(), pattern.clone());
        let is_plain = self.escape.is_none() && text_of(&pattern).is_some_and(|text| !text.contains('\\'));
        if !is_plain {
            let mut arguments = vec![expr, pattern];
            arguments.extend(self.escape.clone().map(Expr::Value));
            return call(if self.ignore_case { "ILIKE" } else { "LIKE" }, arguments);
        }
        let (expr, pattern) = (Box::new(expr), Box::new(pattern));
        match self.ignore_case {
            true => Expr::ILike {
                negated: false,
                any: false,
                expr,
                pattern,
                escape_char: None,
            },
            false => Expr::Like {
                negated: false,
                any: false,
                expr,
                pattern,
                escape_char: None,
            },
        }
    }

    fn negate(&self, expr: Expr) -> Expr {
        match self.negated {
            true => Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: Box::new(Expr::Nested(Box::new(expr))),
            },
            false => expr,
        }
    }

    /// Comparisons joined by OR or AND; NULL when any operand is.
    fn with_several(self) -> Result<Expr> {
        let patterns = match &self.pattern {
            Expr::Tuple(patterns) => patterns.clone(),
            Expr::Nested(pattern) => vec![pattern.as_ref().clone()],
            Expr::Subquery(_) => return Err(Error::unsupported("LIKE ANY and LIKE ALL of a subquery")),
            single => vec![single.clone()],
        };
        let op = if self.any {
            BinaryOperator::Or
        } else {
            BinaryOperator::And
        };
        let joined = self.negate(joined(op, patterns.iter().map(|pattern| self.with(pattern)))?);
        // A pattern that may be NULL makes the whole NULL, whatever the others are.
        let unsure = patterns.into_iter().filter(|pattern| text_of(pattern).is_none());
        let unsure: Vec<Expr> = unsure.map(|pattern| Expr::IsNull(Box::new(pattern))).collect();
        if unsure.is_empty() {
            return Ok(Expr::Nested(Box::new(joined)));
        }
        Ok(Expr::Case {
            case_token: AttachedToken::empty(),
            end_token: AttachedToken::empty(),
            operand: None,
            conditions: vec![CaseWhen {
                condition: self::joined(BinaryOperator::Or, unsure.into_iter())?,
                result: Expr::Value(Value::Null.into()),
            }],
            else_result: Some(Box::new(joined)),
        })
    }
}

fn text_of(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

fn joined(op: BinaryOperator, mut conditions: impl Iterator<Item = Expr>) -> Result<Expr> {
    let first = conditions
        .next()
        .ok_or_else(|| Error::syntax(1, 0, "LIKE without a pattern"))?;
    Ok(conditions.fold(first, |left, right| Expr::BinaryOp {
        left: Box::new(left),
        op: op.clone(),
        right: Box::new(right),
    }))
}
