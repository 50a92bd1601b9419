//! The server for Snowflake's clients, in this process, over its port: sessions, long statements, Snowpipe's REST API,
//! HTTPS, and whatever else may arrive on a port.

mod bad_input;
mod http;
mod long_statements;
mod sessions;
mod snowpipe;
mod tls;

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::Account;
use snowglobe::server::{Server, ServerConfig};
use snowglobe::world::s3::ObjectStorage;

/// How often something is looked at that is to come, and how long in between.
const LOOKS: usize = 1_000;
const BETWEEN: Duration = Duration::from_millis(10);

/// A server over an account of its own, in memory.
struct World {
    account: Arc<Account>,
    clock: Arc<VirtualClock>,
    server: Server,
    web: reqwest::Client,
}

/// A logged-in client.
#[derive(Debug, Clone)]
struct Login {
    token: String,
    master: String,
}

impl World {
    /// A server with some settings.
    async fn with(set: impl FnOnce(&mut ServerConfig)) -> Self {
        let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
        let as_clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let storage = ObjectStorage::in_memory(Arc::clone(&as_clock), Default::default());
        storage.ensure_bucket("raw").await.unwrap();
        let account = Account::in_memory(as_clock, Arc::new(storage));
        let mut config = ServerConfig::new("127.0.0.1:0");
        set(&mut config);
        let server = Server::start(Arc::clone(&account), config).await.unwrap();
        Self {
            account,
            clock,
            server,
            web: reqwest::Client::new(),
        }
    }

    async fn new() -> Self {
        Self::with(|_| {}).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    /// A request of the session protocol, which answers HTTP 200 whatever comes of it.
    async fn post(&self, path: &str, token: &str, body: &Value) -> Value {
        let request = self
            .web
            .post(self.url(path))
            .header("Authorization", format!("Snowflake Token=\"{token}\""))
            .json(body);
        let answer = request.send().await.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    async fn get(&self, path: &str, token: &str) -> Value {
        let request = self
            .web
            .get(self.url(path))
            .header("Authorization", format!("Snowflake Token=\"{token}\""));
        request.send().await.unwrap().json().await.unwrap()
    }

    async fn login(&self) -> Login {
        let body = json!({"data": {"LOGIN_NAME": "u", "PASSWORD": "p", "CLIENT_APP_ID": "JavaScript"}});
        let answer = self.post("/session/v1/login-request", "None", &body).await;
        assert_eq!(answer["success"], true, "{answer}");
        let text = |name: &str| answer["data"][name].as_str().unwrap().to_owned();
        Login {
            token: text("token"),
            master: text("masterToken"),
        }
    }

    async fn renew(&self, master: &str) -> Value {
        let body = json!({"requestType": "RENEW"});
        self.post("/session/token-request", master, &body).await
    }

    /// A statement, whatever comes of it.
    async fn ask(&self, login: &Login, sql: &str) -> Value {
        self.ask_as(login, "", json!({"sqlText": sql})).await
    }

    async fn ask_as(&self, login: &Login, request_id: &str, body: Value) -> Value {
        let path = format!("/queries/v1/query-request?requestId={request_id}");
        self.post(&path, &login.token, &body).await
    }

    /// A statement's rows.
    async fn rows(&self, login: &Login, sql: &str) -> Value {
        let answer = self.ask(login, sql).await;
        assert_eq!(answer["success"], true, "{sql}: {answer}");
        answer["data"]["rowset"].clone()
    }

    /// Statements one after the other.
    async fn run(&self, login: &Login, statements: &[&str]) {
        for sql in statements {
            self.rows(login, sql).await;
        }
    }
}

/// Looks again and again until something is there.
async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    for _ in 0..LOOKS {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(BETWEEN).await;
    }
    panic!("{what} did not come");
}
