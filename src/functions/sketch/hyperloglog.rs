//! HLL and its kin: how many different values there are, by HyperLogLog over 4,096 sub-streams.
//! <https://docs.snowflake.com/en/user-guide/querying-approximate-cardinality>

use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray, LargeBinaryArray};
use datafusion::arrow::compute;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::row_hash::{hashes, inputs};
use super::summary::{Summary, summarized};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::{Arguments, at_least, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{ObjectView, Value, VariantBuilder, encode, encoded, encoding, view};

/// What makes and combines states.
pub const AGGREGATES: &[Aggregate] = &[
    Aggregate::new(
        &["APPROX_COUNT_DISTINCT", "HLL"],
        at_least(1),
        |a| counting(a, &COUNT),
        "approx_count_distinct",
    )
    .empty(zero),
    Aggregate::new(
        &["HLL_ACCUMULATE"],
        at_least(1),
        |a| Ok(state(&ACCUMULATE, inputs(a, 0)?)),
        "hll_accumulate",
    ),
    Aggregate::new(
        &["HLL_COMBINE"],
        exactly(1),
        |_| Ok(state(&COMBINE, vec![SnowType::BINARY])),
        "hll_combine",
    ),
];

/// What looks at states.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["HLL_ESTIMATE"],
        exactly(1),
        |a| Returns::strict(a, SnowType::INTEGER),
        estimate,
        "hll_estimate",
    ),
    Scalar::new(
        &["HLL_EXPORT"],
        exactly(1),
        |a| Returns::strict(a, SnowType::Object),
        export,
        "hll_export",
    ),
    Scalar::new(
        &["HLL_IMPORT"],
        exactly(1),
        |a| Returns::strict(a, SnowType::BINARY),
        import,
        "hll_import",
    ),
];

/// How many bits of a hash name its sub-stream.
const PRECISION: u32 = 12;
const STREAMS: usize = 1 << PRECISION;
/// The most that a sub-stream can hold: the leading zeros of the other bits, and one.
const MOST: u8 = 53;
/// A state begins so.
const MARK: &[u8] = b"HLL\x03";
/// Up to so many sub-streams that were hit, a state lists them.
const MOST_LISTED: usize = STREAMS / 3;

fn zero() -> ScalarValue {
    ScalarValue::Decimal128(Some(0), 38, 0)
}

static COUNT: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("hll", |_| Box::new(Streams::new(Purpose::Count))));
static ACCUMULATE: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("hll_accumulate", |_| Box::new(Streams::new(Purpose::Accumulate))));
static COMBINE: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("hll_combine", |_| Box::new(Streams::new(Purpose::Combine))));

fn counting(arguments: &Arguments, inner: &Arc<AggregateUDF>) -> Result<Plan> {
    let mut plan = Plan::new(Arc::clone(inner), inputs(arguments, 0)?, SnowType::INTEGER);
    plan.returns.nullable = false;
    Ok(plan)
}

fn state(inner: &Arc<AggregateUDF>, inputs: Vec<SnowType>) -> Plan {
    Plan::new(Arc::clone(inner), inputs, SnowType::BINARY)
}

/// What is wanted of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Count,
    Accumulate,
    Combine,
}

/// For each sub-stream the largest number of leading zeros and one; 0 where nothing was hit.
#[derive(Debug)]
struct Streams {
    purpose: Purpose,
    largest: Vec<u8>,
}

impl Streams {
    fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            largest: vec![0; STREAMS],
        }
    }

    fn hit(&mut self, stream: usize, count: u8) -> bool {
        let Some(largest) = self.largest.get_mut(stream) else {
            return false;
        };
        *largest = (*largest).max(count.min(MOST));
        true
    }

    /// The sub-streams that were hit.
    fn listed(&self) -> impl Iterator<Item = (usize, u8)> + Clone {
        let counts = self.largest.iter().copied().enumerate();
        counts.filter(|(_, count)| *count > 0)
    }

    /// How many different hashes there were.
    fn estimate(&self) -> i128 {
        let streams = STREAMS as f64;
        let free = self.largest.iter().filter(|count| **count == 0).count();
        let sum: f64 = self
            .largest
            .iter()
            .map(|count| 2_f64.powi(-i32::from(*count)))
            .sum();
        let raw = 0.7213 / (1.0 + 1.079 / streams) * streams * streams / sum;
        let estimate = if raw <= 2.5 * streams && free > 0 {
            streams * (streams / free as f64).ln()
        } else {
            raw
        };
        estimate.round() as i128
    }

    /// Reads a state that [`Summary::write`] wrote.
    fn read(function: &str, bytes: &[u8]) -> Result<Self> {
        let invalid = || {
            let shown = hex::encode_upper(bytes.get(..bytes.len().min(16)).unwrap_or_default());
            Error::invalid_argument(function, shown, "it is no HyperLogLog state")
        };
        let rest = bytes.strip_prefix(MARK).ok_or_else(invalid)?;
        let mut streams = Self::new(Purpose::Combine);
        if rest.len() == STREAMS {
            streams.largest = rest.to_vec();
            return Ok(streams);
        }
        let (entries, rest) = rest.as_chunks::<3>();
        let mut whole = rest.is_empty();
        for [high, low, count] in entries {
            whole &= streams.hit(usize::from(u16::from_be_bytes([*high, *low])), *count);
        }
        whole.then_some(streams).ok_or_else(invalid)
    }
}

/// The rows in which every value is known.
fn known_rows(values: &[ArrayRef]) -> Result<Vec<ArrayRef>> {
    let mut known = values.to_vec();
    for index in 0..values.len() {
        let Some(column) = known.get(index).filter(|column| column.logical_null_count() > 0) else {
            continue;
        };
        let kept = compute::is_not_null(column)?;
        known = known
            .iter()
            .map(|column| compute::filter(column, &kept))
            .collect::<Result<_, _>>()?;
    }
    Ok(known)
}

impl Summary for Streams {
    fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        if self.purpose == Purpose::Combine {
            let states = values.first().and_then(|states| states.as_binary_opt::<i32>());
            return states
                .into_iter()
                .flatten()
                .flatten()
                .try_for_each(|state| self.merge(state));
        }
        for hash in hashes(&known_rows(values)?)? {
            let stream = (hash >> (64 - PRECISION)) as usize;
            let zeros = (hash << PRECISION).leading_zeros().min(64 - PRECISION);
            self.hit(stream, zeros as u8 + 1);
        }
        Ok(())
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let other = Self::read("HLL_COMBINE", bytes)?;
        for (own, other) in self.largest.iter_mut().zip(other.largest) {
            *own = (*own).max(other);
        }
        Ok(())
    }

    fn write(&self) -> Result<Vec<u8>> {
        let mut bytes = MARK.to_vec();
        if self.listed().count() > MOST_LISTED {
            bytes.extend_from_slice(&self.largest);
        } else {
            for (stream, count) in self.listed() {
                bytes.extend_from_slice(&(stream as u16).to_be_bytes());
                bytes.push(count);
            }
        }
        Ok(bytes)
    }

    fn result(&self) -> Result<ScalarValue> {
        match self.purpose {
            Purpose::Count => Ok(ScalarValue::Decimal128(Some(self.estimate()), 38, 0)),
            _ => Ok(ScalarValue::Binary(Some(self.write()?))),
        }
    }

    fn size(&self) -> usize {
        self.largest.capacity()
    }
}

fn estimate(call: &Call) -> Result<ArrayRef> {
    let states = call.bytes(0)?;
    build::numbers(call, |row| {
        let state = states.get(row).map(|bytes| Streams::read(call.name(), bytes));
        Ok(state.transpose()?.map(|streams| streams.estimate()))
    })
}

fn numbers(values: impl Iterator<Item = i128> + Clone) -> Result<Vec<u8>> {
    let encoded: Vec<Vec<u8>> = values.map(|value| encoded(&Value::Integer(value))).collect();
    let mut out = Vec::new();
    encoding::write_array(encoded.iter().map(Vec::as_slice), &mut out)?;
    Ok(out)
}

fn export(call: &Call) -> Result<ArrayRef> {
    let states = call.bytes(0)?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let Some(bytes) = states.get(row) else {
            builder.append_null();
            continue;
        };
        let streams = Streams::read(call.name(), bytes)?;
        let (mut version, mut precision) = (Vec::new(), Vec::new());
        encode(&Value::Integer(3), &mut version);
        encode(&Value::Integer(PRECISION.into()), &mut precision);
        let (name, content) = if streams.listed().count() > MOST_LISTED {
            (
                "dense",
                numbers(streams.largest.iter().map(|count| i128::from(*count)))?,
            )
        } else {
            let indices = numbers(streams.listed().map(|(stream, _)| stream as i128))?;
            let counts = numbers(streams.listed().map(|(_, count)| i128::from(count)))?;
            let mut sparse = Vec::new();
            let mut entries = vec![
                ("indices", indices.as_slice()),
                ("maxLzCounts", counts.as_slice()),
            ];
            encoding::write_object(&mut entries, &mut sparse)?;
            ("sparse", sparse)
        };
        builder.append_object(&mut vec![
            (name, content.as_slice()),
            ("precision", precision.as_slice()),
            ("version", version.as_slice()),
        ])?;
    }
    Ok(Arc::new(builder.finish()))
}

fn integers(object: &ObjectView<'_>, key: &str) -> Option<Vec<i128>> {
    let Value::Array(array) = view(object.get(key)?) else {
        return None;
    };
    let integer = |element| match view(element) {
        Value::Integer(value) => Some(value),
        _ => None,
    };
    array.iter().map(integer).collect()
}

/// The state that an exported one stands for; `None` when it is none.
fn imported(bytes: &[u8]) -> Option<Streams> {
    let Value::Object(object) = view(bytes) else {
        return None;
    };
    let precision = object.get("precision").map(view);
    if precision != Some(Value::Integer(PRECISION.into())) {
        return None;
    }
    let mut streams = Streams::new(Purpose::Combine);
    let count = |count: i128| u8::try_from(count).ok();
    if let Some(dense) = integers(&object, "dense") {
        streams.largest = dense.into_iter().map(count).collect::<Option<_>>()?;
        return (streams.largest.len() == STREAMS).then_some(streams);
    }
    let Value::Object(sparse) = view(object.get("sparse")?) else {
        return None;
    };
    let (indices, counts) = (integers(&sparse, "indices")?, integers(&sparse, "maxLzCounts")?);
    if indices.len() != counts.len() {
        return None;
    }
    for (index, value) in indices.into_iter().zip(counts) {
        let index = usize::try_from(index).ok()?;
        // An index that comes again is refused.
        if *streams.largest.get(index)? > 0 || !streams.hit(index, count(value)?) {
            return None;
        }
    }
    Some(streams)
}

fn import(call: &Call) -> Result<ArrayRef> {
    let (values, constant) = call.cast(0, &SnowType::Variant)?;
    let values: &LargeBinaryArray = values
        .as_binary_opt::<i64>()
        .ok_or_else(|| Error::internal("HLL_IMPORT of no OBJECT"))?;
    build::written_bytes(call.rows(), |row, out| {
        let row = if constant { 0 } else { row };
        if row >= values.len() || values.is_null(row) {
            return Ok(None);
        }
        let streams = imported(values.value(row))
            .ok_or_else(|| Error::invalid_argument(call.name(), "", "it is no exported HyperLogLog state"))?;
        out.extend_from_slice(&streams.write()?);
        Ok(Some(()))
    })
}
