//! Semi-structured functions: VARIANT, OBJECT and ARRAY
//! (<https://docs.snowflake.com/en/sql-reference/functions-semistructured>).
//!
//! [`parse`] reads JSON, [`xml`] reads and looks into XML, [`extract`] follows keys, indexes and paths, [`types`] asks and takes what a VARIANT holds,
//! [`convert`] turns values into others; [`object`] and [`array_build`], [`array_edit`], [`array_search`] make and
//! look into containers; [`structured`] and [`map`] make and change those that are structured, which `access` looks
//! into; [`aggregate`] gathers groups into them; [`mod@flatten`] is the table function FLATTEN. [`rows`]
//! is how the kernels see their arguments.
//!
//! SQL NULL and JSON null are two things here: SQL NULL as an argument mostly makes the result NULL, and inside an
//! array it is an `undefined` element; JSON null is a value like any other.

mod access;
pub mod aggregate;
pub mod array_build;
pub mod array_edit;
pub mod array_search;
pub mod convert;
pub mod extract;
pub mod flatten;
pub mod map;
pub mod object;
pub mod parse;
mod rows;
pub mod structured;
pub mod types;
pub mod xml;

pub(crate) use access::follow;

#[cfg(test)]
mod tests;
