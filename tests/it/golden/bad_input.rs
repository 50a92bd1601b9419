//! What is wrong with cases, snapshots and recordings is told with its place; other cases go on.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use serde_json::{Value, json};
use snowglobe::engine::StatementResult;
use snowglobe::error::Result;
use snowglobe::harness::case::{self, Case};
use snowglobe::harness::directive::Place;
use snowglobe::harness::local::Local;
use snowglobe::harness::runner::{self, Options, Verdict};
use snowglobe::harness::script::Act;
use snowglobe::harness::target::{Opener, Target};
use snowglobe::types::TypeContext;

use super::{connect, err, folder, out, run, told, write};
use crate::remote::World;
use crate::remote::proxy::{Fault, Proxy};

const GOOD: &str =
    "# snowglobe snapshot 1\n# from: Snowglobe\n\n> SELECT 1 AS A\n| A NUMBER(1,0) NOT NULL\n  1\n";

#[tokio::test]
async fn one_case_that_is_wrong_leaves_the_others_alone() {
    let script = "SELECT 1 AS A;\n";
    for (file, text, place) in [
        ("bad.snap", "hello\n", "bad.snap:1: this is no snapshot"),
        (
            "bad.snap",
            "# snowglobe snapshot 2\n# from: Snowglobe\n",
            "bad.snap:1: the snapshot is of version 2, which a newer Snowglobe wrote",
        ),
        (
            "bad.snap",
            "# snowglobe snapshot 1\n# from: Snowglobe\n\n> SELECT 1\n| A NUMBER(1,0)\n  1 | 2\n",
            "bad.snap:6: 2 cells in a row of 1 columns",
        ),
        (
            "bad.snap",
            "# snowglobe snapshot 1\n",
            "the snapshot does not say whom it is from",
        ),
        (
            "bad.snowflake.snap",
            "# snowglobe snapshot 9\n# from: Snowflake\n",
            "bad.snowflake.snap:1: the snapshot is of version 9",
        ),
        (
            "bad.sql",
            "SELECT 1;\n-- @advanse 1 minute\n",
            "bad.sql:2: there is no directive @advanse",
        ),
        ("bad.sql", "-- @advance soon\nSELECT 1;\n", "bad.sql:1: "),
        ("bad.sql", "-- @setup nosuch.sql\n", "nosuch.sql: "),
    ] {
        let folder = folder(&[("bad.sql", script), ("good.sql", script), ("good.snap", GOOD)]);
        write(folder.path(), file, text);
        let output = run(folder.path(), &["test", "."]).await;
        assert_eq!(output.status.code(), Some(2), "{text}: {}", told(&output));
        assert!(out(&output).contains(place), "{place}: {}", told(&output));
        assert!(
            out(&output).contains("1 passed, 1 could not be begun"),
            "{}",
            told(&output)
        );
    }
}

#[tokio::test]
async fn differences_are_one_and_misuse_is_two() {
    let folder = folder(&[("a.sql", "SELECT 2 AS A;\n"), ("a.snap", GOOD)]);
    let output = run(folder.path(), &["test", "a.sql"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    write(folder.path(), "b.sql", "-- @refused\nSELECT 1;\n");
    let output = run(folder.path(), &["test", "b.sql"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        out(&output).contains("@refused is no longer true"),
        "{}",
        told(&output)
    );
    for arguments in [
        &["test", "nosuch.sql"][..],
        &["test", "a.sql", "--filter", "zzz"],
        &["test", "a.sql", "--no-such-option"],
        &["compare", "a.sql"],
        &["compare", "nosuch.sql"],
    ] {
        let output = run(folder.path(), arguments).await;
        assert_eq!(output.status.code(), Some(2), "{arguments:?} {}", told(&output));
    }
}

#[tokio::test]
async fn a_script_that_never_ends_is_ended() {
    let endless = "EXECUTE IMMEDIATE $$ BEGIN WHILE (TRUE) DO SELECT 1; END WHILE; END $$;\n";
    let folder = folder(&[
        ("endless.sql", endless),
        ("good.sql", "SELECT 1 AS A;\n"),
        ("good.snap", GOOD),
    ]);
    let output = run(folder.path(), &["test", ".", "--timeout", "1"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    assert!(
        out(&output).contains("the case did not end within 1 seconds"),
        "{}",
        told(&output)
    );
    assert!(out(&output).contains("1 passed, 1 failed"), "{}", told(&output));
}

/// A place where every second case hits a fault of the engine's.
struct Faulty;

struct Falls;

#[async_trait]
impl Target for Falls {
    async fn execute(&mut self, text: &str) -> Result<StatementResult> {
        panic!("{text} cannot be")
    }

    fn types(&self) -> TypeContext {
        TypeContext::default()
    }

    async fn act(&mut self, _: &Act) -> Result<()> {
        Ok(())
    }
}

#[async_trait]
impl Opener for Faulty {
    fn place(&self) -> Place {
        Place::Emulator
    }

    async fn open(&self, case: &Case) -> Result<Box<dyn Target>> {
        Ok(match case.name.ends_with("falls") {
            true => Box::new(Falls),
            false => Box::new(Local::new().await?),
        })
    }
}

#[tokio::test]
async fn a_case_that_panics_is_told_and_the_others_go_on() {
    let folder = folder(&[
        ("falls.sql", "SELECT 1 AS A;\n"),
        ("good.sql", "SELECT 1 AS A;\n"),
        ("good.snap", GOOD),
    ]);
    let options = Options {
        jobs: 1,
        timeout: Duration::from_secs(60),
        against: &[Place::Emulator],
    };
    let cases = case::find(&[folder.path().to_path_buf()]).unwrap();
    let reports = runner::run(cases, Arc::new(Faulty), &options, |_| {}).await;
    let Verdict::Broken(told) = &reports[0].verdict else {
        panic!("{:?}", reports[0].verdict)
    };
    assert!(
        told.contains("a fault of Snowglobe's: SELECT 1 AS A cannot be"),
        "{told}"
    );
    assert_eq!(reports[1].verdict, Verdict::Passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_has_expired_is_told_once() {
    let world = World::new().await;
    let proxy = Proxy::before(&world).await;
    let folder = folder(&[("a.sql", "SELECT 1 AS A;\n"), ("b.sql", "SELECT 1 AS A;\n")]);
    connect(folder.path(), proxy.port());
    let refusal = json!({
        "success": false,
        "code": "390318",
        "message": "OAuth access token expired.",
        "data": Value::Null,
    });
    proxy.next("/session/v1/login-request", Fault::Reply(refusal));
    let output = run(
        folder.path(),
        &["test", ".", "--target", "snowflake", "--connection", "far"],
    )
    .await;
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(err(&output).contains("390318"), "{}", told(&output));
    assert!(err(&output).contains("access token expired"), "{}", told(&output));
    assert_eq!(out(&output), "");
}

#[tokio::test]
async fn what_an_account_said_is_compared_with() {
    let golden = "# snowglobe snapshot 1\n# from: Snowflake\n# version: 9.31.1\n# region: AWS_EU_CENTRAL_1\n# edition: not told\n\
                  # recorded: 2026-01-02\n\n> SELECT 1 AS A\n| A NUMBER(1,0) NOT NULL\n  1\n\n> SELECT 2 AS B\n\
                  | B NUMBER(2,0) NOT NULL\n  2\n\n> SELECT 3 AS C\n| C NUMBER(1,0) NOT NULL\n  4\n\n> SELECT * FROM NOSUCH\n\
                  ! 002003 42S02\n  SQL compilation error:\n  otherwise\n\n> CREATE TABLE X (P GEOGRAPHY)\n\
                  | status VARCHAR(16777216) NOT NULL\n  Table X successfully created.\n";
    let script = "SELECT 1 AS A;\nSELECT 2 AS B;\nSELECT 3 AS C;\n-- @error 002003\nSELECT * FROM NOSUCH;\n\
                  -- @refused\nCREATE TABLE X (P GEOGRAPHY);\n";
    let folder = folder(&[
        ("a.sql", script),
        ("a.snowflake.snap", golden),
        ("b.sql", "SELECT 1;\n"),
    ]);
    let output = run(folder.path(), &["compare", ".", "--format", "json"]).await;
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
    let value: Value = serde_json::from_str(&out(&output)).unwrap();
    let standings: Vec<_> = value["cases"][0]["statements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|statement| statement["standing"].as_str().unwrap())
        .collect();
    assert_eq!(standings, ["equal", "types", "rows", "error", "refused"]);
    assert_eq!(value["fidelity"]["compared"], 4);
    assert_eq!(value["fidelity"]["refused"], 1);
    assert_eq!(value["fidelity"]["share"], 0.25);
    assert_eq!(value["without_recording"], json!(["b"]));
    let text = run(folder.path(), &["compare", "."]).await;
    assert!(
        out(&text).contains("recorded from Snowflake, version 9.31.1"),
        "{}",
        told(&text)
    );
    assert!(out(&text).contains("1/4 equal (25.0 %)"), "{}", told(&text));
    assert!(out(&text).contains("no recording: b"), "{}", told(&text));
}
