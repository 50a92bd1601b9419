//! A file's records as VALUE: documents as they are, fields of a CSV line as an object `{"c1": …, "c2": …}`.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-external-table>

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::datatypes::{Field, Schema};
use datafusion::arrow::record_batch::RecordBatch;
use jiff::Timestamp;

use crate::catalog::external::STORED;
use crate::error::{Error, Result};
use crate::stage::scan::Scan;
use crate::stage::{FileFormat, FileType, ScanOptions, StagedFile, scan};
use crate::variant::VariantBuilder;

/// How many fields of a line are looked for first; more are looked for when the last one is there.
const FIELDS: usize = 64;
/// The most fields of a line.
const MOST_FIELDS: usize = 16_384;

/// The records of a file, as what is kept of them.
///
/// # Errors
/// The first record that cannot be read.
pub fn of_file(
    file: &StagedFile,
    format: &FileFormat,
    partition: Option<&str>,
    now: Timestamp,
) -> Result<Vec<RecordBatch>> {
    let csv = format.file_type() == FileType::Csv;
    let mut fields = if csv { FIELDS } else { 1 };
    let mut read = checked(file, format, fields, now)?;
    while csv && fields < MOST_FIELDS && has_field(&read, fields) {
        fields = (fields * 4).min(MOST_FIELDS);
        read = checked(file, format, fields, now)?;
    }
    let schema = Arc::new(Schema::new(
        STORED
            .iter()
            .zip(1_u32..)
            .map(|((_, data_type), id)| Field::new(format!("c{id}"), data_type.arrow(), true))
            .collect::<Vec<_>>(),
    ));
    let mut batches = Vec::with_capacity(read.batches.len());
    for batch in read.batches {
        let columns = batch.columns();
        let (Some(name), Some(number)) = (columns.get(fields), columns.get(fields + 1)) else {
            return Err(Error::internal("a scan without its metadata"));
        };
        let value = match csv {
            true => objects(columns.get(..fields).unwrap_or_default(), batch.num_rows())?,
            false => columns
                .first()
                .map(Arc::clone)
                .ok_or_else(|| Error::internal("a scan without values"))?,
        };
        let partition: StringArray = std::iter::repeat_n(partition, batch.num_rows()).collect();
        let arrays = vec![
            value,
            Arc::clone(name),
            Arc::clone(number),
            Arc::new(partition) as ArrayRef,
        ];
        batches.push(RecordBatch::try_new(Arc::clone(&schema), arrays)?);
    }
    Ok(batches)
}

fn checked(file: &StagedFile, format: &FileFormat, fields: usize, now: Timestamp) -> Result<Scan> {
    let read = scan(file, format, &ScanOptions::new(fields, now))?;
    match read.errors.first() {
        Some(error) => Err(error.query(&file.name)),
        None => Ok(read),
    }
}

/// Whether some line has the last field that was looked for.
fn has_field(read: &Scan, fields: usize) -> bool {
    let last = |batch: &RecordBatch| {
        let column = batch.columns().get(fields - 1).cloned();
        column.is_some_and(|column| column.null_count() < column.len())
    };
    read.batches.iter().any(last)
}

/// Lines as objects; a field that is NULL is left out.
fn objects(fields: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
    let mut columns = Vec::with_capacity(fields.len());
    for field in fields {
        let texts = field.as_string_opt::<i32>();
        columns.push(texts.ok_or_else(|| Error::internal("a field that is no text"))?);
    }
    let mut values = VariantBuilder::new();
    for row in 0..rows {
        let present = columns
            .iter()
            .enumerate()
            .filter(|(_, texts)| texts.is_valid(row));
        let object: serde_json::Map<String, serde_json::Value> = present
            .map(|(at, texts)| (format!("c{}", at + 1), texts.value(row).into()))
            .collect();
        values.append_json(serde_json::Value::Object(object).to_string().as_bytes())?;
    }
    Ok(Arc::new(values.finish()))
}
