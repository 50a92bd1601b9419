//! Versions of a table, and the deltas that lead from one to the next.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;
use roaring::RoaringBitmap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::partition::MicroPartition;
use crate::error::{Error, Result};

/// A partition as one table version sees it.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The partition.
    pub partition: Arc<MicroPartition>,
    /// The row id of its first row, where rows do not carry theirs.
    pub base_row_id: u64,
    /// The commit that added it: the version of its rows, where they do not carry theirs.
    pub version: u64,
    /// The ordinals of rows that are deleted.
    pub deleted: Option<Arc<RoaringBitmap>>,
}

impl Entry {
    /// How many rows are not deleted.
    pub fn live(&self) -> usize {
        let deleted = self.deleted.as_ref().map_or(0, |deleted| deleted.len() as usize);
        self.partition.rows().saturating_sub(deleted)
    }
}

/// A table's rows after one commit.
#[derive(Debug, Clone, Default)]
pub struct TableVersion {
    /// The commit.
    pub seq: u64,
    /// The commit's time.
    pub time: Timestamp,
    /// All partitions, oldest first.
    pub entries: Vec<Entry>,
    /// The partitions of rows that this very commit inserted: what an append-only stream shows.
    pub appended: Vec<Entry>,
    /// The row id that the next inserted row gets.
    pub next_row_id: u64,
}

impl TableVersion {
    /// How many rows the table has.
    pub fn rows(&self) -> usize {
        self.entries.iter().map(Entry::live).sum()
    }

    /// The version after a delta, as of commit `seq`.
    fn after(&self, delta: &TableDelta, seq: u64, time: Timestamp) -> Result<Self> {
        let mut entries = if delta.truncated {
            Vec::new()
        } else {
            self.entries.clone()
        };
        if !delta.removed.is_empty() {
            entries.retain(|entry| !delta.removed.contains(&entry.partition.id()));
        }
        if !delta.deleted.is_empty() {
            let places: HashMap<u64, usize> = entries
                .iter()
                .enumerate()
                .map(|(at, entry)| (entry.partition.id(), at))
                .collect();
            for (partition, rows) in &delta.deleted {
                let entry = places.get(partition).and_then(|at| entries.get_mut(*at));
                let entry =
                    entry.ok_or_else(|| Error::internal("deleted rows of a partition that is gone"))?;
                let all = match &entry.deleted {
                    Some(before) => before.as_ref() | &rows.0,
                    None => rows.0.clone(),
                };
                entry.deleted = Some(Arc::new(all));
            }
            entries.retain(|entry| entry.live() > 0);
        }
        let mut next_row_id = self.next_row_id;
        let mut appended = Vec::new();
        for partition in &delta.added {
            let entry = Entry {
                partition: Arc::clone(partition),
                base_row_id: next_row_id,
                version: seq,
                deleted: None,
            };
            if !partition.carries_identity() {
                next_row_id += partition.rows() as u64;
                appended.push(entry.clone());
            }
            entries.push(entry);
        }
        Ok(Self {
            seq,
            time,
            entries,
            appended,
            next_row_id,
        })
    }
}

/// A set of row ordinals, as text in the commit log.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordinals(pub RoaringBitmap);

impl Serialize for Ordinals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        self.0
            .serialize_into(&mut bytes)
            .map_err(serde::ser::Error::custom)?;
        serializer.serialize_str(&hex::encode(bytes))
    }
}

impl<'de> Deserialize<'de> for Ordinals {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = hex::decode(text).map_err(serde::de::Error::custom)?;
        RoaringBitmap::deserialize_from(bytes.as_slice())
            .map(Self)
            .map_err(serde::de::Error::custom)
    }
}

/// What one commit does to a table's rows. Applied in this order: truncate, remove, delete, add.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct TableDelta {
    /// The table's object id.
    pub table: u64,
    /// All rows go.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
    /// Partitions that go as a whole because others took over their rows (compaction).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<u64>,
    /// Deleted rows, by partition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deleted: Vec<(u64, Ordinals)>,
    /// New partitions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub added: Vec<Arc<MicroPartition>>,
}

impl TableDelta {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        !self.truncated && self.removed.is_empty() && self.deleted.is_empty() && self.added.is_empty()
    }

    /// Whether the delta only adds rows, so that it fits on any later version of the table.
    pub fn only_adds(&self) -> bool {
        !self.truncated && self.removed.is_empty() && self.deleted.is_empty()
    }
}

/// The versions of one table, oldest first.
#[derive(Debug, Clone, Default)]
pub struct TableHistory {
    versions: imbl::Vector<Arc<TableVersion>>,
}

impl TableHistory {
    /// A table that begins with these rows at commit `seq`.
    pub fn starting_with(version: &TableVersion, seq: u64, time: Timestamp) -> Self {
        let version = TableVersion {
            seq,
            time,
            appended: Vec::new(),
            ..version.clone()
        };
        Self {
            versions: [Arc::new(version)].into_iter().collect(),
        }
    }

    /// An empty table as of commit `seq`.
    pub fn empty(seq: u64, time: Timestamp) -> Self {
        Self::starting_with(&TableVersion::default(), seq, time)
    }

    /// The newest version.
    pub fn current(&self) -> Arc<TableVersion> {
        self.versions.last().cloned().unwrap_or_default()
    }

    /// The version that was current after commit `seq`; `None` from before the table's first.
    pub fn at_seq(&self, seq: u64) -> Option<Arc<TableVersion>> {
        let after = self.versions_up_to(seq);
        after.checked_sub(1).and_then(|at| self.versions.get(at)).cloned()
    }

    /// The version that was current at a moment, or right before it; `None` from before the table's first.
    pub fn at_time(&self, moment: Timestamp, before: bool) -> Option<Arc<TableVersion>> {
        let in_time = |version: &&Arc<TableVersion>| match before {
            true => version.time < moment,
            false => version.time <= moment,
        };
        self.versions.iter().rev().find(in_time).cloned()
    }

    /// The versions made by commits after `from` up to and including `to`, oldest first.
    pub fn between(&self, from: u64, to: u64) -> impl Iterator<Item = &Arc<TableVersion>> {
        let start = self.versions_up_to(from);
        self.versions
            .iter()
            .skip(start)
            .take_while(move |version| version.seq <= to)
    }

    /// How many versions were made by commits up to and including `seq`.
    fn versions_up_to(&self, seq: u64) -> usize {
        self.versions
            .binary_search_by_key(&seq, |version| version.seq)
            .map_or_else(|place| place, |place| place + 1)
    }

    /// The history with one more commit. Two deltas of one commit make one version.
    pub fn with(&self, delta: &TableDelta, seq: u64, time: Timestamp) -> Result<Self> {
        let current = self.current();
        let mut next = current.after(delta, seq, time)?;
        let mut versions = self.versions.clone();
        if current.seq == seq {
            next.appended = current.appended.iter().cloned().chain(next.appended).collect();
            versions.pop_back();
        }
        versions.push_back(Arc::new(next));
        Ok(Self { versions })
    }

    /// How many versions are kept.
    pub fn len(&self) -> usize {
        self.versions.len()
    }

    /// Whether no version is kept; never so for a table of a catalog.
    pub fn is_empty(&self) -> bool {
        self.versions.is_empty()
    }

    /// Every partition that any version refers to.
    pub fn partitions(&self) -> impl Iterator<Item = &Arc<MicroPartition>> {
        self.versions
            .iter()
            .flat_map(|version| version.entries.iter().chain(&version.appended))
            .map(|e| &e.partition)
    }

    /// Forgets versions that ended both before commit `keep_from` and before `keep_since`; the ones current then stay.
    pub fn forget_before(&mut self, keep_from: u64, keep_since: Timestamp) {
        let in_time = self
            .versions
            .iter()
            .take_while(|version| version.time <= keep_since)
            .count();
        let after = self.versions_up_to(keep_from).min(in_time);
        if after > 1 {
            self.versions = self.versions.skip(after - 1);
        }
    }
}
