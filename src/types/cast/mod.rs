//! Casts: every pair of types that Snowflake converts, on whole arrays
//! (<https://docs.snowflake.com/en/sql-reference/data-type-conversion>).
//!
//! [`cast`] dispatches on the pair; the files below hold the casts by what they read: `text_in` from VARCHAR,
//! `text_out` to VARCHAR, `numeric` among numbers and booleans, `temporal` among dates and timestamps, `semi` to
//! and from VARIANT, ARRAY and OBJECT, `structured` to types with types inside, `vector` to VECTOR. In strict mode the first value that does not convert ends the cast with
//! Snowflake's error; in try mode it becomes NULL.

mod numeric;
pub(crate) mod semi;
pub mod structured;
mod temporal;
mod text_in;
mod text_out;
mod vector;

#[cfg(test)]
mod tests;

use std::fmt;

use datafusion::arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, FixedSizeBinaryArray, PrimitiveArray, new_null_array,
};
use datafusion::arrow::buffer::{Buffer, NullBuffer};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;

use super::SnowType;
use super::coerce::{can_cast, same_kind};
use super::context::TypeContext;
use crate::error::{Error, Result};

pub use numeric::float_to_decimal;
pub use text_in::{parse_boolean, read_binary};

/// What becomes of a value that does not convert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CastMode {
    /// The statement fails: CAST, `::`, TO_*.
    Strict,
    /// It becomes NULL: TRY_CAST, TRY_TO_*.
    Try,
}

/// What every cast needs to know.
#[derive(Debug, Clone, Copy)]
struct Job<'a> {
    from: SnowType,
    to: SnowType,
    mode: CastMode,
    context: &'a TypeContext,
}

/// Converts a column from one type to another. The array may hold a NUMBER as any Arrow integer or decimal and text in
/// any of Arrow's string layouts; the result has exactly the target's Arrow type.
///
/// # Errors
/// 001007 when there is no such cast ([`can_cast`]); in strict mode the error of the first value that does not convert.
pub fn cast(
    array: &ArrayRef,
    from: &SnowType,
    to: &SnowType,
    mode: CastMode,
    context: &TypeContext,
) -> Result<ArrayRef> {
    if !can_cast(from, to) {
        return Err(no_cast("CAST", from, to));
    }
    if matches!(array.data_type(), DataType::Null) {
        return Ok(new_null_array(&to.arrow(), array.len()));
    }
    let array = canonical(array, from)?;
    // The array knows its scale best; operators may have changed it.
    let from = if matches!(from, SnowType::Number { .. }) {
        SnowType::from_arrow(array.data_type()).unwrap_or(*from)
    } else {
        *from
    };
    if is_noop(&from, to) {
        return Ok(relabel(array, to));
    }
    let job = Job {
        from,
        to: *to,
        mode,
        context,
    };
    use SnowType as S;
    match (&from, to) {
        (S::Structured(_) | S::Vector { .. }, S::Variant | S::Object | S::Array) => Ok(array),
        (_, S::Structured(_)) => row_by_row(&array, job, structured::cast),
        (_, S::Vector { .. }) => row_by_row(&array, job, vector::cast),
        (from, _) if from.is_encoded() => semi::from_semi(&array, job),
        (_, S::Variant | S::Object | S::Array) => semi::to_semi(&array, job),
        (_, S::Varchar { .. }) => text_out::cast(&array, job),
        (S::Varchar { .. }, _) => text_in::cast(&array, job),
        (S::Number { .. } | S::Float | S::Boolean, S::Number { .. } | S::Float | S::Boolean) => {
            numeric::cast(&array, job)
        }
        (S::Binary { .. }, S::Binary { .. }) => text_in::shorten_binary(&array, job),
        _ => temporal::cast(&array, job),
    }
}

/// A cast of whole columns that knows no row that failed: in try mode a column that fails is cast a row at a time.
fn row_by_row(
    array: &ArrayRef,
    job: Job<'_>,
    cast: fn(&ArrayRef, Job<'_>) -> Result<ArrayRef>,
) -> Result<ArrayRef> {
    match cast(array, job) {
        Err(_) if job.mode == CastMode::Try => {}
        whole => return whole,
    }
    let row = |row| cast(&array.slice(row, 1), job).unwrap_or_else(|_| new_null_array(&job.to.arrow(), 1));
    let rows: Vec<ArrayRef> = (0..array.len()).map(row).collect();
    let rows: Vec<&dyn Array> = rows.iter().map(AsRef::as_ref).collect();
    Ok(datafusion::arrow::compute::concat(&rows)?)
}

/// Converts one value; see [`cast`].
///
/// # Errors
/// As [`cast`].
pub fn cast_scalar(
    value: &ScalarValue,
    from: &SnowType,
    to: &SnowType,
    mode: CastMode,
    context: &TypeContext,
) -> Result<ScalarValue> {
    let array = value.to_array_of_size(1)?;
    let array = cast(&array, from, to, mode, context)?;
    Ok(ScalarValue::try_from_array(&array, 0)?)
}

/// Whether every value of one type is, as it stands, a value of the other: the same kind, and no narrower.
pub fn is_noop(from: &SnowType, to: &SnowType) -> bool {
    use SnowType as S;
    match (from, to) {
        (
            S::Number {
                precision: p1,
                scale: s1,
            },
            S::Number {
                precision: p2,
                scale: s2,
            },
        ) => s1 == s2 && p1 <= p2,
        (S::Varchar { length: a }, S::Varchar { length: b })
        | (S::Binary { length: a }, S::Binary { length: b }) => a <= b,
        (S::Time { scale: a }, S::Time { scale: b })
        | (S::TimestampNtz { scale: a }, S::TimestampNtz { scale: b })
        | (S::TimestampLtz { scale: a }, S::TimestampLtz { scale: b })
        | (S::TimestampTz { scale: a }, S::TimestampTz { scale: b }) => a <= b,
        (S::Array | S::Object, S::Variant) => true,
        (S::Structured(_), _) | (S::Vector { .. }, _) => from == to,
        (from, to) => same_kind(from, to),
    }
}

/// Brings an array of a type into that type's own Arrow layout: integers to decimals, the string layouts to `Utf8` and
/// so on. A NUMBER keeps the precision and scale that it has.
///
/// # Errors
/// 000603 when the array's values are of another type.
pub fn canonical(array: &ArrayRef, data_type: &SnowType) -> Result<ArrayRef> {
    let held = array.data_type();
    let wanted = match (data_type, held) {
        (_, DataType::Null) => return Ok(new_null_array(&data_type.arrow(), array.len())),
        (SnowType::Number { .. }, DataType::Decimal128(_, 0..)) => return Ok(array.clone()),
        (SnowType::Number { .. }, held) if held.is_integer() => DataType::Decimal128(38, 0),
        (SnowType::Number { .. }, _) => return Err(mismatch(array, data_type)),
        (data_type, _) => data_type.arrow(),
    };
    if *held == wanted {
        return Ok(array.clone());
    }
    let layouts = match data_type {
        SnowType::Number { .. } => true,
        SnowType::Float => held.is_floating(),
        SnowType::Varchar { .. } => {
            matches!(
                held,
                DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(_, _)
            )
        }
        SnowType::Binary { .. } => matches!(held, DataType::BinaryView),
        _ => false,
    };
    if !layouts {
        return Err(mismatch(array, data_type));
    }
    Ok(datafusion::arrow::compute::cast(array, &wanted)?)
}

fn mismatch(array: &ArrayRef, data_type: &SnowType) -> Error {
    Error::internal(format!(
        "a column of type {data_type} holds {}",
        array.data_type()
    ))
}

/// 001007: a cast that does not exist, under the name of the function that would do it.
pub fn no_cast(kind: &str, from: impl fmt::Display, to: &SnowType) -> Error {
    let function = match to {
        SnowType::Float => "DOUBLE",
        other => other.name(),
    };
    Error::invalid_type(format!(
        "invalid type [{kind}({from} AS {to})] for parameter 'TO_{function}'"
    ))
}

/// The same values under the target's Arrow type; only decimals of another precision differ.
fn relabel(array: ArrayRef, to: &SnowType) -> ArrayRef {
    if *array.data_type() == to.arrow() {
        return array;
    }
    match array.to_data().into_builder().data_type(to.arrow()).build() {
        Ok(data) => datafusion::arrow::array::make_array(data),
        Err(_) => array,
    }
}

/// Which rows failed, gathered while a column is converted.
struct Failures {
    mode: CastMode,
    rows: Vec<usize>,
}

impl Failures {
    fn new(mode: CastMode) -> Self {
        Self {
            mode,
            rows: Vec::new(),
        }
    }

    /// Records a failed row, or ends the cast.
    fn add(&mut self, row: usize, error: impl FnOnce() -> Error) -> Result<()> {
        match self.mode {
            CastMode::Strict => Err(error()),
            CastMode::Try => {
                self.rows.push(row);
                Ok(())
            }
        }
    }

    /// The validity of the result: that of the source without the rows that failed.
    fn nulls(self, source: Option<&NullBuffer>, length: usize) -> Option<NullBuffer> {
        if self.rows.is_empty() {
            return source.cloned();
        }
        let mut valid: Vec<bool> = match source {
            Some(nulls) => nulls.iter().collect(),
            None => vec![true; length],
        };
        for row in self.rows {
            if let Some(slot) = valid.get_mut(row) {
                *slot = false;
            }
        }
        Some(NullBuffer::from(valid))
    }
}

/// Converts row by row into a primitive array: `value` gives `None` for a row that does not convert, `error` its error.
fn primitive<T: ArrowPrimitiveType>(
    source: &dyn Array,
    mode: CastMode,
    mut value: impl FnMut(usize) -> Option<T::Native>,
    error: impl Fn(usize) -> Error,
) -> Result<PrimitiveArray<T>> {
    let nulls = source.nulls();
    let mut failures = Failures::new(mode);
    let mut values = Vec::with_capacity(source.len());
    for row in 0..source.len() {
        let converted = if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            T::Native::default()
        } else if let Some(value) = value(row) {
            value
        } else {
            failures.add(row, || error(row))?;
            T::Native::default()
        };
        values.push(converted);
    }
    Ok(PrimitiveArray::new(
        values.into(),
        failures.nulls(nulls, source.len()),
    ))
}

/// Like [`primitive`], for timestamps of a byte width.
fn fixed<const N: usize>(
    source: &dyn Array,
    mode: CastMode,
    mut value: impl FnMut(usize) -> Option<[u8; N]>,
    error: impl Fn(usize) -> Error,
) -> Result<FixedSizeBinaryArray> {
    let nulls = source.nulls();
    let mut failures = Failures::new(mode);
    let mut values = Vec::with_capacity(source.len() * N);
    for row in 0..source.len() {
        let converted = if nulls.is_some_and(|nulls| nulls.is_null(row)) {
            [0; N]
        } else if let Some(value) = value(row) {
            value
        } else {
            failures.add(row, || error(row))?;
            [0; N]
        };
        values.extend_from_slice(&converted);
    }
    let nulls = failures.nulls(nulls, source.len());
    Ok(FixedSizeBinaryArray::try_new(
        N as i32,
        Buffer::from_vec(values),
        nulls,
    )?)
}
