//! COPY INTO location: from batches to files.
//!
//! An [`Unloader`] takes a query's batches and gives files as they fill up: at MAX_FILE_SIZE, or one with SINGLE.
//! What a row looks like is the business of [`csv`], [`json`] and [`parquet`]; names, sizes and compression are the
//! same for all and live here.
//!
//! See <https://docs.snowflake.com/en/sql-reference/sql/copy-into-location>.

mod csv;
mod json;
mod parquet;

#[cfg(test)]
mod tests;

use bytes::Bytes;
use datafusion::arrow::record_batch::RecordBatch;

use super::compression::Compression;
use super::format::FileFormat;
use super::{FileType, PropertyValue};
use crate::error::{Error, Result};
use crate::types::{SnowType, TypeContext};

/// MAX_FILE_SIZE unless it is given.
pub const DEFAULT_FILE_SIZE: u64 = 16 << 20;

/// The largest MAX_FILE_SIZE.
pub const MAX_FILE_SIZE: u64 = 5 << 30;

/// The copy options of unloading that concern files.
#[derive(Debug, Clone)]
pub struct UnloadOptions {
    /// The path below the stage: a folder (`a/b/`), a prefix of names (`a/part`), or with SINGLE a name.
    pub path: String,
    /// HEADER: column names as the first record, or as the Parquet columns' names.
    pub header: bool,
    /// SINGLE: one file only.
    pub single: bool,
    /// MAX_FILE_SIZE, in bytes before compression.
    pub max_file_size: u64,
    /// INCLUDE_QUERY_ID: the query's id, to be part of the names.
    pub query_id: Option<String>,
    /// The session's parameters.
    pub context: TypeContext,
}

impl UnloadOptions {
    /// Snowflake's defaults for a path under a session's parameters.
    pub fn new(path: impl Into<String>, context: TypeContext) -> Self {
        Self {
            path: path.into(),
            header: false,
            single: false,
            max_file_size: DEFAULT_FILE_SIZE,
            query_id: None,
            context,
        }
    }

    /// Checks MAX_FILE_SIZE.
    ///
    /// # Errors
    /// Zero, a negative number, or more than 5 GB.
    pub fn parse_max_file_size(value: &PropertyValue) -> Result<u64> {
        match value {
            PropertyValue::Number(bytes) if (1..=MAX_FILE_SIZE as i64).contains(bytes) => Ok(*bytes as u64),
            other => Err(Error::invalid_property_value("MAX_FILE_SIZE", other)),
        }
    }
}

/// A file to be stored.
#[derive(Debug, Clone)]
pub struct UnloadedFile {
    /// Its path below the stage.
    pub name: String,
    /// Its bytes, compressed.
    pub bytes: Bytes,
    /// Its size before compression.
    pub input_bytes: u64,
    /// Its rows.
    pub rows: u64,
}

/// A column to unload.
#[derive(Debug, Clone, PartialEq)]
pub struct UnloadColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: SnowType,
}

/// Rows of one format, gathered into a file.
trait Rows {
    /// Appends some of a batch's rows and tells how many bytes the file has now.
    fn append(&mut self, batch: &RecordBatch) -> Result<u64>;
    /// Ends the file and begins another.
    fn finish(&mut self) -> Result<Vec<u8>>;
}

/// Rows that are appended before a file's size is looked at again.
const STEP_ROWS: usize = 4096;

/// Turns batches into files.
pub struct Unloader {
    rows: Box<dyn Rows + Send>,
    compression: Compression,
    extension: String,
    options: UnloadOptions,
    row_count: u64,
    files: u64,
}

impl Unloader {
    /// An unloader for a query's columns.
    ///
    /// # Errors
    /// Columns that the format does not take, and options that do not go together.
    pub fn new(columns: &[UnloadColumn], format: &FileFormat, options: UnloadOptions) -> Result<Self> {
        if options.single && options.query_id.is_some() {
            return Err(Error::compilation(
                "INCLUDE_QUERY_ID = TRUE is not supported with SINGLE = TRUE",
            ));
        }
        let (rows, compression, extension): (Box<dyn Rows + Send>, _, _) = match format.file_type() {
            FileType::Csv => {
                let csv = format.csv()?;
                let (compression, extension) = (csv.compression, csv.file_extension.clone());
                (
                    Box::new(csv::CsvRows::new(columns, csv, &options)?),
                    compression,
                    extension,
                )
            }
            FileType::Json => {
                let json = format.json()?;
                (
                    Box::new(json::JsonRows::new(columns)?),
                    json.compression,
                    json.file_extension,
                )
            }
            other @ (FileType::Avro | FileType::Orc | FileType::Xml) => {
                return Err(Error::unsupported(format_args!(
                    "unloading into files of TYPE = {other}"
                )));
            }
            FileType::Parquet => {
                let parquet = format.parquet()?;
                let extension = parquet.snappy.then(|| ".snappy.parquet".to_string());
                let rows = parquet::ParquetRows::new(columns, &parquet, options.header, &options.context)?;
                (Box::new(rows), Compression::None, extension)
            }
        };
        let extension = match extension {
            Some(given) if given.starts_with('.') => given,
            Some(given) => format!(".{given}"),
            None => format!("{}{}", format.file_type().extension(), compression.extension()),
        };
        Ok(Self {
            rows,
            compression,
            extension,
            options,
            row_count: 0,
            files: 0,
        })
    }

    /// Takes a batch; gives the files that are full.
    ///
    /// # Errors
    /// Values that the format cannot express.
    pub fn write(&mut self, batch: &RecordBatch) -> Result<Vec<UnloadedFile>> {
        let mut full = Vec::new();
        let mut start = 0;
        while start < batch.num_rows() {
            let count = STEP_ROWS.min(batch.num_rows() - start);
            let size = self.rows.append(&batch.slice(start, count))?;
            self.row_count += count as u64;
            start += count;
            if !self.options.single && size >= self.options.max_file_size {
                full.push(self.end_file()?);
            }
        }
        Ok(full)
    }

    /// Gives the last file; none when no row is left, for a query without rows unloads no file.
    ///
    /// # Errors
    /// A compressor that fails.
    pub fn finish(mut self) -> Result<Option<UnloadedFile>> {
        if self.row_count == 0 {
            Ok(None)
        } else {
            self.end_file().map(Some)
        }
    }

    fn end_file(&mut self) -> Result<UnloadedFile> {
        let plain = self.rows.finish()?;
        let input_bytes = plain.len() as u64;
        let bytes = if self.compression == Compression::None {
            plain
        } else {
            self.compression.compress(&plain)?
        };
        let name = self.name();
        self.files += 1;
        Ok(UnloadedFile {
            name,
            bytes: bytes.into(),
            input_bytes,
            rows: std::mem::take(&mut self.row_count),
        })
    }

    /// `data_0_0_0.csv.gz`, `prefix_0_0_0.csv.gz` or, with SINGLE, the path itself.
    fn name(&self) -> String {
        let path = &self.options.path;
        let folder = path.is_empty() || path.ends_with('/');
        if self.options.single {
            return if folder {
                format!("{path}data")
            } else {
                path.clone()
            };
        }
        let mut name = path.clone();
        if folder {
            name.push_str("data");
        }
        if !name.ends_with('_') {
            name.push('_');
        }
        if let Some(query_id) = &self.options.query_id {
            name.push_str(query_id);
            name.push('_');
        }
        name.push_str(&format!("0_0_{}{}", self.files, self.extension));
        name
    }
}
