//! Who may log in.
//!
//! Without users everybody may, but only from this machine. With users a login needs what its user was given: a
//! password, a key pair ([`jwt`]) or a programmatic access token; [`account`] knows those that SQL made. Secrets are kept
//! as digests and never shown. The REST APIs have no logins: each of their requests carries its proof ([`bearer`]).

pub mod account;
pub mod bearer;
pub mod jwt;

use std::collections::HashMap;
use std::net::IpAddr;

use sha2::{Digest, Sha256};

use super::envelope::Refusal;
use crate::clock::{Clock, SystemClock};
use crate::error::Result;
use jwt::PublicKey;

/// The digest of a secret.
type Secret = [u8; 32];

/// What a login shows to prove who it is.
#[derive(Clone, Default, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE", default)]
pub struct Credentials {
    /// How: absent or `SNOWFLAKE` for a password.
    pub authenticator: Option<String>,
    /// A password, or an access token in its place.
    pub password: Option<String>,
    /// A JWT or an access token.
    pub token: Option<String>,
}

/// One user's means to log in.
#[derive(Clone, Default)]
struct User {
    password: Option<Secret>,
    keys: Vec<PublicKey>,
    tokens: Vec<Secret>,
}

/// The users, by upper-case name.
#[derive(Clone, Default)]
pub struct Users(HashMap<String, User>);

impl std::fmt::Debug for Users {
    /// The names alone.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

fn wrong_jwt() -> Refusal {
    Refusal::new(390_144, "JWT token is invalid.")
}

fn wrong_password() -> Refusal {
    Refusal::new(390_100, "Incorrect username or password was specified.")
}

fn digest(secret: &str) -> Secret {
    Sha256::digest(secret.as_bytes()).into()
}

/// Without users this machine alone is let in.
fn only_from_here(from: IpAddr) -> Result<(), Refusal> {
    match from.to_canonical().is_loopback() {
        true => Ok(()),
        false => Err(Refusal::new(
            390_422,
            format!(
                "Incoming request with IP {from} is not allowed to access this account. Only this machine is, as no \
                 users were set up."
            ),
        )),
    }
}

impl Users {
    /// Whether there are none, so that everybody may log in.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether there is one of a name.
    pub fn knows(&self, name: &str) -> bool {
        self.0.contains_key(&name.to_uppercase())
    }

    fn user(&mut self, name: &str) -> &mut User {
        self.0.entry(name.to_uppercase()).or_default()
    }

    /// A user with a password.
    pub fn add_password(&mut self, name: &str, password: &str) {
        self.user(name).password = Some(digest(password));
    }

    /// A user with a public key, in PEM or bare base64.
    ///
    /// # Errors
    /// When the text is no public key.
    pub fn add_key(&mut self, name: &str, pem: &str) -> Result<()> {
        let key = PublicKey::parse(pem)?;
        self.user(name).keys.push(key);
        Ok(())
    }

    /// A user with a programmatic access token.
    pub fn add_token(&mut self, name: &str, token: &str) {
        self.user(name).tokens.push(digest(token));
    }

    /// The user whose a programmatic access token is.
    pub fn owner(&self, token: &str) -> Option<&str> {
        let token = digest(token);
        let mut users = self.0.iter();
        users
            .find(|(_, user)| user.tokens.contains(&token))
            .map(|(name, _)| name.as_str())
    }

    /// Lets a login in, or not.
    ///
    /// # Errors
    /// 390100 for a wrong name or password, 390144 for a wrong JWT, 394400 for a wrong access token, 390422 for a login
    /// from elsewhere where nobody has a password.
    pub fn check(&self, name: &str, from: IpAddr, credentials: &Credentials) -> Result<(), Refusal> {
        if self.is_empty() {
            return only_from_here(from);
        }
        let user = self.0.get(&name.to_uppercase());
        let authenticator = credentials.authenticator.as_deref().unwrap_or("").to_uppercase();
        let token = credentials.token.as_deref().unwrap_or_default();
        let has_token = |token: &str| user.is_some_and(|user| user.tokens.contains(&digest(token)));
        match authenticator.as_str() {
            "SNOWFLAKE_JWT" => {
                let keys = user.map(|user| user.keys.as_slice()).unwrap_or_default();
                match jwt::check(token, name, keys, SystemClock.now().as_second()) {
                    true => Ok(()),
                    false => Err(wrong_jwt()),
                }
            }
            "PROGRAMMATIC_ACCESS_TOKEN" => match has_token(token) {
                true => Ok(()),
                false => Err(Refusal {
                    data: Box::new(
                        serde_json::json!({"nextAction": "RETRY_LOGIN", "authnMethod": "PAT", "signInOptions": {}}),
                    ),
                    ..Refusal::new(394_400, "Programmatic access token is invalid.")
                }),
            },
            "" | "SNOWFLAKE" | "USERNAME_PASSWORD_MFA" => {
                let password = credentials.password.as_deref().unwrap_or_default();
                let right = user.and_then(|user| user.password) == Some(digest(password));
                match right || has_token(password) {
                    true => Ok(()),
                    false => Err(wrong_password()),
                }
            }
            _ => Err(Refusal::new(
                390_100,
                "Incorrect username or password was specified: log in with a password, a key pair or an access token.",
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

    fn password(text: &str) -> Credentials {
        Credentials {
            password: Some(text.to_owned()),
            ..Credentials::default()
        }
    }

    #[test]
    fn without_users_this_machine_alone_is_let_in() {
        let users = Users::default();
        assert!(users.check("anybody", HERE, &password("x")).is_ok());
        let far = "192.0.2.7".parse().unwrap();
        assert_eq!(
            users.check("anybody", far, &password("x")).unwrap_err().code,
            390_422
        );
        let mapped = "::ffff:127.0.0.1".parse().unwrap();
        assert!(users.check("anybody", mapped, &password("x")).is_ok());
    }

    #[test]
    fn with_users_a_login_needs_what_its_user_was_given() {
        let mut users = Users::default();
        users.add_password("Ann", "secret");
        users.add_token("BOB", "pat");
        let code = |name: &str, credentials: &Credentials| {
            users
                .check(name, HERE, credentials)
                .map_err(|refusal| refusal.code)
        };
        assert_eq!(code("ann", &password("secret")), Ok(()));
        assert_eq!(code("ann", &password("Secret")), Err(390_100));
        assert_eq!(code("eve", &password("secret")), Err(390_100));
        assert_eq!(code("bob", &password("")), Err(390_100));
        let token = |text: &str| Credentials {
            authenticator: Some("programmatic_access_token".to_owned()),
            token: Some(text.to_owned()),
            ..Credentials::default()
        };
        assert_eq!(code("bob", &token("pat")), Ok(()));
        assert_eq!(code("bob", &password("pat")), Ok(()));
        assert_eq!(users.owner("pat"), Some("BOB"));
        assert_eq!(users.owner("other"), None);
        assert_eq!(code("bob", &token("other")), Err(394_400));
        assert_eq!(code("ann", &token("pat")), Err(394_400));
        assert!(!format!("{users:?}").contains("secret"));
    }
}
