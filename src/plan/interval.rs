//! Interval constants: `MOMENT + INTERVAL '1 year, 3 days'`.
//! <https://docs.snowflake.com/en/sql-reference/data-types-datetime#interval-constants>
//!
//! The parts are added one after the other, in the order in which they are written: a day and then a year is not always a
//! year and then a day. So a constant is as many calls of DATEADD as it has parts.

use datafusion::sql::sqlparser::ast::{BinaryOperator, Expr, Interval, UnaryOperator, Value};

use super::expression::{call, number, text};
use crate::error::{Error, Result};

/// A sum or difference with an interval constant as calls of DATEADD; `None` for any other.
///
/// # Errors
/// 001003 for a constant that is none.
pub fn added(left: &Expr, op: &BinaryOperator, right: &Expr) -> Result<Option<Expr>> {
    let (moment, parts, sign) = match (op, constant(left), constant(right)) {
        (BinaryOperator::Plus, None, Some(parts)) => (left, parts, 1),
        (BinaryOperator::Plus, Some(parts), None) => (right, parts, 1),
        (BinaryOperator::Minus, None, Some(parts)) => (left, parts, -1),
        _ => return Ok(None),
    };
    let mut sum = moment.clone();
    for part in parts.split(',') {
        let (count, name) = increment(part).ok_or_else(|| invalid(parts))?;
        let count = count.checked_mul(sign).ok_or_else(|| invalid(parts))?;
        let size = number(count.checked_abs().ok_or_else(|| invalid(parts))?);
        let count = match count {
            ..0 => Expr::UnaryOp {
                op: UnaryOperator::Minus,
                expr: Box::new(size),
            },
            _ => size,
        };
        sum = call("DATEADD", vec![text(name), count, sum]);
    }
    Ok(Some(sum))
}

fn constant(expr: &Expr) -> Option<&str> {
    let Expr::Interval(Interval {
        value,
        leading_field: None,
        last_field: None,
        ..
    }) = expr
    else {
        return None;
    };
    match value.as_ref() {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// `3 days`; a number alone counts seconds.
fn increment(part: &str) -> Option<(i64, String)> {
    let part = part.trim();
    let end = part
        .char_indices()
        .find(|(at, c)| !(c.is_ascii_digit() || *at == 0 && matches!(c, '+' | '-')))
        .map_or(part.len(), |(at, _)| at);
    let (count, name) = part.split_at_checked(end)?;
    let name = match name.trim() {
        "" => "second",
        name if name.chars().all(|c| c.is_ascii_alphabetic()) => name,
        _ => return None,
    };
    Some((count.parse().ok()?, name.to_ascii_lowercase()))
}

/// How many nanoseconds an interval constant is.
///
/// # Errors
/// 001003 for a constant that is none; 000002 for months and years, which differ in length.
pub fn nanoseconds(parts: &str) -> Result<i128> {
    let mut sum = 0_i128;
    for part in parts.split(',') {
        let (count, name) = increment(part).ok_or_else(|| invalid(parts))?;
        let unit: i128 = match name.as_str() {
            "week" | "weeks" | "w" | "wk" => 604_800_000_000_000,
            "day" | "days" | "d" | "dd" => 86_400_000_000_000,
            "hour" | "hours" | "h" | "hh" | "hr" | "hrs" => 3_600_000_000_000,
            "minute" | "minutes" | "m" | "mi" | "min" | "mins" => 60_000_000_000,
            "second" | "seconds" | "s" | "sec" | "secs" => 1_000_000_000,
            "millisecond" | "milliseconds" | "ms" | "msec" => 1_000_000,
            "microsecond" | "microseconds" | "us" | "usec" => 1_000,
            "nanosecond" | "nanoseconds" | "ns" | "nsec" => 1,
            "year" | "years" | "quarter" | "quarters" | "month" | "months" => {
                return Err(Error::unsupported(format!(
                    "RANGE frame of {name} over timestamps"
                )));
            }
            _ => return Err(invalid(parts)),
        };
        sum += unit * i128::from(count);
    }
    Ok(sum)
}

fn invalid(text: &str) -> Error {
    Error::new(
        1003,
        "42000",
        format!("SQL compilation error:\ninterval '{text}' is invalid or unsupported."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added_to(text: &str) -> Option<String> {
        let expr = crate::sql::parse_expr(text).unwrap();
        let Expr::BinaryOp { left, op, right } = expr else {
            panic!("no sum");
        };
        added(&left, &op, &right).unwrap().map(|sum| sum.to_string())
    }

    #[test]
    fn parts_are_added_in_their_order() {
        assert_eq!(
            added_to("D + INTERVAL '1 day, 2 YEARS'").unwrap(),
            r#""DATEADD"('years', 2, "DATEADD"('day', 1, D))"#
        );
        assert_eq!(
            added_to("D - INTERVAL '90'").unwrap(),
            r#""DATEADD"('second', -90, D)"#
        );
        assert_eq!(added_to("D + 1"), None);
    }

    #[test]
    fn what_is_no_interval_is_refused() {
        for text in [
            "D + INTERVAL ''",
            "D + INTERVAL 'day'",
            "D + INTERVAL '1.5 day'",
            "D + INTERVAL '1 day,'",
        ] {
            let Expr::BinaryOp { left, op, right } = crate::sql::parse_expr(text).unwrap() else {
                panic!("no sum");
            };
            assert_eq!(added(&left, &op, &right).unwrap_err().code(), 1003, "{text}");
        }
    }
}
