//! Bitwise functions over integers and bytes (<https://docs.snowflake.com/en/sql-reference/expressions-byte-bit>).

use datafusion::arrow::array::{ArrayRef, BinaryArray};

use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::build;
use crate::functions::call::{Call, Column};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode;

/// A function of two integers or two BINARY values, by its operation on each.
macro_rules! two {
    ($names:expr, $operation:expr, $page:literal) => {
        Scalar::new(
            $names,
            between(2, 3),
            two_type,
            |c| match is_binary(&c.arguments(), 0) {
                true => two_bytes(c, $operation),
                false => two(c, |a, b| Some($operation(a, b))),
            },
            $page,
        )
    };
}

/// Bits of integers, in two's complement of 128 bits, and of bytes.
pub const FUNCTIONS: &[Scalar] = &[
    two!(&["BITAND", "BIT_AND"], std::ops::BitAnd::bitand, "bitand"),
    two!(&["BITOR", "BIT_OR"], std::ops::BitOr::bitor, "bitor"),
    two!(&["BITXOR", "BIT_XOR"], std::ops::BitXor::bitxor, "bitxor"),
    Scalar::new(
        &["BITSHIFTLEFT", "BIT_SHIFTLEFT"],
        exactly(2),
        shift_type,
        |c| match is_binary(&c.arguments(), 0) {
            true => shift_bytes(c, true),
            false => two(c, left),
        },
        "bitshiftleft",
    ),
    Scalar::new(
        &["BITSHIFTRIGHT", "BIT_SHIFTRIGHT"],
        exactly(2),
        shift_type,
        |c| match is_binary(&c.arguments(), 0) {
            true => shift_bytes(c, false),
            false => two(c, right),
        },
        "bitshiftright",
    ),
    Scalar::new(
        &["GETBIT"],
        exactly(2),
        |a| integer(a, 0..2),
        |c| two(c, |a, b| right(a, b).map(|a| a & 1)),
        "getbit",
    ),
    Scalar::new(&["BITNOT", "BIT_NOT"], exactly(1), shift_type, not, "bitnot"),
];

/// Whether an argument is BINARY.
fn is_binary(arguments: &Arguments, index: usize) -> bool {
    matches!(arguments.data_type(index), Ok(SnowType::Binary { .. }))
}

fn integer(arguments: &Arguments, indexes: std::ops::Range<usize>) -> Result<Returns> {
    for index in indexes {
        super::number_type(arguments, index)?;
    }
    // A shift too far has no result, nor has text that is no number.
    Returns::nullable(SnowType::INTEGER)
}

/// Both integers, or both BINARY: as long as the longer one. The side to pad is for BINARY only.
fn two_type(arguments: &Arguments) -> Result<Returns> {
    match (arguments.data_type(0)?, arguments.data_type(1)?) {
        (SnowType::Binary { length: a }, SnowType::Binary { length: b }) => {
            Returns::strict(arguments, SnowType::Binary { length: a.max(b) })
        }
        (SnowType::Binary { .. }, _) if arguments.is_null(1) => Returns::nullable(arguments.data_type(0)?),
        (_, SnowType::Binary { .. }) if arguments.is_null(0) => Returns::nullable(arguments.data_type(1)?),
        _ if arguments.len() > 2 => Err(arguments.wrong_types()),
        _ => integer(arguments, 0..2),
    }
}

/// The first argument's kind.
fn shift_type(arguments: &Arguments) -> Result<Returns> {
    match arguments.data_type(0)? {
        binary @ SnowType::Binary { .. } => {
            integer(arguments, 1..arguments.len())?;
            Returns::strict(arguments, binary)
        }
        _ => integer(arguments, 0..arguments.len()),
    }
}

/// A shift by a negative count or by 128 and more has no result.
fn left(value: i128, count: i128) -> Option<i128> {
    value.checked_shl(u32::try_from(count).ok()?)
}

fn right(value: i128, count: i128) -> Option<i128> {
    value.checked_shr(u32::try_from(count).ok()?)
}

/// An argument as integers: text that is no number counts as NULL.
fn integers(call: &Call, index: usize) -> Result<Column<datafusion::arrow::array::Decimal128Array>> {
    call.column_with(
        index,
        &SnowType::INTEGER,
        match call.data_type(index)? {
            SnowType::Varchar { .. } => CastMode::Try,
            _ => CastMode::Strict,
        },
    )
}

fn two(call: &Call, f: impl Fn(i128, i128) -> Option<i128>) -> Result<ArrayRef> {
    if matches!(call.returns(), SnowType::Binary { .. }) {
        return build::written_bytes(call.rows(), |_, _| Ok(None));
    }
    let (left, right) = (integers(call, 0)?, integers(call, 1)?);
    build::numbers(call, |row| {
        Ok(left.get(row).and_then(|left| f(left, right.get(row)?)))
    })
}

/// Which side a shorter value gets its zeros on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

impl Side {
    /// The byte at a place of the `total` that a value has with its zeros.
    fn byte(self, value: &[u8], place: usize, total: usize) -> u8 {
        let missing = total - value.len();
        let place = match self {
            Self::Left => place.checked_sub(missing),
            Self::Right => Some(place),
        };
        place.and_then(|place| value.get(place)).copied().unwrap_or(0)
    }
}

fn two_bytes(call: &Call, operation: fn(u8, u8) -> u8) -> Result<ArrayRef> {
    let (lefts, rights) = (call.bytes(0)?, call.bytes(1)?);
    let sides = if call.len() > 2 {
        Some(call.texts(2)?)
    } else {
        None
    };
    let side = |row| -> Result<Option<Option<Side>>> {
        let Some(sides) = &sides else {
            return Ok(Some(None));
        };
        Ok(match sides.get(row) {
            None => None,
            Some(word) if word.eq_ignore_ascii_case("LEFT") => Some(Some(Side::Left)),
            Some(word) if word.eq_ignore_ascii_case("RIGHT") => Some(Some(Side::Right)),
            Some(word) => {
                let rule = "the side to pad is LEFT or RIGHT";
                return Err(Error::invalid_argument(call.name(), word, rule));
            }
        })
    };
    build::written_bytes(call.rows(), |row, out| {
        let (Some(left), Some(right), Some(side)) = (lefts.get(row), rights.get(row), side(row)?) else {
            return Ok(None);
        };
        let total = left.len().max(right.len());
        let side = match side {
            None if left.len() != right.len() => return Err(lengths_differ(left, right)),
            side => side.unwrap_or(Side::Left),
        };
        out.extend(
            (0..total).map(|place| operation(side.byte(left, place, total), side.byte(right, place, total))),
        );
        Ok(Some(()))
    })
}

/// 100544: two values of different lengths, and nothing says where zeros go.
fn lengths_differ(left: &[u8], right: &[u8]) -> Error {
    let message = format!(
        "The lengths of two variable-sized fields do not match: first length {}, second length {}",
        left.len(),
        right.len()
    );
    Error::new(100_544, "22026", message)
}

/// Shifts within the value's own length; a negative count has no result.
fn shift_bytes(call: &Call, to_left: bool) -> Result<ArrayRef> {
    let (values, counts): (Column<BinaryArray>, _) = (call.bytes(0)?, integers(call, 1)?);
    build::written_bytes(call.rows(), |row, out| {
        let (Some(value), Some(count)) = (values.get(row), counts.get(row)) else {
            return Ok(None);
        };
        let Ok(count) = u128::try_from(count) else {
            return Ok(None);
        };
        let bytes = usize::try_from(count / 8).unwrap_or(usize::MAX);
        let bits = (count % 8) as u32;
        let at = |place: Option<usize>| u16::from(place.and_then(|p| value.get(p)).copied().unwrap_or(0));
        out.extend((0..value.len()).map(|place| {
            if to_left {
                let from = place.checked_add(bytes);
                let pair = at(from) << 8 | at(from.and_then(|from| from.checked_add(1)));
                (pair << bits >> 8) as u8
            } else {
                let from = place.checked_sub(bytes);
                let pair = at(from.and_then(|from| from.checked_sub(1))) << 8 | at(from);
                (pair >> bits) as u8
            }
        }));
        Ok(Some(()))
    })
}

fn not(call: &Call) -> Result<ArrayRef> {
    if is_binary(&call.arguments(), 0) {
        let values = call.bytes(0)?;
        return build::written_bytes(call.rows(), |row, out| {
            Ok(values
                .get(row)
                .map(|value| out.extend(value.iter().map(|byte| !byte))))
        });
    }
    let values = integers(call, 0)?;
    build::numbers(call, |row| Ok(values.get(row).map(|value| !value)))
}

#[cfg(test)]
mod tests {
    use crate::functions::testing::{context, evaluate};

    fn value(call: &str) -> String {
        evaluate(call, &context(&[])).unwrap().1
    }

    #[test]
    fn bytes_are_padded_on_a_side() {
        assert_eq!(
            value("BITAND('BCBC'::BINARY, 'ABCDABCD'::BINARY, 'LEFT')"),
            "0000A88C"
        );
        assert_eq!(
            value("BITXOR('BCBC'::BINARY, 'ABCDABCD'::BINARY, 'right')"),
            "1771ABCD"
        );
        let error = evaluate("BITOR('BCBC'::BINARY, 'ABCDABCD'::BINARY)", &context(&[])).unwrap_err();
        assert_eq!(error.code(), 100_544);
    }

    #[test]
    fn shifts_stay_within_the_bytes() {
        assert_eq!(value("BITSHIFTLEFT('ABCDABCD'::BINARY, 1)"), "579B579A");
        assert_eq!(value("BITSHIFTLEFT('BCBC'::BINARY, 8)"), "BC00");
        assert_eq!(value("BITSHIFTRIGHT('ABCDABCD'::BINARY, 4)"), "0ABCDABC");
        assert_eq!(value("BITSHIFTRIGHT('ABCD'::BINARY, 100)"), "0000");
        assert_eq!(value("BITNOT('ABCDABCD'::BINARY)"), "54325432");
    }

    #[test]
    fn text_that_is_no_number_is_null() {
        assert_eq!(value("BITAND('x', 3)"), "NULL");
        assert_eq!(value("BITNOT('12.3')"), "-13");
    }
}
