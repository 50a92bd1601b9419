//! One pipe's queue, worked off.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use futures::{StreamExt, TryStreamExt, stream};

use super::definition::Definition;
use crate::catalog::history::{LoadStatus, LoadedFile, QueuedFile};
use crate::catalog::object::Pipe;
use crate::catalog::{Fact, Object, ObjectId, Snapshot};
use crate::engine::context::PipeRunContext;
use crate::engine::copy::{list, path_of, pipe_knows};
use crate::engine::{Account, Session};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;
use crate::world::s3::{ObjectInfo, StorageError};

/// How many files are loaded by one COPY, and so in one commit.
const FILES_PER_COPY: usize = 500;

/// How many files are looked up at a time.
const LOOKUPS: usize = 16;

/// What one pipe did.
#[derive(Debug, Clone)]
pub struct PipeOutcome {
    /// The pipe.
    pub pipe: ObjectId,
    /// Its full name.
    pub name: String,
    /// Files that were loaded, wholly or in part.
    pub files: u64,
    /// Rows that were loaded.
    pub rows: u64,
    /// Files that were not, or not wholly, loaded.
    pub rejected: Vec<RejectedFile>,
    /// Why the pipe could not run at all; its files still wait.
    pub error: Option<Error>,
}

impl PipeOutcome {
    /// Whether anything came of it.
    pub fn is_something(&self) -> bool {
        self.files > 0 || !self.rejected.is_empty() || self.error.is_some()
    }
}

/// A file that was not, or not wholly, loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedFile {
    /// Its path below the stage.
    pub file: String,
    /// Rows that were left out.
    pub rows: u64,
    /// The first error.
    pub reason: String,
}

/// Loads what waits for a pipe.
pub async fn work_off(account: &Arc<Account>, object: &Object) -> PipeOutcome {
    let mut outcome = begin(account, object);
    if let Err(error) = go(account, object, None, &mut outcome).await {
        tracing::warn!(pipe = outcome.name, %error, "a pipe could not run");
        outcome.error = Some(error);
    }
    outcome
}

/// Loads, of some keys that were announced, those that the pipe means.
pub async fn take(account: &Arc<Account>, object: &Object, keys: &[String]) -> PipeOutcome {
    let mut outcome = begin(account, object);
    if let Err(error) = go(account, object, Some(keys), &mut outcome).await {
        tracing::warn!(pipe = outcome.name, %error, "a pipe could not run");
        outcome.error = Some(error);
    }
    outcome
}

fn begin(account: &Arc<Account>, object: &Object) -> PipeOutcome {
    let path = account.catalog().snapshot().path(object);
    let name = path
        .iter()
        .map(|part| quote_if_needed(part))
        .collect::<Vec<_>>()
        .join(".");
    PipeOutcome {
        pipe: object.id,
        name,
        files: 0,
        rows: 0,
        rejected: Vec::new(),
        error: None,
    }
}

async fn go(
    account: &Arc<Account>,
    object: &Object,
    announced: Option<&[String]>,
    outcome: &mut PipeOutcome,
) -> Result<()> {
    let pipe = object
        .as_pipe()
        .ok_or_else(|| Error::internal("a pipe without a body"))?;
    let snapshot = account.catalog().snapshot();
    let definition = Definition::read(&snapshot, pipe).map_err(|stopped| stopped.error)?;
    let files = match announced {
        None => waiting(account, &snapshot, object, &definition).await?,
        Some(keys) => told(account, &snapshot, object, &definition, keys).await?,
    };
    if files.is_empty() {
        return Ok(());
    }
    let mut session = account.session(super::USER);
    let own = session.context_mut();
    own.role.clone_from(&object.owner);
    own.database = Some(pipe.context.0.clone());
    own.schema = Some(pipe.context.1.clone());
    let bucket = definition.place.bucket.as_str();
    for files in files.chunks(FILES_PER_COPY) {
        let loaded = copy(&mut session, object.id, pipe, files).await;
        if let Err(error) = loaded {
            // Nothing is loaded. A COPY that fails without any file is at fault itself, and its files wait.
            copy(&mut session, object.id, pipe, &[]).await?;
            one_by_one(&mut session, object, pipe, &definition, files, &error).await?;
        }
        count(&account.catalog().snapshot(), object.id, bucket, files, outcome);
    }
    Ok(())
}

/// Files that were put since the pipe was created, and those in its queue, which it has not handled; by key.
async fn waiting(
    account: &Account,
    snapshot: &Snapshot,
    object: &Object,
    definition: &Definition,
) -> Result<Vec<ObjectInfo>> {
    let place = &definition.place;
    let mut files = BTreeMap::new();
    if object.as_pipe().is_some_and(|pipe| pipe.auto_ingest) {
        for file in list(account.storage(), place).await? {
            // An external storage has a clock of its own, by which it cannot be told what is older than the pipe.
            let announced = file.sequence == 0 || file.last_modified >= object.created;
            if announced && definition.selects(&file.key)? {
                files.insert(file.key.clone(), file);
            }
        }
    }
    let bucket = format!("{}/", place.bucket);
    let queue: Vec<(&str, &Arc<QueuedFile>)> = snapshot
        .queue(object.id)
        .filter_map(|queued| Some((queued.path.strip_prefix(bucket.as_str())?, queued)))
        .collect();
    let unlisted: Vec<_> = queue
        .iter()
        .filter(|(key, _)| !files.contains_key(*key))
        .map(|(key, queued)| look_up(account, definition, key, queued))
        .collect();
    let looked_up: Vec<ObjectInfo> = stream::iter(unlisted).buffered(LOOKUPS).try_collect().await?;
    files.extend(looked_up.into_iter().map(|file| (file.key.clone(), file)));
    let files = unhandled(snapshot, object, definition, files);
    let left: HashSet<&str> = files.iter().map(|file| file.key.as_str()).collect();
    let handled: Vec<QueuedFile> = queue
        .iter()
        .filter(|(key, _)| !left.contains(key))
        .map(|(_, queued)| QueuedFile::clone(queued))
        .collect();
    if !handled.is_empty() {
        account.catalog().commit(vec![Fact::Dequeued(handled)], &[])?;
    }
    Ok(files)
}

/// A file of the queue; one without content if it is not there, over which the load will say so.
async fn look_up(
    account: &Account,
    definition: &Definition,
    key: &str,
    queued: &QueuedFile,
) -> Result<ObjectInfo> {
    let place = &definition.place;
    match account.storage().head(&place.bucket, key).await {
        Ok(head) => return Ok(head.info),
        Err(StorageError::NoSuchKey { .. }) => {}
        // The bucket of internal stages is there once something is put into it.
        Err(StorageError::NoSuchBucket(_)) if !place.is_external() => {}
        Err(error) => return Err(error.into()),
    }
    Ok(ObjectInfo {
        key: key.to_string(),
        size: 0,
        etag: String::new(),
        last_modified: queued.queued_at,
        sequence: u64::MAX,
    })
}

/// Of the keys that were announced, those that the pipe means and has not handled.
async fn told(
    account: &Account,
    snapshot: &Snapshot,
    object: &Object,
    definition: &Definition,
    keys: &[String],
) -> Result<Vec<ObjectInfo>> {
    let mut files = BTreeMap::new();
    for key in keys {
        if !definition.selects(key)? {
            continue;
        }
        match account.storage().head(&definition.place.bucket, key).await {
            Ok(head) if head.info.size == 0 && key.ends_with('/') => {}
            Ok(head) => {
                files.insert(key.clone(), head.info);
            }
            // It went away before anybody looked.
            Err(StorageError::NoSuchKey { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(unhandled(snapshot, object, definition, files))
}

fn unhandled(
    snapshot: &Snapshot,
    object: &Object,
    definition: &Definition,
    files: BTreeMap<String, ObjectInfo>,
) -> Vec<ObjectInfo> {
    let bucket = definition.place.bucket.as_str();
    let mut files: Vec<ObjectInfo> = files
        .into_values()
        .filter(|file| !pipe_knows(snapshot, object.id, bucket, file))
        .collect();
    // Where the time of a put says nothing, what an earlier pipe of this table loaded is not announced anew.
    if files.iter().any(|file| file.sequence == 0) {
        let queued: HashSet<&str> = snapshot
            .queue(object.id)
            .map(|queued| queued.path.as_str())
            .collect();
        let loads = snapshot
            .load_history()
            .filter(|load| load.table == definition.table && load.pipe.is_some());
        let before: HashSet<(&str, &str)> = loads
            .map(|load| (load.path.as_str(), load.etag.as_str()))
            .collect();
        files.retain(|file| {
            let path = path_of(bucket, &file.key);
            queued.contains(path.as_str()) || !before.contains(&(path.as_str(), file.etag.as_str()))
        });
    }
    files
}

/// Runs the pipe's COPY over some files: all of them are handled in one commit, or none.
async fn copy(session: &mut Session, id: ObjectId, pipe: &Pipe, files: &[ObjectInfo]) -> Result<()> {
    session.context_mut().pipe = Some(PipeRunContext {
        pipe: id,
        files: Arc::new(files.to_vec()),
    });
    session.execute(&pipe.copy).await.map(|_| ())
}

/// Finds the files that a COPY fails over, and marks them as failed, so that they are in nobody's way.
async fn one_by_one(
    session: &mut Session,
    object: &Object,
    pipe: &Pipe,
    definition: &Definition,
    files: &[ObjectInfo],
    together: &Error,
) -> Result<()> {
    for file in files {
        let alone = match files.len() {
            1 => Err(together.clone()),
            _ => copy(session, object.id, pipe, std::slice::from_ref(file)).await,
        };
        let Err(error) = alone else { continue };
        let now = session.account().clock().now();
        let place = &definition.place;
        let entry = LoadedFile {
            table: definition.table,
            pipe: Some(object.id),
            stage: place.location(),
            file: place.relative(&file.key).to_string(),
            path: path_of(&place.bucket, &file.key),
            etag: file.etag.clone(),
            size: file.size,
            last_modified: file.last_modified,
            received: None,
            loaded_at: now,
            commit: 0,
            status: LoadStatus::LoadFailed,
            rows_parsed: 0,
            rows_loaded: 0,
            errors: 1,
            error_limit: None,
            first_error: Some(error.message().to_string()),
            first_error_line: None,
            first_error_character: None,
            first_error_column: None,
        };
        session.commit_facts(vec![Fact::Loaded(vec![entry])])?;
    }
    Ok(())
}

fn count(snapshot: &Snapshot, pipe: ObjectId, bucket: &str, files: &[ObjectInfo], outcome: &mut PipeOutcome) {
    for file in files {
        let Some(load) = snapshot.load_of(pipe, &path_of(bucket, &file.key)) else {
            continue;
        };
        if load.status != LoadStatus::LoadFailed {
            outcome.files += 1;
            outcome.rows += load.rows_loaded;
        }
        if load.status != LoadStatus::Loaded {
            outcome.rejected.push(RejectedFile {
                file: load.file.clone(),
                rows: load.rows_parsed.saturating_sub(load.rows_loaded),
                reason: load.first_error.clone().unwrap_or_default(),
            });
        }
    }
}
