//! UPPER, LOWER and INITCAP.

use datafusion::arrow::array::ArrayRef;

use super::same_text;
use crate::error::Result;
use crate::functions::arguments::{between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::Scalar;

/// Letter case.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["UPPER"], exactly(1), same_text, upper, "upper"),
    Scalar::new(&["LOWER"], exactly(1), same_text, lower, "lower"),
    Scalar::new(&["INITCAP"], between(1, 2), same_text, initcap, "initcap"),
];

fn upper(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        out.push_str(text);
        if text.is_ascii() {
            out.make_ascii_uppercase();
        } else {
            *out = text.to_uppercase();
        }
        Ok(Some(()))
    })
}

fn lower(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        out.push_str(text);
        if text.is_ascii() {
            out.make_ascii_lowercase();
        } else {
            *out = text.to_lowercase();
        }
        Ok(Some(()))
    })
}

/// What ends a word unless the call says otherwise; any white space does, too.
const DELIMITERS: &str = "!?@\"^#$&~_,.:;+-*%/|\\[](){}<>";

fn initcap(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let delimiters = if call.len() > 1 {
        Some(call.texts(1)?)
    } else {
        None
    };
    build::written_texts(call.rows(), |row, out| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        match &delimiters {
            None => capitalize(text, out, |c| c.is_whitespace() || DELIMITERS.contains(c)),
            Some(delimiters) => {
                let Some(delimiters) = delimiters.get(row) else {
                    return Ok(None);
                };
                capitalize(text, out, |c| delimiters.contains(c));
            }
        }
        Ok(Some(()))
    })
}

fn capitalize(text: &str, out: &mut String, is_delimiter: impl Fn(char) -> bool) {
    let mut first = true;
    for character in text.chars() {
        if is_delimiter(character) {
            out.push(character);
            first = true;
            continue;
        }
        match (first, character.is_ascii()) {
            (true, true) => out.push(character.to_ascii_uppercase()),
            (false, true) => out.push(character.to_ascii_lowercase()),
            (true, false) => out.extend(character.to_uppercase()),
            (false, false) => out.extend(character.to_lowercase()),
        }
        first = false;
    }
}
