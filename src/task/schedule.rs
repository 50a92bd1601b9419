//! When a task is due: `5 MINUTE`, or `USING CRON 0 9 * * MON America/New_York`.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-task>

use croner::Cron;
use croner::parser::CronParser;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::error::{Error, Result};

/// A task's schedule.
#[derive(Debug, Clone)]
pub enum Schedule {
    /// Every so often, counted from the moment when the task was resumed.
    Every(SignedDuration),
    /// At wall-clock times of a zone.
    Cron(Box<Cron>, TimeZone),
}

/// The longest interval: eight days.
const MAX_SECONDS: i64 = 11_520 * 60;

impl Schedule {
    /// Reads a SCHEDULE.
    ///
    /// # Errors
    /// When it is neither form, the interval is out of range, or the zone is unknown.
    pub fn parse(text: &str) -> Result<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        match words.as_slice() {
            [using, cron, fields @ .., zone]
                if using.eq_ignore_ascii_case("USING")
                    && cron.eq_ignore_ascii_case("CRON")
                    && fields.len() == 5 =>
            {
                let cron = CronParser::new()
                    .parse(&fields.join(" "))
                    .map_err(|fault| invalid(text, fault))?;
                let zone = crate::types::zone::lookup(zone)
                    .ok_or_else(|| invalid(text, format!("unknown time zone {zone}")))?;
                Ok(Self::Cron(Box::new(cron), zone))
            }
            [count, unit] => {
                let seconds = match unit.to_ascii_uppercase().as_str() {
                    "S" | "SECOND" | "SECONDS" => 1,
                    "M" | "MINUTE" | "MINUTES" => 60,
                    "H" | "HOUR" | "HOURS" => 3600,
                    _ => return Err(invalid(text, "unknown unit")),
                };
                let count: i64 = count.parse().map_err(|_| invalid(text, "no number"))?;
                let total = count
                    .checked_mul(seconds)
                    .filter(|total| (10..=MAX_SECONDS).contains(total));
                let total = total.ok_or_else(|| invalid(text, "from 10 seconds to 8 days"))?;
                Ok(Self::Every(SignedDuration::from_secs(total)))
            }
            _ => Err(invalid(
                text,
                "write '<n> MINUTE' or 'USING CRON <expression> <time zone>'",
            )),
        }
    }

    /// The first due moment after `after`, for a task that was resumed at `resumed`; `None` when there is none.
    pub fn next(&self, resumed: Timestamp, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Every(interval) => {
                let since = after.duration_since(resumed).as_nanos().max(0);
                let steps = since / interval.as_nanos() + 1;
                let seconds = i64::try_from(steps * (interval.as_nanos() / 1_000_000_000)).ok()?;
                resumed.checked_add(SignedDuration::from_secs(seconds)).ok()
            }
            Self::Cron(cron, zone) => {
                let start = after.max(resumed).to_zoned(zone.clone());
                cron.find_next_occurrence(&start, false)
                    .ok()
                    .map(|due| due.timestamp())
            }
        }
    }
}

fn invalid(text: &str, why: impl std::fmt::Display) -> Error {
    Error::new(
        1008,
        "22023",
        format!("SQL compilation error:\ninvalid value [{text}] for parameter 'SCHEDULE'"),
    )
    .with_hint(why.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn intervals_count_from_the_resumption() {
        let schedule = Schedule::parse("5 minutes").unwrap();
        let resumed = at("2026-01-01T00:02:00Z");
        assert_eq!(schedule.next(resumed, resumed), Some(at("2026-01-01T00:07:00Z")));
        assert_eq!(
            schedule.next(resumed, at("2026-01-01T00:07:00Z")),
            Some(at("2026-01-01T00:12:00Z"))
        );
        assert_eq!(
            schedule.next(resumed, at("2026-01-01T00:11:59Z")),
            Some(at("2026-01-01T00:12:00Z"))
        );
        // An hour between the resumption and now costs no more than one step.
        assert_eq!(
            schedule.next(resumed, at("2026-01-01T01:00:00Z")),
            Some(at("2026-01-01T01:02:00Z"))
        );
    }

    #[test]
    fn cron_keeps_to_the_wall_clock_of_its_zone() {
        let schedule = Schedule::parse("USING CRON 0 9 * * * America/Los_Angeles").unwrap();
        let winter = at("2026-03-07T18:00:00Z");
        // The eighth of March 2026 is the day on which clocks there go forward.
        assert_eq!(schedule.next(winter, winter), Some(at("2026-03-08T16:00:00Z")));
        assert_eq!(
            schedule.next(winter, at("2026-03-08T16:00:00Z")),
            Some(at("2026-03-09T16:00:00Z"))
        );
    }

    #[test]
    fn nonsense_is_refused() {
        for text in [
            "",
            "5",
            "five MINUTE",
            "5 FORTNIGHT",
            "0 MINUTE",
            "11521 MINUTE",
            "USING CRON * * * * UTC",
        ] {
            assert!(Schedule::parse(text).is_err(), "{text}");
        }
        assert!(Schedule::parse("USING CRON 0 0 * * * Mars/Olympus").is_err());
    }
}
