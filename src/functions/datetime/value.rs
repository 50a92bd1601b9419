//! Dates, times and timestamps as wall-clock nanoseconds, read from any argument and written to any result.

use datafusion::arrow::array::{ArrayRef, Date32Array, FixedSizeBinaryArray, Time64NanosecondArray};

use crate::error::{Error, Result};
use crate::functions::arguments::Arguments;
use crate::functions::build;
use crate::functions::call::{Call, Column};
use crate::types::SnowType;
use crate::types::calendar::{DAY_NANOS, MAX_DAY, MIN_DAY, date_of};
use crate::types::temporal::{NANOS, decode, encode, encode_ltz, encode_tz, offset_minutes};
use crate::types::zone::LocalClock;

/// Nanoseconds in a day.
pub const DAY: i128 = DAY_NANOS as i128;

const MINUTE: i128 = 60 * NANOS;

/// What a clock on the wall shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wall {
    /// Nanoseconds since 1970-01-01 00:00 on that clock; of a TIME, since midnight.
    pub nanos: i128,
    /// Minutes that the clock is ahead of UTC; matters for TIMESTAMP_TZ only.
    pub offset: i16,
}

impl Wall {
    /// Midnight of a day.
    pub fn midnight(days: i32) -> Self {
        Self {
            nanos: i128::from(days) * DAY,
            offset: 0,
        }
    }

    /// Days since 1970-01-01.
    pub fn days(self) -> i32 {
        self.nanos.div_euclid(DAY).clamp(i32::MIN.into(), i32::MAX.into()) as i32
    }

    /// Nanoseconds since midnight.
    pub fn of_day(self) -> i128 {
        self.nanos.rem_euclid(DAY)
    }

    /// Year, month and day.
    pub fn date(self) -> (i32, u32, u32) {
        date_of(self.days())
    }

    /// The same time of another day.
    pub fn on(self, days: i64) -> Self {
        Self {
            nanos: i128::from(days) * DAY + self.of_day(),
            offset: self.offset,
        }
    }

    /// The same clock at another moment.
    pub fn at(self, nanos: i128) -> Self {
        Self {
            nanos,
            offset: self.offset,
        }
    }
}

/// The date or time type that an argument counts as: its own, or TIMESTAMP_NTZ for text and VARIANT.
///
/// # Errors
/// 001044 for other types.
pub fn moment_type(arguments: &Arguments, index: usize) -> Result<SnowType> {
    if arguments.is_null(index) {
        return Ok(SnowType::TIMESTAMP_NTZ);
    }
    match arguments.data_type(index)? {
        own @ (SnowType::Date | SnowType::Time { .. }) => Ok(own),
        own if own.is_timestamp() => Ok(own),
        SnowType::Varchar { .. } | SnowType::Variant => Ok(SnowType::TIMESTAMP_NTZ),
        _ => Err(arguments.wrong_types()),
    }
}

#[derive(Debug)]
enum Values {
    Dates(Column<Date32Array>),
    Times(Column<Time64NanosecondArray>),
    Ntz(Column<FixedSizeBinaryArray>),
    Ltz(Column<FixedSizeBinaryArray>),
    Tz(Column<FixedSizeBinaryArray>),
}

/// A date or time argument.
#[derive(Debug)]
pub struct Moments<'a> {
    values: Values,
    data_type: SnowType,
    clock: LocalClock<'a>,
}

impl<'a> Moments<'a> {
    /// The argument at `index` as [`moment_type`] reads it.
    pub fn new(call: &'a Call, index: usize) -> Result<Self> {
        Self::of_type(call, index, moment_type(&call.arguments(), index)?)
    }

    /// The argument at `index`, coerced to a date or time type.
    pub fn of_type(call: &'a Call, index: usize, data_type: SnowType) -> Result<Self> {
        let values = match data_type {
            SnowType::Date => Values::Dates(call.dates(index)?),
            SnowType::Time { .. } => Values::Times(call.times(index)?),
            SnowType::TimestampNtz { .. } => Values::Ntz(call.timestamps(index, &data_type)?),
            SnowType::TimestampLtz { .. } => Values::Ltz(call.timestamps(index, &data_type)?),
            SnowType::TimestampTz { .. } => Values::Tz(call.timestamps(index, &data_type)?),
            _ => return Err(Error::internal(format!("{data_type} is no date or time"))),
        };
        Ok(Self {
            values,
            data_type,
            clock: LocalClock::new(&call.context().timezone),
        })
    }

    /// The type it was read as.
    pub fn data_type(&self) -> &SnowType {
        &self.data_type
    }

    /// The wall clock of a row: the session's for TIMESTAMP_LTZ, the value's own for TIMESTAMP_TZ.
    #[inline]
    pub fn get(&self, row: usize) -> Option<Wall> {
        Some(match &self.values {
            Values::Dates(days) => Wall::midnight(days.get(row)?),
            Values::Times(nanos) => Wall {
                nanos: nanos.get(row)?.into(),
                offset: 0,
            },
            Values::Ntz(values) => Wall {
                nanos: decode(values.get(row)?),
                offset: 0,
            },
            Values::Ltz(values) => {
                let utc = decode(values.get(row)?);
                let offset = self.clock.offset_at(utc.div_euclid(NANOS) as i64);
                Wall {
                    nanos: utc + i128::from(offset) * NANOS,
                    offset: (offset / 60) as i16,
                }
            }
            Values::Tz(values) => {
                let bytes = values.get(row)?;
                let offset = offset_minutes(bytes);
                Wall {
                    nanos: decode(bytes) + i128::from(offset) * MINUTE,
                    offset,
                }
            }
        })
    }

    /// The nanoseconds since 1970-01-01 UTC of a row; a value without a zone is read in the session's.
    #[inline]
    pub fn instant(&self, row: usize) -> Option<i128> {
        match &self.values {
            Values::Ltz(values) | Values::Tz(values) => values.get(row).map(decode),
            _ => self.get(row).map(|wall| to_utc(&self.clock, wall.nanos)),
        }
    }
}

/// The nanoseconds since 1970-01-01 UTC of a wall clock that shows the time of a zone.
pub fn to_utc(clock: &LocalClock, nanos: i128) -> i128 {
    let seconds = nanos.div_euclid(NANOS) as i64;
    i128::from(clock.to_utc(seconds)) * NANOS + nanos.rem_euclid(NANOS)
}

/// The wall clock of a zone at nanoseconds since 1970-01-01 UTC.
pub fn to_wall(clock: &LocalClock, utc: i128) -> Wall {
    let offset = clock.offset_at(utc.div_euclid(NANOS) as i64);
    Wall {
        nanos: utc + i128::from(offset) * NANOS,
        offset: (offset / 60) as i16,
    }
}

fn check(wall: Wall) -> Result<Wall> {
    let days = wall.nanos.div_euclid(DAY);
    if (i128::from(MIN_DAY)..=i128::from(MAX_DAY)).contains(&days) {
        return Ok(wall);
    }
    Err(Error::out_of_range(format!("{days} days from 1970-01-01")))
}

/// An array of a date or time type from wall clocks.
///
/// # Errors
/// 100039 outside the years 0 to 9999.
pub fn collect(
    call: &Call,
    data_type: &SnowType,
    mut wall: impl FnMut(usize) -> Result<Option<Wall>>,
) -> Result<ArrayRef> {
    let rows = call.rows();
    let clock = LocalClock::new(&call.context().timezone);
    let mut next = |row| wall(row)?.map(check).transpose();
    match data_type {
        SnowType::Date => build::dates(rows, |row| Ok(next(row)?.map(Wall::days))),
        SnowType::Time { .. } => build::times(rows, |row| Ok(next(row)?.map(|wall| wall.of_day() as i64))),
        SnowType::TimestampNtz { .. } => {
            build::timestamps(rows, |row| Ok(next(row)?.map(|wall| encode(wall.nanos))))
        }
        SnowType::TimestampLtz { .. } => build::timestamps(rows, |row| {
            Ok(next(row)?.map(|wall| encode_ltz(to_utc(&clock, wall.nanos))))
        }),
        SnowType::TimestampTz { .. } => build::timestamps(rows, |row| {
            Ok(next(row)?.map(|wall| encode_tz(wall.nanos - i128::from(wall.offset) * MINUTE, wall.offset)))
        }),
        _ => Err(Error::internal(format!("{data_type} is no date or time"))),
    }
}
