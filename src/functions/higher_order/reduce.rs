//! REDUCE: <https://docs.snowflake.com/en/sql-reference/functions/reduce>.
//!
//! The accumulator has one type from beginning to end: what the initial value and the lambda's first result have in
//! common, numbers with all 38 digits.

use std::hash::{Hash, Hasher};
use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{Array, UInt32Array};
use datafusion::arrow::compute::{interleave, take, take_arrays};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature,
    HigherOrderUDFImpl, LambdaParametersProgress, ValueOrLambda, Volatility,
};

use super::{Elements, check_array, element_type, lambda_type, without_lambda};
use crate::error::{Error, Result};
use crate::functions::call::cast_array;
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::coerce;
use crate::types::context::TypeContext;

const NAME: &str = "REDUCE";

/// One call of REDUCE. The type of its accumulator is found when the lambda is planned.
#[derive(Debug)]
pub(super) struct Reduce {
    accumulator: OnceLock<SnowType>,
    signature: HigherOrderSignature,
}

impl Reduce {
    pub(super) fn new() -> Self {
        Self {
            accumulator: OnceLock::new(),
            signature: HigherOrderSignature::any(3, Volatility::Immutable),
        }
    }
}

impl PartialEq for Reduce {
    fn eq(&self, other: &Self) -> bool {
        self.accumulator.get() == other.accumulator.get()
    }
}

impl Eq for Reduce {}

impl Hash for Reduce {
    fn hash<H: Hasher>(&self, state: &mut H) {
        NAME.hash(state);
    }
}

/// The type of the initial value; of the literal NULL, which makes the result NULL, VARIANT.
fn initial_type(field: &FieldRef) -> Result<SnowType> {
    match field.data_type() {
        DataType::Null => Ok(SnowType::Variant),
        other => SnowType::from_field(field).ok_or_else(|| Error::argument_types(NAME, other)),
    }
}

/// The type that holds the initial value and the lambda's result.
fn common(initial: SnowType, result: Option<SnowType>) -> Result<SnowType> {
    use SnowType::{Number, Varchar};
    let Some(result) = result else { return Ok(initial) };
    Ok(match (initial, result) {
        (Number { scale: left, .. }, Number { scale: right, .. }) => Number {
            precision: 38,
            scale: left.max(right),
        },
        (Varchar { .. }, Varchar { .. }) => SnowType::VARCHAR,
        (left, right) if left == right => left,
        (left, right) => coerce::common_type(&[left, right])
            .ok_or_else(|| Error::argument_types(NAME, format!("{left}, {right}")))?,
    })
}

impl HigherOrderUDFImpl for Reduce {
    fn name(&self) -> &str {
        NAME
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn lambda_parameters(
        &self,
        _step: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> DataFusionResult<LambdaParametersProgress> {
        let [
            ValueOrLambda::Value(array),
            ValueOrLambda::Value(initial),
            ValueOrLambda::Lambda(result),
        ] = fields
        else {
            return Err(without_lambda(NAME).into());
        };
        check_array(NAME, array)?;
        let element = element_type(array);
        let parameters =
            |accumulator: SnowType| vec![accumulator.field_ref("", true), element.field_ref("", true)];
        if let Some(known) = self.accumulator.get() {
            return Ok(LambdaParametersProgress::Complete(vec![parameters(*known)]));
        }
        let initial = initial_type(initial)?;
        let Some(result) = result else {
            return Ok(LambdaParametersProgress::Partial(vec![Some(parameters(initial))]));
        };
        let result = match result.data_type() {
            DataType::Null => None,
            _ => SnowType::from_field(result),
        };
        let found = *self
            .accumulator
            .get_or_init(|| common(initial, result).unwrap_or(initial));
        // Fails where there is nothing in common.
        common(initial, result)?;
        Ok(LambdaParametersProgress::Complete(vec![parameters(found)]))
    }

    fn return_field_from_args(&self, args: HigherOrderReturnFieldArgs) -> DataFusionResult<FieldRef> {
        let known = match (self.accumulator.get(), args.arg_fields.get(1)) {
            (Some(known), _) => *known,
            (None, Some(ValueOrLambda::Value(initial))) => initial_type(initial)?,
            _ => return Err(without_lambda(NAME).into()),
        };
        Ok(known.field_ref(NAME, true))
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let [
            ValueOrLambda::Value(array),
            ValueOrLambda::Value(initial),
            ValueOrLambda::Lambda(lambda),
        ] = args.args.as_slice()
        else {
            return Err(without_lambda(NAME).into());
        };
        let to = SnowType::from_field(&args.return_field).unwrap_or(SnowType::Variant);
        let given = match args.arg_fields.get(1) {
            Some(ValueOrLambda::Value(field)) => initial_type(field)?,
            _ => to,
        };
        let result_type = lambda_type(&args)?;
        let context = TypeContext::of(&args.config_options);
        let elements = Elements::of(&array.to_array(args.number_rows)?)?;
        let element = match args.arg_fields.first() {
            Some(ValueOrLambda::Value(array)) => element_type(array),
            _ => SnowType::Variant,
        };
        let values = elements.typed(&element, context)?;
        let initial = initial.to_array(args.number_rows)?;
        let mut accumulator = cast_array(&initial, &given, &to, CastMode::Strict, context)?;
        for place in 0.. {
            // The rows that have an element here, and a value to go on from.
            let rows: Vec<usize> = (0..args.number_rows)
                .filter(|row| elements.of_row(*row).len() > place && accumulator.is_valid(*row))
                .collect();
            if rows.is_empty() {
                break;
            }
            let index =
                |number: usize| u32::try_from(number).map_err(|_| Error::internal("too many elements"));
            let own = rows.iter().map(|row| index(*row)).collect::<Result<Vec<u32>>>()?;
            let at = rows.iter().map(|row| index(elements.of_row(*row).start + place));
            let at = UInt32Array::from(at.collect::<Result<Vec<u32>>>()?);
            let own = UInt32Array::from(own);
            let so_far = take(&accumulator, &own, None)?;
            let element = take(&values, &at, None)?;
            let result = lambda.evaluate(
                &[&|| Ok(Arc::clone(&so_far)), &|| Ok(Arc::clone(&element))],
                |captures| Ok(take_arrays(captures, &own, None)?),
            )?;
            let result = result.into_array(rows.len())?;
            let result = cast_array(&result, &result_type, &to, CastMode::Strict, context)?;
            let mut places: Vec<(usize, usize)> = (0..args.number_rows).map(|row| (0, row)).collect();
            for (number, row) in rows.iter().enumerate() {
                if let Some(slot) = places.get_mut(*row) {
                    *slot = (1, number);
                }
            }
            accumulator = interleave(&[accumulator.as_ref(), result.as_ref()], &places)?;
        }
        // Without an array there is no result.
        let known = (0..args.number_rows).map(|row| elements.is_known(row).then_some(row as u32));
        let known: UInt32Array = known.collect();
        Ok(ColumnarValue::Array(take(&accumulator, &known, None)?))
    }
}
