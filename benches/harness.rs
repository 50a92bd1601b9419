//! The harness's speed: what a fresh account costs, and a thousand small cases, beside the same statements in one session
//! without a harness. `cargo bench --bench harness` prints criterion's figures, then the ratios.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)] // a benchmark may stop where it stands

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use criterion::Criterion;
use snowglobe::harness::directive::Place;
use snowglobe::harness::local::{Local, LocalOpener};
use snowglobe::harness::runner::{self, Options, Verdict};
use snowglobe::harness::snapshot::Origin;
use snowglobe::harness::{case, target::Target};
use tokio::runtime::Runtime;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const CASES: usize = 1000;

/// A case's ten statements.
const SCRIPT: &str = "
CREATE TABLE CUSTOMER (ID INT, NAME VARCHAR, CITY VARCHAR);
CREATE TABLE CHANGES (ID INT, NAME VARCHAR, CITY VARCHAR);
CREATE STREAM S ON TABLE CHANGES;
INSERT INTO CUSTOMER VALUES (1, 'Ada', 'London'), (2, 'Grit', 'Berlin');
INSERT INTO CHANGES VALUES (2, 'Grit', 'Bonn'), (3, 'Cleo', 'Rome');
SELECT COUNT(*) FROM S;
MERGE INTO CUSTOMER C USING S ON C.ID = S.ID WHEN MATCHED THEN UPDATE SET CITY = S.CITY
    WHEN NOT MATCHED THEN INSERT VALUES (S.ID, S.NAME, S.CITY);
SELECT * FROM CUSTOMER ORDER BY ID;
SELECT CITY, COUNT(*) FROM CUSTOMER GROUP BY CITY ORDER BY CITY;
SELECT SYSTEM$STREAM_HAS_DATA('S');
";

fn options() -> Options {
    Options {
        jobs: std::thread::available_parallelism().map_or(2, |cores| cores.get()),
        timeout: Duration::from_secs(60),
        against: &[Place::Emulator],
    }
}

/// Writes the cases and their snapshots.
fn write(folder: &Path, runtime: &Runtime) {
    let first = folder.join("case0000.sql");
    std::fs::write(&first, SCRIPT).unwrap();
    let cases = case::find(&[first]).unwrap();
    let reports = runtime.block_on(runner::run(cases, Arc::new(LocalOpener), &options(), |_| {}));
    let snapshot = reports[0].found(Origin::Snowglobe);
    assert_eq!(snapshot.entries.len(), 10);
    for number in 0..CASES {
        let path = folder.join(format!("case{number:04}.sql"));
        std::fs::write(&path, SCRIPT).unwrap();
        let case = &case::find(&[path]).unwrap()[0];
        std::fs::write(case.snapshot(Place::Emulator), snapshot.write()).unwrap();
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let runtime = Runtime::new().unwrap();
    let mut group = criterion.benchmark_group("harness");
    group
        .sample_size(50)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    group.bench_function("a fresh account", |bencher| {
        bencher.iter(|| runtime.block_on(Local::new()).unwrap());
    });
    group.finish();
    let start = Instant::now();
    for _ in 0..100 {
        drop(runtime.block_on(Local::new()).unwrap());
    }
    let account = start.elapsed() / 100;

    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), &runtime);
    let cases = case::find(&[folder.path().to_path_buf()]).unwrap();
    let start = Instant::now();
    let reports = runtime.block_on(runner::run(cases, Arc::new(LocalOpener), &options(), |_| {}));
    let together = start.elapsed();
    assert!(reports.iter().all(|report| report.verdict == Verdict::Passed));

    // The reference: the same statements one after the other, in one account, compared with nothing.
    let statements = snowglobe::sql::split(SCRIPT);
    let start = Instant::now();
    runtime.block_on(async {
        let mut local = Local::new().await.unwrap();
        for number in 0..CASES {
            local.execute(&format!("CREATE SCHEMA S{number}")).await.unwrap();
            for statement in &statements {
                local.execute(&statement.text).await.unwrap();
            }
        }
    });
    let alone = start.elapsed();
    println!("\na fresh account: {:.3} ms", account.as_secs_f64() * 1e3);
    println!(
        "{CASES} cases of ten statements: {:.2} s; the statements alone, in one session: {:.2} s; ratio {:.2}",
        together.as_secs_f64(),
        alone.as_secs_f64(),
        together.as_secs_f64() / alone.as_secs_f64()
    );
}
