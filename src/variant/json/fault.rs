//! What can be wrong with a JSON text, in Snowflake's words.
//!
//! Positions count bytes from 1 within a line; the line is named from the second on. A fault of a token that was read
//! stands just behind the token, one of a character that was not, at that character.

use std::fmt::Display;

use crate::error::Error;

/// A fault and the byte offset it is reported at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    what: String,
    at: Option<usize>,
}

impl Fault {
    /// A fault at a byte offset from 0.
    #[cold]
    pub(super) fn new(what: impl Display, at: usize) -> Self {
        Self {
            what: what.to_string(),
            at: Some(at),
        }
    }

    /// A fault of the document as a whole.
    #[cold]
    pub(super) fn everywhere(what: impl Display) -> Self {
        Self {
            what: what.to_string(),
            at: None,
        }
    }

    /// The offset it is reported at.
    pub(super) fn at(&self) -> Option<usize> {
        self.at
    }

    /// A byte that has no place outside a string. A character beyond ASCII is named by code point and placed at its
    /// last byte.
    #[cold]
    pub(super) fn invalid_character(text: &[u8], at: usize) -> Self {
        let tail = text.get(at..).unwrap_or_default();
        let head = tail.get(..tail.len().min(4)).unwrap_or_default();
        let valid = match std::str::from_utf8(head) {
            Ok(text) => text,
            Err(error) => {
                std::str::from_utf8(head.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or("")
            }
        };
        let what = "invalid character outside of a string:";
        match valid.chars().next() {
            Some('\\') => Self::new(format_args!("{what} '\\\\'"), at),
            Some(shown) if shown.is_ascii() => Self::new(format_args!("{what} '{shown}'"), at),
            Some(wide) => Self::new(
                format_args!("{what} U+{:04X}", u32::from(wide)),
                at + wide.len_utf8() - 1,
            ),
            None => Self::new("invalid UTF-8 sequence", at),
        }
    }

    /// The sentence, with its place in `text`.
    pub fn describe(&self, text: &[u8]) -> String {
        let Some(at) = self.at else {
            return self.what.clone();
        };
        let before = text.get(..at.min(text.len())).unwrap_or_default();
        let lines = memchr::memchr_iter(b'\n', before).count();
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
        let position = at - line_start + 1;
        match lines {
            0 => format!("{}, pos {position}", self.what),
            _ => format!("{}, line {}, pos {position}", self.what, lines + 1),
        }
    }

    /// The error of PARSE_JSON.
    pub fn into_error(self, text: &[u8]) -> Error {
        Error::json(self.describe(text))
    }
}
