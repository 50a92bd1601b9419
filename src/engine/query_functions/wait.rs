//! SYSTEM$WAIT. <https://docs.snowflake.com/en/sql-reference/functions/system_wait>
//!
//! Planning calls the function, and its statement waits between planning and running. On a virtual clock, time passes at
//! once.

use datafusion::common::ScalarValue;
use jiff::SignedDuration;

use super::text;
use crate::engine::environment::StatementEnvironment;
use crate::error::{Error, Result};
use crate::types::text::write_decimal;

const NAME: &str = "SYSTEM$WAIT";

/// The units, in nanoseconds.
const UNITS: [(&str, i128); 7] = [
    ("DAYS", 86_400_000_000_000),
    ("HOURS", 3_600_000_000_000),
    ("MINUTES", 60_000_000_000),
    ("SECONDS", 1_000_000_000),
    ("MILLISECONDS", 1_000_000),
    ("MICROSECONDS", 1000),
    ("NANOSECONDS", 1),
];

/// SYSTEM$WAIT(amount [, unit]).
pub fn wait(environment: &StatementEnvironment, arguments: &[ScalarValue]) -> Result<ScalarValue> {
    let (amount, unit) = match arguments {
        [] => return Err(Error::not_enough_arguments(format!("{NAME}()"), 1, 0)),
        [amount] => (amount, "SECONDS".to_owned()),
        [amount, ScalarValue::Utf8(Some(unit))] => (amount, unit.to_uppercase()),
        [_, unit] => return Err(Error::invalid_argument(NAME, unit, "a unit of time is a text")),
        _ => {
            return Err(Error::too_many_arguments(
                format!("{NAME}(…)"),
                2,
                arguments.len(),
            ));
        }
    };
    let Some((_, nanos)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        let units = UNITS.map(|(name, _)| name).join(", ");
        return Err(Error::invalid_argument(
            NAME,
            unit,
            format!("the units are {units}"),
        ));
    };
    let (unscaled, scale) = match *amount {
        ScalarValue::Int64(Some(amount)) => (i128::from(amount), 0),
        ScalarValue::Decimal128(Some(amount), _, scale) => (amount, scale.unsigned_abs()),
        _ => return Err(Error::invalid_argument(NAME, amount, "it takes a number")),
    };
    let span = unscaled
        .checked_mul(*nanos)
        .and_then(|span| span.checked_div(10_i128.checked_pow(scale.into())?))
        .filter(|span| *span >= 0)
        .and_then(SignedDuration::try_from_nanos_i128);
    let span = span.ok_or_else(|| {
        Error::invalid_argument(
            NAME,
            amount,
            "it takes a number that is neither negative nor too large",
        )
    })?;
    environment.note_wait(span)?;
    let mut waited = String::from("waited ");
    write_decimal(unscaled, scale, &mut waited);
    Ok(text(format!("{waited} {}", unit.to_lowercase())))
}
