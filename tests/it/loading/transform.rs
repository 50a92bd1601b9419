//! COPY INTO table from a query.

use super::*;

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

const COPY: &str = "COPY INTO t FROM (SELECT $1, $2 FROM @st)";

#[tokio::test]
async fn a_failing_row_is_told_apart_from_the_others() {
    let bad: String = (1..=500)
        .map(|n| {
            if n % 100 == 0 {
                format!("n{n},x\n")
            } else {
                format!("{n},x\n")
            }
        })
        .collect();
    for (option, statuses_wanted) in [
        ("CONTINUE", ["LOADED 2 2 0", "PARTIALLY_LOADED 500 495 5"]),
        ("SKIP_FILE", ["LOADED 2 2 0", "LOAD_FAILED 500 0 5"]),
        ("SKIP_FILE_6", ["LOADED 2 2 0", "PARTIALLY_LOADED 500 495 5"]),
        ("'SKIP_FILE_1%'", ["LOADED 2 2 0", "PARTIALLY_LOADED 500 495 5"]),
    ] {
        let mut world = csv_world(&[("a.csv", "1,x\n2,y\n"), ("b.csv", &bad)]).await;
        let rows = world.run(&format!("{COPY} ON_ERROR = {option}")).await;
        assert_eq!(statuses(&rows), statuses_wanted, "{option}");
        assert_eq!(
            rows[1][6].as_deref(),
            Some("Numeric value 'n100' is not recognized")
        );
    }
    let mut world = csv_world(&[("a.csv", "1,x\n2,y\n"), ("b.csv", &bad)]).await;
    let error = world.fails(COPY).await;
    assert_eq!(error.code(), 100_038);
    assert!(error.message().contains("File 'in/b.csv'\n  Row 100"), "{error}");
    assert_eq!(world.count("t").await, 0);
}

#[tokio::test]
async fn null_is_an_error_of_its_row() {
    let mut world = csv_world(&[("a.csv", "1,x\n,y\n3,z\n")]).await;
    world.run("CREATE TABLE u (a NUMBER NOT NULL, b VARCHAR)").await;
    let rows = world
        .run("COPY INTO u FROM (SELECT $1, $2 FROM @st) ON_ERROR = CONTINUE")
        .await;
    assert_eq!(statuses(&rows), ["PARTIALLY_LOADED 3 2 1"]);
    assert_eq!(rows[0][9].as_deref(), Some("\"U\"[\"A\":1]"));
    assert_eq!(
        world
            .fails("COPY INTO u FROM (SELECT $1, $2 FROM @st) FORCE = TRUE")
            .await
            .code(),
        100_072
    );
}

#[tokio::test]
async fn long_text_is_an_error_of_its_row_unless_it_is_to_be_cut() {
    let mut world = csv_world(&[("a.csv", "1,abc\n2,abcdef\n")]).await;
    let rows = world.run(&format!("{COPY} ON_ERROR = CONTINUE")).await;
    assert_eq!(statuses(&rows), ["PARTIALLY_LOADED 2 1 1"]);
    world
        .run(&format!("{COPY} TRUNCATECOLUMNS = TRUE FORCE = TRUE"))
        .await;
    assert_eq!(
        lines(&world.run("SELECT b FROM t ORDER BY a").await),
        ["abc", "abc", "abc"]
    );
    world
        .run(&format!("{COPY} ENFORCE_LENGTH = FALSE FORCE = TRUE"))
        .await;
    assert_eq!(world.count("t").await, 5);
}

#[tokio::test]
async fn a_document_that_is_none_is_an_error_beside_those_of_the_query() {
    let mut world = World::new().await;
    world.run("CREATE TABLE t (a NUMBER)").await;
    world
        .put("in/a.json", "{\"a\":1}\nnope\n{\"a\":\"x\"}\n{\"a\":4}\n")
        .await;
    let rows = world
        .run("COPY INTO t FROM (SELECT $1:a::NUMBER FROM @st) ON_ERROR = CONTINUE")
        .await;
    assert_eq!(statuses(&rows), ["PARTIALLY_LOADED 4 2 2"]);
    assert_eq!(lines(&world.run("SELECT * FROM t ORDER BY a").await), ["1", "4"]);
}

#[tokio::test]
async fn columns_beyond_the_file_are_null_and_metadata_is_there() {
    let mut world = csv_world(&[("a.csv", "1\n")]).await;
    world
        .run("CREATE TABLE u (a NUMBER, b VARCHAR, k VARCHAR, m TIMESTAMP_NTZ, s TIMESTAMP_LTZ)")
        .await;
    world
        .run(
            "COPY INTO u FROM (SELECT d.$1, d.$9, METADATA$FILE_CONTENT_KEY, METADATA$FILE_LAST_MODIFIED, \
             METADATA$START_SCAN_TIME FROM @st d)",
        )
        .await;
    let rows = world
        .run("SELECT a, b, k, m::VARCHAR, s IS NOT NULL FROM u")
        .await;
    assert_eq!(
        lines(&rows),
        ["1 - b026324c6904b2a9cb4b88d6d61c81d1 2026-01-01 00:00:00.000 TRUE"]
    );
}

#[tokio::test]
async fn only_simple_queries_are_taken() {
    let mut world = csv_world(&[]).await;
    for query in [
        "SELECT $1, $2 FROM @st WHERE $1 = 1",
        "SELECT $1, $2 FROM @st ORDER BY 1",
        "SELECT $1, $2 FROM @st LIMIT 1",
        "SELECT $1, COUNT(*) FROM @st GROUP BY 1",
        "SELECT DISTINCT $1, $2 FROM @st",
        "SELECT a.$1, b.$2 FROM @st a, @st b",
        "SELECT 1, 2",
        "SELECT a, b FROM t",
    ] {
        world.fails(&format!("COPY INTO t FROM ({query})")).await;
    }
    let message = "match_by_column_name is not supported with copy transform.";
    let error = world
        .fails(&format!("{COPY} MATCH_BY_COLUMN_NAME = CASE_SENSITIVE"))
        .await;
    assert!(error.message().contains(message));
}

#[tokio::test]
async fn many_rows_keep_their_order_in_the_file() {
    let text: String = (1..=40_000).map(|n| format!("{n},x\n")).collect();
    let mut world = csv_world(&[("a.csv", &text)]).await;
    world.run("CREATE TABLE u (n NUMBER, row_number NUMBER)").await;
    world
        .run("COPY INTO u FROM (SELECT $1, METADATA$FILE_ROW_NUMBER FROM @st)")
        .await;
    assert_eq!(
        lines(
            &world
                .run("SELECT COUNT(*), COUNT_IF(n <> row_number) FROM u")
                .await
        ),
        ["40000 0"]
    );
}
