//! Rows as delimited text.

use std::sync::Arc;

use datafusion::arrow::record_batch::RecordBatch;

use super::{Rows, UnloadColumn, UnloadOptions};
use crate::error::{Error, Result};
use crate::stage::format::CsvFormat;
use crate::types::context::BinaryFormat;
use crate::types::format::DateTimeFormat;
use crate::types::text::{CellFormatter, Style};
use crate::types::{SnowType, TypeContext};

/// Rows of CSV.
pub(super) struct CsvRows {
    columns: Vec<UnloadColumn>,
    context: TypeContext,
    binary: BinaryFormat,
    format: CsvFormat,
    field: Vec<u8>,
    record: Vec<u8>,
    null: Vec<u8>,
    header: bool,
    bytes: Vec<u8>,
}

impl CsvRows {
    pub(super) fn new(columns: &[UnloadColumn], format: CsvFormat, options: &UnloadOptions) -> Result<Self> {
        let mut context = options.context.clone();
        let compiled = |text: &Option<String>| text.as_deref().map(DateTimeFormat::parse).transpose();
        if let Some(date) = compiled(&format.formats.date)? {
            context.date_output = Arc::new(date);
        }
        if let Some(time) = compiled(&format.formats.time)? {
            context.time_output = Arc::new(time);
        }
        if let Some(timestamp) = compiled(&format.formats.timestamp)? {
            context.timestamp_output = Arc::new(timestamp);
            context.timestamp_ntz_output = None;
            context.timestamp_ltz_output = None;
            context.timestamp_tz_output = None;
        }
        let binary = BinaryFormat::parse(&format.formats.binary)
            .ok_or_else(|| Error::invalid_property_value("BINARY_FORMAT", &format.formats.binary))?;
        Ok(Self {
            columns: columns.to_vec(),
            context,
            binary,
            field: format.field_delimiter.clone().unwrap_or_default(),
            record: format.record_delimiter.clone().unwrap_or_default(),
            null: format
                .null_if
                .first()
                .map(|text| text.clone().into_bytes())
                .unwrap_or_default(),
            header: options.header,
            bytes: Vec::new(),
            format,
        })
    }

    fn write_header(&mut self) {
        let names: Vec<String> = self.columns.iter().map(|column| column.name.clone()).collect();
        for (index, name) in names.iter().enumerate() {
            if index > 0 {
                self.bytes.extend_from_slice(&self.field);
            }
            self.write_text(name.as_bytes());
        }
        self.bytes.extend_from_slice(&self.record);
    }

    fn write_text(&mut self, text: &[u8]) {
        match self.format.enclosed_by {
            Some(quote) => {
                self.bytes.push(quote);
                for &byte in text {
                    if byte == quote {
                        self.bytes.push(quote);
                    } else if Some(byte) == self.format.escape {
                        self.bytes.push(byte);
                    }
                    self.bytes.push(byte);
                }
                self.bytes.push(quote);
            }
            // An empty text must not look like NULL.
            None if text.is_empty() && self.format.empty_field_as_null => {
                self.bytes.extend_from_slice(b"\"\"")
            }
            None => self.write_bare(text),
        }
    }

    fn write_bare(&mut self, text: &[u8]) {
        let Some(escape) = self.format.escape.or(self.format.escape_unenclosed) else {
            return self.bytes.extend_from_slice(text);
        };
        // The first byte of a longer delimiter is escaped wherever it stands: more of it may follow in the next cell.
        for &byte in text {
            let begins = |delimiter: &[u8]| delimiter.first() == Some(&byte);
            if byte == escape || byte == b'\r' || begins(&self.field) || begins(&self.record) {
                self.bytes.push(escape);
            }
            self.bytes.push(byte);
        }
    }
}

impl Rows for CsvRows {
    fn append(&mut self, batch: &RecordBatch) -> Result<u64> {
        if self.header && self.bytes.is_empty() {
            self.write_header();
        }
        let context = self.context.clone();
        let mut cells = Vec::with_capacity(self.columns.len());
        for (column, array) in self.columns.iter().zip(batch.columns()) {
            let formatter = match column.data_type {
                SnowType::Binary { .. } => {
                    CellFormatter::with_binary_format(array, &column.data_type, self.binary, &context)?
                }
                _ => CellFormatter::new(array, &column.data_type, &context, Style::Cast)?,
            };
            let bare = matches!(
                column.data_type,
                SnowType::Number { .. } | SnowType::Float | SnowType::Boolean
            );
            cells.push((formatter, bare));
        }
        let mut text = String::new();
        for row in 0..batch.num_rows() {
            for (index, (formatter, bare)) in cells.iter().enumerate() {
                if index > 0 {
                    self.bytes.extend_from_slice(&self.field);
                }
                text.clear();
                if !formatter.write(row, &mut text)? {
                    self.bytes.extend_from_slice(&self.null);
                } else if *bare {
                    self.write_bare(text.as_bytes());
                } else {
                    self.write_text(text.as_bytes());
                }
            }
            self.bytes.extend_from_slice(&self.record);
        }
        Ok(self.bytes.len() as u64)
    }

    fn finish(&mut self) -> Result<Vec<u8>> {
        Ok(std::mem::take(&mut self.bytes))
    }
}
