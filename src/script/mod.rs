//! Snowflake Scripting: blocks, variables, branches, loops, cursors and exceptions around SQL statements
//! (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/index>).
//!
//! * [`parse`] reads a block into the tree of [`tree`]. SQL statements inside it stay text: they are read when they run.
//! * [`run`] walks the tree. What it needs of the warehouse it asks of a [`Host`]: running a statement, computing an
//!   expression.
//! * [`function`] says what of it a function's body may hold.
//! * [`Value`] is what a variable holds, [`Outcome`] what a statement gave.
//!
//! [`log`] is for what handlers log. [`template`] renders the templates of EXECUTE IMMEDIATE FROM. The same [`Host`] serves every language that procedures are written in; [`javascript`] is the other one. Handlers in
//! Python run in processes of their own: [`python`].

pub mod function;
pub mod host;
pub mod javascript;
pub mod log;
pub mod parse;
pub mod python;
pub mod run;
pub mod stack;
pub mod template;
pub mod tree;
pub mod value;

pub use host::{Host, Outcome};
pub use parse::{check_statement, parse};
pub use run::{Returned, Script, run};
pub use value::{Bindings, Value};

use crate::error::{Error, Result};

/// Whether an error ends a script whatever its handlers say: cancelled, out of time, a fault of the house.
pub fn is_fatal(error: &Error) -> bool {
    [603, 604, 630].contains(&error.code())
}

/// Whether a text is a block: the check that CREATE PROCEDURE and CREATE TASK make.
///
/// # Errors
/// 001003 with the place in the text.
pub fn check(text: &str) -> Result<()> {
    parse(text).map(|_| ())
}
