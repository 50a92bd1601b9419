//! Time under `serve --clock virtual` moves by a request, which answers what ran; the machine's clock cannot be moved.

use std::sync::Arc;

use serde_json::{Value, json};
use snowglobe::clock::{Clock, SystemClock, VirtualClock};
use snowglobe::engine::Account;
use snowglobe::server::auth::Users;
use snowglobe::server::{Server, ServerConfig};
use snowglobe::world::s3::ObjectStorage;

async fn serve(clock: Arc<dyn Clock>, users: Users) -> (Arc<Account>, Server) {
    let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
    let account = Account::in_memory(clock, Arc::new(storage));
    let config = ServerConfig {
        users,
        ..ServerConfig::new("127.0.0.1:0")
    };
    let server = Server::start(Arc::clone(&account), config).await.unwrap();
    (account, server)
}

fn virtual_clock() -> Arc<dyn Clock> {
    Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()))
}

async fn post(server: &Server, body: Value) -> (u16, Value) {
    let url = format!("http://{}/snowglobe/clock/advance", server.address());
    let request = reqwest::Client::new().post(url).body(body.to_string());
    let reply = request.send().await.unwrap();
    let status = reply.status().as_u16();
    (status, reply.json().await.unwrap())
}

#[tokio::test]
async fn the_clock_advances_through_what_is_due() {
    let (account, server) = serve(virtual_clock(), Users::default()).await;
    let mut session = account.session("TESTER");
    for text in [
        "CREATE DATABASE D",
        "CREATE TABLE NOTES (AT TIMESTAMP_NTZ)",
        "CREATE WAREHOUSE W",
        "CREATE TASK NOTE WAREHOUSE = W SCHEDULE = '2 MINUTES' AS INSERT INTO NOTES SELECT SYSDATE()",
        "CREATE TASK WRONG WAREHOUSE = W SCHEDULE = '5 MINUTES' AS INSERT INTO NOSUCH VALUES (1)",
        "ALTER TASK NOTE RESUME",
        "ALTER TASK WRONG RESUME",
        "CREATE TABLE LOADED (N INT)",
        "CREATE STAGE S",
        "CREATE PIPE P AUTO_INGEST = TRUE AS COPY INTO LOADED FROM @S",
        "COPY INTO @S/F FROM (SELECT 7) FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE)",
    ] {
        session.execute(text).await.unwrap();
    }
    let (status, answer) = post(&server, json!({"by": "5 minutes"})).await;
    assert_eq!((status, &answer["success"]), (200, &json!(true)), "{answer}");
    let data = &answer["data"];
    assert_eq!(data["now"], "2026-01-01T00:05:00Z");
    assert_eq!(data["complete"], true);
    let ran: Vec<_> = data["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|run| format!("{} {} {}", run["scheduled"], run["name"], run["state"]).replace('"', ""))
        .collect();
    assert_eq!(
        ran,
        [
            "2026-01-01T00:02:00Z D.PUBLIC.NOTE SUCCEEDED",
            "2026-01-01T00:04:00Z D.PUBLIC.NOTE SUCCEEDED",
            "2026-01-01T00:05:00Z D.PUBLIC.WRONG FAILED",
        ]
    );
    assert!(data["tasks"][2]["error"].as_str().unwrap().contains("NOSUCH"));
    assert_eq!(
        data["pipes"],
        json!([{"name": "D.PUBLIC.P", "files": 1, "rows": 1, "rejected": [], "error": null}])
    );
    let rows = session.execute("SELECT COUNT(*) FROM NOTES").await.unwrap();
    assert_eq!(
        rows.to_text(&Default::default()).unwrap(),
        [[Some("2".to_owned())]]
    );
    let (_, answer) = post(&server, json!({"to": "2026-01-01T00:06:00Z"})).await;
    assert_eq!(answer["data"]["tasks"].as_array().unwrap().len(), 1);
    server.shutdown().await;
}

#[tokio::test]
async fn a_request_that_says_nothing_sensible_is_refused() {
    let (account, server) = serve(virtual_clock(), Users::default()).await;
    let before = account.clock().now();
    for body in [
        json!({}),
        json!({"by": "soon"}),
        json!({"by": "-1 hour"}),
        json!({"by": "99999 years"}),
        json!({"by": "1 hour", "to": "2027-01-01T00:00:00Z"}),
        json!({"to": "2020-01-01T00:00:00Z"}),
        json!({"by": 5}),
        json!([]),
    ] {
        let (status, answer) = post(&server, body.clone()).await;
        assert_eq!(
            (status, &answer["code"]),
            (200, &json!("390142")),
            "{body}: {answer}"
        );
    }
    assert_eq!(account.clock().now(), before);
    server.shutdown().await;
}

#[tokio::test]
async fn the_machines_clock_is_left_alone() {
    let (_, server) = serve(Arc::new(SystemClock), Users::default()).await;
    let (status, answer) = post(&server, json!({"by": "1 minute"})).await;
    assert_eq!((status, &answer["success"]), (409, &json!(false)));
    server.shutdown().await;
}

#[tokio::test]
async fn with_users_a_request_needs_a_session() {
    let mut users = Users::default();
    users.add_password("ANN", "secret");
    let (_, server) = serve(virtual_clock(), users).await;
    let (_, answer) = post(&server, json!({"by": "1 minute"})).await;
    assert_eq!(answer["code"], "390101");
    server.shutdown().await;
}
