//! `OBJECT_CONSTRUCT(*)` and `OBJECT_CONSTRUCT(t.*)`: a row as an object, its keys the names of its columns; `HASH(*)` and
//! its like: a row as its values.
//! <https://docs.snowflake.com/en/sql-reference/functions/object_construct>

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Query, Select, SelectItem, Value, VisitMut,
    VisitorMut,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use crate::error::{Error, Result};

/// The functions that take a row, and whether with keys.
const FUNCTIONS: [(&str, bool); 10] = [
    ("OBJECT_CONSTRUCT", true),
    ("OBJECT_CONSTRUCT_KEEP_NULL", true),
    ("HASH", false),
    ("HASH_AGG", false),
    ("HLL", false),
    ("HLL_ACCUMULATE", false),
    ("APPROX_COUNT_DISTINCT", false),
    ("MINHASH", false),
    ("APPROXIMATE_SIMILARITY", false),
    ("APPROXIMATE_JACCARD_INDEX", false),
];

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

/// A star among a call's arguments.
struct Star {
    /// Its place.
    at: usize,
    /// The relation that it names.
    relation: Option<String>,
    keyed: bool,
}

/// The star that is a call's last argument, and with keys its only one.
fn star(expr: &Expr) -> Option<Star> {
    let Expr::Function(function) = expr else {
        return None;
    };
    let FunctionArguments::List(list) = &function.args else {
        return None;
    };
    let name = function.name.to_string();
    let (_, keyed) = FUNCTIONS.into_iter().find(|(known, _)| *known == name)?;
    let (last, before) = list.args.split_last()?;
    let relation = match last {
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => None,
        FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) => {
            Some(name.0.last()?.as_ident()?.value.clone())
        }
        _ => return None,
    };
    let at = before.len();
    (at == 0 || !keyed).then_some(Star { at, relation, keyed })
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
    /// The values of the columns that a star means, with their keys or without.
    fn members(&self, wanted: Option<&str>, keyed: bool) -> Result<Vec<Expr>> {
        let mut members = Vec::new();
        let relations = self.relations.iter();
        for (name, columns) in relations.filter(|(name, _)| wanted.is_none() || name.as_deref() == wanted) {
            let columns = columns.as_ref();
            let columns =
                columns.ok_or_else(|| Error::unsupported("a function of * over this relation"))?;
            for column in columns {
                if keyed {
                    members.push(Expr::Value(Value::SingleQuotedString(column.clone()).into()));
                }
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
        let Some(star) = star(expr).filter(|_| self.depth == 0) else {
            return ControlFlow::Continue(());
        };
        let members = match self.members(star.relation.as_deref(), star.keyed) {
            Ok(members) => members,
            Err(error) => return ControlFlow::Break(error),
        };
        if let Expr::Function(function) = expr
            && let FunctionArguments::List(list) = &mut function.args
        {
            let unnamed = |member| FunctionArg::Unnamed(FunctionArgExpr::Expr(member));
            list.args.truncate(star.at);
            list.args.extend(members.into_iter().map(unnamed));
        }
        ControlFlow::Continue(())
    }
}
