//! What SQL writes as an operator: arithmetic, casts, concatenation. The planner turns the syntax into calls of these;
//! their names begin with `$`, so that SQL itself cannot write them.
//!
//! | name | meaning |
//! | --- | --- |
//! | `$ADD`, `$SUB`, `$MUL`, `$DIV`, `$MOD`, `$NEG` | arithmetic on numbers, dates and intervals |
//! | `$CAST(value, 'TYPE')`, `$TRY_CAST(value, 'TYPE')` | CAST, `::` and TRY_CAST |
//! | `$STORE(value, 'TYPE', 'TABLE', 'COLUMN')` | the cast of a value that DML puts into a column |
//! | `$ONLY(value, count)` | the value of a scalar subquery, of which there must not be several |
//! | `$CONCAT(a, b)` | `\|\|` |
//! | `$TYPED(value, 'TYPE', nullable)` | the value as it is, under an exact type |

use datafusion::arrow::array::{ArrayRef, Scalar as Constant};
use datafusion::arrow::datatypes::{DataType, IntervalMonthDayNano, IntervalUnit};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Case, Expr, lit};

use super::arguments::{Arguments, between, exactly};
use super::build;
use super::call::Call;
use super::datetime::add::{add_interval, interval_sum_type};
use super::datetime::value::{Moments, Wall, collect, moment_type};
use super::registry;
use super::scalar::{Returns, Scalar};
use crate::error::{Error, Result};
use crate::sql::data_type::FieldChange;
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::cast::no_cast;
use crate::types::cast::structured::{Keys, can_cast_structured, cast_keys};
use crate::types::coerce::{arithmetic_type, can_cast, can_try_cast};
use crate::types::number::{Operation, negate};
use crate::types::structured::Definition;

/// The operators.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["$ADD"],
        exactly(2),
        |a| sum_type(a, 1),
        |c| sum(c, 1),
        "../operators-arithmetic",
    ),
    Scalar::new(
        &["$SUB"],
        exactly(2),
        |a| sum_type(a, -1),
        |c| sum(c, -1),
        "../operators-arithmetic",
    ),
    Scalar::new(
        &["$MUL"],
        exactly(2),
        |a| number_type(a, Operation::Multiply),
        |c| apply(c, Operation::Multiply),
        "../operators-arithmetic",
    ),
    Scalar::new(
        &["$DIV"],
        exactly(2),
        |a| number_type(a, Operation::Divide),
        |c| apply(c, Operation::Divide),
        "../operators-arithmetic",
    ),
    Scalar::new(
        &["$MOD", "MOD"],
        exactly(2),
        |a| number_type(a, Operation::Modulo),
        |c| apply(c, Operation::Modulo),
        "mod",
    ),
    Scalar::new(
        &["$NEG"],
        exactly(1),
        |a| Returns::strict(a, operand_type(a, 0)?),
        |c| negate(&c.full(0, c.returns())?),
        "../operators-arithmetic",
    ),
    Scalar::new(
        &["$POS"],
        exactly(1),
        |a| Returns::strict(a, operand_type(a, 0)?),
        |c| c.full(0, c.returns()),
        "../operators-arithmetic",
    ),
    Scalar::new(
        &["$CAST"],
        between(2, 3),
        |a| cast_type(a, CastMode::Strict),
        |c| cast(c, CastMode::Strict),
        "cast",
    )
    .rewritten(drop_cast),
    Scalar::new(
        &["$STORE"],
        exactly(4),
        |a| cast_type(a, CastMode::Strict),
        store,
        "../sql/insert",
    )
    .rewritten(drop_cast),
    Scalar::new(
        &["$TRY_CAST"],
        exactly(2),
        |a| cast_type(a, CastMode::Try),
        |c| cast(c, CastMode::Try),
        "try_cast",
    ),
    Scalar::new(
        &["$ONLY"],
        exactly(2),
        |a| {
            Returns::nullable(if a.is_null(0) {
                SnowType::VARCHAR
            } else {
                a.data_type(0)?
            })
        },
        only,
        "../../user-guide/querying-subqueries",
    ),
    Scalar::new(
        &["$TYPED"],
        exactly(3),
        typed_type,
        |c| c.full(0, c.returns()),
        "cast",
    ),
];

/// A call of a function of the registry.
pub fn call_operator(name: &str, args: Vec<Expr>) -> Result<Expr> {
    let udf = registry()
        .scalar(name)
        .ok_or_else(|| Error::unknown_function(name))?;
    Ok(udf.call(args))
}

/// `$CAST(value, 'TYPE')`.
pub fn cast_expr(value: Expr, data_type: &SnowType) -> Result<Expr> {
    call_operator("$CAST", vec![value, lit(data_type.to_string())])
}

/// A CASE expression whose branches are brought to a type, under exactly that type.
pub(super) fn typed_case(expr: Expr, returns: &Returns) -> Result<Expr> {
    let Expr::Case(Case {
        expr: None,
        when_then_expr,
        else_expr,
    }) = expr
    else {
        return Err(Error::internal("the lazy form of a function is a CASE"));
    };
    let cast = |value: Expr| cast_expr(value, &returns.data_type).map(Box::new);
    let when_then_expr = when_then_expr
        .into_iter()
        .map(|(when, then)| Ok((when, cast(*then)?)))
        .collect::<Result<_>>()?;
    let else_expr = else_expr.map(|value| cast(*value)).transpose()?;
    let case = Expr::Case(Case {
        expr: None,
        when_then_expr,
        else_expr,
    });
    typed(case, &returns.data_type, returns.nullable)
}

/// An expression under exactly a type, which must be one of those that its Arrow type can stand for.
pub fn typed(expr: Expr, data_type: &SnowType, nullable: bool) -> Result<Expr> {
    call_operator("$TYPED", vec![expr, lit(data_type.to_string()), lit(nullable)])
}

/// The numeric type that an operand counts as; NULL takes `other`'s.
fn operand_type(arguments: &Arguments, index: usize) -> Result<SnowType> {
    let index = if arguments.is_null(index) && arguments.len() > 1 {
        1 - index
    } else {
        index
    };
    if arguments.is_null(index) {
        return Ok(SnowType::INTEGER);
    }
    arithmetic_type(&arguments.data_type(index)?).ok_or_else(|| wrong_operands(arguments))
}

/// The error for operands that an operator does not take, under the operator's written name.
fn wrong_operands(arguments: &Arguments) -> Error {
    let name = match arguments.name() {
        "$ADD" | "$POS" => "+",
        "$SUB" | "$NEG" => "-",
        "$MUL" => "*",
        "$DIV" => "/",
        _ => "%",
    };
    arguments.renamed(name).wrong_types()
}

fn number_type(arguments: &Arguments, operation: Operation) -> Result<Returns> {
    let (left, right) = (operand_type(arguments, 0)?, operand_type(arguments, 1)?);
    let data_type = operation
        .result_type(&left, &right)
        .ok_or_else(|| wrong_operands(arguments))?;
    // A NULL operand or a division by zero aside, every result is a number.
    Returns::strict(arguments, data_type)
}

/// Applies arithmetic to the first two arguments.
pub(super) fn apply(call: &Call, operation: Operation) -> Result<ArrayRef> {
    let arguments = call.arguments();
    let (left, left_constant) = call.cast(0, &operand_type(&arguments, 0)?)?;
    let (right, right_constant) = call.cast(1, &operand_type(&arguments, 1)?)?;
    match (
        left_constant && call.rows() != 1,
        right_constant && call.rows() != 1,
    ) {
        (false, false) => operation.apply(&left, &right),
        (true, false) => operation.apply(&Constant::new(left), &right),
        (false, true) => operation.apply(&left, &Constant::new(right)),
        (true, true) => {
            let one = operation.apply(&left, &right)?;
            super::call::spread(&one, call.rows())
        }
    }
}

fn is_interval(arguments: &Arguments, index: usize) -> bool {
    arguments.arrow(index) == &DataType::Interval(IntervalUnit::MonthDayNano)
}

/// How `+` and `-` read their operands.
enum Sum {
    Numbers,
    /// The places of a moment and of an interval.
    Interval(usize, usize),
    /// The places of a date and of a number of days.
    Days(usize, usize),
    /// The days between two dates.
    DaysBetween,
}

fn sum_kind(arguments: &Arguments, sign: i64) -> Result<Sum> {
    if is_interval(arguments, 1) && !is_interval(arguments, 0) {
        return Ok(Sum::Interval(0, 1));
    }
    if is_interval(arguments, 0) && sign > 0 && !is_interval(arguments, 1) {
        return Ok(Sum::Interval(1, 0));
    }
    let date = |index| !arguments.is_null(index) && matches!(arguments.data_type(index), Ok(SnowType::Date));
    match (date(0), date(1)) {
        (true, true) if sign < 0 => Ok(Sum::DaysBetween),
        (true, true) => Err(wrong_operands(arguments)),
        (true, false) => Ok(Sum::Days(0, 1)),
        (false, true) if sign > 0 => Ok(Sum::Days(1, 0)),
        _ => Ok(Sum::Numbers),
    }
}

fn sum_type(arguments: &Arguments, sign: i64) -> Result<Returns> {
    match sum_kind(arguments, sign)? {
        Sum::Numbers => number_type(
            arguments,
            if sign > 0 {
                Operation::Add
            } else {
                Operation::Subtract
            },
        ),
        Sum::Interval(moment, interval) => {
            let constant = match arguments.constant(interval) {
                Some(ScalarValue::IntervalMonthDayNano(value)) => *value,
                _ => None,
            };
            // Without a constant the finest digits are assumed.
            let known = constant.or(Some(IntervalMonthDayNano::new(0, 0, 1)));
            Returns::strict(
                arguments,
                interval_sum_type(moment_type(arguments, moment)?, known),
            )
        }
        Sum::Days(_, days) => {
            operand_type(arguments, days)?;
            Returns::strict(arguments, SnowType::Date)
        }
        Sum::DaysBetween => Returns::strict(
            arguments,
            SnowType::Number {
                precision: 9,
                scale: 0,
            },
        ),
    }
}

fn sum(call: &Call, sign: i64) -> Result<ArrayRef> {
    match sum_kind(&call.arguments(), sign)? {
        Sum::Numbers => apply(
            call,
            if sign > 0 {
                Operation::Add
            } else {
                Operation::Subtract
            },
        ),
        Sum::Interval(moment, interval) => add_interval(call, moment, interval, sign),
        Sum::Days(date, days) => {
            let (dates, days) = (
                Moments::of_type(call, date, SnowType::Date)?,
                call.integers(days)?,
            );
            collect(call, &SnowType::Date, |row| {
                let (Some(date), Some(days)) = (dates.get(row), days.get(row)) else {
                    return Ok(None);
                };
                let days = i32::try_from(days)
                    .ok()
                    .and_then(|days| days.checked_mul(sign as i32));
                let days = days.and_then(|days| date.days().checked_add(days));
                Ok(Some(Wall::midnight(
                    days.ok_or_else(|| Error::out_of_range("days"))?,
                )))
            })
        }
        Sum::DaysBetween => {
            let (left, right) = (call.dates(0)?, call.dates(1)?);
            build::numbers(call, |row| {
                let (Some(left), Some(right)) = (left.get(row), right.get(row)) else {
                    return Ok(None);
                };
                Ok(Some(i128::from(left) - i128::from(right)))
            })
        }
    }
}

fn target(arguments: &Arguments) -> Result<SnowType> {
    let text = arguments.constant_text(1).unwrap_or_default();
    SnowType::parse(text).ok_or_else(|| Error::unsupported(format!("data type {text}")))
}

fn cast_type(arguments: &Arguments, mode: CastMode) -> Result<Returns> {
    let to = target(arguments)?;
    if arguments.is_null(0) {
        return Returns::nullable(to);
    }
    let from = arguments.data_type(0)?;
    let fits = match mode {
        CastMode::Strict if arguments.len() == 3 => {
            match (from.definition(), to.definition(), field_change(arguments)) {
                (Some(from @ Definition::Object(_)), Some(to @ Definition::Object(_)), Some(keys)) => {
                    can_cast_structured(from, to, keys)
                }
                _ => false,
            }
        }
        CastMode::Strict => can_cast(&from, &to),
        CastMode::Try => can_try_cast(&from, &to),
    };
    if !fits {
        return Err(match (mode, from) {
            (CastMode::Try, SnowType::Varchar { .. }) => no_cast("TRY_CAST", "…", &to),
            (CastMode::Try, _) => Error::try_cast_types("TRY_CAST", from, to),
            (CastMode::Strict, _) => no_cast("CAST", "…", &to),
        });
    }
    // A JSON null in a VARIANT becomes NULL.
    if mode == CastMode::Try || from.is_encoded() {
        return Returns::nullable(to);
    }
    Ok(Returns {
        data_type: to,
        nullable: arguments.is_nullable(0),
    })
}

/// What the third argument says of the keys of an OBJECT.
fn field_change(arguments: &Arguments) -> Option<Keys> {
    keys_of(arguments.constant_text(2)?)
}

fn keys_of(text: &str) -> Option<Keys> {
    match FieldChange::parse(text)? {
        FieldChange::Rename => Some(Keys::Renamed),
        FieldChange::Add => Some(Keys::Added),
    }
}

fn cast(call: &Call, mode: CastMode) -> Result<ArrayRef> {
    // The other functions that end here have a third argument of another meaning.
    if let Some(keys) = call.constant_text(2).and_then(keys_of)
        && call.len() == 3
        && !call.is_null(0)
    {
        let (array, constant) = call.raw(0)?;
        let cast = cast_keys(&array, &call.data_type(0)?, call.returns(), keys, call.context())?;
        return if constant {
            super::call::spread(&cast, call.rows())
        } else {
            Ok(cast)
        };
    }
    let (array, constant) = call.cast_with(0, call.returns(), mode)?;
    if constant {
        super::call::spread(&array, call.rows())
    } else {
        Ok(array)
    }
}

/// A cast whose failure names the table and the column that the value was for.
fn store(call: &Call) -> Result<ArrayRef> {
    cast(call, CastMode::Strict).map_err(|error| {
        let names = call.constant_text(2).zip(call.constant_text(3));
        match names {
            Some((table, column)) => error.stored_in(table, column),
            None => error,
        }
    })
}

fn only(call: &Call) -> Result<ArrayRef> {
    let counts = call.integers(1)?;
    if (0..call.rows()).any(|row| counts.get(row).is_some_and(|count| count > 1)) {
        return Err(Error::many_rows());
    }
    call.full(0, call.returns())
}

/// A cast to the type that the value has already goes away.
fn drop_cast(arguments: &Arguments, returns: &Returns, args: &[Expr]) -> Result<Option<Expr>> {
    let same = !arguments.is_null(0)
        && arguments.arrow(0) == &returns.data_type.arrow()
        && arguments.data_type(0)? == returns.data_type
        && arguments.is_nullable(0) == returns.nullable;
    Ok(if same { args.first().cloned() } else { None })
}

fn typed_type(arguments: &Arguments) -> Result<Returns> {
    let nullable = !matches!(arguments.constant(2), Some(ScalarValue::Boolean(Some(false))));
    Ok(Returns {
        data_type: target(arguments)?,
        nullable,
    })
}
