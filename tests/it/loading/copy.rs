//! COPY INTO table from files as they are.

use super::*;

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

const GOOD: (&str, &str) = ("a.csv", "1,x\n2,y\n");
const BAD: (&str, &str) = ("b.csv", "3,z\nfour,z\n5,toolong\n6,z\n");

#[tokio::test]
async fn abort_statement_loads_nothing_and_says_where() {
    let mut world = csv_world(&[GOOD, BAD]).await;
    let error = world.fails("COPY INTO t FROM @st").await;
    assert_eq!((error.code(), error.sqlstate()), (100_038, "22018"));
    assert!(
        error
            .message()
            .starts_with("Numeric value 'four' is not recognized\n  File 'in/b.csv', line 2, character 1")
    );
    assert_eq!(world.count("t").await, 0);
    // Nothing is remembered either.
    let rows = world.run("COPY INTO t FROM @st ON_ERROR = CONTINUE").await;
    assert_eq!(rows.len(), 2);
}

#[tokio::test]
async fn continue_loads_the_good_rows_once() {
    let mut world = csv_world(&[GOOD, BAD]).await;
    let rows = world.run("COPY INTO t FROM @st ON_ERROR = CONTINUE").await;
    assert_eq!(statuses(&rows), ["LOADED 2 2 0", "PARTIALLY_LOADED 4 2 2"]);
    assert_eq!(
        rows[1][6].as_deref(),
        Some("Numeric value 'four' is not recognized")
    );
    assert_eq!(lines(&vec![rows[1][7..].to_vec()]), ["2 1 \"T\"[\"A\":1]"]);
    assert_eq!(
        world.run("COPY INTO t FROM @st ON_ERROR = CONTINUE").await.len(),
        1
    );
    assert_eq!(world.count("t").await, 4);
}

#[tokio::test]
async fn skip_file_counts_errors_as_it_is_told() {
    for (option, status) in [
        ("SKIP_FILE", "LOAD_FAILED 4 0 2"),
        ("SKIP_FILE_2", "LOAD_FAILED 4 0 2"),
        ("SKIP_FILE_3", "PARTIALLY_LOADED 4 2 2"),
        ("'SKIP_FILE_49%'", "LOAD_FAILED 4 0 2"),
        ("'SKIP_FILE_50%'", "PARTIALLY_LOADED 4 2 2"),
    ] {
        let mut world = csv_world(&[GOOD, BAD]).await;
        let rows = world
            .run(&format!("COPY INTO t FROM @st ON_ERROR = {option}"))
            .await;
        assert_eq!(statuses(&rows), ["LOADED 2 2 0", status], "{option}");
    }
}

#[tokio::test]
async fn a_skipped_file_may_be_tried_again() {
    let mut world = csv_world(&[GOOD, BAD]).await;
    world.run("COPY INTO t FROM @st ON_ERROR = SKIP_FILE").await;
    let rows = world.run("COPY INTO t FROM @st ON_ERROR = SKIP_FILE").await;
    assert_eq!(statuses(&rows), ["LOAD_FAILED 4 0 2"]);
}

#[tokio::test]
async fn files_that_cannot_be_read_stand_in_the_result() {
    let mut world = csv_world(&[GOOD, ("empty.csv", "")]).await;
    world
        .put("in/broken.csv.gz", Bytes::from_static(b"\x1f\x8b\x08\x00garbage"))
        .await;
    let rows = world.run("COPY INTO t FROM @st ON_ERROR = SKIP_FILE").await;
    assert_eq!(
        statuses(&rows),
        ["LOADED 2 2 0", "LOAD_FAILED 0 0 1", "LOADED 0 0 0"]
    );
    assert!(rows[1][6].as_ref().unwrap().contains("decompression"));
    assert_eq!(
        world.fails("COPY INTO t FROM @st FORCE = TRUE").await.code(),
        100_183
    );
}

#[tokio::test]
async fn files_are_chosen_by_path_name_and_pattern() {
    let mut world = csv_world(&[("a/1.csv", "1,x\n"), ("a/2.csv", "2,x\n"), ("ab/3.csv", "3,x\n")]).await;
    let chosen = |rows: Text| rows.iter().map(|row| row[0].clone().unwrap()).collect::<Vec<_>>();
    assert_eq!(
        chosen(world.run("COPY INTO t FROM @st/a/ FILES = ('2.csv')").await),
        ["s3://raw/in/a/2.csv"]
    );
    assert_eq!(
        chosen(world.run("COPY INTO t FROM @st PATTERN = '.*3[.]csv'").await),
        ["s3://raw/in/ab/3.csv"]
    );
    assert_eq!(
        chosen(world.run("COPY INTO t FROM 's3://raw/in/a'").await),
        ["s3://raw/in/a/1.csv"]
    );
    let error = world.fails("COPY INTO t FROM @st/a/ FILES = ('9.csv')").await;
    assert_eq!(error.code(), 91_016);
    let rows = world
        .run("COPY INTO t FROM @st/a/ FILES = ('9.csv') ON_ERROR = SKIP_FILE")
        .await;
    assert_eq!(statuses(&rows), ["LOAD_FAILED 0 0 1"]);
}

#[tokio::test]
async fn a_size_limit_ends_the_load_after_it_is_exceeded() {
    let mut world = csv_world(&[("1.csv", "1,x\n"), ("2.csv", "2,x\n"), ("3.csv", "3,x\n")]).await;
    assert_eq!(world.run("COPY INTO t FROM @st SIZE_LIMIT = 1").await.len(), 1);
    assert_eq!(world.run("COPY INTO t FROM @st SIZE_LIMIT = 5").await.len(), 2);
    assert_eq!(world.count("t").await, 3);
}

#[tokio::test]
async fn purge_waits_for_the_commit() {
    let mut world = csv_world(&[GOOD]).await;
    world.run("BEGIN").await;
    world.run("COPY INTO t FROM @st PURGE = TRUE").await;
    world.run("ROLLBACK").await;
    assert_eq!(world.run("LIST @st").await.len(), 1);
    assert_eq!(world.count("t").await, 0);
    world.run("BEGIN").await;
    world.run("COPY INTO t FROM @st PURGE = TRUE").await;
    assert_eq!(world.run("LIST @st").await.len(), 1);
    world.run("COMMIT").await;
    assert_eq!(world.run("LIST @st").await.len(), 0);
    assert_eq!(world.count("t").await, 2);
}

#[tokio::test]
async fn only_failures_are_shown_when_asked_for() {
    let mut world = csv_world(&[GOOD, BAD]).await;
    let rows = world
        .run("COPY INTO t FROM @st ON_ERROR = SKIP_FILE RETURN_FAILED_ONLY = TRUE")
        .await;
    assert_eq!(statuses(&rows), ["LOAD_FAILED 4 0 2"]);
}

#[tokio::test]
async fn long_text_is_cut_when_asked_for() {
    for option in ["TRUNCATECOLUMNS = TRUE", "ENFORCE_LENGTH = FALSE"] {
        let mut world = csv_world(&[("a.csv", "1,abcdef\n")]).await;
        assert_eq!(world.fails("COPY INTO t FROM @st").await.code(), 100_074);
        world.run(&format!("COPY INTO t FROM @st {option}")).await;
        assert_eq!(lines(&world.run("SELECT b FROM t").await), ["abc"]);
    }
}

#[tokio::test]
async fn columns_that_files_do_not_fill_get_their_defaults() {
    let mut world = csv_world(&[("a.csv", "x\ny\n")]).await;
    world.run("CREATE SEQUENCE q").await;
    world.run(
        "CREATE TABLE u (id NUMBER AUTOINCREMENT, b VARCHAR, n NUMBER DEFAULT 7, s NUMBER DEFAULT q.NEXTVAL, z DATE)",
    )
    .await;
    world.run("COPY INTO u (b) FROM @st").await;
    assert_eq!(
        lines(&world.run("SELECT * FROM u ORDER BY id").await),
        ["1 x 7 1 -", "2 y 7 2 -"]
    );
    world.run("CREATE TABLE v (b VARCHAR, z DATE)").await;
    world.run("COPY INTO v (b) FROM @st").await;
    assert_eq!(
        lines(&world.run("SELECT * FROM v ORDER BY b").await),
        ["x -", "y -"]
    );
}

#[tokio::test]
async fn columns_are_matched_by_name() {
    let mut world = World::new().await;
    world
        .put("in/a.json", "{\"ID\":1,\"name\":\"x\",\"other\":0}\n{\"id\":2}\n")
        .await;
    world
        .run("CREATE TABLE t (id NUMBER, name VARCHAR, file VARCHAR, row_number NUMBER)")
        .await;
    world
        .run(
            "COPY INTO t FROM @st MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE \
             INCLUDE_METADATA = (file = METADATA$FILENAME, row_number = METADATA$FILE_ROW_NUMBER)",
        )
        .await;
    assert_eq!(
        lines(&world.run("SELECT * FROM t ORDER BY id").await),
        ["1 x in/a.json 1", "2 - in/a.json 2"]
    );
    assert_eq!(world.fails("COPY INTO t FROM @st").await.code(), 2019);
}

#[tokio::test]
async fn validation_loads_nothing() {
    let mut world = csv_world(&[GOOD, BAD]).await;
    let rows = world
        .run("COPY INTO t FROM @st VALIDATION_MODE = RETURN_ERRORS")
        .await;
    assert_eq!(rows.len(), 2);
    assert_eq!(
        lines(&vec![rows[0][..6].to_vec()]),
        ["Numeric value 'four' is not recognized s3://raw/in/b.csv 2 1 4 conversion"]
    );
    assert_eq!(
        lines(
            &world
                .run("COPY INTO t FROM @st/a VALIDATION_MODE = RETURN_1_ROWS")
                .await
        ),
        ["1 x"]
    );
    world
        .fails("COPY INTO t FROM @st VALIDATION_MODE = RETURN_9_ROWS")
        .await;
    assert_eq!(world.count("t").await, 0);
    world.run("COPY INTO t FROM @st ON_ERROR = CONTINUE").await;
    assert_eq!(
        world
            .run("COPY INTO t FROM @st VALIDATION_MODE = RETURN_ERRORS")
            .await
            .len(),
        0
    );
    assert_eq!(
        world
            .run("COPY INTO t FROM @st VALIDATION_MODE = RETURN_ALL_ERRORS")
            .await
            .len(),
        2
    );
}

#[tokio::test]
async fn old_files_are_uncertain_and_skipped() {
    let mut world = csv_world(&[GOOD]).await;
    world.run("COPY INTO t FROM @st").await;
    world.put("in/late.csv", "9,x\n").await;
    world.wait(65 * 24 * 60);
    // The table's first load is forgotten, and so is whether the old files were loaded.
    assert_eq!(world.run("COPY INTO t FROM @st").await.len(), 1);
    assert_eq!(world.count("t").await, 2);
    world.run("CREATE TABLE young (a NUMBER, b VARCHAR)").await;
    assert_eq!(world.run("COPY INTO young FROM @st").await.len(), 2);
    world
        .run("COPY INTO t FROM @st LOAD_UNCERTAIN_FILES = TRUE")
        .await;
    assert_eq!(world.count("t").await, 5);
}

#[tokio::test]
async fn copies_at_the_same_time_share_the_files() {
    let mut world = csv_world(&[GOOD]).await;
    let mut other = world.account.session("OTHER");
    other.execute("USE SCHEMA d.s").await.unwrap();
    let (first, second) = tokio::join!(
        world.session.execute("COPY INTO t FROM @st"),
        other.execute("COPY INTO t FROM @st")
    );
    assert_eq!(first.unwrap().row_count() + second.unwrap().row_count(), 2);
    assert_eq!(world.count("t").await, 2);
}

#[tokio::test]
async fn a_restart_remembers_what_was_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::over(Some(folder.path())).await;
    world.put("in/a.csv", "1\n").await;
    world.run("CREATE STAGE st URL = 's3://raw/in/'").await;
    world.run("CREATE TABLE t (a NUMBER)").await;
    world.run("COPY INTO t FROM @st").await;
    drop(world);
    let mut world = World::over(Some(folder.path())).await;
    assert_eq!(world.run("COPY INTO t FROM @st").await.len(), 1);
    assert_eq!(world.count("t").await, 1);
}
