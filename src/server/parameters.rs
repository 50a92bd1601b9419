//! The session parameters as clients are told them: after login, and with every result.
//!
//! Values keep their JSON type; clients fail on a number or boolean that comes as text.

use serde_json::{Map, Value, json};

use crate::engine::Context;
use crate::engine::parameters::known::Kind;
use crate::engine::parameters::{self, known};
use crate::error::Result;
use crate::types::context;

/// The list of all parameters with their present values, as finished JSON.
pub fn list(context: &Context) -> String {
    let of_values = context::PARAMETERS.iter().copied();
    let others = known::PARAMETERS.iter().chain(known::CLIENT_PARAMETERS);
    let names = of_values.chain(others.map(|parameter| parameter.name));
    let entries = names.filter_map(|name| {
        let (value, _) = parameters::current(context, name)?;
        Some(json!({"name": name, "value": typed(name, value)}))
    });
    Value::Array(entries.collect()).to_string()
}

/// A parameter's value in its JSON type.
fn typed(name: &str, value: String) -> Value {
    let numeric = matches!(
        name,
        "WEEK_START" | "WEEK_OF_YEAR_POLICY" | "TWO_DIGIT_CENTURY_START"
    );
    match known::find(name).map(|parameter| parameter.kind) {
        Some(Kind::Boolean) => Value::Bool(value.eq_ignore_ascii_case("true")),
        Some(Kind::Number(..)) => value.parse::<i64>().map_or(Value::Null, Value::from),
        None if numeric => value.parse::<i64>().map_or(Value::Null, Value::from),
        Some(Kind::Text | Kind::Word(_)) | None => Value::String(value),
    }
}

/// A value that a client sends, as the engine takes it; `None` for null and for what is no plain value.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Sets the parameters that a client sends with its login or with a statement. Names that are unknown here are the
/// client's own affair. Answers the former values of what was set.
///
/// # Errors
/// 001008 for a value that a parameter does not take; a refusal of values whose effect is not there.
pub fn apply(context: &mut Context, wanted: &Map<String, Value>) -> Result<Vec<(String, String)>> {
    let mut former = Vec::new();
    for (name, value) in wanted {
        let name = name.to_ascii_uppercase();
        let (Some(value), Some((old, _))) = (text(value), parameters::current(context, &name)) else {
            continue;
        };
        let value = match known::find(&name).map(|parameter| parameter.kind) {
            Some(Kind::Boolean) => value.to_ascii_lowercase(),
            _ => value,
        };
        parameters::apply(context, &name, &value)?;
        former.push((name, old));
    }
    Ok(former)
}

/// Puts former values back.
pub fn restore(context: &mut Context, former: Vec<(String, String)>) {
    for (name, value) in former {
        if let Err(error) = parameters::apply(context, &name, &value) {
            tracing::warn!(%error, name, "a parameter was not put back");
        }
    }
}

/// A parameter's present value.
pub fn get(context: &Context, name: &str) -> Option<String> {
    parameters::current(context, name).map(|(value, _)| value)
}
