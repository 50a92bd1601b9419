//! NUMBER: exact decimals of up to 38 digits.
//!
//! [`decimal`] reads text and changes scales, rounding half away from zero; [`result_type`] has the documented types of
//! arithmetic; [`arithmetic`] computes on whole arrays.

pub mod arithmetic;
pub mod decimal;
pub mod result_type;

pub use arithmetic::{Operation, add, divide, modulo, multiply, negate, subtract};
pub use decimal::{Fault, fits, literal_digits, parse_decimal, parse_float, pow10, rescale};
pub use result_type::{add_type, divide_type, modulo_type, multiply_type};

use std::fmt;

use super::SnowType;
use crate::error::Error;

/// 100046: a result that its NUMBER type cannot hold, worded as Snowflake does (`type FIXED[SB16](38,0){nullable}`).
pub fn overflow(precision: u8, scale: u8, value: impl fmt::Display) -> Error {
    let bytes = match precision {
        0..=2 => 1,
        3..=4 => 2,
        5..=9 => 4,
        10..=18 => 8,
        _ => 16,
    };
    Error::number_out_of_range(
        format!("FIXED[SB{bytes}]({precision},{scale}){{nullable}}"),
        value,
    )
}

/// Precision and scale of a NUMBER type; `None` for other types.
pub fn precision_scale(data_type: &SnowType) -> Option<(u8, u8)> {
    match data_type {
        SnowType::Number { precision, scale } => Some((*precision, *scale)),
        _ => None,
    }
}
