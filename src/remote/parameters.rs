//! The session's parameters, as the account tells them with every answer: those that shape values.

use std::collections::BTreeMap;

use serde_json::Value;

use super::wire::Parameter;
use crate::error::{Error, Result};
use crate::types::{TypeContext, context};

/// The parameters of values, and how the account gave them last.
#[derive(Debug, Default)]
pub struct Told {
    types: TypeContext,
    values: BTreeMap<&'static str, String>,
}

impl Told {
    /// The parameters.
    pub fn types(&self) -> &TypeContext {
        &self.types
    }

    /// Takes note of what an answer tells.
    ///
    /// # Errors
    /// A value that is not understood here, so that results would be shown wrongly.
    pub fn note(&mut self, parameters: &[Parameter]) -> Result<()> {
        for parameter in parameters {
            let known = context::PARAMETERS.iter();
            let Some(name) = known
                .copied()
                .find(|name| name.eq_ignore_ascii_case(&parameter.name))
            else {
                continue;
            };
            let value = match &parameter.value {
                Value::String(text) => text.clone(),
                Value::Null => continue,
                other => other.to_string(),
            };
            if self.values.get(name) == Some(&value) {
                continue;
            }
            self.types.set(name, &value).map_err(|_| {
                Error::outside(format!(
                    "the account's {name} is '{value}', which is not understood here"
                ))
            })?;
            self.values.insert(name, value);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn parameter(name: &str, value: Value) -> Parameter {
        Parameter {
            name: name.to_owned(),
            value,
        }
    }

    #[test]
    fn what_an_answer_tells_is_kept_until_another_tells_otherwise() {
        let mut told = Told::default();
        let utc = parameter("TIMEZONE", json!("UTC"));
        told.note(&[
            utc,
            parameter("week_start", json!(1)),
            parameter("AUTOCOMMIT", json!(true)),
        ])
        .unwrap();
        told.note(&[]).unwrap();
        assert_eq!(told.types().get("TIMEZONE").unwrap(), "UTC");
        assert_eq!(told.types().week_start, 1);
        let wrong = told
            .note(&[parameter("TIMEZONE", json!("Mars/Olympus"))])
            .unwrap_err();
        assert!(wrong.message().contains("Mars/Olympus"), "{wrong}");
    }
}
