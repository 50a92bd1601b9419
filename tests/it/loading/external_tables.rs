//! External tables over a bucket. What holds without files is among the SQL cases.

use super::*;

const AVRO: &[u8] = include_bytes!("files/events-deflate.avro");
const ORC: &[u8] = include_bytes!("files/events.orc");

/// A world with JSON files of two days under the stage ST.
async fn world() -> World {
    let world = World::new().await;
    world
        .put("in/2026-01-01/a.json", "{\"id\":1,\"n\":\"one\"}\n{\"id\":2}\n")
        .await;
    world
        .put("in/2026-01-02/b.json", "{\"id\":3,\"n\":\"three\"}\n")
        .await;
    world
}

const CREATE: &str = "CREATE EXTERNAL TABLE e (
    id NUMBER AS (value:id::NUMBER),
    n VARCHAR AS (value:n::VARCHAR) NOT NULL,
    day DATE AS TO_DATE(SPLIT_PART(metadata$filename, '/', 2)) COMMENT 'from the name'
  ) PARTITION BY (day) WITH LOCATION = @st/ AUTO_REFRESH = FALSE FILE_FORMAT = (TYPE = JSON)";

#[tokio::test]
async fn an_external_table_shows_the_files_of_its_last_refresh() {
    let mut world = world().await;
    world.run(CREATE).await;
    let all = "SELECT id, n, day FROM e ORDER BY id";
    assert_eq!(
        lines(&world.run(all).await),
        ["1 one 2026-01-01", "2 - 2026-01-01", "3 three 2026-01-02"]
    );
    let star = world.run("SELECT * FROM e WHERE day = '2026-01-02'").await;
    assert_eq!(star[0].len(), 4, "VALUE and the three columns: {star:?}");
    let named = world
        .run("SELECT metadata$filename, metadata$file_row_number, e.* FROM e ORDER BY id")
        .await;
    assert_eq!(
        lines(&named)[1].split(' ').take(2).collect::<Vec<_>>(),
        ["in/2026-01-01/a.json", "2"]
    );
    assert_eq!(named[0].len(), 6);
    // New, changed and missing files are seen by a refresh only.
    world.put("in/2026-01-02/b.json", "{\"id\":30}\n").await;
    world.put("in/2026-01-03/c.json", "{\"id\":4}\n").await;
    world
        .account
        .storage()
        .delete("raw", "in/2026-01-01/a.json")
        .await
        .unwrap();
    assert_eq!(world.count("e").await, 3);
    let refreshed = world.run("ALTER EXTERNAL TABLE e REFRESH '2026-01-03'").await;
    assert_eq!(
        lines(&refreshed),
        ["in/2026-01-03/c.json REGISTERED_NEW File registered successfully."]
    );
    let refreshed = world.run("ALTER EXTERNAL TABLE e REFRESH").await;
    assert_eq!(
        lines(&refreshed),
        [
            "in/2026-01-01/a.json UNREGISTERED File unregistered successfully.",
            "in/2026-01-02/b.json REGISTERED_UPDATE File registered successfully.",
        ]
    );
    assert_eq!(
        lines(&world.run(all).await),
        ["4 - 2026-01-03", "30 - 2026-01-02"]
    );
    assert!(world.run("ALTER EXTERNAL TABLE e REFRESH").await.is_empty());
    // By hand
    let removed = world
        .run("ALTER EXTERNAL TABLE e REMOVE FILES ('2026-01-03/c.json')")
        .await;
    assert_eq!(removed[0][1].as_deref(), Some("UNREGISTERED"));
    assert_eq!(world.count("e").await, 1);
    world
        .run("ALTER EXTERNAL TABLE e ADD FILES ('2026-01-03/c.json')")
        .await;
    assert_eq!(world.count("e").await, 2);
    assert_eq!(
        world
            .fails("ALTER EXTERNAL TABLE e ADD FILES ('nosuch.json')")
            .await
            .code(),
        91_016
    );
    let files = world
        .run(
            "SELECT file_name, file_size FROM TABLE(information_schema.external_table_files('e')) ORDER BY 1",
        )
        .await;
    assert_eq!(
        lines(&files),
        ["in/2026-01-02/b.json 10", "in/2026-01-03/c.json 9"]
    );
    let history = world
        .run(
            "SELECT file_name, operation_status FROM TABLE(information_schema.external_table_file_registration_history(
               TABLE_NAME => 'd.s.e')) WHERE file_name LIKE '%a.json'",
        )
        .await;
    assert_eq!(
        lines(&history),
        [
            "in/2026-01-01/a.json REGISTERED_NEW",
            "in/2026-01-01/a.json UNREGISTERED"
        ]
    );
}

#[tokio::test]
async fn an_external_table_is_joined_viewed_and_copied_like_any_other() {
    let mut world = world().await;
    world.run(CREATE).await;
    world.run("CREATE VIEW v AS SELECT * FROM e").await;
    assert_eq!(world.run("SELECT * FROM v").await[0].len(), 4);
    assert_eq!(
        world.run("SELECT * FROM e a JOIN e b ON a.id = b.id").await[0].len(),
        8
    );
    assert_eq!(world.run("SELECT a.* EXCLUDE value FROM e a").await[0].len(), 3);
    world
        .run("CREATE TABLE t AS SELECT id, day, metadata$filename AS f FROM e")
        .await;
    assert_eq!(
        lines(&world.run("SELECT f FROM t WHERE id = 3").await),
        ["in/2026-01-02/b.json"]
    );
    let within = world
        .run("WITH x AS (SELECT id, metadata$filename FROM e) SELECT * FROM x WHERE id = 1")
        .await;
    assert_eq!(lines(&within), ["1 in/2026-01-01/a.json"]);
    // Columns are expressions: they come, go and are renamed without a file being read.
    world
        .run("ALTER TABLE e ADD COLUMN twice NUMBER AS (value:id::NUMBER * 2)")
        .await;
    world.run("ALTER TABLE e RENAME COLUMN n TO name").await;
    world.run("ALTER TABLE e DROP COLUMN day").await;
    assert_eq!(
        lines(&world.run("SELECT name, twice FROM e WHERE id = 3").await),
        ["three 6"]
    );
    for (sql, code) in [
        ("ALTER TABLE e DROP COLUMN value", 2),
        ("ALTER TABLE e ADD COLUMN plain NUMBER", 1_003),
        ("ALTER TABLE e ADD COLUMN id NUMBER AS (value:id::NUMBER)", 2_025),
        ("ALTER TABLE e ADD COLUMN wrong NUMBER AS (nosuch)", 904),
        ("INSERT INTO e (id) VALUES (1)", 2_101),
        ("DELETE FROM e", 2_101),
        ("TRUNCATE TABLE e", 2_101),
        ("CREATE TABLE c CLONE e", 2_119),
        ("SELECT * FROM e AT (OFFSET => 0)", 2),
        ("ALTER EXTERNAL TABLE t REFRESH", 2_203),
        ("DROP EXTERNAL TABLE t", 2_203),
        (
            "ALTER EXTERNAL TABLE e ADD PARTITION (day = '2026-01-01') LOCATION 'x'",
            2,
        ),
    ] {
        assert_eq!(world.fails(sql).await.code(), code, "{sql}");
    }
    world.run("ALTER EXTERNAL TABLE IF EXISTS nosuch REFRESH").await;
    world.run("ALTER TABLE e RENAME TO e2").await;
    assert_eq!(world.count("e2").await, 3);
    world.run("DROP EXTERNAL TABLE e2").await;
    world.run("UNDROP EXTERNAL TABLE e2").await;
    assert_eq!(world.count("e2").await, 3);
}

#[tokio::test]
async fn files_of_every_format_are_read() {
    let mut world = World::over(None).await;
    world.run("CREATE STAGE st URL = 's3://raw/'").await;
    world.put("csv/a.csv", "id;name\n1;one\n2;\n3;three;more\n").await;
    let wide: Vec<String> = (1..=70).map(|field| field.to_string()).collect();
    world.put("wide/a.csv", format!("{}\n", wide.join(","))).await;
    world.put("avro/a.avro", AVRO).await;
    world.put("orc/a.orc", ORC).await;
    world.run("COPY INTO @st/parquet/a FROM (SELECT 7 AS id, 'seven' AS name) FILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE").await;
    world
        .run(
            "CREATE EXTERNAL TABLE c (id NUMBER AS (value:c1::NUMBER), name VARCHAR AS (value:c2::VARCHAR))
             LOCATION = @st/csv/ FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = ';' SKIP_HEADER = 1)",
        )
        .await;
    assert_eq!(
        lines(
            &world
                .run("SELECT id, name, ARRAY_SIZE(OBJECT_KEYS(value)) FROM c ORDER BY id")
                .await
        ),
        ["1 one 2", "2 - 1", "3 three 3"]
    );
    world.run("CREATE EXTERNAL TABLE w LOCATION = @st/wide/").await;
    assert_eq!(
        lines(&world.run("SELECT value:c70::NUMBER, value:c71 FROM w").await),
        ["70 -"]
    );
    world
        .run("CREATE EXTERNAL TABLE p (name VARCHAR AS (value:NAME::VARCHAR)) LOCATION = @st/parquet FILE_FORMAT = (TYPE = PARQUET)")
        .await;
    assert_eq!(lines(&world.run("SELECT name FROM p").await), ["seven"]);
    for (name, format) in [("avro", "AVRO"), ("orc", "ORC")] {
        world
            .run(&format!(
                "CREATE EXTERNAL TABLE x_{name} LOCATION = @st/{name}/ FILE_FORMAT = (TYPE = {format})"
            ))
            .await;
        let rows = world.count(&format!("x_{name}")).await;
        assert!(rows > 0, "{name}");
    }
    world.run("CREATE FILE FORMAT pf TYPE = PARQUET").await;
    world
        .run(
            "CREATE EXTERNAL TABLE templated USING TEMPLATE (SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) FROM
               TABLE(INFER_SCHEMA(LOCATION => '@st/parquet', FILE_FORMAT => 'pf')))
             LOCATION = @st/parquet FILE_FORMAT = (FORMAT_NAME = 'pf')",
        )
        .await;
    assert_eq!(
        lines(&world.run("SELECT id, name FROM templated").await),
        ["7 seven"]
    );
    assert_eq!(
        world
            .fails("CREATE EXTERNAL TABLE x LOCATION = @st/ FILE_FORMAT = (TYPE = XML)")
            .await
            .code(),
        2
    );
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_told_of_and_left_out() {
    let mut world = world().await;
    world.put("in/bad.json", "{\"id\":1}\nnope\n").await;
    world
        .run(&CREATE.replace("AUTO_REFRESH = FALSE", "REFRESH_ON_CREATE = FALSE"))
        .await;
    let refreshed = world.run("ALTER EXTERNAL TABLE e REFRESH").await;
    let bad = refreshed
        .iter()
        .find(|row| row[0].as_deref() == Some("in/bad.json"))
        .unwrap();
    assert_eq!(bad[1].as_deref(), Some("REGISTER_FAILED"), "{bad:?}");
    assert_eq!(world.count("e").await, 3);
    // Nobody tries again before it changes.
    pipe::drain(&world.account).await;
    world.wait(1);
    world.put("in/bad.json", "{\"id\":9}\n").await;
    pipe::drain(&world.account).await;
    assert_eq!(world.count("e").await, 4);
}

#[tokio::test]
async fn new_files_refresh_a_table_and_feed_its_stream() {
    let mut world = world().await;
    world
        .run(&CREATE.replace("AUTO_REFRESH = FALSE", "AUTO_REFRESH = TRUE"))
        .await;
    world
        .run("CREATE STREAM changes ON EXTERNAL TABLE e INSERT_ONLY = TRUE")
        .await;
    world.run("CREATE TABLE sink (id NUMBER)").await;
    assert_eq!(
        world.fails("CREATE STREAM no ON EXTERNAL TABLE e").await.code(),
        2_232
    );
    assert_eq!(world.fails("CREATE STREAM no ON TABLE e").await.code(), 2_203);
    world.put("in/2026-01-03/c.json", "{\"id\":4}\n").await;
    world.put("in/2026-01-02/b.json", "{\"id\":30}\n").await;
    world
        .account
        .storage()
        .delete("raw", "in/2026-01-01/a.json")
        .await
        .unwrap();
    assert_eq!(world.count("e").await, 3);
    pipe::drain(&world.account).await;
    assert_eq!(world.count("e").await, 2);
    let changes = world
        .run("SELECT id, day, metadata$action, metadata$isupdate FROM changes ORDER BY id")
        .await;
    assert_eq!(
        lines(&changes),
        ["4 2026-01-03 INSERT FALSE", "30 2026-01-02 INSERT FALSE"]
    );
    world.run("INSERT INTO sink SELECT id FROM changes").await;
    assert_eq!(world.count("changes").await, 0);
    let mode = world.run("SHOW STREAMS").await;
    assert!(mode[0].contains(&Some("INSERT_ONLY".to_string())), "{mode:?}");
    world.run("ALTER EXTERNAL TABLE e SET AUTO_REFRESH = FALSE").await;
    world.put("in/2026-01-04/d.json", "{\"id\":5}\n").await;
    pipe::drain(&world.account).await;
    assert_eq!(world.count("e").await, 2);
}

#[tokio::test]
async fn partitions_are_added_by_hand() {
    let mut world = world().await;
    world
        .run(
            "CREATE EXTERNAL TABLE e (id NUMBER AS (value:id::NUMBER),
               day DATE AS (PARSE_JSON(metadata$external_table_partition):DAY::DATE),
               region VARCHAR AS (PARSE_JSON(metadata$external_table_partition):REGION::VARCHAR))
             PARTITION BY (day, region) LOCATION = @st/ PARTITION_TYPE = USER_SPECIFIED FILE_FORMAT = (TYPE = JSON)",
        )
        .await;
    assert_eq!(world.count("e").await, 0);
    assert_eq!(world.fails("ALTER EXTERNAL TABLE e REFRESH").await.code(), 2);
    world.run("ALTER EXTERNAL TABLE e ADD PARTITION (day = '2026-01-01', region = 'north') LOCATION '2026-01-01'").await;
    world.run("ALTER EXTERNAL TABLE e ADD PARTITION (day = '2026-01-02', region = 'south') LOCATION '2026-01-02/'").await;
    assert_eq!(
        lines(&world.run("SELECT id, day, region FROM e ORDER BY id").await),
        ["1 2026-01-01 north", "2 2026-01-01 north", "3 2026-01-02 south"]
    );
    world
        .run("ALTER EXTERNAL TABLE e DROP PARTITION LOCATION '2026-01-01'")
        .await;
    assert_eq!(lines(&world.run("SELECT id FROM e").await), ["3"]);
    for sql in [
        "ALTER EXTERNAL TABLE e ADD PARTITION (day = '2026-01-01') LOCATION 'x'",
        "ALTER EXTERNAL TABLE e ADD PARTITION (nosuch = '1') LOCATION 'x'",
    ] {
        world.fails(sql).await;
    }
}

#[tokio::test]
async fn an_external_table_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    {
        let mut world = World::over(Some(folder.path())).await;
        world.run("CREATE STAGE st URL = 's3://raw/in/'").await;
        world
            .put("in/2026-01-01/a.json", "{\"id\":1,\"n\":\"one\"}\n")
            .await;
        world.run(CREATE).await;
    }
    let mut world = World::over(Some(folder.path())).await;
    assert_eq!(world.count("e").await, 1);
    assert!(world.run("ALTER EXTERNAL TABLE e REFRESH").await.is_empty());
}
