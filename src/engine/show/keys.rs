//! SHOW PRIMARY KEYS, UNIQUE KEYS and IMPORTED KEYS.
//! <https://docs.snowflake.com/en/sql-reference/sql/show-primary-keys>

use super::{Entry, Lister, Listing, NUMBER, TEXT, TIME, scope};
use crate::catalog::Object;
use crate::catalog::object::{Constraint, ConstraintKind};
use crate::engine::rows::{Cell, Columns};
use crate::error::Result;
use crate::sql::statement::{Show, ShowSubject};

const KEYS: Columns = &[
    ("created_on", TIME),
    ("database_name", TEXT),
    ("schema_name", TEXT),
    ("table_name", TEXT),
    ("column_name", TEXT),
    ("key_sequence", NUMBER),
    ("constraint_name", TEXT),
    ("rely", TEXT),
    ("comment", TEXT),
];

const IMPORTED: Columns = &[
    ("created_on", TIME),
    ("pk_database_name", TEXT),
    ("pk_schema_name", TEXT),
    ("pk_table_name", TEXT),
    ("pk_column_name", TEXT),
    ("fk_database_name", TEXT),
    ("fk_schema_name", TEXT),
    ("fk_table_name", TEXT),
    ("fk_column_name", TEXT),
    ("key_sequence", NUMBER),
    ("update_rule", TEXT),
    ("delete_rule", TEXT),
    ("fk_name", TEXT),
    ("pk_name", TEXT),
    ("deferrability", TEXT),
    ("rely", TEXT),
    ("comment", TEXT),
];

pub fn list(lister: &Lister<'_>, show: &Show) -> Result<Listing> {
    let imported = show.subject == ShowSubject::ImportedKeys;
    let mut listing = Listing::new(if imported { IMPORTED } else { KEYS });
    listing.ordered = true;
    let mut tables = scope::relations(lister, show, false)?;
    tables.sort_by_key(|object| lister.names.snapshot.path(object));
    for object in tables {
        for constraint in object.as_table().map_or(&[][..], |table| &table.constraints) {
            let wanted = matches!(
                (&show.subject, &constraint.kind),
                (ShowSubject::PrimaryKeys, ConstraintKind::PrimaryKey)
                    | (ShowSubject::UniqueKeys, ConstraintKind::Unique)
                    | (ShowSubject::ImportedKeys, ConstraintKind::ForeignKey { .. })
            );
            for (at, column) in constraint.columns.iter().enumerate().filter(|_| wanted) {
                let cells = match &constraint.kind {
                    ConstraintKind::ForeignKey { table, columns } => {
                        let target = columns.get(at).cloned();
                        imported_row(lister, &object, constraint, (at, column), *table, target)
                    }
                    _ => key_row(lister, &object, constraint, (at, column)),
                };
                listing.entries.push(Entry {
                    database: None,
                    schema: None,
                    name: column.clone(),
                    cells,
                });
            }
        }
    }
    Ok(listing)
}

fn key_row(
    lister: &Lister<'_>,
    object: &Object,
    constraint: &Constraint,
    column: (usize, &String),
) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    vec![
        object.created.into(),
        database.into(),
        schema.into(),
        object.name.as_str().into(),
        column.1.as_str().into(),
        (column.0 as u64 + 1).into(),
        constraint.name.as_str().into(),
        super::lister::truth(constraint.rely),
        Cell::Null,
    ]
}

fn imported_row(
    lister: &Lister<'_>,
    object: &Object,
    constraint: &Constraint,
    column: (usize, &String),
    referenced: u64,
    target: Option<String>,
) -> Vec<Cell> {
    let (database, schema) = lister.place(object);
    let referenced = if referenced == 0 { object.id } else { referenced };
    let found = lister.names.snapshot.object(referenced);
    let (pk_database, pk_schema) = found.map_or((None, None), |found| lister.place(found));
    let key = found.and_then(|found| found.as_table()).and_then(|table| {
        table
            .constraints
            .iter()
            .find(|key| key.kind == ConstraintKind::PrimaryKey)
            .map(|key| key.name.clone())
    });
    vec![
        object.created.into(),
        pk_database.into(),
        pk_schema.into(),
        found.map(|found| found.name.clone()).into(),
        target.into(),
        database.into(),
        schema.into(),
        object.name.as_str().into(),
        column.1.as_str().into(),
        (column.0 as u64 + 1).into(),
        "NO ACTION".into(),
        "NO ACTION".into(),
        constraint.name.as_str().into(),
        key.into(),
        "NOT DEFERRABLE".into(),
        super::lister::truth(constraint.rely),
        Cell::Null,
    ]
}
