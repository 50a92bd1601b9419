//! Time zones: names to zones, and the two conversions between UTC and local seconds.
//!
//! Zones come from the IANA database that is compiled in, never from the machine, so that one program gives one result
//! everywhere. [`LocalClock`] remembers the last stretch of constant offset, because the rows of a column lie close
//! together and a look-up in the transition table costs more than everything else a row needs.

use std::cell::Cell;
use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};

use super::temporal::{NANOS, nanos_to_civil};

static DATABASE: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// The zone of an IANA name such as `Europe/Vienna`, or `UTC`; `None` for a name that is not in the database, in exactly
/// these letters. <https://docs.snowflake.com/en/sql-reference/parameters#timezone>
pub fn lookup(name: &str) -> Option<TimeZone> {
    if name == "UTC" {
        return Some(TimeZone::UTC);
    }
    let zone = DATABASE.get(name).ok()?;
    (zone.iana_name() == Some(name)).then_some(zone)
}

/// A fixed offset east of UTC, in minutes; `None` when it is a day or more.
pub fn fixed(minutes: i16) -> Option<TimeZone> {
    Some(Offset::from_seconds(i32::from(minutes) * 60).ok()?.to_time_zone())
}

/// Local time of one zone, remembering the stretch of constant offset that the last question fell in.
#[derive(Debug)]
pub struct LocalClock<'a> {
    zone: &'a TimeZone,
    stretch: Cell<Stretch>,
}

/// From `start` (in it) to `end` (not in it), both UTC seconds, local time is `offset` seconds ahead of UTC.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    start: i64,
    end: i64,
    offset: i64,
}

/// A change of offset can make a local time ambiguous only this near to it, in seconds.
const MARGIN: i64 = 2 * 86_400;

impl<'a> LocalClock<'a> {
    /// A clock that shows the time of `zone`.
    pub fn new(zone: &'a TimeZone) -> Self {
        Self {
            zone,
            stretch: Cell::new(Stretch {
                start: 0,
                end: 0,
                offset: 0,
            }),
        }
    }

    /// How many seconds local time is ahead of UTC at a UTC second.
    pub fn offset_at(&self, utc: i64) -> i64 {
        self.stretch_at(utc).offset
    }

    /// The local second of a UTC second.
    pub fn to_local(&self, utc: i64) -> i64 {
        utc.saturating_add(self.offset_at(utc))
    }

    /// The UTC second of a local second. A local time that occurs twice is the earlier one; one that is skipped moves
    /// forward by what was skipped.
    pub fn to_utc(&self, local: i64) -> i64 {
        let stretch = self.stretch.get();
        let utc = local.saturating_sub(stretch.offset);
        if utc >= stretch.start.saturating_add(MARGIN) && utc < stretch.end.saturating_sub(MARGIN) {
            return utc;
        }
        let resolved = nanos_to_civil(i128::from(local) * NANOS)
            .and_then(|civil| self.zone.to_timestamp(civil).ok())
            .map(Timestamp::as_second);
        match resolved {
            Some(utc) => {
                self.stretch_at(utc);
                utc
            }
            // Beyond jiff's last instant, offsets no longer change.
            None => local.saturating_sub(self.stretch_at(local).offset),
        }
    }

    fn stretch_at(&self, utc: i64) -> Stretch {
        let known = self.stretch.get();
        if utc >= known.start && utc < known.end {
            return known;
        }
        let inside = utc.clamp(Timestamp::MIN.as_second() + 1, Timestamp::MAX.as_second() - 1);
        let Ok(instant) = Timestamp::from_second(inside) else {
            return known;
        };
        // `preceding` is strict, hence one second later; zones without transitions are constant throughout.
        let before = Timestamp::from_second(inside + 1).unwrap_or(instant);
        let start = self
            .zone
            .preceding(before)
            .next()
            .map_or(i64::MIN, |change| change.timestamp().as_second());
        let end = self
            .zone
            .following(instant)
            .next()
            .map_or(i64::MAX, |change| change.timestamp().as_second());
        let offset = i64::from(self.zone.to_offset(instant).seconds());
        let found = Stretch { start, end, offset };
        self.stretch.set(found);
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn names() {
        assert_eq!(
            lookup("America/Los_Angeles").unwrap().iana_name(),
            Some("America/Los_Angeles")
        );
        assert_eq!(lookup("UTC").unwrap(), TimeZone::UTC);
        assert!(lookup("utc").is_none() && lookup("europe/vienna").is_none());
        assert!(lookup("Mars/Olympus").is_none());
    }

    #[test]
    fn gaps_and_folds() {
        let zone = lookup("America/Los_Angeles").unwrap();
        let clock = LocalClock::new(&zone);
        // 2024-03-10 02:30 was skipped: it becomes 03:30, half past nine UTC plus one hour.
        assert_eq!(clock.to_utc(1_710_037_800), 1_710_066_600);
        // 2024-11-03 01:30 came twice: the earlier one, still in summer time.
        assert_eq!(clock.to_utc(1_730_597_400), 1_730_622_600);
        assert_eq!(clock.to_local(0), -8 * 3600);
    }

    #[test]
    fn the_end_of_time_has_an_offset() {
        let zone = lookup("America/Los_Angeles").unwrap();
        let clock = LocalClock::new(&zone);
        let end = 253_402_300_799;
        assert_eq!(clock.to_local(clock.to_utc(end)), end);
    }

    proptest! {
        #[test]
        fn agrees_with_jiff(seconds in proptest::collection::vec(-62_135_510_400i64..253_402_200_000, 1..20)) {
            let zone = lookup("Europe/Vienna").unwrap();
            let clock = LocalClock::new(&zone);
            for utc in seconds {
                let offset = zone.to_offset(Timestamp::from_second(utc).unwrap()).seconds();
                prop_assert_eq!(clock.offset_at(utc), i64::from(offset));
                let civil = nanos_to_civil(i128::from(utc) * NANOS).unwrap();
                prop_assert_eq!(clock.to_utc(utc), zone.to_timestamp(civil).unwrap().as_second());
            }
        }
    }
}
