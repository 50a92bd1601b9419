//! Implicit casts by Snowflake's rules, put into a logical plan before DataFusion's own coercion sees it.
//! <https://docs.snowflake.com/en/sql-reference/data-type-conversion>
//!
//! DataFusion would compare text with timestamps by its own rules, or not at all; after this pass every comparison,
//! CASE, IN, BETWEEN and UNION has operands of one type, so that DataFusion finds nothing left to coerce.

use std::sync::Arc;

use datafusion::arrow::datatypes::DataType;
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DFSchemaRef};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Case, InList};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{Between, BinaryExpr, Expr, ExprSchemable, Like, LogicalPlan, Operator, Projection};

use super::cast_call;
use super::operator::{condition, exact_literal};
use crate::error::Error;
use crate::types::SnowType;
use crate::types::coerce;

/// Coerces every expression of a plan, subqueries included.
pub fn coerce_plan(plan: LogicalPlan) -> Result<LogicalPlan> {
    Ok(plan.transform_up_with_subqueries(|node| coerce_node(node).map(Transformed::yes))?.data)
}

/// Coerces an expression over a schema.
pub fn coerce_expr(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    Ok(expr.transform_up(|expr| fix(expr, schema))?.data)
}

fn coerce_node(node: LogicalPlan) -> Result<LogicalPlan> {
    if let LogicalPlan::Union(union) = node {
        return coerce_union(union);
    }
    if matches!(node, LogicalPlan::Limit(_) | LogicalPlan::TableScan(_) | LogicalPlan::EmptyRelation(_)) {
        return Ok(node);
    }
    let schema = match node.inputs().as_slice() {
        [] => DFSchema::empty(),
        inputs => merge_schema(inputs),
    };
    let names = NamePreserver::new(&node);
    let changed = node.map_expressions(|expr| {
        let name = names.save(&expr);
        let fixed = expr.transform_up(|expr| fix(expr, &schema))?;
        let fixed = if let Expr::Literal(..) = &fixed.data {
            Transformed::yes(exact_literal(fixed.data))
        } else {
            fixed
        };
        Ok(fixed.update_data(|expr| name.restore(expr)))
    })?;
    let node = changed.data;
    if changed.transformed { node.recompute_schema() } else { Ok(node) }
}

/// One expression, whose children are done.
fn fix(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    Ok(Transformed::yes(match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right })
            if op.is_comparison_operator()
                || matches!(op, Operator::IsDistinctFrom | Operator::IsNotDistinctFrom) =>
        {
            let (left, right) = comparable(exact_literal(*left), exact_literal(*right), schema)?;
            Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
        }
        Expr::BinaryExpr(BinaryExpr { left, op: op @ (Operator::And | Operator::Or), right }) => {
            let (left, right) = (condition(*left, schema)?, condition(*right, schema)?);
            Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
        }
        Expr::Not(inner) => Expr::Not(Box::new(condition(*inner, schema)?)),
        Expr::Between(Between { expr, negated, low, high }) => {
            let low = exact_literal(*low);
            let high = exact_literal(*high);
            let mut all = common(vec![*expr, low, high], schema)?;
            match (all.pop(), all.pop(), all.pop()) {
                (Some(high), Some(low), Some(expr)) => {
                    Expr::Between(Between::new(Box::new(expr), negated, Box::new(low), Box::new(high)))
                }
                _ => return Err(Error::internal("BETWEEN lost an operand").into()),
            }
        }
        Expr::InList(InList { expr, list, negated }) => {
            let operands = std::iter::once(*expr).chain(list.into_iter().map(exact_literal)).collect();
            let mut all = common(operands, schema)?.into_iter();
            match all.next() {
                Some(expr) => Expr::InList(InList::new(Box::new(expr), all.collect(), negated)),
                None => return Err(Error::internal("IN lost its operand").into()),
            }
        }
        Expr::Case(case) => Expr::Case(coerce_case(case, schema)?),
        Expr::Like(like) => Expr::Like(coerce_like(like, schema)?),
        other => return Ok(Transformed::no(other)),
    }))
}

fn coerce_case(case: Case, schema: &DFSchema) -> Result<Case> {
    let Case { expr, when_then_expr, else_expr } = case;
    let (mut whens, mut thens): (Vec<_>, Vec<_>) =
        when_then_expr.into_iter().map(|(when, then)| (exact_literal(*when), exact_literal(*then))).unzip();
    let expr = match expr {
        None => {
            whens = whens.into_iter().map(|when| condition(when, schema)).collect::<Result<_>>()?;
            None
        }
        Some(operand) => {
            whens.insert(0, exact_literal(*operand));
            whens = common(whens, schema)?;
            Some(Box::new(whens.remove(0)))
        }
    };
    let has_else = else_expr.is_some();
    thens.extend(else_expr.map(|expr| exact_literal(*expr)));
    thens = common(thens, schema)?;
    let else_expr = if has_else { thens.pop().map(Box::new) } else { None };
    let when_then_expr =
        whens.into_iter().zip(thens).map(|(when, then)| (Box::new(when), Box::new(then))).collect();
    Ok(Case::new(expr, when_then_expr, else_expr))
}

fn coerce_like(like: Like, schema: &DFSchema) -> Result<Like> {
    let text = |expr: Expr| -> Result<Expr> {
        match expr.get_type(schema)? {
            DataType::Utf8 | DataType::Null => Ok(expr),
            _ => Ok(cast_call(expr, &SnowType::VARCHAR)),
        }
    };
    Ok(Like { expr: Box::new(text(*like.expr)?), pattern: Box::new(text(*like.pattern)?), ..like })
}

/// Both operands in a type in which they can be compared.
pub fn comparable(left: Expr, right: Expr, schema: &DFSchema) -> Result<(Expr, Expr)> {
    let (left_type, right_type) = (type_of(&left, schema)?, type_of(&right, schema)?);
    let (Some(left_type), Some(right_type)) = (left_type, right_type) else { return Ok((left, right)) };
    let common = if left_type.arrow() == right_type.arrow() && !matches!(left_type, SnowType::TimestampTz { .. }) {
        return Ok((left, right));
    } else {
        coerce::comparison_type(&left_type, &right_type)
    };
    // Two moments with offsets are compared as instants.
    let common = match common {
        Some(SnowType::TimestampTz { scale }) => Some(SnowType::TimestampLtz { scale }),
        common => common,
    };
    let Some(common) = common else {
        return Err(Error::invalid_type(format!("Can not compare {left_type} with {right_type}")).into());
    };
    Ok((cast_to(left, &left_type, &common), cast_to(right, &right_type, &common)))
}

/// All operands in one type.
fn common(operands: Vec<Expr>, schema: &DFSchema) -> Result<Vec<Expr>> {
    let types: Vec<Option<SnowType>> = operands.iter().map(|expr| type_of(expr, schema)).collect::<Result<_>>()?;
    let known: Vec<SnowType> = types.iter().flatten().copied().collect();
    let Some(first) = known.first() else { return Ok(operands) };
    if known.iter().all(|each| each.arrow() == first.arrow()) {
        return Ok(operands);
    }
    let to = coerce::common_type(&known).ok_or_else(|| {
        let shown: Vec<String> = known.iter().map(ToString::to_string).collect();
        Error::invalid_type(format!("Inconsistent data types: {}", shown.join(", ")))
    })?;
    Ok(operands.into_iter().zip(types).map(|(expr, from)| from.map_or(expr.clone(), |from| cast_to(expr, &from, &to))).collect())
}

fn cast_to(expr: Expr, from: &SnowType, to: &SnowType) -> Expr {
    if from.arrow() == to.arrow() && !integer_in_disguise(&expr) { expr } else { cast_call(expr, to) }
}

/// Whether an expression is a literal that DataFusion holds as a machine integer.
fn integer_in_disguise(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.data_type().is_integer())
}

/// The Snowflake type of an expression; `None` for a bare NULL, which takes any type, and for types that DataFusion
/// alone knows (intervals).
fn type_of(expr: &Expr, schema: &DFSchema) -> Result<Option<SnowType>> {
    let (_, field) = expr.to_field(schema)?;
    if matches!(field.data_type(), DataType::Null) {
        return Ok(None);
    }
    // Machine integers of aggregates and window functions compare with each other, but are decimals to all others.
    Ok(SnowType::from_field(&field))
}

fn coerce_union(union: datafusion::logical_expr::Union) -> Result<LogicalPlan> {
    let inputs = union.inputs;
    let Some(first) = inputs.first() else { return Err(Error::internal("UNION without inputs").into()) };
    let count = first.schema().fields().len();
    if inputs.iter().any(|input| input.schema().fields().len() != count) {
        let message = "SQL compilation error:\ninvalid number of result columns for set operator input branches";
        return Err(Error::new(1789, "42601", message).into());
    }
    let mut targets = Vec::with_capacity(count);
    for at in 0..count {
        let fields: Vec<_> = inputs.iter().map(|input| input.schema().field(at)).collect();
        let known: Vec<SnowType> = fields
            .iter()
            .filter(|field| !matches!(field.data_type(), DataType::Null))
            .filter_map(|field| SnowType::from_field(field))
            .collect();
        let same = fields.windows(2).all(|pair| matches!(pair, [a, b] if a.data_type() == b.data_type()));
        let target = if same { None } else { coerce::common_type(&known) };
        if !same && target.is_none() && !known.is_empty() {
            return Err(Error::invalid_type("Inconsistent data types for the columns of a set operator").into());
        }
        targets.push(target);
    }
    let names: DFSchemaRef = Arc::clone(first.schema());
    let inputs = inputs
        .into_iter()
        .map(|input| {
            if targets.iter().all(Option::is_none) {
                return Ok(input);
            }
            let columns = input.schema().columns();
            let exprs = columns.into_iter().zip(&targets).enumerate().map(|(at, (column, target))| {
                let expr = Expr::Column(column);
                let name = names.field(at).name().clone();
                match target {
                    Some(to) if *input.schema().field(at).data_type() != to.arrow() => cast_call(expr, to).alias(name),
                    _ => expr.alias(name),
                }
            });
            Ok(Arc::new(LogicalPlan::Projection(Projection::try_new(exprs.collect(), input)?)))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(LogicalPlan::Union(datafusion::logical_expr::Union::try_new_with_loose_types(inputs)?))
}
