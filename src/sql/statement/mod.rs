//! Statements: one type per command, its parser beside it.
//!
//! [`Statement`] lists the commands. Each file holds the types of one family and reads them; [`registry`] maps leading
//! words to those parsers. Queries, expressions and table factors are sqlparser's; everything else is ours.

mod alter;
mod alter_table;
mod column;
mod common;
mod copy;
mod dml;
mod dynamic_table;
mod execute;
mod external_table;
mod files;
mod format;
mod grant;
mod insert;
mod kind;
mod masking;
mod merge;
mod monitor;
mod namespace;
mod object;
mod pipe;
pub(crate) mod registry;
mod routine;
mod row_access;
mod session;
mod show;
mod simple;
mod stage;
mod statement_kind;
mod stream;
mod table;
mod tag;
mod task;
mod view;

pub use alter::{Alter, AlterAction};
pub use alter_table::{AlterTable, ColumnAction, ConstraintRef, TableAction};
pub use column::{ColumnDef, ColumnDefault, ConstraintKind, Identity, TableConstraint};
pub use common::{CloneSource, CreateHeader, TimeTravel, TravelPoint};
pub use copy::{CopyIntoLocation, CopyIntoTable, CopySource, UnloadSource};
pub use dml::{Assignment, Delete, DmlTarget, Truncate, Update};
pub use dynamic_table::{AlterDynamicTable, CreateDynamicTable, DynamicTableAction};
pub use execute::{
    Call, ExecuteFile, ExecuteImmediate, Explain, ExplainFormat, ImmediateSource, ScriptBlock,
};
pub use external_table::{AlterExternalTable, CreateExternalTable, ExternalTableAction};
pub use files::{Get, Put, StageFiles};
pub use format::format_options;
pub use grant::{Grant, GrantTarget, Granted};
pub use insert::{Insert, InsertBranch, InsertSource, InsertTarget, InsertValue, MultiInsert};
pub use kind::ObjectKind;
pub use masking::{ColumnPolicy, CreateMaskingPolicy};
pub use merge::{Merge, MergeAction, MergeClause};
pub use monitor::{CreateResourceMonitor, MonitorSettings, MonitorTrigger};
pub use namespace::{CreateDatabase, CreateSchema};
pub use object::{Comment, Drop, Undrop, Use};
pub use pipe::{AlterPipe, CreatePipe, PipeAction};
pub use routine::{CreateRoutine, RoutineArgument, RoutineReturns};
pub use row_access::{AlterRowAccess, CreateRowAccessPolicy, DroppedPolicies, RowAccessClause};
pub use session::{AlterParameters, SetVariables, UnsetVariables};
pub use show::{Describe, Show, ShowGrants, ShowScope, ShowSubject};
pub use simple::CreateSimple;
pub use stage::CreateStage;
pub use statement_kind::StatementKind;
pub use stream::{CreateStream, StreamSource};
pub use table::{CreateTable, TableKind, TableSource};
pub use tag::{AllowedValues, AlterTags, CreateTag, TagChange, TagValue};
pub use task::{AlterTask, CreateTask, ExecuteTask, TaskAction, TaskBody, TaskCondition};
pub use view::{CreateView, ViewColumn};

use datafusion::sql::sqlparser::ast::Query;

use super::flow::Flow;
use super::name::Ident;

/// One statement. All identifiers in it are folded.
#[derive(Debug, Clone, PartialEq)]
#[allow(missing_docs)]
pub enum Statement {
    /// SELECT, WITH or VALUES.
    Query(Box<Query>),
    Use(Use),
    CreateDatabase(CreateDatabase),
    CreateSchema(CreateSchema),
    CreateTable(Box<CreateTable>),
    CreateDynamicTable(Box<CreateDynamicTable>),
    CreateExternalTable(Box<CreateExternalTable>),
    CreateView(Box<CreateView>),
    /// CREATE WAREHOUSE, ROLE, USER, FILE FORMAT, INTEGRATION or SEQUENCE.
    CreateSimple(CreateSimple),
    CreateStage(CreateStage),
    CreateMaskingPolicy(Box<CreateMaskingPolicy>),
    CreateRowAccessPolicy(CreateRowAccessPolicy),
    CreateTag(CreateTag),
    CreateResourceMonitor(CreateResourceMonitor),
    CreatePipe(CreatePipe),
    CreateStream(Box<CreateStream>),
    CreateTask(Box<CreateTask>),
    /// CREATE FUNCTION and CREATE PROCEDURE.
    CreateRoutine(Box<CreateRoutine>),
    /// ALTER of a kind without a variant of its own.
    Alter(Alter),
    AlterTable(Box<AlterTable>),
    /// ADD and DROP ROW ACCESS POLICY of tables and views.
    AlterRowAccess(AlterRowAccess),
    /// SET TAG and UNSET TAG of any kind.
    AlterTags(AlterTags),
    AlterDynamicTable(Box<AlterDynamicTable>),
    AlterExternalTable(AlterExternalTable),
    AlterPipe(AlterPipe),
    AlterTask(Box<AlterTask>),
    /// ALTER SESSION and ALTER ACCOUNT.
    AlterParameters(AlterParameters),
    Drop(Drop),
    Undrop(Undrop),
    Truncate(Truncate),
    Comment(Comment),
    Insert(Insert),
    MultiInsert(Box<MultiInsert>),
    Update(Box<Update>),
    Delete(Box<Delete>),
    Merge(Box<Merge>),
    CopyIntoTable(Box<CopyIntoTable>),
    CopyIntoLocation(Box<CopyIntoLocation>),
    List(StageFiles),
    Remove(StageFiles),
    Put(Put),
    Get(Get),
    Show(Box<Show>),
    Describe(Describe),
    /// GRANT and REVOKE.
    Grant(Grant),
    /// BEGIN or START TRANSACTION.
    Begin {
        /// NAME.
        name: Option<Ident>,
    },
    Commit,
    Rollback,
    SetVariables(SetVariables),
    UnsetVariables(UnsetVariables),
    ExecuteTask(ExecuteTask),
    ExecuteImmediate(ExecuteImmediate),
    /// EXECUTE IMMEDIATE FROM.
    ExecuteFile(ExecuteFile),
    Call(Call),
    Explain(Explain),
    /// BEGIN … END of Snowflake Scripting.
    ScriptBlock(ScriptBlock),
    /// Statements chained by `->>`.
    Flow(Flow),
}
