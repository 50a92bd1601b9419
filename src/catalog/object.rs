//! The object kinds, and what the account remembers of each.
//!
//! To add a kind: a variant of [`ObjectKind`] with its row in [`ObjectKind::traits`], a body struct, a variant of
//! [`ObjectBody`].

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dynamic::Dynamic;
use super::external::External;
pub use super::masking::{ColumnMask, MaskingPolicy};
use super::monitor::ResourceMonitor;
use super::options::Options;
use super::routine::Routine;
use super::row_access::{RowAccess, RowAccessPolicy};
pub use super::table::{Column, Constraint, ConstraintKind, Table, TableKind};
use super::tag::Tag;
use super::user::User;

/// An object's identity: never reused, kept over renames. 0 is the account.
pub type ObjectId = u64;

/// The account, the parent of databases, warehouses, roles and integrations.
pub const ACCOUNT: ObjectId = 0;

/// The kinds of objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs)] // the names are Snowflake's
pub enum ObjectKind {
    Database,
    Schema,
    Table,
    View,
    Stage,
    FileFormat,
    Sequence,
    Stream,
    Pipe,
    Task,
    Warehouse,
    Role,
    Integration,
    Function,
    Procedure,
    User,
    MaskingPolicy,
    Tag,
    ResourceMonitor,
    RowAccessPolicy,
}

/// What holds for every object of a kind.
#[derive(Debug, Clone, Copy)]
pub struct KindTraits {
    /// The kind in statements, upper case: `FILE FORMAT`.
    pub sql: &'static str,
    /// The kind in messages: `File format`.
    pub label: &'static str,
    /// Where it lives: in the account, a database or a schema.
    pub level: Level,
    /// Kinds of one name space cannot share a name: tables and views are one.
    pub name_space: u8,
}

/// Where a kind's objects live.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Directly in the account.
    Account,
    /// In a database.
    Database,
    /// In a schema.
    Schema,
}

impl ObjectKind {
    /// All kinds.
    pub const ALL: [Self; 20] = [
        Self::Database,
        Self::Schema,
        Self::Table,
        Self::View,
        Self::Stage,
        Self::FileFormat,
        Self::Sequence,
        Self::Stream,
        Self::Pipe,
        Self::Task,
        Self::Warehouse,
        Self::Role,
        Self::Integration,
        Self::Function,
        Self::Procedure,
        Self::User,
        Self::MaskingPolicy,
        Self::Tag,
        Self::ResourceMonitor,
        Self::RowAccessPolicy,
    ];

    /// What holds for every object of this kind.
    pub const fn traits(self) -> KindTraits {
        let (sql, label, level, name_space) = match self {
            Self::Database => ("DATABASE", "Database", Level::Account, 0),
            Self::Schema => ("SCHEMA", "Schema", Level::Database, 1),
            Self::Table => ("TABLE", "Table", Level::Schema, 2),
            Self::View => ("VIEW", "View", Level::Schema, 2),
            Self::Stage => ("STAGE", "Stage", Level::Schema, 3),
            Self::FileFormat => ("FILE FORMAT", "File format", Level::Schema, 4),
            Self::Sequence => ("SEQUENCE", "Sequence", Level::Schema, 5),
            Self::Stream => ("STREAM", "Stream", Level::Schema, 6),
            Self::Pipe => ("PIPE", "Pipe", Level::Schema, 7),
            Self::Task => ("TASK", "Task", Level::Schema, 8),
            Self::Warehouse => ("WAREHOUSE", "Warehouse", Level::Account, 9),
            Self::Role => ("ROLE", "Role", Level::Account, 10),
            Self::Integration => ("INTEGRATION", "Integration", Level::Account, 11),
            Self::Function => ("FUNCTION", "Function", Level::Schema, 12),
            Self::Procedure => ("PROCEDURE", "Procedure", Level::Schema, 13),
            Self::User => ("USER", "User", Level::Account, 14),
            Self::MaskingPolicy => ("MASKING POLICY", "Masking policy", Level::Schema, 15),
            Self::Tag => ("TAG", "Tag", Level::Schema, 16),
            Self::ResourceMonitor => ("RESOURCE MONITOR", "Resource monitor", Level::Account, 17),
            Self::RowAccessPolicy => ("ROW ACCESS POLICY", "Row access policy", Level::Schema, 18),
        };
        KindTraits {
            sql,
            label,
            level,
            name_space,
        }
    }
}

/// An object of the account.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Object {
    /// Its identity.
    pub id: ObjectId,
    /// What it lives in: a schema, a database, or [`ACCOUNT`].
    pub parent: ObjectId,
    /// Its name, folded as Snowflake folds it.
    pub name: String,
    /// The role that owns it.
    pub owner: String,
    /// COMMENT.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comment: Option<String>,
    /// When it was created, in warehouse time.
    pub created: Timestamp,
    /// When its definition was last changed, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altered: Option<Timestamp>,
    /// When it was dropped, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Timestamp>,
    /// The session that alone sees it, for temporary objects.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<u64>,
    /// What is special to its kind.
    pub body: ObjectBody,
}

impl Object {
    /// What makes it a dynamic table, if it is one.
    pub fn as_dynamic(&self) -> Option<&Dynamic> {
        self.as_table()?.dynamic.as_deref()
    }

    /// What makes it a dynamic table, to change.
    pub fn as_dynamic_mut(&mut self) -> Option<&mut Dynamic> {
        self.as_table_mut()?.dynamic.as_deref_mut()
    }

    /// The columns of a table or view.
    pub fn columns(&self) -> &[Column] {
        match &self.body {
            ObjectBody::Table(table) => &table.columns,
            ObjectBody::View(view) => &view.columns,
            _ => &[],
        }
    }

    /// The row access policy of a table or view.
    pub fn row_access(&self) -> Option<&RowAccess> {
        match &self.body {
            ObjectBody::Table(table) => table.row_access.as_ref(),
            ObjectBody::View(view) => view.row_access.as_ref(),
            _ => None,
        }
    }

    /// What makes it an external table, if it is one.
    pub fn as_external(&self) -> Option<&External> {
        self.as_table()?.external.as_deref()
    }

    /// What makes it an external table, to change.
    pub fn as_external_mut(&mut self) -> Option<&mut External> {
        self.as_table_mut()?.external.as_deref_mut()
    }

    /// Its kind.
    pub fn kind(&self) -> ObjectKind {
        self.body.kind()
    }

    /// The body of a function or a procedure.
    pub fn as_routine(&self) -> Option<&Routine> {
        self.as_function().or_else(|| self.as_procedure())
    }

    /// The body of a function or a procedure, to change.
    pub fn as_routine_mut(&mut self) -> Option<&mut Routine> {
        match &mut self.body {
            ObjectBody::Function(routine) | ObjectBody::Procedure(routine) => Some(routine),
            _ => None,
        }
    }

    /// Its name as it is shown: a routine's without the types of its arguments.
    pub fn base_name(&self) -> &str {
        self.as_routine().map_or(&self.name, |routine| &routine.name)
    }
}

/// CREATE FUNCTION.
pub type Function = Routine;

/// CREATE PROCEDURE.
pub type Procedure = Routine;

/// What is special to a kind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[allow(missing_docs)] // each variant holds the struct of its name
pub enum ObjectBody {
    Database(Database),
    Schema(Schema),
    Table(Table),
    View(View),
    Stage(Stage),
    FileFormat(FileFormat),
    Sequence(Sequence),
    Stream(Stream),
    Pipe(Pipe),
    Task(Task),
    Warehouse(Warehouse),
    Role(Role),
    Integration(Integration),
    Function(Function),
    Procedure(Procedure),
    User(User),
    MaskingPolicy(MaskingPolicy),
    Tag(Tag),
    ResourceMonitor(ResourceMonitor),
    RowAccessPolicy(RowAccessPolicy),
}

/// Gives [`ObjectBody`] its kind, and typed access to one kind's body: `object.as_table()`.
macro_rules! bodies {
    ($($kind:ident $as_ref:ident $as_mut:ident),*) => {
        impl ObjectBody {
            /// The kind of object this is the body of.
            pub fn kind(&self) -> ObjectKind {
                match self { $(Self::$kind(_) => ObjectKind::$kind),* }
            }
        }
        impl Object {
            $(
                #[doc = concat!("The body, if this is a ", stringify!($kind), ".")]
                pub fn $as_ref(&self) -> Option<&$kind> {
                    if let ObjectBody::$kind(body) = &self.body { Some(body) } else { None }
                }
                #[doc = concat!("The body to change, if this is a ", stringify!($kind), ".")]
                pub fn $as_mut(&mut self) -> Option<&mut $kind> {
                    if let ObjectBody::$kind(body) = &mut self.body { Some(body) } else { None }
                }
            )*
        }
    };
}

bodies!(
    Database as_database as_database_mut, Schema as_schema as_schema_mut, Table as_table as_table_mut,
    View as_view as_view_mut, Stage as_stage as_stage_mut, FileFormat as_file_format as_file_format_mut,
    Sequence as_sequence as_sequence_mut, Stream as_stream as_stream_mut, Pipe as_pipe as_pipe_mut,
    Task as_task as_task_mut, Warehouse as_warehouse as_warehouse_mut, Role as_role as_role_mut,
    Integration as_integration as_integration_mut, Function as_function as_function_mut,
    Procedure as_procedure as_procedure_mut, User as_user as_user_mut,
    MaskingPolicy as_masking_policy as_masking_policy_mut, Tag as_tag as_tag_mut,
    ResourceMonitor as_resource_monitor as_resource_monitor_mut,
    RowAccessPolicy as_row_access_policy as_row_access_policy_mut
);

/// CREATE DATABASE.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Database {
    /// TRANSIENT.
    pub transient: bool,
    /// DATA_RETENTION_TIME_IN_DAYS.
    pub retention_days: Option<u32>,
    /// MAX_DATA_EXTENSION_TIME_IN_DAYS, LOG_LEVEL and others, as written.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
}

/// CREATE SCHEMA.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Schema {
    /// TRANSIENT.
    pub transient: bool,
    /// WITH MANAGED ACCESS.
    pub managed_access: bool,
    /// DATA_RETENTION_TIME_IN_DAYS.
    pub retention_days: Option<u32>,
    /// MAX_DATA_EXTENSION_TIME_IN_DAYS, LOG_LEVEL and others, as written.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
}

/// CREATE VIEW.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct View {
    /// The query's text.
    pub query: String,
    /// The whole statement's text, as SHOW VIEWS gives it.
    pub text: String,
    /// Output columns, with their names and types when it was created.
    pub columns: Vec<Column>,
    /// SECURE.
    pub secure: bool,
    /// The database and schema that were current, in which the query's bare names are looked up.
    pub context: (String, String),
    /// ROW ACCESS POLICY.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row_access: Option<RowAccess>,
}

/// CREATE STAGE. A stage without a URL is internal.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Stage {
    /// `s3://bucket/prefix/`, for an external stage.
    pub url: Option<String>,
    /// STORAGE_INTEGRATION.
    pub storage_integration: Option<String>,
    /// Whether credentials were given; they are never kept in readable form.
    pub has_credentials: bool,
    /// FILE_FORMAT = (…).
    pub file_format: Options,
    /// COPY_OPTIONS = (…).
    pub copy_options: Options,
    /// DIRECTORY, ENCRYPTION and others, as written.
    pub options: Options,
    /// TEMPORARY.
    pub temporary: bool,
}

/// CREATE FILE FORMAT.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct FileFormat {
    /// TYPE and the format type's options.
    pub options: Options,
}

/// CREATE SEQUENCE; its next value is a counter in the snapshot.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Sequence {
    /// START.
    pub start: i64,
    /// INCREMENT.
    pub increment: i64,
    /// ORDER.
    pub ordered: bool,
}

/// What rows a stream shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum StreamMode {
    /// Inserts, updates and deletes.
    Default,
    /// Inserts only.
    AppendOnly,
    /// Inserts only, of an external table.
    InsertOnly,
}

/// CREATE STREAM; its offset moves by [`super::Fact::StreamOffset`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Stream {
    /// The table or view it watches.
    pub source: ObjectId,
    /// The source's full name when it was created, for messages after it was dropped.
    pub source_name: String,
    /// Standard or append-only.
    pub mode: StreamMode,
    /// Whether the first read gives the rows that were there at creation.
    pub show_initial_rows: bool,
    /// The commit up to which changes have been consumed.
    pub offset: u64,
    /// Whether a DML has consumed it since it was created.
    pub consumed: bool,
}

/// CREATE PIPE.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Pipe {
    /// The COPY statement's text.
    pub copy: String,
    /// AUTO_INGEST.
    pub auto_ingest: bool,
    /// PIPE_EXECUTION_PAUSED.
    pub paused: bool,
    /// ERROR_INTEGRATION, AWS_SNS_TOPIC and INTEGRATION, as written.
    pub options: Options,
    /// The database and schema that were current.
    pub context: (String, String),
}

/// CREATE TASK.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Task {
    /// WAREHOUSE.
    pub warehouse: Option<String>,
    /// SCHEDULE, as written: `5 MINUTE` or `USING CRON … zone`.
    pub schedule: Option<String>,
    /// The tasks this one runs after.
    pub after: Vec<ObjectId>,
    /// The root task that this one finalizes.
    pub finalize: Option<ObjectId>,
    /// WHEN, as text.
    pub when: Option<String>,
    /// The statement's text.
    pub body: String,
    /// ALLOW_OVERLAPPING_EXECUTION.
    pub allow_overlapping: bool,
    /// Whether it was resumed.
    pub started: bool,
    /// When it was last resumed: the moment intervals count from.
    pub resumed_at: Option<Timestamp>,
    /// When it was last suspended.
    pub suspended_at: Option<Timestamp>,
    /// Why, as SHOW TASKS gives it.
    #[serde(default)]
    pub suspended_reason: Option<String>,
    /// CONFIG, session parameters and limits, as written.
    pub options: Options,
    /// The database and schema that statements run in: the task's own.
    pub context: (String, String),
}

impl Task {
    /// Suspends it if it is started.
    pub fn suspend(&mut self, now: Timestamp, reason: &str) {
        if self.started {
            self.started = false;
            self.suspended_at = Some(now);
            self.suspended_reason = Some(reason.to_string());
        }
    }
}

/// CREATE WAREHOUSE; has no effect on how statements run here.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Warehouse {
    /// SIZE, AUTO_SUSPEND and others, as written.
    pub options: Options,
    /// Whether it is suspended.
    pub suspended: bool,
    /// When it was last resumed, or made to run at once.
    #[serde(default)]
    pub resumed_at: Option<Timestamp>,
}

/// CREATE ROLE.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Role {}

/// CREATE STORAGE INTEGRATION and its kin.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Integration {
    /// `STORAGE`, `NOTIFICATION`, ….
    pub category: String,
    /// Its properties, as written; secrets masked before they come here.
    pub options: Options,
}
