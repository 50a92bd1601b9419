//! RENAME TO and SWAP WITH, and what has to follow when a schema or database gets another name.

use std::sync::Arc;

use super::common::fault;
use crate::catalog::fact::{Grant, GrantOn};
use crate::catalog::{Fact, Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::Work;
use crate::error::{Error, Result};
use crate::sql::QualifiedName;

/// Gives an object another name, maybe in another schema.
///
/// # Errors
/// 002002 when the name is taken, 002003 when its schema is not there.
pub fn rename(work: &mut Work<'_>, object: &Object, to: &QualifiedName) -> Result<()> {
    let kind = object.kind();
    let (parent, name) = work.names().place(kind, to)?;
    let old = work.snapshot().path(object);
    if let Some(taken) = work.snapshot().find(parent, kind, &name, work.context.session)
        && taken.id != object.id
    {
        return Err(Error::already_exists(work.names().shown(kind, to)));
    }
    let new_name = name.clone();
    work.alter(object.id, move |object| {
        object.parent = parent;
        object.name = new_name;
        Ok(())
    })?;
    let new = current_path(work, object.id)?;
    match kind {
        ObjectKind::Database | ObjectKind::Schema => follow_paths(work, &[(old, new)]),
        ObjectKind::View | ObjectKind::Table if parent != object.parent => {
            follow_own_schema(work, object.id, &new)
        }
        ObjectKind::Role => follow_role(work, &object.name, &name),
        ObjectKind::Warehouse => {
            if work.context.warehouse.as_ref() == Some(&object.name) {
                work.context.warehouse = Some(name);
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Two objects of a kind change names and places.
///
/// # Errors
/// When they are one and the same.
pub fn swap(work: &mut Work<'_>, left: &Arc<Object>, right: &Arc<Object>) -> Result<()> {
    if left.id == right.id {
        return Err(fault(1_003, "42601", "an object cannot be swapped with itself"));
    }
    if left.session != right.session {
        return Err(Error::unsupported(
            "SWAP WITH of a temporary and a permanent table",
        ));
    }
    let (left_path, right_path) = (work.snapshot().path(left), work.snapshot().path(right));
    let place = |work: &mut Work<'_>, id: ObjectId, parent: ObjectId, name: String| {
        work.alter(id, move |object| {
            object.parent = parent;
            object.name = name;
            Ok(())
        })
    };
    // No user can spell this name: it holds the left one's place for a moment.
    place(work, left.id, left.parent, format!("{}\u{1}", left.name))?;
    place(work, right.id, left.parent, left.name.clone())?;
    place(work, left.id, right.parent, right.name.clone())?;
    match left.kind() {
        ObjectKind::Database | ObjectKind::Schema => {
            let pairs = [(left_path.clone(), right_path.clone()), (right_path, left_path)];
            follow_contexts(work, &pairs)
        }
        _ => Ok(()),
    }
}

fn current_path(work: &Work<'_>, id: ObjectId) -> Result<Vec<String>> {
    let object = work
        .snapshot()
        .object(id)
        .ok_or_else(|| Error::internal("a lost object"))?;
    Ok(work.snapshot().path(object))
}

/// A view or a dynamic table that moves looks its bare names up in its new schema.
fn follow_own_schema(work: &mut Work<'_>, id: ObjectId, path: &[String]) -> Result<()> {
    let [database, schema, _] = path else {
        return Ok(());
    };
    let context = (database.clone(), schema.clone());
    work.alter(id, |object| {
        if let Some(view) = object.as_view_mut() {
            view.context = context;
        } else if let Some(dynamic) = object.as_dynamic_mut() {
            dynamic.context = context;
        }
        Ok(())
    })
}

/// Follows in what the objects remember, and in the session's current names.
fn follow_paths(work: &mut Work<'_>, pairs: &[(Vec<String>, Vec<String>)]) -> Result<()> {
    if let (Some(database), schema) = (&work.context.database, &work.context.schema) {
        let current: Vec<String> = std::iter::once(database).chain(schema).cloned().collect();
        let mut moved = moved(&current, pairs).into_iter().flatten();
        if let Some(database) = moved.next() {
            work.context.database = Some(database);
            work.context.schema = moved.next();
        }
    }
    follow_contexts(work, pairs)
}

/// Views, dynamic tables, pipes and tasks remember the database and schema in which they look up names.
fn follow_contexts(work: &mut Work<'_>, pairs: &[(Vec<String>, Vec<String>)]) -> Result<()> {
    for kind in [
        ObjectKind::View,
        ObjectKind::Table,
        ObjectKind::Pipe,
        ObjectKind::Task,
    ] {
        let objects: Vec<Arc<Object>> = work.snapshot().all(kind).cloned().collect();
        for object in objects {
            let mut changed = object.as_ref().clone();
            let context = match &mut changed.body {
                ObjectBody::View(view) => &mut view.context,
                ObjectBody::Table(table) => match &mut table.dynamic {
                    Some(dynamic) => &mut dynamic.context,
                    None => continue,
                },
                ObjectBody::Pipe(pipe) => &mut pipe.context,
                ObjectBody::Task(task) => &mut task.context,
                _ => continue,
            };
            if let Some(moved) = moved(&[context.0.clone(), context.1.clone()], pairs)
                && let [database, schema] = moved.as_slice()
            {
                *context = (database.clone(), schema.clone());
                work.replace(changed)?;
            }
        }
    }
    Ok(())
}

/// A path with the beginning that was renamed replaced; `None` when none of the pairs concerns it.
fn moved(path: &[String], pairs: &[(Vec<String>, Vec<String>)]) -> Option<Vec<String>> {
    let (old, new) = pairs.iter().find(|(old, _)| path.starts_with(old))?;
    Some(new.iter().chain(path.get(old.len()..)?).cloned().collect())
}

/// A role's grants, and the objects it owns, follow its name.
fn follow_role(work: &mut Work<'_>, old: &str, new: &str) -> Result<()> {
    let concerns = |grant: &&Grant| {
        grant.on == GrantOn::Role(old.to_string()) || (grant.to_kind == "ROLE" && grant.to_name == old)
    };
    let grants: Vec<Grant> = work.snapshot().grants().filter(concerns).cloned().collect();
    for grant in grants {
        work.record(Fact::Revoke(grant.clone()))?;
        let mut renamed = grant;
        if renamed.on == GrantOn::Role(old.to_string()) {
            renamed.on = GrantOn::Role(new.to_string());
        }
        if renamed.to_kind == "ROLE" && renamed.to_name == old {
            renamed.to_name = new.to_string();
        }
        work.record(Fact::Grant(renamed))?;
    }
    for kind in ObjectKind::ALL {
        let owned: Vec<ObjectId> = work
            .snapshot()
            .all(kind)
            .filter(|object| object.owner == old)
            .map(|object| object.id)
            .collect();
        for id in owned {
            work.alter(id, |object| {
                object.owner = new.to_string();
                Ok(())
            })?;
        }
    }
    if work.context.role == old {
        work.context.role = new.to_string();
    }
    Ok(())
}
