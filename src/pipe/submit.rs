//! insertFiles of Snowpipe's REST API: files are named, and wait for the pipe from then on.
//! <https://docs.snowflake.com/en/user-guide/data-load-snowpipe-rest-apis#endpoint-insertfiles>

use std::collections::BTreeMap;

use super::definition::Definition;
use crate::catalog::history::QueuedFile;
use crate::catalog::{Fact, Object};
use crate::engine::Account;
use crate::engine::copy::{Place, path_of, pipe_received};
use crate::error::{Error, Result};

/// What became of the names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submission {
    /// Those that wait now.
    pub queued: Vec<String>,
    /// Those that the pipe received before, within 14 days.
    pub skipped: Vec<String>,
    /// Those that do not match its PATTERN.
    pub unmatched: Vec<String>,
}

/// Puts files into a pipe's queue, also one that is paused. Paths are relative to the location of the pipe's COPY; nobody
/// looks yet whether something is there.
///
/// # Errors
/// What keeps the pipe from running; a commit that fails.
pub fn submit(account: &Account, object: &Object, paths: &[String]) -> Result<Submission> {
    let pipe = object
        .as_pipe()
        .ok_or_else(|| Error::internal("a pipe without a body"))?;
    let snapshot = account.catalog().snapshot();
    let definition = Definition::read(&snapshot, pipe).map_err(|stopped| stopped.error)?;
    let folder = folder(&definition.place);
    let now = account.clock().now();
    let mut submission = Submission::default();
    let mut files = BTreeMap::new();
    for name in paths {
        let key = format!("{folder}{name}");
        let path = path_of(&definition.place.bucket, &key);
        if !definition.selects(&key)? {
            submission.unmatched.push(name.clone());
        } else if pipe_received(&snapshot, object.id, &path, now) || files.contains_key(&path) {
            submission.skipped.push(name.clone());
        } else {
            submission.queued.push(name.clone());
            let file = QueuedFile {
                pipe: object.id,
                path: path.clone(),
                queued_at: now,
            };
            files.insert(path, file);
        }
    }
    if !files.is_empty() {
        let files = files.into_values().collect();
        account.catalog().commit(vec![Fact::Queued(files)], &[])?;
    }
    Ok(submission)
}

/// What the keys of a pipe's files begin with: its location as a folder.
pub(super) fn folder(place: &Place) -> String {
    let mut folder = place.prefix();
    if !folder.is_empty() && !folder.ends_with('/') {
        folder.push('/');
    }
    folder
}
