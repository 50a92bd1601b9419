//! Operators with Snowflake's types: arithmetic by the house's own functions, comparisons after the casts that
//! Snowflake's coercion rules ask for.
//! <https://docs.snowflake.com/en/sql-reference/operators-arithmetic>

use datafusion::arrow::datatypes::DataType;
use datafusion::common::metadata::FieldMetadata;
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::planner::{
    ExprPlanner, PlannerResult, RawAggregateExpr, RawBinaryExpr, RawWindowExpr,
};
use datafusion::logical_expr::utils::COUNT_STAR_EXPANSION;
use datafusion::logical_expr::{BinaryExpr, Expr, ExprSchemable, Operator};
use datafusion::sql::sqlparser::ast::BinaryOperator;

use super::coercion;
use crate::error::Error;
use crate::functions;
use crate::types::SnowType;

/// Plans binary operators.
#[derive(Debug)]
pub struct Operators;

impl ExprPlanner for Operators {
    fn plan_binary_op(&self, expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
        let function = match expr.op {
            BinaryOperator::Plus => "$ADD",
            BinaryOperator::Minus => "$SUB",
            BinaryOperator::Multiply => "$MUL",
            BinaryOperator::Divide => "$DIV",
            BinaryOperator::Modulo => "$MOD",
            BinaryOperator::StringConcat => "$CONCAT",
            _ => return comparison(expr, schema),
        };
        let function = functions::registry()
            .scalar(function)
            .ok_or_else(|| Error::unknown_function(function))?;
        let arguments = vec![exact_literal(expr.left), exact_literal(expr.right)];
        if function.name() == "$CONCAT" && arguments.iter().any(is_condition) {
            return Err(condition_in_text(&arguments, schema)?.into());
        }
        Ok(PlannerResult::Planned(function.call(arguments)))
    }

    fn plan_aggregate(&self, mut expr: RawAggregateExpr) -> Result<PlannerResult<RawAggregateExpr>> {
        count_rows(&mut expr.args);
        Ok(PlannerResult::Original(expr))
    }

    fn plan_window(&self, mut expr: RawWindowExpr) -> Result<PlannerResult<RawWindowExpr>> {
        count_rows(&mut expr.args);
        Ok(PlannerResult::Original(expr))
    }
}

/// Whether an expression computes a BOOLEAN by an operator. `||` takes such values from columns and literals only
/// (<https://docs.snowflake.com/en/sql-reference/data-types-logical>).
fn is_condition(expr: &Expr) -> bool {
    match expr {
        Expr::BinaryExpr(BinaryExpr { op, .. }) => coercion::is_comparison(*op) || op.is_logic_operator(),
        Expr::Not(_)
        | Expr::IsNull(_)
        | Expr::IsNotNull(_)
        | Expr::Between(_)
        | Expr::InList(_)
        | Expr::Like(_) => true,
        _ => false,
    }
}

/// 001044: the operands of `||`, of which one is a condition.
fn condition_in_text(operands: &[Expr], schema: &DFSchema) -> Result<Error> {
    let mut types = Vec::with_capacity(operands.len());
    for operand in operands {
        let found = coercion::type_of(operand, schema)?.unwrap_or(SnowType::VARCHAR);
        types.push(found.to_string());
    }
    Ok(Error::argument_types("||", types.join(", ")))
}

/// COUNT(*) counts rows, whatever is in them.
fn count_rows(arguments: &mut [Expr]) {
    for argument in arguments {
        #[expect(deprecated)] // DataFusion's planner still hands the star over in this form
        if matches!(argument, Expr::Wildcard { .. }) {
            *argument = Expr::Literal(COUNT_STAR_EXPANSION, None);
        }
    }
}

fn comparison(expr: RawBinaryExpr, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
    let op = match expr.op {
        BinaryOperator::Eq => Operator::Eq,
        BinaryOperator::NotEq => Operator::NotEq,
        BinaryOperator::Lt => Operator::Lt,
        BinaryOperator::LtEq => Operator::LtEq,
        BinaryOperator::Gt => Operator::Gt,
        BinaryOperator::GtEq => Operator::GtEq,
        BinaryOperator::And => return logical(expr, Operator::And, schema),
        BinaryOperator::Or => return logical(expr, Operator::Or, schema),
        other => return Err(Error::unsupported(format!("operator {other}")).into()),
    };
    let (left, right) =
        coercion::comparable(exact_literal(expr.left), op, exact_literal(expr.right), schema)?;
    Ok(PlannerResult::Planned(Expr::BinaryExpr(BinaryExpr::new(
        Box::new(left),
        op,
        Box::new(right),
    ))))
}

fn logical(expr: RawBinaryExpr, op: Operator, schema: &DFSchema) -> Result<PlannerResult<RawBinaryExpr>> {
    let left = condition(expr.left, schema)?;
    let right = condition(expr.right, schema)?;
    Ok(PlannerResult::Planned(Expr::BinaryExpr(BinaryExpr::new(
        Box::new(left),
        op,
        Box::new(right),
    ))))
}

/// An operand of AND, OR, NOT or WHERE as a BOOLEAN.
pub fn condition(expr: Expr, schema: &DFSchema) -> Result<Expr> {
    match expr.get_type(schema)? {
        DataType::Boolean => Ok(expr),
        _ => Ok(super::cast_call(expr, &SnowType::Boolean)),
    }
}

/// A literal with exactly its own type. A number is a NUMBER of its digits: an exponent is worked in, zeros at the end do
/// not count, and the zero before the point does. A text is a VARCHAR of its length, and so with bytes.
/// <https://docs.snowflake.com/en/sql-reference/data-types-numeric#numeric-constants>,
/// <https://docs.snowflake.com/en/sql-reference/functions/system_typeof>
pub fn exact_literal(expr: Expr) -> Expr {
    match expr {
        Expr::Literal(ScalarValue::Utf8(Some(text)), None) => {
            let metadata =
                text_type(&text).map(|data_type| FieldMetadata::from(data_type.field("", false).metadata()));
            Expr::Literal(ScalarValue::Utf8(Some(text)), metadata)
        }
        Expr::Literal(ScalarValue::Binary(Some(bytes)), None) => {
            let metadata = binary_type(&bytes)
                .map(|data_type| FieldMetadata::from(data_type.field("", false).metadata()));
            Expr::Literal(ScalarValue::Binary(Some(bytes)), metadata)
        }
        Expr::Literal(value, metadata) => Expr::Literal(exact(&value).unwrap_or(value), metadata),
        other => other,
    }
}

/// The type of a text's literal.
pub fn text_type(text: &str) -> Option<SnowType> {
    Some(SnowType::Varchar {
        length: u32::try_from(text.chars().count()).ok()?.max(1),
    })
}

/// The type of the literal of some bytes.
pub fn binary_type(bytes: &[u8]) -> Option<SnowType> {
    Some(SnowType::Binary {
        length: u32::try_from(bytes.len()).ok()?.max(1),
    })
}

fn exact(value: &ScalarValue) -> Option<ScalarValue> {
    let (mut number, mut scale) = match value {
        ScalarValue::Int64(Some(number)) => (i128::from(*number), 0),
        ScalarValue::UInt64(Some(number)) => (i128::from(*number), 0),
        ScalarValue::Decimal128(Some(number), _, scale) => (*number, *scale),
        _ => return None,
    };
    while scale < 0 {
        number = number.checked_mul(10)?;
        scale += 1;
    }
    while scale > 0 && number % 10 == 0 {
        number /= 10;
        scale -= 1;
    }
    let digits = number.unsigned_abs().checked_ilog10().unwrap_or(0) + 1;
    let precision = digits.max(scale as u32 + 1).min(38);
    Some(ScalarValue::Decimal128(Some(number), precision as u8, scale))
}
