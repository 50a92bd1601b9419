//! ALTER TABLE: the table itself, its properties and constraints. Its columns are in
//! [`alter_columns`](super::alter_columns).
//! <https://docs.snowflake.com/en/sql-reference/sql/alter-table>
//!
//! Nothing here rewrites rows: micro-partitions name columns by id, and bring values to a column's present type when they
//! are read.

use super::common::{done, fault};
use super::{alter_columns, columns, create_table, rename};
use crate::catalog::object::{Constraint, ConstraintKind, Table};
use crate::catalog::{ObjectId, ObjectKind, OptionValue};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::{AlterTable, ConstraintRef, TableAction};
use crate::sql::{Ident, Properties};

/// Runs ALTER TABLE. The table is held meanwhile, so that no DML writes what the checks have not seen.
pub(in crate::engine) async fn run(work: &mut Work<'_>, alter: AlterTable) -> Result<StatementResult> {
    let object = match work.names().require(ObjectKind::Table, &alter.name) {
        Err(error) if alter.if_exists && error.code() == 2003 => return done(),
        found => found?,
    };
    if object.as_dynamic().is_some() {
        return Err(Error::unsupported(
            "ALTER TABLE of a dynamic table: ALTER DYNAMIC TABLE changes it",
        ));
    }
    let settings = matches!(
        alter.action,
        TableAction::Set(_)
            | TableAction::Unset(_)
            | TableAction::ClusterBy(_)
            | TableAction::DropClusteringKey
    );
    if object.as_table().is_some_and(|table| table.events) && !settings {
        return Err(Error::unsupported(
            "ALTER TABLE of an event table but for its properties",
        ));
    }
    work.hold([object.id]).await?;
    if object.as_external().is_some() {
        return crate::engine::external::alter::table(work, &object, alter.action);
    }
    let id = object.id;
    match alter.action {
        TableAction::Rename(to) => rename::rename(work, &object, &to)?,
        TableAction::Swap(other) => {
            let other = work.names().require(ObjectKind::Table, &other)?;
            work.hold([other.id]).await?;
            rename::swap(work, &object, &other)?;
        }
        TableAction::AddColumns {
            if_not_exists,
            columns,
            constraints,
        } => {
            alter_columns::add(work, id, if_not_exists, &columns, &constraints)?;
        }
        TableAction::DropColumns { if_exists, columns } => {
            alter_columns::drop(work, id, if_exists, &columns)?
        }
        TableAction::RenameColumn { from, to } => alter_columns::rename(work, id, &from, &to)?,
        TableAction::AlterColumns(actions) => {
            for (name, action) in actions {
                alter_columns::alter(work, id, &name, action).await?;
            }
        }
        TableAction::Set(properties) => set(work, id, &properties)?,
        TableAction::Unset(names) => unset(work, id, &names)?,
        TableAction::ClusterBy(keys) => {
            let key = create_table::cluster_by(work, &table(work, id)?, &keys)?;
            change(work, id, |table| table.cluster_by = Some(key))?;
        }
        TableAction::DropClusteringKey => change(work, id, |table| table.cluster_by = None)?,
        TableAction::Recluster { suspend } => {
            if table(work, id)?.cluster_by.is_none() {
                return Err(fault(3_602, "42601", "the table has no clustering key"));
            }
            change(work, id, |table| {
                table.options.set("RECLUSTER", OptionValue::Boolean(!suspend))
            })?;
        }
        TableAction::AddConstraint(constraint) => {
            let mut table = table(work, id)?;
            let primary = constraint.is_primary_key();
            let full_name = work.names().full_name(&object);
            columns::constraints(work, &mut table, &full_name, std::slice::from_ref(&constraint))?;
            if primary {
                for column in &constraint.columns {
                    alter_columns::refuse_null(work, id, &column.value).await?;
                }
            }
            change(work, id, |old| *old = table)?;
        }
        TableAction::DropConstraint(which) => drop_constraint(work, id, &which)?,
        TableAction::RenameConstraint { from, to } => rename_constraint(work, id, &from, &to)?,
    }
    done()
}

/// A table's present definition.
///
/// # Errors
/// When the id is no table's: a mistake of the caller.
pub(super) fn table(work: &Work<'_>, id: ObjectId) -> Result<Table> {
    let table = work.snapshot().object(id).and_then(|object| object.as_table());
    table
        .cloned()
        .ok_or_else(|| Error::internal("a table without a body"))
}

/// Changes a table's definition.
///
/// # Errors
/// Those of [`Work::alter`].
pub(in crate::engine) fn change(
    work: &mut Work<'_>,
    id: ObjectId,
    change: impl FnOnce(&mut Table),
) -> Result<()> {
    work.alter(id, |object| {
        object
            .as_table_mut()
            .map(change)
            .ok_or_else(|| Error::internal("a table without a body"))
    })
}

fn set(work: &mut Work<'_>, id: ObjectId, properties: &Properties) -> Result<()> {
    let mut table = table(work, id)?;
    create_table::apply_properties(&mut table, properties)?;
    let comment = properties.text("COMMENT")?.map(str::to_string);
    work.alter(id, |object| {
        if comment.is_some() {
            object.comment = comment;
        }
        object.body = crate::catalog::ObjectBody::Table(table);
        Ok(())
    })
}

fn unset(work: &mut Work<'_>, id: ObjectId, names: &[String]) -> Result<()> {
    work.alter(id, |object| {
        for name in names {
            if name == "COMMENT" {
                object.comment = None;
                continue;
            }
            let Some(table) = object.as_table_mut() else {
                continue;
            };
            match name.as_str() {
                "DATA_RETENTION_TIME_IN_DAYS" => table.retention_days = None,
                "CHANGE_TRACKING" => table.change_tracking = false,
                name => {
                    table.options.unset(name);
                }
            }
        }
        Ok(())
    })
}

/// The place of the constraint that a statement means.
fn find(table: &Table, which: &ConstraintRef) -> Result<usize> {
    let same = |constraint: &Constraint, columns: &[Ident]| {
        constraint
            .columns
            .iter()
            .eq(columns.iter().map(|column| &column.value))
    };
    let found = table.constraints.iter().position(|constraint| match which {
        ConstraintRef::Named(name) => constraint.name == name.value,
        ConstraintRef::PrimaryKey => constraint.kind == ConstraintKind::PrimaryKey,
        ConstraintRef::Unique(columns) => {
            constraint.kind == ConstraintKind::Unique && same(constraint, columns)
        }
        ConstraintRef::ForeignKey(columns) => {
            matches!(constraint.kind, ConstraintKind::ForeignKey { .. }) && same(constraint, columns)
        }
    });
    found.ok_or_else(|| {
        let shown = match which {
            ConstraintRef::Named(name) => name.to_string(),
            ConstraintRef::PrimaryKey => "PRIMARY KEY".to_string(),
            ConstraintRef::Unique(_) => "UNIQUE".to_string(),
            ConstraintRef::ForeignKey(_) => "FOREIGN KEY".to_string(),
        };
        Error::not_found("Constraint", shown)
    })
}

fn drop_constraint(work: &mut Work<'_>, id: ObjectId, which: &ConstraintRef) -> Result<()> {
    let at = find(&table(work, id)?, which)?;
    change(work, id, |table| {
        table.constraints.remove(at);
    })
}

fn rename_constraint(work: &mut Work<'_>, id: ObjectId, from: &Ident, to: &Ident) -> Result<()> {
    let present = table(work, id)?;
    let at = find(&present, &ConstraintRef::Named(from.clone()))?;
    if present
        .constraints
        .iter()
        .any(|constraint| constraint.name == to.value)
    {
        return Err(Error::already_exists(to));
    }
    change(work, id, |table| {
        if let Some(constraint) = table.constraints.get_mut(at) {
            constraint.name = to.value.clone();
        }
    })
}
