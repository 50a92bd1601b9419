//! The log of batches in the bucket: `<checkpoint>offsets/<batch>.json`, each with the offsets it covers.

use std::collections::BTreeMap;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

use super::topic::Range;
use crate::error::{Error, Result};

fn path(prefix: &str, batch: u64) -> Result<Path> {
    Path::parse(format!("{prefix}offsets/{batch:06}.json"))
        .map_err(|error| Error::configuration(format!("the log of batches cannot be named so: {error}")))
}

fn failed(what: impl std::fmt::Display) -> Error {
    Error::outside(format!("the log of batches: {what}"))
}

/// Writes down what a batch covers.
pub(super) async fn write(store: &dyn ObjectStore, prefix: &str, batch: u64, range: &Range) -> Result<()> {
    let text = serde_json::to_vec(range).map_err(failed)?;
    store
        .put(&path(prefix, batch)?, PutPayload::from(text))
        .await
        .map_err(failed)?;
    Ok(())
}

/// All batches so far, in order.
pub(super) async fn read(store: &dyn ObjectStore, prefix: &str) -> Result<Vec<Range>> {
    let folder = Path::from(format!("{prefix}offsets/"));
    let objects: Vec<_> = store.list(Some(&folder)).try_collect().await.map_err(failed)?;
    let mut batches: BTreeMap<u64, Range> = BTreeMap::new();
    for object in objects {
        let number = object
            .location
            .filename()
            .and_then(|name| name.strip_suffix(".json")?.parse().ok());
        let Some(number) = number else { continue };
        let bytes = store
            .get(&object.location)
            .await
            .map_err(failed)?
            .bytes()
            .await
            .map_err(failed)?;
        let range = serde_json::from_slice(&bytes)
            .map_err(|error| failed(format!("{} is damaged: {error}", object.location)))?;
        batches.insert(number, range);
    }
    for (expected, number) in (0_u64..).zip(batches.keys()) {
        if expected != *number {
            return Err(failed(format!("batch {expected} is missing")));
        }
    }
    Ok(batches.into_values().collect())
}
