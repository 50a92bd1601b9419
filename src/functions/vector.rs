//! Vector functions (<https://docs.snowflake.com/en/sql-reference/functions-vector>): similarities and distances of two
//! vectors, VECTOR_NORMALIZE and VECTOR_TRUNCATE, and the aggregates that work element by element.
//!
//! Snowflake allows itself an error of 1e-4; here everything is computed with 64 bits, and the elements of a resulting
//! vector are rounded to 32.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::aggregate::{Aggregate, Plan};
use super::aggregates::collect::Collect;
use super::arguments::{Arguments, exactly};
use super::build;
use super::call::Call;
use super::scalar::{Returns, Scalar};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::variant::{self, Value, VariantBuilder, encoding};

/// The functions of one row.
pub const FUNCTIONS: &[Scalar] = &[
    pair(
        &["VECTOR_INNER_PRODUCT"],
        |call| measure(call, |a, b| a.iter().zip(b).map(|(a, b)| a * b).sum()),
        "vector_inner_product",
    ),
    pair(
        &["VECTOR_L1_DISTANCE"],
        |call| measure(call, |a, b| a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum()),
        "vector_l1_distance",
    ),
    pair(
        &["VECTOR_L2_DISTANCE"],
        |call| {
            measure(call, |a, b| {
                a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>().sqrt()
            })
        },
        "vector_l2_distance",
    ),
    pair(
        &["VECTOR_COSINE_SIMILARITY"],
        |call| measure(call, cosine),
        "vector_cosine_similarity",
    ),
    Scalar::new(
        &["VECTOR_NORMALIZE"],
        exactly(1),
        normalized,
        normalize,
        "vector_normalize",
    ),
    Scalar::new(
        &["VECTOR_TRUNCATE", "VECTOR_TRUNC"],
        exactly(2),
        truncated,
        truncate,
        "vector_truncate",
    ),
];

/// The aggregates.
pub const AGGREGATES: &[Aggregate] = &[
    Aggregate::new(
        &["VECTOR_SUM"],
        exactly(1),
        |a| elementwise(a, &SUM, false),
        "vector_sum",
    ),
    Aggregate::new(
        &["VECTOR_MIN"],
        exactly(1),
        |a| elementwise(a, &MIN, false),
        "vector_min",
    ),
    Aggregate::new(
        &["VECTOR_MAX"],
        exactly(1),
        |a| elementwise(a, &MAX, false),
        "vector_max",
    ),
    Aggregate::new(
        &["VECTOR_AVG"],
        exactly(1),
        |a| elementwise(a, &AVG, true),
        "vector_avg",
    ),
];

static SUM: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| collect("vector_sum", |values, _| fold(values, |a, b| a + b, false)));
static MIN: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| collect("vector_min", |values, _| fold(values, f64::min, false)));
static MAX: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| collect("vector_max", |values, _| fold(values, f64::max, false)));
static AVG: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| collect("vector_avg", |values, _| fold(values, |a, b| a + b, true)));

fn collect(
    name: &'static str,
    finish: fn(&[ArrayRef], &DataType) -> Result<ScalarValue>,
) -> Arc<AggregateUDF> {
    Collect::new(name, finish).udaf()
}

const fn pair(
    names: &'static [&'static str],
    kernel: fn(&Call) -> Result<ArrayRef>,
    page: &'static str,
) -> Scalar {
    Scalar::new(names, exactly(2), of_two, kernel, page)
}

/// The kind and dimension of a vector; `None` of the literal NULL.
fn vector(arguments: &Arguments, index: usize) -> Result<Option<(bool, u16)>> {
    if arguments.is_null(index) {
        return Ok(None);
    }
    match arguments.data_type(index)? {
        SnowType::Vector { integer, dimension } => Ok(Some((integer, dimension))),
        _ => Err(arguments.wrong_types()),
    }
}

/// FLOAT of two vectors of one type.
fn of_two(arguments: &Arguments) -> Result<Returns> {
    match (vector(arguments, 0)?, vector(arguments, 1)?) {
        (Some(one), Some(other)) if one != other => Err(arguments.wrong_types()),
        _ => Returns::nullable(SnowType::Float),
    }
}

fn normalized(arguments: &Arguments) -> Result<Returns> {
    let dimension = vector(arguments, 0)?.map_or(1, |(_, dimension)| dimension);
    let integer = false;
    Returns::nullable(SnowType::Vector { integer, dimension })
}

fn truncated(arguments: &Arguments) -> Result<Returns> {
    let Some((integer, from)) = vector(arguments, 0)? else {
        return Returns::nullable(SnowType::Vector {
            integer: false,
            dimension: 1,
        });
    };
    if arguments.is_null(1) {
        return Returns::nullable(arguments.data_type(0)?);
    }
    let given = arguments
        .constant_integer(1)
        .ok_or_else(|| arguments.wrong_types())?;
    match u16::try_from(given) {
        Ok(dimension) if (1..=from).contains(&dimension) => {
            Returns::nullable(SnowType::Vector { integer, dimension })
        }
        _ => {
            let rule = format!("the dimension must be between 1 and {from}");
            Err(Error::invalid_argument(arguments.name(), given, rule))
        }
    }
}

/// Vectors of the argument's type, or of FLOAT elements with `float`.
fn elementwise(arguments: &Arguments, inner: &Arc<AggregateUDF>, float: bool) -> Result<Plan> {
    let Some((integer, dimension)) = vector(arguments, 0)? else {
        return Err(arguments.wrong_types());
    };
    let returns = SnowType::Vector {
        integer: integer && !float,
        dimension,
    };
    Ok(Plan::new(
        Arc::clone(inner),
        vec![arguments.data_type(0)?],
        returns,
    ))
}

/// The vectors of an argument: one of a constant, else one per row.
struct Vectors {
    array: LargeBinaryArray,
    constant: bool,
}

impl Vectors {
    fn of(call: &Call, index: usize) -> Result<Self> {
        let (array, constant) = match call.is_null(index) {
            true => call.cast(index, &SnowType::Variant)?,
            false => call.raw(index)?,
        };
        let array = array.as_binary_opt::<i64>().cloned();
        let array = array.ok_or_else(|| Error::internal(format!("{}: no vector", call.name())))?;
        Ok(Self { array, constant })
    }

    /// The elements of a row's vector into `out`; `false` for NULL.
    fn read(&self, row: usize, out: &mut Vec<f64>) -> bool {
        let row = if self.constant { 0 } else { row };
        out.clear();
        row < self.array.len() && self.array.is_valid(row) && read(self.array.value(row), out)
    }
}

fn read(bytes: &[u8], out: &mut Vec<f64>) -> bool {
    let Value::Array(elements) = variant::view(bytes) else {
        return false;
    };
    out.extend(
        elements
            .iter()
            .map(|element| variant::view(element).as_f64().unwrap_or(f64::NAN)),
    );
    true
}

fn measure(call: &Call, measure: fn(&[f64], &[f64]) -> f64) -> Result<ArrayRef> {
    let (ones, others) = (Vectors::of(call, 0)?, Vectors::of(call, 1)?);
    let (mut one, mut other) = (Vec::new(), Vec::new());
    build::floats(call.rows(), |row| {
        let known = ones.read(row, &mut one) && others.read(row, &mut other);
        Ok(known.then(|| measure(&one, &other)))
    })
}

fn cosine(one: &[f64], other: &[f64]) -> f64 {
    let product = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
    product(one, other) / (product(one, one).sqrt() * product(other, other).sqrt())
}

fn single(number: f64) -> Vec<u8> {
    variant::encoded(&Value::Double(f64::from(number as f32)))
}

fn normalize(call: &Call) -> Result<ArrayRef> {
    let vectors = Vectors::of(call, 0)?;
    let mut elements = Vec::new();
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        if !vectors.read(row, &mut elements) {
            builder.append_null();
            continue;
        }
        let length = elements
            .iter()
            .map(|element| element * element)
            .sum::<f64>()
            .sqrt();
        let scaled: Vec<Vec<u8>> = elements.iter().map(|element| single(element / length)).collect();
        builder.append_array(scaled.iter().map(Vec::as_slice))?;
    }
    Ok(Arc::new(builder.finish()))
}

fn truncate(call: &Call) -> Result<ArrayRef> {
    let vectors = Vectors::of(call, 0)?;
    let length = match call.returns() {
        SnowType::Vector { dimension, .. } if !call.is_null(1) => usize::from(*dimension),
        _ => 0,
    };
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let row = if vectors.constant { 0 } else { row };
        let known = row < vectors.array.len() && vectors.array.is_valid(row) && length > 0;
        match known.then(|| variant::view(vectors.array.value(row))) {
            Some(Value::Array(elements)) => {
                let kept: Vec<&[u8]> = elements.iter().take(length).collect();
                builder.append_array(kept.iter().copied())?;
            }
            _ => builder.append_null(),
        }
    }
    Ok(Arc::new(builder.finish()))
}

/// Vectors to one, element by element; with `average` divided by how many there are. NULL of none.
fn fold(collected: &[ArrayRef], step: fn(f64, f64) -> f64, average: bool) -> Result<ScalarValue> {
    let values = collected.first().and_then(|array| array.as_binary_opt::<i64>());
    let values = values.ok_or_else(|| Error::internal("collected values are no vectors"))?;
    let (mut total, mut next): (Option<Vec<f64>>, Vec<f64>) = (None, Vec::new());
    let (mut count, mut integers) = (0_u64, true);
    for bytes in values.iter().flatten() {
        next.clear();
        if !read(bytes, &mut next) {
            continue;
        }
        count += 1;
        integers &= !encoding::holds_double(bytes);
        match &mut total {
            Some(total) => {
                for (sum, element) in total.iter_mut().zip(&next) {
                    *sum = step(*sum, *element);
                }
            }
            None => total = Some(next.clone()),
        }
    }
    let Some(total) = total else {
        return Ok(ScalarValue::LargeBinary(None));
    };
    let elements = total.into_iter().map(|element| match (average, integers) {
        (true, _) => Ok(single(element / count as f64)),
        (false, false) => Ok(single(element)),
        // Sums of 32-bit integers are exact in a double.
        (false, true) => match i32::try_from(element as i64) {
            Ok(element) => Ok(variant::encoded(&Value::Integer(element.into()))),
            Err(_) => Err(Error::out_of_range(element)),
        },
    });
    let elements = elements.collect::<Result<Vec<_>>>()?;
    let mut out = Vec::new();
    encoding::write_array(elements.iter().map(Vec::as_slice), &mut out)?;
    Ok(ScalarValue::LargeBinary(Some(out)))
}
