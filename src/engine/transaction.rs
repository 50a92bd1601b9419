//! An open transaction: the facts of its statements so far, and what it holds.
//! <https://docs.snowflake.com/en/sql-reference/transactions>

use std::collections::BTreeSet;
use std::sync::Arc;

use super::work::Gathered;
use crate::catalog::{Fact, LockGuard, ObjectId};

/// An open transaction. Dropping it rolls it back.
#[derive(Debug, Default)]
pub(super) struct Transaction {
    /// What its statements made true.
    pub facts: Arc<Vec<Fact>>,
    /// What it holds.
    pub locks: Vec<LockGuard>,
    /// What is to go from the object storage once it is committed.
    pub purge: Vec<(String, String)>,
}

impl Transaction {
    /// The objects it holds.
    pub fn held(&self) -> BTreeSet<ObjectId> {
        self.locks.iter().map(LockGuard::object).collect()
    }

    /// Adds a finished statement.
    pub fn add(&mut self, gathered: Gathered) {
        Arc::make_mut(&mut self.facts).extend(gathered.facts);
        self.locks.extend(gathered.locks);
        self.purge.extend(gathered.purge);
    }
}
