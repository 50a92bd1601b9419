//! Key-pair login: a private key, and the JWT that it signs. <https://docs.snowflake.com/en/user-guide/key-pair-auth>
//!
//! Keys are RSA, in PEM: PKCS#8, encrypted (PBES2, as `openssl genrsa | openssl pkcs8 -topk8 -v2 …` makes it) or not,
//! or PKCS#1 without encryption.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use pkcs8::EncryptedPrivateKeyInfoRef;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};
use crate::world::s3::Secret;

/// A JWT holds so many seconds: long enough for a login that is tried again for a while. An hour is the most that
/// Snowflake takes.
const VALID: i64 = 600;

/// The algorithm of an RSA key in a SubjectPublicKeyInfo: `rsaEncryption`, without parameters.
const RSA_ALGORITHM: [u8; 15] = [
    0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
];

/// A private key, ready to sign.
pub struct PrivateKey {
    pair: RsaKeyPair,
    fingerprint: String,
}

impl fmt::Debug for PrivateKey {
    /// The public key's fingerprint alone.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PrivateKey({})", self.fingerprint)
    }
}

impl PrivateKey {
    /// Reads a key in PEM.
    ///
    /// # Errors
    /// A text that is no key, or a key of another kind; an encrypted one without the right passphrase.
    pub fn read(pem: &str, passphrase: Option<&Secret>) -> Result<Self> {
        let (label, der) = unwrapped(pem)?;
        let rejected = |error: ring::error::KeyRejected| wrong(format_args!("it cannot be used: {error}"));
        let pair = match label {
            "PRIVATE KEY" => RsaKeyPair::from_pkcs8(&der).map_err(rejected)?,
            "RSA PRIVATE KEY" if pem.contains("ENCRYPTED") => {
                return Err(wrong(format_args!(
                    "it is encrypted in OpenSSL's old way; PKCS#8 is wanted (openssl pkcs8 -topk8 -v2 aes-256-cbc)"
                )));
            }
            "RSA PRIVATE KEY" => RsaKeyPair::from_der(&der).map_err(rejected)?,
            "ENCRYPTED PRIVATE KEY" => {
                let passphrase = passphrase.ok_or_else(|| {
                    wrong(format_args!("it is encrypted, and there is no passphrase"))
                        .with_hint("set private_key_file_pwd, or the variable PRIVATE_KEY_PASSPHRASE")
                })?;
                let info = EncryptedPrivateKeyInfoRef::try_from(der.as_slice())
                    .map_err(|_| wrong(format_args!("its encryption is not PBES2, or it is damaged")))?;
                let opened = info.decrypt(passphrase.reveal()).map_err(|_| {
                    wrong(format_args!(
                        "the passphrase does not open it, or it is encrypted in a way that is not read here"
                    ))
                })?;
                RsaKeyPair::from_pkcs8(opened.as_bytes()).map_err(rejected)?
            }
            other => {
                return Err(wrong(format_args!(
                    "a {other} is none that is read here: an RSA key is wanted"
                )));
            }
        };
        let fingerprint = fingerprint(pair.public().as_ref());
        Ok(Self { pair, fingerprint })
    }

    /// `SHA256:` and the digest of the public key, as DESCRIBE USER shows it in RSA_PUBLIC_KEY_FP.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// A JWT for a login of a user at a time.
    ///
    /// # Errors
    /// When the system has no random bytes.
    pub fn token(&self, account: &str, user: &str, now: Timestamp) -> Result<String> {
        let subject = format!("{}.{}", bare_account(account), user.to_uppercase());
        let now = now.as_second();
        let claims = json!({
            "iss": format!("{subject}.{}", self.fingerprint),
            "sub": subject,
            "iat": now,
            "exp": now + VALID,
        });
        let header = json!({"alg": "RS256", "typ": "JWT"});
        let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                signed.as_bytes(),
                &mut signature,
            )
            .map_err(|_| Error::outside("the login's token could not be signed"))?;
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn wrong(what: fmt::Arguments<'_>) -> Error {
    Error::configuration(format!("the private key: {what}"))
}

/// An account's name as JWTs have it: without region, in upper case.
fn bare_account(account: &str) -> String {
    let bare = match account.contains(".global") {
        true => account.rsplit_once('-').map(|(name, _)| name),
        false => account.split_once('.').map(|(name, _)| name),
    };
    bare.unwrap_or(account).to_uppercase()
}

/// A PEM's label and content.
fn unwrapped(pem: &str) -> Result<(&str, Vec<u8>)> {
    let none = || wrong(format_args!("there is none in PEM (-----BEGIN PRIVATE KEY-----)"));
    let (_, rest) = pem.split_once("-----BEGIN ").ok_or_else(none)?;
    let (label, rest) = rest.split_once("-----").ok_or_else(none)?;
    let (body, _) = rest.split_once("-----END ").ok_or_else(none)?;
    let lines = body.lines().filter(|line| !line.contains(':'));
    let text: String = lines.flat_map(str::split_whitespace).collect();
    // An encrypted key of the old kind has headers, whose content is of no interest.
    let der = STANDARD.decode(text).map_err(|_| none())?;
    Ok((label, der))
}

/// The fingerprint of a public key that is given as RSAPublicKey.
fn fingerprint(key: &[u8]) -> String {
    let mut bits = vec![0];
    bits.extend_from_slice(key);
    let mut info = RSA_ALGORITHM.to_vec();
    info.extend(element(0x03, &bits));
    format!("SHA256:{}", STANDARD.encode(Sha256::digest(element(0x30, &info))))
}

/// One DER element.
fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let mut out = vec![tag];
    let length = content.len().to_be_bytes();
    let digits: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    match digits.as_slice() {
        [] => out.push(0),
        [short @ 0..=0x7f] => out.push(*short),
        long => {
            out.push(0x80 | long.len() as u8);
            out.extend_from_slice(long);
        }
    }
    out.extend_from_slice(content);
    out
}

#[cfg(test)]
mod tests;
