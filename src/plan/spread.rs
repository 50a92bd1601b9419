//! The spread operator: `x IN (** [1, 2], 3)`, `GREATEST(** ?)`.
//! <https://docs.snowflake.com/en/sql-reference/operators-expansion>

use std::ops::ControlFlow;

use datafusion::common::ScalarValue;
use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Value as Literal, Visit, Visitor,
};

use super::environment::{Bound, Environment};
use crate::error::{Error, Result};
use crate::sql;
use crate::variant::{self, Value};

/// Puts the elements of arrays in the place of `** array` among the arguments of a call and the members of a list.
///
/// # Errors
/// When what is spread is no array of constants.
pub fn expand(expr: &mut Expr, environment: &dyn Environment) -> Result<()> {
    match expr {
        Expr::InList { list, .. } if list.iter().any(|member| spread(member).is_some()) => {
            let mut expanded = Vec::with_capacity(list.len());
            for member in std::mem::take(list) {
                match spread(&member) {
                    Some(array) => expanded.extend(elements(array, environment)?),
                    None => expanded.push(member),
                }
            }
            *list = expanded;
        }
        Expr::Function(function) => {
            let FunctionArguments::List(list) = &mut function.args else {
                return Ok(());
            };
            if !list
                .args
                .iter()
                .any(|argument| spread_argument(argument).is_some())
            {
                return Ok(());
            }
            let mut expanded = Vec::with_capacity(list.args.len());
            for argument in std::mem::take(&mut list.args) {
                match spread_argument(&argument) {
                    Some(array) => {
                        let elements = elements(array, environment)?.into_iter();
                        expanded.extend(elements.map(|own| FunctionArg::Unnamed(FunctionArgExpr::Expr(own))));
                    }
                    None => expanded.push(argument),
                }
            }
            list.args = expanded;
        }
        _ => {}
    }
    Ok(())
}

/// The array that is spread.
fn spread(expr: &Expr) -> Option<&Expr> {
    let Expr::Function(function) = expr else {
        return None;
    };
    if function.name.0.first()?.as_ident()?.value != sql::SPREAD {
        return None;
    }
    match &function.args {
        FunctionArguments::List(list) => match list.args.as_slice() {
            [FunctionArg::Unnamed(FunctionArgExpr::Expr(array))] => Some(array),
            _ => None,
        },
        _ => None,
    }
}

fn spread_argument(argument: &FunctionArg) -> Option<&Expr> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => spread(expr),
        _ => None,
    }
}

fn elements(array: &Expr, environment: &dyn Environment) -> Result<Vec<Expr>> {
    match array {
        Expr::Array(array) if array.elem.iter().all(is_constant) => Ok(array.elem.clone()),
        Expr::Value(value) => {
            let Literal::Placeholder(name) = &value.value else {
                return Err(not_constant(array));
            };
            let bound = match name.strip_prefix('$') {
                Some(variable) => Some(environment.variable(variable)?),
                None => match environment.bind(name) {
                    Some(Bound::Value(value)) => Some(value),
                    _ => None,
                },
            };
            match bound {
                Some(ScalarValue::LargeBinary(Some(bytes))) => of_value(&bytes),
                _ => Err(not_constant(array)),
            }
        }
        other => Err(not_constant(other)),
    }
}

fn not_constant(array: &Expr) -> Error {
    Error::compilation(format!(
        "the spread operator takes an array of constant values, not '{array}'"
    ))
}

/// The elements of an array as literals.
fn of_value(bytes: &[u8]) -> Result<Vec<Expr>> {
    let Value::Array(array) = variant::view(bytes) else {
        return Err(Error::compilation("the spread operator takes an array"));
    };
    array
        .iter()
        .map(|element| match variant::view(element) {
            Value::Null | Value::Undefined => sql::parse_expr("NULL"),
            Value::String(text) => {
                let text = Literal::SingleQuotedString(text.to_string());
                Ok(Expr::Value(text.into()))
            }
            Value::Boolean(value) => Ok(Expr::Value(Literal::Boolean(value).into())),
            number @ (Value::Integer(_) | Value::Decimal { .. }) => {
                sql::parse_expr(&variant::number_text(&number))
            }
            other => Err(Error::unsupported(format!(
                "the spread operator over a {}",
                other.type_name()
            ))),
        })
        .collect()
}

/// Whether an expression refers to no column and has no subquery.
fn is_constant(expr: &Expr) -> bool {
    struct Find;
    impl Visitor for Find {
        type Break = ();

        fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
            ControlFlow::Break(())
        }

        fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
            match expr {
                Expr::Identifier(_) | Expr::CompoundIdentifier(_) => ControlFlow::Break(()),
                _ => ControlFlow::Continue(()),
            }
        }
    }
    expr.visit(&mut Find).is_continue()
}
