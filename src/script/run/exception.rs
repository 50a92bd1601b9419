//! Exceptions: what is raised, and which handler is for it
//! (<https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions>).

use std::sync::Arc;

use super::scope::{Entry, Exception, Scopes};
use crate::error::{Error, Place};
use crate::script::is_fatal;
use crate::script::tree::Handler;
use crate::script::value::Value;

/// SQLSTATE of declared exceptions.
const DECLARED_STATE: &str = "P0001";

/// Why a script does not go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// An exception that a handler may catch.
    Raised(Arc<Raised>),
    /// An error that no handler catches.
    Fatal(Error),
}

/// A raised exception.
#[derive(Debug)]
pub(super) struct Raised {
    kind: Kind,
    pub(super) code: i32,
    pub(super) state: &'static str,
    pub(super) message: String,
    place: Place,
}

#[derive(Debug)]
enum Kind {
    Statement,
    Expression,
    Declared(Arc<Exception>),
}

impl Stop {
    /// The failure of a statement.
    pub(super) fn statement(error: Error, place: Place) -> Self {
        Self::of(Kind::Statement, error, place)
    }

    /// The failure of an expression.
    pub(super) fn expression(error: Error, place: Place) -> Self {
        Self::of(Kind::Expression, error, place)
    }

    fn of(kind: Kind, error: Error, place: Place) -> Self {
        if is_fatal(&error) {
            return Self::Fatal(error);
        }
        Self::Raised(Arc::new(Raised {
            kind,
            code: error.code(),
            state: error.sqlstate(),
            message: error.message().to_string(),
            place,
        }))
    }

    /// A declared exception.
    pub(super) fn declared(exception: &Arc<Exception>, place: Place) -> Self {
        Self::Raised(Arc::new(Raised {
            code: exception.code,
            state: DECLARED_STATE,
            message: exception.message.clone(),
            kind: Kind::Declared(Arc::clone(exception)),
            place,
        }))
    }

    /// The error that the script's caller sees.
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Fatal(error) => error,
            Self::Raised(raised) => raised.error(),
        }
    }
}

impl Raised {
    fn name(&self) -> &str {
        match &self.kind {
            Kind::Statement => "STATEMENT_ERROR",
            Kind::Expression => "EXPRESSION_ERROR",
            Kind::Declared(exception) => &exception.name,
        }
    }

    fn error(&self) -> Error {
        let Place { line, position } = self.place;
        let message = format!(
            "Uncaught exception of type '{}' on line {line} at position {position} : {}",
            self.name(),
            self.message
        );
        Error::new(self.code, self.state, message).at(line, position)
    }

    /// Whether a handler is for this exception.
    pub(super) fn is_for(&self, handler: &Handler, scopes: &Scopes) -> bool {
        let named = |name: &String| match (&self.kind, scopes.get(name)) {
            (Kind::Declared(raised), Some(Entry::Exception(declared))) => Arc::ptr_eq(raised, declared),
            (Kind::Declared(_), _) => false,
            (Kind::Statement | Kind::Expression, _) => name == self.name(),
        };
        handler.exceptions.is_empty() || handler.exceptions.iter().any(named)
    }

    /// SQLCODE, SQLERRM or SQLSTATE.
    pub(super) fn variable(&self, name: &str) -> Option<Value> {
        match name {
            "SQLCODE" => Some(Value::integer(i64::from(self.code))),
            "SQLERRM" => Some(Value::text(&self.message)),
            "SQLSTATE" => Some(Value::text(self.state)),
            _ => None,
        }
    }
}
