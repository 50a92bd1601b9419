//! SHOW ROW ACCESS POLICIES. <https://docs.snowflake.com/en/sql-reference/sql/show-row-access-policies>

use super::lister::blank;
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::RowAccessPolicy,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("kind", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("options", TEXT),
        ("owner_role_type", TEXT),
    ],
    row,
    terse_kind: Some("ROW_ACCESS_POLICY"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        "ROW_ACCESS_POLICY".into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        "".into(),
        "ROLE".into(),
    ]
}
