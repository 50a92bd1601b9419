//! Writing a moment by format elements.

use super::Moment;
use super::compile::{Element, Zone};
use crate::types::calendar::{MONTHS, WEEKDAYS, date_of, weekday};

pub(super) fn write(elements: &[Element], moment: &Moment, out: &mut String) {
    let (year, month, day) = date_of(moment.days);
    let seconds = moment.nanos / 1_000_000_000;
    let (hour, minute, second) = (
        (seconds / 3600) as u32,
        (seconds / 60 % 60) as u32,
        (seconds % 60) as u32,
    );
    let hour12 = if hour % 12 == 0 { 12 } else { hour % 12 };
    let padded = |value: u32, pad: bool, out: &mut String| {
        if pad || value >= 10 {
            two(value, out);
        } else {
            digit(value, out);
        }
    };
    for element in elements {
        match element {
            Element::Literal(text) => out.push_str(text),
            Element::Blank => out.push(' '),
            Element::Year { digits: 4, .. } => {
                if year < 0 {
                    out.push('-');
                }
                let year = year.unsigned_abs();
                two(year / 100, out);
                two(year % 100, out);
            }
            Element::Year { digits, .. } => padded(year.unsigned_abs() % 100, *digits == 2, out),
            Element::Month { pad } => padded(month, *pad, out),
            Element::MonthName { full } => {
                let name = MONTHS.get(month as usize - 1).copied().unwrap_or_default();
                out.push_str(if *full {
                    name
                } else {
                    name.get(..3).unwrap_or(name)
                });
            }
            Element::Day { pad } => padded(day, *pad, out),
            Element::Weekday => {
                out.push_str(
                    WEEKDAYS
                        .get(weekday(moment.days) as usize)
                        .copied()
                        .unwrap_or_default(),
                );
            }
            Element::Hour24 { pad } => padded(hour, *pad, out),
            Element::Hour12 { pad } => padded(hour12, *pad, out),
            Element::Meridiem { short } => {
                out.push(if hour < 12 { 'A' } else { 'P' });
                if !short {
                    out.push('M');
                }
            }
            Element::Minute { pad } => padded(minute, *pad, out),
            Element::Second { pad } => padded(second, *pad, out),
            Element::Fraction(digits) => {
                let mut rest = (moment.nanos % 1_000_000_000) as u32;
                let mut unit = 100_000_000;
                for _ in 0..*digits {
                    digit(rest / unit, out);
                    rest %= unit;
                    unit = (unit / 10).max(1);
                }
            }
            Element::Zone(form) => zone(*form, moment.offset, out),
        }
    }
}

/// A wall-clock time without zone shows the letter Z, as Snowflake does.
fn zone(form: Zone, offset: Option<i16>, out: &mut String) {
    let Some(offset) = offset else {
        out.push('Z');
        return;
    };
    out.push(if offset < 0 { '-' } else { '+' });
    let minutes = u32::from(offset.unsigned_abs());
    two(minutes / 60, out);
    match form {
        Zone::Hour => return,
        Zone::HourMinute => {}
        Zone::HourColonMinute => out.push(':'),
    }
    two(minutes % 60, out);
}

fn digit(value: u32, out: &mut String) {
    out.push(char::from(b'0' + (value % 10) as u8));
}

fn two(value: u32, out: &mut String) {
    out.push_str(PAIRS.get((value % 100) as usize).copied().unwrap_or_default());
}

/// The numbers of two digits.
static PAIRS: [&str; 100] = {
    const TEXT: &str = "0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
                        5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";
    let mut pairs = [""; 100];
    let mut at = 0;
    while at < 100 {
        pairs[at] = TEXT.split_at(at * 2).1.split_at(2).0;
        at += 1;
    }
    pairs
};
