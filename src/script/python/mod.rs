//! Python: handlers of functions and procedures, run in processes of the user's own Python.
//! <https://docs.snowflake.com/en/developer-guide/udf/python/udf-python-introduction>
//!
//! * [`Interpreter`] is the Python that was chosen, with the processes that wait for work. Nothing is started before the
//!   first call. Functions with IMPORTS have processes of their own, in which the files lie
//! * [`process`]: one process, asked over its standard input and output; the package `worker` is what runs in it
//! * [`request`] is what is asked: [`write`](mod@write) and [`read`] carry values over as JSON, [`arrow`] those that can
//!   go as Arrow where `pyarrow` is installed, as
//!   <https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-data-type-mapping> has them
//!
//! RUNTIME_VERSION is not matched against the interpreter's: there is one, and it runs everything. PACKAGES must be
//! installed for it. A process may outlive a statement, a module does not: each call in a statement makes its own.
//! A fraction in a VARIANT arrives as `float`.

pub mod arrow;
mod interpreter;
pub mod process;
pub mod read;
pub mod request;
pub mod write;

pub use interpreter::{Import, Interpreter};
pub use process::Process;
pub use request::{Call, Code, Connection, Reply};

use crate::types::SnowType;

/// What a value's form in messages is called.
pub(crate) fn kind(data_type: &SnowType) -> &'static str {
    match data_type {
        SnowType::Number { scale: 0, .. } => "INT",
        SnowType::Number { .. } => "NUMBER",
        SnowType::Float => "FLOAT",
        SnowType::Varchar { .. } => "VARCHAR",
        SnowType::Binary { .. } => "BINARY",
        SnowType::Boolean => "BOOLEAN",
        SnowType::Date => "DATE",
        SnowType::Time { .. } => "TIME",
        SnowType::TimestampNtz { .. } => "NTZ",
        SnowType::TimestampLtz { .. } => "LTZ",
        SnowType::TimestampTz { .. } => "TZ",
        SnowType::Variant => "VARIANT",
        SnowType::Object => "OBJECT",
        SnowType::Array => "ARRAY",
        SnowType::Structured(structured) => kind(&structured.semi_structured()),
        SnowType::Vector { .. } => "ARRAY",
    }
}

#[cfg(test)]
mod tests;
