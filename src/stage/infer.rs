//! INFER_SCHEMA for one file: the names and types of its columns.
//!
//! Parquet, Avro and ORC files say what they hold. Of JSON and CSV the records are looked at: a column has the narrowest type that
//! holds all its values, and TEXT (or VARIANT, in JSON) when there is none. Their columns all take NULL.
//!
//! <https://docs.snowflake.com/en/sql-reference/functions/infer_schema>

#[cfg(test)]
mod tests;

use std::collections::HashMap;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};

use super::convert::Conversion;
use super::csv::dialect::Dialect;
use super::format::{CsvFormat, InputFormats, JsonFormat};
use super::json::JsonReader;
use super::load::{json_text, open_csv};
use super::pieces::PIECE_BYTES;
use super::record::{Category, ColumnNames, Records, assemble};
use super::scan::{ScanOptions, texts};
use super::{FileFormat, FileType, StagedFile, avro, compression, orc, parquet};
use crate::error::{Error, Result};
use crate::types::{SnowType, TypeContext};
use crate::variant::{Value, view};

/// The most digits of a NUMBER.
const MAX_DIGITS: u8 = 38;

/// A column of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct InferredColumn {
    /// Its name, as the file spells it.
    pub name: String,
    /// Its type; `None` when all its values are NULL.
    pub data_type: Option<SnowType>,
    /// Whether it takes NULL.
    pub nullable: bool,
}

/// The columns of a file, by at most so many of its records if it is JSON or CSV.
///
/// # Errors
/// A file that cannot be read, the first record that cannot, and options that do not go together.
pub fn infer(file: &StagedFile, format: &FileFormat, records: Option<usize>) -> Result<Vec<InferredColumn>> {
    let records = records.unwrap_or(usize::MAX);
    match format.file_type() {
        FileType::Parquet => {
            let columns = parquet::describe(&file.name, file.bytes.clone(), &format.parquet()?)?;
            let columns = columns.into_iter();
            Ok(columns
                .map(|(name, data_type, nullable)| told(name, Some(data_type), nullable))
                .collect())
        }
        FileType::Orc => {
            let columns = orc::describe(&file.name, file.bytes.clone())?.into_iter();
            Ok(columns
                .map(|(name, data_type)| told(name, Some(data_type), true))
                .collect())
        }
        FileType::Avro => {
            let compression = format.avro()?.compression;
            let bytes = compression.decompress(&file.name, &file.bytes, compression::DEFAULT_LIMIT)?;
            let columns = avro::describe(&file.name, &bytes)?.into_iter();
            Ok(columns
                .map(|(name, data_type, nullable)| told(name, data_type, nullable))
                .collect())
        }
        FileType::Xml => Err(Error::unsupported("INFER_SCHEMA of XML files")),
        FileType::Json => of_json(file, &format.json()?, records),
        FileType::Csv => of_csv(file, &format.csv()?, records),
    }
}

/// A column that the file itself tells of.
fn told(name: String, data_type: Option<SnowType>, nullable: bool) -> InferredColumn {
    let data_type = data_type.map(|data_type| match data_type {
        SnowType::Object | SnowType::Array => SnowType::Variant,
        plain => plain,
    });
    InferredColumn {
        name,
        data_type,
        nullable,
    }
}

/// The narrowest type that holds the values of two.
pub fn common(file_type: FileType, one: Option<SnowType>, other: Option<SnowType>) -> Option<SnowType> {
    let (Some(one), Some(other)) = (one, other) else {
        return one.or(other);
    };
    Some(match (one, other) {
        (one, other) if one == other => one,
        (
            SnowType::Number { precision, scale },
            SnowType::Number {
                precision: other_precision,
                scale: other_scale,
            },
        ) => number(
            precision
                .saturating_sub(scale)
                .max(other_precision.saturating_sub(other_scale)),
            scale.max(other_scale),
        ),
        (SnowType::Number { .. } | SnowType::Float, SnowType::Number { .. } | SnowType::Float) => {
            SnowType::Float
        }
        (SnowType::Date, stamp @ SnowType::TimestampNtz { .. })
        | (stamp @ SnowType::TimestampNtz { .. }, SnowType::Date) => stamp,
        (one, other) if one.is_encoded() || other.is_encoded() => SnowType::Variant,
        _ if file_type == FileType::Json => SnowType::Variant,
        _ => SnowType::VARCHAR,
    })
}

/// A number of so many digits before and after the point; a REAL where a NUMBER has no room.
fn number(whole: u8, scale: u8) -> SnowType {
    match whole.checked_add(scale) {
        Some(precision) if precision <= MAX_DIGITS => SnowType::Number {
            precision: precision.max(1),
            scale,
        },
        _ => SnowType::Float,
    }
}

fn exact(unscaled: i128, scale: u8) -> SnowType {
    let digits = unscaled.checked_abs().and_then(i128::checked_ilog10);
    let digits = digits.map_or(1, |digits| (digits + 1).min(255) as u8);
    number(digits.saturating_sub(scale), scale)
}

/// The first error of what was read, as a query's.
fn refuse(records: &Records, file: &StagedFile) -> Result<()> {
    match records.errors.first() {
        Some(error) if error.category == Category::Other => Err(error.error.clone()),
        Some(error) => Err(error.query(&file.name)),
        None => Ok(()),
    }
}

fn of_json(file: &StagedFile, format: &JsonFormat, limit: usize) -> Result<Vec<InferredColumn>> {
    let text = json_text(file, format, compression::DEFAULT_LIMIT)?;
    let names = ColumnNames {
        table: String::new(),
        columns: vec!["$1".to_string()],
    };
    let records = assemble(&text, JsonReader::new(format).read(&text, PIECE_BYTES), &names)?;
    refuse(&records, file)?;
    let kinds = Kinds::new(&format.formats)?;
    let mut columns: Vec<InferredColumn> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let documents = records.batches.iter().filter_map(|batch| batch.columns().first());
    let documents = documents.flat_map(|array| array.as_binary::<i64>().iter().flatten());
    for document in documents.take(limit) {
        let Value::Object(object) = view(document) else {
            continue;
        };
        for (name, value) in object.iter() {
            let place = *places.entry(name.to_string()).or_insert_with(|| {
                columns.push(InferredColumn {
                    name: name.to_string(),
                    data_type: None,
                    nullable: true,
                });
                columns.len() - 1
            });
            let found = match view(value) {
                Value::Undefined | Value::Null => None,
                Value::String(text) if format.null_if.iter().any(|null| null == text) => None,
                Value::Boolean(_) => Some(SnowType::Boolean),
                Value::Integer(integer) => Some(exact(integer, 0)),
                Value::Decimal { unscaled, scale } => Some(exact(unscaled, scale)),
                Value::Double(_) => Some(SnowType::Float),
                Value::Object(_) => Some(SnowType::Object),
                Value::Array(_) => Some(SnowType::Array),
                Value::String(text) => Some(kinds.temporal(text)?.unwrap_or(SnowType::VARCHAR)),
                _ => Some(SnowType::VARCHAR),
            };
            if let Some(column) = columns.get_mut(place) {
                // Text beside what only looks like a moment is text.
                column.data_type = match (column.data_type, found) {
                    (Some(one), Some(other)) if is_text(&one) && is_text(&other) => {
                        common(FileType::Csv, Some(one), Some(other))
                    }
                    (one, other) => common(FileType::Json, one, other),
                };
            }
        }
    }
    Ok(columns)
}

/// Whether JSON writes values of a type as strings.
fn is_text(data_type: &SnowType) -> bool {
    matches!(
        data_type,
        SnowType::Varchar { .. } | SnowType::Date | SnowType::Time { .. } | SnowType::TimestampNtz { .. }
    )
}

fn of_csv(file: &StagedFile, format: &CsvFormat, limit: usize) -> Result<Vec<InferredColumn>> {
    let dialect = Dialect::new(format);
    let opened = open_csv(file, format, &dialect, compression::DEFAULT_LIMIT)?;
    let mut fields = Vec::new();
    if opened.begin < opened.text.len() {
        dialect.record(&opened.text, opened.begin, &mut fields);
    }
    let names = opened.header.clone().unwrap_or_default();
    let count = match &opened.header {
        Some(header) => header.len(),
        None => fields.len(),
    };
    let options = ScanOptions::new(count, jiff::Timestamp::UNIX_EPOCH);
    let records = texts(&opened, format, &dialect, &options)?;
    refuse(&records, file)?;
    let kinds = Kinds::new(&format.formats)?;
    let mut columns = Vec::with_capacity(count);
    for index in 0..count {
        let mut data_type = None;
        let mut left = limit;
        for batch in &records.batches {
            let Some(array) = batch.columns().get(index) else {
                continue;
            };
            let array = array.slice(0, array.len().min(left));
            left -= array.len();
            data_type = kinds.column(&array, data_type)?;
        }
        columns.push(InferredColumn {
            name: names
                .get(index)
                .cloned()
                .unwrap_or_else(|| format!("c{}", index + 1)),
            data_type,
            nullable: true,
        });
    }
    Ok(columns)
}

/// Tells what kind of value a text is.
struct Kinds {
    conversion: Conversion,
}

impl Kinds {
    fn new(formats: &InputFormats) -> Result<Self> {
        Ok(Self {
            conversion: Conversion::new(formats, &TypeContext::default())?,
        })
    }

    /// The type of a column of texts, together with what is known of it already.
    fn column(&self, texts: &ArrayRef, mut known: Option<SnowType>) -> Result<Option<SnowType>> {
        for text in texts.as_string::<i32>().iter().flatten() {
            if matches!(known, Some(SnowType::Varchar { .. })) {
                break;
            }
            let found = match plain(text) {
                Some(found) => found,
                None => self.temporal(text)?.unwrap_or(SnowType::VARCHAR),
            };
            known = common(FileType::Csv, known, Some(found));
        }
        Ok(known)
    }

    /// DATE, TIME or TIMESTAMP_NTZ, if a text is one in the form of the AUTO formats that begins with digits.
    fn temporal(&self, text: &str) -> Result<Option<SnowType>> {
        if !text.starts_with(|c: char| c.is_ascii_digit()) || text.len() > 40 {
            return Ok(None);
        }
        let candidate = match (text.contains(['-', '/']), text.contains(':')) {
            (true, false) => SnowType::Date,
            (false, true) => SnowType::TIME,
            (true, true) => SnowType::TIMESTAMP_NTZ,
            (false, false) => return Ok(None),
        };
        let cell: ArrayRef = std::sync::Arc::new(datafusion::arrow::array::StringArray::from(vec![text]));
        let (_, failed) = self.conversion.column(&cell, &SnowType::VARCHAR, &candidate)?;
        Ok(failed.is_empty().then_some(candidate))
    }
}

/// BOOLEAN, NUMBER or REAL, if a text is one.
fn plain(text: &str) -> Option<SnowType> {
    if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false") {
        return Some(SnowType::Boolean);
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (whole, after) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if digits(whole) && digits(after) && !(whole.is_empty() && after.is_empty()) {
        let whole = whole.trim_start_matches('0').len();
        let (whole, scale) = (u8::try_from(whole), u8::try_from(after.len()));
        return Some(match (whole, scale) {
            (Ok(whole), Ok(scale)) if scale < MAX_DIGITS => number(whole, scale),
            _ => SnowType::Float,
        });
    }
    let number = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    (number && unsigned.parse::<f64>().is_ok()).then_some(SnowType::Float)
}
