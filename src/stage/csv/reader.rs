//! From the bytes of a CSV file to typed batches.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, BooleanArray};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::columns::{CellType, Column};
use super::dialect::Dialect;
use super::scanner::{Field, Flaw, Record};
use crate::error::{Error, Result};
use crate::stage::convert::Conversion;
use crate::stage::pieces::{self, End, Piece};
use crate::stage::record::{Category, ColumnNames, Fault, MAX_DESCRIBED, PieceRows, invalid_utf8};

/// A column to fill.
#[derive(Debug, Clone)]
pub struct CsvColumn {
    /// What it takes.
    pub cell: CellType,
    /// The field it is filled from, from 0; without one it is NULL.
    pub source: Option<usize>,
}

/// How many fields a record must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldCount {
    /// As many as the table has columns.
    Table(usize),
    /// As many as the header has names.
    Header(usize),
    /// Any number: missing fields are NULL, further ones are left out.
    Any,
}

/// Reads CSV text into the columns of one schema.
pub struct CsvReader<'a> {
    /// How records and fields are told apart.
    pub dialect: &'a Dialect,
    /// The columns, in the schema's order.
    pub columns: &'a [CsvColumn],
    /// The batches' schema.
    pub schema: SchemaRef,
    /// How many fields a record must have.
    pub count: FieldCount,
    /// SKIP_BLANK_LINES.
    pub skip_blank_lines: bool,
    /// Casts for uncommon spellings.
    pub conversion: &'a Conversion,
    /// How columns are named in errors.
    pub names: &'a ColumnNames,
}

/// The part of a piece that has been read.
struct Progress {
    columns: Vec<Column>,
    /// For each row of the columns: its record's number in the piece, and the record's bytes.
    rows: Vec<u32>,
    spans: Vec<(usize, usize)>,
    /// For each row of the columns whether it is good; empty while all are.
    good: Vec<bool>,
    parsed: u32,
    /// Records whose form is at fault, which have no row.
    malformed: u32,
    faults: Vec<Fault>,
}

impl CsvReader<'_> {
    /// Reads `data` from `begin` on, where the first record starts.
    pub fn read(&self, data: &[u8], begin: usize, piece_bytes: usize) -> Vec<Result<PieceRows>> {
        let align = |mark: usize| self.dialect.likely_start(data, mark);
        pieces::read(begin, data.len(), piece_bytes, align, |piece| {
            self.piece(data, piece)
        })
    }

    fn piece(&self, data: &[u8], piece: Piece) -> (Result<PieceRows>, End) {
        let data = data.get(..piece.sight).unwrap_or(data);
        // Text is checked once for the piece; only a piece with bad bytes is checked value by value.
        let valid = data
            .get(piece.start..piece.stop)
            .is_some_and(|bytes| std::str::from_utf8(bytes).is_ok());
        let capacity = (piece.stop - piece.start) / (self.columns.len() * 8).max(8);
        let mut progress = Progress {
            columns: self
                .columns
                .iter()
                .map(|column| Column::new(column.cell.clone(), self.conversion, capacity))
                .collect(),
            rows: Vec::with_capacity(capacity),
            spans: Vec::with_capacity(capacity),
            good: Vec::new(),
            parsed: 0,
            malformed: 0,
            faults: Vec::new(),
        };
        let mut fields: Vec<Field> = Vec::with_capacity(self.columns.len());
        let mut scratch = Vec::new();
        let mut position = piece.start;
        while position < piece.stop {
            let record = self.dialect.record(data, position, &mut fields);
            let number = progress.parsed;
            progress.parsed += 1;
            let span = (position, record.end);
            position = record.end;
            if self.skip_blank_lines && record.content_end == span.0 {
                continue;
            }
            let first = piece.first && number == 0;
            if let Some(fault) = self.malformed(data, &record, &fields, span, number, first) {
                progress.malformed += 1;
                progress.note(fault);
                continue;
            }
            // A record that reaches beyond the piece was not part of the check.
            self.push(
                data,
                &mut progress,
                &fields,
                &mut scratch,
                span,
                valid && record.end <= piece.stop,
            );
        }
        (
            self.finish(progress),
            End {
                position,
                carry: true,
            },
        )
    }

    fn push(
        &self,
        data: &[u8],
        progress: &mut Progress,
        fields: &[Field],
        scratch: &mut Vec<u8>,
        span: (usize, usize),
        valid: bool,
    ) {
        let number = progress.parsed - 1;
        let mut bad = false;
        for (index, (plan, column)) in self.columns.iter().zip(&mut progress.columns).enumerate() {
            let field = plan.source.and_then(|source| fields.get(source)).copied();
            let place = field.map_or(span.1, |field| field.at);
            let mut value = field.and_then(|field| self.dialect.value(data, field, scratch));
            let mut error = None;
            if !valid
                && let Some(bytes) = value
                && std::str::from_utf8(bytes).is_err()
            {
                error = Some((invalid_utf8(bytes), Category::Parsing));
                value = None;
            }
            if let Err(failure) = column.push(value, place) {
                error.get_or_insert((failure, Category::Conversion));
            }
            if let Some((error, category)) = error {
                bad = true;
                if progress.faults.len() < MAX_DESCRIBED {
                    let record = span.0..span.1;
                    let column = Some(index);
                    progress.faults.push(Fault {
                        error,
                        category,
                        row: number,
                        at: place,
                        record,
                        column,
                    });
                }
            }
        }
        if bad && progress.good.is_empty() {
            progress.good.resize(progress.rows.len(), true);
        }
        if bad || !progress.good.is_empty() {
            progress.good.push(!bad);
        }
        progress.rows.push(number);
        progress.spans.push(span);
    }

    /// What is wrong with a record before its values are looked at.
    fn malformed(
        &self,
        data: &[u8],
        record: &Record,
        fields: &[Field],
        span: (usize, usize),
        row: u32,
        first: bool,
    ) -> Option<Fault> {
        let fault = |error: Error, at: usize, column: usize| {
            Some(Fault {
                error,
                category: Category::Parsing,
                row,
                at,
                record: span.0..span.1,
                column: Some(column),
            })
        };
        if let Some(flaw) = record.flaw {
            return match flaw {
                Flaw::AfterEnclosure { field, at } => fault(self.after_enclosure(data, field, at), at, field),
                Flaw::Unclosed { field, at } => fault(self.unclosed("file"), at, field),
                Flaw::DelimiterInside { field, at } => fault(self.unclosed("record"), at, field),
            };
        }
        match self.count {
            FieldCount::Any => None,
            FieldCount::Table(expected) if fields.len() == expected => None,
            FieldCount::Header(expected) if fields.len() == expected => None,
            FieldCount::Header(expected) => {
                let at = fields
                    .get(expected)
                    .map_or(record.content_end, |field| field.at.saturating_sub(1));
                fault(
                    Error::header_count(expected, fields.len()),
                    at,
                    expected.min(fields.len()).saturating_sub(1),
                )
            }
            // The file's first record tells the width of the file; later ones are told apart by where they differ.
            FieldCount::Table(expected) if first => {
                let at = if record.end < data.len() {
                    record.end
                } else {
                    record.content_end
                };
                fault(
                    Error::column_count(fields.len(), expected),
                    at,
                    fields.len().saturating_sub(1),
                )
            }
            FieldCount::Table(expected) => match fields.get(expected) {
                Some(extra) => {
                    let error = Error::expected_record_end(
                        self.dialect.shown_delimiter(),
                        self.dialect.shown_record_delimiter(),
                    );
                    let at = extra.at.saturating_sub(self.dialect.delimiter_length());
                    fault(error, at, expected.saturating_sub(1))
                }
                None => {
                    let missing = self.names.show(fields.len());
                    fault(Error::early_record_end(missing), record.content_end, fields.len())
                }
            },
        }
    }

    fn after_enclosure(&self, data: &[u8], field: usize, at: usize) -> Error {
        let rest = data.get(at..data.len().min(at + 4)).unwrap_or_default();
        let found = String::from_utf8_lossy(rest)
            .chars()
            .next()
            .unwrap_or(char::REPLACEMENT_CHARACTER);
        let last = match self.count {
            FieldCount::Table(expected) | FieldCount::Header(expected) => field + 1 >= expected,
            FieldCount::Any => false,
        };
        if last || self.dialect.delimiter_length() == 0 {
            Error::instead_of_record_delimiter(found, self.dialect.shown_record_delimiter())
        } else {
            Error::instead_of_field_delimiter(found, self.dialect.shown_delimiter())
        }
    }

    fn unclosed(&self, what: &str) -> Error {
        Error::unclosed_enclosure(char::from(self.dialect.quote()), what)
    }

    fn finish(&self, mut progress: Progress) -> Result<PieceRows> {
        let mut arrays: Vec<ArrayRef> = Vec::with_capacity(progress.columns.len());
        for (index, column) in std::mem::take(&mut progress.columns).into_iter().enumerate() {
            let describe = MAX_DESCRIBED.saturating_sub(progress.faults.len());
            let (array, failed) = column.finish(self.conversion, describe)?;
            for (row, at, error) in failed {
                progress.reject(row as usize, index, at, error);
            }
            arrays.push(array);
        }
        let options = RecordBatchOptions::new().with_row_count(Some(progress.rows.len()));
        let mut batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?;
        let mut bad = progress.malformed;
        if !progress.good.is_empty() {
            bad += progress.good.iter().filter(|good| !**good).count() as u32;
            batch = filter_record_batch(&batch, &BooleanArray::from(progress.good.clone()))?;
            let mut good = progress.good.iter();
            progress.rows.retain(|_| good.next().copied().unwrap_or(true));
        }
        progress.faults.sort_by_key(|fault| (fault.row, fault.column));
        Ok(PieceRows {
            batch,
            rows: progress.rows,
            parsed: progress.parsed,
            bad,
            faults: progress.faults,
        })
    }
}

impl Progress {
    fn note(&mut self, fault: Fault) {
        if self.faults.len() < MAX_DESCRIBED {
            self.faults.push(fault);
        }
    }

    /// Marks a row as bad for a value that failed at the end.
    fn reject(&mut self, row: usize, column: usize, at: usize, error: Error) {
        if self.good.is_empty() {
            self.good.resize(self.rows.len(), true);
        }
        if let Some(good) = self.good.get_mut(row) {
            *good = false;
        }
        let number = self.rows.get(row).copied().unwrap_or(0);
        let span = self.spans.get(row).copied().unwrap_or((0, 0));
        let category = Category::Conversion;
        self.note(Fault {
            error,
            category,
            row: number,
            at,
            record: span.0..span.1,
            column: Some(column),
        });
    }
}
