//! Loading: COPY in all its forms, stages as tables, and pipes.

mod copy;
mod external_tables;
mod formats;
mod infer;
mod pipes;
mod stages;
mod transform;
mod unload;

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::error::Error;
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

    async fn fails(&mut self, sql: &str) -> Error {
        match self.session.execute(sql).await {
            Ok(_) => panic!("{sql} succeeded"),
            Err(error) => error,
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

/// A world with the CSV files of a map under the stage ST, and a table T (A NUMBER, B VARCHAR(3)).
async fn csv_world(files: &[(&str, &str)]) -> World {
    let mut world = World::over(None).await;
    world.run("CREATE STAGE st URL = 's3://raw/in/'").await;
    world.run("CREATE TABLE t (a NUMBER, b VARCHAR(3))").await;
    for (name, content) in files {
        world.put(&format!("in/{name}"), content.to_string()).await;
    }
    world
}

/// Rows as lines: cells with blanks between, `-` for NULL.
fn lines(rows: &Text) -> Vec<String> {
    let line = |row: &Vec<Option<String>>| {
        row.iter()
            .map(|cell| cell.clone().unwrap_or("-".into()))
            .collect::<Vec<_>>()
            .join(" ")
    };
    rows.iter().map(line).collect()
}
