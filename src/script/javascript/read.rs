//! SQL values as JavaScript sees them.
//! <https://docs.snowflake.com/en/developer-guide/udf-stored-procedure-data-type-mapping>
//!
//! Numbers become doubles, TIME a text, DATE and timestamps a `Date`, BINARY a `Uint8Array`, semi-structured values what
//! they look like in JSON. BOOLEAN is the number 1 or 0, as documented; inside a VARIANT it is a boolean. A timestamp
//! without a zone is taken for the session's local time.

use datafusion::arrow::array::{Array, ArrayRef, AsArray};
use datafusion::arrow::datatypes::{Date32Type, Decimal128Type, Float64Type};
use jiff::tz::TimeZone;
use rquickjs::{Array as JsArray, IntoJs, Object, TypedArray, Value};

use super::machine::House;
use crate::error::Result;
use crate::types::cast::{CastMode, canonical, cast};
use crate::types::temporal::{decode_parts, offset_minutes, split};
use crate::types::text::decimal_to_float;
use crate::types::zone::LocalClock;
use crate::types::{SnowType, TypeContext};
use crate::variant::{self, Value as Variant};

const DAY_SECONDS: i64 = 86_400;

/// Who looks at a value, which makes a difference for NULL and timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reader {
    /// A handler's argument: NULL is `undefined`, a timestamp a `Date`.
    Argument,
    /// `getColumnValue`: NULL is `null`, a timestamp an `SfDate`.
    Result,
}

/// A column of SQL values that JavaScript reads.
#[derive(Debug)]
pub struct Column {
    data_type: SnowType,
    array: ArrayRef,
    zone: TimeZone,
    reader: Reader,
}

impl Column {
    /// A column of a type.
    ///
    /// # Errors
    /// 000603 when the array is not of the type.
    pub fn new(array: &ArrayRef, data_type: SnowType, types: &TypeContext, reader: Reader) -> Result<Self> {
        let array = match data_type {
            // A text that means the same in every session's format.
            SnowType::Time { .. } => cast(array, &data_type, &SnowType::VARCHAR, CastMode::Strict, types)?,
            _ => canonical(array, &data_type)?,
        };
        Ok(Self {
            data_type,
            array,
            zone: types.timezone.clone(),
            reader,
        })
    }

    /// One value.
    ///
    /// # Errors
    /// When the engine has no memory for it.
    pub fn value<'js>(&self, house: &House<'js>, row: usize) -> rquickjs::Result<Value<'js>> {
        let ctx = house.ctx().clone();
        if row >= self.array.len() || self.array.is_null(row) {
            return Ok(match self.reader {
                Reader::Argument => Value::new_undefined(ctx),
                Reader::Result => Value::new_null(ctx),
            });
        }
        let array = &self.array;
        match self.data_type {
            SnowType::Number { .. } => {
                let unscaled = array.as_primitive::<Decimal128Type>().value(row);
                // The array knows its scale best.
                let scale = match SnowType::from_arrow(array.data_type()) {
                    Some(SnowType::Number { scale, .. }) => scale,
                    _ => 0,
                };
                Ok(Value::new_number(ctx, decimal_to_float(unscaled, scale)))
            }
            SnowType::Float => {
                let value = array.as_primitive::<Float64Type>().value(row);
                // As a whole number, minus zero would lose its sign.
                Ok(match value == 0.0 {
                    true => Value::new_float(ctx, value),
                    false => Value::new_number(ctx, value),
                })
            }
            SnowType::Varchar { .. } | SnowType::Time { .. } => {
                array.as_string::<i32>().value(row).into_js(&ctx)
            }
            SnowType::Boolean => Ok(Value::new_int(ctx, i32::from(array.as_boolean().value(row)))),
            SnowType::Binary { .. } => bytes(house, array.as_binary::<i32>().value(row)),
            SnowType::Date => {
                let days = array.as_primitive::<Date32Type>().value(row);
                date(house, self.midnight(days), 0)
            }
            SnowType::TimestampNtz { scale } => {
                let (wall, nanos) = decode_parts(array.as_fixed_size_binary().value(row));
                let seconds = LocalClock::new(&self.zone).to_utc(wall);
                self.timestamp(house, ("ntz", scale), (seconds, nanos), 0, Some(wall))
            }
            SnowType::TimestampLtz { scale } => {
                let (seconds, nanos) = decode_parts(array.as_fixed_size_binary().value(row));
                let minutes = LocalClock::new(&self.zone).offset_at(seconds) / 60;
                self.timestamp(house, ("ltz", scale), (seconds, nanos), minutes, None)
            }
            SnowType::TimestampTz { scale } => {
                let bytes = array.as_fixed_size_binary().value(row);
                let minutes = i64::from(offset_minutes(bytes));
                self.timestamp(house, ("tz", scale), decode_parts(bytes), minutes, None)
            }
            SnowType::Variant
            | SnowType::Object
            | SnowType::Array
            | SnowType::Structured(_)
            | SnowType::Vector { .. } => semi(house, array.as_binary::<i64>().value(row), &self.zone),
        }
    }

    fn midnight(&self, days: i32) -> i64 {
        LocalClock::new(&self.zone).to_utc(i64::from(days) * DAY_SECONDS)
    }

    fn timestamp<'js>(
        &self,
        house: &House<'js>,
        (kind, scale): (&str, u8),
        (seconds, nanos): (i64, u32),
        minutes: i64,
        wall: Option<i64>,
    ) -> rquickjs::Result<Value<'js>> {
        if self.reader == Reader::Argument {
            return date(house, seconds, nanos);
        }
        let at = milliseconds(seconds, nanos);
        let wall = wall.map(|wall| wall as f64);
        house.call(
            "sfDate",
            (at, kind, seconds as f64, nanos, scale, minutes as f64, wall),
        )
    }
}

fn milliseconds(seconds: i64, nanos: u32) -> f64 {
    seconds as f64 * 1000.0 + f64::from(nanos / 1_000_000)
}

fn date<'js>(house: &House<'js>, seconds: i64, nanos: u32) -> rquickjs::Result<Value<'js>> {
    house.call("date", (milliseconds(seconds, nanos),))
}

fn bytes<'js>(house: &House<'js>, bytes: &[u8]) -> rquickjs::Result<Value<'js>> {
    Ok(TypedArray::<u8>::new_copy(house.ctx().clone(), bytes)?.into_value())
}

/// A semi-structured value. Its depth is bounded where it is made.
fn semi<'js>(house: &House<'js>, encoded: &[u8], zone: &TimeZone) -> rquickjs::Result<Value<'js>> {
    let ctx = house.ctx().clone();
    let instant = |nanos: i128| {
        let (seconds, nanos) = split(nanos);
        date(house, seconds, nanos)
    };
    match variant::view(encoded) {
        Variant::Undefined => Ok(Value::new_undefined(ctx)),
        Variant::Null => Ok(Value::new_null(ctx)),
        Variant::Boolean(value) => Ok(Value::new_bool(ctx, value)),
        Variant::Integer(value) => Ok(Value::new_number(ctx, value as f64)),
        Variant::Decimal { unscaled, scale } => Ok(Value::new_number(ctx, decimal_to_float(unscaled, scale))),
        Variant::Double(value) => Ok(Value::new_number(ctx, value)),
        Variant::String(text) => text.into_js(&ctx),
        Variant::Date(days) => date(
            house,
            LocalClock::new(zone).to_utc(i64::from(days) * DAY_SECONDS),
            0,
        ),
        // As JSON has it.
        Variant::Time(_) => {
            let mut json = String::new();
            variant::to_json(encoded, &mut json);
            json.trim_matches('"').into_js(&ctx)
        }
        Variant::TimestampNtz(nanos) => {
            let (wall, nanos) = split(nanos);
            date(house, LocalClock::new(zone).to_utc(wall), nanos)
        }
        Variant::TimestampLtz(nanos) | Variant::TimestampTz(nanos, _) => instant(nanos),
        Variant::Binary(value) => bytes(house, value),
        Variant::Array(elements) => {
            let array = JsArray::new(ctx)?;
            for (at, element) in elements.iter().enumerate() {
                array.set(at, semi(house, element, zone)?)?;
            }
            Ok(array.into_value())
        }
        Variant::Object(entries) => {
            let object = Object::new(ctx)?;
            for (key, value) in entries.iter() {
                object.set(key, semi(house, value, zone)?)?;
            }
            Ok(object.into_value())
        }
    }
}
