//! Which views a stream can be on: <https://docs.snowflake.com/en/user-guide/streams-intro#streams-on-views>.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Distinct, Expr, JoinType, LogicalPlan};

use crate::error::{Error, Result};
use crate::plan::translate;

/// Refuses a view's plan with a step through which changes cannot be followed.
///
/// # Errors
/// A refusal that names the step.
pub fn check(plan: &LogicalPlan) -> Result<()> {
    let mut found = None;
    plan.apply(|node| {
        found = obstacle(node)?;
        Ok(match found {
            Some(_) => TreeNodeRecursion::Stop,
            None => TreeNodeRecursion::Continue,
        })
    })
    .map_err(translate)?;
    match found {
        Some(what) => {
            let message =
                format!("SQL compilation error:\nChange tracking is not supported on queries with {what}.");
            Err(Error::new(2, "0A000", message))
        }
        None => Ok(()),
    }
}

fn obstacle(node: &LogicalPlan) -> datafusion::error::Result<Option<String>> {
    let of_type = |kind: &str| Some(format!("joins of type '[{kind}]'"));
    let what = match node {
        LogicalPlan::TableScan(scan) => {
            return match scan.source.get_logical_plan() {
                Some(view) => {
                    let mut found = None;
                    view.apply(|node| {
                        found = obstacle(node)?;
                        Ok(match found {
                            Some(_) => TreeNodeRecursion::Stop,
                            None => TreeNodeRecursion::Continue,
                        })
                    })?;
                    Ok(found)
                }
                None => Ok(None),
            };
        }
        LogicalPlan::Join(join) => match join.join_type {
            JoinType::Inner => None,
            JoinType::Left => of_type("LEFT_OUTER_JOIN"),
            JoinType::Right => of_type("RIGHT_OUTER_JOIN"),
            JoinType::Full => of_type("FULL_OUTER_JOIN"),
            JoinType::LeftSemi | JoinType::RightSemi | JoinType::LeftMark | JoinType::RightMark => {
                of_type("INTERSECT")
            }
            JoinType::LeftAnti | JoinType::RightAnti => of_type("EXCEPT"),
        },
        LogicalPlan::Distinct(Distinct::All(input)) if matches!(**input, LogicalPlan::Union(_)) => {
            of_type("UNION")
        }
        LogicalPlan::Distinct(Distinct::All(input)) if matches!(**input, LogicalPlan::Join(_)) => None,
        LogicalPlan::Distinct(_) => Some("DISTINCT".to_string()),
        LogicalPlan::Aggregate(_) => Some("GROUP BY".to_string()),
        LogicalPlan::Window(_) => Some("window functions".to_string()),
        LogicalPlan::Limit(_) => Some("LIMIT".to_string()),
        _ => None,
    };
    if what.is_some() {
        return Ok(what);
    }
    let mut subquery = false;
    node.apply_expressions(|expr| {
        subquery |= expr.exists(|part| {
            Ok(matches!(
                part,
                Expr::ScalarSubquery(_) | Expr::Exists(_) | Expr::InSubquery(_)
            ))
        })?;
        Ok(TreeNodeRecursion::Continue)
    })?;
    Ok(subquery.then(|| "subqueries outside FROM".to_string()))
}
