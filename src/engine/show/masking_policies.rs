//! SHOW MASKING POLICIES. <https://docs.snowflake.com/en/sql-reference/sql/show-masking-policies>

use super::lister::blank;
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::MaskingPolicy,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("kind", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("owner_role_type", TEXT),
        ("options", TEXT),
    ],
    row,
    terse_kind: Some("MASKING_POLICY"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(policy) = object.as_masking_policy() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        "MASKING_POLICY".into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        "ROLE".into(),
        match policy.exempt {
            true => r#"{"EXEMPT_OTHER_POLICIES":"TRUE"}"#,
            false => "",
        }
        .into(),
    ]
}
