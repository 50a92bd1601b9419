//! Views of single kinds of objects: DATABASES, SCHEMATA, STAGES, FILE_FORMATS, PIPES, SEQUENCES.

use super::{NUMBER, Scope, TEXT, TIME, altered, yes};
use crate::catalog::object::ACCOUNT;
use crate::catalog::{Object, ObjectKind};
use crate::engine::options;
use crate::engine::rows::{Cell, Columns, Rows};
use crate::engine::show;
use crate::stage::format::FileFormat;

/// <https://docs.snowflake.com/en/sql-reference/info-schema/databases>
pub const DATABASES: Columns = &[
    ("DATABASE_NAME", TEXT),
    ("DATABASE_OWNER", TEXT),
    ("IS_TRANSIENT", TEXT),
    ("COMMENT", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("RETENTION_TIME", NUMBER),
    ("TYPE", TEXT),
    ("OWNER_ROLE_TYPE", TEXT),
];

pub fn databases(scope: &Scope<'_>, rows: &mut Rows) {
    let names = &scope.lister.names;
    for object in names
        .snapshot
        .children(ACCOUNT, ObjectKind::Database, names.context.session)
    {
        rows.push(vec![
            object.name.as_str().into(),
            object.owner.as_str().into(),
            yes(object.as_database().is_some_and(|database| database.transient)),
            object.comment.clone().into(),
            object.created.into(),
            altered(&object),
            u64::from(scope.lister.retention_days(&object)).into(),
            "STANDARD".into(),
            "ROLE".into(),
        ]);
    }
}

/// <https://docs.snowflake.com/en/sql-reference/info-schema/information_schema_catalog_name>
pub const CATALOG_NAME: Columns = &[("CATALOG_NAME", TEXT)];

pub fn catalog_name(scope: &Scope<'_>, rows: &mut Rows) {
    rows.push(vec![scope.database.name.as_str().into()]);
}

/// <https://docs.snowflake.com/en/sql-reference/info-schema/schemata>
pub const SCHEMATA: Columns = &[
    ("CATALOG_NAME", TEXT),
    ("SCHEMA_NAME", TEXT),
    ("SCHEMA_OWNER", TEXT),
    ("IS_TRANSIENT", TEXT),
    ("IS_MANAGED_ACCESS", TEXT),
    ("RETENTION_TIME", NUMBER),
    ("DEFAULT_CHARACTER_SET_CATALOG", TEXT),
    ("DEFAULT_CHARACTER_SET_SCHEMA", TEXT),
    ("DEFAULT_CHARACTER_SET_NAME", TEXT),
    ("SQL_PATH", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("COMMENT", TEXT),
];

pub fn schemata(scope: &Scope<'_>, rows: &mut Rows) {
    let names = &scope.lister.names;
    let mut row = |name: &str, object: Option<&Object>| {
        let schema = object.and_then(Object::as_schema);
        rows.push(vec![
            scope.database.name.as_str().into(),
            name.into(),
            object.map(|object| object.owner.clone()).into(),
            yes(schema.is_some_and(|schema| schema.transient)),
            yes(schema.is_some_and(|schema| schema.managed_access)),
            u64::from(scope.lister.retention_days(object.unwrap_or(scope.database))).into(),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            object.unwrap_or(scope.database).created.into(),
            altered(object.unwrap_or(scope.database)),
            object
                .map_or_else(
                    || Some(super::COMMENT.to_string()),
                    |object| object.comment.clone(),
                )
                .into(),
        ]);
    };
    row(super::NAME, None);
    for object in names
        .snapshot
        .children(scope.database.id, ObjectKind::Schema, names.context.session)
    {
        row(&object.name, Some(&object));
    }
}

/// <https://docs.snowflake.com/en/sql-reference/info-schema/stages>
pub const STAGES: Columns = &[
    ("STAGE_CATALOG", TEXT),
    ("STAGE_SCHEMA", TEXT),
    ("STAGE_NAME", TEXT),
    ("STAGE_URL", TEXT),
    ("STAGE_REGION", TEXT),
    ("STAGE_TYPE", TEXT),
    ("STAGE_OWNER", TEXT),
    ("COMMENT", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
];

pub fn stages(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Stage) {
        let Some(stage) = object.as_stage() else { continue };
        let [database, schema, name] = scope.place(&object);
        rows.push(vec![
            database,
            schema,
            name,
            stage.url.clone().into(),
            Cell::Null,
            if stage.url.is_some() {
                "External Named"
            } else {
                "Internal Named"
            }
            .into(),
            object.owner.as_str().into(),
            object.comment.clone().into(),
            object.created.into(),
            altered(&object),
        ]);
    }
}

/// <https://docs.snowflake.com/en/sql-reference/info-schema/file_formats>
pub const FILE_FORMATS: Columns = &[
    ("FILE_FORMAT_CATALOG", TEXT),
    ("FILE_FORMAT_SCHEMA", TEXT),
    ("FILE_FORMAT_NAME", TEXT),
    ("FILE_FORMAT_OWNER", TEXT),
    ("FILE_FORMAT_TYPE", TEXT),
    ("RECORD_DELIMITER", TEXT),
    ("FIELD_DELIMITER", TEXT),
    ("SKIP_HEADER", NUMBER),
    ("DATE_FORMAT", TEXT),
    ("TIME_FORMAT", TEXT),
    ("TIMESTAMP_FORMAT", TEXT),
    ("BINARY_FORMAT", TEXT),
    ("ESCAPE", TEXT),
    ("ESCAPE_UNENCLOSED_FIELD", TEXT),
    ("TRIM_SPACE", TEXT),
    ("FIELD_OPTIONALLY_ENCLOSED_BY", TEXT),
    ("NULL_IF", TEXT),
    ("COMPRESSION", TEXT),
    ("ERROR_ON_COLUMN_COUNT_MISMATCH", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("COMMENT", TEXT),
];

pub fn file_formats(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::FileFormat) {
        let Some(body) = object.as_file_format() else {
            continue;
        };
        let format =
            options::format_properties(&body.options).and_then(|given| FileFormat::from_properties(&given));
        let described = format.as_ref().map(FileFormat::describe).unwrap_or_default();
        let [database, schema, name] = scope.place(&object);
        let mut row = vec![
            database,
            schema,
            name,
            object.owner.as_str().into(),
            format
                .as_ref()
                .ok()
                .map(|format| format.file_type().name())
                .into(),
        ];
        for (column, data_type) in FILE_FORMATS.iter().skip(row.len()).take(14) {
            let value = described
                .iter()
                .find(|option| option.property == *column)
                .map(|option| &option.property_value);
            row.push(match (value, *data_type == NUMBER) {
                (None, _) => Cell::Null,
                (Some(value), true) => value.parse::<i64>().ok().into(),
                (Some(value), false) => value.as_str().into(),
            });
        }
        row.extend([
            object.created.into(),
            altered(&object),
            object.comment.clone().into(),
        ]);
        rows.push(row);
    }
}

/// <https://docs.snowflake.com/en/sql-reference/info-schema/pipes>
pub const PIPES: Columns = &[
    ("PIPE_CATALOG", TEXT),
    ("PIPE_SCHEMA", TEXT),
    ("PIPE_NAME", TEXT),
    ("PIPE_OWNER", TEXT),
    ("DEFINITION", TEXT),
    ("IS_AUTOINGEST_ENABLED", TEXT),
    ("NOTIFICATION_CHANNEL_NAME", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("COMMENT", TEXT),
    ("PATTERN", TEXT),
];

pub fn pipes(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Pipe) {
        let Some(pipe) = object.as_pipe() else { continue };
        let [database, schema, name] = scope.place(&object);
        rows.push(vec![
            database,
            schema,
            name,
            object.owner.as_str().into(),
            pipe.copy.as_str().into(),
            yes(pipe.auto_ingest),
            show::pipe_channel(&object).into(),
            object.created.into(),
            altered(&object),
            object.comment.clone().into(),
            show::pipe_pattern(&pipe.copy).into(),
        ]);
    }
}

/// <https://docs.snowflake.com/en/sql-reference/info-schema/sequences>
pub const SEQUENCES: Columns = &[
    ("SEQUENCE_CATALOG", TEXT),
    ("SEQUENCE_SCHEMA", TEXT),
    ("SEQUENCE_NAME", TEXT),
    ("SEQUENCE_OWNER", TEXT),
    ("DATA_TYPE", TEXT),
    ("NUMERIC_PRECISION", NUMBER),
    ("NUMERIC_PRECISION_RADIX", NUMBER),
    ("NUMERIC_SCALE", NUMBER),
    ("START_VALUE", TEXT),
    ("MINIMUM_VALUE", TEXT),
    ("MAXIMUM_VALUE", TEXT),
    ("NEXT_VALUE", TEXT),
    ("INCREMENT", TEXT),
    ("CYCLE_OPTION", TEXT),
    ("CREATED", TIME),
    ("LAST_ALTERED", TIME),
    ("ORDERED", TEXT),
    ("COMMENT", TEXT),
];

pub fn sequences(scope: &Scope<'_>, rows: &mut Rows) {
    for object in scope.all(ObjectKind::Sequence) {
        let Some(sequence) = object.as_sequence() else {
            continue;
        };
        let [database, schema, name] = scope.place(&object);
        rows.push(vec![
            database,
            schema,
            name,
            object.owner.as_str().into(),
            "NUMBER".into(),
            38_i64.into(),
            10_i64.into(),
            0_i64.into(),
            sequence.start.to_string().into(),
            i64::MIN.to_string().into(),
            i64::MAX.to_string().into(),
            scope
                .lister
                .names
                .snapshot
                .counter(object.id, 0)
                .unwrap_or(sequence.start)
                .to_string()
                .into(),
            sequence.increment.to_string().into(),
            "NO".into(),
            object.created.into(),
            altered(&object),
            yes(sequence.ordered),
            object.comment.clone().into(),
        ]);
    }
}
