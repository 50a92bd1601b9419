//! ASOF JOIN: each row of the left side with the one row of the right side that is closest to it.
//! <https://docs.snowflake.com/en/sql-reference/constructs/asof-join>
//!
//! Both sides are put into one relation and sorted, within the columns of ON, by what MATCH_CONDITION compares. The
//! right row that a left row wants is then the last one before it, which a window function finds in one pass; nothing is
//! compared pair by pair.

use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{Column, DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::functions::core::expr_fn::{get_field, named_struct};
use datafusion::functions_window::nth_value::last_value_udwf;
use datafusion::logical_expr::expr::{NullTreatment, Sort, WindowFunction};
use datafusion::logical_expr::planner::RelationPlannerContext;
use datafusion::logical_expr::{
    Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder, Operator, WindowFrame, WindowFrameBound,
    WindowFrameUnits, WindowFunctionDefinition, lit,
};
use datafusion::sql::sqlparser::ast::{
    BinaryOperator, Expr as SqlExpr, JoinConstraint, JoinOperator, TableFactor, TableWithJoins,
};

use super::coercion;
use crate::error::Error;

const TIME: &str = "$ASOF_TIME";
const RIGHT: &str = "$ASOF_RIGHT";
const IS_RIGHT: &str = "$ASOF_IS_RIGHT";
const MATCH: &str = "$ASOF_MATCH";

/// Makes each ASOF JOIN of a FROM clause a relation of its own: it, and everything on its left.
pub fn nest(from: &mut [TableWithJoins]) {
    for table in from {
        let has_asof = |table: &TableWithJoins| {
            table
                .joins
                .iter()
                .position(|join| matches!(join.join_operator, JoinOperator::AsOf { .. }))
        };
        // One that stands alone behind its left side is nested already when its parent is.
        while let Some(at) = has_asof(table) {
            let rest = table.joins.split_off(at + 1);
            let Some(join) = table.joins.pop() else { return };
            let left = TableWithJoins {
                relation: table.relation.clone(),
                joins: std::mem::take(&mut table.joins),
            };
            let left = if left.joins.is_empty() {
                left.relation
            } else {
                TableFactor::NestedJoin {
                    table_with_joins: Box::new(left),
                    alias: None,
                }
            };
            table.relation = TableFactor::NestedJoin {
                table_with_joins: Box::new(TableWithJoins {
                    relation: left,
                    joins: vec![join],
                }),
                alias: None,
            };
            table.joins = rest;
        }
    }
}

/// Whether a nested join is one of [`nest`]'s.
pub fn is_asof(table: &TableWithJoins) -> bool {
    matches!(table.joins.as_slice(), [join] if matches!(join.join_operator, JoinOperator::AsOf { .. }))
}

/// The two sides of an equality or of MATCH_CONDITION, each over the schema of its side.
struct Pair {
    left: Expr,
    right: Expr,
}

/// Plans a relation for which [`is_asof`] holds.
///
/// # Errors
/// When the conditions are not what ASOF JOIN takes; whatever is wrong with the relations.
pub fn plan(table: TableWithJoins, context: &mut dyn RelationPlannerContext) -> Result<LogicalPlan> {
    let TableWithJoins { relation, mut joins } = table;
    let Some(join) = joins.pop() else {
        return Err(Error::internal("an ASOF JOIN without a right side").into());
    };
    let JoinOperator::AsOf {
        match_condition,
        constraint,
    } = join.join_operator
    else {
        return Err(Error::internal("an ASOF JOIN that is none").into());
    };
    if matches!(
        join.relation,
        TableFactor::Function { .. } | TableFactor::Derived { lateral: true, .. }
    ) {
        return Err(Error::unsupported("ASOF JOIN with LATERAL").into());
    }
    let left = context.plan(relation)?;
    let right = context.plan(join.relation)?;
    let (op, time) = match_pair(&match_condition, &left, &right, context)?;
    let mut merged = Vec::new();
    let mut keys = Vec::new();
    match constraint {
        JoinConstraint::None => {}
        JoinConstraint::On(condition) => {
            for part in conjuncts(condition) {
                keys.push(key(part, &left, &right, context)?);
            }
        }
        JoinConstraint::Using(names) => {
            for name in names {
                let name = name
                    .0
                    .last()
                    .and_then(|part| part.as_ident())
                    .map(|n| n.value.clone());
                let Some(name) = name else {
                    return Err(Error::unsupported("USING of an expression").into());
                };
                let side = |plan: &LogicalPlan| -> Result<Expr> {
                    let (qualifier, field) = plan.schema().qualified_field_with_unqualified_name(&name)?;
                    Ok(Expr::Column(Column::from((qualifier, field))))
                };
                keys.push(Pair {
                    left: side(&left)?,
                    right: side(&right)?,
                });
                merged.push(name);
            }
        }
        JoinConstraint::Natural => return Err(Error::unsupported("NATURAL ASOF JOIN").into()),
    }
    build(left, right, op, time, keys, &merged)
}

fn match_pair(
    condition: &SqlExpr,
    left: &LogicalPlan,
    right: &LogicalPlan,
    context: &mut dyn RelationPlannerContext,
) -> Result<(Operator, Pair)> {
    let invalid = |why: &str| -> datafusion::error::DataFusionError {
        let message = format!("SQL compilation error:\nMATCH_CONDITION clause is invalid: {why}");
        Error::new(2_034, "42601", message).into()
    };
    let operators = "Only comparison operators '>=', '>', '<=' and '<' are allowed.";
    let SqlExpr::BinaryOp {
        left: a,
        op,
        right: b,
    } = unnested(condition)
    else {
        return Err(invalid(operators));
    };
    let op = match op {
        BinaryOperator::GtEq => Operator::GtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Lt => Operator::Lt,
        _ => return Err(invalid(operators)),
    };
    let planned = (over(a, left, context), over(b, right, context));
    let (Ok(a_planned), Ok(b_planned)) = planned else {
        // A name that neither side has is the better complaint.
        let both = left.schema().join(right.schema())?;
        context.sql_to_expr(condition.clone(), &both)?;
        return Err(invalid(
            "The left side allows only column references from the left side table, and the right side allows only \
             column references from the right side table.",
        ));
    };
    pair(a_planned, op, b_planned, left, right).map(|pair| (op, pair))
}

fn key(
    part: SqlExpr,
    left: &LogicalPlan,
    right: &LogicalPlan,
    context: &mut dyn RelationPlannerContext,
) -> Result<Pair> {
    let invalid = || -> datafusion::error::DataFusionError {
        let message = "SQL compilation error:\nON clause for ASOF JOIN must contain conjunctions of equality \
                       conditions only. Disjunctions are not allowed. Each side of an equality condition must only refer \
                       to either the left table or the right table.";
        Error::new(2_035, "42601", message).into()
    };
    let SqlExpr::BinaryOp {
        left: a,
        op: BinaryOperator::Eq,
        right: b,
    } = &part
    else {
        return Err(invalid());
    };
    let both = left.schema().join(right.schema())?;
    context.sql_to_expr(part.clone(), &both)?;
    if let (Ok(a), Ok(b)) = (over(a, left, context), over(b, right, context)) {
        return pair(a, Operator::Eq, b, left, right);
    }
    match (over(b, left, context), over(a, right, context)) {
        (Ok(b), Ok(a)) => pair(b, Operator::Eq, a, left, right),
        _ => Err(invalid()),
    }
}

fn over(expr: &SqlExpr, side: &LogicalPlan, context: &mut dyn RelationPlannerContext) -> Result<Expr> {
    context.sql_to_expr(expr.clone(), side.schema())
}

/// Two sides in a type in which they can be compared.
fn pair(a: Expr, op: Operator, b: Expr, left: &LogicalPlan, right: &LogicalPlan) -> Result<Pair> {
    let a = coercion::coerce_expr(a, left.schema())?;
    let b = coercion::coerce_expr(b, right.schema())?;
    let both = left.schema().join(right.schema())?;
    let (left, right) = coercion::comparable(a, op, b, &both)?;
    Ok(Pair { left, right })
}

fn unnested(expr: &SqlExpr) -> &SqlExpr {
    match expr {
        SqlExpr::Nested(inner) => unnested(inner),
        expr => expr,
    }
}

/// The parts of a condition that AND puts together.
fn conjuncts(condition: SqlExpr) -> Vec<SqlExpr> {
    match condition {
        SqlExpr::Nested(inner) => conjuncts(*inner),
        SqlExpr::BinaryOp {
            left,
            op: BinaryOperator::And,
            right,
        } => {
            let mut parts = conjuncts(*left);
            parts.extend(conjuncts(*right));
            parts
        }
        other => vec![other],
    }
}

fn build(
    left: LogicalPlan,
    right: LogicalPlan,
    op: Operator,
    time: Pair,
    keys: Vec<Pair>,
    merged: &[String],
) -> Result<LogicalPlan> {
    let own: Vec<Expr> = left.schema().columns().into_iter().map(Expr::Column).collect();
    let other: Vec<Expr> = right.schema().columns().into_iter().map(Expr::Column).collect();
    let at = |prefix: &str, at: usize| format!("$ASOF_{prefix}{at}");
    let row = named_struct(
        other
            .iter()
            .enumerate()
            .flat_map(|(place, column)| [lit(at("F", place)), column.clone()])
            .collect(),
    );
    let row_type = row.get_type(right.schema())?;
    let null_of = |expr: &Expr, schema: &DFSchema| -> Result<Expr> {
        let (_, field) = expr.to_field(schema)?;
        let null = ScalarValue::try_from(field.data_type())?;
        Ok(Expr::Literal(null, Some(FieldMetadata::from(field.as_ref()))))
    };

    let mut of_left = Vec::new();
    let mut of_right = Vec::new();
    for (place, column) in own.iter().enumerate() {
        of_left.push(column.clone().alias(at("L", place)));
        of_right.push(null_of(column, left.schema())?.alias(at("L", place)));
    }
    // NULL is equal to nothing and close to nothing, so right rows with it can be no match.
    let mut known = time.right.clone().is_not_null();
    for (place, key) in keys.iter().enumerate() {
        of_left.push(key.left.clone().alias(at("K", place)));
        of_right.push(key.right.clone().alias(at("K", place)));
        known = known.and(key.right.clone().is_not_null());
    }
    of_left.push(time.left.alias(TIME));
    of_right.push(time.right.alias(TIME));
    of_left.push(lit(false).alias(IS_RIGHT));
    of_right.push(lit(true).alias(IS_RIGHT));
    of_left.push(Expr::Literal(ScalarValue::try_from(&row_type)?, None).alias(RIGHT));
    of_right.push(row.alias(RIGHT));

    let right_rows = LogicalPlanBuilder::from(right.clone())
        .filter(known)?
        .project(of_right)?
        .build()?;
    let rows = LogicalPlanBuilder::from(left.clone())
        .project(of_left)?
        .union(right_rows)?;

    let column = |name: String| Expr::Column(Column::from_name(name));
    let earlier = matches!(op, Operator::GtEq | Operator::Gt);
    let inclusive = matches!(op, Operator::GtEq | Operator::LtEq);
    let mut window = WindowFunction::new(
        WindowFunctionDefinition::WindowUDF(last_value_udwf()),
        vec![column(RIGHT.to_string())],
    );
    window.params.partition_by = (0..keys.len()).map(|place| column(at("K", place))).collect();
    window.params.order_by = vec![
        // A left row without a time comes before all that it could be close to.
        Sort::new(column(TIME.to_string()), earlier, true),
        // Of rows at one time those of the right side come first where they match.
        Sort::new(column(IS_RIGHT.to_string()), !inclusive, false),
    ];
    window.params.window_frame = WindowFrame::new_bounds(
        WindowFrameUnits::Rows,
        WindowFrameBound::Preceding(ScalarValue::UInt64(None)),
        WindowFrameBound::CurrentRow,
    );
    window.params.null_treatment = Some(NullTreatment::IgnoreNulls);
    let all: Vec<Expr> = rows.schema().columns().into_iter().map(Expr::Column).collect();
    let window_plan =
        LogicalPlanBuilder::from(rows.build()?).window([Expr::WindowFunction(Box::new(window))])?;
    let window_name = window_plan
        .schema()
        .columns()
        .pop()
        .ok_or_else(|| Error::internal("a window without a column"))?;
    let found = Expr::Column(window_name).alias(MATCH);
    let rows = window_plan
        .project(all.into_iter().chain([found]))?
        .filter(!column(IS_RIGHT.to_string()))?;

    let mut out = Vec::with_capacity(own.len() + other.len());
    for (place, (qualifier, field)) in left.schema().iter().enumerate() {
        out.push(column(at("L", place)).alias_qualified(qualifier.cloned(), field.name()));
    }
    for (place, (qualifier, field)) in right.schema().iter().enumerate() {
        if merged.contains(field.name()) {
            continue;
        }
        let value = get_field(column(MATCH.to_string()), at("F", place));
        out.push(value.alias_qualified(qualifier.cloned(), field.name()));
    }
    rows.project(out)?.build()
}
