//! The values of placeholders, as a request carries them.

use serde_json::{Map, Value};

use crate::engine::Binds;
use crate::error::{Error, Result};

/// Reads the `bindings` of a request: for each position or name a type, and a value or one for each row.
///
/// # Errors
/// A binding that is none; a text that is no value of its type.
pub fn read(bindings: &Map<String, Value>) -> Result<Binds> {
    let mut binds = Binds::new();
    for (name, binding) in bindings {
        let kind = binding.get("type").and_then(Value::as_str).unwrap_or("TEXT");
        match binding.get("value") {
            Some(Value::Array(rows)) => {
                let texts = rows
                    .iter()
                    .map(|value| text(name, value))
                    .collect::<Result<Vec<_>>>()?;
                let texts: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
                binds.set_rows(name, kind, &texts)?;
            }
            value => {
                let text = text(name, value.unwrap_or(&Value::Null))?;
                binds.set(name, kind, text.as_deref())?;
            }
        }
    }
    Ok(binds)
}

/// A value's text; `None` for NULL. Values are texts, but for what some clients send as it is.
fn text(name: &str, value: &Value) -> Result<Option<String>> {
    match value {
        Value::Null => Ok(None),
        Value::String(text) => Ok(Some(text.clone())),
        Value::Bool(value) => Ok(Some(value.to_string())),
        Value::Number(number) => Ok(Some(number.to_string())),
        Value::Array(_) | Value::Object(_) => Err(Error::compilation(format!(
            "the value of the bind variable '{name}' is neither a text nor a list of texts"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parsed(value: Value) -> Result<Binds> {
        read(value.as_object().unwrap())
    }

    #[test]
    fn values_and_rows_are_read() {
        let binds =
            parsed(json!({"1": {"type": "FIXED", "value": "7"}, "2": {"type": "ANY", "value": null}}))
                .unwrap();
        assert_eq!((binds.len(), binds.rows()), (2, None));
        let rows =
            json!({"1": {"type": "TEXT", "value": ["a", null]}, "2": {"type": "FIXED", "value": ["1", "2"]}});
        assert_eq!(parsed(rows).unwrap().rows(), Some(2));
    }

    #[test]
    fn what_is_no_binding_is_refused() {
        assert!(parsed(json!({"1": {"type": "TEXT", "value": {"a": 1}}})).is_err());
        assert!(parsed(json!({"1": {"type": "FIXED", "value": "x"}})).is_err());
        assert!(parsed(json!({"1": {"value": [1]}, "2": {"value": [1, 2]}})).is_err());
    }
}
