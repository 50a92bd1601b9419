//! XML files: each outermost element, or each child of it with STRIP_OUTER_ELEMENT, as one VARIANT value.
//!
//! Where a text is no XML there is no telling where its next element begins: the rest of the file is one record with
//! an error, and the elements before it are good.

use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;

use crate::error::Result;
use crate::stage::record::{Category, Fault, PieceRows, invalid_utf8};
use crate::types::SnowType;
use crate::variant::{VariantBuilder, XmlOptions, XmlReader};

/// Reads all elements of a text.
///
/// # Errors
/// A text that is not UTF-8.
pub fn read(data: &[u8], options: XmlOptions) -> Result<PieceRows> {
    let text = std::str::from_utf8(data).map_err(|_| invalid_utf8(data))?;
    let mut reader = XmlReader::new(text, options);
    let mut builder = VariantBuilder::new();
    let mut faults = Vec::new();
    let mut good = 0_u32;
    loop {
        let start = reader.position();
        match reader.next_element() {
            Ok(Some(element)) => {
                builder.append_bytes(&element);
                good = good.saturating_add(1);
            }
            Ok(None) => break,
            Err(fault) => {
                faults.push(Fault {
                    at: fault.position.min(data.len()),
                    error: fault.into(),
                    category: Category::Parsing,
                    row: good,
                    record: start..data.len(),
                    column: Some(0),
                });
                break;
            }
        }
    }
    let bad = faults.len() as u32;
    let schema = Schema::new(vec![SnowType::Variant.field("$1", true)]);
    Ok(PieceRows {
        batch: RecordBatch::try_new(Arc::new(schema), vec![Arc::new(builder.finish())])?,
        rows: (0..good).collect(),
        parsed: good.saturating_add(bad),
        bad,
        faults,
    })
}
