//! [`PrivateDoor`]: a server for one call of a procedure in Python.
//!
//! It listens on this machine only, on a port that is free, lets one user in, with a password that nobody else knows, and
//! ends with the call. So it makes no difference whether and how the account is served otherwise.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::runtime::Handle;

use super::auth::Users;
use super::{Server, ServerConfig, random};
use crate::engine::Account;
use crate::engine::routine::python::{Door, Held, Opened};
use crate::error::Result;
use crate::script::python::Connection;

/// Opens a server for each call.
#[derive(Debug, Default)]
pub struct PrivateDoor;

/// Ends the server when it is dropped.
#[derive(Debug)]
struct Serving(Option<Server>);

impl Held for Serving {}

impl Drop for Serving {
    fn drop(&mut self) {
        if let (Some(server), Ok(runtime)) = (self.0.take(), Handle::try_current()) {
            runtime.spawn(server.shutdown());
        }
    }
}

impl Door for PrivateDoor {
    fn open(&self, account: &Arc<Account>, user: &str) -> BoxFuture<'static, Result<Opened>> {
        let (account, user) = (Arc::clone(account), user.to_string());
        async move {
            let password = random::token()?;
            let mut users = Users::default();
            users.add_password(&user, &password);
            let config = ServerConfig {
                users,
                ..ServerConfig::new("127.0.0.1:0")
            };
            let server = Server::start(account, config).await?;
            let address = server.address();
            Ok(Opened {
                connection: Connection {
                    account: "snowglobe".to_string(),
                    protocol: "http".to_string(),
                    host: address.ip().to_string(),
                    port: address.port(),
                    user,
                    password,
                    ..Connection::default()
                },
                guard: Box::new(Serving(Some(server))),
            })
        }
        .boxed()
    }
}
