//! Load history and task history: what COPY_HISTORY, LOAD_HISTORY and TASK_HISTORY show, and what makes loading a
//! file twice impossible.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::object::ObjectId;

/// How a file's load ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LoadStatus {
    /// All rows are in.
    Loaded,
    /// Some rows are in.
    PartiallyLoaded,
    /// No row is in.
    LoadFailed,
}

impl LoadStatus {
    /// The status as COPY_HISTORY words it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Loaded => "Loaded",
            Self::PartiallyLoaded => "Partially loaded",
            Self::LoadFailed => "Load failed",
        }
    }
}

/// A file that a load into a table has handled.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LoadedFile {
    /// The table.
    pub table: ObjectId,
    /// The pipe that loaded it, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pipe: Option<ObjectId>,
    /// The stage or location, as `@DB.SCHEMA.STAGE/` or `s3://…/`.
    pub stage: String,
    /// The file's path below the stage.
    pub file: String,
    /// Where the file lies: `bucket/key`. With the ETag this is the file's identity.
    pub path: String,
    /// The ETag (MD5) of the content that was read.
    pub etag: String,
    /// In bytes.
    pub size: u64,
    /// When the file was last changed.
    pub last_modified: Timestamp,
    /// When the file was put into the pipe's queue, if it was: known from the commit on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Timestamp>,
    /// When the load finished.
    pub loaded_at: Timestamp,
    /// The commit that made it: known from that commit on, 0 before.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub commit: u64,
    /// How it ended.
    pub status: LoadStatus,
    /// Rows in the file.
    pub rows_parsed: u64,
    /// Rows that are in the table.
    pub rows_loaded: u64,
    /// Errors found.
    pub errors: u64,
    /// The number of errors from which the load was to end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_limit: Option<u64>,
    /// The first error's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_error: Option<String>,
    /// The first error's line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_error_line: Option<u64>,
    /// The first error's character in its line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_error_character: Option<u64>,
    /// The first error's column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_error_column: Option<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the form that serde asks for
fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// A file that waits for a pipe: put into its queue by ALTER PIPE … REFRESH or by the REST API's insertFiles, and out
/// of it by the load.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QueuedFile {
    /// The pipe.
    pub pipe: ObjectId,
    /// Where the file lies: [`LoadedFile::path`].
    pub path: String,
    /// When it was put into the queue.
    pub queued_at: Timestamp,
}

/// How a task run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaskState {
    /// WHEN was false.
    Skipped,
    /// Its statement succeeded.
    Succeeded,
    /// Its statement failed.
    Failed,
    /// It was not run, for instance because its predecessor failed or the run before was still going.
    Cancelled,
}

impl TaskState {
    /// The state as TASK_HISTORY words it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Skipped => "SKIPPED",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }
}

/// One run of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TaskRun {
    /// The task.
    pub task: ObjectId,
    /// The root of its graph.
    pub root: ObjectId,
    /// The graph run's number, shared by all tasks of one run.
    pub graph_run: u64,
    /// The statement's text.
    pub query: String,
    /// WHEN, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition: Option<String>,
    /// The statement's query id, if it ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query_id: Option<String>,
    /// How it ended.
    pub state: TaskState,
    /// The error's number, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<i32>,
    /// The error's message, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// When it was due.
    pub scheduled: Timestamp,
    /// When it started.
    pub started: Timestamp,
    /// When it ended.
    pub completed: Timestamp,
    /// `SCHEDULE`, `TRIGGER` or `EXECUTE TASK`.
    pub scheduled_from: String,
    /// What SYSTEM$SET_RETURN_VALUE set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_value: Option<String>,
}
