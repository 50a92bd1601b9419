//! How long the past is kept: a table's versions for time travel and streams, dropped objects for UNDROP, task runs and
//! loads for their histories. <https://docs.snowflake.com/en/user-guide/data-time-travel>
//!
//! Time is that of commits, so that a replayed log forgets what the first run forgot.

use std::sync::Arc;

use imbl::Vector;
use jiff::{SignedDuration, Timestamp};

use super::object::{Object, ObjectBody, ObjectId, ObjectKind};
use super::snapshot::{Snapshot, name_key};
use crate::storage::TableHistory;

/// DATA_RETENTION_TIME_IN_DAYS where nothing sets it.
const DEFAULT_DAYS: u32 = 1;

/// How far TASK_HISTORY and DYNAMIC_TABLE_REFRESH_HISTORY look back, in days.
const TASK_RUN_DAYS: i64 = 7;

/// The most task runs, and the most refreshes, that are kept.
const MAX_TASK_RUNS: usize = 100_000;

/// How far COPY_HISTORY looks back, in days.
const LOAD_DAYS: i64 = 14;

/// How far EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY looks back, in days.
const REGISTRATION_DAYS: i64 = 30;

/// The most loaded files whose history is kept. What keeps a file from being loaded twice is kept apart, and for good.
const MAX_LOADS: usize = 1_000_000;

impl Snapshot {
    /// DATA_RETENTION_TIME_IN_DAYS as it applies to an object: its own, or that of what it lives in.
    pub fn retention_days(&self, object: &Object) -> u32 {
        let own = match &object.body {
            ObjectBody::Table(table) => table.retention_days,
            ObjectBody::Schema(schema) => schema.retention_days,
            ObjectBody::Database(database) => database.retention_days,
            _ => None,
        };
        match (own, self.object(object.parent)) {
            (Some(days), _) => days,
            (None, Some(parent)) => self.retention_days(parent),
            (None, None) => DEFAULT_DAYS,
        }
    }

    /// Lets go of versions that neither time travel nor any stream can ask for.
    pub(super) fn forget(&self, table: ObjectId, history: &mut TableHistory, time: Timestamp) {
        let days = self
            .object(table)
            .map_or(DEFAULT_DAYS, |object| self.retention_days(object));
        let Some(since) = before(time, i64::from(days)) else {
            return;
        };
        // A stream on a view may read any table.
        let reads = |source: ObjectId| {
            source == table
                || self
                    .object(source)
                    .is_some_and(|object| object.kind() == ObjectKind::View)
        };
        let offsets = self
            .all(ObjectKind::Stream)
            .filter_map(|object| object.as_stream())
            .filter(|stream| reads(stream.source));
        let from = offsets.map(|stream| stream.offset).min().unwrap_or(u64::MAX);
        history.forget_before(from, since);
    }

    /// Removes dropped objects that UNDROP can no longer bring back, with all that lived in them.
    pub(super) fn purge(&mut self, time: Timestamp) {
        let expired = |object: &&Arc<Object>| {
            let since = before(time, i64::from(self.retention_days(object)));
            object
                .dropped
                .zip(since)
                .is_some_and(|(dropped, since)| dropped < since)
        };
        let mut gone: Vec<ObjectId> = self.objects().filter(expired).map(|object| object.id).collect();
        while let Some(id) = gone.pop() {
            gone.extend(
                self.objects()
                    .filter(|object| object.parent == id)
                    .map(|object| object.id),
            );
            let Some(object) = self.objects.remove(&id) else {
                continue;
            };
            let key = name_key(&object);
            if self.names.get(&key) == Some(&id) {
                self.names.remove(&key);
            }
            self.tables.remove(&id);
            self.forget_loads(id);
            self.forget_tags(id);
            self.registrations.retain(|registration| registration.table != id);
            let files: Vec<_> = self.registered(id).map(|file| file.file.clone()).collect();
            for file in files {
                self.files.remove(&(id, file));
            }
            let counters: Vec<_> = self
                .counters
                .range((id, 0)..=(id, u32::MAX))
                .map(|(key, _)| *key)
                .collect();
            for key in counters {
                self.counters.remove(&key);
            }
        }
    }

    /// Lets go of task runs that TASK_HISTORY does not show any more.
    pub(super) fn trim_task_runs(&mut self, time: Timestamp) {
        trim(
            &mut self.task_runs,
            MAX_TASK_RUNS,
            before(time, TASK_RUN_DAYS),
            |run| run.completed,
        );
    }

    /// Lets go of refreshes that DYNAMIC_TABLE_REFRESH_HISTORY does not show any more.
    pub(super) fn trim_refreshes(&mut self, time: Timestamp) {
        trim(
            &mut self.refreshes,
            MAX_TASK_RUNS,
            before(time, TASK_RUN_DAYS),
            |refresh| refresh.completed,
        );
    }

    /// Lets go of registrations that EXTERNAL_TABLE_FILE_REGISTRATION_HISTORY does not show any more.
    pub(super) fn trim_registrations(&mut self, time: Timestamp) {
        trim(
            &mut self.registrations,
            MAX_LOADS,
            before(time, REGISTRATION_DAYS),
            |registration| registration.at,
        );
    }

    /// Lets go of loads that COPY_HISTORY does not show any more.
    pub(super) fn trim_load_history(&mut self, time: Timestamp) {
        trim(
            &mut self.load_history,
            MAX_LOADS,
            before(time, LOAD_DAYS),
            |file| file.loaded_at,
        );
    }
}

/// Drops entries from the front, where the oldest are.
fn trim<T: Clone>(
    entries: &mut Vector<Arc<T>>,
    most: usize,
    since: Option<Timestamp>,
    moment: impl Fn(&T) -> Timestamp,
) {
    let old = |entry: &Arc<T>| since.is_some_and(|since| moment(entry) < since);
    while entries.len() > most || entries.front().is_some_and(old) {
        entries.pop_front();
    }
}

fn before(time: Timestamp, days: i64) -> Option<Timestamp> {
    time.checked_sub(SignedDuration::from_hours(24 * days)).ok()
}
