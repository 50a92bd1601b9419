//! JSON text to values, read as leniently as Snowflake reads it.
//!
//! [`Parser`] scans the bytes once and writes canonical values as it goes. Beyond strict JSON it takes what Snowflake
//! takes: keywords in any letter case, `NaN` and `Infinity`, numbers such as `+1`, `.5`, `1.`, `01` and `0x1F`,
//! single-quoted strings, unquoted keys of ASCII letters, digits and `_`, a comma after the last entry of an object,
//! and holes in arrays, which are `undefined`. Failures are worded and placed as Snowflake does it (`fault`).
//!
//! Follows <https://docs.snowflake.com/en/sql-reference/functions/parse_json>.

mod entries;
mod fault;
mod number;
mod parse;
mod string;

use crate::error::Result;

pub use parse::Parser;

/// How to read JSON.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct JsonOptions {
    /// Of equal keys in one object take the last instead of refusing the document: PARSE_JSON's parameter `'d'`, the
    /// file format option ALLOW_DUPLICATE.
    pub allow_duplicate: bool,
    /// Leave out entries and elements that are null: the file format option STRIP_NULL_VALUES.
    pub strip_null_values: bool,
}

/// Reads one JSON document; `None` is SQL NULL, which a blank text and a bare `undefined` stand for.
///
/// # Errors
/// 100069 with Snowflake's wording and position when the text is not one JSON document.
pub fn parse_json(text: &str) -> Result<Option<Vec<u8>>> {
    parse_json_with(text, JsonOptions::default())
}

/// Like [`parse_json`], with options.
///
/// # Errors
/// As [`parse_json`].
pub fn parse_json_with(text: &str, options: JsonOptions) -> Result<Option<Vec<u8>>> {
    let mut out = Vec::new();
    match Parser::new(options).document(text.as_bytes(), &mut out) {
        Ok(present) => Ok(present.then_some(out)),
        Err(fault) => Err(fault.into_error(text.as_bytes())),
    }
}

/// What is wrong with a JSON document, as CHECK_JSON tells it; `None` when nothing is.
pub fn check_json(text: &str) -> Option<String> {
    let fault = Parser::new(JsonOptions::default())
        .document(text.as_bytes(), &mut Vec::new())
        .err()?;
    Some(fault.describe(text.as_bytes()))
}
