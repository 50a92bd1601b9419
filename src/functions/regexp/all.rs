//! REGEXP_SUBSTR_ALL: every match of a pattern, as an array.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use super::{Integers, Patterns, from_position};
use crate::error::Result;
use crate::functions::arguments::between;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{Value, VariantBuilder, encoded};

/// The function.
pub const FUNCTIONS: &[Scalar] = &[Scalar::new(
    &["REGEXP_SUBSTR_ALL", "REGEXP_EXTRACT_ALL"],
    between(2, 6),
    |_| Returns::nullable(SnowType::Array),
    substr_all,
    "regexp_substr_all",
)];

/// NULL for a group that the pattern does not have.
fn substr_all(call: &Call) -> Result<ArrayRef> {
    let texts = call.texts(0)?;
    let mut patterns = Patterns::new(call, 4, false)?;
    let positions = Integers::new(call, 2, 1, 1)?;
    let occurrences = Integers::new(call, 3, 1, 1)?;
    let groups = Integers::new(call, 5, 0, 0)?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let (Some(text), Some(pattern), Some(position)) =
            (texts.get(row), patterns.get(row)?, positions.get(row)?)
        else {
            builder.append_null();
            continue;
        };
        let (Some(occurrence), Some(group)) = (occurrences.get(row)?, groups.get(row)?) else {
            builder.append_null();
            continue;
        };
        let known = pattern.regex.as_ref().map_or(1, |regex| regex.captures_len());
        let group = match call.len() > 5 {
            true if group >= known => {
                builder.append_null();
                continue;
            }
            true => group,
            false => usize::from(pattern.extract && known > 1),
        };
        let (rest, _) = from_position(text, position);
        let found: Vec<Vec<u8>> = pattern
            .matches(rest)
            .skip(occurrence - 1)
            .map(|captures| {
                let found = captures
                    .get(group)
                    .map_or(Value::Undefined, |found| Value::String(found.as_str()));
                encoded(&found)
            })
            .collect();
        builder.append_array(found.iter().map(Vec::as_slice))?;
    }
    Ok(Arc::new(builder.finish()))
}
