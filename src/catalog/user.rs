//! Users of the account, and what they log in with.
//!
//! A password is kept as a salted digest that is slow to compute, and nothing shows even that; public keys are no
//! secrets and stand among the options.

use std::num::NonZeroU32;

use ring::pbkdf2;
use serde::{Deserialize, Serialize};

use super::options::Options;

/// How often the digest is repeated.
const ROUNDS: NonZeroU32 = NonZeroU32::new(50_000).expect("not zero");

/// CREATE USER.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct User {
    /// LOGIN_NAME, RSA_PUBLIC_KEY, DEFAULT_ROLE and others, as written; never a secret.
    #[serde(default, skip_serializing_if = "Options::is_empty")]
    pub options: Options,
    /// PASSWORD; `None` for a user without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<PasswordDigest>,
}

/// What is kept of a password.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasswordDigest {
    salt: String,
    /// In hexadecimal.
    digest: String,
}

impl std::fmt::Debug for PasswordDigest {
    /// Nothing of it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("*****")
    }
}

impl PasswordDigest {
    /// The digest of a password. No two users, and no two passwords of one, are to have the same salt.
    pub fn of(password: &str, salt: String) -> Self {
        let mut digest = [0; 32];
        let method = pbkdf2::PBKDF2_HMAC_SHA256;
        pbkdf2::derive(method, ROUNDS, salt.as_bytes(), password.as_bytes(), &mut digest);
        let digest = hex::encode(digest);
        Self { salt, digest }
    }

    /// Whether it is the digest of a password.
    pub fn matches(&self, password: &str) -> bool {
        let Ok(digest) = hex::decode(&self.digest) else {
            return false;
        };
        let method = pbkdf2::PBKDF2_HMAC_SHA256;
        pbkdf2::verify(method, ROUNDS, self.salt.as_bytes(), password.as_bytes(), &digest).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_knows_its_password_and_shows_nothing() {
        let one = PasswordDigest::of("secret", "ann".to_owned());
        assert!(one.matches("secret") && !one.matches("Secret") && !one.matches(""));
        let other = PasswordDigest::of("secret", "bob".to_owned());
        assert_ne!(one, other);
        assert_eq!(format!("{one:?}"), "*****");
        assert!(!serde_json::to_string(&one).unwrap().contains("secret"));
    }
}
