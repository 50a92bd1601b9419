//! Which types go together (<https://docs.snowflake.com/en/sql-reference/data-type-conversion>).
//!
//! [`can_cast`] and [`can_coerce`] are the documented table; [`common_type`] finds the one type of the branches of CASE,
//! COALESCE, UNION, IN and the like, [`comparison_type`] the type in which two values are compared. An untyped NULL has
//! no part in these: leave it out before asking.

use super::SnowType::{
    self, Array, Binary, Boolean, Date, Float, Number, Object, Time, TimestampLtz, TimestampNtz, TimestampTz,
    Varchar, Variant, Vector,
};
use super::cast::structured::{Keys, can_cast_structured};
use super::structured::{Definition, Element, Field};

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
    if has_parts(from) || has_parts(to) {
        return can_cast_parts(from, to);
    }
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

/// Whether a type has types inside.
fn has_parts(data_type: &SnowType) -> bool {
    data_type.is_structured() || data_type.is_vector()
}

/// [`can_cast`] where a structured type or a VECTOR takes part. An array goes into a vector of numbers of its kind only,
/// and a vector into such an array
/// (<https://docs.snowflake.com/en/sql-reference/data-types-vector#vector-conversion>).
fn can_cast_parts(from: &SnowType, to: &SnowType) -> bool {
    let of_kind = |element: Element, integer: bool| match element.data_type {
        Number { scale: 0, .. } => integer,
        Float => !integer,
        _ => false,
    };
    match (from, to) {
        (from, to) if from == to => true,
        (SnowType::Structured(from), SnowType::Structured(to)) => {
            can_cast_structured(from.definition(), to.definition(), Keys::Same)
        }
        (Variant, SnowType::Structured(_) | Vector { .. }) | (SnowType::Structured(_), Variant) => true,
        (from, SnowType::Structured(to)) if from.is_semi_structured() => to.semi_structured() == *from,
        (SnowType::Structured(from), to) if to.is_semi_structured() => from.semi_structured() == *to,
        (Array, Vector { .. }) | (Vector { .. }, Array) => true,
        (array, Vector { integer, .. }) | (Vector { integer, .. }, array) => {
            array.element().is_some_and(|element| of_kind(element, *integer))
        }
        _ => false,
    }
}

/// [`can_coerce`] among structured types: the same keys in the same order, and numbers or timestamps that differ
/// (<https://docs.snowflake.com/en/sql-reference/data-types-structured#implicit-casting-a-value-coercion>).
fn can_coerce_parts(from: &SnowType, to: &SnowType) -> bool {
    let inner = |from: &Element, to: &Element| common_part(&from.data_type, &to.data_type).is_some();
    match (from.definition(), to.definition()) {
        (Some(Definition::Array(from)), Some(Definition::Array(to))) => inner(from, to),
        (Some(Definition::Object(from)), Some(Definition::Object(to))) => {
            let pairs = from.iter().zip(to);
            from.len() == to.len()
                && pairs
                    .clone()
                    .all(|(from, to)| from.key == to.key && inner(&from.value, &to.value))
        }
        (
            Some(Definition::Map {
                key: from_key,
                value: from,
            }),
            Some(Definition::Map {
                key: to_key,
                value: to,
            }),
        ) => same_kind(from_key, to_key) && inner(from, to),
        _ => from == to,
    }
}

/// The type that elements of two types have in common, without the conversions of values outside of structured types.
fn common_part(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    let numbers = |data_type: &SnowType| matches!(data_type, Number { .. } | Float);
    let instants = |data_type: &SnowType| matches!(data_type, TimestampLtz { .. } | TimestampTz { .. });
    if left == right {
        return Some(*left);
    }
    let fits = match (left.is_structured(), right.is_structured()) {
        (true, true) => can_coerce_parts(left, right),
        (false, false) => {
            same_kind(left, right) && !left.is_vector()
                || numbers(left) && numbers(right)
                || instants(left) && instants(right)
        }
        _ => false,
    };
    if fits { pair(left, right) } else { None }
}

/// The structured type that values of both types can be coerced to.
fn common_structured(left: &SnowType, right: &SnowType) -> Option<SnowType> {
    let both = |left: &Element, right: &Element| {
        Some(Element {
            data_type: common_part(&left.data_type, &right.data_type)?,
            nullable: left.nullable || right.nullable,
        })
    };
    let definition = match (left.definition()?, right.definition()?) {
        (Definition::Array(left), Definition::Array(right)) => Definition::Array(both(left, right)?),
        (Definition::Object(left), Definition::Object(right)) if left.len() == right.len() => {
            let fields = left.iter().zip(right).map(|(left, right)| {
                (left.key == right.key).then_some(())?;
                Some(Field {
                    key: left.key.clone(),
                    value: both(&left.value, &right.value)?,
                })
            });
            Definition::Object(fields.collect::<Option<_>>()?)
        }
        (
            Definition::Map {
                key: left_key,
                value: left,
            },
            Definition::Map {
                key: right_key,
                value: right,
            },
        ) => Definition::Map {
            key: same_kind(left_key, right_key)
                .then(|| pair(left_key, right_key))
                .flatten()?,
            value: both(left, right)?,
        },
        _ => return None,
    };
    SnowType::structured(definition).ok()
}

/// Whether values of a type are values of the other as they stand in memory, though Snowflake may tell them apart.
pub fn same_form(from: &SnowType, to: &SnowType) -> bool {
    from.arrow() == to.arrow() && (from == to || !has_parts(from) && !has_parts(to))
}

/// Whether values of one type are taken where another is wanted, without a cast being written.
pub fn can_coerce(from: &SnowType, to: &SnowType) -> bool {
    if has_parts(from) || has_parts(to) {
        return can_coerce_parts(from, to);
    }
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
    matches!(from, Varchar { .. }) && !to.is_encoded() && !matches!(to, Binary { .. })
}

/// Whether two types differ in their arguments at most; those with types inside do not differ at all.
pub fn same_kind(left: &SnowType, right: &SnowType) -> bool {
    if has_parts(left) || has_parts(right) {
        return left == right;
    }
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
        (Variant, other) | (other, Variant) if !other.is_encoded() => Some(instant(*other)),
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
    if has_parts(left) || has_parts(right) {
        return if left == right {
            Some(*left)
        } else {
            common_structured(left, right)
        };
    }
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
