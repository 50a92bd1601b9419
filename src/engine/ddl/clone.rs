//! CLONE of tables, schemas, databases and other objects.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-clone>
//!
//! A table's clone shares the micro-partitions of its source. A schema's clone has clones of what the schema holds,
//! and a database's of its schemas; what refers to a neighbour inside the clone (a stream to its table, a task to its
//! predecessor, a view to its schema, a dynamic table's query) refers to that neighbour's clone. As documented, cloned tasks and dynamic tables are suspended,
//! cloned pipes paused if they ingest by themselves, cloned streams start empty; internal stages and pipes that load
//! from them are left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::common::fault;
use super::tag;
use crate::catalog::dynamic::Suspension;
use crate::catalog::object::{ConstraintKind, Database, Schema, TableKind};
use crate::catalog::{Fact, Object, ObjectBody, ObjectId, ObjectKind};
use crate::engine::Work;
use crate::engine::work::NewObject;
use crate::error::{Error, Result};
use crate::sql::statement::{CloneSource, TimeTravel};
use crate::sql::{Ident, QualifiedName};
use crate::stream::travel;

/// Kinds that a schema's clone takes along, those that others refer to first.
const KINDS: [ObjectKind; 11] = [
    ObjectKind::Tag,
    ObjectKind::Sequence,
    ObjectKind::FileFormat,
    ObjectKind::Function,
    ObjectKind::Procedure,
    ObjectKind::Table,
    ObjectKind::View,
    ObjectKind::Stage,
    ObjectKind::Stream,
    ObjectKind::Pipe,
    ObjectKind::Task,
];

/// CREATE TABLE … CLONE.
pub fn table(
    work: &mut Work<'_>,
    new: &NewObject<'_>,
    source: &CloneSource,
    kind: TableKind,
) -> Result<Option<ObjectId>> {
    let object = work.names().require(ObjectKind::Table, &source.name)?;
    let made = table_of(work, new, &object, source.at.as_ref(), kind, None)?;
    if let Some(id) = made {
        tag::copy(work, object.id, id, |tag| tag)?;
    }
    Ok(made)
}

fn table_of(
    work: &mut Work<'_>,
    new: &NewObject<'_>,
    object: &Object,
    at: Option<&TimeTravel>,
    kind: TableKind,
    home: Option<&(String, String)>,
) -> Result<Option<ObjectId>> {
    let mut table = super::columns::table_of(object)?.clone();
    if table.external.is_some() {
        return Err(fault(2_119, "0A000", "External tables cannot be cloned."));
    }
    if table.kind != TableKind::Permanent && kind == TableKind::Permanent {
        let message = format!(
            "A {} table cannot be cloned to a permanent table.",
            table.kind.label().to_lowercase()
        );
        return Err(fault(2_119, "0A000", message));
    }
    let history = work.snapshot().table(object.id).cloned();
    let history = history.ok_or_else(|| Error::internal("a table without rows"))?;
    let version = match at {
        Some(at) => travel::resolve(&work.planner().1, object, &history, at)?,
        None => history.current(),
    };
    table.kind = kind;
    table.change_tracking = false;
    table.dynamic = table.dynamic.filter(|_| home.is_some());
    if let (Some(dynamic), Some(home)) = (&mut table.dynamic, home) {
        dynamic.context.clone_from(home);
        dynamic.is_clone = true;
        dynamic.suspended = Some(Suspension::Own);
        dynamic.last_suspended = Some(work.now);
    }
    let counters: Vec<(u32, i64)> = table
        .columns
        .iter()
        .filter_map(|column| Some((column.id, work.snapshot().counter(object.id, column.id)?)))
        .collect();
    let comment = new.comment.clone().or_else(|| object.comment.clone());
    let new = NewObject {
        comment,
        ..new.clone()
    };
    let Some(id) = work.create(&new, ObjectBody::Table(table))? else {
        return Ok(None);
    };
    work.record(Fact::CloneRows {
        table: id,
        source: object.id,
        seq: version.seq,
    })?;
    for (column, next) in counters {
        work.record(Fact::Counter {
            object: id,
            column,
            next,
        })?;
    }
    Ok(Some(id))
}

/// CREATE SCHEMA … CLONE.
pub fn schema(
    work: &mut Work<'_>,
    new: &NewObject<'_>,
    source: &CloneSource,
    transient: bool,
    managed_access: bool,
) -> Result<()> {
    let object = work.names().require(ObjectKind::Schema, &source.name)?;
    let mut clone = Clone {
        at: source.at.as_ref(),
        ids: BTreeMap::new(),
    };
    clone.schema(work, new, &object, transient, managed_access)?;
    clone.relink(work)
}

/// CREATE DATABASE … CLONE.
pub fn database(
    work: &mut Work<'_>,
    new: &NewObject<'_>,
    source: &CloneSource,
    transient: bool,
) -> Result<()> {
    let object = work.names().require(ObjectKind::Database, &source.name)?;
    let Some(body) = object.as_database() else {
        return Err(Error::internal("a database without a body"));
    };
    let schemas = work.children(object.id, ObjectKind::Schema);
    let comment = new.comment.clone().or_else(|| object.comment.clone());
    let body = Database {
        transient: transient || body.transient,
        ..body.clone()
    };
    let made = work.create(
        &NewObject {
            comment,
            ..new.clone()
        },
        ObjectBody::Database(body),
    )?;
    let mut clone = Clone {
        at: source.at.as_ref(),
        ids: BTreeMap::new(),
    };
    clone.ids.extend(made.map(|made| (object.id, made)));
    for schema in schemas {
        let parts = vec![
            Ident::quoted(new.name.object()),
            Ident::quoted(schema.name.as_str()),
        ];
        let name = qualified(parts)?;
        clone.schema(work, &plain(&name, &schema), &schema, transient, false)?;
    }
    clone.relink(work)
}

/// A clone of many objects in the making.
struct Clone<'a> {
    at: Option<&'a TimeTravel>,
    /// From each cloned object to its clone.
    ids: BTreeMap<ObjectId, ObjectId>,
}

impl Clone<'_> {
    fn schema(
        &mut self,
        work: &mut Work<'_>,
        new: &NewObject<'_>,
        source: &Object,
        transient: bool,
        managed_access: bool,
    ) -> Result<()> {
        let Some(body) = source.as_schema() else {
            return Err(Error::internal("a schema without a body"));
        };
        let children: Vec<Arc<Object>> = KINDS
            .iter()
            .flat_map(|kind| work.children(source.id, *kind))
            .filter(|o| o.session.is_none())
            .collect();
        let body = Schema {
            transient: transient || body.transient,
            managed_access: managed_access || body.managed_access,
            ..body.clone()
        };
        let transient = body.transient;
        let comment = new.comment.clone().or_else(|| source.comment.clone());
        let id = work.create(
            &NewObject {
                comment,
                ..new.clone()
            },
            ObjectBody::Schema(body),
        )?;
        let id = id.ok_or_else(|| Error::internal("a schema that is there already"))?;
        self.ids.insert(source.id, id);
        let schema = work
            .snapshot()
            .object(id)
            .cloned()
            .ok_or_else(|| Error::internal("a lost schema"))?;
        let path = work.snapshot().path(&schema);
        for child in children {
            let parts = path
                .iter()
                .chain([&child.name])
                .map(|part| Ident::quoted(part.as_str()))
                .collect();
            let name = qualified(parts)?;
            if let Some(made) = self.child(work, &plain(&name, &child), &child, &path, transient)? {
                self.ids.insert(child.id, made);
            }
        }
        Ok(())
    }

    fn child(
        &self,
        work: &mut Work<'_>,
        new: &NewObject<'_>,
        source: &Object,
        path: &[String],
        transient: bool,
    ) -> Result<Option<ObjectId>> {
        let context = match path {
            [database, schema] => (database.clone(), schema.clone()),
            _ => return Err(Error::internal("a schema outside a database")),
        };
        let mut body = source.body.clone();
        match &mut body {
            // An external table is left out: it cannot be cloned.
            ObjectBody::Table(table) if table.external.is_some() => return Ok(None),
            ObjectBody::Table(table) => {
                let kind = if transient {
                    TableKind::Transient
                } else {
                    table.kind
                };
                return table_of(work, new, source, self.at, kind, Some(&context));
            }
            ObjectBody::View(view) => view.context = context,
            ObjectBody::Stage(stage) if stage.url.is_none() => return Ok(None),
            ObjectBody::Stream(stream) => {
                stream.offset = work.snapshot().seq;
                stream.consumed = true;
            }
            ObjectBody::Pipe(pipe) => {
                pipe.context = context;
                pipe.paused |= pipe.auto_ingest;
            }
            ObjectBody::Task(task) => {
                task.context = context;
                task.started = false;
                task.resumed_at = None;
            }
            _ => {}
        }
        let counter = work.snapshot().counter(source.id, 0);
        let id = work.create(new, body)?;
        if let (Some(id), Some(next)) = (id, counter) {
            work.record(Fact::Counter {
                object: id,
                column: 0,
                next,
            })?;
        }
        Ok(id)
    }

    /// Turns references to what was cloned into references to the clones, which get the tags of their sources.
    fn relink(&self, work: &mut Work<'_>) -> Result<()> {
        for (source, made) in &self.ids {
            tag::copy(work, *source, *made, |tag| {
                self.ids.get(&tag).copied().unwrap_or(tag)
            })?;
        }
        for made in self.ids.values() {
            let Some(object) = work.snapshot().object(*made).cloned() else {
                continue;
            };
            let follow = |id: &mut ObjectId| {
                if let Some(clone) = self.ids.get(id) {
                    *id = *clone;
                }
            };
            let mut changed = object.as_ref().clone();
            match &mut changed.body {
                ObjectBody::Stream(stream) => {
                    follow(&mut stream.source);
                    if let Some(source) = work.snapshot().object(stream.source) {
                        stream.source_name = work.names().full_name(source);
                    }
                }
                ObjectBody::Task(task) => {
                    task.after.iter_mut().for_each(follow);
                    if let Some(root) = &mut task.finalize {
                        follow(root);
                    }
                }
                ObjectBody::Table(table) => {
                    for constraint in &mut table.constraints {
                        if let ConstraintKind::ForeignKey { table, .. } = &mut constraint.kind {
                            follow(table);
                        }
                    }
                }
                _ => continue,
            }
            work.replace(changed)?;
        }
        Ok(())
    }
}

fn qualified(parts: Vec<Ident>) -> Result<QualifiedName> {
    QualifiedName::new(parts).ok_or_else(|| Error::internal("a name of too many parts"))
}

fn plain<'a>(name: &'a QualifiedName, source: &Object) -> NewObject<'a> {
    NewObject {
        name,
        or_replace: false,
        or_alter: false,
        if_not_exists: false,
        comment: source.comment.clone(),
        temporary: false,
        copy_grants: false,
        tags: &[],
    }
}
