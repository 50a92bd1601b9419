//! [`outside_queries`] and its like: the expressions of a tree, but for those of the queries in it.

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, LambdaFunction, Query, Visit, VisitMut, Visitor, VisitorMut};

use crate::error::{Error, Result};

/// Calls `each` for every expression of a tree that does not stand in a query within it, parts before wholes. Names in
/// queries are the queries' own, and those of a lambda's parameters the lambda's: they are left out as well.
pub fn outside_queries(tree: &mut impl VisitMut, mut each: impl FnMut(&mut Expr)) {
    // It never fails.
    let _ = try_outside_queries(tree, |expr| {
        each(expr);
        Ok(())
    });
}

/// The same with a call that may fail.
///
/// # Errors
/// The first one of `each`.
pub fn try_outside_queries(
    tree: &mut impl VisitMut,
    each: impl FnMut(&mut Expr) -> Result<()>,
) -> Result<()> {
    let mut outside = Outside {
        each,
        depth: 0,
        parameters: Vec::new(),
    };
    match tree.visit(&mut outside) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    }
}

struct Outside<F> {
    each: F,
    depth: usize,
    /// The parameters of the lambdas around.
    parameters: Vec<String>,
}

fn parameters(lambda: &LambdaFunction) -> impl Iterator<Item = String> {
    lambda.params.iter().map(|parameter| parameter.name.value.clone())
}

impl<F: FnMut(&mut Expr) -> Result<()>> VisitorMut for Outside<F> {
    type Break = Error;

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<Error> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::Lambda(lambda) = expr {
            self.parameters.extend(parameters(lambda));
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::Lambda(lambda) = expr {
            let left = self.parameters.len().saturating_sub(parameters(lambda).count());
            self.parameters.truncate(left);
        }
        let is_parameter = matches!(expr, Expr::Identifier(name) if self.parameters.contains(&name.value));
        if self.depth > 0 || is_parameter {
            return ControlFlow::Continue(());
        }
        match (self.each)(expr) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => ControlFlow::Break(error),
        }
    }
}

/// The first expression of a tree, wholes before parts, that is wanted and stands in no query within the tree.
pub fn find_outside_queries(tree: &impl Visit, is_wanted: impl FnMut(&Expr) -> bool) -> Option<Expr> {
    match tree.visit(&mut Find { is_wanted, depth: 0 }) {
        ControlFlow::Break(found) => Some(found),
        ControlFlow::Continue(()) => None,
    }
}

struct Find<F> {
    is_wanted: F,
    depth: usize,
}

impl<F: FnMut(&Expr) -> bool> Visitor for Find<F> {
    type Break = Expr;

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<Expr> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<Expr> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<Expr> {
        match self.depth == 0 && (self.is_wanted)(expr) {
            true => ControlFlow::Break(expr.clone()),
            false => ControlFlow::Continue(()),
        }
    }
}
