//! Aggregates that keep a small summary of a group, however large it is, and whose summaries can be kept and combined:
//! distinct values ([`hyperloglog`]), alikeness of sets ([`minhash`]), frequent values ([`frequent`]), percentiles
//! ([`digest`]), and a fingerprint of rows ([`fingerprint`]).
//!
//! [`summary`] is the machinery, [`row_hash`] what a row is hashed to, [`state`] the form of summaries as users hold them. Summaries round-trip among these functions; their
//! bytes and hashes are not Snowflake's own, which are its secret.

pub mod digest;
pub mod fingerprint;
pub mod frequent;
pub mod hyperloglog;
pub mod minhash;
mod row_hash;
mod state;
mod summary;

#[cfg(test)]
mod tests;
