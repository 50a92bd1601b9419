//! Delimited text: from bytes to fields, and from fields to columns.
//!
//! [`dialect`] compiles a format's options; [`scanner`] splits bytes into records and fields without copying;
//! [`cell`] gives a field its value (NULL, escapes, doubled quotes); [`columns`] takes values straight into typed
//! Arrow columns, the common spellings by [`fast`] and everything else by the house's own casts; [`reader`] ties
//! them together for one piece of a file.

pub mod cell;
pub mod columns;
pub mod dialect;
pub mod fast;
pub mod reader;
pub mod scanner;

#[cfg(test)]
mod tests;
