//! ABS, SIGN, CEIL, FLOOR, ROUND and TRUNC.

use datafusion::arrow::array::ArrayRef;

use super::number_type;
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::datetime::truncate::{truncate, truncated_type};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::number::{overflow, pow10};
use crate::types::text::decimal_text;

/// Signs and rounding.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["ABS"],
        exactly(1),
        |a| Returns::strict(a, number_type(a, 0)?),
        abs,
        "abs",
    ),
    Scalar::new(
        &["SIGN"],
        exactly(1),
        |a| {
            number_type(a, 0).and_then(|_| {
                Returns::strict(
                    a,
                    SnowType::Number {
                        precision: 1,
                        scale: 0,
                    },
                )
            })
        },
        sign,
        "sign",
    ),
    Scalar::new(
        &["CEIL"],
        between(1, 2),
        rounded_type,
        |c| round(c, Mode::Up),
        "ceil",
    ),
    Scalar::new(
        &["FLOOR"],
        between(1, 2),
        rounded_type,
        |c| round(c, Mode::Down),
        "floor",
    ),
    Scalar::new(&["ROUND"], between(1, 3), rounded_type, round_by_mode, "round"),
    Scalar::new(&["TRUNC", "TRUNCATE"], between(1, 2), trunc_type, trunc, "trunc"),
];

fn abs(call: &Call) -> Result<ArrayRef> {
    match *call.returns() {
        SnowType::Number { precision, scale } => {
            let values = call.numbers(0, precision, scale)?;
            build::numbers(call, |row| Ok(values.get(row).map(i128::abs)))
        }
        _ => {
            let values = call.floats(0)?;
            build::floats(call.rows(), |row| Ok(values.get(row).map(f64::abs)))
        }
    }
}

fn sign(call: &Call) -> Result<ArrayRef> {
    match number_type(&call.arguments(), 0)? {
        SnowType::Number { precision, scale } => {
            let values = call.numbers(0, precision, scale)?;
            build::numbers(call, |row| Ok(values.get(row).map(i128::signum)))
        }
        _ => {
            let values = call.floats(0)?;
            let sign = |value: f64| i128::from(value > 0.0) - i128::from(value < 0.0);
            build::numbers(call, |row| Ok(values.get(row).map(sign)))
        }
    }
}

/// Which neighbour a value goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Up,
    Down,
    TowardsZero,
    HalfAwayFromZero,
    HalfToEven,
}

impl Mode {
    /// How many units a value comes to.
    fn units(self, value: i128, unit: i128) -> i128 {
        let (whole, rest) = (value.div_euclid(unit), value.rem_euclid(unit));
        let up = match self {
            Self::Up => rest > 0,
            Self::Down => false,
            Self::TowardsZero => value < 0 && rest > 0,
            Self::HalfAwayFromZero if value < 0 => rest > unit - rest,
            Self::HalfAwayFromZero => rest > 0 && rest >= unit - rest,
            Self::HalfToEven => rest > unit - rest || (rest > 0 && rest == unit - rest && whole % 2 != 0),
        };
        whole + i128::from(up)
    }

    fn float(self, value: f64) -> f64 {
        match self {
            Self::Up => value.ceil(),
            Self::Down => value.floor(),
            Self::TowardsZero => value.trunc(),
            Self::HalfAwayFromZero => value.round(),
            Self::HalfToEven => value.round_ties_even(),
        }
    }
}

/// The type of a rounded number: a digit more, and the scale that a constant asks for. A scale that is no constant
/// leaves the argument's.
fn rounded_type(arguments: &Arguments) -> Result<Returns> {
    let SnowType::Number { precision, scale } = number_type(arguments, 0)? else {
        if arguments.len() > 2 {
            return Err(arguments.wrong_types());
        }
        return Returns::strict(arguments, SnowType::Float);
    };
    let wanted = match arguments.len() {
        0 | 1 => Some(0),
        _ => arguments.constant_integer(1),
    };
    let data_type = SnowType::Number {
        precision: (precision + 1).min(38),
        scale: wanted.map_or(scale, |wanted| wanted.clamp(0, i64::from(scale)) as u8),
    };
    Returns::strict(arguments, data_type)
}

fn round_by_mode(call: &Call) -> Result<ArrayRef> {
    call.must_be_constant(2)?;
    let mode = if call.len() > 2 {
        call.constant_text(2).map(str::to_ascii_uppercase)
    } else {
        None
    };
    match mode.as_deref() {
        None | Some("HALF_AWAY_FROM_ZERO") => round(call, Mode::HalfAwayFromZero),
        Some("HALF_TO_EVEN") => round(call, Mode::HalfToEven),
        Some(other) => {
            let rule = "a rounding mode is HALF_AWAY_FROM_ZERO or HALF_TO_EVEN";
            Err(Error::invalid_argument(call.name(), other, rule))
        }
    }
}

fn round(call: &Call, mode: Mode) -> Result<ArrayRef> {
    let scales = if call.len() > 1 {
        Some(call.integers(1)?)
    } else {
        None
    };
    let wanted = |row| match &scales {
        Some(scales) => scales.get(row).map(|scale| scale.clamp(-400, 400) as i32),
        None => Some(0),
    };
    let (SnowType::Number { precision, scale }, SnowType::Number { scale: held, .. }) =
        (number_type(&call.arguments(), 0)?, *call.returns())
    else {
        let values = call.floats(0)?;
        return build::floats(call.rows(), |row| {
            let (Some(value), Some(digits)) = (values.get(row), wanted(row)) else {
                return Ok(None);
            };
            Ok(Some(round_float(value, digits, mode)))
        });
    };
    let values = call.numbers(0, precision, scale)?;
    build::numbers(call, |row| {
        let (Some(value), Some(digits)) = (values.get(row), wanted(row)) else {
            return Ok(None);
        };
        let (scale, held) = (i32::from(scale), i32::from(held));
        let digits = digits.min(scale);
        // The unit that is rounded to, first in the argument's scale, then in the result's.
        let Some(unit) = u32::try_from(scale - digits).ok().and_then(pow10) else {
            return far(value, mode)
                .map(Some)
                .ok_or_else(|| overflow(precision, scale as u8, decimal_text(value, scale as u8)));
        };
        let out = u32::try_from(held - digits).ok().and_then(pow10).unwrap_or(1);
        let rounded = mode.units(value, unit).checked_mul(out);
        rounded
            .map(Some)
            .ok_or_else(|| overflow(precision, scale as u8, decimal_text(value, scale as u8)))
    })
}

/// A unit beyond every number: all go to 0, or out of range.
fn far(value: i128, mode: Mode) -> Option<i128> {
    match mode {
        Mode::Up if value > 0 => None,
        Mode::Down if value < 0 => None,
        _ => Some(0),
    }
}

fn round_float(value: f64, digits: i32, mode: Mode) -> f64 {
    if !value.is_finite() || digits > 308 {
        return value;
    }
    let factor = 10_f64.powi(digits.abs());
    let scaled = if digits >= 0 {
        value * factor
    } else {
        value / factor
    };
    // So many digits that rounding them changes nothing.
    if !scaled.is_finite() || scaled.abs() >= 4_503_599_627_370_496.0 {
        return value;
    }
    let rounded = mode.float(scaled);
    if digits >= 0 {
        rounded / factor
    } else {
        rounded * factor
    }
}

/// Whether this is TRUNC of a date.
fn is_moment(arguments: &Arguments) -> bool {
    let data_type = arguments.data_type(0);
    !arguments.is_null(0)
        && matches!(data_type, Ok(data_type) if data_type.is_timestamp()
            || matches!(data_type, SnowType::Date | SnowType::Time { .. }))
}

fn trunc_type(arguments: &Arguments) -> Result<Returns> {
    if is_moment(arguments) {
        return truncated_type(arguments, 1, 0);
    }
    rounded_type(arguments)
}

fn trunc(call: &Call) -> Result<ArrayRef> {
    if is_moment(&call.arguments()) {
        return truncate(call, 1, 0);
    }
    round(call, Mode::TowardsZero)
}
