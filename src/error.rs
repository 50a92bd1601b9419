//! Errors as Snowflake reports them: a number, an SQLSTATE, a message and, where known, a place in the SQL text.
//!
//! Every user-visible failure is an [`Error`]. A constructor per kind of failure keeps numbers and wording in one
//! place; add one here rather than spelling a number elsewhere.

mod loading;
mod routine;

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
    code: i32,
    sqlstate: &'static str,
    message: String,
    place: Option<Place>,
    subject: Option<Subject>,
    hint: Option<String>,
}

/// What of a statement's text a compilation error is about; [`sql::locate`](crate::sql::locate) finds its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A column, by the parts of its stored name.
    Column(Vec<String>),
    /// A call of a function, by its name.
    Function(String),
}

impl Error {
    /// An error from its parts.
    pub fn new(code: i32, sqlstate: &'static str, message: impl Into<String>) -> Self {
        Self(Box::new(Inner {
            code,
            sqlstate,
            message: message.into(),
            place: None,
            subject: None,
            hint: None,
        }))
    }

    /// Snowflake's error number, shown with six digits; that of an exception declared in a script is negative.
    pub fn code(&self) -> i32 {
        self.0.code
    }

    /// The number as clients get it: `002003`, `-20001`.
    pub fn shown_code(&self) -> String {
        match self.0.code {
            code if code < 0 => code.to_string(),
            code => format!("{code:06}"),
        }
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

    /// The same error, about something in the statement's text.
    fn about(mut self, subject: Subject) -> Self {
        self.0.subject = Some(subject);
        self
    }

    /// What the error is about, while its place is not known.
    pub fn subject(&self) -> Option<&Subject> {
        self.0.subject.as_ref().filter(|_| self.0.place.is_none())
    }

    /// The same error at the place of its subject, of which the message then tells.
    pub fn found_at(self, place: Place) -> Self {
        let Place { line, position } = place;
        let told = format!("SQL compilation error: error line {line} at position {position}\n");
        let message = self.message().replacen("SQL compilation error:\n", &told, 1);
        self.reworded(message).at(line, position)
    }

    /// The same error in other words.
    pub fn reworded(mut self, message: impl Into<String>) -> Self {
        self.0.message = message.into();
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
        write!(
            f,
            "{} ({}): {}",
            self.shown_code(),
            self.0.sqlstate,
            self.0.message
        )
    }
}

impl std::error::Error for Error {}

/// The parts of a shown name.
fn name_parts(name: &str) -> Vec<String> {
    name.split('.').map(|part| part.replace('"', "")).collect()
}

/// The function of a call, such as `LEFT('a')`.
fn called(call: &str) -> Subject {
    Subject::Function(call.split('(').next().unwrap_or_default().to_owned())
}

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

    /// 002043 (02000): what USE or SHOW … IN names is not there. Other errors stay what they are.
    pub fn or_cannot_be_performed(self) -> Self {
        if self.code() != 2003 {
            return self;
        }
        let message = "SQL compilation error:\nObject does not exist, or operation cannot be performed.";
        Self::new(2043, "02000", message)
    }

    /// 002003 (02000 / 42S02): a named object that is not there. `kind` is for instance `Table`.
    pub fn not_found(kind: impl fmt::Display, name: impl fmt::Display) -> Self {
        let kind = kind.to_string();
        let state = if matches!(kind.as_str(), "Object" | "Table" | "View") {
            "42S02"
        } else {
            "02000"
        };
        let message = format!("SQL compilation error:\n{kind} '{name}' does not exist or not authorized.");
        Self::new(2003, state, message)
    }

    /// 002002 (42710): a name that is taken.
    pub fn already_exists(name: impl fmt::Display) -> Self {
        Self::new(
            2002,
            "42710",
            format!("SQL compilation error:\nObject '{name}' already exists."),
        )
    }

    /// 000904 (42000): a column that is not there.
    pub fn invalid_identifier(name: impl fmt::Display) -> Self {
        let name = name.to_string();
        let message = format!("SQL compilation error:\ninvalid identifier '{name}'");
        Self::new(904, "42000", message).about(Subject::Column(name_parts(&name)))
    }

    /// 002028 (42601): a column that several relations have.
    pub fn ambiguous_column(name: impl fmt::Display) -> Self {
        let message = format!("SQL compilation error:\nambiguous column name '{name}'");
        Self::new(2028, "42601", message)
    }

    /// 001104 (42601): a column that is not grouped by.
    pub fn not_grouped(column: impl fmt::Display) -> Self {
        let column = column.to_string();
        let message = format!(
            "SQL compilation error:\n'{column}' in select clause is neither an aggregate nor in the group by clause."
        );
        Self::new(1104, "42601", message).about(Subject::Column(name_parts(&column)))
    }

    /// 000979 (42601): what GROUP BY does not take, such as an aggregate or a place beyond the SELECT list.
    pub fn not_groupable(expr: impl fmt::Display) -> Self {
        let message = format!("SQL compilation error:\n[{expr}] is not a valid group by expression");
        Self::new(979, "42601", message)
    }

    /// 001789 (42601): a branch of UNION and its like with another number of columns than the first; branches count from 1.
    pub fn branch_width(expected: usize, given: usize, branch: usize) -> Self {
        let message = format!(
            "SQL compilation error:\ninvalid number of result columns for set operator input branches, expected \
             {expected}, got {given} in branch {branch}"
        );
        Self::new(1789, "42601", message)
    }

    /// 002022 (42601): a column of a new table or view that has no name.
    pub fn unnamed_column() -> Self {
        Self::new(
            2022,
            "42601",
            "SQL compilation error:\nMissing column specification",
        )
    }

    /// 002140 (42601): a function that Snowglobe does not know.
    pub fn unknown_function(name: impl fmt::Display) -> Self {
        Self::new(
            2140,
            "42601",
            format!("SQL compilation error:\nUnknown function {name}."),
        )
    }

    /// 002141 (42601): a user-defined function or procedure that is not there.
    pub fn unknown_user_function(name: impl fmt::Display) -> Self {
        let message = format!("SQL compilation error:\nUnknown user-defined function {name}.");
        Self::new(2141, "42601", message)
    }

    /// 002141 (42601): a table function that is not there.
    pub fn unknown_table_function(name: impl fmt::Display) -> Self {
        let message = format!("SQL compilation error:\nUnknown table function {name}.");
        Self::new(2141, "42601", message)
    }

    /// 001044 (42P13): a function called with types it does not take; `types` reads `NUMBER(38,0), VARCHAR`.
    pub fn argument_types(function: impl fmt::Display, types: impl fmt::Display) -> Self {
        let function = function.to_string();
        let message =
            format!("SQL compilation error:\nInvalid argument types for function '{function}': ({types})");
        Self::new(1044, "42P13", message).about(Subject::Function(function))
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

/// Errors of function calls.
impl Error {
    /// 000938 (22023): a call with too few arguments; `call` is the call as written.
    pub fn not_enough_arguments(call: impl fmt::Display, expected: usize, given: usize) -> Self {
        let call = call.to_string();
        let message = format!(
            "SQL compilation error:\nnot enough arguments for function [{call}], expected {expected}, got {given}"
        );
        Self::new(938, "22023", message).about(called(&call))
    }

    /// 000939 (22023): a call with too many arguments; `call` is the call as written.
    pub fn too_many_arguments(call: impl fmt::Display, expected: usize, given: usize) -> Self {
        let call = call.to_string();
        let message = format!(
            "SQL compilation error:\ntoo many arguments for function [{call}] expected {expected}, got {given}"
        );
        Self::new(939, "22023", message).about(called(&call))
    }

    /// 001056 (22023): a date or time part that a function does not take.
    pub fn not_a_date_part(part: impl fmt::Display, function: impl fmt::Display) -> Self {
        let message = format!(
            "SQL compilation error:\n[{part}] is not a valid date/time component for function {function}."
        );
        Self::new(1056, "22023", message)
    }

    /// 001065 (22023): a TRY_ conversion of a type it does not take.
    pub fn try_cast_types(
        function: impl fmt::Display,
        from: impl fmt::Display,
        to: impl fmt::Display,
    ) -> Self {
        let message = format!(
            "SQL compilation error:\nFunction {function} cannot be used with arguments of types {from} and {to}"
        );
        Self::new(1065, "22023", message)
    }

    /// 100094 (22000): a time zone that is not in the IANA database.
    pub fn unknown_time_zone(name: impl fmt::Display) -> Self {
        Self::new(100_094, "22000", format!("Unknown timezone: '{name}'"))
    }

    /// 100048 (2201B): text that is no regular expression; `reason` tells why.
    pub fn invalid_regex(pattern: impl fmt::Display, reason: impl fmt::Display) -> Self {
        Self::new(
            100_048,
            "2201B",
            format!("Invalid regular expression: '{pattern}', {reason}"),
        )
    }

    /// 100137 (22023): an argument whose value a function does not take.
    pub fn invalid_argument(
        function: impl fmt::Display,
        value: impl fmt::Display,
        rule: impl fmt::Display,
    ) -> Self {
        Self::new(
            100_137,
            "22023",
            format!("Invalid value [{value}] for function '{function}', {rule}"),
        )
    }

    /// 100047 (22003): a floating point operation outside its domain, for instance `sqrt(-1)`.
    pub fn invalid_float_operation(operation: impl fmt::Display) -> Self {
        Self::new(
            100_047,
            "22003",
            format!("Invalid floating point operation: {operation}"),
        )
    }
}

/// Execution errors: a value or the state of the world is at fault.
impl Error {
    /// 100038 (22018): text that is no number.
    pub fn not_numeric(value: impl fmt::Display) -> Self {
        Self::new(
            100_038,
            "22018",
            format!("Numeric value '{value}' is not recognized"),
        )
    }

    /// 100037 (22018): text that is no boolean.
    pub fn not_boolean(value: impl fmt::Display) -> Self {
        Self::new(
            100_037,
            "22018",
            format!("Boolean value '{value}' is not recognized"),
        )
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
        Self::new(
            100_039,
            "22003",
            format!("Numeric value '{value}' is out of range"),
        )
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

    /// 100100 (22P02): text that is no XML; `what` tells what and where.
    pub fn xml(what: impl fmt::Display) -> Self {
        Self::new(100_100, "22P02", format!("Error parsing XML: {what}"))
    }

    /// 100071 (22000): a VARIANT value of another type than the cast wants.
    pub fn variant_cast(value: impl fmt::Display, data_type: impl fmt::Display) -> Self {
        Self::new(
            100_071,
            "22000",
            format!("Failed to cast variant value {value} to {data_type}"),
        )
    }

    /// 100072 (22000): NULL where a column is NOT NULL.
    pub fn null_in_not_null(column: impl fmt::Display) -> Self {
        Self::new(
            100_072,
            "22000",
            format!("NULL result in a non-nullable column '{column}'"),
        )
    }

    /// 090150 (22000): a scalar subquery of several rows.
    pub fn many_rows() -> Self {
        Self::new(90_150, "22000", "Single-row subquery returns more than one row.")
    }

    /// 100071 (22000): an array that holds what has no text.
    pub fn array_to_text() -> Self {
        Self::new(
            100_071,
            "22000",
            "Failed to cast variant value from array to string",
        )
    }

    /// The same error, raised while a value was stored in a column.
    pub fn stored_in(mut self, table: impl fmt::Display, column: impl fmt::Display) -> Self {
        self.0.message = format!(
            "DML operation to table {table} failed on column {column} with error: {}",
            self.0.message
        );
        self
    }

    /// 100078 (22000): text longer than its column.
    pub fn string_too_long(value: impl fmt::Display) -> Self {
        Self::new(
            100_078,
            "22000",
            format!("String '{value}' is too long and would be truncated"),
        )
    }

    /// 000603 (XX000): a fault of Snowglobe itself.
    pub fn internal(what: impl fmt::Display) -> Self {
        Self::new(603, "XX000", format!("SQL execution internal error: {what}"))
    }

    /// 000604 (57014): a statement that was cancelled.
    pub fn cancelled() -> Self {
        Self::new(604, "57014", "SQL execution canceled")
    }

    /// 000630 (57014): a statement that ran into STATEMENT_TIMEOUT_IN_SECONDS.
    pub fn statement_timeout(seconds: u64) -> Self {
        let message = format!(
            "Statement reached its statement or warehouse timeout of {seconds} second(s) and was canceled."
        );
        Self::new(630, "57014", message)
    }

    /// 091003 (58030): the disk or the network of this machine failed; `what` tells which.
    pub fn io(what: impl fmt::Display) -> Self {
        Self::new(
            91_003,
            "58030",
            format!("The local disk or network failed. Cause: [{what}]"),
        )
    }

    /// 091003 (22000): a stage's storage failed; `cause` says how.
    pub fn stage_area(cause: impl fmt::Display) -> Self {
        Self::new(
            91_003,
            "22000",
            format!("Failure using stage area. Cause: [{cause}]"),
        )
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
                E::External(other) if other.downcast_ref::<Error>().is_some() => other
                    .downcast_ref::<Error>()
                    .cloned()
                    .unwrap_or_else(|| Error::internal(&inner)),
                _ => Error::internal(inner),
            },
            E::ArrowError(inner, _) => match *inner {
                datafusion::arrow::error::ArrowError::ExternalError(other) => match other.downcast::<Error>()
                {
                    Ok(own) => *own,
                    Err(other) => Error::internal(other),
                },
                datafusion::arrow::error::ArrowError::DivideByZero => Error::division_by_zero(),
                datafusion::arrow::error::ArrowError::CastError(message)
                    if message.starts_with("Cannot cast string '")
                        && ["Decimal", "Int", "Float"]
                            .iter()
                            .any(|kind| message.contains(kind)) =>
                {
                    Error::not_numeric(message.split('\'').nth(1).unwrap_or_default())
                }
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

/// Errors of the world around the warehouse, for which Snowflake has no number: it shows as 000000.
impl Error {
    /// 000000 (F0000): a configuration file or option that cannot be followed; `what` names the key and the remedy.
    pub fn configuration(what: impl fmt::Display) -> Self {
        Self::new(0, "F0000", what.to_string())
    }

    /// 100357 (P0000): a handler in Python failed; `what` is its traceback and which function it is of.
    pub fn python(what: &str) -> Self {
        Self::new(100_357, "P0000", format!("Python Interpreter Error:\n{what}"))
    }

    /// 000000 (58000): a service outside the warehouse failed or did not answer; `what` tells which and how.
    pub fn outside(what: impl fmt::Display) -> Self {
        Self::new(0, "58000", what.to_string())
    }
}
