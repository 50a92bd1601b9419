//! CSV files into a table's columns, by position or by header.

use bytes::Bytes;

use super::{LoadOptions, LoadTarget, MatchByColumnName, TextOptions};
use crate::error::{Error, Result};
use crate::stage::StagedFile;
use crate::stage::convert::Conversion;
use crate::stage::csv::columns::CellType;
use crate::stage::csv::dialect::Dialect;
use crate::stage::csv::reader::{CsvColumn, CsvReader, FieldCount};
use crate::stage::format::CsvFormat;
use crate::stage::record::{Records, assemble};

/// A CSV file, ready to be read: its text, and where its records begin.
pub(in crate::stage) struct CsvText {
    pub(in crate::stage) text: Bytes,
    pub(in crate::stage) begin: usize,
    /// The names of the header, with PARSE_HEADER.
    pub(in crate::stage) header: Option<Vec<String>>,
}

/// Fetches a file's text and passes its header.
pub(in crate::stage) fn open(
    file: &StagedFile,
    format: &CsvFormat,
    dialect: &Dialect,
    inflate_limit: u64,
) -> Result<CsvText> {
    let options = TextOptions {
        compression: format.compression,
        encoding: format.encoding,
        skip_byte_order_mark: format.skip_byte_order_mark,
        replace_invalid_characters: format.replace_invalid_characters,
        inflate_limit,
    };
    let text = options.text(file)?;
    let (mut begin, mut header) = (0, None);
    if format.parse_header && !text.is_empty() {
        let mut fields = Vec::new();
        let record = dialect.record(&text, 0, &mut fields);
        let mut scratch = Vec::new();
        let names = fields
            .iter()
            .map(|field| {
                let name = dialect.value(&text, *field, &mut scratch).unwrap_or_default();
                String::from_utf8_lossy(name).into_owned()
            })
            .collect();
        header = Some(names);
        begin = record.end;
    } else {
        // SKIP_HEADER counts lines, whatever the record delimiter is.
        for _ in 0..format.skip_header {
            let rest = text.get(begin..).unwrap_or_default();
            match memchr::memchr(b'\n', rest) {
                Some(at) => begin += at + 1,
                None => {
                    begin = text.len();
                    break;
                }
            }
        }
    }
    Ok(CsvText { text, begin, header })
}

/// Reads a file into the target's columns.
pub(super) fn read(
    file: &StagedFile,
    format: &CsvFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    let by_name = options.match_by_column_name != MatchByColumnName::None;
    if format.parse_header != by_name {
        return Err(Error::compilation(if by_name {
            "MATCH_BY_COLUMN_NAME with CSV files requires the file format option PARSE_HEADER = TRUE."
        } else {
            "Invalid file format \"PARSE_HEADER\" is only allowed for CSV INFER_SCHEMA and MATCH_BY_COLUMN_NAME"
        }));
    }
    let dialect = Dialect::new(format);
    let opened = match open(file, format, &dialect, options.inflate_limit) {
        Ok(opened) => opened,
        Err(error) => return Ok(Records::failed(error)),
    };
    let header = opened.header.unwrap_or_default();
    let columns: Vec<CsvColumn> = target
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| CsvColumn {
            cell: CellType {
                data_type: column.data_type,
                nullable: column.nullable,
                truncate: options.truncate_columns,
            },
            source: match options.match_by_column_name {
                MatchByColumnName::None => Some(index),
                MatchByColumnName::CaseSensitive => header.iter().position(|name| *name == column.name),
                MatchByColumnName::CaseInsensitive => header
                    .iter()
                    .position(|name| name.to_uppercase() == column.name.to_uppercase()),
            },
        })
        .collect();
    let count = match (format.error_on_column_count_mismatch, by_name) {
        (false, _) => FieldCount::Any,
        (true, true) => FieldCount::Header(header.len()),
        (true, false) if options.explicit_columns => FieldCount::Any,
        (true, false) => FieldCount::Table(target.columns.len()),
    };
    let conversion = Conversion::new(&format.formats, &options.context)?;
    let names = target.names();
    let reader = CsvReader {
        dialect: &dialect,
        columns: &columns,
        schema: target.schema(),
        count,
        skip_blank_lines: format.skip_blank_lines,
        conversion: &conversion,
        names: &names,
    };
    let pieces = reader.read(&opened.text, opened.begin, options.piece_bytes);
    assemble(&opened.text, pieces, &names)
}
