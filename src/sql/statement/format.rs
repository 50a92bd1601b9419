//! The options of file formats, by type (<https://docs.snowflake.com/en/sql-reference/sql/create-file-format>). They
//! stand in CREATE FILE FORMAT, and in `FILE_FORMAT = ( … )` of stages and COPY.

use crate::error::{Error, Result};
use crate::sql::properties::{Properties, Property, PropertyValue};

/// Each type with its options.
const TYPES: &[(&str, &[&str])] = &[
    (
        "CSV",
        &[
            "COMPRESSION",
            "RECORD_DELIMITER",
            "FIELD_DELIMITER",
            "MULTI_LINE",
            "FILE_EXTENSION",
            "PARSE_HEADER",
            "SKIP_HEADER",
            "SKIP_BLANK_LINES",
            "DATE_FORMAT",
            "TIME_FORMAT",
            "TIMESTAMP_FORMAT",
            "BINARY_FORMAT",
            "ESCAPE",
            "ESCAPE_UNENCLOSED_FIELD",
            "TRIM_SPACE",
            "FIELD_OPTIONALLY_ENCLOSED_BY",
            "NULL_IF",
            "ERROR_ON_COLUMN_COUNT_MISMATCH",
            "REPLACE_INVALID_CHARACTERS",
            "EMPTY_FIELD_AS_NULL",
            "SKIP_BYTE_ORDER_MARK",
            "ENCODING",
        ],
    ),
    (
        "JSON",
        &[
            "COMPRESSION",
            "DATE_FORMAT",
            "TIME_FORMAT",
            "TIMESTAMP_FORMAT",
            "BINARY_FORMAT",
            "TRIM_SPACE",
            "MULTI_LINE",
            "NULL_IF",
            "FILE_EXTENSION",
            "ENABLE_OCTAL",
            "ALLOW_DUPLICATE",
            "STRIP_OUTER_ARRAY",
            "STRIP_NULL_VALUES",
            "REPLACE_INVALID_CHARACTERS",
            "IGNORE_UTF8_ERRORS",
            "SKIP_BYTE_ORDER_MARK",
        ],
    ),
    (
        "AVRO",
        &[
            "COMPRESSION",
            "TRIM_SPACE",
            "REPLACE_INVALID_CHARACTERS",
            "NULL_IF",
        ],
    ),
    ("ORC", &["TRIM_SPACE", "REPLACE_INVALID_CHARACTERS", "NULL_IF"]),
    (
        "PARQUET",
        &[
            "COMPRESSION",
            "SNAPPY_COMPRESSION",
            "BINARY_AS_TEXT",
            "USE_LOGICAL_TYPE",
            "TRIM_SPACE",
            "USE_VECTORIZED_SCANNER",
            "REPLACE_INVALID_CHARACTERS",
            "NULL_IF",
        ],
    ),
    (
        "XML",
        &[
            "COMPRESSION",
            "IGNORE_UTF8_ERRORS",
            "PRESERVE_SPACE",
            "STRIP_OUTER_ELEMENT",
            "DISABLE_SNOWFLAKE_DATA",
            "DISABLE_AUTO_CONVERT",
            "REPLACE_INVALID_CHARACTERS",
            "SKIP_BYTE_ORDER_MARK",
        ],
    ),
];

/// The options of a type (in upper case); `None` for what is no type.
pub fn format_options(format_type: &str) -> Option<&'static [&'static str]> {
    TYPES
        .iter()
        .find(|(name, _)| *name == format_type)
        .map(|(_, options)| *options)
}

/// Whether a name is an option of any type, or stands beside them.
pub(crate) fn is_option(name: &str) -> bool {
    matches!(name, "TYPE" | "FORMAT_NAME" | "COMMENT")
        || TYPES.iter().any(|(_, options)| options.contains(&name))
}

/// Fails for a name that is no option, and, where the TYPE is given, for an option of another type.
pub(crate) fn check_format(properties: &Properties) -> Result<()> {
    if let Some(property) = properties.iter().find(|property| !is_option(&property.name)) {
        let what = format_args!("unexpected '{}'", property.name);
        return Err(Error::syntax(property.place.line, property.place.position, what));
    }
    let Some(given) = properties.property("TYPE") else {
        return Ok(());
    };
    let name = given.value.as_text().map(str::to_uppercase);
    let Some(options) = name.as_deref().and_then(format_options) else {
        return Err(given.invalid());
    };
    let beside = ["TYPE", "FORMAT_NAME", "COMMENT"];
    let mut others = properties
        .iter()
        .filter(|property| !beside.contains(&property.name.as_str()));
    match others.find(|property| !options.contains(&property.name.as_str())) {
        Some(other) => {
            let (kind, name, value) = (name.unwrap_or_default(), &other.name, &other.value);
            let message = format!(
                "invalid property combination 'TYPE'='{kind}' and '{name}'='{}'",
                bare(value)
            );
            let error = Error::new(1423, "22023", format!("SQL compilation error:\n{message}"));
            Err(error.at(other.place.line, other.place.position))
        }
        None => Ok(()),
    }
}

fn bare(value: &PropertyValue) -> String {
    value.as_text().map_or_else(|| value.to_string(), str::to_string)
}

/// `FILE_FORMAT` among a command's properties, checked; a name alone is brought to `( FORMAT_NAME = … )`.
pub(crate) fn check_file_format(properties: &mut Properties) -> Result<()> {
    match properties.remove("FILE_FORMAT") {
        Some(mut property) => {
            property.value = PropertyValue::Nested(options(&property)?);
            properties.push(property)
        }
        None => Ok(()),
    }
}

/// The options that a property `FILE_FORMAT` gives.
pub(crate) fn options(property: &Property) -> Result<Properties> {
    match &property.value {
        PropertyValue::String(_) | PropertyValue::Word(_) => Ok(Properties::from_iter([(
            "FORMAT_NAME".to_string(),
            property.value.clone(),
        )])),
        value => {
            let nested = value.as_nested().ok_or_else(|| property.invalid())?;
            check_format(&nested)?;
            Ok(nested)
        }
    }
}
