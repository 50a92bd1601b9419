//! [`ObjectKind`]: the kinds of objects that commands name, with their singular and plural words.

use std::fmt;

use crate::error::Result;
use crate::sql::cursor::Cursor;

/// A kind of object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ObjectKind {
    Account,
    Database,
    Schema,
    Table,
    DynamicTable,
    View,
    MaterializedView,
    Column,
    Stage,
    FileFormat,
    Pipe,
    Stream,
    Task,
    Sequence,
    Warehouse,
    Role,
    DatabaseRole,
    User,
    Integration,
    Function,
    Procedure,
    MaskingPolicy,
    RowAccessPolicy,
    Tag,
    ResourceMonitor,
    ExternalTable,
}

/// Every kind with its word and its plural. Longer words stand before their own endings.
const WORDS: &[(ObjectKind, &str, &str)] = &[
    (ObjectKind::Account, "ACCOUNT", "ACCOUNTS"),
    (ObjectKind::DatabaseRole, "DATABASE ROLE", "DATABASE ROLES"),
    (ObjectKind::Database, "DATABASE", "DATABASES"),
    (ObjectKind::Schema, "SCHEMA", "SCHEMAS"),
    (ObjectKind::DynamicTable, "DYNAMIC TABLE", "DYNAMIC TABLES"),
    (ObjectKind::ExternalTable, "EXTERNAL TABLE", "EXTERNAL TABLES"),
    (ObjectKind::Table, "TABLE", "TABLES"),
    (ObjectKind::View, "VIEW", "VIEWS"),
    (
        ObjectKind::MaterializedView,
        "MATERIALIZED VIEW",
        "MATERIALIZED VIEWS",
    ),
    (ObjectKind::Column, "COLUMN", "COLUMNS"),
    (ObjectKind::Stage, "STAGE", "STAGES"),
    (ObjectKind::FileFormat, "FILE FORMAT", "FILE FORMATS"),
    (ObjectKind::Pipe, "PIPE", "PIPES"),
    (ObjectKind::Stream, "STREAM", "STREAMS"),
    (ObjectKind::Task, "TASK", "TASKS"),
    (ObjectKind::Sequence, "SEQUENCE", "SEQUENCES"),
    (ObjectKind::Warehouse, "WAREHOUSE", "WAREHOUSES"),
    (ObjectKind::Role, "ROLE", "ROLES"),
    (ObjectKind::User, "USER", "USERS"),
    (ObjectKind::Integration, "INTEGRATION", "INTEGRATIONS"),
    (
        ObjectKind::Integration,
        "STORAGE INTEGRATION",
        "STORAGE INTEGRATIONS",
    ),
    (
        ObjectKind::Integration,
        "NOTIFICATION INTEGRATION",
        "NOTIFICATION INTEGRATIONS",
    ),
    (ObjectKind::Function, "FUNCTION", "FUNCTIONS"),
    (ObjectKind::Procedure, "PROCEDURE", "PROCEDURES"),
    (ObjectKind::MaskingPolicy, "MASKING POLICY", "MASKING POLICIES"),
    (
        ObjectKind::RowAccessPolicy,
        "ROW ACCESS POLICY",
        "ROW ACCESS POLICIES",
    ),
    (ObjectKind::Tag, "TAG", "TAGS"),
    (
        ObjectKind::ResourceMonitor,
        "RESOURCE MONITOR",
        "RESOURCE MONITORS",
    ),
];

impl ObjectKind {
    /// The word of the kind, for instance `FILE FORMAT`.
    pub fn word(self) -> &'static str {
        WORDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("OBJECT", |(_, word, _)| word)
    }

    /// The plural, for instance `FILE FORMATS`.
    pub fn plural(self) -> &'static str {
        WORDS
            .iter()
            .find(|(kind, ..)| *kind == self)
            .map_or("OBJECTS", |(.., plural)| plural)
    }
}

impl fmt::Display for ObjectKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl Cursor<'_> {
    /// Takes the word of a kind if one comes next.
    pub(crate) fn take_kind(&mut self) -> Option<ObjectKind> {
        WORDS
            .iter()
            .find(|(_, word, _)| self.take(word))
            .map(|(kind, ..)| *kind)
    }

    /// Takes the plural of a kind if one comes next.
    pub(crate) fn take_plural(&mut self) -> Option<ObjectKind> {
        WORDS
            .iter()
            .find(|(.., plural)| self.take(plural))
            .map(|(kind, ..)| *kind)
    }

    /// Takes the word of a kind or fails.
    pub(crate) fn kind(&mut self) -> Result<ObjectKind> {
        match self.take_kind() {
            Some(kind) => Ok(kind),
            None => self.unexpected(),
        }
    }
}
