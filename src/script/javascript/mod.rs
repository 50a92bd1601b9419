//! JavaScript: bodies of procedures and functions, on an embedded engine
//! (<https://docs.snowflake.com/en/developer-guide/stored-procedure/stored-procedures-javascript>,
//! <https://docs.snowflake.com/en/developer-guide/udf/javascript/udf-javascript-introduction>).
//!
//! * [`machine`] is one engine with its limits: memory, stack and a [`Watch`] that ends what runs too long. A handler
//!   sees the standard library, `snowflake` and its arguments; time, zone and random numbers come from the account. What
//!   is easier said in JavaScript is said there: the scripts of `prelude/`.
//! * [`read`] turns SQL values into JavaScript's, [`write`](mod@write) the other way round.
//! * [`procedure`] runs a procedure on a thread of its own, whose statements the [`Host`](super::Host) runs;
//!   [`statement`] is what `snowflake.execute` reaches of them.
//! * [`function`] runs scalar and table functions over rows of arguments.
//! * [`names`] tells which names a handler and its arguments can have.
//! * [`fault`] words what a handler throws as Snowflake does.

pub mod fault;
pub mod function;
pub mod machine;
pub mod names;
pub mod procedure;
pub mod read;
pub mod statement;
#[cfg(test)]
mod tests;
pub mod watch;
pub mod write;

pub use function::{Handler, Kind};
pub use machine::Settings;
pub use procedure::{Procedure, call};
pub use watch::Watch;

/// The least stack that a thread needs on which handlers run, in bytes.
pub const STACK_BYTES: usize = 32 * 1024 * 1024;
