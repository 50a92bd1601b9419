//! Values as literals of the syntax tree, and literals as values: session variables, bind variables, and what context
//! functions give.

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, ObjectNamePart, UnaryOperator, Value,
    ValueWithSpan,
};

use super::expression::{call, number, text};
use crate::types::SnowType;
use crate::types::context::TypeContext;

/// What a context function gives: a text's length is no matter of its type.
pub fn context_value(value: &ScalarValue) -> Expr {
    match value {
        ScalarValue::Utf8(Some(_)) => call(
            "$CAST",
            vec![constant(value), text(SnowType::VARCHAR.to_string())],
        ),
        other => constant(other),
    }
}

/// A value as an expression of the syntax tree: text, numbers, booleans and NULL as literals, others by a cast.
pub fn constant(value: &ScalarValue) -> Expr {
    match value {
        ScalarValue::Utf8(Some(value)) => text(value.clone()),
        ScalarValue::Boolean(Some(value)) => Expr::Value(Value::Boolean(*value).into()),
        ScalarValue::Decimal128(Some(value), _, scale) => {
            let shown = crate::types::text::decimal_text(*value, (*scale).max(0) as u8);
            match shown.strip_prefix('-') {
                Some(digits) => Expr::UnaryOp {
                    op: UnaryOperator::Minus,
                    expr: Box::new(Expr::Value(Value::Number(digits.to_string(), false).into())),
                },
                None => Expr::Value(Value::Number(shown, false).into()),
            }
        }
        ScalarValue::Int64(Some(value)) if *value >= 0 => number(*value),
        ScalarValue::LargeBinary(Some(value)) => {
            let mut json = String::new();
            crate::variant::to_json(value, &mut json);
            let parsed = call("PARSE_JSON", vec![text(json)]);
            match crate::variant::encoding::is_array(value) {
                true => call("TO_ARRAY", vec![parsed]),
                false => parsed,
            }
        }
        value if value.is_null() => Expr::Value(Value::Null.into()),
        value => {
            let to = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
            let shown = crate::types::cast::cast_scalar(
                value,
                &to,
                &SnowType::VARCHAR,
                crate::types::cast::CastMode::Strict,
                &TypeContext::default(),
            );
            match shown {
                Ok(ScalarValue::Utf8(Some(shown))) => call("$CAST", vec![text(shown), text(to.to_string())]),
                _ => Expr::Value(Value::Null.into()),
            }
        }
    }
}

/// The arguments of a call, if all are literals.
pub fn literal_arguments(function: &Function) -> Option<Vec<ScalarValue>> {
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        FunctionArguments::None => &[],
        FunctionArguments::Subquery(_) => return None,
    };
    list.iter()
        .map(|argument| {
            let FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) = argument else {
                return None;
            };
            let (negative, value) = match argument {
                Expr::Value(value) => (false, value),
                // What another context function gave.
                Expr::Function(cast) => match cast_literal(cast) {
                    Some(value) => (false, value),
                    None => return None,
                },
                Expr::UnaryOp {
                    op: UnaryOperator::Minus,
                    expr,
                } => match expr.as_ref() {
                    Expr::Value(value) => (true, value),
                    _ => return None,
                },
                _ => return None,
            };
            match &value.value {
                Value::SingleQuotedString(text) => Some(ScalarValue::Utf8(Some(text.clone()))),
                Value::Boolean(value) => Some(ScalarValue::Boolean(Some(*value))),
                Value::Number(digits, _) => number_value(digits, negative),
                Value::Null => Some(ScalarValue::Null),
                _ => None,
            }
        })
        .collect()
}

/// A number's literal: one with a point as a decimal.
fn number_value(digits: &str, negative: bool) -> Option<ScalarValue> {
    let Some((whole, fraction)) = digits.split_once('.') else {
        let number: i64 = digits.parse().ok()?;
        return Some(ScalarValue::Int64(Some(if negative { -number } else { number })));
    };
    let scale = i8::try_from(fraction.len()).ok().filter(|scale| *scale <= 37)?;
    let number: i128 = format!("{whole}{fraction}").parse().ok()?;
    let number = if negative { -number } else { number };
    Some(ScalarValue::Decimal128(Some(number), 38, scale))
}

/// The name of the function that is called, if it has one part.
pub fn called(function: &Function) -> Option<&str> {
    match function.name.0.as_slice() {
        [ObjectNamePart::Identifier(name)] => Some(&name.value),
        _ => None,
    }
}

/// The literal that a call of [`context_value`]'s casts.
fn cast_literal(call: &Function) -> Option<&ValueWithSpan> {
    let FunctionArguments::List(list) = &call.args else {
        return None;
    };
    match list.args.first()? {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(value))) if called(call) == Some("$CAST") => {
            Some(value)
        }
        _ => None,
    }
}
