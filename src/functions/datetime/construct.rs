//! Dates, times and timestamps from their parts. Parts outside their range carry over: month 13 is next January.

use datafusion::arrow::array::{ArrayRef, Decimal128Array};

use super::add::plus_months;
use super::value::{DAY, Moments, Wall, collect, to_utc, to_wall};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::call::{Call, Column};
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::calendar::day_number;
use crate::types::zone::{self, LocalClock};

/// The constructors.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["DATE_FROM_PARTS", "DATEFROMPARTS"],
        exactly(3),
        |a| Returns::strict(a, SnowType::Date),
        |c| from_parts(c, false),
        "date_from_parts",
    ),
    Scalar::new(
        &["TIME_FROM_PARTS", "TIMEFROMPARTS"],
        between(3, 4),
        |a| Returns::strict(a, SnowType::TIME),
        time_from_parts,
        "time_from_parts",
    ),
    Scalar::new(
        &[
            "TIMESTAMP_NTZ_FROM_PARTS",
            "TIMESTAMPNTZFROMPARTS",
            "TIMESTAMP_FROM_PARTS",
            "TIMESTAMPFROMPARTS",
        ],
        between(2, 7),
        |a| timestamp_type(a, SnowType::TIMESTAMP_NTZ),
        |c| from_parts(c, true),
        "timestamp_from_parts",
    ),
    Scalar::new(
        &["TIMESTAMP_LTZ_FROM_PARTS", "TIMESTAMPLTZFROMPARTS"],
        between(6, 7),
        |a| timestamp_type(a, SnowType::TIMESTAMP_LTZ),
        |c| from_parts(c, true),
        "timestamp_from_parts",
    ),
    Scalar::new(
        &["TIMESTAMP_TZ_FROM_PARTS", "TIMESTAMPTZFROMPARTS"],
        between(6, 8),
        |a| timestamp_type(a, SnowType::TIMESTAMP_TZ),
        |c| from_parts(c, true),
        "timestamp_from_parts",
    ),
];

fn timestamp_type(arguments: &Arguments, data_type: SnowType) -> Result<Returns> {
    if (3..6).contains(&arguments.len()) {
        return Err(Error::not_enough_arguments(arguments.text(), 6, arguments.len()));
    }
    Returns::strict(arguments, data_type)
}

type Numbers = Column<Decimal128Array>;

fn part(numbers: &Numbers, row: usize) -> Result<Option<i64>> {
    let Some(value) = numbers.get(row) else {
        return Ok(None);
    };
    // Bounded, so that no sum of parts can overflow.
    let value = i64::try_from(value)
        .ok()
        .filter(|value| value.abs() <= 1_000_000_000_000);
    value
        .map(Some)
        .ok_or_else(|| Error::out_of_range("part of a date or time"))
}

fn day(year: i64, month: i64, day: i64) -> Result<Wall> {
    let out_of_range = || Error::out_of_range(format!("{year}-{month}-{day}"));
    let year = i32::try_from(year)
        .ok()
        .filter(|year| (0..=9999).contains(year))
        .ok_or_else(out_of_range)?;
    let first = plus_months(Wall::midnight(day_number(year, 1, 1)), month - 1)?;
    Ok(first.on(i64::from(first.days()) + day - 1))
}

fn time(hour: i64, minute: i64, second: i64, nanos: i64) -> i128 {
    let seconds = i128::from(hour) * 3600 + i128::from(minute) * 60 + i128::from(second);
    seconds * 1_000_000_000 + i128::from(nanos)
}

fn time_from_parts(call: &Call) -> Result<ArrayRef> {
    let parts = (0..call.len())
        .map(|index| call.integers(index))
        .collect::<Result<Vec<_>>>()?;
    collect(call, call.returns(), |row| {
        let Some(parts) = row_of(&parts, row)? else {
            return Ok(None);
        };
        let at = |index: usize| parts.get(index).copied().unwrap_or(0);
        Ok(Some(Wall {
            nanos: time(at(0), at(1), at(2), at(3)).rem_euclid(DAY),
            offset: 0,
        }))
    })
}

/// The parts of a row; `None` when one is NULL.
fn row_of(parts: &[Numbers], row: usize) -> Result<Option<Vec<i64>>> {
    parts.iter().map(|numbers| part(numbers, row)).collect()
}

fn from_parts(call: &Call, with_time: bool) -> Result<ArrayRef> {
    if with_time && call.len() == 2 {
        return from_date_and_time(call);
    }
    let count = call.len().min(if with_time { 7 } else { 3 });
    let parts = (0..count)
        .map(|index| call.integers(index))
        .collect::<Result<Vec<_>>>()?;
    let zones = if call.len() > 7 {
        Some(call.texts(7)?)
    } else {
        None
    };
    let session = LocalClock::new(&call.context().timezone);
    let zoned = matches!(call.returns(), SnowType::TimestampTz { .. });
    collect(call, call.returns(), |row| {
        let Some(parts) = row_of(&parts, row)? else {
            return Ok(None);
        };
        let at = |index: usize| parts.get(index).copied().unwrap_or(0);
        let date = day(at(0), at(1), at(2))?;
        let wall = date.at(date.nanos + time(at(3), at(4), at(5), at(6)));
        if !zoned {
            return Ok(Some(wall));
        }
        match &zones {
            None => Ok(Some(to_wall(&session, to_utc(&session, wall.nanos)))),
            Some(names) => {
                let Some(name) = names.get(row) else {
                    return Ok(None);
                };
                let zone = zone::lookup(name).ok_or_else(|| Error::unknown_time_zone(name))?;
                let clock = LocalClock::new(&zone);
                Ok(Some(to_wall(&clock, to_utc(&clock, wall.nanos))))
            }
        }
    })
}

fn from_date_and_time(call: &Call) -> Result<ArrayRef> {
    let dates = Moments::of_type(call, 0, SnowType::Date)?;
    let times = Moments::of_type(call, 1, SnowType::TIME)?;
    collect(call, call.returns(), |row| {
        let (Some(date), Some(time)) = (dates.get(row), times.get(row)) else {
            return Ok(None);
        };
        Ok(Some(date.at(date.nanos + time.nanos)))
    })
}
