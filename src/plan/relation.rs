//! Relations that DataFusion does not know: FLATTEN, stages, table functions, and tables at another time.

use std::sync::Arc;

use datafusion::common::{Column, DFSchema, UnnestOptions};
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, TableSource};
use datafusion::sql::sqlparser::ast::{
    self, FunctionArg, FunctionArgExpr, ObjectName, TableAlias, TableFactor,
};

use super::asof;
use super::environment::{Environment, NamedArgument, RelationSource};
use super::flatten::{self, FlattenArguments};
use super::scope::FLATTEN_COLUMNS;
use crate::error::Error;

/// The column that holds FLATTEN's rows before they are unnested.
pub const FLATTENED: &str = "$FLATTENED";

/// Plans the relations of one statement.
#[derive(Debug)]
pub struct Relations {
    environment: Arc<dyn Environment>,
}

impl Relations {
    /// A planner that asks `environment` for names.
    pub fn new(environment: Arc<dyn Environment>) -> Self {
        Self { environment }
    }
}

impl RelationPlanner for Relations {
    fn plan_relation(
        &self,
        relation: TableFactor,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        match relation {
            TableFactor::Function {
                name, args, alias, ..
            } => {
                let plan = self.function(&name, &args, context)?;
                planned(plan, alias)
            }
            TableFactor::Table {
                name,
                alias,
                args,
                version,
                sample,
                ..
            } if is_stage(&name) || version.is_some() || sample.is_some() || args.is_some() => {
                if sample.is_some() {
                    return Err(Error::unsupported("SAMPLE").into());
                }
                let arguments = args.map(|args| args.args).unwrap_or_default();
                if !is_stage(&name) && version.is_none() {
                    let plan = self.function(&name, &arguments, context)?;
                    return planned(plan, alias);
                }
                let parts = parts(&name)?;
                let source = RelationSource {
                    name: &parts,
                    version: version.as_ref(),
                    arguments: &arguments,
                };
                let table = self.environment.relation(source)?;
                planned(scan(parts.last().map_or("", String::as_str), table)?, alias)
            }
            TableFactor::NestedJoin {
                table_with_joins,
                alias,
            } if asof::is_asof(&table_with_joins) => planned(asof::plan(*table_with_joins, context)?, alias),
            refused @ (TableFactor::Pivot { .. }
            | TableFactor::Unpivot { .. }
            | TableFactor::MatchRecognize { .. }) => {
                let shown = refused.to_string();
                let what = ["PIVOT", "UNPIVOT", "MATCH_RECOGNIZE"];
                let what = what
                    .into_iter()
                    .rev()
                    .find(|word| shown.contains(word))
                    .unwrap_or("this table form");
                Err(Error::unsupported(what).into())
            }
            TableFactor::Derived { sample: Some(_), .. } => Err(Error::unsupported("SAMPLE").into()),
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

impl Relations {
    fn function(
        &self,
        name: &ObjectName,
        args: &[FunctionArg],
        context: &mut dyn RelationPlannerContext,
    ) -> Result<LogicalPlan> {
        let parts = parts(name)?;
        if parts.as_slice() == ["FLATTEN"] {
            return flatten_rows(args, context);
        }
        let mut arguments = Vec::with_capacity(args.len());
        for arg in args {
            let (name, expr) = split(arg)?;
            // A list is an argument for each of its members.
            let members = match expr {
                ast::Expr::Tuple(members) => members,
                single => vec![single],
            };
            for member in members {
                let planned = context.sql_to_expr(member, &DFSchema::empty())?;
                let value = super::execute::constant(planned, context.context_provider().options())?;
                let name = name.clone();
                arguments.push(NamedArgument { name, value });
            }
        }
        let table = self.environment.table_function(&parts, arguments)?;
        scan(parts.last().map_or("", String::as_str), table)
    }
}

/// FLATTEN(INPUT => x, PATH => 'a.b', OUTER => TRUE, RECURSIVE => TRUE, MODE => 'OBJECT').
/// <https://docs.snowflake.com/en/sql-reference/functions/flatten>
fn flatten_rows(args: &[FunctionArg], context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let mut input = None;
    let mut options = FlattenArguments::default();
    for (position, arg) in args.iter().enumerate() {
        let (name, expr) = split(arg)?;
        let planned = context.sql_to_expr(expr, &DFSchema::empty())?;
        let slot = match name.as_deref() {
            Some("INPUT") => {
                input = Some(planned);
                continue;
            }
            None if position == 0 => {
                input = Some(planned);
                continue;
            }
            Some("PATH") => &mut options.path,
            Some("OUTER") => &mut options.outer,
            Some("RECURSIVE") => &mut options.recursive,
            Some("MODE") => &mut options.mode,
            _ => {
                let shown = name.unwrap_or_else(|| arg.to_string());
                let message = format!("SQL compilation error:\ninvalid argument '{shown}' for FLATTEN");
                return Err(Error::new(1003, "42000", message).into());
            }
        };
        *slot = Some(super::execute::constant(
            planned,
            context.context_provider().options(),
        )?);
    }
    let Some(input) = input else {
        let message = "SQL compilation error:\nmissing argument INPUT for FLATTEN";
        return Err(Error::new(1003, "42000", message).into());
    };
    let call = flatten::function(options)?.call(vec![input]);
    let rows = LogicalPlanBuilder::empty(true).project([call.alias(FLATTENED)])?;
    let rows = rows.unnest_column_with_options(Column::from_name(FLATTENED), unnest_options())?;
    rows.project(flatten_columns())?.build()
}

/// FLATTEN's kernel decides which input rows give no row; unnesting adds none for NULL.
pub fn unnest_options() -> UnnestOptions {
    UnnestOptions::new().with_preserve_nulls(false)
}

/// FLATTEN's columns, taken from its unnested rows.
pub fn flatten_columns() -> Vec<Expr> {
    let row = || Expr::Column(Column::from_name(FLATTENED));
    FLATTEN_COLUMNS
        .map(|name| get_field(row(), name).alias(name))
        .to_vec()
}

fn split(arg: &FunctionArg) -> Result<(Option<String>, ast::Expr)> {
    match arg {
        FunctionArg::Named {
            name,
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Ok((Some(name.value.to_uppercase()), expr.clone())),
        FunctionArg::ExprNamed {
            name,
            arg: FunctionArgExpr::Expr(expr),
            ..
        } => Ok((Some(name.to_string().to_uppercase()), expr.clone())),
        FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => Ok((None, expr.clone())),
        other => Err(Error::unsupported(format!("table function argument {other}")).into()),
    }
}

fn is_stage(name: &ObjectName) -> bool {
    crate::sql::staged_name(name).is_some()
}

fn parts(name: &ObjectName) -> Result<Vec<String>> {
    if let Some(text) = crate::sql::staged_name(name) {
        return Ok(vec![text.to_string()]);
    }
    let parts: Option<Vec<String>> = name
        .0
        .iter()
        .map(|part| Some(part.as_ident()?.value.clone()))
        .collect();
    parts.ok_or_else(|| Error::unsupported(format!("table name {name}")).into())
}

fn scan(name: &str, table: Arc<dyn TableSource>) -> Result<LogicalPlan> {
    LogicalPlanBuilder::scan(datafusion::common::TableReference::bare(name), table, None)?.build()
}

fn planned(plan: LogicalPlan, alias: Option<TableAlias>) -> Result<RelationPlanning> {
    Ok(RelationPlanning::Planned(Box::new(PlannedRelation::new(
        plan, alias,
    ))))
}
