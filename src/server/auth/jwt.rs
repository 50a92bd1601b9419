//! Key-pair login: a JWT that the client signed with its private key.
//! <https://docs.snowflake.com/en/user-guide/key-pair-auth>

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::error::{Error, Result};

/// How far clocks may differ, in seconds.
const LEEWAY: f64 = 60.0;
/// A token holds so many seconds at most after it was issued, whatever it says itself.
const LONGEST: f64 = 3600.0;
/// Larger numbers are milliseconds: as seconds they lie some thousand years ahead.
const MOST_SECONDS: f64 = 1e11;

/// A user's public key.
#[derive(Clone)]
pub struct PublicKey {
    /// The key itself, without the wrapping that names its algorithm.
    key: Vec<u8>,
    /// `SHA256:` and the digest of the wrapped key.
    fingerprint: String,
}

impl PublicKey {
    /// Reads a public key in PEM, or as Snowflake's RSA_PUBLIC_KEY takes it: the same without first and last line.
    ///
    /// # Errors
    /// When it is none.
    pub fn parse(pem: &str) -> Result<Self> {
        let body: String = pem
            .lines()
            .filter(|line| !line.starts_with("-----"))
            .flat_map(str::split_whitespace)
            .collect();
        let not_a_key =
            || Error::configuration("a public key is wanted, in PEM (-----BEGIN PUBLIC KEY-----)");
        let wrapped = STANDARD.decode(body).map_err(|_| not_a_key())?;
        let key = unwrapped(&wrapped).ok_or_else(not_a_key)?.to_vec();
        Ok(Self {
            key,
            fingerprint: format!("SHA256:{}", STANDARD.encode(Sha256::digest(&wrapped))),
        })
    }
}

/// One DER element of a tag: its content, and what follows it.
fn element(tag: u8, bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&found, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        0..=0x7f => (usize::from(first), rest),
        0x81..=0x83 => {
            let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
            let length = digits
                .iter()
                .fold(0, |length, digit| length << 8 | usize::from(*digit));
            (length, rest)
        }
        _ => return None,
    };
    (found == tag).then(|| rest.split_at_checked(length)).flatten()
}

/// The key inside a SubjectPublicKeyInfo: a sequence of the algorithm and a bit string.
fn unwrapped(bytes: &[u8]) -> Option<&[u8]> {
    let (whole, rest) = element(0x30, bytes)?;
    let (_, after) = element(0x30, whole)?;
    let (bits, end) = element(0x03, after)?;
    let (unused, key) = bits.split_first()?;
    (rest.is_empty() && end.is_empty() && *unused == 0).then_some(key)
}

/// Whether a JWT is a user's own, signed with one of the keys, and valid now.
pub fn check(token: &str, user: &str, keys: &[PublicKey], now: i64) -> bool {
    verified(token, user, keys, now).unwrap_or(false)
}

/// The user that a JWT names, whether it is to be believed or not; `None` for what is no JWT of a key pair.
pub fn subject(token: &str) -> Option<String> {
    let (signed, _) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    json(header)?.get("alg")?;
    let claims = json(claims)?;
    claims.get("iss")?;
    let (_, user) = claims.get("sub")?.as_str()?.split_once('.')?;
    (!user.is_empty()).then(|| user.to_owned())
}

/// One part of a JWT.
fn json(part: &str) -> Option<Value> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

/// A claim that is a time, in seconds.
fn seconds(claim: &Value) -> Option<f64> {
    let time = claim.as_f64()?;
    Some(if time > MOST_SECONDS { time / 1000.0 } else { time })
}

fn verified(token: &str, user: &str, keys: &[PublicKey], now: i64) -> Option<bool> {
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    let (header, claims) = (json(header)?, json(claims)?);
    let algorithm: &dyn VerificationAlgorithm = match header.get("alg")?.as_str()? {
        "RS256" => &RSA_PKCS1_2048_8192_SHA256,
        "ES256" => &ECDSA_P256_SHA256_FIXED,
        "ES384" => &ECDSA_P384_SHA384_FIXED,
        _ => return None,
    };
    let (issuer, subject) = (claims.get("iss")?.as_str()?, claims.get("sub")?.as_str()?);
    // ACCOUNT.USER, and the same with the key's fingerprint; the account may be any.
    let (_, named) = subject.split_once('.')?;
    let fingerprint = issuer.strip_prefix(subject)?.strip_prefix('.')?;
    let now = now as f64;
    let mut expires = seconds(claims.get("exp")?)?;
    if let Some(issued) = claims.get("iat") {
        let issued = seconds(issued)?;
        expires = expires.min(issued + LONGEST);
        if issued > now + LEEWAY {
            return None;
        }
    }
    if !named.eq_ignore_ascii_case(user) || now > expires + LEEWAY {
        return None;
    }
    let key = keys.iter().find(|key| key.fingerprint == fingerprint)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let key = UnparsedPublicKey::new(algorithm, &key.key);
    Some(key.verify(signed.as_bytes(), &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    /// A new key pair; the public key as PEM.
    fn pair() -> (EcdsaKeyPair, String) {
        let random = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let document = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(algorithm, document.as_ref(), &random).unwrap();
        // SubjectPublicKeyInfo of id-ecPublicKey with prime256v1.
        let mut wrapped = hex::decode("3059301306072a8648ce3d020106082a8648ce3d030107034200").unwrap();
        wrapped.extend_from_slice(pair.public_key().as_ref());
        let pem = format!(
            "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
            STANDARD.encode(wrapped)
        );
        (pair, pem)
    }

    fn token(pair: &EcdsaKeyPair, issuer: &str, subject: &str, expires: i64) -> String {
        token_of(pair, issuer, subject, expires - 60, expires)
    }

    fn token_of(pair: &EcdsaKeyPair, issuer: &str, subject: &str, issued: i64, expires: i64) -> String {
        let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let header = part(serde_json::json!({"alg": "ES256", "typ": "JWT"}));
        let claims = part(serde_json::json!({"iss": issuer, "sub": subject, "iat": issued, "exp": expires}));
        let signed = format!("{header}.{claims}");
        let signature = pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    #[test]
    fn only_the_owner_of_the_key_is_let_in_and_only_in_time() {
        let (own, pem) = pair();
        let keys = [PublicKey::parse(&pem).unwrap()];
        let issuer = format!("ACC.ANN.{}", keys[0].fingerprint);
        let good = token(&own, &issuer, "ACC.ANN", 1000);
        assert!(check(&good, "ann", &keys, 990));
        assert!(!check(&good, "bob", &keys, 990));
        assert!(!check(&good, "ann", &keys, 1100));
        assert!(!check(&good, "ann", &keys, 100));
        assert!(!check(&good, "ann", &[], 990));
        let (other, _) = pair();
        assert!(!check(
            &token(&other, &issuer, "ACC.ANN", 1000),
            "ann",
            &keys,
            990
        ));
        for broken in ["", "a.b.c", &good[1..], &good[..good.len() - 3]] {
            assert!(!check(broken, "ann", &keys, 990), "{broken}");
        }
    }

    #[test]
    fn times_may_be_milliseconds_and_hold_for_an_hour() {
        let (own, pem) = pair();
        let keys = [PublicKey::parse(&pem).unwrap()];
        let issuer = format!("ACC.ANN.{}", keys[0].fingerprint);
        let now = 1_700_000_000;
        let millis = token_of(&own, &issuer, "ACC.ANN", now * 1000, (now + 60) * 1000);
        assert!(check(&millis, "ann", &keys, now));
        assert!(!check(&millis, "ann", &keys, now + 200));
        let long = token_of(&own, &issuer, "ACC.ANN", now, now + 90_000);
        assert!(check(&long, "ann", &keys, now + 3000));
        assert!(!check(&long, "ann", &keys, now + 4000));
        assert_eq!(subject(&long).as_deref(), Some("ANN"));
        assert_eq!(subject("pat"), None);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in [
            "",
            "AAAA",
            "-----BEGIN PUBLIC KEY-----\nMEgC\n-----END PUBLIC KEY-----",
        ] {
            assert!(PublicKey::parse(text).is_err(), "{text}");
        }
    }
}
