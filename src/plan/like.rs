//! LIKE ANY, LIKE ALL and ILIKE ANY: a text against several patterns.
//! <https://docs.snowflake.com/en/sql-reference/functions/like_any>,
//! <https://docs.snowflake.com/en/sql-reference/functions/like_all>

use datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken;
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CaseWhen, Expr, FunctionArg, FunctionArgExpr, FunctionArguments, UnaryOperator,
    Value, ValueWithSpan,
};

use super::expression::call;
use crate::error::{Error, Result};

/// One comparison against several patterns, as written.
pub struct Several {
    /// Before NOT.
    pub negated: bool,
    /// LIKE or ILIKE.
    pub ignore_case: bool,
    /// Whether one match is enough.
    pub any: bool,
    /// The text.
    pub subject: Expr,
    /// In parentheses.
    pub patterns: Expr,
    /// Behind ESCAPE.
    pub escape: Option<ValueWithSpan>,
}

/// The patterns of `LIKE ALL (…)`, which parses as a call.
pub fn all_patterns(pattern: &Expr) -> Option<Vec<Expr>> {
    let Expr::Function(function) = pattern else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if !function.name.to_string().eq_ignore_ascii_case("ALL") {
        return None;
    }
    let pattern = |argument: &FunctionArg| match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Some(expr.clone()),
        _ => None,
    };
    list.args.iter().map(pattern).collect()
}

/// A comparison with ESCAPE as a call of the function: DataFusion's own knows the backslash alone.
pub fn escaped(ignore_case: bool, subject: Expr, pattern: Expr, escape: Option<ValueWithSpan>) -> Expr {
    let name = if ignore_case { "ILIKE" } else { "LIKE" };
    let mut arguments = vec![subject, pattern];
    arguments.extend(escape.map(Expr::Value));
    call(name, arguments)
}

impl Several {
    /// Comparisons joined by OR or AND; NULL when any operand is.
    ///
    /// # Errors
    /// A refusal of a subquery with patterns.
    pub fn rewrite(self) -> Result<Expr> {
        let patterns = match self.patterns {
            Expr::Tuple(patterns) => patterns,
            Expr::Nested(pattern) => vec![*pattern],
            Expr::Subquery(_) => return Err(Error::unsupported("LIKE ANY and LIKE ALL of a subquery")),
            single => vec![single],
        };
        let like = |pattern: &Expr| {
            if self.escape.is_some() {
                let (subject, escape) = (self.subject.clone(), self.escape.clone());
                return escaped(self.ignore_case, subject, pattern.clone(), escape);
            }
            let (expr, pattern) = (Box::new(self.subject.clone()), Box::new(pattern.clone()));
            let escape_char = None;
            match self.ignore_case {
                true => Expr::ILike {
                    negated: false,
                    any: false,
                    expr,
                    pattern,
                    escape_char,
                },
                false => Expr::Like {
                    negated: false,
                    any: false,
                    expr,
                    pattern,
                    escape_char,
                },
            }
        };
        let op = if self.any { BinaryOperator::Or } else { BinaryOperator::And };
        let joined = joined(op, patterns.iter().map(like))?;
        let joined = match self.negated {
            true => Expr::UnaryOp {
                op: UnaryOperator::Not,
                expr: Box::new(Expr::Nested(Box::new(joined))),
            },
            false => joined,
        };
        // A pattern that may be NULL makes the whole NULL, whatever the others are.
        let unsure = patterns.into_iter().filter(|pattern| !is_text(pattern));
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

fn is_text(expr: &Expr) -> bool {
    matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)))
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
