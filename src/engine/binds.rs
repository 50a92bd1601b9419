//! Bind variables: values that come beside a statement's text. <https://docs.snowflake.com/en/sql-reference/bind-variables>
//!
//! A client sends each value as text with a type's name; [`Binds`] holds them as Arrow values of Snowflake types. One
//! value stands for `?` or `:1`, by position, or for `:name`. An *array bind* gives every position the same number of
//! values: `INSERT … VALUES (?, ?)` then inserts that many rows as one statement.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, BinaryBuilder, Date32Array, FixedSizeBinaryBuilder, LargeBinaryBuilder, NullArray,
    StringArray, Time64NanosecondArray,
};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility,
};

use crate::error::{Error, Result};
use crate::plan::Bound;
use crate::script::{Bindings, Value};
use crate::sql::quote_text;
use crate::types::cast::{CastMode, cast, read_binary};
use crate::types::context::BinaryFormat;
use crate::types::{SnowType, TypeContext, temporal};
use crate::variant;

/// The name under which the rows of an array bind stand among a statement's tables.
pub(super) const ROWS: &str = "$BINDS";

/// What the names of functions that give a bind's value begin with.
const FUNCTION: &str = "$BIND:";

const MILLIS_PER_DAY: i64 = 86_400_000;
const NANOS_PER_DAY: i64 = 86_400_000_000_000;

/// The values of a statement's bind variables.
#[derive(Debug, Clone, Default)]
pub struct Binds {
    /// By position (`1`, `2`, …) or name, in upper case.
    values: BTreeMap<String, Bind>,
    /// How many rows an array bind has.
    rows: Option<usize>,
    /// Whether a bind without a value is NULL rather than an error: a statement that is only described.
    lenient: bool,
}

/// One bind variable: one value, or one for each row.
#[derive(Debug, Clone)]
struct Bind {
    data_type: SnowType,
    values: ArrayRef,
}

impl Binds {
    /// No binds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the value of a position (`1`, `2`, …) or a name. `kind` is the wire protocol's name of its type, in any
    /// letter case: FIXED, REAL, DECFLOAT, TEXT, BOOLEAN, BINARY, DATE, TIME, TIMESTAMP_NTZ, TIMESTAMP_LTZ,
    /// TIMESTAMP_TZ, VARIANT, OBJECT, ARRAY, MAP, ANY.
    ///
    /// # Errors
    /// A refusal of other types; the error of a text that is no value of its type.
    pub fn set(&mut self, name: &str, kind: &str, value: Option<&str>) -> Result<()> {
        let bind = Bind::read(kind, &[value])?;
        self.values.insert(name.to_uppercase(), bind);
        Ok(())
    }

    /// The binds of a script's statement: the values of its variables.
    pub fn of_values(values: &Bindings) -> Self {
        let bind = |(name, value): (&String, &Value)| {
            let bind = Bind {
                data_type: value.data_type,
                values: Arc::clone(&value.array),
            };
            (name.clone(), bind)
        };
        Self {
            values: values.iter().map(bind).collect(),
            ..Self::default()
        }
    }

    /// The value of a name or position, as a script's variable has it.
    pub(super) fn value(&self, name: &str) -> Option<Value> {
        let bind = self.values.get(name)?;
        Some(Value {
            data_type: bind.data_type,
            array: bind.values.slice(0, bind.values.len().min(1)),
        })
    }

    /// Sets the values of a position or name, one for each row.
    ///
    /// # Errors
    /// As [`set`](Self::set), and when positions differ in their number of rows.
    pub fn set_rows(&mut self, name: &str, kind: &str, values: &[Option<&str>]) -> Result<()> {
        if self.rows.is_some_and(|rows| rows != values.len()) {
            return Err(Error::compilation(
                "the arrays of bind variables differ in their number of values",
            ));
        }
        let bind = Bind::read(kind, values)?;
        self.values.insert(name.to_uppercase(), bind);
        self.rows = Some(values.len());
        Ok(())
    }

    /// An array bind of texts: column by column the values of `1`, `2`, …
    ///
    /// # Errors
    /// A column of another type than VARCHAR.
    pub(super) fn of_rows(batch: &RecordBatch) -> Result<Self> {
        let mut binds = Self {
            rows: Some(batch.num_rows()),
            ..Self::default()
        };
        for (index, column) in batch.columns().iter().enumerate() {
            let bind = Bind {
                data_type: SnowType::VARCHAR,
                values: datafusion::arrow::compute::cast(column, &SnowType::VARCHAR.arrow())?,
            };
            binds.values.insert((index + 1).to_string(), bind);
        }
        Ok(binds)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// How many binds have values.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// How many rows there are, if each bind has an array of values.
    pub fn rows(&self) -> Option<usize> {
        self.rows
    }

    /// The same binds for a statement that is described: those without a value are NULL.
    pub(super) fn for_description(&self) -> Self {
        Self {
            lenient: true,
            rows: None,
            values: self
                .values
                .iter()
                .map(|(name, bind)| (name.clone(), bind.first()))
                .collect(),
        }
    }

    /// What a placeholder of the syntax tree (`?1`, `:1`, `:NAME`) stands for; `None` when it has no value.
    pub(super) fn bound(&self, placeholder: &str) -> Option<Bound> {
        let name = placeholder.get(1..).unwrap_or_default();
        let Some(bind) = self.values.get(name) else {
            return self.lenient.then_some(Bound::Value(ScalarValue::Null));
        };
        if self.rows.is_some() {
            return Some(Bound::Column(name.to_string()));
        }
        let value = bind.value()?;
        Some(match &value {
            value if value.is_null() => Bound::Value(ScalarValue::Null),
            ScalarValue::Utf8(_) | ScalarValue::Boolean(_) | ScalarValue::Decimal128(..) => {
                Bound::Value(value)
            }
            _ => Bound::Function(format!("{FUNCTION}{name}")),
        })
    }

    /// The function that gives a bind's value; `None` for other names.
    pub(super) fn function(&self, function: &str) -> Option<Arc<ScalarUDF>> {
        let bind = self.values.get(function.strip_prefix(FUNCTION)?)?;
        Some(Arc::new(ScalarUDF::from(Constant {
            data_type: bind.data_type,
            value: bind.value()?,
            signature: Signature::nullary(Volatility::Immutable),
        })))
    }

    /// The rows of an array bind; their columns are named by position or name.
    ///
    /// # Errors
    /// Never in practice: all columns have the same length.
    pub(super) fn batch(&self) -> Result<RecordBatch> {
        let mut fields = Vec::with_capacity(self.values.len());
        let mut columns = Vec::with_capacity(self.values.len());
        for (name, bind) in &self.values {
            fields.push(match bind.values.data_type() {
                datafusion::arrow::datatypes::DataType::Null => {
                    datafusion::arrow::datatypes::Field::new(name, bind.values.data_type().clone(), true)
                }
                _ => bind.data_type.field(name, true),
            });
            columns.push(Arc::clone(&bind.values));
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }

    /// A bind's value as SQL text, for a place where the grammar has words and not expressions.
    pub(super) fn literal(&self, name: &str) -> Option<String> {
        let bind = self.values.get(name)?;
        let value = bind.value()?;
        if value.is_null() {
            return Some("NULL".to_string());
        }
        let types = TypeContext::default();
        let text = crate::types::text::column_to_text(&bind.values, &bind.data_type, &types).ok()?;
        let text = text.into_iter().next().flatten()?;
        Some(match value {
            ScalarValue::Utf8(_) => quote_text(&text),
            ScalarValue::Decimal128(..) | ScalarValue::Boolean(_) => text,
            _ => format!("{}::{}", quote_text(&text), bind.data_type),
        })
    }
}

impl Bind {
    fn first(&self) -> Self {
        Self {
            data_type: self.data_type,
            values: self.values.slice(0, self.values.len().min(1)),
        }
    }

    fn value(&self) -> Option<ScalarValue> {
        match self.values.is_empty() {
            true => Some(ScalarValue::Null),
            false => ScalarValue::try_from_array(&self.values, 0).ok(),
        }
    }

    fn read(kind: &str, texts: &[Option<&str>]) -> Result<Self> {
        let of = |data_type: SnowType, values: ArrayRef| Ok(Self { data_type, values });
        match kind.to_ascii_uppercase().as_str() {
            "FIXED" | "DECFLOAT" => number(texts),
            "REAL" => of(SnowType::Float, cast_texts(texts, &SnowType::Float)?),
            "TEXT" | "CHAR" | "STRING" => of(SnowType::VARCHAR, Arc::new(StringArray::from(texts.to_vec()))),
            "BOOLEAN" => of(SnowType::Boolean, cast_texts(texts, &SnowType::Boolean)?),
            "BINARY" => {
                let mut values = BinaryBuilder::new();
                for text in texts {
                    let mut bytes = Vec::new();
                    match text {
                        Some(text) => {
                            read_binary(text, BinaryFormat::Hex, &mut bytes)?;
                            values.append_value(&bytes);
                        }
                        None => values.append_null(),
                    }
                }
                of(SnowType::BINARY, Arc::new(values.finish()))
            }
            "DATE" => {
                let days = |millis: i64| i32::try_from(millis.div_euclid(MILLIS_PER_DAY)).ok();
                match integers(texts, days) {
                    Some(days) => of(SnowType::Date, Arc::new(Date32Array::from(days))),
                    None => of(SnowType::Date, cast_texts(texts, &SnowType::Date)?),
                }
            }
            "TIME" => {
                let in_day = |nanos: i64| (0..NANOS_PER_DAY).contains(&nanos).then_some(nanos);
                match integers(texts, in_day) {
                    Some(nanos) => of(SnowType::TIME, Arc::new(Time64NanosecondArray::from(nanos))),
                    None => of(SnowType::TIME, cast_texts(texts, &SnowType::TIME)?),
                }
            }
            "TIMESTAMP_NTZ" => stamps(texts, SnowType::TIMESTAMP_NTZ),
            "TIMESTAMP_LTZ" => stamps(texts, SnowType::TIMESTAMP_LTZ),
            "TIMESTAMP_TZ" => stamps(texts, SnowType::TIMESTAMP_TZ),
            "VARIANT" => json(texts, SnowType::Variant),
            "OBJECT" | "MAP" => json(texts, SnowType::Object),
            "ARRAY" => json(texts, SnowType::Array),
            "ANY" | "NULL" if texts.iter().all(Option::is_none) => {
                of(SnowType::VARCHAR, Arc::new(NullArray::new(texts.len())))
            }
            other => Err(Error::unsupported(format!("bind variables of type {other}"))),
        }
    }
}

/// Texts as values of a type, by the rules of casts and their default formats.
fn cast_texts(texts: &[Option<&str>], to: &SnowType) -> Result<ArrayRef> {
    let texts: ArrayRef = Arc::new(StringArray::from(texts.to_vec()));
    cast(
        &texts,
        &SnowType::VARCHAR,
        to,
        CastMode::Strict,
        &TypeContext::default(),
    )
}

/// Texts as whole numbers, made into something else; `None` when one of them is none.
fn integers<T>(texts: &[Option<&str>], make: impl Fn(i64) -> Option<T>) -> Option<Vec<Option<T>>> {
    texts
        .iter()
        .map(|text| match text {
            Some(text) => make(text.trim().parse().ok()?).map(Some),
            None => Some(None),
        })
        .collect()
}

/// Decimal numbers, with as many digits behind the point as the longest of them has; FLOAT when one has an exponent.
fn number(texts: &[Option<&str>]) -> Result<Bind> {
    let mut scale = 0;
    let mut exponents = false;
    for text in texts.iter().flatten() {
        exponents |= text.contains(['e', 'E']);
        let fraction = text
            .trim()
            .split_once('.')
            .map_or(0, |(_, fraction)| fraction.len());
        scale = scale.max(fraction.min(37));
    }
    let data_type = match exponents {
        true => SnowType::Float,
        false => SnowType::Number {
            precision: 38,
            scale: u8::try_from(scale).unwrap_or(37),
        },
    };
    Ok(Bind {
        data_type,
        values: cast_texts(texts, &data_type)?,
    })
}

/// Timestamps: nanoseconds since 1970, those with a zone followed by its offset in minutes plus 1440. Clients may also
/// send a timestamp's own text.
fn stamps(texts: &[Option<&str>], data_type: SnowType) -> Result<Bind> {
    let datafusion::arrow::datatypes::DataType::FixedSizeBinary(width) = data_type.arrow() else {
        return Err(Error::internal(format!("{data_type} is no timestamp")));
    };
    let mut values = FixedSizeBinaryBuilder::with_capacity(texts.len(), width);
    for text in texts {
        let Some(text) = text else {
            values.append_null();
            continue;
        };
        match stamp(text, &data_type) {
            Some(bytes) => values.append_value(bytes)?,
            None => {
                let values = cast_texts(texts, &data_type)?;
                return Ok(Bind { data_type, values });
            }
        }
    }
    Ok(Bind {
        data_type,
        values: Arc::new(values.finish()),
    })
}

fn stamp(text: &str, data_type: &SnowType) -> Option<Vec<u8>> {
    let (nanos, offset) = match text.trim().split_once(' ') {
        Some((nanos, offset)) => (nanos, offset.trim().parse::<i32>().ok()? - 1440),
        None => (text.trim(), 0),
    };
    let nanos: i128 = nanos.parse().ok()?;
    // Beyond these no calendar goes.
    if nanos.unsigned_abs() > 10_u128.pow(24) {
        return None;
    }
    Some(match data_type {
        SnowType::TimestampLtz { .. } => temporal::encode_ltz(nanos).to_vec(),
        SnowType::TimestampTz { .. } => temporal::encode_tz(nanos, i16::try_from(offset).ok()?).to_vec(),
        _ => temporal::encode(nanos).to_vec(),
    })
}

fn json(texts: &[Option<&str>], data_type: SnowType) -> Result<Bind> {
    let mut values = LargeBinaryBuilder::new();
    for text in texts {
        let value = match text {
            Some(text) => variant::parse_json(text)?,
            None => None,
        };
        if let Some(value) = &value {
            let fits = match data_type {
                SnowType::Object => variant::encoding::is_object(value),
                SnowType::Array => variant::encoding::is_array(value),
                _ => true,
            };
            if !fits {
                return Err(Error::variant_cast(text.unwrap_or_default(), data_type));
            }
        }
        values.append_option(value);
    }
    Ok(Bind {
        data_type,
        values: Arc::new(values.finish()),
    })
}

/// A function without arguments that gives one value: a bind whose type has no literals.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Constant {
    data_type: SnowType,
    value: ScalarValue,
    signature: Signature,
}

impl ScalarUDFImpl for Constant {
    fn name(&self) -> &str {
        "?"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(
        &self,
        _: &[datafusion::arrow::datatypes::DataType],
    ) -> datafusion::error::Result<datafusion::arrow::datatypes::DataType> {
        Ok(self.data_type.arrow())
    }

    fn return_field_from_args(
        &self,
        _: ReturnFieldArgs<'_>,
    ) -> datafusion::error::Result<datafusion::arrow::datatypes::FieldRef> {
        Ok(self.data_type.field_ref("?", self.value.is_null()))
    }

    fn invoke_with_args(&self, _: ScalarFunctionArgs) -> datafusion::error::Result<ColumnarValue> {
        Ok(ColumnarValue::Scalar(self.value.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn literal(kind: &str, text: &str) -> String {
        let mut binds = Binds::new();
        binds.set("1", kind, Some(text)).unwrap();
        binds.literal("1").unwrap()
    }

    #[test]
    fn texts_of_the_protocol_become_values() {
        for (kind, text, shown) in [
            ("FIXED", "-12.50", "-12.50"),
            ("REAL", "1.5e3", "'1500'::FLOAT"),
            ("TEXT", "it's", "'it''s'"),
            ("BOOLEAN", "true", "TRUE"),
            ("BINARY", "c0ffee", "'C0FFEE'::BINARY(8388608)"),
            ("DATE", "86400000", "'1970-01-02'::DATE"),
            ("DATE", "-1", "'1969-12-31'::DATE"),
            ("DATE", "2024-02-29", "'2024-02-29'::DATE"),
            ("TIME", "3600000000000", "'01:00:00'::TIME(9)"),
            (
                "TIMESTAMP_NTZ",
                "1000000000",
                "'1970-01-01 00:00:01.000'::TIMESTAMP_NTZ(9)",
            ),
            (
                "TIMESTAMP_TZ",
                "0 1500",
                "'1970-01-01 01:00:00.000 +0100'::TIMESTAMP_TZ(9)",
            ),
        ] {
            assert_eq!(literal(kind, text), shown, "{kind} {text}");
        }
    }

    #[test]
    fn wrong_texts_and_types_are_refused() {
        let mut binds = Binds::new();
        assert_eq!(binds.set("1", "FIXED", Some("x")).unwrap_err().code(), 100_038);
        assert_eq!(binds.set("1", "OBJECT", Some("[1]")).unwrap_err().code(), 100_071);
        assert!(binds.set("1", "ANY", Some("x")).is_err());
        assert!(binds.set("1", "VECTOR", Some("x")).is_err());
        binds.set_rows("1", "FIXED", &[Some("1"), None]).unwrap();
        assert!(binds.set_rows("2", "TEXT", &[Some("1")]).is_err());
        assert_eq!((binds.len(), binds.rows()), (1, Some(2)));
    }
}
