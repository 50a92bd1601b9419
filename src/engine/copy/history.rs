//! Load history: which files a load leaves out because they were loaded before.
//!
//! COPY's loads are remembered by the table for 64 days, a pipe's by the pipe for 14. COPY goes by name and ETag, a
//! pipe by name alone. A load happens under a lock on what remembers it, so that two loads never take the same file.
//! <https://docs.snowflake.com/en/user-guide/data-load-considerations-load#loading-older-files>,
//! <https://docs.snowflake.com/en/user-guide/data-load-snowpipe-intro#data-duplication>

use jiff::{SignedDuration, Timestamp};

use super::options::CopyOptions;
use crate::catalog::history::{LoadStatus, LoadedFile};
use crate::catalog::{ObjectId, Snapshot};
use crate::world::s3::ObjectInfo;

/// How long a table remembers a load.
const TABLE_MEMORY: SignedDuration = SignedDuration::from_hours(64 * 24);

/// How long a pipe remembers a load.
const PIPE_MEMORY: SignedDuration = SignedDuration::from_hours(14 * 24);

/// Set in an id that stands for a table's load history: loading holds the history, not the table's rows.
const HISTORY: ObjectId = 1 << 63;

/// What COPY into a table holds while it loads.
pub fn lock_of(table: ObjectId) -> ObjectId {
    table | HISTORY
}

/// A file's name in load history.
pub fn path_of(bucket: &str, key: &str) -> String {
    format!("{bucket}/{key}")
}

/// What a table remembers, asked by one COPY.
#[derive(Debug)]
pub struct TableMemory<'a> {
    /// The state of the account.
    pub snapshot: &'a Snapshot,
    /// The table.
    pub table: ObjectId,
    /// The bucket of the files.
    pub bucket: &'a str,
    /// The present moment.
    pub now: Timestamp,
}

impl TableMemory<'_> {
    /// Keeps the files that COPY is to load.
    pub fn retain(&self, files: &mut Vec<ObjectInfo>, options: &CopyOptions) {
        if options.force {
            return;
        }
        let mut first_load = None;
        files.retain(|file| {
            let known = self
                .snapshot
                .load_of(self.table, &path_of(self.bucket, &file.key));
            let known = known.filter(|load| load.loaded_at >= self.horizon());
            if let Some(load) = known {
                return load.etag != file.etag || load.status == LoadStatus::LoadFailed;
            }
            let recent = file.last_modified >= self.horizon();
            recent || options.load_uncertain_files || *first_load.get_or_insert_with(|| self.is_young())
        });
    }

    /// Loads before this moment are forgotten.
    fn horizon(&self) -> Timestamp {
        self.now.saturating_sub(TABLE_MEMORY).unwrap_or(Timestamp::MIN)
    }

    /// Whether the table's first load, if there was one, is still remembered.
    fn is_young(&self) -> bool {
        let mut loads = self
            .snapshot
            .load_history()
            .filter(|load| load.table == self.table && load.pipe.is_none());
        loads.next().is_none_or(|first| first.loaded_at >= self.horizon())
    }
}

/// The moment from which a pipe has forgotten a load.
fn forgotten(load: &LoadedFile) -> Timestamp {
    load.loaded_at
        .saturating_add(PIPE_MEMORY)
        .unwrap_or(Timestamp::MAX)
}

/// Whether a pipe has received a file of that name, whatever became of it, and has not forgotten it by now.
pub fn pipe_received(snapshot: &Snapshot, pipe: ObjectId, path: &str, now: Timestamp) -> bool {
    let loaded = snapshot.load_of(pipe, path);
    snapshot.queued(pipe, path).is_some() || loaded.is_some_and(|load| now <= forgotten(load))
}

/// Whether a pipe leaves a file out because it has handled one of that name.
pub fn pipe_knows(snapshot: &Snapshot, pipe: ObjectId, bucket: &str, file: &ObjectInfo) -> bool {
    let path = path_of(bucket, &file.key);
    let Some(load) = snapshot.load_of(pipe, &path) else {
        return false;
    };
    let forgotten = forgotten(load);
    // One that is named again after that is loaded again, whatever its content.
    let queued = snapshot.queued(pipe, &path);
    if queued.is_some_and(|queued| queued.queued_at > forgotten) {
        return false;
    }
    if load.etag == file.etag {
        return true;
    }
    // Another content under the name is a new file if the old one never came in, or is forgotten.
    load.status != LoadStatus::LoadFailed && file.last_modified <= forgotten
}
