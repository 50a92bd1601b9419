//! The client of a real account, against a server in this process: logins, results, a network that fails.

mod answers;
mod cli;
mod faults;
mod files;
mod logins;
pub mod proxy;
mod sessions;
mod values;

use std::sync::Arc;
use std::time::Duration;

use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::Account;
use snowglobe::remote::{Client, ClientOptions, Connection, Places};
use snowglobe::server::{Server, ServerConfig};
use snowglobe::world::s3::ObjectStorage;

/// A server over an account of its own, in memory.
pub struct World {
    pub account: Arc<Account>,
    pub server: Server,
}

impl World {
    /// A server with some settings.
    pub async fn with(set: impl FnOnce(&mut ServerConfig)) -> Self {
        let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap())) as Arc<dyn Clock>;
        let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
        let account = Account::in_memory(clock, Arc::new(storage));
        let mut config = ServerConfig::new("127.0.0.1:0");
        set(&mut config);
        let server = Server::start(Arc::clone(&account), config).await.unwrap();
        Self { account, server }
    }

    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// A connection to it, with more lines of TOML.
    fn connection(&self, more: &str) -> Connection {
        connection(self.server.address().port(), more)
    }

    /// A session over the network.
    async fn client(&self) -> Client {
        let connection = self.connection("password = 'p'");
        Client::connect(&connection, quick()).await.unwrap()
    }
}

/// A connection to a port of this machine, with more lines of TOML.
fn connection(port: u16, more: &str) -> Connection {
    let text = format!("[c]\naccount = 'test'\nuser = 'u'\nhost = '127.0.0.1'\nport = {port}\n{more}\n");
    let text = match more.contains("protocol") {
        true => text,
        false => format!("{text}protocol = 'http'\n"),
    };
    let places = Places::new([("SNOWFLAKE_CONNECTIONS".to_owned(), text)]);
    Connection::named(Some("c"), &places).unwrap()
}

/// Options for a network that is near.
fn quick() -> ClientOptions {
    let mut options = ClientOptions::default();
    options.retries.first = Duration::from_millis(10);
    options.retries.longest = Duration::from_millis(100);
    options.retries.within = Duration::from_secs(20);
    options
}

/// A statement's rows as text.
async fn rows(client: &mut Client, sql: &str) -> Vec<Vec<Option<String>>> {
    let result = client
        .execute(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    result.to_text(client.types()).unwrap()
}

/// A statement's only value.
async fn value(client: &mut Client, sql: &str) -> String {
    rows(client, sql).await[0][0].clone().unwrap()
}

/// Looks again and again until something is so.
pub async fn until(mut is_so: impl FnMut() -> bool) {
    for _ in 0..1_000 {
        if is_so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("what is waited for did not come");
}
