//! The functions by the examples of their pages.

mod aggregates;
mod arrays;
mod flatten;
mod objects;

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal128Array, Float64Array, LargeBinaryArray, StringArray,
    new_null_array,
};
use datafusion::arrow::datatypes::{DataType, Decimal128Type, Field};
use datafusion::common::ScalarValue;
use datafusion::config::ConfigOptions;
use datafusion::logical_expr::{ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs};

use crate::error::Result;
use crate::functions::registry;
use crate::types::SnowType;
use crate::variant::{self, VariantBuilder};

/// A column of JSON texts as VARIANT; `None` is SQL NULL.
pub(super) fn json(rows: &[Option<&str>]) -> ArrayRef {
    let mut builder = VariantBuilder::new();
    for row in rows {
        match row {
            Some(text) => builder.append_json(text.as_bytes()).unwrap(),
            None => builder.append_null(),
        }
    }
    Arc::new(builder.finish())
}

/// One VARIANT.
pub(super) fn one(text: &str) -> ArrayRef {
    json(&[Some(text)])
}

pub(super) fn texts(rows: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(rows.to_vec()))
}

pub(super) fn text(value: &str) -> ArrayRef {
    texts(&[Some(value)])
}

pub(super) fn number(value: i128) -> ArrayRef {
    Arc::new(
        Decimal128Array::from(vec![value])
            .with_precision_and_scale(38, 0)
            .unwrap(),
    )
}

pub(super) fn float(value: f64) -> ArrayRef {
    Arc::new(Float64Array::from(vec![value]))
}

pub(super) fn boolean(value: bool) -> ArrayRef {
    Arc::new(BooleanArray::from(vec![value]))
}

/// The literal NULL.
pub(super) fn null() -> ArrayRef {
    new_null_array(&DataType::Null, 1)
}

/// Calls a function over columns.
pub(super) fn call(name: &str, args: &[ArrayRef]) -> Result<ArrayRef> {
    let udf = registry().scalar(name).unwrap_or_else(|| panic!("{name}"));
    let rows = args.first().map_or(1, |array| array.len());
    let fields: Vec<_> = args
        .iter()
        .map(|array| match SnowType::from_arrow(array.data_type()) {
            Some(_) if array.data_type() == &DataType::Null => Arc::new(Field::new("", DataType::Null, true)),
            Some(data_type) => data_type.field_ref("", true),
            None => panic!("{}", array.data_type()),
        })
        .collect();
    let scalars: Vec<_> = args
        .iter()
        .map(|array| (array.len() == 1).then(|| ScalarValue::try_from_array(array, 0).unwrap()))
        .collect();
    let constants: Vec<_> = scalars.iter().map(Option::as_ref).collect();
    let return_field = udf.return_field_from_args(ReturnFieldArgs {
        arg_fields: &fields,
        scalar_arguments: &constants,
    })?;
    // Of several arguments the first comes as a column, so that both forms are seen.
    let as_column = |(index, array): (usize, &ArrayRef)| match &scalars[index] {
        Some(scalar) if index > 0 => ColumnarValue::Scalar(scalar.clone()),
        _ => ColumnarValue::Array(Arc::clone(array)),
    };
    let result = udf.invoke_with_args(ScalarFunctionArgs {
        args: args.iter().enumerate().map(as_column).collect(),
        arg_fields: fields,
        number_rows: rows,
        return_field,
        config_options: Arc::new(ConfigOptions::new()),
    })?;
    Ok(result.into_array(rows)?)
}

/// Every row as text: VARIANT as JSON, NULL as `NULL`.
pub(super) fn shown(array: &ArrayRef) -> Vec<String> {
    let show = |row: usize| match array.data_type() {
        _ if array.is_null(row) => "NULL".to_string(),
        DataType::LargeBinary => {
            let mut out = String::new();
            variant::to_json(array.as_binary::<i64>().value(row), &mut out);
            out
        }
        DataType::Utf8 => array.as_string::<i32>().value(row).to_string(),
        DataType::Boolean => array.as_boolean().value(row).to_string(),
        DataType::Decimal128(..) => array.as_primitive::<Decimal128Type>().value_as_string(row),
        other => ScalarValue::try_from_array(array, row)
            .map(|value| format!("{other}:{value}"))
            .unwrap(),
    };
    (0..array.len()).map(show).collect()
}

/// The one result of a call over single values.
#[track_caller]
pub(super) fn result(name: &str, args: &[ArrayRef]) -> String {
    shown(&call(name, args).unwrap_or_else(|error| panic!("{name}: {error}"))).remove(0)
}

/// The error of a call.
#[track_caller]
pub(super) fn error(name: &str, args: &[ArrayRef]) -> String {
    match call(name, args) {
        Ok(array) => panic!("{name}: {:?}", shown(&array)),
        Err(error) => error.to_string(),
    }
}

/// A column's values.
pub(super) fn values(array: &ArrayRef) -> &LargeBinaryArray {
    array.as_binary::<i64>()
}
