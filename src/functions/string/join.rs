//! CONCAT, `||`, CONCAT_WS.

use datafusion::arrow::array::ArrayRef;

use crate::error::Result;
use crate::functions::arguments::{Arguments, at_least, exactly};
use crate::functions::build::{self, check_text};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::{MAX_BINARY, SnowType};

/// Concatenation. Any NULL makes NULL.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["CONCAT"], at_least(1), kind, |c| concat(c, false), "concat"),
    Scalar::new(&["$CONCAT"], exactly(2), kind, |c| concat(c, false), "concat"),
    Scalar::new(
        &["CONCAT_WS"],
        at_least(2),
        kind,
        |c| concat(c, true),
        "concat_ws",
    ),
];

/// BINARY if all are, or text; as long as all together when their lengths are known.
///
/// # Errors
/// 001044 for BINARY among text.
fn kind(arguments: &Arguments) -> Result<Returns> {
    let types = arguments.data_types(0..arguments.len())?;
    let bytes = types.iter().filter_map(|data_type| match data_type {
        SnowType::Binary { length } => Some(*length),
        _ => None,
    });
    let bytes: Vec<u32> = bytes.collect();
    if !bytes.is_empty() {
        if bytes.len() < types.len() {
            let name = if arguments.name() == "$CONCAT" {
                "||"
            } else {
                arguments.name()
            };
            return Err(arguments.renamed(name).wrong_types());
        }
        let total = match arguments.name() {
            "CONCAT_WS" => MAX_BINARY,
            _ => bytes
                .iter()
                .fold(0, |sum: u32, length| sum.saturating_add(*length)),
        };
        let length = total.min(MAX_BINARY);
        return Returns::strict(arguments, SnowType::Binary { length });
    }
    let length = types.iter().map(|data_type| match data_type {
        SnowType::Varchar { length } => Some(*length),
        _ => None,
    });
    let total = length
        .sum::<Option<u32>>()
        .filter(|_| arguments.name() != "CONCAT_WS");
    let data_type = match (total, SnowType::VARCHAR) {
        (Some(total), SnowType::Varchar { length }) if total > 0 => SnowType::Varchar {
            length: total.min(length),
        },
        _ => SnowType::VARCHAR,
    };
    Returns::strict(arguments, data_type)
}

fn concat(call: &Call, separated: bool) -> Result<ArrayRef> {
    if matches!(call.returns(), SnowType::Binary { .. }) {
        let parts = (0..call.len())
            .map(|index| call.bytes(index))
            .collect::<Result<Vec<_>>>()?;
        return build::written_bytes(call.rows(), |row, out| {
            for (index, part) in parts.iter().enumerate() {
                let Some(value) = part.get(row) else {
                    return Ok(None);
                };
                if separated && index > 1 {
                    out.extend_from_slice(parts.first().and_then(|part| part.get(row)).unwrap_or_default());
                }
                if !separated || index > 0 {
                    out.extend_from_slice(value);
                }
            }
            Ok(Some(()))
        });
    }
    let parts = (0..call.len())
        .map(|index| call.texts(index))
        .collect::<Result<Vec<_>>>()?;
    build::written_texts(call.rows(), |row, out| {
        for (index, part) in parts.iter().enumerate() {
            let Some(value) = part.get(row) else {
                return Ok(None);
            };
            if separated && index > 1 {
                out.push_str(parts.first().and_then(|part| part.get(row)).unwrap_or_default());
            }
            if !separated || index > 0 {
                check_text(out.len() + value.len())?;
                out.push_str(value);
            }
        }
        Ok(Some(()))
    })
}
