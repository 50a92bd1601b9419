//! What a person sees when something fails.

use std::fmt;

use crate::error::Error;

/// Why a command ends early.
#[derive(Debug)]
pub enum Failure {
    /// A failure without a place in a script.
    Plain(Error),
    /// A failed statement, already shown with file, line, column and caret.
    InScript(String),
    /// Whoever read our output has gone, as `head` does: nothing to tell anybody.
    Closed,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self::Plain(error)
    }
}

impl From<crate::world::s3::StorageError> for Failure {
    fn from(error: crate::world::s3::StorageError) -> Self {
        Self::Plain(error.into())
    }
}

impl From<std::io::Error> for Failure {
    /// A failure to write the output.
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Plain(Error::outside(format!("writing the output: {error}"))),
        }
    }
}

impl fmt::Display for Failure {
    /// Ends with a line feed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(error) => {
                match error.code() {
                    // Failures around the warehouse have no number of Snowflake's.
                    0 => writeln!(f, "error: {}", error.message())?,
                    _ => writeln!(f, "error: {error}")?,
                }
                match error.hint() {
                    Some(hint) => writeln!(f, "hint: {hint}"),
                    None => Ok(()),
                }
            }
            Self::InScript(shown) => write!(f, "error: {shown}"),
            Self::Closed => Ok(()),
        }
    }
}
