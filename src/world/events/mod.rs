//! What sources tell: seeded generators with the mess of real sources, a reader for a user's own events, and
//! independent accounts of what any such events must lead to.
//!
//! A [`GeneratorKind`] is what a `pipeline.toml` names: [`records`] are declared field by field; customer events have a
//! form of their own. One of them is one JSON object: `eventId`, `eventType` (`ACCOUNT_CREATED`, `PROFILE_UPDATED`, `ACCOUNT_CLOSED`),
//! `eventTime` (ISO 8601), `customerId`, `firstName`, `lastName`, `email`, `domain` and `address` with `street`,
//! `city`, `state`, `country`, `zip`. [`Generator`] plays the lives of many customers and sends them as such events,
//! some of them dirty, twice, late or broken; the same [`GeneratorConfig`] always gives the same bytes.
//! [`InputReader`] takes the events from a file instead, unchanged. [`expected`] computes the end state from the raw
//! lines alone, in plain Rust, and thereby checks the SQL of a pipeline; [`outcome`] is what all such accounts share.

mod customers;
mod generator;
mod input;
mod kind;
mod mess;
mod profile;

pub mod expected;
pub mod outcome;
pub mod records;

#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub use generator::{Generator, GeneratorConfig, Shares};
pub use input::{InputLine, InputReader, MAX_LINE_BYTES};
pub use kind::GeneratorKind;

/// The fields of an event, as paths into it.
pub const FIELDS: [&str; 13] = [
    "eventId",
    "eventType",
    "eventTime",
    "customerId",
    "firstName",
    "lastName",
    "email",
    "domain",
    "address.street",
    "address.city",
    "address.state",
    "address.country",
    "address.zip",
];

/// A message on its way to a topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The message key: the customer's number as text, so that a customer's events keep to one partition.
    pub key: Option<String>,
    /// The line as it is sent, usually JSON.
    pub payload: Vec<u8>,
    /// When it is sent; becomes the message's timestamp.
    pub timestamp: Timestamp,
}
