//! Sessions over the network: they keep their state, and end.

use snowglobe::engine::DmlCounts;
use snowglobe::error::Place;
use snowglobe::remote::Client;
use snowglobe::sql::statement::StatementKind;

use super::{World, quick, rows, value};

#[tokio::test]
async fn a_session_keeps_what_statements_set() {
    let world = World::new().await;
    let mut client = world.client().await;
    assert_eq!(client.place(), (None, None));
    client.execute("CREATE DATABASE D").await.unwrap();
    assert_eq!(client.place(), (Some("D"), Some("PUBLIC")));
    client.execute("SET X = 7").await.unwrap();
    assert_eq!(value(&mut client, "SELECT $X").await, "7");
    client.execute("CREATE TEMPORARY TABLE T (A INT)").await.unwrap();
    client.execute("BEGIN").await.unwrap();
    let inserted = client.execute("INSERT INTO T VALUES (1), (2)").await.unwrap();
    assert_eq!(inserted.kind, StatementKind::Insert);
    let counts = DmlCounts {
        inserted: 2,
        ..DmlCounts::default()
    };
    assert_eq!(inserted.counts, Some(counts));
    client.execute("ROLLBACK").await.unwrap();
    assert_eq!(value(&mut client, "SELECT COUNT(*) FROM T").await, "0");
    client
        .execute("ALTER SESSION SET TIMEZONE = 'UTC', DATE_OUTPUT_FORMAT = 'DD.MM.YYYY'")
        .await
        .unwrap();
    assert_eq!(client.types().get("TIMEZONE").unwrap(), "UTC");
    assert_eq!(
        value(&mut client, "SELECT '2026-02-03'::DATE").await,
        "03.02.2026"
    );
    assert!(client.about().version.contains('.'));
    client.close().await.unwrap();
    assert!(
        world
            .account
            .session("U")
            .execute("DESCRIBE TABLE D.PUBLIC.T")
            .await
            .is_err()
    );
}

#[tokio::test]
async fn a_failure_is_told_as_the_server_told_it() {
    let world = World::new().await;
    let mut client = world.client().await;
    let error = client.execute("SELEC 1").await.unwrap_err();
    let own = world.account.session("U").execute("SELEC 1").await.unwrap_err();
    assert_eq!(
        (error.code(), error.sqlstate(), error.message()),
        (own.code(), own.sqlstate(), own.message())
    );
    assert_eq!(error.place(), Some(Place { line: 1, position: 0 }));
    client.execute("CREATE DATABASE D").await.unwrap();
    let error = client.execute("SELECT * FROM NOWHERE").await.unwrap_err();
    assert_eq!((error.code(), error.sqlstate()), (2003, "42S02"));
    // The session goes on.
    assert_eq!(
        rows(&mut client, "SELECT 1, NULL").await,
        [[Some("1".to_owned()), None]]
    );
}

#[tokio::test]
async fn names_and_parameters_of_the_connection_are_there_from_the_start() {
    let world = World::new().await;
    let mut setup = world.account.session("U");
    for sql in ["CREATE DATABASE D", "CREATE SCHEMA S", "CREATE WAREHOUSE W"] {
        setup.execute(sql).await.unwrap();
    }
    let more = "password = 'p'\ndatabase = 'D'\nschema = 'S'\nwarehouse = 'W'\n\
                session_parameters = { TIMEZONE = 'UTC', QUERY_TAG = 'mine' }";
    let mut options = quick();
    options
        .session_parameters
        .insert("QUERY_TAG".to_owned(), "ours".into());
    let mut client = Client::connect(&world.connection(more), options).await.unwrap();
    assert_eq!(client.place(), (Some("D"), Some("S")));
    assert_eq!(value(&mut client, "SELECT CURRENT_WAREHOUSE()").await, "W");
    assert_eq!(client.types().get("TIMEZONE").unwrap(), "UTC");
    assert_eq!(
        rows(&mut client, "SHOW PARAMETERS LIKE 'QUERY_TAG'").await[0][1].as_deref(),
        Some("ours")
    );
}
