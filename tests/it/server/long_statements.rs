//! Statements that take long, results that are asked for later, requests that come twice.

use std::time::Duration;

use serde_json::{Value, json};
use snowglobe::engine::Session;

use super::{Login, World, until};

/// A server that holds replies back for a moment only, with a table that one session has locked.
async fn locked() -> (World, Session, Login) {
    let world = World::with(|config| config.limits.patience = Duration::from_millis(50)).await;
    let mut holder = world.account.session("HOLDER");
    for sql in [
        "CREATE DATABASE D",
        "CREATE TABLE T (A INT)",
        "INSERT INTO T VALUES (1)",
        "BEGIN",
        "UPDATE T SET A = A + 1",
    ] {
        holder.execute(sql).await.unwrap();
    }
    let login = world.login().await;
    world.run(&login, &["USE DATABASE D"]).await;
    (world, holder, login)
}

fn in_progress(answer: &Value) -> bool {
    answer["code"]
        .as_str()
        .is_some_and(|code| code.starts_with("33333"))
}

/// Asks where the reply says until the statement has ended.
async fn result(world: &World, login: &Login, started: &Value) -> Value {
    let url = started["data"]["getResultUrl"].as_str().unwrap().to_owned();
    until("the result", async || {
        let answer = world.get(&url, &login.token).await;
        (!in_progress(&answer)).then_some(answer)
    })
    .await
}

#[tokio::test]
async fn a_slow_statement_is_asked_for_again_until_it_ends() {
    let (world, mut holder, login) = locked().await;
    let started = world.ask(&login, "UPDATE T SET A = A * 10").await;
    assert_eq!(
        (&started["code"], &started["success"]),
        (&json!("333333"), &json!(true))
    );
    let id = started["data"]["queryId"].as_str().unwrap();
    assert_eq!(started["data"]["getResultUrl"], format!("/queries/{id}/result"));
    let again = world.get(&format!("/queries/{id}/result"), &login.token).await;
    assert_eq!(again["code"], "333333");
    let status = world
        .get(&format!("/monitoring/queries/{id}"), &login.token)
        .await;
    assert_eq!(status["data"]["queries"][0]["status"], "RUNNING");
    holder.execute("COMMIT").await.unwrap();
    let ended = result(&world, &login, &started).await;
    assert_eq!(ended["data"]["rowset"], json!([["1", "0"]]));
    assert_eq!(world.rows(&login, "SELECT A FROM T").await, json!([["20"]]));
}

#[tokio::test]
async fn an_asynchronous_statement_is_answered_at_once() {
    let (world, mut holder, login) = locked().await;
    let body = json!({"sqlText": "UPDATE T SET A = 7", "asyncExec": true});
    let started = world.ask_as(&login, "r", body).await;
    assert_eq!(started["code"], "333334");
    holder.execute("ROLLBACK").await.unwrap();
    let ended = result(&world, &login, &started).await;
    assert_eq!(ended["data"]["stats"]["numRowsUpdated"], 1);
    // Its result can be had again.
    assert_eq!(
        result(&world, &login, &started).await["data"]["rowset"],
        json!([["1", "0"]])
    );
}

#[tokio::test]
async fn a_waiting_statement_is_cancelled_and_leaves_nothing() {
    let (world, mut holder, login) = locked().await;
    let sql = json!({"sqlText": "UPDATE T SET A = 99"});
    let started = world.ask_as(&login, "slow", sql).await;
    assert_eq!(started["code"], "333333");
    let abort = json!({"requestId": "slow"});
    let path = "/queries/v1/abort-request";
    assert_eq!(world.post(path, &login.token, &abort).await["success"], true);
    let ended = result(&world, &login, &started).await;
    assert_eq!(
        (&ended["success"], &ended["code"]),
        (&json!(false), &json!("000604"))
    );
    holder.execute("COMMIT").await.unwrap();
    assert_eq!(world.rows(&login, "SELECT A FROM T").await, json!([["2"]]));
    assert_eq!(world.post(path, &login.token, &abort).await["code"], "000605");
}

#[tokio::test]
async fn the_same_request_twice_runs_once() {
    let world = World::new().await;
    let login = world.login().await;
    world
        .run(&login, &["CREATE DATABASE D", "CREATE TABLE T (A INT)"])
        .await;
    let insert = json!({"sqlText": "INSERT INTO T VALUES (1)"});
    let once = || world.ask_as(&login, "the-same", insert.clone());
    let (one, two) = tokio::join!(once(), once());
    let three = once().await;
    for answer in [&one, &two, &three] {
        assert_eq!(answer["data"]["rowset"], json!([["1"]]));
        assert_eq!(answer["data"]["queryId"], one["data"]["queryId"]);
    }
    assert_eq!(world.rows(&login, "SELECT COUNT(*) FROM T").await, json!([["1"]]));
    // Another session's request of that id is another request.
    let other = world.login().await;
    world.run(&other, &["USE DATABASE D"]).await;
    world.ask_as(&other, "the-same", insert.clone()).await;
    assert_eq!(world.rows(&login, "SELECT COUNT(*) FROM T").await, json!([["2"]]));
}

#[tokio::test]
async fn old_results_make_room_for_new_ones() {
    let world = World::with(|config| config.limits.jobs = 2).await;
    let login = world.login().await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let answer = world.ask(&login, &format!("SELECT {number}")).await;
        ids.push(answer["data"]["queryId"].as_str().unwrap().to_owned());
    }
    let result = async |id: &str| world.get(&format!("/queries/{id}/result"), &login.token).await;
    assert_eq!(result(&ids[0]).await["code"], "000709");
    assert_eq!(result(&ids[1]).await["data"]["rowset"], json!([["1"]]));
    assert_eq!(result(&ids[2]).await["data"]["rowset"], json!([["2"]]));
    let status = world
        .get(&format!("/monitoring/queries/{}", ids[0]), &login.token)
        .await;
    assert_eq!(status["data"]["queries"], json!([]));
}

#[tokio::test]
async fn parts_of_a_large_result_go_with_it() {
    let world = World::with(|config| config.limits.results.memory = 1).await;
    let login = world.login().await;
    let sql = "SELECT REPEAT('x', 1000) FROM TABLE(GENERATOR(ROWCOUNT => 10000))";
    let answer = world.ask(&login, sql).await;
    let chunks = answer["data"]["chunks"].as_array().unwrap();
    assert!(!chunks.is_empty());
    let first = chunks[0]["url"].as_str().unwrap();
    assert!(first.starts_with("http://127.0.0.1:"));
    // The newest result stays, however large.
    let part = world.web.get(first).send().await.unwrap();
    assert_eq!(
        (part.status().as_u16(), &part.headers()["content-encoding"]),
        (200, &"gzip".parse().unwrap())
    );
    world.rows(&login, "SELECT 1").await;
    assert_eq!(world.web.get(first).send().await.unwrap().status(), 404);
}
