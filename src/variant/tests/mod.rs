//! What values promise: Snowflake's readings and wordings by example, and the laws of the encoding.

mod examples;
mod faults;
mod laws;

use super::*;

/// The bytes of a JSON text.
fn value(json: &str) -> Vec<u8> {
    parse_json(json)
        .unwrap_or_else(|error| panic!("{json}: {error}"))
        .unwrap()
}

/// The compact text of a value.
fn text(bytes: &[u8]) -> String {
    let mut out = String::new();
    to_json(bytes, &mut out);
    out
}
