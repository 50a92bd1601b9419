//! The shipped pipeline as a whole, under the virtual clock: its own checks hold, its curated tables are row for row
//! what the raw events lead to, two runs give the same, and a data directory is gone on from.

use std::path::{Path, PathBuf};

use snowglobe::cli::run::record::Record;
use snowglobe::cli::run::source::Source;
use snowglobe::cli::run::{Progress, Run, RunArgs, Summary};
use snowglobe::engine::Session;
use snowglobe::world::events::expected::{CleanProfile, Expected};
use snowglobe::world::events::{Generator, InputLine, InputReader};
use snowglobe::world::pipeline::Pipeline;

pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("sql/customer_events")
}

fn fixture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/customer_events.ndjson")
}

fn generated(seed: u64, events: u64) -> RunArgs {
    RunArgs {
        seed: Some(seed),
        events: Some(events),
        ..RunArgs::new(folder())
    }
}

pub async fn play(args: RunArgs) -> (Run, Summary) {
    let mut run = Run::set_up(args, Progress::silent()).await.unwrap();
    if let Err(failure) = run.play().await {
        panic!("{failure}");
    }
    let summary = run.summary().await.unwrap();
    (run, summary)
}

pub fn assert_holds(summary: &Summary) {
    assert!(summary.holds(), "{summary}");
    assert!(summary.lost.is_empty(), "{summary}");
}

pub type Rows = Vec<Vec<Option<String>>>;

pub async fn rows(session: &mut Session, sql: &str) -> Rows {
    let result = session
        .execute(sql)
        .await
        .unwrap_or_else(|error| panic!("{sql}: {error}"));
    result.to_text(&session.context().types).unwrap()
}

const PROFILE: &str = "FIRST_NAME, LAST_NAME, EMAIL, DOMAIN, STREET, CITY, STATE, COUNTRY, ZIP";
const TIME: &str = "'YYYY-MM-DD HH24:MI:SS.FF9'";

/// CUSTOMER_CURRENT and CUSTOMER_HISTORY as the warehouse has them.
pub async fn found(session: &mut Session) -> (Rows, Rows) {
    let current = format!(
        "SELECT CUSTOMER_ID, {PROFILE}, TO_CHAR(EVENT_TIME, {TIME}), EVENT_ID \
         FROM CUSTOMER_DB.CURATED.CUSTOMER_CURRENT ORDER BY CUSTOMER_ID"
    );
    let history = format!(
        "SELECT CUSTOMER_ID, {PROFILE}, EVENT_ID, TO_CHAR(VALID_FROM, {TIME}), TO_CHAR(VALID_TO, {TIME}), IS_CURRENT \
         FROM CUSTOMER_DB.CURATED.CUSTOMER_HISTORY ORDER BY CUSTOMER_ID, VALID_FROM, EVENT_ID"
    );
    (rows(session, &current).await, rows(session, &history).await)
}

/// The same, computed from the raw lines without any SQL.
fn wanted(expected: &Expected) -> (Rows, Rows) {
    let time = |moment: jiff::Timestamp| moment.strftime("%Y-%m-%d %H:%M:%S%.9f").to_string();
    let profile = |profile: &CleanProfile| {
        let p = profile.clone();
        [
            p.first_name,
            p.last_name,
            p.email,
            p.domain,
            p.street,
            p.city,
            p.state,
            p.country,
            p.zip,
        ]
    };
    let row = |id: u64, parts: Vec<String>| std::iter::once(id.to_string()).chain(parts).map(Some).collect();
    let current = expected.current().into_iter().map(|r| {
        row(
            r.customer_id,
            [profile(&r.profile).to_vec(), vec![time(r.event_time), r.event_id]].concat(),
        )
    });
    let history = expected.history().into_iter().map(|r| {
        let end = r
            .valid_to
            .map_or("9999-12-31 00:00:00.000000000".to_owned(), time);
        let rest = vec![
            r.event_id,
            time(r.valid_from),
            end,
            r.valid_to.is_none().to_string(),
        ];
        row(r.customer_id, [profile(&r.profile).to_vec(), rest].concat())
    });
    (current.collect(), history.collect())
}

fn assert_same(found: (Rows, Rows), wanted: (Rows, Rows)) {
    for (what, found, wanted) in [("current", found.0, wanted.0), ("history", found.1, wanted.1)] {
        let lower = |rows: Rows| -> Rows {
            // Truth values are spelled as the session likes.
            let cell = |cell: Option<String>| {
                cell.map(|text| match text.as_str() {
                    "TRUE" => "true".to_owned(),
                    "FALSE" => "false".to_owned(),
                    _ => text,
                })
            };
            rows.into_iter()
                .map(|row| row.into_iter().map(cell).collect())
                .collect()
        };
        let (found, wanted) = (lower(found), lower(wanted));
        for (found, wanted) in found.iter().zip(&wanted) {
            assert_eq!(found, wanted, "{what}");
        }
        assert_eq!(found.len(), wanted.len(), "{what}");
        assert!(!found.is_empty(), "{what}");
    }
}

/// What the events of all runs of a record lead to, wave by wave.
fn expected_of(record: &Record) -> Expected {
    let pipeline = Pipeline::load(&folder()).unwrap();
    let mut expected = Expected::new();
    for number in 1..=record.runs.len() {
        let part = Record {
            clock: None,
            runs: record.runs[..number].to_vec(),
        };
        let run = part.runs.last().unwrap();
        let mut source = Source::new(&pipeline.generator.kind, &part, &run.offsets).unwrap();
        for wave in pipeline.waves.split(run.events, run.rate) {
            let lines = (0..wave.events).map(|_| source.next(run.started).unwrap().unwrap().0.payload);
            expected.batch(lines.collect::<Vec<_>>());
        }
    }
    expected
}

#[tokio::test(flavor = "multi_thread")]
async fn the_curated_layer_is_what_the_events_lead_to() {
    let pipeline = Pipeline::load(&folder()).unwrap();
    for (seed, events) in [(1, 600), (7, 599), (20_260_302, 900)] {
        let (mut run, summary) = play(generated(seed, events)).await;
        assert_holds(&summary);
        let mut seeded = pipeline.clone();
        seeded.generator.seed = seed;
        let mut generator = Generator::new(seeded.generator_config(events));
        let mut expected = Expected::new();
        for wave in seeded.waves_of(events) {
            let lines = generator.by_ref().take(wave.events as usize);
            expected.batch(lines.map(|event| event.payload).collect::<Vec<_>>());
        }
        assert_same(found(run.session()).await, wanted(&expected));
        let fates = expected.fates();
        assert_eq!(summary.dead_letters.count, fates.not_json);
        let cleansed = rows(
            run.session(),
            "SELECT COUNT(*) FROM CUSTOMER_DB.CLEANSED.CUSTOMER_EVENTS",
        )
        .await;
        assert_eq!(
            cleansed[0][0].as_deref(),
            Some(fates.cleansed.to_string().as_str())
        );
        run.stop().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_users_own_events_take_the_same_way() {
    let args = RunArgs {
        input: Some(fixture()),
        ..RunArgs::new(folder())
    };
    let (mut run, summary) = play(args).await;
    assert_holds(&summary);
    let text = std::fs::read(fixture()).unwrap();
    let lines: Vec<Vec<u8>> = InputReader::new(text.as_slice())
        .filter_map(|line| match line.unwrap() {
            InputLine::Event { payload, .. } => Some(payload),
            InputLine::TooLong { .. } => None,
        })
        .collect();
    let mut lines = lines.into_iter();
    let mut expected = Expected::new();
    for wave in Pipeline::load(&folder()).unwrap().waves_of(lines.len() as u64) {
        expected.batch(lines.by_ref().take(wave.events as usize).collect::<Vec<_>>());
    }
    assert_same(found(run.session()).await, wanted(&expected));
    insta::assert_snapshot!("users_own_events", summary);
    run.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn one_seed_gives_one_result() {
    let (first, summary) = play(generated(11, 400)).await;
    let (second, again) = play(generated(11, 400)).await;
    assert_holds(&summary);
    assert_eq!(summary.to_string(), again.to_string());
    assert_eq!(summary, again);
    insta::assert_snapshot!("one_seed", summary);
    first.stop().await.unwrap();
    second.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_is_gone_on_from() {
    let data = tempfile::tempdir().unwrap();
    let args = RunArgs {
        data_dir: Some(data.path().to_path_buf()),
        ..generated(5, 300)
    };
    let mut ended = None;
    for number in 1..=3_u64 {
        let (mut run, summary) = play(args.clone()).await;
        assert_holds(&summary);
        assert_eq!(summary.topic.messages, 300 * number);
        assert_eq!(summary.topic.messages_of_run, 300);
        assert!(ended.is_none_or(|ended| summary.started >= ended), "time goes on");
        ended = Some(summary.ended);
        let record = Record::load(&data.path().join("runs.json")).unwrap();
        assert_same(found(run.session()).await, wanted(&expected_of(&record)));
        run.stop().await.unwrap();
    }
}
