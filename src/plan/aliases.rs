//! Aliases of a SELECT list, which later parts of the same SELECT may use. Columns of FROM come before them, and the
//! parameters of lambdas before both.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{Expr, Ident, Query, VisitMut, VisitorMut};

/// The aliases met so far in a SELECT list.
pub struct Aliases {
    known: HashMap<String, Expr>,
    columns: HashSet<String>,
    depth: usize,
    /// The parameters of the lambdas around, which come before columns and aliases.
    parameters: Vec<String>,
}

impl Aliases {
    /// None yet, in a SELECT over relations with these columns.
    pub fn over(columns: HashSet<String>) -> Self {
        Self {
            known: HashMap::new(),
            columns,
            depth: 0,
            parameters: Vec::new(),
        }
    }

    /// Adds an alias. Of two of one name the first one counts.
    pub fn learn(&mut self, alias: &Ident, expr: &Expr) {
        // An alias for a column of its own name stands for nothing else.
        if !matches!(expr, Expr::Identifier(name) if name.value == alias.value) {
            self.known
                .entry(alias.value.clone())
                .or_insert_with(|| expr.clone());
        }
    }

    /// Replaces the aliases in an expression.
    pub fn apply(&mut self, expr: &mut Expr) {
        if !self.known.is_empty() {
            let _ = expr.visit(self);
        }
    }
}

impl VisitorMut for Aliases {
    type Break = ();

    fn pre_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &mut Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Lambda(lambda) = expr {
            let names = lambda.params.iter().map(|parameter| parameter.name.value.clone());
            self.parameters.extend(names);
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        if let Expr::Lambda(lambda) = expr {
            let count = lambda.params.iter().count();
            self.parameters
                .truncate(self.parameters.len().saturating_sub(count));
        }
        if self.depth == 0
            && let Expr::Identifier(name) = expr
            && !self.columns.contains(&name.value)
            && !self.parameters.contains(&name.value)
            && let Some(meant) = self.known.get(&name.value)
        {
            *expr = match meant {
                simple @ (Expr::Identifier(_)
                | Expr::CompoundIdentifier(_)
                | Expr::Function(_)
                | Expr::Value(_)) => simple.clone(),
                other => Expr::Nested(Box::new(other.clone())),
            };
        }
        ControlFlow::Continue(())
    }
}
