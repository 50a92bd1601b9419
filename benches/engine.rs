//! The engine's speed, each figure beside a reference that is measured in the same run: plain DataFusion over the same
//! data, or plain parsing of the same bytes. `cargo bench --bench engine` prints criterion's figures, then the ratios.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)] // a benchmark may stop where it stands

mod common;

use std::hint::black_box;
use std::sync::Arc;

use criterion::Criterion;
use datafusion::arrow::array::{Decimal128Array, RecordBatch, StringArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::prelude::{CsvReadOptions, SessionConfig, SessionContext};
use snowglobe::task::Scheduler;
use snowglobe::world::s3::PutOptions;
use tokio::runtime::Runtime;

use common::{Bench, report};

fn measure<T>(
    criterion: &mut Criterion,
    name: &str,
    samples: usize,
    prepare: impl FnMut() -> T,
    run: impl FnMut(T),
) {
    common::measure(criterion, "engine", name, samples, prepare, run);
}

fn statements(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    let plain = SessionContext::new_with_config(SessionConfig::new().with_target_partitions(1));
    let runtime = Runtime::new().unwrap();
    measure(
        criterion,
        "SELECT 1, plain DataFusion",
        50,
        || (),
        |()| {
            black_box(
                runtime.block_on(async { plain.sql("SELECT 1").await.unwrap().collect().await.unwrap() }),
            );
        },
    );
    measure(
        criterion,
        "SELECT 1",
        50,
        || (),
        |()| {
            black_box(bench.sql("SELECT 1"));
        },
    );
    bench.sql("CREATE TABLE T (ID INT, V VARCHAR)");
    measure(
        criterion,
        "INSERT of one row",
        50,
        || (),
        |()| {
            black_box(bench.sql("INSERT INTO T VALUES (1, 'x')"));
        },
    );
}

fn numbers(rows: usize, step: usize) -> RecordBatch {
    let schema = Schema::new(vec![
        Field::new("ID", DataType::Decimal128(38, 0), false),
        Field::new("V", DataType::Utf8, false),
    ]);
    let ids = Decimal128Array::from_iter_values((0..rows).map(|n| (n * step) as i128));
    let ids = ids.with_precision_and_scale(38, 0).unwrap();
    let texts = StringArray::from_iter_values((0..rows).map(|n| format!("value {n}")));
    RecordBatch::try_new(Arc::new(schema), vec![Arc::new(ids), Arc::new(texts)]).unwrap()
}

fn generated(rows: usize, step: usize) -> String {
    format!(
        "SELECT (ROW_NUMBER() OVER (ORDER BY 1) - 1) * {step}, 'value' FROM TABLE(GENERATOR(ROWCOUNT => {rows}))"
    )
}

fn merges(criterion: &mut Criterion) {
    for (changes, rows) in [(100, 1_000), (100_000, 1_000_000)] {
        let mut bench = Bench::new();
        bench.sql("CREATE TABLE T (ID INT, V VARCHAR)");
        bench.sql("CREATE TABLE S (ID INT, V VARCHAR)");
        bench.sql(&format!("INSERT INTO T {}", generated(rows, 1)));
        bench.sql(&format!("INSERT INTO S {}", generated(changes, rows / changes)));
        measure(
            criterion,
            &format!("MERGE of {changes} into {rows}"),
            10,
            || (),
            |()| {
                bench.sql(
                    "MERGE INTO T USING S ON T.ID = S.ID WHEN MATCHED THEN UPDATE SET V = S.V \
                 WHEN NOT MATCHED THEN INSERT VALUES (S.ID, S.V)",
                );
            },
        );
        let plain = SessionContext::new();
        let register = |name: &str, batch: RecordBatch| {
            let table = MemTable::try_new(batch.schema(), vec![vec![batch]]).unwrap();
            plain.register_table(name, Arc::new(table)).unwrap();
        };
        register("t", numbers(rows, 1));
        register("s", numbers(changes, rows / changes));
        let runtime = Runtime::new().unwrap();
        let name = format!("MERGE of {changes} into {rows}, plain DataFusion's join alone");
        measure(
            criterion,
            &name,
            10,
            || (),
            |()| {
                let join = "SELECT s.\"ID\", s.\"V\", t.\"V\" FROM s LEFT JOIN t ON s.\"ID\" = t.\"ID\"";
                black_box(
                    runtime.block_on(async { plain.sql(join).await.unwrap().collect().await.unwrap() }),
                );
            },
        );
    }
}

fn copies(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    let csv: String = (0..1_000_000)
        .map(|n| {
            format!(
                "{n},customer {n},user{n}@example.com,2024-01-02,{}.25,{}\n",
                n % 1000,
                n % 7 == 0
            )
        })
        .collect();
    let json: String = (0..500_000)
        .map(|n| {
            format!(
                "{{\"eventId\":\"e-{n:08}\",\"customerId\":{},\"firstName\":\"Ada\",\"lastName\":\"Lovelace\",\
                 \"address\":{{\"city\":\"London\",\"zip\":\"SW1Y\"}},\"n\":{}.5}}\n",
                n % 1000,
                n % 77
            )
        })
        .collect();
    let folder = std::env::temp_dir().join(format!("snowglobe-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let csv_path = folder.join("rows.csv");
    std::fs::write(&csv_path, &csv).unwrap();
    let storage = Arc::clone(&bench.storage);
    let json_bytes = json.clone().into_bytes();
    bench.runtime.block_on(async move {
        storage.ensure_bucket("bench").await.unwrap();
        storage
            .put("bench", "csv/rows.csv", csv.into(), PutOptions::default())
            .await
            .unwrap();
        storage
            .put("bench", "json/rows.json", json.into(), PutOptions::default())
            .await
            .unwrap();
    });
    bench.sql("CREATE STAGE CSV_STAGE URL = 's3://bench/csv/'");
    bench.sql("CREATE STAGE JSON_STAGE URL = 's3://bench/json/'");
    let table = "CREATE OR REPLACE TABLE C (ID INT, NAME VARCHAR, EMAIL VARCHAR, D DATE, AMOUNT NUMBER(12,2), F BOOLEAN)";
    measure(
        criterion,
        "COPY of 1,000,000 CSV rows",
        10,
        || (),
        |()| {
            bench.sql(table);
            bench.sql("COPY INTO C FROM @CSV_STAGE FILE_FORMAT = (TYPE = CSV)");
        },
    );
    let plain = SessionContext::new();
    let runtime = Runtime::new().unwrap();
    let path = csv_path.to_string_lossy().to_string();
    measure(
        criterion,
        "COPY of 1,000,000 CSV rows, plain DataFusion's CSV reader",
        10,
        || (),
        |()| {
            let options = CsvReadOptions::new().has_header(false);
            black_box(runtime.block_on(async {
                plain
                    .read_csv(path.as_str(), options)
                    .await
                    .unwrap()
                    .collect()
                    .await
                    .unwrap()
            }));
        },
    );
    measure(
        criterion,
        "COPY of 500,000 NDJSON rows",
        10,
        || (),
        |()| {
            bench.sql("CREATE OR REPLACE TABLE J (V VARIANT)");
            bench.sql("COPY INTO J FROM @JSON_STAGE FILE_FORMAT = (TYPE = JSON)");
        },
    );
    measure(
        criterion,
        "COPY of 500,000 NDJSON rows, simd-json's tape alone",
        10,
        || json_bytes.clone(),
        |mut bytes| {
            for line in bytes
                .split_mut(|byte| *byte == b'\n')
                .filter(|line| !line.is_empty())
            {
                black_box(simd_json::to_tape(line).unwrap());
            }
        },
    );
    std::fs::remove_dir_all(folder).unwrap();
}

fn streams(criterion: &mut Criterion) {
    for rows in [10_000, 10_000_000] {
        let mut bench = Bench::new();
        bench.sql("CREATE TABLE T (ID INT, V VARCHAR)");
        bench.sql(&format!("INSERT INTO T {}", generated(rows, 1)));
        bench.sql("CREATE STREAM S ON TABLE T");
        bench.sql(&format!(
            "UPDATE T SET V = 'changed' WHERE ID < 500 OR ID >= {}",
            rows - 500
        ));
        measure(
            criterion,
            &format!("stream of 1,000 changes in {rows} rows"),
            20,
            || (),
            |()| {
                assert_eq!(bench.sql("SELECT * FROM S"), 2_000);
            },
        );
    }
}

fn tasks(criterion: &mut Criterion) {
    let mut bench = Bench::new();
    bench.sql("CREATE WAREHOUSE W");
    bench.sql("CREATE TABLE T (ID INT)");
    bench.sql("CREATE STREAM S ON TABLE T");
    bench.sql(
        "CREATE TASK K WAREHOUSE = W SCHEDULE = '1 MINUTE' WHEN SYSTEM$STREAM_HAS_DATA('D.PUBLIC.S') \
         AS INSERT INTO T SELECT ID FROM S",
    );
    bench.sql("ALTER TASK K RESUME");
    let account = Arc::clone(&bench.account);
    let runtime = Runtime::new().unwrap();
    let mut scheduler = Scheduler::new(Arc::clone(&account));
    measure(
        criterion,
        "virtual day of a minute task with nothing to do",
        10,
        || (),
        |()| {
            let until = account
                .clock()
                .now()
                .checked_add(jiff::SignedDuration::from_hours(24))
                .unwrap();
            let runs = runtime.block_on(scheduler.advance(until)).unwrap();
            assert!(runs.len() >= 1_439);
        },
    );
}

fn processes(criterion: &mut Criterion) {
    let program = env!("CARGO_BIN_EXE_snowglobe");
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(program)
            .args(arguments)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    };
    measure(
        criterion,
        "process: sql -q 'select 1'",
        10,
        || (),
        |()| run(&["sql", "-q", "select 1"]),
    );
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/sql/customer_events");
    measure(
        criterion,
        "process: run sql/customer_events",
        10,
        || (),
        |()| run(&["run", folder]),
    );
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    statements(&mut criterion);
    merges(&mut criterion);
    copies(&mut criterion);
    streams(&mut criterion);
    tasks(&mut criterion);
    processes(&mut criterion);
    criterion.final_summary();
    report();
}
