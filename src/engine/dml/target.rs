//! The table that a DML changes: found, held, and offered to the statement's query with row addresses.

use std::sync::Arc;

use datafusion::common::{Column as PlanColumn, DFSchema, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::{Expr, LogicalPlan};
use datafusion::sql::sqlparser::ast::{self, TableWithJoins};

use crate::catalog::object::{Column, Table};
use crate::catalog::{Fact, ObjectId, ObjectKind};
use crate::engine::copy::staged;
use crate::engine::environment::StatementEnvironment;
use crate::engine::masking;
use crate::engine::work::Work;
use crate::error::{Error, Result};
use crate::plan::{Planner, VersionedTable, cast_call, store_call, unmasked};
use crate::sql;
use crate::sql::QualifiedName;
use crate::sql::statement::{DmlTarget, InsertValue};
use crate::storage::TableVersion;
use crate::types::SnowType;
use crate::types::coerce;

/// The name under which queries of a DML find its target with row addresses.
const TARGET: &str = "$TARGET";

/// A DML's table.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its id.
    pub id: ObjectId,
    /// Its name, which failures of single values tell; a COPY tells of files and records instead.
    pub name: Option<String>,
    /// Its definition.
    pub table: Table,
    /// Its rows as the statement sees them.
    pub version: Arc<TableVersion>,
}

impl Target {
    /// The table of a name.
    ///
    /// # Errors
    /// 002003 when it is not there; a refusal when the name is a view's or a dynamic table's.
    pub fn find(work: &Work<'_>, name: &QualifiedName) -> Result<Self> {
        let names = work.names();
        let object = names.relation(name)?;
        let Some(table) = object.as_table() else {
            let shown = names.shown(ObjectKind::Table, name);
            let message = format!("SQL compilation error:\nView {shown} is not updatable");
            return Err(Error::new(2101, "42601", message));
        };
        if table.external.is_some() {
            let shown = names.shown(ObjectKind::Table, name);
            let message = format!(
                "SQL compilation error:\nInvalid operation: {shown} is an external table, whose rows its files give"
            );
            return Err(Error::new(2101, "42601", message));
        }
        if table.dynamic.is_some() {
            let shown = names.shown(ObjectKind::Table, name);
            let message = format!(
                "SQL compilation error:\nInvalid operation: {shown} is a dynamic table, whose rows its query gives"
            );
            return Err(Error::new(2101, "42601", message));
        }
        Ok(Self {
            id: object.id,
            name: Some(object.name.clone()),
            table: table.clone(),
            version: work.snapshot().rows(object.id),
        })
    }

    /// Offers the table to queries, with row addresses. Answers the FROM item that reads it.
    ///
    /// # Errors
    /// When a column's initial value cannot be read.
    pub fn offer(&self, environment: &StatementEnvironment, target: &DmlTarget) -> Result<TableWithJoins> {
        let source = VersionedTable::with_addresses(Arc::clone(&self.version), self.table.scan_columns()?);
        let object = environment.snapshot.object(self.id).cloned();
        let object = object.ok_or_else(|| Error::internal("the target is gone"))?;
        let source = masking::apply_to_target(
            environment,
            &object,
            &self.table.columns,
            provider_as_source(Arc::new(source)),
        )?;
        environment.provide_local(TARGET.to_string(), source);
        let mut query = sql::parse_query(&format!("SELECT * FROM \"{TARGET}\" AS \"X\""))?;
        let from = from_of(&mut query)?;
        let mut item = from
            .pop()
            .ok_or_else(|| Error::internal("a query lost its FROM"))?;
        if let ast::TableFactor::Table {
            alias: Some(alias), ..
        } = &mut item.relation
        {
            alias.name.value = exposed(target);
        }
        Ok(item)
    }

    /// The column of a name.
    ///
    /// # Errors
    /// 000904 when there is none.
    pub fn column(&self, name: &str) -> Result<(usize, &Column)> {
        let found = self
            .table
            .columns
            .iter()
            .enumerate()
            .find(|(_, column)| column.name == name);
        found.ok_or_else(|| Error::invalid_identifier(name))
    }

    /// A reference to one of the target's columns in a query that reads it.
    pub fn reference(&self, target: &DmlTarget, column: &str) -> Expr {
        Expr::Column(PlanColumn::new(
            Some(TableReference::bare(exposed(target))),
            column,
        ))
    }

    /// A reference to what a column really holds, also where a policy masks it: for rows that are written anew.
    pub fn kept(&self, target: &DmlTarget, column: &Column) -> Expr {
        match column.masking {
            Some(_) => self.reference(target, &unmasked(&column.name)),
            None => self.reference(target, &column.name),
        }
    }

    /// A value for a column, in the column's type.
    ///
    /// # Errors
    /// 002023 when the value's type does not go into the column.
    pub fn assign(&self, column: &Column, value: Expr, schema: &DFSchema) -> Result<Expr> {
        use datafusion::logical_expr::ExprSchemable;
        let (_, field) = value.to_field(schema).map_err(crate::plan::translate)?;
        let is_null = matches!(field.data_type(), datafusion::arrow::datatypes::DataType::Null);
        if let Some(from) = SnowType::from_field(&field)
            && !is_null
            && !goes_into(&from, &column.data_type)
        {
            let message = format!(
                "SQL compilation error:\nExpression type does not match column data type, expecting {} but got {from} for column {}",
                column.data_type, column.name
            );
            return Err(Error::new(2023, "22000", message));
        }
        Ok(self.cast(column, value))
    }

    fn cast(&self, column: &Column, value: Expr) -> Expr {
        let cast = match &self.name {
            Some(table) => store_call(value, &column.data_type, table, &column.name),
            None => cast_call(value, &column.data_type),
        };
        cast.alias(&column.name)
    }

    /// The value that a column gets when none is given: its default, a place holder for AUTOINCREMENT, or NULL.
    ///
    /// # Errors
    /// When the default cannot be planned.
    pub fn default(&self, planner: &Planner, column: &Column) -> Result<Expr> {
        let value = match &column.default {
            Some(text) => planner.expression(&sql::parse_expr(text)?, &DFSchema::empty())?,
            None => Expr::Literal(datafusion::common::ScalarValue::Null, None),
        };
        // What the definition took for a default is cast, also where an assignment would not be.
        Ok(self.cast(column, value))
    }

    /// A value as a statement gives it: an expression over a schema, or DEFAULT.
    ///
    /// # Errors
    /// Whatever is wrong with the expression.
    pub fn value(
        &self,
        planner: &Planner,
        column: &Column,
        value: &InsertValue,
        schema: &DFSchema,
    ) -> Result<Expr> {
        match value {
            InsertValue::Default => self.default(planner, column),
            InsertValue::Expr(expr) => self.assign(column, planner.expression(expr, schema)?, schema),
        }
    }
}

/// The name by which a statement's expressions may qualify the target's columns.
pub fn exposed(target: &DmlTarget) -> String {
    match &target.alias {
        Some(alias) => alias.value.clone(),
        None => target.table.object().to_string(),
    }
}

/// The plan of every column of a FROM clause, filtered.
///
/// # Errors
/// Whatever is wrong with the relations or the condition.
pub fn joined(
    planner: &Planner,
    from: Vec<TableWithJoins>,
    selection: Option<ast::Expr>,
) -> Result<LogicalPlan> {
    let mut query = sql::parse_query("SELECT * FROM \"X\"")?;
    *from_of(&mut query)? = from;
    if let ast::SetExpr::Select(select) = query.body.as_mut() {
        select.selection = selection;
    }
    planner.query(&query)
}

fn from_of(query: &mut ast::Query) -> Result<&mut Vec<TableWithJoins>> {
    match query.body.as_mut() {
        ast::SetExpr::Select(select) => Ok(&mut select.from),
        _ => Err(Error::internal("a query without a SELECT")),
    }
}

/// Plans a DML's query with everything held that it needs: the targets, unless rows are only added, and every stream
/// that it reads. Waiting for a lock may mean that the world has moved on, so planning starts again after it. The stages
/// that `reads` names are read before it is planned.
///
/// # Errors
/// Those of `plan`, and of stages that cannot be read.
pub async fn plan_held<T>(
    work: &mut Work<'_>,
    exclusive: &[&QualifiedName],
    reads: &impl ast::Visit,
    mut plan: impl FnMut(&Work<'_>, &Planner, &Arc<StatementEnvironment>) -> Result<T>,
) -> Result<(T, Planner, Arc<StatementEnvironment>)> {
    let mut targets = Vec::with_capacity(exclusive.len());
    for name in exclusive {
        targets.push(Target::find(work, name)?.id);
    }
    work.hold(targets).await?;
    loop {
        let (planner, environment) = work.planner();
        staged::fetch(&environment, reads).await?;
        let planned = plan(work, &planner, &environment)?;
        let streams = environment.streams_read();
        if !work.hold(streams.iter().map(|(stream, _)| *stream)).await? {
            return Ok((planned, planner, environment));
        }
    }
}

/// Whether values of a type go into a column: what is coerced, and text into BINARY, read by BINARY_INPUT_FORMAT as
/// <https://docs.snowflake.com/en/sql-reference/binary-input-output> has it.
fn goes_into(from: &SnowType, column: &SnowType) -> bool {
    coerce::can_coerce(from, column)
        || matches!(
            (from, column),
            (SnowType::Varchar { .. }, SnowType::Binary { .. })
        )
}

/// Moves the offsets of the streams that a finished DML has read, and records what its sequences gave.
///
/// # Errors
/// Never in practice: both facts fit any snapshot.
pub fn consume(work: &mut Work<'_>, environment: &StatementEnvironment) -> Result<()> {
    for (stream, offset) in environment.streams_read() {
        work.record(Fact::StreamOffset { stream, offset })?;
    }
    environment.record_counters(work)
}
