//! Functions over FLOAT: roots, powers, logarithms, trigonometry. What a function is not defined for is an error,
//! not NaN or infinity.

use datafusion::arrow::array::ArrayRef;

use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::text::float_text;

macro_rules! one {
    ($name:literal, $page:literal, $f:expr) => {
        Scalar::new(&[$name], exactly(1), float, |c| one(c, $f), $page)
    };
}

/// Over one, two or no FLOAT.
pub const FUNCTIONS: &[Scalar] = &[
    one!("SQRT", "sqrt", f64::sqrt),
    one!("CBRT", "cbrt", f64::cbrt),
    one!("SQUARE", "square", |x| x * x),
    one!("EXP", "exp", f64::exp),
    one!("LN", "ln", f64::ln),
    one!("SIN", "sin", f64::sin),
    one!("COS", "cos", f64::cos),
    one!("TAN", "tan", f64::tan),
    one!("COT", "cot", |x| x.tan().recip()),
    one!("ASIN", "asin", f64::asin),
    one!("ACOS", "acos", f64::acos),
    one!("ATAN", "atan", f64::atan),
    one!("SINH", "sinh", f64::sinh),
    one!("COSH", "cosh", f64::cosh),
    one!("TANH", "tanh", f64::tanh),
    one!("ASINH", "asinh", f64::asinh),
    one!("ACOSH", "acosh", f64::acosh),
    one!("ATANH", "atanh", f64::atanh),
    one!("DEGREES", "degrees", f64::to_degrees),
    one!("RADIANS", "radians", f64::to_radians),
    Scalar::new(&["POWER", "POW"], exactly(2), float, |c| two(c, f64::powf), "pow"),
    Scalar::new(&["LOG"], exactly(2), float, |c| two(c, log), "log"),
    Scalar::new(&["ATAN2"], exactly(2), float, |c| two(c, f64::atan2), "atan2"),
    Scalar::new(&["HAVERSINE"], exactly(4), float, haversine, "haversine"),
    Scalar::new(
        &["PI"],
        exactly(0),
        |_| Returns::never_null(SnowType::Float),
        |c| build::floats(c.rows(), |_| Ok(Some(std::f64::consts::PI))),
        "pi",
    ),
    Scalar::new(
        &["WIDTH_BUCKET"],
        exactly(4),
        bucket_type,
        width_bucket,
        "width_bucket",
    ),
];

fn float(arguments: &Arguments) -> Result<Returns> {
    for index in 0..arguments.len() {
        super::number_type(arguments, index)?;
    }
    Returns::strict(arguments, SnowType::Float)
}

/// The result, unless the function is not defined here or leaves the range.
fn defined(call: &Call, arguments: &[f64], result: f64) -> Result<f64> {
    if result.is_finite() || arguments.iter().any(|argument| !argument.is_finite()) {
        return Ok(result);
    }
    let arguments: Vec<_> = arguments
        .iter()
        .map(|argument| float_text(*argument, 15))
        .collect();
    let name = call.name().to_ascii_lowercase();
    Err(Error::invalid_float_operation(format!(
        "{name}({})",
        arguments.join(",")
    )))
}

fn one(call: &Call, f: impl Fn(f64) -> f64) -> Result<ArrayRef> {
    let values = call.floats(0)?;
    build::floats(call.rows(), |row| {
        values
            .get(row)
            .map(|value| defined(call, &[value], f(value)))
            .transpose()
    })
}

fn two(call: &Call, f: impl Fn(f64, f64) -> f64) -> Result<ArrayRef> {
    let (left, right) = (call.floats(0)?, call.floats(1)?);
    build::floats(call.rows(), |row| {
        let (Some(left), Some(right)) = (left.get(row), right.get(row)) else {
            return Ok(None);
        };
        defined(call, &[left, right], f(left, right)).map(Some)
    })
}

/// The logarithm of the second to the base of the first.
fn log(base: f64, value: f64) -> f64 {
    if base <= 0.0 || base == 1.0 {
        return f64::NAN;
    }
    if base == 10.0 {
        return value.log10();
    }
    if base == 2.0 {
        value.log2()
    } else {
        value.ln() / base.ln()
    }
}

/// The great-circle distance in kilometres between two latitudes and longitudes in degrees, on a sphere with the mean
/// radius of the earth.
fn haversine(call: &Call) -> Result<ArrayRef> {
    const RADIUS: f64 = 6371.0;
    let degrees = (0..4)
        .map(|index| call.floats(index))
        .collect::<Result<Vec<_>>>()?;
    build::floats(call.rows(), |row| {
        let values: Option<Vec<f64>> = degrees
            .iter()
            .map(|degrees| degrees.get(row).map(f64::to_radians))
            .collect();
        let Some([lat1, lon1, lat2, lon2]) = values.as_deref() else {
            return Ok(None);
        };
        let (latitude, longitude) = (((lat2 - lat1) / 2.0).sin(), ((lon2 - lon1) / 2.0).sin());
        let half = latitude * latitude + lat1.cos() * lat2.cos() * longitude * longitude;
        Ok(Some(2.0 * RADIUS * half.sqrt().min(1.0).asin()))
    })
}

fn bucket_type(arguments: &Arguments) -> Result<Returns> {
    float(arguments)?;
    Returns::strict(arguments, SnowType::INTEGER)
}

fn width_bucket(call: &Call) -> Result<ArrayRef> {
    let (values, lows, highs) = (call.floats(0)?, call.floats(1)?, call.floats(2)?);
    let counts = call.integers(3)?;
    build::numbers(call, |row| {
        let (Some(value), Some(low), Some(high)) = (values.get(row), lows.get(row), highs.get(row)) else {
            return Ok(None);
        };
        let Some(count) = counts.get(row) else {
            return Ok(None);
        };
        if low == high || count < 1 {
            let given = format!("{}, {}, {count}", float_text(low, 15), float_text(high, 15));
            let rule = "the end points must differ, and the number of buckets be positive";
            return Err(Error::invalid_argument(call.name(), given, rule));
        }
        let share = (value - low) / (high - low);
        Ok(Some(match share {
            share if share < 0.0 => 0,
            share if share >= 1.0 => count + 1,
            share => ((share * count as f64).floor() as i128).min(count - 1) + 1,
        }))
    })
}
