//! SHOW OBJECTS: tables and views together. <https://docs.snowflake.com/en/sql-reference/sql/show-objects>

use super::lister::blank;
use super::{Entry, Lister, Listing, NUMBER, TEXT, TIME, scope};
use crate::catalog::ObjectKind;
use crate::engine::rows::Cell;
use crate::error::Result;
use crate::sql::statement::Show;

pub fn list(lister: &Lister<'_>, show: &Show) -> Result<Listing> {
    let mut listing = Listing::new(&[
        ("created_on", TIME),
        ("name", TEXT),
        ("database_name", TEXT),
        ("schema_name", TEXT),
        ("kind", TEXT),
        ("comment", TEXT),
        ("cluster_by", TEXT),
        ("rows", NUMBER),
        ("bytes", NUMBER),
        ("owner", TEXT),
        ("retention_time", TEXT),
        ("owner_role_type", TEXT),
        ("is_hybrid", TEXT),
        ("is_dynamic", TEXT),
        ("is_iceberg", TEXT),
    ]);
    for kind in [ObjectKind::Table, ObjectKind::View] {
        for object in scope::objects(lister, kind, show)? {
            let (database, schema) = lister.place(&object);
            let table = object.as_table();
            let size = table.map(|_| lister.size(object.id));
            let cells: Vec<Cell> = vec![
                object.created.into(),
                object.name.as_str().into(),
                database.clone().into(),
                schema.clone().into(),
                if table.is_some() { "TABLE" } else { "VIEW" }.into(),
                blank(&object.comment),
                blank(&table.and_then(|table| table.cluster_by.clone())),
                size.map_or(0, |(rows, _)| rows).into(),
                size.map_or(0, |(_, bytes)| bytes).into(),
                object.owner.as_str().into(),
                lister.retention_days(&object).to_string().into(),
                "ROLE".into(),
                "N".into(),
                "N".into(),
                "N".into(),
            ];
            listing.entries.push(Entry {
                database,
                schema,
                name: object.name.clone(),
                cells,
            });
        }
    }
    if show.terse {
        // created_on, name, kind, database_name, schema_name.
        const ORDER: [usize; 5] = [0, 1, 4, 2, 3];
        listing.columns = ORDER
            .iter()
            .filter_map(|at| listing.columns.get(*at).cloned())
            .collect();
        for entry in &mut listing.entries {
            entry.cells = ORDER
                .iter()
                .filter_map(|at| entry.cells.get(*at).cloned())
                .collect();
        }
    }
    Ok(listing)
}
