//! What a pipe's COPY says: where it reads, which files it means, where it loads to.

use crate::catalog::object::Pipe;
use crate::catalog::{ObjectId, ObjectKind, Snapshot};
use crate::engine::Context;
use crate::engine::copy::{Place, place_of, resolve_format};
use crate::engine::names::Names;
use crate::error::{Error, Result};
use crate::sql::Statement;
use crate::sql::statement::CopyIntoTable;
use crate::stage::pattern::Pattern;

/// Options of COPY that a pipe does not take.
const REFUSED: [&str; 4] = ["SIZE_LIMIT", "PURGE", "FORCE", "RETURN_FAILED_ONLY"];

/// A pipe's COPY, looked up.
#[derive(Debug)]
pub struct Definition {
    /// Where the files are.
    pub place: Place,
    /// The table.
    pub table: ObjectId,
    pattern: Option<Pattern>,
}

/// Why a pipe cannot run, in the words of `executionState`.
#[derive(Debug)]
pub struct Stopped {
    /// The state.
    pub state: &'static str,
    /// The reason.
    pub error: Error,
}

/// The context in which a pipe's names are looked up.
fn context(pipe: &Pipe) -> Context {
    let mut context = Context::new(0, super::USER);
    context.database = Some(pipe.context.0.clone());
    context.schema = Some(pipe.context.1.clone());
    context
}

impl Definition {
    /// Looks a pipe's COPY up; its names are those of the schema that the pipe lives in.
    ///
    /// # Errors
    /// What is missing.
    pub fn read(snapshot: &Snapshot, pipe: &Pipe) -> Result<Self, Stopped> {
        let context = context(pipe);
        let names = &Names {
            snapshot,
            context: &context,
        };
        let stopped = |state| move |error| Stopped { state, error };
        let copy = parse(&pipe.copy).map_err(stopped("STALLED_COMPILATION_ERROR"))?;
        let table = names
            .require(ObjectKind::Table, &copy.table)
            .map_err(stopped("STOPPED_MISSING_TABLE"))?;
        let place = place_of(names, &copy).map_err(|error| match error.code() {
            3115 | 3127 => Stopped {
                state: "STALLED_STAGE_PERMISSION_ERROR",
                error,
            },
            2003 => Stopped {
                state: "STOPPED_STAGE_DROPPED",
                error,
            },
            _ => Stopped {
                state: "STALLED_COMPILATION_ERROR",
                error,
            },
        })?;
        resolve_format(names, &copy.file_format, &place.file_format, table.as_table()).map_err(|error| {
            let dropped = error.code() == 2003;
            Stopped {
                state: if dropped {
                    "STOPPED_FILE_FORMAT_DROPPED"
                } else {
                    "STALLED_COMPILATION_ERROR"
                },
                error,
            }
        })?;
        let pattern = copy.pattern.as_deref().map(Pattern::new).transpose();
        let pattern = pattern.map_err(stopped("STALLED_COMPILATION_ERROR"))?;
        Ok(Self {
            place,
            table: table.id,
            pattern,
        })
    }

    /// Whether the pipe means a key. PATTERN is matched with what follows the stage's path, unlike COPY's.
    ///
    /// # Errors
    /// A pattern that cannot be evaluated.
    pub fn selects(&self, key: &str) -> Result<bool> {
        let prefix = self.place.prefix();
        let Some(rest) = key.strip_prefix(prefix.as_str()) else {
            return Ok(false);
        };
        let Some(pattern) = &self.pattern else {
            return Ok(true);
        };
        pattern.matches(rest.trim_start_matches('/'))
    }
}

fn parse(text: &str) -> Result<CopyIntoTable> {
    match crate::sql::parse(text)? {
        Statement::CopyIntoTable(copy) => Ok(*copy),
        _ => Err(Error::compilation(
            "a pipe's statement must be COPY INTO a table.",
        )),
    }
}

/// Refuses a COPY with options that pipes do not have.
/// <https://docs.snowflake.com/en/sql-reference/sql/create-pipe#usage-notes>
///
/// # Errors
/// 002300 range: the option, by name.
pub fn check(copy: &CopyIntoTable) -> Result<()> {
    let refuse = |what: &str| {
        let message = format!(
            "SQL compilation error:\nPipe Notifications bind failure: {what} is not supported in a pipe."
        );
        Err(Error::new(2303, "0A000", message))
    };
    if copy.files.is_some() {
        return refuse("FILES");
    }
    if copy.validation_mode.is_some() {
        return refuse("VALIDATION_MODE");
    }
    if let Some(option) = REFUSED.iter().find(|option| copy.options.get(option).is_some()) {
        return refuse(option);
    }
    match copy.options.text("ON_ERROR")? {
        Some(text) if text.eq_ignore_ascii_case("ABORT_STATEMENT") => refuse("ON_ERROR = ABORT_STATEMENT"),
        _ => Ok(()),
    }
}
