//! Files through a folder into a customer dimension: the pipeline as a whole, and what goes wrong on the way.

use std::fs;
use std::path::{Path, PathBuf};

use snowglobe::cli::run::{Progress, Run, RunArgs};
use snowglobe::pipe;

use crate::pipeline::{assert_holds, play, rows};

const HEADER: &str = "customer_id,first_name,last_name,email,street,city,state,country,zip,updated_at";

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/customer_scd_procedure")
}

fn generated(seed: u64, events: u64) -> RunArgs {
    RunArgs {
        seed: Some(seed),
        events: Some(events),
        ..RunArgs::new(folder())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dimension_is_what_the_files_say() {
    let (run, summary) = play(generated(11, 600)).await;
    assert_holds(&summary);
    assert!(summary.checks.iter().all(|check| check.asked), "{summary}");
    insta::assert_snapshot!(summary.to_string());
    run.stop().await.unwrap();

    // A data directory is gone on from, behind the files that were sent.
    let data = tempfile::tempdir().unwrap();
    for number in 1..=2 {
        let args = RunArgs {
            data_dir: Some(data.path().to_path_buf()),
            ..generated(5, 200)
        };
        let (run, summary) = play(args).await;
        assert_holds(&summary);
        assert_eq!(summary.topic.messages, 200 * number);
        run.stop().await.unwrap();
    }
}

/// A copy of the pipeline with some texts of its pipeline.toml replaced.
fn variant(changes: &[(&str, &str)]) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in fs::read_dir(folder()).unwrap() {
        let file = file.unwrap().path();
        let mut text = fs::read_to_string(&file).unwrap();
        if file.file_name().unwrap() == "pipeline.toml" {
            for (from, to) in changes {
                assert!(text.contains(from), "{from}");
                text = text.replace(from, to);
            }
        }
        fs::write(copy.path().join(file.file_name().unwrap()), text).unwrap();
    }
    copy
}

#[tokio::test(flavor = "multi_thread")]
async fn the_procedure_in_javascript_does_the_same() {
    let javascript = variant(&[(
        "    \"04_procedure_sql.sql\",",
        "    \"04_procedure_javascript.sql\",",
    )]);
    let (mut ours, summary) = play(RunArgs {
        folder: javascript.path().to_path_buf(),
        ..generated(11, 600)
    })
    .await;
    assert_holds(&summary);
    let (mut theirs, _) = play(generated(11, 600)).await;
    for table in ["CUSTOMER_DIM", "LOAD_LOG", "LOADED_FILES", "PARAMETER_CONTROL"] {
        let sql = format!("SELECT * FROM CUSTOMER_SCD_DB.DIMENSION.{table} ORDER BY 1, 2");
        assert_eq!(
            rows(ours.session(), &sql).await,
            rows(theirs.session(), &sql).await,
            "{table}"
        );
    }
    ours.stop().await.unwrap();
    theirs.stop().await.unwrap();
}

/// Each line in a wave of its own: late, twice and broken.
#[tokio::test(flavor = "multi_thread")]
async fn late_double_and_broken_rows_do_no_harm() {
    let lines = [
        "1,Ada,Byron,a@x,S 1,London,,UK,N1,2026-03-02 08:00:00.000",
        "1,Ada,King,a@x,S 2,London,,UK,N1,2026-03-02 08:10:00.000",
        "1,Ada,Late,a@x,S 9,London,,UK,N1,2026-03-02 08:05:00.000",
        "1,Ada,King,a@x,S 2,London,,UK,N1,2026-03-02 08:10:00.000",
        "one,Ada,King,a@x,S,London,,UK,N1,2026-03-02 08:11:00.000",
        "1,Ada",
        "1,Ada,King,a@x,S 3,London,,UK,N1,2026-03-02 08:12:00.000,surplus",
        "1,Ada,\"Lovelace, Countess\", ,S 2,London,,UK,N1,2026-03-02 08:20:00.000",
    ];
    let copy = variant(&[("count = 4", &format!("count = {}", lines.len()))]);
    let input = copy.path().join("input");
    fs::write(&input, lines.join("\n")).unwrap();
    let (mut run, summary) = play(RunArgs {
        input: Some(input),
        ..RunArgs::new(copy.path())
    })
    .await;
    assert_holds(&summary);
    let found = rows(
        run.session(),
        "SELECT LAST_NAME, EMAIL, STREET, TO_CHAR(VALID_FROM, 'HH24:MI'), IS_CURRENT \
         FROM CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM ORDER BY VALID_FROM",
    )
    .await;
    assert_eq!(
        table(found),
        [
            "Lovelace, Countess|NULL|S 1|08:00|FALSE",
            "Lovelace, Countess|NULL|S 2|08:10|TRUE"
        ]
    );
    run.stop().await.unwrap();
}

fn table(rows: Vec<Vec<Option<String>>>) -> Vec<String> {
    let text = |row: Vec<Option<String>>| {
        let cells: Vec<String> = row
            .into_iter()
            .map(|cell| cell.unwrap_or_else(|| "NULL".to_owned()))
            .collect();
        cells.join("|")
    };
    rows.into_iter().map(text).collect()
}

fn customers(ids: std::ops::Range<u32>, street: &str) -> String {
    let row = |id| {
        format!(
            "{id},A,B,c@d,{street},City,,UK,N1,2026-03-02 08:00:0{}.000\n",
            id % 10
        )
    };
    format!("{HEADER}\n{}", ids.map(row).collect::<String>())
}

/// A half-written file, one that comes twice, one whose name was used before, and events that come twice or for what is
/// gone: each is told of, and nothing is lost or doubled.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_with_everything_wrong_in_it() {
    let inbox = tempfile::tempdir().unwrap();
    let args = || RunArgs {
        inbox: Some(inbox.path().to_path_buf()),
        ..generated(3, 0)
    };
    fs::write(inbox.path().join("a.csv"), customers(1..4, "S 1")).unwrap();
    fs::write(inbox.path().join("b.csv.part"), "customer_id,fir").unwrap();
    let mut run = Run::set_up(args(), Progress::silent()).await.unwrap();
    if let Err(failure) = run.play().await {
        panic!("{failure}");
    }
    let loaded = "SELECT COUNT(*), COUNT(DISTINCT CUSTOMER_ID) FROM CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM";
    assert_eq!(table(rows(run.session(), loaded).await), ["3|3"]);
    assert!(inbox.path().join("b.csv.part").is_file());

    // The same file once more; the same name with another content; the other file, whole by now.
    fs::write(inbox.path().join("a.csv"), customers(1..4, "S 1")).unwrap();
    run.carry().await.unwrap();
    fs::write(inbox.path().join("a.csv"), customers(7..9, "S 2")).unwrap();
    fs::write(inbox.path().join("b.csv"), customers(4..6, "S 1")).unwrap();
    fs::remove_file(inbox.path().join("b.csv.part")).unwrap();
    run.carry().await.unwrap();
    let account = run.account().clone();
    // Announced twice more, and one that is not there.
    for key in [
        "incoming/b.csv",
        "incoming/b.csv",
        "incoming/gone.csv",
        "elsewhere/b.csv",
    ] {
        pipe::announce(&account, "customer-files-landing", key)
            .await
            .unwrap();
    }
    pipe::drain(&account).await;
    pipe::announce(&account, "customer-files-landing", "incoming/a.csv")
        .await
        .unwrap();
    pipe::drain(&account).await;
    let history = "SELECT FILE_NAME, ROW_COUNT, STATUS FROM TABLE(CUSTOMER_SCD_DB.INFORMATION_SCHEMA.COPY_HISTORY( \
        TABLE_NAME => 'CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW', START_TIME => DATEADD('DAY', -1, CURRENT_TIMESTAMP()))) \
        ORDER BY FILE_NAME";
    assert_eq!(
        table(rows(run.session(), history).await),
        ["a.csv|3|Loaded", "b.csv|2|Loaded"]
    );
    rows(run.session(), "CALL CUSTOMER_SCD_DB.DIMENSION.LOAD_CUSTOMERS()").await;
    assert_eq!(table(rows(run.session(), loaded).await), ["5|5"]);
    let summary = run.summary().await.unwrap();
    assert_eq!(
        summary.lost,
        ["the mover set a.csv aside: another file was delivered as incoming/a.csv before"]
    );
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_load_leaves_everything_as_it_was_and_the_next_takes_it_up() {
    let mut run = Run::set_up(generated(3, 0), Progress::silent()).await.unwrap();
    if let Err(failure) = run.play().await {
        panic!("{failure}");
    }
    let session = run.session();
    rows(
        session,
        "INSERT INTO CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW SELECT 1, 'A', 'B', 'c', 's', 'c', '', 'UK', 'z', \
         '2026-03-02'::TIMESTAMP_NTZ, NULL, 'h', 'h', 'f', 1, CURRENT_TIMESTAMP()",
    )
    .await;
    let log = "CUSTOMER_SCD_DB.DIMENSION.LOAD_LOG";
    rows(session, &format!("ALTER TABLE {log} RENAME TO {log}_AWAY")).await;
    let call = "CALL CUSTOMER_SCD_DB.DIMENSION.LOAD_CUSTOMERS()";
    let error = session.execute(call).await.unwrap_err();
    assert!(error.message().contains("LOAD_LOG"), "{error}");
    let left = "SELECT (SELECT COUNT(*) FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_RAW), \
        (SELECT COUNT(*) FROM CUSTOMER_SCD_DB.LANDING.CUSTOMER_STAGE), \
        (SELECT COUNT(*) FROM CUSTOMER_SCD_DB.DIMENSION.CUSTOMER_DIM), \
        (SELECT COUNT(*) FROM CUSTOMER_SCD_DB.DIMENSION.LOADED_FILES)";
    assert_eq!(table(rows(session, left).await), ["1|0|0|0"]);
    rows(session, &format!("ALTER TABLE {log}_AWAY RENAME TO {log}")).await;
    assert_eq!(
        table(rows(session, call).await),
        ["load 1: 1 files, 1 rows, 1 new customers, 0 new versions, 0 late"]
    );
    assert_eq!(table(rows(session, left).await), ["0|0|1|1"]);
    run.stop().await.unwrap();
}
