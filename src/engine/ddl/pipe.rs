//! CREATE PIPE and ALTER PIPE. <https://docs.snowflake.com/en/sql-reference/sql/create-pipe>,
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-pipe>
//!
//! Kept and without effect: AWS_SNS_TOPIC, INTEGRATION, ERROR_INTEGRATION. With AUTO_INGEST, the object storage here tells
//! pipes of new files by itself.

use super::common::{check_bool, created, done, existed, exists_already, fault, new_object};
use crate::catalog::object::Pipe;
use crate::catalog::{ObjectBody, ObjectKind, OptionValue, Options};
use crate::engine::{StatementResult, Work, options};
use crate::error::{Error, Result};
use crate::sql::statement::{AlterPipe, CopyIntoTable, CopySource, CreatePipe, PipeAction};
use crate::sql::{Ident, Properties, QualifiedName, StageLocation};

/// Runs CREATE PIPE.
pub(in crate::engine) fn create(work: &mut Work<'_>, create: CreatePipe) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Pipe, &create.header)? {
        return Ok(result);
    }
    let name = &create.header.name;
    let own = work.names().schema(name.database(), name.schema())?;
    let context = match (
        &work.context.database,
        &work.context.schema,
        work.snapshot().path(&own).as_slice(),
    ) {
        (Some(database), Some(schema), _) => (database.clone(), schema.clone()),
        (_, _, [database, schema]) => (database.clone(), schema.clone()),
        _ => return Err(Error::internal("a schema outside a database")),
    };
    check_copy(work, &create.copy)?;
    let properties = &create.properties;
    check_integrations(work, properties)?;
    let mut options = options::keep(properties)?;
    options.unset("AUTO_INGEST");
    let body = Pipe {
        copy: create.copy_text,
        auto_ingest: properties.bool("AUTO_INGEST")?.unwrap_or(false),
        paused: false,
        options,
        context,
    };
    let new = new_object(&create.header, properties)?;
    match work.create(&new, ObjectBody::Pipe(body))? {
        Some(_) => created(ObjectKind::Pipe, name.object()),
        None => existed(name.object()),
    }
}

/// A pipe's COPY: its table, stage and format must be there, and its options such as pipes take.
fn check_copy(work: &Work<'_>, copy: &CopyIntoTable) -> Result<()> {
    let target = crate::engine::dml::target::Target::find(work, &copy.table)?;
    for column in &copy.columns {
        target.column(&column.value)?;
    }
    crate::pipe::check(copy)?;
    super::stage::file_format(work, &copy.file_format)?;
    let location = match &copy.source {
        None => None,
        Some(CopySource::Location(location)) => Some(location.clone()),
        Some(CopySource::Query { query, .. }) => staged_in(query),
    };
    match location {
        Some(StageLocation::Named { stage, .. }) => {
            work.names().require(ObjectKind::Stage, &stage).map(|_| ())
        }
        Some(StageLocation::Table { table, .. }) => {
            work.names().require(ObjectKind::Table, &table).map(|_| ())
        }
        Some(StageLocation::User { .. }) => {
            Err(fault(1_423, "22023", "a pipe cannot load from a user stage"))
        }
        Some(StageLocation::Url(_)) => {
            Err(fault(1_423, "22023", "a pipe loads from a stage, not from a URL"))
        }
        None => Ok(()),
    }
}

/// The stage that a COPY's query reads.
fn staged_in(query: &datafusion::sql::sqlparser::ast::Query) -> Option<StageLocation> {
    use datafusion::sql::sqlparser::ast::{SetExpr, TableFactor};
    let SetExpr::Select(select) = query.body.as_ref() else {
        return None;
    };
    match &select.from.first()?.relation {
        TableFactor::Table { name, .. } => {
            let part = name.0.first()?.as_ident()?;
            StageLocation::parse(&part.value)
        }
        _ => None,
    }
}

/// The notification integrations that a pipe or task names must be there.
pub(super) fn check_integrations(work: &Work<'_>, properties: &Properties) -> Result<()> {
    for name in ["ERROR_INTEGRATION", "SUCCESS_INTEGRATION", "INTEGRATION"] {
        let Some(text) = properties.text(name)? else {
            continue;
        };
        if !text.is_empty() {
            let qualified = QualifiedName::single(Ident::unquoted(text));
            work.names().require(ObjectKind::Integration, &qualified)?;
        }
    }
    Ok(())
}

/// Runs ALTER PIPE.
pub(in crate::engine) async fn alter(work: &mut Work<'_>, alter: AlterPipe) -> Result<StatementResult> {
    let object = match work.names().require(ObjectKind::Pipe, &alter.name) {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    match alter.action {
        PipeAction::Refresh {
            prefix,
            modified_after,
        } => crate::pipe::refresh(work, &object, prefix.as_deref(), modified_after.as_deref()).await,
        PipeAction::Set(properties) => {
            check_bool(&properties, "PIPE_EXECUTION_PAUSED")?;
            check_integrations(work, &properties)?;
            let paused = properties.bool("PIPE_EXECUTION_PAUSED")?;
            let comment = properties.text("COMMENT")?.map(str::to_string);
            let mut kept = options::keep(&properties)?;
            kept.unset("PIPE_EXECUTION_PAUSED");
            change(work, object.id, comment.map(Some), move |pipe| {
                pipe.paused = paused.unwrap_or(pipe.paused);
                kept.0
                    .into_iter()
                    .for_each(|(name, value): (String, OptionValue)| pipe.options.set(name, value));
            })
        }
        PipeAction::Unset(names) => {
            let comment = names.iter().any(|name| name == "COMMENT").then_some(None);
            change(work, object.id, comment, move |pipe| {
                pipe.paused &= !names.iter().any(|name| name == "PIPE_EXECUTION_PAUSED");
                let options: &mut Options = &mut pipe.options;
                names.iter().for_each(|name| {
                    options.unset(name);
                });
            })
        }
    }
}

fn change(
    work: &mut Work<'_>,
    id: u64,
    comment: Option<Option<String>>,
    change: impl FnOnce(&mut Pipe),
) -> Result<StatementResult> {
    work.alter(id, |object| {
        if let Some(comment) = comment {
            object.comment = comment;
        }
        object
            .as_pipe_mut()
            .map(change)
            .ok_or_else(|| Error::internal("a pipe without a body"))
    })?;
    done()
}
