//! The program as a person or a script uses it: output, exit status, and what errors look like.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn snowglobe(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snowglobe"));
    command
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stdin(Stdio::null());
    command
}

fn run(arguments: &[&str]) -> Output {
    snowglobe(arguments).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// The output of a command that must succeed and tell nothing on standard error.
fn good(arguments: &[&str]) -> String {
    let output = run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", err(&output));
    assert_eq!(err(&output), "", "{arguments:?}");
    out(&output)
}

#[test]
fn a_query_gives_an_aligned_table() {
    let table = good(&[
        "sql",
        "-q",
        "select 7 as id, 'seven' as name union all select 1200, null order by id",
    ]);
    insta::assert_snapshot!(table, @r"
    ┌──────┬───────┐
    │ ID   ┆ NAME  │
    ╞══════╪═══════╡
    │    7 ┆ seven │
    │ 1200 ┆ NULL  │
    └──────┴───────┘
    2 rows
    ");
}

#[test]
fn json_and_csv_are_for_programs() {
    let query = "select 1.50 as n, null as z, 'say \"hi\"' as t, parse_json('{\"a\":[1]}') as v, true as b";
    insta::assert_snapshot!(good(&["sql", "--format", "json", "-q", query]), @r#"
    [
      {"N": 1.5, "Z": null, "T": "say \"hi\"", "V": {"a": [1]}, "B": true}
    ]
    "#);
    let csv = good(&[
        "sql",
        "--format",
        "csv",
        "-q",
        "select 1 as n, null as z, '' as e; select 'a,b' as t",
    ]);
    assert_eq!(csv, "N,Z,E\r\n1,,\"\"\r\n\nT\r\n\"a,b\"\r\n");
}

#[test]
fn queries_follow_files_and_share_their_session() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.sql");
    std::fs::write(
        &file,
        "create database d; create table t (x int);\ninsert into t values (5)",
    )
    .unwrap();
    let csv = good(&[
        "sql",
        "--format",
        "csv",
        "-q",
        "select x + 1 as y from t",
        "-f",
        file.to_str().unwrap(),
    ]);
    assert!(csv.ends_with("Y\r\n6\r\n"), "{csv}");
}

#[test]
fn a_script_stops_at_its_first_error_and_shows_the_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("broken.sql");
    std::fs::write(
        &file,
        "select 1 as one;\n\n  select 2,\n    no_such_column;\nselect 3 as three;\n",
    )
    .unwrap();
    let name = file.display().to_string();
    let output = run(&["sql", "--format", "csv", "-f", &name]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(out(&output), "ONE\r\n1\r\n");
    let told = err(&output);
    assert!(told.starts_with(&format!("error: {name}:")), "{told}");
    assert!(
        told.contains("000904 (42000)") && told.contains("NO_SUCH_COLUMN"),
        "{told}"
    );

    std::fs::write(&file, "select 1 as one;\n  selec 2;\n").unwrap();
    let told = err(&run(&["sql", "-f", &name]));
    assert!(told.contains("broken.sql:2:3: 001003 (42000)"), "{told}");
    assert!(told.contains("2 |   selec 2;\n  |   ^\n"), "{told}");
}

#[test]
fn standard_input_is_a_script() {
    let mut child = snowglobe(&["sql", "--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"select 1 as a;\nselect 2 as a")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(out(&output), "[\n  {\"A\": 1}\n]\n[\n  {\"A\": 2}\n]\n");
}

#[test]
fn wrong_options_are_told_and_nothing_runs() {
    for (arguments, told) in [
        (
            &["sql", "--format", "xml", "-q", "select 1"][..],
            "possible values: table, json, csv",
        ),
        (&["run"], "<DIR>"),
        (&["run", "sql/customer_events", "--rate", "0"], "more than 0"),
        (
            &["run", "sql/customer_events", "--input", "x", "--seed", "1"],
            "cannot be used with",
        ),
        (
            &[
                "run",
                "sql/customer_events",
                "--kafka-brokers",
                "h:1",
                "--kafka-port",
                "9",
            ],
            "cannot be used with",
        ),
        (&["fly"], "fly"),
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(told), "{arguments:?}: {}", err(&output));
        assert_eq!(out(&output), "");
    }
    let version = good(&["--version"]);
    assert_eq!(version, format!("snowglobe {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn what_cannot_be_used_is_named_with_a_remedy() {
    let output = run(&["run", "no/such/folder"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("no/such/folder/pipeline.toml"),
        "{}",
        err(&output)
    );
    assert!(
        err(&output).contains("hint: a pipeline is a folder"),
        "{}",
        err(&output)
    );

    let output = run(&["sql", "-f", "no/such.sql"]);
    assert!(
        err(&output).contains("no/such.sql cannot be read"),
        "{}",
        err(&output)
    );

    let output = snowglobe(&[
        "run",
        "sql/customer_events",
        "--s3-endpoint",
        "http://127.0.0.1:1",
    ])
    .env_remove("AWS_ACCESS_KEY_ID")
    .env_remove("AWS_SECRET_ACCESS_KEY")
    .output()
    .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("hint: give the option, or set AWS_ACCESS_KEY_ID"),
        "{}",
        err(&output)
    );
}

#[test]
fn a_data_directory_keeps_everything_and_serves_one_process_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    good(&[
        "sql",
        "--data-dir",
        dir,
        "-q",
        "create database d; create table t as select 1 as x",
    ]);
    let read = [
        "sql",
        "--data-dir",
        dir,
        "--database",
        "d",
        "--schema",
        "public",
        "--format",
        "csv",
    ];
    let query = |sql: &'static str| [&read[..], &["-q", sql]].concat();
    assert_eq!(good(&query("select x from t")), "X\r\n1\r\n");

    let held = snowglobe::cli::data_dir::DataDir::open(folder.path()).unwrap();
    let output = run(&query("select x from t"));
    assert_eq!(output.status.code(), Some(1));
    assert!(
        err(&output).contains("in use by another snowglobe process"),
        "{}",
        err(&output)
    );
    drop(held);
    good(&query("select x from t"));
}

#[cfg(unix)]
#[test]
fn the_world_alone_serves_until_it_is_told_to_stop() {
    let mut child = snowglobe(&["world"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ready = String::new();
    output.read_line(&mut ready).unwrap();
    let ready = ready.trim();
    let mut names = Vec::new();
    for part in ready.strip_prefix("ready ").unwrap().split(' ') {
        let (name, address) = part.split_once('=').unwrap();
        names.push(name);
        std::net::TcpStream::connect(address).unwrap();
    }
    assert_eq!(names, ["s3", "kafka", "sqs"]);
    assert!(
        Command::new("kill")
            .arg(child.id().to_string())
            .status()
            .unwrap()
            .success()
    );
    assert!(child.wait().unwrap().success());
    let mut rest = String::new();
    output.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
}

/// A pipeline of one table, with some check.
fn small_pipeline(folder: &Path, script: &str, check: &str) {
    let toml = format!(
        r#"
name = "small"
description = "One table"
start = 2026-03-02T09:00:00Z
[kafka]
topic = "t"
[generator]
kind = "customer_events"
events = 10
[sink]
bucket = "small"
prefix = "in/"
[waves]
count = 1
advance = "5 minutes"
[[checks]]
name = "the table has its row"
{check}
"#
    );
    std::fs::write(folder.join("pipeline.toml"), toml).unwrap();
    std::fs::write(folder.join("01.sql"), script).unwrap();
}

#[test]
fn a_failing_script_ends_the_run_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    small_pipeline(
        folder.path(),
        "create database d;\nselect *\nfrom nowhere;\n",
        "sql = \"select 1\"\nexpect = 1",
    );
    let output = run(&["run", folder.path().to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let told = err(&output);
    assert!(
        told.contains("01.sql:2:1: 002003 (42S02)") || told.contains("01.sql:3:6: 002003 (42S02)"),
        "{told}"
    );
    assert_eq!(out(&output), "");
}

#[test]
fn the_exit_status_tells_whether_the_checks_hold() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let script = "create or replace database d; create table t as select 7 as x;";
    small_pipeline(
        folder.path(),
        script,
        "sql = \"select x from d.public.t\"\nexpect = 7",
    );
    let output = run(&["run", dir]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(
        out(&output).contains("✓ the table has its row"),
        "{}",
        out(&output)
    );
    small_pipeline(
        folder.path(),
        script,
        "sql = \"select x from d.public.t\"\nexpect = 8",
    );
    let output = run(&["run", dir, "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let summary: serde_json::Value = serde_json::from_str(&out(&output)).unwrap();
    assert_eq!(summary["checks"][0]["holds"], false);
    assert_eq!(summary["checks"][0]["why"], "expected (8), got (7)");
    assert_eq!(summary["topic"]["messages"], 10);
}
