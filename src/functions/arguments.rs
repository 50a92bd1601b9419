//! What a function sees of its arguments while a statement is planned: their types, and the values of constants.

use datafusion::arrow::datatypes::{DataType, FieldRef};
use datafusion::common::ScalarValue;

use crate::error::{Error, Result};
use crate::types::SnowType;
use crate::types::text::decimal_text;

/// How many arguments a function takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// At least so many.
    pub least: usize,
    /// At most so many; `usize::MAX` without a limit.
    pub most: usize,
}

/// Exactly `count` arguments.
pub const fn exactly(count: usize) -> Count {
    Count {
        least: count,
        most: count,
    }
}

/// Between `least` and `most` arguments.
pub const fn between(least: usize, most: usize) -> Count {
    Count { least, most }
}

/// `least` arguments or more.
pub const fn at_least(least: usize) -> Count {
    Count {
        least,
        most: usize::MAX,
    }
}

impl Count {
    /// Errors 000938 and 000939 when `given` does not fit. `call` is the call as written, for instance `LEFT('a')`.
    pub fn check(self, given: usize, call: impl FnOnce() -> String) -> Result<()> {
        if given < self.least {
            return Err(Error::not_enough_arguments(call(), self.least, given));
        }
        if given > self.most {
            return Err(Error::too_many_arguments(call(), self.most, given));
        }
        Ok(())
    }
}

/// The arguments of one call, as far as they are known before it runs.
#[derive(Debug, Clone, Copy)]
pub struct Arguments<'a> {
    name: &'a str,
    fields: &'a [FieldRef],
    constants: &'a [Option<&'a ScalarValue>],
}

impl<'a> Arguments<'a> {
    /// The arguments of a call of `name`. `constants` may be shorter than `fields`.
    pub fn new(name: &'a str, fields: &'a [FieldRef], constants: &'a [Option<&'a ScalarValue>]) -> Self {
        Self {
            name,
            fields,
            constants,
        }
    }

    /// The called function's name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// The same arguments of a function of another name.
    pub fn renamed(self, name: &'a str) -> Self {
        Self { name, ..self }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The Arrow type of an argument; `Null` when there is none at this place.
    pub fn arrow(&self, index: usize) -> &'a DataType {
        self.fields
            .get(index)
            .map_or(&DataType::Null, |field| field.data_type())
    }

    /// Whether an argument is the literal NULL, which goes with every type.
    pub fn is_null(&self, index: usize) -> bool {
        self.arrow(index) == &DataType::Null
    }

    /// Whether an argument can be NULL.
    pub fn is_nullable(&self, index: usize) -> bool {
        self.fields.get(index).is_none_or(|field| field.is_nullable())
    }

    /// Whether an argument can be NULL, or become NULL where it is read: JSON null has no text and is no number.
    pub fn may_be_null(&self, index: usize) -> bool {
        self.is_nullable(index) || matches!(self.data_type(index), Ok(SnowType::Variant))
    }

    /// Whether any argument can be NULL where it is read.
    pub fn any_nullable(&self) -> bool {
        (0..self.len()).any(|index| self.may_be_null(index))
    }

    /// The Snowflake type of an argument.
    ///
    /// # Errors
    /// 001044 for a value that is no Snowflake type, for instance an interval.
    pub fn data_type(&self, index: usize) -> Result<SnowType> {
        match self.fields.get(index) {
            Some(field) => SnowType::from_field(field).ok_or_else(|| self.wrong_types()),
            None => Ok(SnowType::VARCHAR),
        }
    }

    /// The types of the arguments from `indexes`, without those that are the literal NULL.
    pub fn data_types(&self, indexes: impl IntoIterator<Item = usize>) -> Result<Vec<SnowType>> {
        let known = indexes.into_iter().filter(|index| !self.is_null(*index));
        known.map(|index| self.data_type(index)).collect()
    }

    /// The one type that all of these arguments are brought to; VARCHAR when all are the literal NULL.
    pub fn common_type(&self, indexes: impl IntoIterator<Item = usize>) -> Result<SnowType> {
        super::call::common_type(self.name, &self.data_types(indexes)?)
    }

    /// The value of an argument that is a constant.
    pub fn constant(&self, index: usize) -> Option<&'a ScalarValue> {
        self.constants.get(index).copied().flatten()
    }

    /// The text of an argument that is a constant VARCHAR.
    pub fn constant_text(&self, index: usize) -> Option<&'a str> {
        self.constant(index)
            .and_then(|value| value.try_as_str())
            .flatten()
    }

    /// The value of an argument that is a constant integer.
    pub fn constant_integer(&self, index: usize) -> Option<i64> {
        self.constant(index).and_then(integer_of)
    }

    /// 001044: these types do not go with this function.
    pub fn wrong_types(&self) -> Error {
        let name = |field: &FieldRef| match SnowType::from_field(field) {
            Some(data_type) => data_type.to_string(),
            None => field.data_type().to_string().to_ascii_uppercase(),
        };
        let types: Vec<_> = self.fields.iter().map(name).collect();
        Error::argument_types(self.shown(), types.join(", "))
    }

    /// 001007: the first argument's type does not convert, under the name of the conversion function; `TRY_` does not
    /// belong to it.
    pub fn no_conversion(&self) -> Error {
        let function = self.shown();
        let parameter = function.strip_prefix("TRY_").unwrap_or(function);
        Error::invalid_type(format!(
            "invalid type [{}] for parameter '{parameter}'",
            self.text()
        ))
    }

    /// The call as an error message shows it: the arguments by their column names, constants by their values.
    pub fn text(&self) -> String {
        let shown = |(index, field): (usize, &FieldRef)| match self.constant(index) {
            Some(value) if value.is_null() => "NULL".to_string(),
            Some(ScalarValue::Utf8(Some(text))) => crate::sql::quote_text(text),
            Some(ScalarValue::Boolean(Some(value))) => value.to_string().to_uppercase(),
            Some(ScalarValue::Decimal128(Some(value), _, scale)) => {
                decimal_text(*value, u8::try_from(*scale).unwrap_or(0))
            }
            Some(value) if value.data_type().is_integer() => value.to_string(),
            // What is computed has a name in the planner's own words.
            _ if field.name().contains('(') => "…".to_string(),
            _ => field.name().clone(),
        };
        let shown: Vec<_> = self.fields.iter().enumerate().map(shown).collect();
        format!("{}({})", self.shown(), shown.join(", "))
    }

    /// The name as a message has it: the planner's own names are those of SQL behind a mark.
    fn shown(&self) -> &'a str {
        self.name.strip_prefix('$').unwrap_or(self.name)
    }
}

/// A constant as an integer: any integer type, or a NUMBER without fraction digits other than zeros.
pub fn integer_of(value: &ScalarValue) -> Option<i64> {
    match value {
        ScalarValue::Int8(value) => value.map(i64::from),
        ScalarValue::Int16(value) => value.map(i64::from),
        ScalarValue::Int32(value) => value.map(i64::from),
        ScalarValue::Int64(value) => *value,
        ScalarValue::UInt8(value) => value.map(i64::from),
        ScalarValue::UInt16(value) => value.map(i64::from),
        ScalarValue::UInt32(value) => value.map(i64::from),
        ScalarValue::UInt64(value) => value.and_then(|value| i64::try_from(value).ok()),
        ScalarValue::Decimal128(Some(value), _, scale) => {
            let unit = 10_i128.checked_pow(u32::try_from(*scale).ok()?)?;
            if value % unit == 0 {
                i64::try_from(value / unit).ok()
            } else {
                None
            }
        }
        _ => None,
    }
}
