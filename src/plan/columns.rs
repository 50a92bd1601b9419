//! References to columns that DataFusion does not resolve as Snowflake does: `$2`, the second column of a relation, and
//! names that both sides of a join with USING have.
//! <https://docs.snowflake.com/en/sql-reference/constructs/values>,
//! <https://docs.snowflake.com/en/sql-reference/constructs/join>

use std::collections::HashMap;
use std::ops::ControlFlow;

use datafusion::sql::sqlparser::ast::{
    Expr, GroupByExpr, Ident, JoinConstraint, JoinOperator, Select, SelectItem, TableFactor, Value, VisitMut,
    VisitorMut,
};

use super::environment::Environment;
use super::scope::{self, CommonTables};
use crate::sql::outside_queries;

/// Whether a name is that of a column by position.
pub fn is_position(name: &str) -> bool {
    position(name).is_some()
}

fn position(name: &str) -> Option<usize> {
    let digits = name.strip_prefix('$')?;
    digits
        .chars()
        .all(|c| c.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// Replaces such references in a SELECT by names that say which column is meant.
pub fn resolve(select: &mut Select, common: &CommonTables, environment: &dyn Environment) {
    let mut has_position = Positions(false);
    let _ = select.visit(&mut has_position);
    let has_using = select
        .from
        .iter()
        .flat_map(|table| &table.joins)
        .any(|join| using(&join.join_operator).is_some());
    if !has_position.0 && !has_using {
        return;
    }
    let mut columns = Columns {
        relations: scope::relations(&select.from, common, environment),
        left: HashMap::new(),
    };
    // Joins in parentheses have no place in the order of relations.
    let nested = |factor: &TableFactor| matches!(factor, TableFactor::NestedJoin { .. });
    let plain = !select
        .from
        .iter()
        .any(|table| nested(&table.relation) || table.joins.iter().any(|join| nested(&join.relation)));
    if has_using && plain {
        columns.left = left_sides(select, &columns.relations);
    }
    for item in &mut select.projection {
        if let SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } = item {
            columns.name(expr);
        }
    }
    let clauses = [&mut select.selection, &mut select.having, &mut select.qualify];
    for clause in clauses.into_iter().flatten() {
        columns.name(clause);
    }
    if let GroupByExpr::Expressions(expressions, _) = &mut select.group_by {
        columns.name(expressions);
    }
    for join in select.from.iter_mut().flat_map(|table| &mut table.joins) {
        if let Some(condition) = super::joins::constraint(&mut join.join_operator) {
            columns.name(condition);
        }
    }
}

/// The columns of USING; none for a join that has no such clause.
pub fn using(operator: &JoinOperator) -> Option<Vec<String>> {
    let (JoinOperator::Join(constraint)
    | JoinOperator::Inner(constraint)
    | JoinOperator::Left(constraint)
    | JoinOperator::LeftOuter(constraint)
    | JoinOperator::Right(constraint)
    | JoinOperator::RightOuter(constraint)
    | JoinOperator::FullOuter(constraint)) = operator
    else {
        return None;
    };
    let JoinConstraint::Using(names) = constraint else {
        return None;
    };
    names
        .iter()
        .map(|name| Some(name.0.last()?.as_ident()?.value.clone()))
        .collect()
}

/// For each name that both sides of a join with USING have, besides the names in it: the relation on the left.
fn left_sides(
    select: &Select,
    relations: &[(Option<String>, Option<Vec<String>>)],
) -> HashMap<String, String> {
    let mut first: HashMap<&String, Option<&String>> = HashMap::new();
    let mut left = HashMap::new();
    let mut described = relations.iter();
    for table in &select.from {
        let operators = std::iter::once(None).chain(table.joins.iter().map(|j| Some(&j.join_operator)));
        for (operator, (exposed, columns)) in operators.zip(described.by_ref()) {
            let using = operator.and_then(using);
            for column in columns.iter().flatten() {
                let Some(known) = first.get(column) else {
                    first.insert(column, exposed.as_ref());
                    continue;
                };
                match (&using, known) {
                    (Some(using), Some(_)) if using.contains(column) => {}
                    (Some(_), Some(known)) => {
                        left.entry(column.clone()).or_insert_with(|| (*known).clone());
                    }
                    // From a join of another kind, the name stays ambiguous.
                    _ => {
                        left.remove(column);
                        first.insert(column, None);
                    }
                }
            }
        }
    }
    left
}

/// Whether a tree has a position in it.
struct Positions(bool);

impl VisitorMut for Positions {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &mut Expr) -> ControlFlow<()> {
        let found = match expr {
            Expr::Value(value) => {
                matches!(&value.value, Value::Placeholder(name) if is_position(name))
            }
            Expr::CompoundIdentifier(parts) => parts.last().is_some_and(|part| is_position(&part.value)),
            _ => false,
        };
        self.0 |= found;
        if found {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    }
}

struct Columns {
    relations: Vec<(Option<String>, Option<Vec<String>>)>,
    left: HashMap<String, String>,
}

impl Columns {
    /// The column at a position of a relation, or of the only relation.
    fn at(&self, qualifier: Option<&str>, name: &str) -> Option<&String> {
        let place = position(name)?.checked_sub(1)?;
        let columns = match qualifier {
            Some(wanted) => {
                let found = self
                    .relations
                    .iter()
                    .find(|(exposed, _)| exposed.as_deref() == Some(wanted));
                &found?.1
            }
            None => match self.relations.as_slice() {
                [(_, columns)] => columns,
                _ => return None,
            },
        };
        let columns = columns.as_ref()?;
        // The columns of a stage have these names themselves.
        if columns.iter().any(|column| column == name) {
            return None;
        }
        columns.get(place)
    }

    /// Puts the columns' names where they are written otherwise.
    fn name(&self, tree: &mut impl VisitMut) {
        outside_queries(tree, |expr| match expr {
            Expr::Value(value) => {
                if let Value::Placeholder(name) = &value.value
                    && let Some(column) = self.at(None, name)
                {
                    *expr = Expr::Identifier(Ident::with_quote('"', column));
                }
            }
            Expr::CompoundIdentifier(parts) => {
                if let [qualifier, name] = parts.as_mut_slice()
                    && let Some(column) = self.at(Some(&qualifier.value), &name.value)
                {
                    *name = Ident::with_quote('"', column);
                }
            }
            Expr::Identifier(name) => {
                if let Some(relation) = self.left.get(&name.value) {
                    let qualifier = Ident::with_quote('"', relation);
                    *expr = Expr::CompoundIdentifier(vec![qualifier, name.clone()]);
                }
            }
            _ => {}
        });
    }
}
