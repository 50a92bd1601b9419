//! CREATE TABLE: with columns, AS a query, LIKE or CLONE another table, USING TEMPLATE.
//! <https://docs.snowflake.com/en/sql-reference/sql/create-table>
//!
//! Kept and without effect: CLUSTER BY, DATA_RETENTION_TIME_IN_DAYS, MAX_DATA_EXTENSION_TIME_IN_DAYS,
//! ENABLE_DATA_COMPACTION.

use datafusion::logical_expr::{ExprSchemable, LogicalPlan};

use super::columns;
use super::common::{
    alters, check_bool, check_range, created, existed, exists_already, fault, new_object, retention_days,
};
use super::{clone, columns::table_of};
use crate::catalog::object::{self, Table};
use crate::catalog::{ObjectBody, ObjectId, ObjectKind, OptionValue, Options};
use crate::engine::dml::insert;
use crate::engine::dml::target::{self, Target};
use crate::engine::dml::write;
use crate::engine::work::NewObject;
use crate::engine::{StatementResult, Work};
use crate::engine::{events, options};
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::sql::statement::{CreateTable, TableKind, TableSource};
use crate::sql::{Properties, QualifiedName};
use crate::storage::TableDelta;
use crate::types::SnowType;

/// Runs CREATE TABLE.
pub(in crate::engine) async fn run(work: &mut Work<'_>, create: CreateTable) -> Result<StatementResult> {
    if let Some(result) = exists_already(work, ObjectKind::Table, &create.header)? {
        return Ok(result);
    }
    let name = create.header.name.object().to_string();
    let kind = kind(work, &create)?;
    let mut new = new_object(&create.header, &create.properties)?;
    new.temporary = kind == object::TableKind::Temporary;
    new.copy_grants = create.copy_grants;
    if create.header.or_alter && create.copy_grants {
        return Err(Error::unsupported("CREATE OR ALTER TABLE … COPY GRANTS"));
    }
    if create.header.or_alter && create.source != TableSource::Columns {
        return Err(Error::unsupported(
            "CREATE OR ALTER TABLE … AS, LIKE, CLONE or USING TEMPLATE",
        ));
    }
    let made = match &create.source {
        TableSource::Columns if alters(work, ObjectKind::Table, &create.header)? => {
            let id = work.names().require(ObjectKind::Table, &create.header.name)?.id;
            work.hold([id]).await?;
            let columns = columns::columns(work, &create.columns, 1)?;
            let wanted = table(work, &create, kind, columns)?;
            super::or_alter::table(work, id, &create, wanted).await?;
            return created(ObjectKind::Table, &name);
        }
        TableSource::Columns => {
            let columns = match create.events {
                true => events::columns(),
                false => columns::columns(work, &create.columns, 1)?,
            };
            let table = table(work, &create, kind, columns)?;
            work.create(&new, ObjectBody::Table(table))?
        }
        TableSource::Query(_) => as_query(work, &create, kind, &new).await?,
        TableSource::Template(query) => {
            refuse_columns(&create, "USING TEMPLATE")?;
            let columns = super::template::columns(work, query).await?;
            let table = table(work, &create, kind, columns)?;
            work.create(&new, ObjectBody::Table(table))?
        }
        TableSource::Like(source) => {
            refuse_columns(&create, "LIKE")?;
            let (original, mut table) = like(work, source)?;
            table.kind = kind;
            apply_properties(&mut table, &create.properties)?;
            let made = work.create(&new, ObjectBody::Table(table))?;
            if let Some(id) = made {
                super::tag::copy(work, original, id, |tag| tag)?;
            }
            made
        }
        TableSource::Clone(source) => {
            refuse_columns(&create, "CLONE")?;
            clone::table(work, &new, source, kind)?
        }
    };
    if let Some(id) = made {
        let given = create.columns.iter();
        let given = given.map(|column| (column.name.value.as_str(), column.tags.as_slice()));
        super::tag::set_on_columns(work, id, given)?;
        if let Some(clause) = &create.row_access {
            super::row_access::add(work, id, clause)?;
        }
    }
    match made {
        Some(_) => created(ObjectKind::Table, &name),
        None => existed(&name),
    }
}

/// How long the table lives: what was written, or what its schema or database says.
fn kind(work: &Work<'_>, create: &CreateTable) -> Result<object::TableKind> {
    Ok(match create.kind {
        TableKind::Temporary => object::TableKind::Temporary,
        TableKind::Transient => object::TableKind::Transient,
        TableKind::Permanent => {
            let name = &create.header.name;
            let schema = work.names().schema(name.database(), name.schema())?;
            match schema.as_schema().is_some_and(|schema| schema.transient) {
                true => object::TableKind::Transient,
                false => object::TableKind::Permanent,
            }
        }
    })
}

fn refuse_columns(create: &CreateTable, form: &str) -> Result<()> {
    match create.columns.is_empty() && create.constraints.is_empty() {
        true => Ok(()),
        false => Err(fault(
            1003,
            "42000",
            format!("columns cannot be given with {form}"),
        )),
    }
}

/// The table's definition from its columns and the statement's other clauses.
fn table(
    work: &Work<'_>,
    create: &CreateTable,
    kind: object::TableKind,
    columns: Vec<object::Column>,
) -> Result<Table> {
    let mut columns = columns;
    let policies = create.columns.iter().map(|column| column.masking.as_ref());
    super::masking::mask_columns(work, &mut columns, policies)?;
    let next_column_id = columns.iter().map(|column| column.id + 1).max().unwrap_or(1);
    let mut table = Table {
        kind,
        columns,
        next_column_id,
        events: create.events,
        ..Table::default()
    };
    let full_name = work.names().shown(ObjectKind::Table, &create.header.name);
    columns::constraints(work, &mut table, &full_name, &create.constraints)?;
    if !create.cluster_by.is_empty() {
        table.cluster_by = Some(cluster_by(work, &table, &create.cluster_by)?);
    }
    apply_properties(&mut table, &create.properties)?;
    Ok(table)
}

/// A clustering key as text, after planning it over the table's columns.
///
/// # Errors
/// Whatever is wrong with an expression.
pub(super) fn cluster_by(
    work: &Work<'_>,
    table: &Table,
    keys: &[datafusion::sql::sqlparser::ast::Expr],
) -> Result<String> {
    let fields: Vec<_> = table
        .columns
        .iter()
        .map(|c| c.data_type.field(&c.name, c.nullable))
        .collect();
    let schema = datafusion::arrow::datatypes::Schema::new(fields);
    let schema = datafusion::common::DFSchema::try_from(schema).map_err(crate::plan::translate)?;
    let (planner, _) = work.planner();
    for key in keys {
        let planned = planner.expression(key, &schema)?;
        let (_, field) = planned.to_field(&schema).map_err(crate::plan::translate)?;
        if SnowType::from_field(&field).is_some_and(|data_type| data_type.is_vector()) {
            return Err(fault(
                2_060,
                "42601",
                format!("[{key}] is a VECTOR, which no clustering key can be of"),
            ));
        }
    }
    let shown: Vec<String> = keys.iter().map(ToString::to_string).collect();
    Ok(format!("LINEAR({})", shown.join(", ")))
}

/// Takes over the properties of CREATE TABLE and ALTER TABLE … SET.
///
/// # Errors
/// Values that a property does not take; a refusal of schema evolution.
pub fn apply_properties(table: &mut Table, properties: &Properties) -> Result<()> {
    columns::check_collation(properties)?;
    check_range(properties, "MAX_DATA_EXTENSION_TIME_IN_DAYS", 0, 90)?;
    check_bool(properties, "ENABLE_DATA_COMPACTION")?;
    if properties.bool("ENABLE_SCHEMA_EVOLUTION")? == Some(true) {
        return Err(Error::unsupported("ENABLE_SCHEMA_EVOLUTION = TRUE"));
    }
    if let Some(days) = retention_days(properties, table.kind == object::TableKind::Permanent)? {
        table.retention_days = Some(days);
    }
    if let Some(tracking) = properties.bool("CHANGE_TRACKING")? {
        table.change_tracking = tracking;
    }
    for name in ["STAGE_FILE_FORMAT", "STAGE_COPY_OPTIONS"] {
        let Some(nested) = properties.nested(name)? else {
            continue;
        };
        let kept = options::keep(&nested)?;
        if name == "STAGE_FILE_FORMAT" {
            super::simple::check_file_format(&kept)?;
        }
        table.options.set(name, OptionValue::Nested(kept));
    }
    for name in ["MAX_DATA_EXTENSION_TIME_IN_DAYS", "ENABLE_DATA_COMPACTION"] {
        if let Some(property) = properties.property(name) {
            table.options.set(name, options::value(property)?);
        }
    }
    Ok(())
}

/// A table's identity, and the definition of a table like it: columns and constraints, no rows, no history, counters at their start.
fn like(work: &Work<'_>, source: &QualifiedName) -> Result<(ObjectId, Table)> {
    let object = work.names().require(ObjectKind::Table, source)?;
    let mut table = table_of(&object)?.clone();
    if table.external.is_some() {
        return Err(Error::unsupported("CREATE TABLE … LIKE an external table"));
    }
    for column in &mut table.columns {
        // No row is older than a column here.
        column.initial = None;
    }
    table.change_tracking = false;
    table.retention_days = None;
    table.options = Options::default();
    table.dynamic = None;
    table.events = false;
    Ok((object.id, table))
}

/// CREATE TABLE … AS: the table and its rows in one commit. A stream that the query reads is consumed.
async fn as_query(
    work: &mut Work<'_>,
    create: &CreateTable,
    kind: object::TableKind,
    new: &NewObject<'_>,
) -> Result<Option<ObjectId>> {
    let TableSource::Query(query) = &create.source else {
        return Err(Error::internal("a table without a query"));
    };
    if create.columns.is_empty() && crate::plan::has_unnamed_column(query) {
        return Err(Error::unnamed_column());
    }
    let (plan, planner, environment) =
        target::plan_held(work, &[], query, |_, planner, _| planner.query(query)).await?;
    let columns = query_columns(work, create, &plan)?;
    let table = table(work, create, kind, columns)?;
    let Some(id) = work.create(new, ObjectBody::Table(table))? else {
        return Ok(None);
    };
    let target = Target::find(work, new.name)?;
    let positions: Vec<usize> = (0..target.table.columns.len()).collect();
    let plan = insert::into_columns(&target, &planner, &positions, plan)?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let added = write::insert_partitions(work, &target, batches)?;
    write::record(
        work,
        TableDelta {
            table: id,
            added,
            ..TableDelta::default()
        },
    )?;
    target::consume(work, &environment)?;
    Ok(Some(id))
}

/// The columns of CREATE TABLE … AS: named and typed by the query, unless the statement names or types them.
fn query_columns(work: &Work<'_>, create: &CreateTable, plan: &LogicalPlan) -> Result<Vec<object::Column>> {
    let schema = execute::shown_schema(plan.schema());
    if !create.columns.is_empty() && create.columns.len() != schema.fields().len() {
        let (declared, produced) = (create.columns.len(), schema.fields().len());
        let message =
            format!("number of columns declared ({declared}) differs from those of the query ({produced})");
        return Err(fault(1010, "42601", message));
    }
    let mut columns: Vec<object::Column> = Vec::with_capacity(schema.fields().len());
    for ((at, field), id) in schema.fields().iter().enumerate().zip(1..) {
        let found = SnowType::from_field(field).unwrap_or(SnowType::VARCHAR);
        let column = match create.columns.get(at) {
            Some(definition) => {
                columns::column(work, definition, id, definition.data_type.unwrap_or(found), false)?
            }
            None => object::Column::plain(id, field.name(), found),
        };
        if columns.iter().any(|other| other.name == column.name) {
            return Err(columns::duplicate_column(&column.name));
        }
        columns.push(column);
    }
    Ok(columns)
}
