//! What a view must be for a stream to stand on it: projections, filters, inner joins and UNION ALL over tables.
//! <https://docs.snowflake.com/en/user-guide/streams-intro#streams-on-views>

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    self, Expr, GroupByExpr, JoinOperator, Query, Select, SetExpr, SetOperator, SetQuantifier, Visit, Visitor,
};

use super::stream::views_below;
use crate::catalog::object::View;
use crate::engine::Work;
use crate::error::{Error, Result};
use crate::functions;
use crate::sql;

/// Checks a view and the views that it reads.
///
/// # Errors
/// A refusal that names the operation of which changes are not tracked.
pub fn check(work: &Work<'_>, view: &View) -> Result<()> {
    check_query(&view.query)?;
    views_below(work.snapshot(), work.context, view)
        .iter()
        .filter_map(|id| work.snapshot().object(*id)?.as_view())
        .try_for_each(|inner| check_query(&inner.query))
}

fn check_query(text: &str) -> Result<()> {
    match sql::parse_query(text)?.visit(&mut Tracked) {
        ControlFlow::Break(what) => Err(Error::new(
            2,
            "0A000",
            format!("Unsupported feature 'Change tracking is not supported on queries with {what}'."),
        )),
        ControlFlow::Continue(()) => Ok(()),
    }
}

/// Breaks at an operation of which changes are not tracked.
struct Tracked;

impl Visitor for Tracked {
    type Break = &'static str;

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<Self::Break> {
        if query.limit_clause.is_some() || query.fetch.is_some() {
            return ControlFlow::Break("LIMIT");
        }
        set_operations(&query.body)
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<Self::Break> {
        let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(list, _) if list.is_empty());
        if grouped || select.having.is_some() {
            return ControlFlow::Break("GROUP BY");
        }
        if select.distinct.is_some() {
            return ControlFlow::Break("DISTINCT");
        }
        if select.top.is_some() {
            return ControlFlow::Break("LIMIT");
        }
        if select.qualify.is_some() {
            return ControlFlow::Break("QUALIFY");
        }
        let outer = select.from.iter().flat_map(|item| &item.joins).any(|join| {
            !matches!(
                join.join_operator,
                JoinOperator::Join(_) | JoinOperator::Inner(_) | JoinOperator::CrossJoin(_)
            )
        });
        if outer {
            return ControlFlow::Break("joins other than inner and cross joins");
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Self::Break> {
        match expr {
            Expr::Subquery(_) | Expr::Exists { .. } | Expr::InSubquery { .. } => {
                ControlFlow::Break("subqueries outside of FROM")
            }
            Expr::Function(function) => calls(function),
            _ => ControlFlow::Continue(()),
        }
    }
}

fn set_operations(body: &SetExpr) -> ControlFlow<&'static str> {
    match body {
        SetExpr::SetOperation {
            left,
            op: SetOperator::Union,
            set_quantifier: SetQuantifier::All | SetQuantifier::AllByName,
            right,
        } => {
            set_operations(left)?;
            set_operations(right)
        }
        SetExpr::SetOperation { .. } => ControlFlow::Break("set operations other than UNION ALL"),
        _ => ControlFlow::Continue(()),
    }
}

fn calls(function: &ast::Function) -> ControlFlow<&'static str> {
    let name = function.name.to_string().to_uppercase();
    if function.over.is_some() {
        ControlFlow::Break("window functions")
    } else if functions::registry().aggregate(&name).is_some() {
        ControlFlow::Break("aggregate functions")
    } else {
        ControlFlow::Continue(())
    }
}
