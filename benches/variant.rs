//! How fast JSON becomes VARIANT, and how fast a path is followed, beside plain parsing of the same bytes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods
)] // a benchmark may stop where it stands

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion::arrow::array::Array;
use snowglobe::variant::{Path, Value, VariantBuilder, equality_keys, order_keys, to_json, view};

const ROWS: usize = 20_000;

/// Customer events of some 300 bytes, with an object inside.
fn events() -> Vec<String> {
    let event = |row: usize| {
        format!(
            r#"{{"eventId":"e-{row:08}","eventType":"PROFILE_UPDATED","eventTime":"2024-01-01T00:00:{:02}Z","customerId":{},"firstName":"Anna","lastName":"O'Neil \"x\"","email":"anna{row}@example.com","domain":"example.com","address":{{"street":"12 Main St","city":"Springfield","state":"IL","country":"US","zip":"{:05}"}}}}"#,
            row % 60,
            row * 7 % 1000,
            row % 100_000,
        )
    };
    (0..ROWS).map(event).collect()
}

fn variant(criterion: &mut Criterion) {
    let events = events();
    let bytes: usize = events.iter().map(String::len).sum();
    let mut builder = VariantBuilder::new();
    for event in &events {
        builder
            .append_json(event.as_bytes())
            .expect("the events are JSON");
    }
    let column = builder.finish();

    let mut text = criterion.benchmark_group("json");
    text.throughput(Throughput::Bytes(bytes as u64));
    text.bench_function("to VARIANT", |bencher| {
        bencher.iter(|| {
            let mut builder = VariantBuilder::new();
            builder.reserve(events.len(), bytes);
            for event in &events {
                builder
                    .append_json(event.as_bytes())
                    .expect("the events are JSON");
            }
            builder.finish()
        });
    });
    text.bench_function("to serde_json::Value", |bencher| {
        bencher.iter(|| {
            for event in &events {
                black_box(serde_json::from_str::<serde_json::Value>(event).expect("the events are JSON"));
            }
        });
    });
    text.bench_function("from VARIANT", |bencher| {
        let mut out = String::new();
        bencher.iter(|| {
            for value in column.iter().flatten() {
                out.clear();
                to_json(value, &mut out);
                black_box(&out);
            }
        });
    });
    text.finish();

    let mut rows = criterion.benchmark_group("rows");
    rows.throughput(Throughput::Elements(column.len() as u64));
    for path in ["customerId", "address.city"] {
        let parsed = Path::parse(path).expect("a path");
        rows.bench_function(format!("path {path}"), |bencher| {
            bencher.iter(|| {
                let mut sum = 0;
                for value in column.iter().flatten() {
                    sum += match parsed.get(value).map(view) {
                        Some(Value::Integer(number)) => number as usize,
                        Some(Value::String(text)) => text.len(),
                        _ => 0,
                    };
                }
                sum
            });
        });
    }
    rows.bench_function("equality keys", |bencher| bencher.iter(|| equality_keys(&column)));
    rows.bench_function("order keys", |bencher| bencher.iter(|| order_keys(&column)));
    rows.finish();
}

criterion_group!(benches, variant);
criterion_main!(benches);
