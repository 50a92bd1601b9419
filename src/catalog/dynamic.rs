//! Dynamic tables: tables whose rows are those of a query, refreshed as their lag asks for, and the history of their
//! refreshes. <https://docs.snowflake.com/en/user-guide/dynamic-tables/overview>

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::object::ObjectId;
use super::options::Options;

/// TARGET_LAG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TargetLag {
    /// So many seconds at most, 60 or more.
    Seconds(u64),
    /// DOWNSTREAM: refreshed when a table that depends on it is.
    Downstream,
}

/// What makes a table a dynamic one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Dynamic {
    /// The query's text.
    pub query: String,
    /// The whole statement's text, as SHOW DYNAMIC TABLES gives it.
    pub text: String,
    /// The database and schema that the query's bare names are looked up in.
    pub context: (String, String),
    /// Whether the statement named the columns, so that they do not follow the query.
    pub named_columns: bool,
    /// TARGET_LAG; absent with SCHEDULER = DISABLE.
    pub lag: Option<TargetLag>,
    /// SCHEDULER, if it was given: ENABLE is true.
    pub scheduler: Option<bool>,
    /// WAREHOUSE.
    pub warehouse: String,
    /// REFRESH_MODE as it was asked for.
    pub refresh_mode: String,
    /// INITIALIZE: `ON_CREATE` or `ON_SCHEDULE`.
    pub initialize: String,
    /// INITIALIZATION_WAREHOUSE.
    pub options: Options,
    /// When it was suspended, if it is.
    pub suspended: Option<Suspension>,
    /// When it was last suspended.
    pub last_suspended: Option<Timestamp>,
    /// Whether it was made by CLONE.
    pub is_clone: bool,
    /// When a refresh was last tried, or the table made: the lag counts from here.
    pub tried: Timestamp,
    /// Failed refreshes in a row, those that were scheduled.
    pub failures: u32,
    /// What the rows stand for; absent before the first refresh.
    pub content: Option<Content>,
}

/// Why a dynamic table is not refreshed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Suspension {
    /// ALTER … SUSPEND named it, or it failed too often.
    Own,
    /// A table that it reads was suspended.
    Upstream,
}

/// What the rows of a dynamic table stand for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Content {
    /// Changes up to this moment are in.
    pub data_timestamp: Timestamp,
    /// Changes up to and including this commit are in.
    pub seq: u64,
    /// The tables that were read.
    pub inputs: BTreeSet<ObjectId>,
    /// A mark of the plan that gave the rows: another one means that more than rows has changed.
    pub plan: u64,
}

impl Dynamic {
    /// When the next scheduled refresh is due; `None` for one that is not scheduled by itself.
    pub fn due(&self) -> Option<Timestamp> {
        if self.suspended.is_some() || self.scheduler == Some(false) {
            return None;
        }
        let Some(TargetLag::Seconds(seconds)) = self.lag else {
            return None;
        };
        let lag = SignedDuration::from_secs(i64::try_from(seconds).ok()?);
        self.tried.checked_add(lag).ok()
    }
}

/// How a refresh ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum RefreshState {
    /// The rows are those of the query.
    Succeeded,
    /// The query failed.
    Failed,
    /// A table that it reads could not be refreshed.
    UpstreamFailed,
}

impl RefreshState {
    /// The state as DYNAMIC_TABLE_REFRESH_HISTORY words it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::UpstreamFailed => "UPSTREAM_FAILED",
        }
    }
}

/// One refresh of a dynamic table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DynamicRefresh {
    /// The table.
    pub table: ObjectId,
    /// How it ended.
    pub state: RefreshState,
    /// The error's number, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_code: Option<i32>,
    /// The error's message, if it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_message: Option<String>,
    /// The statement that did it.
    pub query_id: String,
    /// Changes up to this moment were looked at.
    pub data_timestamp: Timestamp,
    /// When it ended.
    pub completed: Timestamp,
    /// `NO_DATA`, `INCREMENTAL`, `FULL` or `REINITIALIZE`; absent when it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<String>,
    /// `SCHEDULED`, `MANUAL` or `CREATION`.
    pub trigger: String,
    /// The lag that was asked for, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<u64>,
    /// By when it was to be done: the data's moment before, and the lag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<Timestamp>,
    /// Rows added.
    pub inserted: u64,
    /// Rows taken out.
    pub deleted: u64,
}
