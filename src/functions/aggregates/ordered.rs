//! Aggregates that depend on the order of their input or on a value's place in it.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, StringArray};
use datafusion::arrow::compute::{self, SortOptions};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Float64Type};
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::string_agg::string_agg_udaf;
use datafusion::logical_expr::AggregateUDF;

use super::collect::{Collect, Reduce};
use super::general::{extreme_row, first_value, numeric};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::scalar::Returns;
use crate::types::SnowType;

/// The family. PERCENTILE_CONT and PERCENTILE_DISC take the value of WITHIN GROUP (ORDER BY …) first, then the
/// percentile, then whether the order is descending.
pub const FUNCTIONS: &[Aggregate] = &[
    Aggregate::new(&["LISTAGG"], between(1, 2), list, "listagg")
        .ordered()
        .empty(|| ScalarValue::Utf8(Some(String::new()))),
    Aggregate::new(&["MEDIAN"], exactly(1), median, "median"),
    Aggregate::new(
        &["PERCENTILE_CONT"],
        between(2, 3),
        percentile_cont,
        "percentile_cont",
    ),
    Aggregate::new(
        &["PERCENTILE_DISC"],
        between(2, 3),
        percentile_disc,
        "percentile_disc",
    ),
    Aggregate::new(
        &["APPROX_PERCENTILE"],
        exactly(2),
        approx_percentile,
        "approx_percentile",
    ),
    Aggregate::new(
        &["MODE"],
        exactly(1),
        |a| super::general::same_type(a, Arc::clone(&MODE)),
        "mode",
    ),
    Aggregate::new(
        &["$FIRST"],
        exactly(1),
        |a| super::general::same_type(a, Arc::clone(&FIRST)),
        "../../user-guide/querying-subqueries",
    ),
    Aggregate::new(&["MIN_BY"], between(2, 3), |a| by(a, &MIN_BY), "min_by"),
    Aggregate::new(&["MAX_BY"], between(2, 3), |a| by(a, &MAX_BY), "max_by"),
];

/// LISTAGG: NULLs are left out, and nothing at all gives the empty text.
fn list(arguments: &Arguments) -> Result<Plan> {
    let mut plan = Plan::new(string_agg_udaf(), vec![SnowType::VARCHAR; 2], SnowType::VARCHAR);
    plan.inner_type = DataType::LargeUtf8;
    plan.returns = Returns {
        data_type: SnowType::VARCHAR,
        nullable: false,
    };
    match arguments.len() {
        1 => plan.appended.push(ScalarValue::Utf8(Some(String::new()))),
        _ => plan.constant = Some(1),
    }
    plan.finish = Some(|array| {
        let texts: StringArray = array
            .as_string::<i32>()
            .iter()
            .map(|text| Some(text.unwrap_or("")))
            .collect();
        Ok(Arc::new(texts))
    });
    Ok(plan)
}

/// What interpolation yields: three digits of scale more.
fn interpolated(arguments: &Arguments) -> Result<(SnowType, SnowType)> {
    Ok(match numeric(arguments, 0)? {
        input @ SnowType::Number { scale, .. } => (
            input,
            SnowType::Number {
                precision: 38,
                scale: (scale + 3).min(37),
            },
        ),
        other => (other, SnowType::Float),
    })
}

static MEDIAN: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| Collect::new("median", |values, data_type| interpolate(values, data_type, 0.5)).udaf());

fn median(arguments: &Arguments) -> Result<Plan> {
    let (input, output) = interpolated(arguments)?;
    Ok(Plan::new(Arc::clone(&MEDIAN), vec![input], output))
}

static PERCENTILE_CONT: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    Collect::new("percentile_cont", |values, data_type| match fraction(values)? {
        Some(fraction) => interpolate(values, data_type, fraction),
        None => Ok(ScalarValue::try_from(data_type)?),
    })
    .udaf()
});

fn percentile_inputs(arguments: &Arguments, first: SnowType) -> Vec<SnowType> {
    let mut inputs = vec![first, SnowType::Float, SnowType::Boolean];
    inputs.truncate(arguments.len());
    inputs
}

fn percentile_cont(arguments: &Arguments) -> Result<Plan> {
    let (input, output) = interpolated(arguments)?;
    Ok(Plan::new(
        Arc::clone(&PERCENTILE_CONT),
        percentile_inputs(arguments, input),
        output,
    ))
}

/// Computed exactly.
fn approx_percentile(arguments: &Arguments) -> Result<Plan> {
    numeric(arguments, 0)?;
    let inputs = percentile_inputs(arguments, SnowType::Float);
    Ok(Plan::new(Arc::clone(&PERCENTILE_CONT), inputs, SnowType::Float))
}

static PERCENTILE_DISC: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    Collect::new("percentile_disc", |values, data_type| {
        let (Some(fraction), Some(first)) = (fraction(values)?, values.first()) else {
            return Ok(ScalarValue::try_from(data_type)?);
        };
        let options = SortOptions {
            descending: is_descending(values),
            nulls_first: false,
        };
        let order = compute::sort_to_indices(first, Some(options), None)?;
        // The first value whose share of the values up to it is at least the percentile.
        let fraction = if options.descending {
            1.0 - fraction
        } else {
            fraction
        };
        // 0.07 of 100 are 7, though not in binary fractions.
        let place = (fraction * order.len() as f64 - 1e-9).ceil().max(1.0) as usize - 1;
        match order.values().get(place) {
            Some(row) => Ok(ScalarValue::try_from_array(first, *row as usize)?),
            None => Ok(ScalarValue::try_from(data_type)?),
        }
    })
    .udaf()
});

fn percentile_disc(arguments: &Arguments) -> Result<Plan> {
    let data_type = arguments.data_type(0)?;
    Ok(Plan::new(
        Arc::clone(&PERCENTILE_DISC),
        percentile_inputs(arguments, data_type),
        data_type,
    ))
}

fn is_descending(values: &[ArrayRef]) -> bool {
    let flag = values.get(2).and_then(|array| array.as_boolean_opt().cloned());
    flag.is_some_and(|flag| flag.iter().next().flatten() == Some(true))
}

/// The constant percentile, counted from the smallest value; `None` for a group without values.
fn fraction(values: &[ArrayRef]) -> Result<Option<f64>> {
    let Some(array) = values
        .get(1)
        .and_then(|array| array.as_primitive_opt::<Float64Type>())
    else {
        return Ok(None);
    };
    let Some(fraction) = array.iter().next().flatten() else {
        return Ok(None);
    };
    if !(0.0..=1.0).contains(&fraction) {
        return Err(Error::compilation(format!(
            "invalid percentile '{fraction}': it must lie between 0.0 and 1.0"
        )));
    }
    Ok(Some(if is_descending(values) {
        1.0 - fraction
    } else {
        fraction
    }))
}

/// The value at a fraction of the way through the sorted values, between two of them by proportion.
fn interpolate(values: &[ArrayRef], data_type: &DataType, fraction: f64) -> Result<ScalarValue> {
    let Some(values) = values.first().filter(|values| !values.is_empty()) else {
        return Ok(ScalarValue::try_from(data_type)?);
    };
    let place = fraction * (values.len() - 1) as f64;
    let (below, share) = (place.floor() as usize, place.fract());
    if let Some(values) = values.as_primitive_opt::<Float64Type>() {
        let mut values: Vec<f64> = values.values().to_vec();
        values.sort_by(f64::total_cmp);
        let low = values.get(below).copied().unwrap_or_default();
        let high = values.get(below + 1).copied().unwrap_or(low);
        let value = if share == 0.0 {
            low
        } else {
            low + (high - low) * share
        };
        return Ok(ScalarValue::Float64(Some(value)));
    }
    let (DataType::Decimal128(precision, scale), Some(values)) =
        (data_type, values.as_primitive_opt::<Decimal128Type>())
    else {
        return Err(Error::internal(format!(
            "no percentile of {}",
            values.data_type()
        )));
    };
    let mut sorted: Vec<i128> = values.values().to_vec();
    sorted.sort_unstable();
    let low = sorted.get(below).copied().unwrap_or_default();
    let high = sorted.get(below + 1).copied().unwrap_or(low);
    let input_scale = values.scale();
    let factor = 10_i128.pow(u32::from((scale - input_scale).unsigned_abs()));
    // The share in millionths is exact for every percentile that people write.
    let part = (share * 1e6).round() as i128;
    let overflow = || Error::out_of_range(high);
    let low = low.checked_mul(factor).ok_or_else(overflow)?;
    let high = high.checked_mul(factor).ok_or_else(overflow)?;
    let step = (high - low).checked_mul(part).ok_or_else(overflow)?;
    let rounded = (step + 500_000).div_euclid(1_000_000);
    Ok(ScalarValue::Decimal128(Some(low + rounded), *precision, *scale))
}

static MODE: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    Collect::new("mode", |values, data_type| {
        let none = ScalarValue::try_from(data_type)?;
        let Some(values) = values.first() else {
            return Ok(none);
        };
        // Of several most frequent values the one that came first.
        let mut counts: HashMap<ScalarValue, (usize, usize)> = HashMap::new();
        for row in 0..values.len() {
            counts
                .entry(ScalarValue::try_from_array(values, row)?)
                .or_insert((0, row))
                .0 += 1;
        }
        let best = counts
            .into_iter()
            .max_by_key(|(_, (count, row))| (*count, std::cmp::Reverse(*row)));
        Ok(best.map_or(none, |(value, _)| value))
    })
    .udaf()
});

/// The value of the first row, NULL or not. NULL where there is no row.
static FIRST: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    let first = Collect::new("$first", |values, data_type| match values.first() {
        Some(values) if !values.is_empty() => Ok(ScalarValue::try_from_array(values, 0)?),
        _ => Ok(ScalarValue::try_from(data_type)?),
    });
    // All rows count, whatever is in them; one is enough.
    let first = first.known(usize::MAX).reduced(|values| {
        Ok(values
            .iter()
            .map(|array| array.slice(0, array.len().min(1)))
            .collect())
    });
    first.udaf()
});

fn by_extreme(name: &'static str, reduce: Reduce) -> Arc<AggregateUDF> {
    Collect::new(name, first_value).known(1).reduced(reduce).udaf()
}

static MIN_BY: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| by_extreme("min_by", |values| extreme_row(values, 1, Ordering::Less)));
static MAX_BY: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| by_extreme("max_by", |values| extreme_row(values, 1, Ordering::Greater)));

/// MIN_BY and MAX_BY: the first argument where the second is smallest or largest. With a third argument the planner writes
/// them in other calls.
fn by(arguments: &Arguments, inner: &Arc<AggregateUDF>) -> Result<Plan> {
    exactly(2).check(arguments.len(), || arguments.text())?;
    let (value, key) = (arguments.data_type(0)?, arguments.data_type(1)?);
    Ok(Plan::new(Arc::clone(inner), vec![value, key], value))
}
