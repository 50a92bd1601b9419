//! TO_DATE, TO_TIME and TO_TIMESTAMP.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use super::{converted, plain, with_format};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, Count, between};
use crate::functions::call::Call;
use crate::functions::datetime::value::{Wall, collect, to_wall};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode::{self, Strict, Try};
use crate::types::context::TypeContext;
use crate::types::format::DateTimeFormat;
use crate::types::zone::LocalClock;

const COUNT: Count = between(1, 2);

macro_rules! to {
    ($names:expr, $mode:ident, $type:expr, $page:literal) => {
        Scalar::new(
            $names,
            COUNT,
            |a| moment_type(a, $type, $mode),
            |c| to_moment(c, $mode),
            $page,
        )
    };
}

/// To DATE, TIME and TIMESTAMP. TO_TIMESTAMP is the one that TIMESTAMP_TYPE_MAPPING names by default; for another
/// mapping the planner calls that one by its name.
pub const FUNCTIONS: &[Scalar] = &[
    to!(&["TO_DATE", "DATE"], Strict, SnowType::Date, "to_date"),
    to!(&["TRY_TO_DATE"], Try, SnowType::Date, "try_to_date"),
    to!(&["TO_TIME", "TIME"], Strict, SnowType::TIME, "to_time"),
    to!(&["TRY_TO_TIME"], Try, SnowType::TIME, "try_to_time"),
    to!(
        &["TO_TIMESTAMP_NTZ", "TO_TIMESTAMP"],
        Strict,
        SnowType::TIMESTAMP_NTZ,
        "to_timestamp"
    ),
    to!(
        &["TRY_TO_TIMESTAMP_NTZ", "TRY_TO_TIMESTAMP"],
        Try,
        SnowType::TIMESTAMP_NTZ,
        "try_to_timestamp"
    ),
    to!(
        &["TO_TIMESTAMP_LTZ"],
        Strict,
        SnowType::TIMESTAMP_LTZ,
        "to_timestamp"
    ),
    to!(
        &["TRY_TO_TIMESTAMP_LTZ"],
        Try,
        SnowType::TIMESTAMP_LTZ,
        "try_to_timestamp"
    ),
    to!(
        &["TO_TIMESTAMP_TZ"],
        Strict,
        SnowType::TIMESTAMP_TZ,
        "to_timestamp"
    ),
    to!(
        &["TRY_TO_TIMESTAMP_TZ"],
        Try,
        SnowType::TIMESTAMP_TZ,
        "try_to_timestamp"
    ),
];

fn is_text(arguments: &Arguments) -> bool {
    arguments.is_null(0)
        || matches!(
            arguments.data_type(0),
            Ok(SnowType::Varchar { .. } | SnowType::Variant)
        )
}

fn moment_type(arguments: &Arguments, to: SnowType, mode: CastMode) -> Result<Returns> {
    if arguments.len() > 1 && !is_text(arguments) && mode == Strict {
        let number = matches!(
            arguments.data_type(0),
            Ok(SnowType::Number { .. } | SnowType::Float)
        );
        let scale = arguments
            .constant_integer(1)
            .filter(|scale| (0..=9).contains(scale));
        if !number || !to.is_timestamp() || scale.is_none() {
            return Err(arguments.wrong_types());
        }
        let digits = scale.unwrap_or(0).unsigned_abs() as u8;
        let to = of_number(arguments, to, digits);
        return match mode {
            Try => Returns::nullable(to),
            _ => Returns::strict(arguments, to),
        };
    }
    converted(arguments, of_number(arguments, to, 0), mode)
}

/// A timestamp from a NUMBER has the digits of the number's fraction, and those of the unit that it counts in.
fn of_number(arguments: &Arguments, to: SnowType, digits: u8) -> SnowType {
    let Ok(SnowType::Number { scale, .. }) = arguments.data_type(0) else {
        return to;
    };
    let scale = scale.saturating_add(digits).min(9);
    match to {
        SnowType::TimestampNtz { .. } => SnowType::TimestampNtz { scale },
        SnowType::TimestampLtz { .. } => SnowType::TimestampLtz { scale },
        SnowType::TimestampTz { .. } => SnowType::TimestampTz { scale },
        to => to,
    }
}

fn to_moment(call: &Call, mode: CastMode) -> Result<ArrayRef> {
    if call.len() < 2 {
        return plain(call, mode);
    }
    if !is_text(&call.arguments()) {
        return of_fractions(call);
    }
    with_format(call, &SnowType::VARCHAR, 1, mode, |context, format| {
        let format = Arc::new(DateTimeFormat::parse(format)?);
        set_input(context, &format);
        Ok(())
    })
}

fn set_input(context: &mut TypeContext, format: &Arc<DateTimeFormat>) {
    context.date_input = Arc::clone(format);
    context.time_input = Arc::clone(format);
    context.timestamp_input = Arc::clone(format);
}

/// A number of seconds, milliseconds and so on since 1970, as the second argument says.
fn of_fractions(call: &Call) -> Result<ArrayRef> {
    let digits = call
        .constant_integer(1)
        .filter(|digits| (0..=9).contains(digits))
        .unwrap_or(0);
    let own = match call.data_type(0)? {
        SnowType::Number { scale, .. } => scale.min(18),
        _ => 9,
    };
    let values = call.numbers(0, 38, own)?;
    let clock = LocalClock::new(&call.context().timezone);
    let wall_clock = matches!(call.returns(), SnowType::TimestampNtz { .. });
    // From the value's own fraction of the unit to nanoseconds.
    let shift = 9 - digits - i64::from(own);
    let factor = 10_i128.pow(shift.unsigned_abs() as u32);
    collect(call, call.returns(), |row| {
        let Some(value) = values.get(row) else {
            return Ok(None);
        };
        let nanos = if shift >= 0 {
            value.checked_mul(factor)
        } else {
            Some(value.div_euclid(factor))
        };
        // The years that any timestamp can have, so that what follows cannot overflow.
        let nanos = nanos.filter(|nanos| nanos.abs() < 400_000_000_000 * 1_000_000_000);
        match nanos {
            Some(nanos) if wall_clock => Ok(Some(Wall { nanos, offset: 0 })),
            Some(nanos) => Ok(Some(to_wall(&clock, nanos))),
            None => Err(Error::not_timestamp(value)),
        }
    })
}
