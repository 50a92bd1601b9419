//! What a kernel sees of one call over one batch: the arguments in whatever form it asks for.
//!
//! Asking for a form coerces by Snowflake's rules. A constant argument stays one value and is converted once, however
//! many rows the batch has; [`Column::get`] hides the difference.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayAccessor, ArrayRef, BinaryArray, BooleanArray, Date32Array, Decimal128Array,
    FixedSizeBinaryArray, Float64Array, StringArray, Time64NanosecondArray, UInt32Array, new_null_array,
};
use datafusion::arrow::compute;
use datafusion::arrow::datatypes::{DataType, Field, FieldRef};
use datafusion::logical_expr::{ColumnarValue, ScalarFunctionArgs};

use super::arguments::{Arguments, integer_of};
use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::cast::{CastMode, cast};
use crate::types::context::TypeContext;

/// One call over one batch.
#[derive(Debug)]
pub struct Call<'a> {
    name: &'a str,
    args: &'a [ColumnarValue],
    fields: &'a [FieldRef],
    rows: usize,
    returns: SnowType,
    context: &'a TypeContext,
}

impl<'a> Call<'a> {
    /// The call that DataFusion makes; `constant` when no argument varies, so that one row is enough.
    pub fn new(name: &'a str, args: &'a ScalarFunctionArgs, constant: bool) -> Result<Self> {
        let returns = SnowType::from_field(&args.return_field)
            .ok_or_else(|| Error::internal(format!("{name} returns {}", args.return_field.data_type())))?;
        Ok(Self {
            name,
            args: &args.args,
            fields: &args.arg_fields,
            rows: if constant { 1 } else { args.number_rows },
            returns,
            context: TypeContext::of(&args.config_options),
        })
    }

    /// The called function's name, as a message has it.
    pub fn name(&self) -> &'a str {
        self.name.strip_prefix('$').unwrap_or(self.name)
    }

    /// How many rows to compute.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// How many arguments there are.
    pub fn len(&self) -> usize {
        self.args.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.args.is_empty()
    }

    /// The type to compute.
    pub fn returns(&self) -> &SnowType {
        &self.returns
    }

    /// The session's formats, time zone and statement time.
    pub fn context(&self) -> &TypeContext {
        self.context
    }

    /// The arguments as they were seen in planning, without constants.
    pub fn arguments(&self) -> Arguments<'_> {
        Arguments::new(self.name, self.fields, &[])
    }

    /// The Snowflake type of an argument.
    pub fn data_type(&self, index: usize) -> Result<SnowType> {
        self.arguments().data_type(index)
    }

    /// Whether an argument is the literal NULL.
    pub fn is_null(&self, index: usize) -> bool {
        self.arguments().is_null(index)
    }

    /// The text of an argument that is a constant VARCHAR; `None` for a column or NULL.
    pub fn constant_text(&self, index: usize) -> Option<&'a str> {
        match self.args.get(index) {
            Some(ColumnarValue::Scalar(value)) => value.try_as_str().flatten(),
            _ => None,
        }
    }

    /// The value of an argument that is a constant integer.
    pub fn constant_integer(&self, index: usize) -> Option<i64> {
        match self.args.get(index) {
            Some(ColumnarValue::Scalar(value)) => integer_of(value),
            _ => None,
        }
    }

    /// An argument as it came: one value of a constant, else one per row; and whether it is a constant.
    pub fn raw(&self, index: usize) -> Result<(ArrayRef, bool)> {
        match self.args.get(index) {
            Some(ColumnarValue::Array(array)) => Ok((typed_null(Arc::clone(array)), false)),
            Some(ColumnarValue::Scalar(value)) => Ok((typed_null(value.to_array()?), true)),
            None => Ok((new_null_array(&DataType::Utf8, 1), true)),
        }
    }

    /// Checks that an argument, if it is there, is the same for all rows.
    ///
    /// # Errors
    /// 000002 when it is a column.
    pub fn must_be_constant(&self, index: usize) -> Result<()> {
        match self.args.get(index) {
            Some(ColumnarValue::Array(_)) if self.rows > 0 => Err(Error::unsupported(format!(
                "{} with an argument {} that varies by row",
                self.name,
                index + 1
            ))),
            _ => Ok(()),
        }
    }

    /// An argument as `to`: one value of a constant, else one per row; and whether it is a constant.
    pub fn cast(&self, index: usize, to: &SnowType) -> Result<(ArrayRef, bool)> {
        self.cast_with(index, to, CastMode::Strict)
    }

    /// Like [`cast`](Self::cast), in either mode.
    pub fn cast_with(&self, index: usize, to: &SnowType, mode: CastMode) -> Result<(ArrayRef, bool)> {
        let (array, constant) = self.raw(index)?;
        if self.is_null(index) {
            return Ok((new_null_array(&to.arrow(), array.len()), constant));
        }
        let from = self.data_type(index)?;
        Ok((cast_array(&array, &from, to, mode, self.context)?, constant))
    }

    /// An argument as `to`, one value per row.
    pub fn full(&self, index: usize, to: &SnowType) -> Result<ArrayRef> {
        let (array, constant) = self.cast(index, to)?;
        if constant {
            spread(&array, self.rows)
        } else {
            Ok(array)
        }
    }

    fn column<A: Array + Clone + 'static>(&self, index: usize, to: &SnowType) -> Result<Column<A>> {
        self.column_with(index, to, CastMode::Strict)
    }

    /// An argument as a type with this array, in either mode.
    pub fn column_with<A: Array + Clone + 'static>(
        &self,
        index: usize,
        to: &SnowType,
        mode: CastMode,
    ) -> Result<Column<A>> {
        let (array, constant) = self.cast_with(index, to, mode)?;
        let array = array.as_any().downcast_ref::<A>().cloned();
        let array =
            array.ok_or_else(|| Error::internal(format!("{}: argument {index} is no {to}", self.name)))?;
        Ok(Column { array, constant })
    }

    /// An argument as VARCHAR.
    ///
    /// # Errors
    /// 001044 for a BINARY, which becomes text by an explicit cast only.
    pub fn texts(&self, index: usize) -> Result<Column<StringArray>> {
        if matches!(self.data_type(index), Ok(SnowType::Binary { .. })) {
            return Err(self.arguments().wrong_types());
        }
        self.column(index, &SnowType::VARCHAR)
    }

    /// An argument as the text of a type's values.
    pub fn texts_as(&self, index: usize, data_type: &SnowType) -> Result<Column<StringArray>> {
        let (array, constant) = self.cast(index, data_type)?;
        let array = cast_array(
            &array,
            data_type,
            &SnowType::VARCHAR,
            CastMode::Strict,
            self.context,
        )?;
        let array = array.as_any().downcast_ref::<StringArray>().cloned();
        let array =
            array.ok_or_else(|| Error::internal(format!("{}: argument {index} is no text", self.name)))?;
        Ok(Column { array, constant })
    }

    /// An argument as NUMBER(38,0), rounded.
    pub fn integers(&self, index: usize) -> Result<Column<Decimal128Array>> {
        self.column(index, &SnowType::INTEGER)
    }

    /// An argument as NUMBER of a scale.
    pub fn numbers(&self, index: usize, precision: u8, scale: u8) -> Result<Column<Decimal128Array>> {
        self.column(index, &SnowType::Number { precision, scale })
    }

    /// An argument as FLOAT.
    pub fn floats(&self, index: usize) -> Result<Column<Float64Array>> {
        self.column(index, &SnowType::Float)
    }

    /// An argument as BOOLEAN.
    pub fn booleans(&self, index: usize) -> Result<Column<BooleanArray>> {
        self.column(index, &SnowType::Boolean)
    }

    /// An argument as BINARY.
    ///
    /// # Errors
    /// 001044 for text, which becomes BINARY by an explicit cast only.
    pub fn bytes(&self, index: usize) -> Result<Column<BinaryArray>> {
        if !self.is_null(index) && matches!(self.data_type(index), Ok(SnowType::Varchar { .. })) {
            return Err(self.arguments().wrong_types());
        }
        self.column(index, &SnowType::BINARY)
    }

    /// An argument as DATE, in days since 1970-01-01.
    pub fn dates(&self, index: usize) -> Result<Column<Date32Array>> {
        self.column(index, &SnowType::Date)
    }

    /// An argument as TIME, in nanoseconds since midnight.
    pub fn times(&self, index: usize) -> Result<Column<Time64NanosecondArray>> {
        self.column(index, &SnowType::TIME)
    }

    /// An argument as a timestamp type, in bytes.
    pub fn timestamps(&self, index: usize, to: &SnowType) -> Result<Column<FixedSizeBinaryArray>> {
        self.column(index, to)
    }
}

/// An argument in the form that a kernel asked for.
#[derive(Debug, Clone)]
pub struct Column<A> {
    array: A,
    constant: bool,
}

impl<A: Array> Column<A>
where
    for<'b> &'b A: ArrayAccessor,
{
    /// The value of a row; `None` for NULL or past the end.
    #[inline]
    pub fn get(&self, row: usize) -> Option<<&A as ArrayAccessor>::Item> {
        let row = if self.constant { 0 } else { row };
        let array = &self.array;
        if row >= array.len() || array.is_null(row) {
            None
        } else {
            Some(array.value(row))
        }
    }

    /// The value when it is the same for every row; the outer `None` for a column, the inner for NULL.
    pub fn constant(&self) -> Option<Option<<&A as ArrayAccessor>::Item>> {
        self.constant.then(|| self.get(0))
    }

    /// The values: one of a constant, else one per row.
    pub fn array(&self) -> &A {
        &self.array
    }
}

/// The literal NULL as text, since an array of no type does not answer `is_null`.
fn typed_null(array: ArrayRef) -> ArrayRef {
    if array.data_type() == &DataType::Null {
        new_null_array(&DataType::Utf8, array.len())
    } else {
        array
    }
}

/// Casts an array of any Arrow form that stands for `from`.
pub fn cast_array(
    array: &ArrayRef,
    from: &SnowType,
    to: &SnowType,
    mode: CastMode,
    context: &TypeContext,
) -> Result<ArrayRef> {
    if array.data_type() == &DataType::Null {
        return Ok(new_null_array(&to.arrow(), array.len()));
    }
    if from.arrow() == *array.data_type() {
        if from == to {
            return Ok(Arc::clone(array));
        }
        return cast(array, from, to, mode, context);
    }
    // An integer that an operator of DataFusion's yields, or another layout of text.
    let plain = compute::cast(array, &from.arrow())?;
    if from == to {
        Ok(plain)
    } else {
        cast(&plain, from, to, mode, context)
    }
}

/// Repeats the one value of an array.
pub fn spread(array: &ArrayRef, rows: usize) -> Result<ArrayRef> {
    if array.len() == rows {
        return Ok(Arc::clone(array));
    }
    Ok(compute::take(array, &UInt32Array::from(vec![0; rows]), None)?)
}

/// The type that all of `types` are brought to; VARCHAR for none.
pub fn common_type(name: &str, types: &[SnowType]) -> Result<SnowType> {
    match types {
        [] => Ok(SnowType::VARCHAR),
        [only] => Ok(*only),
        _ => crate::types::coerce::common_type(types).ok_or_else(|| {
            let names: Vec<_> = types.iter().map(ToString::to_string).collect();
            Error::argument_types(name, names.join(", "))
        }),
    }
}

/// A field that says no more than a type.
pub fn plain_field(data_type: &SnowType) -> Field {
    data_type.field("", true)
}
