//! The proleptic Gregorian calendar as plain integer arithmetic.
//!
//! Days are counted from 1970-01-01. jiff's instants end two days before the year 9999 does, and loading a file reads
//! millions of dates, so the calendar's own steps are taken here; jiff is asked for time zones only (see [`super::zone`]).

/// Seconds in a day.
pub const DAY_SECONDS: i64 = 86_400;
/// Nanoseconds in a second.
pub const SECOND_NANOS: i64 = 1_000_000_000;
/// Nanoseconds in a day.
pub const DAY_NANOS: i64 = DAY_SECONDS * SECOND_NANOS;
/// The first day that is accepted: 0000-01-01, which Snowflake takes although no such year exists.
pub const MIN_DAY: i32 = -719_528;
/// The last day that is accepted: 9999-12-31.
pub const MAX_DAY: i32 = 2_932_896;

/// The three-letter names of the months, January first.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The three-letter names of the days of the week, Sunday first.
pub const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// Whether a year has a 29th of February.
pub const fn is_leap(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// The number of days of a month, 1 to 12; 0 for any other month.
pub const fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The day number of a date that is known to exist. Years are counted from March, so that the leap day ends them.
pub const fn day_number(year: i32, month: u32, day: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = ((153 * ((month + 9) % 12) + 2) / 5 + day) as i32 - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The day number of a date of the years 0 to 9999; `None` when there is no such day.
pub const fn checked_day_number(year: i32, month: u32, day: u32) -> Option<i32> {
    if year < 0 || year > 9999 || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    Some(day_number(year, month, day))
}

/// Year, month and day of a day number.
pub const fn date_of(days: i32) -> (i32, u32, u32) {
    let days = days as i64 + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = (day_of_year - (153 * shifted + 2) / 5 + 1) as u32;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 } as u32;
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year as i32, month, day)
}

/// The day of the week, 0 for Sunday.
pub const fn weekday(days: i32) -> u32 {
    (days as i64 + 4).rem_euclid(7) as u32
}

/// Cuts a count of nanoseconds to `scale` fractional digits, towards the past, as Snowflake does.
pub const fn truncate_nanos(nanos: i64, scale: u8) -> i64 {
    let step = match scale {
        0 => 1_000_000_000,
        1 => 100_000_000,
        2 => 10_000_000,
        3 => 1_000_000,
        4 => 100_000,
        5 => 10_000,
        6 => 1_000,
        7 => 100,
        8 => 10,
        _ => return nanos,
    };
    nanos - nanos.rem_euclid(step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ends_of_the_range() {
        assert_eq!(day_number(1970, 1, 1), 0);
        assert_eq!(day_number(0, 1, 1), MIN_DAY);
        assert_eq!(day_number(9999, 12, 31), MAX_DAY);
        assert_eq!(checked_day_number(2023, 2, 29), None);
        assert_eq!(checked_day_number(1900, 2, 29), None);
        assert_eq!(checked_day_number(2000, 2, 29), Some(11_016));
        assert_eq!(checked_day_number(10_000, 1, 1), None);
        assert_eq!(checked_day_number(2000, 13, 1), None);
    }

    #[test]
    fn truncation_goes_towards_the_past() {
        assert_eq!(truncate_nanos(1_999_999_999, 0), 1_000_000_000);
        assert_eq!(truncate_nanos(-1, 3), -1_000_000);
        assert_eq!(truncate_nanos(123_456_789, 9), 123_456_789);
        assert_eq!(truncate_nanos(123_456_789, 6), 123_456_000);
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(days in day_number(1, 1, 1)..=MAX_DAY) {
            let (year, month, day) = date_of(days);
            prop_assert_eq!(day_number(year, month, day), days);
            let date = jiff::civil::Date::new(year as i16, month as i8, day as i8).unwrap();
            let epoch = jiff::civil::date(1970, 1, 1);
            prop_assert_eq!(epoch.until(date).unwrap().get_days(), days);
            prop_assert_eq!(date.weekday().to_sunday_zero_offset() as u32, weekday(days));
            prop_assert_eq!(date.days_in_month() as u32, days_in_month(year, month));
        }
    }
}
