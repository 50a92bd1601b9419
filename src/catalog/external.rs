//! External tables: which files of a stage they show, and the history of that.
//! <https://docs.snowflake.com/en/user-guide/tables-external-intro>
//!
//! A table knows its files from its last refresh. The records of a file are read when the file is registered and are kept
//! like the rows of any table, as [`STORED`]; the table's own columns are expressions over them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::object::{Column, ObjectId, Table};
use super::options::Options;
use crate::types::SnowType;

/// What is kept of each record.
pub const STORED: [(&str, SnowType); 4] = [
    ("VALUE", SnowType::Variant),
    ("METADATA$FILENAME", SnowType::VARCHAR),
    ("METADATA$FILE_ROW_NUMBER", SnowType::INTEGER),
    ("METADATA$EXTERNAL_TABLE_PARTITION", SnowType::VARCHAR),
];

/// Those of [`STORED`] that a query gets only by name.
pub const PSEUDO_COLUMNS: [&str; 3] = [
    "METADATA$FILENAME",
    "METADATA$FILE_ROW_NUMBER",
    "METADATA$EXTERNAL_TABLE_PARTITION",
];

/// The first id of a column that is an expression.
pub const FIRST_EXPRESSION: u32 = STORED.len() as u32 + 1;

/// What makes a table an external one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct External {
    /// The stage.
    pub stage: ObjectId,
    /// The path below it.
    pub path: String,
    /// PATTERN.
    pub pattern: Option<String>,
    /// FILE_FORMAT.
    pub file_format: Options,
    /// AUTO_REFRESH.
    pub auto_refresh: bool,
    /// PARTITION BY.
    pub partition_by: Vec<String>,
    /// PARTITION_TYPE = USER_SPECIFIED.
    pub user_partitions: bool,
    /// AWS_SNS_TOPIC and others, as written.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// When it was last refreshed.
    pub refreshed: Option<Timestamp>,
}

/// The definition of the table that holds the records: the same for every external table.
pub fn stored_table() -> Table {
    let columns: Vec<Column> = STORED
        .iter()
        .zip(1..)
        .map(|((name, data_type), id)| Column::plain(id, *name, *data_type))
        .collect();
    Table {
        next_column_id: FIRST_EXPRESSION,
        columns,
        ..Table::default()
    }
}

/// What became of a file in a refresh.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FileStatus {
    /// It was not known.
    RegisteredNew,
    /// It has other content than before.
    RegisteredUpdate,
    /// It cannot be read.
    RegisterFailed,
    /// It is gone.
    Unregistered,
}

impl FileStatus {
    /// The status as REFRESH and the history word it, and what is said about it.
    pub fn label(self) -> (&'static str, &'static str) {
        match self {
            Self::RegisteredNew => ("REGISTERED_NEW", "File registered successfully."),
            Self::RegisteredUpdate => ("REGISTERED_UPDATE", "File registered successfully."),
            Self::RegisterFailed => ("REGISTER_FAILED", "File could not be registered."),
            Self::Unregistered => ("UNREGISTERED", "File unregistered successfully."),
        }
    }
}

/// A file that was registered, or was not any more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Registration {
    /// The external table.
    pub table: ObjectId,
    /// The file's key in its bucket, as METADATA$FILENAME shows it.
    pub file: String,
    /// What became of it.
    pub status: FileStatus,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// When.
    pub at: Timestamp,
    /// In bytes.
    pub size: u64,
    /// When it was last changed.
    pub last_modified: Timestamp,
    /// The ETag of the content that was read.
    pub etag: String,
    /// The values of user-specified partition columns, as a JSON object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub partition: Option<String>,
}
