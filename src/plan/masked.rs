//! Masked columns and rows: a relation in which calls of masking policies stand in the place of columns, or a call of a
//! row access policy is a condition.

use std::sync::Arc;

use datafusion::common::Column;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{
    Expr, LogicalPlan, LogicalPlanBuilder, ScalarUDF, Subquery, TableSource, ident, lit,
};

use super::inline;
use super::provider::Planner;
use super::routine::{UserCall, UserFunction};
use crate::error::{Error, Result};

/// What masks a column.
#[derive(Debug)]
pub struct Mask {
    /// The column.
    pub column: String,
    /// The columns that the policy takes, in order; the masked one is the first.
    pub arguments: Vec<String>,
    /// The policy's id.
    pub policy: u64,
    /// The policy's body, as a function.
    pub function: Arc<dyn UserFunction>,
}

/// The name under which a DML's target has the real values of a masked column.
pub fn unmasked(column: &str) -> String {
    format!("$UNMASKED:{column}")
}

/// A relation whose masked columns are what their policies give; with `keep`, their real values stand behind all columns.
///
/// # Errors
/// Whatever is wrong with a policy.
pub fn masked(
    planner: &Planner,
    source: Arc<dyn TableSource>,
    masks: &[Mask],
    keep: bool,
) -> Result<LogicalPlan> {
    let scan = LogicalPlanBuilder::scan("MASKED", source, None)
        .and_then(LogicalPlanBuilder::build)
        .map_err(super::translate)?;
    let columns = scan.schema().columns();
    let named = |name: &str| {
        let found = columns.iter().find(|column| column.name == name);
        found
            .cloned()
            .map(Expr::Column)
            .ok_or_else(|| Error::invalid_identifier(name))
    };
    let mut output = Vec::with_capacity(columns.len());
    let mut real = Vec::new();
    for column in &columns {
        let Column { name, .. } = column;
        let Some(mask) = masks.iter().find(|mask| mask.column == *name) else {
            output.push(Expr::Column(column.clone()).alias(name));
            continue;
        };
        let arguments = mask.arguments.iter().map(|name| named(name));
        let call = UserCall::new(
            &format!("$POLICY:{}", mask.policy),
            vec![None; mask.arguments.len()],
            Arc::clone(&mask.function),
        );
        let value = ScalarUDF::from(call).call(arguments.collect::<Result<Vec<_>>>()?);
        output.push(value.alias(name));
        if keep {
            real.push(Expr::Column(column.clone()).alias(unmasked(name)));
        }
    }
    output.extend(real);
    let plan = LogicalPlanBuilder::from(scan)
        .project(output)
        .and_then(LogicalPlanBuilder::build)
        .and_then(inline::plan)
        .and_then(count_existing)
        .map_err(super::translate)?;
    planner.finish(plan)
}

/// A relation's rows for which a policy is true.
///
/// # Errors
/// Whatever is wrong with the policy.
pub fn filtered(planner: &Planner, source: Arc<dyn TableSource>, condition: &Mask) -> Result<LogicalPlan> {
    let scan = LogicalPlanBuilder::scan("FILTERED", source, None)
        .and_then(LogicalPlanBuilder::build)
        .map_err(super::translate)?;
    let columns = scan.schema().columns();
    let named = |name: &String| {
        let found = columns.iter().find(|column| column.name == *name);
        found
            .cloned()
            .map(Expr::Column)
            .ok_or_else(|| Error::invalid_identifier(name))
    };
    let call = UserCall::new(
        &format!("$POLICY:{}", condition.policy),
        vec![None; condition.arguments.len()],
        Arc::clone(&condition.function),
    );
    let arguments = condition
        .arguments
        .iter()
        .map(named)
        .collect::<Result<Vec<_>>>()?;
    let output = columns
        .iter()
        .map(|column| Expr::Column(column.clone()).alias(&column.name));
    let plan = LogicalPlanBuilder::from(scan)
        .filter(ScalarUDF::from(call).call(arguments))
        .and_then(|rows| rows.project(output.collect::<Vec<_>>()))
        .and_then(LogicalPlanBuilder::build)
        .and_then(inline::plan)
        .map_err(super::translate)?;
    planner.finish(plan)
}

/// Writes EXISTS of a query that looks at no column around it, the usual way to ask a table of entitlements, as a count of
/// its rows: DataFusion has EXISTS as a condition only.
fn count_existing(plan: LogicalPlan) -> datafusion::error::Result<LogicalPlan> {
    let names = NamePreserver::new(&plan);
    let counted = plan.map_expressions(|expr| {
        let name = names.save(&expr);
        let counted = expr.transform_up(|expr| match expr {
            Expr::Exists(exists) if exists.subquery.outer_ref_columns.is_empty() => {
                let found = LogicalPlanBuilder::from(exists.subquery.subquery.as_ref().clone())
                    .limit(0, Some(1))?
                    .aggregate(Vec::<Expr>::new(), vec![count(lit(1_i64)).alias("FOUND")])?
                    .project([match exists.negated {
                        true => ident("FOUND").eq(lit(0_i64)).alias("MISSING"),
                        false => ident("FOUND").gt(lit(0_i64)).alias("PRESENT"),
                    }])?
                    .build()?;
                Ok(Transformed::yes(Expr::ScalarSubquery(Subquery {
                    subquery: Arc::new(found),
                    ..exists.subquery
                })))
            }
            expr => Ok(Transformed::no(expr)),
        })?;
        Ok(counted.update_data(|expr| name.restore(expr)))
    })?;
    Ok(counted.data)
}
