//! Snowpipe's REST API: what is named is loaded once, and told of.

use serde_json::{Value, json};
use snowglobe::pipe;
use snowglobe::world::s3::PutMode;

use super::World;

/// A server with a pipe D.S.P that loads `s3://raw/in/day/` into a table of one number a row.
async fn piped(options: &str) -> World {
    let world = World::new().await;
    let mut session = world.account.session("SETUP");
    for sql in [
        "CREATE DATABASE D",
        "CREATE SCHEMA D.S",
        "CREATE STAGE ST URL = 's3://raw/in/' FILE_FORMAT = (TYPE = CSV)",
        "CREATE TABLE T (A INT)",
        &format!("CREATE PIPE P AS COPY INTO T FROM @ST/day/ {options}"),
    ] {
        session.execute(sql).await.unwrap();
    }
    world
}

impl World {
    async fn put(&self, name: &str, content: &str) {
        let key = format!("in/day/{name}");
        let storage = self.account.storage();
        let bytes = content.to_owned().into();
        storage.put("raw", &key, bytes, PutMode::Overwrite).await.unwrap();
    }

    /// Names files to the pipe.
    async fn insert(&self, names: &[&str]) -> (u16, Value) {
        let files: Vec<_> = names.iter().map(|name| json!({"path": name})).collect();
        let path = "/v1/data/pipes/d.s.p/insertFiles?requestId=r1&showSkippedFiles=true";
        let request = self
            .web
            .post(self.url(path))
            .bearer_auth("any")
            .json(&json!({"files": files}));
        let answer = request.send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn ask_pipe(&self, pipe: &str, call: &str) -> (u16, Value) {
        let request = self.web.get(self.url(&format!("/v1/data/pipes/{pipe}/{call}")));
        let answer = request.bearer_auth("any").send().await.unwrap();
        (answer.status().as_u16(), answer.json().await.unwrap())
    }

    async fn report(&self, query: &str) -> Value {
        let (status, report) = self.ask_pipe("D.S.P", &format!("insertReport{query}")).await;
        assert_eq!(status, 200, "{report}");
        report
    }

    async fn drain(&self) -> u64 {
        pipe::drain(&self.account).await.files()
    }

    async fn table(&self) -> Vec<i64> {
        let mut session = self.account.session("READER");
        let rows = session.execute("SELECT A FROM D.S.T ORDER BY A").await.unwrap();
        let rows = rows.to_text(&session.context().types).unwrap();
        rows.iter()
            .map(|row| row[0].as_ref().unwrap().parse().unwrap())
            .collect()
    }

    async fn sql(&self, sql: &str) {
        self.account.session("SETUP").execute(sql).await.unwrap();
    }

    fn pass(&self, minutes: i64) {
        use snowglobe::clock::Clock;
        let later = self.clock.now() + jiff::SignedDuration::from_mins(minutes);
        self.clock.advance_to(later);
    }
}

#[tokio::test]
async fn a_named_file_is_loaded_once_and_reported() {
    let world = piped("").await;
    world.put("1.csv", "1\n2\n").await;
    world.put("other.csv", "9\n").await;
    let expected =
        json!({"requestId": "r1", "responseCode": "SUCCESS", "status": "success", "skippedFiles": []});
    assert_eq!(world.insert(&["1.csv"]).await, (200, expected));
    let empty = world.report("").await;
    assert_eq!(empty["files"], json!([]));
    assert_eq!(empty["statistics"], json!({"activeFilesCount": 1}));
    assert_eq!(world.table().await, [0i64; 0]);
    world.pass(1);
    assert_eq!(world.drain().await, 1);
    assert_eq!(world.table().await, [1, 2]);
    let report = world.report("").await;
    assert_eq!(report["pipe"], "D.S.P");
    assert_eq!(report["completeResult"], true);
    assert_eq!(report["statistics"], json!({"activeFilesCount": 0}));
    let file = json!([{
        "path": "1.csv", "stageLocation": "s3://raw/in/day/", "fileSize": 4,
        "timeReceived": "2026-01-01T00:00:00.000Z", "lastInsertTime": "2026-01-01T00:01:00.000Z",
        "rowsInserted": 2, "rowsParsed": 2, "errorsSeen": 0, "errorLimit": 1, "complete": true, "status": "LOADED",
    }]);
    assert_eq!(report["files"], file);
    // Named again it is skipped, waiting or loaded, also with another content.
    world.put("1.csv", "3\n").await;
    let (_, again) = world.insert(&["1.csv", "2.csv", "2.csv"]).await;
    assert_eq!(again["skippedFiles"], json!(["1.csv", "2.csv"]));
    assert_eq!(world.drain().await, 0);
    assert_eq!(world.table().await, [1, 2]);
    // After fourteen days the name is new.
    world.pass(15 * 24 * 60);
    assert_eq!(world.insert(&["1.csv"]).await.1["skippedFiles"], json!([]));
    assert_eq!(world.drain().await, 1);
    assert_eq!(world.table().await, [1, 2, 3]);
}

#[tokio::test]
async fn the_same_file_is_loaded_again_when_it_is_forgotten() {
    let world = piped("").await;
    world.put("1.csv", "1\n").await;
    world.insert(&["1.csv"]).await;
    assert_eq!(world.drain().await, 1);
    world.pass(15 * 24 * 60);
    world.insert(&["1.csv"]).await;
    assert_eq!((world.drain().await, world.drain().await), (1, 0));
    assert_eq!(world.table().await, [1, 1]);
}

#[tokio::test]
async fn failures_are_reported_as_on_error_has_it() {
    let world = piped("").await;
    world.put("bad.csv", "1\nx\n").await;
    world.insert(&["bad.csv", "missing.csv"]).await;
    assert_eq!(world.drain().await, 0);
    let report = world.report("").await;
    let [bad, missing] = report["files"].as_array().unwrap().as_slice() else {
        panic!("{report}")
    };
    assert_eq!(
        (&bad["path"], &bad["status"], &bad["complete"]),
        (&json!("bad.csv"), &json!("LOAD_FAILED"), &json!(false))
    );
    assert_eq!(
        (
            &bad["errorsSeen"],
            &bad["rowsInserted"],
            &bad["firstErrorLineNum"]
        ),
        (&json!(1), &json!(0), &json!(2))
    );
    assert!(
        bad["firstError"]
            .as_str()
            .unwrap()
            .contains("Numeric value 'x' is not recognized")
    );
    assert!(bad["firstErrorColumnName"].as_str().unwrap().contains('A'));
    assert_eq!(
        (&missing["path"], &missing["status"]),
        (&json!("missing.csv"), &json!("LOAD_FAILED"))
    );
    assert!(missing["systemError"].is_string() && missing.get("firstError").is_none());
    assert_eq!(report["statistics"]["activeFilesCount"], 0);

    let world = piped("ON_ERROR = CONTINUE").await;
    world.put("bad.csv", "1\nx\n2\n").await;
    world.insert(&["bad.csv"]).await;
    assert_eq!(world.drain().await, 1);
    let file = &world.report("").await["files"][0];
    assert_eq!(
        (&file["status"], &file["rowsInserted"], &file["rowsParsed"]),
        (&json!("PARTIALLY_LOADED"), &json!(2), &json!(3))
    );
    assert_eq!(world.table().await, [1, 2]);
}

#[tokio::test]
async fn a_paused_pipe_takes_names_and_loads_when_it_is_resumed() {
    let world = piped("PATTERN = '.*[.]csv'").await;
    world
        .sql("ALTER PIPE D.S.P SET PIPE_EXECUTION_PAUSED = TRUE")
        .await;
    world.put("1.csv", "1\n").await;
    let (status, answer) = world.insert(&["1.csv", "readme.txt"]).await;
    assert_eq!(
        (status, &answer["unmatchedPatternFiles"]),
        (200, &json!(["readme.txt"]))
    );
    assert_eq!(world.drain().await, 0);
    assert_eq!(world.report("").await["statistics"]["activeFilesCount"], 1);
    world
        .sql("ALTER PIPE D.S.P SET PIPE_EXECUTION_PAUSED = FALSE")
        .await;
    assert_eq!(world.drain().await, 1);
    assert_eq!(world.table().await, [1]);
}

#[tokio::test]
async fn marks_give_every_load_once_and_tell_what_was_missed() {
    let world = piped("").await;
    let mut mark = world.report("").await["nextBeginMark"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut seen = Vec::new();
    for round in 0..3 {
        let names: Vec<String> = (0..=round).map(|file| format!("{round}-{file}.csv")).collect();
        for name in &names {
            world.put(name, "1\n").await;
        }
        world
            .insert(&names.iter().map(String::as_str).collect::<Vec<_>>())
            .await;
        world.drain().await;
        let report = world.report(&format!("?beginMark={mark}")).await;
        assert_eq!(report["completeResult"], true);
        let files = report["files"].as_array().unwrap();
        seen.extend(files.iter().map(|file| file["path"].as_str().unwrap().to_owned()));
        report["nextBeginMark"].as_str().unwrap().clone_into(&mut mark);
    }
    assert_eq!(
        seen,
        ["0-0.csv", "1-0.csv", "1-1.csv", "2-0.csv", "2-1.csv", "2-2.csv"]
    );
    assert_eq!(
        world.report(&format!("?beginMark={mark}")).await["files"],
        json!([])
    );
    assert_eq!(world.report("").await["files"].as_array().unwrap().len(), 6);
    // What is older than ten minutes is no longer told; who asks with a mark is told that something is missing.
    world.pass(11);
    let late = world.report("").await;
    assert_eq!(
        (&late["files"], &late["completeResult"]),
        (&json!([]), &json!(true))
    );
    let missed = world.report("?beginMark=0_0").await;
    assert_eq!(
        (&missed["files"], &missed["completeResult"]),
        (&json!([]), &json!(false))
    );
    assert_eq!(missed["nextBeginMark"], json!(mark));
    // A mark of another server.
    let foreign = world.report("?beginMark=999999_1").await;
    assert_eq!(foreign["completeResult"], false);
}

#[tokio::test]
async fn the_history_is_scanned_by_time() {
    let world = piped("").await;
    for minute in 0..4 {
        let name = format!("{minute}.csv");
        world.put(&name, "1\n").await;
        world.insert(&[&name]).await;
        world.drain().await;
        world.pass(1);
    }
    let scan = async |query: &str| world.ask_pipe("D.S.P", &format!("loadHistoryScan{query}")).await;
    let paths = |report: &Value| -> Vec<String> {
        let files = report["files"].as_array().unwrap();
        files
            .iter()
            .map(|file| file["path"].as_str().unwrap().to_owned())
            .collect()
    };
    let (status, middle) =
        scan("?startTimeInclusive=2026-01-01T00:01:00Z&endTimeExclusive=2026-01-01T00:03:00.000Z").await;
    assert_eq!(status, 200);
    assert_eq!(paths(&middle), ["1.csv", "2.csv"]);
    assert_eq!(middle["completeResult"], true);
    assert_eq!(middle["startTimeInclusive"], "2026-01-01T00:01:00.000Z");
    assert_eq!(middle["endTimeExclusive"], "2026-01-01T00:03:00.000Z");
    assert_eq!(middle["rangeStartTime"], "2026-01-01T00:01:00.000Z");
    assert_eq!(middle["rangeEndTime"], "2026-01-01T00:02:00.000Z");
    let (_, rest) = scan("?startTimeInclusive=2026-01-01T03:02:00%2B03:00").await;
    assert_eq!(paths(&rest), ["2.csv", "3.csv"]);
    let (_, none) = scan("?startTimeInclusive=2026-01-02T00:00:00Z").await;
    assert_eq!(
        (&none["files"], &none["rangeEndTime"]),
        (&json!([]), &Value::Null)
    );
    for wrong in [
        "",
        "?startTimeInclusive=",
        "?startTimeInclusive=yesterday",
        "?startTimeInclusive=2026-01-01T00:00:00Z&endTimeExclusive=1",
    ] {
        assert_eq!(scan(wrong).await.0, 400, "{wrong}");
    }
}

#[tokio::test]
async fn names_of_pipes_are_sql_names_in_full() {
    let world = piped("").await;
    world.sql("CREATE SCHEMA D.\"my s/c\"").await;
    world
        .sql("CREATE PIPE D.\"my s/c\".\"p.1\" AS COPY INTO D.S.T FROM @D.S.ST")
        .await;
    for name in [
        "d.s.p",
        "D.S.P",
        "%22D%22.s.%22P%22",
        "d.%22my%20s%2Fc%22.%22p.1%22",
    ] {
        let (status, report) = world.ask_pipe(name, "insertReport").await;
        assert_eq!(status, 200, "{name}: {report}");
    }
    for name in [
        "p",
        "s.p",
        "d.s.q",
        "x.s.p",
        "d.s.%22p%22",
        "d.s.t",
        "d..p",
        "%20",
        "d.s.p.q",
        "%22",
        "d.s.p%00",
    ] {
        let (status, refusal) = world.ask_pipe(name, "insertReport").await;
        assert_eq!(
            (status, &refusal["code"], &refusal["success"]),
            (404, &json!("390404"), &json!(false)),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_pipe_that_cannot_run_says_so() {
    let world = piped("").await;
    world.sql("DROP TABLE D.S.T").await;
    let (status, refusal) = world.insert(&["1.csv"]).await;
    assert_eq!((status, &refusal["code"]), (400, &json!("002003")));
}

#[tokio::test]
async fn tokens_are_checked_where_there_are_users() {
    let world = World::with(|config| config.users.add_token("ann", "pat")).await;
    let status = async |token: &str| {
        let request = world.web.get(world.url("/v1/data/pipes/d.s.p/insertReport"));
        request.bearer_auth(token).send().await.unwrap().status().as_u16()
    };
    assert_eq!((status("other").await, status("pat").await), (401, 404));
    let bare = world
        .web
        .get(world.url("/v1/data/pipes/d.s.p/insertReport"))
        .send()
        .await
        .unwrap();
    assert_eq!(bare.status(), 401);
}
