//! The account's state: every object, every table version, every load and task run, and the one log they come from.
//!
//! A [`Snapshot`] is one immutable state of the world. A statement reads a snapshot and gathers [`Fact`]s; a
//! [`Commit`] of facts makes the next snapshot. [`Catalog`] holds the newest one: committing writes the facts to the
//! commit log (when the catalog lives in a data directory), applies them, and publishes the result, all or nothing.
//! Replaying the log gives the same snapshot again, so a crash can only lose commits that were never acknowledged.
//!
//! * [`object`]: the object kinds and what each remembers
//! * [`fact`]: what a commit may say
//! * [`snapshot`]: the state, looked up by name or id, and how facts change it
//! * [`log`]: the commit log on disk
//! * `table`: tables, their columns and constraints
//! * [`routine`]: functions and procedures
//! * `retention`: how long the past is kept
//! * `locks`: what transactions hold
//! * [`user`]: users and their passwords
//! * [`dynamic`]: dynamic tables and their refreshes
//! * [`external`]: external tables and their files
//! * [`masking`]: masking policies
//! * [`row_access`]: row access policies
//! * [`tag`]: tags, and which objects and columns have which
//! * [`monitor`]: resource monitors
//! * [`history`]: load history and task history

mod commit;
pub mod dynamic;
pub mod external;
pub mod fact;
pub mod history;
mod locks;
pub mod log;
pub mod masking;
pub mod monitor;
pub mod object;
mod options;
mod retention;
pub mod routine;
pub mod row_access;
pub mod snapshot;
mod table;
pub mod tag;
pub mod user;

pub use commit::Catalog;
pub use fact::{Commit, Fact};
pub use locks::{LockGuard, Locks};
pub use object::{Object, ObjectBody, ObjectId, ObjectKind};
pub use options::{OptionValue, Options};
pub use routine::Routine;
pub use snapshot::Snapshot;
