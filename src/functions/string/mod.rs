//! String and binary functions (<https://docs.snowflake.com/en/sql-reference/functions-string>), but for
//! regular expressions, hashes and encodings, which stand in [`super::regexp`], [`super::hashing`] and
//! [`super::encoding`].
//!
//! Text counts in Unicode characters, BINARY in bytes; a function that takes either decides by its first argument.

pub mod address;
pub mod case;
pub mod characters;
pub mod join;
pub mod pad;
pub mod search;
pub mod slice;
pub mod split;
pub mod tokens;
pub mod url;

#[cfg(test)]
mod tests;

use super::arguments::Arguments;
use super::call::Call;
use super::scalar::Returns;
use crate::error::Result;
use crate::types::SnowType;

/// The type of text no longer than the first argument.
///
/// # Errors
/// 001044 for a BINARY.
pub(super) fn same_text(arguments: &Arguments) -> Result<Returns> {
    let data_type = match arguments.data_type(0)? {
        text @ SnowType::Varchar { .. } => text,
        SnowType::Binary { .. } => return Err(arguments.wrong_types()),
        _ => SnowType::VARCHAR,
    };
    Returns::strict(arguments, data_type)
}

/// Text of any length.
pub(super) fn text(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::VARCHAR)
}

/// Text of any length that may be NULL whatever the arguments are.
pub(super) fn maybe_text(_: &Arguments) -> Result<Returns> {
    Returns::nullable(SnowType::VARCHAR)
}

/// A length or a count as LENGTH has it.
pub(super) fn count(arguments: &Arguments) -> Result<Returns> {
    let (precision, scale) = (18, 0);
    Returns::strict(arguments, SnowType::Number { precision, scale })
}

/// An integer.
pub(super) fn integer(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::INTEGER)
}

/// TRUE or FALSE.
pub(super) fn boolean(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::Boolean)
}

/// BINARY if the first argument is, else text, no longer than it.
pub(super) fn same_kind(arguments: &Arguments) -> Result<Returns> {
    match arguments.data_type(0)? {
        binary @ SnowType::Binary { .. } => Returns::strict(arguments, binary),
        _ => same_text(arguments),
    }
}

/// BINARY if the first argument is, else text, of any length.
pub(super) fn either_kind(arguments: &Arguments) -> Result<Returns> {
    match arguments.data_type(0)? {
        SnowType::Binary { .. } => Returns::strict(arguments, SnowType::BINARY),
        _ => text(arguments),
    }
}

/// Whether a call works on bytes.
pub(super) fn is_binary(call: &Call, index: usize) -> bool {
    matches!(call.data_type(index), Ok(SnowType::Binary { .. }))
}

/// How many characters a text has.
pub(super) fn characters(text: &str) -> usize {
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

/// The byte at which the character of a number (from 0) begins; the text's length past its end.
pub(super) fn byte_of(text: &str, character: usize) -> usize {
    if text.is_ascii() {
        return character.min(text.len());
    }
    text.char_indices()
        .nth(character)
        .map_or(text.len(), |(byte, _)| byte)
}

/// The characters from one number (from 0) up to another.
pub(super) fn between_characters(text: &str, from: usize, to: usize) -> &str {
    let start = byte_of(text, from);
    let rest = text.get(start..).unwrap_or("");
    rest.get(..byte_of(rest, to.saturating_sub(from))).unwrap_or("")
}

/// A count or position as `usize`; what is too large is past every end, what is negative is 0.
pub(super) fn clamp(value: i128) -> usize {
    value.clamp(0, u32::MAX.into()) as usize
}
