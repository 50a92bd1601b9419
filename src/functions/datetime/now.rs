//! The statement's time, and time zones.

use datafusion::arrow::array::ArrayRef;

use super::value::{Moments, Wall, collect, moment_type, to_utc, to_wall};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::zone::{self, LocalClock};

/// The functions of the present moment, and CONVERT_TIMEZONE.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["CURRENT_TIMESTAMP", "LOCALTIMESTAMP"],
        between(0, 1),
        |a| Returns::never_null(SnowType::TimestampLtz { scale: precision(a)? }),
        now,
        "current_timestamp",
    )
    .stable(),
    Scalar::new(
        &["GETDATE", "SYSTIMESTAMP"],
        exactly(0),
        |_| Returns::never_null(SnowType::TIMESTAMP_LTZ),
        now,
        "current_timestamp",
    )
    .stable(),
    Scalar::new(
        &["CURRENT_DATE"],
        exactly(0),
        |_| Returns::never_null(SnowType::Date),
        now,
        "current_date",
    )
    .stable(),
    Scalar::new(
        &["CURRENT_TIME", "LOCALTIME"],
        between(0, 1),
        |a| Returns::never_null(SnowType::Time { scale: precision(a)? }),
        now,
        "current_time",
    )
    .stable(),
    Scalar::new(
        &["SYSDATE"],
        exactly(0),
        |_| Returns::never_null(SnowType::TIMESTAMP_NTZ),
        |c| {
            let utc = c.context().now.as_nanosecond();
            collect(c, c.returns(), |_| {
                Ok(Some(Wall {
                    nanos: utc,
                    offset: 0,
                }))
            })
        },
        "sysdate",
    )
    .stable(),
    Scalar::new(
        &["CONVERT_TIMEZONE"],
        between(2, 3),
        convert_type,
        convert,
        "convert_timezone",
    )
    .stable(),
];

fn precision(arguments: &Arguments) -> Result<u8> {
    match arguments.constant_integer(0) {
        Some(digits @ 0..=9) => Ok(digits as u8),
        None if arguments.is_empty() => Ok(9),
        _ => Err(arguments.wrong_types()),
    }
}

/// When the statement began, on the session's clock, cut to the digits of the type.
fn now(call: &Call) -> Result<ArrayRef> {
    let clock = LocalClock::new(&call.context().timezone);
    let scale = match *call.returns() {
        SnowType::TimestampLtz { scale } | SnowType::Time { scale } => scale,
        _ => 9,
    };
    let step = 10_i128.pow(9 - u32::from(scale.min(9)));
    let utc = call.context().now.as_nanosecond();
    let wall = to_wall(&clock, utc - utc.rem_euclid(step));
    collect(call, call.returns(), |_| Ok(Some(wall)))
}

fn convert_type(arguments: &Arguments) -> Result<Returns> {
    let value = arguments.len() - 1;
    if matches!(moment_type(arguments, value)?, SnowType::Time { .. }) {
        return Err(arguments.wrong_types());
    }
    Returns::strict(
        arguments,
        if value == 2 {
            SnowType::TIMESTAMP_NTZ
        } else {
            SnowType::TIMESTAMP_TZ
        },
    )
}

/// With three arguments a wall clock of one zone becomes that of another; with two an instant gets another zone.
fn convert(call: &Call) -> Result<ArrayRef> {
    let zone_of = |name: &str| zone::lookup(name).ok_or_else(|| Error::unknown_time_zone(name));
    // Zones are constants as a rule: looked up once per different name in a row.
    let zones = (0..call.len() - 1)
        .map(|index| call.texts(index))
        .collect::<Result<Vec<_>>>()?;
    let moments = if call.len() == 3 {
        Moments::of_type(call, 2, SnowType::TIMESTAMP_NTZ)?
    } else {
        let data_type = match call.data_type(1)? {
            // An offset in the text counts.
            SnowType::Varchar { .. } if !call.is_null(1) => SnowType::TIMESTAMP_TZ,
            _ => moment_type(&call.arguments(), 1)?,
        };
        Moments::of_type(call, 1, data_type)?
    };
    let constant = zones
        .iter()
        .map(|names| names.constant().flatten().map(zone_of).transpose());
    let constant = constant.collect::<Result<Vec<_>>>()?;
    let clocks: Vec<_> = constant
        .iter()
        .map(|zone| zone.as_ref().map(LocalClock::new))
        .collect();
    let with_clock = |index: usize, row: usize, f: &dyn Fn(&LocalClock) -> Wall| -> Result<Option<Wall>> {
        if let Some(Some(clock)) = clocks.get(index) {
            return Ok(Some(f(clock)));
        }
        let Some(name) = zones.get(index).and_then(|names| names.get(row)) else {
            return Ok(None);
        };
        let zone = zone_of(name)?;
        Ok(Some(f(&LocalClock::new(&zone))))
    };
    collect(call, call.returns(), |row| {
        if call.len() == 2 {
            let Some(utc) = moments.instant(row) else {
                return Ok(None);
            };
            return with_clock(0, row, &|clock| to_wall(clock, utc));
        }
        let Some(wall) = moments.get(row) else {
            return Ok(None);
        };
        let utc = with_clock(0, row, &|clock| Wall {
            nanos: to_utc(clock, wall.nanos),
            offset: 0,
        })?;
        let Some(utc) = utc else { return Ok(None) };
        Ok(with_clock(1, row, &|clock| to_wall(clock, utc.nanos))?.map(|wall| Wall { offset: 0, ..wall }))
    })
}
