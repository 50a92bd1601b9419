//! What the account remembers of its statements, and how they are stopped.

use std::sync::Arc;
use std::time::Duration;

use jiff::ToSpan;
use snowglobe::clock::{Clock, SystemClock, VirtualClock};
use snowglobe::engine::{Account, QueryStatus, Session};
use snowglobe::world::s3::ObjectStorage;

/// A query that would run for hours, without a row on its way.
const ENDLESS: &str = "SELECT SUM(a.n * b.n) FROM (SELECT SEQ8(0) AS n FROM TABLE(GENERATOR(ROWCOUNT => 1000000))) a, \
    (SELECT SEQ8(0) AS n FROM TABLE(GENERATOR(ROWCOUNT => 1000000))) b";

fn account(clock: Arc<dyn Clock>) -> Arc<Account> {
    let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
    Account::in_memory(clock, Arc::new(storage))
}

fn virtual_clock() -> Arc<VirtualClock> {
    Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()))
}

async fn rows(session: &mut Session, text: &str) -> Vec<String> {
    let result = session
        .execute(text)
        .await
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let rows = result.to_text(&session.context().types).unwrap();
    rows.iter()
        .map(|row| {
            row.iter()
                .map(|cell| cell.as_deref().unwrap_or("NULL"))
                .collect::<Vec<_>>()
                .join("|")
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_cancelled_statement_ends_and_leaves_nothing() {
    let account = account(Arc::new(SystemClock));
    let mut session = account.session("TESTER");
    session.execute("CREATE DATABASE d").await.unwrap();
    session.execute("CREATE TABLE t (n NUMBER)").await.unwrap();
    let handle = session.cancel_handle();
    assert!(!handle.cancel());
    for text in [
        ENDLESS.to_string(),
        format!("INSERT INTO t {ENDLESS}"),
        format!("CREATE TABLE u (n) AS {ENDLESS}"),
    ] {
        let seq = account.catalog().snapshot().seq;
        let stopping = handle.clone();
        let stopper = tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            stopping.cancel()
        });
        let outcome = tokio::time::timeout(Duration::from_secs(20), session.execute(&text)).await;
        let error = outcome.expect("a cancelled statement ends").unwrap_err();
        assert_eq!(
            (error.code(), error.sqlstate(), error.message()),
            (604, "57014", "SQL execution canceled")
        );
        assert!(stopper.await.unwrap());
        assert_eq!(account.catalog().snapshot().seq, seq);
        let id = session.last_query_id().unwrap().clone();
        assert_eq!(account.queries().get(&id).unwrap().status, QueryStatus::Aborted);
    }
    assert_eq!(rows(&mut session, "SELECT COUNT(*) FROM t").await, ["0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn scripts_without_an_end_are_stopped_and_roll_back_what_they_began() {
    let account = account(Arc::new(SystemClock));
    let mut session = account.session("TESTER");
    for text in [
        "CREATE DATABASE d",
        "CREATE TABLE t (n NUMBER)",
        "CREATE PROCEDURE endless() RETURNS INTEGER LANGUAGE SQL AS
         BEGIN
           BEGIN TRANSACTION;
           INSERT INTO t VALUES (1);
           LOOP NULL; END LOOP;
         EXCEPTION WHEN OTHER THEN COMMIT;
         END",
    ] {
        session.execute(text).await.unwrap();
    }
    let handle = session.cancel_handle();
    for text in [
        "BEGIN LET i := 0; WHILE (TRUE) DO i := i + 1; END WHILE; END",
        "CALL endless()",
        "BEGIN CALL endless(); END",
    ] {
        let stopping = handle.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(300)).await;
            stopping.cancel()
        });
        let outcome = tokio::time::timeout(Duration::from_secs(20), session.execute(text)).await;
        assert_eq!(outcome.expect("it ends").unwrap_err().code(), 604, "{text}");
        assert!(!session.in_transaction());
    }
    session
        .execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
        .await
        .unwrap();
    let outcome = tokio::time::timeout(Duration::from_secs(20), session.execute("CALL endless()")).await;
    assert_eq!(outcome.expect("it ends").unwrap_err().code(), 630);
    assert_eq!(rows(&mut session, "SELECT COUNT(*) FROM t").await, ["0"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_statement_ends_with_its_time() {
    let account = account(Arc::new(SystemClock));
    let mut session = account.session("TESTER");
    session
        .execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 1")
        .await
        .unwrap();
    let error = session.execute(ENDLESS).await.unwrap_err();
    assert_eq!((error.code(), error.sqlstate()), (630, "57014"), "{error}");
    assert_eq!(rows(&mut session, "SELECT 1").await, ["1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_virtual_clock_measures_a_statement() {
    let clock = virtual_clock();
    let mut session = account(Arc::clone(&clock) as Arc<dyn Clock>).session("TESTER");
    session
        .execute("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = 3600")
        .await
        .unwrap();
    let mover = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        clock.advance_to(clock.now() + 2.hours());
    });
    assert_eq!(session.execute(ENDLESS).await.unwrap_err().code(), 630);
    mover.await.unwrap();
}

#[tokio::test]
async fn results_are_read_again_from_any_session_of_the_user() {
    let account = account(virtual_clock());
    let mut first = account.session("TESTER");
    first.execute("CREATE DATABASE d").await.unwrap();
    first
        .execute("CREATE TABLE t (n NUMBER(4,1) NOT NULL, s VARCHAR(3))")
        .await
        .unwrap();
    let dml = first.execute("INSERT INTO t VALUES (1, 'a')").await.unwrap();
    let query = first.execute("SELECT * FROM t").await.unwrap();
    let show = first.execute("SHOW TABLES").await.unwrap();
    let mut second = account.session("TESTER");
    for result in [&dml, &query, &show] {
        let again = second
            .execute(&format!(
                "SELECT * FROM TABLE(RESULT_SCAN('{}'))",
                result.query_id
            ))
            .await
            .unwrap();
        assert_eq!(again.columns(), result.columns());
        assert_eq!(again.row_count(), result.row_count());
    }
    let text = format!("SELECT \"name\" FROM TABLE(RESULT_SCAN('{}'))", show.query_id);
    assert_eq!(rows(&mut second, &text).await, ["T"]);
    let mut other = account.session("OTHER");
    assert_eq!(other.execute(&text).await.unwrap_err().code(), 709);
}

#[tokio::test]
async fn the_history_tells_what_was_run() {
    let clock = virtual_clock();
    let account = account(Arc::clone(&clock) as Arc<dyn Clock>);
    let mut session = account.session("TESTER");
    for text in [
        "CREATE DATABASE d",
        "ALTER SESSION SET QUERY_TAG = 'nightly'",
        "CREATE TABLE t (n NUMBER)",
        "INSERT INTO t VALUES (1), (2)",
        "CREATE STAGE s URL = 's3://b/' CREDENTIALS = (AWS_KEY_ID = 'key' AWS_SECRET_KEY = 'hidden')",
    ] {
        session.execute(text).await.unwrap();
        clock.advance_to(clock.now() + 1.second());
    }
    session.execute("SELECT nothing").await.unwrap_err();
    session.execute("SELEC").await.unwrap_err();
    let text = "SELECT query_type, query_tag, execution_status, error_code, rows_produced, rows_inserted, database_name \
                FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY_BY_SESSION()) ORDER BY query_id";
    assert_eq!(
        rows(&mut session, text).await,
        [
            "CREATE_DATABASE||SUCCESS|NULL|1|0|NULL",
            "ALTER_SESSION||SUCCESS|NULL|1|0|D",
            "CREATE_TABLE|nightly|SUCCESS|NULL|1|0|D",
            "INSERT|nightly|SUCCESS|NULL|2|2|D",
            "CREATE_STAGE|nightly|SUCCESS|NULL|1|0|D",
            "SELECT|nightly|FAILED_WITH_ERROR|904|0|0|D",
            "UNKNOWN|nightly|FAILED_WITH_ERROR|1003|0|0|D",
            "SELECT|nightly|RUNNING|NULL|0|0|D",
        ]
    );
    let history = rows(
        &mut session,
        "SELECT query_text FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE query_text LIKE '%URL%'",
    )
    .await;
    assert!(
        history
            .iter()
            .any(|text| text.starts_with("CREATE STAGE") && text.contains("'*****'"))
    );
    assert!(history.iter().all(|text| !text.contains("hidden")), "{history:?}");
    let text = "SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY(RESULT_LIMIT => 2))";
    assert_eq!(rows(&mut session, text).await, ["2"]);
    let text = "SELECT COUNT(*) FROM TABLE(INFORMATION_SCHEMA.QUERY_HISTORY(END_TIME_RANGE_END => '2026-01-01 00:00:01'::TIMESTAMP_LTZ))";
    session
        .execute("ALTER SESSION SET TIMEZONE = 'UTC'")
        .await
        .unwrap();
    assert_eq!(rows(&mut session, text).await, ["2"]);
}

#[tokio::test]
async fn a_statement_whose_caller_is_gone_counts_as_aborted() {
    let account = account(virtual_clock());
    let mut session = account.session("TESTER");
    session.set_next_query_id("01c00000-0000-0000-0000-00000000ffff".to_string());
    let _ = tokio::time::timeout(
        Duration::ZERO,
        session.execute("SELECT SUM(1) FROM TABLE(GENERATOR(ROWCOUNT => 100000))"),
    )
    .await;
    let record = account
        .queries()
        .get("01c00000-0000-0000-0000-00000000ffff")
        .unwrap();
    assert_ne!(record.status, QueryStatus::Running);
}
