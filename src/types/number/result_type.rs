//! The types of arithmetic (<https://docs.snowflake.com/en/sql-reference/operators-arithmetic>).
//!
//! `L` is the number of digits before the point, `S` the number after it. Every result has at most 38 digits; FLOAT with
//! anything is FLOAT.

use crate::types::SnowType;

fn number(leading: u8, scale: u8) -> SnowType {
    let scale = scale.min(37);
    SnowType::Number {
        precision: leading.saturating_add(scale).clamp(1, 38),
        scale,
    }
}

/// Applies a rule on leading digits and scales to two numeric types; `None` when either is not numeric.
fn combine(left: &SnowType, right: &SnowType, rule: impl Fn(u8, u8, u8, u8) -> SnowType) -> Option<SnowType> {
    use SnowType::{Float, Number};
    match (left, right) {
        (
            Number {
                precision: p1,
                scale: s1,
            },
            Number {
                precision: p2,
                scale: s2,
            },
        ) => Some(rule(p1.saturating_sub(*s1), *s1, p2.saturating_sub(*s2), *s2)),
        (Float, Float | Number { .. }) | (Number { .. }, Float) => Some(Float),
        _ => None,
    }
}

/// The type of `a + b` and `a - b`: one leading digit more than the larger, the larger scale.
pub fn add_type(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    combine(left, right, |l1, s1, l2, s2| number(l1.max(l2) + 1, s1.max(s2)))
}

/// The type of `a * b`: leading digits and scales add up, but scales to 12 at most, or to the larger input scale.
pub fn multiply_type(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    combine(left, right, |l1, s1, l2, s2| {
        number(l1 + l2, (s1 + s2).min(s1.max(s2).max(12)))
    })
}

/// The type of `a / b`: six digits of scale more than `a`, to 12 at most, or `a`'s own scale when that is larger.
pub fn divide_type(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    combine(left, right, |l1, s1, _, s2| {
        number(l1 + s2, s1.max((s1 + 6).min(12)))
    })
}

/// The type of `a % b` and of every other operation on several numbers: the most leading digits, the largest scale.
pub fn modulo_type(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    combine(left, right, |l1, s1, l2, s2| number(l1.max(l2), s1.max(s2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(precision: u8, scale: u8) -> SnowType {
        SnowType::Number { precision, scale }
    }

    #[test]
    fn rules() {
        assert_eq!(add_type(&n(4, 2), &n(2, 1)), Some(n(5, 2)));
        assert_eq!(add_type(&n(38, 0), &n(1, 0)), Some(n(38, 0)));
        assert_eq!(multiply_type(&n(4, 2), &n(2, 1)), Some(n(6, 3)));
        assert_eq!(multiply_type(&n(1, 1), &n(13, 13)), Some(n(13, 13)));
        assert_eq!(multiply_type(&n(20, 10), &n(20, 10)), Some(n(32, 12)));
        assert_eq!(divide_type(&n(1, 0), &n(1, 0)), Some(n(7, 6)));
        assert_eq!(divide_type(&n(3, 1), &n(2, 1)), Some(n(10, 7)));
        assert_eq!(divide_type(&n(5, 3), &n(3, 3)), Some(n(14, 9)));
        assert_eq!(divide_type(&n(20, 15), &n(1, 0)), Some(n(20, 15)));
        assert_eq!(modulo_type(&n(5, 3), &n(10, 0)), Some(n(13, 3)));
        assert_eq!(divide_type(&n(1, 0), &SnowType::Float), Some(SnowType::Float));
        assert_eq!(add_type(&SnowType::VARCHAR, &n(1, 0)), None);
    }
}
