//! SHOW INTEGRATIONS. <https://docs.snowflake.com/en/sql-reference/sql/show-integrations>

use super::lister::{blank, truth};
use super::{Entry, KindListing, Lister, TEXT, TIME};
use crate::catalog::{Object, ObjectKind, OptionValue};
use crate::engine::rows::Cell;

pub const LISTING: KindListing = KindListing {
    kind: ObjectKind::Integration,
    columns: &[
        ("name", TEXT),
        ("type", TEXT),
        ("category", TEXT),
        ("enabled", TEXT),
        ("comment", TEXT),
        ("created_on", TIME),
    ],
    row,
    terse_kind: None,
    terse_extra: None,
};

fn row(_: &Lister<'_>, object: &Object) -> Vec<Cell> {
    let Some(integration) = object.as_integration() else {
        return Vec::new();
    };
    let option = |name: &str| integration.options.get(name).and_then(OptionValue::text);
    vec![
        object.name.as_str().into(),
        option("TYPE").map(|text| text.to_uppercase()).into(),
        integration.category.as_str().into(),
        truth(option("ENABLED").as_deref() == Some("TRUE")),
        blank(&object.comment),
        object.created.into(),
    ]
}

/// Keeps the integrations of a family, by their column `category`.
pub fn keep_family(entries: &mut Vec<Entry>, family: &str) {
    entries.retain(|entry| entry.cells.get(2) == Some(&Cell::Text(family.to_string())));
}
