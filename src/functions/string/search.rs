//! Looking for text in text: POSITION, CONTAINS, STARTSWITH, ENDSWITH, LIKE, REPLACE, TRANSLATE.

use datafusion::arrow::array::ArrayRef;
use memchr::memmem;

use super::{boolean, byte_of, characters, clamp, integer, is_binary, text};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, Count, between, exactly};
use crate::functions::build::{self, check_text};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;

const LIKE: Count = between(2, 3);

/// Search and replacement.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["POSITION", "CHARINDEX"],
        between(2, 3),
        |a| same_kinds(a).and_then(|()| integer(a)),
        position,
        "position",
    ),
    Scalar::new(
        &["CONTAINS"],
        exactly(2),
        test_type,
        |c| test(c, |value, part| memmem::find(value, part).is_some()),
        "contains",
    ),
    Scalar::new(
        &["STARTSWITH"],
        exactly(2),
        test_type,
        |c| test(c, <[u8]>::starts_with),
        "startswith",
    ),
    Scalar::new(
        &["ENDSWITH"],
        exactly(2),
        test_type,
        |c| test(c, <[u8]>::ends_with),
        "endswith",
    ),
    Scalar::new(&["LIKE"], LIKE, boolean, |c| like(c, false), "like"),
    Scalar::new(&["ILIKE"], LIKE, boolean, |c| like(c, true), "ilike"),
    Scalar::new(&["REPLACE"], between(2, 3), text, replace, "replace"),
    Scalar::new(&["TRANSLATE"], exactly(3), text, translate, "translate"),
];

/// 001044 where one of the first two arguments is BINARY and the other is not.
fn same_kinds(arguments: &Arguments) -> Result<()> {
    let binary = |index| matches!(arguments.data_type(index), Ok(SnowType::Binary { .. }));
    let known = !arguments.is_null(0) && !arguments.is_null(1);
    if known && binary(0) != binary(1) {
        return Err(arguments.wrong_types());
    }
    Ok(())
}

fn test_type(arguments: &Arguments) -> Result<Returns> {
    same_kinds(arguments)?;
    boolean(arguments)
}

/// Where the first argument begins in the second, from 1; 0 when it does not.
fn position(call: &Call) -> Result<ArrayRef> {
    let starts = if call.len() > 2 {
        Some(call.integers(2)?)
    } else {
        None
    };
    let start = |row| match &starts {
        Some(starts) => starts.get(row).map(|start| clamp(start.max(1) - 1)),
        None => Some(0),
    };
    if is_binary(call, 0) || is_binary(call, 1) {
        let (needles, values) = (call.bytes(0)?, call.bytes(1)?);
        return build::numbers(call, |row| {
            let (Some(needle), Some(value), Some(start)) = (needles.get(row), values.get(row), start(row))
            else {
                return Ok(None);
            };
            let Some(rest) = value.get(start..) else {
                return Ok(Some(0));
            };
            Ok(Some(
                memmem::find(rest, needle).map_or(0, |place| (start + place + 1) as i128),
            ))
        });
    }
    let (needles, texts) = (call.texts(0)?, call.texts(1)?);
    build::numbers(call, |row| {
        let (Some(needle), Some(text), Some(start)) = (needles.get(row), texts.get(row), start(row)) else {
            return Ok(None);
        };
        if start > 0 && start >= characters(text) {
            return Ok(Some(0));
        }
        let from = byte_of(text, start);
        let rest = text.get(from..).unwrap_or_default();
        let Some(place) = memmem::find(rest.as_bytes(), needle.as_bytes()) else {
            return Ok(Some(0));
        };
        let before = rest.get(..place).map_or(0, characters);
        Ok(Some((start + before + 1) as i128))
    })
}

/// A test of whole values, which is the same for text and bytes.
fn test(call: &Call, test: impl Fn(&[u8], &[u8]) -> bool) -> Result<ArrayRef> {
    if is_binary(call, 0) || is_binary(call, 1) {
        let (values, parts) = (call.bytes(0)?, call.bytes(1)?);
        return build::booleans(call.rows(), |row| {
            Ok(values
                .get(row)
                .and_then(|value| Some(test(value, parts.get(row)?))))
        });
    }
    let (texts, parts) = (call.texts(0)?, call.texts(1)?);
    build::booleans(call.rows(), |row| {
        Ok(texts
            .get(row)
            .and_then(|text| Some(test(text.as_bytes(), parts.get(row)?.as_bytes()))))
    })
}

/// A LIKE pattern in steps.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Is(char),
    Any,
    Rest,
}

/// A LIKE pattern, taken apart once.
#[derive(Debug)]
struct Pattern {
    steps: Vec<Step>,
    fold: bool,
}

impl Pattern {
    fn new(pattern: &str, escape: Option<char>, fold: bool) -> Result<Self> {
        let mut steps = Vec::new();
        let mut characters = pattern.chars();
        while let Some(character) = characters.next() {
            let step = match character {
                escaped if Some(escaped) == escape => match characters.next() {
                    Some(next) => Step::Is(next),
                    None => {
                        let rule = "the pattern ends with its escape character";
                        return Err(Error::invalid_argument("LIKE", pattern, rule));
                    }
                },
                '%' => Step::Rest,
                '_' => Step::Any,
                other => Step::Is(other),
            };
            if step != Step::Rest || steps.last() != Some(&Step::Rest) {
                steps.push(match step {
                    Step::Is(character) if fold => Step::Is(folded(character)),
                    other => other,
                });
            }
        }
        Ok(Self { steps, fold })
    }

    /// Whether the pattern covers the whole text: greedy, going back to the last `%` only.
    fn matches(&self, text: &str) -> bool {
        let (mut rest, mut step) = (text.chars(), 0);
        let mut retry = None;
        loop {
            let mut next = rest.clone();
            let matched = match (self.steps.get(step), next.next()) {
                (Some(Step::Rest), _) => {
                    step += 1;
                    retry = Some((step, rest.clone()));
                    continue;
                }
                (None, None) => return true,
                (Some(Step::Any), Some(_)) => true,
                (Some(Step::Is(wanted)), Some(given)) => {
                    *wanted == given || (self.fold && *wanted == folded(given))
                }
                _ => false,
            };
            if matched {
                rest = next;
                step += 1;
                continue;
            }
            // One character more goes to the last `%`.
            let Some((after, from)) = &mut retry else {
                return false;
            };
            if from.next().is_none() {
                return false;
            }
            (step, rest) = (*after, from.clone());
        }
    }
}

fn folded(character: char) -> char {
    if character.is_ascii() {
        return character.to_ascii_lowercase();
    }
    let mut lower = character.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(single), None) => single,
        _ => character,
    }
}

fn like(call: &Call, fold: bool) -> Result<ArrayRef> {
    let (texts, patterns) = (call.texts(0)?, call.texts(1)?);
    let escapes = if call.len() > 2 {
        Some(call.texts(2)?)
    } else {
        None
    };
    let escape = |row| -> Result<Option<Option<char>>> {
        let Some(escapes) = &escapes else {
            return Ok(Some(None));
        };
        let Some(escape) = escapes.get(row) else {
            return Ok(None);
        };
        let mut characters = escape.chars();
        match (characters.next(), characters.next()) {
            (first, None) => Ok(Some(first)),
            _ => Err(Error::invalid_argument(
                call.name(),
                escape,
                "an escape is one character",
            )),
        }
    };
    let constant = escapes
        .as_ref()
        .is_none_or(|escapes| escapes.constant().is_some());
    if let (true, Some(pattern)) = (constant, patterns.constant()) {
        let (Some(pattern), Some(escape)) = (pattern, escape(0)?) else {
            return build::booleans(call.rows(), |_| Ok(None));
        };
        let pattern = Pattern::new(pattern, escape, fold)?;
        return build::booleans(call.rows(), |row| {
            Ok(texts.get(row).map(|text| pattern.matches(text)))
        });
    }
    build::booleans(call.rows(), |row| {
        let (Some(text), Some(pattern), Some(escape)) = (texts.get(row), patterns.get(row), escape(row)?)
        else {
            return Ok(None);
        };
        Ok(Some(Pattern::new(pattern, escape, fold)?.matches(text)))
    })
}

fn replace(call: &Call) -> Result<ArrayRef> {
    let (texts, patterns) = (call.texts(0)?, call.texts(1)?);
    let replacements = if call.len() > 2 {
        Some(call.texts(2)?)
    } else {
        None
    };
    let constant = patterns
        .constant()
        .flatten()
        .map(|pattern| memmem::Finder::new(pattern.as_bytes()));
    build::written_texts(call.rows(), |row, out| {
        let (Some(text), Some(pattern)) = (texts.get(row), patterns.get(row)) else {
            return Ok(None);
        };
        let replacement = match &replacements {
            Some(replacements) => match replacements.get(row) {
                Some(replacement) => replacement,
                None => return Ok(None),
            },
            None => "",
        };
        if pattern.is_empty() {
            out.push_str(text);
            return Ok(Some(()));
        }
        let finder = match &constant {
            Some(finder) => finder.as_ref(),
            None => memmem::Finder::new(pattern.as_bytes()),
        };
        let mut last = 0;
        for place in finder.find_iter(text.as_bytes()) {
            out.push_str(text.get(last..place).unwrap_or_default());
            out.push_str(replacement);
            check_text(out.len())?;
            last = place + pattern.len();
        }
        out.push_str(text.get(last..).unwrap_or_default());
        Ok(Some(()))
    })
}

fn translate(call: &Call) -> Result<ArrayRef> {
    let (texts, sources, targets) = (call.texts(0)?, call.texts(1)?, call.texts(2)?);
    let alphabets = |source: &str, target: &str| -> Result<(Vec<char>, Vec<char>)> {
        let (source, target): (Vec<_>, Vec<_>) = (source.chars().collect(), target.chars().collect());
        if target.len() > source.len() {
            return Err(Error::string_too_long("(target alphabet)"));
        }
        Ok((source, target))
    };
    let constant = match (sources.constant().flatten(), targets.constant().flatten()) {
        (Some(source), Some(target)) => Some(alphabets(source, target)?),
        _ => None,
    };
    build::written_texts(call.rows(), |row, out| {
        let (Some(text), Some(source), Some(target)) = (texts.get(row), sources.get(row), targets.get(row))
        else {
            return Ok(None);
        };
        let varying = if constant.is_none() {
            Some(alphabets(source, target)?)
        } else {
            None
        };
        let Some((source, target)) = constant.as_ref().or(varying.as_ref()) else {
            return Ok(None);
        };
        for character in text.chars() {
            match source.iter().position(|candidate| *candidate == character) {
                Some(index) => out.extend(target.get(index)),
                None => out.push(character),
            }
        }
        Ok(Some(()))
    })
}
