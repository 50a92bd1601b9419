//! A lateral FLATTEN, turned from a correlated subquery into an unnest of the rows it is joined to.
//!
//! DataFusion plans `FROM t, LATERAL FLATTEN(t.v) f` as a join of `t` with a subquery that refers to `t` from outside.
//! Here the subquery's single empty row is replaced by `t` itself: each row of `t` gets the list of its flattened
//! rows, and unnesting that list gives the join. It costs one pass and holds for every correlated FLATTEN.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, TableReference};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, Join, JoinType, LogicalPlan, LogicalPlanBuilder};

use super::partition::PartitionedCall;
use super::relation::{FLATTENED, unnest_options};
use crate::error::Error;

/// Rewrites every join with a lateral FLATTEN in a plan.
pub fn inline(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| {
        let LogicalPlan::Join(join) = &node else {
            return Ok(Transformed::no(node));
        };
        match lateral(&join.right) {
            Some(flattened) => Ok(Transformed::yes(unnest(join, flattened)?)),
            None => Ok(Transformed::no(node)),
        }
    })?;
    Ok(rewritten.data)
}

/// The call of FLATTEN and the alias, if a join's right side is a correlated FLATTEN.
fn lateral(right: &LogicalPlan) -> Option<Flattened> {
    let (inner, alias) = match right {
        LogicalPlan::SubqueryAlias(named) => (named.input.as_ref(), Some(named.alias.clone())),
        other => (other, None),
    };
    let LogicalPlan::Subquery(subquery) = inner else {
        return None;
    };
    let LogicalPlan::Projection(columns) = subquery.subquery.as_ref() else {
        return None;
    };
    let LogicalPlan::Unnest(unnest) = columns.input.as_ref() else {
        return None;
    };
    let LogicalPlan::Projection(call) = unnest.input.as_ref() else {
        return None;
    };
    let [Expr::Alias(call)] = call.expr.as_slice() else {
        return None;
    };
    (call.name == FLATTENED).then(|| Flattened {
        call: call.expr.as_ref().clone(),
        columns: columns.expr.clone(),
        alias,
    })
}

/// A correlated FLATTEN, or another function that gives a list of rows.
struct Flattened {
    /// Gives the list.
    call: Expr,
    /// The columns of an unnested row.
    columns: Vec<Expr>,
    alias: Option<TableReference>,
}

fn unnest(join: &Join, flattened: Flattened) -> Result<LogicalPlan> {
    let Flattened { call, columns, alias } = flattened;
    if join.join_type != JoinType::Inner || !join.on.is_empty() {
        return Err(Error::unsupported("outer join with a lateral table function").into());
    }
    let left = Arc::unwrap_or_clone(Arc::clone(&join.left));
    let kept: Vec<Expr> = left.schema().columns().into_iter().map(Expr::Column).collect();
    let call = call.transform(|expr| {
        Ok(match expr {
            Expr::OuterReferenceColumn(_, column) => Transformed::yes(Expr::Column(column)),
            other => Transformed::no(other),
        })
    })?;
    let (rows, kept) = match PartitionedCall::of(&call.data) {
        Some((over, given)) => over.join(left, given.to_vec())?,
        None => {
            let with_list = kept.iter().cloned().chain([call.data.alias(FLATTENED)]);
            let rows = LogicalPlanBuilder::from(left)
                .project(with_list)?
                .unnest_column_with_options(Column::from_name(FLATTENED), unnest_options())?;
            (rows, kept)
        }
    };
    let columns = columns.into_iter().map(|column| match (&alias, column) {
        (Some(alias), Expr::Alias(named)) => Expr::Alias(datafusion::logical_expr::expr::Alias {
            relation: Some(alias.clone()),
            ..named
        }),
        (_, column) => column,
    });
    let joined = rows.project(kept.into_iter().chain(columns))?;
    match &join.filter {
        Some(filter) => joined.filter(filter.clone())?.build(),
        None => joined.build(),
    }
}
