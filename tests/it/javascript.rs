//! JavaScript that does not end by itself: what it is called in ends it, and everything else goes on.

use std::sync::Arc;
use std::time::Duration;

use jiff::Span;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::error::Error;
use snowglobe::world::s3::ObjectStorage;

/// How often a test looks whether something has begun.
const LOOK: Duration = Duration::from_millis(5);

async fn session() -> (Session, Arc<VirtualClock>) {
    let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
    let storage = ObjectStorage::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, Default::default());
    let account = Account::in_memory(Arc::clone(&clock) as Arc<dyn Clock>, Arc::new(storage));
    let mut session = account.session("TESTER");
    for text in [
        "CREATE DATABASE d",
        "CREATE TABLE t (a INT)",
        "INSERT INTO t VALUES (1), (2), (3)",
        "CREATE PROCEDURE endless() RETURNS VARCHAR LANGUAGE JAVASCRIPT AS $$ snowflake.execute({sqlText: 'BEGIN'}); snowflake.execute({sqlText: 'DELETE FROM t'}); for (;;) { try { for (;;) {} } catch (e) {} } $$",
        "CREATE FUNCTION forever(x FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'while (true) {}'",
        "CREATE FUNCTION forever_rows(x FLOAT) RETURNS TABLE (a FLOAT) LANGUAGE JAVASCRIPT AS '{processRow() { while (true) {} }}'",
        "CREATE FUNCTION twice(x FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'return X * 2;'",
    ] {
        session.execute(text).await.unwrap();
    }
    (session, clock)
}

const ENDLESS: [&str; 4] = [
    "CALL endless()",
    "SELECT forever(a) FROM t",
    "SELECT * FROM t, TABLE(forever_rows(a::FLOAT))",
    "INSERT INTO t SELECT forever(1)",
];

/// The session works as before, and nothing was changed.
async fn works(session: &mut Session) {
    let result = session
        .execute("SELECT SUM(twice(a)), COUNT(*) FROM t")
        .await
        .unwrap();
    let rows = result.to_text(&session.context().types).unwrap();
    assert_eq!(rows, [[Some("12".to_string()), Some("3".to_string())]]);
}

async fn failure(session: &mut Session, text: &str) -> Error {
    match session.execute(text).await {
        Err(error) => error,
        Ok(_) => panic!("{text} ended"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_javascript_can_be_cancelled() {
    let (mut session, _) = session().await;
    for text in ENDLESS {
        let cancel = session.cancel_handle();
        let canceller = tokio::spawn(async move {
            while !cancel.cancel() {
                tokio::time::sleep(LOOK).await;
            }
        });
        let error = failure(&mut session, text).await;
        // A statement of the procedure may be what was cancelled.
        assert!(error.message().contains("canceled"), "{text}: {error}");
        canceller.await.unwrap();
        works(&mut session).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endless_javascript_runs_into_its_statements_timeout() {
    let (mut session, clock) = session().await;
    session
        .execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 30")
        .await
        .unwrap();
    for text in ENDLESS {
        let clock = Arc::clone(&clock);
        let advancing = tokio::spawn(async move {
            loop {
                tokio::time::sleep(LOOK).await;
                let later = clock.now().checked_add(Span::new().seconds(10)).unwrap();
                clock.advance_to(later);
            }
        });
        let error = failure(&mut session, text).await;
        assert_eq!(error.code(), 630, "{text}: {error}");
        advancing.abort();
        works(&mut session).await;
    }
}
