//! INTERPOLATE_BFILL, INTERPOLATE_FFILL and INTERPOLATE_LINEAR: values for the gaps of a series.
//! <https://docs.snowflake.com/en/sql-reference/functions/interpolate_bfill>
//!
//! The planner hands INTERPOLATE_LINEAR what the window is ordered by as a second argument.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, Float64Array, UInt32Array};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::PartitionEvaluator;

use super::arguments::{Arguments, exactly};
use super::scalar::Returns;
use super::window::Window;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::temporal;

/// The family.
pub const FUNCTIONS: &[Window] = &[
    Window::own(
        &["INTERPOLATE_FFILL"],
        exactly(1),
        same_type,
        |_, _| Box::new(Fill { backward: false }),
        "interpolate_bfill",
    ),
    Window::own(
        &["INTERPOLATE_BFILL"],
        exactly(1),
        same_type,
        |_, _| Box::new(Fill { backward: true }),
        "interpolate_bfill",
    ),
    Window::own(
        &["$INTERPOLATE_LINEAR"],
        exactly(2),
        number_type,
        |_, _| Box::new(Linear),
        "interpolate_bfill",
    ),
];

fn same_type(arguments: &Arguments) -> Result<Returns> {
    Returns::nullable(arguments.data_type(0)?)
}

fn number_type(arguments: &Arguments) -> Result<Returns> {
    match arguments.data_type(0)? {
        number @ (SnowType::Number { .. } | SnowType::Float) => Returns::nullable(number),
        _ => Err(arguments.wrong_types()),
    }
}

/// The nearest value that is known, before or behind.
#[derive(Debug)]
struct Fill {
    backward: bool,
}

/// For each row the row at or before it whose value is known; from the other end the one at or behind it.
fn nearest(values: &ArrayRef, rows: usize, backward: bool) -> Vec<Option<u32>> {
    let mut found = vec![None; rows];
    let mut last = None;
    let mut visit = |row: usize| {
        if row < values.len() && values.is_valid(row) {
            last = Some(row as u32);
        }
        if let Some(own) = found.get_mut(row) {
            *own = last;
        }
    };
    match backward {
        false => (0..rows).for_each(&mut visit),
        true => (0..rows).rev().for_each(&mut visit),
    }
    found
}

impl PartitionEvaluator for Fill {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> DataFusionResult<ArrayRef> {
        let values = values
            .first()
            .ok_or_else(|| Error::internal("INTERPOLATE without an argument"))?;
        let rows = UInt32Array::from(nearest(values, num_rows, self.backward));
        Ok(compute::take(values, &rows, None)?)
    }
}

/// Between two known values by the share of the way between their keys; NULL outside of them.
#[derive(Debug)]
struct Linear;

impl PartitionEvaluator for Linear {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> DataFusionResult<ArrayRef> {
        let [values, keys] = values else {
            return Err(Error::internal("INTERPOLATE_LINEAR without a key").into());
        };
        Ok(interpolated(values, keys, num_rows)?)
    }
}

/// The place of each key on a line; `None` for NULL.
fn places(keys: &ArrayRef) -> Result<Vec<Option<f64>>> {
    let known = |row: usize| keys.is_valid(row);
    let rows = 0..keys.len();
    Ok(match keys.data_type() {
        DataType::Date32 => {
            let days = keys.as_primitive::<Date32Type>();
            days.iter().map(|day| day.map(f64::from)).collect()
        }
        DataType::Decimal128(_, scale) => {
            let unit = 10_f64.powi(i32::from(*scale));
            let numbers = keys.as_primitive::<Decimal128Type>();
            numbers.iter().map(|number| Some(number? as f64 / unit)).collect()
        }
        DataType::Float64 => keys.as_primitive::<Float64Type>().iter().collect(),
        DataType::FixedSizeBinary(_) => {
            let moments = keys.as_fixed_size_binary();
            // Counted from the first, so that no digit is lost.
            let first = rows
                .clone()
                .find(|row| known(*row))
                .map(|row| temporal::decode(moments.value(row)));
            let place = |row| {
                let nanos = known(row).then(|| temporal::decode(moments.value(row)))?;
                Some((nanos - first?) as f64)
            };
            rows.map(place).collect()
        }
        other => {
            let message = format!("INTERPOLATE_LINEAR over an order by {other}");
            return Err(Error::unsupported(message));
        }
    })
}

fn interpolated(values: &ArrayRef, keys: &ArrayRef, rows: usize) -> Result<ArrayRef> {
    let places = places(keys)?;
    let (before, behind) = (nearest(values, rows, false), nearest(values, rows, true));
    // The two known rows around a row, and the share of the way between them.
    let around = |row: usize| {
        let before = (*before.get(row)?)? as usize;
        let behind = (*behind.get(row)?)? as usize;
        if before == behind {
            return Some((before, behind, 0.0));
        }
        let place = |row: usize| places.get(row).copied().flatten();
        let (low, high) = (place(before)?, place(behind)?);
        let share = if high == low {
            0.0
        } else {
            (place(row)? - low) / (high - low)
        };
        Some((before, behind, share))
    };
    if let Some(numbers) = values.as_primitive_opt::<Float64Type>() {
        let value = |row| {
            let (before, behind, share) = around(row)?;
            let (low, high) = (numbers.value(before), numbers.value(behind));
            Some(low + (high - low) * share)
        };
        return Ok(Arc::new((0..rows).map(value).collect::<Float64Array>()));
    }
    let numbers = values
        .as_primitive_opt::<Decimal128Type>()
        .ok_or_else(|| Error::internal("INTERPOLATE_LINEAR of no number"))?;
    let value = |row| {
        let (before, behind, share) = around(row)?;
        let (low, high) = (numbers.value(before), numbers.value(behind));
        Some(low + ((high - low) as f64 * share).round() as i128)
    };
    let result: Decimal128Array = (0..rows).map(value).collect();
    Ok(Arc::new(result.with_data_type(values.data_type().clone())))
}
