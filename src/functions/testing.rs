//! Runs calls that are written as text, `LEFT('abc', 2)`, the way a plan would, and gives the result as text.
//!
//! Arguments are `NULL`, `TRUE`, numbers, quoted text, and any of these with a type: `'2024-01-31'::DATE`. Every call
//! is made with constants and again with each argument in turn as a column, and all ways must agree.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, Decimal128Array, Float64Array, RecordBatch, StringArray, new_null_array,
};
use datafusion::arrow::compute::concat;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::common::ScalarValue;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs};
use datafusion::prelude::SessionContext;

use super::registry;
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast};
use crate::types::context::TypeContext;

/// A context with parameters set, one `NAME=value` each.
pub fn context(parameters: &[&str]) -> TypeContext {
    let mut context = TypeContext::default();
    context.set("TIMEZONE", "UTC").unwrap();
    for parameter in parameters {
        let (name, value) = parameter.split_once('=').unwrap();
        assert!(context.set(name, value).unwrap(), "{name}");
    }
    context
}

/// An argument in text form.
fn argument(text: &str, context: &TypeContext) -> (FieldRef, ScalarValue) {
    let (value, data_type) = match text.rsplit_once("::") {
        Some((value, data_type)) => (
            value,
            SnowType::parse(data_type).unwrap_or_else(|| panic!("{data_type}")),
        ),
        None if text == "NULL" => {
            return (
                Arc::new(Field::new("NULL", DataType::Null, true)),
                ScalarValue::Null,
            );
        }
        None if text == "TRUE" || text == "FALSE" => (text, SnowType::Boolean),
        None if text.starts_with('\'') => (text, SnowType::VARCHAR),
        None => {
            let digits = text.chars().filter(char::is_ascii_digit).count() as u8;
            let scale = text
                .split_once('.')
                .map_or(0, |(_, fraction)| fraction.len() as u8);
            (
                text,
                SnowType::Number {
                    precision: digits.max(1),
                    scale,
                },
            )
        }
    };
    if value == "NULL" {
        let null = new_null_array(&data_type.arrow(), 1);
        return (
            data_type.field_ref(text, true),
            ScalarValue::try_from_array(&null, 0).unwrap(),
        );
    }
    let value = value
        .strip_prefix('\'')
        .and_then(|value| value.strip_suffix('\''))
        .unwrap_or(value);
    let array: ArrayRef = Arc::new(datafusion::arrow::array::StringArray::from(vec![value]));
    let array = cast(&array, &SnowType::VARCHAR, &data_type, CastMode::Strict, context).unwrap();
    (
        data_type.field_ref(text, false),
        ScalarValue::try_from_array(&array, 0).unwrap(),
    )
}

/// Splits at commas outside quotes.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let (mut quoted, mut depth) = (false, 0);
    for character in text.chars() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth -= 1,
            ',' if !quoted && depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        parts.last_mut().unwrap().push(character);
    }
    parts.iter().map(|part| part.trim().to_string()).collect()
}

struct Plan {
    name: String,
    fields: Vec<FieldRef>,
    values: Vec<ScalarValue>,
    options: Arc<ConfigOptions>,
}

impl Plan {
    /// Calls the function, with one argument as a column of the value, NULL and the value again.
    fn run(&self, column: Option<usize>) -> Result<(FieldRef, Vec<ScalarValue>)> {
        let udf = registry()
            .scalar(&self.name)
            .ok_or_else(|| Error::unknown_function(&self.name))?;
        let constants: Vec<_> = self
            .values
            .iter()
            .enumerate()
            .map(|(index, value)| (column != Some(index)).then_some(value))
            .collect();
        let mut fields = self.fields.clone();
        if let Some(column) = column {
            fields[column] = Arc::new(fields[column].as_ref().clone().with_nullable(true));
        }
        let return_field = udf.return_field_from_args(ReturnFieldArgs {
            arg_fields: &fields,
            scalar_arguments: &constants,
        })?;
        let args = self.values.iter().enumerate().map(|(index, value)| {
            if column != Some(index) {
                return ColumnarValue::Scalar(value.clone());
            }
            let one = value.to_array().unwrap();
            let null = new_null_array(one.data_type(), 1);
            ColumnarValue::Array(concat(&[one.as_ref(), null.as_ref(), one.as_ref()]).unwrap())
        });
        let number_rows = if column.is_some() { 3 } else { 1 };
        let result = udf.invoke_with_args(ScalarFunctionArgs {
            args: args.collect(),
            arg_fields: fields,
            number_rows,
            return_field: Arc::clone(&return_field),
            config_options: Arc::clone(&self.options),
        })?;
        assert_eq!(result.data_type(), *return_field.data_type(), "{}", self.name);
        let results = match result {
            ColumnarValue::Scalar(value) => {
                assert!(column.is_none(), "{} yields a constant from a column", self.name);
                vec![value]
            }
            ColumnarValue::Array(array) => (0..array.len())
                .map(|row| ScalarValue::try_from_array(&array, row).unwrap())
                .collect(),
        };
        for (row, value) in results.iter().enumerate() {
            assert!(
                return_field.is_nullable() || !value.is_null(),
                "{} yields NULL in row {row}",
                self.name
            );
        }
        Ok((return_field, results))
    }
}

/// The type and the text of a call's result; text is quoted by nothing, NULL is `NULL`.
pub fn evaluate(call: &str, context: &TypeContext) -> Result<(SnowType, String)> {
    let (name, rest) = call.split_once('(').unwrap();
    let rest = rest.strip_suffix(')').unwrap();
    let mut options = ConfigOptions::new();
    options.extensions.insert(context.clone());
    let texts = if rest.is_empty() { Vec::new() } else { split(rest) };
    let (fields, values) = texts.iter().map(|text| argument(text, context)).unzip();
    let plan = Plan {
        name: name.to_string(),
        fields,
        values,
        options: Arc::new(options),
    };
    let (field, results) = plan.run(None)?;
    let data_type = SnowType::from_field(&field).unwrap();
    for column in 0..plan.values.len() {
        // Some arguments must be constants, and some types depend on them.
        let Ok((other, columns)) = plan.run(Some(column)) else {
            continue;
        };
        if other.data_type() == field.data_type() {
            assert_eq!(columns[0], results[0], "{call} with column {column}");
            assert_eq!(columns[2], results[0], "{call} with column {column}");
        }
    }
    Ok((data_type, text_of(&results[0], &data_type, context)))
}

/// An argument of [`over_rows`].
pub enum Input {
    /// A text that is the same for all rows.
    Constant(&'static str),
    /// One value a row.
    Rows(SnowType, ArrayRef),
}

/// The results of a call over rows.
pub fn over_rows(name: &str, inputs: &[Input], context: &TypeContext) -> ArrayRef {
    let udf = registry().scalar(name).unwrap();
    let mut options = ConfigOptions::new();
    options.extensions.insert(context.clone());
    let mut number_rows = 1;
    let mut fields = Vec::new();
    let mut constants = Vec::new();
    let mut args = Vec::new();
    for input in inputs {
        match input {
            Input::Constant(text) => {
                let value = ScalarValue::Utf8(Some(text.to_string()));
                fields.push(SnowType::VARCHAR.field_ref(*text, false));
                constants.push(Some(value.clone()));
                args.push(ColumnarValue::Scalar(value));
            }
            Input::Rows(data_type, array) => {
                number_rows = array.len();
                fields.push(data_type.field_ref("C", true));
                constants.push(None);
                args.push(ColumnarValue::Array(Arc::clone(array)));
            }
        }
    }
    let constants: Vec<_> = constants.iter().map(Option::as_ref).collect();
    let return_field = udf
        .return_field_from_args(ReturnFieldArgs {
            arg_fields: &fields,
            scalar_arguments: &constants,
        })
        .unwrap();
    let result = udf
        .invoke_with_args(ScalarFunctionArgs {
            args,
            arg_fields: fields,
            number_rows,
            return_field,
            config_options: Arc::new(options),
        })
        .unwrap();
    result.into_array(number_rows).unwrap()
}

/// A value as a cast to VARCHAR gives it.
pub fn text_of(value: &ScalarValue, data_type: &SnowType, context: &TypeContext) -> String {
    if value.is_null() {
        return "NULL".to_string();
    }
    let array = value.to_array().unwrap();
    let array =
        super::call::cast_array(&array, data_type, &SnowType::VARCHAR, CastMode::Strict, context).unwrap();
    let array = datafusion::arrow::array::AsArray::as_string::<i32>(&array);
    array.value(0).to_string()
}

/// Checks calls against the text of their results, or `!` and an error number.
pub fn check(cases: &[(&str, &str)]) {
    check_in(&context(&[]), cases);
}

/// Like [`check`], in a context.
pub fn check_in(context: &TypeContext, cases: &[(&str, &str)]) {
    for (call, expected) in cases {
        let found = match evaluate(call, context) {
            Ok((_, text)) => text,
            Err(error) => format!("!{}", error.code()),
        };
        assert_eq!(found, *expected, "{call}");
    }
}

/// Checks the types of calls.
pub fn check_types(cases: &[(&str, &str)]) {
    for (call, expected) in cases {
        let (data_type, _) = evaluate(call, &context(&[])).unwrap_or_else(|error| panic!("{call}: {error}"));
        assert_eq!(data_type.to_string(), *expected, "{call}");
    }
}

/// Rows for aggregation: a key, a NUMBER(10,2), a FLOAT and a text.
pub fn frame() -> datafusion::dataframe::DataFrame {
    let numbers = [Some(1000), Some(2000), Some(2500), Some(3000), None, Some(6000)];
    let numbers = Decimal128Array::from(numbers.to_vec())
        .with_precision_and_scale(10, 2)
        .unwrap();
    let columns: Vec<(&str, ArrayRef)> = vec![
        (
            "k",
            Arc::new(StringArray::from(vec!["a", "b", "b", "b", "b", "a"])),
        ),
        ("n", Arc::new(numbers)),
        (
            "f",
            Arc::new(Float64Array::from(vec![
                Some(1.0),
                Some(2.0),
                None,
                Some(4.0),
                Some(2.0),
                Some(9.0),
            ])),
        ),
        (
            "t",
            Arc::new(StringArray::from(vec![
                Some("x"),
                Some("3"),
                Some("1"),
                Some("2"),
                None,
                Some("y"),
            ])),
        ),
    ];
    SessionContext::new()
        .read_batch(RecordBatch::try_from_iter(columns).unwrap())
        .unwrap()
}

/// The rows of a frame in text, each row's values joined by `|`.
pub async fn rows(frame: datafusion::dataframe::DataFrame) -> Result<Vec<String>, Error> {
    let schema = frame.schema().clone();
    let batches = frame.collect().await?;
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let value = |(index, array): (usize, &ArrayRef)| {
                let data_type = SnowType::from_field(schema.field(index)).unwrap();
                text_of(
                    &ScalarValue::try_from_array(array, row).unwrap(),
                    &data_type,
                    &context(&[]),
                )
            };
            rows.push(
                batch
                    .columns()
                    .iter()
                    .enumerate()
                    .map(value)
                    .collect::<Vec<_>>()
                    .join("|"),
            );
        }
    }
    Ok(rows)
}
