//! Writing the cells of a column.

use std::sync::Arc;

use datafusion::arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Decimal128Array, FixedSizeBinaryArray,
    Float64Array, LargeBinaryArray, StringArray, Time64NanosecondArray,
};
use datafusion::arrow::buffer::NullBuffer;
use datafusion::arrow::datatypes::{Date32Type, Decimal128Type, Float64Type, Time64NanosecondType};

use super::{CAST_DIGITS, within_day, write_binary, write_decimal, write_float, write_float_shortest};
use crate::error::Result;
use crate::types::SnowType;
use crate::types::cast::canonical;
use crate::types::cast::semi::SemiWriter;
use crate::types::context::{BinaryFormat, TypeContext};
use crate::types::format::{DateTimeFormat, Moment};
use crate::types::temporal::{decode_parts, offset_minutes};
use crate::types::zone::LocalClock;

/// Who the text is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// A result: `TRUE`, all digits of a float, VARIANT as indented JSON.
    Display,
    /// A cast to VARCHAR: `true`, ten digits of a float, a VARIANT's text without quotes.
    Cast,
}

/// Writes the cells of one column as text.
#[derive(Debug)]
pub struct CellFormatter<'a> {
    cells: Cells<'a>,
    nulls: Option<NullBuffer>,
    style: Style,
}

#[derive(Debug)]
enum Cells<'a> {
    Decimal(Decimal128Array, u8),
    Float(Float64Array),
    Text(StringArray),
    Binary(BinaryArray, BinaryFormat),
    Boolean(BooleanArray),
    Date(Date32Array, Arc<DateTimeFormat>),
    Time(Time64NanosecondArray, Arc<DateTimeFormat>),
    Timestamp(FixedSizeBinaryArray, Arc<DateTimeFormat>, Zone<'a>),
    Semi(LargeBinaryArray, SemiWriter<'a>),
}

/// Where a timestamp's wall clock comes from.
#[derive(Debug)]
enum Zone<'a> {
    /// TIMESTAMP_NTZ is the wall clock.
    None,
    /// TIMESTAMP_LTZ: the session's.
    Session(LocalClock<'a>),
    /// TIMESTAMP_TZ: the value's own offset.
    Own,
}

impl<'a> CellFormatter<'a> {
    /// A formatter for a column in the formats of the session.
    ///
    /// # Errors
    /// 000603 when the array is not of the type.
    pub fn new(
        array: &ArrayRef,
        data_type: &SnowType,
        context: &'a TypeContext,
        style: Style,
    ) -> Result<Self> {
        let format = match data_type {
            SnowType::Date => Some(&context.date_output),
            SnowType::Time { .. } => Some(&context.time_output),
            other if other.is_timestamp() => Some(context.timestamp_format(other)),
            _ => None,
        };
        Self::build(array, data_type, format, context.binary_output, context, style)
    }

    /// A formatter for a DATE, TIME or TIMESTAMP_* column in a format of the caller's, as TO_CHAR takes; other types
    /// are written as [`new`](Self::new) does.
    ///
    /// # Errors
    /// 000603 when the array is not of the type.
    pub fn with_format(
        array: &ArrayRef,
        data_type: &SnowType,
        format: &Arc<DateTimeFormat>,
        context: &'a TypeContext,
        style: Style,
    ) -> Result<Self> {
        Self::build(
            array,
            data_type,
            Some(format),
            context.binary_output,
            context,
            style,
        )
    }

    /// A formatter for a BINARY column in a format of the caller's.
    ///
    /// # Errors
    /// 000603 when the array is not of the type.
    pub fn with_binary_format(
        array: &ArrayRef,
        data_type: &SnowType,
        format: BinaryFormat,
        context: &'a TypeContext,
    ) -> Result<Self> {
        Self::build(array, data_type, None, format, context, Style::Cast)
    }

    fn build(
        array: &ArrayRef,
        data_type: &SnowType,
        format: Option<&Arc<DateTimeFormat>>,
        binary: BinaryFormat,
        context: &'a TypeContext,
        style: Style,
    ) -> Result<Self> {
        let array = canonical(array, data_type)?;
        let nulls = array.logical_nulls();
        let format = || format.cloned().unwrap_or_else(|| context.date_output.clone());
        let cells = match data_type {
            SnowType::Number { .. } => {
                let values = array.as_primitive::<Decimal128Type>().clone();
                let scale = values.scale().max(0) as u8;
                Cells::Decimal(values, scale)
            }
            SnowType::Float => Cells::Float(array.as_primitive::<Float64Type>().clone()),
            SnowType::Varchar { .. } => Cells::Text(array.as_string::<i32>().clone()),
            SnowType::Binary { .. } => Cells::Binary(array.as_binary::<i32>().clone(), binary),
            SnowType::Boolean => Cells::Boolean(array.as_boolean().clone()),
            SnowType::Date => Cells::Date(array.as_primitive::<Date32Type>().clone(), format()),
            SnowType::Time { .. } => {
                Cells::Time(array.as_primitive::<Time64NanosecondType>().clone(), format())
            }
            SnowType::TimestampNtz { .. } => {
                Cells::Timestamp(array.as_fixed_size_binary().clone(), format(), Zone::None)
            }
            SnowType::TimestampLtz { .. } => {
                let clock = LocalClock::new(&context.timezone);
                Cells::Timestamp(
                    array.as_fixed_size_binary().clone(),
                    format(),
                    Zone::Session(clock),
                )
            }
            SnowType::TimestampTz { .. } => {
                Cells::Timestamp(array.as_fixed_size_binary().clone(), format(), Zone::Own)
            }
            SnowType::Variant
            | SnowType::Object
            | SnowType::Array
            | SnowType::Structured(_)
            | SnowType::Vector { .. } => Cells::Semi(
                array.as_binary::<i64>().clone(),
                SemiWriter::of(data_type, context),
            ),
        };
        Ok(Self { cells, nulls, style })
    }

    /// Appends a cell. `false`, and nothing appended, when it is NULL (a cast takes JSON null as NULL, too). The row
    /// must be in the column.
    ///
    /// # Errors
    /// 100144 for bytes that are not UTF-8 where that is the format.
    pub fn write(&self, row: usize, out: &mut String) -> Result<bool> {
        if self.nulls.as_ref().is_some_and(|nulls| nulls.is_null(row)) {
            return Ok(false);
        }
        let display = self.style == Style::Display;
        match &self.cells {
            Cells::Decimal(values, scale) => write_decimal(values.value(row), *scale, out),
            Cells::Float(values) if display => write_float_shortest(values.value(row), out),
            Cells::Float(values) => write_float(values.value(row), CAST_DIGITS, out),
            Cells::Text(values) => out.push_str(values.value(row)),
            Cells::Binary(values, format) => write_binary(values.value(row), *format, out)?,
            Cells::Boolean(values) => out.push_str(match (values.value(row), display) {
                (true, true) => "TRUE",
                (false, true) => "FALSE",
                (true, false) => "true",
                (false, false) => "false",
            }),
            Cells::Date(values, format) => format.write(&Moment::midnight(values.value(row)), out),
            Cells::Time(values, format) => {
                let moment = Moment {
                    days: 0,
                    nanos: within_day(values.value(row)),
                    offset: None,
                };
                format.write(&moment, out);
            }
            Cells::Timestamp(values, format, zone) => format.write(&moment(values.value(row), zone), out),
            Cells::Semi(values, writer) if display => writer.write_pretty(values.value(row), out),
            Cells::Semi(values, writer) => return Ok(writer.write_plain(values.value(row), out)),
        }
        Ok(true)
    }
}

/// The wall clock of a timestamp's bytes.
fn moment(bytes: &[u8], zone: &Zone<'_>) -> Moment {
    let (seconds, nanos) = decode_parts(bytes);
    match zone {
        Zone::None => Moment::from_wall_clock(seconds, nanos, None),
        Zone::Session(clock) => {
            let offset = clock.offset_at(seconds);
            Moment::from_wall_clock(seconds.saturating_add(offset), nanos, Some((offset / 60) as i16))
        }
        Zone::Own => {
            let offset = offset_minutes(bytes);
            Moment::from_wall_clock(
                seconds.saturating_add(i64::from(offset) * 60),
                nanos,
                Some(offset),
            )
        }
    }
}

/// A whole column as results show it; `None` for NULL.
///
/// # Errors
/// As [`CellFormatter::write`].
pub fn column_to_text(
    array: &ArrayRef,
    data_type: &SnowType,
    context: &TypeContext,
) -> Result<Vec<Option<String>>> {
    let formatter = CellFormatter::new(array, data_type, context, Style::Display)?;
    let cell = |row| {
        let mut out = String::new();
        Ok(formatter.write(row, &mut out)?.then_some(out))
    };
    (0..array.len()).map(cell).collect()
}
