//! What changed between two versions of a table, net: the law behind streams and the CHANGES clause.
//!
//! | a row's history inside the interval | change set |
//! | --- | --- |
//! | inserted (and updated afterwards) | one insert, with the last value |
//! | inserted, then deleted | nothing |
//! | updated | a delete with the old value and an insert with the last, both marked as update |
//! | (updated and) deleted | a delete with the old value |
//!
//! <https://docs.snowflake.com/en/user-guide/streams-intro>

use std::collections::HashMap;

use datafusion::arrow::array::{BooleanArray, UInt32Array, UInt64Array};
use roaring::RoaringBitmap;

use super::table_version::{Entry, TableHistory, TableVersion};
use crate::error::Result;

/// Some changed rows of one partition.
#[derive(Debug, Clone)]
pub struct ChangedRows {
    /// The partition, as the version that has these rows sees it.
    pub entry: Entry,
    /// The rows' ordinals in it.
    pub ordinals: UInt32Array,
    /// The rows' ids.
    pub row_ids: UInt64Array,
    /// Whether the change is one half of an update.
    pub is_update: BooleanArray,
}

/// The net difference of two versions.
#[derive(Debug, Clone, Default)]
pub struct ChangeSet {
    /// Rows of the old version that are gone or have new content.
    pub deletes: Vec<ChangedRows>,
    /// Rows of the new version that are new or have new content.
    pub inserts: Vec<ChangedRows>,
}

impl ChangeSet {
    /// The net difference from `old` to `new`.
    pub fn between(old: &TableVersion, new: &TableVersion) -> Result<Self> {
        let (removed, added) = moved(old, new);
        if removed.is_empty() || added.is_empty() {
            let rows = |side: Vec<Moved>| side.into_iter().map(Moved::into_rows).collect::<Result<Vec<_>>>();
            return Ok(Self {
                deletes: rows(removed)?,
                inserts: rows(added)?,
            });
        }
        let removed = identified(removed)?;
        let added = identified(added)?;
        // Row id → version of the rows that left the old version.
        let mut gone = HashMap::new();
        for side in &removed {
            gone.extend(
                side.ids
                    .values()
                    .iter()
                    .copied()
                    .zip(side.versions.values().iter().copied()),
            );
        }
        let mut back = HashMap::new();
        let mut inserts = Vec::new();
        for side in added {
            back.extend(
                side.ids
                    .values()
                    .iter()
                    .copied()
                    .zip(side.versions.values().iter().copied()),
            );
            inserts.extend(side.changed_against(&gone)?);
        }
        let mut deletes = Vec::new();
        for side in removed {
            deletes.extend(side.changed_against(&back)?);
        }
        Ok(Self { deletes, inserts })
    }

    /// The rows inserted by the commits after `from` up to and including `to`, whatever became of them: an
    /// append-only stream's view.
    pub fn appended(history: &TableHistory, from: u64, to: u64) -> Result<Self> {
        let mut inserts = Vec::new();
        for entry in history.between(from, to).flat_map(|version| &version.appended) {
            let rows = (0..entry.partition.rows() as u32).collect();
            inserts.push(
                Moved {
                    entry: entry.clone(),
                    rows,
                }
                .into_rows()?,
            );
        }
        Ok(Self {
            deletes: Vec::new(),
            inserts,
        })
    }

    /// Every live row of a version as an insert: what SHOW_INITIAL_ROWS gives.
    pub fn initial(version: &TableVersion) -> Result<Self> {
        Self::between(&TableVersion::default(), version)
    }

    /// Whether there are no changes.
    pub fn is_empty(&self) -> bool {
        self.deletes.is_empty() && self.inserts.is_empty()
    }

    /// Whether two versions may differ, told without looking at rows.
    pub fn may_differ(old: &TableVersion, new: &TableVersion) -> bool {
        let (removed, added) = moved(old, new);
        !removed.is_empty() || !added.is_empty()
    }
}

/// Rows of one partition that one version has and the other has not.
struct Moved {
    entry: Entry,
    rows: RoaringBitmap,
}

/// [`Moved`] rows with their identities.
struct Identified {
    entry: Entry,
    ordinals: UInt32Array,
    ids: UInt64Array,
    versions: UInt64Array,
}

/// The rows that left `old` and the rows that came into `new`, by place and not yet by identity.
fn moved(old: &TableVersion, new: &TableVersion) -> (Vec<Moved>, Vec<Moved>) {
    let mut before: HashMap<u64, &Entry> = old.entries.iter().map(|e| (e.partition.id(), e)).collect();
    let mut removed = Vec::new();
    let mut added = Vec::new();
    for entry in &new.entries {
        let Some(was) = before.remove(&entry.partition.id()) else {
            added.push(Moved {
                rows: live(entry),
                entry: entry.clone(),
            });
            continue;
        };
        let same = match (&was.deleted, &entry.deleted) {
            (None, None) => true,
            (Some(a), Some(b)) => std::sync::Arc::ptr_eq(a, b),
            _ => false,
        };
        if same {
            continue;
        }
        let none = RoaringBitmap::new();
        let was_deleted = was.deleted.as_deref().unwrap_or(&none);
        let now_deleted = entry.deleted.as_deref().unwrap_or(&none);
        let left = now_deleted - was_deleted;
        if !left.is_empty() {
            removed.push(Moved {
                entry: was.clone(),
                rows: left,
            });
        }
        let came = was_deleted - now_deleted;
        if !came.is_empty() {
            added.push(Moved {
                entry: entry.clone(),
                rows: came,
            });
        }
    }
    // In the order of the old version, so that results do not depend on hashing.
    for entry in &old.entries {
        if before.contains_key(&entry.partition.id()) {
            removed.push(Moved {
                rows: live(entry),
                entry: entry.clone(),
            });
        }
    }
    removed.sort_by_key(|side| side.entry.partition.id());
    (removed, added)
}

fn live(entry: &Entry) -> RoaringBitmap {
    let mut rows: RoaringBitmap = (0..entry.partition.rows() as u32).collect();
    if let Some(deleted) = &entry.deleted {
        rows -= deleted.as_ref();
    }
    rows
}

fn identified(sides: Vec<Moved>) -> Result<Vec<Identified>> {
    sides.into_iter().map(Moved::identify).collect()
}

impl Moved {
    fn identify(self) -> Result<Identified> {
        let ordinals = UInt32Array::from_iter_values(self.rows.iter());
        let (ids, versions) = match self.entry.partition.identity()? {
            Some(identity) => {
                let pick = |values: &UInt64Array| {
                    let values = values.values();
                    let at = |row: u32| values.get(row as usize).copied().unwrap_or_default();
                    UInt64Array::from_iter_values(ordinals.values().iter().map(|row| at(*row)))
                };
                (pick(&identity.ids), pick(&identity.versions))
            }
            None => {
                let base = self.entry.base_row_id;
                let ids = ordinals.values().iter().map(|row| base + u64::from(*row));
                let versions = UInt64Array::from_value(self.entry.version, ordinals.len());
                (UInt64Array::from_iter_values(ids), versions)
            }
        };
        Ok(Identified {
            entry: self.entry,
            ordinals,
            ids,
            versions,
        })
    }

    fn into_rows(self) -> Result<ChangedRows> {
        let Identified {
            entry, ordinals, ids, ..
        } = self.identify()?;
        let is_update = BooleanArray::from(vec![false; ordinals.len()]);
        Ok(ChangedRows {
            entry,
            ordinals,
            row_ids: ids,
            is_update,
        })
    }
}

impl Identified {
    /// The rows that truly changed: without those that the other side has with the same id and version (moved by
    /// compaction only), and with those that it has in another version marked as updates.
    fn changed_against(self, other: &HashMap<u64, u64>) -> Result<Option<ChangedRows>> {
        let mut ordinals = Vec::with_capacity(self.ordinals.len());
        let mut row_ids = Vec::with_capacity(self.ordinals.len());
        let mut is_update = Vec::with_capacity(self.ordinals.len());
        let identities = self.ids.values().iter().zip(self.versions.values());
        for (ordinal, (id, version)) in self.ordinals.values().iter().zip(identities) {
            let counterpart = other.get(id);
            if counterpart == Some(version) {
                continue;
            }
            ordinals.push(*ordinal);
            row_ids.push(*id);
            is_update.push(counterpart.is_some());
        }
        Ok((!ordinals.is_empty()).then(|| ChangedRows {
            entry: self.entry,
            ordinals: ordinals.into(),
            row_ids: row_ids.into(),
            is_update: is_update.into(),
        }))
    }
}
