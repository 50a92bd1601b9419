//! Keys of windows that differ at every evaluation, such as `ORDER BY SEQ8()` or `PARTITION BY RANDOM()`, computed once.
//!
//! DataFusion evaluates a window's keys when it sorts and again when it looks for peers, which would give such a key two
//! values for one row; and rows that have no column of their own, as those of GENERATOR, cannot be sorted at all. So the
//! keys become columns below the window, and leave again above it.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, LogicalPlanBuilder, Window};

/// What the names of the computed keys begin with; no name of a user's column does.
const KEY: &str = "$WINDOW_KEY_";

/// Computes the volatile keys of every window of a plan before it.
pub fn compute_once(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Window(window) if window.window_expr.iter().any(has_volatile_key) => {
            Ok(Transformed::yes(with_columns(window)?))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(rewritten.data)
}

fn keys(window: &WindowFunction) -> impl Iterator<Item = &Expr> {
    let order = window.params.order_by.iter().map(|sort| &sort.expr);
    window.params.partition_by.iter().chain(order)
}

fn has_volatile_key(expr: &Expr) -> bool {
    let volatile = expr.exists(|inner| {
        Ok(matches!(inner, Expr::WindowFunction(window) if keys(window).any(Expr::is_volatile)))
    });
    volatile.unwrap_or(false)
}

fn with_columns(window: Window) -> Result<LogicalPlan> {
    let shown = window.schema.columns();
    let kept = window.input.schema().columns();
    let mut computed: Vec<Expr> = Vec::new();
    let mut column_of = |key: &mut Expr| {
        if !key.is_volatile() {
            return;
        }
        let at = computed.iter().position(|known| known == key);
        let at = at.unwrap_or_else(|| {
            computed.push(key.clone());
            computed.len() - 1
        });
        *key = datafusion::prelude::ident(format!("{KEY}{at}"));
    };
    let names = NamePreserver::new_for_projection();
    let mut calls = Vec::with_capacity(window.window_expr.len());
    for call in window.window_expr {
        let name = names.save(&call);
        let call = call.transform(|inner| {
            Ok(match inner {
                Expr::WindowFunction(mut window) => {
                    window.params.partition_by.iter_mut().for_each(&mut column_of);
                    let order = window.params.order_by.iter_mut();
                    order.for_each(|sort| column_of(&mut sort.expr));
                    Transformed::yes(Expr::WindowFunction(window))
                }
                other => Transformed::no(other),
            })
        })?;
        calls.push(name.restore(call.data));
    }
    let named = computed.into_iter().enumerate();
    let named = named.map(|(at, key)| key.alias(format!("{KEY}{at}")));
    let input = kept.into_iter().map(Expr::Column).chain(named);
    LogicalPlanBuilder::from(window.input.as_ref().clone())
        .project(input)?
        .window(calls)?
        .project(shown.into_iter().map(Expr::Column))?
        .build()
}
