//! Date and time formats, both ways (<https://docs.snowflake.com/en/sql-reference/date-time-input-output>).
//!
//! A [`DateTimeFormat`] is compiled once from text such as `YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM` and then reads and writes
//! [`Moment`]s without allocating. The format `AUTO` recognises the documented list of forms ([`auto`]); `compile`
//! turns text into elements, `read` and `write` apply them. Number formats (`999,999.00`) live in
//! [`numeric`].

pub mod auto;
pub mod numeric;

mod compile;
mod read;
mod write;

pub use compile::DateTimeFormat;

use crate::error::Error;

/// A wall-clock time, and the offset from UTC if one was written with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// Days since 1970-01-01.
    pub days: i32,
    /// Nanoseconds since midnight, below those of a day.
    pub nanos: i64,
    /// Minutes east of UTC.
    pub offset: Option<i16>,
}

impl Moment {
    /// Midnight of a day.
    pub fn midnight(days: i32) -> Self {
        Self {
            days,
            nanos: 0,
            offset: None,
        }
    }

    /// Seconds since 1970-01-01 on the wall clock, and the nanoseconds of that second.
    pub fn wall_clock(&self) -> (i64, u32) {
        let seconds = i64::from(self.days) * 86_400 + self.nanos / 1_000_000_000;
        (seconds, (self.nanos % 1_000_000_000) as u32)
    }

    /// The moment of wall-clock seconds since 1970-01-01 and the nanoseconds of that second.
    pub fn from_wall_clock(seconds: i64, nanos: u32, offset: Option<i16>) -> Self {
        Self {
            days: seconds.div_euclid(86_400) as i32,
            nanos: seconds.rem_euclid(86_400) * 1_000_000_000 + i64::from(nanos),
            offset,
        }
    }
}

/// What a text is read as; it decides which forms AUTO recognises and how a failure is worded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// DATE: every date and timestamp form.
    Date,
    /// TIME: the time forms.
    Time,
    /// TIMESTAMP_*: every date and timestamp form.
    Timestamp,
}

impl DateTimeFormat {
    /// Reads a text; `None` when it does not fit. `century_start` is TWO_DIGIT_CENTURY_START. Blanks around the text
    /// are skipped.
    pub fn read(&self, text: &str, kind: Kind, century_start: u16) -> Option<Moment> {
        if self.is_auto() {
            return match kind {
                Kind::Date => auto::date(text),
                Kind::Time => auto::time(text),
                Kind::Timestamp => auto::timestamp(text),
            };
        }
        read::read(self.elements(), text.trim().as_bytes(), century_start)
    }

    /// Appends a moment. A format that is AUTO writes the shortest ISO form of the kind.
    pub fn write(&self, moment: &Moment, out: &mut String) {
        write::write(self.elements(), moment, out);
    }

    /// The error for a text that [`read`](Self::read) refused: 100040, 100108 or 100035 for AUTO, else 100096.
    pub fn refusal(&self, text: &str, kind: Kind) -> Error {
        let name = match (self.is_auto(), kind) {
            (true, Kind::Date) => return Error::not_date(text),
            (true, Kind::Time) => return Error::not_time(text),
            (true, Kind::Timestamp) => return Error::not_timestamp(text),
            (false, Kind::Date) => "date",
            (false, Kind::Time) => "time",
            (false, Kind::Timestamp) => "timestamp",
        };
        let message = format!("Can't parse '{text}' as {name} with format '{}'", self.source());
        Error::new(100_096, "22007", message)
    }
}

#[cfg(test)]
mod tests;
