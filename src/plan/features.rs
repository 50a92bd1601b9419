//! [`Features`]: what a plan has that only some plans have, so that the others are spared the rewrites for it.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, LogicalPlan};

/// What a plan and the plans of its subqueries have, from one walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Features {
    /// Queries in expressions: scalar ones, EXISTS, IN, ANY and ALL.
    pub subqueries: bool,
    /// Expressions that name a column of a query around theirs.
    pub correlations: bool,
    /// Joins, those that stand for LATERAL among them.
    pub joins: bool,
    /// Window functions.
    pub windows: bool,
    /// A recursive WITH.
    pub recursion: bool,
}

impl Features {
    /// What a plan has.
    ///
    /// # Errors
    /// None of its own.
    pub fn of(plan: &LogicalPlan) -> Result<Self> {
        let mut found = Self::default();
        plan.apply_with_subqueries(|node| {
            match node {
                LogicalPlan::Join(_) => found.joins = true,
                LogicalPlan::Window(_) => found.windows = true,
                LogicalPlan::RecursiveQuery(_) => found.recursion = true,
                _ => {}
            }
            node.apply_expressions(|expr| {
                expr.apply(|part| {
                    found.subqueries |= matches!(
                        part,
                        Expr::ScalarSubquery(_)
                            | Expr::Exists(_)
                            | Expr::InSubquery(_)
                            | Expr::SetComparison(_)
                    );
                    found.correlations |= matches!(part, Expr::OuterReferenceColumn(..));
                    Ok(TreeNodeRecursion::Continue)
                })
            })
        })?;
        Ok(found)
    }
}
