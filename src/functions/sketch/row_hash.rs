//! A 64-bit hash of a row: the same in every run, the same for values that compare as equal, whatever their precision and
//! scale, and another for the same values in another order of columns.

use datafusion::arrow::array::{Array, ArrayRef, AsArray, BooleanArray, PrimitiveArray};
use datafusion::arrow::datatypes::{DataType, Date32Type, Decimal128Type, Float64Type, Time64NanosecondType};

use crate::error::{Error, Result};
use crate::functions::arguments::Arguments;
use crate::types::SnowType;
use crate::variant;

const PRIME: u64 = 0x0000_0100_0000_01b3;
const START: u64 = 0xcbf2_9ce4_8422_2325;

/// The types that arguments from `first` on are hashed as: their own, but instants without their offsets.
pub fn inputs(arguments: &Arguments, first: usize) -> Result<Vec<SnowType>> {
    let input = |index| {
        Ok(match arguments.data_type(index)? {
            SnowType::TimestampTz { scale } => SnowType::TimestampLtz { scale },
            other => other,
        })
    };
    (first..arguments.len()).map(input).collect()
}

/// Spreads the bits of a number over all of it.
pub fn mix(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}

fn join(hash: u64, value: u64) -> u64 {
    mix((hash ^ value).wrapping_mul(PRIME))
}

fn bytes(hash: u64, kind: u8, bytes: &[u8]) -> u64 {
    let start = (hash ^ u64::from(kind)).wrapping_mul(PRIME);
    let hash = bytes
        .iter()
        .fold(start, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME));
    join(hash, bytes.len() as u64)
}

/// A number without the zeros at its end.
fn number(hash: u64, mut value: i128, mut scale: i8) -> u64 {
    while scale > 0 && value % 10 == 0 {
        value /= 10;
        scale -= 1;
    }
    let hash = join(hash, b'n'.into());
    let hash = join(hash, scale as u64);
    join(join(hash, value as u64), (value >> 64) as u64)
}

/// A FLOAT that is a whole number hashes as that NUMBER does.
fn float(hash: u64, value: f64) -> u64 {
    if value.fract() == 0.0 && value.abs() < 1e38 {
        return number(hash, value as i128, 0);
    }
    join(join(hash, b'f'.into()), value.to_bits())
}

fn each<T>(hashes: &mut [u64], value: impl Fn(usize) -> Option<T>, add: impl Fn(u64, T) -> u64) {
    for (row, hash) in hashes.iter_mut().enumerate() {
        *hash = match value(row) {
            Some(value) => add(*hash, value),
            None => join(*hash, b'0'.into()),
        };
    }
}

fn known<A: Array>(array: &A, row: usize) -> bool {
    row < array.len() && array.is_valid(row)
}

/// The hash of each row.
///
/// # Errors
/// For types that no column has.
pub fn hashes(columns: &[ArrayRef]) -> Result<Vec<u64>> {
    let rows = columns.first().map_or(0, |column| column.len());
    let mut hashes = vec![START; rows];
    for column in columns {
        add(column, &mut hashes)?;
    }
    Ok(hashes)
}

fn add(column: &ArrayRef, hashes: &mut [u64]) -> Result<()> {
    match column.data_type() {
        DataType::Null => each(hashes, |_| None::<u64>, join),
        DataType::Decimal128(_, scale) => {
            let values: &PrimitiveArray<Decimal128Type> = column.as_primitive();
            let value = |row| known(values, row).then(|| values.value(row));
            each(hashes, value, |hash, value| number(hash, value, *scale));
        }
        DataType::Float64 => {
            let values: &PrimitiveArray<Float64Type> = column.as_primitive();
            each(hashes, |row| known(values, row).then(|| values.value(row)), float);
        }
        DataType::Boolean => {
            let values: &BooleanArray = column.as_boolean();
            let value = |row| known(values, row).then(|| values.value(row));
            each(hashes, value, |hash, value| bytes(hash, b'b', &[value.into()]));
        }
        DataType::Utf8 => {
            let values = column.as_string::<i32>();
            let value = |row| known(values, row).then(|| values.value(row).as_bytes());
            each(hashes, value, |hash, value| bytes(hash, b't', value));
        }
        DataType::Binary => {
            let values = column.as_binary::<i32>();
            let value = |row| known(values, row).then(|| values.value(row));
            each(hashes, value, |hash, value| bytes(hash, b'y', value));
        }
        DataType::LargeBinary => {
            let values = column.as_binary::<i64>();
            let value = |row| known(values, row).then(|| variant::equality_key(values.value(row)));
            each(hashes, value, |hash, value| bytes(hash, b's', &value));
        }
        DataType::FixedSizeBinary(_) => {
            let values = column.as_fixed_size_binary();
            let value = |row| known(values, row).then(|| values.value(row));
            each(hashes, value, |hash, value| bytes(hash, b'm', value));
        }
        DataType::Date32 => {
            let values: &PrimitiveArray<Date32Type> = column.as_primitive();
            let value = |row| known(values, row).then(|| values.value(row));
            each(hashes, value, |hash, value| {
                bytes(hash, b'd', &value.to_be_bytes())
            });
        }
        DataType::Time64(_) => {
            let values: &PrimitiveArray<Time64NanosecondType> = column.as_primitive();
            let value = |row| known(values, row).then(|| values.value(row));
            each(hashes, value, |hash, value| {
                bytes(hash, b'c', &value.to_be_bytes())
            });
        }
        other => return Err(Error::internal(format!("no hash of {other}"))),
    }
    Ok(())
}
