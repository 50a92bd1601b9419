//! HASH_AGG: one number for all rows of a group, whatever their order.

use std::collections::HashSet;
use std::sync::{Arc, LazyLock};

use datafusion::arrow::array::ArrayRef;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::AggregateUDF;

use super::row_hash::{hashes, inputs, mix};
use super::summary::{Summary, summarized};
use crate::error::{Error, Result};
use crate::functions::aggregate::{Aggregate, Plan};
use crate::functions::arguments::{Arguments, at_least};
use crate::functions::scalar::Returns;
use crate::types::SnowType;

/// The function. NULLs count, and so does every repetition of a row, but for DISTINCT.
pub const AGGREGATES: &[Aggregate] =
    &[Aggregate::new(&["HASH_AGG"], at_least(1), plan, "hash_agg").empty(|| number(0))];

static HASH_AGG: LazyLock<Arc<AggregateUDF>> = LazyLock::new(|| {
    summarized("hash_agg", |distinct| match distinct {
        true => Box::new(Different::default()),
        false => Box::new(All::default()),
    })
});

fn plan(arguments: &Arguments) -> Result<Plan> {
    let data_type = SnowType::Number {
        precision: 19,
        scale: 0,
    };
    let mut plan = Plan::new(Arc::clone(&HASH_AGG), inputs(arguments, 0)?, data_type);
    plan.returns = Returns {
        data_type,
        nullable: false,
    };
    Ok(plan)
}

fn number(hash: u64) -> ScalarValue {
    ScalarValue::Decimal128(Some((hash as i64).into()), 19, 0)
}

fn chunks(bytes: &[u8]) -> Result<impl Iterator<Item = u64>> {
    match bytes.as_chunks::<8>() {
        (chunks, []) => Ok(chunks.iter().map(|chunk| u64::from_le_bytes(*chunk))),
        _ => Err(Error::internal("a fingerprint is cut")),
    }
}

/// The sum of the hashes of all rows.
#[derive(Debug, Default)]
struct All(u64);

impl Summary for All {
    fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        let hashes = hashes(values)?;
        self.0 = hashes.into_iter().map(mix).fold(self.0, u64::wrapping_add);
        Ok(())
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        self.0 = chunks(bytes)?.fold(self.0, u64::wrapping_add);
        Ok(())
    }

    fn write(&self) -> Result<Vec<u8>> {
        Ok(self.0.to_le_bytes().to_vec())
    }

    fn result(&self) -> Result<ScalarValue> {
        Ok(number(self.0))
    }

    fn size(&self) -> usize {
        0
    }
}

/// The hashes of different rows.
#[derive(Debug, Default)]
struct Different(HashSet<u64>);

impl Summary for Different {
    fn update(&mut self, values: &[ArrayRef]) -> Result<()> {
        self.0.extend(hashes(values)?);
        Ok(())
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<()> {
        self.0.extend(chunks(bytes)?);
        Ok(())
    }

    fn write(&self) -> Result<Vec<u8>> {
        Ok(self.0.iter().flat_map(|hash| hash.to_le_bytes()).collect())
    }

    fn result(&self) -> Result<ScalarValue> {
        let sum = self.0.iter().map(|hash| mix(*hash)).fold(0, u64::wrapping_add);
        Ok(number(sum))
    }

    fn size(&self) -> usize {
        self.0.capacity() * size_of::<u64>()
    }
}
