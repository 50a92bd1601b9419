//! Comparisons of tuples, written out by their members: `(a, b) = (c, d)`, `(a, b) IN ((1, 2), (3, 4))` and
//! `(a, b) IN (SELECT …)`. <https://docs.snowflake.com/en/sql-reference/functions/in>

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Query, SetExpr, TableAlias, TableAliasColumnDef, TableFactor, UnaryOperator,
};

use crate::error::{Error, Result};
use crate::sql;

/// The relation of a subquery's rows.
const ROWS: &str = "$TUPLES";

fn nested(expr: Expr) -> Box<Expr> {
    Box::new(Expr::Nested(Box::new(expr)))
}

fn joined(parts: impl IntoIterator<Item = Expr>, op: &BinaryOperator) -> Option<Expr> {
    parts.into_iter().reduce(|all, next| Expr::BinaryOp {
        left: nested(all),
        op: op.clone(),
        right: nested(next),
    })
}

fn not(expr: Expr) -> Expr {
    Expr::UnaryOp {
        op: UnaryOperator::Not,
        expr: nested(expr),
    }
}

fn different_lengths() -> Error {
    Error::compilation("tuples of different lengths cannot be compared")
}

/// Whether all members of two tuples are equal.
fn equal(left: &[Expr], right: &[Expr]) -> Result<Expr> {
    if left.len() != right.len() {
        return Err(different_lengths());
    }
    let pairs = left.iter().zip(right).map(|(left, right)| Expr::BinaryOp {
        left: Box::new(left.clone()),
        op: BinaryOperator::Eq,
        right: Box::new(right.clone()),
    });
    joined(pairs, &BinaryOperator::And).ok_or_else(different_lengths)
}

/// `left = right` or `left <> right` of tuples; other operators have no meaning here.
///
/// # Errors
/// When the lengths differ; a refusal of other operators.
pub fn comparison(left: &[Expr], op: &BinaryOperator, right: &[Expr]) -> Result<Expr> {
    let all = equal(left, right)?;
    match op {
        BinaryOperator::Eq => Ok(all),
        BinaryOperator::NotEq => Ok(not(all)),
        other => Err(Error::unsupported(format!("tuples with the operator {other}"))),
    }
}

/// `tuple IN (tuple, …)`.
///
/// # Errors
/// When a member of the list is no tuple of the same length.
pub fn in_list(tuple: &[Expr], list: &[Expr], negated: bool) -> Result<Expr> {
    let found = list.iter().map(|member| match member {
        Expr::Tuple(members) => equal(tuple, members),
        _ => Err(different_lengths()),
    });
    let found = found.collect::<Result<Vec<_>>>()?;
    let found = joined(found, &BinaryOperator::Or).ok_or_else(different_lengths)?;
    Ok(if negated { not(found) } else { found })
}

/// `tuple IN (SELECT …)`: whether there is an equal row. For NOT IN there must not even be one that might be equal if
/// NULL were known.
///
/// # Errors
/// When the query cannot be written anew.
pub fn in_subquery(tuple: &[Expr], subquery: Box<Query>, negated: bool) -> Result<Expr> {
    let name = |at: usize| Ident::with_quote('"', format!("${at}M"));
    let conditions = tuple.iter().enumerate().map(|(at, member)| {
        let own = Expr::CompoundIdentifier(vec![Ident::with_quote('"', ROWS), name(at)]);
        let same = Expr::BinaryOp {
            left: Box::new(member.clone()),
            op: BinaryOperator::Eq,
            right: Box::new(own.clone()),
        };
        let unknown = [member.clone(), own].map(|side| Expr::IsNull(nested(side)));
        match negated {
            false => same,
            true => joined([same].into_iter().chain(unknown), &BinaryOperator::Or)
                .unwrap_or(Expr::Tuple(Vec::new())),
        }
    });
    let condition = joined(conditions, &BinaryOperator::And).ok_or_else(different_lengths)?;
    let mut query = sql::parse_query("SELECT 1 FROM X")?;
    if let SetExpr::Select(select) = query.body.as_mut()
        && let Some(from) = select.from.first_mut()
    {
        let columns = (0..tuple.len()).map(|at| TableAliasColumnDef {
            name: name(at),
            data_type: None,
        });
        from.relation = TableFactor::Derived {
            lateral: false,
            subquery,
            alias: Some(TableAlias {
                explicit: false,
                name: Ident::with_quote('"', ROWS),
                columns: columns.collect(),
                at: None,
            }),
            sample: None,
        };
        select.selection = Some(condition);
    }
    Ok(Expr::Exists {
        subquery: query,
        negated,
    })
}
