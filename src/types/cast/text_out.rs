//! Casts to VARCHAR.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringBuilder};

use super::{CastMode, Job};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::text::{CellFormatter, Style};

pub(super) fn cast(array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    let SnowType::Varchar { length } = job.to else {
        return Err(super::no_cast("CAST", job.from, &job.to));
    };
    if matches!(job.from, SnowType::Varchar { .. }) {
        return shorten(array, length, job.mode);
    }
    let formatter = CellFormatter::new(array, &job.from, job.context, Style::Cast)?;
    let mut builder = StringBuilder::with_capacity(array.len(), array.len() * 12);
    let mut cell = String::new();
    for row in 0..array.len() {
        cell.clear();
        match formatter
            .write(row, &mut cell)
            .and_then(|valid| check(&cell, length).map(|()| valid))
        {
            Ok(true) => builder.append_value(&cell),
            Ok(false) => builder.append_null(),
            Err(_) if job.mode == CastMode::Try => builder.append_null(),
            Err(error) => return Err(error),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// Text under a shorter length. Snowflake does not cut text: what is too long fails.
fn shorten(array: &ArrayRef, length: u32, mode: CastMode) -> Result<ArrayRef> {
    let values = array.as_string::<i32>();
    // Most often all of it fits, and then the array stays as it is.
    let too_long = values.iter().flatten().find_map(|text| check(text, length).err());
    match (too_long, mode) {
        (None, _) => Ok(array.clone()),
        (Some(error), CastMode::Strict) => Err(error),
        (Some(_), CastMode::Try) => {
            let mut builder = StringBuilder::with_capacity(values.len(), values.value_data().len());
            for text in values {
                builder.append_option(text.filter(|text| check(text, length).is_ok()));
            }
            Ok(Arc::new(builder.finish()))
        }
    }
}

/// 100078 for text of more characters than `length`.
pub(super) fn check(text: &str, length: u32) -> Result<()> {
    let length = length as usize;
    if text.len() <= length || text.chars().count() <= length {
        return Ok(());
    }
    Err(Error::string_too_long(text))
}
