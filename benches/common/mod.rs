//! What the benchmarks have in common: an account in memory, and medians that are shown beside their references.
//!
//! A figure whose name is another's, a comma and more is that other's reference: `SELECT 1, plain DataFusion` is what
//! `SELECT 1` is compared with.

#![allow(dead_code)] // no benchmark needs all of it

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion};
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Session};
use snowglobe::world::s3::ObjectStorage;
use tokio::runtime::Runtime;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What was measured, by name, in seconds.
static MEASURED: Mutex<BTreeMap<String, Vec<f64>>> = Mutex::new(BTreeMap::new());

/// An account in memory with a database `D`, and a session of it.
pub struct Bench {
    /// What its statements run on.
    pub runtime: Runtime,
    /// The account.
    pub account: Arc<Account>,
    /// Its object storage.
    pub storage: Arc<ObjectStorage>,
    session: Session,
}

impl Bench {
    /// A fresh account.
    pub fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let clock = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
        let storage = Arc::new(ObjectStorage::in_memory(
            Arc::clone(&clock) as Arc<dyn Clock>,
            Default::default(),
        ));
        let account = Account::in_memory(clock, Arc::clone(&storage));
        let session = account.session("BENCH");
        let mut bench = Self {
            runtime,
            account,
            storage,
            session,
        };
        bench.sql("CREATE DATABASE D");
        bench
    }

    /// Runs a statement; the number of its rows.
    pub fn sql(&mut self, text: &str) -> usize {
        match self.runtime.block_on(self.session.execute(text)) {
            Ok(result) => result.row_count(),
            Err(error) => panic!("{text}: {error}"),
        }
    }
}

/// Measures `run` on what `prepare` makes, for criterion and for the ratios.
pub fn measure<T>(
    criterion: &mut Criterion,
    group: &str,
    name: &str,
    samples: usize,
    mut prepare: impl FnMut() -> T,
    mut run: impl FnMut(T),
) {
    let mut group = criterion.benchmark_group(group);
    group
        .sample_size(samples.max(10))
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(2));
    group.bench_function(name, |bencher| {
        bencher.iter_batched(
            &mut prepare,
            |input| {
                let start = Instant::now();
                run(input);
                note(name, start.elapsed().as_secs_f64());
            },
            BatchSize::PerIteration,
        )
    });
    group.finish();
}

/// Takes down a time for the ratios.
pub fn note(name: &str, seconds: f64) {
    let mut measured = MEASURED.lock().unwrap();
    measured.entry(name.to_string()).or_default().push(seconds);
}

/// The median of what was taken down under a name, in seconds.
pub fn median(name: &str) -> Option<f64> {
    let measured = MEASURED.lock().unwrap();
    let mut values = measured.get(name)?.clone();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// Shows the medians, and how they stand to their references.
pub fn report() {
    let names: Vec<String> = MEASURED.lock().unwrap().keys().cloned().collect();
    println!("\n{:<58} {:>12} {:>8}", "what (median)", "time", "ratio");
    for name in &names {
        let Some(seconds) = median(name) else { continue };
        let reference = names.iter().find(|other| other.starts_with(&format!("{name}, ")));
        let ratio = reference.and_then(|reference| Some(format!("{:.2}", seconds / median(reference)?)));
        let ratio = ratio.unwrap_or_default();
        println!("{name:<58} {:>9.3} ms {ratio:>8}", seconds * 1e3);
    }
}
