//! TO_NUMBER and TO_DOUBLE.

use datafusion::arrow::array::ArrayRef;

use super::{converted, plain};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode::{self, Strict, Try};
use crate::types::format::numeric::NumberFormat;
use crate::types::number::Fault;

/// To NUMBER and FLOAT.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["TO_NUMBER", "TO_DECIMAL", "TO_NUMERIC"],
        between(1, 4),
        |a| number_type(a, Strict),
        |c| to_number(c, Strict),
        "to_decimal",
    ),
    Scalar::new(
        &["TRY_TO_NUMBER", "TRY_TO_DECIMAL", "TRY_TO_NUMERIC"],
        between(1, 4),
        |a| number_type(a, Try),
        |c| to_number(c, Try),
        "try_to_decimal",
    ),
    Scalar::new(
        &["TO_DOUBLE"],
        between(1, 2),
        |a| converted(a, SnowType::Float, Strict),
        |c| to_double(c, Strict),
        "to_double",
    ),
    Scalar::new(
        &["TRY_TO_DOUBLE"],
        between(1, 2),
        |a| converted(a, SnowType::Float, Try),
        |c| to_double(c, Try),
        "try_to_double",
    ),
];

/// Whether the second argument is a format, not a precision.
fn has_format(arguments: &Arguments) -> bool {
    arguments.len() > 1 && matches!(arguments.data_type(1), Ok(SnowType::Varchar { .. }))
}

fn number_type(arguments: &Arguments, mode: CastMode) -> Result<Returns> {
    let first = if has_format(arguments) { 2 } else { 1 };
    if arguments.len() > first + 2 {
        return Err(Error::too_many_arguments(
            arguments.text(),
            first + 2,
            arguments.len(),
        ));
    }
    let digits = |index: usize, default: i64, range: std::ops::RangeInclusive<i64>| {
        if arguments.len() <= index {
            return Ok(default as u8);
        }
        let value = arguments
            .constant_integer(index)
            .filter(|value| range.contains(value));
        value
            .map(|value| value as u8)
            .ok_or_else(|| arguments.wrong_types())
    };
    let precision = digits(first, 38, 1..=38)?;
    let scale = digits(first + 1, 0, 0..=37)?;
    if scale > precision {
        return Err(arguments.wrong_types());
    }
    converted(arguments, SnowType::Number { precision, scale }, mode)
}

fn to_number(call: &Call, mode: CastMode) -> Result<ArrayRef> {
    let SnowType::Number { precision, scale } = *call.returns() else {
        return plain(call, mode);
    };
    if !has_format(&call.arguments()) || !is_text(call) {
        return plain(call, mode);
    }
    let mut formats = Formats::new(call)?;
    let texts = call.texts(0)?;
    build::numbers(call, |row| {
        let (Some(text), Some(format)) = (texts.get(row), formats.get(row)?) else {
            return Ok(None);
        };
        match (format.read_decimal(text, precision, scale), mode) {
            (Ok(value), _) => Ok(Some(value)),
            (Err(_), Try) => Ok(None),
            (Err(Fault::NotNumeric), Strict) => Err(format.refusal(text)),
            (Err(Fault::OutOfRange), Strict) => Err(Error::out_of_range(text)),
        }
    })
}

fn to_double(call: &Call, mode: CastMode) -> Result<ArrayRef> {
    if call.len() < 2 || !is_text(call) {
        return plain(call, mode);
    }
    let mut formats = Formats::new(call)?;
    let texts = call.texts(0)?;
    build::floats(call.rows(), |row| {
        let (Some(text), Some(format)) = (texts.get(row), formats.get(row)?) else {
            return Ok(None);
        };
        match (format.read_float(text), mode) {
            (None, Strict) => Err(format.refusal(text)),
            (value, _) => Ok(value),
        }
    })
}

/// Formats are for text; other values convert as they are.
fn is_text(call: &Call) -> bool {
    matches!(
        call.data_type(0),
        Ok(SnowType::Varchar { .. } | SnowType::Variant)
    )
}

/// The number format in the second argument, compiled once as long as it stays the same.
pub(super) struct Formats {
    texts: crate::functions::call::Column<datafusion::arrow::array::StringArray>,
    last: Option<(String, NumberFormat)>,
}

impl Formats {
    pub(super) fn new(call: &Call) -> Result<Self> {
        Ok(Self {
            texts: call.texts(1)?,
            last: None,
        })
    }

    /// The format of a row; `None` for NULL.
    pub(super) fn get(&mut self, row: usize) -> Result<Option<&NumberFormat>> {
        let Some(text) = self.texts.get(row) else {
            return Ok(None);
        };
        if self.last.as_ref().is_none_or(|(last, _)| last != text) {
            self.last = Some((text.to_string(), NumberFormat::parse(text)?));
        }
        Ok(self.last.as_ref().map(|(_, format)| format))
    }
}
