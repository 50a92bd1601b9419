//! A CSV format's options, compiled for the scanner.

use crate::stage::format::CsvFormat;

/// What ends a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordEnd {
    /// A newline, with or without a carriage return before it.
    Newline,
    /// These bytes exactly.
    Bytes(Vec<u8>),
    /// Only the end of the file.
    Never,
}

/// How fields and records are told apart.
#[derive(Debug, Clone)]
pub struct Dialect {
    pub(super) record_end: RecordEnd,
    /// The field delimiter; empty when records have one field.
    pub(super) delimiter: Vec<u8>,
    pub(super) quote: Option<u8>,
    /// The escape character of enclosed fields.
    pub(super) escape: Option<u8>,
    pub(super) escape_unenclosed: Option<u8>,
    pub(super) trim: bool,
    pub(super) multi_line: bool,
    /// Bytes that an unenclosed field's scan must stop at.
    pub(super) stops: Box<[bool; 256]>,
    pub(super) null_if: Vec<Vec<u8>>,
    pub(super) empty_is_null: bool,
}

impl Dialect {
    /// Compiles a format.
    pub fn new(format: &CsvFormat) -> Self {
        let record_end = match &format.record_delimiter {
            None => RecordEnd::Never,
            Some(bytes) if bytes == b"\n" => RecordEnd::Newline,
            Some(bytes) => RecordEnd::Bytes(bytes.clone()),
        };
        let delimiter = format.field_delimiter.clone().unwrap_or_default();
        let mut stops = Box::new([false; 256]);
        let first_of_record = match &record_end {
            RecordEnd::Newline => Some(b'\n'),
            RecordEnd::Bytes(bytes) => bytes.first().copied(),
            RecordEnd::Never => None,
        };
        for byte in [
            first_of_record,
            delimiter.first().copied(),
            format.escape_unenclosed,
        ]
        .into_iter()
        .flatten()
        {
            if let Some(stop) = stops.get_mut(usize::from(byte)) {
                *stop = true;
            }
        }
        Self {
            record_end,
            delimiter,
            quote: format.enclosed_by,
            escape: format.escape,
            escape_unenclosed: format.escape_unenclosed,
            trim: format.trim_space,
            multi_line: format.multi_line,
            stops,
            null_if: format
                .null_if
                .iter()
                .map(|text| text.clone().into_bytes())
                .collect(),
            empty_is_null: format.empty_field_as_null,
        }
    }

    /// How many bytes of a record delimiter stand at `position`; `None` when there is none.
    #[inline]
    pub(super) fn record_end_at(&self, data: &[u8], position: usize) -> Option<usize> {
        let rest = data.get(position..)?;
        match &self.record_end {
            RecordEnd::Newline => match rest {
                [b'\n', ..] => Some(1),
                [b'\r', b'\n', ..] => Some(2),
                _ => None,
            },
            RecordEnd::Bytes(bytes) => rest.starts_with(bytes).then_some(bytes.len()),
            RecordEnd::Never => None,
        }
    }

    /// Whether a field delimiter stands at `position`.
    #[inline]
    pub(super) fn delimiter_at(&self, data: &[u8], position: usize) -> bool {
        match self.delimiter.as_slice() {
            [] => false,
            [byte] => data.get(position) == Some(byte),
            bytes => data.get(position..).is_some_and(|rest| rest.starts_with(bytes)),
        }
    }

    /// Whether a field or record delimiter begins with this byte.
    pub(super) fn begins_delimiter(&self, byte: u8) -> bool {
        let of_record = match &self.record_end {
            RecordEnd::Newline => byte == b'\n',
            RecordEnd::Bytes(bytes) => bytes.first() == Some(&byte),
            RecordEnd::Never => false,
        };
        of_record || self.delimiter.first() == Some(&byte)
    }

    /// The first position at or after `mark` that follows a record delimiter: a guess at a record's start.
    pub fn likely_start(&self, data: &[u8], mark: usize) -> Option<usize> {
        let rest = data.get(mark..)?;
        match &self.record_end {
            RecordEnd::Newline => memchr::memchr(b'\n', rest).map(|at| mark + at + 1),
            RecordEnd::Bytes(bytes) => memchr::memmem::find(rest, bytes).map(|at| mark + at + bytes.len()),
            RecordEnd::Never => None,
        }
    }

    /// Bytes of a field delimiter; 0 when records have one field.
    pub fn delimiter_length(&self) -> usize {
        self.delimiter.len()
    }

    /// The character that encloses fields.
    pub fn quote(&self) -> u8 {
        self.quote.unwrap_or(b'"')
    }

    /// The record delimiter as error messages show it.
    pub fn shown_record_delimiter(&self) -> String {
        match &self.record_end {
            RecordEnd::Newline => "\\n".to_string(),
            RecordEnd::Bytes(bytes) => crate::stage::format::show_text(&String::from_utf8_lossy(bytes)),
            RecordEnd::Never => "NONE".to_string(),
        }
    }

    /// The field delimiter as error messages show it.
    pub fn shown_delimiter(&self) -> String {
        crate::stage::format::show_text(&String::from_utf8_lossy(&self.delimiter))
    }
}
