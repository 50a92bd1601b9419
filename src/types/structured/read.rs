//! The text of a structured type, or of a VECTOR, to the type.

use super::{Definition, Element, Field, MAX_DEPTH, Structured};
use crate::error::{Error, Result};
use crate::types::{MAX_DIMENSION, SnowType};

/// Reads the text of a type, in any letter case and with blanks anywhere between its words.
///
/// # Errors
/// 002040 for what names no type, 000002 for a type that this house does not have; see [`Structured::new`] for types that there cannot be.
pub fn read(text: &str) -> Result<SnowType> {
    read_at(text, 0)
}

/// Types that Snowflake has and this house does not.
const ABSENT: &[&str] = &[
    "DECFLOAT",
    "FILE",
    "GEOGRAPHY",
    "GEOMETRY",
    "INTERVAL",
    "PERIOD",
    "UUID",
];

/// 002040: a text that names no type; 000002 for a type that this house does not have.
fn unknown(text: &str) -> Error {
    let word = text
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .next()
        .unwrap_or_default()
        .to_ascii_uppercase();
    if ABSENT.contains(&word.as_str()) {
        return Error::unsupported(format_args!("data type {text}"));
    }
    Error::new(
        2040,
        "42601",
        format!("SQL compilation error:\nUnsupported data type '{text}'."),
    )
}

fn read_at(text: &str, depth: usize) -> Result<SnowType> {
    let text = text.trim();
    let fault = || unknown(text);
    if depth > MAX_DEPTH {
        return Err(Error::compilation(format!(
            "structured types nest at most {MAX_DEPTH} deep"
        )));
    }
    let Some((name, parts)) = arguments(text) else {
        return SnowType::parse_plain(text).ok_or_else(fault);
    };
    let definition = match name.to_ascii_uppercase().as_str() {
        "ARRAY" => match parts?.as_slice() {
            [only] => Definition::Array(element(only, depth)?),
            _ => return Err(fault()),
        },
        "MAP" => match parts?.as_slice() {
            [key, value] => Definition::Map {
                key: read_at(key, depth + 1)?,
                value: element(value, depth)?,
            },
            _ => return Err(fault()),
        },
        "OBJECT" => match parts?.as_slice() {
            [only] if only.trim().is_empty() => Definition::Object(Vec::new()),
            parts => {
                let fields = parts
                    .iter()
                    .map(|part| field(part, depth).unwrap_or_else(|| Err(fault())));
                Definition::Object(fields.collect::<Result<_>>()?)
            }
        },
        "VECTOR" => match parts?.as_slice() {
            [kind, dimension] => return vector(kind, dimension).ok_or_else(fault),
            _ => return Err(fault()),
        },
        _ => return SnowType::parse_plain(text).ok_or_else(fault),
    };
    Structured::new(definition).map(SnowType::Structured)
}

fn vector(kind: &str, dimension: &str) -> Option<SnowType> {
    let integer = match kind.trim().to_ascii_uppercase().as_str() {
        "INT" | "INTEGER" => true,
        "FLOAT" => false,
        _ => return None,
    };
    let dimension: u16 = dimension.trim().parse().ok()?;
    (1..=MAX_DIMENSION)
        .contains(&dimension)
        .then_some(SnowType::Vector { integer, dimension })
}

/// A type's name and the arguments in its parentheses, which must close at the end.
fn arguments(text: &str) -> Option<(&str, Result<Vec<&str>>)> {
    let (name, rest) = text.split_once('(')?;
    let name = name.trim();
    let structured = ["ARRAY", "OBJECT", "MAP", "VECTOR"]
        .iter()
        .any(|known| known.eq_ignore_ascii_case(name));
    if !structured {
        return None;
    }
    let parts = rest.strip_suffix(')').and_then(split);
    Some((name, parts.ok_or_else(|| unknown(text))))
}

/// The parts between commas that stand in no parentheses and no quotes.
fn split(text: &str) -> Option<Vec<&str>> {
    let (mut parts, mut start, mut open, mut quoted) = (Vec::new(), 0, 0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'(' => open += 1,
            b')' => open = open.checked_sub(1)?,
            b',' if open == 0 => {
                parts.push(text.get(start..at)?);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.get(start..)?);
    (open == 0 && !quoted).then_some(parts)
}

/// A type with or without NOT NULL.
fn element(text: &str, depth: usize) -> Result<Element> {
    let bare = last_word(text, "NULL").and_then(|text| last_word(text, "NOT"));
    Ok(Element {
        data_type: read_at(bare.unwrap_or(text), depth + 1)?,
        nullable: bare.is_none(),
    })
}

/// The text before its last word, if that is a certain one.
fn last_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let text = text.trim_end();
    let (before, last) = text.split_at_checked(text.len().checked_sub(word.len())?)?;
    (last.eq_ignore_ascii_case(word) && before.ends_with([' ', '\t', '\n', '\r', ')'])).then_some(before)
}

/// A key and its value; `None` when the text does not begin with a key.
fn field(text: &str, depth: usize) -> Option<Result<Field>> {
    let text = text.trim();
    let (key, rest) = match text.strip_prefix('"') {
        Some(quoted) => {
            let mut from = 0;
            loop {
                let at = from + quoted.get(from..)?.find('"')?;
                let rest = quoted.get(at + 1..)?;
                if !rest.starts_with('"') {
                    break (quoted.get(..at)?.replace("\"\"", "\""), rest);
                }
                from = at + 2;
            }
        }
        None => {
            let (key, rest) = text.split_at_checked(text.find(char::is_whitespace)?)?;
            if !is_plain_key(key) {
                return None;
            }
            (key.to_string(), rest)
        }
    };
    Some(element(rest, depth).map(|value| Field { key, value }))
}

/// Whether a key can be written without quotes.
pub(super) fn is_plain_key(key: &str) -> bool {
    let first = key
        .chars()
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_');
    first && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '$'))
}
