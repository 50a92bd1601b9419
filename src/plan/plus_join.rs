//! Outer joins in WHERE: `FROM t, u WHERE t.a = u.a (+)` keeps the rows of `t` that have none of `u` beside them.
//! <https://docs.snowflake.com/en/sql-reference/constructs/where#joins-in-the-where-clause>
//!
//! The relations with marks leave the list of FROM and are joined to the rest, each by the conditions with its marks.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, Select,
    SelectItem, SelectItemQualifiedWildcardKind, TableWithJoins, Value, Visit, Visitor,
    WildcardAdditionalOptions,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use crate::error::{Error, Result};
use crate::sql::{find_outside_queries, outside_queries};

/// A relation of FROM: its name and its columns, where they are known.
type Relation = (Option<String>, Option<Vec<String>>);

/// A condition without its marks: the relation that they were on, and all the others that it is about.
struct Marked {
    relation: usize,
    others: BTreeSet<usize>,
    condition: Expr,
}

/// Writes the outer joins in WHERE of a SELECT as joins.
///
/// # Errors
/// When a condition has marks on several relations, or relations wait for one another; beside joins in FROM.
pub fn rewrite(select: &mut Select, common: &CommonTables, environment: &dyn Environment) -> Result<()> {
    let is_mark = |expr: &Expr| matches!(expr, Expr::OuterJoin(_));
    let has_marks = |expr: &Expr| find_outside_queries(expr, is_mark).is_some();
    if !select.selection.as_ref().is_some_and(has_marks) {
        return Ok(());
    }
    if select.from.iter().any(|table| !table.joins.is_empty()) {
        return Err(Error::compilation("(+) cannot be used beside JOIN in FROM"));
    }
    let relations = scope::relations(&select.from, common, environment);
    let mut parts = Vec::new();
    if let Some(condition) = select.selection.take() {
        conjunction(condition, &mut parts);
    }
    let mut marked = Vec::new();
    for part in parts {
        if has_marks(&part) {
            marked.push(without_marks(part, &relations)?);
        } else {
            select.selection = Some(match select.selection.take() {
                None => part,
                Some(before) => both(before, part),
            });
        }
    }
    keep_order(select, &relations);
    join(select, marked)
}

fn both(left: Expr, right: Expr) -> Expr {
    Expr::BinaryOp {
        left: Box::new(left),
        op: BinaryOperator::And,
        right: Box::new(right),
    }
}

fn conjunction(expr: Expr, parts: &mut Vec<Expr>) {
    match expr {
        Expr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            conjunction(*left, parts);
            conjunction(*right, parts);
        }
        Expr::Nested(inner)
            if matches!(
                inner.as_ref(),
                Expr::BinaryOp {
                    op: BinaryOperator::And,
                    ..
                }
            ) =>
        {
            conjunction(*inner, parts);
        }
        other => parts.push(other),
    }
}

/// The relation that a column belongs to.
fn relation_of(column: &Expr, relations: &[Relation]) -> Option<usize> {
    match column {
        Expr::CompoundIdentifier(parts) => {
            let [.., relation, _] = parts.as_slice() else {
                return None;
            };
            relations
                .iter()
                .position(|(name, _)| name.as_deref() == Some(relation.value.as_str()))
        }
        Expr::Identifier(column) => relations
            .iter()
            .position(|(_, columns)| columns.iter().flatten().any(|known| *known == column.value)),
        _ => None,
    }
}

fn without_marks(mut condition: Expr, relations: &[Relation]) -> Result<Marked> {
    let mut on = BTreeSet::new();
    let mut unknown = None;
    outside_queries(&mut condition, |expr| {
        if let Expr::OuterJoin(column) = expr {
            match relation_of(column, relations) {
                Some(at) => {
                    on.insert(at);
                }
                None => unknown = Some(column.to_string()),
            }
            *expr = std::mem::replace(column.as_mut(), Expr::value(Value::Null));
        }
    });
    if let Some(unknown) = unknown {
        return Err(Error::invalid_identifier(unknown));
    }
    let relation = match on.iter().copied().collect::<Vec<_>>().as_slice() {
        [one] => *one,
        _ => {
            return Err(Error::compilation(
                "(+) can be used on columns of one relation in a condition",
            ));
        }
    };
    let mut columns = Columns {
        relations,
        found: BTreeSet::new(),
    };
    let _ = condition.visit(&mut columns);
    columns.found.remove(&relation);
    Ok(Marked {
        relation,
        others: columns.found,
        condition,
    })
}

/// The relations of all columns in a tree.
struct Columns<'a> {
    relations: &'a [Relation],
    found: BTreeSet<usize>,
}

impl Visitor for Columns<'_> {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        self.found.extend(relation_of(expr, self.relations));
        ControlFlow::Continue(())
    }
}

/// `*` shows the relations in the order of FROM, whatever becomes of that.
fn keep_order(select: &mut Select, relations: &[Relation]) {
    let names: Option<Vec<&String>> = relations.iter().map(|(name, _)| name.as_ref()).collect();
    let Some(names) = names else { return };
    let mut items = Vec::with_capacity(select.projection.len());
    for item in std::mem::take(&mut select.projection) {
        match item {
            SelectItem::Wildcard(options) if options == WildcardAdditionalOptions::default() => {
                items.extend(names.iter().map(|name| {
                    let name = ObjectNamePart::Identifier(Ident::with_quote('"', name.as_str()));
                    let of = SelectItemQualifiedWildcardKind::ObjectName(ObjectName(vec![name]));
                    SelectItem::QualifiedWildcard(of, options.clone())
                }));
            }
            other => items.push(other),
        }
    }
    select.projection = items;
}

fn join(select: &mut Select, marked: Vec<Marked>) -> Result<()> {
    let optional: BTreeSet<usize> = marked.iter().map(|part| part.relation).collect();
    let mut tables: Vec<Option<TableWithJoins>> =
        std::mem::take(&mut select.from).into_iter().map(Some).collect();
    let mut placed: BTreeSet<usize> = BTreeSet::new();
    let mut from: Option<TableWithJoins> = None;
    for (at, slot) in tables.iter_mut().enumerate() {
        if optional.contains(&at) {
            continue;
        }
        placed.insert(at);
        let Some(table) = slot.take() else { continue };
        match &mut from {
            None => from = Some(table),
            Some(first) => first.joins.push(Join {
                relation: table.relation,
                global: false,
                join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
            }),
        }
    }
    let circular = || Error::compilation("(+) makes relations optional to one another");
    let mut from = from.ok_or_else(circular)?;
    let mut waiting = optional;
    while !waiting.is_empty() {
        let ready = waiting.iter().copied().find(|at| {
            let own = marked.iter().filter(|part| part.relation == *at);
            own.into_iter().all(|part| part.others.is_subset(&placed))
        });
        let at = ready.ok_or_else(circular)?;
        waiting.remove(&at);
        placed.insert(at);
        let conditions = marked.iter().filter(|part| part.relation == at);
        let condition = conditions
            .map(|part| part.condition.clone())
            .reduce(both)
            .ok_or_else(circular)?;
        let table = tables.get_mut(at).and_then(Option::take).ok_or_else(circular)?;
        from.joins.push(Join {
            relation: table.relation,
            global: false,
            join_operator: JoinOperator::LeftOuter(JoinConstraint::On(condition)),
        });
    }
    select.from = vec![from];
    Ok(())
}
