//! System functions that look at their argument alone: SYSTEM$TYPEOF. Those that look at the account are the engine's.

use datafusion::arrow::array::ArrayRef;

use super::arguments::exactly;
use super::build;
use super::call::Call;
use super::scalar::{Returns, Scalar};
use crate::error::Result;
use crate::types::{MAX_VARCHAR, SnowType};

/// The family.
pub const FUNCTIONS: &[Scalar] = &[Scalar::new(
    &["SYSTEM$TYPEOF"],
    exactly(1),
    |_| Returns::never_null(SnowType::VARCHAR),
    type_of,
    "system_typeof",
)];

/// The bytes that Snowflake says it holds whole numbers of some digits in.
fn bytes_of_digits(digits: u8) -> u8 {
    match digits {
        0..=2 => 1,
        3..=4 => 2,
        5..=9 => 4,
        10..=18 => 8,
        _ => 16,
    }
}

/// The bytes that a number needs.
fn bytes_of_number(value: i64) -> u8 {
    match value {
        -128..=127 => 1,
        -32_768..=32_767 => 2,
        -2_147_483_648..=2_147_483_647 => 4,
        _ => 8,
    }
}

/// The type, and in brackets how it is held: a column's by its type, a constant's by its value.
fn type_of(call: &Call) -> Result<ArrayRef> {
    let shown = if call.is_null(0) {
        "NULL[LOB]".to_string()
    } else {
        let data_type = match (call.data_type(0)?, call.constant_text(0)) {
            (SnowType::Varchar { length: MAX_VARCHAR }, Some(text)) => SnowType::Varchar {
                length: text.chars().count() as u32,
            },
            // A whole number that is a literal.
            (other, _) if call.arguments().arrow(0).is_integer() => {
                let digits = call.constant_integer(0).map(|value| value.unsigned_abs());
                digits.map_or(other, |digits| SnowType::Number {
                    precision: digits.checked_ilog10().unwrap_or(0) as u8 + 1,
                    scale: 0,
                })
            }
            (other, _) => other,
        };
        let held = match data_type {
            SnowType::Number { precision, .. } => {
                let bytes = match call.constant_integer(0) {
                    Some(value) => bytes_of_number(value),
                    None => bytes_of_digits(precision),
                };
                format!("SB{bytes}")
            }
            SnowType::Float => "DOUBLE".to_string(),
            SnowType::Boolean => "SB1".to_string(),
            SnowType::Date => "SB4".to_string(),
            SnowType::Time { .. } => "SB8".to_string(),
            other if other.is_timestamp() => "SB16".to_string(),
            _ => "LOB".to_string(),
        };
        format!("{data_type}[{held}]")
    };
    build::texts(call.rows(), |_| Ok(Some(&shown)))
}
