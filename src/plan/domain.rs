//! Subqueries that refer to columns from outside, brought into joins where DataFusion does not do so itself: correlations
//! other than equalities below an aggregate, lateral subqueries without FROM, subqueries over a lateral table function.
//! <https://docs.snowflake.com/en/user-guide/querying-subqueries>
//!
//! The different values of the outer columns become a relation, the *domain*. The subquery is planned over it, so that it
//! gives for each row of the domain what it would give for an outer row of these values, and is joined to the outer rows by
//! them. LIMIT, UNION and a few joins below a correlation stay what they are: DataFusion then refuses the plan.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, NullEquality};
use datafusion::error::Result;
use datafusion::logical_expr::expr::Exists;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::split_conjunction;
use datafusion::logical_expr::{
    Aggregate, BinaryExpr, Distinct, Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder, Operator,
    Subquery, Volatility, binary_expr, lit, when,
};

use super::subquery;

/// Numbers the columns made here, so that no two in a plan have one name.
static NEXT: AtomicUsize = AtomicUsize::new(0);

/// Brings the correlated subqueries of a plan that DataFusion could not bring into joins into joins.
pub fn join_subqueries(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| match &node {
        LogicalPlan::Join(join) => match lateral(join)? {
            Some(joined) => Ok(Transformed::yes(joined)),
            None => Ok(Transformed::no(node)),
        },
        LogicalPlan::Projection(_)
        | LogicalPlan::Filter(_)
        | LogicalPlan::Aggregate(_)
        | LogicalPlan::Window(_)
        | LogicalPlan::Sort(_) => expressions(node),
        _ => Ok(Transformed::no(node)),
    })?;
    Ok(rewritten.data)
}

fn fresh(kind: &str) -> String {
    format!("${kind}_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

fn has_outer(plan: &LogicalPlan) -> bool {
    plan.exists(|node| Ok(node.contains_outer_reference()))
        .unwrap_or(true)
}

/// Whether a plan may give other rows when it is computed again, as it is for a domain. FLATTEN counts its calls, and
/// gives the same but for that.
fn is_volatile(plan: &LogicalPlan) -> bool {
    let varies = |part: &Expr| {
        matches!(part, Expr::ScalarFunction(call)
            if call.func.signature().volatility == Volatility::Volatile && call.name() != "$FLATTEN")
    };
    let found = plan.exists(|node| {
        let mut found = false;
        for expr in node.expressions() {
            found |= expr.exists(|part| Ok(varies(part)))?;
        }
        Ok(found)
    });
    found.unwrap_or(true)
}

/// Whether DataFusion brings a subquery into a join: its correlations are conditions, and equalities where something
/// above them counts rows. Nothing but these nodes stands above them.
fn is_simple(plan: &LogicalPlan, only_equalities: bool) -> bool {
    if !has_outer(plan) {
        return true;
    }
    let own = plan.contains_outer_reference();
    match plan {
        LogicalPlan::Projection(node) => !own && is_simple(&node.input, only_equalities),
        LogicalPlan::SubqueryAlias(node) => is_simple(&node.input, only_equalities),
        LogicalPlan::Sort(node) => !own && is_simple(&node.input, only_equalities),
        LogicalPlan::Aggregate(node) => !own && is_simple(&node.input, true),
        LogicalPlan::Distinct(Distinct::All(input)) => is_simple(input, true),
        LogicalPlan::Filter(node) => {
            let fits = |part: &&Expr| !part.contains_outer() || !only_equalities || is_equality(part);
            split_conjunction(&node.predicate).iter().all(fits) && is_simple(&node.input, only_equalities)
        }
        _ => false,
    }
}

/// A column inside equals a value from outside.
fn is_equality(expr: &Expr) -> bool {
    let Expr::BinaryExpr(BinaryExpr {
        left,
        op: Operator::Eq,
        right,
    }) = expr
    else {
        return false;
    };
    match (left.as_ref(), right.as_ref()) {
        (Expr::Column(_), other) | (other, Expr::Column(_)) => !other.any_column_refs(),
        _ => false,
    }
}

/// The values of outer columns.
struct Domain {
    rows: LogicalPlan,
    /// The outer columns, and what they are called in `rows`.
    columns: Vec<(Column, Column)>,
}

/// A plan over a domain, whose columns are called so in it.
struct Over {
    plan: LogicalPlan,
    keys: Vec<Column>,
}

fn same(left: &Column, right: &Column) -> Expr {
    binary_expr(
        Expr::Column(left.clone()),
        Operator::IsNotDistinctFrom,
        Expr::Column(right.clone()),
    )
}

fn columns(keys: &[Column]) -> impl Iterator<Item = Expr> {
    keys.iter().cloned().map(Expr::Column)
}

impl Domain {
    /// The domain of a subquery within a node over `input`; `None` when it refers to something else.
    fn of(input: &LogicalPlan, subquery: &Subquery) -> Result<Option<Self>> {
        let mut outer: Vec<Column> = Vec::new();
        for reference in &subquery.outer_ref_columns {
            let Expr::OuterReferenceColumn(_, column) = reference else {
                return Ok(None);
            };
            if !input.schema().has_column(column) {
                return Ok(None);
            }
            if !outer.contains(column) {
                outer.push(column.clone());
            }
        }
        if outer.is_empty() || is_volatile(input) {
            return Ok(None);
        }
        let named: Vec<(Column, Column)> = outer
            .into_iter()
            .map(|column| (column, Column::new_unqualified(fresh("OUTER"))))
            .collect();
        let values = named
            .iter()
            .map(|(column, name)| Expr::Column(column.clone()).alias(name.name.clone()));
        let rows = LogicalPlanBuilder::from(input.clone())
            .project(values)?
            .distinct()?
            .build()?;
        Ok(Some(Self { rows, columns: named }))
    }

    fn keys(&self) -> Vec<Column> {
        self.columns.iter().map(|(_, name)| name.clone()).collect()
    }

    /// An expression with the domain's columns in the place of the outer ones.
    fn resolved(&self, expr: Expr, keys: &[Column]) -> Result<Expr> {
        let resolved = expr.transform(|part| {
            let Expr::OuterReferenceColumn(_, column) = &part else {
                return Ok(Transformed::no(part));
            };
            let mut known = self.columns.iter().zip(keys);
            match known.find(|((outer, _), _)| outer == column) {
                Some((_, key)) => Ok(Transformed::yes(Expr::Column(key.clone()))),
                None => Ok(Transformed::no(part)),
            }
        })?;
        Ok(resolved.data)
    }

    /// The expressions of a node, each under the name that the node's schema has for it.
    fn named(&self, exprs: &[Expr], node: &LogicalPlan, from: usize, keys: &[Column]) -> Result<Vec<Expr>> {
        let fields = node.schema().iter().skip(from);
        exprs
            .iter()
            .zip(fields)
            .map(|(expr, (qualifier, field))| {
                let expr = self.resolved(expr.clone().unalias(), keys)?;
                Ok(match &expr {
                    Expr::Column(column)
                        if column.relation.as_ref() == qualifier && column.name == *field.name() =>
                    {
                        expr
                    }
                    _ => expr.alias_qualified(qualifier.cloned(), field.name()),
                })
            })
            .collect()
    }

    /// The domain beside every row of a plan.
    fn beside(&self, plan: &LogicalPlan) -> Result<Over> {
        let one_row = matches!(plan, LogicalPlan::EmptyRelation(empty) if empty.produce_one_row);
        let rows = match one_row {
            true => self.rows.clone(),
            false => LogicalPlanBuilder::from(self.rows.clone())
                .cross_join(plan.clone())?
                .build()?,
        };
        Ok(Over {
            plan: rows,
            keys: self.keys(),
        })
    }

    /// A subquery's plan for each row of the domain; `None` for what cannot be had so.
    fn over(&self, plan: &LogicalPlan) -> Result<Option<Over>> {
        if !has_outer(plan) {
            return self.beside(plan).map(Some);
        }
        let input = match plan {
            LogicalPlan::Join(join) => return self.over_join(join),
            LogicalPlan::Projection(_)
            | LogicalPlan::Filter(_)
            | LogicalPlan::SubqueryAlias(_)
            | LogicalPlan::Aggregate(_)
            | LogicalPlan::Distinct(Distinct::All(_))
            | LogicalPlan::Window(_)
            | LogicalPlan::Unnest(_) => plan.inputs().first().copied(),
            LogicalPlan::Sort(sort) if sort.fetch.is_none() => Some(sort.input.as_ref()),
            _ => None,
        };
        let Some(input) = input else { return Ok(None) };
        let Some(Over { plan: rows, keys }) = self.over(input)? else {
            return Ok(None);
        };
        let rows = LogicalPlanBuilder::from(rows);
        let rows = match plan {
            LogicalPlan::Projection(node) => {
                let exprs = self.named(&node.expr, plan, 0, &keys)?;
                rows.project(columns(&keys).chain(exprs))?
            }
            LogicalPlan::Filter(node) => rows.filter(self.resolved(node.predicate.clone(), &keys)?)?,
            LogicalPlan::SubqueryAlias(node) => {
                let inner = node.input.schema().columns().into_iter();
                let renamed = inner.zip(node.schema.iter()).map(|(column, (qualifier, field))| {
                    Expr::Column(column).alias_qualified(qualifier.cloned(), field.name())
                });
                rows.project(columns(&keys).chain(renamed))?
            }
            // A subquery's rows have no order.
            LogicalPlan::Sort(_) => rows,
            LogicalPlan::Distinct(_) => rows.distinct()?,
            LogicalPlan::Unnest(node) => {
                rows.unnest_columns_with_options(node.exec_columns.clone(), node.options.clone())?
            }
            LogicalPlan::Window(node) => {
                let from = node.input.schema().fields().len();
                let mut calls = Vec::with_capacity(node.window_expr.len());
                for call in self.named(&node.window_expr, plan, from, &keys)? {
                    let divided = call.transform(|part| {
                        Ok(match part {
                            Expr::WindowFunction(mut window) => {
                                window.params.partition_by.extend(columns(&keys));
                                Transformed::yes(Expr::WindowFunction(window))
                            }
                            part => Transformed::no(part),
                        })
                    })?;
                    calls.push(divided.data);
                }
                rows.window(calls)?
            }
            LogicalPlan::Aggregate(node) => return self.over_aggregate(node, plan, rows, keys),
            _ => return Ok(None),
        };
        Ok(Some(Over {
            plan: rows.build()?,
            keys,
        }))
    }

    fn over_aggregate(
        &self,
        node: &Aggregate,
        plan: &LogicalPlan,
        rows: LogicalPlanBuilder,
        keys: Vec<Column>,
    ) -> Result<Option<Over>> {
        if node
            .group_expr
            .iter()
            .any(|expr| matches!(expr, Expr::GroupingSet(_)))
        {
            return Ok(None);
        }
        let groups = self.named(&node.group_expr, plan, 0, &keys)?;
        let values = self.named(&node.aggr_expr, plan, node.group_expr.len(), &keys)?;
        let rows = rows.aggregate(columns(&keys).chain(groups), values)?;
        if !node.group_expr.is_empty() {
            return Ok(Some(Over {
                plan: rows.build()?,
                keys,
            }));
        }
        // Without GROUP BY there is a row also where there is none below.
        let here = Column::new_unqualified(fresh("HERE"));
        let found: Vec<Column> = keys
            .iter()
            .map(|_| Column::new_unqualified(fresh("OUTER")))
            .collect();
        let renamed = keys.iter().zip(&found);
        let renamed = renamed.map(|(key, name)| Expr::Column(key.clone()).alias(name.name.clone()));
        let results = plan.schema().columns();
        let rows = rows
            .project(
                renamed
                    .chain([lit(true).alias(here.name.clone())])
                    .chain(results.iter().cloned().map(Expr::Column)),
            )?
            .build()?;
        let keys = self.keys();
        let on: Vec<Expr> = keys
            .iter()
            .zip(&found)
            .map(|(key, found)| same(key, found))
            .collect();
        let mut shown: Vec<Expr> = columns(&keys).collect();
        for (call, (column, (qualifier, field))) in node
            .aggr_expr
            .iter()
            .zip(results.into_iter().zip(plan.schema().iter()))
        {
            let value = Expr::Column(column);
            let Expr::AggregateFunction(function) = call.clone().unalias() else {
                return Ok(None);
            };
            let empty = function.func.default_value(field.data_type())?;
            shown.push(match empty.is_null() {
                true => value,
                false => when(Expr::Column(here.clone()).is_null(), lit(empty))
                    .otherwise(value)?
                    .alias_qualified(qualifier.cloned(), field.name()),
            });
        }
        let rows = LogicalPlanBuilder::from(self.rows.clone())
            .join_on(rows, JoinType::Left, on)?
            .project(shown)?
            .build()?;
        Ok(Some(Over { plan: rows, keys }))
    }

    fn over_join(&self, join: &Join) -> Result<Option<Over>> {
        let (left, right) = (has_outer(&join.left), has_outer(&join.right));
        let (rows, other, keys, more) = match join.join_type {
            JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti if !right => {
                let Some(over) = self.over(&join.left)? else {
                    return Ok(None);
                };
                (over.plan, join.right.as_ref().clone(), over.keys, Vec::new())
            }
            JoinType::Inner if !left => {
                let Some(over) = self.over(&join.right)? else {
                    return Ok(None);
                };
                (join.left.as_ref().clone(), over.plan, over.keys, Vec::new())
            }
            JoinType::Inner | JoinType::Left | JoinType::LeftSemi | JoinType::LeftAnti => {
                let (Some(left), Some(right)) = (self.over(&join.left)?, self.over(&join.right)?) else {
                    return Ok(None);
                };
                let names: Vec<Column> = right
                    .keys
                    .iter()
                    .map(|_| Column::new_unqualified(fresh("OUTER")))
                    .collect();
                let renamed = columns(&right.keys)
                    .zip(&names)
                    .map(|(key, name)| key.alias(name.name.clone()));
                let kept = join.right.schema().columns().into_iter().map(Expr::Column);
                let right = LogicalPlanBuilder::from(right.plan)
                    .project(renamed.chain(kept))?
                    .build()?;
                let on = left.keys.iter().zip(&names).map(|(key, name)| same(key, name));
                let on = on.collect();
                (left.plan, right, left.keys, on)
            }
            _ => return Ok(None),
        };
        let equal = match join.null_equality {
            NullEquality::NullEqualsNothing => Operator::Eq,
            NullEquality::NullEqualsNull => Operator::IsNotDistinctFrom,
        };
        let mut on = more;
        for (left, right) in &join.on {
            let condition = binary_expr(left.clone(), equal, right.clone());
            on.push(self.resolved(condition, &keys)?);
        }
        if let Some(filter) = &join.filter {
            on.push(self.resolved(filter.clone(), &keys)?);
        }
        let rows = LogicalPlanBuilder::from(rows);
        let rows = match (on.is_empty(), join.join_type) {
            (true, JoinType::Inner) => rows.cross_join(other)?,
            (true, kind) => rows.join_on(other, kind, [lit(true)])?,
            (false, kind) => rows.join_on(other, kind, on)?,
        };
        Ok(Some(Over {
            plan: rows.build()?,
            keys,
        }))
    }
}

/// A node whose expressions hold correlated subqueries, over its input joined to them.
fn expressions(node: LogicalPlan) -> Result<Transformed<LogicalPlan>> {
    let Some(mut input) = node.inputs().first().map(|input| (*input).clone()) else {
        return Ok(Transformed::no(node));
    };
    let by_datafusion = matches!(node, LogicalPlan::Projection(_) | LogicalPlan::Filter(_));
    let names = NamePreserver::new(&node);
    let schema = Arc::clone(node.schema());
    let mut joined = false;
    let node = node.map_expressions(|expr| {
        let name = names.save(&expr);
        let expr = expr.transform_up(|part| {
            let part = match part {
                Expr::Exists(Exists { subquery, negated })
                    if !subquery.outer_ref_columns.is_empty() && !is_simple(&subquery.subquery, false) =>
                {
                    subquery::any_rows(&subquery, negated)?
                }
                other => other,
            };
            part.transform_up(|part| {
                let Expr::ScalarSubquery(subquery) = &part else {
                    return Ok(Transformed::no(part));
                };
                if subquery.outer_ref_columns.is_empty()
                    || by_datafusion && is_simple(&subquery.subquery, false)
                {
                    return Ok(Transformed::no(part));
                }
                match scalar(&input, subquery)? {
                    Some((rows, value)) => {
                        input = rows;
                        joined = true;
                        Ok(Transformed::yes(value))
                    }
                    None => Ok(Transformed::no(part)),
                }
            })
        })?;
        Ok(expr.update_data(|expr| name.restore(expr)))
    })?;
    if !joined {
        return Ok(node);
    }
    let node = node.data;
    let keeps_columns = !matches!(node, LogicalPlan::Projection(_) | LogicalPlan::Aggregate(_));
    let node = node.with_new_exprs(node.expressions(), vec![input])?;
    Ok(Transformed::yes(match keeps_columns {
        true => LogicalPlanBuilder::from(node)
            .project(schema.columns().into_iter().map(Expr::Column))?
            .build()?,
        false => node,
    }))
}

/// The rows beside the value that a scalar subquery has for each of them, and that value's column.
fn scalar(input: &LogicalPlan, subquery: &Subquery) -> Result<Option<(LogicalPlan, Expr)>> {
    let Some(domain) = Domain::of(input, subquery)? else {
        return Ok(None);
    };
    let Some(over) = domain.over(&subquery.subquery)? else {
        return Ok(None);
    };
    let Some(column) = subquery.subquery.schema().columns().into_iter().next() else {
        return Ok(None);
    };
    let value = Column::new_unqualified(fresh("VALUE"));
    let shown = columns(&over.keys).chain([Expr::Column(column).alias(value.name.clone())]);
    let values = LogicalPlanBuilder::from(over.plan.clone())
        .project(shown)?
        .build()?;
    let outer = domain.columns.iter().zip(&over.keys);
    let on: Vec<Expr> = outer.map(|((outer, _), key)| same(outer, key)).collect();
    let rows = LogicalPlanBuilder::from(input.clone())
        .join_on(values, JoinType::Left, on)?
        .build()?;
    Ok(Some((rows, Expr::Column(value))))
}

/// A join with a lateral subquery.
fn lateral(join: &Join) -> Result<Option<LogicalPlan>> {
    let inner = match join.right.as_ref() {
        LogicalPlan::SubqueryAlias(named) => named.input.as_ref(),
        other => other,
    };
    let LogicalPlan::Subquery(subquery) = inner else {
        return Ok(None);
    };
    let plan = subquery.subquery.as_ref();
    if subquery.outer_ref_columns.is_empty()
        || is_simple(plan, false)
        || !matches!(join.join_type, JoinType::Inner | JoinType::Left)
    {
        return Ok(None);
    }
    let Some(domain) = Domain::of(&join.left, subquery)? else {
        return Ok(None);
    };
    let Some(over) = domain.over(plan)? else {
        return Ok(None);
    };
    let results = plan
        .schema()
        .columns()
        .into_iter()
        .zip(join.right.schema().iter());
    let results = results.map(|(column, (qualifier, field))| {
        Expr::Column(column).alias_qualified(qualifier.cloned(), field.name())
    });
    let right = LogicalPlanBuilder::from(over.plan)
        .project(columns(&over.keys).chain(results))?
        .build()?;
    let outer = domain.columns.iter().zip(&over.keys);
    let mut on: Vec<Expr> = outer.map(|((outer, _), key)| same(outer, key)).collect();
    on.extend(
        join.on
            .iter()
            .map(|(left, right)| binary_expr(left.clone(), Operator::Eq, right.clone())),
    );
    on.extend(join.filter.clone());
    let rows = LogicalPlanBuilder::from(join.left.as_ref().clone())
        .join_on(right, join.join_type, on)?
        .project(join.schema.columns().into_iter().map(Expr::Column))?;
    rows.build().map(Some)
}
