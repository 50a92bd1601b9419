//! Calls of user-defined functions in the syntax tree, before they are planned.

use datafusion::sql::sqlparser::ast::{Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments};

use super::environment::Environment;
use super::expression::call;
use super::routine::call_name;
use crate::error::{Error, Result};
use crate::functions::reference;

/// A call of a user-defined function, under the name by which the planner knows it.
///
/// # Errors
/// 002141 for a name with a schema that no function has; a refusal of what such a call does not take.
pub fn rewrite(function: &mut Function, environment: &dyn Environment) -> Result<Option<Expr>> {
    let parts: Option<Vec<String>> = function
        .name
        .0
        .iter()
        .map(|part| Some(part.as_ident()?.value.clone()))
        .collect();
    let Some(parts) = parts else { return Ok(None) };
    // Functions of the database SNOWFLAKE.
    let joined = parts.join(".");
    if parts.len() > 1 && crate::functions::registry().has(&joined) {
        let taken = std::mem::replace(&mut function.args, FunctionArguments::None);
        let Expr::Function(mut renamed) = call(&joined, Vec::new()) else {
            return Ok(None);
        };
        renamed.args = taken;
        return Ok(Some(Expr::Function(renamed)));
    }
    if let [single] = parts.as_slice()
        && (crate::functions::registry().has(single) || environment.local_function(single).is_some())
    {
        return Ok(None);
    }
    if environment.user_function(&parts)?.is_none() {
        return match parts.as_slice() {
            [_] => Ok(None),
            qualified => Err(reference::refusal(&joined)
                .unwrap_or_else(|| Error::unknown_user_function(qualified.join(".")))),
        };
    }
    if function.over.is_some() || function.filter.is_some() || !function.within_group.is_empty() {
        return Err(Error::unsupported(
            "OVER, FILTER and WITHIN GROUP of a user-defined function",
        ));
    }
    let list = match std::mem::replace(&mut function.args, FunctionArguments::None) {
        FunctionArguments::List(list) if list.duplicate_treatment.is_none() && list.clauses.is_empty() => {
            list.args
        }
        FunctionArguments::None => Vec::new(),
        other => {
            function.args = other;
            return Err(Error::unsupported(format!("arguments of {}", function.name)));
        }
    };
    let (mut names, mut arguments) = (Vec::with_capacity(list.len()), Vec::with_capacity(list.len()));
    for argument in list {
        let (name, expr) = named(argument)?;
        names.push(name);
        arguments.push(expr);
    }
    Ok(Some(call(&call_name(&parts, &names), arguments)))
}

/// An argument with its name, if it has one.
///
/// # Errors
/// A refusal of `*` and other forms.
fn named(argument: FunctionArg) -> Result<(Option<String>, Expr)> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok((None, expr)),
        FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Ok((Some(name.value), expr)),
        FunctionArg::ExprNamed {
            name: Expr::Identifier(name),
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Ok((Some(name.value), expr)),
        other => Err(Error::unsupported(format!("argument {other}"))),
    }
}
