//! Conditional expression functions
//! (<https://docs.snowflake.com/en/sql-reference/expressions-conditional>).
//!
//! Nearly all of them pick, row by row, one of their arguments: [`choose`] does that for any type.

use std::cmp::Ordering;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, new_null_array};
use datafusion::arrow::compute;
use datafusion::logical_expr::{Case, Expr};

use super::arguments::{Arguments, at_least, exactly};
use super::build;
use super::call::Call;
use super::compare::Comparable;
use super::operators::call_operator;
use super::scalar::{Returns, Scalar};
use crate::error::Result;
use crate::types::SnowType;

/// The family.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(&["COALESCE"], at_least(2), first_known_type, coalesce, "coalesce").lazy(lazy_coalesce),
    Scalar::new(&["NVL"], exactly(2), first_known_type, coalesce, "nvl").lazy(lazy_coalesce),
    Scalar::new(&["IFNULL"], exactly(2), first_known_type, coalesce, "ifnull").lazy(lazy_coalesce),
    Scalar::new(&["NVL2"], exactly(3), branch_type, nvl2, "nvl2").lazy(lazy_nvl2),
    Scalar::new(&["IFF"], exactly(3), branch_type, iff, "iff").lazy(lazy_iff),
    Scalar::new(
        &["NULLIF"],
        exactly(2),
        |a| Returns::nullable(a.data_type(0)?),
        null_if,
        "nullif",
    ),
    Scalar::new(
        &["ZEROIFNULL"],
        exactly(1),
        |a| Returns::never_null(one_digit_more(numeric(a)?)),
        zero_if_null,
        "zeroifnull",
    ),
    Scalar::new(
        &["NULLIFZERO"],
        exactly(1),
        |a| Returns::nullable(numeric(a)?),
        null_if_zero,
        "nullifzero",
    ),
    Scalar::new(&["DECODE"], at_least(3), decode_type, decode, "decode").lazy(lazy_decode),
    Scalar::new(
        &["GREATEST"],
        at_least(1),
        all_type,
        |c| extreme(c, Ordering::Greater, false),
        "greatest",
    ),
    Scalar::new(
        &["LEAST"],
        at_least(1),
        all_type,
        |c| extreme(c, Ordering::Less, false),
        "least",
    ),
    Scalar::new(
        &["GREATEST_IGNORE_NULLS"],
        at_least(1),
        first_known_type,
        |c| extreme(c, Ordering::Greater, true),
        "greatest_ignore_nulls",
    ),
    Scalar::new(
        &["LEAST_IGNORE_NULLS"],
        at_least(1),
        first_known_type,
        |c| extreme(c, Ordering::Less, true),
        "least_ignore_nulls",
    ),
    Scalar::new(
        &["EQUAL_NULL"],
        exactly(2),
        |_| Returns::never_null(SnowType::Boolean),
        equal_null,
        "equal_null",
    ),
    Scalar::new(&["BOOLAND"], exactly(2), boolean, |c| two(c, and), "booland"),
    Scalar::new(&["BOOLOR"], exactly(2), boolean, |c| two(c, or), "boolor"),
    Scalar::new(
        &["BOOLXOR"],
        exactly(2),
        boolean,
        |c| two(c, |a, b| Some(a? != b?)),
        "boolxor",
    ),
    Scalar::new(&["BOOLNOT"], exactly(1), boolean, not, "boolnot"),
    Scalar::new(
        &["REGR_VALX"],
        exactly(2),
        |_| Returns::nullable(SnowType::Float),
        |c| regr(c, 1),
        "regr_valx",
    ),
    Scalar::new(
        &["REGR_VALY"],
        exactly(2),
        |_| Returns::nullable(SnowType::Float),
        |c| regr(c, 0),
        "regr_valy",
    ),
    Scalar::new(
        &["$IS_DISTINCT"],
        exactly(2),
        |_| Returns::never_null(SnowType::Boolean),
        distinct,
        "is-distinct-from",
    ),
];

fn boolean(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::Boolean)
}

/// Whether an argument can be NULL as a value of a type: a JSON null stays what it is as a VARIANT.
fn null_as(arguments: &Arguments, index: usize, data_type: &SnowType) -> bool {
    match data_type {
        SnowType::Variant => arguments.is_nullable(index),
        _ => arguments.may_be_null(index),
    }
}

/// The common type of all, NULL only when all are.
fn first_known_type(arguments: &Arguments) -> Result<Returns> {
    let data_type = arguments.common_type(0..arguments.len())?;
    let nullable = (0..arguments.len()).all(|index| null_as(arguments, index, &data_type));
    Ok(Returns { data_type, nullable })
}

/// The common type of all, NULL when one is.
fn all_type(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, arguments.common_type(0..arguments.len())?)
}

/// The common type of the second and third argument.
fn branch_type(arguments: &Arguments) -> Result<Returns> {
    let data_type = arguments.common_type(1..3)?;
    let nullable = (1..3).any(|index| null_as(arguments, index, &data_type));
    Ok(Returns { data_type, nullable })
}

fn decode_type(arguments: &Arguments) -> Result<Returns> {
    Returns::nullable(arguments.common_type(decode_results(arguments.len()))?)
}

/// The type of the one numeric argument; text counts as NUMBER(18,5) does in arithmetic, so as FLOAT here.
fn numeric(arguments: &Arguments) -> Result<SnowType> {
    if arguments.is_null(0) {
        return Ok(SnowType::INTEGER);
    }
    match arguments.data_type(0)? {
        number @ (SnowType::Number { .. } | SnowType::Float) => Ok(number),
        SnowType::Varchar { .. } | SnowType::Variant => Ok(SnowType::Float),
        _ => Err(arguments.wrong_types()),
    }
}

/// As wide as a sum with 0.
fn one_digit_more(data_type: SnowType) -> SnowType {
    match data_type {
        SnowType::Number { precision, scale } => SnowType::Number {
            precision: (precision + 1).min(38),
            scale,
        },
        other => other,
    }
}

/// For each row the value of the branch that `pick` names, or NULL. A branch is one value for all rows or one per row.
pub fn choose(
    rows: usize,
    branches: &[(ArrayRef, bool)],
    data_type: &SnowType,
    mut pick: impl FnMut(usize) -> Option<usize>,
) -> Result<ArrayRef> {
    let null = new_null_array(&data_type.arrow(), 1);
    let mut arrays: Vec<&dyn Array> = branches.iter().map(|(array, _)| array.as_ref()).collect();
    arrays.push(null.as_ref());
    let places: Vec<_> = (0..rows)
        .map(
            |row| match pick(row).and_then(|index| Some((index, branches.get(index)?))) {
                Some((index, (_, constant))) => (index, if *constant { 0 } else { row }),
                None => (branches.len(), 0),
            },
        )
        .collect();
    Ok(compute::interleave(&arrays, &places)?)
}

fn branches(call: &Call, indexes: impl IntoIterator<Item = usize>) -> Result<Vec<(ArrayRef, bool)>> {
    indexes
        .into_iter()
        .map(|index| call.cast(index, call.returns()))
        .collect()
}

fn is_null(branch: &(ArrayRef, bool), row: usize) -> bool {
    branch.0.is_null(if branch.1 { 0 } else { row })
}

fn coalesce(call: &Call) -> Result<ArrayRef> {
    let branches = branches(call, 0..call.len())?;
    if let Some((array, false)) = branches.first()
        && array.null_count() == 0
    {
        return Ok(Arc::clone(array));
    }
    choose(call.rows(), &branches, call.returns(), |row| {
        branches.iter().position(|branch| !is_null(branch, row))
    })
}

fn nvl2(call: &Call) -> Result<ArrayRef> {
    let test = call.raw(0)?;
    choose(call.rows(), &branches(call, 1..3)?, call.returns(), |row| {
        Some(usize::from(is_null(&test, row)))
    })
}

fn iff(call: &Call) -> Result<ArrayRef> {
    let test = call.booleans(0)?;
    choose(call.rows(), &branches(call, 1..3)?, call.returns(), |row| {
        Some(usize::from(test.get(row) != Some(true)))
    })
}

fn null_if(call: &Call) -> Result<ArrayRef> {
    let operands = Comparable::new(call, [0, 1])?;
    let pair = operands.pair(0, 1)?;
    choose(call.rows(), &branches(call, 0..1)?, call.returns(), |row| {
        let equal = !operands.is_null(0, row) && pair.compare(row) == Ordering::Equal;
        (!equal).then_some(0)
    })
}

fn zero_if_null(call: &Call) -> Result<ArrayRef> {
    if *call.returns() == SnowType::Float {
        let values = call.floats(0)?;
        return build::floats(call.rows(), |row| Ok(Some(values.get(row).unwrap_or(0.0))));
    }
    let values = unscaled(call)?;
    build::numbers(call, |row| Ok(Some(values(row).unwrap_or(0))))
}

fn null_if_zero(call: &Call) -> Result<ArrayRef> {
    if *call.returns() == SnowType::Float {
        let values = call.floats(0)?;
        return build::floats(call.rows(), |row| {
            Ok(values.get(row).filter(|value| *value != 0.0))
        });
    }
    let values = unscaled(call)?;
    build::numbers(call, |row| Ok(values(row).filter(|value| *value != 0)))
}

/// The first argument's unscaled values in the call's own NUMBER type.
fn unscaled(call: &Call) -> Result<impl Fn(usize) -> Option<i128>> {
    let (precision, scale) = match *call.returns() {
        SnowType::Number { precision, scale } => (precision, scale),
        _ => (38, 0),
    };
    let values = call.numbers(0, precision, scale)?;
    Ok(move |row| values.get(row))
}

/// The places of DECODE's results: every third, fifth … argument, and the default.
fn decode_results(count: usize) -> impl Iterator<Item = usize> + Clone {
    let default = count.is_multiple_of(2).then(|| count.saturating_sub(1));
    (2..count)
        .step_by(2)
        .filter(move |index| Some(*index) != default)
        .chain(default)
}

fn decode(call: &Call) -> Result<ArrayRef> {
    let count = call.len();
    let pairs = (count - 1) / 2;
    let operands = Comparable::new(call, std::iter::once(0).chain((1..2 * pairs).step_by(2)))?;
    let tests = (1..=pairs)
        .map(|search| operands.pair(0, search))
        .collect::<Result<Vec<_>>>()?;
    // NULL matches NULL here. Without a match the last branch is the default, if there is one.
    choose(
        call.rows(),
        &branches(call, decode_results(count))?,
        call.returns(),
        |row| {
            let found = tests.iter().position(|test| test.compare(row) == Ordering::Equal);
            Some(found.unwrap_or(pairs))
        },
    )
}

fn extreme(call: &Call, wanted: Ordering, ignore_nulls: bool) -> Result<ArrayRef> {
    let count = call.len();
    let operands = Comparable::new(call, 0..count)?;
    // Tests between any two arguments, made as they are needed.
    let mut pairs = Vec::with_capacity(count * count);
    for left in 0..count {
        for right in 0..count {
            pairs.push(if left > right {
                Some(operands.pair(left, right)?)
            } else {
                None
            });
        }
    }
    choose(call.rows(), &branches(call, 0..count)?, call.returns(), |row| {
        let mut best: Option<usize> = None;
        for index in 0..count {
            if operands.is_null(index, row) {
                if ignore_nulls {
                    continue;
                }
                return None;
            }
            let Some(held) = best else {
                best = Some(index);
                continue;
            };
            if let Some(Some(pair)) = pairs.get(index * count + held)
                && pair.compare(row) == wanted
            {
                best = Some(index);
            }
        }
        best
    })
}

fn equal_null(call: &Call) -> Result<ArrayRef> {
    let pair = Comparable::new(call, [0, 1])?.pair(0, 1)?;
    build::booleans(call.rows(), |row| Ok(Some(pair.compare(row) == Ordering::Equal)))
}

fn distinct(call: &Call) -> Result<ArrayRef> {
    let pair = Comparable::new(call, [0, 1])?.pair(0, 1)?;
    build::booleans(call.rows(), |row| Ok(Some(pair.compare(row) != Ordering::Equal)))
}

fn two(call: &Call, f: impl Fn(Option<bool>, Option<bool>) -> Option<bool>) -> Result<ArrayRef> {
    let (left, right) = (truths(call, 0)?, truths(call, 1)?);
    build::booleans(call.rows(), |row| Ok(f(left(row), right(row))))
}

/// An argument's truth values: a number is rounded before it is compared with zero.
fn truths<'a>(call: &Call<'a>, index: usize) -> Result<Box<dyn Fn(usize) -> Option<bool> + 'a>> {
    if let SnowType::Number { .. } | SnowType::Float = call.data_type(index)? {
        let values = call.floats(index)?;
        return Ok(Box::new(move |row| {
            values.get(row).map(|value| value.round() != 0.0)
        }));
    }
    let values = call.booleans(index)?;
    Ok(Box::new(move |row| values.get(row)))
}

fn and(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(left: Option<bool>, right: Option<bool>) -> Option<bool> {
    match (left, right) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

fn not(call: &Call) -> Result<ArrayRef> {
    let values = truths(call, 0)?;
    build::booleans(call.rows(), |row| Ok(values(row).map(|value| !value)))
}

/// One of the pair (y, x), where neither is NULL.
fn regr(call: &Call, wanted: usize) -> Result<ArrayRef> {
    let (value, other) = (call.floats(wanted)?, call.floats(1 - wanted)?);
    build::floats(call.rows(), |row| Ok(other.get(row).and(value.get(row))))
}

/// `CASE WHEN test THEN value … ELSE other END`.
fn case(whens: Vec<(Expr, Expr)>, other: Option<Expr>) -> Expr {
    let whens = whens
        .into_iter()
        .map(|(test, value)| (Box::new(test), Box::new(value)))
        .collect();
    Expr::Case(Case::new(None, whens, other.map(Box::new)))
}

fn lazy_coalesce(_: &Arguments, _: &Returns, args: &[Expr]) -> Result<Option<Expr>> {
    let Some((last, first)) = args.split_last() else {
        return Ok(None);
    };
    let whens = first
        .iter()
        .map(|arg| (arg.clone().is_not_null(), arg.clone()))
        .collect();
    Ok(Some(case(whens, Some(last.clone()))))
}

fn lazy_nvl2(_: &Arguments, _: &Returns, args: &[Expr]) -> Result<Option<Expr>> {
    let [test, known, unknown] = args else {
        return Ok(None);
    };
    Ok(Some(case(
        vec![(test.clone().is_not_null(), known.clone())],
        Some(unknown.clone()),
    )))
}

fn lazy_iff(_: &Arguments, _: &Returns, args: &[Expr]) -> Result<Option<Expr>> {
    let [test, yes, no] = args else { return Ok(None) };
    let test = super::operators::cast_expr(test.clone(), &SnowType::Boolean)?;
    Ok(Some(case(vec![(test, yes.clone())], Some(no.clone()))))
}

fn lazy_decode(_: &Arguments, _: &Returns, args: &[Expr]) -> Result<Option<Expr>> {
    let Some((value, rest)) = args.split_first() else {
        return Ok(None);
    };
    let pairs = rest.chunks_exact(2);
    let other = pairs.remainder().first().cloned();
    let mut whens = Vec::with_capacity(rest.len() / 2);
    for pair in pairs {
        if let [search, result] = pair {
            let test = call_operator("EQUAL_NULL", vec![value.clone(), search.clone()])?;
            whens.push((test, result.clone()));
        }
    }
    Ok(Some(case(whens, other)))
}
