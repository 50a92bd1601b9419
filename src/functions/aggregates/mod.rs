//! Aggregate functions (<https://docs.snowflake.com/en/sql-reference/functions-aggregation>).
//!
//! [`general`] has COUNT, SUM, AVG, MIN, MAX and their like, [`ordered`] what depends on order or position,
//! [`statistics`] moments and regression. The machinery: [`total`] (exact sums), [`pairs`] (sums of pairs), [`collect`] (whole groups),
//! [`distinct`]. Those that make arrays and objects are in [`super::semi_structured::aggregate`].

pub mod collect;
pub mod distinct;
pub mod general;
pub mod ordered;
pub mod pairs;
pub mod statistics;
pub mod total;

use super::aggregate::Aggregate;

/// The tables.
pub const FUNCTIONS: &[&[Aggregate]] = &[
    general::FUNCTIONS,
    ordered::FUNCTIONS,
    statistics::FUNCTIONS,
    super::semi_structured::aggregate::FUNCTIONS,
    super::bitmap::aggregate::FUNCTIONS,
    super::sketch::digest::AGGREGATES,
    super::sketch::fingerprint::AGGREGATES,
    super::sketch::frequent::AGGREGATES,
    super::sketch::hyperloglog::AGGREGATES,
    super::sketch::minhash::AGGREGATES,
    super::vector::AGGREGATES,
];

#[cfg(test)]
mod tests;
