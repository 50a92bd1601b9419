//! Bitwise functions over integers (<https://docs.snowflake.com/en/sql-reference/expressions-byte-bit>).

use datafusion::arrow::array::ArrayRef;

use crate::error::Result;
use crate::functions::arguments::{Arguments, Count, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;

const TWO: Count = exactly(2);

/// Bits of integers, in two's complement of 128 bits.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["BITAND", "BIT_AND"],
        TWO,
        integer,
        |c| two(c, |a, b| Some(a & b)),
        "bitand",
    ),
    Scalar::new(
        &["BITOR", "BIT_OR"],
        TWO,
        integer,
        |c| two(c, |a, b| Some(a | b)),
        "bitor",
    ),
    Scalar::new(
        &["BITXOR", "BIT_XOR"],
        TWO,
        integer,
        |c| two(c, |a, b| Some(a ^ b)),
        "bitxor",
    ),
    Scalar::new(
        &["BITSHIFTLEFT", "BIT_SHIFTLEFT"],
        TWO,
        integer,
        |c| two(c, left),
        "bitshiftleft",
    ),
    Scalar::new(
        &["BITSHIFTRIGHT", "BIT_SHIFTRIGHT"],
        TWO,
        integer,
        |c| two(c, right),
        "bitshiftright",
    ),
    Scalar::new(
        &["GETBIT"],
        TWO,
        integer,
        |c| two(c, |a, b| right(a, b).map(|a| a & 1)),
        "getbit",
    ),
    Scalar::new(&["BITNOT", "BIT_NOT"], exactly(1), integer, not, "bitnot"),
];

fn integer(arguments: &Arguments) -> Result<Returns> {
    for index in 0..arguments.len() {
        super::number_type(arguments, index)?;
    }
    // A shift too far has no result.
    Returns::nullable(SnowType::INTEGER)
}

/// A shift by a negative count or by 128 and more has no result.
fn left(value: i128, count: i128) -> Option<i128> {
    value.checked_shl(u32::try_from(count).ok()?)
}

fn right(value: i128, count: i128) -> Option<i128> {
    value.checked_shr(u32::try_from(count).ok()?)
}

fn two(call: &Call, f: impl Fn(i128, i128) -> Option<i128>) -> Result<ArrayRef> {
    let (left, right) = (call.integers(0)?, call.integers(1)?);
    build::numbers(call, |row| {
        Ok(left.get(row).and_then(|left| f(left, right.get(row)?)))
    })
}

fn not(call: &Call) -> Result<ArrayRef> {
    let values = call.integers(0)?;
    build::numbers(call, |row| Ok(values.get(row).map(|value| !value)))
}
