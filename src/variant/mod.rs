//! Semi-structured values: VARIANT, OBJECT and ARRAY.
//!
//! A value is one run of bytes in an Arrow `LargeBinary` column (see [`encoding`] for the form). The bytes are
//! **canonical**: JSON texts that differ only in white space, key order or in how an exact number is spelled
//! (`1`, `1.0`, `01`) give the same bytes, so grouping, DISTINCT and joins may compare bytes. One pair of equal values
//! has different bytes: an exact number and a DOUBLE (`1` and `1e0`), because TYPEOF and the text form tell them
//! apart. [`equality_keys`] makes a column's equal values equal bytes, at no cost where it holds no double, and
//! [`order_keys`] makes bytes that *order* as the values do, which their own bytes never do.
//!
//! | what | where |
//! | --- | --- |
//! | bytes of a value, and how to build arrays and objects from bytes | [`encoding`] |
//! | JSON text in: [`parse_json`], many rows at once: [`VariantBuilder`] | `json/`, `builder` |
//! | reading: [`view`] gives a [`Value`], [`ArrayView`], [`ObjectView`] | `view` |
//! | `a.b[1]['c d']` : [`Path`] | `path` |
//! | XML in and out: [`parse_xml`], [`XmlReader`], [`write_xml`] | `xml/` |
//! | text out: [`to_json`], [`to_json_pretty`], [`write_json`] | `text` |
//! | order and equality: [`compare()`], [`order_key`], [`equality_key`] | `compare`, `equality` |
//!
//! Follows <https://docs.snowflake.com/en/sql-reference/data-types-semistructured>.

mod builder;
mod compare;
pub mod encoding;
mod equality;
mod json;
mod path;
mod text;
mod view;
mod xml;

pub use builder::VariantBuilder;
pub use compare::{compare, order_key, order_keys};
pub use encoding::{encode, encoded};
pub use equality::{equality_key, equality_keys};
pub use json::{JsonOptions, check_json, parse_json, parse_json_with};
pub use path::{Path, Step};
pub use text::{JsonStyle, ScalarWriter, double_text, number_text, to_json, to_json_pretty, write_json};
pub use view::{ArrayView, ObjectView, Value, type_name, view};
pub use xml::{
    CONTENT as XML_CONTENT, NAME as XML_NAME, XmlFault, XmlOptions, XmlReader, check_xml, is_xml, parse_xml,
    write_xml,
};

/// The largest encoded value, and the largest JSON document, in bytes
/// (<https://docs.snowflake.com/en/sql-reference/data-types-semistructured#characteristics-of-a-variant-value>).
pub const MAX_SIZE: usize = 134_217_728;

/// How deep arrays and objects of a JSON document may nest.
pub const MAX_DEPTH: usize = 1_000;

#[cfg(test)]
mod tests;
