//! Conditions that are no BOOLEAN as they are written: `WHERE 1`, `NOT AMOUNT`. A number other than zero is TRUE, and text is
//! read as a truth value. <https://docs.snowflake.com/en/sql-reference/data-types-logical#implicit-conversion>
//!
//! DataFusion wants a BOOLEAN before types are known here. What could be something else is cast; the cast of a BOOLEAN goes
//! away again.

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, DataType, Expr, Select, UnaryOperator, Value,
};

use super::constants::called;
use super::expression::{call, text};
use super::joins::constraint;

/// Has every condition of a SELECT be a BOOLEAN.
pub fn convert(select: &mut Select) {
    let clauses = [&mut select.selection, &mut select.having, &mut select.qualify];
    clauses.into_iter().flatten().for_each(condition);
    for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
        if let Some(on) = constraint(&mut join.join_operator) {
            condition(on);
        }
    }
}

fn condition(expr: &mut Expr) {
    match expr {
        Expr::Nested(inner)
        | Expr::UnaryOp {
            op: UnaryOperator::Not,
            expr: inner,
        } => condition(inner),
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And | BinaryOperator::Or,
            right,
        } => {
            condition(left);
            condition(right);
        }
        expr if may_be_other(expr) => {
            let inner = std::mem::replace(expr, Expr::value(Value::Null));
            *expr = Expr::Cast {
                kind: CastKind::DoubleColon,
                expr: Box::new(inner),
                data_type: DataType::Boolean,
                array: false,
                format: None,
            };
        }
        _ => {}
    }
}

/// The operand of a NOT, its own parts rewritten already.
pub fn as_boolean(expr: Expr) -> Expr {
    let is_path = matches!(&expr, Expr::Function(function) if called(function) == Some("GET_PATH"));
    match is_path || may_be_other(&expr) {
        true => call("$CAST", vec![expr, text("BOOLEAN")]),
        false => expr,
    }
}

/// Whether an expression may have another type than BOOLEAN.
fn may_be_other(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(value.value, Value::Number(..) | Value::SingleQuotedString(_)),
        Expr::BinaryOp { op, .. } => matches!(
            op,
            BinaryOperator::Plus
                | BinaryOperator::Minus
                | BinaryOperator::Multiply
                | BinaryOperator::Divide
                | BinaryOperator::Modulo
        ),
        Expr::Cast { data_type, .. } => *data_type != DataType::Boolean,
        Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::JsonAccess { .. } | Expr::Case { .. } => {
            true
        }
        _ => false,
    }
}
