//! From the disk to the senders, with back-pressure: only so many files and bytes are on their way.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc};

use super::deliver::{Delivered, deliver};
use super::watch::{Complete, Sight};
use super::{Moved, Mover, MoverReport};
use crate::error::{Error, Result};

/// Bytes are counted in pieces of this size, since a semaphore counts no further than 32 bits.
const PIECE: u64 = 1024;

/// A file in memory, with its share of the room.
struct Loaded {
    name: String,
    bytes: Bytes,
    _room: OwnedSemaphorePermit,
}

/// What came of reading a file.
enum Read {
    Whole(Bytes),
    /// It changed meanwhile: it is not complete after all.
    Changed,
    /// It can never be delivered.
    Bad(String),
}

/// Delivers files; tells what was done, and the first failure of the outside, after which nothing more was begun.
pub(super) async fn carry(mover: &Mover, files: Vec<Complete>) -> (MoverReport, Option<Error>) {
    let report = Mutex::new(MoverReport::default());
    let failure = Mutex::new(None);
    let stopped = AtomicBool::new(false);
    let pieces = u32::try_from(mover.config.queue_bytes.div_ceil(PIECE)).unwrap_or(u32::MAX);
    let room = Arc::new(Semaphore::new(pieces as usize));
    let (sender, receiver) = mpsc::channel(mover.config.queue_files);
    let receiver = Mutex::new(receiver);

    let reading = async {
        let sender = sender;
        for file in files {
            if stopped.load(Ordering::Relaxed) {
                return;
            }
            let wanted = u32::try_from(file.sight.size.div_ceil(PIECE)).unwrap_or(u32::MAX);
            let Ok(permit) = Arc::clone(&room).acquire_many_owned(wanted.min(pieces)).await else {
                return;
            };
            match read(&mover.config.folder, &file, mover.config.largest_file).await {
                Read::Whole(bytes) => {
                    let loaded = Loaded {
                        name: file.name,
                        bytes,
                        _room: permit,
                    };
                    if sender.send(loaded).await.is_err() {
                        return;
                    }
                }
                Read::Changed => {}
                Read::Bad(why) => fail(mover, &file.name, why, &report, &failure, &stopped).await,
            }
        }
    };
    let sending = futures::future::join_all((0..mover.config.senders).map(|_| async {
        loop {
            let next = receiver.lock().await.recv().await;
            let Some(file) = next else { return };
            // What waits behind a failure stays in the folder.
            if stopped.load(Ordering::Relaxed) {
                continue;
            }
            let name = file.name.clone();
            let size = file.bytes.len() as u64;
            let mut retries = 0;
            let outcome = deliver(mover, &file.name, file.bytes.clone(), &mut retries).await;
            report.lock().await.retries += retries;
            let shelved = match outcome {
                Ok(Delivered::Put(key)) => mover
                    .shelf
                    .sent(&name)
                    .map(|()| Some(Ok(Moved { name, key, size }))),
                Ok(Delivered::There) => mover.shelf.sent(&name).map(|()| Some(Err(name))),
                Ok(Delivered::Never(why)) => {
                    fail(mover, &name, why, &report, &failure, &stopped).await;
                    Ok(None)
                }
                Err(error) => Err(error),
            };
            match shelved {
                Ok(Some(Ok(moved))) => report.lock().await.moved.push(moved),
                Ok(Some(Err(name))) => report.lock().await.repeated.push(name),
                Ok(None) => {}
                Err(error) => {
                    stopped.store(true, Ordering::Relaxed);
                    failure.lock().await.get_or_insert(error);
                }
            }
        }
    }));
    tokio::join!(reading, sending);
    let mut report = report.into_inner();
    report.moved.sort();
    report.repeated.sort();
    report.dead_letters.sort();
    (report, failure.into_inner())
}

/// Sets a file aside.
async fn fail(
    mover: &Mover,
    name: &str,
    why: String,
    report: &Mutex<MoverReport>,
    failure: &Mutex<Option<Error>>,
    stopped: &AtomicBool,
) {
    match mover.shelf.failed(name, &why, mover.clock.now()) {
        Ok(()) => report.lock().await.dead_letters.push((name.to_owned(), why)),
        Err(error) => {
            stopped.store(true, Ordering::Relaxed);
            failure.lock().await.get_or_insert(error);
        }
    }
}

/// Reads a file that was complete when it was last looked at.
async fn read(folder: &Path, file: &Complete, largest: u64) -> Read {
    if file.sight.size > largest {
        return Read::Bad(format!(
            "{} bytes are more than the {largest} that a file may have",
            file.sight.size
        ));
    }
    let path = folder.join(&file.name);
    let bytes = match tokio::fs::read(&path).await {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Read::Changed,
        Err(error) => return Read::Bad(format!("it cannot be read: {error}")),
    };
    match sight(&path).await {
        Ok(now) if now == file.sight && bytes.len() as u64 == now.size => Read::Whole(bytes.into()),
        _ => Read::Changed,
    }
}

async fn sight(path: &Path) -> Result<Sight, std::io::Error> {
    let data = tokio::fs::metadata(path).await?;
    Ok(Sight {
        size: data.len(),
        changed: data.modified().ok(),
    })
}
