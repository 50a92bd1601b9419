//! Calls that functions get in another form than SQL writes them: random numbers before the arguments, arguments by name,
//! lists in parentheses, what a window is ordered by.

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArgumentList, FunctionArguments, Ident, ObjectName,
    ObjectNamePart, UnaryOperator, Value, WindowType,
};

use super::expression::call;
use crate::error::{Error, Result};
use crate::functions::arguments::{Count, between, exactly};

/// Functions that draw random numbers: the name of the one that gets two of them first, and how many arguments SQL gives.
const DRAWING: &[(&str, &str, Count)] = &[
    ("ENCRYPT", "$ENCRYPT", between(2, 4)),
    ("ENCRYPT_RAW", "$ENCRYPT_RAW", between(3, 5)),
];

/// A call in the form that the function gets it in; most stay as they are.
///
/// # Errors
/// 000938 and 000939 for too few or too many arguments, and what else is wrong with a form.
pub fn rewrite(function: Function) -> Result<Function> {
    let name = function.name.to_string();
    if let Some((_, own, count)) = DRAWING.iter().find(|(known, ..)| *known == name) {
        return drawing(function, own, *count);
    }
    match name.as_str() {
        "UUID_STRING" if arguments(&function).is_empty() => drawing(function, "$UUID", exactly(0)),
        "ROUND" => positional(function, &["EXPR", "SCALE", "ROUNDING_MODE"]),
        "SEARCH" => search(function),
        "SEARCH_IP" => search_ip(function),
        "INTERPOLATE_FFILL" | "INTERPOLATE_BFILL" => interpolated(function),
        "INTERPOLATE_LINEAR" => linear(function),
        NTH_FROM_LAST => nth_from_last(function),
        _ => Ok(function),
    }
}

fn arguments(function: &Function) -> &[FunctionArg] {
    match &function.args {
        FunctionArguments::List(list) => &list.args,
        _ => &[],
    }
}

/// NTH_VALUE(…) FROM LAST, as the reader of statements writes it.
const NTH_FROM_LAST: &str = "\"$NTH_FROM_LAST\"";

/// A place counted from the frame's end is a negative one.
/// <https://docs.snowflake.com/en/sql-reference/functions/nth_value>
fn nth_from_last(mut function: Function) -> Result<Function> {
    exactly(2).check(arguments(&function).len(), || function.to_string())?;
    let mut list = take(&mut function)?;
    if let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(place))) = list.args.get_mut(1) {
        let counted = std::mem::replace(place, Expr::value(Value::Null));
        *place = Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr: Box::new(counted),
        };
    }
    function.args = FunctionArguments::List(list);
    function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::new("NTH_VALUE"))]);
    Ok(function)
}

/// The argument list, taken out.
fn take(function: &mut Function) -> Result<FunctionArgumentList> {
    match std::mem::replace(&mut function.args, FunctionArguments::None) {
        FunctionArguments::List(list) => Ok(list),
        FunctionArguments::None => Ok(FunctionArgumentList {
            duplicate_treatment: None,
            args: Vec::new(),
            clauses: Vec::new(),
        }),
        FunctionArguments::Subquery(_) => Err(Error::unsupported(format!(
            "a subquery as the argument of {}",
            function.name
        ))),
    }
}

fn unnamed(expr: Expr) -> FunctionArg {
    FunctionArg::Unnamed(FunctionArgExpr::Expr(expr))
}

pub(super) fn renamed(function: &mut Function, name: &str) {
    function.name = ObjectName(vec![ObjectNamePart::Identifier(Ident::with_quote('"', name))]);
}

fn drawing(mut function: Function, own: &str, count: Count) -> Result<Function> {
    count.check(arguments(&function).len(), || function.to_string())?;
    let mut list = take(&mut function)?;
    let random = || unnamed(call("RANDOM", Vec::new()));
    list.args.splice(0..0, [random(), random()]);
    function.args = FunctionArguments::List(list);
    renamed(&mut function, own);
    Ok(function)
}

/// The value of an argument, and its name if it has one.
fn split(argument: FunctionArg) -> Result<(Option<String>, Expr)> {
    match argument {
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok((None, expr)),
        FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Ok((Some(name.value.to_uppercase()), expr)),
        FunctionArg::ExprNamed {
            name: Expr::Identifier(name),
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Ok((Some(name.value.to_uppercase()), expr)),
        other => Err(Error::unsupported(format!("argument {other}"))),
    }
}

/// What is searched: one thing, or several in parentheses.
fn searched(data: Expr) -> Vec<Expr> {
    match data {
        Expr::Tuple(members) => members,
        Expr::Nested(inner) => vec![*inner],
        single => vec![single],
    }
}

fn text(value: &str) -> Expr {
    Expr::Value(Value::SingleQuotedString(value.to_string()).into())
}

/// A call whose arguments may be given by their names, which are those of the places.
fn positional(mut function: Function, names: &[&str]) -> Result<Function> {
    let is_named = |argument: &FunctionArg| !matches!(argument, FunctionArg::Unnamed(_));
    if !arguments(&function).iter().any(is_named) {
        return Ok(function);
    }
    let shown = function.to_string();
    let wrong = |what: String| {
        let message = format!("SQL compilation error:\n{what} in call [{shown}]");
        Error::new(1_003, "42000", message)
    };
    let mut list = take(&mut function)?;
    let mut places: Vec<Option<Expr>> = vec![None; names.len()];
    for (index, argument) in list.args.into_iter().enumerate() {
        let (name, value) = split(argument)?;
        let place = match &name {
            Some(name) => names.iter().position(|known| known == name),
            None => Some(index),
        };
        let slot = place.and_then(|place| places.get_mut(place));
        let slot = slot.ok_or_else(|| wrong(format!("invalid argument '{}'", name.unwrap_or_default())))?;
        if slot.replace(value).is_some() {
            return Err(wrong("an argument is given twice".to_string()));
        }
    }
    let given: Vec<Expr> = places.iter().flatten().cloned().collect();
    if places.iter().take(given.len()).any(Option::is_none) {
        return Err(wrong("an argument is missing".to_string()));
    }
    list.args = given.into_iter().map(unnamed).collect();
    function.args = FunctionArguments::List(list);
    Ok(function)
}

/// `SEARCH((a, b), 'words', ANALYZER => …, SEARCH_MODE => …)` as words, analyzer, mode, a, b.
fn search(mut function: Function) -> Result<Function> {
    let shown = function.to_string();
    let list = take(&mut function)?;
    let (mut analyzer, mut mode) = (text("DEFAULT_ANALYZER"), text("OR"));
    let mut positional = Vec::new();
    for argument in list.args {
        match split(argument)? {
            (None, expr) => positional.push(expr),
            (Some(name), expr) if name == "ANALYZER" => analyzer = expr,
            (Some(name), expr) if name == "SEARCH_MODE" => mode = expr,
            (Some(name), _) => {
                let message = format!("SQL compilation error:\ninvalid argument '{name}' for SEARCH");
                return Err(Error::new(1_003, "42000", message));
            }
        }
    }
    exactly(2).check(positional.len(), || shown)?;
    let mut positional = positional.into_iter();
    let data = positional.next().map(searched).unwrap_or_default();
    let given = positional.chain([analyzer, mode]).chain(data);
    with_arguments(function, "$SEARCH", given.collect())
}

/// `SEARCH_IP((a, b), 'address')` as address, a, b.
fn search_ip(mut function: Function) -> Result<Function> {
    exactly(2).check(arguments(&function).len(), || function.to_string())?;
    let list = take(&mut function)?;
    let mut given = list.args.into_iter().map(split);
    let (Some(data), Some(address)) = (given.next().transpose()?, given.next().transpose()?) else {
        return Err(Error::internal("SEARCH_IP lost an argument"));
    };
    let mut all = vec![address.1];
    all.extend(searched(data.1));
    with_arguments(function, "$SEARCH_IP", all)
}

fn with_arguments(mut function: Function, name: &str, given: Vec<Expr>) -> Result<Function> {
    function.args = FunctionArguments::List(FunctionArgumentList {
        duplicate_treatment: None,
        args: given.into_iter().map(unnamed).collect(),
        clauses: Vec::new(),
    });
    renamed(&mut function, name);
    Ok(function)
}

/// These need an order, and take no frame.
fn interpolated(function: Function) -> Result<Function> {
    let window = match &function.over {
        Some(WindowType::WindowSpec(window)) => window,
        Some(WindowType::NamedWindow(_)) => {
            return Err(Error::unsupported(format!("a named window of {}", function.name)));
        }
        None => {
            let message = format!("{} needs a window", function.name);
            return Err(Error::compilation(message));
        }
    };
    if window.window_frame.is_some() {
        let message = format!(
            "SQL compilation error:\nSliding window frame unsupported for function {}",
            function.name
        );
        return Err(Error::new(2_303, "0A000", message));
    }
    if window.order_by.is_empty() {
        let message = format!("{} needs ORDER BY in its window", function.name);
        return Err(Error::compilation(message));
    }
    Ok(function)
}

/// INTERPOLATE_LINEAR also gets the one expression that its window is ordered by.
fn linear(function: Function) -> Result<Function> {
    let mut function = interpolated(function)?;
    let key = match &function.over {
        Some(WindowType::WindowSpec(window)) => match window.order_by.as_slice() {
            [key] => key.expr.clone(),
            _ => {
                return Err(Error::compilation(
                    "INTERPOLATE_LINEAR needs one ORDER BY expression",
                ));
            }
        },
        _ => return Err(Error::internal("INTERPOLATE_LINEAR lost its window")),
    };
    exactly(1).check(arguments(&function).len(), || function.to_string())?;
    let mut list = take(&mut function)?;
    list.args.push(unnamed(key));
    function.args = FunctionArguments::List(list);
    renamed(&mut function, "$INTERPOLATE_LINEAR");
    Ok(function)
}
