//! DROP and UNDROP. <https://docs.snowflake.com/en/sql-reference/sql/drop>,
//! <https://docs.snowflake.com/en/sql-reference/sql/undrop>
//!
//! What a schema or database holds goes and comes back with it: names are looked up through what they live in.

use super::common::{fault, kind_of};
use super::grant::SYSTEM_ROLES;
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::object::ConstraintKind;
use crate::catalog::{Fact, Object, ObjectId, ObjectKind};
use crate::engine::{StatementResult, Work, names};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;
use crate::sql::statement::{self, Drop, Undrop};

/// Runs DROP.
pub(in crate::engine) fn run(work: &mut Work<'_>, drop: Drop) -> Result<StatementResult> {
    let kind = kind_of(drop.kind)?;
    let name = names::shown_part(kind, drop.name.object());
    if kind == ObjectKind::Role && SYSTEM_ROLES.contains(&drop.name.object()) {
        return Err(Error::new(
            3_001,
            "42501",
            format!("SQL access control error:\nCannot drop system role '{name}'."),
        ));
    }
    let found = match work.names().place(kind, &drop.name) {
        Ok((parent, own)) => work
            .snapshot()
            .find(parent, kind, &own, work.context.session)
            .cloned(),
        // The schema or database in the name may be gone as well.
        Err(error) if drop.if_exists && error.code() == 2003 => None,
        Err(error) => return Err(error),
    };
    let object = match found {
        Some(object) if !is_of(&object, drop.kind) => {
            let message = format!(
                "Object found is of type '{}', not specified type '{}'.",
                object.kind().traits().sql,
                drop.kind
            );
            return Err(fault(2203, "42710", message));
        }
        Some(object) if object.kind() == kind => object,
        Some(object) => {
            let message = format!(
                "Object found is of type '{}', not specified type '{}'.",
                object.kind().traits().sql,
                kind.traits().sql
            );
            return Err(fault(2203, "42710", message));
        }
        None if drop.if_exists => {
            return StatementResult::status(format!(
                "Drop statement executed successfully ({name} already dropped)."
            ));
        }
        None => work.names().require(kind, &drop.name)?,
    };
    if drop.restrict {
        refuse_when_referred_to(work, &object)?;
    }
    if matches!(kind, ObjectKind::Schema | ObjectKind::Database) {
        suspend_tasks(work, object.id)?;
    }
    match kind {
        ObjectKind::Task => leave_graph(work, &object)?,
        ObjectKind::MaskingPolicy | ObjectKind::RowAccessPolicy => {
            super::masking::refuse_while_set(work, &object)?;
        }
        ObjectKind::ResourceMonitor => super::monitor::give_up(work, &object.name)?,
        ObjectKind::Role => give_up_role(work, &object.name)?,
        ObjectKind::User => revoke_all(work, |grant| {
            grant.to_kind == "USER" && grant.to_name == object.name
        })?,
        ObjectKind::Database if work.context.database.as_ref() == Some(&object.name) => {
            work.context.database = None;
            work.context.schema = None;
        }
        ObjectKind::Schema if is_current_schema(work, &object) => work.context.schema = None,
        ObjectKind::Warehouse if work.context.warehouse.as_ref() == Some(&object.name) => {
            work.context.warehouse = None;
        }
        _ => {}
    }
    work.record(Fact::Drop(object.id))?;
    let name = quote_if_needed(object.base_name());
    StatementResult::status(format!("{name} successfully dropped."))
}

/// Whether an object is what a statement names, as far as tables of special sorts go.
fn is_of(object: &Object, kind: statement::ObjectKind) -> bool {
    match kind {
        statement::ObjectKind::DynamicTable => object.as_dynamic().is_some(),
        statement::ObjectKind::ExternalTable => object.as_external().is_some(),
        _ => true,
    }
}

/// Runs UNDROP: the newest dropped object of the name comes back.
pub(in crate::engine) fn undrop(work: &mut Work<'_>, undrop: Undrop) -> Result<StatementResult> {
    let kind = kind_of(undrop.kind)?;
    let (parent, name) = work.names().place(kind, &undrop.name)?;
    if work
        .snapshot()
        .find(parent, kind, &name, work.context.session)
        .is_some()
    {
        return Err(Error::already_exists(work.names().shown(kind, &undrop.name)));
    }
    let dropped = work.snapshot().dropped(parent, kind);
    let Some(object) = dropped.iter().find(|object| object.name == name) else {
        let shown = work.names().shown(kind, &undrop.name);
        let message = format!("{} '{shown}' did not exist or was purged.", kind.traits().label);
        return Err(fault(2003, "02000", message));
    };
    work.record(Fact::Undrop(object.id))?;
    StatementResult::status(format!(
        "{} {} successfully restored.",
        kind.traits().label,
        quote_if_needed(&name)
    ))
}

fn is_current_schema(work: &Work<'_>, object: &Object) -> bool {
    let current = work.names().schema(None, None);
    current.is_ok_and(|schema| schema.id == object.id)
}

/// RESTRICT: fails when a foreign key of a table that stays refers to one that goes.
fn refuse_when_referred_to(work: &Work<'_>, object: &Object) -> Result<()> {
    let snapshot = work.snapshot();
    let goes = |id: ObjectId| {
        let mut at = Some(id);
        while let Some(id) = at {
            if id == object.id {
                return true;
            }
            at = snapshot.object(id).map(|object| object.parent);
        }
        false
    };
    for table in snapshot.all(ObjectKind::Table).filter(|table| !goes(table.id)) {
        for constraint in table.as_table().map_or(&[][..], |table| &table.constraints) {
            if let ConstraintKind::ForeignKey {
                table: referenced, ..
            } = constraint.kind
                && goes(referenced)
            {
                let (full_name, own) = (work.names().full_name(object), work.names().full_name(table));
                let message = format!(
                    "Cannot drop {full_name}: the foreign key {} of {own} refers to it. Use CASCADE to drop it all the same.",
                    constraint.name
                );
                return Err(fault(2_209, "2BP01", message));
            }
        }
    }
    Ok(())
}

/// What a role owned goes to the role that drops it, and all grants by it, to it and of it end.
fn give_up_role(work: &mut Work<'_>, role: &str) -> Result<()> {
    if work.context.role == role {
        let message = format!(
            "SQL execution error: Cannot drop role {} as it is the current primary role.",
            quote_if_needed(role)
        );
        return Err(Error::new(3_001, "42501", message));
    }
    revoke_all(work, |grant| {
        grant.by == role
            || grant.on == GrantOn::Role(role.to_string())
            || (grant.to_kind == "ROLE" && grant.to_name == role)
    })?;
    let heir = work.context.role.clone();
    for kind in ObjectKind::ALL {
        let objects = work.snapshot().all(kind);
        let owned: Vec<ObjectId> = objects
            .filter(|object| object.owner == role)
            .map(|object| object.id)
            .collect();
        for id in owned {
            work.alter(id, |object| {
                object.owner.clone_from(&heir);
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// Tasks that go with their schema or database come back suspended.
fn suspend_tasks(work: &mut Work<'_>, container: ObjectId) -> Result<()> {
    let snapshot = work.snapshot();
    let inside = |task: &Object| {
        let schema = snapshot.object(task.parent);
        task.parent == container || schema.is_some_and(|schema| schema.parent == container)
    };
    let started: Vec<ObjectId> = snapshot
        .all(ObjectKind::Task)
        .filter(|object| inside(object) && object.as_task().is_some_and(|task| task.started))
        .map(|object| object.id)
        .collect();
    let now = work.now;
    for id in started {
        work.alter(id, |object| {
            if let Some(task) = object.as_task_mut() {
                task.suspend(now, "SCHEMA_OR_DATABASE_DELETED");
            }
            Ok(())
        })?;
    }
    Ok(())
}

/// A dropped task leaves its graph: tasks after it lose it as predecessor, its finalizer becomes a root. What becomes a
/// root is suspended.
fn leave_graph(work: &mut Work<'_>, object: &Object) -> Result<()> {
    super::task_graph::require_suspended_root(work, object.id)?;
    let tasks: Vec<_> = work
        .snapshot()
        .all(ObjectKind::Task)
        .map(|task| task.id)
        .collect();
    for id in tasks {
        let refers = work
            .snapshot()
            .object(id)
            .and_then(|task| task.as_task())
            .is_some_and(|task| task.after.contains(&object.id) || task.finalize == Some(object.id));
        let now = work.now;
        if refers {
            work.alter(id, |task| {
                if let Some(task) = task.as_task_mut() {
                    task.after.retain(|after| *after != object.id);
                    if task.finalize == Some(object.id) {
                        task.finalize = None;
                        task.suspend(now, "FINALIZER_BECAME_ROOT");
                    } else if task.after.is_empty() {
                        task.suspend(now, "CHILD_BECAME_ROOT");
                    }
                }
                Ok(())
            })?;
        }
    }
    Ok(())
}

fn revoke_all(work: &mut Work<'_>, concerned: impl Fn(&Grant) -> bool) -> Result<()> {
    let grants = work.snapshot().grants().filter(|grant| concerned(grant));
    for grant in grants.cloned().collect::<Vec<_>>() {
        work.record(Fact::Revoke(grant))?;
    }
    Ok(())
}
