//! The common spellings of numbers, dates and timestamps, read without detours.
//!
//! Each function answers `None` for anything it is not sure about; the caller then asks the house's own casts,
//! which know every spelling and every error message. So these need to be right, not complete.

const POWERS: [i64; 19] = {
    let mut powers = [1i64; 19];
    let mut exponent = 1;
    while exponent < 19 {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// Reads `-12.34` into a count of the scale's units: at most 18 digits, no more of them after the point than
/// `scale`, and no more before it than the precision allows.
#[inline]
pub fn number(text: &[u8], precision: u8, scale: u8) -> Option<i128> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        rest => (false, rest),
    };
    if digits.is_empty() || digits.len() > 19 {
        return None;
    }
    let mut value = 0i64;
    let mut count = 0usize;
    let mut point = None;
    for &byte in digits {
        let digit = byte.wrapping_sub(b'0');
        if digit <= 9 {
            value = value.wrapping_mul(10).wrapping_add(i64::from(digit));
            count += 1;
        } else if byte == b'.' && point.is_none() {
            point = Some(count);
        } else {
            return None;
        }
    }
    if count == 0 || count > 18 {
        return None;
    }
    let after_point = point.map_or(0, |point| count - point);
    let missing = usize::from(scale).checked_sub(after_point)?;
    if point == Some(0) || point == Some(count) {
        return None; // `.5` and `5.` are for the casts
    }
    let value = i128::from(value) * power(missing)?;
    let fits = precision >= 37 || value < power(usize::from(precision))?;
    fits.then_some(if negative { -value } else { value })
}

fn power(exponent: usize) -> Option<i128> {
    match POWERS.get(exponent) {
        Some(power) => Some(i128::from(*power)),
        None => 10i128.checked_pow(u32::try_from(exponent).ok()?),
    }
}

/// Reads a plain decimal or scientific number.
#[inline]
pub fn float(text: &[u8]) -> Option<f64> {
    if !text
        .iter()
        .all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E'))
    {
        return None;
    }
    std::str::from_utf8(text)
        .ok()?
        .parse()
        .ok()
        .filter(|value: &f64| value.is_finite())
}

/// Reads `true` and `false` in any letter case.
#[inline]
pub fn boolean(text: &[u8]) -> Option<bool> {
    if text.eq_ignore_ascii_case(b"true") {
        Some(true)
    } else if text.eq_ignore_ascii_case(b"false") {
        Some(false)
    } else {
        None
    }
}

/// Reads `YYYY-MM-DD` of the years 1 to 9999 into days since 1970-01-01.
#[inline]
pub fn date(text: &[u8]) -> Option<i32> {
    let text: &[u8; 10] = text.try_into().ok()?;
    if text[4] != b'-' || text[7] != b'-' {
        return None;
    }
    let year = two(text[0], text[1])? * 100 + two(text[2], text[3])?;
    let (month, day) = (two(text[5], text[6])?, two(text[8], text[9])?);
    if year == 0 || !(1..=12).contains(&month) || day == 0 || day > days_in(year, month) {
        return None;
    }
    Some(days(year as i32, month as i32, day as i32))
}

/// Reads `YYYY-MM-DD HH:MM:SS[.fraction]`, also with `T` between, into seconds since 1970-01-01 and nanoseconds.
/// A fraction longer than `scale` digits is left to the casts.
#[inline]
pub fn timestamp(text: &[u8], scale: u8) -> Option<(i64, u32)> {
    let (day, rest) = text.split_first_chunk::<10>()?;
    let days = date(day)?;
    let (time, fraction) = rest.split_first_chunk::<9>()?;
    if !matches!(time[0], b' ' | b'T') || time[3] != b':' || time[6] != b':' {
        return None;
    }
    let (hour, minute, second) = (
        two(time[1], time[2])?,
        two(time[4], time[5])?,
        two(time[7], time[8])?,
    );
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let nanos = match fraction {
        [] => 0,
        [b'.', digits @ ..] if (1..=usize::from(scale.min(9))).contains(&digits.len()) => {
            let mut nanos = 0;
            for position in 0..9 {
                let digit = digits.get(position).map_or(0, |byte| byte.wrapping_sub(b'0'));
                if digit > 9 {
                    return None;
                }
                nanos = nanos * 10 + u32::from(digit);
            }
            nanos
        }
        _ => return None,
    };
    Some((
        i64::from(days) * 86_400 + i64::from(hour * 3600 + minute * 60 + second),
        nanos,
    ))
}

#[inline]
fn two(tens: u8, units: u8) -> Option<u32> {
    let (tens, units) = (tens.wrapping_sub(b'0'), units.wrapping_sub(b'0'));
    (tens <= 9 && units <= 9).then(|| u32::from(tens) * 10 + u32::from(units))
}

fn days_in(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a date of the proleptic Gregorian calendar; years are counted from March so that the
/// leap day comes last.
fn days(year: i32, month: i32, day: i32) -> i32 {
    let year = year - i32::from(month <= 2);
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    year * 365 + year / 4 - year / 100 + year / 400 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_fit_or_are_left_alone() {
        assert_eq!(number(b"-12.5", 10, 2), Some(-1250));
        assert_eq!(number(b"+7", 38, 0), Some(7));
        assert_eq!(number(b"99999", 5, 0), Some(99_999));
        assert_eq!(number(b"1", 38, 37), Some(10i128.pow(37)));
        for odd in [
            "",
            "-",
            "1.234",
            "1e5",
            " 1",
            "1.2.3",
            ".5",
            "5.",
            "abc",
            "1234567890123456789",
        ] {
            assert_eq!(number(odd.as_bytes(), 38, 2), None, "{odd}");
        }
        assert_eq!(number(b"100000", 5, 0), None);
        assert_eq!(number(b"1000", 5, 2), None);
    }

    #[test]
    fn dates_agree_with_the_calendar() {
        for (text, expected) in [
            ("1970-01-01", 0),
            ("2000-02-29", 11_016),
            ("1969-12-31", -1),
            ("9999-12-31", 2_932_896),
            ("0001-01-01", -719_162),
        ] {
            assert_eq!(date(text.as_bytes()), Some(expected), "{text}");
        }
        for odd in [
            "2023-02-29",
            "2023-13-01",
            "2023-00-10",
            "2023-1-1",
            "0000-01-01",
            "20230101xx",
            "2023/01/01",
        ] {
            assert_eq!(date(odd.as_bytes()), None, "{odd}");
        }
    }

    #[test]
    fn timestamps_take_fractions_up_to_their_scale() {
        assert_eq!(timestamp(b"1970-01-02 00:00:01", 9), Some((86_401, 0)));
        assert_eq!(timestamp(b"1970-01-01T00:00:00.25", 9), Some((0, 250_000_000)));
        assert_eq!(timestamp(b"1969-12-31 23:59:59.000000001", 9), Some((-1, 1)));
        for odd in [
            "1970-01-01",
            "1970-01-01 24:00:00",
            "1970-01-01 00:00:00Z",
            "1970-01-01 00:00:00.",
            "1970-01-01 00:00",
        ] {
            assert_eq!(timestamp(odd.as_bytes(), 9), None, "{odd}");
        }
        assert_eq!(timestamp(b"1970-01-01 00:00:00.1234", 3), None);
    }
}
