//! JSON text to values: PARSE_JSON, TRY_PARSE_JSON, CHECK_JSON.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use crate::error::{Error, Result};
use crate::functions::arguments::{between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{self, JsonOptions, VariantBuilder};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["PARSE_JSON"],
        between(1, 2),
        |_| Returns::nullable(SnowType::Variant),
        |call| parse(call, false),
        "parse_json",
    ),
    Scalar::new(
        &["TRY_PARSE_JSON"],
        between(1, 2),
        |_| Returns::nullable(SnowType::Variant),
        |call| parse(call, true),
        "try_parse_json",
    ),
    Scalar::new(
        &["CHECK_JSON"],
        exactly(1),
        |_| Returns::nullable(SnowType::VARCHAR),
        check,
        "check_json",
    ),
];

/// Reads one document a row. With `lenient`, what is no JSON becomes NULL.
fn parse(call: &Call, lenient: bool) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let options = options(call)?;
    let mut builder = VariantBuilder::with_options(options);
    builder.reserve(call.rows(), texts.array().value_data().len());
    for row in 0..call.rows() {
        match texts.get(row) {
            None => builder.append_null(),
            Some(text) if lenient => {
                if builder.append_json(text.as_bytes()).is_err() {
                    builder.append_null();
                }
            }
            Some(text) => builder.append_json(text.as_bytes())?,
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// The second argument: `d` lets keys repeat, `s` does not.
fn options(call: &Call) -> Result<JsonOptions> {
    if call.len() < 2 || call.is_null(1) {
        return Ok(JsonOptions::default());
    }
    let allow_duplicate = match call.constant_text(1) {
        Some("d" | "D") => true,
        Some("s" | "S") => false,
        other => {
            let rule = "the parameter must be the constant 'd' or 's'";
            return Err(Error::invalid_argument(
                call.name(),
                other.unwrap_or_default(),
                rule,
            ));
        }
    };
    Ok(JsonOptions {
        allow_duplicate,
        ..JsonOptions::default()
    })
}

/// What is wrong with each text; NULL for nothing.
fn check(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    build::written_texts(call.rows(), |row, out| {
        let fault = texts.get(row).and_then(variant::check_json);
        out.push_str(fault.as_deref().unwrap_or_default());
        Ok(fault.map(|_| ()))
    })
}
