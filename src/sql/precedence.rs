//! What binds how tightly: sqlparser takes everything up to the end of the expression for the right side of
//! IS DISTINCT FROM, AND and OR included. Here it ends where IS ends, as in every other place.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, VisitorMut};

/// Puts trees right, from the leaves to the root.
pub(super) struct Precedence;

impl VisitorMut for Precedence {
    type Break = ();

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        raise(expr);
        ControlFlow::Continue(())
    }
}

/// How tightly a connective binds; what stands in parentheses is none.
fn connective(expr: &Expr) -> Option<u8> {
    match expr {
        Expr::BinaryOp {
            op: BinaryOperator::Or,
            ..
        } => Some(1),
        Expr::BinaryOp {
            op: BinaryOperator::And,
            ..
        } => Some(2),
        _ => None,
    }
}

/// The last operand of what a connective cannot stand in, with how tightly that binds.
fn last_operand(expr: &mut Expr) -> Option<(u8, &mut Box<Expr>)> {
    let own = connective(expr);
    match expr {
        Expr::IsDistinctFrom(_, right) | Expr::IsNotDistinctFrom(_, right) => Some((4, right)),
        Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: right,
        } => Some((3, right)),
        Expr::BinaryOp { right, .. } => own.map(|own| (own, right)),
        _ => None,
    }
}

/// Moves a connective that was read into the last operand of `expr` above it.
fn raise(expr: &mut Expr) {
    let Some((own, operand)) = last_operand(expr) else {
        return;
    };
    if connective(operand).is_none_or(|inner| inner >= own) {
        return;
    }
    let placeholder = || {
        Box::new(Expr::Wildcard(
            datafusion::sql::sqlparser::ast::helpers::attached_token::AttachedToken::empty(),
        ))
    };
    let inner = std::mem::replace(operand, placeholder());
    let Expr::BinaryOp { left, op, right } = *inner else {
        *operand = inner;
        return;
    };
    *operand = left;
    let mut left = std::mem::replace(expr, *placeholder());
    raise(&mut left);
    *expr = Expr::BinaryOp {
        left: Box::new(left),
        op,
        right,
    };
}

#[cfg(test)]
mod tests {
    use crate::sql::parse_expr;

    fn read(text: &str) -> String {
        parse_expr(text).unwrap().to_string()
    }

    #[test]
    fn is_distinct_from_ends_before_and_and_or() {
        for (text, same) in [
            ("a IS DISTINCT FROM b OR c", "(a IS DISTINCT FROM b) OR c"),
            (
                "a IS DISTINCT FROM b AND c OR d",
                "((a IS DISTINCT FROM b) AND c) OR d",
            ),
            (
                "x AND a IS NOT DISTINCT FROM b OR c",
                "(x AND (a IS NOT DISTINCT FROM b)) OR c",
            ),
            (
                "NOT a IS DISTINCT FROM b OR c AND d",
                "(NOT (a IS DISTINCT FROM b)) OR (c AND d)",
            ),
            (
                "a IS DISTINCT FROM b OR c IS DISTINCT FROM d OR e",
                "(a IS DISTINCT FROM b) OR ((c IS DISTINCT FROM d) OR e)",
            ),
        ] {
            let bare = |text: &str| text.replace(['(', ')'], "");
            assert_eq!(read(text), bare(&read(same)), "{text}");
            assert_eq!(shape(text), shape(same), "{text}");
        }
        assert_eq!(read("a IS DISTINCT FROM (b OR c)"), "A IS DISTINCT FROM (B OR C)");
    }

    /// Every connective with its operands, without the parentheses that were written.
    fn shape(text: &str) -> String {
        use datafusion::sql::sqlparser::ast::Expr;
        fn write(expr: &Expr) -> String {
            match expr {
                Expr::Nested(inner) => write(inner),
                Expr::BinaryOp { left, op, right } => format!("[{} {op} {}]", write(left), write(right)),
                Expr::UnaryOp { op, expr } => format!("[{op} {}]", write(expr)),
                Expr::IsDistinctFrom(a, b) => format!("[{} != {}]", write(a), write(b)),
                Expr::IsNotDistinctFrom(a, b) => format!("[{} == {}]", write(a), write(b)),
                other => other.to_string(),
            }
        }
        write(&parse_expr(text).unwrap())
    }
}
