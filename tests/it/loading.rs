//! Loading: COPY in all its forms, stages as tables, and pipes.

use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use snowglobe::catalog::object::{Column, Database, Pipe, Schema, Stage, Table};
use snowglobe::catalog::{Fact, Object, ObjectBody, ObjectId, OptionValue, Options};
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::error::Error;
use snowglobe::pipe;
use snowglobe::types::SnowType;
use snowglobe::world::s3::{ObjectStorage, PutMode};

const START: &str = "2026-01-01T00:00:00Z";

/// An account with a bucket, and a session in its schema D.S.
struct World {
    account: Arc<Account>,
    clock: Arc<VirtualClock>,
    session: Session,
    schema: ObjectId,
}

type Text = Vec<Vec<Option<String>>>;

impl World {
    async fn new() -> Self {
        Self::build(None).await
    }

    async fn build(folder: Option<&Path>) -> Self {
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
            schema: 0,
        };
        let snapshot = world.account.catalog().snapshot();
        let database = snapshot
            .find(0, snowglobe::catalog::ObjectKind::Database, "D", 0)
            .map(|d| d.id);
        world.schema = match database {
            Some(database) => {
                snapshot
                    .find(database, snowglobe::catalog::ObjectKind::Schema, "S", 0)
                    .unwrap()
                    .id
            }
            None => {
                let database = world.create(0, "D", ObjectBody::Database(Database::default()));
                world.create(database, "S", ObjectBody::Schema(Schema::default()))
            }
        };
        world.session.context_mut().database = Some("D".to_string());
        world.session.context_mut().schema = Some("S".to_string());
        world
    }

    fn create(&self, parent: ObjectId, name: &str, body: ObjectBody) -> ObjectId {
        let id = self.account.catalog().new_object_id();
        let object = Object {
            id,
            parent,
            name: name.to_string(),
            owner: "ACCOUNTADMIN".to_string(),
            comment: None,
            created: self.account.clock().now(),
            dropped: None,
            session: None,
            body,
        };
        self.session
            .commit_facts(vec![Fact::Put(Box::new(object))])
            .unwrap();
        id
    }

    fn table(&self, name: &str, columns: &[(&str, &str)]) -> ObjectId {
        let columns = columns.iter().enumerate().map(|(at, (name, data_type))| Column {
            id: at as u32 + 1,
            name: (*name).to_string(),
            data_type: SnowType::parse(data_type.trim_end_matches(" NOT NULL")).unwrap(),
            nullable: !data_type.ends_with("NOT NULL"),
            default: None,
            identity: None,
            identity_ordered: false,
            initial: None,
            comment: None,
        });
        let columns: Vec<Column> = columns.collect();
        let table = Table {
            next_column_id: columns.len() as u32 + 1,
            columns,
            ..Table::default()
        };
        self.create(self.schema, name, ObjectBody::Table(table))
    }

    /// An external stage over `s3://raw/<path>`.
    fn stage(&self, name: &str, path: &str, format: &[(&str, &str)]) -> ObjectId {
        let options = format
            .iter()
            .map(|(name, value)| (name.to_string(), OptionValue::Text(value.to_string())));
        let stage = Stage {
            url: Some(format!("s3://raw/{path}")),
            file_format: Options(options.collect()),
            ..Stage::default()
        };
        self.create(self.schema, name, ObjectBody::Stage(stage))
    }

    fn pipe(&self, name: &str, copy: &str) -> ObjectId {
        let pipe = Pipe {
            copy: copy.to_string(),
            auto_ingest: true,
            paused: false,
            options: Options::default(),
            context: ("D".to_string(), "S".to_string()),
        };
        self.create(self.schema, name, ObjectBody::Pipe(pipe))
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

#[tokio::test]
async fn json_goes_into_a_variant_column_once() {
    let mut world = World::new().await;
    world.table("T", &[("V", "VARIANT")]);
    world.stage("ST", "in/", &[("TYPE", "JSON")]);
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
    world.table(
        "T",
        &[
            ("ID", "NUMBER"),
            ("NAME", "VARCHAR(20)"),
            ("FILE", "VARCHAR"),
            ("N", "NUMBER"),
        ],
    );
    world.stage("ST", "in/", &[("TYPE", "JSON")]);
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
    world.table("T", &[("V", "VARIANT"), ("FILE", "VARCHAR")]);
    world.stage("ST", "in/", &[("TYPE", "JSON")]);
    world.put("in/old.json", "{}\n").await;
    world.clock.advance_to("2026-01-01T00:01:00Z".parse().unwrap());
    world.pipe("P", "COPY INTO t FROM (SELECT $1, METADATA$FILENAME FROM @st)");
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
