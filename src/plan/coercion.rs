//! Implicit casts by Snowflake's rules, put into a logical plan before DataFusion's own coercion sees it.
//! <https://docs.snowflake.com/en/sql-reference/data-type-conversion>
//!
//! DataFusion would compare text with timestamps by its own rules, or not at all; after this pass every comparison,
//! CASE, IN, BETWEEN and UNION has operands of one type, so that DataFusion finds nothing left to coerce.

use std::sync::Arc;

use datafusion::arrow::datatypes::{DataType, Field};
use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{DFSchema, DFSchemaRef, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::expr::{Case, InList};
use datafusion::logical_expr::expr_rewriter::NamePreserver;
use datafusion::logical_expr::utils::merge_schema;
use datafusion::logical_expr::{
    Between, BinaryExpr, Expr, ExprSchemable, Like, LogicalPlan, Operator, Projection, Values,
};

use super::operator::{condition, exact_literal};
use super::{barrier, cast_call, groups};
use crate::error::Error;
use crate::functions;
use crate::types::SnowType;
use crate::types::coerce;

/// Coerces every expression of a plan, subqueries included.
pub fn coerce_plan(plan: LogicalPlan) -> Result<LogicalPlan> {
    Ok(plan
        .transform_up_with_subqueries(|node| coerce_node(node).map(Transformed::yes))?
        .data)
}

/// Whether an operator compares.
pub(super) fn is_comparison(op: Operator) -> bool {
    matches!(
        op,
        Operator::Eq
            | Operator::NotEq
            | Operator::Lt
            | Operator::LtEq
            | Operator::Gt
            | Operator::GtEq
            | Operator::IsDistinctFrom
            | Operator::IsNotDistinctFrom
    )
}

/// Coerces an expression over a schema.
pub fn coerce_expr(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    Ok(expr.transform_up(|expr| fix(expr, schema))?.data)
}

fn coerce_node(node: LogicalPlan) -> Result<LogicalPlan> {
    if let LogicalPlan::Union(union) = node {
        return coerce_union(union);
    }
    if let LogicalPlan::Values(values) = node {
        return coerce_values(values);
    }
    if matches!(
        node,
        LogicalPlan::Limit(_) | LogicalPlan::TableScan(_) | LogicalPlan::EmptyRelation(_)
    ) {
        return Ok(node);
    }
    let schema = match node.inputs().as_slice() {
        [] => DFSchema::empty(),
        inputs => merge_schema(inputs),
    };
    if let LogicalPlan::Sort(mut sort) = node {
        for key in &mut sort.expr {
            let fixed = key.expr.clone().transform_up(|expr| fix(expr, &schema))?.data;
            key.expr = groups::order_key(fixed, &schema)?;
        }
        return Ok(LogicalPlan::Sort(sort));
    }
    let names = NamePreserver::new(&node);
    let changed = node.map_expressions(|expr| {
        let name = names.save(&expr);
        let fixed = expr.transform_up(|expr| fix(expr, &schema))?;
        let fixed = fixed.update_data(|expr| match expr {
            Expr::Alias(mut alias) => {
                *alias.expr = exact_literal(*alias.expr);
                Expr::Alias(alias)
            }
            expr => exact_literal(expr),
        });
        Ok(fixed.update_data(|expr| name.restore(expr)))
    })?;
    // Always: an input's types may have changed below.
    barrier::above_numbers(groups::by_equality(changed.data.recompute_schema()?)?)
}

/// One expression, whose children are done.
fn fix(expr: Expr, schema: &DFSchema) -> Result<Transformed<Expr>> {
    Ok(Transformed::yes(match expr {
        Expr::BinaryExpr(BinaryExpr { left, op, right }) if is_comparison(op) => {
            let (left, right) = comparable(exact_literal(*left), op, exact_literal(*right), schema)?;
            Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
        }
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: op @ (Operator::And | Operator::Or),
            right,
        }) => {
            let (left, right) = (condition(*left, schema)?, condition(*right, schema)?);
            Expr::BinaryExpr(BinaryExpr::new(Box::new(left), op, Box::new(right)))
        }
        Expr::Not(inner) => Expr::Not(Box::new(condition(*inner, schema)?)),
        Expr::Between(Between {
            expr,
            negated,
            low,
            high,
        }) => {
            let low = exact_literal(*low);
            let high = exact_literal(*high);
            let mut all = common(vec![*expr, low, high], schema)?;
            match (all.pop(), all.pop(), all.pop()) {
                (Some(high), Some(low), Some(expr)) => Expr::Between(Between::new(
                    Box::new(expr),
                    negated,
                    Box::new(low),
                    Box::new(high),
                )),
                _ => return Err(Error::internal("BETWEEN lost an operand").into()),
            }
        }
        Expr::InList(InList { expr, list, negated }) => {
            let operands = std::iter::once(*expr)
                .chain(list.into_iter().map(exact_literal))
                .collect();
            let mut all = common(operands, schema)?.into_iter();
            match all.next() {
                Some(expr) => Expr::InList(InList::new(Box::new(expr), all.collect(), negated)),
                None => return Err(Error::internal("IN lost its operand").into()),
            }
        }
        literal @ Expr::Literal(ScalarValue::Decimal128(..), _) => exact_literal(literal),
        Expr::Case(case) => typed_case(coerce_case(case, schema)?, schema)?,
        Expr::ScalarFunction(mut call) if functions::registry().has(call.func.name()) => {
            call.args = call.args.into_iter().map(exact_literal).collect();
            Expr::ScalarFunction(call)
        }
        Expr::WindowFunction(window) => {
            let window = groups::window_keys(*window, schema)?;
            groups::count(Expr::WindowFunction(Box::new(window)), schema)?
        }
        expr @ Expr::AggregateFunction(_) => groups::count(expr, schema)?,
        Expr::Like(like) => Expr::Like(coerce_like(like, schema)?),
        other => return Ok(Transformed::no(other)),
    }))
}

fn coerce_case(case: Case, schema: &DFSchema) -> Result<Case> {
    let Case {
        expr,
        when_then_expr,
        else_expr,
    } = case;
    let (mut whens, mut thens): (Vec<_>, Vec<_>) = when_then_expr
        .into_iter()
        .map(|(when, then)| (exact_literal(*when), exact_literal(*then)))
        .unzip();
    let expr = match expr {
        None => {
            whens = whens
                .into_iter()
                .map(|when| condition(when, schema))
                .collect::<Result<_>>()?;
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
    let when_then_expr = whens
        .into_iter()
        .zip(thens)
        .map(|(when, then)| (Box::new(when), Box::new(then)))
        .collect();
    Ok(Case::new(expr, when_then_expr, else_expr))
}

/// A CASE under the type of its branches, which DataFusion keeps only as far as Arrow's types tell it.
fn typed_case(case: Case, schema: &DFSchema) -> Result<Expr> {
    let branches = case.when_then_expr.iter().map(|(_, then)| then);
    let types: Vec<SnowType> = branches
        .chain(&case.else_expr)
        .filter_map(|branch| type_of(branch, schema).transpose())
        .collect::<Result<_>>()?;
    let expr = Expr::Case(case);
    let (_, field) = expr.to_field(schema)?;
    let common = coerce::common_type(&types).filter(|common| common.arrow() == *field.data_type());
    match common {
        Some(common) if SnowType::from_field(&field) != Some(common) => {
            let nullable = field.is_nullable();
            Ok(functions::operators::typed(expr, &common, nullable)?)
        }
        _ => Ok(expr),
    }
}

fn coerce_like(like: Like, schema: &DFSchema) -> Result<Like> {
    let text = |expr: Expr| -> Result<Expr> {
        match expr.get_type(schema)? {
            DataType::Utf8 | DataType::Null => Ok(expr),
            _ => Ok(cast_call(expr, &SnowType::VARCHAR)),
        }
    };
    Ok(Like {
        expr: Box::new(text(*like.expr)?),
        pattern: Box::new(text(*like.pattern)?),
        ..like
    })
}

/// Both operands in a type in which they can be compared.
pub fn comparable(left: Expr, op: Operator, right: Expr, schema: &DFSchema) -> Result<(Expr, Expr)> {
    let (left_type, right_type) = (type_of(&left, schema)?, type_of(&right, schema)?);
    let (Some(left_type), Some(right_type)) = (left_type, right_type) else {
        return Ok((left, right));
    };
    if left_type.is_encoded() && right_type.is_encoded() {
        let (left, right) = alike(left, &left_type, right, &right_type)?;
        let key = semi_structured_key(op);
        return Ok((keyed(left, key)?, keyed(right, key)?));
    }
    let common =
        if left_type.arrow() == right_type.arrow() && !matches!(left_type, SnowType::TimestampTz { .. }) {
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
    Ok((
        cast_to(left, &left_type, &common),
        cast_to(right, &right_type, &common),
    ))
}

/// Two values of types that are held as VARIANT is: structured ones compare among themselves only, in their common type.
fn alike(left: Expr, left_type: &SnowType, right: Expr, right_type: &SnowType) -> Result<(Expr, Expr)> {
    if left_type.is_semi_structured() && right_type.is_semi_structured() {
        return Ok((left, right));
    }
    let Some(common) = coerce::comparison_type(left_type, right_type) else {
        return Err(Error::invalid_type(format!("Can not compare {left_type} with {right_type}")).into());
    };
    Ok((
        cast_to(left, left_type, &common),
        cast_to(right, right_type, &common),
    ))
}

/// The function that makes two VARIANT values comparable as bytes: equal ones equal, or smaller ones smaller.
fn semi_structured_key(op: Operator) -> &'static str {
    match op {
        Operator::Lt | Operator::LtEq | Operator::Gt | Operator::GtEq => ORDER_KEY,
        _ => "$EQUALITY_KEY",
    }
}

/// The function by whose results VARIANT values are sorted.
pub(super) const ORDER_KEY: &str = "$ORDER_KEY";

/// A VARIANT under one of the keys of [`semi_structured_key`], unless it already is.
pub(super) fn keyed(expr: Expr, key: &str) -> Result<Expr> {
    if matches!(&expr, Expr::ScalarFunction(call) if call.func.name() == key) {
        return Ok(expr);
    }
    let function = functions::registry()
        .scalar(key)
        .ok_or_else(|| Error::unknown_function(key))?;
    Ok(function.call(vec![expr]))
}

/// All operands in one type.
fn common(operands: Vec<Expr>, schema: &DFSchema) -> Result<Vec<Expr>> {
    let types: Vec<Option<SnowType>> = operands
        .iter()
        .map(|expr| type_of(expr, schema))
        .collect::<Result<_>>()?;
    let known: Vec<SnowType> = types.iter().flatten().copied().collect();
    let Some(first) = known.first() else {
        return Ok(operands);
    };
    if known.iter().all(|each| coerce::same_form(each, first)) && !operands.iter().any(integer_in_disguise) {
        return Ok(operands);
    }
    let to = coerce::common_type(&known).ok_or_else(|| {
        let shown: Vec<String> = known.iter().map(ToString::to_string).collect();
        Error::invalid_type(format!("Inconsistent data types: {}", shown.join(", ")))
    })?;
    Ok(operands
        .into_iter()
        .zip(types)
        .map(|(expr, from)| from.map_or(expr.clone(), |from| cast_to(expr, &from, &to)))
        .collect())
}

fn cast_to(expr: Expr, from: &SnowType, to: &SnowType) -> Expr {
    if coerce::same_form(from, to) && !integer_in_disguise(&expr) {
        expr
    } else {
        cast_call(expr, to)
    }
}

/// Whether an expression is a literal that DataFusion holds as a machine integer.
fn integer_in_disguise(expr: &Expr) -> bool {
    matches!(expr, Expr::Literal(value, _) if value.data_type().is_integer())
}

/// The Snowflake type of an expression; `None` for a bare NULL, which takes any type, and for types that DataFusion
/// alone knows (intervals).
pub(super) fn type_of(expr: &Expr, schema: &DFSchema) -> Result<Option<SnowType>> {
    let (_, field) = expr.to_field(schema)?;
    if matches!(field.data_type(), DataType::Null) {
        return Ok(None);
    }
    // Machine integers of aggregates and window functions compare with each other, but are decimals to all others.
    Ok(SnowType::from_field(&field))
}

/// A cell of VALUES without the cast that DataFusion has put around it, and NULL without the type that it has given it, by
/// rules of its own. Casts of the statement are calls.
fn as_written(cell: Expr) -> Expr {
    match cell {
        Expr::Cast(cast) => as_written(*cast.expr),
        Expr::ScalarFunction(mut call) if call.name() == super::cell::NAME => {
            call.args.pop().unwrap_or_default()
        }
        Expr::Literal(value, None) if value.is_null() => Expr::Literal(ScalarValue::Null, None),
        cell => cell,
    }
}

/// The columns of VALUES in the common types of their cells.
fn coerce_values(values: Values) -> Result<LogicalPlan> {
    let empty = DFSchema::empty();
    let mut rows: Vec<Vec<Expr>> = values
        .values
        .into_iter()
        .map(|row| {
            row.into_iter()
                .map(|cell| Ok(exact_literal(coerce_expr(as_written(cell), &empty)?)))
                .collect()
        })
        .collect::<Result<_>>()?;
    let mut fields = Vec::with_capacity(values.schema.fields().len());
    for (at, (qualifier, field)) in values.schema.iter().enumerate() {
        let cells: Vec<Expr> = rows
            .iter_mut()
            .filter_map(|row| row.get_mut(at))
            .map(std::mem::take)
            .collect();
        let cells = common(cells, &empty)?;
        let data_type = cells
            .iter()
            .map(|cell| cell.get_type(&empty))
            .find(|data_type| !matches!(data_type, Ok(DataType::Null)))
            .unwrap_or(Ok(DataType::Null))?;
        // What Arrow's type does not say is kept of structured values alone.
        let structured = cells.iter().find_map(|cell| match type_of(cell, &empty) {
            Ok(Some(found)) if found.is_structured() || found.is_vector() => Some(found),
            _ => None,
        });
        let shown = match structured {
            Some(found) => found.field(field.name(), true),
            None => Field::new(field.name(), data_type.clone(), true),
        };
        fields.push((qualifier.cloned(), Arc::new(shown)));
        for (row, cell) in rows.iter_mut().zip(cells) {
            if let Some(slot) = row.get_mut(at) {
                *slot = match cell.get_type(&empty)? {
                    DataType::Null => Expr::Literal(ScalarValue::try_from(&data_type)?, None),
                    _ => cell,
                };
            }
        }
    }
    let schema = Arc::new(DFSchema::new_with_metadata(fields, Default::default())?);
    Ok(LogicalPlan::Values(Values { schema, values: rows }))
}

fn coerce_union(union: datafusion::logical_expr::Union) -> Result<LogicalPlan> {
    let inputs = union.inputs;
    let Some(first) = inputs.first() else {
        return Err(Error::internal("UNION without inputs").into());
    };
    let count = first.schema().fields().len();
    if inputs.iter().any(|input| input.schema().fields().len() != count) {
        let message =
            "SQL compilation error:\ninvalid number of result columns for set operator input branches";
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
        let same = fields
            .windows(2)
            .all(|pair| matches!(pair, [a, b] if a.data_type() == b.data_type()))
            && known.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
        let target = if same { None } else { coerce::common_type(&known) };
        if !same && target.is_none() && !known.is_empty() {
            return Err(
                Error::invalid_type("Inconsistent data types for the columns of a set operator").into(),
            );
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
            let exprs = columns
                .into_iter()
                .zip(&targets)
                .enumerate()
                .map(|(at, (column, target))| {
                    let expr = Expr::Column(column);
                    let name = names.field(at).name().clone();
                    match target {
                        Some(to) if SnowType::from_field(input.schema().field(at)) != Some(*to) => {
                            cast_call(expr, to).alias(name)
                        }
                        _ => expr.alias(name),
                    }
                });
            Ok(Arc::new(LogicalPlan::Projection(Projection::try_new(
                exprs.collect(),
                input,
            )?)))
        })
        .collect::<Result<Vec<_>>>()?;
    Ok(LogicalPlan::Union(
        datafusion::logical_expr::Union::try_new_with_loose_types(inputs)?,
    ))
}
