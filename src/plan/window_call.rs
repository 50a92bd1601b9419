//! What the window of a call may hold and must hold: <https://docs.snowflake.com/en/sql-reference/functions-window-syntax>.
//!
//! An order that an aggregate collects its values in (WITHIN GROUP) becomes the order of the rows of its whole partition.

use datafusion::sql::sqlparser::ast::{
    Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Value, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowSpec, WindowType,
};

use crate::error::{Error, Result};
use crate::functions;

/// Functions of a row's place among others, which their windows have to tell by ORDER BY.
const ORDERED: &[&str] = &[
    "CONDITIONAL_CHANGE_EVENT",
    "CONDITIONAL_TRUE_EVENT",
    "CUME_DIST",
    "DENSE_RANK",
    "FIRST_VALUE",
    "LAG",
    "LAST_VALUE",
    "LEAD",
    "NTH_VALUE",
    "NTILE",
    "PERCENT_RANK",
    "RANK",
    "ROW_NUMBER",
];

/// Aggregates of whole partitions: their windows have neither ORDER BY nor a frame.
const OF_PARTITIONS: &[&str] = &[
    "APPROX_PERCENTILE",
    "BITANDAGG",
    "BITAND_AGG",
    "BITORAGG",
    "BITOR_AGG",
    "BITXORAGG",
    "BITXOR_AGG",
    "BIT_ANDAGG",
    "BIT_AND_AGG",
    "BIT_ORAGG",
    "BIT_OR_AGG",
    "BIT_XORAGG",
    "BIT_XOR_AGG",
    "BOOLAND_AGG",
    "BOOLOR_AGG",
    "BOOLXOR_AGG",
    "CORR",
    "COVAR_POP",
    "COVAR_SAMP",
    "HASH_AGG",
    "KURTOSIS",
    "LISTAGG",
    "MEDIAN",
    "MODE",
    "PERCENTILE_CONT",
    "PERCENTILE_DISC",
    "REGR_AVGX",
    "REGR_AVGY",
    "REGR_COUNT",
    "REGR_INTERCEPT",
    "REGR_R2",
    "REGR_SLOPE",
    "REGR_SXX",
    "REGR_SXY",
    "REGR_SYY",
    "SKEW",
];

/// Checks the window of a call, and brings it into the form that is planned.
///
/// # Errors
/// For a window that the function does not take, and a call without a window that needs one.
pub fn settle(function: &mut Function) -> Result<()> {
    let name = function.name.to_string();
    let Some(WindowType::WindowSpec(window)) = &mut function.over else {
        return Ok(());
    };
    if ORDERED.contains(&name.as_str()) && window.order_by.is_empty() {
        return Err(Error::compilation(format!(
            "Window function type [{name}] requires ORDER BY in window specification."
        )));
    }
    let place = match name.as_str() {
        "NTILE" => Some((0, i64::MAX)),
        "NTH_VALUE" => Some((1, 1000)),
        _ => None,
    };
    if let Some((at, most)) = place
        && let FunctionArguments::List(list) = &function.args
        && let Some(FunctionArg::Unnamed(FunctionArgExpr::Expr(Expr::Value(given)))) = list.args.get(at)
        && let Value::Number(digits, _) = &given.value
        && !digits.parse().is_ok_and(|count| (1..=most).contains(&count))
    {
        return Err(Error::compilation(format!(
            "[{digits}] is no place for {name}: it counts from 1"
        )));
    }
    if OF_PARTITIONS.contains(&name.as_str()) {
        of_partition(&name, window)?;
    }
    let registry = functions::registry();
    if registry.aggregate(&name).is_none()
        && registry.window(&name).is_none()
        && functions::reference::entries()
            .iter()
            .any(|entry| entry.name == name)
    {
        return Err(Error::compilation(format!(
            "[{name}] is no window function: it takes no OVER"
        )));
    }
    if !function.within_group.is_empty() && matches!(name.as_str(), "ARRAY_AGG" | "ARRAYAGG" | "LISTAGG") {
        if !window.order_by.is_empty() {
            return Err(Error::unsupported(format!(
                "{name} with an order in WITHIN GROUP and in OVER"
            )));
        }
        window.order_by = std::mem::take(&mut function.within_group);
        window.window_frame = Some(WindowFrame {
            units: WindowFrameUnits::Rows,
            start_bound: WindowFrameBound::Preceding(None),
            end_bound: Some(WindowFrameBound::Following(None)),
        });
    }
    if name == "AVG" && (window.window_frame.is_some() || window.order_by.is_empty()) {
        return in_frame(function);
    }
    Ok(())
}

fn of_partition(name: &str, window: &WindowSpec) -> Result<()> {
    let kind = match (&window.window_frame, window.order_by.is_empty()) {
        (Some(_), _) => "Sliding",
        (None, false) => "Cumulative",
        (None, true) => return Ok(()),
    };
    let message = format!("SQL compilation error:\n{kind} window frame unsupported for function {name}");
    Err(Error::new(2_303, "0A000", message))
}

/// AVG over a frame of its own has three digits of scale more than its argument, not six.
/// <https://docs.snowflake.com/en/sql-reference/functions/avg>
fn in_frame(function: &mut Function) -> Result<()> {
    let FunctionArguments::List(list) = &function.args else {
        return Ok(());
    };
    if list.duplicate_treatment.is_none() {
        super::call_form::renamed(function, "$AVG_IN_FRAME");
    }
    Ok(())
}
