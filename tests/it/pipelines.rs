//! The further shipped pipelines under the virtual clock. Their own checks compare every table with what the messages
//! must lead to, which is computed without SQL; so most of what is asked here is that they hold, whatever is sent.

use std::path::{Path, PathBuf};

use snowglobe::cli::run::{Progress, Run, RunArgs};

use crate::pipeline::{assert_holds, play, rows};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sql").join(name)
}

fn generated(name: &str, seed: u64, events: u64) -> RunArgs {
    RunArgs {
        seed: Some(seed),
        events: Some(events),
        ..RunArgs::new(folder(name))
    }
}

/// Two seeds, and a data directory that is gone on from; gives what the first seed ends in.
async fn holds(name: &str) -> String {
    let (first, summary) = play(generated(name, 11, 300)).await;
    assert_holds(&summary);
    assert!(summary.checks.iter().all(|check| check.asked), "{summary}");
    first.stop().await.unwrap();
    let (other, held) = play(generated(name, 1, 599)).await;
    assert_holds(&held);
    other.stop().await.unwrap();
    let data = tempfile::tempdir().unwrap();
    for number in 1..=2 {
        let args = RunArgs {
            data_dir: Some(data.path().to_path_buf()),
            ..generated(name, 5, 200)
        };
        let (run, summary) = play(args).await;
        assert_holds(&summary);
        assert_eq!(summary.topic.messages, 200 * number);
        run.stop().await.unwrap();
    }
    summary.to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn customer_stream_history() {
    insta::assert_snapshot!(holds("customer_stream_history").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn customer_changes_scd1() {
    insta::assert_snapshot!(holds("customer_changes_scd1").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn kafka_spark_csv() {
    insta::assert_snapshot!(holds("kafka_spark_csv").await);
}

/// Late, twice and broken, wave by wave: with as many waves as lines, each line arrives alone.
async fn lines(name: &str, lines: &[&str]) -> Run {
    let folder = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(self::folder(name)).unwrap() {
        let file = file.unwrap().path();
        let mut text = std::fs::read_to_string(&file).unwrap();
        text = text.replace("count = 6", &format!("count = {}", lines.len()));
        std::fs::write(folder.path().join(file.file_name().unwrap()), text).unwrap();
    }
    let input = folder.path().join("input");
    std::fs::write(&input, lines.join("\n")).unwrap();
    let args = RunArgs {
        input: Some(input),
        ..RunArgs::new(folder.path())
    };
    let (run, summary) = play(args).await;
    assert_holds(&summary);
    run
}

fn table(rows: Vec<Vec<Option<String>>>) -> Vec<String> {
    let text = |row: Vec<Option<String>>| {
        let cells: Vec<String> = row
            .into_iter()
            .map(|cell| cell.unwrap_or_else(|| "NULL".to_owned()))
            .collect();
        cells.join(" ")
    };
    rows.into_iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn late_and_broken_lines_do_no_harm_to_the_history() {
    let mut run = lines(
        "customer_stream_history",
        &[
            "1,Ada,Byron,a@x,S,London,,UK,I,2026-03-02 08:00:00.000",
            "1,Ada,King,a@x,S,London,,UK,U,2026-03-02 08:10:00.000",
            "1,Ada,Late,a@x,S,London,,UK,U,2026-03-02 08:05:00.000",
            "1,Ada,King,a@x,S,London,,UK,U,2026-03-02 08:10:00.000",
            "one,Ada,King,a@x,S,London,,UK,U,2026-03-02 08:11:00.000",
            "1,Ada",
            "1,Ada,King,a@x,S,London,,UK,D,2026-03-02 08:20:00.000",
            "1,Ada,Later,a@x,S,London,,UK,U,2026-03-02 08:15:00.000",
            "1,Ada,\"Lovelace, Countess\",,S,London,,UK,I,2026-03-02 08:30:00.000",
        ],
    )
    .await;
    let found = rows(
        run.session(),
        "SELECT LAST_NAME, EMAIL, START_TIME, END_TIME, CURRENT_FLAG FROM SCD_DEMO.SCD2.CUSTOMER_HISTORY ORDER BY START_TIME",
    )
    .await;
    assert_eq!(
        table(found),
        [
            "Byron a@x 2026-03-02 08:00:00.000 2026-03-02 08:10:00.000 FALSE",
            "King a@x 2026-03-02 08:10:00.000 2026-03-02 08:20:00.000 FALSE",
            "Lovelace, Countess NULL 2026-03-02 08:30:00.000 9999-12-31 00:00:00.000 TRUE",
        ]
    );
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_change_finds_its_place_between_two_versions() {
    let change = |last: &str, operation: &str, minute: u32| {
        format!(
            r#"{{"customer_id":1,"first_name":"Ada","last_name":"{last}","balance":1.5,"operation":"{operation}","changed_at":"2026-03-02T08:{minute:02}:00Z"}}"#
        )
    };
    let told = [
        change("Byron", "I", 0),
        change("Lovelace", "U", 20),
        change("King", "U", 10),
        change("King", "U", 10),
        "{\"customer_id\":".to_owned(),
        "{\"customer_id\":1}".to_owned(),
        change("Lovelace", "D", 30),
        change("Nobody", "U", 25),
    ];
    let mut run = lines("customer_changes_scd1", &told.each_ref().map(String::as_str)).await;
    let found = rows(
        run.session(),
        "SELECT LAST_NAME, TO_CHAR(VALID_FROM, 'HH24:MI'), TO_CHAR(VALID_TO, 'HH24:MI'), IS_CURRENT, IS_DELETED \
         FROM CUSTOMER_CHANGES_DB.SCD.CUSTOMER_VERSIONS ORDER BY VALID_FROM",
    )
    .await;
    assert_eq!(
        table(found),
        [
            "Byron 08:00 08:10 FALSE FALSE",
            "King 08:10 08:20 FALSE FALSE",
            "Lovelace 08:20 08:25 FALSE FALSE",
            "Nobody 08:25 08:30 FALSE FALSE",
            "Lovelace 08:30 00:00 TRUE TRUE",
        ]
    );
    let latest = rows(
        run.session(),
        "SELECT LAST_NAME, BALANCE, IS_DELETED FROM CUSTOMER_CHANGES_DB.SCD.CUSTOMER_LATEST",
    )
    .await;
    assert_eq!(table(latest), ["Lovelace 1.50 TRUE"]);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_counts_once_in_a_window_and_not_at_all_when_it_is_late() {
    let order = |id: &str, minute: u32, second: u32, price: &str| {
        format!(
            r#"{{"order_id":"{id}","order_no":7,"email":" A@X ","country":"Italy","channel":"Web","quantity":2,"unit_price":{price},"ordered_at":"2026-03-02T08:{minute:02}:{second:02}Z"}}"#
        )
    };
    let told = [
        order("a", 10, 0, "1.25"),
        order("b", 10, 59, "\"2\""),
        order("a", 10, 0, "1.25"),
        order("c", 13, 0, "\"much\""),
        order("d", 13, 0, "4"),
        order("e", 10, 30, "9"),
        "[1, 2]".to_owned(),
        order("f", 12, 59, "1"),
    ];
    let mut run = lines("kafka_spark_csv", &told.each_ref().map(String::as_str)).await;
    let found = rows(
        run.session(),
        "SELECT ORDER_ID, EMAIL, REGION, CHANNEL, AMOUNT FROM SHOP.SALES.ORDERS ORDER BY 1",
    )
    .await;
    assert_eq!(
        table(found),
        [
            "a a@x Southern Europe web 2.50",
            "b a@x Southern Europe web 4.00",
            "d a@x Southern Europe web 8.00",
            "f a@x Southern Europe web 2.00",
        ]
    );
    let windows =
        "SELECT WINDOW_START, REGION, CHANNEL, ORDERS, QUANTITY, AMOUNT FROM SHOP.SALES.SALES_PER_MINUTE";
    assert_eq!(
        table(rows(run.session(), windows).await),
        ["2026-03-02 08:10:00.000 Southern Europe web 2 4 6.50"]
    );
    let letters = run.summary().await.unwrap().dead_letters;
    let reasons: Vec<String> = letters.samples.into_iter().map(|letter| letter.reason).collect();
    assert_eq!(letters.count, 3, "{reasons:?}");
    assert!(
        reasons
            .iter()
            .any(|reason| reason.starts_with("late: 2026-03-02T08:10:30Z")),
        "{reasons:?}"
    );
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_table_is_found_out() {
    let mut run = Run::set_up(generated("customer_stream_history", 3, 60), Progress::silent())
        .await
        .unwrap();
    if let Err(failure) = run.play().await {
        panic!("{failure}");
    }
    let tampered = "UPDATE SCD_DEMO.SCD2.CUSTOMER SET CITY = 'Atlantis' WHERE CUSTOMER_ID = 1001";
    rows(run.session(), tampered).await;
    let summary = run.summary().await.unwrap();
    let failed: Vec<&str> = summary
        .checks
        .iter()
        .filter(|check| !check.holds)
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(
        failed,
        [
            "CUSTOMER holds the living, as their latest rows say",
            "every stream was read to its end"
        ],
        "{summary}"
    );
    assert!(summary.to_string().contains("Atlantis"));
    run.stop().await.unwrap();
}
