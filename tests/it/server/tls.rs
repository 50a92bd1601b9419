//! HTTPS with a certificate of one's own, and clients that speak something else.

use std::time::Duration;

use serde_json::json;
use snowglobe::world::tls::Tls;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{World, until};

const AUTHORITY: &[u8] = include_bytes!("certificates/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("certificates/server.pem");
const KEY: &[u8] = include_bytes!("certificates/server.key");
const OTHER_KEY: &[u8] = include_bytes!("certificates/other.key");

/// A server with HTTPS, and a client that trusts it.
async fn secured() -> (World, reqwest::Client) {
    let world = World::with(|config| {
        config.tls = Some(Tls::new(CERTIFICATE, KEY).unwrap());
        config.limits.connections.header_time = Duration::from_millis(300);
    })
    .await;
    let authority = reqwest::Certificate::from_pem(AUTHORITY).unwrap();
    let web = reqwest::Client::builder().add_root_certificate(authority).build();
    (world, web.unwrap())
}

#[tokio::test]
async fn https_serves_what_http_does_and_names_itself_so() {
    let (world, web) = secured().await;
    let url = |path: &str| format!("https://localhost:{}{path}", world.server.address().port());
    let login = web
        .post(url("/session/v1/login-request"))
        .json(&json!({"data": {"LOGIN_NAME": "u"}}));
    let login: serde_json::Value = login.send().await.unwrap().json().await.unwrap();
    let token = format!("Snowflake Token=\"{}\"", login["data"]["token"].as_str().unwrap());
    let ask = async |sql: &str| -> serde_json::Value {
        let request = web
            .post(url("/queries/v1/query-request"))
            .header("Authorization", &token);
        request
            .json(&json!({"sqlText": sql}))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    };
    let large = ask("SELECT REPEAT('x', 1000) FROM TABLE(GENERATOR(ROWCOUNT => 10000))").await;
    let part = large["data"]["chunks"][0]["url"].as_str().unwrap();
    assert!(part.starts_with("https://localhost:"), "{part}");
    assert_eq!(web.get(part).send().await.unwrap().status(), 200);
    ask("CREATE DATABASE D").await;
    ask("CREATE STAGE ST").await;
    let put = ask("PUT file:///tmp/a.csv @ST AUTO_COMPRESS = FALSE").await;
    let address = put["data"]["stageInfo"]["presignedUrl"].as_str().unwrap();
    assert!(address.starts_with("https://localhost:"), "{address}");
    assert_eq!(web.put(address).body("x").send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn who_speaks_no_tls_is_sent_away_and_nobody_else_suffers() {
    let (world, web) = secured().await;
    for hello in [
        &b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"[..],
        b"\x00\x01\x02",
        &[0x16; 300],
    ] {
        let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
        stream.write_all(hello).await.unwrap();
        let mut answer = Vec::new();
        let closed = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        closed.unwrap().unwrap();
        // An alert of TLS at most.
        assert!(answer.len() < 64 && !answer.starts_with(b"HTTP"), "{answer:?}");
    }
    // One that says nothing is not waited for.
    let mut silent = TcpStream::connect(world.server.address()).await.unwrap();
    let mut nothing = [0; 1];
    let closed = tokio::time::timeout(Duration::from_secs(10), silent.read(&mut nothing)).await;
    assert_eq!(closed.unwrap().unwrap(), 0);
    let url = format!("https://127.0.0.1:{}/nothing", world.server.address().port());
    let status = until("an answer", async || web.get(&url).send().await.ok())
        .await
        .status();
    assert_eq!(status, 404);
    // A client that does not know who vouches for the server does not talk to it.
    assert!(world.web.get(&url).send().await.is_err());
}

#[test]
fn certificates_and_keys_must_belong_together() {
    let refused =
        |certificate: &[u8], key: &[u8]| Tls::new(certificate, key).unwrap_err().message().to_owned();
    assert!(refused(CERTIFICATE, OTHER_KEY).contains("not that of the certificate"));
    assert!(refused(KEY, KEY).contains("no certificate"));
    assert!(refused(CERTIFICATE, CERTIFICATE).contains("no private key"));
    assert!(refused(b"", b"").contains("no certificate"));
    let broken = b"-----BEGIN CERTIFICATE-----\nMEgC\n-----END CERTIFICATE-----\n";
    assert!(refused(broken, KEY).contains("cannot be used"));
    let cut = b"-----BEGIN CERTIFICATE-----\nMEgC\n";
    assert!(refused(cut, KEY).contains("cannot be read"));
}
