//! SQL functions, one file per family of Snowflake's function reference.
//!
//! A function is one entry in its family's table: names, number of arguments, the rule for its type, its kernel and
//! its documentation page ([`scalar::Scalar`], [`aggregate::Aggregate`], [`window::Window`]). [`registry`] gathers the
//! tables; what is not in it does not exist for SQL.
//!
//! * The frame: [`arguments`] (a call while it is planned), [`call`] (a call over a batch), [`build`] (results),
//!   [`compare`], [`scalar`], [`aggregate`], [`window`] (the adapters to DataFusion),
//!   `own_aggregate` (aggregates that DataFusion does not have), [`registry`].
//! * The families: [`conditional`], [`conversion`], [`string`], [`regexp`], [`hashing`], [`encoding`], [`encryption`],
//!   [`compression`], [`numeric`], [`generation`], [`datetime`], [`semi_structured`], [`aggregates`], [`sketch`],
//!   [`bitmap`], [`vector`], [`windows`], [`interpolate`], [`notification`], [`system`], and [`operators`] for what SQL writes as an
//!   operator.
//! * [`reference`] is the list of all functions that Snowflake documents, with what is done and what is refused.

pub mod aggregate;
pub mod arguments;
pub mod build;
pub mod call;
mod coercion;
pub mod compare;
mod own_aggregate;
mod registry;
pub mod scalar;
pub mod window;

pub mod aggregates;
pub mod bitmap;
pub mod compression;
pub mod conditional;
pub mod conversion;
pub mod datetime;
pub mod encoding;
pub mod encryption;
pub mod generation;
pub mod hashing;
pub mod higher_order;
pub mod interpolate;
pub mod notification;
pub mod numeric;
pub mod operators;
pub mod reference;
pub mod regexp;
pub mod semi_structured;
pub mod sketch;
pub mod string;
pub mod system;
pub mod vector;
pub mod windows;

#[cfg(test)]
mod laws;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;

pub use registry::{Kind, Registry, registry};

/// The tables of scalar functions.
pub(crate) const FAMILIES: &[&[scalar::Scalar]] = &[
    bitmap::scalar::FUNCTIONS,
    compression::FUNCTIONS,
    conditional::FUNCTIONS,
    conversion::moment::FUNCTIONS,
    conversion::number::FUNCTIONS,
    conversion::text::FUNCTIONS,
    datetime::add::FUNCTIONS,
    datetime::construct::FUNCTIONS,
    datetime::diff::FUNCTIONS,
    datetime::extract::FUNCTIONS,
    datetime::now::FUNCTIONS,
    datetime::truncate::FUNCTIONS,
    encoding::FUNCTIONS,
    encryption::passphrase::FUNCTIONS,
    encryption::raw::FUNCTIONS,
    generation::FUNCTIONS,
    hashing::FUNCTIONS,
    notification::FUNCTIONS,
    numeric::bits::FUNCTIONS,
    numeric::division::FUNCTIONS,
    numeric::float::FUNCTIONS,
    numeric::rounding::FUNCTIONS,
    operators::FUNCTIONS,
    regexp::FUNCTIONS,
    regexp::all::FUNCTIONS,
    sketch::digest::FUNCTIONS,
    sketch::frequent::FUNCTIONS,
    sketch::hyperloglog::FUNCTIONS,
    string::address::FUNCTIONS,
    string::case::FUNCTIONS,
    string::characters::FUNCTIONS,
    string::join::FUNCTIONS,
    string::pad::FUNCTIONS,
    string::search::FUNCTIONS,
    string::slice::FUNCTIONS,
    string::split::FUNCTIONS,
    string::tokens::FUNCTIONS,
    string::url::FUNCTIONS,
    system::FUNCTIONS,
    semi_structured::array_build::FUNCTIONS,
    semi_structured::array_edit::FUNCTIONS,
    semi_structured::array_search::FUNCTIONS,
    semi_structured::convert::FUNCTIONS,
    semi_structured::extract::FUNCTIONS,
    semi_structured::map::FUNCTIONS,
    semi_structured::object::FUNCTIONS,
    semi_structured::parse::FUNCTIONS,
    semi_structured::structured::FUNCTIONS,
    semi_structured::types::FUNCTIONS,
    semi_structured::xml::FUNCTIONS,
    vector::FUNCTIONS,
];
