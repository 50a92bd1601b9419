//! What a VARIANT holds: TYPEOF, the predicates IS_… and the strict conversions AS_…, which are NULL for a value of
//! another type.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BinaryBuilder};

use super::rows::{Values, build as build_values, check_semi};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::number::rescale;
use crate::types::temporal;
use crate::variant::{self, Value};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["TYPEOF"],
        exactly(1),
        |arguments| {
            check_semi(arguments, 0)?;
            Returns::nullable(SnowType::VARCHAR)
        },
        type_of,
        "typeof",
    ),
    predicate(&["IS_ARRAY"], |c| is(c, |v| matches!(v, Value::Array(_)))),
    predicate(&["IS_BINARY"], |c| is(c, |v| matches!(v, Value::Binary(_)))),
    predicate(&["IS_BOOLEAN"], |c| is(c, |v| matches!(v, Value::Boolean(_)))),
    predicate(&["IS_CHAR", "IS_VARCHAR"], |c| {
        is(c, |v| matches!(v, Value::String(_)))
    }),
    predicate(&["IS_DATE", "IS_DATE_VALUE"], |c| {
        is(c, |v| matches!(v, Value::Date(_)))
    }),
    predicate(&["IS_DECIMAL"], |c| is(c, |v| v.as_exact().is_some())),
    predicate(&["IS_DOUBLE", "IS_REAL"], |c| is(c, is_number)),
    predicate(&["IS_INTEGER"], |c| is(c, |v| matches!(v, Value::Integer(_)))),
    predicate(&["IS_NULL_VALUE"], |c| is(c, |v| matches!(v, Value::Null))),
    predicate(&["IS_OBJECT"], |c| is(c, |v| matches!(v, Value::Object(_)))),
    predicate(&["IS_TIME"], |c| is(c, |v| matches!(v, Value::Time(_)))),
    predicate(&["IS_TIMESTAMP_LTZ"], |c| {
        is(c, |v| matches!(v, Value::TimestampLtz(_)))
    }),
    predicate(&["IS_TIMESTAMP_NTZ"], |c| {
        is(c, |v| matches!(v, Value::TimestampNtz(_)))
    }),
    predicate(&["IS_TIMESTAMP_TZ"], |c| {
        is(c, |v| matches!(v, Value::TimestampTz(..)))
    }),
    getter(
        &["AS_ARRAY"],
        |a| typed(a, SnowType::Array),
        |c| keep(c, |v| matches!(v, Value::Array(_))),
    ),
    getter(
        &["AS_OBJECT"],
        |a| typed(a, SnowType::Object),
        |c| keep(c, |v| matches!(v, Value::Object(_))),
    ),
    getter(&["AS_BINARY"], |a| typed(a, SnowType::BINARY), as_binary),
    getter(&["AS_BOOLEAN"], |a| typed(a, SnowType::Boolean), as_boolean),
    getter(
        &["AS_CHAR", "AS_VARCHAR"],
        |a| typed(a, SnowType::VARCHAR),
        as_text,
    ),
    getter(&["AS_DATE"], |a| typed(a, SnowType::Date), as_date),
    getter(&["AS_TIME"], |a| typed(a, SnowType::TIME), as_time),
    getter(
        &["AS_DOUBLE", "AS_REAL"],
        |a| typed(a, SnowType::Float),
        as_double,
    ),
    getter(&["AS_INTEGER"], |a| typed(a, SnowType::INTEGER), as_integer),
    Scalar::new(
        &["AS_DECIMAL", "AS_NUMBER"],
        between(1, 3),
        number_type,
        as_number,
        "as_decimal-number",
    ),
    getter(
        &["AS_TIMESTAMP_LTZ"],
        |a| typed(a, SnowType::TIMESTAMP_LTZ),
        |c| as_timestamp(c, encode_ltz),
    ),
    getter(
        &["AS_TIMESTAMP_NTZ"],
        |a| typed(a, SnowType::TIMESTAMP_NTZ),
        |c| as_timestamp(c, encode_ntz),
    ),
    getter(
        &["AS_TIMESTAMP_TZ"],
        |a| typed(a, SnowType::TIMESTAMP_TZ),
        |c| as_timestamp(c, encode_tz),
    ),
];

const fn predicate(names: &'static [&'static str], kernel: fn(&Call) -> Result<ArrayRef>) -> Scalar {
    Scalar::new(
        names,
        exactly(1),
        |arguments| typed(arguments, SnowType::Boolean),
        kernel,
        "is",
    )
}

const fn getter(
    names: &'static [&'static str],
    returns: fn(&Arguments) -> Result<Returns>,
    kernel: fn(&Call) -> Result<ArrayRef>,
) -> Scalar {
    Scalar::new(names, exactly(1), returns, kernel, "as")
}

/// A type for a semi-structured argument.
fn typed(arguments: &Arguments, data_type: SnowType) -> Result<Returns> {
    check_semi(arguments, 0)?;
    Returns::nullable(data_type)
}

fn type_of(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::texts(call.rows(), |row| Ok(values.get(row).map(variant::type_name)))
}

fn is(call: &Call, holds: fn(&Value<'_>) -> bool) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::booleans(call.rows(), |row| {
        Ok(values.get(row).map(|bytes| holds(&variant::view(bytes))))
    })
}

fn is_number(value: &Value<'_>) -> bool {
    matches!(
        value,
        Value::Integer(_) | Value::Decimal { .. } | Value::Double(_)
    )
}

/// The values for which `holds`; NULL for the others.
fn keep(call: &Call, holds: fn(&Value<'_>) -> bool) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build_values(call, |row, builder| {
        builder.append_option(values.get(row).filter(|bytes| holds(&variant::view(bytes))));
        Ok(())
    })
}

fn as_binary(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    let mut builder = BinaryBuilder::new();
    for row in 0..call.rows() {
        match values.get(row).map(variant::view) {
            Some(Value::Binary(bytes)) => builder.append_value(bytes),
            _ => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}

fn as_boolean(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::booleans(call.rows(), |row| match values.get(row).map(variant::view) {
        Some(Value::Boolean(value)) => Ok(Some(value)),
        _ => Ok(None),
    })
}

fn as_text(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::texts(call.rows(), |row| {
        Ok(values.get(row).and_then(|bytes| variant::view(bytes).as_str()))
    })
}

fn as_date(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::dates(call.rows(), |row| match values.get(row).map(variant::view) {
        Some(Value::Date(days)) => Ok(Some(days)),
        _ => Ok(None),
    })
}

fn as_time(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::times(call.rows(), |row| match values.get(row).map(variant::view) {
        Some(Value::Time(nanos)) => Ok(Some(nanos)),
        _ => Ok(None),
    })
}

fn as_double(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::floats(call.rows(), |row| {
        Ok(values.get(row).and_then(|bytes| variant::view(bytes).as_f64()))
    })
}

fn as_integer(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::numbers(call, |row| match values.get(row).map(variant::view) {
        Some(Value::Integer(value)) => Ok(Some(value)),
        _ => Ok(None),
    })
}

/// NUMBER of the precision and scale that constants behind the value give; NUMBER(38,0) without them.
fn number_type(arguments: &Arguments) -> Result<Returns> {
    let constant = |index: usize, default: i64| match arguments.len() > index {
        true => arguments
            .constant_integer(index)
            .ok_or_else(|| arguments.wrong_types()),
        false => Ok(default),
    };
    let (precision, scale) = (constant(1, 38)?, constant(2, 0)?);
    if !(1..=38).contains(&precision) || !(0..=37).contains(&scale) || scale > precision {
        let given = format!("{precision}, {scale}");
        return Err(Error::invalid_argument(
            arguments.name(),
            given,
            "precision or scale out of range",
        ));
    }
    typed(
        arguments,
        SnowType::Number {
            precision: precision as u8,
            scale: scale as u8,
        },
    )
}

fn as_number(call: &Call) -> Result<ArrayRef> {
    let SnowType::Number { scale, .. } = *call.returns() else {
        return Err(Error::internal("AS_NUMBER returns a NUMBER"));
    };
    let values = Values::of(call, 0)?;
    build::numbers(call, |row| {
        let Some(value) = values.get(row).map(variant::view) else {
            return Ok(None);
        };
        let Some((unscaled, from)) = value.as_exact() else {
            return Ok(None);
        };
        match rescale(unscaled, from, scale) {
            Some(number) => Ok(Some(number)),
            None => Err(Error::out_of_range(variant::number_text(&value))),
        }
    })
}

fn as_timestamp<const N: usize>(call: &Call, encode: fn(&Value<'_>) -> Option<[u8; N]>) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build::timestamps(call.rows(), |row| {
        Ok(values.get(row).and_then(|bytes| encode(&variant::view(bytes))))
    })
}

fn encode_ntz(value: &Value<'_>) -> Option<[u8; 12]> {
    match *value {
        Value::TimestampNtz(nanos) => Some(temporal::encode(nanos)),
        _ => None,
    }
}

fn encode_ltz(value: &Value<'_>) -> Option<[u8; 13]> {
    match *value {
        Value::TimestampLtz(nanos) => Some(temporal::encode_ltz(nanos)),
        _ => None,
    }
}

fn encode_tz(value: &Value<'_>) -> Option<[u8; 14]> {
    match *value {
        Value::TimestampTz(nanos, offset) => Some(temporal::encode_tz(nanos, offset)),
        _ => None,
    }
}
