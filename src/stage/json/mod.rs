//! JSON files: documents one after the other, separated by newlines, commas or nothing, or in one outer array.
//!
//! [`JsonReader`] hands each document to the VARIANT builder, which reads it in one pass and tells where it ends. A
//! text that is no document costs the rest of its line only: reading goes on after the next newline, so that one bad
//! line of newline-delimited JSON is one rejected record. Large files are read in pieces (see [`super::pieces`]).

#[cfg(test)]
mod tests;

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::RecordBatch;

use crate::error::{Error, Result};
use crate::stage::format::JsonFormat;
use crate::stage::pieces::{self, End, Piece};
use crate::stage::record::{Category, Fault, MAX_DESCRIBED, PieceRows};
use crate::types::SnowType;
use crate::variant::{JsonOptions, VariantBuilder};

/// How many times in one piece a document that its line does not complete is looked for on the lines after it in
/// vain, before the rest of the piece is read line by line. Bounds the cost of files full of open brackets.
const MAX_VAIN_SEARCHES: u32 = 1_000;

/// Reads JSON text into one VARIANT column.
#[derive(Debug, Clone)]
pub struct JsonReader {
    options: JsonOptions,
    strip_outer_array: bool,
    multi_line: bool,
    schema: SchemaRef,
}

/// Where in a piece reading stands.
struct Cursor<'a> {
    data: &'a [u8],
    position: usize,
    vain: u32,
    /// Whether the position is inside an outer array whose brackets are stripped.
    inside: bool,
}

impl JsonReader {
    /// A reader with a format's options.
    pub fn new(format: &JsonFormat) -> Self {
        let options = JsonOptions {
            allow_duplicate: format.allow_duplicate,
            strip_null_values: format.strip_null_values,
        };
        let schema = datafusion::arrow::datatypes::Schema::new(vec![SnowType::Variant.field("$1", true)]);
        Self {
            options,
            strip_outer_array: format.strip_outer_array,
            multi_line: format.multi_line,
            schema: Arc::new(schema),
        }
    }

    /// Reads all documents.
    pub fn read(&self, data: &[u8], piece_bytes: usize) -> Vec<Result<PieceRows>> {
        let align = |mark: usize| memchr::memchr(b'\n', data.get(mark..)?).map(|at| mark + at + 1);
        pieces::read(0, data.len(), piece_bytes, align, |piece| self.piece(data, piece))
    }

    fn piece(&self, data: &[u8], piece: Piece) -> (Result<PieceRows>, End) {
        let data = data.get(..piece.sight).unwrap_or(data);
        let mut builder = VariantBuilder::with_options(self.options);
        builder.reserve((piece.stop - piece.start) / 128, piece.stop - piece.start);
        let mut rows = Vec::with_capacity((piece.stop - piece.start) / 128);
        let mut faults = Vec::new();
        let (mut parsed, mut bad) = (0u32, 0u32);
        let mut cursor = Cursor {
            data,
            position: piece.start,
            vain: 0,
            inside: piece.carry,
        };
        loop {
            cursor.skip_separators(self.strip_outer_array);
            if cursor.position >= piece.stop {
                break;
            }
            let start = cursor.position;
            let row = parsed;
            parsed += 1;
            match self.document(&mut cursor, &mut builder) {
                Ok(()) => rows.push(row),
                Err(error) => {
                    bad += 1;
                    cursor.skip_line(start);
                    if faults.len() < MAX_DESCRIBED {
                        let record = start..cursor.position;
                        let category = Category::Parsing;
                        faults.push(Fault {
                            error,
                            category,
                            row,
                            at: start,
                            record,
                            column: Some(0),
                        });
                    }
                }
            }
        }
        let end = End {
            position: cursor.position,
            carry: cursor.inside || !self.strip_outer_array,
        };
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), vec![Arc::new(builder.finish())]);
        (
            batch.map_err(Error::from).map(|batch| PieceRows {
                batch,
                rows,
                parsed,
                bad,
                faults,
            }),
            end,
        )
    }

    /// Reads the document that starts at the cursor and moves behind it.
    fn document(&self, cursor: &mut Cursor<'_>, builder: &mut VariantBuilder) -> Result<()> {
        let start = cursor.position;
        let line_end = cursor.line_end();
        let of_line = cursor.data.get(start..line_end).unwrap_or_default();
        let read = match builder.append_next_json(of_line) {
            Ok(read) => read,
            // Perhaps the document goes on in the lines below.
            Err(error) => {
                if !self.multi_line || line_end >= cursor.data.len() || cursor.vain >= MAX_VAIN_SEARCHES {
                    return Err(error);
                }
                match builder.append_next_json(cursor.data.get(start..).unwrap_or_default()) {
                    Ok(read) => read,
                    Err(_) => {
                        cursor.vain += 1;
                        return Err(error);
                    }
                }
            }
        };
        cursor.position = start + read.unwrap_or(line_end - start).max(1);
        Ok(())
    }
}

impl Cursor<'_> {
    /// Moves over white space and commas between documents, and over the brackets of an outer array.
    fn skip_separators(&mut self, strip_outer_array: bool) {
        while let Some(byte) = self.data.get(self.position) {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' => self.position += 1,
                b'[' if strip_outer_array && !self.inside => {
                    self.inside = true;
                    self.position += 1;
                }
                b']' if strip_outer_array && self.inside => {
                    self.inside = false;
                    self.position += 1;
                }
                _ => break,
            }
        }
    }

    fn line_end(&self) -> usize {
        let rest = self.data.get(self.position..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.data.len(), |at| self.position + at)
    }

    /// Moves behind the line that holds `start`.
    fn skip_line(&mut self, start: usize) {
        self.position = start;
        self.position = (self.line_end() + 1).min(self.data.len());
    }
}
