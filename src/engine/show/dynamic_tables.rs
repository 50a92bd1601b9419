//! SHOW DYNAMIC TABLES. <https://docs.snowflake.com/en/sql-reference/sql/show-dynamic-tables>

use super::lister::{blank, truth};
use super::{KindListing, Lister, NUMBER, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::dynamic::shown_lag;
use crate::engine::rows::Cell;

/// A dynamic table is a table; this is how it is listed as a dynamic one.
pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Table,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("cluster_by", TEXT),
        ("rows", NUMBER),
        ("bytes", NUMBER),
        ("owner", TEXT),
        ("target_lag", TEXT),
        ("scheduler", TEXT),
        ("refresh_mode", TEXT),
        ("refresh_mode_reason", TEXT),
        ("warehouse", TEXT),
        ("comment", TEXT),
        ("text", TEXT),
        ("automatic_clustering", TEXT),
        ("scheduling_state", TEXT),
        ("last_suspended_on", TIME),
        ("is_clone", TEXT),
        ("is_replica", TEXT),
        ("is_iceberg", TEXT),
        ("data_timestamp", TIME),
        ("owner_role_type", TEXT),
        ("immutable_where", TEXT),
        ("execute_as_user", TEXT),
    ],
    row,
    terse_kind: Some("DYNAMIC_TABLE"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let (Some(table), Some(dynamic)) = (object.as_table(), object.as_dynamic()) else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let (rows, bytes) = lister.size(object.id);
    let scheduler = |enabled| if enabled { "ENABLE" } else { "DISABLE" };
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        blank(&table.cluster_by),
        rows.into(),
        bytes.into(),
        object.owner.as_str().into(),
        dynamic.lag.map(shown_lag).into(),
        dynamic.scheduler.map(scheduler).into(),
        dynamic.refresh_mode.as_str().into(),
        Cell::Null,
        dynamic.warehouse.as_str().into(),
        blank(&object.comment),
        dynamic.text.as_str().into(),
        "OFF".into(),
        match dynamic.suspended {
            Some(_) => "SUSPENDED",
            None => "RUNNING",
        }
        .into(),
        dynamic.last_suspended.into(),
        truth(dynamic.is_clone),
        truth(false),
        truth(false),
        dynamic
            .content
            .as_ref()
            .map(|content| content.data_timestamp)
            .into(),
        object.dropped.is_none().then_some("ROLE").into(),
        Cell::Null,
        Cell::Null,
    ]
}
