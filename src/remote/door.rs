//! The way into an account: login, and requests in the name of the session.
//!
//! A session token holds for a while only. A request that comes with one that has expired is answered so; it gets a new
//! one for the master token, and is sent again under the same id.

use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use parking_lot::Mutex;
use reqwest::Method;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use super::connection::{Connection, Credential};
use super::transport::{Request, Transport};
use super::wire::{EXPIRED, Envelope, LoginData, RenewalData};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::server::random;
use crate::world::s3::Secret;

/// So often in a row a token may expire under one request.
const RENEWALS: usize = 3;
/// What ends a session is not worth more patience.
const FAREWELL: Duration = Duration::from_secs(5);

/// A session's tokens, and the way to its account.
pub struct Door {
    transport: Transport,
    tokens: Mutex<Tokens>,
    /// One renewal at a time.
    renewing: tokio::sync::Mutex<()>,
}

#[derive(Clone)]
struct Tokens {
    session: Secret,
    master: Secret,
}

impl fmt::Debug for Door {
    /// Without the tokens.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Door")
            .field("transport", &self.transport)
            .finish_non_exhaustive()
    }
}

impl Door {
    /// Logs in, with attempts for so long.
    ///
    /// # Errors
    /// The account's refusal, with its number; 000000 (58000) when it does not answer.
    pub async fn open(
        transport: Transport,
        connection: &Connection,
        parameters: &Map<String, Value>,
        time: Duration,
    ) -> Result<(Self, LoginData)> {
        let body = login_body(connection, parameters)?;
        let names = [
            ("databaseName", &connection.database),
            ("schemaName", &connection.schema),
            ("warehouse", &connection.warehouse),
            ("roleName", &connection.role),
        ];
        let query: Vec<(&str, &str)> = names
            .iter()
            .filter_map(|(name, value)| Some((*name, value.as_deref()?)))
            .collect();
        let id = random::uuid()?;
        let request = Request {
            method: Method::POST,
            path: "/session/v1/login-request",
            query: &query,
            id: Some(&id),
            token: None,
            body: Some(body),
        };
        let mut envelope: Envelope<LoginData> = transport.call_within(&request, time).await?;
        let data = envelope.data.take().filter(|_| envelope.success);
        let Some(mut data) = data else {
            return Err(envelope.failure(&format!("login as {} failed: ", connection.user)));
        };
        let (Some(session), Some(master)) = (data.token.take(), data.master_token.take()) else {
            return Err(Error::outside("the account answered a login without tokens"));
        };
        let door = Self {
            transport,
            tokens: Mutex::new(Tokens {
                session: Secret::new(session),
                master: Secret::new(master),
            }),
            renewing: tokio::sync::Mutex::new(()),
        };
        Ok((door, data))
    }

    /// The transport.
    pub fn transport(&self) -> &Transport {
        &self.transport
    }

    /// Sends a request in the session's name.
    ///
    /// # Errors
    /// 000000 (58000) without an answer; the account's number when the session has come to its end.
    pub async fn ask<T>(&self, request: Request<'_>) -> Result<Envelope<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        for _ in 0..RENEWALS {
            let tokens = self.tokens.lock().clone();
            let request = Request {
                token: Some(tokens.session.reveal()),
                ..request.clone()
            };
            let envelope = self.transport.call(&request).await?;
            if !envelope.has_code(EXPIRED) {
                return Ok(envelope);
            }
            self.renew(&tokens).await?;
        }
        Err(Error::outside(
            "the account takes none of the tokens that it gives",
        ))
    }

    /// Gets new tokens, unless somebody else has.
    async fn renew(&self, expired: &Tokens) -> Result<()> {
        let _one = self.renewing.lock().await;
        if self.tokens.lock().session.reveal() != expired.session.reveal() {
            return Ok(());
        }
        let body = json!({"oldSessionToken": expired.session.reveal(), "requestType": "RENEW"});
        let id = random::uuid()?;
        let request = Request {
            method: Method::POST,
            path: "/session/token-request",
            query: &[],
            id: Some(&id),
            token: Some(expired.master.reveal()),
            body: Some(body.to_string().into()),
        };
        let mut envelope: Envelope<RenewalData> = self.transport.call(&request).await?;
        let data = envelope.data.take().filter(|_| envelope.success);
        let Some(RenewalData {
            session_token: Some(session),
            master_token: Some(master),
        }) = data
        else {
            return Err(envelope.failure("the session has come to its end: "));
        };
        *self.tokens.lock() = Tokens {
            session: Secret::new(session),
            master: Secret::new(master),
        };
        Ok(())
    }

    /// Sends what needs an answer only if it comes soon.
    ///
    /// # Errors
    /// The account's refusal; 000000 (58000) without an answer.
    pub async fn tell(&self, path: &str, query: &[(&str, &str)], body: &Value) -> Result<()> {
        let session = self.tokens.lock().session.clone();
        let id = random::uuid()?;
        let request = Request {
            method: Method::POST,
            path,
            query,
            id: Some(&id),
            token: Some(session.reveal()),
            body: Some(body.to_string().into()),
        };
        let told = self.transport.call_within::<Value>(&request, FAREWELL);
        let told = tokio::time::timeout(FAREWELL, told).await;
        let envelope = told.map_err(|_| Error::outside("the account did not answer in time"))??;
        match envelope.success {
            true => Ok(()),
            false => Err(envelope.failure("")),
        }
    }
}

/// The body of a login. Without a client's name the account answers in JSON.
fn login_body(connection: &Connection, parameters: &Map<String, Value>) -> Result<Bytes> {
    let mut data = json!({
        "ACCOUNT_NAME": connection.account,
        "LOGIN_NAME": connection.user,
        "CLIENT_ENVIRONMENT": {"APPLICATION": "Snowglobe", "OS": std::env::consts::OS},
        "CLIENT_CAPABILITIES": {"SMK_ID_AS_STRING": true},
        "SESSION_PARAMETERS": parameters,
    });
    let mut set = |name: &str, value: &str| {
        if let Some(data) = data.as_object_mut() {
            data.insert(name.to_owned(), value.into());
        }
    };
    match &connection.credential {
        Credential::Password(password) => set("PASSWORD", password.reveal()),
        Credential::KeyPair(key) => {
            set("AUTHENTICATOR", "SNOWFLAKE_JWT");
            set(
                "TOKEN",
                &key.token(&connection.account, &connection.user, SystemClock.now())?,
            );
        }
        Credential::AccessToken(token) => {
            set("AUTHENTICATOR", "PROGRAMMATIC_ACCESS_TOKEN");
            set("TOKEN", token.reveal());
        }
        Credential::OAuth(token) => {
            set("AUTHENTICATOR", "OAUTH");
            set("TOKEN", token.reveal());
        }
    }
    Ok(json!({"data": data}).to_string().into())
}
