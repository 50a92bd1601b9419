//! The protocol over real connections.

mod requests;
mod results;

use std::sync::Arc;

use serde_json::{Value, json};

use super::MOST_RUNNING;
use crate::clock::{Clock, VirtualClock};
use crate::engine::Account;
use crate::server::{Server, ServerConfig};
use crate::world::s3::ObjectStorage;

/// A server, and a client that has its token.
struct World {
    server: Server,
    client: reqwest::Client,
}

/// What came back.
struct Answered {
    status: u16,
    headers: reqwest::header::HeaderMap,
    bytes: Vec<u8>,
}

impl Answered {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or(Value::Null)
    }

    fn failed(&self) -> (u16, String, String) {
        let body = self.json();
        let field = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        (self.status, field("code"), field("sqlState"))
    }
}

impl World {
    async fn new() -> Self {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
        let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
        let config = ServerConfig::new("127.0.0.1:0");
        let account = Account::in_memory(clock, Arc::new(storage));
        let server = Server::start(account, config).await.unwrap();
        let headers = [
            ("authorization", "Bearer x"),
            ("accept", "*/*"),
            ("user-agent", "tests/1.0"),
        ];
        let headers = headers.map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
        let client = reqwest::Client::builder().default_headers(headers.into_iter().collect());
        Self {
            server,
            client: client.no_proxy().build().unwrap(),
        }
    }

    async fn send(&self, request: reqwest::RequestBuilder) -> Answered {
        let answer = request.send().await.unwrap();
        Answered {
            status: answer.status().as_u16(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await.unwrap().to_vec(),
        }
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server.address())
    }

    async fn post(&self, query: &str, body: Value) -> Answered {
        let url = self.url(&format!("/api/v2/statements{query}"));
        self.send(self.client.post(url).json(&body)).await
    }

    async fn get(&self, path: &str) -> Answered {
        self.send(self.client.get(self.url(path))).await
    }

    /// Runs one statement that must go well.
    async fn run(&self, sql: &str) -> Value {
        let answer = self.post("", json!({"statement": sql})).await;
        assert_eq!(answer.status, 200, "{sql}: {}", answer.json());
        answer.json()
    }

    /// Runs several, of which all must go well.
    async fn run_all(&self, sql: &str) -> Vec<String> {
        let body = json!({"statement": sql, "parameters": {"MULTI_STATEMENT_COUNT": "0"}});
        let answer = self.post("", body).await;
        assert_eq!(answer.status, 200, "{sql}: {}", answer.json());
        let handles = answer.json()["statementHandles"].as_array().unwrap().clone();
        handles
            .iter()
            .map(|handle| handle.as_str().unwrap().to_owned())
            .collect()
    }
}

#[tokio::test]
async fn there_is_room_for_so_many_requests_and_for_results_of_a_day() {
    let world = World::new().await;
    let shared = &world.server.shared;
    let places = Arc::clone(&shared.api_places).try_acquire_many_owned(MOST_RUNNING as u32);
    let refused = world.post("", json!({"statement": "SELECT 1"})).await;
    assert_eq!((refused.status, refused.failed().1), (429, "390505".to_owned()));
    drop(places);
    let kept = world
        .post("?requestId=a", json!({"statement": "SELECT 1"}))
        .await
        .json();
    let address = kept["statementStatusUrl"].as_str().unwrap();
    let now = shared.account.clock().now();
    shared.jobs.expire(now + jiff::SignedDuration::from_hours(23));
    assert_eq!(world.get(address).await.status, 200);
    shared.jobs.expire(now + jiff::SignedDuration::from_hours(24));
    assert_eq!(world.get(address).await.failed().1, "000709");
    assert_eq!(shared.api_places.available_permits(), MOST_RUNNING);
}
