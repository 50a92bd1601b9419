//! A network that fails: statements run once, and results come whole or not at all.

use std::time::Duration;

use serde_json::json;
use snowglobe::remote::{Client, ClientOptions};

use super::proxy::{Fault, Proxy};
use super::{World, connection, quick, value};

const QUERY: &str = "/queries/v1/query-request";
const MANY: &str =
    "SELECT SEQ4() || REPEAT('x', 1000) AS T, SEQ4() AS N FROM TABLE(GENERATOR(ROWCOUNT => 6000))";

/// A session through a proxy, with a table.
async fn faulty(options: ClientOptions) -> (World, Proxy, Client) {
    let world = World::with(|config| config.limits.patience = Duration::from_millis(100)).await;
    let proxy = Proxy::before(&world).await;
    let connection = connection(proxy.port(), "password = 'p'");
    let mut client = Client::connect(&connection, options).await.unwrap();
    for sql in ["CREATE DATABASE D", "CREATE TABLE T (A INT)"] {
        client.execute(sql).await.unwrap();
    }
    (world, proxy, client)
}

#[tokio::test]
async fn a_statement_runs_once_whatever_becomes_of_its_requests() {
    let mut options = quick();
    options.read_timeout = Duration::from_millis(1500);
    let (_world, proxy, mut client) = faulty(options).await;
    for (number, fault) in [
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::Status(503),
        Fault::Status(429),
        Fault::Garbage("<html>a proxy's page</html>"),
        Fault::Garbage(""),
        Fault::Slow(Duration::from_secs(3)),
        Fault::Truncate,
        Fault::Damage,
    ]
    .into_iter()
    .enumerate()
    {
        proxy.next(QUERY, fault);
        let result = client.execute("INSERT INTO T VALUES (1)").await;
        let counts = result.unwrap_or_else(|error| panic!("{number}: {error}")).counts;
        assert_eq!(counts.unwrap().inserted, 1, "{number}");
        let seen = proxy.seen(QUERY);
        let [.., first, again] = seen.as_slice() else {
            panic!("{number}: {seen:?}");
        };
        assert_eq!(
            first.parameter("requestId"),
            again.parameter("requestId"),
            "{number}"
        );
        assert_ne!(
            first.parameter("request_guid"),
            again.parameter("request_guid"),
            "{number}"
        );
        assert_eq!(
            (first.parameter("retryCount"), again.parameter("retryCount")),
            (None, Some("1")),
            "{number}"
        );
        let count = value(&mut client, "SELECT COUNT(*) FROM T").await;
        assert_eq!(count, (number + 1).to_string(), "{number}");
    }
    assert!(proxy.is_done());
}

#[tokio::test]
async fn what_cannot_become_better_is_not_tried_again() {
    let (_world, proxy, mut client) = faulty(quick()).await;
    for (status, what) in [
        (403, "no such account"),
        (404, "no Snowflake account"),
        (400, "HTTP status 400"),
    ] {
        let before = proxy.seen(QUERY).len();
        proxy.next(QUERY, Fault::Status(status));
        let error = client.execute("SELECT 1").await.unwrap_err();
        assert!(error.message().contains(what), "{error}");
        assert_eq!((error.code(), error.sqlstate()), (0, "58000"));
        assert_eq!(proxy.seen(QUERY).len(), before + 1);
    }
    let before = proxy.seen(QUERY).len();
    proxy.next(QUERY, Fault::Garbage("[\"something else\"]"));
    let error = client.execute("SELECT 1").await.unwrap_err();
    assert!(error.message().contains("none of Snowflake's"), "{error}");
    assert_eq!(proxy.seen(QUERY).len(), before + 1);
}

#[tokio::test]
async fn patience_ends_with_the_reason_and_the_session_goes_on() {
    let mut options = quick();
    options.retries.within = Duration::from_millis(200);
    let (_world, proxy, mut client) = faulty(options).await;
    for _ in 0..40 {
        proxy.next(QUERY, Fault::Status(503));
    }
    let error = client.execute("SELECT 1").await.unwrap_err();
    assert!(
        error.message().contains("HTTP status 503") && error.message().contains("attempts)"),
        "{error}"
    );
    for _ in 0..40 {
        if proxy.is_done() {
            break;
        }
        let _ = client.execute("SELECT 1").await;
    }
    assert_eq!(value(&mut client, "SELECT 1").await, "1");
}

#[tokio::test]
async fn an_expired_token_is_renewed_under_the_statement() {
    let (_world, proxy, mut client) = faulty(quick()).await;
    proxy.next(
        QUERY,
        Fault::Reply(json!({"success": false, "code": "390112", "data": null, "message": "expired"})),
    );
    client.execute("INSERT INTO T VALUES (1)").await.unwrap();
    proxy.next(QUERY, Fault::Status(401));
    client.execute("INSERT INTO T VALUES (1)").await.unwrap();
    assert_eq!(proxy.seen("/session/token-request").len(), 2);
    assert_eq!(value(&mut client, "SELECT COUNT(*) FROM T").await, "2");
    // Also when the statement had been run.
    proxy.next(
        QUERY,
        Fault::Rewrite(Box::new(|answer| {
            *answer = json!({"success": false, "code": "390112", "data": null, "message": "expired"});
        })),
    );
    client.execute("INSERT INTO T VALUES (1)").await.unwrap();
    assert_eq!(value(&mut client, "SELECT COUNT(*) FROM T").await, "3");
}

#[tokio::test]
async fn a_session_that_is_over_is_told_so() {
    let (_world, proxy, mut client) = faulty(quick()).await;
    let refused =
        |code: &str| Fault::Reply(json!({"success": false, "code": code, "data": null, "message": "over"}));
    proxy.next(QUERY, refused("390112"));
    proxy.next("/session/token-request", refused("390114"));
    let error = client.execute("SELECT 1").await.unwrap_err();
    assert_eq!(error.code(), 390_114);
    assert!(error.message().contains("come to its end"), "{error}");
    proxy.next(QUERY, refused("390111"));
    assert_eq!(client.execute("SELECT 1").await.unwrap_err().code(), 390_111);
}

#[tokio::test]
async fn tokens_that_expire_in_earnest_are_renewed() {
    let world = World::with(|config| config.validity.session = Duration::from_secs(1)).await;
    let mut client = world.client().await;
    client.execute("SET X = 1").await.unwrap();
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(value(&mut client, "SELECT $X").await, "1");
}

#[tokio::test]
async fn large_results_come_whole_or_not_at_all() {
    let (world, proxy, mut client) = faulty(quick()).await;
    let mut session = world.account.session("U");
    let own = session.execute(MANY).await.unwrap();
    let own = own.to_text(&session.context().types).unwrap();
    for fault in [
        Fault::DropBefore,
        Fault::DropAfter,
        Fault::Status(500),
        Fault::Truncate,
        Fault::Damage,
        Fault::Garbage("[\"1\""),
        Fault::Garbage("[\"1\",\"2\"]"),
    ] {
        proxy.next("/results/", fault);
        let result = client.execute(MANY).await.unwrap();
        assert!(result.to_text(client.types()).unwrap() == own);
        assert!(proxy.is_done());
    }
    assert!(proxy.seen("/results/").len() > 7);
    for _ in 0..2 {
        proxy.next("/results/", Fault::Garbage("[\"1\",\"2\"]"));
    }
    client.execute(MANY).await.unwrap();
    proxy.next("/results/", Fault::Status(403));
    let error = client.execute(MANY).await.unwrap_err();
    assert!(error.message().contains("part 1 of a result"), "{error}");
    let mut small = quick();
    small.most_bytes = 100_000;
    let mut narrow = Client::connect(&world.connection("password = 'p'"), small)
        .await
        .unwrap();
    let error = narrow.execute(MANY).await.unwrap_err();
    assert!(error.message().contains("larger than"), "{error}");
}

/// A statement that waits for a lock, and the session that holds it.
async fn locked(client: &mut Client, world: &World) -> snowglobe::engine::Session {
    client.execute("INSERT INTO T VALUES (1)").await.unwrap();
    let mut holder = world.account.session("U");
    for sql in ["USE DATABASE D", "BEGIN", "UPDATE T SET A = A + 1"] {
        holder.execute(sql).await.unwrap();
    }
    holder
}

#[tokio::test]
async fn a_long_statement_is_waited_for() {
    let (world, proxy, mut client) = faulty(quick()).await;
    let mut holder = locked(&mut client, &world).await;
    proxy.next("/queries/", Fault::Slow(Duration::ZERO));
    let freed = async {
        super::until(|| {
            proxy
                .seen("/queries/")
                .iter()
                .any(|seen| seen.path.ends_with("/result"))
        })
        .await;
        holder.execute("COMMIT").await.unwrap();
    };
    let (updated, ()) = tokio::join!(client.execute("UPDATE T SET A = A * 10"), freed);
    assert_eq!(updated.unwrap().counts.unwrap().updated, 1);
    assert_eq!(value(&mut client, "SELECT A FROM T").await, "20");
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_ended() {
    let (world, proxy, mut client) = faulty(quick()).await;
    let mut holder = locked(&mut client, &world).await;
    {
        let running = client.execute("UPDATE T SET A = A * 10");
        let polled = super::until(|| {
            proxy
                .seen("/queries/")
                .iter()
                .any(|seen| seen.path.ends_with("/result"))
        });
        tokio::select! {
            _ = running => panic!("the lock is held"),
            () = polled => {}
        }
    }
    super::until(|| !proxy.seen("/queries/v1/abort-request").is_empty()).await;
    // The session is free again, and the statement left nothing.
    client.execute("SET X = 1").await.unwrap();
    holder.execute("COMMIT").await.unwrap();
    assert_eq!(value(&mut client, "SELECT A FROM T").await, "2");
}

#[tokio::test]
async fn a_statement_has_its_time() {
    let mut options = quick();
    options.statement_timeout = Some(Duration::from_secs(2));
    let (world, proxy, mut client) = faulty(options).await;
    let mut holder = locked(&mut client, &world).await;
    let error = client.execute("UPDATE T SET A = A * 10").await.unwrap_err();
    assert_eq!((error.code(), error.sqlstate()), (630, "57014"));
    super::until(|| !proxy.seen("/queries/v1/abort-request").is_empty()).await;
    holder.execute("COMMIT").await.unwrap();
    assert_eq!(value(&mut client, "SELECT A FROM T").await, "2");
}
