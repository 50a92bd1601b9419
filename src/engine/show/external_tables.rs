//! SHOW EXTERNAL TABLES. <https://docs.snowflake.com/en/sql-reference/sql/show-external-tables>

use super::lister::{blank, truth};
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::external::External;
use crate::catalog::{Object, ObjectKind, OptionValue};
use crate::engine::rows::Cell;
use crate::sql::QualifiedName;

/// An external table is a table; this is how it is listed as an external one.
pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Table,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("invalid", TEXT),
        ("invalid_reason", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("stage", TEXT),
        ("location", TEXT),
        ("file_format_name", TEXT),
        ("file_format_type", TEXT),
        ("cloud", TEXT),
        ("region", TEXT),
        ("notification_channel", TEXT),
        ("last_refreshed_on", TIME),
        ("table_format", TEXT),
        ("last_refresh_details", TEXT),
        ("owner_role_type", TEXT),
    ],
    row,
    terse_kind: Some("EXTERNAL_TABLE"),
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(external) = object.as_external() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let stage = stage(lister, external);
    let (format_name, format_type) = format(lister, external);
    let reason = if stage.is_none() {
        "Stage dropped"
    } else if format_type.is_none() {
        "File format dropped"
    } else {
        ""
    };
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        truth(!reason.is_empty()),
        reason.into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        stage.clone().unwrap_or_default().into(),
        location(lister, external).into(),
        format_name.unwrap_or_default().into(),
        format_type.unwrap_or_default().into(),
        "AWS".into(),
        Cell::Null,
        super::pipes::queue(external.auto_refresh).into(),
        external.refreshed.into(),
        "UNSPECIFIED".into(),
        Cell::Null,
        "ROLE".into(),
    ]
}

fn stage(lister: &Lister<'_>, external: &External) -> Option<String> {
    let snapshot = lister.names.snapshot;
    let stage = snapshot.object(external.stage)?;
    snapshot.is_live(stage).then(|| lister.names.full_name(stage))
}

/// The stage and the path below it: `@DB.SCHEMA.STAGE/path/`.
pub fn location(lister: &Lister<'_>, external: &External) -> Option<String> {
    Some(format!("@{}/{}", stage(lister, external)?, external.path))
}

/// The name of the file format, if it has one, and its type, unless it is gone.
pub fn format(lister: &Lister<'_>, external: &External) -> (Option<String>, Option<String>) {
    let options = &external.file_format;
    let type_of = |options: &crate::catalog::Options| {
        let given = options.get("TYPE").and_then(OptionValue::text);
        given.map_or_else(|| "CSV".to_string(), |given| given.to_uppercase())
    };
    let Some(name) = options.get("FORMAT_NAME").and_then(OptionValue::text) else {
        return (None, Some(type_of(options)));
    };
    let parsed = QualifiedName::parse(&name);
    let found = parsed.and_then(|name| lister.names.find(ObjectKind::FileFormat, &name).ok()?);
    let found = found.and_then(|object| object.as_file_format().map(|format| type_of(&format.options)));
    (Some(name), found)
}
