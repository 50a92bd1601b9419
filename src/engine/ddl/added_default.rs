//! The default of a column that ALTER TABLE adds, which must be a plain literal of the column's own kind: stricter than
//! what CREATE TABLE takes. <https://docs.snowflake.com/en/sql-reference/sql/alter-table#usage-notes>

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{CastKind, Expr, UnaryOperator, Value, VisitMut, VisitorMut};

use super::common::fault;
use crate::error::{Error, Result};
use crate::types::SnowType;

/// Checks the default of a column that is added. Neither the length of a text nor the digits of a number are looked at.
///
/// # Errors
/// For anything but a literal, and for a literal of another kind than the column's.
pub fn check(default: &Expr, name: &str, data_type: &SnowType) -> Result<()> {
    let Some(literal) = literal(default) else {
        let message = format!("Invalid column default expression [{}]", shown(default));
        return Err(fault(2_262, "22000", message));
    };
    let Some(literal) = literal.data_type() else {
        return Ok(());
    };
    use SnowType as S;
    match (data_type, &literal) {
        (S::Binary { .. }, _) => {
            // On one line, other than its kin.
            let message = "SQL compilation error: Default values are not allowed on 'BINARY' columns.";
            Err(Error::new(2_268, "42601", message))
        }
        (S::Number { .. } | S::Float, S::Number { .. })
        | (S::Varchar { .. } | S::Variant, S::Varchar { .. })
        | (S::Boolean, S::Boolean)
        | (S::Object | S::Array, _) => Ok(()),
        (S::Variant, _) => {
            let message = format!("Default value data type does not match data type for column {name}");
            Err(fault(2_023, "22000", message))
        }
        _ => {
            let message = format!(
                "Expression type does not match column data type, expecting {data_type} but got {literal} for column \
                 {name}"
            );
            Err(fault(2_023, "22000", message))
        }
    }
}

/// What a literal is.
enum Literal {
    Null,
    Of(SnowType),
}

impl Literal {
    fn data_type(self) -> Option<SnowType> {
        match self {
            Self::Null => None,
            Self::Of(data_type) => Some(data_type),
        }
    }
}

fn literal(expr: &Expr) -> Option<Literal> {
    match expr {
        Expr::Nested(inner) => literal(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Minus | UnaryOperator::Plus,
            expr,
        } => match literal(expr)? {
            number @ Literal::Of(SnowType::Number { .. }) => Some(number),
            _ => None,
        },
        Expr::Value(value) => Some(match &value.value {
            Value::Null => Literal::Null,
            Value::Boolean(_) => Literal::Of(SnowType::Boolean),
            Value::SingleQuotedString(text) => Literal::Of(SnowType::Varchar {
                length: length(text.chars().count()),
            }),
            Value::DollarQuotedString(text) => Literal::Of(SnowType::Varchar {
                length: length(text.value.chars().count()),
            }),
            Value::HexStringLiteral(digits) => Literal::Of(SnowType::Binary {
                length: length(digits.len() / 2),
            }),
            Value::Number(digits, _) => Literal::Of(number(digits)),
            _ => return None,
        }),
        _ => None,
    }
}

fn length(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX).max(1)
}

/// The type of a number's literal: exactly its digits, or FLOAT where it has an exponent.
fn number(digits: &str) -> SnowType {
    if digits.contains(['e', 'E']) {
        return SnowType::Float;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0').len().max(1);
    let fraction = fraction.trim_end_matches('0').len();
    let fit = |count: usize| u8::try_from(count).unwrap_or(38).min(38);
    SnowType::Number {
        precision: fit(whole + fraction),
        scale: fit(fraction),
    }
}

/// An expression's text, casts in the form of CAST.
fn shown(expr: &Expr) -> String {
    struct Casts;
    impl VisitorMut for Casts {
        type Break = ();
        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            if let Expr::Cast { kind, .. } = expr
                && *kind == CastKind::DoubleColon
            {
                *kind = CastKind::Cast;
            }
            ControlFlow::Continue(())
        }
    }
    let mut expr = expr.clone();
    let _ = expr.visit(&mut Casts);
    expr.to_string()
}
