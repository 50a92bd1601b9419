//! TABLE_CONSTRAINTS and REFERENTIAL_CONSTRAINTS.
//! <https://docs.snowflake.com/en/sql-reference/info-schema/table_constraints>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/referential_constraints>

use super::{Scope, TEXT, TIME, altered, yes};
use crate::catalog::ObjectKind;
use crate::catalog::object::ConstraintKind;
use crate::engine::rows::{Cell, Columns, Rows};

pub const TABLE_CONSTRAINTS: Columns = &[
    ("CONSTRAINT_CATALOG", TEXT),
    ("CONSTRAINT_SCHEMA", TEXT),
    ("CONSTRAINT_NAME", TEXT),
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("CONSTRAINT_TYPE", TEXT),
    ("IS_DEFERRABLE", TEXT),
    ("INITIALLY_DEFERRED", TEXT),
    ("ENFORCED", TEXT),
    ("COMMENT", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("RELY", TEXT),
];

pub fn table_constraints(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Table) {
        for constraint in object.as_table().map_or(&[][..], |table| &table.constraints) {
            let [database, schema, name] = scope.place(&object);
            rows.push(vec![
                database.clone(),
                schema.clone(),
                constraint.name.as_str().into(),
                database,
                schema,
                name,
                match constraint.kind {
                    ConstraintKind::PrimaryKey => "PRIMARY KEY",
                    ConstraintKind::Unique => "UNIQUE",
                    ConstraintKind::ForeignKey { .. } => "FOREIGN KEY",
                }
                .into(),
                "NO".into(),
                "YES".into(),
                "NO".into(),
                Cell::Null,
                object.created.into(),
                altered(&object),
                yes(constraint.rely),
            ]);
        }
    }
}

pub const REFERENTIAL_CONSTRAINTS: Columns = &[
    ("CONSTRAINT_CATALOG", TEXT),
    ("CONSTRAINT_SCHEMA", TEXT),
    ("CONSTRAINT_NAME", TEXT),
    ("UNIQUE_CONSTRAINT_CATALOG", TEXT),
    ("UNIQUE_CONSTRAINT_SCHEMA", TEXT),
    ("UNIQUE_CONSTRAINT_NAME", TEXT),
    ("MATCH_OPTION", TEXT),
    ("UPDATE_RULE", TEXT),
    ("DELETE_RULE", TEXT),
    ("COMMENT", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
];

pub fn referential_constraints(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Table) {
        for constraint in object.as_table().map_or(&[][..], |table| &table.constraints) {
            let ConstraintKind::ForeignKey { table, columns } = &constraint.kind else {
                continue;
            };
            let id = if *table == 0 { object.id } else { *table };
            let referenced = scope.lister.names.snapshot.object(id);
            let key = referenced
                .and_then(|referenced| referenced.as_table())
                .and_then(|table| {
                    table.constraints.iter().find(|key| {
                        key.columns == *columns && !matches!(key.kind, ConstraintKind::ForeignKey { .. })
                    })
                });
            let [database, schema, _] = scope.place(&object);
            let [key_database, key_schema, _] = referenced
                .map_or([Cell::Null, Cell::Null, Cell::Null], |referenced| {
                    scope.place(referenced)
                });
            rows.push(vec![
                database,
                schema,
                constraint.name.as_str().into(),
                key_database,
                key_schema,
                key.map(|key| key.name.clone()).into(),
                "FULL".into(),
                "NO ACTION".into(),
                "NO ACTION".into(),
                Cell::Null,
                object.created.into(),
                altered(&object),
            ]);
        }
    }
}
