//! The forms that AUTO recognises
//! (<https://docs.snowflake.com/en/sql-reference/date-time-input-output#supported-formats-for-auto-detection>).
//!
//! The ISO forms are read by position first, because files are full of them; everything else goes the general way. A
//! text of digits only is a count of seconds, milliseconds, microseconds or nanoseconds since 1970, by its magnitude.

use super::Moment;
use super::read::{Cursor, hour_of_half_day, offset, time_of_day};
use crate::types::calendar::{MAX_DAY, MIN_DAY, checked_day_number};

/// Reads a DATE: any date or timestamp form, of which the day is kept.
pub fn date(text: &str) -> Option<Moment> {
    let found = timestamp(text)?;
    Some(Moment::midnight(found.days))
}

/// Reads a TIMESTAMP_*.
pub fn timestamp(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    if let Some(found) = iso_by_position(bytes) {
        return Some(found);
    }
    let bytes = bytes.trim_ascii();
    if let Some(count) = integer(bytes) {
        return epoch(count);
    }
    let mut at = Cursor::new(bytes);
    let found = match at.peek()? {
        first if first.is_ascii_digit() => numeric_form(&mut at)?,
        first if first.is_ascii_alphabetic() => named_form(&mut at)?,
        _ => return None,
    };
    at.is_done().then_some(found)
}

/// Reads a TIME. A count since 1970 is cut to whole seconds of its day, as TO_TIME documents.
pub fn time(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes().trim_ascii();
    if let Some(count) = integer(bytes) {
        let found = epoch(count)?;
        return Some(Moment {
            days: 0,
            nanos: found.nanos - found.nanos % 1_000_000_000,
            offset: None,
        });
    }
    let mut at = Cursor::new(bytes);
    let hour = at.number(2)?.0;
    let (minute, second, nanos, _) = after_hour(&mut at)?;
    let mut offset = None;
    let hour = if at.is_done() {
        hour
    } else if let Some(half) = after_blank(&mut at, |at| at.meridiem(false)) {
        hour_of_half_day(hour, Some(half))?
    } else {
        offset = Some(colon_zone(&mut at)?);
        hour
    };
    at.is_done().then_some(())?;
    Some(Moment {
        days: 0,
        nanos: time_of_day(hour, minute, second)? + nanos,
        offset,
    })
}

/// The moment, in UTC, of a count since 1970 whose unit follows from its magnitude; `None` outside the years 0 to 9999.
pub fn epoch(count: i128) -> Option<Moment> {
    let nanos_per_unit = match count {
        i128::MIN..31_536_000_000 => 1_000_000_000,
        31_536_000_000..31_536_000_000_000 => 1_000_000,
        31_536_000_000_000..31_536_000_000_000_000 => 1_000,
        _ => 1,
    };
    let (seconds, nanos) = crate::types::temporal::split(count.checked_mul(nanos_per_unit)?);
    let day = i64::from(MIN_DAY)..=i64::from(MAX_DAY);
    day.contains(&seconds.div_euclid(86_400))
        .then(|| Moment::from_wall_clock(seconds, nanos, Some(0)))
}

/// Whether a text is a count since 1970 rather than a date.
pub fn is_count(text: &str) -> bool {
    integer(text.as_bytes().trim_ascii()).is_some()
}

/// An integer that is the whole text, of 30 digits at most.
fn integer(bytes: &[u8]) -> Option<i128> {
    let (negative, digits) = match bytes.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, bytes),
    };
    if digits.is_empty() || digits.len() > 30 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0, |value: i128, digit| value * 10 + i128::from(digit - b'0'));
    Some(if negative { -value } else { value })
}

/// `2024-01-02`, or that with `T03:04`, `T03:04:05`, `T03:04:05.123456789` (or a blank for the T), each with nothing,
/// `Z` or `+07:00` behind. Fields have their full width; any other shape is `None` and goes the general way.
fn iso_by_position(b: &[u8]) -> Option<Moment> {
    let (head, rest) = b.split_first_chunk::<10>()?;
    if head[4] != b'-' || head[7] != b'-' {
        return None;
    }
    let year = pair(head[0], head[1])? * 100 + pair(head[2], head[3])?;
    let days = checked_day_number(year as i32, pair(head[5], head[6])?, pair(head[8], head[9])?)?;
    if rest.is_empty() {
        return Some(Moment::midnight(days));
    }
    let (clock, mut rest) = rest.split_first_chunk::<6>()?;
    if !matches!(clock[0], b'T' | b' ') || clock[3] != b':' {
        return None;
    }
    let hour = pair(clock[1], clock[2])?;
    let minute = pair(clock[4], clock[5])?;
    let mut second = 0;
    let mut nanos = 0;
    if let [b':', tens, ones, tail @ ..] = rest {
        second = pair(*tens, *ones)?;
        rest = tail;
        if let [b'.', tail @ ..] = rest {
            let count = tail.iter().take(9).take_while(|b| b.is_ascii_digit()).count();
            if count == 0 {
                return None;
            }
            let value = tail
                .iter()
                .take(count)
                .fold(0, |value: i64, digit| value * 10 + i64::from(digit - b'0'));
            nanos = value
                * [
                    0,
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
                .get(count)?;
            rest = tail.get(count..)?;
        }
    }
    let offset = match rest {
        [] => None,
        [b'Z'] => Some(0),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            Some(offset(*sign == b'-', pair(*h1, *h2)?, pair(*m1, *m2)?)?)
        }
        _ => return None,
    };
    Some(Moment {
        days,
        nanos: time_of_day(hour, minute, second)? + nanos,
        offset,
    })
}

fn pair(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then(|| u32::from(tens) * 10 + u32::from(ones))
}

/// `YYYY-MM-DD…`, `DD-MON-YYYY` and `MM/DD/YYYY[ HH24:MI:SS]`, with fewer digits allowed.
fn numeric_form(at: &mut Cursor<'_>) -> Option<Moment> {
    let (first, digits) = at.number(4)?;
    if at.take(b'/') {
        let day = (digits <= 2).then(|| at.number(2))??.0;
        at.take(b'/').then_some(())?;
        let days = checked_day_number(at.number(4)?.0 as i32, first, day)?;
        if at.is_done() {
            return Some(Moment::midnight(days));
        }
        (at.blanks() > 0).then_some(())?;
        let (nanos, _) = clock(at, true)?;
        return Some(Moment {
            days,
            nanos,
            offset: None,
        });
    }
    at.take(b'-').then_some(())?;
    if at.peek()?.is_ascii_alphabetic() {
        let month = (digits <= 2).then(|| at.month())??;
        at.take(b'-').then_some(())?;
        return Some(Moment::midnight(checked_day_number(
            at.number(4)?.0 as i32,
            month,
            first,
        )?));
    }
    let month = at.number(2)?.0;
    at.take(b'-').then_some(())?;
    let days = checked_day_number(first as i32, month, at.number(2)?.0)?;
    if at.is_done() {
        return Some(Moment::midnight(days));
    }
    if !at.take(b'T') && !at.take(b't') && at.blanks() == 0 {
        return None;
    }
    let hour = at.number(2)?.0;
    if at.is_done() {
        return Some(Moment {
            days,
            nanos: time_of_day(hour, 0, 0)?,
            offset: None,
        });
    }
    let (minute, second, nanos, has_seconds) = after_hour(at)?;
    let nanos = time_of_day(hour, minute, second)? + nanos;
    let offset = if at.is_done() {
        None
    } else {
        Some(iso_zone(at, has_seconds)?)
    };
    Some(Moment { days, nanos, offset })
}

/// `DY, DD MON YYYY HH24:MI:SS[.FF][ AM][ TZHTZM]` and `DY MON DD HH24:MI:SS TZHTZM YYYY`.
fn named_form(at: &mut Cursor<'_>) -> Option<Moment> {
    at.weekday().then_some(())?;
    if at.take(b',') {
        at.blanks();
        let day = at.number(2)?.0;
        let month = after_blank(at, |at| at.month())?;
        let year = after_blank(at, |at| at.number(4))?.0;
        let days = checked_day_number(year as i32, month, day)?;
        (at.blanks() > 0).then_some(())?;
        let hour = at.number(2)?.0;
        let (minute, second, nanos, has_seconds) = after_hour(at)?;
        has_seconds.then_some(())?;
        let hour = match after_blank(at, |at| at.meridiem(false)) {
            Some(half) => hour_of_half_day(hour, Some(half))?,
            None => hour,
        };
        let offset = if at.is_done() {
            None
        } else {
            Some(after_blank(at, packed_zone)?)
        };
        return Some(Moment {
            days,
            nanos: time_of_day(hour, minute, second)? + nanos,
            offset,
        });
    }
    let month = after_blank(at, |at| at.month())?;
    let day = after_blank(at, |at| at.number(2))?.0;
    (at.blanks() > 0).then_some(())?;
    let (nanos, _) = clock(at, true)?;
    let offset = after_blank(at, packed_zone)?;
    let year = after_blank(at, |at| at.number(4))?.0;
    Some(Moment {
        days: checked_day_number(year as i32, month, day)?,
        nanos,
        offset: Some(offset),
    })
}

/// What `read` finds behind one blank or more; the position moves only when it finds something.
fn after_blank<T>(at: &mut Cursor<'_>, read: impl FnOnce(&mut Cursor<'_>) -> Option<T>) -> Option<T> {
    let mut ahead = *at;
    if ahead.blanks() == 0 {
        return None;
    }
    let found = read(&mut ahead)?;
    *at = ahead;
    Some(found)
}

/// `HH24:MI:SS`, nothing shorter when `seconds` are wanted. Gives nanoseconds since midnight.
fn clock(at: &mut Cursor<'_>, seconds: bool) -> Option<(i64, bool)> {
    let hour = at.number(2)?.0;
    let (minute, second, nanos, has_seconds) = after_hour(at)?;
    if seconds && (!has_seconds || nanos != 0) {
        return None;
    }
    Some((time_of_day(hour, minute, second)? + nanos, has_seconds))
}

/// `:MI`, `:MI:SS` or `:MI:SS.FF`: minute, second, nanoseconds and whether there were seconds.
fn after_hour(at: &mut Cursor<'_>) -> Option<(u32, u32, i64, bool)> {
    at.take(b':').then_some(())?;
    let minute = at.number(2)?.0;
    if !at.take(b':') {
        return Some((minute, 0, 0, false));
    }
    let second = at.number(2)?.0;
    let nanos = if at.take(b'.') { at.fraction(9)? } else { 0 };
    Some((minute, second, nanos, true))
}

/// The zone behind an ISO timestamp: `Z`, `+07:00` (with or without a blank), `+07` directly behind seconds, and
/// `+0700` only behind a blank; Snowflake refuses `20:57:01+0700`.
fn iso_zone(at: &mut Cursor<'_>, has_seconds: bool) -> Option<i16> {
    let blank = at.blanks() > 0;
    if at.take(b'Z') || at.take(b'z') {
        return Some(0);
    }
    let mut ahead = *at;
    if let Some(found) = colon_zone(&mut ahead) {
        *at = ahead;
        return Some(found);
    }
    if blank {
        return packed_zone(at);
    }
    let negative = at.sign()?;
    let hours = at.number(2)?.0;
    has_seconds.then(|| offset(negative, hours, 0))?
}

/// `+07:00`
fn colon_zone(at: &mut Cursor<'_>) -> Option<i16> {
    let negative = at.sign()?;
    let hours = at.number(2)?.0;
    at.take(b':').then_some(())?;
    offset(negative, hours, at.number(2)?.0)
}

/// `+0700`
fn packed_zone(at: &mut Cursor<'_>) -> Option<i16> {
    let negative = at.sign()?;
    let (value, digits) = at.number(4)?;
    (digits == 4).then(|| offset(negative, value / 100, value % 100))?
}
