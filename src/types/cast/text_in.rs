//! Casts from VARCHAR, and the shortening of BINARY.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BinaryBuilder, BooleanBuilder, StringArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Time64NanosecondType};

use super::temporal::{Stamp, stamps};
use super::{CastMode, Job, primitive};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::calendar::truncate_nanos;
use crate::types::context::BinaryFormat;
use crate::types::format::{Kind, Moment, auto};
use crate::types::number::{Fault, parse_decimal, parse_float};
use crate::types::text::write_binary;

pub(super) fn cast(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    use SnowType as S;
    let values = array.as_string::<i32>();
    let century = job.context.two_digit_century_start;
    match job.to {
        S::Number { precision, scale } => {
            let convert = |row| parse_decimal(values.value(row), precision, scale).ok();
            let error = |row: usize| match parse_decimal(values.value(row), precision, scale) {
                Err(Fault::OutOfRange) => Error::out_of_range(values.value(row)),
                _ => Error::not_numeric(values.value(row)),
            };
            let numbers = primitive::<Decimal128Type>(values, job.mode, convert, error)?;
            Ok(Arc::new(
                numbers.with_data_type(DataType::Decimal128(precision, scale as i8)),
            ))
        }
        S::Float => {
            let convert = |row| parse_float(values.value(row)).ok();
            let error = |row: usize| match parse_float(values.value(row)) {
                Err(Fault::OutOfRange) => Error::out_of_range(values.value(row)),
                _ => Error::not_numeric(values.value(row)),
            };
            Ok(Arc::new(primitive::<Float64Type>(
                values, job.mode, convert, error,
            )?))
        }
        S::Boolean => booleans(values, job.mode),
        S::Date => {
            let format = &job.context.date_input;
            let convert = |row| {
                format
                    .read(values.value(row), Kind::Date, century)
                    .map(|moment| moment.days)
            };
            let error = |row: usize| format.refusal(values.value(row), Kind::Date);
            Ok(Arc::new(primitive::<Date32Type>(
                values, job.mode, convert, error,
            )?))
        }
        S::Time { scale } => {
            let format = &job.context.time_input;
            let convert = |row| {
                let moment = format.read(values.value(row), Kind::Time, century)?;
                Some(truncate_nanos(moment.nanos, scale))
            };
            let error = |row: usize| format.refusal(values.value(row), Kind::Time);
            Ok(Arc::new(primitive::<Time64NanosecondType>(
                values, job.mode, convert, error,
            )?))
        }
        S::Binary { .. } => binaries(values, job),
        to if to.is_timestamp() => {
            let format = &job.context.timestamp_input;
            let convert = |row| {
                let text = values.value(row);
                format
                    .read(text, Kind::Timestamp, century)
                    .map(|moment| stamp(&moment, text, &to))
            };
            let error = |row: usize| format.refusal(values.value(row), Kind::Timestamp);
            stamps(values, job, convert, error)
        }
        to => Err(super::no_cast("CAST", job.from, &to)),
    }
}

/// What a text says as a timestamp. TIMESTAMP_NTZ keeps the wall clock and drops the offset; a count since 1970 is an
/// instant without an offset of its own, so that TIMESTAMP_TZ takes the session's.
pub(super) fn stamp(moment: &Moment, text: &str, to: &SnowType) -> Stamp {
    if matches!(to, SnowType::TimestampNtz { .. }) {
        return Stamp::from_moment(&Moment {
            offset: None,
            ..*moment
        });
    }
    let stamp = Stamp::from_moment(moment);
    if moment.offset == Some(0) && auto::is_count(text) {
        return Stamp {
            offset: None,
            ..stamp
        };
    }
    stamp
}

/// Reads a BOOLEAN as TO_BOOLEAN does; `None` for any other text.
pub fn parse_boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    let is = |words: [&str; 6]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is(["true", "t", "yes", "y", "on", "1"]) {
        return Some(true);
    }
    is(["false", "f", "no", "n", "off", "0"]).then_some(false)
}

fn booleans(values: &StringArray, mode: CastMode) -> Result<ArrayRef> {
    let mut builder = BooleanBuilder::with_capacity(values.len());
    for text in values {
        let value = text.and_then(parse_boolean);
        match text {
            Some(text) if value.is_none() && mode == CastMode::Strict => {
                return Err(Error::not_boolean(text));
            }
            _ => builder.append_option(value),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// Reads bytes in a binary format.
///
/// # Errors
/// 100115 for text that is not hexadecimal, 100116 for text that is not base64.
pub fn read_binary(text: &str, format: BinaryFormat, out: &mut Vec<u8>) -> Result<()> {
    use base64::Engine as _;
    let refuse = |code, name| {
        let message = format!("The following string is not a legal {name}-encoded value: '{text}'");
        Error::new(code, "22000", message)
    };
    match format {
        BinaryFormat::Hex => {
            let bytes = text.as_bytes();
            let (pairs, rest) = bytes.as_chunks::<2>();
            if !rest.is_empty() {
                return Err(refuse(100_115, "hex"));
            }
            for [high, low] in pairs {
                let (Some(high), Some(low)) = (char::from(*high).to_digit(16), char::from(*low).to_digit(16))
                else {
                    return Err(refuse(100_115, "hex"));
                };
                out.push((high * 16 + low) as u8);
            }
        }
        BinaryFormat::Base64 => {
            let packed: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            base64::engine::general_purpose::STANDARD
                .decode_vec(packed, out)
                .map_err(|_| refuse(100_116, "base64"))?;
        }
        BinaryFormat::Utf8 => out.extend_from_slice(text.as_bytes()),
    }
    Ok(())
}

fn binaries(values: &StringArray, job: Job<'_>) -> Result<ArrayRef> {
    let SnowType::Binary { length } = job.to else {
        return Err(super::no_cast("CAST", job.from, &job.to));
    };
    let mut builder = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    let mut bytes = Vec::new();
    for text in values {
        let Some(text) = text else {
            builder.append_null();
            continue;
        };
        bytes.clear();
        let read =
            read_binary(text, job.context.binary_input, &mut bytes).and_then(|()| fits(&bytes, length));
        match (read, job.mode) {
            (Ok(()), _) => builder.append_value(&bytes),
            (Err(_), CastMode::Try) => builder.append_null(),
            (Err(error), CastMode::Strict) => return Err(error),
        }
    }
    Ok(Arc::new(builder.finish()))
}

pub(super) fn shorten_binary(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    let SnowType::Binary { length } = job.to else {
        return Err(super::no_cast("CAST", job.from, &job.to));
    };
    let values = array.as_binary::<i32>();
    let mut builder = BinaryBuilder::with_capacity(values.len(), values.value_data().len());
    for bytes in values {
        match bytes.map(|bytes| fits(bytes, length).map(|()| bytes)) {
            None => builder.append_null(),
            Some(Ok(bytes)) => builder.append_value(bytes),
            Some(Err(_)) if job.mode == CastMode::Try => builder.append_null(),
            Some(Err(error)) => return Err(error),
        }
    }
    Ok(Arc::new(builder.finish()))
}

pub(super) fn fits(bytes: &[u8], length: u32) -> Result<()> {
    if bytes.len() <= length as usize {
        return Ok(());
    }
    let mut text = String::new();
    write_binary(bytes, BinaryFormat::Hex, &mut text)?;
    Err(Error::string_too_long(text))
}
