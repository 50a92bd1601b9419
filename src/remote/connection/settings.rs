//! The settings of one connection, from all places that may have them.

use std::sync::Arc;

use serde_json::Map;
use toml::{Table, Value};

use super::{Credential, Places};
use crate::error::{Error, Result};
use crate::remote::key::PrivateKey;
use crate::world::s3::Secret;

/// A larger key or token is none.
const MOST_BYTES: u64 = 1 << 20;

/// Ways to log in that need a browser, a telephone or a cloud's identity. Also whatever names an address of Okta.
const NOT_DONE: [&str; 7] = [
    "EXTERNALBROWSER",
    "USERNAME_PASSWORD_MFA",
    "OAUTH_AUTHORIZATION_CODE",
    "OAUTH_CLIENT_CREDENTIALS",
    "WORKLOAD_IDENTITY",
    "ID_TOKEN",
    "PAT_WITH_EXTERNAL_SESSION",
];

/// Settings that would change where a connection goes or what it trusts, if they were followed.
const NOT_FOLLOWED: [(&str, &str); 8] = [
    ("proxy_host", "set HTTPS_PROXY"),
    ("proxy_port", "set HTTPS_PROXY"),
    ("proxy_user", "set HTTPS_PROXY"),
    ("proxy_password", "set HTTPS_PROXY"),
    (
        "passcode",
        "log in with a key pair or a programmatic access token",
    ),
    (
        "passcode_in_password",
        "log in with a key pair or a programmatic access token",
    ),
    (
        "session_token",
        "log in with a key pair or a programmatic access token",
    ),
    (
        "master_token",
        "log in with a key pair or a programmatic access token",
    ),
];

/// A connection's settings.
pub(super) struct Settings<'a> {
    pub name: &'a str,
    /// Its table, if a file has one.
    pub table: Option<&'a Table>,
    pub places: &'a Places,
}

impl Settings<'_> {
    /// The variable of a setting of this connection.
    fn own_variable(&self, key: &str) -> String {
        format!(
            "SNOWFLAKE_CONNECTIONS_{}_{}",
            self.name.to_uppercase(),
            key.to_uppercase()
        )
    }

    /// Whether any place knows the connection by its name.
    pub fn is_known(&self) -> bool {
        self.table.is_some() || self.places.variable(&self.own_variable("account")).is_some()
    }

    /// An error about a setting. The value is not told: it may be a secret in the wrong place.
    pub fn wrong(&self, key: &str, what: &str) -> Error {
        Error::configuration(format!("the connection '{}', {key}: {what}", self.name))
    }

    /// A setting as text; empty counts as not set.
    pub fn text(&self, key: &str) -> Result<Option<String>> {
        if let Some(text) = self.places.variable(&self.own_variable(key)) {
            return Ok(Some(text.to_owned()));
        }
        let text = match self.table.and_then(|table| table.get(key)) {
            None => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(Value::Integer(number)) => Some(number.to_string()),
            Some(Value::Boolean(truth)) => Some(truth.to_string()),
            Some(_) => return Err(self.wrong(key, "it is to be a text")),
        };
        let general = || {
            let name = format!("SNOWFLAKE_{}", key.to_uppercase());
            self.places.variable(&name).map(str::to_owned)
        };
        Ok(text.filter(|text| !text.is_empty()).or_else(general))
    }

    /// A setting that there must be.
    pub fn required(&self, key: &str) -> Result<String> {
        self.text(key)?.ok_or_else(|| {
            self.wrong(key, "it is not set")
                .with_hint(format!("set it in the file, or {}", self.own_variable(key)))
        })
    }

    /// The first of several names of one setting.
    fn either(&self, keys: &[&str]) -> Result<Option<String>> {
        for key in keys {
            if let Some(text) = self.text(key)? {
                return Ok(Some(text));
            }
        }
        Ok(None)
    }

    /// Refuses settings whose effect is not there.
    pub fn refuse_what_is_not_done(&self) -> Result<()> {
        for (key, instead) in NOT_FOLLOWED {
            if self.table.is_some_and(|table| table.contains_key(key)) {
                return Err(self.wrong(key, "it is not followed here").with_hint(instead));
            }
        }
        Ok(())
    }

    /// What proves who logs in: as `authenticator` says, else by what there is.
    pub fn credential(&self) -> Result<Credential> {
        let said = self.text("authenticator")?.map(|name| name.to_uppercase());
        let has_key = || self.either(&["private_key_file", "private_key_path", "private_key_raw"]);
        let way = match said.as_deref() {
            Some(name) => name,
            None if has_key()?.is_some() => "SNOWFLAKE_JWT",
            None => "SNOWFLAKE",
        };
        match way {
            "SNOWFLAKE" | "DEFAULT" => Ok(Credential::Password(Secret::new(self.required("password")?))),
            "SNOWFLAKE_JWT" => Ok(Credential::KeyPair(Arc::new(self.private_key()?))),
            "PROGRAMMATIC_ACCESS_TOKEN" => {
                // Some tools keep it as a password.
                let token = match self.token()? {
                    Some(token) => token,
                    None => Secret::new(self.required("password").map_err(|_| self.no_token())?),
                };
                Ok(Credential::AccessToken(token))
            }
            "OAUTH" => Ok(Credential::OAuth(self.token()?.ok_or_else(|| self.no_token())?)),
            other if NOT_DONE.contains(&other) || other.starts_with("HTTP") => {
                let shown = if other.starts_with("HTTP") { "Okta" } else { other };
                Err(Error::unsupported(format!("authenticator {shown}")).with_hint(
                    "log in with a key pair (SNOWFLAKE_JWT), a PROGRAMMATIC_ACCESS_TOKEN, an OAUTH token or a password",
                ))
            }
            _ => Err(self.wrong("authenticator", "there is no way of this name to log in")),
        }
    }

    fn no_token(&self) -> Error {
        self.wrong("token", "neither it nor token_file_path is set")
    }

    fn token(&self) -> Result<Option<Secret>> {
        if let Some(token) = self.text("token")? {
            return Ok(Some(Secret::new(token)));
        }
        let Some(path) = self.text("token_file_path")? else {
            return Ok(None);
        };
        let text = self.file("token_file_path", &path)?;
        Ok(Some(Secret::new(text.trim())))
    }

    fn private_key(&self) -> Result<PrivateKey> {
        let passphrase = self.either(&["private_key_file_pwd", "private_key_passphrase"])?;
        let passphrase = passphrase
            .or_else(|| self.places.variable("PRIVATE_KEY_PASSPHRASE").map(str::to_owned))
            .map(Secret::new);
        let pem = match self.either(&["private_key_file", "private_key_path"])? {
            Some(path) => self.file("private_key_file", &path)?,
            // Where a variable cannot hold line feeds, they are written.
            None => match self.text("private_key_raw")? {
                Some(pem) => pem.replace("\\n", "\n"),
                None => return Err(self.wrong("private_key_file", "neither it nor private_key_raw is set")),
            },
        };
        PrivateKey::read(&pem, passphrase.as_ref()).map_err(|error| {
            let message = format!("the connection '{}': {}", self.name, error.message());
            error.reworded(message)
        })
    }

    /// A small file's text.
    fn file(&self, key: &str, path: &str) -> Result<String> {
        let path = self.places.expand(path);
        let failed = |what: &dyn std::fmt::Display| self.wrong(key, &format!("{}: {what}", path.display()));
        let about = std::fs::metadata(&path).map_err(|error| failed(&error))?;
        if !about.is_file() || about.len() > MOST_BYTES {
            return Err(failed(&"this is no such file"));
        }
        std::fs::read_to_string(&path).map_err(|error| failed(&error))
    }

    /// The table `session_parameters`.
    pub fn session_parameters(&self) -> Result<Map<String, serde_json::Value>> {
        let wrong = || {
            self.wrong(
                "session_parameters",
                "it is to be a table of texts, numbers and truth values",
            )
        };
        let table = match self.table.and_then(|table| table.get("session_parameters")) {
            None => return Ok(Map::new()),
            Some(Value::Table(table)) => table,
            Some(_) => return Err(wrong()),
        };
        let entry = |(name, value): (&String, &Value)| {
            let value = match value {
                Value::String(text) => text.as_str().into(),
                Value::Integer(number) => (*number).into(),
                Value::Boolean(truth) => (*truth).into(),
                _ => return Err(wrong()),
            };
            Ok((name.clone(), value))
        };
        table.iter().map(entry).collect()
    }
}
