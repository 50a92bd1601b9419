//! Reading a moment by format elements.

use super::Moment;
use super::compile::{Element, Zone};
use crate::types::calendar::{MONTHS, SECOND_NANOS, WEEKDAYS, checked_day_number};

/// A position in the bytes of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Steps over `byte` if it comes next.
    pub(super) fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Steps over blanks and tells how many there were.
    pub(super) fn blanks(&mut self) -> usize {
        let count = self.rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
        self.rest = self.rest.get(count..).unwrap_or_default();
        count
    }

    /// Reads one to `max` digits; gives the number and how many digits it had.
    pub(super) fn number(&mut self, max: usize) -> Option<(u32, usize)> {
        let mut value = 0;
        let mut count = 0;
        while count < max
            && let Some(digit) = self.rest.get(count).filter(|b| b.is_ascii_digit())
        {
            value = value * 10 + u32::from(digit - b'0');
            count += 1;
        }
        self.rest = self.rest.get(count..)?;
        (count > 0).then_some((value, count))
    }

    /// Steps over a word if it comes next, in any letter case.
    pub(super) fn word(&mut self, word: &str) -> bool {
        match self.rest.split_at_checked(word.len()) {
            Some((head, rest)) if head.eq_ignore_ascii_case(word.as_bytes()) => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Reads a month's name, in full or its first three letters.
    pub(super) fn month(&mut self) -> Option<u32> {
        for (index, name) in MONTHS.iter().enumerate() {
            if self.word(name) || name.get(..3).is_some_and(|short| self.word(short)) {
                return Some(index as u32 + 1);
            }
        }
        None
    }

    /// Reads an abbreviated day of the week. Whether it fits the date is not checked, as in Snowflake.
    pub(super) fn weekday(&mut self) -> bool {
        WEEKDAYS.iter().any(|name| self.word(name))
    }

    /// Reads `AM` or `PM`; true for PM.
    pub(super) fn meridiem(&mut self, short: bool) -> Option<bool> {
        let pm = match self.peek()? {
            b'A' | b'a' => false,
            b'P' | b'p' => true,
            _ => return None,
        };
        self.rest = self.rest.get(1..)?;
        (short || self.take(b'M') || self.take(b'm')).then_some(pm)
    }

    /// Reads the fraction of a second of one to `max` digits, in nanoseconds.
    pub(super) fn fraction(&mut self, max: usize) -> Option<i64> {
        let (value, digits) = self.number(max.min(9))?;
        let unit = [
            SECOND_NANOS,
            100_000_000,
            10_000_000,
            1_000_000,
            100_000,
            10_000,
            1_000,
            100,
            10,
            1,
        ]
        .get(digits)?;
        Some(i64::from(value) * unit)
    }

    /// Reads a sign; true for minus.
    pub(super) fn sign(&mut self) -> Option<bool> {
        if self.take(b'-') {
            Some(true)
        } else {
            self.take(b'+').then_some(false)
        }
    }
}

/// The fields that were read; what is absent has the epoch's value.
struct Fields {
    year: i32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    second: u32,
    nanos: i64,
    hour12: bool,
    pm: Option<bool>,
    offset: Option<i16>,
}

/// Matches a text against elements. Digits may be fewer than an element's width; blanks may stand before any element
/// that is not literal, and a blank of the format needs one at least.
pub(super) fn read(elements: &[Element], text: &[u8], century_start: u16) -> Option<Moment> {
    let mut at = Cursor::new(text);
    let mut f = Fields {
        year: 1970,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
        hour12: false,
        pm: None,
        offset: None,
    };
    for element in elements {
        if !matches!(
            element,
            Element::Blank | Element::Literal(_) | Element::Fraction(_)
        ) {
            at.blanks();
        }
        match element {
            Element::Literal(literal) => at.word(literal).then_some(())?,
            Element::Blank => {
                if at.blanks() == 0 {
                    return None;
                }
            }
            Element::Year { digits: 4, iso } => {
                let negative = *iso && at.sign().unwrap_or(false);
                let year = at.number(4)?.0 as i32;
                f.year = if negative { -year } else { year };
            }
            Element::Year { .. } => f.year = two_digit_year(at.number(2)?.0, century_start),
            Element::Month { .. } => f.month = at.number(2)?.0,
            Element::MonthName { .. } => f.month = at.month()?,
            Element::Day { .. } => f.day = at.number(2)?.0,
            Element::Weekday => at.weekday().then_some(())?,
            Element::Hour24 { .. } => f.hour = at.number(2)?.0,
            Element::Hour12 { .. } => {
                f.hour = at.number(2)?.0;
                f.hour12 = true;
            }
            Element::Meridiem { short } => f.pm = Some(at.meridiem(*short)?),
            Element::Minute { .. } => f.minute = at.number(2)?.0,
            Element::Second { .. } => f.second = at.number(2)?.0,
            Element::Fraction(0) => {}
            Element::Fraction(digits) => f.nanos = at.fraction(usize::from(*digits))?,
            Element::Zone(form) => f.offset = Some(zone(&mut at, *form)?),
        }
    }
    if !at.is_done() {
        return None;
    }
    if f.hour12 {
        f.hour = hour_of_half_day(f.hour, f.pm)?;
    }
    let days = checked_day_number(f.year, f.month, f.day)?;
    Some(Moment {
        days,
        nanos: time_of_day(f.hour, f.minute, f.second)? + f.nanos,
        offset: f.offset,
    })
}

/// The nanoseconds since midnight of a time; `None` for 24:00 and later, and for leap seconds.
pub(super) fn time_of_day(hour: u32, minute: u32, second: u32) -> Option<i64> {
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    Some(i64::from((hour * 60 + minute) * 60 + second) * SECOND_NANOS)
}

/// The hour, 0 to 23, of an hour of 1 to 12 with AM (`false`) or PM (`true`); without either it stays as it is.
pub(super) fn hour_of_half_day(hour: u32, pm: Option<bool>) -> Option<u32> {
    if !(1..=12).contains(&hour) {
        return None;
    }
    Some(match pm {
        Some(true) => hour % 12 + 12,
        Some(false) => hour % 12,
        None => hour,
    })
}

/// The first year at or after `century_start` that ends in these two digits.
fn two_digit_year(year: u32, century_start: u16) -> i32 {
    let start = i32::from(century_start);
    let year = start - start % 100 + year as i32;
    if year < start { year + 100 } else { year }
}

/// Reads an offset from UTC in minutes. `Z` is UTC in every form; the sign may be absent.
fn zone(at: &mut Cursor<'_>, form: Zone) -> Option<i16> {
    if at.take(b'Z') || at.take(b'z') {
        return Some(0);
    }
    let negative = at.sign().unwrap_or(false);
    let hours = at.number(2)?.0;
    let minutes = match form {
        Zone::Hour => 0,
        Zone::HourMinute => at.number(2)?.0,
        Zone::HourColonMinute => {
            at.take(b':').then_some(())?;
            at.number(2)?.0
        }
    };
    offset(negative, hours, minutes)
}

/// An offset in minutes from its parts; `None` beyond what any place on earth could have.
pub(super) fn offset(negative: bool, hours: u32, minutes: u32) -> Option<i16> {
    if hours > 23 || minutes > 59 {
        return None;
    }
    let total = (hours * 60 + minutes) as i16;
    Some(if negative { -total } else { total })
}
