//! APPROX_TOP_K and its kin: the most frequent values, by counters in the manner of Space-Saving.
//! <https://docs.snowflake.com/en/user-guide/querying-approximate-frequent-values>
//!
//! As long as there are no more different values than counters, counts are exact.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::Decimal128Type;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::state;
use super::summary::{Summary, summarized};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::{between, exactly};
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{self, Value, VariantBuilder, encoded, encoding, view};

/// What makes and combines states. NULLs are left out.
pub const AGGREGATES: &[Aggregate] = &[
    Aggregate::new(
        &["APPROX_TOP_K"],
        between(1, 3),
        |a| {
            Ok(plan(
                &TOP,
                &[SnowType::Variant, SnowType::INTEGER, SnowType::INTEGER],
                a.len(),
                SnowType::Array,
            ))
        },
        "approx_top_k",
    ),
    Aggregate::new(
        &["APPROX_TOP_K_ACCUMULATE"],
        exactly(2),
        |a| {
            Ok(plan(
                &ACCUMULATE,
                &[SnowType::Variant, SnowType::INTEGER],
                a.len(),
                SnowType::Object,
            ))
        },
        "approx_top_k_accumulate",
    ),
    Aggregate::new(
        &["APPROX_TOP_K_COMBINE"],
        between(1, 2),
        |a| {
            Ok(plan(
                &COMBINE,
                &[SnowType::Object, SnowType::INTEGER],
                a.len(),
                SnowType::Object,
            ))
        },
        "approx_top_k_combine",
    ),
];

/// What looks at states.
pub const FUNCTIONS: &[Scalar] = &[Scalar::new(
    &["APPROX_TOP_K_ESTIMATE"],
    between(1, 2),
    |a| Returns::strict(a, SnowType::Array),
    estimate,
    "approx_top_k_estimate",
)];

/// What its states call themselves.
const KIND: &str = "topk";

/// The most counters, and the most values asked for.
const MOST: usize = 100_000;

fn plan(inner: &Arc<AggregateUDF>, inputs: &[SnowType], given: usize, returns: SnowType) -> Plan {
    let inputs = inputs.iter().copied().take(given).collect();
    Plan::new(Arc::clone(inner), inputs, returns)
}

static TOP: LazyLock<Arc<AggregateUDF>> =
    LazyLock::new(|| summarized("approx_top_k", |_| Box::new(Counters::new(Purpose::Top))));
static ACCUMULATE: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    summarized("approx_top_k_accumulate", |_| {
        Box::new(Counters::new(Purpose::Accumulate))
    })
});
static COMBINE: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    summarized("approx_top_k_combine", |_| {
        Box::new(Counters::new(Purpose::Combine))
    })
});

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Top,
    Accumulate,
    Combine,
}

/// Values with their counts.
#[derive(Debug)]
struct Counters {
    purpose: Purpose,
    /// How many values are wanted.
    wanted: usize,
    /// How many counters there are; 0 as long as nobody has told.
    limit: usize,
    /// Whether an argument told.
    told: bool,
    /// Counts, and the values as they first came, by what makes values equal.
    counts: HashMap<Vec<u8>, (u64, Vec<u8>)>,
    /// The largest count that was given up.
    dropped: u64,
}

/// A constant argument of a batch, in its range.
fn constant(function: &str, values: &[ArrayRef], index: usize) -> Result<Option<usize>> {
    let Some(numbers) = values
        .get(index)
        .and_then(|values| values.as_primitive_opt::<Decimal128Type>())
    else {
        return Ok(None);
    };
    numbers
        .iter()
        .next()
        .map(|number| checked(function, number.unwrap_or(0)))
        .transpose()
}

fn checked(function: &str, number: i128) -> Result<usize> {
    let rule = "k and the number of counters are 1 to 100000";
    let number = usize::try_from(number).ok().filter(|n| (1..=MOST).contains(n));
    number.ok_or_else(|| Error::invalid_argument(function, "k", rule))
}

impl Counters {
    fn new(purpose: Purpose) -> Self {
        Self {
            purpose,
            wanted: 1,
            limit: 0,
            told: false,
            counts: HashMap::new(),
            dropped: 0,
        }
    }

    fn add(&mut self, value: &[u8], count: u64) {
        let start = self.dropped;
        let entry = self.counts.entry(variant::equality_key(value).into_owned());
        entry.or_insert_with(|| (start, value.to_vec())).0 += count;
        // Twice as many as are kept, so that values are seldom given up, and many at a time.
        if self.counts.len() > 2 * self.counters() {
            self.shrink();
        }
    }

    fn counters(&self) -> usize {
        if self.limit == 0 { MOST } else { self.limit }
    }

    /// Gives up the rarest values.
    fn shrink(&mut self) {
        let limit = self.counters();
        if self.counts.len() <= limit {
            return;
        }
        let mut sorted: Vec<_> = std::mem::take(&mut self.counts).into_iter().collect();
        sorted.sort_by(|(_, left), (_, right)| by_frequency(left, right));
        let given_up = sorted.split_off(limit);
        self.dropped = given_up.first().map_or(self.dropped, |(_, (count, _))| *count);
        self.counts = sorted.into_iter().collect();
    }

    /// Values with their counts, the most frequent first, equally frequent ones by value.
    fn sorted(&self) -> Vec<(u64, &[u8])> {
        let mut sorted: Vec<&(u64, Vec<u8>)> = self.counts.values().collect();
        sorted.sort_by(|left, right| by_frequency(left, right));
        sorted
            .into_iter()
            .take(self.counters())
            .map(|(count, value)| (*count, value.as_slice()))
            .collect()
    }

    /// Each value with its count, how many counters there are, and the largest count that was given up.
    fn object(&self) -> Result<Vec<u8>> {
        let pairs = pairs(&self.sorted())?;
        let others = [
            ("counters", Value::Integer(self.limit as i128)),
            ("dropped", Value::Integer(self.dropped.into())),
        ];
        state::write(KIND, &pairs, &others)
    }

    fn read(function: &str, bytes: &[u8]) -> Result<Self> {
        let found = read(bytes);
        found.ok_or_else(|| Error::invalid_argument(function, "", "it is no Space-Saving state"))
    }

    /// Takes over the number of counters of another state, unless an argument told it. All states must have the same.
    fn agree(&mut self, limit: usize) -> Result<()> {
        if self.told || limit == 0 {
            return Ok(());
        }
        if self.limit != 0 && self.limit != limit {
            let rule = "states with different numbers of counters need the number as an argument";
            return Err(Error::invalid_argument("APPROX_TOP_K_COMBINE", limit, rule));
        }
        self.limit = limit;
        Ok(())
    }

    fn absorb(&mut self, other: Self) {
        self.dropped = self.dropped.saturating_add(other.dropped);
        for (count, value) in other.counts.into_values() {
            self.add(&value, count);
        }
    }
}

fn by_frequency(left: &(u64, Vec<u8>), right: &(u64, Vec<u8>)) -> Ordering {
    let by_count = right.0.cmp(&left.0);
    by_count.then_with(|| variant::compare(&left.1, &right.1))
}

/// Each value and its count as an array of two.
fn pairs(sorted: &[(u64, &[u8])]) -> Result<Vec<Vec<u8>>> {
    let pair = |(count, value): &(u64, &[u8])| {
        let count = encoded(&Value::Integer((*count).into()));
        let mut out = Vec::new();
        encoding::write_array([*value, count.as_slice()], &mut out)?;
        Ok(out)
    };
    sorted.iter().map(pair).collect()
}

fn read(bytes: &[u8]) -> Option<Counters> {
    let (object, state) = state::read(KIND, bytes)?;
    let mut counters = Counters::new(Purpose::Combine);
    counters.limit = usize::try_from(state::natural(object.get("counters")?)?)
        .ok()
        .filter(|limit| *limit <= MOST)?;
    for pair in state.iter() {
        let Value::Array(pair) = view(pair) else {
            return None;
        };
        let (value, count) = (pair.get(0)?, state::natural(pair.get(1)?)?);
        counters.add(value, count);
    }
    counters.dropped = state::natural(object.get("dropped")?)?;
    Some(counters)
}

impl Summary for Counters {
    fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        let (function, limit_at) = match self.purpose {
            Purpose::Top => ("APPROX_TOP_K", 2),
            Purpose::Accumulate => ("APPROX_TOP_K_ACCUMULATE", 1),
            Purpose::Combine => ("APPROX_TOP_K_COMBINE", 1),
        };
        if self.purpose == Purpose::Top {
            self.wanted = constant(function, values, 1)?.unwrap_or(self.wanted);
        }
        let given = constant(function, values, limit_at)?;
        self.limit = given.unwrap_or(self.limit);
        self.told |= given.is_some();
        let column = values.first().and_then(|values| values.as_binary_opt::<i64>());
        for value in column.into_iter().flatten().flatten() {
            if self.purpose != Purpose::Combine {
                self.add(value, 1);
                continue;
            }
            let state = Self::read(function, value)?;
            self.agree(state.limit)?;
            self.absorb(state);
        }
        Ok(())
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        let ([told, wanted @ ..], state) = bytes
            .split_first_chunk::<5>()
            .ok_or_else(|| Error::internal("a state is cut"))?;
        self.wanted = self.wanted.max(u32::from_le_bytes(*wanted) as usize);
        let state = Self::read("APPROX_TOP_K", state)?;
        match *told == 1 {
            true => (self.told, self.limit) = (true, state.limit),
            false => self.agree(state.limit)?,
        }
        self.absorb(state);
        Ok(())
    }

    fn write(&self) -> Result<Vec<u8>> {
        let mut bytes = vec![self.told.into()];
        bytes.extend_from_slice(&(self.wanted as u32).to_le_bytes());
        bytes.extend(self.object()?);
        Ok(bytes)
    }

    fn result(&self) -> Result<ScalarValue> {
        if self.purpose != Purpose::Top {
            return Ok(ScalarValue::LargeBinary(Some(self.object()?)));
        }
        let mut sorted = self.sorted();
        sorted.truncate(self.wanted);
        let pairs = pairs(&sorted)?;
        let mut out = Vec::new();
        encoding::write_array(pairs.iter().map(Vec::as_slice), &mut out)?;
        Ok(ScalarValue::LargeBinary(Some(out)))
    }

    fn size(&self) -> usize {
        let values = self.counts.iter();
        values
            .map(|(key, (_, value))| key.capacity() + value.capacity() + 64)
            .sum()
    }
}

/// The `k` most frequent values of a state; one without `k`.
fn estimate(call: &Call) -> Result<ArrayRef> {
    let (values, constant) = call.cast(0, &SnowType::Object)?;
    let states = values
        .as_binary_opt::<i64>()
        .ok_or_else(|| Error::internal("a state of no OBJECT"))?;
    let wanted = (call.len() > 1).then(|| call.integers(1)).transpose()?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let at = if constant { 0 } else { row };
        let wanted = match &wanted {
            Some(wanted) => wanted.get(row),
            None => Some(1),
        };
        let (true, Some(wanted)) = (at < states.len() && states.is_valid(at), wanted) else {
            builder.append_null();
            continue;
        };
        let counters = Counters::read(call.name(), states.value(at))?;
        let mut sorted = counters.sorted();
        sorted.truncate(checked(call.name(), wanted)?);
        let pairs = pairs(&sorted)?;
        builder.append_array(pairs.iter().map(Vec::as_slice))?;
    }
    Ok(Arc::new(builder.finish()))
}
