//! Values of variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, BooleanArray, StringArray, new_null_array};
use datafusion::common::ScalarValue;

use crate::error::{Error, Result};
use crate::types::cast::{CastMode, cast};
use crate::types::{SnowType, TypeContext};

/// One value of a Snowflake type.
#[derive(Debug, Clone)]
pub struct Value {
    /// The type.
    pub data_type: SnowType,
    /// An array of one, in the type's Arrow form.
    pub array: ArrayRef,
}

/// Values by name: a variable's, in upper case, or a position's (`1`, `2`, …).
pub type Bindings = BTreeMap<String, Value>;

impl Value {
    /// NULL of a type.
    pub fn null(data_type: SnowType) -> Self {
        let array = new_null_array(&data_type.arrow(), 1);
        Self { data_type, array }
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self {
            data_type: SnowType::VARCHAR,
            array: Arc::new(StringArray::from(vec![text.into()])),
        }
    }

    /// A truth value.
    pub fn boolean(value: bool) -> Self {
        Self {
            data_type: SnowType::Boolean,
            array: Arc::new(BooleanArray::from(vec![value])),
        }
    }

    /// A whole number.
    pub fn integer(value: i64) -> Self {
        let scalar = ScalarValue::Decimal128(Some(i128::from(value)), 38, 0);
        match scalar.to_array() {
            Ok(array) => Self {
                data_type: SnowType::INTEGER,
                array,
            },
            Err(_) => Self::null(SnowType::INTEGER),
        }
    }

    /// The value in another type.
    ///
    /// # Errors
    /// Those of [`cast`] in strict mode.
    pub fn cast(&self, to: &SnowType, types: &TypeContext) -> Result<Self> {
        let array = cast(&self.array, &self.data_type, to, CastMode::Strict, types)?;
        Ok(Self {
            data_type: *to,
            array,
        })
    }

    /// Whether it is NULL.
    pub fn is_null(&self) -> bool {
        self.array.is_null(0)
    }

    /// The value as Arrow's scalar.
    ///
    /// # Errors
    /// Never in practice: the array holds one value.
    pub fn scalar(&self) -> Result<ScalarValue> {
        Ok(ScalarValue::try_from_array(&self.array, 0)?)
    }

    /// The truth value, NULL counting as false.
    ///
    /// # Errors
    /// 002001 for a value of another type.
    pub fn is_true(&self) -> Result<bool> {
        match self.scalar()? {
            ScalarValue::Boolean(value) => Ok(value.unwrap_or(false)),
            ScalarValue::Null => Ok(false),
            _ if self.is_null() => Ok(false),
            _ => Err(Error::compilation(format!(
                "Invalid data type [{}] for predicate",
                self.data_type
            ))),
        }
    }

    /// The whole number of a NUMBER with scale 0.
    pub fn as_integer(&self) -> Option<i64> {
        match self.scalar().ok()? {
            ScalarValue::Decimal128(value, _, 0) => i64::try_from(value?).ok(),
            _ => None,
        }
    }

    /// The text of a VARCHAR.
    pub fn as_text(&self) -> Option<String> {
        match self.scalar().ok()? {
            ScalarValue::Utf8(text) => text,
            _ => None,
        }
    }
}
