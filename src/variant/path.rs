//! Paths into values, as `:`, GET_PATH and FLATTEN take them: `a.b[1]['c d']."Q"`.
//!
//! Follows <https://docs.snowflake.com/en/sql-reference/functions/get_path>.

use std::fmt;

use crate::error::{Error, Result};

use super::{Value, view};

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into an object, by key; letter case counts.
    Key(String),
    /// Into an array, by index from 0.
    Index(usize),
}

/// A parsed path.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Path {
    steps: Vec<Step>,
}

impl Path {
    /// A path of given steps.
    pub fn new(steps: Vec<Step>) -> Self {
        Self { steps }
    }

    /// Reads a path. Steps are separated by `.` or `:`, keys that are no identifiers stand in double quotes, and both
    /// kinds of step may stand in brackets: `[1]`, `['key']`, `["key"]`. The empty path is the value itself.
    ///
    /// # Errors
    /// 001007 when the text is no path.
    pub fn parse(text: &str) -> Result<Self> {
        let fault = || Error::invalid_type(format_args!("Invalid extraction path '{text}'"));
        let mut steps = Vec::new();
        let mut rest = text.trim();
        let mut expect_key = !rest.starts_with('[') && !rest.is_empty();
        if let Some(tail) = rest.strip_prefix(':') {
            rest = tail;
            expect_key = true;
        }
        loop {
            if expect_key {
                let (key, tail) = key(rest).ok_or_else(fault)?;
                steps.push(Step::Key(key));
                rest = tail;
                expect_key = false;
            } else if let Some(tail) = rest.strip_prefix('[') {
                let tail = tail.trim_start();
                let tail = if tail.starts_with(['\'', '"']) {
                    let (key, tail) = quoted(tail).ok_or_else(fault)?;
                    steps.push(Step::Key(key));
                    tail
                } else {
                    let end = tail
                        .find(|character: char| !character.is_ascii_digit())
                        .unwrap_or(tail.len());
                    let (digits, tail) = tail.split_at_checked(end).ok_or_else(fault)?;
                    steps.push(Step::Index(digits.parse().map_err(|_| fault())?));
                    tail
                };
                rest = tail.trim_start().strip_prefix(']').ok_or_else(fault)?;
            } else if let Some(tail) = rest.strip_prefix(['.', ':']) {
                rest = tail;
                expect_key = true;
            } else if rest.is_empty() {
                return Ok(Self { steps });
            } else {
                return Err(fault());
            }
        }
    }

    /// The steps, from the value inwards.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The bytes of what the path leads to; `None` when it leads nowhere or to an array's hole, which both are SQL
    /// NULL.
    #[inline]
    pub fn get<'a>(&self, bytes: &'a [u8]) -> Option<&'a [u8]> {
        let mut at = bytes;
        for step in &self.steps {
            at = match (step, view(at)) {
                (Step::Key(key), Value::Object(object)) => object.get(key)?,
                (Step::Index(index), Value::Array(array)) => array.get(*index)?,
                _ => return None,
            };
        }
        (!super::encoding::is_undefined(at)).then_some(at)
    }
}

impl fmt::Display for Path {
    /// The path as FLATTEN's PATH column shows it: `a.b[1]['c d']`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for step in &self.steps {
            step.append_to(&mut text);
        }
        f.write_str(&text)
    }
}

impl Step {
    /// Appends the step to a path's text.
    pub fn append_to(&self, path: &mut String) {
        match self {
            Self::Key(key) => Self::append_key(key, path),
            Self::Index(index) => Self::append_index(*index, path),
        }
    }

    /// Appends a key: plain if it is an identifier, else in brackets and quotes.
    pub fn append_key(key: &str, path: &mut String) {
        if is_identifier(key) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(key);
        } else {
            path.push_str("['");
            for character in key.chars() {
                if matches!(character, '\'' | '\\') {
                    path.push('\\');
                }
                path.push(character);
            }
            path.push_str("']");
        }
    }

    /// Appends an index in brackets.
    pub fn append_index(index: usize, path: &mut String) {
        path.push('[');
        path.push_str(itoa::Buffer::new().format(index));
        path.push(']');
    }
}

fn is_identifier(key: &str) -> bool {
    let mut characters = key.chars();
    let first = characters
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    first && characters.all(|character| character.is_alphanumeric() || matches!(character, '_' | '$'))
}

/// A key after a point: an identifier, or anything in double quotes.
fn key(text: &str) -> Option<(String, &str)> {
    let text = text.trim_start();
    if text.starts_with('"') {
        return quoted(text);
    }
    let stop = |character: char| !(character.is_alphanumeric() || matches!(character, '_' | '$'));
    let end = text.find(stop).unwrap_or(text.len());
    let (key, rest) = text.split_at_checked(end)?;
    (!key.is_empty()).then(|| (key.to_string(), rest))
}

/// A key in quotes; the quote doubled or after a backslash stands for itself.
fn quoted(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next()?;
    let mut key = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            key.push(characters.next()?.1);
        } else if character != quote {
            key.push(character);
        } else if characters
            .peek()
            .is_some_and(|(_, following)| *following == quote)
        {
            characters.next();
            key.push(quote);
        } else {
            return Some((key, text.get(at + 1..)?));
        }
    }
    None
}
