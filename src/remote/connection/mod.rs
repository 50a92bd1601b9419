//! [`Connection`]: which account, and how to log in.
//!
//! A connection has a name and is written down as Snowflake's own tools have it ([`files`]). Each of its settings comes
//! from the first of these places that has it: the variable SNOWFLAKE_CONNECTIONS_⟨NAME⟩_⟨KEY⟩, the connection's table,
//! the variable SNOWFLAKE_⟨KEY⟩.
//! <https://docs.snowflake.com/en/developer-guide/snowflake-cli/connecting/configure-connections>

mod files;
mod settings;

use std::sync::Arc;

use serde_json::{Map, Value};

pub use files::Places;

use super::key::PrivateKey;
use crate::error::{Error, Result};
use crate::world::s3::Secret;
use files::Files;
use settings::Settings;

/// The domain under which accounts are.
const DOMAIN: &str = "snowflakecomputing.com";

/// What proves who logs in.
#[derive(Debug, Clone)]
pub enum Credential {
    /// A password.
    Password(Secret),
    /// A key pair, of which the account knows the public half.
    KeyPair(Arc<PrivateKey>),
    /// A programmatic access token.
    AccessToken(Secret),
    /// An access token of OAuth.
    OAuth(Secret),
}

/// The settings of one connection.
#[derive(Debug, Clone)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// The account's identifier.
    pub account: String,
    /// Who logs in.
    pub user: String,
    /// `https`, or `http` where that was said.
    pub protocol: &'static str,
    /// Where the account is.
    pub host: String,
    /// And on which port.
    pub port: u16,
    /// What proves who logs in.
    pub credential: Credential,
    /// The role at the start; `None` is the user's own default, also below.
    pub role: Option<String>,
    /// The warehouse at the start.
    pub warehouse: Option<String>,
    /// The database at the start.
    pub database: Option<String>,
    /// The schema at the start.
    pub schema: Option<String>,
    /// Session parameters from the start.
    pub session_parameters: Map<String, Value>,
}

impl Connection {
    /// The connection of a name. Without one that of SNOWFLAKE_DEFAULT_CONNECTION_NAME, of `default_connection_name`,
    /// or `default`.
    ///
    /// # Errors
    /// A connection that is not there or lacks something, files that cannot be read, ways to log in that are not done
    /// here.
    pub fn named(name: Option<&str>, places: &Places) -> Result<Self> {
        let files = Files::read(places)?;
        let given = name.map(str::to_owned);
        let name = given.clone().unwrap_or_else(|| files.default_name(places));
        let settings = Settings {
            name: &name,
            table: files.connections.get(&name),
            places,
        };
        // Without files the environment alone may name an account.
        let known =
            settings.is_known() || (given.is_none() && places.variable("SNOWFLAKE_ACCOUNT").is_some());
        if !known {
            let names: Vec<&str> = files.connections.keys().map(String::as_str).collect();
            let places = match (names.is_empty(), files.source.as_str()) {
                (false, source) => format!("{source} has {}", names.join(", ")),
                (true, "") => "there is no folder of connections".to_owned(),
                (true, source) => format!("{source} has none"),
            };
            return Err(
                Error::configuration(format!("there is no connection '{name}': {places}")).with_hint(
                    "write it into connections.toml as [NAME] with account, user and a way to log in",
                ),
            );
        }
        settings.refuse_what_is_not_done()?;
        let account = settings.required("account")?;
        let (protocol, default_port) = match settings.text("protocol")?.as_deref() {
            None | Some("https") => ("https", 443),
            Some("http") => ("http", 80),
            Some(_) => return Err(settings.wrong("protocol", "it is https, or http")),
        };
        let region = settings.text("region")?;
        let host = match settings.text("host")? {
            Some(host) => host,
            None => host_of(&account, region.as_deref()),
        };
        if !host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-.:[]_".contains(&byte))
        {
            return Err(settings.wrong("host", "it is no host's name"));
        }
        let port = match settings.text("port")? {
            None => default_port,
            Some(text) => text
                .parse()
                .map_err(|_| settings.wrong("port", "it is no port"))?,
        };
        Ok(Self {
            protocol,
            host,
            port,
            user: settings.required("user")?,
            credential: settings.credential()?,
            role: settings.text("role")?,
            warehouse: settings.text("warehouse")?,
            database: settings.text("database")?,
            schema: settings.text("schema")?,
            session_parameters: settings.session_parameters()?,
            account,
            name,
        })
    }

    /// The account's address, as `https://HOST:PORT`.
    pub fn base(&self) -> String {
        let Self {
            protocol, host, port, ..
        } = self;
        format!("{protocol}://{host}:{port}")
    }
}

/// The host of an account's identifier: `ORG-ACCOUNT`, or the older `LOCATOR.REGION`. Host names have no underscores.
fn host_of(account: &str, region: Option<&str>) -> String {
    let mut host = account.to_lowercase().replace('_', "-");
    if let Some(region) = region
        && !host.contains('.')
    {
        host = format!("{host}.{}", region.to_lowercase());
    }
    // Accounts in China are under the country's own domain.
    match host.split('.').any(|label| label.starts_with("cn-")) {
        true => format!("{host}.snowflakecomputing.cn"),
        false => format!("{host}.{DOMAIN}"),
    }
}

#[cfg(test)]
mod tests;
