//! The identities of a view's rows: those of the table rows that they are made from.
//!
//! Snowflake allows streams on views of projections, filters, inner joins and UNION ALL. For these every row of the view
//! comes from a fixed choice of table rows, so their row ids together are an id of the view's row, which stays when the
//! content changes. [`identified`] adds these ids as columns to a plan of that kind.

use std::sync::Arc;

use datafusion::common::{Column, ScalarValue};
use datafusion::datasource::{provider_as_source, source_as_provider};
use datafusion::error::Result;
use datafusion::logical_expr::{Expr, JoinType, LogicalPlan, LogicalPlanBuilder, lit};

use crate::plan::{ROW_ID, VersionedTable};

/// A plan with identity columns behind its own.
pub(super) struct Identified {
    /// The plan.
    pub plan: LogicalPlan,
    /// How many identity columns there are.
    pub count: usize,
}

/// The plan with the identities of its rows, under names that occur nowhere else. `None` for a plan whose rows do not
/// come from fixed table rows: aggregates, DISTINCT, window functions, outer joins, LIMIT.
pub(super) fn identified(plan: &LogicalPlan, next: &mut usize) -> Result<Option<Identified>> {
    Ok(match plan {
        LogicalPlan::TableScan(scan) => {
            let Ok(provider) = source_as_provider(&scan.source) else {
                return Ok(None);
            };
            let provider: &dyn std::any::Any = provider.as_ref();
            let Some(table) = provider.downcast_ref::<VersionedTable>() else {
                return Ok(None);
            };
            let source = provider_as_source(Arc::new(table.with_identities()));
            let rows = LogicalPlanBuilder::scan(scan.table_name.clone(), source, None)?;
            let rows = scan
                .filters
                .iter()
                .cloned()
                .try_fold(rows, LogicalPlanBuilder::filter)?;
            let own = plan.schema().columns().into_iter().map(Expr::Column);
            let id = Expr::Column(Column::new(Some(scan.table_name.clone()), ROW_ID));
            *next += 1;
            let id = id.alias(format!("{ROW_ID}{next}"));
            Some(Identified {
                plan: rows.project(own.chain([id]))?.build()?,
                count: 1,
            })
        }
        LogicalPlan::Projection(projection) => match identified(&projection.input, next)? {
            Some(input) => {
                let kept = projection.expr.iter().cloned().chain(identity_of(&input));
                let plan = LogicalPlanBuilder::from(input.plan.clone())
                    .project(kept)?
                    .build()?;
                Some(Identified { plan, ..input })
            }
            None => None,
        },
        LogicalPlan::Filter(filter) => match identified(&filter.input, next)? {
            Some(input) => {
                let plan = LogicalPlanBuilder::from(input.plan)
                    .filter(filter.predicate.clone())?
                    .build()?;
                Some(Identified {
                    plan,
                    count: input.count,
                })
            }
            None => None,
        },
        LogicalPlan::SubqueryAlias(named) => match identified(&named.input, next)? {
            Some(input) => {
                let plan = LogicalPlanBuilder::from(input.plan)
                    .alias(named.alias.clone())?
                    .build()?;
                Some(Identified {
                    plan,
                    count: input.count,
                })
            }
            None => None,
        },
        LogicalPlan::Join(join) if join.join_type == JoinType::Inner => {
            let (Some(left), Some(right)) = (identified(&join.left, next)?, identified(&join.right, next)?)
            else {
                return Ok(None);
            };
            let own = plan.schema().columns().into_iter().map(Expr::Column);
            let ids: Vec<Expr> = identity_of(&left)
                .into_iter()
                .chain(identity_of(&right))
                .collect();
            let on = join
                .on
                .iter()
                .map(|(left, right)| left.clone().eq(right.clone()))
                .chain(join.filter.clone());
            let joined = LogicalPlanBuilder::from(left.plan).join_on(right.plan, JoinType::Inner, on)?;
            let count = ids.len();
            Some(Identified {
                plan: joined.project(own.chain(ids))?.build()?,
                count,
            })
        }
        LogicalPlan::Union(union) => {
            let mut inputs = Vec::with_capacity(union.inputs.len());
            for input in &union.inputs {
                let Some(input) = identified(input, next)? else {
                    return Ok(None);
                };
                inputs.push(input);
            }
            let most = inputs.iter().map(|input| input.count).max().unwrap_or(0);
            *next += 1;
            let mark = *next;
            let mut all: Option<LogicalPlanBuilder> = None;
            for (branch, input) in inputs.into_iter().enumerate() {
                let ids = identity_of(&input);
                let own = input.plan.schema().columns();
                let own = own
                    .into_iter()
                    .take(plan.schema().fields().len())
                    .zip(plan.schema().fields().iter());
                let own = own.map(|(column, field)| Expr::Column(column).alias(field.name()));
                // Which branch a row comes from is part of its identity; shorter identities are filled up.
                let missing = std::iter::repeat_n(lit(ScalarValue::UInt64(None)), most - ids.len());
                let ids = ids.into_iter().chain(missing).chain([lit(branch as u64)]);
                let ids = ids
                    .enumerate()
                    .map(|(at, id)| id.unalias().alias(format!("{ROW_ID}{mark}_{at}")));
                let rows = LogicalPlanBuilder::from(input.plan.clone()).project(own.chain(ids))?;
                all = Some(match all {
                    Some(all) => all.union(rows.build()?)?,
                    None => rows,
                });
            }
            match all {
                Some(all) => Some(Identified {
                    plan: all.build()?,
                    count: most + 1,
                }),
                None => None,
            }
        }
        _ => None,
    })
}

/// References to the identity columns of a plan: its last ones.
fn identity_of(identified: &Identified) -> Vec<Expr> {
    let columns = identified.plan.schema().columns();
    let own = columns.len().saturating_sub(identified.count);
    columns.into_iter().skip(own).map(Expr::Column).collect()
}
