//! Requests that are none, or odd.

use proptest::prelude::*;
use serde_json::json;

use super::World;
use crate::server::query_string::QueryString;
use crate::server::sql_api::request::{self, Body, Options};

#[tokio::test]
async fn what_is_no_request_is_told_so() {
    let world = World::new().await;
    let url = world.url("/api/v2/statements");
    let post = |body: &'static str| {
        world
            .client
            .post(&url)
            .header("content-type", "application/json")
            .body(body)
    };
    for body in [
        "",
        "{",
        "[]",
        "1",
        r#"{"statement": 1}"#,
        r#"{"statement": "SELECT 1", "sqlText": ""}"#,
        r#"{"statement": "SELECT 1", "timeout": "x"}"#,
        r#"{"statement": "SELECT 1", "parameters": {"AUTOCOMMIT": false}}"#,
        r#"{"statement": "SELECT 1", "parameters": {"WEEK_START": 1}}"#,
        r#"{"statement": "SELECT 1", "resultSetMetaData": {"format": "json"}}"#,
        r#"{"statement": "SELECT ?", "bindings": {"1": {"type": "DATE", "value": "x", "fmt": "YYYY"}}}"#,
    ] {
        let answer = world.send(post(body)).await;
        assert_eq!(
            (answer.status, answer.failed().1),
            (400, "390142".to_owned()),
            "{body}"
        );
    }
    for body in [
        json!({}),
        json!({"statement": " -- nothing"}),
        json!({"statement": "SELECT 1", "timeout": -1}),
        json!({"statement": "SELECT 1", "parameters": {"TIMEZONE": "Nowhere/Here"}}),
        json!({"statement": "SELECT ?"}),
        json!({"statement": "SELECT ?", "bindings": {"1": {"type": "FIXED", "value": "x"}}}),
        json!({"statement": "SELEC 1"}),
    ] {
        let answer = world.post("", body.clone()).await;
        assert_eq!(answer.status, 422, "{body}: {}", answer.json());
        assert!(!answer.failed().2.is_empty(), "{body}");
    }
    let text = world
        .send(
            world
                .client
                .post(&url)
                .header("content-type", "text/plain")
                .body("{}"),
        )
        .await;
    assert_eq!(text.status, 415);
    let broken = world.send(post("{}").header("content-encoding", "gzip")).await;
    assert_eq!(broken.status, 400);
    let accept = world.send(post("{}").header("accept", "text/html")).await;
    assert_eq!(accept.failed().1, "391902");
    for query in ["?async=perhaps", "?retry=1", "?nullable=no"] {
        assert_eq!(
            world.post(query, json!({"statement": "SELECT 1"})).await.status,
            400,
            "{query}"
        );
    }
    assert_eq!(world.get("/api/v2/hello").await.failed().1, "390404");
    for (method, path) in [
        ("GET", "/api/v2/statements"),
        ("DELETE", "/api/v2/statements/x"),
        ("GET", "/api/v2/statements/x/cancel"),
    ] {
        let request = world.client.request(method.parse().unwrap(), world.url(path));
        let answer = world.send(request).await;
        assert_eq!((answer.status, answer.bytes.len()), (405, 0), "{method} {path}");
        assert!(answer.headers.contains_key("allow"));
    }
}

#[test]
fn clients_that_take_gzip_say_so_or_nothing() {
    let takes = |value: Option<&str>| {
        let mut headers = hyper::HeaderMap::new();
        if let Some(value) = value {
            headers.insert("accept-encoding", value.parse().unwrap());
        }
        request::takes_gzip(&headers)
    };
    assert!(takes(None) && takes(Some("deflate, gzip;q=0.5")) && takes(Some("*")));
    assert!(!takes(Some("identity")) && !takes(Some("gzip;q=0")) && !takes(Some("")));
}

proptest! {
    #[test]
    fn no_body_and_no_query_is_a_fault(body in ".{0,80}", query in "[a-zA-Z0-9=&%+-]{0,60}", value in ".{0,10}") {
        let _ = Body::read(body.as_bytes());
        let wrapped = json!({"statement": body, "parameters": {"TIMEZONE": value}, "bindings": {value.clone(): {}}});
        prop_assert!(Body::read(wrapped.to_string().as_bytes()).is_ok());
        let query = QueryString::parse(&query);
        let _ = Options::read(&query);
        let _ = request::partition(&query);
    }
}

/// A request of any sort to one of the addresses.
fn requests() -> impl Strategy<Value = (String, String, Vec<(String, String)>, Vec<u8>)> {
    let method = prop::sample::select(vec!["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"]);
    let path = prop_oneof![
        Just("statements".to_owned()),
        "statements/[0-9a-f-]{0,40}(/cancel)?",
        "[a-z/%0-9.]{0,20}",
    ];
    let query = "((requestId|async|nullable|retry|partition)=[a-z0-9%+-]{0,8}&){0,4}";
    let header = (
        prop::sample::select(vec![
            "content-type",
            "accept",
            "accept-encoding",
            "content-encoding",
            "user-agent",
        ]),
        prop_oneof![
            Just("application/json".to_owned()),
            Just("gzip".to_owned()),
            "[ -~]{0,20}"
        ],
    );
    let headers = prop::collection::vec(header.prop_map(|(name, value)| (name.to_owned(), value)), 0..4);
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "[ -~]{0,40}".prop_map(|text| json!({"statement": text}).to_string().into_bytes()),
        "[ -~]{0,40}".prop_map(String::into_bytes),
    ];
    (method, path, query, headers, body).prop_map(|(method, path, query, headers, body)| {
        (
            method.to_owned(),
            format!("/api/v2/{path}?{query}"),
            headers,
            body,
        )
    })
}

#[test]
fn no_request_is_a_fault() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let world = runtime.block_on(World::new());
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let outcome = runner.run(&requests(), |(method, path, headers, body)| {
        let mut request = world
            .client
            .request(method.parse().unwrap(), world.url(&path))
            .body(body);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = runtime.block_on(world.send(request));
        prop_assert!(
            answer.status < 500,
            "{}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.bytes)
        );
        let told = answer.status == 405 || method == "HEAD" || answer.json()["code"].is_string();
        prop_assert!(
            told,
            "{}: {}",
            answer.status,
            String::from_utf8_lossy(&answer.bytes)
        );
        Ok(())
    });
    outcome.unwrap();
    assert_eq!(runtime.block_on(world.run("SELECT 1"))["data"], json!([["1"]]));
}
