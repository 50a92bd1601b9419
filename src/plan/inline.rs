//! Bodies of user-defined functions in the place of their calls.
//!
//! A body that is one expression becomes part of the expression around the call. A body that reads tables becomes a
//! scalar subquery, correlated where arguments are columns: what holds for subqueries holds for the function.

use std::collections::HashMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::Field;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ExprSchema, Spans, TableReference};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    EmptyRelation, Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Projection, Subquery, SubqueryAlias,
};

use super::expression::cast_call;
use super::routine::{Body, Resolved, UserCall, Value, is_parameter};
use crate::catalog::routine::Returns;
use crate::error::Error;
use crate::types::SnowType;

/// The most expressions that one call may become. Arguments are repeated wherever a body names them, so that functions
/// of functions grow fast.
const MOST_EXPRESSIONS: usize = 100_000;

/// Marks the names of relations inside a body, which may be those of relations around the call.
const INSIDE: &str = "\u{1}F";

/// Replaces every call in a plan.
pub fn plan(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| {
        let schema = merge_schema(&node.inputs());
        let names = NamePreserver::new(&node);
        node.map_expressions(|expr| {
            let name = names.save(&expr);
            let replaced = replace(expr, &schema)?;
            Ok(replaced.update_data(|expr| name.restore(expr)))
        })
    })?;
    Ok(rewritten.data)
}

/// Replaces every call in an expression over a schema.
pub fn expression(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    Ok(replace(expr, schema)?.data)
}

fn replace(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    expr.transform_up(|expr| {
        let Expr::ScalarFunction(function) = &expr else {
            return Ok(Transformed::no(expr));
        };
        let Some(call) = UserCall::of(&function.func) else {
            return Ok(Transformed::no(expr));
        };
        let fields = function.args.iter().map(|arg| Ok(arg.to_field(schema)?.1));
        let resolved = call.resolve(&fields.collect::<Result<Vec<_>>>()?)?;
        let values = values(&resolved, &function.args)?;
        Ok(Transformed::yes(value_of(&resolved, values, schema)?))
    })
}

/// The values of a function's parameters, in order, each of the type that the body takes it for.
pub fn values(resolved: &Resolved, arguments: &[Expr]) -> Result<Vec<Expr>> {
    let value = |value: &Value| match value {
        Value::Argument(at) => arguments
            .get(*at)
            .cloned()
            .ok_or_else(|| Error::internal("a parameter without a value")),
        Value::Default(expr) => Ok(expr.clone()),
    };
    resolved
        .parameters
        .iter()
        .map(|parameter| Ok(cast_call(value(&parameter.value)?, &parameter.data_type)))
        .collect()
}

/// The value of a scalar function.
fn value_of(resolved: &Resolved, values: Vec<Expr>, schema: &DFSchema) -> Result<Expr> {
    let Returns::Scalar { data_type, .. } = resolved.returns else {
        return Err(Error::internal("a table function as a value").into());
    };
    let query = match &resolved.body {
        Body::Code { function, .. } => return Ok(function.call(values)),
        Body::Query(query) => query,
    };
    let bound = Bound::new(resolved, values, schema)?;
    if let Some(expr) = sole_expression(query) {
        let value = bound.in_expression(expr.clone())?;
        return fit(value, &query.schema().field(0).clone(), &data_type);
    }
    let query = bound.in_query(query.clone())?;
    let field = query.schema().field(0).clone();
    let subquery = Subquery {
        outer_ref_columns: query.all_out_ref_exprs(),
        subquery: Arc::new(query),
        spans: Spans::new(),
    };
    fit(Expr::ScalarSubquery(subquery), &field, &data_type)
}

/// The rows of a table function whose body is a query, under the names that RETURNS gives them.
///
/// # Errors
/// When the body and RETURNS do not go together.
pub fn rows(resolved: &Resolved, values: Vec<Expr>, query: &LogicalPlan) -> Result<LogicalPlan> {
    let Returns::Table(columns) = &resolved.returns else {
        return Err(Error::internal("a scalar function as a table").into());
    };
    let query = Bound::new(resolved, values, &DFSchema::empty())?.in_query(query.clone())?;
    let fields: Vec<_> = query.schema().fields().iter().cloned().collect();
    let produced = query.schema().columns();
    let output = produced
        .into_iter()
        .zip(&fields)
        .zip(columns)
        .map(|((column, field), (name, to))| Ok(fit(Expr::Column(column), field, to)?.alias(name.as_str())));
    let output = output.collect::<Result<Vec<_>>>()?;
    LogicalPlanBuilder::from(query).project(output)?.build()
}

/// A value of a field as a type, unless it is of that type already.
fn fit(value: Expr, field: &Field, to: &SnowType) -> Result<Expr> {
    let same = SnowType::from_field(field).as_ref() == Some(to) && *field.data_type() == to.arrow();
    Ok(if same { value } else { cast_call(value, to) })
}

/// The expression that a query is, if it is `SELECT expression`.
fn sole_expression(query: &LogicalPlan) -> Option<&Expr> {
    let LogicalPlan::Projection(Projection { expr, input, .. }) = query else {
        return None;
    };
    let one_row = matches!(
        input.as_ref(),
        LogicalPlan::EmptyRelation(EmptyRelation {
            produce_one_row: true,
            ..
        })
    );
    match expr.as_slice() {
        [Expr::Alias(alias)] if one_row => Some(&alias.expr),
        [expr] if one_row => Some(expr),
        _ => None,
    }
}

/// The values that stand for a body's parameters.
struct Bound {
    /// As the query around the call sees them.
    direct: HashMap<String, Expr>,
    /// As a query inside it sees them.
    outer: HashMap<String, Expr>,
    /// The relations that they name.
    relations: Vec<TableReference>,
}

impl Bound {
    fn new(resolved: &Resolved, values: Vec<Expr>, schema: &DFSchema) -> Result<Self> {
        let mut bound = Self {
            direct: HashMap::new(),
            outer: HashMap::new(),
            relations: Vec::new(),
        };
        for (parameter, value) in resolved.parameters.iter().zip(values) {
            let outer = bound.outward(value.clone(), schema)?;
            bound.direct.insert(parameter.name.clone(), value);
            bound.outer.insert(parameter.name.clone(), outer);
        }
        Ok(bound)
    }

    /// A value in which columns are columns of a query around.
    fn outward(&mut self, value: Expr, schema: &DFSchema) -> Result<Expr> {
        let outward = value.transform_up(|expr| {
            Ok(match expr {
                Expr::Column(column) => {
                    self.relations.extend(column.relation.clone());
                    let field = Arc::clone(schema.field_from_column(&column)?);
                    Transformed::yes(Expr::OuterReferenceColumn(field, column))
                }
                Expr::OuterReferenceColumn(field, column) => {
                    self.relations.extend(column.relation.clone());
                    Transformed::no(Expr::OuterReferenceColumn(field, column))
                }
                expr => Transformed::no(expr),
            })
        })?;
        Ok(outward.data)
    }

    /// A body that becomes part of the expression around the call.
    fn in_expression(&self, body: Expr) -> Result<Expr> {
        let mut count = 0;
        let replaced = body.transform_up(|expr| {
            Ok(match parameter(&expr).and_then(|name| self.direct.get(name)) {
                Some(value) => {
                    count += size(value)?;
                    if count > MOST_EXPRESSIONS {
                        return Err(Error::compilation("functions inside functions grow too large").into());
                    }
                    Transformed::yes(value.clone())
                }
                None => self.in_subquery(expr)?,
            })
        })?;
        Ok(replaced.data)
    }

    /// A body that becomes a query of its own.
    fn in_query(&self, body: LogicalPlan) -> Result<LogicalPlan> {
        let body = match self.relations.is_empty() {
            true => body,
            false => requalify(body)?,
        };
        self.in_plan(body)
    }

    fn in_plan(&self, plan: LogicalPlan) -> Result<LogicalPlan> {
        let replaced = plan.transform_up_with_subqueries(|node| {
            let node = node.map_children(|child| Ok(unwrapped(child)))?.data;
            let names = NamePreserver::new(&node);
            node.map_expressions(|expr| {
                let name = names.save(&expr);
                let replaced = expr.transform_up(|expr| {
                    Ok(match parameter(&expr).and_then(|name| self.outer.get(name)) {
                        Some(value) => Transformed::yes(value.clone()),
                        None => with_subquery(expr, |subquery| Ok(correlated(subquery)))?,
                    })
                })?;
                Ok(replaced.update_data(|expr| name.restore(expr)))
            })
        })?;
        Ok(replaced.data)
    }

    /// A query inside an expression.
    fn in_subquery(&self, expr: Expr) -> Result<Transformed<Expr>> {
        with_subquery(expr, |subquery| {
            let plan = self.in_query(Arc::unwrap_or_clone(subquery.subquery))?;
            Ok(correlated(Subquery {
                subquery: Arc::new(plan),
                ..subquery
            }))
        })
    }
}

/// The parameter that an expression is.
fn parameter(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::OuterReferenceColumn(_, column) if is_parameter(column.relation.as_ref()) => Some(&column.name),
        _ => None,
    }
}

/// A lateral relation that refers to parameters only refers to nothing beside it: it is a relation like others.
fn unwrapped(plan: LogicalPlan) -> Transformed<LogicalPlan> {
    let parameters = |lateral: &Subquery| {
        let mut columns = lateral.outer_ref_columns.iter();
        columns.all(|expr| parameter(expr).is_some())
    };
    match plan {
        LogicalPlan::Subquery(lateral) if parameters(&lateral) => {
            Transformed::yes(Arc::unwrap_or_clone(lateral.subquery))
        }
        plan => Transformed::no(plan),
    }
}

/// A subquery that says anew which columns of queries around it it refers to.
fn correlated(subquery: Subquery) -> Subquery {
    Subquery {
        outer_ref_columns: subquery.subquery.all_out_ref_exprs(),
        ..subquery
    }
}

/// Changes the query of an expression that has one.
fn with_subquery(expr: Expr, change: impl FnOnce(Subquery) -> Result<Subquery>) -> Result<Transformed<Expr>> {
    Ok(match expr {
        Expr::ScalarSubquery(subquery) => Transformed::yes(Expr::ScalarSubquery(change(subquery)?)),
        Expr::InSubquery(mut inside) => {
            inside.subquery = change(inside.subquery)?;
            Transformed::yes(Expr::InSubquery(inside))
        }
        Expr::Exists(mut exists) => {
            exists.subquery = change(exists.subquery)?;
            Transformed::yes(Expr::Exists(exists))
        }
        expr => Transformed::no(expr),
    })
}

fn size(expr: &Expr) -> Result<usize> {
    let mut count = 0;
    expr.apply(|_| {
        count += 1;
        Ok(datafusion::common::tree_node::TreeNodeRecursion::Continue)
    })?;
    Ok(count)
}

/// Gives the relations inside a body names that no relation around the call can have: a body may read the very table
/// that its argument is a column of.
fn requalify(plan: LogicalPlan) -> Result<LogicalPlan> {
    let renamed = plan.transform_up_with_subqueries(|node| {
        let node = match node {
            LogicalPlan::TableScan(mut scan) => {
                scan.table_name = inside(&scan.table_name);
                let schema = scan.projected_schema.as_ref().clone();
                scan.projected_schema = Arc::new(schema.replace_qualifier(scan.table_name.clone()));
                LogicalPlan::TableScan(scan)
            }
            LogicalPlan::SubqueryAlias(named) => {
                LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(named.input, inside(&named.alias))?)
            }
            node => node,
        };
        let names = NamePreserver::new(&node);
        let node = node.map_expressions(|expr| {
            let name = names.save(&expr);
            let plain = matches!(expr, Expr::Column(_) | Expr::Alias(_));
            let renamed = expr.transform_up(|expr| Ok(renamed(expr)))?;
            Ok(match plain {
                true => renamed,
                false => renamed.update_data(|expr| name.restore(expr)),
            })
        })?;
        Ok(Transformed::yes(node.data.recompute_schema()?))
    })?;
    Ok(renamed.data)
}

fn inside(relation: &TableReference) -> TableReference {
    TableReference::bare(format!("{relation}{INSIDE}"))
}

fn renamed(expr: Expr) -> Transformed<Expr> {
    let rename = |relation: Option<TableReference>| relation.map(|relation| inside(&relation));
    match expr {
        Expr::Column(mut column) => {
            column.relation = rename(column.relation);
            Transformed::yes(Expr::Column(column))
        }
        Expr::OuterReferenceColumn(field, mut column) if !is_parameter(column.relation.as_ref()) => {
            column.relation = rename(column.relation);
            Transformed::yes(Expr::OuterReferenceColumn(field, column))
        }
        Expr::Alias(Alias {
            relation: relation @ Some(_),
            expr,
            name,
            metadata,
        }) => Transformed::yes(Expr::Alias(Alias {
            relation: rename(relation),
            expr,
            name,
            metadata,
        })),
        expr => Transformed::no(expr),
    }
}
