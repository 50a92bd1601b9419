//! Conversion functions (<https://docs.snowflake.com/en/sql-reference/functions-conversion>).
//!
//! Without a format they are casts. A constant format of dates or bytes is a cast as well, under a session whose
//! parameter is that format ([`with_format`]); number formats are applied by [`number`] and [`text`]. The TRY_ forms
//! give NULL for what does not convert.

pub mod moment;
pub mod number;
pub mod text;

#[cfg(test)]
mod tests;

use datafusion::arrow::array::{Array, ArrayRef};
use datafusion::arrow::compute;

use super::arguments::Arguments;
use super::call::{Call, Column, cast_array, spread};
use super::scalar::Returns;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::coerce::can_cast;
use crate::types::context::TypeContext;
use datafusion::arrow::array::StringArray;

/// The type of a conversion of the first argument.
///
/// # Errors
/// 001007 when there is no such conversion, 001065 for a TRY_ form of a number, BOOLEAN or VARIANT:
/// these forms take text only.
fn converted(arguments: &Arguments, to: SnowType, mode: CastMode) -> Result<Returns> {
    if arguments.is_null(0) {
        return Returns::nullable(to);
    }
    let from = arguments.data_type(0)?;
    if mode == CastMode::Try {
        return match from {
            SnowType::Varchar { .. } if can_cast(&from, &to) => Returns::nullable(to),
            SnowType::Number { .. } | SnowType::Float | SnowType::Boolean | SnowType::Variant => {
                Err(Error::try_cast_types("TRY_CAST", from, to))
            }
            _ => Err(arguments.no_conversion()),
        };
    }
    if !can_cast(&from, &to) {
        return Err(arguments.no_conversion());
    }
    Ok(Returns {
        data_type: to,
        nullable: from.is_encoded() || arguments.any_nullable(),
    })
}

/// The first argument cast to the call's type.
fn plain(call: &Call, mode: CastMode) -> Result<ArrayRef> {
    let (array, constant) = call.cast_with(0, call.returns(), mode)?;
    if constant {
        spread(&array, call.rows())
    } else {
        Ok(array)
    }
}

/// Casts the first argument, taken as `from`, to the call's type under a session with a format, which is the argument
/// at `format`. `set` puts the format's text into the session.
fn with_format(
    call: &Call,
    from: &SnowType,
    format: usize,
    mode: CastMode,
    set: impl Fn(&mut TypeContext, &str) -> Result<()>,
) -> Result<ArrayRef> {
    let formats: Column<StringArray> = call.texts(format)?;
    let (values, constant) = call.cast(0, from)?;
    let to = call.returns();
    let mut context = call.context().clone();
    if let Some(format) = formats.constant() {
        let Some(format) = format else {
            return Ok(datafusion::arrow::array::new_null_array(&to.arrow(), call.rows()));
        };
        set(&mut context, format)?;
        let array = cast_array(&values, from, to, mode, &context)?;
        return if constant {
            spread(&array, call.rows())
        } else {
            Ok(array)
        };
    }
    // A format that varies by row is compiled again whenever it changes.
    let mut last: Option<&str> = None;
    let mut parts: Vec<ArrayRef> = Vec::with_capacity(call.rows());
    for row in 0..call.rows() {
        let Some(format) = formats.get(row) else {
            parts.push(datafusion::arrow::array::new_null_array(&to.arrow(), 1));
            continue;
        };
        if last != Some(format) {
            set(&mut context, format)?;
            last = Some(format);
        }
        let value = values.slice(if constant { 0 } else { row }, 1);
        parts.push(cast_array(&value, from, to, mode, &context)?);
    }
    if parts.is_empty() {
        return Ok(datafusion::arrow::array::new_empty_array(&to.arrow()));
    }
    let parts: Vec<&dyn Array> = parts.iter().map(AsRef::as_ref).collect();
    Ok(compute::concat(&parts)?)
}
