//! Tokens and sessions: renewal, expiry, the end, and who is let in at all.

use std::net::{IpAddr, UdpSocket};
use std::time::Duration;

use serde_json::json;
use snowglobe::catalog::ObjectKind;
use snowglobe::server::sessions::Validity;

use super::{World, until};

#[tokio::test]
async fn an_expired_token_is_renewed_and_its_request_goes_through() {
    let world = World::with(|config| {
        config.validity = Validity {
            session: Duration::from_millis(300),
            master: Duration::from_secs(600),
        };
    })
    .await;
    let mut login = world.login().await;
    let code = until("the expiry", async || {
        world.ask(&login, "SELECT 1").await["code"]
            .as_str()
            .map(str::to_owned)
    })
    .await;
    assert_eq!(code, "390112");
    let renewed = world.renew(&login.master).await["data"].clone();
    assert_eq!(renewed["validityInSecondsMT"], 600);
    let used = login.clone();
    login.token = renewed["sessionToken"].as_str().unwrap().to_owned();
    login.master = renewed["masterToken"].as_str().unwrap().to_owned();
    // Should the new token be too old already, it can be renewed again, and the old master token cannot.
    assert_eq!(world.renew(&used.master).await["code"], "390115");
    let renewed = world.renew(&login.master).await["data"].clone();
    assert!(renewed["sessionToken"].is_string());
    assert_eq!(world.ask(&used, "SELECT 1").await["code"], "390112");
    assert_eq!(world.renew("nonsense").await["code"], "390115");
    assert_eq!(
        world.post("/session/heartbeat", "nonsense", &json!(null)).await["code"],
        "390104"
    );
}

#[tokio::test]
async fn a_session_that_nobody_uses_ends_and_its_client_is_told_why() {
    let world = World::with(|config| {
        config.validity = Validity {
            session: Duration::from_secs(600),
            master: Duration::from_secs(1),
        };
        config.limits.sweep = Duration::from_millis(50);
    })
    .await;
    let login = world.login().await;
    world
        .run(&login, &["CREATE DATABASE D", "CREATE TEMPORARY TABLE T (A INT)"])
        .await;
    until("the end of the session", async || {
        let snapshot = world.account.catalog().snapshot();
        let temporary = snapshot.all(ObjectKind::Table).next().is_some();
        (!temporary).then_some(())
    })
    .await;
    assert_eq!(world.ask(&login, "SELECT 1").await["code"], "390112");
    assert_eq!(world.renew(&login.master).await["code"], "390114");
    // A new login finds what was not temporary.
    let login = world.login().await;
    world.run(&login, &["USE DATABASE D"]).await;
}

#[tokio::test]
async fn a_statement_that_runs_keeps_its_session() {
    let world = World::with(|config| {
        config.validity.master = Duration::from_secs(1);
        config.limits.sweep = Duration::from_millis(50);
        config.limits.patience = Duration::from_millis(50);
    })
    .await;
    let setup = world.login().await;
    world
        .run(
            &setup,
            &[
                "CREATE DATABASE D",
                "CREATE TABLE T (A INT)",
                "INSERT INTO T VALUES (1)",
            ],
        )
        .await;
    // An engine session of its own, which does not expire, holds the table.
    let mut holder = world.account.session("HOLDER");
    for sql in ["USE DATABASE D", "BEGIN", "UPDATE T SET A = 2"] {
        holder.execute(sql).await.unwrap();
    }
    let login = world.login().await;
    world.run(&login, &["USE DATABASE D"]).await;
    let waiting = world.ask(&login, "UPDATE T SET A = 3").await;
    assert_eq!(waiting["code"], "333333");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    holder.execute("COMMIT").await.unwrap();
    until("the update", async || {
        let rows = holder.execute("SELECT A FROM T").await.unwrap();
        let text = rows.to_text(&holder.context().types).unwrap();
        (text[0][0].as_deref() == Some("3")).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_closed_session_is_gone() {
    let world = World::new().await;
    let login = world.login().await;
    assert_eq!(
        world.post("/session?delete=true", &login.token, &json!({})).await["success"],
        true
    );
    assert_eq!(world.ask(&login, "SELECT 1").await["code"], "390111");
    assert_eq!(world.renew(&login.master).await["code"], "390111");
}

#[tokio::test]
async fn there_is_room_for_so_many_sessions() {
    let world = World::with(|config| config.limits.sessions = 2).await;
    let (one, _two) = (world.login().await, world.login().await);
    let body = json!({"data": {"LOGIN_NAME": "u"}});
    assert_eq!(
        world.post("/session/v1/login-request", "", &body).await["code"],
        "390505"
    );
    world.post("/session?delete=true", &one.token, &json!({})).await;
    world.login().await;
}

/// An address of this machine that is not its loopback, if it has one. Nothing is sent.
fn other_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").ok()?;
    socket.connect("192.0.2.1:9").ok()?;
    let address = socket.local_addr().ok()?.ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[tokio::test]
async fn without_users_other_machines_are_refused() {
    let Some(address) = other_address() else { return };
    let world = World::with(|config| config.listen = "0.0.0.0:0".to_owned()).await;
    let url = |path: &str| format!("http://{address}:{}{path}", world.server.address().port());
    let login = world.web.post(url("/session/v1/login-request"));
    let answer = login
        .json(&json!({"data": {"LOGIN_NAME": "u"}}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        answer.json::<serde_json::Value>().await.unwrap()["code"],
        "390422"
    );
    let report = world
        .web
        .get(url("/v1/data/pipes/d.s.p/insertReport"))
        .bearer_auth("x");
    assert_eq!(report.send().await.unwrap().status(), 403);
    // From here it lets everybody in.
    let here = format!(
        "http://127.0.0.1:{}/session/v1/login-request",
        world.server.address().port()
    );
    let answer = world
        .web
        .post(here)
        .json(&json!({"data": {"LOGIN_NAME": "u"}}))
        .send()
        .await
        .unwrap();
    assert_eq!(answer.json::<serde_json::Value>().await.unwrap()["success"], true);
}
