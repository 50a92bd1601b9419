//! SHOW TABLES. <https://docs.snowflake.com/en/sql-reference/sql/show-tables>

use super::lister::{blank, switch, yes};
use super::{KindListing, Lister, NUMBER, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Table,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("kind", TEXT),
        ("comment", TEXT),
        ("cluster_by", TEXT),
        ("rows", NUMBER),
        ("bytes", NUMBER),
        ("owner", TEXT),
        ("retention_time", TEXT),
        ("dropped_on", TIME),
        ("automatic_clustering", TEXT),
        ("change_tracking", TEXT),
        ("search_optimization", TEXT),
        ("search_optimization_progress", NUMBER),
        ("search_optimization_bytes", NUMBER),
        ("is_external", TEXT),
        ("enable_schema_evolution", TEXT),
        ("owner_role_type", TEXT),
        ("is_event", TEXT),
        ("is_hybrid", TEXT),
        ("is_iceberg", TEXT),
        ("is_immutable", TEXT),
    ],
    row,
    terse_kind: Some("TABLE"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(table) = object.as_table() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let (rows, bytes) = lister.size(object.id);
    let reclusters = table
        .options
        .get("RECLUSTER")
        .and_then(|value| value.text())
        .as_deref()
        != Some("FALSE");
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        table.kind.label().into(),
        blank(&object.comment),
        blank(&table.cluster_by),
        rows.into(),
        bytes.into(),
        object.owner.as_str().into(),
        lister.retention_days(object).to_string().into(),
        object.dropped.into(),
        switch(table.cluster_by.is_some() && reclusters),
        switch(table.change_tracking),
        "OFF".into(),
        Cell::Null,
        Cell::Null,
        yes(table.external.is_some()),
        "N".into(),
        // A dropped table has no owner.
        object.dropped.is_none().then_some("ROLE").into(),
        if table.events { "Y" } else { "N" }.into(),
        "N".into(),
        "N".into(),
        "N".into(),
    ]
}
