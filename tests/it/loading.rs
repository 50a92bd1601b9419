//! Loading: COPY in all its forms, stages as tables, and pipes.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::pipe;
use snowglobe::world::s3::{ObjectStorage, PutMode};

const START: &str = "2026-01-01T00:00:00Z";

/// An account with a bucket `raw`, and a session in its schema D.S.
struct World {
    account: Arc<Account>,
    clock: Arc<VirtualClock>,
    session: Session,
}

type Text = Vec<Vec<Option<String>>>;

impl World {
    /// A world in memory, with JSON files under `s3://raw/in/` as the stage ST.
    async fn new() -> Self {
        let mut world = Self::over(None).await;
        world
            .run("CREATE STAGE st URL = 's3://raw/in/' FILE_FORMAT = (TYPE = JSON)")
            .await;
        world
    }

    /// A world in memory or in a folder.
    async fn over(folder: Option<&Path>) -> Self {
        let clock = Arc::new(VirtualClock::new(START.parse().unwrap()));
        let as_clock = Arc::clone(&clock) as Arc<dyn Clock>;
        let storage = match folder {
            None => ObjectStorage::in_memory(Arc::clone(&as_clock), Default::default()),
            Some(folder) => {
                ObjectStorage::open_directory(folder.join("s3"), Arc::clone(&as_clock), Default::default())
                    .unwrap()
            }
        };
        storage.ensure_bucket("raw").await.unwrap();
        let storage = Arc::new(storage);
        let account = match folder {
            None => Account::in_memory(as_clock, storage),
            Some(folder) => Account::open(&folder.join("data"), as_clock, storage).unwrap(),
        };
        let session = account.session("TESTER");
        let mut world = Self {
            account,
            clock,
            session,
        };
        world.run("CREATE DATABASE IF NOT EXISTS d").await;
        world.run("CREATE SCHEMA IF NOT EXISTS d.s").await;
        world.run("USE SCHEMA d.s").await;
        world
    }

    fn wait(&self, minutes: i64) {
        let later = self.clock.now() + jiff::SignedDuration::from_mins(minutes);
        self.clock.advance_to(later);
    }

    async fn put(&self, key: &str, content: impl Into<Bytes>) {
        self.account
            .storage()
            .put("raw", key, content.into(), PutMode::Overwrite)
            .await
            .unwrap();
    }

    async fn run(&mut self, sql: &str) -> Text {
        match self.session.execute(sql).await {
            Ok(result) => result.to_text(&self.session.context().types).unwrap(),
            Err(error) => panic!("{sql}: {error}"),
        }
    }

    async fn count(&mut self, table: &str) -> u64 {
        let rows = self.run(&format!("SELECT COUNT(*) FROM {table}")).await;
        rows[0][0].as_ref().unwrap().parse().unwrap()
    }
}

/// STATUS, ROWS_PARSED, ROWS_LOADED and ERRORS_SEEN of each file.
fn statuses(rows: &Text) -> Vec<String> {
    let cell = |row: &Vec<Option<String>>, at: usize| row[at].clone().unwrap_or_default();
    rows.iter()
        .map(|row| {
            format!(
                "{} {} {} {}",
                cell(row, 1),
                cell(row, 2),
                cell(row, 3),
                cell(row, 5)
            )
        })
        .collect()
}

fn gzip(text: &str) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn json_goes_into_a_variant_column_once() {
    let mut world = World::new().await;
    world.run("CREATE TABLE t (v VARIANT)").await;
    world.put("in/a.json", "{\"a\":1}\n{\"a\":2}\n").await;
    world.put("in/b.json.gz", gzip("{\"a\":3}\n")).await;
    let rows = world.run("COPY INTO t FROM @st").await;
    assert_eq!(rows[0][0].as_deref(), Some("s3://raw/in/a.json"));
    assert_eq!(statuses(&rows), ["LOADED 2 2 0", "LOADED 1 1 0"]);
    let sum = world.run("SELECT SUM(v:a) FROM t").await;
    assert_eq!(sum[0][0].as_deref(), Some("6"));

    let again = world.run("COPY INTO t FROM @st").await;
    assert_eq!(
        again,
        [[Some("Copy executed with 0 files processed.".to_string())]]
    );
    world.run("COPY INTO t FROM @st FORCE = TRUE").await;
    assert_eq!(world.count("t").await, 6);

    // Another content under the name is another file.
    world.put("in/a.json", "{\"a\":9}\n").await;
    assert_eq!(
        statuses(&world.run("COPY INTO t FROM @st").await),
        ["LOADED 1 1 0"]
    );

    world.run("TRUNCATE TABLE t").await;
    assert_eq!(world.run("COPY INTO t FROM @st").await.len(), 2);
    assert_eq!(world.count("t").await, 2);
}

#[tokio::test]
async fn a_query_reshapes_what_is_loaded() {
    let mut world = World::new().await;
    world
        .run("CREATE TABLE t (id NUMBER, name VARCHAR(20), file VARCHAR, n NUMBER)")
        .await;
    world
        .put("in/a.json", "{\"id\":1,\"p\":{\"name\":\"x\"}}\n{\"id\":2}\n")
        .await;
    world.put("in/b.json", "{\"id\":3}\n").await;
    let copy = "COPY INTO t (id, name, file, n) FROM (SELECT $1:id::NUMBER, t.$1:p.name::VARCHAR, METADATA$FILENAME, \
                METADATA$FILE_ROW_NUMBER FROM @st t)";
    assert_eq!(statuses(&world.run(copy).await), ["LOADED 2 2 0", "LOADED 1 1 0"]);
    let rows = world.run("SELECT * FROM t ORDER BY id").await;
    let shown: Vec<String> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|c| c.clone().unwrap_or("-".into()))
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    assert_eq!(shown, ["1 x in/a.json 1", "2 - in/a.json 2", "3 - in/b.json 1"]);
}

#[tokio::test]
async fn a_pipe_loads_each_new_file_once() {
    let mut world = World::new().await;
    world.run("CREATE TABLE t (v VARIANT, file VARCHAR)").await;
    world.put("in/old.json", "{}\n").await;
    world.wait(1);
    world
        .run("CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO t FROM (SELECT $1, METADATA$FILENAME FROM @st)")
        .await;
    world.put("in/1.json", "{\"a\":1}\n").await;
    world.put("in/2.json", "not json\n").await;
    world.put("elsewhere/3.json", "{}\n").await;
    let report = pipe::drain(&world.account).await;
    assert_eq!((report.files(), report.rows()), (1, 1));
    assert_eq!(report.pipes[0].rejected.len(), 1);
    assert_eq!(report.pipes[0].rejected[0].file, "2.json");
    // Nothing is new: neither the old file, nor the failed one, nor another content under a loaded name.
    world.put("in/1.json", "{\"a\":2}\n").await;
    let report = pipe::drain(&world.account).await;
    assert_eq!((report.files(), report.pipes[0].rejected.len()), (0, 0));
    // A failed file may be put right.
    world.put("in/2.json", "{\"a\":3}\n").await;
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
    assert_eq!(world.count("t").await, 2);
}
