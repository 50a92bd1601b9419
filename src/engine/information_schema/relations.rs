//! TABLES and VIEWS. <https://docs.snowflake.com/en/sql-reference/info-schema/tables>,
//! <https://docs.snowflake.com/en/sql-reference/info-schema/views>

use super::{NAME, NUMBER, Scope, TEXT, TIME, altered, yes};
use crate::catalog::object::TableKind;
use crate::catalog::{Object, ObjectKind};
use crate::engine::rows::{Cell, Columns, Rows};
use crate::types::SnowType;

pub const TABLES: Columns = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("TABLE_OWNER", TEXT),
    ("TABLE_TYPE", TEXT),
    ("IS_TRANSIENT", TEXT),
    ("CLUSTERING_KEY", TEXT),
    ("ROW_COUNT", NUMBER),
    ("BYTES", NUMBER),
    ("RETENTION_TIME", NUMBER),
    ("SELF_REFERENCING_COLUMN_NAME", TEXT),
    ("REFERENCE_GENERATION", TEXT),
    ("USER_DEFINED_TYPE_CATALOG", TEXT),
    ("USER_DEFINED_TYPE_SCHEMA", TEXT),
    ("USER_DEFINED_TYPE_NAME", TEXT),
    ("IS_INSERTABLE_INTO", TEXT),
    ("IS_TYPED", TEXT),
    ("COMMIT_ACTION", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("LAST_DDL", TIME),
    ("LAST_DDL_BY", TEXT),
    ("AUTO_CLUSTERING_ON", SnowType::Boolean),
    ("COMMENT", TEXT),
    ("IS_TEMPORARY", TEXT),
    ("IS_ICEBERG", TEXT),
    ("IS_DYNAMIC", TEXT),
    ("IS_IMMUTABLE", TEXT),
    ("IS_HYBRID", TEXT),
];

pub fn tables(scope: &Scope<'_>, rows: &mut Rows) {
    for kind in [ObjectKind::Table, ObjectKind::View] {
        for object in scope.all(kind) {
            rows.push(table(scope, &object));
        }
    }
    for view in super::VIEWS {
        let mut row = vec![
            scope.database.name.as_str().into(),
            NAME.into(),
            view.name.into(),
            Cell::Null,
            "VIEW".into(),
        ];
        row.resize(TABLES.len(), Cell::Null);
        rows.push(row);
    }
}

fn table(scope: &Scope<'_>, object: &Object) -> Vec<Cell> {
    let table = object.as_table();
    let kind = table.map(|table| table.kind);
    let size = table.map(|_| scope.lister.size(object.id));
    let [database, schema, name] = scope.place(object);
    let written = table.map(|_| scope.lister.names.snapshot.rows(object.id).time);
    let ddl = object.altered.unwrap_or(object.created);
    let clusters = table.is_some_and(|table| {
        let suspended = table
            .options
            .get("RECLUSTER")
            .and_then(|value| value.text())
            .as_deref()
            == Some("FALSE");
        table.cluster_by.is_some() && !suspended
    });
    vec![
        database,
        schema,
        name,
        object.owner.as_str().into(),
        match kind {
            None => "VIEW",
            Some(_) if table.is_some_and(|table| table.events) => "EVENT TABLE",
            Some(TableKind::Temporary) => "TEMPORARY TABLE",
            Some(_) if object.as_external().is_some() => "EXTERNAL TABLE",
            Some(_) => "BASE TABLE",
        }
        .into(),
        kind.map(|kind| if kind == TableKind::Transient { "YES" } else { "NO" })
            .into(),
        table.and_then(|table| table.cluster_by.clone()).into(),
        size.map(|(rows, _)| rows).into(),
        size.map(|(_, bytes)| bytes).into(),
        table
            .map(|_| u64::from(scope.lister.retention_days(object)))
            .into(),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        table.map(|_| "YES").into(),
        table.map(|_| "YES").into(),
        Cell::Null,
        object.created.into(),
        written.map_or(ddl, |written| written.max(ddl)).into(),
        ddl.into(),
        Cell::Null,
        table.map(|_| clusters).into(),
        object.comment.clone().into(),
        yes(kind == Some(TableKind::Temporary)),
        "NO".into(),
        yes(object.as_dynamic().is_some()),
        "NO".into(),
        "NO".into(),
    ]
}

pub const VIEWS: Columns = &[
    ("TABLE_CATALOG", TEXT),
    ("TABLE_SCHEMA", TEXT),
    ("TABLE_NAME", TEXT),
    ("TABLE_OWNER", TEXT),
    ("VIEW_DEFINITION", TEXT),
    ("CHECK_OPTION", TEXT),
    ("IS_UPDATABLE", TEXT),
    ("INSERTABLE_INTO", TEXT),
    ("IS_SECURE", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("LAST_DDL", TIME),
    ("LAST_DDL_BY", TEXT),
    ("COMMENT", TEXT),
];

pub fn views(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::View) {
        let Some(view) = object.as_view() else { continue };
        let [database, schema, name] = scope.place(&object);
        rows.push(vec![
            database,
            schema,
            name,
            object.owner.as_str().into(),
            view.text.as_str().into(),
            "NONE".into(),
            "NO".into(),
            "NO".into(),
            yes(view.secure),
            object.created.into(),
            altered(&object),
            altered(&object),
            Cell::Null,
            object.comment.clone().into(),
        ]);
    }
    for view in super::VIEWS {
        let mut row = vec![scope.database.name.as_str().into(), NAME.into(), view.name.into()];
        row.resize(VIEWS.len(), Cell::Null);
        rows.push(row);
    }
}
