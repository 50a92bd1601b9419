//! CONNECT BY, written as a recursive WITH: <https://docs.snowflake.com/en/sql-reference/constructs/connect-by>.
//!
//! ```sql
//! SELECT id, LEVEL FROM t WHERE w START WITH s CONNECT BY pid = PRIOR id
//! -- becomes
//! SELECT id, LEVEL FROM (
//!   WITH RECURSIVE source AS (SELECT * FROM t), tree AS (
//!     SELECT source.*, 1 AS LEVEL FROM source WHERE s
//!     UNION ALL
//!     SELECT source.*, tree.LEVEL + 1 FROM source JOIN tree ON source.pid = tree.id)
//!   SELECT * FROM tree) WHERE w
//! ```
//!
//! CONNECT_BY_ROOT and SYS_CONNECT_BY_PATH are columns that the recursion carries along. Conditions of WHERE that join
//! tables belong to the source; the others filter the finished tree. [`source`] knows the columns of FROM, [`carried`] what
//! the recursion carries along.

mod carried;
mod source;

use std::collections::HashSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, CastKind, ConnectByKind, DataType, Expr, GroupByExpr, Ident, JoinConstraint,
    JoinOperator, Select, SelectItem, SetExpr, TableFactor, Value, VisitMut, VisitorMut,
};

use super::environment::Environment;
use super::scope::CommonTables;
use crate::error::{Error, Result};
use crate::sql;
use carried::Carried;
use source::{Source, is_level};

/// The rows that are connected.
const SOURCE: &str = "$SOURCE";
/// The rows with their places in the hierarchy.
const TREE: &str = "$TREE";
const LEVEL: &str = "LEVEL";

/// Rewrites a SELECT with CONNECT BY into one without. Its columns have their names already.
///
/// # Errors
/// For NOCYCLE and what else Snowflake does not have; when the columns of FROM cannot be told.
pub fn expand(select: &mut Select, common: &CommonTables, environment: &dyn Environment) -> Result<()> {
    let grouped = match &select.group_by {
        GroupByExpr::All(_) => true,
        GroupByExpr::Expressions(expressions, _) => !expressions.is_empty(),
    };
    if grouped || select.having.is_some() {
        let message = "GROUP BY and HAVING cannot be in one SELECT with CONNECT BY";
        return Err(Error::compilation(message).with_hint("put the hierarchy into a subquery"));
    }
    let (start, connect) = clauses(select)?;
    let source = Source::of(select, common, environment)?;
    let mut carried = Carried::over(&source);
    let joining = joining_conditions(select, &source);
    carried.rewrite_select(select)?;
    let columns = carried.columns();

    let mut query = sql::parse_query(&format!(
        "WITH RECURSIVE \"{SOURCE}\" AS (SELECT 1 FROM \"X\"), \"{TREE}\" AS (SELECT 1 FROM \"{SOURCE}\" UNION ALL \
         SELECT 1 FROM \"{SOURCE}\" JOIN \"{TREE}\" ON TRUE) SELECT * FROM \"{TREE}\""
    ))?;
    let lost = || Error::internal("a query lost a part");
    let with = query.with.as_mut().ok_or_else(lost)?;
    let [rows, tree] = with.cte_tables.as_mut_slice() else {
        return Err(lost());
    };
    let inner = select_of(rows.query.body.as_mut())?;
    inner.projection = source.named_columns();
    inner.from = std::mem::take(&mut select.from);
    inner.selection = joining;
    let SetExpr::SetOperation { left, right, .. } = tree.query.body.as_mut() else {
        return Err(lost());
    };
    let first = select_of(left)?;
    first.projection = source.inner_columns(SOURCE);
    first.projection.push(item(level(number("1")), LEVEL));
    first.selection = start.map(|start| source.over(start, SOURCE)).transpose()?;
    let next = select_of(right)?;
    next.projection = source.inner_columns(SOURCE);
    let deeper = binary(of(TREE, LEVEL), BinaryOperator::Plus, number("1"));
    next.projection.push(item(level(deeper), LEVEL));
    for column in columns {
        let name = column.name.clone();
        first.projection.push(item(column.at_root(&source)?, &name));
        next.projection.push(item(column.below(&source)?, &name));
    }
    let join = next
        .from
        .first_mut()
        .and_then(|table| table.joins.first_mut())
        .ok_or_else(lost)?;
    join.join_operator = JoinOperator::Inner(JoinConstraint::On(source.connection(connect)?));

    let mut outer = sql::parse_query("SELECT * FROM (SELECT 1) AS \"X\"")?;
    let mut from = std::mem::take(&mut select_of(outer.body.as_mut())?.from);
    if let Some(TableFactor::Derived { subquery, alias, .. }) =
        from.first_mut().map(|table| &mut table.relation)
    {
        *subquery = query;
        // ORDER BY may qualify a column with the name of the one relation.
        match source.only_relation() {
            Some(relation) => {
                if let Some(alias) = alias {
                    alias.name = name(relation);
                }
            }
            None => *alias = None,
        }
    }
    select.from = from;
    Ok(())
}

/// The conditions of START WITH and CONNECT BY, taken out of a SELECT.
fn clauses(select: &mut Select) -> Result<(Option<Expr>, Expr)> {
    let (mut start, mut connect) = (None, None);
    for clause in std::mem::take(&mut select.connect_by) {
        match clause {
            ConnectByKind::ConnectBy { nocycle: true, .. } => return Err(Error::unsupported("NOCYCLE")),
            ConnectByKind::ConnectBy { relationships, .. } => {
                connect = relationships
                    .into_iter()
                    .reduce(|all, next| binary(all, BinaryOperator::And, next));
            }
            ConnectByKind::StartWith { condition, .. } => start = Some(*condition),
        }
    }
    match connect {
        Some(connect) => Ok((start, connect)),
        None => Err(Error::compilation("START WITH without CONNECT BY")),
    }
}

fn select_of(body: &mut SetExpr) -> Result<&mut Select> {
    match body {
        SetExpr::Select(select) => Ok(select),
        _ => Err(Error::internal("a query without a SELECT")),
    }
}

fn name(text: &str) -> Ident {
    Ident::with_quote('"', text)
}

fn of(relation: &str, column: &str) -> Expr {
    Expr::CompoundIdentifier(vec![name(relation), name(column)])
}

fn item(expr: Expr, alias: &str) -> SelectItem {
    SelectItem::ExprWithAlias {
        expr,
        alias: name(alias),
    }
}

fn binary(left: Expr, op: BinaryOperator, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(Expr::Nested(Box::new(left))),
        op,
        right: Box::new(Expr::Nested(Box::new(right))),
    }
}

fn number(digits: &str) -> Expr {
    Expr::Value(Value::Number(digits.to_string(), false).into())
}

/// A cast, so that both halves of the recursion have the same type.
fn cast(expr: Expr, data_type: DataType) -> Expr {
    Expr::Cast {
        kind: CastKind::Cast,
        expr: Box::new(expr),
        data_type,
        array: false,
        format: None,
    }
}

fn level(expr: Expr) -> Expr {
    cast(expr, DataType::Integer(None))
}

fn text(expr: Expr) -> Expr {
    cast(expr, DataType::Varchar(None))
}

/// Takes out of WHERE the parts that join relations with one another.
fn joining_conditions(select: &mut Select, source: &Source) -> Option<Expr> {
    struct Relations<'a> {
        source: &'a Source,
        seen: HashSet<Option<String>>,
        level: bool,
    }
    impl VisitorMut for Relations<'_> {
        type Break = ();
        fn post_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
            self.level |= is_level(expr, self.source);
            if let Some(column) = self.source.find(expr) {
                self.seen.insert(column.relation.clone());
            }
            ControlFlow::Continue(())
        }
    }
    let mut open: Vec<Expr> = select.selection.take().into_iter().collect();
    let (mut joining, mut filters) = (None, None);
    while let Some(mut part) = open.pop() {
        if let Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } = part
        {
            open.push(*right);
            open.push(*left);
            continue;
        }
        let mut relations = Relations {
            source,
            seen: HashSet::new(),
            level: false,
        };
        let _ = part.visit(&mut relations);
        let joins = relations.seen.len() > 1 && !relations.level;
        let slot = if joins { &mut joining } else { &mut filters };
        *slot = Some(match slot.take() {
            Some(all) => binary(all, BinaryOperator::And, part),
            None => part,
        });
    }
    select.selection = filters;
    joining
}
