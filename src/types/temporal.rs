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

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::Timestamp;

/// Bytes of a TIMESTAMP_NTZ.
pub const NTZ_WIDTH: i32 = 12;
/// Bytes of a TIMESTAMP_LTZ.
pub const LTZ_WIDTH: i32 = 13;
/// Bytes of a TIMESTAMP_TZ.
pub const TZ_WIDTH: i32 = 14;

/// Nanoseconds in a second.
pub const NANOS: i128 = 1_000_000_000;

/// Writes a count of nanoseconds since 1970-01-01 in the twelve-byte form.
pub fn encode(nanos: i128) -> [u8; 12] {
    let seconds = nanos.div_euclid(NANOS) as i64;
    let fraction = nanos.rem_euclid(NANOS) as u32;
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&((seconds as u64) ^ (1 << 63)).to_be_bytes());
    bytes[8..].copy_from_slice(&fraction.to_be_bytes());
    bytes
}

/// Reads the count of nanoseconds from any of the three widths; 0 from fewer than twelve bytes.
pub fn decode(bytes: &[u8]) -> i128 {
    let Some((seconds, rest)) = bytes.split_first_chunk::<8>() else { return 0 };
    let Some((fraction, _)) = rest.split_first_chunk::<4>() else { return 0 };
    let seconds = (u64::from_be_bytes(*seconds) ^ (1 << 63)) as i64;
    i128::from(seconds) * NANOS + i128::from(u32::from_be_bytes(*fraction))
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
    bytes[12..].copy_from_slice(&((offset_minutes + 1440) as u16).to_be_bytes());
    bytes
}

/// The offset from UTC, in minutes, of a TIMESTAMP_TZ; 0 for other widths.
pub fn offset_minutes(bytes: &[u8]) -> i16 {
    match bytes.get(12..14) {
        Some(&[high, low]) => u16::from_be_bytes([high, low]) as i16 - 1440,
        _ => 0,
    }
}

/// The count of nanoseconds of a wall-clock time.
pub fn civil_to_nanos(civil: DateTime) -> i128 {
    // A civil time of jiff's range always has an instant in UTC, within half a day of the range's ends.
    TimeZone::UTC.to_timestamp(civil).map_or(0, Timestamp::as_nanosecond)
}

/// The wall-clock time of a count of nanoseconds; `None` outside jiff's years -9999 to 9999.
pub fn nanos_to_civil(nanos: i128) -> Option<DateTime> {
    let instant = Timestamp::from_nanosecond(nanos).ok()?;
    Some(TimeZone::UTC.to_datetime(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_sort_as_moments() {
        let moments = [i128::from(i64::MIN), -NANOS, -1, 0, 1, NANOS - 1, NANOS, 253_402_300_799_999_999_999];
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
}
