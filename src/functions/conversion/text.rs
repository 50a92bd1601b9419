//! TO_CHAR, TO_BOOLEAN and TO_BINARY.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use super::number::Formats;
use super::{converted, plain, with_format};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode::{self, Strict, Try};
use crate::types::context::BinaryFormat;
use crate::types::format::DateTimeFormat;

/// To VARCHAR, BOOLEAN and BINARY.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["TO_CHAR", "TO_VARCHAR"],
        between(1, 2),
        text_type,
        to_text,
        "to_char",
    ),
    Scalar::new(
        &["TO_BOOLEAN"],
        exactly(1),
        |a| converted(a, SnowType::Boolean, Strict),
        |c| plain(c, Strict),
        "to_boolean",
    ),
    Scalar::new(
        &["TRY_TO_BOOLEAN"],
        exactly(1),
        |a| converted(a, SnowType::Boolean, Try),
        |c| plain(c, Try),
        "try_to_boolean",
    ),
    Scalar::new(
        &["TO_BINARY"],
        between(1, 2),
        |a| converted(a, SnowType::BINARY, Strict),
        |c| to_binary(c, Strict),
        "to_binary",
    ),
    Scalar::new(
        &["TRY_TO_BINARY"],
        between(1, 2),
        |a| converted(a, SnowType::BINARY, Try),
        |c| to_binary(c, Try),
        "try_to_binary",
    ),
];

fn text_type(arguments: &Arguments) -> Result<Returns> {
    let formatted = |data_type| {
        matches!(
            data_type,
            SnowType::Number { .. } | SnowType::Float | SnowType::Date | SnowType::Time { .. }
        ) || matches!(data_type, SnowType::Binary { .. })
            || data_type.is_timestamp()
    };
    if arguments.len() > 1 && !arguments.is_null(0) && !formatted(arguments.data_type(0)?) {
        return Err(arguments.wrong_types());
    }
    match arguments.data_type(0)? {
        text @ SnowType::Varchar { .. } => converted(arguments, text, Strict),
        _ => converted(arguments, SnowType::VARCHAR, Strict),
    }
}

fn to_text(call: &Call) -> Result<ArrayRef> {
    if call.len() < 2 || call.is_null(0) {
        return plain(call, Strict);
    }
    match call.data_type(0)? {
        SnowType::Number { precision, scale } => {
            let mut formats = Formats::new(call)?;
            let values = call.numbers(0, precision, scale)?;
            build::written_texts(call.rows(), |row, out| {
                let (Some(value), Some(format)) = (values.get(row), formats.get(row)?) else {
                    return Ok(None);
                };
                format.write_decimal(value, scale, out);
                Ok(Some(()))
            })
        }
        SnowType::Float => {
            let mut formats = Formats::new(call)?;
            let values = call.floats(0)?;
            build::written_texts(call.rows(), |row, out| {
                let (Some(value), Some(format)) = (values.get(row), formats.get(row)?) else {
                    return Ok(None);
                };
                format.write_float(value, out);
                Ok(Some(()))
            })
        }
        from @ SnowType::Binary { .. } => with_format(call, &from, 1, Strict, |context, format| {
            context.binary_output = binary_format(call, format)?;
            Ok(())
        }),
        from => with_format(call, &from, 1, Strict, |context, format| {
            let format = Arc::new(DateTimeFormat::parse(format)?);
            context.date_output = Arc::clone(&format);
            context.time_output = Arc::clone(&format);
            context.timestamp_output = format;
            context.timestamp_ntz_output = None;
            context.timestamp_ltz_output = None;
            context.timestamp_tz_output = None;
            Ok(())
        }),
    }
}

fn binary_format(call: &Call, name: &str) -> Result<BinaryFormat> {
    let unknown = || Error::invalid_argument(call.name(), name, "a binary format is HEX, BASE64 or UTF-8");
    BinaryFormat::parse(name).ok_or_else(unknown)
}

fn to_binary(call: &Call, mode: CastMode) -> Result<ArrayRef> {
    if call.len() < 2 {
        return plain(call, mode);
    }
    with_format(call, &SnowType::VARCHAR, 1, mode, |context, format| {
        context.binary_input = binary_format(call, format)?;
        Ok(())
    })
}
