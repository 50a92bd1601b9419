//! The joins of a FROM clause: table functions among its relations, and joins without a condition.
//! <https://docs.snowflake.com/en/sql-reference/constructs/join>

use datafusion::sql::sqlparser::ast::{
    Expr, Join, JoinConstraint, JoinOperator, TableFactor, TableWithJoins, Value,
};

use super::columns;
use crate::error::{Error, Result};

/// `FROM t, TABLE(FLATTEN(t.v)) f JOIN u ON …` as `FROM t CROSS JOIN f JOIN u ON …`, which is the same for the joins
/// that keep to their left side. Behind a comma, `f` would not see `t`.
pub fn join_table_functions(from: &mut Vec<TableWithJoins>) {
    let keeps_left = |join: &Join| {
        matches!(
            join.join_operator,
            JoinOperator::Join(_)
                | JoinOperator::Inner(_)
                | JoinOperator::Left(_)
                | JoinOperator::LeftOuter(_)
                | JoinOperator::CrossJoin(_)
        )
    };
    let mut at = 1;
    while let Some(table) = from.get(at) {
        let is_function = matches!(
            table.relation,
            TableFactor::Function { .. } | TableFactor::TableFunction { .. }
        );
        if !is_function || table.joins.is_empty() || !table.joins.iter().all(keeps_left) {
            at += 1;
            continue;
        }
        let table = from.remove(at);
        if let Some(before) = from.get_mut(at - 1) {
            before.joins.push(Join {
                relation: table.relation,
                global: false,
                join_operator: JoinOperator::CrossJoin(JoinConstraint::None),
            });
            before.joins.extend(table.joins);
        }
    }
}

/// A join without a condition joins every row with every row; an outer one keeps rows that have none beside them.
/// <https://docs.snowflake.com/en/sql-reference/constructs/join>
///
/// A table function beside each row gives the rows that it gives: OUTER of FLATTEN, not LEFT of its join, has it give one
/// for nothing (<https://docs.snowflake.com/en/sql-reference/functions/split_to_table>).
pub fn join_without_condition(relation: &TableFactor, operator: &mut JoinOperator) -> Result<()> {
    let is_function = matches!(relation, TableFactor::Function { .. });
    if let TableFactor::Function { name, .. } = relation
        && matches!(
            name.to_string().as_str(),
            "FLATTEN" | "SPLIT_TO_TABLE" | "STRTOK_SPLIT_TO_TABLE"
        )
        && (constraint(operator).is_some() || columns::using(operator).is_some())
    {
        return Err(Error::unsupported(
            "lateral table function called with OUTER JOIN syntax or a join predicate (ON clause)",
        ));
    }
    let none = |constraint: &JoinConstraint| matches!(constraint, JoinConstraint::None);
    match operator {
        JoinOperator::Inner(constraint) | JoinOperator::Join(constraint) if none(constraint) => {
            *operator = JoinOperator::CrossJoin(JoinConstraint::None);
        }
        JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint)
            if is_function && none(constraint) =>
        {
            *operator = JoinOperator::CrossJoin(JoinConstraint::None);
        }
        JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
            if none(constraint) && !is_function =>
        {
            *constraint = JoinConstraint::On(Expr::Value(Value::Boolean(true).into()));
        }
        _ => {}
    }
    Ok(())
}

/// The condition of ON, to be read.
pub fn constraint_of(operator: &JoinOperator) -> Option<&Expr> {
    match operator {
        JoinOperator::Join(JoinConstraint::On(expr))
        | JoinOperator::Inner(JoinConstraint::On(expr))
        | JoinOperator::Left(JoinConstraint::On(expr))
        | JoinOperator::LeftOuter(JoinConstraint::On(expr))
        | JoinOperator::Right(JoinConstraint::On(expr))
        | JoinOperator::RightOuter(JoinConstraint::On(expr))
        | JoinOperator::FullOuter(JoinConstraint::On(expr)) => Some(expr),
        _ => None,
    }
}

/// The condition of ON.
pub fn constraint(operator: &mut JoinOperator) -> Option<&mut Expr> {
    match operator {
        JoinOperator::Join(JoinConstraint::On(expr))
        | JoinOperator::Inner(JoinConstraint::On(expr))
        | JoinOperator::Left(JoinConstraint::On(expr))
        | JoinOperator::LeftOuter(JoinConstraint::On(expr))
        | JoinOperator::Right(JoinConstraint::On(expr))
        | JoinOperator::RightOuter(JoinConstraint::On(expr))
        | JoinOperator::FullOuter(JoinConstraint::On(expr)) => Some(expr),
        _ => None,
    }
}
