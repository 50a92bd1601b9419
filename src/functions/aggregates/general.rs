//! COUNT, SUM, AVG, MIN, MAX, and the logical and bitwise aggregates.

use std::cmp::Ordering;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, UInt32Array};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::any_value::any_value_udaf;
use datafusion::functions_aggregate::average::avg_udaf;
use datafusion::functions_aggregate::bool_and_or::{bool_and_udaf, bool_or_udaf};
use datafusion::functions_aggregate::count::count_udaf;
use datafusion::functions_aggregate::grouping::grouping_udaf;
use datafusion::functions_aggregate::min_max::{max_udaf, min_udaf};
use datafusion::functions_aggregate::sum::sum_udaf;
use datafusion::logical_expr::AggregateUDF;

use super::collect::{Collect, Reduce};
use super::total::Total;
use crate::error::Result;
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::{Arguments, at_least, exactly};
use crate::functions::compare::comparator;
use crate::functions::scalar::Returns;
use crate::types::SnowType;

/// The family.
pub const FUNCTIONS: &[Aggregate] = &[
    Aggregate::direct(&["COUNT"], at_least(1), count_udaf, "count"),
    Aggregate::new(&["COUNT_IF"], exactly(1), count_if, "count_if").empty(zero),
    Aggregate::new(&["SUM"], exactly(1), sum, "sum"),
    Aggregate::new(&["AVG"], exactly(1), average, "avg"),
    Aggregate::new(&["$AVG_IN_FRAME"], exactly(1), average_in_frame, "avg"),
    Aggregate::new(
        &["MIN"],
        exactly(1),
        |a| extreme(a, min_udaf(), Ordering::Less),
        "min",
    ),
    Aggregate::new(
        &["MAX"],
        exactly(1),
        |a| extreme(a, max_udaf(), Ordering::Greater),
        "max",
    ),
    Aggregate::new(
        &["ANY_VALUE"],
        exactly(1),
        |a| same_type(a, any_value_udaf()),
        "any_value",
    ),
    Aggregate::new(
        &["BOOLAND_AGG"],
        exactly(1),
        |_| Ok(boolean(bool_and_udaf())),
        "booland_agg",
    ),
    Aggregate::new(
        &["BOOLOR_AGG"],
        exactly(1),
        |_| Ok(boolean(bool_or_udaf())),
        "boolor_agg",
    ),
    Aggregate::new(
        &["BOOLXOR_AGG"],
        exactly(1),
        |_| Ok(boolean(Arc::clone(&BOOLXOR))),
        "boolxor_agg",
    ),
    Aggregate::new(
        &["BITAND_AGG", "BITANDAGG", "BIT_AND_AGG", "BIT_ANDAGG"],
        exactly(1),
        bit_and,
        "bitand_agg",
    ),
    Aggregate::new(
        &["BITOR_AGG", "BITORAGG", "BIT_OR_AGG", "BIT_ORAGG"],
        exactly(1),
        bit_or,
        "bitor_agg",
    ),
    Aggregate::new(
        &["BITXOR_AGG", "BITXORAGG", "BIT_XOR_AGG", "BIT_XORAGG"],
        exactly(1),
        bit_xor,
        "bitxor_agg",
    ),
    Aggregate::direct(
        &["GROUPING", "GROUPING_ID"],
        at_least(1),
        grouping_udaf,
        "grouping",
    ),
];

fn zero() -> ScalarValue {
    ScalarValue::Decimal128(Some(0), 38, 0)
}

/// The type that arithmetic sees: NUMBER as it is, text and VARIANT as FLOAT.
pub(super) fn numeric(arguments: &Arguments, index: usize) -> Result<SnowType> {
    match arguments.data_type(index)? {
        number @ SnowType::Number { .. } => Ok(number),
        SnowType::Float | SnowType::Varchar { .. } | SnowType::Variant => Ok(SnowType::Float),
        _ => Err(arguments.wrong_types()),
    }
}

static SUM: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Arc::new(AggregateUDF::from(Total::new(false))));
static AVG: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Arc::new(AggregateUDF::from(Total::new(true))));
static AVG_IN_FRAME: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| Arc::new(AggregateUDF::from(Total::cut_average())));

fn sum(arguments: &Arguments) -> Result<Plan> {
    Ok(match numeric(arguments, 0)? {
        input @ SnowType::Number { scale, .. } => Plan::new(
            Arc::clone(&SUM),
            vec![input],
            SnowType::Number { precision: 38, scale },
        ),
        other => Plan::new(sum_udaf(), vec![other], SnowType::Float),
    })
}

/// AVG of a NUMBER has the scale that dividing it would give: six digits more, up to 12.
fn average(arguments: &Arguments) -> Result<Plan> {
    Ok(match numeric(arguments, 0)? {
        input @ SnowType::Number { scale, .. } => {
            let returns = SnowType::Number {
                precision: 38,
                scale: scale.max((scale + 6).min(12)),
            };
            Plan::new(Arc::clone(&AVG), vec![input], returns)
        }
        other => Plan::new(avg_udaf(), vec![other], SnowType::Float),
    })
}

/// AVG as a window function over a frame of its own: three digits more, and cut.
fn average_in_frame(arguments: &Arguments) -> Result<Plan> {
    Ok(match numeric(arguments, 0)? {
        input @ SnowType::Number { scale, .. } => {
            let returns = SnowType::Number {
                precision: 38,
                scale: scale.max((scale + 3).min(12)),
            };
            Plan::new(Arc::clone(&AVG_IN_FRAME), vec![input], returns)
        }
        other => Plan::new(avg_udaf(), vec![other], SnowType::Float),
    })
}

/// The result is one of the values.
pub(super) fn same_type(arguments: &Arguments, inner: Arc<AggregateUDF>) -> Result<Plan> {
    let data_type = arguments.data_type(0)?;
    Ok(Plan::new(inner, vec![data_type], data_type))
}

/// MIN and MAX. A VARIANT compares by value, not by bytes.
fn extreme(arguments: &Arguments, inner: Arc<AggregateUDF>, wanted: Ordering) -> Result<Plan> {
    let inner = match (arguments.arrow(0), wanted) {
        (DataType::LargeBinary, Ordering::Less) => Arc::clone(&MIN_VARIANT),
        (DataType::LargeBinary, _) => Arc::clone(&MAX_VARIANT),
        _ => inner,
    };
    same_type(arguments, inner)
}

static MIN_VARIANT: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| extreme_variant("min", |values| extreme_row(values, 0, Ordering::Less)));
static MAX_VARIANT: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| extreme_variant("max", |values| extreme_row(values, 0, Ordering::Greater)));

fn extreme_variant(name: &'static str, reduce: Reduce) -> Arc<AggregateUDF> {
    Collect::new(name, first_value).reduced(reduce).udaf()
}

/// The first argument of the first row.
pub(super) fn first_value(values: &[ArrayRef], data_type: &DataType) -> Result<ScalarValue> {
    match values.first() {
        Some(values) if !values.is_empty() => Ok(ScalarValue::try_from_array(values, 0)?),
        _ => Ok(ScalarValue::try_from(data_type)?),
    }
}

/// The first row whose argument at `key` stands so to all others.
pub(super) fn extreme_row(values: &[ArrayRef], key: usize, wanted: Ordering) -> Result<Vec<ArrayRef>> {
    let Some(keys) = values.get(key) else {
        return Ok(values.to_vec());
    };
    let compare = comparator(keys, keys)?;
    let best = (1..keys.len()).fold(
        0,
        |best, row| if compare(row, best) == wanted { row } else { best },
    );
    let best = UInt32Array::from(vec![best as u32]);
    Ok(values
        .iter()
        .map(|array| compute::take(array, &best, None))
        .collect::<Result<_, _>>()?)
}

fn boolean(inner: Arc<AggregateUDF>) -> Plan {
    Plan::new(inner, vec![SnowType::Boolean], SnowType::Boolean)
}

fn counting(inner: Arc<AggregateUDF>, input: SnowType, inner_type: DataType) -> Plan {
    let mut plan = Plan::new(inner, vec![input], SnowType::INTEGER);
    plan.inner_type = inner_type;
    plan.returns = Returns {
        data_type: SnowType::INTEGER,
        nullable: false,
    };
    plan
}

fn count_if(_: &Arguments) -> Result<Plan> {
    let mut plan = counting(count_udaf(), SnowType::Boolean, DataType::Int64);
    plan.prepare = Some(|values| {
        let only_true = |array: &ArrayRef| {
            let array = array.as_boolean();
            let kept: BooleanArray = array.iter().map(|value| value.filter(|value| *value)).collect();
            Arc::new(kept) as ArrayRef
        };
        Ok(values.iter().map(only_true).collect())
    });
    Ok(plan)
}

static BOOLXOR: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    // TRUE when exactly one value is.
    let collect = Collect::new("boolxor_agg", |values, _| {
        let Some(values) = values.first().filter(|values| !values.is_empty()) else {
            return Ok(ScalarValue::Boolean(None));
        };
        Ok(ScalarValue::Boolean(Some(values.as_boolean().true_count() == 1)))
    });
    collect.udaf()
});

macro_rules! bitwise {
    ($name:ident, $static:ident, $operator:tt) => {
        static $static: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
            fn fold(values: &[ArrayRef]) -> Option<i128> {
                let values = values.first()?.as_primitive_opt::<Decimal128Type>()?;
                values.iter().flatten().reduce(|a, b| a $operator b)
            }
            let evaluate = |values: &[ArrayRef], _: &DataType| Ok(ScalarValue::Decimal128(fold(values), 38, 0));
            let collect = Collect::new(stringify!($name), evaluate).reduced(|values| {
                let folded = Decimal128Array::from_iter([fold(values)]).with_precision_and_scale(38, 0)?;
                Ok(vec![Arc::new(folded)])
            });
            collect.udaf()
        });

        fn $name(_: &Arguments) -> Result<Plan> {
            Ok(Plan::new(Arc::clone(&$static), vec![SnowType::INTEGER], SnowType::INTEGER))
        }
    };
}

bitwise!(bit_and, BIT_AND, &);
bitwise!(bit_or, BIT_OR, |);
bitwise!(bit_xor, BIT_XOR, ^);
