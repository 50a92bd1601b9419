//! [`Catalog`]: the newest snapshot, and the one way to make the next.

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arc_swap::ArcSwap;
use parking_lot::Mutex;

use super::fact::{Commit, Fact};
use super::locks::{LockGuard, Locks};
use super::log::CommitLog;
use super::object::ObjectId;
use super::snapshot::Snapshot;
use crate::clock::Clock;
use crate::error::Result;
use crate::storage::{PartitionStore, compaction};

/// The account's state and its history, shared by all sessions. Readers take a snapshot and are never in anybody's way;
/// commits happen one after the other.
#[derive(Debug)]
pub struct Catalog {
    head: ArcSwap<Snapshot>,
    clock: Arc<dyn Clock>,
    writer: Mutex<Option<Disk>>,
    next_object: AtomicU64,
    next_partition: AtomicU64,
    locks: Locks,
}

/// Where commits go when the catalog lives in a data directory.
#[derive(Debug)]
struct Disk {
    log: CommitLog,
    partitions: Arc<PartitionStore>,
}

impl Catalog {
    /// An empty account that forgets everything at the end of the process.
    pub fn in_memory(clock: Arc<dyn Clock>) -> Self {
        Self::starting_at(Snapshot::default(), 0, 0, None, clock)
    }

    /// The account kept in a folder, as its last whole commit left it; a new one if there is none.
    ///
    /// # Errors
    /// When the folder cannot be read or written, another process has it open, or its log is damaged other than at
    /// its torn end.
    pub fn open(folder: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        let partitions = Arc::new(PartitionStore::open(folder.join("partitions"))?);
        let mut snapshot = Snapshot::default();
        let mut last_object = 0;
        let log = CommitLog::open(folder, |commit| {
            for fact in &commit.facts {
                match fact {
                    Fact::Put(object) => last_object = last_object.max(object.id),
                    Fact::Rows(delta) => delta
                        .added
                        .iter()
                        .for_each(|partition| partition.attach(&partitions)),
                    _ => {}
                }
            }
            snapshot = snapshot.after(&commit)?;
            Ok(())
        })?;
        let kept: HashSet<u64> = snapshot
            .tables()
            .flat_map(|(_, history)| history.partitions())
            .map(|p| p.id())
            .collect();
        partitions.retain(&kept)?;
        let last_partition = kept.into_iter().max().unwrap_or(0);
        clock.advance_to(snapshot.time);
        let temporary: Vec<Fact> = snapshot
            .objects()
            .filter(|object| object.session.is_some())
            .map(|object| Fact::Drop(object.id))
            .collect();
        let disk = Some(Disk { log, partitions });
        let catalog = Self::starting_at(snapshot, last_object, last_partition, disk, clock);
        // Sessions that a crash cut off did not drop their own.
        catalog.commit(temporary, &[])?;
        Ok(catalog)
    }

    fn starting_at(
        snapshot: Snapshot,
        last_object: ObjectId,
        last_partition: u64,
        disk: Option<Disk>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            head: ArcSwap::from_pointee(snapshot),
            clock,
            writer: Mutex::new(disk),
            next_object: AtomicU64::new(last_object + 1),
            next_partition: AtomicU64::new(last_partition + 1),
            locks: Locks::default(),
        }
    }

    /// The newest state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.head.load_full()
    }

    /// The clock that commits are dated by.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// An id for a new object.
    pub fn new_object_id(&self) -> ObjectId {
        self.next_object.fetch_add(1, Ordering::Relaxed)
    }

    /// An id for a new micro-partition.
    pub fn new_partition_id(&self) -> u64 {
        self.next_partition.fetch_add(1, Ordering::Relaxed)
    }

    /// The locks of tables and streams.
    pub fn locks(&self) -> &Locks {
        &self.locks
    }

    /// Makes facts true: all of them, or none. `held` are the locks of the transaction that commits.
    ///
    /// The facts are on disk before anybody sees them. An empty list changes nothing and writes nothing.
    ///
    /// # Errors
    /// When a fact does not fit the newest state, or the disk refuses.
    pub fn commit(&self, facts: Vec<Fact>, held: &[LockGuard]) -> Result<Arc<Snapshot>> {
        if facts.is_empty() {
            return Ok(self.snapshot());
        }
        let mut writer = self.writer.lock();
        let head = self.head.load_full();
        let mut commit = Commit {
            seq: head.seq + 1,
            time: self.clock.now().max(head.time),
            facts,
        };
        let mut next = head.after(&commit)?;
        let held: BTreeSet<ObjectId> = held.iter().map(LockGuard::object).collect();
        let compacted = self.compact(&next, &commit, &held)?;
        if !compacted.is_empty() {
            commit.facts.extend(compacted);
            next = head.after(&commit)?;
        }
        if let Some(disk) = writer.as_mut() {
            disk.write(&commit)?;
        }
        let next = Arc::new(next);
        self.head.store(Arc::clone(&next));
        Ok(next)
    }

    /// Deltas that put together small partitions of the tables that a commit touches. A table that somebody else
    /// holds is left alone: their pending deletes name partitions.
    fn compact(&self, next: &Snapshot, commit: &Commit, held: &BTreeSet<ObjectId>) -> Result<Vec<Fact>> {
        let mut facts = Vec::new();
        let touched: BTreeSet<ObjectId> = commit
            .facts
            .iter()
            .filter_map(|fact| {
                if let Fact::Rows(delta) = fact {
                    Some(delta.table)
                } else {
                    None
                }
            })
            .collect();
        for id in touched {
            let version = next.rows(id);
            let candidates = compaction::candidates(&version, commit.seq);
            let Some(table) = next.object(id).and_then(|object| object.as_table()) else {
                continue;
            };
            if candidates.is_empty() {
                continue;
            }
            let free = held.contains(&id) || self.locks.is_free(id);
            if free {
                let columns = table.scan_columns()?;
                let delta = compaction::compact(id, &candidates, &columns, self.new_partition_id())?;
                facts.push(Fact::Rows(delta));
            }
        }
        Ok(facts)
    }
}

impl Disk {
    /// Partitions first, then the log: a crash in between leaves files that no commit names.
    fn write(&mut self, commit: &Commit) -> Result<()> {
        let mut wrote = false;
        for fact in &commit.facts {
            let Fact::Rows(delta) = fact else { continue };
            for partition in &delta.added {
                self.partitions.write(partition)?;
                partition.attach(&self.partitions);
                wrote = true;
            }
        }
        if wrote {
            self.partitions.sync()?;
        }
        self.log.append(commit)
    }
}
