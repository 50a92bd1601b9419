//! Window functions (<https://docs.snowflake.com/en/sql-reference/functions-window>) that are not aggregates as well.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, Decimal128Array, Float64Array};
use datafusion::arrow::compute;
use datafusion::common::Result as DataFusionResult;
use datafusion::functions_window::cume_dist::cume_dist_udwf;
use datafusion::functions_window::lead_lag::{lag_udwf, lead_udwf};
use datafusion::functions_window::nth_value::{first_value_udwf, last_value_udwf, nth_value_udwf};
use datafusion::functions_window::ntile::ntile_udwf;
use datafusion::functions_window::rank::{dense_rank_udwf, percent_rank_udwf, rank_udwf};
use datafusion::functions_window::row_number::row_number_udwf;
use datafusion::logical_expr::PartitionEvaluator;

use super::arguments::{Arguments, between, exactly};
use super::call::cast_array;
use super::compare::comparator;
use super::scalar::Returns;
use super::window::{Delegate, Window};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::context::TypeContext;
use crate::types::number::Operation;

/// The family.
pub const FUNCTIONS: &[Window] = &[
    Window::direct(&["ROW_NUMBER"], exactly(0), row_number_udwf, "row_number"),
    Window::direct(&["RANK"], exactly(0), rank_udwf, "rank"),
    Window::direct(&["DENSE_RANK"], exactly(0), dense_rank_udwf, "dense_rank"),
    Window::direct(&["PERCENT_RANK"], exactly(0), percent_rank_udwf, "percent_rank"),
    Window::direct(&["CUME_DIST"], exactly(0), cume_dist_udwf, "cume_dist"),
    Window::delegate(
        &["NTILE"],
        exactly(1),
        delegate(ntile_udwf, Some(0), None, ""),
        "ntile",
    ),
    Window::delegate(
        &["LAG"],
        between(1, 3),
        delegate(lag_udwf, Some(1), Some(2), "LAG"),
        "lag",
    ),
    Window::delegate(
        &["LEAD"],
        between(1, 3),
        delegate(lead_udwf, Some(1), Some(2), "LEAD"),
        "lead",
    ),
    Window::delegate(
        &["FIRST_VALUE"],
        exactly(1),
        delegate(first_value_udwf, None, None, "LAST_VALUE"),
        "first_value",
    ),
    Window::delegate(
        &["LAST_VALUE"],
        exactly(1),
        delegate(last_value_udwf, None, None, "FIRST_VALUE"),
        "last_value",
    ),
    Window::delegate(
        &["NTH_VALUE"],
        exactly(2),
        delegate(nth_value_udwf, Some(1), None, "NTH_VALUE"),
        "nth_value",
    ),
    Window::own(
        &["RATIO_TO_REPORT"],
        exactly(1),
        ratio_type,
        |i, o| Box::new(Ratio(*i, *o)),
        "ratio_to_report",
    ),
    Window::own(
        &["CONDITIONAL_TRUE_EVENT"],
        exactly(1),
        |_| Returns::never_null(SnowType::INTEGER),
        |input, _| {
            Box::new(Event {
                input: *input,
                on_change: false,
            })
        },
        "conditional_true_event",
    ),
    Window::own(
        &["CONDITIONAL_CHANGE_EVENT"],
        exactly(1),
        |_| Returns::never_null(SnowType::INTEGER),
        |input, _| {
            Box::new(Event {
                input: *input,
                on_change: true,
            })
        },
        "conditional_change_event",
    ),
];

const fn delegate(
    inner: fn() -> Arc<datafusion::logical_expr::WindowUDF>,
    integer: Option<usize>,
    default: Option<usize>,
    reversed: &'static str,
) -> Delegate {
    Delegate {
        inner,
        integer,
        default,
        reversed,
    }
}

/// The type of the value divided by the sum of its type.
fn ratio_type(arguments: &Arguments) -> Result<Returns> {
    let data_type = match arguments.data_type(0)? {
        SnowType::Number { scale, .. } => SnowType::Number {
            precision: 38,
            scale: scale.max((scale + 6).min(12)),
        },
        SnowType::Float | SnowType::Varchar { .. } | SnowType::Variant => SnowType::Float,
        _ => return Err(arguments.wrong_types()),
    };
    Returns::nullable(data_type)
}

/// RATIO_TO_REPORT: the value's share of the partition's sum; NULL when the sum is 0.
#[derive(Debug)]
struct Ratio(SnowType, SnowType);

impl PartitionEvaluator for Ratio {
    fn evaluate_all(&mut self, values: &[ArrayRef], _num_rows: usize) -> DataFusionResult<ArrayRef> {
        Ok(self.ratios(values)?)
    }
}

impl Ratio {
    fn ratios(&self, values: &[ArrayRef]) -> Result<ArrayRef> {
        let values = values
            .first()
            .ok_or_else(|| Error::internal("RATIO_TO_REPORT without an argument"))?;
        let context = TypeContext::default();
        let SnowType::Number { scale, .. } = self.0 else {
            let values = cast_array(values, &self.0, &SnowType::Float, CastMode::Strict, &context)?;
            let values = compute::cast(&values, &SnowType::Float.arrow())?;
            let values = values.as_any().downcast_ref::<Float64Array>().cloned();
            let values = values.ok_or_else(|| Error::internal("RATIO_TO_REPORT of no number"))?;
            let sum = compute::sum(&values).filter(|sum| *sum != 0.0);
            let ratios: Float64Array = values.iter().map(|value| Some(value? / sum?)).collect();
            return Ok(Arc::new(ratios));
        };
        let wide = SnowType::Number { precision: 38, scale };
        let values = cast_array(values, &self.0, &wide, CastMode::Strict, &context)?;
        let numbers = values.as_any().downcast_ref::<Decimal128Array>();
        let numbers = numbers.ok_or_else(|| Error::internal("RATIO_TO_REPORT of no number"))?;
        let sum = numbers.iter().flatten().try_fold(0_i128, i128::checked_add);
        let sum = sum.ok_or_else(|| Error::out_of_range("sum of RATIO_TO_REPORT"))?;
        let sum = Decimal128Array::from_iter([Some(sum).filter(|sum| *sum != 0)])
            .with_precision_and_scale(38, scale as i8)?;
        let ratios = Operation::Divide.apply(numbers, &datafusion::arrow::array::Scalar::new(sum))?;
        Ok(compute::cast(&ratios, &self.1.arrow())?)
    }
}

/// CONDITIONAL_TRUE_EVENT counts the rows so far where the condition is true; CONDITIONAL_CHANGE_EVENT those where
/// the value differs from the one before, NULLs left aside.
#[derive(Debug)]
struct Event {
    input: SnowType,
    on_change: bool,
}

impl PartitionEvaluator for Event {
    fn evaluate_all(&mut self, values: &[ArrayRef], num_rows: usize) -> DataFusionResult<ArrayRef> {
        Ok(self.count(values, num_rows)?)
    }
}

impl Event {
    fn count(&self, values: &[ArrayRef], rows: usize) -> Result<ArrayRef> {
        let values = values
            .first()
            .ok_or_else(|| Error::internal("an event without an argument"))?;
        let mut count = 0_i128;
        let mut counts = Vec::with_capacity(rows);
        if self.on_change {
            let compare = comparator(values, values)?;
            let mut last = None;
            for row in 0..rows {
                if values.is_valid(row) {
                    if last.is_some_and(|last| compare(last, row).is_ne()) {
                        count += 1;
                    }
                    last = Some(row);
                }
                counts.push(count);
            }
        } else {
            let to = SnowType::Boolean;
            let values = cast_array(
                values,
                &self.input,
                &to,
                CastMode::Strict,
                &TypeContext::default(),
            )?;
            let values = datafusion::arrow::array::AsArray::as_boolean(&values).clone();
            for value in &values {
                count += i128::from(value == Some(true));
                counts.push(count);
            }
        }
        Ok(Arc::new(
            Decimal128Array::from(counts).with_precision_and_scale(38, 0)?,
        ))
    }
}
