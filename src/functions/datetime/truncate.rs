//! DATE_TRUNC, TIME_SLICE, LAST_DAY, NEXT_DAY and PREVIOUS_DAY: from a moment to a border near it.

use datafusion::arrow::array::ArrayRef;

use super::add::plus_months;
use super::part::{Part, Weeks};
use super::value::{DAY, Moments, Wall, collect, moment_type};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::calendar::{day_number, days_in_month};
use crate::types::zone::LocalClock;

/// The functions that round dates and times.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["DATE_TRUNC"],
        exactly(2),
        |a| truncated_type(a, 0, 1),
        |c| truncate(c, 0, 1),
        "date_trunc",
    ),
    Scalar::new(&["TIME_SLICE"], between(3, 4), slice_type, slice, "time_slice"),
    Scalar::new(&["LAST_DAY"], between(1, 2), last_day_type, last_day, "last_day"),
    Scalar::new(
        &["NEXT_DAY"],
        exactly(2),
        |a| Returns::strict(a, SnowType::Date),
        |c| near_day(c, 1),
        "next_day",
    ),
    Scalar::new(
        &["PREVIOUS_DAY"],
        exactly(2),
        |a| Returns::strict(a, SnowType::Date),
        |c| near_day(c, -1),
        "previous_day",
    ),
];

/// The type of DATE_TRUNC, or of TRUNC of a date, where part and value stand at these places.
pub fn truncated_type(arguments: &Arguments, part: usize, value: usize) -> Result<Returns> {
    let data_type = moment_type(arguments, value)?;
    let part = Part::of(arguments, part)?;
    let known = part.nanos().is_some()
        || part.days().is_some()
        || part.months().is_some()
        || part == Part::YearOfWeekIso;
    if !known || (matches!(data_type, SnowType::Time { .. }) && part.nanos().is_none()) {
        return Err(part.refuse(arguments.name(), &data_type));
    }
    Returns::strict(arguments, data_type)
}

/// The first moment of the part that a wall clock is in.
fn start_of(wall: Wall, part: Part, weeks: Weeks) -> Wall {
    let (year, month, _) = wall.date();
    let days = match part {
        Part::Year => day_number(year, 1, 1),
        Part::Quarter => day_number(year, (month - 1) / 3 * 3 + 1, 1),
        Part::Month => day_number(year, month, 1),
        Part::Week => weeks.start(wall.days()),
        Part::WeekIso => Weeks::ISO.start(wall.days()),
        Part::YearOfWeekIso => {
            let (year, _) = Weeks::ISO.year_and_week(wall.days());
            Weeks::ISO.start(day_number(year, 1, 4))
        }
        _ => match part.nanos() {
            Some(unit) => return wall.at(wall.nanos - wall.nanos.rem_euclid(unit)),
            None => wall.days(),
        },
    };
    wall.at(i128::from(days) * DAY)
}

/// Truncates the argument at `value` to the part that the argument at `part` names.
pub fn truncate(call: &Call, part: usize, value: usize) -> Result<ArrayRef> {
    let part = Part::of_text(call.name(), call.constant_text(part))?;
    let moments = Moments::new(call, value)?;
    let weeks = Weeks::of(call.context());
    let clock = LocalClock::new(&call.context().timezone);
    collect(call, call.returns(), |row| {
        let Some(wall) = moments.get(row) else {
            return Ok(None);
        };
        let start = start_of(wall, part, weeks);
        // An hour that comes twice in the night that summer time ends must not change its place.
        if let (Some(_), SnowType::TimestampLtz { .. }) = (part.nanos(), moments.data_type())
            && let Some(utc) = moments.instant(row)
        {
            let utc = utc - (wall.nanos - start.nanos);
            return Ok(Some(super::value::to_wall(&clock, utc)));
        }
        Ok(Some(start))
    })
}

fn slice_type(arguments: &Arguments) -> Result<Returns> {
    let part = Part::of(arguments, 2)?;
    let data_type = match moment_type(arguments, 0)? {
        own @ (SnowType::Date | SnowType::TimestampNtz { .. }) => own,
        SnowType::TimestampLtz { scale } | SnowType::TimestampTz { scale } => {
            SnowType::TimestampNtz { scale }
        }
        _ => return Err(arguments.wrong_types()),
    };
    let sliceable = part.days().is_some() || part.months().is_some() || part.nanos().is_some();
    if !sliceable || part < Part::Second || (data_type == SnowType::Date && part.nanos().is_some()) {
        return Err(part.refuse(arguments.name(), &data_type));
    }
    Returns::strict(arguments, data_type)
}

/// Slices count from 1970-01-01 00:00; those of weeks from the start of that week.
fn slice(call: &Call) -> Result<ArrayRef> {
    let part = Part::of_text(call.name(), call.constant_text(2))?;
    call.must_be_constant(3)?;
    let end = match call.constant_text(3).map(str::to_ascii_uppercase).as_deref() {
        None | Some("START") => 0,
        Some("END") => 1,
        Some(other) => {
            let rule = "the fourth argument is START or END";
            return Err(Error::invalid_argument(call.name(), other, rule));
        }
    };
    let moments = Moments::of_type(call, 0, *call.returns())?;
    let lengths = call.integers(1)?;
    let weeks = Weeks::of(call.context());
    collect(call, call.returns(), |row| {
        let (Some(wall), Some(length)) = (moments.get(row), lengths.get(row)) else {
            return Ok(None);
        };
        if !(1..=1_000_000_000).contains(&length) {
            let rule = "a slice is 1 to 1000000000 long";
            return Err(Error::invalid_argument(call.name(), length, rule));
        }
        if let Some(months) = part.months() {
            let length = length as i64 * months;
            let (year, month, _) = wall.date();
            let count = i64::from(year - 1970) * 12 + i64::from(month) - 1;
            let start = (count.div_euclid(length) + end) * length;
            return plus_months(wall.at(0), start).map(Some);
        }
        let origin = if part.days() == Some(7) {
            i128::from(weeks.start(0)) * DAY
        } else {
            0
        };
        let unit = part
            .nanos()
            .unwrap_or_else(|| i128::from(part.days().unwrap_or(1)) * DAY)
            * length;
        Ok(Some(
            wall.at(((wall.nanos - origin).div_euclid(unit) + i128::from(end)) * unit + origin),
        ))
    })
}

fn last_day_type(arguments: &Arguments) -> Result<Returns> {
    let data_type = moment_type(arguments, 0)?;
    if arguments.len() > 1 {
        let part = Part::of(arguments, 1)?;
        if part.days().is_none() && part.months().is_none() {
            return Err(part.refuse(arguments.name(), &data_type));
        }
    }
    Returns::strict(arguments, SnowType::Date)
}

fn last_day(call: &Call) -> Result<ArrayRef> {
    let part = if call.len() > 1 {
        Part::of_text(call.name(), call.constant_text(1))?
    } else {
        Part::Month
    };
    let moments = Moments::new(call, 0)?;
    let weeks = Weeks::of(call.context());
    collect(call, call.returns(), |row| {
        let Some(wall) = moments.get(row) else {
            return Ok(None);
        };
        let start = start_of(wall, part, weeks);
        // Not the day before the next part begins: behind the last year there is none.
        let end = match part.months() {
            Some(months) => {
                let (year, month, _) = start.date();
                let month = month + months as u32 - 1;
                day_number(year, month, days_in_month(year, month))
            }
            None => start.days() + part.days().unwrap_or(1) as i32 - 1,
        };
        Ok(Some(Wall::midnight(end)))
    })
}

/// The nearest day of a name after (`direction` 1) or before (−1) a date.
fn near_day(call: &Call, direction: i32) -> Result<ArrayRef> {
    let moments = Moments::new(call, 0)?;
    let names = call.texts(1)?;
    collect(call, call.returns(), |row| {
        let (Some(wall), Some(name)) = (moments.get(row), names.get(row)) else {
            return Ok(None);
        };
        let wanted = day_of_week(name).ok_or_else(|| {
            let rule = "a day of the week is told by two letters or more";
            Error::invalid_argument(call.name(), name, rule)
        })?;
        let distance = ((wanted - Weeks::ISO.day(wall.days())) * direction).rem_euclid(7);
        let distance = if distance == 0 { 7 } else { distance };
        Ok(Some(Wall::midnight(wall.days() + distance * direction)))
    })
}

/// The number of a day of the week, Monday 1 to Sunday 7, from the first two or more letters of its name.
fn day_of_week(name: &str) -> Option<i32> {
    const NAMES: [&str; 7] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
    ];
    let given = name.trim().to_lowercase();
    let found = NAMES
        .iter()
        .position(|name| given.chars().count() >= 2 && name.starts_with(given.as_str()));
    found.map(|index| index as i32 + 1)
}
