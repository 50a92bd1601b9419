//! Objects that somebody else announces: a bucket's notification that reached a queue, or a webhook's.
//!
//! The account's own object storage tells pipes by itself, so most of what comes here is known. What is not goes into the
//! queues of the pipes that mean it, as insertFiles would put it there.

use super::definition::Definition;
use super::submit::folder;
use super::{Submission, submit};
use crate::catalog::ObjectKind;
use crate::engine::Account;
use crate::error::Result;
use crate::world::s3::StorageError;

/// Hands an object to the AUTO_INGEST pipes that mean it. One that a pipe has received before, or that is no longer
/// there, is left out. Answers how many pipes will load it.
///
/// # Errors
/// A storage that cannot be asked; a commit that fails.
pub async fn announce(account: &Account, bucket: &str, key: &str) -> Result<usize> {
    let snapshot = account.catalog().snapshot();
    let mut taken = 0;
    for object in snapshot.all(ObjectKind::Pipe) {
        let Some(pipe) = object.as_pipe().filter(|pipe| pipe.auto_ingest) else {
            continue;
        };
        // A pipe that cannot run hears of it again when it is refreshed.
        let Ok(definition) = Definition::read(&snapshot, pipe) else {
            continue;
        };
        if definition.place.bucket != bucket || !definition.selects(key)? {
            continue;
        }
        let folder = folder(&definition.place);
        let Some(path) = key.strip_prefix(folder.as_str()) else {
            continue;
        };
        match account.storage().head(bucket, key).await {
            Ok(_) => {}
            Err(StorageError::NoSuchKey { .. } | StorageError::NoSuchBucket(_)) => {
                tracing::info!(bucket, key, "an object was announced that is not there");
                return Ok(taken);
            }
            Err(error) => return Err(error.into()),
        }
        let Submission { queued, .. } = submit(account, object, &[path.to_owned()])?;
        taken += queued.len();
    }
    Ok(taken)
}
