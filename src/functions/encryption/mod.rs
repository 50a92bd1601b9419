//! Encryption (<https://docs.snowflake.com/en/sql-reference/functions-encryption>): [`passphrase`] for ENCRYPT and DECRYPT,
//! [`raw`] for keys and initialization vectors of one's own. [`method`] reads `'AES-CBC/pad:PKCS'`, [`cipher`] is AES in
//! its modes, [`gcm`] the mode with a tag.
//!
//! A random initialization vector comes from two random numbers that the planner puts before the other arguments.

mod cipher;
mod gcm;
mod method;
pub mod passphrase;
pub mod raw;

use datafusion::arrow::array::{BinaryArray, Decimal128Array, StringArray};

use crate::error::{Error, Result};
use crate::functions::call::{Call, Column};
use crate::functions::string::is_binary;

/// 100311: what does not decrypt.
fn failed() -> Error {
    let message = "Decryption failed. Check encrypted data, key, AAD, or AEAD tag.";
    Error::new(100_311, "22023", message)
}

/// An argument as bytes: a BINARY, or a text in UTF-8.
enum Bytes {
    Binary(Column<BinaryArray>),
    Text(Column<StringArray>),
    /// There is no such argument.
    Absent,
}

impl Bytes {
    fn of(call: &Call, index: usize) -> Result<Self> {
        if call.len() <= index {
            return Ok(Self::Absent);
        }
        match is_binary(call, index) {
            true => call.bytes(index).map(Self::Binary),
            false => call.texts(index).map(Self::Text),
        }
    }

    fn get(&self, row: usize) -> Option<&[u8]> {
        match self {
            Self::Binary(values) => values.get(row),
            Self::Text(values) => values.get(row).map(str::as_bytes),
            Self::Absent => None,
        }
    }
}

/// The random numbers before a call's arguments.
struct Random(Column<Decimal128Array>, Column<Decimal128Array>);

impl Random {
    fn of(call: &Call) -> Result<Self> {
        Ok(Self(call.integers(0)?, call.integers(1)?))
    }

    /// Sixteen random bytes.
    fn bytes(&self, row: usize) -> [u8; 16] {
        let high = self.0.get(row).unwrap_or_default() as u64;
        let low = self.1.get(row).unwrap_or_default() as u64;
        (u128::from(high) << 64 | u128::from(low)).to_be_bytes()
    }
}
