//! INSERT ALL and INSERT FIRST. <https://docs.snowflake.com/en/sql-reference/sql/insert-multi-table>
//!
//! Everything is planned first: the source, the conditions over its rows, and for each INTO the rows that its table
//! gets. Then the source is read once. Its rows are held as batches, numbered by the conditions, and given to the
//! branches, whose plans read them from there.

use std::sync::Arc;

use datafusion::arrow::array::{AsArray, BooleanArray};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Field, Int64Type, Schema, SchemaRef};
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::datasource::{MemTable, provider_as_source};
use datafusion::logical_expr::LogicalPlan;
use datafusion::sql::sqlparser::ast;

use super::target::{self, Target};
use super::{insert, write};
use crate::engine::environment::StatementEnvironment;
use crate::engine::work::Work;
use crate::engine::{DmlCounts, StatementResult, query_functions};
use crate::error::{Error, Result};
use crate::plan::{Planner, execute, is_position};
use crate::sql;
use crate::sql::statement::{InsertTarget, InsertValue, MultiInsert};
use crate::storage::TableDelta;

/// The name under which the conditions find the source's rows.
const SOURCE: &str = "$SOURCE";

/// Runs INSERT ALL or INSERT FIRST.
pub(in crate::engine) async fn run(work: &mut Work<'_>, insert: MultiInsert) -> Result<StatementResult> {
    let exclusive: Vec<_> = match insert.overwrite {
        true => into_clauses(&insert).map(|into| &into.table).collect(),
        false => Vec::new(),
    };
    let (planned, planner, environment) =
        target::plan_held(work, &exclusive, &insert.source, |work, planner, environment| {
            Planned::new(work, planner, environment, &insert)
        })
        .await?;
    let tables = planned.run(&planner).await?;
    let mut total = 0;
    let mut columns = Vec::with_capacity(tables.len());
    for (target, batches) in tables {
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
        total += inserted;
        let name = target.name.unwrap_or_default();
        columns.push((format!("number of rows inserted into {name}"), inserted));
    }
    target::consume(work, &environment)?;
    let counts = DmlCounts {
        inserted: total,
        ..DmlCounts::default()
    };
    StatementResult::counted(&columns, counts)
}

/// Every INTO of a statement.
fn into_clauses(insert: &MultiInsert) -> impl Iterator<Item = &InsertTarget> {
    let branches = insert.branches.iter().flat_map(|branch| &branch.targets);
    branches.chain(&insert.otherwise)
}

/// A statement's plans.
struct Planned {
    source: LogicalPlan,
    /// The source's rows, once read.
    rows: Held,
    /// The source's rows with the branches that each goes to; none in the unconditional form.
    conditions: Option<(LogicalPlan, Routes)>,
    /// WHEN by WHEN, then ELSE.
    branches: Vec<Branch>,
}

/// The rows of a branch, and what its tables get of them.
struct Branch {
    rows: Held,
    targets: Vec<(Target, LogicalPlan)>,
}

impl Planned {
    fn new(
        work: &Work<'_>,
        planner: &Planner,
        environment: &StatementEnvironment,
        insert: &MultiInsert,
    ) -> Result<Self> {
        let source = planner.query(&insert.source)?;
        let schema = row_schema(&source);
        let rows = Held::offer(environment, SOURCE.to_string(), &schema)?;
        let conditions: Vec<&ast::Expr> = insert
            .branches
            .iter()
            .filter_map(|branch| branch.condition.as_ref())
            .collect();
        let conditions = match conditions.as_slice() {
            [] => None,
            conditions => {
                let routes = Routes {
                    first: insert.first,
                    conditions: conditions.len(),
                };
                Some((planner.query(&routes.query(conditions)?)?, routes))
            }
        };
        let mut branches = Vec::with_capacity(insert.branches.len() + 1);
        let targets = insert.branches.iter().map(|branch| &branch.targets);
        for (number, targets) in targets.chain([&insert.otherwise]).enumerate() {
            let name = format!("$BRANCH {number}");
            let rows = Held::offer(environment, name.clone(), &schema)?;
            let targets = targets
                .iter()
                .map(|into| plan_into(work, planner, into, &name))
                .collect::<Result<_>>()?;
            branches.push(Branch { rows, targets });
        }
        Ok(Self {
            source,
            rows,
            conditions,
            branches,
        })
    }

    /// Reads the source and answers what each table gets, in the order in which the statement names the tables.
    async fn run(self, planner: &Planner) -> Result<Vec<(Target, Vec<RecordBatch>)>> {
        let (_, batches) = execute::collect(self.source, planner.state()).await?;
        match self.conditions {
            None => {
                // Without conditions there is one branch, and no ELSE.
                if let Some(branch) = self.branches.first() {
                    branch.rows.fill(batches).await?;
                }
            }
            Some((plan, routes)) => {
                self.rows.fill(batches).await?;
                let (_, batches) = execute::collect(plan, planner.state()).await?;
                let mut routed: Vec<Vec<RecordBatch>> = vec![Vec::new(); self.branches.len()];
                for batch in &batches {
                    let (rows, masks) = routes.split(batch)?;
                    for (branch, mask) in routed.iter_mut().zip(masks) {
                        branch.push(compute::filter_record_batch(&rows, &mask)?);
                    }
                }
                for (branch, batches) in self.branches.iter().zip(routed) {
                    branch.rows.fill(batches).await?;
                }
            }
        }
        let mut tables: Vec<(Target, Vec<RecordBatch>)> = Vec::new();
        for (target, plan) in self.branches.into_iter().flat_map(|branch| branch.targets) {
            let (_, batches) = execute::collect(plan, planner.state()).await?;
            match tables.iter_mut().find(|(known, _)| known.id == target.id) {
                Some((_, all)) => all.extend(batches),
                None => tables.push((target, batches)),
            }
        }
        Ok(tables)
    }
}

/// The plan of one INTO over the rows of its branch.
fn plan_into(
    work: &Work<'_>,
    planner: &Planner,
    into: &InsertTarget,
    rows: &str,
) -> Result<(Target, LogicalPlan)> {
    let target = Target::find(work, &into.table)?;
    let positions = insert::positions(&target, &into.columns)?;
    let text = format!("SELECT * FROM \"{rows}\"");
    let query = if into.values.is_empty() {
        *sql::parse_query(&text)?
    } else {
        for value in &into.values {
            if let InsertValue::Expr(expr) = value {
                insert::refuse_beyond_row(expr)?;
            }
        }
        let cells = insert::cells(&target, &positions, &into.values)?;
        insert::selecting(&text, cells.into_iter().map(ast::SelectItem::UnnamedExpr))?
    };
    let source = planner.query(&query)?;
    let plan = insert::into_columns(&target, planner, &positions, source)?;
    Ok((target, plan))
}

/// Which branches a row goes to.
#[derive(Debug, Clone, Copy)]
struct Routes {
    /// Only the first branch whose condition holds gets a row.
    first: bool,
    /// How many branches have a condition.
    conditions: usize,
}

impl Routes {
    /// The source's rows, each with numbers after its columns. FIRST has one number, the branch's; what follows the
    /// first condition that holds is not evaluated. ALL has one for each condition: zero where it holds.
    fn query(self, conditions: &[&ast::Expr]) -> Result<ast::Query> {
        let text = format!("SELECT *, 1 FROM \"{SOURCE}\"");
        let mut items = vec![ast::SelectItem::Wildcard(
            ast::WildcardAdditionalOptions::default(),
        )];
        if self.first {
            items.push(numbered(conditions, 0)?);
        } else {
            for (number, condition) in conditions.iter().enumerate() {
                items.push(numbered(&[*condition], number)?);
            }
        }
        insert::selecting(&text, items)
    }

    /// A batch of [`Routes::query`] without its numbers, and for each branch, ELSE the last, the rows that it gets.
    fn split(self, batch: &RecordBatch) -> Result<(RecordBatch, Vec<BooleanArray>)> {
        let numbers = if self.first { 1 } else { self.conditions };
        let width = batch.num_columns().saturating_sub(numbers);
        let rows = batch.project(&(0..width).collect::<Vec<_>>())?;
        // A number that SQL writes has a type of its own.
        let routes = batch.columns().iter().skip(width);
        let routes = routes.map(|column| compute::cast(column, &DataType::Int64));
        let routes = routes.collect::<std::result::Result<Vec<_>, _>>()?;
        let holds = |at: usize, number: usize| -> Result<BooleanArray> {
            let column = routes
                .get(at)
                .and_then(|column| column.as_primitive_opt::<Int64Type>());
            let column = column.ok_or_else(|| Error::internal("the numbers of branches are missing"))?;
            Ok(column
                .iter()
                .map(|value| Some(value == Some(number as i64)))
                .collect())
        };
        let mut masks: Vec<BooleanArray> = Vec::with_capacity(self.conditions + 1);
        if self.first {
            for branch in 0..=self.conditions {
                masks.push(holds(0, branch)?);
            }
        } else {
            let mut none = BooleanArray::from(vec![true; batch.num_rows()]);
            for branch in 0..self.conditions {
                let mask = holds(branch, 0)?;
                none = compute::and_not(&none, &mask)?;
                masks.push(mask);
            }
            masks.push(none);
        }
        Ok((rows, masks))
    }
}

/// A column with the number of the first condition that holds, or how many there are when none does.
fn numbered(conditions: &[&ast::Expr], column: usize) -> Result<ast::SelectItem> {
    let mut case = sql::parse_expr(&format!("CASE WHEN TRUE THEN 0 ELSE {} END", conditions.len()))?;
    if let ast::Expr::Case {
        conditions: whens, ..
    } = &mut case
    {
        whens.clear();
        for (number, condition) in conditions.iter().enumerate() {
            whens.push(ast::CaseWhen {
                condition: (*condition).clone(),
                result: sql::parse_expr(&number.to_string())?,
            });
        }
    }
    Ok(ast::SelectItem::ExprWithAlias {
        expr: case,
        alias: ast::Ident::with_quote('"', format!("$WHEN {column}")),
    })
}

/// The columns of the source as expressions find them: by name or by position. One whose name another one has too is
/// found by its position alone, and so is one that is named like a position.
fn row_schema(source: &LogicalPlan) -> SchemaRef {
    let shown = execute::shown_schema(source.schema());
    let fields = shown.fields().iter().enumerate().map(|(at, field)| {
        let others = shown.fields().iter().enumerate();
        let repeated = others
            .filter(|(other, _)| *other != at)
            .any(|(_, other)| other.name() == field.name());
        let field = field.as_ref().clone().with_nullable(true);
        match repeated || is_position(field.name()) {
            true => field.with_name(format!("${}", at + 1)),
            false => field,
        }
    });
    Arc::new(Schema::new(fields.collect::<Vec<Field>>()))
}

/// A relation that is planned with before it has rows.
struct Held {
    table: Arc<MemTable>,
    schema: SchemaRef,
}

impl Held {
    /// Offers the relation to queries under a name.
    fn offer(environment: &StatementEnvironment, name: String, schema: &SchemaRef) -> Result<Self> {
        let table =
            MemTable::try_new(Arc::clone(schema), vec![Vec::new()]).map_err(crate::plan::translate)?;
        let table = Arc::new(table);
        environment.provide_local(name, provider_as_source(Arc::clone(&table) as _));
        Ok(Self {
            table,
            schema: Arc::clone(schema),
        })
    }

    /// Gives the relation its rows.
    async fn fill(&self, batches: Vec<RecordBatch>) -> Result<()> {
        let batches = query_functions::with_schema(&self.schema, batches)?;
        match self.table.batches.first() {
            Some(partition) => partition.write().await.extend(batches),
            None => return Err(Error::internal("a relation without a place for rows")),
        }
        Ok(())
    }
}
