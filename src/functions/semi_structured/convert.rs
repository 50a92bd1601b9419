//! Values into other forms: TO_JSON, TO_VARIANT, TO_ARRAY, TO_OBJECT, STRIP_NULL_VALUE.
//!
//! Two more are for the planner: `$EQUALITY_KEY(v)`, by which VARIANTs are grouped and joined, and `$ORDER_KEY(v)`, by
//! which they are sorted and compared.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray};

use super::rows::{Values, build as build_values, check_semi};
use crate::error::Result;
use crate::functions::arguments::exactly;
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::semi::SemiWriter;
use crate::variant::{self, encoding};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["TO_JSON"],
        exactly(1),
        |arguments| {
            check_semi(arguments, 0)?;
            Returns::nullable(SnowType::VARCHAR)
        },
        to_json,
        "to_json",
    ),
    Scalar::new(
        &["TO_VARIANT"],
        exactly(1),
        |arguments| Returns::strict(arguments, SnowType::Variant),
        |call| call.full(0, &SnowType::Variant),
        "to_variant",
    ),
    Scalar::new(
        &["TO_ARRAY"],
        exactly(1),
        |_| Returns::nullable(SnowType::Array),
        |call| call.full(0, &SnowType::Array),
        "to_array",
    ),
    Scalar::new(
        &["TO_OBJECT"],
        exactly(1),
        |arguments| {
            check_semi(arguments, 0).map_err(|_| arguments.no_conversion())?;
            Returns::nullable(SnowType::Object)
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
            check_semi(arguments, 0)?;
            Returns::strict(arguments, SnowType::Variant)
        },
        equality_key,
        "../data-types-semistructured",
    ),
    Scalar::new(
        &["$ORDER_KEY"],
        exactly(1),
        |arguments| {
            check_semi(arguments, 0)?;
            Returns::strict(arguments, SnowType::BINARY)
        },
        order_key,
        "../data-types-semistructured",
    ),
];

/// Compact JSON; JSON null is the text `null`.
fn to_json(call: &Call) -> Result<ArrayRef> {
    let values = Values::of(call, 0)?;
    let writer = SemiWriter::new(call.context());
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
    let values = call.full(0, &SnowType::Variant)?;
    Ok(variant::equality_keys(values.as_binary::<i64>()))
}

fn order_key(call: &Call) -> Result<ArrayRef> {
    let values = call.full(0, &SnowType::Variant)?;
    Ok(Arc::new(variant::order_keys(values.as_binary::<i64>())))
}
