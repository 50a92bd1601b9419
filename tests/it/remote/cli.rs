//! `snowglobe sql --connection`: the same output on either target.

use std::process::{Command, Output, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::proxy::Proxy;
use super::{World, until};

const SCRIPT: &str = "create database d; create table t (id int, name varchar(10)); \
                      insert into t values (1, 'a'), (1200, null); select * from t order by id; \
                      select parse_json('{\"a\":[1]}') as v, 1.50::number(5,2) as n, true as b";

/// The program, with connections to a server.
fn program(folder: &TempDir, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snowglobe"));
    command
        .arg("sql")
        .args(arguments)
        .env("SNOWFLAKE_HOME", folder.path())
        .stdin(Stdio::null());
    command
}

async fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    let mut command = program(folder, arguments);
    tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A server with a user, and a folder with a connection to it.
async fn served() -> (World, TempDir) {
    let world = World::with(|config| {
        config.users.add_password("u", "s3cret");
        config.limits.patience = Duration::from_millis(100);
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let port = world.server.address().port();
    let toml = format!(
        "[far]\naccount = 'test'\nuser = 'u'\npassword = 's3cret'\nhost = '127.0.0.1'\nport = {port}\nprotocol = 'http'\n\
         [wrong]\naccount = 'test'\nuser = 'u'\npassword = 'wr0ng'\nhost = '127.0.0.1'\nport = {port}\nprotocol = 'http'\n"
    );
    let path = folder.path().join("connections.toml");
    std::fs::write(&path, toml).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    (world, folder)
}

#[tokio::test]
async fn a_script_gives_the_same_on_either_target() {
    for format in ["table", "json", "csv"] {
        let (_world, folder) = served().await;
        let here = run(&folder, &["--format", format, "-q", SCRIPT]).await;
        let there = run(
            &folder,
            &["--format", format, "--connection", "far", "-q", SCRIPT],
        )
        .await;
        assert!(there.status.success(), "{}", text(&there.stderr));
        assert_eq!(text(&there.stdout), text(&here.stdout));
        assert_eq!(text(&there.stderr), "");
    }
}

#[tokio::test]
async fn failures_read_the_same_on_either_target() {
    let (_world, folder) = served().await;
    for sql in [
        "select 1 as a;\n  selec 2",
        "select 1 as a;\nselect\n  no_such_column",
        "use database nowhere",
    ] {
        let here = run(&folder, &["-q", sql]).await;
        let there = run(&folder, &["--connection", "far", "-q", sql]).await;
        assert_eq!((there.status.code(), here.status.code()), (Some(1), Some(1)));
        assert_eq!(text(&there.stdout), text(&here.stdout));
        assert_eq!(text(&there.stderr), text(&here.stderr));
    }
    let there = run(
        &folder,
        &["--connection", "far", "--database", "nowhere", "-q", "select 1"],
    )
    .await;
    assert_eq!(there.status.code(), Some(1));
}

#[tokio::test]
async fn connections_that_do_not_work_are_told_without_their_secrets() {
    let (_world, folder) = served().await;
    for (name, told) in [
        (
            "wrong",
            "390100 (08001): login as u failed: Incorrect username or password",
        ),
        ("nobody", "there is no connection 'nobody'"),
    ] {
        let output = run(&folder, &["-vvv", "--connection", name, "-q", "select 1"]).await;
        assert_eq!(output.status.code(), Some(1));
        let shown = text(&output.stderr);
        assert!(shown.contains(told), "{shown}");
        assert!(!shown.contains("wr0ng") && !shown.contains("s3cret"), "{shown}");
    }
    let output = run(&folder, &["-vvv", "--connection", "far", "-q", "select 1"]).await;
    let shown = text(&output.stderr);
    assert!(output.status.success(), "{shown}");
    assert!(
        !shown.contains("s3cret") && !shown.contains("Snowflake Token"),
        "{shown}"
    );
    let both = run(
        &folder,
        &["--connection", "far", "--data-dir", "/tmp/x", "-q", "select 1"],
    )
    .await;
    assert_eq!(both.status.code(), Some(2));
}

#[tokio::test]
async fn the_proxy_of_the_environment_is_used() {
    let (world, folder) = served().await;
    let proxy = Proxy::before(&world).await;
    let mut command = program(
        &folder,
        &["--connection", "behind", "--format", "csv", "-q", "select 7 as a"],
    );
    for name in ["http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"] {
        command.env_remove(name);
    }
    command.env("HTTP_PROXY", format!("http://127.0.0.1:{}", proxy.port()));
    for (key, value) in [
        ("ACCOUNT", "test"),
        ("USER", "u"),
        ("PASSWORD", "s3cret"),
        ("HOST", "account.invalid"),
        ("PROTOCOL", "http"),
    ] {
        command.env(format!("SNOWFLAKE_CONNECTIONS_BEHIND_{key}"), value);
    }
    let output = tokio::task::spawn_blocking(move || command.output().unwrap())
        .await
        .unwrap();
    assert_eq!(text(&output.stdout), "A\r\n7\r\n", "{}", text(&output.stderr));
    assert_eq!(proxy.seen("/session/v1/login-request").len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn ctrl_c_ends_the_statement_in_the_account() {
    let (world, folder) = served().await;
    let mut holder = world.account.session("U");
    for sql in [
        "CREATE DATABASE D",
        "CREATE TABLE T AS SELECT 1 AS A",
        "BEGIN",
        "UPDATE T SET A = A + 1",
    ] {
        holder.execute(sql).await.unwrap();
    }
    let update = "update d.public.t set a = a * 10";
    let mut child = program(&folder, &["--connection", "far", "-q", update])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    until(|| {
        world
            .account
            .queries()
            .all()
            .iter()
            .any(|record| record.text == update)
    })
    .await;
    let id = child.id().to_string();
    assert!(
        Command::new("kill")
            .args(["-INT", &id])
            .status()
            .unwrap()
            .success()
    );
    let status = tokio::task::spawn_blocking(move || {
        let status = child.wait().unwrap();
        let mut told = String::new();
        std::io::Read::read_to_string(&mut child.stderr.take().unwrap(), &mut told).unwrap();
        (status, told)
    });
    let (status, told) = status.await.unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(told.contains("SQL execution canceled"), "{told}");
    holder.execute("COMMIT").await.unwrap();
    let result = holder.execute("SELECT A FROM T").await.unwrap();
    let rows = result.to_text(&holder.context().types).unwrap();
    assert_eq!(rows, [[Some("2".to_owned())]]);
}
