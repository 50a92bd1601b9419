//! SHOW TAGS. <https://docs.snowflake.com/en/sql-reference/sql/show-tags>

use super::lister::blank;
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Tag,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("allowed_values", TEXT),
        ("owner_role_type", TEXT),
    ],
    row,
    terse_kind: Some("TAG"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    let allowed = object.as_tag().and_then(|tag| tag.allowed.as_ref());
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        allowed.map(|values| serde_json::json!(values).to_string()).into(),
        "ROLE".into(),
    ]
}
