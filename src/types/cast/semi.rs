//! Casts to and from VARIANT, OBJECT and ARRAY.

use datafusion::arrow::array::ArrayRef;

use super::Job;
use crate::error::{Error, Result};

pub(super) fn from_semi(_array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    Err(Error::unsupported(format!("CAST({} AS {})", job.from, job.to)))
}

pub(super) fn to_semi(_array: &ArrayRef, job: Job<'_>) -> Result<ArrayRef> {
    Err(Error::unsupported(format!("CAST({} AS {})", job.from, job.to)))
}

pub(crate) fn write_text(_bytes: &[u8], _display: bool, _out: &mut String) -> Result<()> {
    Err(Error::unsupported("VARIANT as text"))
}
