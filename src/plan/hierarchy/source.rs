//! The columns of FROM in a hierarchy, and references to them: those of the source's rows, and behind PRIOR those of the
//! tree above.

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Query, Select, SelectItem, VisitMut, VisitorMut,
};

use super::{LEVEL, SOURCE, TREE, binary, item, name, number, of};
use crate::error::{Error, Result};
use crate::plan::environment::Environment;
use crate::plan::scope::{self, CommonTables};

/// A column of the source.
pub(super) struct Column {
    pub(super) relation: Option<String>,
    pub(super) name: String,
    /// Its name in the source and the tree, where every name is there once.
    pub(super) inner: String,
}

/// The columns that FROM offers.
pub(super) struct Source {
    pub(super) columns: Vec<Column>,
}

impl Source {
    pub(super) fn of(select: &Select, common: &CommonTables, environment: &dyn Environment) -> Result<Self> {
        let mut columns: Vec<Column> = Vec::new();
        // LEVEL is the hierarchy's own column, also where the source has one of that name.
        let mut taken = HashSet::from([LEVEL.to_string()]);
        for (relation, names) in scope::relations(&select.from, common, environment) {
            let names =
                names.ok_or_else(|| Error::unsupported("CONNECT BY over a relation of unknown columns"))?;
            for name in names {
                let mut inner = name.clone();
                while !taken.insert(inner.clone()) {
                    inner = format!("{name}${}", columns.len());
                }
                columns.push(Column {
                    relation: relation.clone(),
                    name,
                    inner,
                });
            }
        }
        Ok(Self { columns })
    }

    /// The name of the relation that all columns come from.
    pub(super) fn only_relation(&self) -> Option<&String> {
        let relation = self.columns.first()?.relation.as_ref();
        let same = self
            .columns
            .iter()
            .all(|column| column.relation.as_ref() == relation);
        relation.filter(|_| same)
    }

    /// The columns under their inner names.
    pub(super) fn named_columns(&self) -> Vec<SelectItem> {
        let reference = |column: &Column| match &column.relation {
            Some(relation) => of(relation, &column.name),
            None => Expr::Identifier(name(&column.name)),
        };
        self.columns
            .iter()
            .map(|column| item(reference(column), &column.inner))
            .collect()
    }

    /// The columns of a relation that has them under their inner names.
    pub(super) fn inner_columns(&self, relation: &str) -> Vec<SelectItem> {
        self.columns
            .iter()
            .map(|column| item(of(relation, &column.inner), &column.inner))
            .collect()
    }

    /// The column that an identifier means: the only one of its name, or that of a relation.
    pub(super) fn find(&self, expr: &Expr) -> Option<&Column> {
        let mut found = match expr {
            Expr::Identifier(ident) => self
                .columns
                .iter()
                .filter(|column| column.name == ident.value)
                .collect::<Vec<_>>(),
            Expr::CompoundIdentifier(parts) => {
                let [.., relation, ident] = parts.as_slice() else {
                    return None;
                };
                self.columns
                    .iter()
                    .filter(|column| {
                        column.name == ident.value && column.relation.as_ref() == Some(&relation.value)
                    })
                    .collect()
            }
            _ => return None,
        };
        match found.len() {
            1 => found.pop(),
            _ => None,
        }
    }

    /// An expression over the source as one over a relation with the inner names.
    pub(super) fn over(&self, mut expr: Expr, relation: &'static str) -> Result<Expr> {
        let mut references = References {
            source: self,
            relation,
            level: None,
            prior: 0,
            depth: 0,
        };
        match expr.visit(&mut references) {
            ControlFlow::Continue(()) => Ok(expr),
            ControlFlow::Break(error) => Err(error),
        }
    }

    /// The condition of CONNECT BY as that of the join: PRIOR is the tree, the rest is the source.
    pub(super) fn connection(&self, mut expr: Expr) -> Result<Expr> {
        let deeper = binary(of(TREE, LEVEL), BinaryOperator::Plus, number("1"));
        let mut references = References {
            source: self,
            relation: SOURCE,
            level: Some(deeper),
            prior: 0,
            depth: 0,
        };
        match expr.visit(&mut references) {
            ControlFlow::Continue(()) => Ok(expr),
            ControlFlow::Break(error) => Err(error),
        }
    }
}

/// Whether an identifier is the pseudo-column LEVEL.
pub(super) fn is_level(expr: &Expr, source: &Source) -> bool {
    match expr {
        Expr::Identifier(ident) => ident.value == LEVEL,
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [relation, ident] => {
                ident.value == LEVEL
                    && source
                        .columns
                        .iter()
                        .any(|column| column.relation.as_ref() == Some(&relation.value))
            }
            _ => false,
        },
        _ => false,
    }
}

/// Replaces references to columns by references to those of a relation, and below PRIOR to those of the tree.
struct References<'a> {
    source: &'a Source,
    relation: &'static str,
    /// What LEVEL means here.
    level: Option<Expr>,
    prior: usize,
    depth: usize,
}

impl VisitorMut for References<'_> {
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
        if matches!(expr, Expr::Prior(_)) {
            self.prior += 1;
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if let Expr::Prior(inner) = expr {
            self.prior -= 1;
            let inner = std::mem::replace(inner.as_mut(), number("0"));
            *expr = Expr::Nested(Box::new(inner));
            return ControlFlow::Continue(());
        }
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        if is_level(expr, self.source) {
            if self.prior > 0 {
                *expr = of(TREE, LEVEL);
                return ControlFlow::Continue(());
            }
            if let Some(level) = &self.level {
                *expr = Expr::Nested(Box::new(level.clone()));
                return ControlFlow::Continue(());
            }
        }
        if let Some(column) = self.source.find(expr) {
            let relation = if self.prior > 0 { TREE } else { self.relation };
            *expr = of(relation, &column.inner);
        }
        ControlFlow::Continue(())
    }
}
