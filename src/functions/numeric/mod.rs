//! Numeric functions (<https://docs.snowflake.com/en/sql-reference/functions-numeric>): [`rounding`], [`float`]
//! (roots, powers, logarithms, trigonometry), [`division`], and [`bits`].

pub mod bits;
pub mod division;
pub mod float;
pub mod rounding;

#[cfg(test)]
mod tests;

use super::arguments::Arguments;
use crate::error::Result;
use crate::types::SnowType;
use crate::types::coerce::arithmetic_type;

/// The numeric type that an argument counts as.
///
/// # Errors
/// 001044 for what is no number.
pub(super) fn number_type(arguments: &Arguments, index: usize) -> Result<SnowType> {
    if arguments.is_null(index) {
        return Ok(SnowType::INTEGER);
    }
    arithmetic_type(&arguments.data_type(index)?).ok_or_else(|| arguments.wrong_types())
}
