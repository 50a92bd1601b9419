//! CREATE OR ALTER: an object that is there becomes what the statement says, and keeps its identity, its rows, its
//! grants, its tags and its policies. <https://docs.snowflake.com/en/sql-reference/sql/create-or-alter>
//!
//! The statement is run as a CREATE up to the moment where the object would be made ([`Work::create`]). An object of that
//! name then takes over the new definition, as far as its ALTER could bring it there; what a definition does not say goes
//! back to its default. A table is brought there column by column, by the steps of ALTER TABLE, because its rows stay.

use super::alter_table::{change, table as present};
use super::common::fault;
use super::{alter_columns, columns};
use crate::catalog::object::{Column, Constraint, ConstraintKind, Stage, Table, View};
use crate::catalog::{Object, ObjectBody, ObjectId, OptionValue};
use crate::engine::Work;
use crate::error::{Error, Result};
use crate::sql::Ident;
use crate::sql::statement::{ColumnAction, ColumnDef, ColumnDefault, CreateTable};

/// Gives an object another definition. One that has it already is left as it is.
///
/// # Errors
/// For a change that ALTER of its kind does not make.
pub(in crate::engine) fn transform(
    work: &mut Work<'_>,
    old: &Object,
    comment: Option<String>,
    wanted: ObjectBody,
) -> Result<()> {
    let mut changed = old.clone();
    changed.comment = comment;
    changed.body = merged(&old.body, wanted)?;
    match text(old)? == text(&changed)? {
        true => Ok(()),
        false => work.replace(changed),
    }
}

/// What two definitions are compared by.
fn text(value: &impl serde::Serialize) -> Result<String> {
    serde_json::to_string(value)
        .map_err(|error| Error::internal(format!("a definition without a text: {error}")))
}

fn refused(what: &str) -> Error {
    Error::unsupported(format!("CREATE OR ALTER that changes {what}"))
}

/// The wanted definition, with what is no part of a definition taken from the old one.
fn merged(old: &ObjectBody, wanted: ObjectBody) -> Result<ObjectBody> {
    use ObjectBody as B;
    Ok(match (old, wanted) {
        (B::Database(old), B::Database(new)) if old.transient != new.transient => {
            return Err(refused("TRANSIENT of a database"));
        }
        (B::Schema(old), B::Schema(new)) if old.transient != new.transient => {
            return Err(refused("TRANSIENT of a schema"));
        }
        (B::View(old), B::View(new)) => B::View(view(old, new)?),
        (B::Stage(old), B::Stage(new)) => B::Stage(stage(old, new)?),
        (B::FileFormat(old), B::FileFormat(new)) => {
            let kind = |options: &crate::catalog::Options| {
                let kind = options.get("TYPE").and_then(OptionValue::text);
                kind.map_or_else(|| "CSV".to_string(), |kind| kind.to_uppercase())
            };
            if kind(&old.options) != kind(&new.options) {
                return Err(refused("the TYPE of a file format"));
            }
            B::FileFormat(new)
        }
        (B::Warehouse(old), B::Warehouse(mut new)) => {
            new.suspended = old.suspended;
            new.resumed_at = old.resumed_at;
            B::Warehouse(new)
        }
        (B::Task(old), B::Task(mut new)) => {
            new.started = old.started;
            new.resumed_at = old.resumed_at;
            new.suspended_at = old.suspended_at;
            new.suspended_reason.clone_from(&old.suspended_reason);
            B::Task(new)
        }
        (B::MaskingPolicy(old), B::MaskingPolicy(new)) => {
            let types = |arguments: &[(String, crate::types::SnowType)]| -> Vec<_> {
                arguments.iter().map(|(_, data_type)| *data_type).collect()
            };
            if types(&old.arguments) != types(&new.arguments) || old.returns != new.returns {
                return Err(refused("the signature of a masking policy"));
            }
            B::MaskingPolicy(new)
        }
        (B::RowAccessPolicy(old), B::RowAccessPolicy(new)) => {
            if old.arguments != new.arguments {
                return Err(refused("the signature of a row access policy"));
            }
            B::RowAccessPolicy(new)
        }
        (
            B::Database(_) | B::Schema(_) | B::Role(_) | B::Tag(_) | B::Function(_) | B::Procedure(_),
            wanted,
        ) => wanted,
        (_, wanted) => {
            return Err(Error::unsupported(format!(
                "CREATE OR ALTER {}",
                wanted.kind().traits().sql
            )));
        }
    })
}

fn view(old: &View, mut new: View) -> Result<View> {
    let names = |view: &View| -> Vec<String> { view.columns.iter().map(|c| c.name.clone()).collect() };
    if old.query != new.query || names(old) != names(&new) {
        return Err(refused("the query or the columns of a view"));
    }
    new.row_access.clone_from(&old.row_access);
    for (old, new) in old.columns.iter().zip(&mut new.columns) {
        if new.masking.is_some() {
            return Err(refused("masking policies"));
        }
        new.id = old.id;
        new.masking.clone_from(&old.masking);
    }
    Ok(new)
}

fn stage(old: &Stage, new: Stage) -> Result<Stage> {
    match old.url.is_some() == new.url.is_some() {
        true => Ok(new),
        false => Err(refused("an internal stage to an external one, or back")),
    }
}

/// Brings a table to a definition; `wanted` is what CREATE TABLE would have made of the statement.
///
/// # Errors
/// Those of ALTER TABLE; for columns in another order.
pub(super) async fn table(
    work: &mut Work<'_>,
    id: ObjectId,
    create: &CreateTable,
    wanted: Table,
) -> Result<()> {
    let old = present(work, id)?;
    if old.kind != wanted.kind {
        return Err(refused("how long a table lives"));
    }
    if old.external.is_some() {
        return Err(refused("an external table to a plain one"));
    }
    if old.dynamic.is_some() {
        return Err(refused("a dynamic table to a plain one"));
    }
    let governed = |column: &ColumnDef| column.masking.is_some() || !column.tags.is_empty();
    if create.columns.iter().any(governed) || !create.header.tags.is_empty() || create.row_access.is_some() {
        return Err(refused("tags or policies"));
    }
    check_order(&old.columns, &wanted.columns)?;
    let constraints = constraints(id, &old, &wanted);
    // Keys that are going must not hold on to their columns.
    if text(&old.constraints)? != text(&constraints)? || old.cluster_by != wanted.cluster_by {
        change(work, id, |table| {
            table.constraints.clear();
            table.cluster_by = None;
        })?;
    }
    let has = |columns: &[Column], name: &str| columns.iter().any(|column| column.name == name);
    let added = create.columns.iter();
    let added: Vec<ColumnDef> = added
        .filter(|column| !has(&old.columns, &column.name.value))
        .cloned()
        .collect();
    if !added.is_empty() {
        alter_columns::add(work, id, false, &added, &[])?;
    }
    let gone = old
        .columns
        .iter()
        .filter(|column| !has(&wanted.columns, &column.name));
    let gone: Vec<Ident> = gone.map(|column| Ident::quoted(column.name.as_str())).collect();
    if !gone.is_empty() {
        alter_columns::drop(work, id, false, &gone)?;
    }
    for column in &wanted.columns {
        if let Some(old) = old.columns.iter().find(|old| old.name == column.name) {
            let given = create
                .columns
                .iter()
                .find(|given| given.name.value == column.name);
            let default = given.and_then(|given| given.default.as_ref());
            alter_column(work, id, old, column, default).await?;
        }
    }
    let mut last = present(work, id)?;
    let before = text(&last)?;
    last.constraints = constraints;
    last.cluster_by = wanted.cluster_by;
    last.retention_days = wanted.retention_days;
    let recluster = last.options.get("RECLUSTER").cloned();
    last.options = wanted.options;
    if let Some(recluster) = recluster {
        last.options.set("RECLUSTER", recluster);
    }
    // The one property that stays when it is not named.
    if create.properties.get("CHANGE_TRACKING").is_some() {
        last.change_tracking = wanted.change_tracking;
    }
    if before != text(&last)? {
        change(work, id, |table| *table = last)?;
    }
    let comment = create.properties.text("COMMENT")?.map(str::to_string);
    let same = work
        .snapshot()
        .object(id)
        .is_some_and(|object| object.comment == comment);
    match same {
        true => Ok(()),
        false => work.alter(id, |object| {
            object.comment = comment;
            Ok(())
        }),
    }
}

/// Columns that stay keep their order, and new ones stand behind them.
fn check_order(old: &[Column], wanted: &[Column]) -> Result<()> {
    let place = |column: &Column| old.iter().position(|old| old.name == column.name);
    let places: Vec<usize> = wanted
        .iter()
        .map(|column| place(column).unwrap_or(usize::MAX))
        .collect();
    match places.is_sorted() {
        true => Ok(()),
        false => Err(fault(
            2_108,
            "0A000",
            "CREATE OR ALTER TABLE cannot change the order of columns; new columns stand behind the others",
        )),
    }
}

/// The wanted constraints; one that was there already and is given no name keeps its own.
fn constraints(id: ObjectId, old: &Table, wanted: &Table) -> Vec<Constraint> {
    let plain = |kind: &ConstraintKind| match kind {
        ConstraintKind::ForeignKey { table: 0, columns } => ConstraintKind::ForeignKey {
            table: id,
            columns: columns.clone(),
        },
        kind => kind.clone(),
    };
    let mut constraints = wanted.constraints.clone();
    for constraint in &mut constraints {
        let same = old
            .constraints
            .iter()
            .find(|old| plain(&old.kind) == plain(&constraint.kind) && old.columns == constraint.columns);
        if let Some(same) = same.filter(|_| columns::is_made_name(&constraint.name)) {
            constraint.name.clone_from(&same.name);
            constraint.kind = same.kind.clone();
        }
    }
    constraints
}

async fn alter_column(
    work: &mut Work<'_>,
    id: ObjectId,
    old: &Column,
    wanted: &Column,
    default: Option<&ColumnDefault>,
) -> Result<()> {
    let name = Ident::quoted(wanted.name.as_str());
    if (old.identity, old.identity_ordered) != (wanted.identity, wanted.identity_ordered) {
        return Err(refused("AUTOINCREMENT of a column"));
    }
    let mut actions = Vec::new();
    if old.data_type != wanted.data_type {
        actions.push(ColumnAction::SetType(wanted.data_type));
    }
    if old.nullable != wanted.nullable {
        actions.push(match wanted.nullable {
            true => ColumnAction::DropNotNull,
            false => ColumnAction::SetNotNull,
        });
    }
    if old.default != wanted.default {
        actions.push(match default {
            Some(default) => ColumnAction::SetDefault(default.clone()),
            None => ColumnAction::DropDefault,
        });
    }
    if old.comment != wanted.comment {
        actions.push(match &wanted.comment {
            Some(comment) => ColumnAction::Comment(comment.clone()),
            None => ColumnAction::UnsetComment,
        });
    }
    for action in actions {
        alter_columns::alter(work, id, &name, action).await?;
    }
    Ok(())
}
