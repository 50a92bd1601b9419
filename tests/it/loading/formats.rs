//! Avro, ORC and XML files, and file formats that are named alone.

use super::*;

const AVRO: &[u8] = include_bytes!("files/events-deflate.avro");
const ORC: &[u8] = include_bytes!("files/events.orc");

/// A world with a stage ST and files under it.
async fn world(files: &[(&str, &[u8])]) -> World {
    let mut world = World::over(None).await;
    world.run("CREATE STAGE st URL = 's3://raw/in/'").await;
    for (name, content) in files {
        world.put(&format!("in/{name}"), content.to_vec()).await;
    }
    world
}

#[tokio::test]
async fn a_file_format_may_be_a_name_alone() {
    let mut world = csv_world(&[("a.csv", "1|x\n")]).await;
    world
        .run("CREATE FILE FORMAT pipes TYPE = CSV FIELD_DELIMITER = '|'")
        .await;
    world
        .run("CREATE FILE FORMAT \"my pipes\" TYPE = CSV FIELD_DELIMITER = '|'")
        .await;
    for name in ["pipes", "'pipes'", "s.pipes", "'D.S.PIPES'", "\"my pipes\""] {
        let copied = world
            .run(&format!("COPY INTO t FROM @st FILE_FORMAT = {name} FORCE = TRUE"))
            .await;
        assert_eq!(statuses(&copied), ["LOADED 1 1 0"], "{name}");
        world
            .run(&format!(
                "CREATE OR REPLACE STAGE other URL = 's3://raw/in/' FILE_FORMAT = {name}"
            ))
            .await;
        assert_eq!(lines(&world.run("SELECT $1, $2 FROM @other").await), ["1 x"]);
        world
            .run(&format!("ALTER STAGE other SET FILE_FORMAT = {name}"))
            .await;
        assert_eq!(lines(&world.run("SELECT $2 FROM @other").await), ["x"]);
    }
    for sql in [
        "CREATE STAGE no FILE_FORMAT = nowhere",
        "COPY INTO t FROM @st FILE_FORMAT = nowhere",
    ] {
        assert_eq!(world.fails(sql).await.code(), 2_003, "{sql}");
    }
    for sql in [
        "CREATE STAGE no FILE_FORMAT = 3",
        "COPY INTO t FROM @st FILE_FORMAT = TRUE",
    ] {
        assert_eq!(world.fails(sql).await.code(), 1_008, "{sql}");
    }
}

#[tokio::test]
async fn avro_files_load_in_every_way() {
    let mut world = world(&[("a.avro", AVRO)]).await;
    world.run("CREATE FILE FORMAT av TYPE = AVRO").await;
    world.run("CREATE TABLE v (src VARIANT)").await;
    let copied = world.run("COPY INTO v FROM @st FILE_FORMAT = av").await;
    assert_eq!(statuses(&copied), ["LOADED 3 3 0"]);
    let rows = world
        .run("SELECT src:id, src:Name, src:amount, src:place.city, src:at::TIMESTAMP_NTZ FROM v ORDER BY 1")
        .await;
    assert_eq!(lines(&rows)[0], "1 null -12.34 \"Üb\" 2024-01-02 03:04:05.678");
    let rows = world
        .run("SELECT $1:id::INT, $1:tags[0]::VARCHAR, METADATA$FILE_ROW_NUMBER FROM @st (FILE_FORMAT => av) ORDER BY 1")
        .await;
    assert_eq!(lines(&rows), ["1 - 1", "2 a 2", "3 a 3"]);
    world
        .run("CREATE TABLE named (id INT, name VARCHAR, amount NUMBER(10,2), day DATE, missing INT)")
        .await;
    let copied = world
        .run(
            "COPY INTO named FROM @st FILE_FORMAT = (TYPE = AVRO TRIM_SPACE = TRUE NULL_IF = ('NULL')) \
             MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
        )
        .await;
    assert_eq!(statuses(&copied), ["LOADED 3 3 0"]);
    assert_eq!(
        lines(&world.run("SELECT * FROM named ORDER BY id").await),
        [
            "1 - -12.34 2024-01-02 -",
            "2 Ann -11.34 2024-01-03 -",
            "3 - -10.34 2024-01-04 -"
        ]
    );
    world.run("CREATE TABLE made USING TEMPLATE (SELECT ARRAY_AGG(OBJECT_CONSTRUCT(*)) FROM TABLE(INFER_SCHEMA(LOCATION => '@st', FILE_FORMAT => 'av')))").await;
    let copied = world
        .run("COPY INTO made FROM @st FILE_FORMAT = av MATCH_BY_COLUMN_NAME = CASE_SENSITIVE")
        .await;
    assert_eq!(statuses(&copied), ["LOADED 3 3 0"]);
    let inferred = world
        .run("SELECT column_name, type, nullable, expression FROM TABLE(INFER_SCHEMA(LOCATION => '@st', FILE_FORMAT => 'av'))")
        .await;
    assert_eq!(
        lines(&inferred)[..3],
        [
            "id NUMBER(38, 0) FALSE $1:id::NUMBER(38, 0)",
            "Name TEXT TRUE $1:Name::TEXT",
            "active BOOLEAN FALSE $1:active::BOOLEAN",
        ]
    );
}

#[tokio::test]
async fn orc_files_load_in_every_way() {
    let mut world = world(&[("a.orc", ORC)]).await;
    world.run("CREATE FILE FORMAT o TYPE = ORC").await;
    world.run("CREATE TABLE v (src VARIANT)").await;
    let copied = world.run("COPY INTO v FROM @st FILE_FORMAT = (TYPE = ORC)").await;
    assert_eq!(statuses(&copied), ["LOADED 3 3 0"]);
    let rows = world
        .run("SELECT src:id, src:amount, src:counts[0].key, src:place FROM v ORDER BY src:id")
        .await;
    assert_eq!(
        lines(&rows)[0].split_whitespace().collect::<String>(),
        "1-12.34\"x\"{\"city\":\"Üb\",\"zip\":7}"
    );
    world
        .run("CREATE TABLE named (id INT, name VARCHAR, amount NUMBER(10,2), at TIMESTAMP_NTZ)")
        .await;
    let copied = world
        .run(
            "COPY INTO named FROM @st FILE_FORMAT = (TYPE = ORC TRIM_SPACE = TRUE NULL_IF = ('NULL')) \
             MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
        )
        .await;
    assert_eq!(statuses(&copied), ["LOADED 3 3 0"]);
    assert_eq!(
        lines(&world.run("SELECT * FROM named ORDER BY id").await),
        [
            "1 - -12.34 2024-01-02 03:04:05.678",
            "2 Ann 0.01 -",
            "3 - - 1969-12-31 23:59:59.000",
        ]
    );
    world
        .run("CREATE TABLE t2 AS SELECT $1:id::INT id, $1:tags t FROM @st (FILE_FORMAT => 'o')")
        .await;
    assert_eq!(world.count("t2").await, 3);
    let inferred = world
        .run("SELECT column_name, type FROM TABLE(INFER_SCHEMA(LOCATION => '@st', FILE_FORMAT => 'o')) LIMIT 3")
        .await;
    assert_eq!(
        lines(&inferred),
        ["id NUMBER(38, 0)", "Name TEXT", "active BOOLEAN"]
    );
}

#[tokio::test]
async fn damaged_files_follow_on_error() {
    for (kind, whole) in [("AVRO", AVRO), ("ORC", ORC)] {
        let cut = &whole[..whole.len() - 20];
        let mut world = world(&[("1.x", whole), ("2.x", cut), ("3.x", b"{\"id\": 1}")]).await;
        world.run("CREATE TABLE v (src VARIANT)").await;
        let copy = format!("COPY INTO v FROM @st FILE_FORMAT = (TYPE = {kind})");
        let error = world.fails(&copy).await;
        assert_eq!((error.code(), error.sqlstate()), (100_145, "22000"), "{error}");
        assert_eq!(world.count("v").await, 0);
        for mode in ["CONTINUE", "SKIP_FILE"] {
            let copied = world.run(&format!("{copy} ON_ERROR = {mode} FORCE = TRUE")).await;
            assert_eq!(
                statuses(&copied),
                ["LOADED 3 3 0", "LOAD_FAILED 0 0 1", "LOAD_FAILED 0 0 1"],
                "{kind} {mode}"
            );
        }
        let errors = world
            .run(&format!("{copy} VALIDATION_MODE = RETURN_ALL_ERRORS"))
            .await;
        assert_eq!(errors.len(), 2);
        let sql = "SELECT $1 FROM @st/2.x (FILE_FORMAT => f)";
        world.run(&format!("CREATE FILE FORMAT f TYPE = {kind}")).await;
        assert_eq!(world.fails(sql).await.code(), 100_145);
        assert_eq!(
            world
                .fails("COPY INTO @st/out FROM v FILE_FORMAT = f")
                .await
                .code(),
            2
        );
    }
}

#[tokio::test]
async fn xml_files_load_as_elements() {
    let parts = "<?xml version=\"1.0\"?>\n<parts>\n  <part count=\"4\"><item>Spark Plugs</item><price> 27.00</price></part>\n  \
                 <part count=\"1\"><item>Motor Oil</item><source>XYZ</source></part>\n</parts>\n";
    let broken = "<parts>\n<part>1</part>\n<part>2</wrong>\n<part>3</part></parts>";
    let mut world = world(&[("good/a.xml", parts.as_bytes()), ("bad/b.xml", broken.as_bytes())]).await;
    world.run("CREATE TABLE v (src VARIANT)").await;
    let copied = world
        .run("COPY INTO v FROM @st/good FILE_FORMAT = (TYPE = XML)")
        .await;
    assert_eq!(statuses(&copied), ["LOADED 1 1 0"]);
    let rows = world
        .run("SELECT src:\"@\", src:\"$\"[0].\"@count\", XMLGET(src, 'part', 1):\"$\"[0].\"$\"::VARCHAR FROM v")
        .await;
    assert_eq!(lines(&rows), ["\"parts\" 4 Motor Oil"]);
    let rows = world
        .run(
            "SELECT XMLGET(value, 'item'):\"$\"::VARCHAR, XMLGET(value, 'price'):\"$\"::VARCHAR, value:item \
             FROM v, LATERAL FLATTEN(INPUT => src:\"$\")",
        )
        .await;
    assert_eq!(lines(&rows), ["Spark Plugs 27 0", "Motor Oil - 0"]);
    world
        .run("CREATE FILE FORMAT x TYPE = XML STRIP_OUTER_ELEMENT = TRUE DISABLE_AUTO_CONVERT = TRUE")
        .await;
    let rows = world
        .run("SELECT $1:\"@count\", METADATA$FILE_ROW_NUMBER FROM @st/good (FILE_FORMAT => x)")
        .await;
    assert_eq!(lines(&rows), ["\"4\" 1", "\"1\" 2"]);
    let copy = "COPY INTO v FROM @st/bad FILE_FORMAT = x";
    let error = world.fails(copy).await;
    assert_eq!((error.code(), error.sqlstate()), (100_100, "22P02"));
    assert!(error.message().contains("no opening tag for </wrong>"), "{error}");
    let copied = world.run(&format!("{copy} ON_ERROR = CONTINUE")).await;
    assert_eq!(statuses(&copied), ["PARTIALLY_LOADED 2 1 1"]);
    for sql in [
        "COPY INTO v FROM @st/good FILE_FORMAT = x FORCE = TRUE MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE",
        "SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st/good', FILE_FORMAT => 'x'))",
    ] {
        assert_eq!(world.fails(sql).await.code(), 2, "{sql}");
    }
}
