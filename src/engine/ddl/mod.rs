//! Statements that make, change and drop objects: one file per command or family of commands.
//!
//! Each handler checks its statement against the snapshot, then gathers facts in a [`Work`](super::Work); the session
//! commits them together. Properties that a real account needs and that change nothing here (warehouse sizes, time
//! travel days, log levels, and so on) are checked, kept and shown by SHOW and DESCRIBE; each file names its own.
//! Secrets are masked before they are kept.

pub(super) mod added_default;
pub(super) mod alter;
pub(super) mod alter_columns;
pub(super) mod alter_table;
pub(super) mod clone;
pub(super) mod columns;
pub(super) mod comment;
pub(super) mod common;
pub(super) mod create_table;
pub(super) mod drop;
pub(super) mod grant;
pub(super) mod masking;
pub(super) mod monitor;
pub(super) mod namespace;
pub(super) mod or_alter;
pub(super) mod pipe;
pub(super) mod rename;
pub(super) mod routine;
pub(super) mod row_access;
pub(super) mod simple;
pub(super) mod stage;
pub(super) mod stream;
pub(super) mod tag;
pub(super) mod task;
pub(super) mod task_graph;
pub(super) mod template;
pub(super) mod use_object;
mod user;
pub(super) mod view;

pub(in crate::engine) use alter_table::change as change_table;
pub(in crate::engine) use columns::{duplicate_column, is_made_name};
pub(in crate::engine) use common::{
    created_as, done, existed, exists_already, fault, home, kind_of, new_object,
};
pub(in crate::engine) use create_table::apply_properties as apply_table_properties;
pub(in crate::engine) use grant::{SYSTEM_GRANTS, SYSTEM_ROLES, inherited_roles};
pub(in crate::engine) use monitor::of_warehouse as monitor_of_warehouse;
pub(in crate::engine) use rename::{rename as rename_object, swap as swap_objects};
pub(in crate::engine) use simple::SIZES as WAREHOUSE_SIZES;
pub(in crate::engine) use stage::file_format as stage_file_format;
pub(in crate::engine) use stream::tables_below;
pub(in crate::engine) use task_graph::{children as task_children, resume_all};
