//! Places of values in bitmaps, and functions of one or two bitmaps.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use super::bits::{BITS, Bits};
use crate::error::{Error, Result};
use crate::functions::arguments::{Arguments, between, exactly};
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::variant::{Value, VariantBuilder, encoded};

/// The functions.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["BITMAP_BUCKET_NUMBER"],
        exactly(1),
        integer,
        |c| one(c, bucket),
        "bitmap_bucket_number",
    ),
    Scalar::new(
        &["BITMAP_BIT_POSITION"],
        exactly(1),
        integer,
        |c| one(c, position),
        "bitmap_bit_position",
    ),
    Scalar::new(
        &["BITMAP_ABSOLUTE_POSITION"],
        exactly(2),
        integer,
        absolute_position,
        "bitmap_absolute_position",
    ),
    Scalar::new(&["BITMAP_COUNT"], exactly(1), integer, count, "bitmap_count"),
    Scalar::new(
        &["BITMAP_AND"],
        exactly(2),
        binary,
        |c| join(c, Bits::and),
        "bitmap_and",
    ),
    Scalar::new(
        &["BITMAP_OR"],
        exactly(2),
        binary,
        |c| join(c, Bits::or),
        "bitmap_or",
    ),
    Scalar::new(
        &["BITMAP_TO_ARRAY"],
        between(1, 2),
        |a| Returns::strict(a, SnowType::Array),
        to_array,
        "bitmap_to_array",
    ),
];

const WIDTH: i128 = BITS as i128;

fn integer(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::INTEGER)
}

fn binary(arguments: &Arguments) -> Result<Returns> {
    Returns::strict(arguments, SnowType::BINARY)
}

/// Buckets count from 1, each of 32,768 values from 1 on; those of 0 and of negative numbers count down from 0.
fn bucket(value: i128) -> i128 {
    if value > 0 {
        (value - 1) / WIDTH + 1
    } else {
        value / WIDTH
    }
}

/// The bit within the bucket, from 0.
fn position(value: i128) -> i128 {
    if value > 0 {
        (value - 1) % WIDTH
    } else {
        (value % WIDTH).abs()
    }
}

/// The value that has a bit.
fn absolute(bucket: i128, position: i128) -> Option<i128> {
    if bucket > 0 {
        (bucket - 1).checked_mul(WIDTH)?.checked_add(position + 1)
    } else {
        bucket.checked_mul(WIDTH)?.checked_sub(position)
    }
}

fn one(call: &Call, f: fn(i128) -> i128) -> Result<ArrayRef> {
    let values = call.integers(0)?;
    build::numbers(call, |row| Ok(values.get(row).map(f)))
}

/// Refuses what is no bit of a bitmap.
fn check(call: &Call, position: i128) -> Result<i128> {
    match (0..WIDTH).contains(&position) {
        true => Ok(position),
        false => Err(Error::invalid_argument(
            call.name(),
            position,
            "a bit's position is 0 to 32767",
        )),
    }
}

fn absolute_position(call: &Call) -> Result<ArrayRef> {
    let (buckets, positions) = (call.integers(0)?, call.integers(1)?);
    build::numbers(call, |row| {
        let (Some(bucket), Some(position)) = (buckets.get(row), positions.get(row)) else {
            return Ok(None);
        };
        let value = absolute(bucket, check(call, position)?);
        value.map(Some).ok_or_else(|| Error::out_of_range(bucket))
    })
}

fn count(call: &Call) -> Result<ArrayRef> {
    let bitmaps = call.bytes(0)?;
    build::numbers(call, |row| {
        let bits = bitmaps.get(row).map(|bytes| Bits::read(call.name(), bytes));
        Ok(bits.transpose()?.map(|bits| bits.count() as i128))
    })
}

fn join(call: &Call, operation: fn(&mut Bits, &Bits)) -> Result<ArrayRef> {
    let (lefts, rights) = (call.bytes(0)?, call.bytes(1)?);
    build::written_bytes(call.rows(), |row, out| {
        let (Some(left), Some(right)) = (lefts.get(row), rights.get(row)) else {
            return Ok(None);
        };
        let mut bits = Bits::read(call.name(), left)?;
        operation(&mut bits, &Bits::read(call.name(), right)?);
        bits.write(out);
        Ok(Some(()))
    })
}

/// The values whose bits are set, of a bucket: of the first one without its number.
fn to_array(call: &Call) -> Result<ArrayRef> {
    let bitmaps = call.bytes(0)?;
    let buckets = (call.len() > 1).then(|| call.integers(1)).transpose()?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let bucket = match &buckets {
            Some(buckets) => buckets.get(row),
            None => Some(1),
        };
        let (Some(bytes), Some(bucket)) = (bitmaps.get(row), bucket) else {
            builder.append_null();
            continue;
        };
        let bits = Bits::read(call.name(), bytes)?;
        let mut values = Vec::with_capacity(bits.count());
        for bit in bits.positions() {
            let value = absolute(bucket, bit.into()).ok_or_else(|| Error::out_of_range(bucket))?;
            values.push(encoded(&Value::Integer(value)));
        }
        builder.append_array(values.iter().map(Vec::as_slice))?;
    }
    Ok(Arc::new(builder.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bucket_and_position_give_the_value_back() {
        for value in [
            1,
            123,
            32_768,
            32_769,
            123_456,
            0,
            -1,
            -32_768,
            -32_769,
            i128::from(i64::MIN),
        ] {
            assert_eq!(absolute(bucket(value), position(value)), Some(value), "{value}");
            assert!((0..WIDTH).contains(&position(value)));
        }
    }
}
