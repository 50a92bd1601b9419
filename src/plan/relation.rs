//! Relations that DataFusion does not know: FLATTEN, stages, table functions, PIVOT, samples, and tables at another time.

use std::sync::Arc;

use datafusion::common::{Column, DFSchema, UnnestOptions};
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::get_field;
use datafusion::logical_expr::planner::{
    PlannedRelation, RelationPlanner, RelationPlannerContext, RelationPlanning,
};
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, TableSource, lit};
use datafusion::sql::sqlparser::ast::{
    self, FunctionArg, FunctionArgExpr, ObjectName, TableAlias, TableFactor,
};

use super::environment::{Environment, NamedArgument, RelationSource};
use super::flatten::{self, FlattenArguments};
use super::partition::Over;
use super::routine::{Body, UserFunction};
use super::scope::FLATTEN_COLUMNS;
use super::{asof, cast_call, coercion, inline, match_recognize, pivot, sample, unpivot};
use crate::catalog::routine::Returns;
use crate::error::Error;
use crate::functions::{self, reference};
use crate::types::SnowType;

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
            } => self.function(&name, &args, alias, context),
            TableFactor::Table {
                sample: Some(ref kind),
                ..
            }
            | TableFactor::Derived {
                sample: Some(ref kind),
                ..
            } => {
                let kind = kind.clone();
                planned(
                    sample::plan(relation, &kind, self.environment.as_ref(), context)?,
                    None,
                )
            }
            TableFactor::Table {
                name,
                alias,
                args,
                version,
                ..
            } if is_stage(&name) || version.is_some() || args.is_some() => {
                let arguments = args.map(|args| args.args).unwrap_or_default();
                if !is_stage(&name) && version.is_none() {
                    return self.function(&name, &arguments, alias, context);
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
            TableFactor::Pivot { ref alias, .. } => {
                let alias = alias.clone();
                planned(pivot::plan(relation, context)?, alias)
            }
            TableFactor::Unpivot { ref alias, .. } => {
                let alias = alias.clone();
                planned(unpivot::plan(relation, context)?, alias)
            }
            other => Ok(RelationPlanning::Original(Box::new(other))),
        }
    }
}

impl Relations {
    fn function(
        &self,
        name: &ObjectName,
        args: &[FunctionArg],
        alias: Option<TableAlias>,
        context: &mut dyn RelationPlannerContext,
    ) -> Result<RelationPlanning> {
        let parts = parts(name)?;
        let mut args = args.to_vec();
        let over = Over::take(&mut args);
        let args = args.as_slice();
        let user_function = self.environment.user_function(&parts);
        if over.is_some() && !matches!(user_function, Ok(Some(_))) {
            return Err(Error::unsupported(format!("OVER of the table function {name}")).into());
        }
        let known: Vec<&str> = parts.iter().map(String::as_str).collect();
        if known.as_slice() == ["FLATTEN"] {
            return planned(flatten_rows(args, context)?, alias);
        }
        if parts.as_slice() == [match_recognize::ROWS_OF_MATCHES] {
            let [FunctionArg::Unnamed(FunctionArgExpr::Expr(list))] = args else {
                return Err(Error::internal("rows of matches of what").into());
            };
            let list = context.sql_to_expr(list.clone(), &DFSchema::empty())?;
            return planned(unnested(list, match_recognize::MATCH_COLUMNS.into_iter())?, alias);
        }
        if let [name @ ("SPLIT_TO_TABLE" | "STRTOK_SPLIT_TO_TABLE")] = known.as_slice()
            && let Some(rows) = split_rows(name, args, context)?
        {
            return planned(rows, alias);
        }
        if let Some(function) = user_function? {
            let plan = user_rows(function.as_ref(), args, over, context)?;
            // A name of its own keeps the body's columns apart from those around it.
            let alias = alias.or_else(|| parts.last().map(|own| named(own)));
            return planned(plan, alias);
        }
        let own = parts.last().map_or("", String::as_str);
        let refusal = reference::refusal(&parts.join(".")).or_else(|| reference::refusal(own));
        if let Some(refusal) = refusal {
            return Err(refusal.into());
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
        planned(scan(parts.last().map_or("", String::as_str), table)?, alias)
    }
}

/// The rows that a user-defined table function gives. Arguments may be columns of relations before it.
fn user_rows(
    function: &dyn UserFunction,
    args: &[FunctionArg],
    over: Option<Over<ast::Expr>>,
    context: &mut dyn RelationPlannerContext,
) -> Result<LogicalPlan> {
    let mut plan = |expr: ast::Expr| {
        let planned = context.sql_to_expr(expr, &DFSchema::empty())?;
        let planned = inline::expression(planned, &DFSchema::empty())?;
        coercion::coerce_expr(planned, &DFSchema::empty())
    };
    let (mut given, mut arguments) = (Vec::with_capacity(args.len()), Vec::with_capacity(args.len()));
    for arg in args {
        let (name, expr) = split(arg)?;
        let planned = plan(expr)?;
        given.push(super::routine::given(
            name,
            &planned.to_field(&DFSchema::empty())?.1,
        ));
        arguments.push(planned);
    }
    let over = over.map(|over| over.planned(plan)).transpose()?;
    let resolved = function.resolve(&given)?;
    let Returns::Table(columns) = &resolved.returns else {
        return Err(Error::unknown_table_function(function.name()).into());
    };
    let values = inline::values(&resolved, &arguments)?;
    let (code, partitions) = match &resolved.body {
        Body::Query(_) if over.is_some() => {
            return Err(Error::unsupported("OVER of a table function in SQL").into());
        }
        Body::Query(query) => return inline::rows(&resolved, values, query),
        Body::Code { function, partitions } => (function, partitions),
    };
    let outside = |expr: &Expr| expr.contains_outer();
    let call = match (over, partitions) {
        // Without rows to be joined to there is one partition, of one row.
        (Some(over), Some(partitions)) if values.iter().any(outside) || over.any(outside) => {
            over.call(Arc::clone(code), Arc::clone(partitions), values)
        }
        _ => code.call(values),
    };
    unnested(call, columns.iter().map(|(name, _)| name.as_str()))
}

/// The rows of the list that a call gives.
fn unnested<'a>(call: Expr, columns: impl Iterator<Item = &'a str>) -> Result<LogicalPlan> {
    let rows = LogicalPlanBuilder::empty(true).project([call.alias(FLATTENED)])?;
    let rows = rows.unnest_column_with_options(Column::from_name(FLATTENED), unnest_options())?;
    let row = || Expr::Column(Column::from_name(FLATTENED));
    rows.project(columns.map(|name| get_field(row(), name).alias(name)))?
        .build()
}

/// An alias without columns.
pub(super) fn named(name: &str) -> TableAlias {
    TableAlias {
        explicit: false,
        name: ast::Ident::with_quote('"', name),
        columns: Vec::new(),
        at: None,
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
    unnested(
        flatten::function(options)?.call(vec![input]),
        FLATTEN_COLUMNS.into_iter(),
    )
}

/// SPLIT_TO_TABLE and STRTOK_SPLIT_TO_TABLE of columns of relations before them: the parts as an array, flattened. `None`
/// where all arguments are constants.
/// <https://docs.snowflake.com/en/sql-reference/functions/split_to_table>
fn split_rows(
    name: &str,
    args: &[FunctionArg],
    context: &mut dyn RelationPlannerContext,
) -> Result<Option<LogicalPlan>> {
    let mut given = Vec::with_capacity(args.len());
    for arg in args {
        let (_, expr) = split(arg)?;
        given.push(context.sql_to_expr(expr, &DFSchema::empty())?);
    }
    if !given.iter().any(Expr::contains_outer) {
        return Ok(None);
    }
    let (parts, least) = match name {
        "SPLIT_TO_TABLE" => ("SPLIT", 2),
        _ => ("STRTOK_TO_ARRAY", 1),
    };
    let call = || format!("{name}(…)");
    match given.len() {
        few if few < least => return Err(Error::not_enough_arguments(call(), least, few).into()),
        many if many > 2 => return Err(Error::too_many_arguments(call(), 2, many).into()),
        _ => {}
    }
    let parts = functions::registry()
        .scalar(parts)
        .ok_or_else(|| Error::unknown_function(parts))?;
    let list = flatten::function(FlattenArguments::default())?.call(vec![parts.call(given)]);
    let rows = LogicalPlanBuilder::empty(true).project([list.alias(FLATTENED)])?;
    let rows = rows.unnest_column_with_options(Column::from_name(FLATTENED), unnest_options())?;
    let column = |name: &str| get_field(Expr::Column(Column::from_name(FLATTENED)), name);
    // Parts count from 1.
    let next = functions::operators::call_operator("$ADD", vec![column("INDEX"), lit(1_i64)])?;
    let rows = rows.project([
        column("SEQ").alias("SEQ"),
        cast_call(next, &SnowType::INTEGER).alias("INDEX"),
        cast_call(column("VALUE"), &SnowType::VARCHAR).alias("VALUE"),
    ])?;
    Ok(Some(rows.build()?))
}

/// FLATTEN's kernel decides which input rows give no row; unnesting adds none for NULL.
pub fn unnest_options() -> UnnestOptions {
    UnnestOptions::new().with_preserve_nulls(false)
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
