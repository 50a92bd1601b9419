//! Snowpipe.

use super::*;

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

const PIPE: &str = "CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO t FROM @st";

async fn piped() -> World {
    let mut world = World::new().await;
    world.run("CREATE TABLE t (v VARIANT)").await;
    world.run(PIPE).await;
    world
}

#[tokio::test]
async fn a_paused_pipe_waits() {
    let mut world = piped().await;
    world.run("ALTER PIPE p SET PIPE_EXECUTION_PAUSED = TRUE").await;
    world.put("in/a.json", "{}").await;
    assert!(pipe::drain(&world.account).await.pipes.is_empty());
    world.run("ALTER PIPE p SET PIPE_EXECUTION_PAUSED = FALSE").await;
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
}

#[tokio::test]
async fn a_pipe_in_trouble_is_in_nobodys_way() {
    let mut world = piped().await;
    world.run("CREATE TABLE u (v VARIANT)").await;
    world
        .run("CREATE PIPE q AUTO_INGEST = TRUE AS COPY INTO u FROM @st")
        .await;
    world.put("in/a.json", "{}").await;
    world.run("DROP TABLE t").await;
    let report = pipe::drain(&world.account).await;
    assert_eq!(report.pipes[0].error.as_ref().unwrap().code(), 2003);
    assert_eq!((report.pipes[1].files, report.files()), (1, 1));
    // The files of the first still wait.
    world.run("UNDROP TABLE t").await;
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
}

#[tokio::test]
async fn bad_files_cost_only_themselves() {
    let world = piped().await;
    world.put("in/1.json", "{\"a\":1}").await;
    world.put("in/2.json", "{\"a\":").await;
    world
        .put("in/3.json.gz", Bytes::from_static(b"\x1f\x8b\x08\x00nonsense"))
        .await;
    world.put("in/4.json", "").await;
    let report = pipe::drain(&world.account).await;
    assert_eq!((report.files(), report.rows()), (2, 1));
    let rejected: Vec<&str> = report.pipes[0]
        .rejected
        .iter()
        .map(|file| file.file.as_str())
        .collect();
    assert_eq!(rejected, ["2.json", "3.json.gz"]);
    let snapshot = world.account.catalog().snapshot();
    let pipe = report.pipes[0].pipe;
    let failed = snapshot.load_of(pipe, "raw/in/2.json").unwrap();
    assert!(failed.first_error.as_ref().unwrap().contains("JSON"));
    assert_eq!(snapshot.load_history().count(), 4);
}

#[tokio::test]
async fn a_restart_loads_what_is_missing_and_nothing_twice() {
    let folder = tempfile::tempdir().unwrap();
    let mut world = World::over(Some(folder.path())).await;
    world
        .run("CREATE STAGE st URL = 's3://raw/in/' FILE_FORMAT = (TYPE = JSON)")
        .await;
    world.run("CREATE TABLE t (v VARIANT)").await;
    world.run(PIPE).await;
    world.put("in/1.json", "{}").await;
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
    world.put("in/2.json", "{}").await;
    drop(world);
    let mut world = World::over(Some(folder.path())).await;
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
    assert_eq!(pipe::drain(&world.account).await.files(), 0);
    assert_eq!(world.count("t").await, 2);
}

#[tokio::test]
async fn a_pipe_matches_its_pattern_below_the_stage() {
    let mut world = World::new().await;
    world.run("CREATE TABLE t (v VARIANT)").await;
    world
        .run("CREATE PIPE p AUTO_INGEST = TRUE AS COPY INTO t FROM @st PATTERN = 'good.*'")
        .await;
    world.put("in/good.json", "{}").await;
    world.put("in/bad.json", "{}").await;
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
}

#[tokio::test]
async fn refresh_queues_what_was_there_before() {
    let mut world = World::new().await;
    world.run("CREATE TABLE t (v VARIANT)").await;
    world.put("in/ancient.json", "{}").await;
    world.wait(8 * 24 * 60);
    world.put("in/old/1.json", "{}").await;
    world.put("in/old/copied.json", "{}").await;
    world.put("in/other.json", "{}").await;
    world.wait(1);
    world.run("COPY INTO t FROM @st/old/copied").await;
    world.run(PIPE).await;
    assert_eq!(pipe::drain(&world.account).await.files(), 0);
    assert_eq!(
        lines(&world.run("ALTER PIPE p REFRESH PREFIX = 'old/'").await),
        ["old/1.json SENT"]
    );
    let account = Arc::clone(&world.account);
    let status = || {
        let snapshot = account.catalog().snapshot();
        let object = snapshot
            .all(snowglobe::catalog::ObjectKind::Pipe)
            .next()
            .cloned()
            .unwrap();
        pipe::status(&account, &snapshot, &object).to_string()
    };
    assert!(status().contains("\"pendingFileCount\":1"));
    assert_eq!(pipe::drain(&world.account).await.files(), 1);
    assert_eq!(
        status(),
        "{\"executionState\":\"RUNNING\",\"pendingFileCount\":0,\
         \"lastIngestedTimestamp\":\"2026-01-09T00:01:00.000Z\",\"lastIngestedFilePath\":\"old/1.json\"}"
    );
    assert_eq!(
        lines(&world.run("ALTER PIPE p REFRESH").await),
        ["other.json SENT"]
    );
    assert_eq!(
        world
            .fails("ALTER PIPE p REFRESH MODIFIED_AFTER = '2025-01-01T00:00:00Z'")
            .await
            .code(),
        1008
    );
}

#[tokio::test]
async fn pipes_run_in_real_time() {
    let mut world = piped().await;
    world.put("in/1.json", "{}").await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (sender, mut done) = tokio::sync::mpsc::unbounded_channel();
    let account = Arc::clone(&world.account);
    let service = pipe::run(
        account,
        async {
            let _ = stopped.await;
        },
        move |report| sender.send(report.files()).unwrap(),
    );
    let driving = async {
        assert_eq!(done.recv().await, Some(1));
        world.put("in/2.json", "{}").await;
        assert_eq!(done.recv().await, Some(1));
        world.put("in/2.json", "{\"again\":1}").await;
        world.put("in/3.json", "{}").await;
        assert_eq!(done.recv().await, Some(1));
        stop.send(()).unwrap();
    };
    tokio::join!(service, driving);
    assert_eq!(world.count("t").await, 3);
}
