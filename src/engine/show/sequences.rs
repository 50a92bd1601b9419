//! SHOW SEQUENCES. <https://docs.snowflake.com/en/sql-reference/sql/show-sequences>

use super::lister::{blank, yes};
use super::{KindListing, Lister, NUMBER, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Sequence,
    columns: &[
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("next_value", NUMBER),
        ("interval", NUMBER),
        ("created_on", TIME),
        ("owner", TEXT),
        ("comment", TEXT),
        ("owner_role_type", TEXT),
        ("ordered", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(sequence) = object.as_sequence() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    vec![
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        lister
            .names
            .snapshot
            .counter(object.id, 0)
            .unwrap_or(sequence.start)
            .into(),
        sequence.increment.into(),
        object.created.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        "ROLE".into(),
        yes(sequence.ordered),
    ]
}
