//! SHOW STREAMS. <https://docs.snowflake.com/en/sql-reference/sql/show-streams>

use jiff::{SignedDuration, Timestamp};

use super::lister::{blank, truth};
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::object::{Stream, StreamMode};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

/// MAX_DATA_EXTENSION_TIME_IN_DAYS, where nothing else is said.
const EXTENSION_DAYS: u32 = 14;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Stream,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("table_name", TEXT),
        ("source_type", TEXT),
        ("base_tables", TEXT),
        ("type", TEXT),
        ("stale", TEXT),
        ("mode", TEXT),
        ("stale_after", TIME),
        ("invalid_reason", TEXT),
        ("owner_role_type", TEXT),
    ],
    row,
    terse_kind: Some("type"),
    terse_extra: Some(("tableOn", "table_name")),
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(stream) = object.as_stream() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let snapshot = lister.names.snapshot;
    let source = snapshot
        .object(stream.source)
        .filter(|source| snapshot.is_live(source));
    let name = source.map_or_else(
        || "No privilege or table dropped".to_string(),
        |it| lister.names.full_name(it),
    );
    let base = match source {
        Some(view) if view.kind() == ObjectKind::View => lister.tables_below(view).join(","),
        _ => name.clone(),
    };
    let stale_after = stale_after(lister, object, stream);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        name.into(),
        source
            .map(|source| match source.as_external() {
                Some(_) => "External Table",
                None => source.kind().traits().label,
            })
            .into(),
        base.into(),
        "DELTA".into(),
        truth(source.is_none() || stale_after.is_some_and(|moment| moment < lister.now)),
        match stream.mode {
            StreamMode::Default => "DEFAULT",
            StreamMode::AppendOnly => "APPEND_ONLY",
            StreamMode::InsertOnly => "INSERT_ONLY",
        }
        .into(),
        stale_after.into(),
        "N/A".into(),
        "ROLE".into(),
    ]
}

/// When the stream may go stale: the retention of its source, or the days that it is extended by, after the stream was
/// created or last consumed.
fn stale_after(lister: &Lister<'_>, object: &Object, stream: &Stream) -> Option<Timestamp> {
    let snapshot = lister.names.snapshot;
    let source = snapshot.object(stream.source)?;
    let days = lister.retention_days(source).max(EXTENSION_DAYS);
    let consumed = snapshot
        .table(source.id)
        .and_then(|history| history.at_seq(stream.offset))
        .map(|at| at.time);
    let since = consumed.map_or(object.created, |consumed| consumed.max(object.created));
    since
        .checked_add(SignedDuration::from_hours(24 * i64::from(days)))
        .ok()
}
