//! Tables: their columns and constraints. <https://docs.snowflake.com/en/sql-reference/sql/create-table>

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, StringArray};
use datafusion::common::ScalarValue;
use serde::{Deserialize, Serialize};

use super::dynamic::Dynamic;
use super::external::{self, External};
use super::masking::ColumnMask;
use super::object::ObjectId;
use super::options::Options;
use super::row_access::RowAccess;
use crate::error::Result;
use crate::storage::ScanColumn;
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast};
use crate::types::context::TypeContext;

/// How long a table lives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TableKind {
    /// Until dropped, with fail-safe on a real account.
    #[default]
    Permanent,
    /// Until dropped.
    Transient,
    /// Until its session ends.
    Temporary,
}

impl TableKind {
    /// The kind as SHOW TABLES prints it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Permanent => "TABLE",
            Self::Transient => "TRANSIENT",
            Self::Temporary => "TEMPORARY",
        }
    }
}

/// A table's definition; its rows are a [`crate::storage::TableHistory`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Table {
    /// How long it lives.
    pub kind: TableKind,
    /// In order; dropped columns are gone from here.
    pub columns: Vec<Column>,
    /// The id that the next added column gets.
    pub next_column_id: u32,
    /// CLUSTER BY, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cluster_by: Option<String>,
    /// DATA_RETENTION_TIME_IN_DAYS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retention_days: Option<u32>,
    /// CHANGE_TRACKING: whether streams or CHANGES were wanted.
    #[serde(default)]
    pub change_tracking: bool,
    /// PRIMARY KEY, UNIQUE and FOREIGN KEY; kept and shown, not enforced, as on Snowflake.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub constraints: Vec<Constraint>,
    /// STAGE_FILE_FORMAT and other options kept as written.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// Whether it is an event table, into which the account writes what handlers log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub events: bool,
    /// For a dynamic table: its query, and how it is refreshed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dynamic: Option<Box<Dynamic>>,
    /// For an external table: where its files lie, and how they are read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external: Option<Box<External>>,
    /// ROW ACCESS POLICY.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_access: Option<RowAccess>,
}

/// A table's column.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Column {
    /// Its identity within the table, kept over renames; micro-partitions name columns by it.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// Its type.
    pub data_type: SnowType,
    /// Whether NULL is allowed.
    pub nullable: bool,
    /// DEFAULT, as SQL text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// AUTOINCREMENT: (start, step).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity: Option<(i64, i64)>,
    /// ORDER of AUTOINCREMENT; numbers are given in order here either way.
    #[serde(default)]
    pub identity_ordered: bool,
    /// For a column added later: the value, as text, of rows that were there before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub initial: Option<String>,
    /// COMMENT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// MASKING POLICY.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub masking: Option<ColumnMask>,
    /// AS: what a virtual column is, as SQL text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expression: Option<String>,
}

/// A table constraint.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Constraint {
    /// Its name, given or made.
    pub name: String,
    /// What it says.
    pub kind: ConstraintKind,
    /// The columns it covers, by name.
    pub columns: Vec<String>,
    /// RELY, which is shown only.
    #[serde(default)]
    pub rely: bool,
}

/// What a constraint says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ConstraintKind {
    /// PRIMARY KEY.
    PrimaryKey,
    /// UNIQUE.
    Unique,
    /// FOREIGN KEY … REFERENCES table (columns).
    ForeignKey {
        /// The referenced table; 0 for the table itself.
        table: ObjectId,
        /// The referenced columns.
        columns: Vec<String>,
    },
}

impl Table {
    /// The columns as the storage reads them; of an external table, what is kept of its records.
    pub fn scan_columns(&self) -> Result<Vec<ScanColumn>> {
        match &self.external {
            Some(_) => external::stored_table()
                .columns
                .iter()
                .map(Column::scan)
                .collect(),
            None => self.columns.iter().map(Column::scan).collect(),
        }
    }
}

impl Column {
    /// A column that takes NULL, of which nothing else is said.
    pub fn plain(id: u32, name: impl Into<String>, data_type: SnowType) -> Self {
        Self {
            id,
            name: name.into(),
            data_type,
            nullable: true,
            default: None,
            identity: None,
            identity_ordered: false,
            initial: None,
            comment: None,
            masking: None,
            expression: None,
        }
    }

    /// The column as the storage reads it.
    pub fn scan(&self) -> Result<ScanColumn> {
        let field = self.data_type.field_ref(&self.name, self.nullable);
        let initial = match &self.initial {
            None => ScalarValue::try_from(field.data_type())?,
            Some(text) => {
                let text: ArrayRef = Arc::new(StringArray::from(vec![text.as_str()]));
                let context = TypeContext::default();
                let value = cast(
                    &text,
                    &SnowType::VARCHAR,
                    &self.data_type,
                    CastMode::Strict,
                    &context,
                )?;
                ScalarValue::try_from_array(&value, 0)?
            }
        };
        Ok(ScanColumn {
            id: self.id,
            field,
            initial,
        })
    }
}
