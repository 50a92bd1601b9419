//! Recursive WITH: which tables of a WITH are recursive, what their recursive clause may not have, and the types of their
//! columns. <https://docs.snowflake.com/en/sql-reference/constructs/with>
//!
//! The working table of a recursion has the columns of the anchor clause, but not its types: a number or a text that
//! grows with each level does not fit into the type of the first. DataFusion takes the anchor's types for all; here they
//! are widened until the recursive clause over them gives nothing that is wider still.

use std::ops::ControlFlow;
use std::sync::Arc;

use datafusion::arrow::datatypes::Schema;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::tree_node::Transformed;
use datafusion::datasource::cte_worktable::CteWorkTable;
use datafusion::datasource::provider_as_source;
use datafusion::error::Result as DataFusionResult;
use datafusion::logical_expr::{
    Expr as Planned, LogicalPlan, LogicalPlanBuilder, Projection, RecursiveQuery, TableScan,
};
use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Select, SetExpr, SetOperator, SetQuantifier, TableFactor, VisitMut, VisitorMut, With,
};

use super::cast_call;
use super::coercion::coerce_plan;
use super::relation;
use crate::error::{Error, Result};
use crate::functions;
use crate::sql::find_outside_queries;
use crate::types::{MAX_BINARY, MAX_VARCHAR, SnowType, coerce};

/// Types that have not settled after so many rounds never will: scales reach their limit after a few.
const MOST_ROUNDS: usize = 16;

/// Says of a WITH whether one of its tables is recursive, with the keyword RECURSIVE or without.
///
/// # Errors
/// 001003 for a recursive table with UNION instead of UNION ALL, or whose recursive clause aggregates, sorts, limits or
/// removes duplicates.
pub fn mark(with: &mut With) -> Result<()> {
    for table in &mut with.cte_tables {
        let name = &table.alias.name.value;
        let SetExpr::SetOperation {
            op: SetOperator::Union,
            set_quantifier,
            right,
            ..
        } = table.query.body.as_mut()
        else {
            continue;
        };
        if !reads(right, name) {
            continue;
        }
        with.recursive = true;
        if !matches!(set_quantifier, SetQuantifier::All | SetQuantifier::AllByName) {
            let message = format!("the recursive WITH of {name} needs UNION ALL");
            return Err(Error::compilation(message));
        }
        if let Some(clause) = forbidden(right) {
            let message = format!("{clause} is not allowed in the recursive clause of {name}");
            return Err(Error::compilation(message));
        }
    }
    Ok(())
}

/// Whether a table of this name, without a schema, is read somewhere in a tree. Where it is, it gets its name as an alias,
/// since DataFusion knows the working table by another.
fn reads(tree: &mut SetExpr, name: &str) -> bool {
    let mut own = Own { name, found: false };
    let _ = tree.visit(&mut own);
    own.found
}

struct Own<'a> {
    name: &'a str,
    found: bool,
}

impl VisitorMut for Own<'_> {
    type Break = ();

    fn pre_visit_table_factor(&mut self, factor: &mut TableFactor) -> ControlFlow<()> {
        if let TableFactor::Table { name, alias, .. } = factor
            && let [part] = name.0.as_slice()
            && part.as_ident().is_some_and(|part| part.value == self.name)
        {
            self.found = true;
            alias.get_or_insert_with(|| relation::named(self.name));
        }
        ControlFlow::Continue(())
    }
}

/// The first part of a recursive clause that none may have.
fn forbidden(clause: &SetExpr) -> Option<&'static str> {
    match clause {
        SetExpr::Select(select) => forbidden_in(select),
        SetExpr::Query(query) if query.order_by.is_some() => Some("ORDER BY"),
        SetExpr::Query(query) if query.limit_clause.is_some() || query.fetch.is_some() => Some("LIMIT"),
        SetExpr::Query(query) => forbidden(&query.body),
        SetExpr::SetOperation { left, right, .. } => forbidden(left).or_else(|| forbidden(right)),
        _ => None,
    }
}

fn forbidden_in(select: &Select) -> Option<&'static str> {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(expressions, _) => !expressions.is_empty(),
    };
    if select.distinct.is_some() {
        return Some("DISTINCT");
    }
    if grouped || select.having.is_some() {
        return Some("GROUP BY");
    }
    if select.top.is_some() {
        return Some("LIMIT");
    }
    let call = find_outside_queries(&select.projection, |expr| forbidden_call(expr).is_some())?;
    forbidden_call(&call)
}

/// What kind of a call no recursive clause may have this is.
fn forbidden_call(expr: &Expr) -> Option<&'static str> {
    let Expr::Function(function) = expr else {
        return None;
    };
    let name = function.name.to_string().to_uppercase();
    match function.over {
        Some(_) => Some("a window function"),
        None if functions::registry().aggregate(&name).is_some() => Some("an aggregate function"),
        None => None,
    }
}

/// Gives every recursion of a plan the types its columns need. Above it, schemas are those of before.
pub fn settle(plan: LogicalPlan) -> DataFusionResult<LogicalPlan> {
    let settled = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::RecursiveQuery(query) => typed(query).map(Transformed::yes),
        node => Ok(Transformed::no(node)),
    });
    settled.map(|settled| settled.data)
}

fn typed(query: RecursiveQuery) -> DataFusionResult<LogicalPlan> {
    let anchor = Arc::unwrap_or_clone(query.static_term);
    let clause = as_written(Arc::unwrap_or_clone(query.recursive_term))?;
    let mut types = column_types(&coerce_plan(anchor.clone())?);
    for _ in 0..MOST_ROUNDS {
        let next = over(clause.clone(), &query.name, &types, &anchor)?;
        let given = column_types(&coerce_plan(next.clone())?);
        let wider: Vec<Option<SnowType>> = types
            .iter()
            .zip(given)
            .map(|(old, new)| wider(*old, new))
            .collect::<Result<_>>()?;
        if wider == types {
            let anchor = cast(anchor, &types)?;
            let next = cast(next, &types)?;
            let query =
                RecursiveQuery::try_new(query.name, Arc::new(anchor), Arc::new(next), query.is_distinct)?;
            return Ok(LogicalPlan::RecursiveQuery(query));
        }
        types = wider;
    }
    Err(Error::unsupported("a recursive WITH whose types grow without end").into())
}

/// The recursive clause without the casts that DataFusion has put around its columns. Casts of the statement are calls.
fn as_written(clause: LogicalPlan) -> DataFusionResult<LogicalPlan> {
    let LogicalPlan::Projection(projection) = clause else {
        return Ok(clause);
    };
    let bare = |expr: Planned| match expr {
        Planned::Alias(mut alias) => {
            if let Planned::Cast(cast) = *alias.expr {
                *alias.expr = *cast.expr;
            }
            Planned::Alias(alias)
        }
        Planned::Cast(cast) => *cast.expr,
        expr => expr,
    };
    let exprs = projection.expr.into_iter().map(bare).collect();
    Ok(LogicalPlan::Projection(Projection::try_new(
        exprs,
        projection.input,
    )?))
}

/// `None` is the type of a column of bare NULLs.
fn column_types(plan: &LogicalPlan) -> Vec<Option<SnowType>> {
    let fields = plan.schema().fields().iter();
    fields
        .map(|field| match field.data_type().is_null() {
            true => None,
            false => SnowType::from_field(field),
        })
        .collect()
}

/// A type for what was so far, and for what the next level gives.
fn wider(old: Option<SnowType>, new: Option<SnowType>) -> Result<Option<SnowType>> {
    let (old, new) = match (old, new) {
        (Some(old), Some(new)) if old == new => return Ok(Some(old)),
        (Some(old), Some(new)) => (old, new),
        (old, None) => return Ok(old),
        (None, new) => return Ok(new),
    };
    let common = coerce::common_type(&[old, new]).ok_or_else(|| {
        Error::invalid_type(format!(
            "Inconsistent data types for a column of a recursive WITH: {old}, {new}"
        ))
    })?;
    Ok(Some(match common {
        SnowType::Number { scale, .. } => SnowType::Number { precision: 38, scale },
        SnowType::Varchar { .. } => SnowType::Varchar { length: MAX_VARCHAR },
        SnowType::Binary { .. } => SnowType::Binary { length: MAX_BINARY },
        common => common,
    }))
}

/// The recursive clause over a working table of these types.
fn over(
    clause: LogicalPlan,
    name: &str,
    types: &[Option<SnowType>],
    anchor: &LogicalPlan,
) -> DataFusionResult<LogicalPlan> {
    let fields = anchor.schema().fields().iter().zip(types);
    let fields = fields.map(|(field, to)| match to {
        Some(to) => to.field_ref(field.name(), true),
        None => Arc::clone(field),
    });
    let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
    let is_working_table = |scan: &TableScan| {
        let provider = source_as_provider(&scan.source).ok()?;
        let table = provider.downcast_ref::<CteWorkTable>()?;
        (table.name() == name).then_some(())
    };
    let replaced = clause.transform_up_with_subqueries(|node| match node {
        LogicalPlan::TableScan(scan) if is_working_table(&scan).is_some() => {
            let table = provider_as_source(Arc::new(CteWorkTable::new(name, Arc::clone(&schema))));
            let scan = LogicalPlanBuilder::scan(scan.table_name, table, None)?.build()?;
            Ok(Transformed::yes(scan))
        }
        node => Ok(Transformed::yes(node.recompute_schema()?)),
    });
    replaced.map(|replaced| replaced.data)
}

/// A plan whose columns have these types; those that have them already stay as they are.
fn cast(plan: LogicalPlan, types: &[Option<SnowType>]) -> DataFusionResult<LogicalPlan> {
    let now = column_types(&coerce_plan(plan.clone())?);
    if now == types {
        return Ok(plan);
    }
    let schema = Arc::clone(plan.schema());
    let columns = schema.iter().zip(schema.columns());
    let columns = columns.zip(types.iter().zip(now));
    let exprs = columns.map(|(((qualifier, field), column), (to, now))| match to {
        Some(to) if now != Some(*to) => {
            cast_call(Planned::Column(column), to).alias_qualified(qualifier.cloned(), field.name())
        }
        _ => Planned::Column(column),
    });
    Ok(LogicalPlan::Projection(Projection::try_new(
        exprs.collect(),
        Arc::new(plan),
    )?))
}
