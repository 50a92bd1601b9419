//! SHOW FILE FORMATS. <https://docs.snowflake.com/en/sql-reference/sql/show-file-formats>

use super::lister::blank;
use super::{KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind};
use crate::engine::options;
use crate::engine::rows::Cell;
use crate::stage::format::FileFormat;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::FileFormat,
    columns: &[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("type", TEXT),
        ("owner", TEXT),
        ("comment", TEXT),
        ("format_options", TEXT),
        ("owner_role_type", TEXT),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(lister: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(body) = object.as_file_format() else {
        return Vec::new();
    };
    let (database, schema) = lister.place(object);
    let format =
        options::format_properties(&body.options).and_then(|given| FileFormat::from_properties(&given));
    // All options of the type, as a JSON object.
    let shown = format.as_ref().map(|format| {
        let described = format.describe().into_iter().map(|option| {
            let value = match option.property_type {
                "Boolean" => serde_json::Value::Bool(
                    option.property_value == "TRUE" || option.property_value == "true",
                ),
                "Integer" => option
                    .property_value
                    .parse::<u64>()
                    .map_or(serde_json::Value::Null, Into::into),
                _ => option.property_value.into(),
            };
            (option.property.to_string(), value)
        });
        serde_json::Value::Object(described.collect()).to_string()
    });
    vec![
        object.created.into(),
        object.name.as_str().into(),
        database.into(),
        schema.into(),
        format
            .as_ref()
            .ok()
            .map(|format| format.file_type().name())
            .into(),
        object.owner.as_str().into(),
        blank(&object.comment),
        shown.ok().into(),
        "ROLE".into(),
    ]
}
