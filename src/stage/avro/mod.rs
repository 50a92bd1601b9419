//! Avro files: each record as one VARIANT value.
//!
//! A file is a header with the schema of its records, and blocks of records ([`container`]). The schema becomes a
//! [`shape::Shape`], its names resolved and its size bounded, and [`decode`] writes records straight into the form of
//! VARIANT. A record is an object with all its fields, NULL as JSON null; a union is the value of its branch; a map is
//! an object; bytes and fixed are BINARY and an enum is its symbol. The logical types decimal, date, time and timestamp
//! are values of those types (timestamps are TIMESTAMP_NTZ) and a UUID is text.
//!
//! Records carry no marks by which reading could go on behind damage: a file with a damaged block cannot be read.
//!
//! See <https://docs.snowflake.com/en/user-guide/semistructured-data-formats#label-avro-format>.

mod container;
mod decode;
mod shape;

#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;

use super::pieces::on_all_cores;
use crate::error::{Error, Result};
use crate::stage::format::AvroFormat;
use crate::types::SnowType;
use crate::variant::VariantBuilder;
use container::Container;
use decode::{Decoder, Input};

/// The format in messages.
const LABEL: &str = "Avro";

fn damaged(file: &str, cause: impl std::fmt::Display) -> Error {
    Error::unreadable_file(LABEL, file, cause)
}

/// Reads a decompressed file into batches of one VARIANT column `$1`.
///
/// # Errors
/// A file that is not Avro or is damaged; types and block compressions that are not read here.
pub fn read(file: &str, bytes: &[u8], format: &AvroFormat) -> Result<Vec<RecordBatch>> {
    guarded(file, || {
        let container = Container::open(file, bytes)?;
        let shape = container.shape()?;
        let blocks = container.blocks()?;
        let decoder = Decoder::new(file, format.replace_invalid_characters);
        let schema: SchemaRef = Arc::new(Schema::new(vec![SnowType::Variant.field("$1", true)]));
        let batches = on_all_cores(blocks.len(), |index| {
            let block = blocks.get(index)?;
            Some(container.content(block).and_then(|content| {
                let mut input = Input::new(file, &content);
                let mut builder = VariantBuilder::new();
                let mut value = Vec::new();
                for _ in 0..block.records {
                    value.clear();
                    decoder.value(&shape, &mut input, &mut value)?;
                    builder.append_bytes(&value);
                }
                input.finish()?;
                let column = Arc::new(builder.finish());
                Ok(RecordBatch::try_new(Arc::clone(&schema), vec![column])?)
            }))
        });
        batches
            .into_iter()
            .map(|batch| batch.unwrap_or_else(|| Err(damaged(file, "the file is damaged"))))
            .collect()
    })
}

/// The names of the fields of a file's records, their types (`None` for what is always NULL), and whether they take
/// NULL. Records that are no `record` have no fields.
///
/// # Errors
/// As [`read`], as far as the header tells.
pub fn describe(file: &str, bytes: &[u8]) -> Result<Vec<(String, Option<SnowType>, bool)>> {
    guarded(file, || {
        let shape = Container::open(file, bytes)?.shape()?;
        let shape::Shape::Record(fields) = shape else {
            return Ok(Vec::new());
        };
        let described = fields.into_iter().map(|(name, field)| {
            let (data_type, nullable) = field.snow_type();
            (name, data_type, nullable)
        });
        Ok(described.collect())
    })
}

/// A damaged file is no reason to end the process, whatever the library that reads schemas and blocks makes of it.
fn guarded<T>(file: &str, read: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err(damaged(file, "the file is damaged")))
}
