//! SCHEMATA, TABLES and COLUMNS.
//! <https://docs.snowflake.com/en/sql-reference/info-schema/tables>

use std::sync::Arc;

use crate::catalog::object::{Column, TableKind};
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::engine::environment::StatementEnvironment;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::types::SnowType;

const SCHEMATA: Columns = &[
    ("CATALOG_NAME", SnowType::VARCHAR),
    ("SCHEMA_NAME", SnowType::VARCHAR),
    ("SCHEMA_OWNER", SnowType::VARCHAR),
    ("IS_TRANSIENT", SnowType::VARCHAR),
    ("CREATED", SnowType::TIMESTAMP_LTZ),
    ("COMMENT", SnowType::VARCHAR),
];

/// SCHEMATA of a database.
pub(super) fn schemata(environment: &StatementEnvironment, database: &Object) -> Rows {
    let mut rows = Rows::new(SCHEMATA);
    for schema in schemas(environment, database) {
        let transient = schema.as_schema().is_some_and(|schema| schema.transient);
        rows.push(vec![
            database.name.as_str().into(),
            schema.name.as_str().into(),
            schema.owner.as_str().into(),
            yes_no(transient),
            schema.created.into(),
            schema.comment.clone().into(),
        ]);
    }
    rows
}

const TABLES: Columns = &[
    ("TABLE_CATALOG", SnowType::VARCHAR),
    ("TABLE_SCHEMA", SnowType::VARCHAR),
    ("TABLE_NAME", SnowType::VARCHAR),
    ("TABLE_OWNER", SnowType::VARCHAR),
    ("TABLE_TYPE", SnowType::VARCHAR),
    ("IS_TRANSIENT", SnowType::VARCHAR),
    ("CLUSTERING_KEY", SnowType::VARCHAR),
    ("ROW_COUNT", SnowType::INTEGER),
    ("CREATED", SnowType::TIMESTAMP_LTZ),
    ("COMMENT", SnowType::VARCHAR),
];

/// TABLES of a database: tables and views.
pub(super) fn tables(environment: &StatementEnvironment, database: &Object) -> Rows {
    let mut rows = Rows::new(TABLES);
    for (schema, object) in relations(environment, database) {
        let (kind, count, clustering, transient) = match &object.body {
            ObjectBody::Table(table) => {
                let kind = match table.kind {
                    TableKind::Temporary => "LOCAL TEMPORARY",
                    TableKind::Permanent | TableKind::Transient => "BASE TABLE",
                };
                let count = environment.snapshot.rows(object.id).rows() as u64;
                (
                    kind,
                    Some(count),
                    table.cluster_by.clone(),
                    table.kind == TableKind::Transient,
                )
            }
            _ => ("VIEW", None, None, false),
        };
        rows.push(vec![
            database.name.as_str().into(),
            schema.name.as_str().into(),
            object.name.as_str().into(),
            object.owner.as_str().into(),
            kind.into(),
            yes_no(transient),
            clustering.into(),
            count.into(),
            object.created.into(),
            object.comment.clone().into(),
        ]);
    }
    rows
}

const COLUMNS: Columns = &[
    ("TABLE_CATALOG", SnowType::VARCHAR),
    ("TABLE_SCHEMA", SnowType::VARCHAR),
    ("TABLE_NAME", SnowType::VARCHAR),
    ("COLUMN_NAME", SnowType::VARCHAR),
    ("ORDINAL_POSITION", SnowType::INTEGER),
    ("COLUMN_DEFAULT", SnowType::VARCHAR),
    ("IS_NULLABLE", SnowType::VARCHAR),
    ("DATA_TYPE", SnowType::VARCHAR),
    ("CHARACTER_MAXIMUM_LENGTH", SnowType::INTEGER),
    ("NUMERIC_PRECISION", SnowType::INTEGER),
    ("NUMERIC_SCALE", SnowType::INTEGER),
    ("DATETIME_PRECISION", SnowType::INTEGER),
    ("IS_IDENTITY", SnowType::VARCHAR),
    ("COMMENT", SnowType::VARCHAR),
];

/// COLUMNS of a database's tables and views.
pub(super) fn columns(environment: &StatementEnvironment, database: &Object) -> Rows {
    let mut rows = Rows::new(COLUMNS);
    for (schema, object) in relations(environment, database) {
        let columns: &[Column] = match &object.body {
            ObjectBody::Table(table) => &table.columns,
            ObjectBody::View(view) => &view.columns,
            _ => &[],
        };
        for (at, column) in columns.iter().enumerate() {
            let shape = Shape::of(&column.data_type);
            rows.push(vec![
                database.name.as_str().into(),
                schema.name.as_str().into(),
                object.name.as_str().into(),
                column.name.as_str().into(),
                (at as u64 + 1).into(),
                column.default.clone().into(),
                yes_no(column.nullable),
                shape.name.into(),
                shape.length.into(),
                shape.precision.into(),
                shape.scale.into(),
                shape.fraction.into(),
                yes_no(column.identity.is_some()),
                column.comment.clone().into(),
            ]);
        }
    }
    rows
}

/// A type as COLUMNS takes it apart.
struct Shape {
    name: String,
    length: Option<i64>,
    precision: Option<i64>,
    scale: Option<i64>,
    fraction: Option<i64>,
}

impl Shape {
    fn of(data_type: &SnowType) -> Self {
        let shown = data_type.to_string();
        let name = shown.split('(').next().unwrap_or_default();
        let name = if name == "VARCHAR" { "TEXT" } else { name }.to_string();
        let mut shape = Self {
            name,
            length: None,
            precision: None,
            scale: None,
            fraction: None,
        };
        match *data_type {
            SnowType::Varchar { length } | SnowType::Binary { length } => {
                shape.length = Some(i64::from(length))
            }
            SnowType::Number { precision, scale } => {
                shape.precision = Some(i64::from(precision));
                shape.scale = Some(i64::from(scale));
            }
            SnowType::Time { scale }
            | SnowType::TimestampNtz { scale }
            | SnowType::TimestampLtz { scale }
            | SnowType::TimestampTz { scale } => shape.fraction = Some(i64::from(scale)),
            _ => {}
        }
        shape
    }
}

fn schemas(environment: &StatementEnvironment, database: &Object) -> Vec<Arc<Object>> {
    environment
        .snapshot
        .children(database.id, ObjectKind::Schema, environment.context.session)
}

fn relations(environment: &StatementEnvironment, database: &Object) -> Vec<(Arc<Object>, Arc<Object>)> {
    let mut found = Vec::new();
    for schema in schemas(environment, database) {
        for kind in [ObjectKind::Table, ObjectKind::View] {
            for object in environment
                .snapshot
                .children(schema.id, kind, environment.context.session)
            {
                found.push((Arc::clone(&schema), object));
            }
        }
    }
    found
}

fn yes_no(value: bool) -> Cell {
    (if value { "YES" } else { "NO" }).into()
}
