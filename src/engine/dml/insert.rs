//! INSERT. <https://docs.snowflake.com/en/sql-reference/sql/insert>

use std::ops::ControlFlow;

use datafusion::common::DFSchema;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};
use datafusion::sql::sqlparser::ast::{self, Visit, Visitor};

use super::target::{self, Target};
use super::write;
use crate::engine::environment::StatementEnvironment;
use crate::engine::work::Work;
use crate::engine::{DmlCounts, StatementResult, binds, query_functions};
use crate::error::{Error, Result};
use crate::functions;
use crate::plan::{Planner, execute};
use crate::sql;
use crate::sql::Ident;
use crate::sql::data_type::shown;
use crate::sql::statement::{Insert, InsertSource, InsertValue};
use crate::storage::TableDelta;
use crate::types::SnowType;

/// Runs INSERT.
pub(in crate::engine) async fn run(work: &mut Work<'_>, insert: Insert) -> Result<StatementResult> {
    let exclusive: Vec<_> = insert.overwrite.then_some(&insert.table).into_iter().collect();
    let reads = match &insert.source {
        InsertSource::Query(query) => Some(query.clone()),
        InsertSource::Values(_) => None,
    };
    let ((target, plan), planner, environment) =
        target::plan_held(work, &exclusive, &reads, |work, planner, environment| {
            let target = Target::find(work, &insert.table)?;
            let positions = positions(&target, &insert.columns)?;
            let query = match &insert.source {
                InsertSource::Query(query) => query.as_ref().clone(),
                InsertSource::Values(rows) => {
                    let mut query = values(&target, &positions, rows)?;
                    // An array bind makes it a SELECT over the binds' values.
                    match work.context.binds.rows() {
                        Some(_) => from_binds(work, environment, &mut query)?,
                        None => rows
                            .iter()
                            .flatten()
                            .try_for_each(|value| refuse_in_values(planner, value))?,
                    }
                    query
                }
            };
            let source = planner.query(&query)?;
            let plan = into_columns(&target, planner, &positions, source)?;
            Ok((target, plan))
        })
        .await?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let inserted = batches.iter().map(|batch| batch.num_rows() as u64).sum();
    let added = write::insert_partitions(work, &target, batches)?;
    write::record(
        work,
        TableDelta {
            table: target.id,
            truncated: insert.overwrite,
            added,
            ..TableDelta::default()
        },
    )?;
    target::consume(work, &environment)?;
    let counts = DmlCounts {
        inserted,
        ..DmlCounts::default()
    };
    StatementResult::counted(&[("number of rows inserted", inserted)], counts)
}

/// The positions of the columns that an INSERT names, all columns when it names none.
///
/// # Errors
/// 000904 for a column that is not there; a compilation error for one that is named twice.
pub(in crate::engine) fn positions(target: &Target, columns: &[Ident]) -> Result<Vec<usize>> {
    if columns.is_empty() {
        return Ok((0..target.table.columns.len()).collect());
    }
    let mut positions = Vec::with_capacity(columns.len());
    for name in columns {
        let (at, _) = target.column(&name.value)?;
        if positions.contains(&at) {
            return Err(Error::new(
                1110,
                "42601",
                format!("SQL compilation error:\nduplicate column name '{}'", name.value),
            ));
        }
        positions.push(at);
    }
    Ok(positions)
}

/// VALUES takes no subqueries, aggregates, window functions and semi-structured values; a SELECT does.
///
/// # Errors
/// 002014 for such an expression.
fn refuse_in_values(planner: &Planner, value: &InsertValue) -> Result<()> {
    let InsertValue::Expr(expr) = value else {
        return Ok(());
    };
    // Most values are plain ones, which need no look.
    if matches!(expr, ast::Expr::Value(_) | ast::Expr::UnaryOp { .. }) {
        return Ok(());
    }
    refuse_beyond_row(expr)?;
    let planned = planner.expression(expr, &DFSchema::empty())?;
    let (_, field) = planned
        .to_field(&DFSchema::empty())
        .map_err(crate::plan::translate)?;
    if SnowType::from_field(&field).is_some_and(|data_type| data_type.is_encoded()) {
        return Err(invalid_in_values(expr));
    }
    Ok(())
}

/// Refuses what looks beyond a row of VALUES: subqueries, aggregates and window functions.
///
/// # Errors
/// 002014 for such an expression.
pub(super) fn refuse_beyond_row(expr: &ast::Expr) -> Result<()> {
    match expr.visit(&mut NotInValues).is_break() {
        true => Err(invalid_in_values(expr)),
        false => Ok(()),
    }
}

fn invalid_in_values(expr: &ast::Expr) -> Error {
    let expr = shown(&expr.to_string());
    let message = format!("SQL compilation error:\nInvalid expression [{expr}] in VALUES clause");
    Error::new(2014, "22000", message).with_hint("write INSERT INTO … SELECT …")
}

/// Breaks at what VALUES does not take, whatever its type.
struct NotInValues;

impl Visitor for NotInValues {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &ast::Expr) -> ControlFlow<()> {
        let refused = match expr {
            ast::Expr::Subquery(_) | ast::Expr::Exists { .. } | ast::Expr::InSubquery { .. } => true,
            ast::Expr::Function(function) => {
                let name = function.name.to_string().to_uppercase();
                function.over.is_some() || functions::registry().aggregate(&name).is_some()
            }
            _ => false,
        };
        if refused {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// VALUES as a query; DEFAULT becomes the column's default.
fn values(target: &Target, positions: &[usize], rows: &[Vec<InsertValue>]) -> Result<ast::Query> {
    let mut content = Vec::with_capacity(rows.len());
    for row in rows {
        content.push(cells(target, positions, row)?);
    }
    // One row may hold functions that VALUES does not plan: a SELECT does.
    if let [_] = content.as_slice() {
        let row = content.pop().unwrap_or_default();
        return selecting("SELECT 1", row.into_iter().map(ast::SelectItem::UnnamedExpr));
    }
    let mut query = sql::parse_query("VALUES (1)")?;
    if let ast::SetExpr::Values(values) = query.body.as_mut()
        && let Some(pattern) = values.rows.pop()
    {
        values.rows = content
            .into_iter()
            .map(|content| ast::Parens {
                content,
                ..pattern.clone()
            })
            .collect();
    }
    Ok(*query)
}

/// A row of VALUES as expressions; DEFAULT becomes the column's default.
///
/// # Errors
/// 002020 when there are more or fewer values than columns.
pub(super) fn cells(target: &Target, positions: &[usize], row: &[InsertValue]) -> Result<Vec<ast::Expr>> {
    if row.len() != positions.len() {
        return Err(column_count(row.len(), positions.len()));
    }
    let mut cells = Vec::with_capacity(row.len());
    for (value, position) in row.iter().zip(positions) {
        cells.push(match value {
            InsertValue::Expr(expr) => expr.clone(),
            InsertValue::Default => {
                let column = target.table.columns.get(*position);
                let default = column.and_then(|column| column.default.as_deref());
                sql::parse_expr(default.unwrap_or("NULL"))?
            }
        });
    }
    Ok(cells)
}

/// A SELECT with other items in its list.
///
/// # Errors
/// When the text is no query.
pub(super) fn selecting(
    select: &str,
    items: impl IntoIterator<Item = ast::SelectItem>,
) -> Result<ast::Query> {
    let mut query = sql::parse_query(select)?;
    if let ast::SetExpr::Select(select) = query.body.as_mut() {
        select.projection = items.into_iter().collect();
    }
    Ok(*query)
}

/// Has a row of VALUES read an array bind: there will be as many rows as it has.
fn from_binds(work: &Work<'_>, environment: &StatementEnvironment, query: &mut ast::Query) -> Result<()> {
    let batch = work.context.binds.batch()?;
    let table = query_functions::relation(batch.schema(), vec![batch])?;
    environment.provide_local(binds::ROWS.to_string(), table);
    let from = sql::parse_query(&format!("SELECT 1 FROM \"{}\"", binds::ROWS))?;
    match (query.body.as_mut(), *from.body) {
        (ast::SetExpr::Select(select), ast::SetExpr::Select(from)) => {
            select.from = from.from;
            Ok(())
        }
        _ => Err(Error::unsupported("an array bind with VALUES of several rows")),
    }
}

/// A source's columns as the table's: each cast to its column's type, missing ones with their defaults.
///
/// # Errors
/// 002020 when there are more or fewer values than columns.
pub(in crate::engine) fn into_columns(
    target: &Target,
    planner: &Planner,
    positions: &[usize],
    source: LogicalPlan,
) -> Result<LogicalPlan> {
    let given = source.schema().columns();
    if given.len() != positions.len() {
        return Err(column_count(given.len(), positions.len()));
    }
    let mut columns = Vec::with_capacity(target.table.columns.len());
    for (at, column) in target.table.columns.iter().enumerate() {
        let value = positions
            .iter()
            .position(|position| *position == at)
            .and_then(|place| given.get(place));
        columns.push(match value {
            Some(value) => target.assign(column, Expr::Column(value.clone()), source.schema())?,
            None => target.default(planner, column)?,
        });
    }
    let plan = LogicalPlanBuilder::from(source)
        .project(columns)
        .and_then(LogicalPlanBuilder::build);
    plan.map_err(crate::plan::translate)
}

fn column_count(given: usize, expected: usize) -> Error {
    let message = format!(
        "SQL compilation error:\nInsert value list does not match column list expecting {expected} but got {given}"
    );
    Error::new(2020, "21S01", message)
}
