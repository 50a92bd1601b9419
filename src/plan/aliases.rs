//! Aliases of a SELECT list, which later parts of the same SELECT may use. Columns of FROM come before them, and the
//! parameters of lambdas before both.

use std::collections::{HashMap, HashSet};

use datafusion::sql::sqlparser::ast::{Expr, Ident};

use crate::sql::outside_queries;

/// The aliases met so far in a SELECT list.
pub struct Aliases {
    known: HashMap<String, Expr>,
    columns: HashSet<String>,
}

impl Aliases {
    /// None yet, in a SELECT over relations with these columns.
    pub fn over(columns: HashSet<String>) -> Self {
        Self {
            known: HashMap::new(),
            columns,
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
    pub fn apply(&self, expr: &mut Expr) {
        if self.known.is_empty() {
            return;
        }
        outside_queries(expr, |part| {
            if let Expr::Identifier(name) = part
                && !self.columns.contains(&name.value)
                && let Some(meant) = self.known.get(&name.value)
            {
                *part = match meant {
                    simple @ (Expr::Identifier(_)
                    | Expr::CompoundIdentifier(_)
                    | Expr::Function(_)
                    | Expr::Value(_)) => simple.clone(),
                    other => Expr::Nested(Box::new(other.clone())),
                };
            }
        });
    }
}
