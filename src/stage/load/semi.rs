//! Semi-structured files into a table: each record into the one semi-structured column, or by name into columns.

use std::sync::Arc;

use bytes::Bytes;
use datafusion::arrow::array::ArrayRef;
use datafusion::arrow::record_batch::RecordBatch;

use super::named::{self, NamedColumns, StringRules};
use super::{LoadOptions, LoadTarget, MatchByColumnName, TextOptions};
use crate::error::{Error, Result};
use crate::stage::columnar::{self, FileColumns};
use crate::stage::convert::Conversion;
use crate::stage::encoding::Encoding;
use crate::stage::format::{AvroFormat, InputFormats, JsonFormat, OrcFormat, ParquetFormat, XmlFormat};
use crate::stage::json::JsonReader;
use crate::stage::pieces::on_all_cores;
use crate::stage::record::{ColumnNames, PieceRows, Records, assemble};
use crate::stage::{FileFormat, FileType, StagedFile, avro, orc, parquet, xml};
use crate::types::SnowType;

/// Elements of XML have no columns.
const XML_BY_NAME: &str = "MATCH_BY_COLUMN_NAME with XML files";

/// A JSON file's text.
pub(in crate::stage) fn json_text(
    file: &StagedFile,
    format: &JsonFormat,
    inflate_limit: u64,
) -> Result<Bytes> {
    let options = TextOptions {
        compression: format.compression,
        encoding: Encoding::Utf8,
        skip_byte_order_mark: format.skip_byte_order_mark,
        replace_invalid_characters: format.replace_invalid_characters,
        inflate_limit,
    };
    options.text(file)
}

pub(super) fn read_json(
    file: &StagedFile,
    format: &JsonFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    let plan = Plan::new(
        FileType::Json,
        target,
        options,
        &format.formats,
        &format.null_if,
        format.trim_space,
    )?;
    let text = match json_text(file, format, options.inflate_limit) {
        Ok(text) => text,
        Err(error) => return Ok(Records::failed(error)),
    };
    let pieces = JsonReader::new(format).read(&text, options.piece_bytes);
    let pieces = plan.all(pieces)?;
    assemble(&text, pieces, &target.names())
}

pub(super) fn read_xml(
    file: &StagedFile,
    format: &XmlFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    if options.match_by_column_name != MatchByColumnName::None {
        return Err(Error::unsupported(XML_BY_NAME));
    }
    let plan = Plan::of_binary(FileType::Xml, target, options, &[], false)?;
    let text = TextOptions {
        compression: format.compression,
        encoding: Encoding::Utf8,
        skip_byte_order_mark: format.skip_byte_order_mark,
        replace_invalid_characters: format.replace_invalid_characters,
        inflate_limit: options.inflate_limit,
    };
    let text = text.text(file);
    let read = text.and_then(|text| Ok((xml::read(&text, format.reading)?, text)));
    match read {
        Ok((piece, text)) => assemble(&text, plan.all(vec![Ok(piece)])?, &plan.names),
        Err(error) => Ok(Records::failed(error)),
    }
}

pub(super) fn read_parquet(
    file: &StagedFile,
    format: &ParquetFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    let plan = Plan::of_binary(
        FileType::Parquet,
        target,
        options,
        &format.null_if,
        format.trim_space,
    )?;
    plan.columns(parquet::read_columns(&file.name, file.bytes.clone(), format))
}

pub(super) fn read_orc(
    file: &StagedFile,
    format: &OrcFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    let plan = Plan::of_binary(FileType::Orc, target, options, &format.null_if, format.trim_space)?;
    plan.columns(orc::read_columns(&file.name, file.bytes.clone()))
}

pub(super) fn read_avro(
    file: &StagedFile,
    format: &AvroFormat,
    target: &LoadTarget,
    options: &LoadOptions,
) -> Result<Records> {
    let plan = Plan::of_binary(
        FileType::Avro,
        target,
        options,
        &format.null_if,
        format.trim_space,
    )?;
    let bytes = format
        .compression
        .decompress(&file.name, &file.bytes, options.inflate_limit);
    let batches = bytes.and_then(|bytes| avro::read(&file.name, &bytes, format));
    plan.batches(batches.map(|batches| batches.into_iter().map(Ok)))
}

/// A row of a file of columns as one VARIANT column.
fn objects(columns: &FileColumns, batch: &RecordBatch) -> Result<RecordBatch> {
    let values: ArrayRef = Arc::new(columnar::row_objects(columns, batch)?);
    Ok(RecordBatch::try_from_iter([("$1", values)])?)
}

/// A batch without faults as a piece.
fn whole_piece(batch: RecordBatch) -> PieceRows {
    let rows = batch.num_rows() as u32;
    PieceRows {
        batch,
        rows: (0..rows).collect(),
        parsed: rows,
        bad: 0,
        faults: Vec::new(),
    }
}

/// Binary formats have no lines.
fn without_places(mut records: Records) -> Records {
    for error in &mut records.errors {
        error.line = None;
        error.character = None;
        error.byte_offset = None;
        error.row_start_line = 0;
        error.rejected_record = None;
    }
    records
}

/// Without MATCH_BY_COLUMN_NAME a record goes as a whole into the one column that can hold it.
fn one_column(file_type: FileType, target: &LoadTarget) -> Result<()> {
    match target.columns.as_slice() {
        [only] if only.data_type.is_semi_structured() => Ok(()),
        _ => Err(Error::one_semi_structured_column(file_type)),
    }
}

/// Checks what can be said before any file is read: whether files of a format fit a target at all.
///
/// # Errors
/// 002019 for semi-structured records and other than one semi-structured column.
pub fn check(format: &FileFormat, target: &LoadTarget, options: &LoadOptions) -> Result<()> {
    match (format.file_type(), options.match_by_column_name) {
        (FileType::Xml, MatchByColumnName::CaseSensitive | MatchByColumnName::CaseInsensitive) => {
            Err(Error::unsupported(XML_BY_NAME))
        }
        (FileType::Csv, _) | (_, MatchByColumnName::CaseSensitive | MatchByColumnName::CaseInsensitive) => {
            Ok(())
        }
        (file_type, MatchByColumnName::None) => one_column(file_type, target),
    }
}

/// How records become a target's columns.
struct Plan<'a> {
    target: &'a LoadTarget,
    conversion: Conversion,
    truncate: bool,
    /// The columns to fill by name; without them the record goes into the one column.
    columns: Option<NamedColumns>,
    names: ColumnNames,
}

impl<'a> Plan<'a> {
    fn new(
        file_type: FileType,
        target: &'a LoadTarget,
        options: &LoadOptions,
        formats: &InputFormats,
        null_if: &[String],
        trim_space: bool,
    ) -> Result<Self> {
        let columns = match options.match_by_column_name {
            MatchByColumnName::None => {
                one_column(file_type, target)?;
                None
            }
            by => Some(NamedColumns {
                by,
                strings: StringRules {
                    null_if: null_if.to_vec(),
                    trim: trim_space,
                },
            }),
        };
        Ok(Self {
            target,
            conversion: Conversion::new(formats, &options.context)?,
            truncate: options.truncate_columns,
            columns,
            names: target.names(),
        })
    }

    /// The plan of a format that is no text.
    fn of_binary(
        file_type: FileType,
        target: &'a LoadTarget,
        options: &LoadOptions,
        null_if: &[String],
        trim_space: bool,
    ) -> Result<Self> {
        let formats = InputFormats {
            binary: "HEX".to_string(),
            ..InputFormats::default()
        };
        Self::new(file_type, target, options, &formats, null_if, trim_space)
    }

    /// The records of a file of columns.
    fn columns(&self, columns: Result<FileColumns>) -> Result<Records> {
        let named = self.columns.is_some();
        let batches = columns.map(|columns| {
            let batches = columns.batches.iter().map(|batch| match named {
                true => Ok(batch.clone()),
                false => objects(&columns, batch),
            });
            batches.collect::<Vec<_>>().into_iter()
        });
        self.batches(batches)
    }

    /// The records of a file that was read as a whole, or could not be.
    fn batches(&self, batches: Result<impl Iterator<Item = Result<RecordBatch>>>) -> Result<Records> {
        let batches = match batches {
            Ok(batches) => batches,
            Err(error) if error.code() == Error::unsupported("").code() => return Err(error),
            Err(error) => return Ok(Records::failed(error)),
        };
        let pieces = batches.map(|batch| batch.map(whole_piece)).collect();
        let records = assemble(&[], self.all(pieces)?, &self.names)?;
        Ok(without_places(records))
    }

    /// Turns the pieces' records into the target's columns, on all cores.
    fn all(&self, pieces: Vec<Result<PieceRows>>) -> Result<Vec<Result<PieceRows>>> {
        let plain = self.columns.is_none()
            && matches!(self.target.columns.as_slice(), [only] if only.data_type == SnowType::Variant && only.nullable);
        let pieces: Vec<parking_lot::Mutex<Option<Result<PieceRows>>>> = pieces
            .into_iter()
            .map(|piece| parking_lot::Mutex::new(Some(piece)))
            .collect();
        let take = |index: usize| pieces.get(index).and_then(|piece| piece.lock().take());
        if plain {
            let schema = self.target.schema();
            return Ok((0..pieces.len())
                .filter_map(take)
                .map(|piece| {
                    let mut piece = piece?;
                    piece.batch = RecordBatch::try_new(Arc::clone(&schema), piece.batch.columns().to_vec())?;
                    Ok(piece)
                })
                .collect());
        }
        let converted = on_all_cores(pieces.len(), |index| {
            let piece = take(index)?;
            Some(piece.and_then(|piece| {
                let arrays = match &self.columns {
                    None => piece
                        .batch
                        .columns()
                        .to_vec()
                        .into_iter()
                        .map(|array| (array, SnowType::Variant))
                        .map(Some)
                        .collect(),
                    Some(columns) => columns.find(&piece.batch, &self.names.columns)?,
                };
                named::convert(piece, arrays, self.target, &self.conversion, self.truncate)
            }))
        });
        converted
            .into_iter()
            .map(|piece| piece.ok_or_else(|| Error::internal("a part of the file was not converted")))
            .collect()
    }
}
