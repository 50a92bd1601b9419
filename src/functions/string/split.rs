//! SPLIT_PART and STRTOK.

use datafusion::arrow::array::ArrayRef;

use super::{clamp, maybe_text, text};
use crate::error::{Error, Result};
use crate::functions::arguments::{between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::Scalar;

/// One part of a text.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["SPLIT_PART"], exactly(3), text, split_part, "split_part"),
    Scalar::new(&["STRTOK"], between(1, 3), maybe_text, strtok, "strtok"),
];

/// The part of a number, from 1; 0 is 1, and negative numbers count from the end. There is always an empty part.
fn split_part(call: &Call) -> Result<ArrayRef> {
    let (texts, delimiters, numbers) = (call.texts(0)?, call.texts(1)?, call.integers(2)?);
    build::texts(call.rows(), |row| {
        let (Some(text), Some(delimiter), Some(number)) =
            (texts.get(row), delimiters.get(row), numbers.get(row))
        else {
            return Ok(None);
        };
        let nth = clamp(number.abs().max(1) - 1);
        let part = match (delimiter.is_empty(), number < 0) {
            (true, _) => Some(text).filter(|_| nth == 0),
            (false, false) => text.split(delimiter).nth(nth),
            (false, true) => text.rsplit(delimiter).nth(nth),
        };
        Ok(Some(part.unwrap_or("")))
    })
}

/// The token of a number, from 1. Every character of the delimiters ends a token; no token is empty.
fn strtok(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let delimiters = if call.len() > 1 {
        Some(call.texts(1)?)
    } else {
        None
    };
    let numbers = if call.len() > 2 {
        Some(call.integers(2)?)
    } else {
        None
    };
    build::texts(call.rows(), |row| {
        let Some(text) = texts.get(row) else {
            return Ok(None);
        };
        let delimiters = match &delimiters {
            Some(delimiters) => delimiters.get(row),
            None => Some(" "),
        };
        let number = match &numbers {
            Some(numbers) => numbers.get(row),
            None => Some(1),
        };
        let (Some(delimiters), Some(number)) = (delimiters, number) else {
            return Ok(None);
        };
        if number < 1 {
            return Err(Error::invalid_argument(
                call.name(),
                number,
                "tokens count from 1",
            ));
        }
        let mut tokens = text
            .split(|c| delimiters.contains(c))
            .filter(|token| !token.is_empty());
        Ok(tokens.nth(clamp(number - 1)))
    })
}
