//! SHOW DATABASES. <https://docs.snowflake.com/en/sql-reference/sql/show-databases>

use super::lister::{blank, yes};
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Database,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("is_default", TEXT),
        ("is_current", TEXT),
        ("origin", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("options", TEXT),
        ("retention_time", TEXT),
        ("dropped_on", TIME),
        ("kind", TEXT),
        ("owner_role_type", TEXT),
        ("object_visibility", TEXT),
        ("data_quality_monitoring_settings", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let transient = object.as_database().is_some_and(|database| database.transient);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        "N".into(),
        yes(lister.is_current(object)),
        "".into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        if transient { "TRANSIENT" } else { "" }.into(),
        lister.retention_days(object).to_string().into(),
        object.dropped.into(),
        "STANDARD".into(),
        "ROLE".into(),
        Cell::Null,
        Cell::Null,
    ]
}
