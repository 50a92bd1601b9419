//! Which file handles which statement, and how statements stand to transactions.

use super::result::StatementResult;
use super::work::Work;
use super::{copy, ddl, describe, dml, dynamic, external, parameters, query, show};
use crate::error::{Error, Result};
use crate::sql::Statement;

/// How a statement moves the bounds of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Boundary {
    /// BEGIN, with the transaction's name.
    Begin(Option<String>),
    /// COMMIT.
    Commit,
    /// ROLLBACK.
    Rollback,
    /// DDL: commits an open transaction first, and is a transaction of its own.
    Implicit,
}

/// How a statement moves the bounds of a transaction; `None` for one that joins an open transaction.
pub(super) fn boundary(statement: &Statement) -> Option<Boundary> {
    use Statement as S;
    match statement {
        S::Begin { name } => Some(Boundary::Begin(name.as_ref().map(|name| name.value.clone()))),
        S::Commit => Some(Boundary::Commit),
        S::Rollback => Some(Boundary::Rollback),
        S::CreateDatabase(_)
        | S::CreateSchema(_)
        | S::CreateTable(_)
        | S::CreateDynamicTable(_)
        | S::CreateExternalTable(_)
        | S::CreateView(_)
        | S::CreateSimple(_)
        | S::CreateStage(_)
        | S::CreateMaskingPolicy(_)
        | S::CreateRowAccessPolicy(_)
        | S::CreateTag(_)
        | S::CreateResourceMonitor(_)
        | S::CreatePipe(_)
        | S::CreateStream(_)
        | S::CreateTask(_)
        | S::CreateRoutine(_)
        | S::Alter(_)
        | S::AlterTable(_)
        | S::AlterRowAccess(_)
        | S::AlterTags(_)
        | S::AlterDynamicTable(_)
        | S::AlterPipe(_)
        | S::AlterTask(_)
        | S::Drop(_)
        | S::Undrop(_)
        | S::Comment(_)
        | S::Grant(_) => Some(Boundary::Implicit),
        _ => None,
    }
}

/// Whether a statement opens a transaction when AUTOCOMMIT is off.
pub(super) fn opens_transaction(statement: &Statement) -> bool {
    use Statement as S;
    matches!(
        statement,
        S::Insert(_)
            | S::MultiInsert(_)
            | S::Update(_)
            | S::Delete(_)
            | S::Merge(_)
            | S::Truncate(_)
            | S::CopyIntoTable(_)
            | S::CopyIntoLocation(_)
    )
}

/// Runs a statement that is not a transaction's own.
pub(super) async fn run(work: &mut Work<'_>, statement: Statement) -> Result<StatementResult> {
    match statement {
        Statement::Query(query) => query::run(work, &query).await,
        // In a place of its own: a small query would pay for the room that a large statement's steps need.
        other => Box::pin(run_other(work, other)).await,
    }
}

async fn run_other(work: &mut Work<'_>, statement: Statement) -> Result<StatementResult> {
    use Statement as S;
    match statement {
        S::Query(query) => query::run(work, &query).await,
        S::Explain(explain) => query::explain(work, explain).await,
        S::Insert(insert) => dml::insert::run(work, insert).await,
        S::MultiInsert(insert) => dml::multi_insert::run(work, *insert).await,
        S::Update(update) => dml::update::run(work, *update).await,
        S::Delete(delete) => dml::delete::run(work, *delete).await,
        S::Merge(merge) => dml::merge::run(work, *merge).await,
        S::Truncate(truncate) => dml::truncate::run(work, truncate).await,
        S::CopyIntoTable(copy) => copy::load::run(work, *copy).await,
        S::CopyIntoLocation(copy) => copy::unload::run(work, *copy).await,
        S::List(files) => copy::files::list(work, files).await,
        S::Remove(files) => copy::files::remove(work, files).await,
        S::Put(put) => copy::put::put(work, put).await,
        S::Get(get) => copy::get::get(work, get).await,
        S::CreateTable(create) => ddl::create_table::run(work, *create).await,
        S::CreateDatabase(create) => ddl::namespace::create_database(work, create),
        S::CreateSchema(create) => ddl::namespace::create_schema(work, create),
        S::CreateDynamicTable(create) => dynamic::create::run(work, *create).await,
        S::CreateExternalTable(create) => external::create::run(work, *create).await,
        S::AlterExternalTable(alter) => external::alter::run(work, alter).await,
        S::CreateView(create) => ddl::view::create(work, *create),
        S::CreateSimple(create) => ddl::simple::create(work, create),
        S::CreateStage(create) => ddl::stage::create(work, create),
        S::CreateMaskingPolicy(create) => ddl::masking::create(work, *create),
        S::CreateRowAccessPolicy(create) => ddl::row_access::create(work, create),
        S::CreateTag(create) => ddl::tag::create(work, create),
        S::CreateResourceMonitor(create) => ddl::monitor::create(work, create),
        S::CreatePipe(create) => ddl::pipe::create(work, create),
        S::CreateStream(create) => ddl::stream::create(work, *create),
        S::CreateTask(create) => ddl::task::create(work, *create),
        S::CreateRoutine(create) => ddl::routine::create(work, *create),
        S::Alter(alter) => ddl::alter::run(work, alter),
        S::AlterRowAccess(alter) => ddl::row_access::alter(work, alter),
        S::AlterTags(alter) => ddl::tag::alter_tags(work, alter),
        S::AlterTable(alter) => ddl::alter_table::run(work, *alter).await,
        S::AlterDynamicTable(alter) => dynamic::alter::run(work, *alter).await,
        S::AlterPipe(alter) => ddl::pipe::alter(work, alter).await,
        S::AlterTask(alter) => ddl::task::alter(work, *alter),
        S::Drop(drop) => ddl::drop::run(work, drop),
        S::Undrop(undrop) => ddl::drop::undrop(work, undrop),
        S::Comment(comment) => ddl::comment::run(work, comment),
        S::Grant(grant) => ddl::grant::run(work, grant),
        S::Use(target) => ddl::use_object::run(work, target),
        S::ExecuteTask(execute) => ddl::task::execute(work, execute).await,
        S::AlterParameters(alter) => parameters::alter(work, alter),
        S::SetVariables(set) => parameters::set_variables(work, set).await,
        S::UnsetVariables(unset) => parameters::unset_variables(work, unset),
        S::Show(statement) => show::run(work, *statement),
        S::Describe(statement) => describe::run(work, statement),
        S::Call(_) | S::ExecuteImmediate(_) | S::ExecuteFile(_) | S::ScriptBlock(_) | S::Flow(_) => Err(
            Error::internal("a statement that runs statements inside a statement"),
        ),
        S::Begin { .. } | S::Commit | S::Rollback => {
            Err(Error::internal("a transaction's bound inside a statement"))
        }
    }
}
