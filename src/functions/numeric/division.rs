//! Division that minds zero, and FACTORIAL.

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray};
use datafusion::arrow::compute;

use super::number_type;
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::build;
use crate::functions::call::{Call, cast_array};
use crate::functions::conditional::choose;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::number::Operation;

/// DIV0, DIV0NULL, FACTORIAL.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["DIV0"], exactly(2), quotient_type, |c| div0(c, false), "div0"),
    Scalar::new(
        &["DIV0NULL"],
        exactly(2),
        quotient_type,
        |c| div0(c, true),
        "div0null",
    ),
    Scalar::new(
        &["FACTORIAL"],
        exactly(1),
        |a| number_type(a, 0).and_then(|_| Returns::strict(a, SnowType::INTEGER)),
        factorial,
        "factorial",
    ),
];

fn quotient_type(arguments: &Arguments) -> Result<Returns> {
    let (left, right) = (number_type(arguments, 0)?, number_type(arguments, 1)?);
    let data_type = Operation::Divide
        .result_type(&left, &right)
        .ok_or_else(|| arguments.wrong_types())?;
    Returns::strict(arguments, data_type)
}

/// Division where a divisor of 0 (or, if `null_too`, NULL) gives 0.
fn div0(call: &Call, null_too: bool) -> Result<ArrayRef> {
    let arguments = call.arguments();
    let left = call.full(0, &number_type(&arguments, 0)?)?;
    let right_type = number_type(&arguments, 1)?;
    let right = call.full(1, &right_type)?;
    let nonzero = cast_array(
        &right,
        &right_type,
        &SnowType::Boolean,
        CastMode::Strict,
        call.context(),
    )?;
    let nonzero = datafusion::arrow::array::AsArray::as_boolean(&nonzero).clone();
    let zero: BooleanArray = nonzero
        .iter()
        .map(|nonzero| Some(nonzero == Some(false)))
        .collect();
    let quotients = Operation::Divide.apply(&left, &compute::nullif(&right, &zero)?)?;
    let zeros = match call.returns() {
        SnowType::Float => build::floats(call.rows(), |_| Ok(Some(0.0)))?,
        _ => build::numbers(call, |_| Ok(Some(0)))?,
    };
    choose(
        call.rows(),
        &[(quotients, false), (zeros, false)],
        call.returns(),
        |row| {
            let gives_zero = zero.value(row) || (null_too && right.is_null(row));
            Some(usize::from(gives_zero && left.is_valid(row)))
        },
    )
}

fn factorial(call: &Call) -> Result<ArrayRef> {
    let values = call.integers(0)?;
    build::numbers(call, |row| {
        let Some(value) = values.get(row) else {
            return Ok(None);
        };
        if !(0..=33).contains(&value) {
            return Err(Error::invalid_argument(
                call.name(),
                value,
                "it must lie between 0 and 33",
            ));
        }
        Ok(Some((1..=value).product()))
    })
}
