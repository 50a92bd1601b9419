//! DATE_PART and the functions that each name one part, DAYNAME and MONTHNAME.

use datafusion::arrow::array::ArrayRef;

use super::part::{Part, Weeks};
use super::value::{Moments, Wall, moment_type};
use crate::error::Result;
use crate::functions::arguments::{Arguments, Count, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::calendar::{MONTHS, WEEKDAYS, day_number, weekday};

const ONE: Count = exactly(1);

macro_rules! one_part {
    ($names:expr, $part:ident, $page:literal) => {
        Scalar::new(
            $names,
            ONE,
            |a| part_type(a, Part::$part, 0),
            |c| extract(c, Part::$part, 0),
            $page,
        )
    };
}

/// The functions that take dates and times apart.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["DATE_PART", "EXTRACT"],
        exactly(2),
        |a| part_type(a, Part::of(a, 0)?, 1),
        |c| extract(c, Part::of_text(c.name(), c.constant_text(0))?, 1),
        "date_part",
    ),
    one_part!(&["YEAR"], Year, "year"),
    one_part!(&["YEAROFWEEK"], YearOfWeek, "year"),
    one_part!(&["YEAROFWEEKISO"], YearOfWeekIso, "year"),
    one_part!(&["QUARTER"], Quarter, "year"),
    one_part!(&["MONTH"], Month, "year"),
    one_part!(&["WEEK", "WEEKOFYEAR"], Week, "year"),
    one_part!(&["WEEKISO"], WeekIso, "year"),
    one_part!(&["DAY", "DAYOFMONTH"], Day, "year"),
    one_part!(&["DAYOFWEEK"], DayOfWeek, "year"),
    one_part!(&["DAYOFWEEKISO"], DayOfWeekIso, "year"),
    one_part!(&["DAYOFYEAR"], DayOfYear, "year"),
    one_part!(&["HOUR"], Hour, "hour-minute-second"),
    one_part!(&["MINUTE"], Minute, "hour-minute-second"),
    one_part!(&["SECOND"], Second, "hour-minute-second"),
    Scalar::new(
        &["DAYNAME"],
        ONE,
        |a| Returns::strict(a, SnowType::Varchar { length: 3 }),
        |c| name(c, |wall| WEEKDAYS.get(weekday(wall.days()) as usize)),
        "dayname",
    ),
    Scalar::new(
        &["MONTHNAME"],
        ONE,
        |a| Returns::strict(a, SnowType::Varchar { length: 3 }),
        |c| name(c, |wall| MONTHS.get((wall.date().1 - 1) as usize)),
        "monthname",
    ),
];

fn part_type(arguments: &Arguments, part: Part, index: usize) -> Result<Returns> {
    let data_type = moment_type(arguments, index)?;
    let of_time = part.nanos().is_some();
    let zone = matches!(part, Part::TimezoneHour | Part::TimezoneMinute);
    let below_second = matches!(
        part,
        Part::EpochMillisecond | Part::EpochMicrosecond | Part::EpochNanosecond
    );
    let refused = matches!(part, Part::Millisecond | Part::Microsecond)
        || (below_second && data_type == SnowType::Date)
        || (matches!(data_type, SnowType::Time { .. }) && !of_time)
        || (zone
            && !matches!(
                data_type,
                SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. }
            ));
    if refused {
        return Err(part.refuse(arguments.name(), &data_type));
    }
    let precision = match part {
        Part::Year | Part::YearOfWeek | Part::YearOfWeekIso => 4,
        Part::DayOfYear => 3,
        Part::Nanosecond => 9,
        Part::EpochSecond | Part::EpochMillisecond | Part::EpochMicrosecond | Part::EpochNanosecond => 38,
        _ => 2,
    };
    Returns::strict(arguments, SnowType::Number { precision, scale: 0 })
}

fn extract(call: &Call, part: Part, index: usize) -> Result<ArrayRef> {
    let moments = Moments::new(call, index)?;
    let unit = match part {
        Part::EpochSecond => 1_000_000_000,
        Part::EpochMillisecond => 1_000_000,
        Part::EpochMicrosecond => 1_000,
        _ => 1,
    };
    if matches!(
        part,
        Part::EpochSecond | Part::EpochMillisecond | Part::EpochMicrosecond | Part::EpochNanosecond
    ) {
        // A value without a zone counts as UTC here.
        let zoned = matches!(
            moments.data_type(),
            SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. }
        );
        return build::numbers(call, |row| {
            let nanos = if zoned {
                moments.instant(row)
            } else {
                moments.get(row).map(|wall| wall.nanos)
            };
            Ok(nanos.map(|nanos| nanos.div_euclid(unit)))
        });
    }
    let weeks = Weeks::of(call.context());
    build::numbers(call, |row| {
        Ok(moments.get(row).map(|wall| part_of(wall, part, weeks)))
    })
}

fn part_of(wall: Wall, part: Part, weeks: Weeks) -> i128 {
    let (year, month, day) = wall.date();
    let days = wall.days();
    let number = match part {
        Part::Year => year,
        Part::Quarter => (month as i32 - 1) / 3 + 1,
        Part::Month => month as i32,
        Part::Week => weeks.year_and_week(days).1,
        Part::WeekIso => Weeks::ISO.year_and_week(days).1,
        Part::YearOfWeek => weeks.year_and_week(days).0,
        Part::YearOfWeekIso => Weeks::ISO.year_and_week(days).0,
        Part::DayOfWeek => weeks.day(days),
        Part::DayOfWeekIso => Weeks::ISO.day(days),
        Part::DayOfYear => days - day_number(year, 1, 1) + 1,
        Part::TimezoneHour => i32::from(wall.offset / 60),
        Part::TimezoneMinute => i32::from(wall.offset % 60),
        Part::Hour => (wall.of_day() / 3_600_000_000_000) as i32,
        Part::Minute => (wall.of_day() / 60_000_000_000 % 60) as i32,
        Part::Second => (wall.of_day() / 1_000_000_000 % 60) as i32,
        Part::Nanosecond => (wall.of_day() % 1_000_000_000) as i32,
        _ => day as i32,
    };
    number.into()
}

/// The first three letters of a name.
fn name(call: &Call, name: impl Fn(Wall) -> Option<&'static &'static str>) -> Result<ArrayRef> {
    let moments = Moments::new(call, 0)?;
    build::texts(call.rows(), |row| {
        Ok(moments.get(row).and_then(&name).and_then(|name| name.get(..3)))
    })
}
