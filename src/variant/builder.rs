//! Building a whole column of values.

use datafusion::arrow::array::{LargeBinaryArray, NullBufferBuilder};
use datafusion::arrow::buffer::{Buffer, OffsetBuffer, ScalarBuffer};

use crate::error::Result;

use super::encoding::{encode, too_large, write_array, write_object};
use super::json::{JsonOptions, Parser};
use super::{MAX_SIZE, Value};

/// Builds a `LargeBinary` column row by row, every value written straight into the column's bytes.
///
/// A call that fails leaves the builder as it was before the call, so a loader may skip the row and go on.
pub struct VariantBuilder {
    data: Vec<u8>,
    offsets: Vec<i64>,
    nulls: NullBufferBuilder,
    parser: Parser,
}

impl Default for VariantBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl VariantBuilder {
    /// An empty builder that reads JSON as PARSE_JSON does.
    pub fn new() -> Self {
        Self::with_options(JsonOptions::default())
    }

    /// An empty builder that reads JSON with a file format's options.
    pub fn with_options(options: JsonOptions) -> Self {
        Self {
            data: Vec::new(),
            offsets: vec![0],
            nulls: NullBufferBuilder::new(0),
            parser: Parser::new(options),
        }
    }

    /// Makes room for `rows` more rows of `bytes` bytes in all.
    pub fn reserve(&mut self, rows: usize, bytes: usize) {
        self.offsets.reserve(rows);
        self.data.reserve(bytes);
    }

    /// Rows so far.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there are no rows yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of the values so far.
    pub fn byte_len(&self) -> usize {
        self.data.len()
    }

    /// Appends one JSON document; a blank one is SQL NULL.
    ///
    /// # Errors
    /// 100069 when the text is not one JSON document, or is not UTF-8.
    pub fn append_json(&mut self, text: &[u8]) -> Result<()> {
        match self.parser.document(text, &mut self.data) {
            Ok(true) => self.value_written(),
            Ok(false) => self.append_null(),
            Err(fault) => return Err(fault.into_error(text)),
        }
        Ok(())
    }

    /// Appends the first JSON document of a text that may hold several, one after the other. Gives how many bytes were
    /// read, or `None` (and appends nothing) when only white space is left.
    ///
    /// # Errors
    /// 100069 when the text does not start with a JSON document; positions count from the start of `text`.
    pub fn append_next_json(&mut self, text: &[u8]) -> Result<Option<usize>> {
        match self.parser.next_document(text, &mut self.data) {
            Ok(None) => Ok(None),
            Ok(Some((end, true))) => {
                self.value_written();
                Ok(Some(end))
            }
            Ok(Some((end, false))) => {
                self.append_null();
                Ok(Some(end))
            }
            Err(fault) => Err(fault.into_error(text)),
        }
    }

    /// Appends SQL NULL.
    pub fn append_null(&mut self) {
        self.offsets.push(self.data.len() as i64);
        self.nulls.append_null();
    }

    /// Appends a value.
    pub fn append_value(&mut self, value: &Value<'_>) {
        encode(value, &mut self.data);
        self.value_written();
    }

    /// Appends an already encoded value; an array's `undefined` becomes SQL NULL.
    pub fn append_bytes(&mut self, encoded: &[u8]) {
        if super::encoding::is_undefined(encoded) {
            return self.append_null();
        }
        self.data.extend_from_slice(encoded);
        self.value_written();
    }

    /// Appends an encoded value, or SQL NULL.
    pub fn append_option(&mut self, encoded: Option<&[u8]>) {
        match encoded {
            Some(bytes) => self.append_bytes(bytes),
            None => self.append_null(),
        }
    }

    /// Appends an array of encoded elements.
    ///
    /// # Errors
    /// 100069 when it exceeds [`MAX_SIZE`].
    pub fn append_array<'a, I>(&mut self, elements: I) -> Result<()>
    where
        I: IntoIterator<Item = &'a [u8]>,
        I::IntoIter: Clone,
    {
        let start = self.data.len();
        write_array(elements, &mut self.data)?;
        self.check_size(start)
    }

    /// Appends an object of encoded values; of equal keys the last entry stays. The entries come back sorted.
    ///
    /// # Errors
    /// 100069 when it exceeds [`MAX_SIZE`].
    pub fn append_object(&mut self, entries: &mut Vec<(&str, &[u8])>) -> Result<()> {
        let start = self.data.len();
        write_object(entries, &mut self.data)?;
        self.check_size(start)
    }

    /// The column, leaving the builder empty.
    pub fn finish(&mut self) -> LargeBinaryArray {
        let offsets = std::mem::replace(&mut self.offsets, vec![0]);
        let data = std::mem::take(&mut self.data);
        let nulls = self.nulls.finish();
        LargeBinaryArray::new(
            OffsetBuffer::new(ScalarBuffer::from(offsets)),
            Buffer::from_vec(data),
            nulls,
        )
    }

    fn check_size(&mut self, start: usize) -> Result<()> {
        if self.data.len() - start > MAX_SIZE {
            self.data.truncate(start);
            return Err(too_large());
        }
        self.value_written();
        Ok(())
    }

    fn value_written(&mut self) {
        self.offsets.push(self.data.len() as i64);
        self.nulls.append_non_null();
    }
}
