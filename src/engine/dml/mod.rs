//! Statements that change rows.
//!
//! All of them run one query over the target and its sources, columnar from end to end, and turn its result into one
//! [`TableDelta`](crate::storage::TableDelta): rows marked deleted by address, and new micro-partitions. [`target`]
//! prepares the table and its locks, [`write`] makes the delta.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod merge;
pub(super) mod multi_insert;
pub(super) mod target;
pub(super) mod truncate;
pub(super) mod update;
pub(super) mod write;
