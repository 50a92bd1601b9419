//! Arguments of table functions, by name or by position.

use datafusion::common::ScalarValue;
use jiff::Timestamp;

use crate::engine::environment::StatementEnvironment;
use crate::engine::query_functions::invalid;
use crate::error::{Error, Result};
use crate::plan::NamedArgument;
use crate::types::cast::{CastMode, cast_scalar};
use crate::types::{SnowType, temporal};

/// The arguments of one call.
pub struct Arguments<'a> {
    environment: &'a StatementEnvironment,
    function: &'static str,
    given: Vec<(&'static str, &'a ScalarValue)>,
}

impl<'a> Arguments<'a> {
    /// Sorts arguments by the names that a function has, in their order.
    ///
    /// # Errors
    /// For an argument that the function does not have.
    pub fn read(
        environment: &'a StatementEnvironment,
        function: &'static str,
        names: &[&'static str],
        arguments: &'a [NamedArgument],
    ) -> Result<Self> {
        let mut given = Vec::with_capacity(arguments.len());
        for (at, argument) in arguments.iter().enumerate() {
            let name = match &argument.name {
                Some(name) => names.iter().find(|known| *known == name),
                None => names.get(at),
            };
            given.push((*name.ok_or_else(|| invalid(function, argument))?, &argument.value));
        }
        Ok(Self {
            environment,
            function,
            given,
        })
    }

    fn cast(&self, name: &str, to: &SnowType) -> Result<Option<ScalarValue>> {
        let Some((_, value)) = self
            .given
            .iter()
            .find(|(known, value)| *known == name && !value.is_null())
        else {
            return Ok(None);
        };
        let from = SnowType::from_arrow(&value.data_type()).unwrap_or(SnowType::VARCHAR);
        cast_scalar(
            value,
            &from,
            to,
            CastMode::Strict,
            &self.environment.context.types,
        )
        .map(Some)
    }

    /// An argument as text.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn text(&self, name: &str) -> Result<Option<String>> {
        match self.cast(name, &SnowType::VARCHAR)? {
            Some(ScalarValue::Utf8(text)) => Ok(text),
            _ => Ok(None),
        }
    }

    /// An argument that must be given.
    ///
    /// # Errors
    /// 000938 when it is not.
    pub fn required_text(&self, name: &str) -> Result<String> {
        self.text(name)?.ok_or_else(|| {
            let message = format!(
                "SQL compilation error:\nmissing argument {name} for {}",
                self.function
            );
            Error::new(938, "22023", message)
        })
    }

    /// An argument as a truth value.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn truth(&self, name: &str) -> Result<Option<bool>> {
        match self.cast(name, &SnowType::Boolean)? {
            Some(ScalarValue::Boolean(value)) => Ok(value),
            _ => Ok(None),
        }
    }

    /// An argument as a moment.
    ///
    /// # Errors
    /// When it cannot be one.
    pub fn moment(&self, name: &str) -> Result<Option<Timestamp>> {
        match self.cast(name, &SnowType::TIMESTAMP_LTZ)? {
            Some(ScalarValue::FixedSizeBinary(_, Some(bytes))) => {
                let moment = Timestamp::from_nanosecond(temporal::decode(&bytes));
                moment.map(Some).map_err(|_| Error::not_timestamp(name))
            }
            _ => Ok(None),
        }
    }

    /// RESULT_LIMIT: 1 to 10000.
    ///
    /// # Errors
    /// When it is out of range.
    pub fn limit(&self, default: usize) -> Result<usize> {
        match self.cast("RESULT_LIMIT", &SnowType::INTEGER)? {
            Some(ScalarValue::Decimal128(Some(limit), ..)) => match usize::try_from(limit) {
                Ok(limit @ 1..=10_000) => Ok(limit),
                _ => Err(Error::invalid_argument(
                    self.function,
                    limit,
                    "RESULT_LIMIT is 1 to 10000",
                )),
            },
            _ => Ok(default),
        }
    }
}
