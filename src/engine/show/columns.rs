//! SHOW COLUMNS. <https://docs.snowflake.com/en/sql-reference/sql/show-columns>

use super::lister::{blank, data_type_json, identity_text};
use super::{Entry, Lister, Listing, TEXT, scope};
use crate::catalog::ObjectBody;
use crate::engine::rows::Cell;
use crate::error::Result;
use crate::sql::statement::Show;

pub fn list(lister: &Lister<'_>, show: &Show) -> Result<Listing> {
    let mut listing = Listing::new(&[
        ("table_name", TEXT),
        ("schema_name", TEXT),
        ("column_name", TEXT),
        ("data_type", TEXT),
        ("null?", TEXT),
        ("default", TEXT),
        ("kind", TEXT),
        ("expression", TEXT),
        ("comment", TEXT),
        ("database_name", TEXT),
        ("autoincrement", TEXT),
        ("schema_evolution_record", TEXT),
    ]);
    let mut relations = scope::relations(lister, show, true)?;
    relations.sort_by_key(|object| lister.names.snapshot.path(object));
    for object in relations {
        let (database, schema) = lister.place(&object);
        let columns = match &object.body {
            ObjectBody::Table(table) => &table.columns,
            ObjectBody::View(view) => &view.columns,
            _ => continue,
        };
        for column in columns {
            let cells: Vec<Cell> = vec![
                object.name.as_str().into(),
                schema.clone().into(),
                column.name.as_str().into(),
                data_type_json(&column.data_type, column.nullable).into(),
                if column.nullable { "true" } else { "NOT_NULL" }.into(),
                blank(&column.default),
                "COLUMN".into(),
                "".into(),
                blank(&column.comment),
                database.clone().into(),
                identity_text(column).unwrap_or_default().into(),
                Cell::Null,
            ];
            // The order stays: by table, then by position.
            listing.entries.push(Entry {
                database: None,
                schema: None,
                name: column.name.clone(),
                cells,
            });
        }
    }
    listing.ordered = true;
    Ok(listing)
}
