//! Values of bind variables as clients send them: `{"1": {"type": "FIXED", "value": "7"}, …}`, with one value each or,
//! for an array bind, a list of them.

use serde_json::{Map, Value};

use crate::engine::binds::Binds;
use crate::error::{Error, Result};

/// The binds of a request.
///
/// # Errors
/// 001003 for what is no bind; those of [`Binds::set`].
pub fn read(bindings: &Map<String, Value>) -> Result<Binds> {
    let mut binds = Binds::new();
    for (name, bind) in bindings {
        let malformed = || Error::compilation(format!("the bind variable {name} is malformed"));
        let kind = bind.get("type").and_then(Value::as_str).ok_or_else(malformed)?;
        match bind.get("value") {
            None | Some(Value::Null) => binds.set(name, kind, None)?,
            Some(Value::String(text)) => binds.set(name, kind, Some(text))?,
            Some(Value::Array(values)) => {
                let texts: Option<Vec<Option<&str>>> = values
                    .iter()
                    .map(|value| match value {
                        Value::Null => Some(None),
                        Value::String(text) => Some(Some(text.as_str())),
                        _ => None,
                    })
                    .collect();
                binds.set_rows(name, kind, &texts.ok_or_else(malformed)?)?;
            }
            Some(_) => return Err(malformed()),
        }
    }
    Ok(binds)
}
