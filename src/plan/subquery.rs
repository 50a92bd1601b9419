//! Subqueries as values: which correlated ones there are, that they give one row at most, and EXISTS and IN as values.
//! <https://docs.snowflake.com/en/user-guide/querying-subqueries>

use std::collections::HashSet;
use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ExprSchema, ScalarValue};
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::expr::{Exists, InSubquery, SetComparison, SetQuantifier};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Expr as Planned, LogicalPlan, LogicalPlanBuilder, Operator, Subquery, binary_expr, lit, when,
};
use datafusion::sql::sqlparser::ast::{
    Expr, Query, Select, SelectItem, SetExpr, TableFactor, Visit, Visitor,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use super::select::holds_aggregate;
use crate::error::{Error, Result};
use crate::functions;

/// Refuses scalar subqueries that refer to the columns of a table function, as Snowflake does, unless they aggregate.
///
/// # Errors
/// 002031 with the place of the subquery.
pub fn check(select: &Select, common: &CommonTables, environment: &dyn Environment) -> Result<()> {
    let functions: Vec<TableFunction> = select
        .from
        .iter()
        .flat_map(|table| std::iter::once(&table.relation).chain(table.joins.iter().map(|j| &j.relation)))
        .filter_map(TableFunction::of)
        .collect();
    if functions.is_empty() {
        return Ok(());
    }
    let mut subqueries = Subqueries {
        functions: &functions,
        common,
        environment,
        depth: 0,
    };
    let mut outcome = ControlFlow::Continue(());
    for item in &select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item
            && outcome.is_continue()
        {
            outcome = expr.visit(&mut subqueries);
        }
    }
    if let Some(condition) = &select.selection
        && outcome.is_continue()
    {
        outcome = condition.visit(&mut subqueries);
    }
    match outcome {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

/// The refusal of a subquery that cannot be brought into a join.
pub fn unsupported(place: Option<(u64, u64)>) -> Error {
    let place = place.map_or_else(String::new, |(line, position)| {
        format!(" at line {line}, position {position}")
    });
    let message = format!("SQL compilation error:\nUnsupported subquery type cannot be evaluated{place}");
    Error::new(2_031, "42601", message)
}

/// A table function of FROM.
struct TableFunction {
    alias: Option<String>,
    columns: &'static [&'static str],
}

impl TableFunction {
    fn of(factor: &TableFactor) -> Option<Self> {
        let TableFactor::Function { name, alias, .. } = factor else {
            return None;
        };
        Some(Self {
            alias: alias.as_ref().map(|alias| alias.name.value.clone()),
            columns: scope::function_columns(&name.to_string())?,
        })
    }
}

struct Subqueries<'a> {
    functions: &'a [TableFunction],
    common: &'a CommonTables,
    environment: &'a dyn Environment,
    depth: usize,
}

impl Subqueries<'_> {
    fn refers(&self, query: &Query) -> bool {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return false;
        };
        let aggregates = select.projection.iter().any(|item| match item {
            SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => holds_aggregate(expr),
            _ => false,
        });
        let own = scope::visible(&select.from, self.common, self.environment);
        let mut references = References {
            functions: self.functions,
            own: own.unwrap_or_default(),
        };
        !aggregates && query.visit(&mut references).is_break()
    }
}

impl Visitor for Subqueries<'_> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Error> {
        if self.depth == 0
            && let Expr::Subquery(query) = expr
            && self.refers(query)
        {
            let place = match query.body.as_ref() {
                SetExpr::Select(select) => Some(select.select_token.0.span.start),
                _ => None,
            };
            let place = place.map(|place| (place.line, place.column.saturating_sub(1)));
            return ControlFlow::Break(unsupported(place));
        }
        ControlFlow::Continue(())
    }
}

/// Finds a reference to a column of one of the functions.
struct References<'a> {
    functions: &'a [TableFunction],
    own: HashSet<String>,
}

impl Visitor for References<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        let found = match expr {
            Expr::Identifier(name) => {
                !self.own.contains(&name.value)
                    && self
                        .functions
                        .iter()
                        .any(|function| function.columns.contains(&name.value.as_str()))
            }
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [relation, name] => self.functions.iter().any(|function| {
                    function.alias.as_ref() == Some(&relation.value)
                        && function.columns.contains(&name.value.as_str())
                }),
                _ => false,
            },
            _ => false,
        };
        if found {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

/// Has subqueries be what DataFusion takes where they stand. Correlated scalar subqueries without an aggregate are made to
/// give one row, or an error where they have more. EXISTS and IN outside conditions become counts of rows.
pub fn scalars(plan: LogicalPlan) -> DataFusionResult<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| {
        let names = NamePreserver::new(&node);
        let is_condition = matches!(node, LogicalPlan::Filter(_) | LogicalPlan::Join(_));
        let inputs = match node.inputs().as_slice() {
            [input] if !is_condition => Some(Arc::clone(input.schema())),
            _ => None,
        };
        node.map_expressions(|expr| {
            let name = names.save(&expr);
            let expr = match &inputs {
                Some(schema) => expr.transform_up(|expr| counted(expr, schema))?.data,
                None => expr,
            };
            let single = expr.transform_up(|expr| match expr {
                Planned::ScalarSubquery(subquery)
                    if !subquery.outer_ref_columns.is_empty() && !gives_one_row(&subquery.subquery) =>
                {
                    Ok(Transformed::yes(single(subquery)?))
                }
                expr => Ok(Transformed::no(expr)),
            })?;
            Ok(single.update_data(|expr| name.restore(expr)))
        })
    })?;
    Ok(rewritten.data)
}

/// EXISTS, IN, ANY and ALL as comparisons of counts; any other expression as it is.
fn counted(expr: Planned, schema: &DFSchema) -> DataFusionResult<Transformed<Planned>> {
    Ok(match expr {
        Planned::Exists(Exists { subquery, negated }) => Transformed::yes(any_rows(&subquery, negated)?),
        Planned::InSubquery(InSubquery {
            expr,
            subquery,
            negated,
        }) => {
            let member = member(*expr, Operator::Eq, &subquery, schema)?;
            Transformed::yes(match negated {
                true => Planned::Not(Box::new(member)),
                false => member,
            })
        }
        Planned::SetComparison(SetComparison {
            expr,
            subquery,
            op,
            quantifier,
        }) => Transformed::yes(match quantifier {
            SetQuantifier::Any => member(*expr, op, &subquery, schema)?,
            // What holds for all fails for none.
            SetQuantifier::All => {
                let op = op
                    .negate()
                    .ok_or_else(|| Error::unsupported(format!("{op} ALL")))?;
                Planned::Not(Box::new(member(*expr, op, &subquery, schema)?))
            }
        }),
        other => Transformed::no(other),
    })
}

/// Whether a subquery has rows, or that it has none.
///
/// # Errors
/// When its count cannot be planned.
pub fn any_rows(subquery: &Subquery, none: bool) -> DataFusionResult<Planned> {
    let count = functions::registry()
        .aggregate("COUNT")
        .ok_or_else(|| Error::unknown_function("COUNT"))?;
    let op = if none { Operator::Eq } else { Operator::Gt };
    let count = aggregated(subquery, count.call(vec![lit(1_i64)]))?;
    Ok(binary_expr(count, op, lit(0_i64)))
}

/// Whether a value compares so to one of a subquery's: NULL where NULL may be what would.
fn member(value: Planned, op: Operator, subquery: &Subquery, schema: &DFSchema) -> DataFusionResult<Planned> {
    let columns = subquery.subquery.schema().columns();
    let [column] = columns.as_slice() else {
        return Err(Error::unsupported("IN with several columns outside a condition").into());
    };
    let only = |condition: Planned, more: &[Planned]| -> DataFusionResult<Planned> {
        let rows = LogicalPlanBuilder::from(subquery.subquery.as_ref().clone()).filter(condition)?;
        let mut outer_ref_columns = subquery.outer_ref_columns.clone();
        outer_ref_columns.extend(more.iter().cloned());
        let rows = Subquery {
            subquery: Arc::new(rows.build()?),
            outer_ref_columns,
            spans: subquery.spans.clone(),
        };
        any_rows(&rows, false)
    };
    let mut outer = Vec::new();
    let outside = value.clone().transform(|part| {
        Ok(match part {
            Planned::Column(column) => {
                let field = Arc::clone(schema.field_from_column(&column)?);
                let part = Planned::OuterReferenceColumn(field, column);
                outer.push(part.clone());
                Transformed::yes(part)
            }
            part => Transformed::no(part),
        })
    })?;
    let found = || Planned::Column(column.clone());
    let equal = only(binary_expr(outside.data, op, found()), &outer)?;
    let unknown = only(found().is_null(), &[])?;
    when(equal, lit(true))
        .when(any_rows(subquery, true)?, lit(false))
        .when(value.is_null().or(unknown), lit(ScalarValue::Boolean(None)))
        .otherwise(lit(false))
}

fn gives_one_row(plan: &LogicalPlan) -> bool {
    match plan {
        LogicalPlan::Aggregate(aggregate) => aggregate.group_expr.is_empty(),
        LogicalPlan::Projection(node) => gives_one_row(&node.input),
        LogicalPlan::SubqueryAlias(node) => gives_one_row(&node.input),
        // A LIMIT is left to DataFusion.
        LogicalPlan::Limit(_) => true,
        _ => false,
    }
}

/// The subquery's first value, after a look at how many there are. The look is a subquery of its own, so that it is
/// taken for the rows around it only: rows that no outer row asks for may be as many as they like.
fn single(subquery: Subquery) -> DataFusionResult<Planned> {
    let function = |name: &str| {
        functions::registry()
            .aggregate(name)
            .ok_or_else(|| Error::unknown_function(name))
    };
    let only = functions::registry()
        .scalar("$ONLY")
        .ok_or_else(|| Error::unknown_function("$ONLY"))?;
    let columns = subquery.subquery.schema().columns();
    let column = columns
        .into_iter()
        .next()
        .ok_or_else(|| Error::internal("a scalar subquery without a column"))?;
    let value = function("$FIRST")?.call(vec![Planned::Column(column)]);
    let count = function("COUNT")?.call(vec![lit(1_i64)]);
    let value = aggregated(&subquery, value)?;
    let count = aggregated(&subquery, count)?;
    Ok(only.call(vec![value, count]))
}

/// The subquery reduced to an aggregate.
fn aggregated(subquery: &Subquery, aggregate: Planned) -> DataFusionResult<Planned> {
    let inner = subquery.subquery.as_ref().clone();
    let rows = LogicalPlanBuilder::from(inner).aggregate(Vec::<Planned>::new(), [aggregate])?;
    let output = rows.schema().columns().into_iter().map(Planned::Column);
    // A name that no column of the subquery has, because correlated columns come to stand beside it.
    let output: Vec<Planned> = output.map(|column| column.alias("$VALUE")).collect();
    Ok(Planned::ScalarSubquery(Subquery {
        subquery: Arc::new(rows.project(output)?.build()?),
        outer_ref_columns: subquery.outer_ref_columns.clone(),
        spans: subquery.spans.clone(),
    }))
}
