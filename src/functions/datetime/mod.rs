//! Date and time functions (<https://docs.snowflake.com/en/sql-reference/functions-date-time>).
//!
//! [`value`] reads any DATE, TIME or TIMESTAMP argument as wall-clock nanoseconds and writes results back; [`part`]
//! has the date parts. The functions stand by what they do: [`add`], [`diff`], [`extract`], [`truncate`],
//! [`construct`], [`now`].

pub mod add;
pub mod construct;
pub mod diff;
pub mod extract;
pub mod now;
pub mod part;
pub mod truncate;
pub mod value;

#[cfg(test)]
mod against_chrono;
#[cfg(test)]
mod tests;
