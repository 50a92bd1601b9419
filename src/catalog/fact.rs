//! What a commit may say. Facts are the commit log's vocabulary: everything that outlives a statement is one.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::dynamic::DynamicRefresh;
use super::external::Registration;
use super::history::{LoadedFile, QueuedFile, TaskRun};
use super::object::{Object, ObjectId};
use super::options::Options;
use super::tag::TagSetting;
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
    /// Files left the queues of pipes without being loaded: their pipes had handled them in the meantime.
    Dequeued(Vec<QueuedFile>),
    /// A task run, or a change of its state.
    TaskRun(TaskRun),
    /// A refresh of a dynamic table.
    Refresh(DynamicRefresh),
    /// Files of an external table were registered, or are not any more.
    Registered(Vec<Registration>),
    /// A sequence or an AUTOINCREMENT column will give `next` next.
    Counter {
        /// The sequence or the table.
        object: ObjectId,
        /// The column's id; 0 for a sequence.
        column: u32,
        /// The next value.
        next: i64,
    },
    /// The account's own parameters are these from now on.
    Account(Options),
    /// A tag was set on an object or a column, or taken from it.
    Tag(TagSetting),
    /// A privilege was granted.
    Grant(Grant),
    /// A privilege was revoked.
    Revoke(Grant),
}

/// A privilege on an object, or a role, given to a role or user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Grant {
    /// `SELECT`, `USAGE`, `CREATE TABLE`, …; `USAGE` for a granted role.
    pub privilege: String,
    /// On what.
    pub on: GrantOn,
    /// `ROLE` or `USER`.
    pub to_kind: String,
    /// The grantee's name.
    pub to_name: String,
    /// WITH GRANT OPTION.
    pub grant_option: bool,
    /// The role that granted it.
    pub by: String,
    /// When.
    pub created: Timestamp,
}

impl Grant {
    /// Whether another grant says the same, whoever made it and when, with the option to grant it on or without.
    pub fn same_as(&self, other: &Self) -> bool {
        (&self.privilege, &self.on, &self.to_kind, &self.to_name)
            == (&other.privilege, &other.on, &other.to_kind, &other.to_name)
    }
}

/// What a privilege is on.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum GrantOn {
    /// The account.
    Account,
    /// An object, by its identity: a rename keeps its grants, an object that replaces it has none.
    Object(ObjectId),
    /// A role that is given to a role or user, by its name: Snowflake's own roles are no objects.
    Role(String),
    /// Objects of a kind that will be made in a database or schema.
    Future {
        /// The kind, singular and upper case.
        kind: String,
        /// The database or schema.
        container: ObjectId,
    },
}
