//! Which types go together (<https://docs.snowflake.com/en/sql-reference/data-type-conversion>).
//!
//! [`can_cast`] and [`can_coerce`] are the documented table; [`common_type`] finds the one type of the branches of CASE,
//! COALESCE, UNION, IN and the like, [`comparison_type`] the type in which two values are compared. An untyped NULL has
//! no part in these: leave it out before asking.

use super::SnowType::{
    self, Array, Binary, Boolean, Date, Float, Number, Object, Time, TimestampLtz, TimestampNtz, TimestampTz,
    Varchar, Variant,
};

/// The type of text that is converted to a number implicitly.
pub const IMPLICIT_NUMBER: SnowType = Number {
    precision: 18,
    scale: 5,
};

/// Whether an explicit cast from one type to another exists; its values may still fail.
///
/// VARCHAR to BINARY, which the table leaves out, is allowed because TO_BINARY does it; everything goes to ARRAY because
/// TO_ARRAY takes everything.
pub fn can_cast(from: &SnowType, to: &SnowType) -> bool {
    if same_kind(from, to) {
        return true;
    }
    match (from, to) {
        (_, Variant | Array | Varchar { .. }) => true,
        (Variant, _) => true,
        (Varchar { .. }, Object) => false,
        (Varchar { .. }, _) => true,
        (Boolean, Number { .. }) => true,
        (Number { .. }, Boolean | Float) | (Float, Boolean | Number { .. }) => true,
        (Number { .. }, to) => to.is_timestamp(),
        (Date, to) => to.is_timestamp(),
        (from, Date | Time { .. }) => from.is_timestamp(),
        (from, to) => from.is_timestamp() && to.is_timestamp(),
    }
}

/// Whether values of one type are taken where another is wanted, without a cast being written.
pub fn can_coerce(from: &SnowType, to: &SnowType) -> bool {
    if same_kind(from, to) {
        return true;
    }
    match (from, to) {
        (Variant, Binary { .. }) => false,
        (Variant, _) => true,
        (Array | Object | Boolean | Number { .. } | Float, Variant) => true,
        (Boolean | Date | Time { .. } | Number { .. } | Float, Varchar { .. }) => true,
        (Number { .. }, Boolean | Float) | (Float, Boolean | Number { .. }) => true,
        (Number { .. }, to) => to.is_timestamp(),
        (Varchar { .. }, Boolean | Date | Float | Number { .. } | Time { .. }) => true,
        (Varchar { .. } | Date, to) => to.is_timestamp(),
        (from, Date | Time { .. } | Varchar { .. }) => from.is_timestamp(),
        (from, to) => from.is_timestamp() && to.is_timestamp(),
    }
}

/// Whether TRY_CAST takes this pair: text only, and no semi-structured or binary target.
pub fn can_try_cast(from: &SnowType, to: &SnowType) -> bool {
    matches!(from, Varchar { .. }) && !to.is_semi_structured() && !matches!(to, Binary { .. })
}

/// Whether two types differ in their arguments at most.
pub fn same_kind(left: &SnowType, right: &SnowType) -> bool {
    std::mem::discriminant(left) == std::mem::discriminant(right)
}

/// The one type that all of these convert to; `None` when there is none, or no type was given.
pub fn common_type(types: &[SnowType]) -> Option<SnowType> {
    let (first, rest) = types.split_first()?;
    rest.iter().try_fold(*first, |common, next| pair(&common, next))
}

/// The type in which two values are compared. TIMESTAMP_TZ is compared as an instant, hence as TIMESTAMP_LTZ; a VARIANT
/// takes the other side's type, and a number's as FLOAT, because a NUMBER would round it first.
pub fn comparison_type(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    match (left, right) {
        (Variant, Number { .. } | Float) | (Number { .. } | Float, Variant) => Some(Float),
        (Variant, Varchar { .. }) | (Varchar { .. }, Variant) => Some(SnowType::VARCHAR),
        (Variant, other) | (other, Variant) if !other.is_semi_structured() => Some(instant(*other)),
        _ => pair(left, right).map(instant),
    }
}

/// The numeric type that an operand of arithmetic is taken as: text as NUMBER(18,5), VARIANT as FLOAT; `None` for what
/// does not compute.
pub fn arithmetic_type(operand: &SnowType) -> Option<SnowType> {
    match operand {
        Number { .. } | Float => Some(*operand),
        Varchar { .. } => Some(IMPLICIT_NUMBER),
        Variant => Some(Float),
        _ => None,
    }
}

fn instant(data_type: SnowType) -> SnowType {
    match data_type {
        TimestampTz { scale } => TimestampLtz { scale },
        other => other,
    }
}

fn pair(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    Some(match (*left, *right) {
        (
            Number {
                precision: p1,
                scale: s1,
            },
            Number {
                precision: p2,
                scale: s2,
            },
        ) => {
            let scale = s1.max(s2);
            let leading = p1.saturating_sub(s1).max(p2.saturating_sub(s2));
            Number {
                precision: leading.saturating_add(scale).clamp(1, 38),
                scale,
            }
        }
        (Varchar { length: a }, Varchar { length: b }) => Varchar { length: a.max(b) },
        (Binary { length: a }, Binary { length: b }) => Binary { length: a.max(b) },
        (Time { scale: a }, Time { scale: b }) => Time { scale: a.max(b) },
        (TimestampNtz { scale: a }, TimestampNtz { scale: b }) => TimestampNtz { scale: a.max(b) },
        (TimestampLtz { scale: a }, TimestampLtz { scale: b }) => TimestampLtz { scale: a.max(b) },
        (TimestampTz { scale: a }, TimestampTz { scale: b }) => TimestampTz { scale: a.max(b) },
        (a, b) if a == b => a,
        (Float, Number { .. }) | (Number { .. }, Float) => Float,
        // Text gives way to whatever it can be read as.
        // Nobody knows how long the text in a VARIANT is.
        (Varchar { .. }, Variant) | (Variant, Varchar { .. }) => SnowType::VARCHAR,
        (Varchar { .. }, other @ Number { .. }) | (other @ Number { .. }, Varchar { .. }) => {
            pair(&IMPLICIT_NUMBER, &other)?
        }
        (Varchar { .. }, other) | (other, Varchar { .. }) if can_coerce(&SnowType::VARCHAR, &other) => other,
        (Boolean, Number { .. } | Float) | (Number { .. } | Float, Boolean) => Boolean,
        (Date, stamp) | (stamp, Date) if stamp.is_timestamp() => stamp,
        (Number { .. }, stamp) | (stamp, Number { .. }) if stamp.is_timestamp() => stamp,
        (TimestampTz { scale: a }, TimestampNtz { scale: b } | TimestampLtz { scale: b })
        | (TimestampNtz { scale: b } | TimestampLtz { scale: b }, TimestampTz { scale: a }) => {
            TimestampTz { scale: a.max(b) }
        }
        (TimestampLtz { scale: a }, TimestampNtz { scale: b })
        | (TimestampNtz { scale: b }, TimestampLtz { scale: a }) => TimestampLtz { scale: a.max(b) },
        (Variant, other) | (other, Variant) => {
            if can_coerce(&other, &Variant) {
                Variant
            } else if can_coerce(&Variant, &other) {
                other
            } else {
                return None;
            }
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(precision: u8, scale: u8) -> SnowType {
        Number { precision, scale }
    }

    const ALL: [SnowType; 13] = [
        SnowType::INTEGER,
        Float,
        SnowType::VARCHAR,
        SnowType::BINARY,
        Boolean,
        Date,
        SnowType::TIME,
        SnowType::TIMESTAMP_NTZ,
        SnowType::TIMESTAMP_LTZ,
        SnowType::TIMESTAMP_TZ,
        Variant,
        Object,
        Array,
    ];

    #[test]
    fn what_coerces_also_casts() {
        for from in &ALL {
            for to in &ALL {
                assert!(!can_coerce(from, to) || can_cast(from, to), "{from} to {to}");
            }
        }
    }

    #[test]
    fn the_table() {
        assert!(can_cast(&Boolean, &SnowType::INTEGER) && !can_coerce(&Boolean, &SnowType::INTEGER));
        assert!(
            can_cast(&SnowType::BINARY, &SnowType::VARCHAR)
                && !can_coerce(&SnowType::BINARY, &SnowType::VARCHAR)
        );
        assert!(can_cast(&SnowType::VARCHAR, &Variant) && !can_coerce(&SnowType::VARCHAR, &Variant));
        assert!(can_cast(&SnowType::INTEGER, &SnowType::TIMESTAMP_NTZ));
        for (from, to) in [
            (Boolean, Float),
            (Date, SnowType::TIME),
            (SnowType::INTEGER, Date),
            (SnowType::TIME, SnowType::TIMESTAMP_NTZ),
            (Float, SnowType::TIMESTAMP_NTZ),
            (Date, SnowType::INTEGER),
            (SnowType::VARCHAR, Object),
            (Array, Object),
            (Boolean, Date),
        ] {
            assert!(!can_cast(&from, &to), "{from} to {to}");
        }
    }

    #[test]
    fn common_types() {
        assert_eq!(common_type(&[number(3, 1), number(10, 0)]), Some(number(11, 1)));
        assert_eq!(
            common_type(&[SnowType::VARCHAR, number(1, 0)]),
            Some(number(18, 5))
        );
        assert_eq!(
            common_type(&[Varchar { length: 3 }, Varchar { length: 8 }]),
            Some(Varchar { length: 8 })
        );
        assert_eq!(
            common_type(&[Date, SnowType::TIMESTAMP_NTZ]),
            Some(SnowType::TIMESTAMP_NTZ)
        );
        assert_eq!(common_type(&[SnowType::VARCHAR, Date]), Some(Date));
        assert_eq!(
            common_type(&[number(5, 0), Float, SnowType::VARCHAR]),
            Some(Float)
        );
        assert_eq!(
            common_type(&[Variant, SnowType::VARCHAR]),
            Some(SnowType::VARCHAR)
        );
        assert_eq!(common_type(&[Object, Variant]), Some(Variant));
        assert_eq!(common_type(&[Object, Array]), None);
        assert_eq!(common_type(&[Date, number(5, 0)]), None);
        assert_eq!(common_type(&[]), None);
    }

    #[test]
    fn common_type_does_not_depend_on_order() {
        for left in &ALL {
            for right in &ALL {
                assert_eq!(
                    common_type(&[*left, *right]),
                    common_type(&[*right, *left]),
                    "{left} and {right}"
                );
                assert_eq!(comparison_type(left, right), comparison_type(right, left));
            }
        }
    }

    #[test]
    fn comparisons_are_of_instants() {
        let tz = SnowType::TIMESTAMP_TZ;
        assert_eq!(comparison_type(&tz, &tz), Some(SnowType::TIMESTAMP_LTZ));
        assert_eq!(comparison_type(&Variant, &SnowType::INTEGER), Some(Float));
        assert_eq!(comparison_type(&SnowType::VARCHAR, &Date), Some(Date));
    }
}
