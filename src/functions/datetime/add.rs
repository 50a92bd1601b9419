//! DATEADD and ADD_MONTHS, and the sum of a date and an interval.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{IntervalMonthDayNano, IntervalMonthDayNanoType};

use super::part::Part;
use super::value::{DAY, Moments, Wall, collect, moment_type, to_utc, to_wall};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::calendar::{day_number, days_in_month};
use crate::types::zone::LocalClock;

/// DATEADD and ADD_MONTHS.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["DATEADD", "TIMEADD", "TIMESTAMPADD"],
        exactly(3),
        date_add_type,
        date_add,
        "dateadd",
    ),
    Scalar::new(
        &["ADD_MONTHS"],
        exactly(2),
        |a| Returns::strict(a, moment_type(a, 0)?),
        add_months,
        "add_months",
    ),
];

/// The type of a date or time after something of this part was added: a DATE becomes a TIMESTAMP_NTZ by hours, and
/// fractional digits grow as needed.
pub fn sum_type(data_type: SnowType, part: Part) -> SnowType {
    let wider = |scale: u8| scale.max(part.scale());
    match data_type {
        SnowType::Date if part.nanos().is_some() => SnowType::TIMESTAMP_NTZ,
        SnowType::Time { scale } => SnowType::Time { scale: wider(scale) },
        SnowType::TimestampNtz { scale } => SnowType::TimestampNtz { scale: wider(scale) },
        SnowType::TimestampLtz { scale } => SnowType::TimestampLtz { scale: wider(scale) },
        SnowType::TimestampTz { scale } => SnowType::TimestampTz { scale: wider(scale) },
        other => other,
    }
}

fn date_add_type(arguments: &Arguments) -> Result<Returns> {
    let part = Part::of(arguments, 0)?;
    let data_type = moment_type(arguments, 2)?;
    let fits = part.nanos().is_some()
        || (!matches!(data_type, SnowType::Time { .. })
            && (part.months().is_some() || part.days().is_some()));
    if !fits || part == Part::WeekIso {
        return Err(part.refuse(arguments.name(), &data_type));
    }
    Returns::strict(arguments, sum_type(data_type, part))
}

/// Adds months to a day: a day that the month does not have becomes its last one.
pub fn plus_months(wall: Wall, months: i64) -> Result<Wall> {
    let (year, month, day) = wall.date();
    let count = i64::from(year) * 12 + i64::from(month) - 1;
    let count = count
        .checked_add(months)
        .filter(|count| (0..=9999 * 12 + 11).contains(count));
    let count = count.ok_or_else(|| Error::out_of_range(format!("{months} months")))?;
    let (year, month) = ((count / 12) as i32, (count % 12) as u32 + 1);
    Ok(wall.on(day_number(year, month, day.min(days_in_month(year, month))).into()))
}

fn plus_days(wall: Wall, days: i64) -> Result<Wall> {
    let days = i64::from(wall.days())
        .checked_add(days)
        .filter(|days| days.abs() < 10_000_000);
    Ok(wall.on(days.ok_or_else(|| Error::out_of_range("days"))?))
}

/// Adds to a wall clock of a type. What is smaller than a day passes in real time for TIMESTAMP_LTZ; a TIME wraps at
/// midnight.
fn plus_nanos(wall: Wall, nanos: i128, data_type: &SnowType, clock: &LocalClock) -> Wall {
    match data_type {
        SnowType::TimestampLtz { .. } => to_wall(clock, to_utc(clock, wall.nanos) + nanos),
        SnowType::Time { .. } => wall.at((wall.nanos + nanos).rem_euclid(DAY)),
        _ => wall.at(wall.nanos + nanos),
    }
}

fn date_add(call: &Call) -> Result<ArrayRef> {
    let part = Part::of_text(call.name(), call.constant_text(0))?;
    let counts = call.integers(1)?;
    let moments = Moments::new(call, 2)?;
    let clock = LocalClock::new(&call.context().timezone);
    collect(call, call.returns(), |row| {
        let (Some(wall), Some(count)) = (moments.get(row), counts.get(row)) else {
            return Ok(None);
        };
        let count = i64::try_from(count).map_err(|_| Error::out_of_range(count))?;
        let times = |length: i64| {
            count
                .checked_mul(length)
                .ok_or_else(|| Error::out_of_range(count))
        };
        if let Some(nanos) = part.nanos() {
            return Ok(Some(plus_nanos(
                wall,
                nanos * i128::from(count),
                moments.data_type(),
                &clock,
            )));
        }
        if let Some(months) = part.months() {
            return plus_months(wall, times(months)?).map(Some);
        }
        if let (true, Some(days)) = (call.context().day_is_24h, part.days()) {
            let nanos = i128::from(times(days)?) * DAY;
            return Ok(Some(plus_nanos(wall, nanos, moments.data_type(), &clock)));
        }
        plus_days(wall, times(part.days().unwrap_or(1))?).map(Some)
    })
}

/// ADD_MONTHS: the last day of a month stays the last day.
fn add_months(call: &Call) -> Result<ArrayRef> {
    let moments = Moments::new(call, 0)?;
    let counts = call.integers(1)?;
    collect(call, call.returns(), |row| {
        let (Some(wall), Some(count)) = (moments.get(row), counts.get(row)) else {
            return Ok(None);
        };
        let count = i64::try_from(count).map_err(|_| Error::out_of_range(count))?;
        let (year, month, day) = wall.date();
        let moved = plus_months(wall, count)?;
        if day < days_in_month(year, month) {
            return Ok(Some(moved));
        }
        let (year, month, _) = moved.date();
        Ok(Some(
            moved.on(day_number(year, month, days_in_month(year, month)).into()),
        ))
    })
}

/// The type of a date or time plus or minus an interval; `interval` is known when it is a constant.
pub fn interval_sum_type(data_type: SnowType, interval: Option<IntervalMonthDayNano>) -> SnowType {
    let part = match interval {
        Some(interval) if interval.nanoseconds == 0 => Part::Day,
        Some(interval) if interval.nanoseconds % 1_000_000_000 == 0 => Part::Second,
        Some(interval) if interval.nanoseconds % 1_000_000 == 0 => Part::Millisecond,
        Some(interval) if interval.nanoseconds % 1_000 == 0 => Part::Microsecond,
        _ => Part::Nanosecond,
    };
    sum_type(data_type, part)
}

/// A date or time argument plus (or minus, with `sign` −1) an interval argument: months first, then days, then time.
pub fn add_interval(call: &Call, moment: usize, interval: usize, sign: i64) -> Result<ArrayRef> {
    let moments = Moments::new(call, moment)?;
    let (intervals, constant) = call.raw(interval)?;
    let intervals = intervals.as_primitive_opt::<IntervalMonthDayNanoType>();
    let intervals = intervals.ok_or_else(|| call.arguments().wrong_types())?;
    let clock = LocalClock::new(&call.context().timezone);
    collect(call, call.returns(), |row| {
        let place = if constant { 0 } else { row };
        let Some(wall) = moments.get(row).filter(|_| intervals.is_valid(place)) else {
            return Ok(None);
        };
        let IntervalMonthDayNano {
            months,
            days,
            nanoseconds,
        } = intervals.value(place);
        let wall = if months == 0 {
            wall
        } else {
            plus_months(wall, sign * i64::from(months))?
        };
        let wall = plus_days(wall, sign * i64::from(days))?;
        let nanos = i128::from(sign) * i128::from(nanoseconds);
        Ok(Some(if nanos == 0 {
            wall
        } else {
            plus_nanos(wall, nanos, moments.data_type(), &clock)
        }))
    })
}
