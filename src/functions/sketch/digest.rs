//! APPROX_PERCENTILE's states: values with weights in the manner of t-Digest.
//! <https://docs.snowflake.com/en/user-guide/querying-approximate-percentile-values>
//!
//! Up to some thousand values each is kept, and a percentile is exact; beyond that neighbours are joined, the less so
//! the nearer they are to either end.

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::Float64Type;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::state;
use super::summary::{Summary, summarized};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::exactly;
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{Value, encoded, view};

/// What makes and combines states. NULLs are left out.
pub const AGGREGATES: &[Aggregate] = &[
    Aggregate::new(
        &["APPROX_PERCENTILE_ACCUMULATE"],
        exactly(1),
        |_| {
            Ok(Plan::new(
                Arc::clone(&ACCUMULATE),
                vec![SnowType::Float],
                SnowType::Object,
            ))
        },
        "approx_percentile_accumulate",
    ),
    Aggregate::new(
        &["APPROX_PERCENTILE_COMBINE"],
        exactly(1),
        |_| Ok(state::of_states(&COMBINE)),
        "approx_percentile_combine",
    ),
];

/// What looks at states.
pub const FUNCTIONS: &[Scalar] = &[Scalar::new(
    &["APPROX_PERCENTILE_ESTIMATE"],
    exactly(2),
    |_| Returns::nullable(SnowType::Float),
    estimate,
    "approx_percentile_estimate",
)];

/// What its states call themselves.
const KIND: &str = "tdigest";

/// More centroids are joined to fewer.
const MOST: usize = 4_000;
/// How finely: none in the middle stands for more than one in so many values.
const FINENESS: f64 = 200.0;

static ACCUMULATE: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("approx_percentile_accumulate", |_| Box::new(Digest::default())));
static COMBINE: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("approx_percentile_combine", |_| Box::new(Digest::default())));

/// Centroids: values, and how many each stands for.
#[derive(Debug, Default)]
struct Digest(Vec<(f64, f64)>);

impl Digest {
    fn sort(&mut self) {
        self.0.sort_by(|left, right| left.0.total_cmp(&right.0));
    }

    fn weight(&self) -> f64 {
        self.0.iter().map(|(_, weight)| weight).sum()
    }

    /// Joins neighbours when there are many centroids.
    fn shrink(&mut self) {
        if self.0.len() <= MOST {
            return;
        }
        self.sort();
        let total = self.weight();
        let mut joined: Vec<(f64, f64)> = Vec::new();
        let mut before = 0.0;
        for (value, weight) in std::mem::take(&mut self.0) {
            if let Some((last, own)) = joined.last_mut() {
                let share = (before + (*own + weight) / 2.0) / total;
                if *own + weight <= 4.0 * total * share * (1.0 - share) / FINENESS {
                    *last += (value - *last) * weight / (*own + weight);
                    *own += weight;
                    continue;
                }
                before += *own;
            }
            joined.push((value, weight));
        }
        self.0 = joined;
    }

    /// The value at a share of the way through.
    fn percentile(&self, share: f64) -> Option<f64> {
        let place = share * (self.weight() - 1.0);
        let mut before = 0.0;
        let mut last: Option<(f64, f64)> = None;
        for (value, weight) in &self.0 {
            let middle = before + (weight - 1.0) / 2.0;
            if place <= middle {
                return Some(match last {
                    Some((low, at)) if middle > at => low + (value - low) * (place - at) / (middle - at),
                    _ => *value,
                });
            }
            last = Some((*value, middle));
            before += weight;
        }
        last.map(|(value, _)| value)
    }

    /// The values, each with its weight behind it.
    fn object(&self) -> Result<Vec<u8>> {
        let mut sorted = Self(self.0.clone());
        sorted.sort();
        let numbers: Vec<Vec<u8>> = sorted
            .0
            .iter()
            .flat_map(|(value, weight)| [*value, *weight])
            .map(|number| encoded(&Value::Double(number)))
            .collect();
        state::write(KIND, &numbers, &[])
    }

    fn read(function: &str, bytes: &[u8]) -> Result<Self> {
        let found = read(bytes);
        found.ok_or_else(|| Error::invalid_argument(function, "", "it is no t-Digest state"))
    }
}

fn read(bytes: &[u8]) -> Option<Digest> {
    let (_, state) = state::read(KIND, bytes)?;
    let numbers = state.iter().map(|number| view(number).as_f64());
    let numbers: Vec<f64> = numbers.collect::<Option<_>>()?;
    let (pairs, rest) = numbers.as_chunks::<2>();
    let mut digest = Digest(pairs.iter().map(|[value, weight]| (*value, *weight)).collect());
    digest.sort();
    let whole = rest.is_empty() && digest.0.iter().all(|(_, weight)| *weight > 0.0);
    whole.then_some(digest)
}

impl Summary for Digest {
    fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        let Some(values) = values.first() else {
            return Ok(());
        };
        if let Some(numbers) = values.as_primitive_opt::<Float64Type>() {
            for value in numbers.iter().flatten() {
                self.0.push((value, 1.0));
                self.shrink();
            }
        } else if let Some(states) = values.as_binary_opt::<i64>() {
            states.iter().flatten().try_for_each(|state| self.merge(state))?;
        }
        Ok(())
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.extend(Self::read("APPROX_PERCENTILE_COMBINE", bytes)?.0);
        self.shrink();
        Ok(())
    }

    fn write(&self) -> Result<Vec<u8>> {
        self.object()
    }

    fn result(&self) -> Result<ScalarValue> {
        Ok(ScalarValue::LargeBinary(Some(self.object()?)))
    }

    fn size(&self) -> usize {
        self.0.capacity() * size_of::<(f64, f64)>()
    }
}

/// NULL of a state without values.
fn estimate(call: &Call) -> Result<ArrayRef> {
    call.must_be_constant(1)?;
    let (values, constant) = call.cast(0, &SnowType::Object)?;
    let states = values
        .as_binary_opt::<i64>()
        .ok_or_else(|| Error::internal("a state of no OBJECT"))?;
    let shares = call.floats(1)?;
    build::floats(call.rows(), |row| {
        let at = if constant { 0 } else { row };
        let (true, Some(share)) = (at < states.len() && states.is_valid(at), shares.get(row)) else {
            return Ok(None);
        };
        if !(0.0..1.0).contains(&share) {
            let rule = "a percentile is 0.0 or more and less than 1.0";
            return Err(Error::invalid_argument(call.name(), share, rule));
        }
        Ok(Digest::read(call.name(), states.value(at))?.percentile(share))
    })
}
