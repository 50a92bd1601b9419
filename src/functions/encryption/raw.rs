//! ENCRYPT_RAW, DECRYPT_RAW and TRY_DECRYPT_RAW: values under a key and an initialization vector of one's own.

use std::sync::Arc;

use datafusion::arrow::array::ArrayRef;

use super::cipher::{Aes, open, seal};
use super::method::{Method, Methods};
use super::passphrase::{check_authenticated, not_whole};
use super::{Bytes, Random, failed};
use crate::error::{Error, Result};
use crate::functions::arguments::between;
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode;
use crate::variant::{Value, VariantBuilder, encoded};

/// The functions; ENCRYPT_RAW behind its random numbers.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["$ENCRYPT_RAW"],
        between(5, 7),
        |_| Returns::nullable(SnowType::Variant),
        encrypt,
        "encrypt_raw",
    ),
    Scalar::new(
        &["DECRYPT_RAW"],
        between(3, 6),
        |_| Returns::nullable(SnowType::BINARY),
        |c| decrypt(c, CastMode::Strict),
        "decrypt_raw",
    ),
    Scalar::new(
        &["TRY_DECRYPT_RAW"],
        between(3, 6),
        |_| Returns::nullable(SnowType::BINARY),
        |c| decrypt(c, CastMode::Try),
        "try_decrypt_raw",
    ),
];

fn key_of(call: &Call, key: &[u8]) -> Result<Aes> {
    Aes::new(key).ok_or_else(|| {
        let rule = "a key has 16, 24 or 32 bytes";
        Error::invalid_argument(call.name(), format!("{} bytes", key.len()), rule)
    })
}

fn check_vector(call: &Call, method: Method, vector: &[u8]) -> Result<()> {
    if method.vector() == 0 || vector.len() == method.vector() {
        return Ok(());
    }
    let rule = format!("the initialization vector has {} bytes", method.vector());
    Err(Error::invalid_argument(
        call.name(),
        format!("{} bytes", vector.len()),
        rule,
    ))
}

/// `{"ciphertext": …, "iv": …, "tag": …}`.
fn encrypt(call: &Call) -> Result<ArrayRef> {
    let random = Random::of(call)?;
    let (values, keys, vectors) = (Bytes::of(call, 2)?, Bytes::of(call, 3)?, Bytes::of(call, 4)?);
    let added = Bytes::of(call, 5)?;
    let methods = Methods::of(call, 6)?;
    let mut builder = VariantBuilder::new();
    for row in 0..call.rows() {
        let (Some(value), Some(key)) = (values.get(row), keys.get(row)) else {
            builder.append_null();
            continue;
        };
        let method = methods.get(call, row)?;
        check_authenticated(call, method.mode, added.get(row))?;
        let chosen = random.bytes(row);
        let vector = match vectors.get(row) {
            Some(given) => given,
            None => chosen.get(..method.vector()).unwrap_or_default(),
        };
        check_vector(call, method, vector)?;
        let added = added.get(row).unwrap_or_default();
        let sealed =
            seal(&key_of(call, key)?, method, vector, added, value).ok_or_else(|| not_whole(call))?;
        let (text, vector) = (
            encoded(&Value::Binary(&sealed.text)),
            encoded(&Value::Binary(vector)),
        );
        let mut entries = vec![("ciphertext", text.as_slice()), ("iv", vector.as_slice())];
        let tag = sealed.tag.map(|tag| encoded(&Value::Binary(&tag)));
        entries.extend(tag.as_ref().map(|tag| ("tag", tag.as_slice())));
        builder.append_object(&mut entries)?;
    }
    Ok(Arc::new(builder.finish()))
}

fn decrypt(call: &Call, try_mode: CastMode) -> Result<ArrayRef> {
    let (values, keys, vectors) = (Bytes::of(call, 0)?, Bytes::of(call, 1)?, Bytes::of(call, 2)?);
    let (added, tags) = (Bytes::of(call, 3)?, Bytes::of(call, 5)?);
    let methods = Methods::of(call, 4)?;
    build::written_bytes(call.rows(), |row, out| {
        let (Some(value), Some(key)) = (values.get(row), keys.get(row)) else {
            return Ok(None);
        };
        let method = methods.get(call, row)?;
        let opened = (|| {
            check_authenticated(call, method.mode, added.get(row))?;
            let vector = vectors.get(row).unwrap_or_default();
            check_vector(call, method, vector)?;
            let added = added.get(row).unwrap_or_default();
            let tag = tags.get(row).unwrap_or_default();
            open(&key_of(call, key)?, method, vector, added, value, tag).ok_or_else(failed)
        })();
        match (opened, try_mode) {
            (Ok(opened), _) => out.extend_from_slice(&opened),
            (Err(_), CastMode::Try) => return Ok(None),
            (Err(error), CastMode::Strict) => return Err(error),
        }
        Ok(Some(()))
    })
}
