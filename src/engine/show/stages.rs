//! SHOW STAGES. <https://docs.snowflake.com/en/sql-reference/sql/show-stages>

use super::lister::{blank, yes};
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::object::Stage;
use crate::catalog::{Object, ObjectKind, OptionValue};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Stage,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("url", TEXT),
        ("has_credentials", TEXT),
        ("has_encryption_key", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("region", TEXT),
        ("type", TEXT),
        ("cloud", TEXT),
        ("notification_channel", TEXT),
        ("storage_integration", TEXT),
        ("endpoint", TEXT),
        ("owner_role_type", TEXT),
        ("directory_enabled", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(stage) = object.as_stage() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let kind = kind(stage);
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        blank(&stage.url),
        yes(stage.url.is_some() && (stage.has_credentials || stage.storage_integration.is_some())),
        yes(nested(stage, "ENCRYPTION", "MASTER_KEY").is_some()),
        object.owner.as_str().into(),
        blank(&object.comment),
        Cell::Null,
        kind.into(),
        stage.url.as_ref().map(|_| "AWS").into(),
        Cell::Null,
        stage.storage_integration.clone().into(),
        stage.options.get("ENDPOINT").and_then(OptionValue::text).into(),
        "ROLE".into(),
        yes(directory_enabled(stage)),
    ]
}

/// `INTERNAL`, `EXTERNAL`, with TEMPORARY where it is.
fn kind(stage: &Stage) -> &'static str {
    match (stage.url.is_some(), stage.temporary) {
        (true, false) => "EXTERNAL",
        (true, true) => "EXTERNAL TEMPORARY",
        (false, false) => "INTERNAL",
        (false, true) => "INTERNAL TEMPORARY",
    }
}

fn nested(stage: &Stage, outer: &str, inner: &str) -> Option<OptionValue> {
    match stage.options.get(outer) {
        Some(OptionValue::Nested(options)) => options.get(inner).cloned(),
        _ => None,
    }
}

/// Whether DIRECTORY = (ENABLE = TRUE) was said.
fn directory_enabled(stage: &Stage) -> bool {
    nested(stage, "DIRECTORY", "ENABLE") == Some(OptionValue::Boolean(true))
}
