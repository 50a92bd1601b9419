//! Cryptographic hashes, HASH and UUIDs.
//!
//! HASH is Snowflake's own secret; only its form (a signed 64-bit number, the same for the same values in every run)
//! can be had. Here it is taken from MD5 over the values' types and text, so its numbers differ from Snowflake's.

use datafusion::arrow::array::{Array, ArrayRef, new_null_array};
use md5::{Digest, Md5};
use sha1::Sha1;
use sha2::{Sha224, Sha256, Sha384, Sha512};

use super::arguments::{Arguments, Count, at_least, between, exactly};
use super::build;
use super::call::Call;
use super::scalar::{Returns, Scalar};
use super::string::is_binary;
use crate::error::{Error, Result};
use crate::types::SnowType;

const ONE: Count = exactly(1);

/// The family.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["MD5", "MD5_HEX"],
        ONE,
        |a| hex_type(a, 32),
        |c| hex(c, |bytes| Md5::digest(bytes)),
        "md5_hex",
    ),
    Scalar::new(
        &["MD5_BINARY"],
        ONE,
        |a| binary_type(a, 16),
        |c| binary(c, |bytes| Md5::digest(bytes)),
        "md5_binary",
    ),
    Scalar::new(
        &["MD5_NUMBER"],
        ONE,
        |a| Returns::strict(a, SnowType::INTEGER),
        md5_number,
        "md5_number",
    ),
    Scalar::new(
        &["MD5_NUMBER_LOWER64"],
        ONE,
        |a| Returns::strict(a, SnowType::INTEGER),
        |c| half(c, 8),
        "md5_number_lower64",
    ),
    Scalar::new(
        &["MD5_NUMBER_UPPER64"],
        ONE,
        |a| Returns::strict(a, SnowType::INTEGER),
        |c| half(c, 0),
        "md5_number_upper64",
    ),
    Scalar::new(
        &["SHA1", "SHA1_HEX"],
        ONE,
        |a| hex_type(a, 40),
        |c| hex(c, |bytes| Sha1::digest(bytes)),
        "sha1",
    ),
    Scalar::new(
        &["SHA1_BINARY"],
        ONE,
        |a| binary_type(a, 20),
        |c| binary(c, |bytes| Sha1::digest(bytes)),
        "sha1_binary",
    ),
    Scalar::new(
        &["SHA2", "SHA2_HEX"],
        between(1, 2),
        |a| hex_type(a, 128),
        |c| {
            if is_sizeless(c) {
                nothing(c)
            } else {
                hex(c, sha2(c)?)
            }
        },
        "sha2",
    ),
    Scalar::new(
        &["SHA2_BINARY"],
        between(1, 2),
        |a| binary_type(a, 64),
        |c| {
            if is_sizeless(c) {
                nothing(c)
            } else {
                binary(c, sha2(c)?)
            }
        },
        "sha2_binary",
    ),
    Scalar::new(
        &["HASH"],
        at_least(1),
        |_| {
            Returns::never_null(SnowType::Number {
                precision: 19,
                scale: 0,
            })
        },
        hash,
        "hash",
    ),
    Scalar::new(&["UUID_STRING"], between(0, 2), uuid_type, uuid, "uuid_string"),
];

fn hex_type(arguments: &Arguments, length: u32) -> Result<Returns> {
    Returns::strict(arguments, SnowType::Varchar { length })
}

fn binary_type(arguments: &Arguments, length: u32) -> Result<Returns> {
    Returns::strict(arguments, SnowType::Binary { length })
}

/// Hands each row's bytes to `f`: those of a BINARY, or of a text in UTF-8.
fn each<T>(call: &Call, mut f: impl FnMut(&[u8]) -> T) -> Result<impl FnMut(usize) -> Option<T>> {
    let bytes = if is_binary(call, 0) {
        Some(call.bytes(0)?)
    } else {
        None
    };
    let texts = if bytes.is_none() {
        Some(call.texts(0)?)
    } else {
        None
    };
    Ok(move |row| match (&bytes, &texts) {
        (Some(bytes), _) => bytes.get(row).map(&mut f),
        (_, Some(texts)) => texts.get(row).map(|text| f(text.as_bytes())),
        _ => None,
    })
}

fn hex<D: AsRef<[u8]>>(call: &Call, digest: impl Fn(&[u8]) -> D) -> Result<ArrayRef> {
    let mut each = each(call, digest)?;
    let mut buffer = [0; 128];
    build::written_texts(call.rows(), |row, out| {
        let Some(digest) = each(row) else { return Ok(None) };
        let digest = digest.as_ref();
        let digits = buffer
            .get_mut(..digest.len() * 2)
            .ok_or_else(|| Error::internal("a digest is too long"))?;
        hex::encode_to_slice(digest, digits).map_err(Error::internal)?;
        out.push_str(std::str::from_utf8(digits).map_err(Error::internal)?);
        Ok(Some(()))
    })
}

fn binary<D: AsRef<[u8]>>(call: &Call, digest: impl Fn(&[u8]) -> D) -> Result<ArrayRef> {
    let mut each = each(call, digest)?;
    build::written_bytes(call.rows(), |row, out| {
        Ok(each(row).map(|digest| out.extend_from_slice(digest.as_ref())))
    })
}

/// All bytes of MD5 as a signed number, which need not fit into 38 digits.
fn md5_number(call: &Call) -> Result<ArrayRef> {
    let mut each = each(call, |bytes| i128::from_be_bytes(Md5::digest(bytes).into()))?;
    build::numbers(call, |row| Ok(each(row)))
}

/// Eight bytes of MD5 as an unsigned number.
fn half(call: &Call, from: usize) -> Result<ArrayRef> {
    let mut each = each(call, |bytes| number(&Md5::digest(bytes), from))?;
    build::numbers(call, |row| Ok(each(row).map(i128::from)))
}

fn number(digest: &[u8], from: usize) -> u64 {
    let bytes = digest
        .get(from..)
        .and_then(|rest| rest.first_chunk::<8>())
        .copied();
    u64::from_be_bytes(bytes.unwrap_or_default())
}

/// Whether the digest's size is NULL, which makes the result NULL.
fn is_sizeless(call: &Call) -> bool {
    call.len() > 1 && call.is_null(1)
}

fn nothing(call: &Call) -> Result<ArrayRef> {
    Ok(new_null_array(&call.returns().arrow(), call.rows()))
}

/// A hash function.
type Digester = fn(&[u8]) -> Vec<u8>;

/// The SHA-2 of the size that the call asks for, in bits.
fn sha2(call: &Call) -> Result<Digester> {
    call.must_be_constant(1)?;
    let size = if call.len() > 1 {
        call.constant_integer(1).unwrap_or(-1)
    } else {
        256
    };
    Ok(match size {
        224 => |bytes| Sha224::digest(bytes).to_vec(),
        256 | 0 => |bytes| Sha256::digest(bytes).to_vec(),
        384 => |bytes| Sha384::digest(bytes).to_vec(),
        512 => |bytes| Sha512::digest(bytes).to_vec(),
        _ => {
            return Err(Error::invalid_argument(
                call.name(),
                size,
                "the digest size is 224, 256, 384 or 512",
            ));
        }
    })
}

/// A letter for the kind of a value, and its text in a form that does not depend on scale or session: equal values of
/// one kind hash alike.
fn hash(call: &Call) -> Result<ArrayRef> {
    let mut columns = Vec::with_capacity(call.len());
    for index in 0..call.len() {
        let data_type = call.data_type(index)?;
        let (kind, form) = match data_type {
            SnowType::Number { .. } | SnowType::Float => (b'n', None),
            SnowType::Boolean => (b'b', Some(SnowType::VARCHAR)),
            SnowType::TimestampTz { scale } => (b't', Some(SnowType::TimestampLtz { scale })),
            other if other.is_semi_structured() => (b's', Some(SnowType::VARCHAR)),
            _ => (b't', None),
        };
        let (array, constant) = match form {
            Some(form) => call.cast(index, &form)?,
            None if kind == b'n' => call.cast(index, &SnowType::VARCHAR)?,
            None => call.raw(index)?,
        };
        columns.push((kind, array, constant));
    }
    build::numbers(call, |row| {
        let mut digest = Md5::new();
        for (kind, array, constant) in &columns {
            let row = if *constant { 0 } else { row };
            if array.is_null(row) {
                digest.update(b"0");
                continue;
            }
            let bytes = bytes_of(array, row)?;
            let bytes = if *kind == b'n' {
                without_zeros(&bytes)
            } else {
                &bytes
            };
            digest.update([*kind]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        }
        Ok(Some(i128::from(number(&digest.finalize(), 0) as i64)))
    })
}

/// A number's text without zeros that say nothing, so that 1, 1.0 and 1.00 are one.
fn without_zeros(text: &[u8]) -> &[u8] {
    if text == b"-0" {
        return b"0";
    }
    if !text.contains(&b'.') || text.contains(&b'e') {
        return text;
    }
    let end = text
        .iter()
        .rposition(|byte| *byte != b'0')
        .map_or(0, |last| last + 1);
    let text = text.get(..end).unwrap_or(text);
    text.strip_suffix(b".").unwrap_or(text)
}

fn bytes_of(array: &ArrayRef, row: usize) -> Result<Vec<u8>> {
    use datafusion::arrow::array::AsArray;
    use datafusion::arrow::datatypes::{DataType, Date32Type, Time64NanosecondType};
    Ok(match array.data_type() {
        DataType::Utf8 => array.as_string::<i32>().value(row).as_bytes().to_vec(),
        DataType::Binary => array.as_binary::<i32>().value(row).to_vec(),
        DataType::LargeBinary => array.as_binary::<i64>().value(row).to_vec(),
        DataType::FixedSizeBinary(_) => array.as_fixed_size_binary().value(row).to_vec(),
        DataType::Date32 => array
            .as_primitive::<Date32Type>()
            .value(row)
            .to_be_bytes()
            .to_vec(),
        DataType::Time64(_) => array
            .as_primitive::<Time64NanosecondType>()
            .value(row)
            .to_be_bytes()
            .to_vec(),
        other => return Err(Error::unsupported(format!("HASH of {other}"))),
    })
}

fn uuid_type(arguments: &Arguments) -> Result<Returns> {
    match arguments.len() {
        given @ (0 | 1) => Err(Error::not_enough_arguments(arguments.text(), 2, given)),
        _ => Returns::strict(arguments, SnowType::Varchar { length: 36 }),
    }
}

/// The UUID of version 5: SHA-1 over a namespace and a name. Random ones are made in [`super::generation`].
fn uuid(call: &Call) -> Result<ArrayRef> {
    let (spaces, names) = (call.texts(0)?, call.texts(1)?);
    build::written_texts(call.rows(), |row, out| {
        let (Some(space), Some(name)) = (spaces.get(row), names.get(row)) else {
            return Ok(None);
        };
        let digits: String = space.chars().filter(|c| *c != '-').collect();
        let invalid = |_| Error::invalid_argument(call.name(), space, "the namespace is no UUID");
        let mut space_bytes = [0; 16];
        hex::decode_to_slice(&digits, &mut space_bytes).map_err(invalid)?;
        let digest = Sha1::new()
            .chain_update(space_bytes)
            .chain_update(name)
            .finalize();
        for (index, byte) in digest.iter().take(16).enumerate() {
            if matches!(index, 4 | 6 | 8 | 10) {
                out.push('-');
            }
            let byte = match index {
                6 => byte & 0x0f | 0x50,
                8 => byte & 0x3f | 0x80,
                _ => *byte,
            };
            out.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
            out.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        }
        Ok(Some(()))
    })
}
