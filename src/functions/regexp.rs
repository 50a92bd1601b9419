//! Regular expressions (<https://docs.snowflake.com/en/sql-reference/functions-regexp>).
//!
//! Patterns are POSIX extended ones with Perl's backslash classes over ASCII, which the `regex` crate runs in linear
//! time. A constant pattern is compiled once. An empty pattern matches nothing, except in RLIKE.

pub mod all;

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, StringArray};
use regex::{Captures, Regex, RegexBuilder};

use super::arguments::{Count, between};
use super::build::{self, check_text};
use super::call::{Call, Column};
use super::scalar::Scalar;
use super::string::{self, boolean, byte_of, characters, clamp, maybe_text, text};
use crate::error::{Error, Result};

const LIKE: Count = between(2, 3);

/// The family.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["REGEXP_LIKE", "RLIKE", "REGEXP"],
        LIKE,
        boolean,
        rlike,
        "regexp_like",
    ),
    Scalar::new(
        &["REGEXP_COUNT"],
        between(2, 4),
        string::count,
        count,
        "regexp_count",
    ),
    Scalar::new(
        &["REGEXP_REPLACE"],
        between(2, 6),
        text,
        replace,
        "regexp_replace",
    ),
    Scalar::new(
        &["REGEXP_SUBSTR"],
        between(2, 6),
        maybe_text,
        substr,
        "regexp_substr",
    ),
    Scalar::new(
        &["REGEXP_INSTR"],
        between(2, 7),
        string::count,
        instr,
        "regexp_instr",
    ),
];

/// A pattern with its parameters.
#[derive(Debug, Clone)]
pub struct Pattern {
    /// `None` for the empty pattern, which matches nothing.
    regex: Option<Regex>,
    /// Whether the parameters ask for a group (`e`).
    extract: bool,
}

impl Pattern {
    /// Compiles a pattern; `whole` when it must cover the whole text.
    ///
    /// # Errors
    /// 100048 for a pattern or a parameter that is none.
    pub fn new(pattern: &str, parameters: &str, whole: bool) -> Result<Self> {
        let (mut fold, mut lines, mut dot, mut extract) = (false, false, false, false);
        for parameter in parameters.chars() {
            match parameter {
                'c' => fold = false,
                'i' => fold = true,
                'm' => lines = true,
                's' => dot = true,
                'e' => extract = true,
                other => {
                    let rule = "parameters are c, i, m, e and s";
                    return Err(Error::invalid_argument("REGEXP", other, rule));
                }
            }
        }
        if pattern.is_empty() && !whole {
            return Ok(Self { regex: None, extract });
        }
        let ascii = ascii_classes(pattern);
        let anchored = if whole { format!(r"\A(?:{ascii})\z") } else { ascii };
        let regex = RegexBuilder::new(&anchored)
            .case_insensitive(fold)
            .multi_line(lines)
            .dot_matches_new_line(dot)
            .build()
            .map_err(|error| Error::invalid_regex(pattern, reason(&error)))?;
        Ok(Self {
            regex: Some(regex),
            extract,
        })
    }

    /// The matches in a text.
    fn matches<'r, 't>(&'r self, text: &'t str) -> impl Iterator<Item = Captures<'t>> + use<'r, 't> {
        self.regex
            .as_ref()
            .map(|regex| regex.captures_iter(text))
            .into_iter()
            .flatten()
    }
}

/// The text from a character (counted from 1) on, and the byte at which it begins. A search from a position sees
/// nothing of what stands before it.
fn from_position(text: &str, position: usize) -> (&str, usize) {
    let start = byte_of(text, position - 1);
    (text.get(start..).unwrap_or_default(), start)
}

/// `\d`, `\w`, `\s` and `\b` speak of ASCII here.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 16);
    let mut characters = pattern.chars();
    let mut in_class = false;
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                Some('d') => out.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('w') => out.push_str(if in_class { "A-Za-z0-9_" } else { "[A-Za-z0-9_]" }),
                Some('D') if !in_class => out.push_str("[^0-9]"),
                Some('W') if !in_class => out.push_str("[^A-Za-z0-9_]"),
                // Escapes that other engines allow and this one does not.
                Some(
                    other @ ('"' | '\'' | '/' | '<' | '>' | '!' | '@' | '%' | ':' | ',' | '=' | '_' | ';'
                    | '`'),
                ) => {
                    out.push(other);
                }
                Some(other) => {
                    out.push('\\');
                    out.push(other);
                }
                None => out.push('\\'),
            },
            '[' if in_class => {
                out.push(character);
                // A POSIX class such as [:alpha:] stays; any other bracket inside a class is itself.
                if !characters.as_str().starts_with(':') {
                    out.pop();
                    out.push_str("\\[");
                } else if let Some(end) = characters.as_str().find(":]") {
                    let class = characters.as_str().get(..end + 2).unwrap_or_default();
                    out.push_str(class);
                    characters = characters.as_str().get(end + 2..).unwrap_or_default().chars();
                }
            }
            '[' => {
                in_class = true;
                out.push('[');
                if characters.as_str().starts_with('^') {
                    out.push('^');
                    characters.next();
                }
                if characters.as_str().starts_with(']') {
                    out.push_str("\\]");
                    characters.next();
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            // Set operations that this engine would read into a class.
            '&' | '~' if in_class => {
                out.push('\\');
                out.push(character);
            }
            other => out.push(other),
        }
    }
    out
}

/// The last line of the engine's message, which is the reason.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_string()
}

/// The pattern of each row; compiled once if it is a constant.
struct Patterns {
    patterns: Column<StringArray>,
    parameters: Option<Column<StringArray>>,
    whole: bool,
    constant: Option<Option<Arc<Pattern>>>,
    /// The last pattern compiled for a row, which the next row often shares.
    last: Option<(String, String, Arc<Pattern>)>,
}

impl Patterns {
    fn new(call: &Call, parameters: usize, whole: bool) -> Result<Self> {
        let patterns = call.texts(1)?;
        let parameters = if call.len() > parameters {
            Some(call.texts(parameters)?)
        } else {
            None
        };
        let given = match &parameters {
            Some(parameters) => parameters.constant(),
            None => Some(Some("")),
        };
        let constant = match (patterns.constant(), given) {
            (Some(Some(pattern)), Some(Some(parameters))) => {
                Some(Some(Arc::new(Pattern::new(pattern, parameters, whole)?)))
            }
            (Some(None), _) | (_, Some(None)) => Some(None),
            _ => None,
        };
        Ok(Self {
            patterns,
            parameters,
            whole,
            constant,
            last: None,
        })
    }

    fn get(&mut self, row: usize) -> Result<Option<Arc<Pattern>>> {
        if let Some(constant) = &self.constant {
            return Ok(constant.clone());
        }
        let parameters = match &self.parameters {
            Some(parameters) => parameters.get(row),
            None => Some(""),
        };
        let (Some(pattern), Some(parameters)) = (self.patterns.get(row), parameters) else {
            return Ok(None);
        };
        if let Some((last, last_parameters, compiled)) = &self.last
            && last == pattern
            && last_parameters == parameters
        {
            return Ok(Some(Arc::clone(compiled)));
        }
        let compiled = Arc::new(Pattern::new(pattern, parameters, self.whole)?);
        self.last = Some((pattern.to_string(), parameters.to_string(), Arc::clone(&compiled)));
        Ok(Some(compiled))
    }
}

/// An optional integer argument of at least some value.
struct Integers {
    values: Option<Column<Decimal128Array>>,
    default: i128,
    least: i128,
    name: String,
}

impl Integers {
    fn new(call: &Call, index: usize, default: i128, least: i128) -> Result<Self> {
        let values = if call.len() > index {
            Some(call.integers(index)?)
        } else {
            None
        };
        Ok(Self {
            values,
            default,
            least,
            name: call.name().to_string(),
        })
    }

    fn get(&self, row: usize) -> Result<Option<usize>> {
        let value = match &self.values {
            Some(values) => values.get(row),
            None => Some(self.default),
        };
        match value {
            Some(value) if value < self.least => Err(Error::invalid_argument(
                &self.name,
                value,
                format!("it must be at least {}", self.least),
            )),
            value => Ok(value.map(clamp)),
        }
    }
}

fn rlike(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut patterns = Patterns::new(call, 2, true)?;
    build::booleans(call.rows(), |row| {
        let (Some(text), Some(pattern)) = (texts.get(row), patterns.get(row)?) else {
            return Ok(None);
        };
        Ok(Some(
            pattern.regex.as_ref().is_some_and(|regex| regex.is_match(text)),
        ))
    })
}

fn count(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut patterns = Patterns::new(call, 3, false)?;
    let positions = Integers::new(call, 2, 1, 1)?;
    build::numbers(call, |row| {
        let (Some(text), Some(pattern), Some(position)) =
            (texts.get(row), patterns.get(row)?, positions.get(row)?)
        else {
            return Ok(None);
        };
        Ok(Some(
            pattern.matches(from_position(text, position).0).count() as i128
        ))
    })
}

fn replace(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut patterns = Patterns::new(call, 5, false)?;
    let replacements = if call.len() > 2 {
        Some(call.texts(2)?)
    } else {
        None
    };
    let positions = Integers::new(call, 3, 1, 1)?;
    let occurrences = Integers::new(call, 4, 0, 0)?;
    build::written_texts(call.rows(), |row, out| {
        let replacement = match &replacements {
            Some(replacements) => replacements.get(row),
            None => Some(""),
        };
        let (Some(text), Some(replacement), Some(pattern)) =
            (texts.get(row), replacement, patterns.get(row)?)
        else {
            return Ok(None);
        };
        let (Some(position), Some(occurrence)) = (positions.get(row)?, occurrences.get(row)?) else {
            return Ok(None);
        };
        let (rest, start) = from_position(text, position);
        out.push_str(text.get(..start).unwrap_or_default());
        let mut last = 0;
        for (index, captures) in pattern.matches(rest).enumerate() {
            if occurrence > 0 && index + 1 != occurrence {
                continue;
            }
            let Some(whole) = captures.get(0) else { continue };
            out.push_str(rest.get(last..whole.start()).unwrap_or_default());
            expand(replacement, &captures, out);
            check_text(out.len())?;
            last = whole.end();
            if occurrence > 0 {
                break;
            }
        }
        out.push_str(rest.get(last..).unwrap_or_default());
        Ok(Some(()))
    })
}

/// Writes a replacement, in which `\0` to `\9` stand for groups.
fn expand(replacement: &str, captures: &Captures, out: &mut String) {
    let mut characters = replacement.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            out.push(character);
            continue;
        }
        match characters.next() {
            Some(digit) if digit.is_ascii_digit() => {
                let group = digit.to_digit(10).unwrap_or(0) as usize;
                out.push_str(captures.get(group).map_or("", |group| group.as_str()));
            }
            Some(other) => out.push(other),
            None => out.push('\\'),
        }
    }
}

/// The place of the wanted group of the wanted match, in bytes.
fn find(
    pattern: &Pattern,
    text: &str,
    position: usize,
    occurrence: usize,
    group: Option<usize>,
) -> Option<(usize, usize)> {
    let (rest, before) = from_position(text, position);
    let captures = pattern.matches(rest).nth(occurrence - 1)?;
    let wanted = match group {
        Some(group) => group,
        None if pattern.extract && captures.len() > 1 => 1,
        None => 0,
    };
    captures
        .get(wanted)
        .map(|group| (before + group.start(), before + group.end()))
}

fn substr(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut patterns = Patterns::new(call, 4, false)?;
    let positions = Integers::new(call, 2, 1, 1)?;
    let occurrences = Integers::new(call, 3, 1, 1)?;
    let groups = Integers::new(call, 5, 0, 0)?;
    let grouped = call.len() > 5;
    build::texts(call.rows(), |row| {
        let (Some(text), Some(pattern), Some(position)) =
            (texts.get(row), patterns.get(row)?, positions.get(row)?)
        else {
            return Ok(None);
        };
        let (Some(occurrence), Some(group)) = (occurrences.get(row)?, groups.get(row)?) else {
            return Ok(None);
        };
        let found = find(&pattern, text, position, occurrence, grouped.then_some(group));
        Ok(found.and_then(|(start, end)| text.get(start..end)))
    })
}

fn instr(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut patterns = Patterns::new(call, 5, false)?;
    let positions = Integers::new(call, 2, 1, 1)?;
    let occurrences = Integers::new(call, 3, 1, 1)?;
    let options = Integers::new(call, 4, 0, 0)?;
    let groups = Integers::new(call, 6, 0, 0)?;
    let grouped = call.len() > 6;
    build::numbers(call, |row| {
        let (Some(text), Some(pattern), Some(position)) =
            (texts.get(row), patterns.get(row)?, positions.get(row)?)
        else {
            return Ok(None);
        };
        let (Some(occurrence), Some(option), Some(group)) =
            (occurrences.get(row)?, options.get(row)?, groups.get(row)?)
        else {
            return Ok(None);
        };
        let Some((start, end)) = find(&pattern, text, position, occurrence, grouped.then_some(group)) else {
            return Ok(Some(0));
        };
        let place = if option == 0 { start } else { end };
        Ok(Some(text.get(..place).map_or(0, characters) as i128 + 1))
    })
}
