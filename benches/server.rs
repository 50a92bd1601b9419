//! The server's speed as a client sees it, each figure beside a reference that is measured in the same run: a server that
//! answers the same bytes from a constant or from a file, or the rate of one session alone. `cargo bench --bench server`
//! prints criterion's figures, then the ratios.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)] // a benchmark may stop where it stands

mod common;

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use criterion::Criterion;
use http_body_util::BodyExt;
use hyper::Request;
use hyper::body::Incoming;
use hyper::header::{CONTENT_ENCODING, HeaderValue};
use serde_json::{Value, json};
use snowglobe::clock::{Clock, SystemClock};
use snowglobe::engine::Account;
use snowglobe::server::http::{self, Handler, Reply};
use snowglobe::server::{Server, ServerConfig};
use snowglobe::world::s3::ObjectStorage;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use common::{note, report};

/// A logged-in client of the session protocol.
#[derive(Clone)]
struct Client {
    http: reqwest::Client,
    base: String,
    token: String,
}

impl Client {
    async fn login(base: &str) -> Self {
        let http = reqwest::Client::new();
        let body =
            json!({"data": {"CLIENT_APP_ID": "PythonConnector", "LOGIN_NAME": "bench", "PASSWORD": "x"}});
        let url = format!("{base}/session/v1/login-request");
        let reply: Value = post(&http, &url, "", &body).await;
        let token = reply["data"]["token"].as_str().expect("a token").to_owned();
        let base = base.to_owned();
        Self { http, base, token }
    }

    /// The reply to a statement, as it comes.
    async fn ask(&self, sql: &str) -> Bytes {
        let url = format!("{}/queries/v1/query-request", self.base);
        let request = self.http.post(url).body(json!({"sqlText": sql}).to_string());
        let request = request.header("Authorization", format!("Snowflake Token=\"{}\"", self.token));
        request.send().await.unwrap().bytes().await.unwrap()
    }

    async fn run(&self, sql: &str) -> Value {
        let reply: Value = serde_json::from_slice(&self.ask(sql).await).unwrap();
        assert_eq!(reply["success"], true, "{sql}: {}", reply["message"]);
        reply
    }

    async fn get(&self, url: &str) -> Bytes {
        self.http.get(url).send().await.unwrap().bytes().await.unwrap()
    }
}

async fn post(http: &reqwest::Client, url: &str, token: &str, body: &Value) -> Value {
    let request = http
        .post(url)
        .header("Authorization", token)
        .body(body.to_string());
    request.send().await.unwrap().json().await.unwrap()
}

/// A server that answers whatever is asked with what it has for the path.
struct Constant {
    texts: HashMap<String, Bytes>,
    files: HashMap<String, PathBuf>,
}

impl Handler for Constant {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, _: SocketAddr) -> Reply {
        let path = request.uri().path().to_owned();
        let _ = request.into_body().collect().await;
        if let Some(text) = self.texts.get(&path) {
            return http::json(hyper::StatusCode::OK, text.clone());
        }
        let bytes = tokio::fs::read(&self.files[&path]).await.unwrap();
        let mut reply = http::whole(hyper::StatusCode::OK, bytes);
        if path.starts_with("/part") {
            reply
                .headers_mut()
                .insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        reply
    }
}

async fn serve_constant(constant: Constant) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(http::serve(
        listener,
        Default::default(),
        None,
        Arc::new(constant),
        CancellationToken::new(),
    ));
    base
}

async fn start() -> (Server, String) {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
    let account = Account::in_memory(clock, Arc::new(storage));
    let config = ServerConfig::new("127.0.0.1:0");
    let server = Server::start(account, config).await.unwrap();
    let base = format!("http://{}", server.address());
    (server, base)
}

fn measure(criterion: &mut Criterion, name: &str, samples: usize, mut run: impl FnMut()) {
    common::measure(criterion, "server", name, samples, || (), |()| run());
}

fn small_statements(criterion: &mut Criterion, runtime: &Runtime, client: &Client) {
    let answer = runtime.block_on(client.ask("SELECT 1"));
    let constant = Constant {
        texts: HashMap::from([("/queries/v1/query-request".to_owned(), answer)]),
        files: HashMap::new(),
    };
    let reference = Client {
        base: runtime.block_on(serve_constant(constant)),
        ..client.clone()
    };
    measure(criterion, "SELECT 1", 50, || {
        runtime.block_on(client.ask("SELECT 1"));
    });
    measure(
        criterion,
        "SELECT 1, a server that answers a constant",
        50,
        || {
            runtime.block_on(reference.ask("SELECT 1"));
        },
    );
}

/// The reply and all parts behind it.
async fn fetch(client: &Client, sql: &str) -> (Bytes, Vec<String>) {
    let reply = client.ask(sql).await;
    let read: Value = serde_json::from_slice(&reply).unwrap();
    let chunks = read["data"]["chunks"].as_array().cloned().unwrap_or_default();
    let urls = chunks
        .iter()
        .map(|chunk| chunk["url"].as_str().unwrap().to_owned());
    let urls: Vec<String> = urls.collect();
    for url in &urls {
        client.get(url).await;
    }
    (reply, urls)
}

fn rows_as_arrow(criterion: &mut Criterion, runtime: &Runtime, client: &Client) {
    const SQL: &str = "SELECT * FROM BENCH.PUBLIC.FACTS";
    runtime.block_on(client.run(
        "CREATE TABLE BENCH.PUBLIC.FACTS AS SELECT SEQ8() AS N, 'the row with number ' || SEQ8() AS S, SEQ8() * 0.25 AS Q, \
         DATEADD(SECOND, SEQ8(), '2026-01-01'::TIMESTAMP_NTZ) AS MOMENT FROM TABLE(GENERATOR(ROWCOUNT => 100000))",
    ));
    let folder = tempfile::tempdir().unwrap();
    let (reply, urls) = runtime.block_on(fetch(client, SQL));
    let mut files = HashMap::new();
    let mut write = |path: &str, bytes: &[u8]| {
        let file = folder.path().join(files.len().to_string());
        std::fs::write(&file, bytes).unwrap();
        files.insert(path.to_owned(), file);
    };
    let mut text = String::from_utf8(reply.to_vec()).unwrap();
    let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    for (at, url) in urls.iter().enumerate() {
        let bytes = runtime.block_on(client.get(url));
        write(&format!("/part{at}"), &bytes);
        text = text.replace(url, &format!("{base}/part{at}"));
    }
    write("/queries/v1/query-request", text.as_bytes());
    let texts = HashMap::new();
    let constant = Arc::new(Constant { texts, files });
    runtime.spawn(http::serve(
        listener,
        Default::default(),
        None,
        constant,
        CancellationToken::new(),
    ));
    let reference = Client {
        base,
        ..client.clone()
    };
    measure(criterion, "100,000 rows as Arrow", 10, || {
        runtime.block_on(fetch(client, SQL));
    });
    measure(
        criterion,
        "100,000 rows as Arrow, the same bytes from files",
        10,
        || {
            runtime.block_on(fetch(&reference, SQL));
        },
    );
}

const MIXED: [&str; 5] = [
    "SELECT 1",
    "SELECT COUNT(*), SUM(N) FROM BENCH.PUBLIC.SMALL WHERE N > 10",
    "INSERT INTO BENCH.PUBLIC.NOTES VALUES (1, 'x')",
    "SELECT S, COUNT(*) FROM BENCH.PUBLIC.SMALL GROUP BY S ORDER BY 2 DESC LIMIT 3",
    "SHOW TABLES IN SCHEMA BENCH.PUBLIC",
];

fn many_sessions(runtime: &Runtime, base: &str, client: &Client) {
    const SESSIONS: usize = 64;
    const ROUNDS: usize = 8;
    runtime.block_on(async {
        client.run("CREATE TABLE BENCH.PUBLIC.SMALL AS SELECT SEQ8() AS N, 'g' || MOD(SEQ8(), 7) AS S FROM TABLE(GENERATOR(ROWCOUNT => 1000))").await;
        client.run("CREATE TABLE BENCH.PUBLIC.NOTES (N INT, S VARCHAR)").await;
        let alone = Instant::now();
        for _ in 0..ROUNDS * 4 {
            for sql in MIXED {
                client.run(sql).await;
            }
        }
        let one = alone.elapsed().as_secs_f64() / (ROUNDS * 4 * MIXED.len()) as f64;
        let mut clients = Vec::new();
        for _ in 0..SESSIONS {
            clients.push(Client::login(base).await);
        }
        let together = Instant::now();
        let tasks = clients.into_iter().map(|client| {
            tokio::spawn(async move {
                for _ in 0..ROUNDS {
                    for sql in MIXED {
                        client.run(sql).await;
                    }
                }
            })
        });
        for task in tasks.collect::<Vec<_>>() {
            task.await.unwrap();
        }
        let each = together.elapsed().as_secs_f64() / (SESSIONS * ROUNDS * MIXED.len()) as f64;
        note("a mixed statement, 64 sessions at once", each);
        note("a mixed statement, 64 sessions at once, one session alone", one);
    });
}

/// A server in a process of its own, and where it listens.
fn process() -> (Child, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_snowglobe"))
        .args(["serve", "--port", "0", "--no-s3", "--no-kafka"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut ready = String::new();
    let stdout = child.stdout.take().unwrap();
    BufReader::new(stdout).read_line(&mut ready).unwrap();
    let address = ready
        .split_whitespace()
        .find_map(|word| word.strip_prefix("http="));
    let base = format!("http://{}", address.expect("a ready line"));
    (child, base)
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

fn first_answer(runtime: &Runtime) {
    for _ in 0..10 {
        let start = Instant::now();
        let (child, base) = process();
        runtime.block_on(async { Client::login(&base).await.run("SELECT 1").await });
        note(
            "from the start to the first answer",
            start.elapsed().as_secs_f64(),
        );
        end(child);
        let start = Instant::now();
        let version = Command::new(env!("CARGO_BIN_EXE_snowglobe"))
            .arg("--version")
            .output();
        assert!(version.unwrap().status.success());
        let name = "from the start to the first answer, --version alone";
        note(name, start.elapsed().as_secs_f64());
    }
}

/// Memory of a process that is its own, in KiB; `None` where the system does not tell.
fn memory(child: &Child) -> Option<i64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn idle_sessions(runtime: &Runtime) {
    let (child, base) = process();
    let clients = runtime.block_on(async {
        let first = Client::login(&base).await;
        first.run("SELECT 1").await;
        first
    });
    let before = memory(&child);
    runtime.block_on(async {
        for _ in 0..1000 {
            let body = json!({"data": {"CLIENT_APP_ID": "PythonConnector", "LOGIN_NAME": "idle"}});
            let url = format!("{base}/session/v1/login-request");
            let reply = post(&clients.http, &url, "", &body).await;
            assert_eq!(reply["success"], true);
        }
    });
    if let (Some(before), Some(after)) = (before, memory(&child)) {
        let (mib, grown) = (after / 1024, (after - before) / 1024);
        println!("\n1,000 idle sessions: {grown} MiB more than one; the server holds {mib} MiB");
    }
    end(child);
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().unwrap();
    let (server, base) = runtime.block_on(start());
    let client = runtime.block_on(Client::login(&base));
    runtime.block_on(client.run("CREATE DATABASE BENCH"));
    small_statements(&mut criterion, &runtime, &client);
    rows_as_arrow(&mut criterion, &runtime, &client);
    many_sessions(&runtime, &base, &client);
    runtime.block_on(server.shutdown());
    first_answer(&runtime);
    idle_sessions(&runtime);
    criterion.final_summary();
    report();
}
