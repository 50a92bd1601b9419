//! Rows as newline-delimited JSON: one semi-structured column, one document a line.

use datafusion::arrow::array::AsArray;
use datafusion::arrow::record_batch::RecordBatch;

use super::{Rows, UnloadColumn};
use crate::error::{Error, Result};
use crate::variant::to_json;

/// Rows of JSON.
pub(super) struct JsonRows {
    text: String,
}

impl JsonRows {
    pub(super) fn new(columns: &[UnloadColumn]) -> Result<Self> {
        match columns {
            [only] if only.data_type.is_semi_structured() || only.data_type.is_structured() => {
                Ok(Self { text: String::new() })
            }
            _ => Err(Error::one_semi_structured_column("JSON")),
        }
    }
}

impl Rows for JsonRows {
    fn append(&mut self, batch: &RecordBatch) -> Result<u64> {
        let Some(values) = batch
            .columns()
            .first()
            .and_then(|array| array.as_binary_opt::<i64>())
        else {
            return Err(Error::internal("a semi-structured column of another layout"));
        };
        for value in values {
            match value {
                Some(value) => to_json(value, &mut self.text),
                None => self.text.push_str("null"),
            }
            self.text.push('\n');
        }
        Ok(self.text.len() as u64)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(std::mem::take(&mut self.text).into_bytes())
    }
}
