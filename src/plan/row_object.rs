//! `OBJECT_CONSTRUCT(*)` and `OBJECT_CONSTRUCT(t.* EXCLUDE c)`: a row as an object, its keys the names of its columns;
//! `HASH(*)` and its like: a row as its values.
//! <https://docs.snowflake.com/en/sql-reference/functions/object_construct>

use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, FunctionArg, FunctionArgExpr, FunctionArguments, Ident, Select, SelectItem, Value, VisitMut,
    VisitorMut,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use super::wildcard;
use crate::error::{Error, Result};
use crate::sql;

/// The functions that take a row, and whether they take the names of its columns as well.
const FUNCTIONS: [(&str, bool); 12] = [
    ("OBJECT_CONSTRUCT", true),
    ("OBJECT_CONSTRUCT_KEEP_NULL", true),
    ("OBJECT_CONSTRUCT_KEEP_NULL_STRUCTURED", true),
    ("HASH", false),
    ("HASH_AGG", false),
    ("HLL", false),
    ("HLL_ACCUMULATE", false),
    ("APPROX_COUNT_DISTINCT", false),
    ("MINHASH", false),
    ("APPROXIMATE_SIMILARITY", false),
    ("APPROXIMATE_JACCARD_INDEX", false),
    ("COUNT", false),
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
    let rows = Rows {
        relations: scope::relations(&select.from, common, environment),
    };
    let visit = |expr: &mut Expr| sql::try_outside_queries(expr, |part| rows.write_out(part));
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            visit(expr)?;
        }
    }
    let clauses = [&mut select.selection, &mut select.having, &mut select.qualify];
    clauses.into_iter().flatten().try_for_each(visit)
}

/// A star among the arguments of a call.
struct Star {
    /// Its place.
    at: usize,
    /// The relation whose columns it means; all without one.
    relation: Option<String>,
    filter: Option<Filter>,
    /// Whether the columns' names are arguments, too.
    keys: bool,
}

/// Which columns a star means.
enum Filter {
    /// `* ILIKE 'pattern'`
    Ilike(String),
    /// `* EXCLUDE (a, b)`
    Exclude(Vec<String>),
}

impl Filter {
    /// From what the lexer makes of the words behind a star.
    fn of(expr: &Expr) -> Option<Self> {
        let Expr::Function(function) = expr else {
            return None;
        };
        let name = function.name.0.first()?.as_ident()?.value.as_str();
        let FunctionArguments::List(list) = &function.args else {
            return None;
        };
        let arguments = list.args.iter().map(|argument| match argument {
            FunctionArg::Unnamed(FunctionArgExpr::Expr(argument)) => Some(argument),
            _ => None,
        });
        let arguments: Vec<&Expr> = arguments.collect::<Option<_>>()?;
        match (name, arguments.as_slice()) {
            (sql::ILIKE, [Expr::Value(pattern)]) => Some(Self::Ilike(pattern.value.clone().into_string()?)),
            (sql::EXCLUDE, columns) => {
                let names = columns.iter().map(|column| match column {
                    Expr::Identifier(name) => Some(name.value.clone()),
                    _ => None,
                });
                Some(Self::Exclude(names.collect::<Option<_>>()?))
            }
            _ => None,
        }
    }

    fn keeps(&self, column: &str) -> bool {
        match self {
            Self::Ilike(pattern) => wildcard::matches(pattern, column),
            Self::Exclude(names) => !names.iter().any(|name| name == column),
        }
    }
}

/// The star in a call of one of the functions.
///
/// # Errors
/// When there are other arguments beside it, but for those before a star without keys.
fn star(expr: &Expr) -> Result<Option<Star>> {
    let Expr::Function(function) = expr else {
        return Ok(None);
    };
    let FunctionArguments::List(list) = &function.args else {
        return Ok(None);
    };
    let name = function.name.to_string();
    let Some((_, keys)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        return Ok(None);
    };
    let is_star = |argument: &FunctionArg| {
        matches!(
            argument,
            FunctionArg::Unnamed(FunctionArgExpr::Wildcard | FunctionArgExpr::QualifiedWildcard(_))
        )
    };
    let Some(at) = list.args.iter().position(is_star) else {
        return Ok(None);
    };
    let mixed =
        || Error::compilation("a wildcard cannot be mixed with other arguments, or with another wildcard");
    if *keys && at > 0 {
        return Err(mixed());
    }
    let (first, filter) = match list.args.get(at..).unwrap_or_default() {
        [first] => (first, None),
        [first, FunctionArg::Unnamed(FunctionArgExpr::Expr(filter))] => {
            (first, Some(Filter::of(filter).ok_or_else(mixed)?))
        }
        _ => return Err(mixed()),
    };
    let relation = match first {
        FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => None,
        FunctionArg::Unnamed(FunctionArgExpr::QualifiedWildcard(name)) => {
            let last = name.0.last().and_then(|part| part.as_ident());
            Some(last.map(|name| name.value.clone()).unwrap_or_default())
        }
        _ => return Err(mixed()),
    };
    // COUNT(*) counts rows, COUNT(t.*) those without NULL.
    if name == "COUNT" && relation.is_none() && filter.is_none() {
        return Ok(None);
    }
    Ok(Some(Star {
        at,
        relation,
        filter,
        keys: *keys,
    }))
}

/// Tells whether there is a star at all, which is rare.
struct Find(bool);

impl VisitorMut for Find {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        self.0 |= !matches!(star(expr), Ok(None));
        match self.0 {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

struct Rows {
    /// The relations of FROM: their names, and their columns where these are known.
    relations: Vec<(Option<String>, Option<Vec<String>>)>,
}

impl Rows {
    /// Keys and values of the columns that a star means.
    fn members(&self, star: &Star) -> Result<Vec<Expr>> {
        let wanted = star.relation.as_deref();
        let mut known = false;
        let mut members = Vec::new();
        let relations = self.relations.iter();
        for (name, columns) in relations.filter(|(name, _)| wanted.is_none() || name.as_deref() == wanted) {
            let columns = columns.as_ref();
            let columns =
                columns.ok_or_else(|| Error::unsupported("a wildcard argument over this relation"))?;
            known = true;
            let kept = |column: &&String| star.filter.as_ref().is_none_or(|filter| filter.keeps(column));
            for column in columns.iter().filter(kept) {
                if star.keys {
                    members.push(Expr::Value(Value::SingleQuotedString(column.clone()).into()));
                }
                let own = Ident::with_quote('"', column);
                members.push(match name {
                    Some(name) => Expr::CompoundIdentifier(vec![Ident::with_quote('"', name), own]),
                    None => Expr::Identifier(own),
                });
            }
        }
        match (known, wanted) {
            (false, Some(wanted)) => Err(Error::invalid_identifier(wanted)),
            _ => Ok(members),
        }
    }

    /// Puts the members of a row in the place of a call's star.
    fn write_out(&self, expr: &mut Expr) -> Result<()> {
        let Some(star) = star(expr)? else {
            return Ok(());
        };
        let members = self.members(&star)?;
        if let Expr::Function(function) = expr
            && let FunctionArguments::List(list) = &mut function.args
        {
            let unnamed = |member| FunctionArg::Unnamed(FunctionArgExpr::Expr(member));
            list.args.truncate(star.at);
            list.args.extend(members.into_iter().map(unnamed));
        }
        Ok(())
    }
}
