//! What time lets go of: dropped objects, old versions, task runs.

use std::sync::Arc;

use jiff::SignedDuration;
use snowglobe::catalog::ObjectKind;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::world::s3::ObjectStorage;

fn account() -> (Arc<VirtualClock>, Arc<Account>, Session) {
    let clock = Arc::new(VirtualClock::new("2026-03-02T09:00:00Z".parse().unwrap()));
    let as_clock = Arc::clone(&clock) as Arc<dyn Clock>;
    let storage = Arc::new(ObjectStorage::in_memory(
        Arc::clone(&as_clock),
        Default::default(),
    ));
    let account = Account::in_memory(as_clock, storage);
    let session = account.session("TESTER");
    (clock, account, session)
}

async fn run(session: &mut Session, script: &str) {
    for statement in snowglobe::sql::split(script) {
        if let Err(error) = session.execute(&statement.text).await {
            panic!("{}: {error}", statement.text);
        }
    }
}

#[tokio::test]
async fn what_undrop_cannot_bring_back_is_removed() {
    let (clock, account, mut session) = account();
    run(
        &mut session,
        "CREATE DATABASE D;
         CREATE TABLE SHORT (A INT) DATA_RETENTION_TIME_IN_DAYS = 1;
         CREATE TABLE LONG (A INT) DATA_RETENTION_TIME_IN_DAYS = 5;
         CREATE SCHEMA S; CREATE TABLE S.INSIDE (A INT);
         INSERT INTO S.INSIDE VALUES (1);
         DROP TABLE PUBLIC.SHORT; DROP TABLE PUBLIC.LONG; DROP SCHEMA S",
    )
    .await;
    let later = clock.now().checked_add(SignedDuration::from_hours(49)).unwrap();
    clock.advance_to(later);
    // Whatever drops something looks after what was dropped before.
    run(
        &mut session,
        "USE SCHEMA PUBLIC; CREATE TABLE OTHER (A INT); DROP TABLE OTHER",
    )
    .await;
    let snapshot = account.catalog().snapshot();
    let tables: Vec<&str> = snapshot
        .objects()
        .filter(|object| object.kind() == ObjectKind::Table)
        .map(|object| object.name.as_str())
        .collect();
    assert_eq!(tables, ["LONG", "OTHER"]);
    run(&mut session, "UNDROP TABLE LONG; UNDROP TABLE OTHER").await;
    for gone in ["UNDROP TABLE SHORT", "UNDROP SCHEMA S"] {
        assert_eq!(session.execute(gone).await.unwrap_err().code(), 2003);
    }
}
