//! Higher-order functions: FILTER, TRANSFORM and REDUCE with a lambda over the elements of an array.
//! <https://docs.snowflake.com/en/user-guide/querying-semistructured#use-lambda-functions-on-data-with-snowflake-higher-order-functions>
//!
//! FILTER and TRANSFORM evaluate their lambda once for all elements of all rows of a batch; columns that the lambda refers
//! to are repeated for the elements of their rows. REDUCE evaluates it once for all first elements, then for all second
//! ones, and so on ([`reduce`]). An element that is `undefined` is SQL NULL to a lambda, and the other way round.

mod elements;
mod reduce;

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::Result as DataFusionResult;
use datafusion::logical_expr::{
    ColumnarValue, HigherOrderFunctionArgs, HigherOrderReturnFieldArgs, HigherOrderSignature, HigherOrderUDF,
    HigherOrderUDFImpl, LambdaArgument, LambdaParametersProgress, ValueOrLambda, Volatility,
};

use super::call::cast_array;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::types::context::TypeContext;
use crate::types::structured::Definition;
use elements::Elements;

/// The functions, each with how many arguments it takes and how many parameters its lambda has, which comes last.
pub const FUNCTIONS: [(&str, usize, usize); 3] = [("FILTER", 2, 1), ("TRANSFORM", 2, 1), ("REDUCE", 3, 2)];

/// The function of a name, for one call of it.
pub fn function(name: &str) -> Option<Arc<HigherOrderUDF>> {
    let function = match name {
        "FILTER" => HigherOrderUDF::from(Elementwise::new("FILTER", Kind::Filter)),
        "TRANSFORM" => HigherOrderUDF::from(Elementwise::new("TRANSFORM", Kind::Transform)),
        "REDUCE" => HigherOrderUDF::from(reduce::Reduce::new()),
        _ => return None,
    };
    Some(Arc::new(function))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Filter,
    Transform,
}

/// FILTER and TRANSFORM.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Elementwise {
    name: &'static str,
    kind: Kind,
    signature: HigherOrderSignature,
}

impl Elementwise {
    fn new(name: &'static str, kind: Kind) -> Self {
        Self {
            name,
            kind,
            signature: HigherOrderSignature::any(2, Volatility::Immutable),
        }
    }
}

impl HigherOrderUDFImpl for Elementwise {
    fn name(&self) -> &str {
        self.name
    }

    fn signature(&self) -> &HigherOrderSignature {
        &self.signature
    }

    fn lambda_parameters(
        &self,
        _step: usize,
        fields: &[ValueOrLambda<FieldRef, Option<FieldRef>>],
    ) -> DataFusionResult<LambdaParametersProgress> {
        match fields {
            [ValueOrLambda::Value(array), ValueOrLambda::Lambda(_)] => check_array(self.name, array)?,
            _ => return Err(without_lambda(self.name).into()),
        }
        let parameter = match fields {
            [ValueOrLambda::Value(array), ..] => element_type(array),
            _ => SnowType::Variant,
        };
        Ok(LambdaParametersProgress::Complete(vec![vec![
            parameter.field_ref("", true),
        ]]))
    }

    /// A structured ARRAY of structured ones: of the lambda's results, or of the elements that are kept.
    fn return_field_from_args(&self, args: HigherOrderReturnFieldArgs) -> DataFusionResult<FieldRef> {
        let returns = match args.arg_fields {
            [ValueOrLambda::Value(array), ValueOrLambda::Lambda(result)] => {
                match (structured_array(array), self.kind) {
                    (None, _) => SnowType::Array,
                    (Some(array), Kind::Filter) => array,
                    (Some(_), Kind::Transform) => {
                        let element = match result.data_type() {
                            DataType::Null => SnowType::VARCHAR,
                            other => SnowType::from_field(result)
                                .ok_or_else(|| Error::argument_types(self.name, other))?,
                        };
                        SnowType::structured(Definition::array(element, result.is_nullable()))?
                    }
                }
            }
            _ => SnowType::Array,
        };
        Ok(returns.field_ref(self.name, true))
    }

    fn invoke_with_args(&self, args: HigherOrderFunctionArgs) -> DataFusionResult<ColumnarValue> {
        let [ValueOrLambda::Value(array), ValueOrLambda::Lambda(lambda)] = args.args.as_slice() else {
            return Err(without_lambda(self.name).into());
        };
        let elements = Elements::of(&array.to_array(args.number_rows)?)?;
        let context = TypeContext::of(&args.config_options);
        let structured = SnowType::from_field(&args.return_field).and_then(|returns| returns.element());
        let to = match (self.kind, structured) {
            (Kind::Filter, _) => SnowType::Boolean,
            (Kind::Transform, Some(element)) if element.data_type.is_encoded() => element.data_type,
            (Kind::Transform, _) => SnowType::Variant,
        };
        let results = match elements.len() {
            0 => datafusion::arrow::array::new_empty_array(&to.arrow()),
            _ => {
                let parameter = match args.arg_fields.first() {
                    Some(ValueOrLambda::Value(array)) => element_type(array),
                    _ => SnowType::Variant,
                };
                let values = elements.typed(&parameter, context)?;
                let result = over_elements(lambda, &elements, &values)?;
                cast_array(&result, &lambda_type(&args)?, &to, CastMode::Strict, context)?
            }
        };
        let rebuilt: ArrayRef = match self.kind {
            Kind::Filter => {
                let chosen = results.as_boolean();
                elements.rebuilt(|at| match chosen.is_valid(at) && chosen.value(at) {
                    true => Some(elements.bytes(at)),
                    false => None,
                })?
            }
            Kind::Transform => {
                let values = results.as_binary::<i64>();
                elements.rebuilt(|at| {
                    let value = values.is_valid(at).then(|| values.value(at));
                    Some(value.unwrap_or(crate::variant::encoding::UNDEFINED_ELEMENT))
                })?
            }
        };
        Ok(ColumnarValue::Array(rebuilt))
    }
}

/// What a lambda gives for each element.
fn over_elements(
    lambda: &LambdaArgument,
    elements: &Elements,
    values: &ArrayRef,
) -> DataFusionResult<ArrayRef> {
    let result = lambda.evaluate(&[&|| Ok(Arc::clone(values))], |captures| {
        Ok(datafusion::arrow::compute::take_arrays(
            captures,
            elements.rows(),
            None,
        )?)
    })?;
    result.into_array(elements.len())
}

/// The type of a lambda's result, which is the last argument.
fn lambda_type(args: &HigherOrderFunctionArgs) -> Result<SnowType> {
    match args.arg_fields.last() {
        Some(ValueOrLambda::Lambda(field)) => SnowType::from_field(field)
            .ok_or_else(|| Error::unsupported(format!("a lambda that gives {field}"))),
        _ => Err(without_lambda("a higher-order function")),
    }
}

fn without_lambda(name: &str) -> Error {
    Error::compilation(format!("{name} wants a lambda as its last argument"))
}

/// The type of an argument that is a structured ARRAY.
fn structured_array(field: &FieldRef) -> Option<SnowType> {
    SnowType::from_field(field).filter(|data_type| data_type.element().is_some())
}

/// What a lambda is given of an array.
fn element_type(field: &FieldRef) -> SnowType {
    let element = SnowType::from_field(field).and_then(|data_type| data_type.element());
    element.map_or(SnowType::Variant, |element| element.data_type)
}

/// Refuses an argument that cannot be an array.
fn check_array(name: &str, field: &FieldRef) -> Result<()> {
    let is_null = matches!(field.data_type(), datafusion::arrow::datatypes::DataType::Null);
    match SnowType::from_field(field) {
        Some(SnowType::Array | SnowType::Variant) => Ok(()),
        Some(structured) if structured.element().is_some() => Ok(()),
        _ if is_null => Ok(()),
        Some(other) => Err(Error::argument_types(name, other)),
        None => Err(Error::argument_types(name, field.data_type())),
    }
}
