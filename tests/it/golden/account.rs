//! From the emulator to its own server and back: the cases of `tests/sql/basics` give the same over the client of an
//! account, and leave nothing behind.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use super::{connect, copy, err, folder, out, program, run, told, write};
use crate::remote::{World, until};

/// A server that knows the user of the connections.
async fn served() -> World {
    World::with(|config| {
        config.users.add_password("u", "s3cret");
        config.limits.patience = Duration::from_millis(100);
    })
    .await
}

/// The scratch databases that the server has.
fn scratch(world: &World) -> Vec<String> {
    let snapshot = world.account.catalog().snapshot();
    let databases = snapshot.all(snowglobe::catalog::ObjectKind::Database);
    let names = databases.map(|database| database.name.to_string());
    names.filter(|name| name.starts_with("SNOWGLOBE_TEST")).collect()
}

const ENDLESS: &str = "EXECUTE IMMEDIATE $$ BEGIN WHILE (TRUE) DO SELECT 1; END WHILE; END $$;\n";
const ON_ACCOUNT: [&str; 5] = ["test", "cases", "--target", "snowflake", "--connection"];

/// The command line of a run on the account, with more arguments.
fn on_account<'a>(more: &[&'a str]) -> Vec<&'a str> {
    let mut arguments = ON_ACCOUNT.to_vec();
    arguments.push("far");
    arguments.extend(more);
    arguments
}

#[tokio::test(flavor = "multi_thread")]
async fn every_case_gives_the_same_over_the_wire() {
    let world = served().await;
    let folder = folder(&[]);
    connect(folder.path(), world.server.address().port());
    let basics = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sql/basics");
    copy(&basics, &folder.path().join("cases"));

    let here = run(folder.path(), &["test", "cases"]).await;
    assert!(here.status.success(), "{}", told(&here));
    let there = run(folder.path(), &on_account(&["--record"])).await;
    assert!(there.status.success(), "{}", told(&there));
    assert!(!out(&there).contains("skipped"), "{}", told(&there));
    assert_eq!(scratch(&world), [""; 0]);

    let recorded = std::fs::read_to_string(folder.path().join("cases/tables.snowflake.snap")).unwrap();
    assert!(recorded.contains("# from: Snowglobe\n"), "{recorded}");
    let compared = run(folder.path(), &["compare", "cases", "--html", "page.html"]).await;
    assert!(compared.status.success(), "{}", told(&compared));
    assert!(out(&compared).contains("(100.0 %)"), "{}", told(&compared));
    assert!(
        out(&compared).contains("Snowglobe itself, not an account"),
        "{}",
        told(&compared)
    );
    assert!(
        std::fs::read_to_string(folder.path().join("page.html"))
            .unwrap()
            .contains("100.0 %")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_reaches_out_or_cannot_be_done_is_skipped_and_told() {
    let world = served().await;
    let folder = folder(&[
        ("cases/database.sql", "SELECT 1;\nCREATE DATABASE MINE;\n"),
        ("cases/role.sql", "EXECUTE IMMEDIATE 'GRANT ROLE A TO ROLE B';\n"),
        ("cases/bucket.sql", "-- @s3 f.json s3://b/k\nSELECT 1;\n"),
        (
            "cases/pipe.sql",
            "CREATE PIPE P AS COPY INTO T FROM @S;\n-- @advance 1 minute\n",
        ),
    ]);
    connect(folder.path(), world.server.address().port());
    let output = run(folder.path(), &on_account(&[])).await;
    assert!(output.status.success(), "{}", told(&output));
    for told_so in [
        "line 2: CREATE DATABASE is about the account; --allow-account-objects lets it",
        "line 1: GRANT is about the account's roles",
        "@s3 puts files into a bucket of Snowglobe's",
        "line 1: a pipe works in an account's real time",
    ] {
        assert!(out(&output).contains(told_so), "{told_so}: {}", told(&output));
    }
    let output = run(
        folder.path(),
        &on_account(&["--allow-account-objects", "--filter", "database"]),
    )
    .await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(out(&output).contains("NEW"), "{}", told(&output));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_left_behind_by_failure_time_out_or_ctrl_c() {
    let world = served().await;
    let folder = folder(&[
        (
            "cases/wrong.sql",
            "CREATE TABLE T (ID INT);\nSELECT * FROM NOSUCH;\n",
        ),
        ("cases/slow.sql", ENDLESS),
    ]);
    connect(folder.path(), world.server.address().port());
    let output = run(folder.path(), &on_account(&["--timeout", "2"])).await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        out(&output).contains("did not end within 2 seconds"),
        "{}",
        told(&output)
    );
    assert!(out(&output).contains("wrong.sql:2"), "{}", told(&output));
    assert_eq!(scratch(&world), [""; 0], "{}", told(&output));

    #[cfg(unix)]
    {
        let mut command = program(folder.path(), &on_account(&["--filter", "slow"]));
        let child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        until(|| !scratch(&world).is_empty()).await;
        let id = child.id().to_string();
        let killed = std::process::Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap();
        assert!(killed.success());
        let ended = tokio::task::spawn_blocking(move || child.wait_with_output().unwrap());
        let output = ended.await.unwrap();
        assert_eq!(output.status.code(), Some(130), "{}", told(&output));
        assert_eq!(err(&output), "");
        assert_eq!(scratch(&world), [""; 0]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_do_not_work_are_misuse() {
    let world = served().await;
    let folder = folder(&[]);
    write(folder.path(), "cases/a.sql", "SELECT 1 AS A;\n");
    connect(folder.path(), world.server.address().port());
    for (arguments, told_so) in [
        (["--connection", "nobody"], "there is no connection 'nobody'"),
        (["--connection", "wrong"], "Incorrect username or password"),
    ] {
        let mut all = vec!["test", "cases", "--target", "snowflake"];
        all.extend(arguments);
        let output = run(folder.path(), &all).await;
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        assert!(err(&output).contains(told_so), "{}", told(&output));
        assert!(!err(&output).contains("wr0ng"), "{}", told(&output));
    }
    for arguments in [
        &["test", "cases", "--record"][..],
        &["test", "cases", "--connection", "far"],
        &["test", "cases", "--target", "snowflake", "--update"],
    ] {
        let output = run(folder.path(), arguments).await;
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    }
}
