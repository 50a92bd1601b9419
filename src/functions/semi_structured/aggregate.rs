//! Groups into containers: ARRAY_AGG, ARRAY_UNIQUE_AGG, ARRAY_UNION_AGG, OBJECT_AGG.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::array_edit::keep_distinct;
use super::object::sort_distinct;
use super::rows::{array_of_arrays, refuse_structured};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::aggregates::collect::Collect;
use crate::functions::arguments::{Arguments, exactly};
use crate::functions::scalar::Returns;
use crate::types::SnowType;
use crate::variant::{self, Value, encoding};

/// The functions. ARRAY_AGG takes its values in the order of WITHIN GROUP (ORDER BY …).
pub const FUNCTIONS: &[Aggregate] = &[
    Aggregate::new(&["ARRAY_AGG", "ARRAYAGG"], exactly(1), array, "array_agg")
        .ordered()
        .empty(empty_array),
    Aggregate::new(&["ARRAY_UNIQUE_AGG"], exactly(1), unique, "array_unique_agg").empty(empty_array),
    Aggregate::new(&["ARRAY_UNION_AGG"], exactly(1), union, "array_union_agg").empty(empty_array),
    Aggregate::new(&["OBJECT_AGG", "OBJECTAGG"], exactly(2), object, "object_agg").empty(empty_object),
];

static ARRAY: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Collect::new("array_agg", to_array).udaf());
static UNIQUE: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| Collect::new("array_unique_agg", to_set).udaf());
static UNION: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| Collect::new("array_union_agg", to_union).udaf());
static OBJECT: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| Collect::new("object_agg", to_object).udaf());

fn plan(inner: &Arc<AggregateUDF>, inputs: Vec<SnowType>, data_type: SnowType) -> Plan {
    let mut plan = Plan::new(Arc::clone(inner), inputs, data_type);
    plan.returns = Returns {
        data_type,
        nullable: false,
    };
    plan
}

fn array(arguments: &Arguments) -> Result<Plan> {
    refuse_structured(arguments, [0])?;
    Ok(plan(&ARRAY, vec![SnowType::Variant], SnowType::Array))
}

fn unique(arguments: &Arguments) -> Result<Plan> {
    refuse_structured(arguments, [0])?;
    Ok(plan(&UNIQUE, vec![SnowType::Variant], SnowType::Array))
}

fn union(arguments: &Arguments) -> Result<Plan> {
    let array = array_of_arrays(arguments)?.data_type;
    Ok(plan(&UNION, vec![array], array))
}

fn object(arguments: &Arguments) -> Result<Plan> {
    refuse_structured(arguments, [1])?;
    Ok(plan(
        &OBJECT,
        vec![SnowType::VARCHAR, SnowType::Variant],
        SnowType::Object,
    ))
}

fn empty_array() -> ScalarValue {
    container(|out| encoding::write_array([], out)).unwrap_or(ScalarValue::LargeBinary(None))
}

fn empty_object() -> ScalarValue {
    container(|out| encoding::write_object(&mut Vec::new(), out)).unwrap_or(ScalarValue::LargeBinary(None))
}

fn container(write: impl FnOnce(&mut Vec<u8>) -> Result<()>) -> Result<ScalarValue> {
    let mut out = Vec::new();
    write(&mut out)?;
    Ok(ScalarValue::LargeBinary(Some(out)))
}

/// The collected values of one argument.
fn values(collected: &[ArrayRef], index: usize) -> Result<Vec<Option<&[u8]>>> {
    let array = collected
        .get(index)
        .and_then(|array| array.as_binary_opt::<i64>());
    Ok(array
        .ok_or_else(|| Error::internal("collected values are no VARIANT"))?
        .iter()
        .collect())
}

fn to_array(collected: &[ArrayRef], _: &DataType) -> Result<ScalarValue> {
    let values: Vec<_> = values(collected, 0)?.into_iter().flatten().collect();
    container(|out| encoding::write_array(values.iter().copied(), out))
}

fn to_set(collected: &[ArrayRef], _: &DataType) -> Result<ScalarValue> {
    let mut values: Vec<_> = values(collected, 0)?.into_iter().flatten().collect();
    keep_distinct(&mut values);
    container(|out| encoding::write_array(values.iter().copied(), out))
}

/// The elements of all arrays, each as often as it is in the array that has it most often.
fn to_union(collected: &[ArrayRef], _: &DataType) -> Result<ScalarValue> {
    let mut elements = Vec::new();
    let mut counts: HashMap<Cow<'_, [u8]>, usize> = HashMap::new();
    for bytes in values(collected, 0)?.into_iter().flatten() {
        let Value::Array(array) = variant::view(bytes) else {
            continue;
        };
        let mut own: HashMap<Cow<'_, [u8]>, usize> = HashMap::new();
        for element in array.iter().filter(|element| !encoding::is_undefined(element)) {
            let key = variant::equality_key(element);
            let here = own.entry(key.clone()).or_default();
            *here += 1;
            let known = counts.entry(key).or_default();
            if *here > *known {
                *known = *here;
                elements.push(element);
            }
        }
    }
    container(|out| encoding::write_array(elements.iter().copied(), out))
}

/// Pairs with a NULL are left out, a key that repeats is an error.
fn to_object(collected: &[ArrayRef], _: &DataType) -> Result<ScalarValue> {
    let keys = collected.first().and_then(|array| array.as_string_opt::<i32>());
    let keys = keys.ok_or_else(|| Error::internal("collected keys are no VARCHAR"))?;
    let values = values(collected, 1)?;
    let pairs = keys
        .iter()
        .zip(&values)
        .filter_map(|(key, value)| Some((key?, (*value)?)));
    let mut entries: Vec<(&str, &[u8])> = pairs.collect();
    sort_distinct(&mut entries)?;
    container(|out| encoding::write_object(&mut entries, out))
}
