//! SHOW PIPES. <https://docs.snowflake.com/en/sql-reference/sql/show-pipes>

use super::lister::blank;
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind, OptionValue};
use crate::engine::rows::Cell;
use crate::sql::{self, Statement};

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Pipe,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("definition", TEXT),
        ("owner", TEXT),
        ("notification_channel", TEXT),
        ("comment", TEXT),
        ("integration", TEXT),
        ("pattern", TEXT),
        ("error_integration", TEXT),
        ("owner_role_type", TEXT),
        ("invalid_reason", TEXT),
        ("kind", TEXT),
    ],
    row,
    terse_kind: Some("STAGE"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(pipe) = object.as_pipe() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let option = |name: &str| pipe.options.get(name).and_then(OptionValue::text);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        pipe.copy.as_str().into(),
        object.owner.as_str().into(),
        channel(object).into(),
        blank(&object.comment),
        option("INTEGRATION").into(),
        pattern(&pipe.copy).into(),
        option("ERROR_INTEGRATION").into(),
        "ROLE".into(),
        Cell::Null,
        "STAGE".into(),
    ]
}

/// The queue that a bucket's notifications would go to: none is there, the object storage tells pipes by itself.
pub fn channel(object: &Object) -> Option<String> {
    queue(object.as_pipe().is_some_and(|pipe| pipe.auto_ingest))
}

/// The same queue, for whatever is told of new files.
pub fn queue(is_told: bool) -> Option<String> {
    is_told.then(|| "arn:aws:sqs:local:000000000000:snowglobe".to_string())
}

/// PATTERN of a COPY.
pub fn pattern(copy: &str) -> Option<String> {
    match sql::parse(copy) {
        Ok(Statement::CopyIntoTable(copy)) => copy.pattern,
        _ => None,
    }
}
