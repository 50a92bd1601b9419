//! A run that is killed, at any moment and more than once, and run again ends as one that was not.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::Account;
use snowglobe::world::s3::ObjectStorage;

use crate::pipeline::{Rows, folder, rows};

fn command(data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_snowglobe"));
    command
        .arg("run")
        .arg(folder())
        .args(["--events", "300", "--seed", "77", "--data-dir"])
        .arg(data)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    command
}

/// Runs to the end; gives what was told.
fn finish(data: &Path) -> String {
    let output = command(data).stdout(Stdio::piped()).output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "{told}\n{}",
        String::from_utf8_lossy(&output.stdout)
    );
    told
}

/// Runs until the `line`-th line of progress and `delay` longer, then kills; whether the run was still going.
fn kill(data: &Path, line: usize, delay: Duration) -> bool {
    let mut child = command(data).spawn().unwrap();
    let mut told = BufReader::new(child.stderr.take().unwrap());
    for _ in 0..line {
        let mut text = String::new();
        if told.read_line(&mut text).unwrap() == 0 {
            break;
        }
    }
    std::thread::sleep(delay);
    let going = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    let mut rest = String::new();
    told.read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("error"), "{rest}");
    going
}

/// The tables, every column of every row.
async fn tables(data: &Path) -> Vec<(&'static str, Rows)> {
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new(jiff::Timestamp::UNIX_EPOCH));
    let storage = ObjectStorage::open_directory(data.join("s3"), Arc::clone(&clock), Default::default());
    let account = Account::open(&data.join("account"), clock, Arc::new(storage.unwrap())).unwrap();
    let mut session = account.session("TESTER");
    let mut tables = Vec::new();
    for (table, order) in [
        ("RAW.RAW_JSON_DATA", "FILE_NAME, FILE_ROW_NUMBER"),
        ("CLEANSED.CUSTOMER_EVENTS", "EVENT_ID"),
        ("CURATED.CUSTOMER_CHANGES", "EVENT_ID"),
        ("CURATED.CUSTOMER_CURRENT", "CUSTOMER_ID"),
        ("CURATED.CUSTOMER_HISTORY", "CUSTOMER_ID, VALID_FROM, EVENT_ID"),
    ] {
        let sql = format!("SELECT * FROM CUSTOMER_DB.{table} ORDER BY {order}");
        tables.push((table, rows(&mut session, &sql).await));
    }
    tables
}

#[tokio::test]
async fn a_killed_run_is_finished_by_the_next() {
    let whole = tempfile::tempdir().unwrap();
    let told = finish(whole.path());
    let lines = told.lines().count();
    let wanted = tables(whole.path()).await;
    assert!(wanted.iter().all(|(_, rows)| !rows.is_empty()));

    // Early, in the scripts, and at some point of every wave; each restart first does what was left undone.
    let killed = tempfile::tempdir().unwrap();
    let mut kills = 0;
    for line in [1, 4, lines.saturating_sub(6), lines.saturating_sub(5)] {
        for delay in [0, 15, 40, 90] {
            kills += usize::from(kill(killed.path(), line, Duration::from_millis(delay)));
        }
    }
    assert!(kills >= 4, "the run is over too soon to be killed: {kills}");
    finish_if_needed(killed.path());
    for ((table, wanted), (_, found)) in wanted.iter().zip(tables(killed.path()).await) {
        for (wanted, found) in wanted.iter().zip(&found) {
            assert_eq!(wanted, found, "{table}");
        }
        assert_eq!(wanted.len(), found.len(), "{table}");
    }
}

/// Finishes the run unless one of the killed ones came to its end.
fn finish_if_needed(data: &Path) {
    let record = snowglobe::cli::run::record::Record::load(&data.join("runs.json")).unwrap();
    assert_eq!(record.runs.len(), 1, "{record:?}");
    if record.interrupted().is_some() {
        finish(data);
    }
}
