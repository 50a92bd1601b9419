//! What object storage promises, asked of every kind of it.

mod conformance;
mod crash;
mod endpoint;
mod events;
mod limits;
mod server;

use std::sync::Arc;

use jiff::Timestamp;
use tempfile::TempDir;

use super::server::{DEFAULT_ACCESS_KEY, DEFAULT_REGION, DEFAULT_SECRET_KEY};
use super::*;
use crate::clock::{Clock, VirtualClock};

/// A clock that stands at a known moment.
fn clock() -> Arc<VirtualClock> {
    Arc::new(VirtualClock::new(moment(0)))
}

/// Seconds after the clock's start.
fn moment(seconds: i64) -> Timestamp {
    let start: Timestamp = "2024-03-01T12:00:00Z".parse().unwrap();
    Timestamp::from_second(start.as_second() + seconds).unwrap()
}

fn memory(clock: &Arc<VirtualClock>) -> ObjectStorage {
    ObjectStorage::in_memory(Arc::clone(clock) as Arc<dyn Clock>, Limits::default())
}

fn directory(clock: &Arc<VirtualClock>, path: &TempDir) -> Result<ObjectStorage, StorageError> {
    ObjectStorage::open_directory(
        path.path(),
        Arc::clone(clock) as Arc<dyn Clock>,
        Limits::default(),
    )
}

/// The storage behind a server, seen as an external one.
fn external(server: &S3Server) -> ObjectStorage {
    ObjectStorage::external(external_config(server)).unwrap()
}

fn external_config(server: &S3Server) -> ExternalConfig {
    ExternalConfig {
        endpoint: server.endpoint(),
        region: DEFAULT_REGION.to_owned(),
        access_key: DEFAULT_ACCESS_KEY.to_owned(),
        secret_key: Secret::from(DEFAULT_SECRET_KEY),
    }
}

async fn serve(storage: &ObjectStorage) -> S3Server {
    S3Server::start(S3Config::new(storage.clone())).await.unwrap()
}

fn keys(objects: &[ObjectInfo]) -> Vec<&str> {
    objects.iter().map(|info| info.key.as_str()).collect()
}
