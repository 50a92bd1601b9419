//! INFER_SCHEMA: the columns of staged files, and what the Python connector's `write_pandas` makes of them.

use super::*;

#[tokio::test]
async fn columns_of_csv_and_json_files_are_rows() {
    let mut world = csv_world(&[
        ("a.csv", "id,Day\n1,2024-01-02\n"),
        ("b.csv", "id,more\n12.5,x\n"),
        ("j/1.json", "{\"n\": 1, \"two words\": [1]}\n"),
    ])
    .await;
    world
        .run("CREATE FILE FORMAT c TYPE = CSV PARSE_HEADER = TRUE")
        .await;
    world.run("CREATE FILE FORMAT j TYPE = JSON").await;
    let rows = world
        .run("SELECT * FROM TABLE(INFER_SCHEMA(LOCATION => '@st', FILE_FORMAT => 'c', FILES => ('a.csv', 'b.csv')))")
        .await;
    assert_eq!(
        lines(&rows),
        [
            "id NUMBER(3, 1) TRUE $1::NUMBER(3, 1) in/a.csv, in/b.csv 0",
            "Day DATE TRUE $2::DATE in/a.csv 1",
            "more TEXT TRUE $2::TEXT in/b.csv 2",
        ]
    );
    let rows = world
        .run(
            "SELECT column_name, type, expression FROM TABLE(infer_schema(location => '@d.s.st/a', \
             file_format => 'D.S.C', ignore_case => TRUE, max_file_count => 1)) f ORDER BY f.order_id DESC",
        )
        .await;
    assert_eq!(
        lines(&rows),
        ["DAY DATE $2::DATE", "ID NUMBER(1, 0) $1::NUMBER(1, 0)",]
    );
    let rows = world
        .run("SELECT column_name, expression FROM TABLE(INFER_SCHEMA(LOCATION => '@st/j/', FILE_FORMAT => 'j'))")
        .await;
    assert_eq!(
        lines(&rows),
        ["n $1:n::NUMBER(1, 0)", "two words $1:\"two words\"::ARRAY"]
    );
}

#[tokio::test]
async fn what_cannot_be_inferred_is_told() {
    let mut world = csv_world(&[("a.csv", "1\n")]).await;
    world.run("CREATE FILE FORMAT c TYPE = CSV").await;
    for (arguments, code) in [
        ("LOCATION => '@st'", 1_003),
        ("FILE_FORMAT => 'c'", 1_003),
        ("LOCATION => '@st', FILE_FORMAT => 'c', COLOUR => 1", 1_003),
        (
            "LOCATION => '@st', FILE_FORMAT => 'c', MAX_FILE_COUNT => -1",
            1_003,
        ),
        ("LOCATION => '@st', FILE_FORMAT => 'none'", 2_003),
        ("LOCATION => '@none', FILE_FORMAT => 'c'", 2_003),
        ("LOCATION => 'st', FILE_FORMAT => 'c'", 904),
        ("LOCATION => '@%t', FILE_FORMAT => 'c'", 2),
        ("LOCATION => '@st', FILE_FORMAT => 'c', KIND => 'ICEBERG'", 2),
        ("LOCATION => '@st', FILE_FORMAT => 'c', FILES => ('no')", 91_016),
        ("LOCATION => '@' || 'st', FILE_FORMAT => 'c'", 1_003),
    ] {
        let sql = format!("SELECT * FROM TABLE(INFER_SCHEMA({arguments}))");
        let error = world.fails(&sql).await;
        assert_eq!(error.code(), code, "{sql}: {error}");
    }
}

#[tokio::test]
async fn parquet_files_say_their_columns_and_load_from_a_quoted_stage() {
    let mut world = World::over(None).await;
    world.run("CREATE TABLE src (i NUMBER(9,0), f FLOAT, s VARCHAR, ts TIMESTAMP_NTZ, b BOOLEAN) AS SELECT 1, 0.5::FLOAT, 'x', '2024-01-02 03:04:05'::TIMESTAMP_NTZ, TRUE").await;
    world.run("CREATE TEMP STAGE \"q st\" FILE_FORMAT = (TYPE = PARQUET COMPRESSION = GZIP BINARY_AS_TEXT = FALSE)").await;
    world
        .run("COPY INTO '@\"q st\"/p' FROM src FILE_FORMAT = (TYPE = PARQUET) HEADER = TRUE")
        .await;
    world
        .run("CREATE TEMP FILE FORMAT \"pf\" TYPE = PARQUET COMPRESSION = GZIP USE_LOGICAL_TYPE = TRUE")
        .await;
    let rows = world
        .run("SELECT COLUMN_NAME, TYPE FROM TABLE(INFER_SCHEMA(LOCATION => '@\"q st\"', FILE_FORMAT => '\"pf\"'))")
        .await;
    assert_eq!(
        lines(&rows),
        [
            "I NUMBER(9, 0)",
            "F REAL",
            "S TEXT",
            "TS TIMESTAMP_NTZ",
            "B BOOLEAN"
        ]
    );
    world.run("CREATE TABLE t (i NUMBER, s VARCHAR)").await;
    let rows = world
        .run(
            "COPY INTO t (i, s) FROM (SELECT $1:\"I\"::NUMBER(38, 0), $1:\"S\"::TEXT FROM '@\"q st\"') \
             FILE_FORMAT = (TYPE = PARQUET COMPRESSION = GZIP BINARY_AS_TEXT = FALSE) PURGE = TRUE",
        )
        .await;
    assert_eq!(statuses(&rows), ["LOADED 1 1 0"]);
    assert_eq!(lines(&world.run("SELECT * FROM t").await), ["1 x"]);
    assert_eq!(world.run("LIST '@\"q st\"'").await.len(), 0);
    let error = world
        .fails("COPY INTO '@\"q st\"/p' FROM src FILE_FORMAT = (TYPE = PARQUET COMPRESSION = GZIP)")
        .await;
    assert_eq!(error.code(), 2);
}
