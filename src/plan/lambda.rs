//! Calls of functions with lambdas, before they are planned: <https://docs.snowflake.com/en/user-guide/querying-semistructured>.

use datafusion::sql::sqlparser::ast::{
    DataType, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, LambdaFunction,
    OneOrManyWithParens, Value,
};

use super::expression::{call, text};
use crate::error::{Error, Result};
use crate::functions::higher_order;
use crate::sql::outside_queries;

/// What a call of a higher-order function is to be replaced by, if it is one: NULL where the lambda is NULL.
///
/// # Errors
/// When it has more or fewer arguments than it takes, no lambda at the end, or a lambda with other parameters.
pub fn rewrite(function: &Function) -> Result<Option<Expr>> {
    let name = function.name.to_string();
    let known = higher_order::FUNCTIONS.iter().find(|(known, ..)| *known == name);
    let Some((name, arguments, parameters)) = known else {
        return Ok(None);
    };
    let list = match &function.args {
        FunctionArguments::List(list) => list.args.as_slice(),
        _ => &[],
    };
    if list.len() < *arguments {
        return Err(Error::not_enough_arguments(function, *arguments, list.len()));
    }
    if list.len() > *arguments {
        return Err(Error::too_many_arguments(function, *arguments, list.len()));
    }
    match list.last() {
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Lambda(lambda)))) => {
            let given = lambda.params.iter().count();
            if given == *parameters {
                return Ok(None);
            }
            Err(Error::compilation(format!(
                "the lambda of {name} takes {parameters} arguments, not {given}"
            )))
        }
        Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(null)))) if null.value == Value::Null => {
            Ok(Some(Expr::Value(Value::Null.into())))
        }
        _ => Err(Error::compilation(format!(
            "{name} wants a lambda as its last argument"
        ))),
    }
}

/// Readies a lambda for DataFusion: casts the parameters that have types, wherever its body refers to them. `type_name` gives a type's name
/// as the house writes it.
///
/// # Errors
/// For types that there are not.
pub fn typed(lambda: &mut LambdaFunction, type_name: impl Fn(&DataType) -> Result<String>) -> Result<()> {
    let mut types = Vec::new();
    for parameter in lambda.params.iter() {
        if let Some(data_type) = &parameter.data_type {
            types.push((parameter.name.value.clone(), type_name(data_type)?));
        }
    }
    let params = match &mut lambda.params {
        OneOrManyWithParens::One(one) => std::slice::from_mut(one),
        OneOrManyWithParens::Many(many) => many.as_mut_slice(),
    };
    for parameter in params {
        parameter.data_type = None;
        // In quotes, or DataFusion takes it for lower case.
        parameter.name.quote_style = Some('"');
    }
    if types.is_empty() {
        return Ok(());
    }
    // Lambdas inside this one may have parameters of the same names.
    outside_queries(lambda.body.as_mut(), |expr| {
        if let Expr::Identifier(name) = expr
            && let Some((_, data_type)) = types.iter().find(|(known, _)| *known == name.value)
        {
            *expr = call("$CAST", vec![expr.clone(), text(data_type)]);
        }
    });
    Ok(())
}
