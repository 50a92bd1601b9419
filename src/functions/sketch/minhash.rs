//! MINHASH and its kin: how alike sets of rows are, by the least values of many hash functions.
//! <https://docs.snowflake.com/en/user-guide/querying-approximate-similarity>

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::row_hash::{hashes, inputs, mix};
use super::state;
use super::summary::{Summary, summarized};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::aggregates::collect::Collect;
use crate::functions::arguments::{at_least, exactly};
use crate::types::SnowType;
use crate::variant::{Value, encoded};

/// The functions. Rows in which all is NULL are left out.
pub const AGGREGATES: &[Aggregate] = &[
    Aggregate::new(
        &["MINHASH"],
        at_least(2),
        |arguments| {
            let mut types = vec![SnowType::INTEGER];
            types.extend(inputs(arguments, 1)?);
            Ok(Plan::new(Arc::clone(&MINHASH), types, SnowType::Object))
        },
        "minhash",
    ),
    Aggregate::new(
        &["MINHASH_COMBINE"],
        exactly(1),
        |_| Ok(state::of_states(&COMBINE)),
        "minhash_combine",
    ),
    Aggregate::new(
        &["APPROXIMATE_SIMILARITY", "APPROXIMATE_JACCARD_INDEX"],
        at_least(1),
        |arguments| {
            let inputs = vec![SnowType::Object; arguments.len()];
            Ok(Plan::new(Arc::clone(&SIMILARITY), inputs, SnowType::Float))
        },
        "approximate_similarity",
    ),
];

/// What its states call themselves.
const KIND: &str = "minhash";

/// The most hash functions.
const MOST: usize = 1024;

static MINHASH: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("minhash", |_| Box::new(Least::default())));

/// The least value of each hash function.
#[derive(Debug, Default)]
struct Least(Vec<u64>);

impl Summary for Least {
    fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some((count, columns)) = values.split_first() else {
            return Ok(());
        };
        let counts = count.as_primitive_opt::<Decimal128Type>();
        let Some(count) = counts.and_then(|counts| counts.iter().next()) else {
            return Ok(());
        };
        let count = count.and_then(|count| usize::try_from(count).ok());
        let count = count
            .filter(|count| (1..=MOST).contains(count))
            .ok_or_else(|| Error::invalid_argument("MINHASH", "k", "there are 1 to 1024 hash functions"))?;
        self.0.resize(count, u64::MAX);
        for (row, hash) in hashes(columns)?.into_iter().enumerate() {
            if columns
                .iter()
                .all(|column| column.data_type() == &DataType::Null || column.is_null(row))
            {
                continue;
            }
            for (least, number) in self.0.iter_mut().zip(1_u64..) {
                // Without the highest bit, so that it is a whole number to everyone.
                let value = mix(hash.wrapping_add(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))) >> 1;
                *least = (*least).min(value);
            }
        }
        Ok(())
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let (values, _) = bytes.as_chunks::<8>();
        self.0.resize(values.len().max(self.0.len()), u64::MAX);
        for (own, other) in self.0.iter_mut().zip(values) {
            *own = (*own).min(u64::from_le_bytes(*other));
        }
        Ok(())
    }

    fn write(&self) -> Result<Vec<u8>> {
        Ok(self.0.iter().flat_map(|value| value.to_le_bytes()).collect())
    }

    fn result(&self) -> Result<ScalarValue> {
        match self.0.first() {
            None | Some(&u64::MAX) => Ok(ScalarValue::LargeBinary(None)),
            Some(_) => object(&self.0),
        }
    }

    fn size(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}

/// The least values as a state.
fn object(least: &[u64]) -> Result<ScalarValue> {
    let values: Vec<Vec<u8>> = least
        .iter()
        .map(|value| encoded(&Value::Integer((*value).into())))
        .collect();
    Ok(ScalarValue::LargeBinary(Some(state::write(KIND, &values, &[])?)))
}

fn read(function: &str, bytes: &[u8]) -> Result<Vec<u64>> {
    let values = || {
        let (_, state) = state::read(KIND, bytes)?;
        state.iter().map(state::natural).collect::<Option<Vec<u64>>>()
    };
    values().ok_or_else(|| Error::invalid_argument(function, "", "it is no MinHash state"))
}

/// The states of all arguments.
fn states(function: &str, collected: &[ArrayRef]) -> Result<Vec<Vec<u64>>> {
    let mut states: Vec<Vec<u64>> = Vec::new();
    for column in collected {
        let column = column.as_binary_opt::<i64>();
        for bytes in column.into_iter().flatten().flatten() {
            let state = read(function, bytes)?;
            if states.first().is_some_and(|first| first.len() != state.len()) {
                let rule = "all MinHash states must have as many hash functions";
                return Err(Error::invalid_argument(function, state.len(), rule));
            }
            states.push(state);
        }
    }
    Ok(states)
}

static COMBINE: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    let collect = Collect::new("minhash_combine", |collected, _| {
        let joined = states("MINHASH_COMBINE", collected)?
            .into_iter()
            .reduce(|mut joined, other| {
                joined
                    .iter_mut()
                    .zip(other)
                    .for_each(|(own, other)| *own = (*own).min(other));
                joined
            });
        joined.map_or(Ok(ScalarValue::LargeBinary(None)), |joined| object(&joined))
    });
    collect.udaf()
});

/// The share of hash functions whose least value is the same in all sets.
static SIMILARITY: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    let collect = Collect::new("approximate_similarity", |collected, _| {
        let states = states("APPROXIMATE_SIMILARITY", collected)?;
        let Some((first, others)) = states.split_first().filter(|(first, _)| !first.is_empty()) else {
            return Ok(ScalarValue::Float64(None));
        };
        let same = (0..first.len())
            .filter(|at| others.iter().all(|other| other.get(*at) == first.get(*at)))
            .count();
        Ok(ScalarValue::Float64(Some(same as f64 / first.len() as f64)))
    });
    collect.udaf()
});
