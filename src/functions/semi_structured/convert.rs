//! Values into other forms: TO_JSON, TO_VARIANT, TO_ARRAY, TO_OBJECT, STRIP_NULL_VALUE.
//!
//! Two more are for the planner: `$EQUALITY_KEY(v)`, by which VARIANTs are grouped and joined, and `$ORDER_KEY(v)`, by
//! which they are sorted and compared.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, BinaryArray, LargeBinaryArray};

use super::rows::{Values, build as build_values, check_encoded, check_semi};
use crate::error::Result;
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::semi::SemiWriter;
use crate::types::coerce::can_cast;
use crate::variant::{self, Value, encoding};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["TO_JSON"],
        exactly(1),
        |arguments| {
            if arguments.is_null(0) || !arguments.data_type(0)?.is_structured() {
                check_semi(arguments, 0)?;
            }
            Returns::nullable(SnowType::VARCHAR)
        },
        to_json,
        "to_json",
    ),
    Scalar::new(
        &["TO_VARIANT"],
        exactly(1),
        |arguments| {
            converted(arguments, SnowType::Variant)?;
            Returns::strict(arguments, SnowType::Variant)
        },
        |call| call.full(0, &SnowType::Variant),
        "to_variant",
    ),
    Scalar::new(
        &["TO_ARRAY"],
        exactly(1),
        |arguments| converted(arguments, SnowType::Array),
        |call| call.full(0, &SnowType::Array),
        "to_array",
    ),
    Scalar::new(
        &["TO_OBJECT"],
        exactly(1),
        |arguments| {
            if arguments.is_null(0) || !arguments.data_type(0)?.is_structured() {
                check_semi(arguments, 0).map_err(|_| arguments.no_conversion())?;
            }
            converted(arguments, SnowType::Object)
        },
        |call| call.full(0, &SnowType::Object),
        "to_object",
    ),
    Scalar::new(
        &["STRIP_NULL_VALUE"],
        exactly(1),
        |arguments| {
            check_semi(arguments, 0)?;
            Returns::nullable(SnowType::Variant)
        },
        strip_null_value,
        "strip_null_value",
    ),
    Scalar::new(
        &["$EQUALITY_KEY"],
        exactly(1),
        |arguments| {
            check_encoded(arguments, 0)?;
            Returns::strict(arguments, SnowType::Variant)
        },
        equality_key,
        "../data-types-semistructured",
    ),
    Scalar::new(
        &["$ORDER_KEY"],
        exactly(1),
        |arguments| {
            check_encoded(arguments, 0)?;
            Returns::strict(arguments, SnowType::BINARY)
        },
        order_key,
        "../data-types-semistructured",
    ),
];

/// A semi-structured type of values that convert to it.
fn converted(arguments: &Arguments, to: SnowType) -> Result<Returns> {
    if !arguments.is_null(0) {
        let from = arguments.data_type(0)?;
        if (from.is_structured() || from.is_vector()) && !can_cast(&from, &to) {
            return Err(arguments.wrong_types());
        }
    }
    Returns::nullable(to)
}

/// Compact JSON; JSON null is the text `null`.
fn to_json(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    let data_type = if call.is_null(0) {
        SnowType::Variant
    } else {
        call.data_type(0)?
    };
    let writer = SemiWriter::of(&data_type, call.context());
    build::written_texts(call.rows(), |row, out| {
        Ok(values.get(row).map(|bytes| writer.write_compact(bytes, out)))
    })
}

/// JSON null to SQL NULL.
fn strip_null_value(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    build_values(call, |row, builder| {
        builder.append_option(values.get(row).filter(|bytes| !encoding::is_json_null(bytes)));
        Ok(())
    })
}

fn equality_key(call: &Call) -> Result<ArrayRef> {
    let values = encoded(call)?;
    Ok(variant::equality_keys(values.as_binary::<i64>()))
}

/// The argument as it is held, one value per row.
fn encoded(call: &Call) -> Result<ArrayRef> {
    match call.is_null(0) {
        true => call.full(0, &SnowType::Variant),
        false => call.full(0, &call.data_type(0)?),
    }
}

fn order_key(call: &Call) -> Result<ArrayRef> {
    let values = encoded(call)?;
    if !call.is_null(0) && call.data_type(0)?.is_vector() {
        return Ok(Arc::new(vector_keys(values.as_binary::<i64>())));
    }
    Ok(Arc::new(variant::order_keys(values.as_binary::<i64>())))
}

/// Vectors order by the bytes of their elements, as they stand in memory
/// (<https://docs.snowflake.com/en/sql-reference/data-types-vector>).
fn vector_keys(values: &LargeBinaryArray) -> BinaryArray {
    let key = |bytes: &[u8]| -> Vec<u8> {
        let Value::Array(elements) = variant::view(bytes) else {
            return Vec::new();
        };
        let bytes = |element: &[u8]| match variant::view(element) {
            Value::Integer(number) => (number as i32).to_le_bytes(),
            other => (other.as_f64().unwrap_or(0.0) as f32).to_le_bytes(),
        };
        elements.iter().flat_map(bytes).collect()
    };
    values.iter().map(|value| value.map(key)).collect()
}
