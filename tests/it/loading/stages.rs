//! Stages: the kinds of them, their files, and queries over them.

use super::*;

#[tokio::test]
async fn files_go_to_and_come_from_internal_stages() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    for name in ["a1.csv", "a2.csv", "b.csv"] {
        std::fs::write(folder.path().join(name), "1,x\n").unwrap();
    }
    let mut world = World::over(None).await;
    world.run("CREATE STAGE own").await;
    world.run("CREATE TABLE t (a NUMBER, b VARCHAR)").await;
    let rows = world.run(&format!("PUT 'file://{path}/a*.csv' @own/in")).await;
    assert_eq!(lines(&vec![rows[0][..3].to_vec()]), ["a1.csv a1.csv.gz 4"]);
    assert_eq!(lines(&vec![rows[1][4..7].to_vec()]), ["NONE GZIP UPLOADED"]);
    let rows = world.run(&format!("PUT file://{path}/a1.csv @own/in")).await;
    assert_eq!(rows[0][6].as_deref(), Some("SKIPPED"));
    world
        .run(&format!("PUT file://{path}/b.csv @%t AUTO_COMPRESS = FALSE"))
        .await;
    world
        .run(&format!("PUT file://{path}/b.csv @~/mine AUTO_COMPRESS = FALSE"))
        .await;
    let names = |rows: Text| rows.iter().map(|row| row[0].clone().unwrap()).collect::<Vec<_>>();
    assert_eq!(
        names(world.run("LIST @own").await),
        ["own/in/a1.csv.gz", "own/in/a2.csv.gz"]
    );
    assert_eq!(names(world.run("LIST @%t").await), ["b.csv"]);
    let listed = world.run("LS @~").await;
    assert_eq!(
        lines(&listed),
        ["mine/b.csv 4 8cf8463bdda2e4bb4e7cd5b5ad3d8d1c - Thu, 1 Jan 2026 00:00:00 GMT".to_string()]
            .map(|line| line.replace("8cf8463bdda2e4bb4e7cd5b5ad3d8d1c", listed[0][2].as_ref().unwrap()))
    );

    assert_eq!(names(world.run("COPY INTO t").await), ["b.csv"]);
    assert_eq!(
        names(world.run("COPY INTO t FROM @own").await),
        ["own/in/a1.csv.gz", "own/in/a2.csv.gz"]
    );
    world.run("COPY INTO t FROM @~/mine").await;
    assert_eq!(world.count("t").await, 4);

    let target = tempfile::tempdir().unwrap();
    let rows = world
        .run(&format!(
            "GET @own file://{} PATTERN = '.*a1.*'",
            target.path().display()
        ))
        .await;
    assert_eq!(rows[0][0].as_deref(), Some("a1.csv.gz"));
    assert!(target.path().join("a1.csv.gz").exists());
    assert_eq!(
        lines(&world.run("REMOVE @own PATTERN = '.*a1.*'").await),
        ["own/in/a1.csv.gz removed"]
    );
    assert_eq!(world.run("LIST @own").await.len(), 1);
    assert_eq!(
        world
            .fails(&format!("PUT file://{path}/none.csv @own"))
            .await
            .code(),
        253_006
    );
}

#[tokio::test]
async fn stages_are_tables_of_queries() {
    let mut world = csv_world(&[("a.csv", "1,x\n2,y\n"), ("b.csv", "3,z\n")]).await;
    world
        .run("CREATE FILE FORMAT pipes TYPE = CSV FIELD_DELIMITER = '|'")
        .await;
    let rows = world
        .run("SELECT METADATA$FILENAME, t.$1, $3 FROM @st t ORDER BY 2")
        .await;
    assert_eq!(lines(&rows), ["in/a.csv 1 -", "in/a.csv 2 -", "in/b.csv 3 -"]);
    let rows = world
        .run("SELECT $1 FROM @st (FILE_FORMAT => 'pipes', PATTERN => '.*b.csv')")
        .await;
    assert_eq!(lines(&rows), ["3,z"]);
    world
        .run("CREATE TABLE u AS SELECT $1::NUMBER AS n FROM @st")
        .await;
    world.run("INSERT INTO u SELECT $1 FROM @st/b.csv").await;
    assert_eq!(lines(&world.run("SELECT SUM(n) FROM u").await), ["9"]);
    assert_eq!(world.fails("SELECT * FROM @st").await.code(), 2);
    assert_eq!(world.fails("SELECT $1 FROM @nowhere").await.code(), 2003);
}

#[tokio::test]
async fn an_integration_opens_its_locations_only() {
    let mut world = csv_world(&[("a.csv", "1,x\n")]).await;
    world
        .run(
            "CREATE STORAGE INTEGRATION i TYPE = EXTERNAL_STAGE STORAGE_PROVIDER = 'S3' ENABLED = TRUE \
             STORAGE_AWS_ROLE_ARN = 'arn:aws:iam::1:role/r' STORAGE_ALLOWED_LOCATIONS = ('s3://raw/in/') \
             STORAGE_BLOCKED_LOCATIONS = ('s3://raw/in/secret/')",
        )
        .await;
    world
        .run("CREATE STAGE si URL = 's3://raw/in/' STORAGE_INTEGRATION = i")
        .await;
    world.run("COPY INTO t FROM @si").await;
    assert_eq!(world.fails("COPY INTO t FROM @si/secret/x").await.code(), 3127);
    let error = world
        .fails("COPY INTO t FROM 's3://raw/elsewhere/' STORAGE_INTEGRATION = i")
        .await;
    assert_eq!(error.code(), 3127);
    world.run("ALTER STORAGE INTEGRATION i SET ENABLED = FALSE").await;
    assert_eq!(world.fails("COPY INTO t FROM @si").await.code(), 3115);
    assert_eq!(world.fails("LIST @nowhere").await.code(), 2003);
    world.run("CREATE STAGE lost URL = 's3://no-such-bucket/'").await;
    assert_eq!(world.fails("COPY INTO t FROM @lost").await.code(), 91_003);
}

#[tokio::test]
async fn what_is_unloaded_loads_again() {
    let mut world = csv_world(&[("a.csv", "1,x\n2,y\n3,\n")]).await;
    world.run("COPY INTO t FROM @st").await;
    let rows = world.run("COPY INTO @st/out/ FROM t HEADER = TRUE").await;
    assert_eq!(rows[0][0].as_deref(), Some("3"));
    let listed = world.run("LIST @st/out/").await;
    assert_eq!(listed[0][0].as_deref(), Some("s3://raw/in/out/data_0_0_0.csv.gz"));
    let error = world.fails("COPY INTO @st/out/ FROM t").await;
    assert!(error.message().contains("already existing"));
    world.run("COPY INTO @st/out/ FROM t OVERWRITE = TRUE").await;
    world.run("CREATE TABLE u LIKE t").await;
    world.run("COPY INTO u FROM @st/out/").await;
    let all = world.run("SELECT * FROM t ORDER BY a").await;
    assert_eq!(world.run("SELECT * FROM u ORDER BY a").await, all);

    let rows = world
        .run("COPY INTO @st/parts FROM t PARTITION BY ('b=' || b) DETAILED_OUTPUT = TRUE")
        .await;
    let folders: Vec<&str> = rows
        .iter()
        .map(|row| row[0].as_ref().unwrap().split("/data_").next().unwrap())
        .collect();
    assert_eq!(folders, ["parts/__NULL__", "parts/b=x", "parts/b=y"]);
    world.run("COPY INTO @st/json/x.json FROM (SELECT OBJECT_CONSTRUCT('a', a) FROM t) FILE_FORMAT = (TYPE = JSON COMPRESSION = NONE) SINGLE = TRUE").await;
    world.run("CREATE FILE FORMAT j TYPE = JSON").await;
    assert_eq!(
        world
            .run("SELECT $1:a FROM @st/json/ (FILE_FORMAT => j)")
            .await
            .len(),
        3
    );
}
