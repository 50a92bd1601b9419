//! Lengths and parts by position: LENGTH, SUBSTR, LEFT, RIGHT, INSERT, REVERSE.

use datafusion::arrow::array::ArrayRef;

use super::{
    between_characters, byte_of, characters, clamp, count, either_kind, integer, is_binary, same_kind,
};
use crate::error::{Error, Result};
use crate::functions::arguments::{between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::Scalar;

/// Lengths and slices.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["LENGTH", "LEN"], exactly(1), count, length, "length"),
    Scalar::new(
        &["OCTET_LENGTH"],
        exactly(1),
        integer,
        |c| bytes(c, 1),
        "octet_length",
    ),
    Scalar::new(
        &["BIT_LENGTH"],
        exactly(1),
        integer,
        |c| bytes(c, 8),
        "bit_length",
    ),
    Scalar::new(
        &["RTRIMMED_LENGTH"],
        exactly(1),
        integer,
        trimmed_length,
        "rtrimmed_length",
    ),
    Scalar::new(
        &["SUBSTR", "SUBSTRING"],
        between(2, 3),
        same_kind,
        substr,
        "substr",
    ),
    Scalar::new(&["LEFT"], exactly(2), same_kind, |c| side(c, true), "left"),
    Scalar::new(&["RIGHT"], exactly(2), same_kind, |c| side(c, false), "right"),
    Scalar::new(&["INSERT"], exactly(4), either_kind, insert, "insert"),
    Scalar::new(&["REVERSE"], exactly(1), same_kind, reverse, "reverse"),
];

fn length(call: &Call) -> Result<ArrayRef> {
    if is_binary(call, 0) {
        return bytes(call, 1);
    }
    let texts = call.texts(0)?;
    build::numbers(call, |row| {
        Ok(texts.get(row).map(|text| characters(text) as i128))
    })
}

fn bytes(call: &Call, unit: i128) -> Result<ArrayRef> {
    if is_binary(call, 0) {
        let values = call.bytes(0)?;
        return build::numbers(call, |row| {
            Ok(values.get(row).map(|value| value.len() as i128 * unit))
        });
    }
    let texts = call.texts(0)?;
    build::numbers(call, |row| {
        Ok(texts.get(row).map(|text| text.len() as i128 * unit))
    })
}

fn trimmed_length(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::numbers(call, |row| {
        Ok(texts
            .get(row)
            .map(|text| characters(text.trim_end_matches(' ')) as i128))
    })
}

/// Where a slice begins and ends, both counted from 0, in a value of some length: a start of 1 or 0 is the first
/// place, a negative one counts from the end.
fn range(total: usize, start: i128, length: Option<i128>) -> (usize, usize) {
    let start = match start {
        0 => 0,
        start if start > 0 => clamp(start - 1),
        start => match total.checked_sub(clamp(-start)) {
            Some(start) => start,
            None => return (0, 0),
        },
    };
    let start = start.min(total);
    let end = length.map_or(total, |length| start.saturating_add(clamp(length)).min(total));
    (start, end)
}

fn substr(call: &Call) -> Result<ArrayRef> {
    let starts = call.integers(1)?;
    let lengths = if call.len() > 2 {
        Some(call.integers(2)?)
    } else {
        None
    };
    let place = |row| {
        let length = match &lengths {
            Some(lengths) => Some(lengths.get(row)?),
            None => None,
        };
        Some((starts.get(row)?, length))
    };
    if is_binary(call, 0) {
        let values = call.bytes(0)?;
        return build::written_bytes(call.rows(), |row, out| {
            let (Some(value), Some((start, length))) = (values.get(row), place(row)) else {
                return Ok(None);
            };
            let (start, end) = range(value.len(), start, length);
            out.extend_from_slice(value.get(start..end).unwrap_or_default());
            Ok(Some(()))
        });
    }
    let texts = call.texts(0)?;
    build::texts(call.rows(), |row| {
        let (Some(text), Some((start, length))) = (texts.get(row), place(row)) else {
            return Ok(None);
        };
        // The length is needed only to count from the end.
        let total = if start < 0 { characters(text) } else { text.len() };
        let (start, end) = range(total, start, length);
        Ok(Some(between_characters(text, start, end)))
    })
}

fn side(call: &Call, left: bool) -> Result<ArrayRef> {
    let counts = call.integers(1)?;
    let range = |total: usize, count: i128| {
        let count = clamp(count).min(total);
        if left { (0, count) } else { (total - count, total) }
    };
    if is_binary(call, 0) {
        let values = call.bytes(0)?;
        return build::written_bytes(call.rows(), |row, out| {
            let (Some(value), Some(count)) = (values.get(row), counts.get(row)) else {
                return Ok(None);
            };
            let (start, end) = range(value.len(), count);
            out.extend_from_slice(value.get(start..end).unwrap_or_default());
            Ok(Some(()))
        });
    }
    let texts = call.texts(0)?;
    build::texts(call.rows(), |row| {
        let (Some(text), Some(count)) = (texts.get(row), counts.get(row)) else {
            return Ok(None);
        };
        let (start, end) = range(characters(text), count);
        Ok(Some(between_characters(text, start, end)))
    })
}

fn insert(call: &Call) -> Result<ArrayRef> {
    let (starts, lengths) = (call.integers(1)?, call.integers(2)?);
    let place = |row, total: usize| -> Result<Option<(usize, usize)>> {
        let (Some(start), Some(length)) = (starts.get(row), lengths.get(row)) else {
            return Ok(None);
        };
        let fits = start >= 1 && length >= 0 && start.saturating_add(length) <= total as i128 + 1;
        if !fits {
            let value = format!("{start}, {length}");
            return Err(Error::invalid_argument(
                call.name(),
                value,
                "position and length must lie inside the value",
            ));
        }
        Ok(Some((clamp(start - 1), clamp(start - 1 + length))))
    };
    if is_binary(call, 0) {
        let (values, inserted) = (call.bytes(0)?, call.bytes(3)?);
        return build::written_bytes(call.rows(), |row, out| {
            let (Some(value), Some(inserted)) = (values.get(row), inserted.get(row)) else {
                return Ok(None);
            };
            let Some((start, end)) = place(row, value.len())? else {
                return Ok(None);
            };
            out.extend_from_slice(value.get(..start).unwrap_or_default());
            out.extend_from_slice(inserted);
            out.extend_from_slice(value.get(end..).unwrap_or_default());
            Ok(Some(()))
        });
    }
    let (texts, inserted) = (call.texts(0)?, call.texts(3)?);
    build::written_texts(call.rows(), |row, out| {
        let (Some(text), Some(inserted)) = (texts.get(row), inserted.get(row)) else {
            return Ok(None);
        };
        let Some((start, end)) = place(row, characters(text))? else {
            return Ok(None);
        };
        out.push_str(between_characters(text, 0, start));
        out.push_str(inserted);
        out.push_str(text.get(byte_of(text, end)..).unwrap_or_default());
        Ok(Some(()))
    })
}

fn reverse(call: &Call) -> Result<ArrayRef> {
    if is_binary(call, 0) {
        let values = call.bytes(0)?;
        return build::written_bytes(call.rows(), |row, out| {
            Ok(values.get(row).map(|value| out.extend(value.iter().rev())))
        });
    }
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        Ok(texts.get(row).map(|text| out.extend(text.chars().rev())))
    })
}
