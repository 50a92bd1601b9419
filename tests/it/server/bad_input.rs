//! Whatever arrives: the answer is a bounded, well-formed one or the connection is closed, and everybody else goes on.

use std::io::Write;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::http::{Answer, exchange};
use super::{Login, World, until};

/// The largest body that the server takes here.
const MOST_BODY: usize = 64 << 10;

/// A server that has little patience, and data that nothing here may change.
async fn world() -> (World, Login) {
    let world = World::with(|config| {
        config.limits.bodies.bytes = MOST_BODY;
        config.limits.bodies.time = Duration::from_millis(300);
        config.limits.connections.header_time = Duration::from_millis(300);
        config.limits.connections.connections = 16;
        config.limits.patience = Duration::from_secs(1);
    })
    .await;
    let login = world.login().await;
    world
        .run(
            &login,
            &[
                "CREATE DATABASE D",
                "CREATE TABLE T (A INT)",
                "INSERT INTO T VALUES (1), (2), (3)",
                "CREATE STAGE ST URL = 's3://raw/in/'",
                "CREATE PIPE P AS COPY INTO T FROM @ST",
            ],
        )
        .await;
    (world, login)
}

impl World {
    /// Another session works, and the data is there.
    async fn lives(&self, login: &Login) {
        let rows = self.rows(login, "SELECT COUNT(*), SUM(A) FROM D.PUBLIC.T").await;
        assert_eq!(rows, json!([["3", "6"]]));
    }
}

/// How a token is made into what a header says.
#[derive(Debug, Clone)]
enum Proof {
    None,
    Session,
    Master,
    Bearer(String),
    Other(String),
}

/// How a body is sent.
#[derive(Debug, Clone)]
enum Packing {
    Plain,
    Gzip,
    /// Gzip that ends too early.
    CutGzip,
    /// Not gzip, though it says so.
    FalseGzip,
    /// Small, and far too large once unpacked.
    Bomb,
    /// Larger than the server takes.
    Oversize,
    /// Fewer bytes than were announced.
    Short,
    /// In chunks.
    Chunks,
    /// In chunks that are none.
    BrokenChunks,
    /// In an encoding that is not known.
    Unknown,
}

#[derive(Debug, Clone)]
struct Wild {
    method: String,
    path: String,
    proof: Proof,
    kind: Option<&'static str>,
    extra: Option<String>,
    body: Vec<u8>,
    packing: Packing,
    /// The client sends nothing after this, and says so.
    finish: bool,
}

impl Wild {
    /// The request as it goes over the line.
    fn bytes(&self, login: &Login) -> Vec<u8> {
        let mut bytes = format!("{} {} HTTP/1.1\r\nHost: snowglobe\r\n", self.method, self.path).into_bytes();
        let proof = match &self.proof {
            Proof::None => None,
            Proof::Session => Some(format!("Snowflake Token=\"{}\"", login.token)),
            Proof::Master => Some(format!("Snowflake Token=\"{}\"", login.master)),
            Proof::Bearer(token) => Some(format!("Bearer {token}")),
            Proof::Other(text) => Some(text.clone()),
        };
        let mut header = |name: &str, value: &str| bytes.extend(format!("{name}: {value}\r\n").bytes());
        if let Some(proof) = proof {
            header("Authorization", &proof);
        }
        if let Some(kind) = self.kind {
            header("Content-Type", kind);
        }
        if let Some(extra) = &self.extra {
            header("X-Extra", extra);
        }
        let gzip = |content: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
            encoder.write_all(content).unwrap();
            encoder.finish().unwrap()
        };
        let body = match self.packing {
            Packing::Gzip => gzip(&self.body),
            Packing::CutGzip => {
                let whole = gzip(&self.body);
                whole[..whole.len() / 2].to_vec()
            }
            Packing::Bomb => gzip(&vec![b' '; 4 << 20]),
            Packing::Oversize => vec![b' '; MOST_BODY * 2],
            _ => self.body.clone(),
        };
        match self.packing {
            Packing::Gzip | Packing::CutGzip | Packing::FalseGzip | Packing::Bomb => {
                header("Content-Encoding", "gzip");
            }
            Packing::Unknown => header("Content-Encoding", "snow"),
            _ => {}
        }
        match self.packing {
            Packing::Chunks | Packing::BrokenChunks => {
                header("Transfer-Encoding", "chunked");
                bytes.extend(b"\r\n");
                bytes.extend(format!("{:x}\r\n", body.len().max(1)).bytes());
                bytes.extend(if body.is_empty() { b" ".as_slice() } else { &body });
                bytes.extend(match self.packing {
                    Packing::Chunks => b"\r\n0\r\n\r\n".as_slice(),
                    _ => b"\r\nnonsense\r\n",
                });
            }
            _ => {
                let missing = if matches!(self.packing, Packing::Short) {
                    7
                } else {
                    0
                };
                header("Content-Length", &(body.len() + missing).to_string());
                bytes.extend(b"\r\n");
                bytes.extend(body);
            }
        }
        bytes
    }

    /// Whether the session protocol is what answers, which knows no status but 200 for what it understands.
    fn is_session_protocol(&self) -> bool {
        let path = self.path.split('?').next().unwrap_or_default();
        let known = [
            "/queries/v1/query-request",
            "/queries/v1/abort-request",
            "/session/v1/login-request",
            "/session/token-request",
            "/session/heartbeat",
            "/session",
            "/telemetry/send",
        ];
        self.method == "POST" && known.contains(&path)
    }
}

fn paths() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "/queries/v1/query-request?requestId=1",
        "/queries/v1/query-request",
        "/queries/v1/abort-request",
        "/queries/x/abort-request",
        "/queries/x/result",
        "/monitoring/queries/x",
        "/monitoring//queries/",
        "/session/v1/login-request?databaseName=%22&roleName=;",
        "/session/v1/login-request",
        "/session/token-request",
        "/session/heartbeat",
        "/session?delete=maybe",
        "/session",
        "/telemetry/send",
        "/telemetry/send/sessionless",
        "/results/a/b/arrow/0",
        "/results/a/b/c/99999999999999999999",
        "/stages/x.csv?grant=nonsense",
        "/stages/",
        "/v1/data/pipes/D.PUBLIC.P/insertFiles?requestId=%00&showSkippedFiles=maybe",
        "/v1/data/pipes/D.PUBLIC.P/insertReport?beginMark=1_1&recentSeconds=4294967296",
        "/v1/data/pipes/D.PUBLIC.P/insertReport",
        "/v1/data/pipes/D.PUBLIC.P/loadHistoryScan?startTimeInclusive=-9999-01-01T00:00:00Z",
        "/v1/data/pipes/D.PUBLIC.P/loadHistoryScan?startTimeInclusive=9999-12-31T23:59:59Z",
        "/v1/data/pipes/%22%22/insertFiles",
        "/v1/data/pipes/D.PUBLIC.P/nothing",
        "/api/v2/statements",
        "/api/v2/statements/x?partition=-1",
        "/",
        "*",
        "//",
    ]);
    let random = "[a-zA-Z0-9/%.?&=+\"_-]{0,60}".prop_map(|rest| format!("/{rest}"));
    prop_oneof![4 => known.prop_map(str::to_owned), 1 => random]
}

fn bodies() -> impl Strategy<Value = Vec<u8>> {
    let deep = "[".repeat(5_000);
    let statements = prop::sample::select(vec![
        "SELECT 1".to_owned(),
        "SELEC".to_owned(),
        String::new(),
        "SELECT * FROM NOPE".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "DROP DATABASE NOPE".to_owned(),
        "SELECT 1/0".to_owned(),
        "SELECT '\u{0}\u{fffe}'".to_owned(),
        "PUT file:///nowhere @NOPE".to_owned(),
        "USE ROLE NOPE".to_owned(),
        format!("SELECT {}1", "(".repeat(2_000)),
        format!("SELECT {}1", "-".repeat(2_001).replace("--", "- -")),
    ]);
    let query = (statements, any::<Option<bool>>(), any::<Option<bool>>()).prop_map(
        |(sql, asynchronous, describe)| {
            json!({"sqlText": sql, "asyncExec": asynchronous, "describeOnly": describe}).to_string()
        },
    );
    let fixed = prop::sample::select(vec![
        json!({"data": {"LOGIN_NAME": "u", "SESSION_PARAMETERS": {"TIMEZONE": 7}}}).to_string(),
        json!({"data": {"LOGIN_NAME": {"a": 1}}}).to_string(),
        json!({"sqlText": 7}).to_string(),
        json!({"sqlText": "SELECT ?", "bindings": {"1": {"type": "FIXED", "value": "x"}}}).to_string(),
        json!({"sqlText": "SELECT ?", "bindings": {"0": []}}).to_string(),
        json!({"sqlText": "SELECT 1", "parameters": {"MULTI_STATEMENT_COUNT": "x"}}).to_string(),
        json!({"requestType": "STEAL"}).to_string(),
        json!({"requestId": null}).to_string(),
        json!({"files": [{"path": "nothing.csv"}]}).to_string(),
        json!({"files": [{"path": "x".repeat(1_025)}]}).to_string(),
        json!({"files": "x"}).to_string(),
        "null".to_owned(),
        "{\"sqlText\":".to_owned(),
        "{\"sqlText\":\"SELECT 1\",\"sqlText\":\"SELECT 2\"}".to_owned(),
        "1e400".to_owned(),
        deep,
    ]);
    prop_oneof![
        3 => query.prop_map(String::into_bytes),
        2 => fixed.prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..300),
    ]
}

fn requests() -> impl Strategy<Value = Wild> {
    let methods = prop_oneof![
        6 => Just("POST".to_owned()),
        4 => Just("GET".to_owned()),
        1 => prop::sample::select(vec!["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "CONNECT", "BREW", "post"])
            .prop_map(str::to_owned),
    ];
    let proofs = prop_oneof![
        Just(Proof::None),
        Just(Proof::Session),
        Just(Proof::Session),
        Just(Proof::Master),
        "[ -~]{0,40}".prop_map(Proof::Bearer),
        "[ -~]{0,40}".prop_map(Proof::Other),
    ];
    let kinds = prop::sample::select(vec![
        None,
        Some("application/json"),
        Some("text/plain"),
        Some("application/json; charset=utf-16"),
        Some("multipart/form-data"),
    ]);
    let packings = prop_oneof![
        6 => Just(Packing::Plain),
        1 => Just(Packing::Gzip),
        1 => Just(Packing::CutGzip),
        1 => Just(Packing::FalseGzip),
        1 => Just(Packing::Bomb),
        1 => Just(Packing::Oversize),
        1 => Just(Packing::Short),
        1 => Just(Packing::Chunks),
        1 => Just(Packing::BrokenChunks),
        1 => Just(Packing::Unknown),
    ];
    let extra = prop::option::of("[ -~]{0,100}");
    (
        methods,
        paths(),
        proofs,
        kinds,
        extra,
        bodies(),
        packings,
        any::<bool>(),
    )
        .prop_map(|(method, path, proof, kind, extra, body, packing, finish)| Wild {
            method,
            path,
            proof,
            kind,
            extra,
            body,
            packing,
            finish,
        })
}

/// Whether an answer is one of the protocol.
fn well_formed(request: &Wild, answer: &Answer) -> Result<(), String> {
    if answer.status >= 500 {
        return Err(format!("HTTP {}", answer.status));
    }
    let is_json = answer.header("content-type") == Some("application/json");
    if request.is_session_protocol() && (answer.status, is_json) != (200, true) && answer.status != 400 {
        return Err(format!("HTTP {} where only 200 is known", answer.status));
    }
    if !is_json || request.method == "HEAD" {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(&answer.body).map_err(|error| error.to_string())?;
    let envelope = body.get("success").is_some_and(Value::is_boolean)
        && body.get("data").is_some()
        && (body["code"].is_null() || body["code"].as_str().is_some_and(|code| code.len() == 6));
    // The answers of the REST APIs have forms of their own.
    let api = request.path.contains("/api/") && body["code"].is_string() && body["message"].is_string();
    let other = ["responseCode", "files"]
        .iter()
        .any(|field| body.get(*field).is_some());
    match envelope || other || api {
        true => Ok(()),
        false => Err(format!("no envelope: {body}")),
    }
}

#[test]
fn no_request_breaks_the_server() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let (world, witness) = runtime.block_on(world());
    let address = world.server.address();
    let mut runner = TestRunner::new(Config {
        cases: 192,
        failure_persistence: None,
        ..Config::default()
    });
    let outcome = runner.run(&requests(), |request| {
        runtime.block_on(async {
            // Each with a session of its own, which it may end.
            let login = world.login().await;
            let bytes = request.bytes(&login);
            let bodiless = request.method == "HEAD";
            let answer = exchange(address, &bytes, request.finish, bodiless).await;
            let verdict = match answer {
                Ok(Some(answer)) => well_formed(&request, &answer),
                Ok(None) => Ok(()),
                Err(error) => Err(error),
            };
            world.post("/session?delete=true", &login.token, &json!({})).await;
            verdict.map_err(TestCaseError::fail)
        })
    });
    runtime.block_on(world.lives(&witness));
    if let Err(failure) = outcome {
        panic!("{failure}");
    }
    runtime.block_on(world.server.shutdown());
}

#[tokio::test]
async fn half_open_connections_are_closed_and_make_room() {
    let (world, login) = world().await;
    let address = world.server.address();
    let starts: [&[u8]; 4] = [b"", b"P", b"POST / HTTP/1.1\r\nHost: x\r\n", b"\r\n"];
    let mut open = Vec::new();
    // All connections that the server has.
    for number in 0..16 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(starts[number % starts.len()]).await.unwrap();
        open.push(stream);
    }
    world.lives(&login).await;
    for mut stream in open {
        let mut rest = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await;
        assert!(closed.is_ok(), "a half-open connection stays");
    }
}

#[tokio::test]
async fn clients_that_vanish_leave_nothing_behind() {
    let (world, login) = world().await;
    let address = world.server.address();
    let large = "SELECT REPEAT('x', 1000) FROM TABLE(GENERATOR(ROWCOUNT => 10000))";
    let part = world.ask(&login, large).await["data"]["chunks"][0]["url"].clone();
    let part = part
        .as_str()
        .unwrap()
        .rsplit_once("/results/")
        .unwrap()
        .1
        .to_owned();
    for _ in 0..32 {
        // In the middle of a result that has more bytes than fit on the way.
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /results/{part} HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut some = [0; 1000];
        stream.read_exact(&mut some).await.unwrap();
        assert!(some.starts_with(b"HTTP/1.1 200"));
    }
    for sql in ["SELECT COUNT(*) FROM D.PUBLIC.T", large] {
        // While a statement runs.
        let mut stream = TcpStream::connect(address).await.unwrap();
        let body = json!({"sqlText": sql}).to_string();
        let request = format!(
            "POST /queries/v1/query-request HTTP/1.1\r\nHost: x\r\nAuthorization: Snowflake Token=\"{}\"\r\n\
             Content-Length: {}\r\n\r\n{body}",
            login.token,
            body.len()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
    }
    world.lives(&login).await;
}

#[tokio::test]
async fn a_statement_goes_on_without_its_client() {
    let (world, login) = world().await;
    let body = json!({"sqlText": "CREATE TABLE D.PUBLIC.LEFT_ALONE AS SELECT 1 AS A"}).to_string();
    let request = format!(
        "POST /queries/v1/query-request HTTP/1.1\r\nHost: x\r\nAuthorization: Snowflake Token=\"{}\"\r\n\
         Content-Length: {}\r\n\r\n{body}",
        login.token,
        body.len()
    );
    let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    drop(stream);
    let other = world.login().await;
    let found = until("an answer", async || {
        let answer = world
            .ask(&other, "SELECT COUNT(*) FROM D.PUBLIC.LEFT_ALONE")
            .await;
        (answer["success"] == true).then(|| answer["data"]["rowset"].clone())
    })
    .await;
    assert_eq!(found, json!([["1"]]));
}
