//! What SHOW tells of a kind besides the columns that all kinds share.

use crate::catalog::object::StreamMode;
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::Work;
use crate::engine::rows::{Cell, Columns};
use crate::types::SnowType;

const TEXT: SnowType = SnowType::VARCHAR;

/// The columns of a kind.
pub(super) fn columns(kind: ObjectKind) -> Columns {
    match kind {
        ObjectKind::Table => &[
            ("rows", SnowType::INTEGER),
            ("cluster_by", TEXT),
            ("change_tracking", TEXT),
        ],
        ObjectKind::View => &[("text", TEXT), ("is_secure", TEXT)],
        ObjectKind::Stage => &[("url", TEXT), ("type", TEXT), ("storage_integration", TEXT)],
        ObjectKind::Sequence => &[("next_value", SnowType::INTEGER), ("interval", SnowType::INTEGER)],
        ObjectKind::Stream => &[("table_name", TEXT), ("mode", TEXT), ("stale", TEXT)],
        ObjectKind::Pipe => &[("definition", TEXT), ("auto_ingest", TEXT)],
        ObjectKind::Task => &[
            ("warehouse", TEXT),
            ("schedule", TEXT),
            ("predecessors", TEXT),
            ("state", TEXT),
            ("definition", TEXT),
            ("condition", TEXT),
        ],
        ObjectKind::Warehouse => &[("state", TEXT)],
        ObjectKind::Integration => &[("category", TEXT)],
        ObjectKind::Database | ObjectKind::Schema | ObjectKind::FileFormat | ObjectKind::Role => &[],
    }
}

/// The cells of an object, in the order of its kind's [`columns`].
pub(super) fn cells(work: &Work<'_>, object: &Object) -> Vec<Cell> {
    let name_of = |id: &u64| {
        let found = work.snapshot().object(*id);
        found.map_or_else(String::new, |object| work.names().full_name(object))
    };
    match &object.body {
        ObjectBody::Table(table) => vec![
            (work.snapshot().rows(object.id).rows() as u64).into(),
            table.cluster_by.clone().unwrap_or_default().into(),
            on_off(table.change_tracking),
        ],
        ObjectBody::View(view) => vec![view.text.as_str().into(), truth(view.secure)],
        ObjectBody::Stage(stage) => vec![
            stage.url.clone().unwrap_or_default().into(),
            if stage.url.is_some() {
                "EXTERNAL"
            } else {
                "INTERNAL"
            }
            .into(),
            stage.storage_integration.clone().into(),
        ],
        ObjectBody::Sequence(sequence) => vec![
            work.snapshot()
                .counter(object.id, 0)
                .unwrap_or(sequence.start)
                .into(),
            sequence.increment.into(),
        ],
        ObjectBody::Stream(stream) => {
            let live = work
                .snapshot()
                .object(stream.source)
                .is_some_and(|source| work.snapshot().is_live(source));
            let mode = match stream.mode {
                StreamMode::Default => "DEFAULT",
                StreamMode::AppendOnly => "APPEND_ONLY",
            };
            vec![stream.source_name.as_str().into(), mode.into(), truth(!live)]
        }
        ObjectBody::Pipe(pipe) => vec![pipe.copy.as_str().into(), truth(pipe.auto_ingest)],
        ObjectBody::Task(task) => vec![
            task.warehouse.clone().into(),
            task.schedule.clone().into(),
            task.after
                .iter()
                .map(name_of)
                .collect::<Vec<_>>()
                .join(", ")
                .into(),
            if task.started { "started" } else { "suspended" }.into(),
            task.body.as_str().into(),
            task.when.clone().into(),
        ],
        ObjectBody::Warehouse(warehouse) => vec![
            if warehouse.suspended {
                "SUSPENDED"
            } else {
                "STARTED"
            }
            .into(),
        ],
        ObjectBody::Integration(integration) => vec![integration.category.as_str().into()],
        ObjectBody::Database(_) | ObjectBody::Schema(_) | ObjectBody::FileFormat(_) | ObjectBody::Role(_) => {
            Vec::new()
        }
    }
}

fn truth(value: bool) -> Cell {
    (if value { "true" } else { "false" }).into()
}

fn on_off(value: bool) -> Cell {
    (if value { "ON" } else { "OFF" }).into()
}
