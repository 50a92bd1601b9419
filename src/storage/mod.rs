//! How tables keep their rows: immutable micro-partitions, versions made of them, and what changed between two.
//!
//! A [`MicroPartition`] holds some rows of a table as Arrow columns and never changes. A [`TableVersion`] is a list of
//! partitions, each with the set of its rows that are deleted. A DML therefore never rewrites a table: it adds small
//! partitions and marks rows deleted, and [`TableHistory`] keeps the versions that time travel and streams look back
//! at. Small partitions are put together from time to time ([`compaction`]).
//!
//! **Row identity.** Every row has a row id that it keeps when it is updated or moved, and the number of the commit
//! that wrote its present content. Rows of a fresh insert have consecutive ids from the partition's base; rows that
//! were updated or moved carry theirs in two extra columns. [`ChangeSet`] pairs rows of two versions by these two
//! numbers alone, at a cost that follows the changes and not the table.
//!
//! Rows of results are no table's: a [`RowSet`] keeps them for as long as somebody may fetch them.

mod change_set;
pub mod compaction;
mod partition;
mod partition_store;
mod row_set;
mod scan;
mod table_version;

pub use change_set::{ChangeSet, ChangedRows};
pub use partition::{MicroPartition, RowIdentity};
pub use partition_store::{PartitionStore, sync_folder};
pub use row_set::{Held, RowSet, RowSetBuilder};
pub use scan::{ScanColumn, addresses, live_rows, project, row_ids, split_address};
pub use table_version::{Entry, Ordinals, TableDelta, TableHistory, TableVersion};

#[cfg(test)]
mod tests;
