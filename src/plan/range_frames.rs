//! RANGE frames over timestamps: `RANGE BETWEEN INTERVAL '1 hour' PRECEDING AND CURRENT ROW`.
//! <https://docs.snowflake.com/en/sql-reference/functions-window-syntax>
//!
//! DataFusion adds to numbers and dates, and knows nothing of timestamps as this house has them. Such a window is ordered by
//! the timestamp's nanoseconds instead, and its offsets are numbers of those.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr::WindowFunction;
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::{Expr, LogicalPlan, Window, WindowFrameBound, WindowFrameUnits, lit};

use super::coercion::type_of;
use super::interval;
use crate::error::Error;
use crate::functions;
use crate::types::SnowType;

/// Counts in nanoseconds wherever a RANGE frame has offsets over timestamps.
pub fn in_nanoseconds(plan: LogicalPlan) -> Result<LogicalPlan> {
    let rewritten = plan.transform_up_with_subqueries(|node| match node {
        LogicalPlan::Window(window) if window.window_expr.iter().any(has_offsets) => {
            let names = NamePreserver::new_for_projection();
            let schema = window.input.schema();
            let mut calls = Vec::with_capacity(window.window_expr.len());
            for call in window.window_expr.iter().cloned() {
                let name = names.save(&call);
                let call = call.transform(|part| match part {
                    Expr::WindowFunction(window) => Ok(Transformed::yes(counted(window, schema)?)),
                    part => Ok(Transformed::no(part)),
                })?;
                calls.push(name.restore(call.data));
            }
            let window = Window::try_new(calls, std::sync::Arc::clone(&window.input))?;
            Ok(Transformed::yes(LogicalPlan::Window(window)))
        }
        other => Ok(Transformed::no(other)),
    })?;
    Ok(rewritten.data)
}

fn offset(bound: &WindowFrameBound) -> Option<&ScalarValue> {
    match bound {
        WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value) => {
            Some(value).filter(|value| !value.is_null())
        }
        WindowFrameBound::CurrentRow => None,
    }
}

fn has_offsets(expr: &Expr) -> bool {
    let found = expr.exists(|part| {
        Ok(matches!(part, Expr::WindowFunction(window)
            if window.params.window_frame.units == WindowFrameUnits::Range
                && [&window.params.window_frame.start_bound, &window.params.window_frame.end_bound]
                    .into_iter()
                    .any(|bound| offset(bound).is_some())))
    });
    found.unwrap_or(false)
}

fn counted(mut window: Box<WindowFunction>, schema: &DFSchema) -> Result<Expr> {
    let frame = &mut window.params.window_frame;
    let is_timestamp = |data_type: Option<SnowType>| {
        matches!(
            data_type,
            Some(
                SnowType::TimestampNtz { .. } | SnowType::TimestampLtz { .. } | SnowType::TimestampTz { .. }
            )
        )
    };
    if let [key] = window.params.order_by.as_mut_slice()
        && frame.units == WindowFrameUnits::Range
        && is_timestamp(type_of(&key.expr, schema)?)
    {
        let part = functions::registry()
            .scalar("DATE_PART")
            .ok_or_else(|| Error::unknown_function("DATE_PART"))?;
        key.expr = part.call(vec![lit("epoch_nanosecond"), std::mem::take(&mut key.expr)]);
        for bound in [&mut frame.start_bound, &mut frame.end_bound] {
            let (WindowFrameBound::Preceding(value) | WindowFrameBound::Following(value)) = bound else {
                continue;
            };
            if let ScalarValue::Utf8(Some(text)) = value {
                let nanoseconds = interval::nanoseconds(text)?;
                *value = ScalarValue::Utf8(Some(nanoseconds.to_string()));
            }
        }
    }
    Ok(Expr::WindowFunction(window))
}
