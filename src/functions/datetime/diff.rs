//! DATEDIFF and MONTHS_BETWEEN.

use datafusion::arrow::array::ArrayRef;

use super::part::{Part, Weeks};
use super::value::{DAY, Moments, Wall, moment_type};
use crate::error::Result;
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::calendar::days_in_month;

/// DATEDIFF and MONTHS_BETWEEN.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["DATEDIFF", "TIMEDIFF", "TIMESTAMPDIFF"],
        exactly(3),
        date_diff_type,
        date_diff,
        "datediff",
    ),
    Scalar::new(
        &["MONTHS_BETWEEN"],
        exactly(2),
        |a| Returns::strict(a, SnowType::Float),
        months_between,
        "months_between",
    ),
];

fn date_diff_type(arguments: &Arguments) -> Result<Returns> {
    let part = Part::of(arguments, 0)?;
    let types = [moment_type(arguments, 1)?, moment_type(arguments, 2)?];
    let countable = part.nanos().is_some() || part.days().is_some() || part.months().is_some();
    let time = types
        .iter()
        .find(|data_type| matches!(data_type, SnowType::Time { .. }));
    match time {
        Some(time) if part.nanos().is_none() => return Err(part.refuse(arguments.name(), time)),
        _ if !countable => return Err(part.refuse(arguments.name(), &SnowType::Date)),
        _ => {}
    }
    // As many digits as the longest time that there can be takes: days have seven, seconds twelve, nanoseconds 21.
    let precision = match part {
        Part::Nanosecond => 38,
        _ if part.nanos().is_some() => 18,
        _ => 9,
    };
    Returns::strict(arguments, SnowType::Number { precision, scale: 0 })
}

/// Counts the borders of the part that lie between: only the part and larger ones are looked at.
fn date_diff(call: &Call) -> Result<ArrayRef> {
    let part = Part::of_text(call.name(), call.constant_text(0))?;
    let (from, to) = (Moments::new(call, 1)?, Moments::new(call, 2)?);
    let zoned = |moments: &Moments| {
        matches!(
            moments.data_type(),
            SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. }
        )
    };
    if let Some(unit) = part.nanos() {
        let in_utc = zoned(&from) || zoned(&to);
        let nanos = |moments: &Moments, row| {
            if in_utc {
                moments.instant(row)
            } else {
                moments.get(row).map(|wall: Wall| wall.nanos)
            }
        };
        return build::numbers(call, |row| {
            let (Some(from), Some(to)) = (nanos(&from, row), nanos(&to, row)) else {
                return Ok(None);
            };
            Ok(Some(to.div_euclid(unit) - from.div_euclid(unit)))
        });
    }
    let weeks = if part == Part::WeekIso {
        Weeks::ISO
    } else {
        Weeks::of(call.context())
    };
    let count = |wall: Wall| {
        let (year, month, _) = wall.date();
        i128::from(match part {
            Part::Year => year,
            Part::Quarter => year * 4 + (month as i32 - 1) / 3,
            Part::Month => year * 12 + month as i32,
            Part::Week | Part::WeekIso => weeks.index(wall.days()),
            _ => wall.days(),
        })
    };
    build::numbers(call, |row| {
        let (Some(from), Some(to)) = (from.get(row), to.get(row)) else {
            return Ok(None);
        };
        Ok(Some(count(to) - count(from)))
    })
}

/// Whole months when both are the same day of the month or both the last one, else with a fraction of 31 days.
fn months_between(call: &Call) -> Result<ArrayRef> {
    let (left, right) = (Moments::new(call, 0)?, Moments::new(call, 1)?);
    build::floats(call.rows(), |row| {
        let (Some(left), Some(right)) = (left.get(row), right.get(row)) else {
            return Ok(None);
        };
        let ((y1, m1, d1), (y2, m2, d2)) = (left.date(), right.date());
        let months = f64::from((y1 - y2) * 12 + m1 as i32 - m2 as i32);
        let both_last = d1 == days_in_month(y1, m1) && d2 == days_in_month(y2, m2);
        if d1 == d2 || both_last {
            return Ok(Some(months));
        }
        let nanos = (i128::from(d1) - i128::from(d2)) * DAY + left.of_day() - right.of_day();
        Ok(Some(months + nanos as f64 / DAY as f64 / 31.0))
    })
}
