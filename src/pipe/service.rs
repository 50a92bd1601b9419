//! Pipes in real time.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::definition::Definition;
use super::{PipeReport, drain, drain_those, external, load};
use crate::catalog::{Object, ObjectId, ObjectKind, Snapshot};
use crate::engine::Account;
use crate::world::s3::ObjectStorage;

/// How often it is looked whether there are new pipes, or storages that announce nothing have new files.
const POLL: Duration = Duration::from_secs(1);

/// How many announcements wait at most; storages list again for who falls behind.
const BACKLOG: usize = 4096;

/// How many announcements are worked off together.
const BATCH: usize = 512;

/// What a watch tells.
enum Told {
    /// A new object.
    New { bucket: String, key: String },
    /// The watch has missed something.
    Missed,
}

/// Runs the pipes of an account until `shutdown` is there; a load that has begun is finished. `report` is told what
/// was done, whenever something was.
pub async fn run(
    account: Arc<Account>,
    shutdown: impl Future<Output = ()>,
    mut report: impl FnMut(PipeReport),
) {
    let mut shutdown = std::pin::pin!(shutdown);
    let (sender, mut told) = mpsc::channel(BACKLOG);
    let mut watches: BTreeMap<(String, String), JoinHandle<()>> = BTreeMap::new();
    let mut active = BTreeSet::new();
    let mut seen = None;
    let mut missed = true;
    loop {
        let snapshot = account.catalog().snapshot();
        let changed = seen != Some(snapshot.seq);
        if changed {
            seen = Some(snapshot.seq);
            // Watch first, then look what is there: nothing falls between.
            missed |= follow(&account, &snapshot, &sender, &mut watches, &mut active);
        }
        if missed {
            missed = false;
            tell(drain(&account).await, &mut report);
        } else if changed {
            // The REST API or a REFRESH may have named files.
            let waits = |snapshot: &Snapshot, pipe: &Object| snapshot.queue(pipe.id).next().is_some();
            tell(drain_those(&account, waits).await, &mut report);
        }
        tokio::select! {
            biased;
            () = &mut shutdown => break,
            first = told.recv() => {
                let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
                let mut next = first;
                let mut count = 0;
                while let Some(message) = next {
                    match message {
                        Told::New { bucket, key } => keys.entry(bucket).or_default().push(key),
                        Told::Missed => missed = true,
                    }
                    count += 1;
                    next = if count < BATCH { told.try_recv().ok() } else { None };
                }
                external::refresh_all(&account).await;
                tell(take(&account, &keys).await, &mut report);
            }
            () = tokio::time::sleep(POLL) => {}
        }
    }
    watches.into_values().for_each(|watch| watch.abort());
}

fn tell(done: PipeReport, report: &mut impl FnMut(PipeReport)) {
    if done.pipes.iter().any(super::PipeOutcome::is_something) {
        report(done);
    }
}

/// Hands announced keys to the pipes that mean them.
async fn take(account: &Arc<Account>, keys: &BTreeMap<String, Vec<String>>) -> PipeReport {
    let snapshot = account.catalog().snapshot();
    let mut report = PipeReport::default();
    for object in snapshot.all(ObjectKind::Pipe) {
        let Some(pipe) = object.as_pipe().filter(|pipe| pipe.auto_ingest && !pipe.paused) else {
            continue;
        };
        let Ok(definition) = Definition::read(&snapshot, pipe) else {
            continue;
        };
        if let Some(keys) = keys.get(&definition.place.bucket) {
            report.pipes.push(load::take(account, object, keys).await);
        }
    }
    report
}

/// Watches what the pipes of a snapshot look at, and nothing else. Answers whether anything may have been missed: a
/// pipe may be new or resumed.
fn follow(
    account: &Arc<Account>,
    snapshot: &Snapshot,
    sender: &mpsc::Sender<Told>,
    watches: &mut BTreeMap<(String, String), JoinHandle<()>>,
    active: &mut BTreeSet<(ObjectId, String, String)>,
) -> bool {
    let mut wanted = BTreeSet::new();
    let mut pipes = BTreeSet::new();
    for object in snapshot.all(ObjectKind::Pipe) {
        let Some(pipe) = object.as_pipe().filter(|pipe| !pipe.paused) else {
            continue;
        };
        if let (true, Ok(definition)) = (pipe.auto_ingest, Definition::read(snapshot, pipe)) {
            let place = (definition.place.bucket.clone(), definition.place.prefix());
            pipes.insert((object.id, place.0.clone(), place.1.clone()));
            wanted.insert(place);
        }
    }
    for (table, bucket, prefix) in external::places(account, snapshot) {
        wanted.insert((bucket.clone(), prefix.clone()));
        pipes.insert((table, bucket, prefix));
    }
    watches.retain(|place, watch| {
        let keep = wanted.contains(place) && !watch.is_finished();
        if !keep {
            watch.abort();
        }
        keep
    });
    for place in wanted {
        if watches.get(&place).is_none() {
            let watch = watch(
                Arc::clone(account.storage()),
                place.0.clone(),
                place.1.clone(),
                sender.clone(),
            );
            watches.insert(place, tokio::spawn(watch));
        }
    }
    let new = !pipes.is_subset(active);
    *active = pipes;
    new
}

/// Follows one place until nobody listens.
async fn watch(storage: Arc<ObjectStorage>, bucket: String, prefix: String, sender: mpsc::Sender<Told>) {
    loop {
        if let Ok(mut watch) = storage.watch(&bucket, &prefix, POLL).await {
            // What was put before the watch began is looked up once more.
            if sender.send(Told::Missed).await.is_err() {
                return;
            }
            while let Some(event) = watch.next().await {
                let told = match event {
                    Ok(event) => Told::New {
                        bucket: event.bucket,
                        key: event.key,
                    },
                    Err(error) => {
                        tracing::warn!(%error, bucket, "the watch of a bucket was interrupted");
                        Told::Missed
                    }
                };
                if sender.send(told).await.is_err() {
                    return;
                }
            }
        }
        // The bucket may not be there yet.
        tokio::time::sleep(POLL).await;
    }
}
