//! `OBJECT_CONSTRUCT(*)` and `OBJECT_CONSTRUCT(t.*)`: a row as an object, its keys the names of its columns.
//! <https://docs.snowflake.com/en/sql-reference/functions/object_construct>

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Query, Select, SelectItem, Value, VisitMut,
    VisitorMut,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use crate::error::{Error, Result};

/// The functions that take a row.
const FUNCTIONS: [&str; 2] = ["OBJECT_CONSTRUCT", "OBJECT_CONSTRUCT_KEEP_NULL"];

/// Writes out the stars in calls of a SELECT.
///
/// # Errors
/// When the columns that a star means are not known.
pub fn expand(select: &mut Select, common: &CommonTables, environment: &dyn Environment) -> Result<()> {
    let mut find = Find(false);
    let _ = select.visit(&mut find);
    if !find.0 {
        return Ok(());
    }
    let mut rows = Rows {
        relations: scope::relations(&select.from, common, environment),
        depth: 0,
    };
    let mut visit = |expr: &mut Expr| match expr.visit(&mut rows) {
        ControlFlow::Continue(()) => Ok(()),
        ControlFlow::Break(error) => Err(error),
    };
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            visit(expr)?;
        }
    }
    let clauses = [&mut select.selection, &mut select.having, &mut select.qualify];
    clauses.into_iter().flatten().try_for_each(visit)
}

/// The star that is a call's only argument: with a relation's name, or without one.
fn star(expr: &Expr) -> Option<Option<String>> {
    let Expr::Function(function) = expr else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    if !FUNCTIONS.contains(&function.name.to_string().as_str()) {
        return None;
    }
    match list.args.as_slice() {
        [FunctionArg::Unnamed(FunctionArgExpr::Wildcard)] => Some(None),
        [FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name))] => {
            Some(Some(name.0.last()?.as_ident()?.value.clone()))
        }
        _ => None,
    }
}

/// Tells whether there is a star at all, which is rare.
struct Find(bool);

impl VisitorMut for Find {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.0 |= star(expr).is_some();
        match self.0 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

struct Rows {
    /// The relations of FROM: their names, and their columns where these are known.
    relations: Vec<(Option<String>, Option<Vec<String>>)>,
    depth: usize,
}

impl Rows {
    /// Keys and values of the columns that a star means.
    fn members(&self, wanted: Option<&str>) -> Result<Vec<Expr>> {
        let mut members = Vec::new();
        let relations = self.relations.iter();
        for (name, columns) in relations.filter(|(name, _)| wanted.is_none() || name.as_deref() == wanted) {
            let columns = columns.as_ref();
            let columns =
                columns.ok_or_else(|| Error::unsupported("OBJECT_CONSTRUCT(*) over this relation"))?;
            for column in columns {
                members.push(Expr::Value(Value::SingleQuotedString(column.clone()).into()));
                let own = Ident::with_quote('"', column);
                members.push(match name {
                    Some(name) => Expr::CompoundIdentifier(vec![Ident::with_quote('"', name), own]),
                    None => Expr::Identifier(own),
                });
            }
        }
        match (members.is_empty(), wanted) {
            (true, Some(wanted)) => Err(Error::invalid_identifier(wanted)),
            _ => Ok(members),
        }
    }
}

impl VisitorMut for Rows {
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
        let Some(wanted) = star(expr).filter(|_| self.depth == 0) else {
            return ControlFlow::Continue(());
        };
        let members = match self.members(wanted.as_deref()) {
            Ok(members) => members,
            Err(error) => return ControlFlow::Break(error),
        };
        if let Expr::Function(function) = expr
            && let FunctionArguments::List(list) = &mut function.args
        {
            let unnamed = |member| FunctionArg::Unnamed(FunctionArgExpr::Expr(member));
            list.args = members.into_iter().map(unnamed).collect();
        }
        ControlFlow::Continue(())
    }
}
