//! Date and time parts: their names, and weeks as the session counts them.

use crate::error::{Error, Result};
use crate::functions::arguments::Arguments;
use crate::types::SnowType;
use crate::types::calendar::{date_of, day_number, weekday};
use crate::types::context::TypeContext;

/// A part of a date or time, by
/// <https://docs.snowflake.com/en/sql-reference/functions-date-time#supported-date-and-time-parts>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)] // the names say it
pub enum Part {
    Nanosecond,
    Microsecond,
    Millisecond,
    Second,
    Minute,
    Hour,
    Day,
    Week,
    WeekIso,
    Month,
    Quarter,
    Year,
    YearOfWeek,
    YearOfWeekIso,
    DayOfWeek,
    DayOfWeekIso,
    DayOfYear,
    EpochSecond,
    EpochMillisecond,
    EpochMicrosecond,
    EpochNanosecond,
    TimezoneHour,
    TimezoneMinute,
}

impl Part {
    /// The part of a name or abbreviation, in any letter case.
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name.trim().to_ascii_lowercase().as_str() {
            "year" | "y" | "yy" | "yyy" | "yyyy" | "yr" | "years" | "yrs" => Self::Year,
            "month" | "mm" | "mon" | "mons" | "months" => Self::Month,
            "day" | "d" | "dd" | "days" | "dayofmonth" => Self::Day,
            "dayofweek" | "weekday" | "dow" | "dw" => Self::DayOfWeek,
            "dayofweek_iso" | "dayofweekiso" | "weekday_iso" | "dow_iso" | "dw_iso" => Self::DayOfWeekIso,
            "dayofyear" | "yearday" | "doy" | "dy" => Self::DayOfYear,
            "week" | "w" | "wk" | "weekofyear" | "woy" | "wy" | "weeks" => Self::Week,
            "week_iso" | "weekiso" | "weekofyeariso" | "weekofyear_iso" => Self::WeekIso,
            "quarter" | "q" | "qtr" | "qtrs" | "quarters" => Self::Quarter,
            "yearofweek" => Self::YearOfWeek,
            "yearofweekiso" => Self::YearOfWeekIso,
            "hour" | "h" | "hh" | "hr" | "hours" | "hrs" => Self::Hour,
            "minute" | "m" | "mi" | "min" | "minutes" | "mins" => Self::Minute,
            "second" | "s" | "sec" | "seconds" | "secs" => Self::Second,
            "millisecond" | "ms" | "msec" | "milliseconds" => Self::Millisecond,
            "microsecond" | "us" | "usec" | "microseconds" => Self::Microsecond,
            "nanosecond" | "ns" | "nsec" | "nanosec" | "nsecond" | "nanoseconds" | "nanosecs"
            | "nseconds" => Self::Nanosecond,
            "epoch_second" | "epoch" | "epoch_seconds" => Self::EpochSecond,
            "epoch_millisecond" | "epoch_milliseconds" => Self::EpochMillisecond,
            "epoch_microsecond" | "epoch_microseconds" => Self::EpochMicrosecond,
            "epoch_nanosecond" | "epoch_nanoseconds" => Self::EpochNanosecond,
            "timezone_hour" | "tzh" => Self::TimezoneHour,
            "timezone_minute" | "tzm" => Self::TimezoneMinute,
            _ => return None,
        })
    }

    /// The part that a call names with its constant argument at `index`.
    ///
    /// # Errors
    /// 001056 when it is no part, or no constant.
    pub fn of(arguments: &Arguments, index: usize) -> Result<Self> {
        Self::of_text(arguments.name(), arguments.constant_text(index))
    }

    /// Like [`of`](Self::of), from the constant's text.
    pub fn of_text(function: &str, text: Option<&str>) -> Result<Self> {
        text.and_then(Self::parse)
            .ok_or_else(|| Error::not_a_date_part(text.unwrap_or("?"), function))
    }

    /// The error of a function that does not take this part of a value of a type; it names TIME only.
    pub fn refuse(self, function: &str, data_type: &SnowType) -> Error {
        let part = format!("{self:?}").to_uppercase();
        let part = part.replace("EPOCH", "EPOCH_").replace("TIMEZONE", "TIMEZONE_");
        let (part, function) = match (data_type, function) {
            (SnowType::Time { .. }, "DATEADD") => {
                (format!("'{part}'"), format!("{function} and type {data_type}"))
            }
            (SnowType::Time { .. }, _) => (part, format!("{function} and type {}", data_type.name())),
            _ => (part, function.to_string()),
        };
        Error::not_a_date_part(part, function)
    }

    /// Whether it is smaller than a day and of a fixed length, then in nanoseconds.
    pub fn nanos(self) -> Option<i128> {
        Some(match self {
            Self::Nanosecond => 1,
            Self::Microsecond => 1_000,
            Self::Millisecond => 1_000_000,
            Self::Second => 1_000_000_000,
            Self::Minute => 60_000_000_000,
            Self::Hour => 3_600_000_000_000,
            _ => return None,
        })
    }

    /// How many months it is long, if it is made of months.
    pub fn months(self) -> Option<i64> {
        Some(match self {
            Self::Month => 1,
            Self::Quarter => 3,
            Self::Year => 12,
            _ => return None,
        })
    }

    /// How many days it is long, if it is made of days.
    pub fn days(self) -> Option<i64> {
        Some(match self {
            Self::Day => 1,
            Self::Week | Self::WeekIso => 7,
            _ => return None,
        })
    }

    /// The fractional digits that a timestamp needs to hold it.
    pub fn scale(self) -> u8 {
        match self {
            Self::Nanosecond => 9,
            Self::Microsecond => 6,
            Self::Millisecond => 3,
            _ => 0,
        }
    }
}

/// How a session counts weeks (WEEK_START, WEEK_OF_YEAR_POLICY).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weeks {
    /// Days from Monday to the first day of the week, 0 to 6.
    first: i32,
    /// Whether week 1 is the one with the first of January.
    january_first: bool,
    /// Whether days of the week count from 0 for Sunday.
    legacy: bool,
}

impl Weeks {
    /// Weeks of ISO 8601: from Monday, of the year that has most of their days.
    pub const ISO: Self = Self {
        first: 0,
        january_first: false,
        legacy: false,
    };

    /// Weeks of a session.
    pub fn of(context: &TypeContext) -> Self {
        Self {
            first: i32::from(context.week_start.saturating_sub(1)),
            january_first: context.week_of_year_policy == 1,
            legacy: context.week_start == 0,
        }
    }

    /// The number of the week that a day lies in, from the one of 1970-01-01.
    pub fn index(self, days: i32) -> i32 {
        (days + 3 - self.first).div_euclid(7)
    }

    /// The first day of the week that a day lies in.
    pub fn start(self, days: i32) -> i32 {
        days - (days + 3 - self.first).rem_euclid(7)
    }

    /// The day of the week: 0 (Sunday) to 6 with WEEK_START 0, else 1 (the first day) to 7.
    pub fn day(self, days: i32) -> i32 {
        if self.legacy {
            weekday(days) as i32
        } else {
            days - self.start(days) + 1
        }
    }

    /// The year that a day's week belongs to, and the number of the week in it.
    pub fn year_and_week(self, days: i32) -> (i32, i32) {
        if self.january_first {
            let (year, ..) = date_of(days);
            return (year, self.index(days) - self.index(day_number(year, 1, 1)) + 1);
        }
        let middle = self.start(days) + 3;
        let (year, ..) = date_of(middle);
        (year, (middle - day_number(year, 1, 1)) / 7 + 1)
    }
}
