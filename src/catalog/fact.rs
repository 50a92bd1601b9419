//! What a commit may say. Facts are the commit log's vocabulary: everything that outlives a statement is one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::history::{LoadedFile, QueuedFile, TaskRun};
use super::object::{Object, ObjectId};
use crate::storage::TableDelta;

/// One step of the account's history: all of its facts, or none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Commit {
    /// Its number: one more than the commit before.
    pub seq: u64,
    /// When it happened, in warehouse time.
    pub time: Timestamp,
    /// What it says, in order.
    pub facts: Vec<Fact>,
}

/// One thing that became true.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum Fact {
    /// An object is this from now on: new, or with changed properties, or renamed or moved.
    Put(Box<Object>),
    /// An object is dropped; UNDROP can bring it back.
    Drop(ObjectId),
    /// A dropped object is there again, under its old name.
    Undrop(ObjectId),
    /// Rows of a table changed.
    Rows(TableDelta),
    /// A new table starts with the rows that `source` had after commit `seq` (CLONE).
    CloneRows {
        /// The new table.
        table: ObjectId,
        /// The table it is a clone of.
        source: ObjectId,
        /// Up to and including this commit.
        seq: u64,
    },
    /// A stream was consumed up to a commit.
    StreamOffset {
        /// The stream.
        stream: ObjectId,
        /// Changes up to and including this commit are consumed.
        offset: u64,
    },
    /// Files were handled by a load into a table, by COPY or by a pipe.
    Loaded(Vec<LoadedFile>),
    /// Files were put into the queues of pipes.
    Queued(Vec<QueuedFile>),
    /// A task run, or a change of its state.
    TaskRun(TaskRun),
    /// A sequence or an AUTOINCREMENT column will give `next` next.
    Counter {
        /// The sequence or the table.
        object: ObjectId,
        /// The column's id; 0 for a sequence.
        column: u32,
        /// The next value.
        next: i64,
    },
    /// A privilege was granted.
    Grant(Grant),
    /// A privilege was revoked.
    Revoke(Grant),
}

/// A privilege on an object, or a role, given to a role.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// `SELECT`, `USAGE`, `OWNERSHIP`, …; `ROLE` for a granted role.
    pub privilege: String,
    /// The object's kind as in the statement, for instance `TABLE`; `FUTURE TABLES IN SCHEMA` for future grants.
    pub on_kind: String,
    /// The object's full name.
    pub on_name: String,
    /// `ROLE` or `USER`.
    pub to_kind: String,
    /// The grantee's name.
    pub to_name: String,
    /// WITH GRANT OPTION.
    pub grant_option: bool,
}
