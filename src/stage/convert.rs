//! Bringing loaded values to a column's type by the house's own casts, with an error for each value that fails.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray, StringArray};

use crate::error::{Error, Result};
use crate::stage::format::InputFormats;
use crate::types::cast::{CastMode, cast};
use crate::types::{SnowType, TypeContext};
use crate::variant::{VariantBuilder, encoding, type_name};

/// Casts under a session's parameters and a file format's own formats.
#[derive(Debug, Clone)]
pub struct Conversion {
    context: TypeContext,
}

impl Conversion {
    /// A conversion with the session's parameters, overridden by what the file format says.
    ///
    /// # Errors
    /// A format that is none.
    pub fn new(formats: &InputFormats, session: &TypeContext) -> Result<Self> {
        let mut context = session.clone();
        for (name, format) in [
            ("DATE_INPUT_FORMAT", &formats.date),
            ("TIME_INPUT_FORMAT", &formats.time),
            ("TIMESTAMP_INPUT_FORMAT", &formats.timestamp),
        ] {
            if let Some(format) = format {
                context.set(name, format)?;
            }
        }
        context.set("BINARY_INPUT_FORMAT", &formats.binary)?;
        Ok(Self { context })
    }

    /// The parameters in effect.
    pub fn context(&self) -> &TypeContext {
        &self.context
    }

    /// Converts a column. Gives the rows that failed beside it; they are NULL in the column.
    ///
    /// # Errors
    /// Only when no value of `from` can become one of `to`.
    pub fn column(&self, array: &ArrayRef, from: &SnowType, to: &SnowType) -> Result<(ArrayRef, Vec<u32>)> {
        if to.is_vector() && !from.is_vector() {
            return Err(Error::compilation(format!(
                "a file's values cannot be loaded into a column of type {to}: load them as ARRAY, and cast"
            )));
        }
        if let (SnowType::Varchar { .. }, true) = (from, to.is_semi_structured()) {
            return Ok(self.json_column(array.as_string::<i32>(), to));
        }
        if let (SnowType::Variant, SnowType::Object | SnowType::Array) = (from, to) {
            return Ok(of_kind(array, to));
        }
        let converted = if from == to {
            Arc::clone(array)
        } else {
            cast(array, from, to, CastMode::Try, &self.context)?
        };
        let mut failed = Vec::new();
        if converted.null_count() > array.null_count() {
            let may_be_null = from.is_semi_structured();
            for row in 0..array.len() {
                if converted.is_null(row) && array.is_valid(row) {
                    // JSON null becomes NULL without being an error.
                    let null = may_be_null && encoding::is_json_null(array.as_binary::<i64>().value(row));
                    if !null {
                        failed.push(row as u32);
                    }
                }
            }
        }
        Ok((converted, failed))
    }

    /// Why the value of a row fails.
    pub fn reason(&self, array: &ArrayRef, row: u32, from: &SnowType, to: &SnowType) -> Error {
        let cell = array.slice(row as usize, 1);
        if let (SnowType::Varchar { .. }, true) = (from, to.is_semi_structured()) {
            let text = cell.as_string::<i32>().value(0).to_string();
            return match VariantBuilder::new().append_json(text.as_bytes()) {
                Err(error) => error,
                Ok(()) => Error::variant_cast(text, to),
            };
        }
        if let (SnowType::Variant, SnowType::Object | SnowType::Array) = (from, to) {
            return Error::variant_cast(type_name(cell.as_binary::<i64>().value(0)), to);
        }
        match cast(&cell, from, to, CastMode::Strict, &self.context) {
            Err(error) => error,
            Ok(_) => Error::internal(format_args!(
                "a value of {from} fails to become {to} only in bulk"
            )),
        }
    }

    fn json_column(&self, texts: &StringArray, to: &SnowType) -> (ArrayRef, Vec<u32>) {
        let mut builder = VariantBuilder::new();
        builder.reserve(texts.len(), texts.value_data().len());
        let mut failed = Vec::new();
        for (row, text) in texts.iter().enumerate() {
            match text.map(|text| builder.append_json(text.as_bytes())) {
                Some(Ok(())) => {}
                None => builder.append_null(),
                Some(Err(_)) => {
                    builder.append_null();
                    failed.push(row as u32);
                }
            }
        }
        let values: ArrayRef = Arc::new(builder.finish());
        if *to == SnowType::Variant {
            return (values, failed);
        }
        let (values, other_kind) = of_kind(&values, to);
        failed.extend(other_kind);
        failed.sort_unstable();
        (values, failed)
    }
}

/// Keeps the values that are objects, or arrays; others are NULL and listed.
fn of_kind(array: &ArrayRef, to: &SnowType) -> (ArrayRef, Vec<u32>) {
    let values = array.as_binary::<i64>();
    let fits = |bytes: &[u8]| match to {
        SnowType::Object => encoding::is_object(bytes),
        SnowType::Array => encoding::is_array(bytes),
        _ => true,
    };
    let mut failed = Vec::new();
    let kept: LargeBinaryArray = values
        .iter()
        .enumerate()
        .map(|(row, value)| {
            let value = value.filter(|bytes| !encoding::is_json_null(bytes))?;
            if fits(value) {
                return Some(value);
            }
            failed.push(row as u32);
            None
        })
        .collect();
    (Arc::new(kept), failed)
}
