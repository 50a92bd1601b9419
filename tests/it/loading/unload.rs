//! COPY INTO location, LIST, REMOVE, PUT and GET by their rules.

use super::*;

/// The first cells of rows.
fn first(rows: &Text) -> Vec<String> {
    rows.iter()
        .map(|row| row[0].clone().unwrap_or_default())
        .collect()
}

async fn stocked() -> World {
    let mut world = csv_world(&[]).await;
    world.run("CREATE STAGE own").await;
    world.run("INSERT INTO t VALUES (1, 'x'), (2, NULL)").await;
    world
}

#[tokio::test]
async fn files_are_named_by_what_was_asked_for() {
    let mut world = stocked().await;
    world.run("COPY INTO @own FROM t").await;
    world
        .run("COPY INTO @own/pre/part_ FROM t FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE)")
        .await;
    world.run("COPY INTO @own/one/ FROM t SINGLE = TRUE").await;
    world
        .run(
            "COPY INTO @own/ext/ FROM t FILE_FORMAT = (TYPE = CSV FILE_EXTENSION = 'tsv' COMPRESSION = NONE)",
        )
        .await;
    world
        .run("COPY INTO @own/pq/ FROM t FILE_FORMAT = (TYPE = PARQUET)")
        .await;
    assert_eq!(
        first(&world.run("LIST @own").await),
        [
            "own/data_0_0_0.csv.gz",
            "own/ext/data_0_0_0.tsv",
            "own/one/data",
            "own/pq/data_0_0_0.snappy.parquet",
            "own/pre/part_0_0_0.csv",
        ]
    );
    let rows = world
        .run("COPY INTO @own/id/ FROM t INCLUDE_QUERY_ID = TRUE DETAILED_OUTPUT = TRUE")
        .await;
    let name = rows[0][0].clone().unwrap();
    assert!(
        name.starts_with("id/data_01c0") && name.ends_with("_0_0_0.csv.gz"),
        "{name}"
    );
    assert_eq!(rows[0][2].as_deref(), Some("2"));
}

#[tokio::test]
async fn an_unload_of_nothing_writes_nothing() {
    let mut world = stocked().await;
    let rows = world
        .run("COPY INTO @own FROM (SELECT * FROM t WHERE FALSE)")
        .await;
    assert_eq!(lines(&rows), ["0 0 0"]);
    assert!(world.run("LIST @own").await.is_empty());
    let rows = world
        .run("COPY INTO @own FROM t VALIDATION_MODE = RETURN_ROWS")
        .await;
    assert_eq!(lines(&rows), ["1 x", "2 -"]);
    assert!(world.run("LIST @own").await.is_empty());
}

#[tokio::test]
async fn options_that_do_not_go_together_are_refused() {
    let mut world = stocked().await;
    for options in [
        "SINGLE = TRUE INCLUDE_QUERY_ID = TRUE",
        "OVERWRITE = TRUE INCLUDE_QUERY_ID = TRUE",
        "MAX_FILE_SIZE = 5368709121",
        "MAX_FILE_SIZE = 0",
        "FILE_FORMAT = (TYPE = JSON)",
        "VALIDATION_MODE = RETURN_ERRORS",
    ] {
        world.fails(&format!("COPY INTO @own/x/ FROM t {options}")).await;
    }
    for options in ["SINGLE = TRUE", "OVERWRITE = TRUE", "INCLUDE_QUERY_ID = FALSE"] {
        world
            .fails(&format!("COPY INTO @own/x/ FROM t PARTITION BY (b) {options}"))
            .await;
    }
    for value in ["'2026-01-01'::TIMESTAMP_TZ", "'2026-01-01'::TIMESTAMP_LTZ"] {
        world
            .fails(&format!(
                "COPY INTO @own/x/ FROM (SELECT {value} AS v) FILE_FORMAT = (TYPE = PARQUET)"
            ))
            .await;
    }
    assert!(world.run("LIST @own").await.is_empty());
}

#[tokio::test]
async fn an_unload_consumes_its_stream() {
    let mut world = stocked().await;
    world.run("CREATE STREAM changes ON TABLE t").await;
    world.run("INSERT INTO t VALUES (3, 'z')").await;
    let rows = world.run("COPY INTO @own/s/ FROM (SELECT a FROM changes)").await;
    assert_eq!(rows[0][0].as_deref(), Some("1"));
    assert_eq!(world.count("changes").await, 0);
}

#[tokio::test]
async fn a_path_stands_for_all_that_begins_with_it() {
    let mut world = stocked().await;
    for path in ["my/a.csv", "my.csv", "my_new/b.csv", "other/My.csv"] {
        world
            .run(&format!("COPY INTO @own/{path} FROM t SINGLE = TRUE"))
            .await;
    }
    assert_eq!(first(&world.run("LIST @own/my/").await), ["own/my/a.csv"]);
    assert_eq!(world.run("LIST @own/my").await.len(), 3);
    assert_eq!(world.run("LIST @own/MY").await.len(), 0);
    assert_eq!(first(&world.run("LIST @own PATTERN = '.*[.]csv'").await).len(), 4);
    assert_eq!(world.run("LIST @own PATTERN = 'my'").await.len(), 0);
    assert_eq!(first(&world.run("RM @own/my/").await), ["own/my/a.csv"]);
    assert_eq!(world.run("REMOVE @own/my").await.len(), 2);
    assert_eq!(first(&world.run("LIST @own").await), ["own/other/My.csv"]);
    assert!(world.run("REMOVE @own/nothing").await.is_empty());
}

#[tokio::test]
async fn put_and_get_are_for_internal_stages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    std::fs::write(folder.path().join("a.csv"), "1,x\n").unwrap();
    let mut world = stocked().await;
    world.fails(&format!("PUT file://{path}/a.csv @st")).await;
    world.fails(&format!("GET @st file://{path}/")).await;
    world
        .fails(&format!("PUT file://{path}/a.csv @own PARALLEL = 100"))
        .await;
    world
        .fails(&format!("PUT file://{path}/a.csv @own SOURCE_COMPRESSION = LZO"))
        .await;

    // A file of the name is left alone, unless it is to be overwritten.
    world.run(&format!("PUT file://{path}/a.csv @own")).await;
    std::fs::write(folder.path().join("a.csv"), "1,x\n2,y\n").unwrap();
    let statuses = |rows: Text| rows[0][6].clone().unwrap();
    assert_eq!(
        statuses(world.run(&format!("PUT file://{path}/a.csv @own")).await),
        "SKIPPED"
    );
    let again = format!("PUT file://{path}/a.csv @own OVERWRITE = TRUE");
    assert_eq!(statuses(world.run(&again).await), "UPLOADED");
    // What is compressed already stays as it is.
    std::fs::write(folder.path().join("b.csv.gz"), gzip("1,x\n")).unwrap();
    let rows = world.run(&format!("PUT file://{path}/b.csv.gz @own")).await;
    assert_eq!(lines(&vec![rows[0][..2].to_vec()]), ["b.csv.gz b.csv.gz"]);
    assert_eq!(lines(&vec![rows[0][4..7].to_vec()]), ["GZIP GZIP UPLOADED"]);

    // Two files of one name do not fit into one folder.
    world.run(&format!("PUT file://{path}/a.csv @own/deeper")).await;
    world
        .fails(&format!("GET @own file://{path}/ PATTERN = '.*a.csv.gz'"))
        .await;
    world.fails("GET @own file:///no/such/folder/").await;
}

#[tokio::test]
async fn load_history_ends_at_the_last_truncate() {
    let mut world = csv_world(&[("a.csv", "1,x\n2,toolong\n")]).await;
    world.run("COPY INTO t FROM @st ON_ERROR = CONTINUE").await;
    let history = "SELECT FILE_NAME, TABLE_NAME, STATUS, ROW_COUNT, ROW_PARSED, ERROR_COUNT, ERROR_LIMIT \
                   FROM INFORMATION_SCHEMA.LOAD_HISTORY";
    let told = ["s3://raw/in/a.csv T PARTIALLY LOADED 1 2 1 2"];
    assert_eq!(lines(&world.run(history).await), told);
    let copies = "SELECT FILE_NAME, STAGE_LOCATION, STATUS, ROW_COUNT, FILE_SIZE, ERROR_LIMIT FROM \
                  TABLE(INFORMATION_SCHEMA.COPY_HISTORY(TABLE_NAME => 't', START_TIME => DATEADD(HOUR, -1, CURRENT_TIMESTAMP())))";
    assert_eq!(
        lines(&world.run(copies).await),
        ["a.csv s3://raw/in/ Partially loaded 1 14 2"]
    );
    world.run("TRUNCATE TABLE t").await;
    assert!(world.run(history).await.is_empty());
    assert!(world.run(copies).await.is_empty());
    world.run("COPY INTO t FROM @st ON_ERROR = CONTINUE").await;
    assert_eq!(world.run(history).await.len(), 1);
    world.wait(15 * 24 * 60);
    assert!(world.run(history).await.is_empty());
}
