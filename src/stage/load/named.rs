//! MATCH_BY_COLUMN_NAME for records with names of their own, and the conversion of whole columns.

use std::collections::HashSet;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, StringArray, new_null_array};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::record_batch::{RecordBatch, RecordBatchOptions};

use super::{LoadColumn, LoadTarget, MatchByColumnName};
use crate::error::{Error, Result};
use crate::stage::convert::Conversion;
use crate::stage::csv::columns::fitting;
use crate::stage::record::{Category, Fault, MAX_DESCRIBED, PieceRows};
use crate::types::SnowType;
use crate::variant::{Value, VariantBuilder, encoding, view};

/// NULL_IF and TRIM_SPACE of semi-structured formats.
#[derive(Debug, Clone)]
pub(super) struct StringRules {
    pub(super) null_if: Vec<String>,
    pub(super) trim: bool,
}

/// How columns are found in records.
#[derive(Debug, Clone)]
pub(super) struct NamedColumns {
    pub(super) by: MatchByColumnName,
    pub(super) strings: StringRules,
}

/// A column's values before conversion, and their type; `None` where records have no such column.
pub(super) type Found = Option<(ArrayRef, SnowType)>;

impl NamedColumns {
    /// The values for each of the target's columns: from the entries of objects where the batch is one VARIANT
    /// column, else from the batch's columns.
    pub(super) fn find(&self, batch: &RecordBatch, names: &[String]) -> Result<Vec<Found>> {
        let schema = batch.schema();
        let of_objects = matches!(schema.fields().as_ref(), [only] if only.name() == "$1")
            && batch
                .columns()
                .first()
                .is_some_and(|array| array.data_type() == &SnowType::Variant.arrow());
        names
            .iter()
            .map(|name| {
                if of_objects {
                    return Ok(Some((self.of_objects(batch.column(0), name), SnowType::Variant)));
                }
                let index = schema.fields().iter().position(|field| match self.by {
                    MatchByColumnName::CaseInsensitive => field.name().to_uppercase() == name.to_uppercase(),
                    _ => field.name() == name,
                });
                let Some(index) = index else { return Ok(None) };
                let data_type = SnowType::from_field(schema.field(index))
                    .ok_or_else(|| Error::internal("a column of the file has no type"))?;
                Ok(Some((self.strings.apply(batch.column(index)), data_type)))
            })
            .collect()
    }

    fn of_objects(&self, objects: &ArrayRef, name: &str) -> ArrayRef {
        let mut builder = VariantBuilder::new();
        let mut scratch = Vec::new();
        for record in objects.as_binary::<i64>() {
            let value = match record.map(view) {
                Some(Value::Object(object)) => match self.by {
                    MatchByColumnName::CaseInsensitive => object.get_ignore_case(name),
                    _ => object.get(name),
                },
                _ => None,
            };
            match value {
                Some(bytes) if encoding::is_string(bytes) => match view(bytes).as_str() {
                    Some(text) => match self.strings.of(text) {
                        None => builder.append_null(),
                        Some(kept) if kept.len() == text.len() => builder.append_bytes(bytes),
                        Some(kept) => {
                            scratch.clear();
                            encoding::encode(&Value::String(kept), &mut scratch);
                            builder.append_bytes(&scratch);
                        }
                    },
                    None => builder.append_null(),
                },
                other => builder.append_option(other),
            }
        }
        Arc::new(builder.finish())
    }
}

impl StringRules {
    fn of<'a>(&self, text: &'a str) -> Option<&'a str> {
        let text = if self.trim {
            text.trim_matches([' ', '\t'])
        } else {
            text
        };
        (!self.null_if.iter().any(|null| null == text)).then_some(text)
    }

    fn apply(&self, array: &ArrayRef) -> ArrayRef {
        if array.data_type() != &SnowType::VARCHAR.arrow() || (self.null_if.is_empty() && !self.trim) {
            return Arc::clone(array);
        }
        let texts = array.as_string::<i32>();
        Arc::new(
            texts
                .iter()
                .map(|text| text.and_then(|text| self.of(text)))
                .collect::<StringArray>(),
        )
    }
}

/// Converts a piece's columns to the target's, and drops the records whose values fail.
pub(super) fn convert(
    piece: PieceRows,
    found: Vec<Found>,
    target: &LoadTarget,
    conversion: &Conversion,
    truncate: bool,
) -> Result<PieceRows> {
    let rows = piece.batch.num_rows();
    let mut job = Job {
        piece,
        good: vec![true; rows],
        failed: HashSet::new(),
    };
    let mut arrays = Vec::with_capacity(target.columns.len());
    for (index, column) in target.columns.iter().enumerate() {
        job.failed.clear();
        let array = match found.get(index).and_then(Option::as_ref) {
            Some((array, from)) => job.column(index, column, array, from, conversion, truncate)?,
            None => new_null_array(&column.data_type.arrow(), rows),
        };
        if !column.nullable && array.null_count() > 0 {
            for row in 0..rows {
                // NULL is no second error of a value that failed.
                if array.is_null(row) && !job.failed.contains(&row) {
                    job.reject(row, index, Error::null_loaded());
                }
            }
        }
        arrays.push(array);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    let batch = RecordBatch::try_new_with_options(target.schema(), arrays, &options)?;
    let Job { mut piece, good, .. } = job;
    piece.batch = batch;
    let dropped = good.iter().filter(|good| !**good).count() as u32;
    if dropped > 0 {
        piece.bad += dropped;
        let mut keep = good.iter();
        piece.rows.retain(|_| keep.next().copied().unwrap_or(true));
        piece.batch = filter_record_batch(&piece.batch, &BooleanArray::from(good))?;
        piece.faults.sort_by_key(|fault| (fault.row, fault.column));
        piece.faults.truncate(MAX_DESCRIBED);
    }
    Ok(piece)
}

struct Job {
    piece: PieceRows,
    good: Vec<bool>,
    /// The rows whose value in the present column failed.
    failed: HashSet<usize>,
}

impl Job {
    fn column(
        &mut self,
        index: usize,
        column: &LoadColumn,
        array: &ArrayRef,
        from: &SnowType,
        conversion: &Conversion,
        truncate: bool,
    ) -> Result<ArrayRef> {
        // Text is brought to its column's length here, where COPY has words of its own for it.
        if let SnowType::Varchar { length } = column.data_type {
            let (texts, failed) = conversion.column(array, from, &SnowType::VARCHAR)?;
            for row in failed {
                self.reject(
                    row as usize,
                    index,
                    conversion.reason(array, row, from, &SnowType::VARCHAR),
                );
            }
            return Ok(self.fitted(index, &texts, length as usize, truncate));
        }
        let (converted, failed) = conversion.column(array, from, &column.data_type)?;
        for row in failed {
            let error = if self.piece.faults.len() < MAX_DESCRIBED {
                conversion.reason(array, row, from, &column.data_type)
            } else {
                Error::internal("one of too many errors to describe")
            };
            self.reject(row as usize, index, error);
        }
        Ok(converted)
    }

    fn fitted(&mut self, index: usize, texts: &ArrayRef, length: usize, truncate: bool) -> ArrayRef {
        let values = texts.as_string::<i32>();
        if (0..values.len()).all(|row| values.value_length(row) as usize <= length) {
            return Arc::clone(texts);
        }
        let fitted: StringArray = values
            .iter()
            .enumerate()
            .map(|(row, text)| {
                let text = text?;
                match fitting(text.as_bytes(), length, truncate) {
                    Ok(kept) => text.get(..kept.len()),
                    Err(error) => {
                        self.reject(row, index, error);
                        None
                    }
                }
            })
            .collect();
        Arc::new(fitted)
    }

    fn reject(&mut self, row: usize, column: usize, error: Error) {
        if let Some(good) = self.good.get_mut(row) {
            *good = false;
        }
        self.failed.insert(row);
        if self.piece.faults.len() >= MAX_DESCRIBED {
            return;
        }
        let number = self.piece.rows.get(row).copied().unwrap_or(0);
        self.piece.faults.push(Fault {
            error,
            category: Category::Conversion,
            row: number,
            at: 0,
            record: 0..0,
            column: Some(column),
        });
    }
}
