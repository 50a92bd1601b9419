//! CREATE DYNAMIC TABLE. <https://docs.snowflake.com/en/sql-reference/sql/create-dynamic-table>
//!
//! Bare names in the query are looked up in the table's own schema. With INITIALIZE = ON_CREATE the statement makes the
//! first refresh, and fails when that fails.
//!
//! Kept, shown and without effect: WAREHOUSE, INITIALIZATION_WAREHOUSE, REFRESH_MODE, data retention beyond a table's own.

use datafusion::logical_expr::LogicalPlan;

use super::graph::{self, Purpose};
use super::refresh::{self, Trigger};
use super::{alter, properties};
use crate::catalog::dynamic::Dynamic;
use crate::catalog::object::{Column, Table, TableKind};
use crate::catalog::{ObjectBody, ObjectKind, Options};
use crate::engine::ddl::{self, created_as, fault};
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::plan::execute;
use crate::sql::statement::{CreateDynamicTable, ViewColumn};
use crate::types::SnowType;

/// Runs CREATE DYNAMIC TABLE.
pub(in crate::engine) async fn run(
    work: &mut Work<'_>,
    create: CreateDynamicTable,
) -> Result<StatementResult> {
    if let Some(result) = ddl::exists_already(work, ObjectKind::Table, &create.header)? {
        return Ok(result);
    }
    let name = &create.header.name;
    let schema = work.names().schema(name.database(), name.schema())?;
    let [database, schema_name] = &work.snapshot().path(&schema)[..] else {
        return Err(Error::internal("a schema outside a database"));
    };
    let context = (database.clone(), schema_name.clone());
    let seq = work.snapshot().seq;
    let mut dynamic = definition(work, &create, context)?;
    properties::apply(work, &mut dynamic, &create.properties)?;
    let role = work.context.role.clone();
    let planned = graph::plan(work, &role, &dynamic.context, &dynamic.query, Purpose::Look)?;
    if let Some(replaced) = work.names().find(ObjectKind::Table, name)?
        && graph::reaches(work, &planned.inputs, replaced.id)?
    {
        return Err(graph::cycle(name.object()));
    }
    alter::check_lag(work, &dynamic, &planned.inputs)?;
    let mut columns = columns_of(&planned.plan, &create.columns)?;
    ddl::columns::refuse_structured("dynamic", &columns)?;
    let policies = create.columns.iter().map(|column| column.masking.as_ref());
    ddl::masking::mask_columns(work, &mut columns, policies)?;
    let transient = schema.as_schema().is_some_and(|schema| schema.transient) || create.transient;
    let mut table = Table {
        kind: match transient {
            true => TableKind::Transient,
            false => TableKind::Permanent,
        },
        next_column_id: columns.len() as u32 + 1,
        columns,
        ..Table::default()
    };
    ddl::apply_table_properties(&mut table, &create.properties)?;
    let at_once = dynamic.initialize == "ON_CREATE";
    table.dynamic = Some(Box::new(dynamic));
    let names: Vec<String> = table.columns.iter().map(|column| column.name.clone()).collect();
    let mut new = ddl::new_object(&create.header, &create.properties)?;
    new.copy_grants = create.copy_grants;
    let Some(id) = work.create(&new, ObjectBody::Table(table))? else {
        return ddl::existed(name.object());
    };
    let given = names.iter().zip(&create.columns);
    let given = given.map(|(name, column)| (name.as_str(), column.tags.as_slice()));
    ddl::tag::set_on_columns(work, id, given)?;
    if let Some(clause) = &create.row_access {
        ddl::row_access::add(work, id, clause)?;
    }
    if at_once && let Some(error) = refresh::run(work, &[id], Trigger::Creation, Some(seq)).await? {
        return Err(error);
    }
    created_as("Dynamic table", name.object())
}

fn definition(work: &Work<'_>, create: &CreateDynamicTable, context: (String, String)) -> Result<Dynamic> {
    let given = &create.properties;
    let warehouse = properties::warehouse(work, given, "WAREHOUSE")?;
    let warehouse = warehouse.ok_or_else(|| fault(2_029, "22023", "Missing option(s): [WAREHOUSE]"))?;
    let modes = ["AUTO", "FULL", "INCREMENTAL"].map(|mode| (mode, mode));
    if let Some(mode @ ("ADAPTIVE" | "CUSTOM_INCREMENTAL")) = given
        .text("REFRESH_MODE")?
        .map(str::to_ascii_uppercase)
        .as_deref()
    {
        return Err(Error::unsupported(format!("REFRESH_MODE = {mode}")));
    }
    let mode = properties::word(given, "REFRESH_MODE", &modes)?;
    let moments = ["ON_CREATE", "ON_SCHEDULE"].map(|moment| (moment, moment));
    let initialize = properties::word(given, "INITIALIZE", &moments)?;
    Ok(Dynamic {
        query: create.query.clone(),
        text: create.text.clone(),
        context,
        named_columns: !create.columns.is_empty(),
        lag: None,
        scheduler: None,
        warehouse,
        refresh_mode: mode.unwrap_or("AUTO").to_string(),
        initialize: initialize.unwrap_or("ON_CREATE").to_string(),
        options: Options::default(),
        suspended: None,
        last_suspended: None,
        is_clone: false,
        tried: work.now,
        failures: 0,
        content: None,
    })
}

/// The columns of a query, under the names that a statement gives them.
///
/// # Errors
/// 002026 when there are more or fewer names than columns; 000957 when two are one.
pub fn columns_of(plan: &LogicalPlan, given: &[ViewColumn]) -> Result<Vec<Column>> {
    let schema = execute::shown_schema(plan.schema());
    let produced = schema.fields().len();
    if !given.is_empty() && given.len() != produced {
        let message = format!(
            "Invalid column definition list: the table declares {} column(s), its query produces {produced}",
            given.len()
        );
        return Err(fault(2026, "42601", message));
    }
    let mut columns: Vec<Column> = Vec::with_capacity(produced);
    for ((at, field), id) in schema.fields().iter().enumerate().zip(1..) {
        let given = given.get(at);
        let name = given.map_or_else(|| field.name().clone(), |column| column.name.value.clone());
        if columns.iter().any(|other| other.name == name) {
            return Err(ddl::duplicate_column(&name));
        }
        columns.push(Column {
            comment: given.and_then(|column| column.comment.clone()),
            ..Column::plain(id, name, SnowType::from_field(field).unwrap_or(SnowType::VARCHAR))
        });
    }
    Ok(columns)
}
