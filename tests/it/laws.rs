//! Laws that hold for every history: MERGE against a naive model, streams against what they watch, the data directory
//! against a crash at any byte.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use proptest::prelude::*;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::world::s3::ObjectStorage;

fn clock() -> Arc<VirtualClock> {
    Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()))
}

pub(super) fn memory() -> Arc<Account> {
    let clock = clock();
    let storage = Arc::new(ObjectStorage::in_memory(
        Arc::clone(&clock) as Arc<dyn Clock>,
        Default::default(),
    ));
    Account::in_memory(clock, storage)
}

fn on_disk(folder: &Path) -> Arc<Account> {
    let clock = clock();
    let storage = Arc::new(ObjectStorage::in_memory(
        Arc::clone(&clock) as Arc<dyn Clock>,
        Default::default(),
    ));
    Account::open(folder, clock, storage).unwrap()
}

pub(super) async fn run(session: &mut Session, sql: &str) {
    if let Err(error) = session.execute(sql).await {
        panic!("{sql}: {error}");
    }
}

/// The rows of a query as text.
pub(super) async fn rows(session: &mut Session, sql: &str) -> Vec<Vec<Option<String>>> {
    match session.execute(sql).await {
        Ok(result) => result.to_text(&session.context().types).unwrap(),
        Err(error) => panic!("{sql}: {error}"),
    }
}

pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(future)
}

/// `(1,'2'),(3,'4')` for VALUES; a row that no predicate keeps when there are none.
fn values(pairs: &[(u8, u8)]) -> String {
    let shown: Vec<String> = pairs.iter().map(|(id, v)| format!("({id},{v})")).collect();
    shown.join(",")
}

fn table_of(rows: Vec<Vec<Option<String>>>) -> BTreeMap<i64, i64> {
    let number = |cell: &Option<String>| cell.as_ref().unwrap().parse::<i64>().unwrap();
    rows.iter()
        .map(|row| (number(&row[0]), number(&row[1])))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn merge_equals_a_naive_model(
        target in prop::collection::btree_map(0u8..12, any::<u8>(), 0..10),
        source in prop::collection::btree_map(0u8..12, any::<u8>(), 1..10),
    ) {
        let mut model: BTreeMap<i64, i64> = target.iter().map(|(k, v)| (i64::from(*k), i64::from(*v))).collect();
        for (id, value) in &source {
            let (id, value) = (i64::from(*id), i64::from(*value));
            match model.get(&id).copied() {
                Some(old) if value % 3 == 0 => { model.remove(&id); let _ = old; }
                Some(old) if value > old => { model.insert(id, value); }
                Some(_) => {}
                None if value % 2 == 0 => { model.insert(id, value + 1000); }
                None => {}
            }
        }
        let found = block_on(async {
            let account = memory();
            let mut session = account.session("LAW");
            run(&mut session, "CREATE DATABASE D").await;
            run(&mut session, "CREATE TABLE T (ID INT, V INT)").await;
            run(&mut session, "CREATE TABLE S (ID INT, V INT)").await;
            let pairs = |map: &BTreeMap<u8, u8>| map.iter().map(|(k, v)| (*k, *v)).collect::<Vec<_>>();
            if !target.is_empty() {
                run(&mut session, &format!("INSERT INTO T VALUES {}", values(&pairs(&target)))).await;
            }
            run(&mut session, &format!("INSERT INTO S VALUES {}", values(&pairs(&source)))).await;
            run(&mut session, "MERGE INTO T USING S ON T.ID = S.ID \
                WHEN MATCHED AND S.V % 3 = 0 THEN DELETE \
                WHEN MATCHED AND S.V > T.V THEN UPDATE SET V = S.V \
                WHEN NOT MATCHED AND S.V % 2 = 0 THEN INSERT (V, ID) VALUES (S.V + 1000, S.ID)").await;
            table_of(rows(&mut session, "SELECT ID, V FROM T").await)
        });
        prop_assert_eq!(found, model);
    }

    #[test]
    fn a_replica_fed_by_a_stream_equals_its_source(
        steps in prop::collection::vec((0u8..5, 0u8..8, any::<u8>()), 1..14),
        consume in prop::collection::vec(any::<bool>(), 14),
    ) {
        let (source, replica) = block_on(async {
            let account = memory();
            let mut session = account.session("LAW");
            run(&mut session, "CREATE DATABASE D").await;
            run(&mut session, "CREATE TABLE T (ID INT, V INT)").await;
            run(&mut session, "CREATE TABLE R (ID INT, V INT)").await;
            run(&mut session, "CREATE STREAM S ON TABLE T").await;
            let feed = "MERGE INTO R USING (SELECT * FROM S QUALIFY ROW_NUMBER() OVER (PARTITION BY ID ORDER BY METADATA$ACTION DESC) = 1) S \
                ON R.ID = S.ID \
                WHEN MATCHED AND S.METADATA$ACTION = 'DELETE' THEN DELETE \
                WHEN MATCHED THEN UPDATE SET V = S.V \
                WHEN NOT MATCHED AND S.METADATA$ACTION = 'INSERT' THEN INSERT VALUES (S.ID, S.V)";
            for ((kind, id, value), consume) in steps.iter().zip(&consume) {
                let sql = match kind {
                    // One row per id, so that the id is a key.
                    0 | 1 => format!(
                        "MERGE INTO T USING (SELECT {id} AS ID, {value} AS V) N ON T.ID = N.ID \
                         WHEN NOT MATCHED THEN INSERT VALUES (N.ID, N.V)"),
                    2 => format!("UPDATE T SET V = {value} WHERE ID = {id}"),
                    3 => format!("DELETE FROM T WHERE ID = {id}"),
                    _ => format!("UPDATE T SET V = V + {value} WHERE ID > {id}"),
                };
                run(&mut session, &sql).await;
                if *consume {
                    run(&mut session, feed).await;
                }
            }
            run(&mut session, feed).await;
            assert!(rows(&mut session, "SELECT * FROM S").await.is_empty());
            (
                table_of(rows(&mut session, "SELECT ID, V FROM T").await),
                table_of(rows(&mut session, "SELECT ID, V FROM R").await),
            )
        });
        prop_assert_eq!(source, replica);
    }

    #[test]
    fn a_log_cut_at_any_byte_opens_at_a_committed_moment(cut in any::<prop::sample::Index>()) {
        let folder = tempfile::tempdir().unwrap();
        let states = block_on(async {
            let account = on_disk(folder.path());
            let mut session = account.session("LAW");
            run(&mut session, "CREATE DATABASE D").await;
            run(&mut session, "CREATE TABLE T (ID INT, V INT)").await;
            let mut states = vec![Vec::new()];
            for sql in [
                "INSERT INTO T VALUES (1, 1), (2, 2)",
                "UPDATE T SET V = 20 WHERE ID = 2",
                "DELETE FROM T WHERE ID = 1",
                "INSERT OVERWRITE INTO T VALUES (3, 3)",
                "TRUNCATE TABLE T",
                "INSERT INTO T SELECT 4, 4",
            ] {
                run(&mut session, sql).await;
                states.push(rows(&mut session, "SELECT * FROM T ORDER BY ID").await);
            }
            states
        });
        let path = folder.path().join("commits.log");
        let log = std::fs::read(&path).unwrap();
        std::fs::write(&path, &log[..cut.index(log.len() + 1)]).unwrap();
        block_on(async {
            let account = on_disk(folder.path());
            let mut session = account.session("LAW");
            match session.execute("SELECT * FROM D.PUBLIC.T ORDER BY ID").await {
                Ok(result) => {
                    let found = result.to_text(&session.context().types).unwrap();
                    assert!(states.contains(&found), "{found:?}");
                }
                // Cut before the table was there.
                Err(error) => assert_eq!(error.code(), 2003, "{error}"),
            }
            run(&mut session, "CREATE DATABASE IF NOT EXISTS AFTERWARDS").await;
        });
        // What was committed after the cut is there at the next start.
        block_on(async {
            let mut session = on_disk(folder.path()).session("LAW");
            run(&mut session, "USE DATABASE AFTERWARDS").await;
        });
    }
}
