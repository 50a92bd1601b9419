//! A micro-partition: some rows of a table, columnar and immutable.

use std::sync::{Arc, OnceLock};

use datafusion::arrow::array::{ArrayRef, UInt64Array};
use datafusion::arrow::record_batch::RecordBatch;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::partition_store::PartitionStore;
use crate::error::{Error, Result};

/// Some rows of a table. Columns are named by their ids within the table, so renaming or dropping a column touches no
/// partition. Its content is in memory, or on disk until someone asks for it.
pub struct MicroPartition {
    meta: Meta,
    content: OnceLock<Content>,
    store: OnceLock<Arc<PartitionStore>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    id: u64,
    rows: u32,
    columns: Vec<u32>,
    #[serde(default)]
    carries_identity: bool,
}

/// What a partition's file holds.
#[derive(Debug)]
pub(super) struct Content {
    /// The columns, in the order of the partition's column ids.
    pub batch: RecordBatch,
    /// Row ids and row versions, where they are not consecutive.
    pub identity: Option<RowIdentity>,
}

/// The identities of a partition's rows, one each.
#[derive(Debug, Clone)]
pub struct RowIdentity {
    /// Row ids.
    pub ids: UInt64Array,
    /// The commits that wrote the rows' content.
    pub versions: UInt64Array,
}

impl MicroPartition {
    /// The most rows that a partition gets.
    pub const MAX_ROWS: usize = 262_144;

    /// A partition in memory. `columns` are the ids of the batch's columns; `id` is unique in the account.
    pub fn new(
        id: u64,
        columns: Vec<u32>,
        batch: RecordBatch,
        identity: Option<RowIdentity>,
    ) -> Result<Self> {
        let rows = u32::try_from(batch.num_rows()).map_err(Error::internal)?;
        let carries_identity = identity.is_some();
        let sizes_agree = identity.as_ref().is_none_or(|i| i.ids.len() == batch.num_rows());
        if columns.len() != batch.num_columns() || !sizes_agree {
            return Err(Error::internal("a micro-partition's parts do not fit together"));
        }
        let content = OnceLock::new();
        let _ = content.set(Content { batch, identity });
        Ok(Self {
            meta: Meta {
                id,
                rows,
                columns,
                carries_identity,
            },
            content,
            store: OnceLock::new(),
        })
    }

    /// Its identity in the account.
    pub fn id(&self) -> u64 {
        self.meta.id
    }

    /// How many rows it has, deleted ones included.
    pub fn rows(&self) -> usize {
        self.meta.rows as usize
    }

    /// The ids of its columns.
    pub fn columns(&self) -> &[u32] {
        &self.meta.columns
    }

    /// Whether its rows carry their identities, as updated or moved rows do.
    pub fn carries_identity(&self) -> bool {
        self.meta.carries_identity
    }

    /// The column with an id; `None` if this partition is older than the column.
    pub fn column(&self, id: u32) -> Result<Option<ArrayRef>> {
        let Some(position) = self.meta.columns.iter().position(|column| *column == id) else {
            return Ok(None);
        };
        Ok(self.content()?.batch.columns().get(position).cloned())
    }

    /// The identities its rows carry, if they do.
    pub fn identity(&self) -> Result<Option<&RowIdentity>> {
        if !self.meta.carries_identity {
            return Ok(None);
        }
        Ok(self.content()?.identity.as_ref())
    }

    /// Tells where the content lies, for a partition that was read back from the commit log.
    pub(crate) fn attach(&self, store: &Arc<PartitionStore>) {
        let _ = self.store.set(Arc::clone(store));
    }

    /// Bytes of the content in memory; 0 while it is on disk only.
    pub fn memory(&self) -> usize {
        self.content
            .get()
            .map_or(0, |content| content.batch.get_array_memory_size())
    }

    pub(super) fn content(&self) -> Result<&Content> {
        if let Some(content) = self.content.get() {
            return Ok(content);
        }
        let store = self
            .store
            .get()
            .ok_or_else(|| Error::internal("a micro-partition has lost its content"))?;
        let content = store.read(self.meta.id, self.meta.carries_identity)?;
        Ok(self.content.get_or_init(|| content))
    }
}

impl std::fmt::Debug for MicroPartition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.meta.fmt(f)
    }
}

/// In the commit log a partition is its description; its content is a file of its own.
impl Serialize for MicroPartition {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.meta.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for MicroPartition {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let meta = Meta::deserialize(deserializer)?;
        Ok(Self {
            meta,
            content: OnceLock::new(),
            store: OnceLock::new(),
        })
    }
}
