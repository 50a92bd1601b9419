//! Timestamps as order-preserving bytes.
//!
//! Snowflake's timestamps span the years 1 to 9999 with nine fractional digits, which no 64-bit count holds. Here a
//! timestamp is twelve bytes: the seconds since 1970-01-01 (UTC for LTZ and TZ, wall clock for NTZ) as a big-endian
//! `i64` with its sign bit flipped, then the nanoseconds of that second as a big-endian `u32`. Comparing the bytes
//! compares the moments, so DataFusion sorts, joins, groups and takes the minimum of them as they are.
//!
//! The width tells the kind: 12 bytes is TIMESTAMP_NTZ; 13 (a zero byte appended) TIMESTAMP_LTZ; 14 TIMESTAMP_TZ,
//! whose last two bytes are the offset from UTC in minutes plus 1440, big-endian. Two TZ values of one instant but of
//! different offsets therefore differ as bytes; comparisons cast TZ to LTZ first.

use jiff::civil::{Date, DateTime, Time};

use super::calendar::{DAY_SECONDS, date_of, day_number};

/// Bytes of a TIMESTAMP_NTZ.
pub const NTZ_WIDTH: i32 = 12;
/// Bytes of a TIMESTAMP_LTZ.
pub const LTZ_WIDTH: i32 = 13;
/// Bytes of a TIMESTAMP_TZ.
pub const TZ_WIDTH: i32 = 14;

/// Nanoseconds in a second.
pub const NANOS: i128 = 1_000_000_000;

/// Writes seconds since 1970-01-01 and the nanoseconds of that second in the twelve-byte form.
pub fn encode_parts(seconds: i64, nanos: u32) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&((seconds as u64) ^ (1 << 63)).to_be_bytes());
    bytes[8..].copy_from_slice(&nanos.to_be_bytes());
    bytes
}

/// Reads seconds and nanoseconds from any of the three widths; zeros from fewer than twelve bytes.
pub fn decode_parts(bytes: &[u8]) -> (i64, u32) {
    let Some((seconds, rest)) = bytes.split_first_chunk::<8>() else {
        return (0, 0);
    };
    let Some((fraction, _)) = rest.split_first_chunk::<4>() else {
        return (0, 0);
    };
    (
        (u64::from_be_bytes(*seconds) ^ (1 << 63)) as i64,
        u32::from_be_bytes(*fraction),
    )
}

/// Splits a count of nanoseconds into seconds and the nanoseconds of that second.
pub fn split(nanos: i128) -> (i64, u32) {
    match i64::try_from(nanos) {
        Ok(nanos) => (
            nanos.div_euclid(NANOS as i64),
            nanos.rem_euclid(NANOS as i64) as u32,
        ),
        Err(_) => (nanos.div_euclid(NANOS) as i64, nanos.rem_euclid(NANOS) as u32),
    }
}

/// Writes a count of nanoseconds since 1970-01-01 in the twelve-byte form.
pub fn encode(nanos: i128) -> [u8; 12] {
    let (seconds, fraction) = split(nanos);
    encode_parts(seconds, fraction)
}

/// Reads the count of nanoseconds from any of the three widths; 0 from fewer than twelve bytes.
pub fn decode(bytes: &[u8]) -> i128 {
    let (seconds, fraction) = decode_parts(bytes);
    i128::from(seconds) * NANOS + i128::from(fraction)
}

/// Writes an instant as TIMESTAMP_LTZ.
pub fn encode_ltz(nanos: i128) -> [u8; 13] {
    let mut bytes = [0; 13];
    bytes[..12].copy_from_slice(&encode(nanos));
    bytes
}

/// Writes an instant and its offset from UTC, in minutes, as TIMESTAMP_TZ.
pub fn encode_tz(nanos: i128, offset_minutes: i16) -> [u8; 14] {
    let mut bytes = [0; 14];
    bytes[..12].copy_from_slice(&encode(nanos));
    bytes[12..].copy_from_slice(&offset_bytes(offset_minutes));
    bytes
}

/// The last two bytes of a TIMESTAMP_TZ. Offsets beyond a day are cut to a day.
pub fn offset_bytes(offset_minutes: i16) -> [u8; 2] {
    ((offset_minutes.clamp(-1440, 1440) + 1440) as u16).to_be_bytes()
}

/// The offset from UTC, in minutes, of a TIMESTAMP_TZ; 0 for other widths.
pub fn offset_minutes(bytes: &[u8]) -> i16 {
    match bytes.get(12..14) {
        Some(&[high, low]) => (u16::from_be_bytes([high, low]) as i16).wrapping_sub(1440),
        _ => 0,
    }
}

/// The count of nanoseconds of a wall-clock time.
pub fn civil_to_nanos(civil: DateTime) -> i128 {
    let days = day_number(civil.year().into(), civil.month() as u32, civil.day() as u32);
    let second = (i64::from(civil.hour()) * 60 + i64::from(civil.minute())) * 60 + i64::from(civil.second());
    i128::from(i64::from(days) * DAY_SECONDS + second) * NANOS + i128::from(civil.subsec_nanosecond())
}

/// The wall-clock time of a count of nanoseconds; `None` outside jiff's years -9999 to 9999.
pub fn nanos_to_civil(nanos: i128) -> Option<DateTime> {
    let (seconds, fraction) = split(nanos);
    let days = i32::try_from(seconds.div_euclid(DAY_SECONDS)).ok()?;
    if !(-5_000_000..5_000_000).contains(&days) {
        return None;
    }
    let (year, month, day) = date_of(days);
    let second = seconds.rem_euclid(DAY_SECONDS);
    let date = Date::new(i16::try_from(year).ok()?, month as i8, day as i8).ok()?;
    let time = Time::new(
        (second / 3600) as i8,
        (second / 60 % 60) as i8,
        (second % 60) as i8,
        fraction as i32,
    )
    .ok()?;
    Some(DateTime::from_parts(date, time))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn bytes_sort_as_moments() {
        let moments = [
            i128::from(i64::MIN),
            -NANOS,
            -1,
            0,
            1,
            NANOS - 1,
            NANOS,
            253_402_300_799_999_999_999,
        ];
        for pair in moments.windows(2) {
            assert!(encode(pair[0]) < encode(pair[1]));
            assert_eq!(decode(&encode(pair[0])), pair[0]);
        }
    }

    #[test]
    fn offsets_survive() {
        for minutes in [-720, -90, 0, 330, 840] {
            assert_eq!(offset_minutes(&encode_tz(5, minutes)), minutes);
            assert_eq!(decode(&encode_tz(5, minutes)), 5);
        }
    }

    #[test]
    fn the_last_day_of_9999_is_kept() {
        let end = jiff::civil::date(9999, 12, 31).at(23, 59, 59, 999_999_999);
        assert_eq!(civil_to_nanos(end), 253_402_300_799_999_999_999);
        assert_eq!(nanos_to_civil(253_402_300_799_999_999_999), Some(end));
    }

    proptest! {
        #[test]
        fn civil_round_trips(nanos in -62_135_596_800_000_000_000i128..=253_402_300_799_999_999_999) {
            prop_assert_eq!(civil_to_nanos(nanos_to_civil(nanos).unwrap()), nanos);
            prop_assert_eq!(decode(&encode(nanos)), nanos);
        }
    }
}
