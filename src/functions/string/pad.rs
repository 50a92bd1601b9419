//! Taking blanks away and putting them on: TRIM, LPAD, REPEAT and their kin.

use datafusion::arrow::array::ArrayRef;

use super::{between_characters, characters, clamp, either_kind, is_binary, same_text, text};
use crate::error::{Error, Result};
use crate::functions::arguments::{between, exactly};
use crate::functions::build::{self, MAX_TEXT_BYTES, check_text};
use crate::functions::call::Call;
use crate::functions::scalar::Scalar;

/// Trimming, padding, repetition.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["TRIM"],
        between(1, 2),
        same_text,
        |c| trim(c, true, true),
        "trim",
    ),
    Scalar::new(
        &["LTRIM"],
        between(1, 2),
        same_text,
        |c| trim(c, true, false),
        "ltrim",
    ),
    Scalar::new(
        &["RTRIM"],
        between(1, 2),
        same_text,
        |c| trim(c, false, true),
        "rtrim",
    ),
    Scalar::new(&["LPAD"], between(2, 3), either_kind, |c| pad(c, true), "lpad"),
    Scalar::new(&["RPAD"], between(2, 3), either_kind, |c| pad(c, false), "rpad"),
    Scalar::new(&["REPEAT"], exactly(2), text, repeat, "repeat"),
    Scalar::new(&["SPACE"], exactly(1), text, space, "space"),
];

/// Strips any of the characters given, or blanks.
fn trim(call: &Call, left: bool, right: bool) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let sets = if call.len() > 1 {
        Some(call.texts(1)?)
    } else {
        None
    };
    build::texts(call.rows(), |row| {
        let Some(mut text) = texts.get(row) else {
            return Ok(None);
        };
        let set = match &sets {
            Some(sets) => match sets.get(row) {
                Some(set) => set,
                None => return Ok(None),
            },
            None => " ",
        };
        if left {
            text = text.trim_start_matches(|c| set.contains(c));
        }
        if right {
            text = text.trim_end_matches(|c| set.contains(c));
        }
        Ok(Some(text))
    })
}

fn pad(call: &Call, left: bool) -> Result<ArrayRef> {
    let lengths = call.integers(1)?;
    if is_binary(call, 0) {
        if call.len() < 3 {
            return Err(Error::not_enough_arguments(call.arguments().text(), 3, 2));
        }
        let (values, fillers) = (call.bytes(0)?, call.bytes(2)?);
        return build::written_bytes(call.rows(), |row, out| {
            let (Some(value), Some(length), Some(filler)) =
                (values.get(row), lengths.get(row), fillers.get(row))
            else {
                return Ok(None);
            };
            let length = clamp(length);
            let missing = if filler.is_empty() {
                0
            } else {
                length.saturating_sub(value.len())
            };
            check_text(value.len().max(missing))?;
            let kept = value.get(..length.min(value.len())).unwrap_or_default();
            let filling = filler.iter().cycle().take(missing);
            if left {
                out.extend(filling);
                out.extend_from_slice(kept);
            } else {
                out.extend_from_slice(kept);
                out.extend(filling);
            }
            Ok(Some(()))
        });
    }
    let texts = call.texts(0)?;
    let fillers = if call.len() > 2 {
        Some(call.texts(2)?)
    } else {
        None
    };
    build::written_texts(call.rows(), |row, out| {
        let (Some(text), Some(length)) = (texts.get(row), lengths.get(row)) else {
            return Ok(None);
        };
        let filler = match &fillers {
            Some(fillers) => match fillers.get(row) {
                Some(filler) => filler,
                None => return Ok(None),
            },
            None => " ",
        };
        let length = clamp(length);
        let given = characters(text);
        if given >= length {
            out.push_str(between_characters(text, 0, length));
            return Ok(Some(()));
        }
        let missing = if filler.is_empty() { 0 } else { length - given };
        check_text(missing)?;
        if !left {
            out.push_str(text);
        }
        out.extend(filler.chars().cycle().take(missing));
        if left {
            out.push_str(text);
        }
        Ok(Some(()))
    })
}

fn repeat(call: &Call) -> Result<ArrayRef> {
    let (texts, counts) = (call.texts(0)?, call.integers(1)?);
    build::written_texts(call.rows(), |row, out| {
        let (Some(text), Some(count)) = (texts.get(row), counts.get(row)) else {
            return Ok(None);
        };
        let count = clamp(count);
        check_text(text.len().saturating_mul(count).min(MAX_TEXT_BYTES + 1))?;
        if !text.is_empty() {
            (0..count).for_each(|_| out.push_str(text));
        }
        Ok(Some(()))
    })
}

fn space(call: &Call) -> Result<ArrayRef> {
    let counts = call.integers(0)?;
    build::written_texts(call.rows(), |row, out| {
        let Some(count) = counts.get(row).map(clamp) else {
            return Ok(None);
        };
        check_text(count)?;
        out.extend(std::iter::repeat_n(' ', count));
        Ok(Some(()))
    })
}
