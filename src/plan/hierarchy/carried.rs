//! What a SELECT asks of a hierarchy: LEVEL, CONNECT_BY_ROOT and SYS_CONNECT_BY_PATH, which the recursion carries from the
//! root downwards.

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, VisitMut, VisitorMut,
};

use super::source::{Source, is_level};
use super::{LEVEL, SOURCE, TREE, binary, item, name, number, of, text};
use crate::error::{Error, Result};
use crate::plan::select::{REPEAT_MARK, column_name};

/// What the recursion carries from the root downwards besides LEVEL.
pub(super) struct CarriedColumn {
    pub(super) name: String,
    expr: Expr,
    /// Of SYS_CONNECT_BY_PATH: what stands before each element.
    separator: Option<Expr>,
}

impl CarriedColumn {
    pub(super) fn at_root(&self, source: &Source) -> Result<Expr> {
        let expr = source.over(self.expr.clone(), SOURCE)?;
        Ok(match &self.separator {
            None => expr,
            Some(separator) => text(binary(
                separator.clone(),
                BinaryOperator::StringConcat,
                text(expr),
            )),
        })
    }

    pub(super) fn below(&self, source: &Source) -> Result<Expr> {
        let above = of(TREE, &self.name);
        Ok(match &self.separator {
            None => above,
            Some(separator) => {
                let element = text(source.over(self.expr.clone(), SOURCE)?);
                let element = binary(separator.clone(), BinaryOperator::StringConcat, element);
                text(binary(above, BinaryOperator::StringConcat, element))
            }
        })
    }
}

/// Collects what a SELECT asks of the hierarchy, and makes its references those of the tree.
pub(super) struct Carried<'a> {
    source: &'a Source,
    columns: Vec<CarriedColumn>,
    depth: usize,
}

impl<'a> Carried<'a> {
    /// Nothing yet.
    pub(super) fn over(source: &'a Source) -> Self {
        Self {
            source,
            columns: Vec::new(),
            depth: 0,
        }
    }

    /// What was asked for.
    pub(super) fn columns(self) -> Vec<CarriedColumn> {
        self.columns
    }

    pub(super) fn rewrite_select(&mut self, select: &mut Select) -> Result<()> {
        let items = std::mem::take(&mut select.projection);
        for mut entry in items {
            match &mut entry {
                SelectItem::UnnamedExpr(expr) => {
                    let shown = column_name(expr);
                    self.rewrite(expr)?;
                    let expr = std::mem::replace(expr, number("0"));
                    select.projection.push(item(expr, &shown));
                }
                SelectItem::ExprWithAlias { expr, .. } => {
                    self.rewrite(expr)?;
                    select.projection.push(entry);
                }
                SelectItem::Wildcard(_) => self.wildcard(None, select),
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    let wanted = name.0.last().and_then(|part| part.as_ident());
                    let wanted = wanted.map(|ident| ident.value.clone());
                    self.wildcard(wanted.as_deref(), select);
                }
                _ => return Err(Error::unsupported(format!("{entry} with CONNECT BY"))),
            }
        }
        let clauses = [&mut select.selection, &mut select.qualify];
        clauses
            .into_iter()
            .flatten()
            .try_for_each(|clause| self.rewrite(clause))
    }

    /// The source's columns, of one relation or all, under the names that they have there.
    fn wildcard(&self, relation: Option<&str>, select: &mut Select) {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        for column in &self.source.columns {
            if relation.is_some() && column.relation.as_deref() != relation {
                continue;
            }
            let count = seen.entry(&column.name).or_default();
            *count += 1;
            let shown = match *count {
                1 => column.name.clone(),
                count => format!("{}{}{count}", column.name, REPEAT_MARK),
            };
            select
                .projection
                .push(item(Expr::Identifier(name(&column.inner)), &shown));
        }
    }

    fn rewrite(&mut self, expr: &mut Expr) -> Result<()> {
        match expr.visit(self) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(error) => Err(error),
        }
    }

    /// A column for an expression of the root or a path; the same expression has one column.
    fn carry(&mut self, expr: Expr, separator: Option<Expr>) -> Expr {
        let known = self
            .columns
            .iter()
            .find(|column| column.expr == expr && column.separator == separator);
        let inner = match known {
            Some(column) => column.name.clone(),
            None => {
                let inner = format!("$CARRIED{}", self.columns.len());
                self.columns.push(CarriedColumn {
                    name: inner.clone(),
                    expr,
                    separator,
                });
                inner
            }
        };
        Expr::Identifier(name(&inner))
    }
}

impl VisitorMut for Carried<'_> {
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
        if self.depth > 0 {
            return ControlFlow::Continue(());
        }
        match expr {
            Expr::Prefixed { prefix, value } if prefix.value == "CONNECT_BY_ROOT" => {
                let value = std::mem::replace(value.as_mut(), number("0"));
                *expr = self.carry(value, None);
            }
            Expr::Function(function) if function.name.to_string() == "SYS_CONNECT_BY_PATH" => {
                match path_arguments(function) {
                    Some((value, separator)) => *expr = self.carry(value, Some(separator)),
                    None => {
                        return ControlFlow::Break(Error::argument_types(
                            "SYS_CONNECT_BY_PATH",
                            "it takes a column and a separator",
                        ));
                    }
                }
            }
            Expr::Identifier(ident)
                if matches!(ident.value.as_str(), "CONNECT_BY_ISLEAF" | "CONNECT_BY_ISCYCLE")
                    && self.source.find(&Expr::Identifier(ident.clone())).is_none() =>
            {
                return ControlFlow::Break(Error::unsupported(&ident.value));
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }

    fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<Error> {
        if self.depth == 0 {
            if is_level(expr, self.source) {
                *expr = Expr::Identifier(name(LEVEL));
            } else if let Some(column) = self.source.find(expr) {
                *expr = Expr::Identifier(name(&column.inner));
            }
        }
        ControlFlow::Continue(())
    }
}

fn path_arguments(function: &Function) -> Option<(Expr, Expr)> {
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let [
        FunctionArg::Unnamed(FunctionArgExpr::Expr(value)),
        FunctionArg::Unnamed(FunctionArgExpr::Expr(separator)),
    ] = list.args.as_slice()
    else {
        return None;
    };
    Some((value.clone(), separator.clone()))
}
