//! Bitmaps of distinct values
//! (<https://docs.snowflake.com/en/user-guide/querying-bitmaps-for-distinct-counts>): [`scalar`] functions of one value or
//! one bitmap, and the [`aggregate`]s that make and join bitmaps. [`bits`] is what a BINARY value holds.

pub mod aggregate;
mod bits;
pub mod scalar;
