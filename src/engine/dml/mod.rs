//! Placeholder.

pub(super) mod delete;
pub(super) mod insert;
pub(super) mod merge;
pub(super) mod multi_insert;
pub(super) mod truncate;
pub(super) mod update;
