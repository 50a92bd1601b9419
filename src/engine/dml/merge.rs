//! MERGE. <https://docs.snowflake.com/en/sql-reference/sql/merge>
//!
//! One query joins the source with the target and decides, row by row but in columns, which clause applies and what
//! the row becomes. An outer join keeps source rows without a match only when some clause is about them.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray, UInt64Array};
use datafusion::arrow::compute::filter_record_batch;
use datafusion::arrow::datatypes::DataType;
use datafusion::arrow::datatypes::{Int64Type, UInt64Type};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::{Column as PlanColumn, DFSchema, ScalarValue, TableReference};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, lit};
use datafusion::sql::sqlparser::ast::{Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins};

use super::target::{self, Target};
use super::{insert, update, write};
use crate::catalog::object::Column;
use crate::engine::environment::StatementEnvironment;
use crate::engine::work::Work;
use crate::engine::{DmlCounts, StatementResult};
use crate::error::{Error, Result};
use crate::plan::{Planner, ROW_ADDRESS, execute};
use crate::sql::statement::{DmlTarget, InsertValue, Merge, MergeAction, MergeClause};
use crate::storage::TableDelta;
use crate::types::text::column_to_text;
use crate::types::{SnowType, TypeContext};

/// The column that says which clause applies to a row.
const CLAUSE: &str = "$CLAUSE";

/// Runs MERGE.
pub(in crate::engine) async fn run(work: &mut Work<'_>, merge: Merge) -> Result<StatementResult> {
    refuse_unreachable(&merge.clauses)?;
    let table = &merge.target.table;
    let ((target, plan), planner, environment) =
        target::plan_held(work, &[table], &merge.source, |work, planner, environment| {
            let target = Target::find(work, table)?;
            let plan = plan(&target, planner, environment, &merge)?;
            Ok((target, plan))
        })
        .await?;
    let (_, batches) = execute::collect(plan, planner.state()).await?;
    let rows = Decided::sort(&merge.clauses, &batches)?;
    let mut delta = TableDelta {
        table: target.id,
        ..TableDelta::default()
    };
    let mut touched = rows.update_addresses.clone();
    touched.extend(&rows.delete_addresses);
    delta.deleted = write::deleted(&target.version, &touched.into());
    let updates = UInt64Array::from(rows.update_addresses);
    delta.added = write::update_partitions(work, &target, &updates, rows.updates)?;
    let inserted = rows.inserts.iter().map(|batch| batch.num_rows() as u64).sum();
    delta
        .added
        .extend(write::insert_partitions(work, &target, rows.inserts)?);
    write::record(work, delta)?;
    target::consume(work, &environment)?;
    let counts = DmlCounts {
        inserted,
        updated: updates.len() as u64,
        deleted: rows.delete_addresses.len() as u64,
    };
    let has = |wanted: fn(&MergeAction) -> bool| merge.clauses.iter().any(|clause| wanted(&clause.action));
    let mut columns = Vec::new();
    if has(|action| matches!(action, MergeAction::Insert { .. } | MergeAction::InsertAllByName)) {
        columns.push(("number of rows inserted", counts.inserted));
    }
    if has(|action| matches!(action, MergeAction::Update(_) | MergeAction::UpdateAllByName)) {
        columns.push(("number of rows updated", counts.updated));
    }
    if has(|action| matches!(action, MergeAction::Delete)) {
        columns.push(("number of rows deleted", counts.deleted));
    }
    StatementResult::counted(&columns, counts)
}

/// The query: row address, clause number, and the table's columns as the clause leaves them.
fn plan(
    target: &Target,
    planner: &Planner,
    environment: &Arc<StatementEnvironment>,
    merge: &Merge,
) -> Result<LogicalPlan> {
    let TableWithJoins { relation, .. } = target.offer(environment, &merge.target)?;
    let on = JoinConstraint::On(merge.on.clone());
    let keeps_unmatched = merge.clauses.iter().any(|clause| !clause.matched);
    let join_operator = if keeps_unmatched {
        JoinOperator::LeftOuter(on)
    } else {
        JoinOperator::Inner(on)
    };
    let from = TableWithJoins {
        relation: merge.source.clone(),
        joins: vec![Join {
            relation,
            global: false,
            join_operator,
        }],
    };
    let joined = target::joined(planner, vec![from], None)?;
    let schema = Arc::clone(joined.schema());
    let address = || target.reference(&merge.target, ROW_ADDRESS);
    let mut whens = Vec::with_capacity(merge.clauses.len());
    for (number, clause) in merge.clauses.iter().enumerate() {
        let matches = if clause.matched {
            address().is_not_null()
        } else {
            address().is_null()
        };
        let condition = match &clause.condition {
            Some(condition) => matches.and(planner.expression(condition, &schema)?),
            None => matches,
        };
        whens.push((Box::new(condition), Box::new(lit(number as i64))));
    }
    let clause = Expr::Case(Case::new(None, whens, None)).alias(CLAUSE);
    let everything = schema.columns().into_iter().map(Expr::Column).chain([clause]);
    let decided = LogicalPlanBuilder::from(joined)
        .project(everything)
        .and_then(|rows| rows.filter(Expr::Column(PlanColumn::from_name(CLAUSE)).is_not_null()))
        .map_err(crate::plan::translate)?;
    let schema = Arc::clone(decided.schema());
    let mut columns = vec![address(), Expr::Column(PlanColumn::from_name(CLAUSE))];
    for column in &target.table.columns {
        let mut whens = Vec::new();
        for (number, clause) in merge.clauses.iter().enumerate() {
            if let Some(value) = outcome(target, planner, merge, clause, column, &schema)? {
                whens.push((Box::new(lit(number as i64)), Box::new(value.unalias())));
            }
        }
        let value = match whens.is_empty() {
            true => Expr::Literal(ScalarValue::try_from(&column.data_type.arrow())?, None),
            false => {
                let operand = Expr::Column(PlanColumn::from_name(CLAUSE));
                Expr::Case(Case::new(Some(Box::new(operand)), whens, None))
            }
        };
        columns.push(value.alias(&column.name));
    }
    decided
        .project(columns)
        .and_then(LogicalPlanBuilder::build)
        .map_err(crate::plan::translate)
}

/// What a clause makes of a column; `None` when the row goes away.
fn outcome(
    target: &Target,
    planner: &Planner,
    merge: &Merge,
    clause: &MergeClause,
    column: &Column,
    schema: &DFSchema,
) -> Result<Option<Expr>> {
    match &clause.action {
        MergeAction::Delete => Ok(None),
        MergeAction::Update(assignments) => {
            update::check_assignments(target, assignments)?;
            let assignment = assignments
                .iter()
                .find(|assignment| assignment.column.value == column.name);
            Ok(Some(match assignment {
                Some(assignment) => target.value(planner, column, &assignment.value, schema)?,
                None => target.kept(&merge.target, column),
            }))
        }
        MergeAction::Insert { columns, values } => {
            let positions = insert::positions(target, columns)?;
            if positions.len() != values.len() {
                let message = format!(
                    "SQL compilation error:\nInsert value list does not match column list expecting {} but got {}",
                    positions.len(),
                    values.len()
                );
                return Err(Error::new(2020, "21S01", message));
            }
            let place = positions
                .iter()
                .position(|at| target.table.columns.get(*at).is_some_and(|c| c.id == column.id));
            let value = place
                .and_then(|place| values.get(place))
                .unwrap_or(&InsertValue::Default);
            target
                .value(planner, column, value, &source_schema(schema, &merge.target)?)
                .map(Some)
        }
        MergeAction::UpdateAllByName | MergeAction::InsertAllByName => {
            let source = source_name(&merge.source);
            let found = schema.iter().find(|(qualifier, field)| {
                field.name() == &column.name
                    && qualifier.is_some_and(|q| Some(q.table()) == source.as_deref())
            });
            let Some((qualifier, field)) = found else {
                return Err(Error::invalid_identifier(&column.name));
            };
            let value = Expr::Column(PlanColumn::new(qualifier.cloned(), field.name()));
            target.assign(column, value, schema).map(Some)
        }
    }
}

/// The source's part of a schema that has the target's columns as well: what the values of an INSERT may refer to. A
/// name that both have is the source's there.
fn source_schema(schema: &DFSchema, target: &DmlTarget) -> Result<DFSchema> {
    let exposed = TableReference::bare(target::exposed(target));
    let fields = schema
        .iter()
        .filter(|(qualifier, _)| *qualifier != Some(&exposed))
        .map(|(qualifier, field)| (qualifier.cloned(), Arc::clone(field)))
        .collect();
    DFSchema::new_with_metadata(fields, HashMap::new()).map_err(crate::plan::translate)
}

fn source_name(source: &TableFactor) -> Option<String> {
    match source {
        TableFactor::Table {
            alias: Some(alias), ..
        }
        | TableFactor::Derived {
            alias: Some(alias), ..
        } => Some(alias.name.value.clone()),
        TableFactor::Table { name, .. } => name.0.last()?.as_ident().map(|ident| ident.value.clone()),
        _ => None,
    }
}

/// The query's rows, by what becomes of them.
#[derive(Debug, Default)]
struct Decided {
    inserts: Vec<RecordBatch>,
    updates: Vec<RecordBatch>,
    update_addresses: Vec<u64>,
    delete_addresses: Vec<u64>,
}

impl Decided {
    /// # Errors
    /// 100090 when two source rows want different things of one target row.
    fn sort(clauses: &[MergeClause], batches: &[RecordBatch]) -> Result<Self> {
        let mut sorted = Self::default();
        // Target rows that are taken: by a delete, or by the row of a batch.
        let mut taken: HashMap<u64, Option<(&RecordBatch, usize)>> = HashMap::new();
        for batch in batches {
            let (Some(addresses), Some(numbers)) = (batch.columns().first(), batch.columns().get(1)) else {
                return Err(Error::internal("MERGE lost its clause numbers"));
            };
            let addresses = addresses.as_primitive::<UInt64Type>();
            let numbers = numbers.as_primitive::<Int64Type>();
            let mut is_insert = Vec::with_capacity(batch.num_rows());
            let mut is_update = Vec::with_capacity(batch.num_rows());
            for (row, (address, number)) in addresses.iter().zip(numbers.values()).enumerate() {
                let clause = clauses.get(*number as usize);
                let Some(address) = address else {
                    is_insert.push(true);
                    is_update.push(false);
                    continue;
                };
                is_insert.push(false);
                let deletes = clause.is_some_and(|clause| matches!(clause.action, MergeAction::Delete));
                is_update.push(!deletes);
                match taken.insert(address, (!deletes).then_some((batch, row))) {
                    None if deletes => sorted.delete_addresses.push(address),
                    None => sorted.update_addresses.push(address),
                    // Deleting a row twice is deleting it.
                    Some(None) if deletes => {}
                    // A row that is deleted has no new values to show.
                    Some(before) => {
                        let (batch, row) = before.filter(|_| deletes).unwrap_or((batch, row));
                        return Err(duplicate_row(&values_of(batch)?, row));
                    }
                }
            }
            let rows = values_of(batch)?;
            for (chosen, out) in [(is_insert, &mut sorted.inserts), (is_update, &mut sorted.updates)] {
                let chosen = BooleanArray::from(chosen);
                match chosen.true_count() {
                    0 => {}
                    all if all == chosen.len() => out.push(rows.clone()),
                    _ => out.push(filter_record_batch(&rows, &chosen)?),
                }
            }
        }
        Ok(sorted)
    }
}

/// A clause without AND must be the last of its kind.
fn refuse_unreachable(clauses: &[MergeClause]) -> Result<()> {
    for (at, clause) in clauses.iter().enumerate() {
        let later = clauses.get(at + 1..).unwrap_or_default();
        if clause.condition.is_none() && later.iter().any(|other| other.matched == clause.matched) {
            let kind = if clause.matched { "MATCHED" } else { "NOT MATCHED" };
            return Err(Error::compilation(format!(
                "MERGE has an unreachable clause: WHEN {kind} without AND must be the last WHEN {kind}."
            )));
        }
    }
    Ok(())
}

/// A batch without its addresses and clause numbers.
fn values_of(batch: &RecordBatch) -> Result<RecordBatch> {
    Ok(batch.project(&(2..batch.num_columns()).collect::<Vec<_>>())?)
}

/// The refusal of a row that two source rows want to change, with the values that one of them would give it.
pub(super) fn duplicate_row(batch: &RecordBatch, row: usize) -> Error {
    let types = TypeContext::default();
    let values = batch.columns().iter().map(|column| {
        let shown = SnowType::from_arrow(column.data_type())
            .and_then(|data_type| column_to_text(&column.slice(row, 1), &data_type, &types).ok())
            .and_then(|mut texts| texts.pop().flatten());
        match shown {
            Some(text) if matches!(column.data_type(), DataType::Utf8) => format!("\"{text}\""),
            Some(text) => text,
            None => "NULL".to_string(),
        }
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let message = format!("Duplicate row detected during DML action\nRow Values: [{values}]");
    Error::new(100_090, "42P18", message).with_hint(
        "several source rows match one target row: leave one per key, for instance by QUALIFY ROW_NUMBER()",
    )
}
