//! [`outside_queries`]: the expressions of a tree, but for those of the queries in it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Query, VisitMut, VisitorMut};

/// Calls `each` for every expression of a tree that does not stand in a query within it, parts before wholes. Names in
/// queries are the queries' own.
pub fn outside_queries(tree: &mut impl VisitMut, each: impl FnMut(&mut Expr)) {
    let _ = tree.visit(&mut Outside { each, depth: 0 });
}

struct Outside<F> {
    each: F,
    depth: usize,
}

impl<F: FnMut(&mut Expr)> VisitorMut for Outside<F> {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if self.depth == 0 {
            (self.each)(expr);
        }
        ControlFlow::Continue(())
    }
}
