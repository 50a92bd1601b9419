//! ENCRYPT, DECRYPT and TRY_DECRYPT: values under a passphrase, of which a key is derived.

use std::num::NonZeroU32;

use datafusion::arrow::array::ArrayRef;
use ring::pbkdf2::{PBKDF2_HMAC_SHA256, derive};

use super::cipher::{Aes, open, seal};
use super::gcm::TAG;
use super::method::{Methods, Mode};
use super::{Bytes, Random, failed};
use crate::error::{Error, Result};
use crate::functions::arguments::between;
use crate::functions::build;
use crate::functions::call::Call;
use crate::functions::scalar::{Returns, Scalar};
use crate::types::SnowType;
use crate::types::cast::CastMode;

/// The functions; ENCRYPT behind its random numbers.
pub const FUNCTIONS: &[Scalar] = &[
    Scalar::new(
        &["$ENCRYPT"],
        between(4, 6),
        |_| Returns::nullable(SnowType::BINARY),
        encrypt,
        "encrypt",
    ),
    Scalar::new(
        &["DECRYPT"],
        between(2, 4),
        |_| Returns::nullable(SnowType::BINARY),
        |c| decrypt(c, CastMode::Strict),
        "decrypt",
    ),
    Scalar::new(
        &["TRY_DECRYPT"],
        between(2, 4),
        |_| Returns::nullable(SnowType::BINARY),
        |c| decrypt(c, CastMode::Try),
        "try_decrypt",
    ),
];

const ROUNDS: NonZeroU32 = NonZeroU32::MIN.saturating_add(4_095);
const SALT: &[u8] = b"snowglobe passphrase";

/// Keys of passphrases; the last one is kept, since rows mostly share theirs.
#[derive(Default)]
struct Keys(Option<(Vec<u8>, Aes)>);

impl Keys {
    fn of(&mut self, passphrase: &[u8]) -> Result<&Aes> {
        if self.0.as_ref().is_none_or(|(last, _)| last != passphrase) {
            let mut key = [0; 32];
            derive(PBKDF2_HMAC_SHA256, ROUNDS, SALT, passphrase, &mut key);
            let aes = Aes::new(&key).ok_or_else(|| Error::internal("a key of no size"))?;
            self.0 = Some((passphrase.to_vec(), aes));
        }
        let (_, aes) = self.0.as_ref().ok_or_else(|| Error::internal("no key"))?;
        Ok(aes)
    }
}

/// What is authenticated goes with GCM only.
pub(super) fn check_authenticated(call: &Call, mode: Mode, authenticated: Option<&[u8]>) -> Result<()> {
    if mode != Mode::Gcm && authenticated.is_some() {
        let rule = "additional authenticated data goes with GCM only";
        return Err(Error::invalid_argument(call.name(), "", rule));
    }
    Ok(())
}

pub(super) fn not_whole(call: &Call) -> Error {
    let rule = "without padding a value has blocks of 16 bytes";
    Error::invalid_argument(call.name(), "", rule)
}

fn encrypt(call: &Call) -> Result<ArrayRef> {
    let random = Random::of(call)?;
    let (values, passphrases, added) = (Bytes::of(call, 2)?, Bytes::of(call, 3)?, Bytes::of(call, 4)?);
    let methods = Methods::of(call, 5)?;
    let mut keys = Keys::default();
    build::written_bytes(call.rows(), |row, out| {
        let (Some(value), Some(passphrase)) = (values.get(row), passphrases.get(row)) else {
            return Ok(None);
        };
        let method = methods.get(call, row)?;
        check_authenticated(call, method.mode, added.get(row))?;
        let random = random.bytes(row);
        let vector = random.get(..method.vector()).unwrap_or_default();
        let added = added.get(row).unwrap_or_default();
        let sealed =
            seal(keys.of(passphrase)?, method, vector, added, value).ok_or_else(|| not_whole(call))?;
        out.extend_from_slice(vector);
        out.extend_from_slice(&sealed.text);
        out.extend_from_slice(sealed.tag.as_ref().map_or(&[], |tag| tag.as_slice()));
        Ok(Some(()))
    })
}

fn decrypt(call: &Call, try_mode: CastMode) -> Result<ArrayRef> {
    let (values, passphrases, added) = (Bytes::of(call, 0)?, Bytes::of(call, 1)?, Bytes::of(call, 2)?);
    let methods = Methods::of(call, 3)?;
    let mut keys = Keys::default();
    build::written_bytes(call.rows(), |row, out| {
        let (Some(value), Some(passphrase)) = (values.get(row), passphrases.get(row)) else {
            return Ok(None);
        };
        let method = methods.get(call, row)?;
        check_authenticated(call, method.mode, added.get(row))?;
        let added = added.get(row).unwrap_or_default();
        let aes = keys.of(passphrase)?;
        let opened = value
            .split_at_checked(method.vector())
            .and_then(|(vector, rest)| {
                let tag = if method.mode == Mode::Gcm { TAG } else { 0 };
                let (text, tag) = rest.split_at_checked(rest.len().checked_sub(tag)?)?;
                open(aes, method, vector, added, text, tag)
            });
        match (opened, try_mode) {
            (Some(opened), _) => out.extend_from_slice(&opened),
            (None, CastMode::Try) => return Ok(None),
            (None, CastMode::Strict) => return Err(failed()),
        }
        Ok(Some(()))
    })
}
