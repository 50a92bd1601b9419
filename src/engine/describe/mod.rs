//! DESCRIBE: one object in detail. <https://docs.snowflake.com/en/sql-reference/sql/desc>
//!
//! Tables and views give their columns, stages and file formats and integrations their properties, the others the row that SHOW
//! has of them.

mod properties;
mod routine;

use super::information_schema;
use super::rows::{Cell, Columns, Rows};
use super::show::{self, Lister, identity_text};
use super::{StatementResult, Work};
use crate::catalog::object::{Column, ConstraintKind, Table};
use crate::catalog::{Object, ObjectBody, ObjectKind};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;
use crate::sql::statement::Describe;
use crate::types::SnowType;

const TEXT: SnowType = SnowType::VARCHAR;
const TIME: SnowType = SnowType::TimestampLtz { scale: 3 };

/// Columns of DESCRIBE TABLE, VIEW and RESULT.
const COLUMNS: Columns = &[
    ("name", TEXT),
    ("type", TEXT),
    ("kind", TEXT),
    ("null?", TEXT),
    ("default", TEXT),
    ("primary key", TEXT),
    ("unique key", TEXT),
    ("check", TEXT),
    ("expression", TEXT),
    ("comment", TEXT),
    ("policy name", TEXT),
    ("privacy domain", TEXT),
];

/// How many of them DESCRIBE RESULT has: policies are set on the columns of objects.
const OF_RESULT: usize = 10;

/// Runs DESCRIBE.
pub(super) fn run(work: &mut Work<'_>, statement: Describe) -> Result<StatementResult> {
    let (kind, name, stage) = match statement {
        Describe::Result { query_id } => return result(work, query_id),
        Describe::Object { kind, name, stage } => (super::ddl::kind_of(kind)?, name, stage),
    };
    let names = work.names();
    let object = match kind {
        // DESCRIBE TABLE and DESCRIBE VIEW are one.
        ObjectKind::Table | ObjectKind::View => names.relation(&name)?,
        kind => names.require(kind, &name)?,
    };
    let lister = Lister { names, now: work.now };
    let rows = match &object.body {
        ObjectBody::Table(table) if stage => properties::table_stage(work, table)?,
        ObjectBody::View(_) if stage => return Err(Error::unsupported("DESCRIBE VIEW with TYPE = STAGE")),
        ObjectBody::Table(table) => table_columns(&lister, table),
        ObjectBody::View(view) => {
            let mut rows = Rows::new(COLUMNS);
            view.columns
                .iter()
                .for_each(|column| rows.push(column_row(&lister, column, None)));
            rows
        }
        ObjectBody::Stage(stage) => properties::stage(work, stage)?,
        ObjectBody::FileFormat(format) => properties::file_format(&format.options)?,
        ObjectBody::Integration(integration) => properties::integration(&object, integration),
        ObjectBody::Database(_) => schemas(&lister, &object),
        ObjectBody::Schema(_) => contents(&lister, &object, &[ObjectKind::Table, ObjectKind::View]),
        ObjectBody::Warehouse(_) => {
            let mut rows = Rows::new(&[("created_on", TIME), ("name", TEXT), ("kind", TEXT)]);
            rows.push(vec![
                object.created.into(),
                object.name.as_str().into(),
                "WAREHOUSE".into(),
            ]);
            rows
        }
        ObjectBody::Function(body) | ObjectBody::Procedure(body) => routine::rows(&lister, &object, body),
        ObjectBody::MaskingPolicy(policy) => {
            described_policy(&object, &policy.arguments, policy.returns, &policy.body)
        }
        ObjectBody::RowAccessPolicy(policy) => {
            described_policy(&object, &policy.arguments, SnowType::Boolean, &policy.body)
        }
        ObjectBody::Tag(_) => return Err(Error::unsupported("DESCRIBE TAG")),
        ObjectBody::ResourceMonitor(_) => return Err(Error::unsupported("DESCRIBE RESOURCE MONITOR")),
        ObjectBody::User(_) => return Err(Error::unsupported("DESCRIBE USER")),
        ObjectBody::Role(_) => return Err(Error::unsupported("DESCRIBE ROLE")),
        _ => shown(&lister, &object)?,
    };
    StatementResult::of_rows(&rows)
}

/// A policy's signature and body.
fn described_policy(
    object: &Object,
    arguments: &[(String, SnowType)],
    returns: SnowType,
    body: &str,
) -> Rows {
    let mut rows = Rows::new(&[
        ("name", TEXT),
        ("signature", TEXT),
        ("return_type", TEXT),
        ("body", TEXT),
    ]);
    let signature: Vec<String> = arguments
        .iter()
        .map(|(name, data_type)| {
            let shown = data_type.to_string();
            let bare = shown.split('(').next().unwrap_or_default();
            format!("{} {bare}", quote_if_needed(name))
        })
        .collect();
    rows.push(vec![
        object.name.as_str().into(),
        format!("({})", signature.join(", ")).into(),
        returns.to_string().into(),
        body.into(),
    ]);
    rows
}

/// The row that SHOW has of an object.
fn shown(lister: &Lister<'_>, object: &Object) -> Result<Rows> {
    let listing = show::listing(object.kind())?;
    let mut rows = Rows::new(listing.columns);
    rows.push((listing.row)(lister, object));
    Ok(rows)
}

/// What a database or schema holds.
fn contents(lister: &Lister<'_>, object: &Object, kinds: &[ObjectKind]) -> Rows {
    let mut rows = Rows::new(&[("created_on", TIME), ("name", TEXT), ("kind", TEXT)]);
    for kind in kinds {
        for child in lister
            .names
            .snapshot
            .children(object.id, *kind, lister.names.context.session)
        {
            rows.push(vec![
                child.created.into(),
                child.name.as_str().into(),
                kind.traits().sql.into(),
            ]);
        }
    }
    rows
}

/// The schemas of a database, with INFORMATION_SCHEMA, which is no object.
fn schemas(lister: &Lister<'_>, database: &Object) -> Rows {
    let snapshot = lister.names.snapshot;
    let children = snapshot.children(database.id, ObjectKind::Schema, lister.names.context.session);
    let mut all: Vec<_> = children
        .iter()
        .map(|schema| (schema.name.clone(), schema.created))
        .collect();
    all.push((information_schema::NAME.to_string(), lister.now));
    all.sort();
    let mut rows = Rows::new(&[("created_on", TIME), ("name", TEXT), ("kind", TEXT)]);
    for (name, created) in all {
        rows.push(vec![created.into(), name.into(), "SCHEMA".into()]);
    }
    rows
}

fn table_columns(lister: &Lister<'_>, table: &Table) -> Rows {
    let mut rows = Rows::new(COLUMNS);
    table
        .columns
        .iter()
        .for_each(|column| rows.push(column_row(lister, column, Some(table))));
    rows
}

fn column_row(lister: &Lister<'_>, column: &Column, table: Option<&Table>) -> Vec<Cell> {
    let masking = column.masking.as_ref();
    let policy = masking.and_then(|mask| lister.names.snapshot.object(mask.policy));
    let in_key = |kind: ConstraintKind| {
        let found = table.is_some_and(|table| {
            table
                .constraints
                .iter()
                .any(|key| key.kind == kind && key.columns.contains(&column.name))
        });
        Cell::from(if found { "Y" } else { "N" })
    };
    vec![
        column.name.as_str().into(),
        column.data_type.to_string().into(),
        match column.expression {
            Some(_) => "VIRTUAL",
            None => "COLUMN",
        }
        .into(),
        if column.nullable { "Y" } else { "N" }.into(),
        column.default.clone().or_else(|| identity_text(column)).into(),
        in_key(ConstraintKind::PrimaryKey),
        in_key(ConstraintKind::Unique),
        Cell::Null,
        column.expression.clone().into(),
        column.comment.clone().into(),
        policy.map(|policy| lister.names.full_name(policy)).into(),
        Cell::Null,
    ]
}

/// DESCRIBE RESULT of a statement whose result the session still has.
fn result(work: &Work<'_>, query_id: Option<String>) -> Result<StatementResult> {
    let id = query_id
        .or_else(|| work.context.query_ids.last().map(|id| id.to_string()))
        .unwrap_or_default();
    let found = work
        .account
        .queries()
        .result(&id, &work.context.user)
        .ok_or_else(|| {
            Error::new(
                709,
                "02000",
                format!("SQL compilation error:\nStatement {id} not found"),
            )
        })?;
    let columns = COLUMNS.get(..OF_RESULT).unwrap_or(COLUMNS);
    let mut rows = Rows::new(columns);
    for column in found.columns() {
        let mut row = vec![
            column.name.into(),
            column.data_type.to_string().into(),
            "COLUMN".into(),
            if column.nullable { "Y" } else { "N" }.into(),
            Cell::Null,
            "N".into(),
            "N".into(),
        ];
        row.resize(columns.len(), Cell::Null);
        rows.push(row);
    }
    StatementResult::of_rows(&rows)
}
