//! Errors as Snowflake reports them: a number, an SQLSTATE, a message and, where known, a place in the SQL text.
//!
//! Every user-visible failure is an [`Error`]. A constructor per kind of failure keeps numbers and wording in one
//! place; add one here rather than spelling a number elsewhere.

use std::fmt;

/// The result type of the whole house.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A place in a SQL text, both counted as Snowflake counts: lines from 1, positions within the line from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Line, from 1.
    pub line: u32,
    /// Position within the line, from 0.
    pub position: u32,
}

/// A failure with Snowflake's number and SQLSTATE.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Inner>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Inner {
    code: u32,
    sqlstate: &'static str,
    message: String,
    place: Option<Place>,
    hint: Option<String>,
}

impl Error {
    /// An error from its parts.
    pub fn new(code: u32, sqlstate: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner { code, sqlstate, message: message.into(), place: None, hint: None }))
    }

    /// Snowflake's error number, shown with six digits.
    pub fn code(&self) -> u32 {
        self.0.code
    }

    /// The five-character SQLSTATE.
    pub fn sqlstate(&self) -> &'static str {
        self.0.sqlstate
    }

    /// The bare message, as a client's envelope carries it.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Where in the statement's text the failure lies, if known.
    pub fn place(&self) -> Option<Place> {
        self.0.place
    }

    /// What the user can do about it, if the house knows.
    pub fn hint(&self) -> Option<&str> {
        self.0.hint.as_deref()
    }

    /// The same error at a place.
    pub fn at(mut self, line: u32, position: u32) -> Self {
        self.0.place = Some(Place { line, position });
        self
    }

    /// The same error with advice for the user; shown by the command line, not part of the message.
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.0.hint = Some(hint.into());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06} ({}): {}", self.0.code, self.0.sqlstate, self.0.message)
    }
}

impl std::error::Error for Error {}

/// Compilation errors: the statement itself is at fault.
impl Error {
    /// 001003 (42000): the text does not parse. `what` is for instance `unexpected 'FOO'`.
    pub fn syntax(line: u32, position: u32, what: impl fmt::Display) -> Self {
        let message =
            format!("SQL compilation error:\nsyntax error line {line} at position {position} {what}.");
        Self::new(1003, "42000", message).at(line, position)
    }

    /// 000002 (0A000): a form of Snowflake's that Snowglobe does not have; `what` names it.
    pub fn unsupported(what: impl fmt::Display) -> Self {
        Self::new(2, "0A000", format!("Unsupported feature '{what}'."))
    }

    /// 002003 (02000 / 42S02): a named object that is not there. `kind` is for instance `Table`.
    pub fn not_found(kind: impl fmt::Display, name: impl fmt::Display) -> Self {
        let kind = kind.to_string();
        let state = if matches!(kind.as_str(), "Object" | "Table" | "View") { "42S02" } else { "02000" };
        let message = format!("SQL compilation error:\n{kind} '{name}' does not exist or not authorized.");
        Self::new(2003, state, message)
    }

    /// 002002 (42710): a name that is taken.
    pub fn already_exists(name: impl fmt::Display) -> Self {
        Self::new(2002, "42710", format!("SQL compilation error:\nObject '{name}' already exists."))
    }

    /// 000904 (42000): a column that is not there.
    pub fn invalid_identifier(name: impl fmt::Display) -> Self {
        Self::new(904, "42000", format!("SQL compilation error:\ninvalid identifier '{name}'"))
    }

    /// 002140 (42601): a function that Snowglobe does not know.
    pub fn unknown_function(name: impl fmt::Display) -> Self {
        Self::new(2140, "42601", format!("SQL compilation error:\nUnknown function {name}."))
    }

    /// 001044 (42P13): a function called with types it does not take; `types` reads `NUMBER(38,0), VARCHAR`.
    pub fn argument_types(function: impl fmt::Display, types: impl fmt::Display) -> Self {
        let message =
            format!("SQL compilation error:\nInvalid argument types for function '{function}': ({types})");
        Self::new(1044, "42P13", message)
    }

    /// 001007 (22023): two types that do not go together, or a value that a property does not take.
    pub fn invalid_type(message: impl fmt::Display) -> Self {
        Self::new(1007, "22023", format!("SQL compilation error:\n{message}"))
    }

    /// 001420 (22023): a property with a value it does not take.
    pub fn invalid_property(name: impl fmt::Display, value: impl fmt::Display) -> Self {
        let message = format!("SQL compilation error:\ninvalid value [{value}] for parameter '{name}'");
        Self::new(1008, "22023", message)
    }

    /// 000900 range (42601 / 42000): any other compilation error.
    pub fn compilation(message: impl fmt::Display) -> Self {
        Self::new(904, "42000", format!("SQL compilation error:\n{message}"))
    }
}

/// Execution errors: a value or the state of the world is at fault.
impl Error {
    /// 100038 (22018): text that is no number.
    pub fn not_numeric(value: impl fmt::Display) -> Self {
        Self::new(100_038, "22018", format!("Numeric value '{value}' is not recognized"))
    }

    /// 100037 (22018): text that is no boolean.
    pub fn not_boolean(value: impl fmt::Display) -> Self {
        Self::new(100_037, "22018", format!("Boolean value '{value}' is not recognized"))
    }

    /// 100040 (22007): text that is no date.
    pub fn not_date(value: impl fmt::Display) -> Self {
        Self::new(100_040, "22007", format!("Date '{value}' is not recognized"))
    }

    /// 100108 (22007): text that is no time of day.
    pub fn not_time(value: impl fmt::Display) -> Self {
        Self::new(100_108, "22007", format!("Time '{value}' is not recognized"))
    }

    /// 100035 (22007): text that is no timestamp.
    pub fn not_timestamp(value: impl fmt::Display) -> Self {
        Self::new(100_035, "22007", format!("Timestamp '{value}' is not recognized"))
    }

    /// 100039 (22003): a number that its type cannot hold.
    pub fn out_of_range(value: impl fmt::Display) -> Self {
        Self::new(100_039, "22003", format!("Numeric value '{value}' is out of range"))
    }

    /// 100046 (22003): a number with more digits before the point than a column's precision allows.
    pub fn number_out_of_range(data_type: impl fmt::Display, value: impl fmt::Display) -> Self {
        let message = format!("Number out of representable range: type {data_type}, value {value}");
        Self::new(100_046, "22003", message)
    }

    /// 100051 (22012): division by zero.
    pub fn division_by_zero() -> Self {
        Self::new(100_051, "22012", "Division by zero")
    }

    /// 100069 (22P02): text that is no JSON; `what` tells what and where.
    pub fn json(what: impl fmt::Display) -> Self {
        Self::new(100_069, "22P02", format!("Error parsing JSON: {what}"))
    }

    /// 100071 (22000): a VARIANT value of another type than the cast wants.
    pub fn variant_cast(value: impl fmt::Display, data_type: impl fmt::Display) -> Self {
        Self::new(100_071, "22000", format!("Failed to cast variant value {value} to {data_type}"))
    }

    /// 100072 (22000): NULL where a column is NOT NULL.
    pub fn null_in_not_null(column: impl fmt::Display) -> Self {
        Self::new(100_072, "22000", format!("NULL result in a non-nullable column '{column}'"))
    }

    /// 100078 (22000): text longer than its column.
    pub fn string_too_long(value: impl fmt::Display) -> Self {
        Self::new(100_078, "22000", format!("String '{value}' is too long and would be truncated"))
    }

    /// 000603 (XX000): a fault of Snowglobe itself.
    pub fn internal(what: impl fmt::Display) -> Self {
        Self::new(603, "XX000", format!("SQL execution internal error: {what}"))
    }

    /// 000604 (57014): a statement that was cancelled.
    pub fn cancelled() -> Self {
        Self::new(604, "57014", "SQL execution canceled")
    }

    /// 091003 (55000) and kin: the storage below a stage, the disk or the network failed; `what` tells which.
    pub fn io(what: impl fmt::Display) -> Self {
        Self::new(91_003, "58030", format!("Failure using stage area. Cause: [{what}]"))
    }

    /// 091003 (22000): a stage's storage failed; `cause` says how.
    pub fn stage_area(cause: impl fmt::Display) -> Self {
        Self::new(91_003, "22000", format!("Failure using stage area. Cause: [{cause}]"))
    }

    /// 091016 (22000): a staged file that is not there (any more).
    pub fn remote_file_not_found(file: impl fmt::Display) -> Self {
        let message = format!(
            "Remote file '{file}' was not found. It may not exist, the credentials may not reach it, or it was \
             removed while it was being loaded."
        );
        Self::new(91_016, "22000", message)
    }
}

impl From<datafusion::error::DataFusionError> for Error {
    /// Recovers an [`Error`] that travelled through DataFusion, or wraps DataFusion's own.
    fn from(error: datafusion::error::DataFusionError) -> Self {
        use datafusion::error::DataFusionError as E;
        match error {
            E::External(inner) => match inner.downcast::<Error>() {
                Ok(own) => *own,
                Err(other) => match other.downcast::<E>() {
                    Ok(wrapped) => (*wrapped).into(),
                    Err(other) => Error::internal(other),
                },
            },
            E::Context(_, inner) | E::Diagnostic(_, inner) => (*inner).into(),
            E::Shared(inner) => match inner.as_ref() {
                E::External(other) if other.downcast_ref::<Error>().is_some() => {
                    other.downcast_ref::<Error>().cloned().unwrap_or_else(|| Error::internal(&inner))
                }
                _ => Error::internal(inner),
            },
            E::ArrowError(inner, _) => match *inner {
                datafusion::arrow::error::ArrowError::ExternalError(other) => match other.downcast::<Error>() {
                    Ok(own) => *own,
                    Err(other) => Error::internal(other),
                },
                datafusion::arrow::error::ArrowError::DivideByZero => Error::division_by_zero(),
                other => Error::internal(other),
            },
            other => Error::internal(other),
        }
    }
}

impl From<Error> for datafusion::error::DataFusionError {
    fn from(error: Error) -> Self {
        datafusion::error::DataFusionError::External(Box::new(error))
    }
}

impl From<datafusion::arrow::error::ArrowError> for Error {
    fn from(error: datafusion::arrow::error::ArrowError) -> Self {
        datafusion::error::DataFusionError::from(error).into()
    }
}
