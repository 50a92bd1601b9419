//! Properties of statements as the catalog keeps them, and as the file format room reads them.

use crate::catalog::{OptionValue, Options};
use crate::error::{Error, Result};
use crate::sql::{Properties, Property, PropertyValue};
use crate::stage::format;

/// What is shown in place of a secret.
const MASK: &str = "*****";

/// Options of file formats that are texts and never names, so that double quotes do for them as well.
const TEXTS: [&str; 9] = [
    "FIELD_DELIMITER",
    "RECORD_DELIMITER",
    "FIELD_OPTIONALLY_ENCLOSED_BY",
    "ESCAPE",
    "ESCAPE_UNENCLOSED_FIELD",
    "FILE_EXTENSION",
    "DATE_FORMAT",
    "TIME_FORMAT",
    "TIMESTAMP_FORMAT",
];

/// Properties as options, in their order, secrets masked. COMMENT is left out: objects have it apart.
///
/// # Errors
/// When a value is a list of anything but texts.
pub fn keep(properties: &Properties) -> Result<Options> {
    let mut options = Options::default();
    for property in properties.iter().filter(|property| property.name != "COMMENT") {
        options.set(property.name.as_str(), value(property)?);
    }
    Ok(options)
}

/// One property's value as an option's.
///
/// # Errors
/// As [`keep`].
pub fn value(property: &Property) -> Result<OptionValue> {
    if crate::sql::is_secret(&property.name) {
        return Ok(OptionValue::Text(MASK.to_string()));
    }
    Ok(match &property.value {
        PropertyValue::String(text) => OptionValue::Text(text.clone()),
        PropertyValue::Number(text) => OptionValue::Number(text.clone()),
        PropertyValue::Bool(value) => OptionValue::Boolean(*value),
        // `FIELD_DELIMITER = ","`: a text, although double quotes make it a name.
        PropertyValue::Word(name)
            if TEXTS.contains(&property.name.as_str()) && name.to_string().starts_with('"') =>
        {
            OptionValue::Text(
                property
                    .value
                    .as_text()
                    .ok_or_else(|| property.invalid())?
                    .to_string(),
            )
        }
        PropertyValue::Word(name) => OptionValue::Word(name.to_string()),
        PropertyValue::List(items) => {
            let texts = items.iter().map(|item| match item {
                PropertyValue::Number(text) => Ok(text.clone()),
                PropertyValue::Word(name) => Ok(name.to_string()),
                other => other
                    .as_text()
                    .map(str::to_string)
                    .ok_or_else(|| property.invalid()),
            });
            OptionValue::List(texts.collect::<Result<_>>()?)
        }
        PropertyValue::Nested(nested) => OptionValue::Nested(keep(nested)?),
    })
}

/// An option's value as SHOW and DESCRIBE print it: lists in brackets, nested options in braces.
pub fn shown(value: &OptionValue) -> String {
    match value {
        OptionValue::List(items) => {
            let quoted: Vec<String> = items.iter().map(|item| format!("\"{item}\"")).collect();
            format!("[{}]", quoted.join(","))
        }
        OptionValue::Nested(options) => {
            let pairs = options
                .0
                .iter()
                .map(|(name, value)| format!("{name}={}", shown(value)));
            format!("{{{}}}", pairs.collect::<Vec<_>>().join(", "))
        }
        other => other.text().unwrap_or_default(),
    }
}

/// Options of a file format as [`format::FileFormat`] takes them; FORMAT_NAME is left out.
///
/// # Errors
/// When an option's value is nested, or a number that is not whole.
pub fn format_properties(options: &Options) -> Result<Vec<(String, format::PropertyValue)>> {
    let properties = options
        .0
        .iter()
        .filter(|(name, _)| name != "FORMAT_NAME")
        .map(|(name, value)| {
            let value = match value {
                OptionValue::Text(text) | OptionValue::Word(text) => {
                    format::PropertyValue::Text(text.clone())
                }
                OptionValue::Boolean(value) => format::PropertyValue::Boolean(*value),
                OptionValue::List(items) => format::PropertyValue::List(items.clone()),
                OptionValue::Number(text) => {
                    let number = text.parse().map_err(|_| Error::invalid_property(name, text))?;
                    format::PropertyValue::Number(number)
                }
                OptionValue::Nested(_) => return Err(Error::invalid_property(name, shown(value))),
            };
            Ok((name.clone(), value))
        });
    properties.collect()
}
