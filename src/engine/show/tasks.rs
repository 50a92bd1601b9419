//! SHOW TASKS. <https://docs.snowflake.com/en/sql-reference/sql/show-tasks>

use super::lister::{blank, truth};
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::object::Task;
use crate::catalog::{Object, ObjectKind, OptionValue};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Task,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("id", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("warehouse", TEXT),
        ("schedule", TEXT),
        ("scheduling_mode", TEXT),
        ("target_completion_interval", TEXT),
        ("predecessors", TEXT),
        ("state", TEXT),
        ("definition", TEXT),
        ("condition", TEXT),
        ("allow_overlapping_execution", TEXT),
        ("error_integration", TEXT),
        ("success_integration", TEXT),
        ("last_committed_on", TIME),
        ("last_suspended_on", TIME),
        ("owner_role_type", TEXT),
        ("config", TEXT),
        ("last_suspended_reason", TEXT),
        ("task_relations", TEXT),
        ("execute_as_user", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: Some(("schedule", "schedule")),
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(task) = object.as_task() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let option = |name: &str| task.options.get(name).and_then(OptionValue::text);
    let is_root = task.after.is_empty() && task.finalize.is_none();
    vec![
        object.created.into(),
        object.name.as_str().into(),
        id(object.id).into(),
        database.into(),
        schema.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        task.warehouse.clone().into(),
        task.schedule.clone().into(),
        (task.warehouse.is_none() && task.schedule.is_some())
            .then_some("FIXED")
            .into(),
        Cell::Null,
        lister.full_names(&task.after).into(),
        state(task).into(),
        task.body.as_str().into(),
        task.when.clone().into(),
        if is_root {
            truth(task.allow_overlapping)
        } else {
            Cell::Null
        },
        option("ERROR_INTEGRATION").into(),
        option("SUCCESS_INTEGRATION").into(),
        task.resumed_at.into(),
        task.suspended_at.into(),
        "ROLE".into(),
        if is_root {
            option("CONFIG").into()
        } else {
            Cell::Null
        },
        task.suspended_reason.clone().into(),
        relations(lister, object, task).into(),
        Cell::Null,
    ]
}

/// `started` or `suspended`.
pub fn state(task: &Task) -> &'static str {
    if task.started { "started" } else { "suspended" }
}

/// A task's id in the form of Snowflake's.
pub fn id(id: u64) -> String {
    format!("{:08x}-{:04x}-4000-8000-{:012x}", id >> 16, id & 0xffff, id)
}

fn relations(lister: &Lister<'_>, object: &Object, task: &Task) -> String {
    let snapshot = lister.names.snapshot;
    let name = |id: u64| snapshot.object(id).map(|object| lister.names.full_name(object));
    let finalizer = snapshot
        .all(ObjectKind::Task)
        .find(|other| {
            other
                .as_task()
                .is_some_and(|task| task.finalize == Some(object.id))
        })
        .map(|finalizer| lister.names.full_name(finalizer));
    let mut fields = serde_json::Map::new();
    if let Some(root) = task.finalize.and_then(name) {
        fields.insert("FinalizedRootTask".to_string(), root.into());
    }
    let predecessors: Vec<String> = task.after.iter().copied().filter_map(name).collect();
    fields.insert("Predecessors".to_string(), predecessors.into());
    if let Some(finalizer) = finalizer {
        fields.insert("FinalizerTask".to_string(), finalizer.into());
    }
    serde_json::Value::Object(fields).to_string()
}
