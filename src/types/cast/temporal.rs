//! Casts among DATE, TIME and the TIMESTAMP_* types, and from numbers to timestamps.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Date32Type, Decimal128Type, Time64NanosecondType};

use super::{CastMode, Job, fixed, primitive};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::calendar::{DAY_SECONDS, MAX_DAY, MIN_DAY, truncate_nanos};
use crate::types::format::Moment;
use crate::types::number::rescale;
use crate::types::temporal::{decode_parts, encode_parts, offset_bytes, offset_minutes, split};
use crate::types::text::decimal_text;
use crate::types::zone::LocalClock;

/// An instant in UTC, with the offset that TIMESTAMP_TZ keeps; or a wall clock, where `offset` is `None`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stamp {
    pub seconds: i64,
    pub nanos: u32,
    pub offset: Option<i16>,
    pub wall: bool,
}

impl Stamp {
    /// What was read from text: a wall clock, with an offset perhaps.
    pub fn from_moment(moment: &Moment) -> Self {
        let (seconds, nanos) = moment.wall_clock();
        match moment.offset {
            Some(offset) => Self {
                seconds: seconds - i64::from(offset) * 60,
                nanos,
                offset: Some(offset),
                wall: false,
            },
            None => Self {
                seconds,
                nanos,
                offset: None,
                wall: true,
            },
        }
    }

    /// An instant of UTC seconds without an offset of its own.
    pub fn instant(seconds: i64, nanos: u32) -> Self {
        Self {
            seconds,
            nanos,
            offset: None,
            wall: false,
        }
    }

    /// The bytes of a timestamp, of whichever kind.
    fn decode(bytes: &[u8], data_type: &SnowType) -> Self {
        let (seconds, nanos) = decode_parts(bytes);
        match data_type {
            SnowType::TimestampNtz { .. } => Self {
                seconds,
                nanos,
                offset: None,
                wall: true,
            },
            SnowType::TimestampTz { .. } => Self {
                seconds,
                nanos,
                offset: Some(offset_minutes(bytes)),
                wall: false,
            },
            _ => Self::instant(seconds, nanos),
        }
    }

    /// The wall clock: of its own offset if it has one, else of the session.
    pub fn wall_clock(&self, session: &LocalClock<'_>) -> i64 {
        match self.offset {
            _ if self.wall => self.seconds,
            Some(offset) => self.seconds + i64::from(offset) * 60,
            None => session.to_local(self.seconds),
        }
    }

    /// The instant: a wall clock is taken as the session's.
    pub fn utc(&self, session: &LocalClock<'_>) -> i64 {
        if self.wall {
            session.to_utc(self.seconds)
        } else {
            self.seconds
        }
    }
}

/// Converts row by row into timestamps of the job's type.
pub(super) fn stamps(
    source: &dyn Array,
    job: Job<'_>,
    stamp: impl Fn(usize) -> Option<Stamp>,
    error: impl Fn(usize) -> Error,
) -> Result<ArrayRef> {
    let session = LocalClock::new(&job.context.timezone);
    let cut = |nanos: u32, scale| truncate_nanos(i64::from(nanos), scale) as u32;
    Ok(match job.to {
        SnowType::TimestampNtz { scale } => Arc::new(fixed::<12>(
            source,
            job.mode,
            |row| stamp(row).map(|s| encode_parts(s.wall_clock(&session), cut(s.nanos, scale))),
            error,
        )?),
        SnowType::TimestampLtz { scale } => Arc::new(fixed::<13>(
            source,
            job.mode,
            |row| {
                let stamp = stamp(row)?;
                let mut bytes = [0; 13];
                bytes[..12].copy_from_slice(&encode_parts(stamp.utc(&session), cut(stamp.nanos, scale)));
                Some(bytes)
            },
            error,
        )?),
        SnowType::TimestampTz { scale } => Arc::new(fixed::<14>(
            source,
            job.mode,
            |row| {
                let stamp = stamp(row)?;
                let utc = stamp.utc(&session);
                let offset = stamp
                    .offset
                    .unwrap_or_else(|| (session.offset_at(utc) / 60) as i16);
                let mut bytes = [0; 14];
                bytes[..12].copy_from_slice(&encode_parts(utc, cut(stamp.nanos, scale)));
                bytes[12..].copy_from_slice(&offset_bytes(offset));
                Some(bytes)
            },
            error,
        )?),
        other => return Err(Error::internal(format!("{other} is no timestamp"))),
    })
}

pub(super) fn cast(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    use SnowType as S;
    let total = |_| Error::internal("a total cast failed");
    match (job.from, job.to) {
        (S::Number { scale, .. }, to) if to.is_timestamp() => {
            let values = array.as_primitive::<Decimal128Type>();
            let convert = |row| {
                let (seconds, nanos) = split(rescale(values.value(row), scale, 9)?);
                in_range(seconds).then(|| Stamp::instant_or_utc_wall(seconds, nanos, &to))
            };
            let error = |row| Error::not_timestamp(decimal_text(values.value(row), scale));
            stamps(values, job, convert, error)
        }
        (S::Date, to) if to.is_timestamp() => {
            let values = array.as_primitive::<Date32Type>();
            let convert = |row| Some(Stamp::from_moment(&Moment::midnight(values.value(row))));
            stamps(values, job, convert, total)
        }
        (S::Time { .. }, S::Time { scale }) => {
            let values = array.as_primitive::<Time64NanosecondType>();
            Ok(Arc::new(values.unary::<_, Time64NanosecondType>(|nanos| {
                truncate_nanos(nanos, scale)
            })))
        }
        (from, to) if from.is_timestamp() && to.is_timestamp() => {
            let values = array.as_fixed_size_binary();
            stamps(
                values,
                job,
                |row| Some(Stamp::decode(values.value(row), &from)),
                total,
            )
        }
        (from, S::Date) if from.is_timestamp() => {
            let session = LocalClock::new(&job.context.timezone);
            let values = array.as_fixed_size_binary();
            let convert = |row| {
                let wall = Stamp::decode(values.value(row), &from).wall_clock(&session);
                Some(wall.div_euclid(DAY_SECONDS) as i32)
            };
            Ok(Arc::new(primitive::<Date32Type>(
                values,
                CastMode::Strict,
                convert,
                total,
            )?))
        }
        (from, S::Time { scale }) if from.is_timestamp() => {
            let session = LocalClock::new(&job.context.timezone);
            let values = array.as_fixed_size_binary();
            let convert = |row| {
                let stamp = Stamp::decode(values.value(row), &from);
                let second = stamp.wall_clock(&session).rem_euclid(DAY_SECONDS);
                Some(truncate_nanos(
                    second * 1_000_000_000 + i64::from(stamp.nanos),
                    scale,
                ))
            };
            Ok(Arc::new(primitive::<Time64NanosecondType>(
                values,
                CastMode::Strict,
                convert,
                total,
            )?))
        }
        (from, to) => Err(super::no_cast("CAST", from, &to)),
    }
}

impl Stamp {
    /// Seconds since 1970 in UTC; for TIMESTAMP_NTZ they are the wall clock itself, whatever the session's zone.
    pub fn instant_or_utc_wall(seconds: i64, nanos: u32, to: &SnowType) -> Self {
        Self {
            wall: matches!(to, SnowType::TimestampNtz { .. }),
            ..Self::instant(seconds, nanos)
        }
    }
}

/// Whether a second lies in the years 0 to 9999.
pub(super) fn in_range(seconds: i64) -> bool {
    (i64::from(MIN_DAY)..=i64::from(MAX_DAY)).contains(&seconds.div_euclid(DAY_SECONDS))
}
