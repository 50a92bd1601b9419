//! Placeholder.

pub(super) mod alter;
pub(super) mod alter_table;
pub(super) mod comment;
pub(super) mod create_table;
pub(super) mod drop;
pub(super) mod grant;
pub(super) mod namespace;
pub(super) mod pipe;
pub(super) mod simple;
pub(super) mod stage;
pub(super) mod stream;
pub(super) mod task;
pub(super) mod use_object;
pub(super) mod view;
