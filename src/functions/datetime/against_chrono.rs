//! Dates against a calendar of other people's: chrono's, over all years from 1 to 9999. Weeks as a session counts them
//! are checked against their definition.

use std::sync::Arc;

use chrono::{Datelike, Days, Months, NaiveDate};
use datafusion::arrow::array::{ArrayRef, AsArray, Date32Array, Decimal128Array};
use datafusion::arrow::datatypes::{Date32Type, Decimal128Type};

use crate::functions::testing::{Input, context, over_rows};
use crate::types::SnowType;

fn ymd(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn epoch() -> NaiveDate {
    ymd(1970, 1, 1)
}

fn last() -> NaiveDate {
    ymd(9999, 12, 31)
}

/// Days at which something can go wrong, and some others, of every year.
fn days() -> Vec<NaiveDate> {
    let mut days = Vec::new();
    for year in 1..=9999 {
        days.extend([ymd(year, 1, 1), ymd(year, 2, 28), ymd(year, 12, 31)]);
        days.extend(NaiveDate::from_ymd_opt(year, 2, 29));
        days.extend(NaiveDate::from_yo_opt(year, (year as u32 * 37) % 365 + 1));
    }
    days
}

fn dates(days: &[NaiveDate]) -> Input {
    let numbers = days.iter().map(|day| (*day - epoch()).num_days() as i32);
    Input::Rows(SnowType::Date, Arc::new(Date32Array::from_iter_values(numbers)))
}

fn integers(numbers: impl Iterator<Item = i64>) -> Input {
    let numbers: Decimal128Array = numbers.map(|number| Some(i128::from(number))).collect();
    let numbers = numbers.with_precision_and_scale(38, 0).unwrap();
    Input::Rows(SnowType::INTEGER, Arc::new(numbers))
}

fn numbers_of(found: &ArrayRef) -> Vec<i64> {
    let found = found.as_primitive::<Decimal128Type>();
    found.values().iter().map(|number| *number as i64).collect()
}

fn days_of(found: &ArrayRef) -> Vec<NaiveDate> {
    let found = found.as_primitive::<Date32Type>();
    let day = |number: &i32| epoch() + chrono::TimeDelta::days(i64::from(*number));
    found.values().iter().map(day).collect()
}

/// The first row that differs, if any.
fn agree<T: PartialEq + std::fmt::Debug>(what: &str, days: &[NaiveDate], found: Vec<T>, wanted: Vec<T>) {
    assert_eq!(found.len(), days.len(), "{what}");
    for ((day, found), wanted) in days.iter().zip(found).zip(wanted) {
        assert_eq!(found, wanted, "{what} of {day}");
    }
}

/// A part's name, and chrono's value of it.
type Part = (&'static str, fn(&NaiveDate) -> i64);

#[test]
fn parts_of_dates() {
    let days = days();
    let parts: [Part; 9] = [
        ("YEAR", |day| day.year().into()),
        ("QUARTER", |day| i64::from(day.month0() / 3 + 1)),
        ("MONTH", |day| day.month().into()),
        ("DAY", |day| day.day().into()),
        ("DAYOFYEAR", |day| day.ordinal().into()),
        ("DAYOFWEEK", |day| day.weekday().num_days_from_sunday().into()),
        ("DAYOFWEEKISO", |day| day.weekday().number_from_monday().into()),
        ("WEEKISO", |day| day.iso_week().week().into()),
        ("YEAROFWEEKISO", |day| day.iso_week().year().into()),
    ];
    for (function, wanted) in parts {
        let found = numbers_of(&over_rows(function, &[dates(&days)], &context(&[])));
        agree(function, &days, found, days.iter().map(wanted).collect());
    }
}

/// The first day of the part that a day is in.
fn start(part: &str, day: NaiveDate) -> NaiveDate {
    match part {
        "year" => ymd(day.year(), 1, 1),
        "quarter" => ymd(day.year(), day.month0() / 3 * 3 + 1, 1),
        "month" => ymd(day.year(), day.month(), 1),
        "week" => day - Days::new(day.weekday().num_days_from_monday().into()),
        _ => day,
    }
}

/// The first day of the next one.
fn next(part: &str, day: NaiveDate) -> NaiveDate {
    let start = start(part, day);
    match part {
        "year" => start + Months::new(12),
        "quarter" => start + Months::new(3),
        "month" => start + Months::new(1),
        "week" => start + Days::new(7),
        _ => start + Days::new(1),
    }
}

const PARTS: [&str; 5] = ["year", "quarter", "month", "week", "day"];

#[test]
fn borders_of_parts() {
    let days = days();
    for part in PARTS {
        let found = over_rows(
            "DATE_TRUNC",
            &[Input::Constant(part), dates(&days)],
            &context(&[]),
        );
        let wanted = days.iter().map(|day| start(part, *day)).collect();
        agree(part, &days, days_of(&found), wanted);
        // The last week of all ends behind the last year.
        let end = |day: &NaiveDate| next(part, *day) - Days::new(1);
        let days: Vec<_> = days.iter().copied().filter(|day| end(day) <= last()).collect();
        let found = over_rows("LAST_DAY", &[dates(&days), Input::Constant(part)], &context(&[]));
        agree(part, &days, days_of(&found), days.iter().map(end).collect());
    }
}

/// `count` parts later.
fn moved(part: &str, day: NaiveDate, count: i64) -> Option<NaiveDate> {
    let size = count.unsigned_abs();
    let months = |length: u64| u32::try_from(size * length).ok().map(Months::new);
    let by_months = |length| match count < 0 {
        true => day.checked_sub_months(months(length)?),
        false => day.checked_add_months(months(length)?),
    };
    let by_days = |length| match count < 0 {
        true => day.checked_sub_days(Days::new(size * length)),
        false => day.checked_add_days(Days::new(size * length)),
    };
    let moved = match part {
        "year" => by_months(12),
        "quarter" => by_months(3),
        "month" => by_months(1),
        "week" => by_days(7),
        _ => by_days(1),
    };
    moved.filter(|moved| (ymd(1, 1, 1)..=last()).contains(moved))
}

#[test]
fn sums_and_differences() {
    let all = days();
    for part in PARTS {
        let counted = all.iter().zip(0_i64..).filter_map(|(day, row)| {
            let count = row * 7_919 % 4_801 - 2_400;
            Some((*day, count, moved(part, *day, count)?))
        });
        let counted: Vec<_> = counted.collect();
        let days: Vec<_> = counted.iter().map(|(day, ..)| *day).collect();
        let later: Vec<_> = counted.iter().map(|(.., later)| *later).collect();
        let counts = integers(counted.iter().map(|(_, count, _)| *count));
        let arguments = [Input::Constant(part), counts, dates(&days)];
        let found = over_rows("DATEADD", &arguments, &context(&[]));
        agree(part, &days, days_of(&found), later);

        let others: Vec<_> = (0..all.len())
            .map(|row| all[(row * 31 + 7) % all.len()])
            .collect();
        let arguments = [Input::Constant(part), dates(&all), dates(&others)];
        let found = over_rows("DATEDIFF", &arguments, &context(&[]));
        // How many starts of parts lie between, by the number of each since the year 1.
        let number = |day: &NaiveDate| match part {
            "year" => i64::from(day.year()),
            "quarter" => i64::from(day.year()) * 4 + i64::from(day.month0() / 3),
            "month" => i64::from(day.year()) * 12 + i64::from(day.month0()),
            "week" => (start("week", *day) - ymd(1, 1, 1)).num_days() / 7,
            _ => (*day - ymd(1, 1, 1)).num_days(),
        };
        let wanted = all
            .iter()
            .zip(&others)
            .map(|(from, to)| number(to) - number(from));
        agree(part, &all, numbers_of(&found), wanted.collect());
    }
}

/// Weeks by their definition (<https://docs.snowflake.com/en/sql-reference/parameters>): the year and the number of a
/// day's week, and the day's number in it, for a WEEK_START and a WEEK_OF_YEAR_POLICY.
fn week(day: NaiveDate, week_start: u32, policy: u32) -> (i64, i64, i64) {
    let first = week_start.max(1);
    let back = (day.weekday().number_from_monday() + 7 - first) % 7;
    let in_week = match week_start {
        0 => day.weekday().num_days_from_sunday(),
        _ => back + 1,
    };
    let start = day - Days::new(back.into());
    if policy == 1 {
        // The first of January begins the first week, whatever day it is.
        let new_year = ymd(day.year(), 1, 1);
        let begun = new_year.iter_days().skip(1).take_while(|other| *other <= day);
        let begun = begun.filter(|other| other.weekday().number_from_monday() == first);
        return (day.year().into(), 1 + begun.count() as i64, in_week.into());
    }
    // A week belongs to the year that has four of its days or more.
    let year_of = |start: NaiveDate| {
        let in_year = |year| start.iter_days().take(7).filter(|day| day.year() == year).count();
        match in_year(start.year()) >= 4 {
            true => start.year(),
            false => start.year() + 1,
        }
    };
    let year = year_of(start);
    let mut number = 1;
    while year_of(start - Days::new(7 * number as u64)) == year {
        number += 1;
    }
    (year.into(), number, in_week.into())
}

#[test]
fn weeks_of_a_session() {
    // Years of every kind, begun on every day of the week; 2100 has no leap day.
    let mut days = Vec::new();
    for year in 2_080..=2_110 {
        let from = ymd(year, 12, 22);
        days.extend(from.iter_days().take(20));
        days.push(ymd(year, 6, 15));
    }
    for week_start in 0..=7 {
        for policy in 0..=1 {
            let wanted: Vec<_> = days.iter().map(|day| week(*day, week_start, policy)).collect();
            let (start, policy) = (
                format!("WEEK_START={week_start}"),
                format!("WEEK_OF_YEAR_POLICY={policy}"),
            );
            let session = context(&[&start, &policy]);
            let found = |function| numbers_of(&over_rows(function, &[dates(&days)], &session));
            let found = found("YEAROFWEEK")
                .into_iter()
                .zip(found("WEEK"))
                .zip(found("DAYOFWEEK"))
                .map(|((year, week), day)| (year, week, day));
            agree(&format!("{start} {policy}"), &days, found.collect(), wanted);
        }
    }
}
