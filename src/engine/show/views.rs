//! SHOW VIEWS. <https://docs.snowflake.com/en/sql-reference/sql/show-views>

use super::lister::{blank, switch, truth};
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::ddl;
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::View,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("reserved", TEXT),
        ("kind", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("text", TEXT),
        ("is_secure", TEXT),
        ("is_materialized", TEXT),
        ("owner_role_type", TEXT),
        ("change_tracking", TEXT),
    ],
    row,
    terse_kind: Some("VIEW"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(view) = object.as_view() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let below = ddl::tables_below(lister.names.snapshot, lister.names.context, view);
    let tracked = |id: &u64| {
        lister
            .names
            .snapshot
            .object(*id)
            .and_then(|table| table.as_table())
            .is_some_and(|table| table.change_tracking)
    };
    vec![
        object.created.into(),
        object.name.as_str().into(),
        "".into(),
        "VIEW".into(),
        database.into(),
        schema.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        view.text.as_str().into(),
        truth(view.secure),
        truth(false),
        "ROLE".into(),
        switch(!below.is_empty() && below.iter().all(tracked)),
    ]
}
