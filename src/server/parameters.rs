//! The session parameters as clients are told them: after login, and with every result.
//!
//! Values keep their JSON type; clients fail on a number or boolean that comes as text.

use std::collections::BTreeSet;
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};

use crate::engine::Context;
use crate::engine::parameters::known::Kind;
use crate::engine::parameters::{self, known};
use crate::error::Result;
use crate::sql::statement::AlterParameters;
use crate::types::context;

/// The list of parameters as it was made last, which most statements leave as it is.
#[derive(Debug, Default)]
pub struct ToldParameters(Mutex<Option<(Arc<()>, Arc<str>)>>);

impl ToldParameters {
    /// [`list`], made anew only when a parameter has changed.
    pub fn of(&self, context: &Context) -> Arc<str> {
        let mut told = self.0.lock();
        match &*told {
            Some((mark, list)) if Arc::ptr_eq(mark, &context.parameters_mark) => Arc::clone(list),
            _ => {
                let list: Arc<str> = list(context).into();
                *told = Some((Arc::clone(&context.parameters_mark), Arc::clone(&list)));
                list
            }
        }
    }
}

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
    match parameters::kind(name) {
        Kind::Boolean => Value::Bool(value.eq_ignore_ascii_case("true")),
        Kind::Number(..) => value.parse::<i64>().map_or(Value::Null, Value::from),
        Kind::Text | Kind::Word(_) => Value::String(value),
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

/// What a session's parameters were before those of one statement.
#[derive(Debug)]
pub struct Former {
    context: Context,
    /// The mark of the statement's own.
    applied: Arc<()>,
    /// Which were set.
    names: BTreeSet<String>,
    /// Which the statement itself changed for good.
    altered: BTreeSet<String>,
}

impl Former {
    /// Sets the parameters that come with a statement, for as long as it runs.
    ///
    /// # Errors
    /// Those of [`apply`]; nothing is set then.
    pub fn replace(context: &mut Context, wanted: &Map<String, Value>) -> Result<Self> {
        let former = context.clone();
        let names = apply(context, wanted).inspect_err(|_| {
            put_back(context, &former);
        })?;
        Ok(Self {
            context: former,
            applied: Arc::clone(&context.parameters_mark),
            names,
            altered: BTreeSet::new(),
        })
    }

    /// Notes that the statement is an ALTER SESSION, whose values stay.
    pub fn alter(&mut self, alter: &AlterParameters) {
        let set = alter.set.iter().map(|property| &property.name);
        let names = set.chain(&alter.unset).map(|name| name.to_ascii_uppercase());
        self.altered.extend(names);
    }

    /// Puts back what the statement did not change.
    pub fn restore(self, context: &mut Context) {
        if Arc::ptr_eq(&context.parameters_mark, &self.applied) {
            put_back(context, &self.context);
            return;
        }
        for name in self.names.difference(&self.altered) {
            let Some((old, _)) = parameters::current(&self.context, name) else {
                continue;
            };
            if let Err(error) = parameters::apply(context, name, &old) {
                tracing::warn!(%error, name, "a parameter was not put back");
            }
            if !self.context.set_parameters.contains(name) {
                context.set_parameters.remove(name);
            }
        }
    }
}

/// Gives a session the parameters of another state of it.
fn put_back(context: &mut Context, former: &Context) {
    let now = context.types.now;
    context.parameters.clone_from(&former.parameters);
    context.set_parameters.clone_from(&former.set_parameters);
    context.types.clone_from(&former.types);
    context.types.now = now;
    context.parameters_mark.clone_from(&former.parameters_mark);
}

/// Sets the parameters that a client sends with its login or with a statement. Names that are unknown here are the
/// client's own affair. Answers the names of those that were set.
///
/// # Errors
/// 001008 for a value that a parameter does not take; a refusal of values whose effect is not there.
pub fn apply(context: &mut Context, wanted: &Map<String, Value>) -> Result<BTreeSet<String>> {
    let mut set = BTreeSet::new();
    for (name, value) in wanted {
        let name = name.to_ascii_uppercase();
        let (Some(value), true) = (text(value), parameters::is_known(&name)) else {
            continue;
        };
        let value = match known::find(&name).map(|parameter| parameter.kind) {
            Some(Kind::Boolean) => value.to_ascii_lowercase(),
            _ => value,
        };
        parameters::apply(context, &name, &value)?;
        set.insert(name);
    }
    Ok(set)
}

/// A parameter's present value.
pub fn get(context: &Context, name: &str) -> Option<String> {
    parameters::current(context, name).map(|(value, _)| value)
}
