//! The forms of a file: newline-delimited JSON, one JSON array, or CSV.

use serde::Deserialize;
use serde_json::Value;

use crate::world::csv;

/// The form of a sink's files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FileFormat {
    /// One JSON value a line; `ndjson`.
    #[default]
    Ndjson,
    /// One array of all values; `json_array`.
    JsonArray,
    /// Chosen fields with a header line; `csv`.
    Csv,
}

impl FileFormat {
    /// The ending of file names.
    pub(super) fn extension(self) -> &'static str {
        match self {
            Self::Ndjson | Self::JsonArray => "json",
            Self::Csv => "csv",
        }
    }

    /// Writes one message, which is known to be JSON, to the end of a file's bytes.
    ///
    /// # Errors
    /// Why the message cannot be written in this form.
    pub(super) fn append(self, file: &mut Vec<u8>, payload: &[u8], columns: &[String]) -> Result<(), String> {
        match self {
            Self::Ndjson => {
                json(file, payload);
                file.push(b'\n');
            }
            Self::JsonArray => {
                file.extend_from_slice(if file.is_empty() { b"[\n" } else { b",\n" });
                json(file, payload);
            }
            Self::Csv => {
                let value: Value =
                    serde_json::from_slice(payload).map_err(|error| format!("not JSON: {error}"))?;
                if !value.is_object() {
                    return Err("not a JSON object, so it has no columns for CSV".to_owned());
                }
                if file.is_empty() {
                    csv::line(file, columns.iter().map(|column| Some(column.as_str())));
                }
                let cells: Vec<Option<String>> = columns.iter().map(|column| cell(&value, column)).collect();
                csv::line(file, cells.iter().map(Option::as_deref));
            }
        }
        Ok(())
    }

    /// Ends a file that holds at least one message.
    pub(super) fn finish(self, file: &mut Vec<u8>) {
        if self == Self::JsonArray {
            file.extend_from_slice(b"\n]\n");
        }
    }
}

/// A JSON text on one line: in valid JSON a line break can only stand between tokens, where a blank does as well.
fn json(file: &mut Vec<u8>, payload: &[u8]) {
    file.extend(payload.trim_ascii().iter().map(|byte| {
        if matches!(byte, b'\n' | b'\r') {
            b' '
        } else {
            *byte
        }
    }));
}

/// The text at a path such as `address.street`; `None` for null and for what is missing.
fn cell(value: &Value, path: &str) -> Option<String> {
    let found = path.split('.').try_fold(value, |value, key| value.get(key))?;
    match found {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
