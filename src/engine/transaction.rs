//! An open transaction: the facts of its statements so far, and what it holds.
//! <https://docs.snowflake.com/en/sql-reference/transactions>

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::account::Account;
use super::work::Gathered;
use crate::catalog::{Fact, LockGuard, ObjectId};

/// An open transaction as SHOW TRANSACTIONS lists it.
#[derive(Debug, Clone)]
pub(super) struct Running {
    /// Whose it is.
    pub user: String,
    /// The session that has it open.
    pub session: u64,
    /// When it began.
    pub started: Timestamp,
}

/// An open transaction's place in the account's list, which it leaves with its end.
#[derive(Debug)]
pub(super) struct Entry {
    account: Arc<Account>,
    /// CURRENT_TRANSACTION.
    pub id: u64,
}

impl Entry {
    /// Lists a transaction that begins now.
    pub fn new(account: &Arc<Account>, user: &str, session: u64) -> Self {
        let started = account.clock().now();
        let running = Running {
            user: user.to_string(),
            session,
            started,
        };
        let mut list = account.transactions().lock();
        // Snowflake's ids are the start in nanoseconds, of which it knows the milliseconds.
        let moment = u64::try_from(started.as_millisecond()).unwrap_or_default() * 1_000_000;
        let after_last = list.last_key_value().map_or(0, |(last, _)| last + 1);
        let id = moment.max(after_last);
        list.insert(id, running);
        Self {
            account: Arc::clone(account),
            id,
        }
    }
}

impl std::ops::Drop for Entry {
    fn drop(&mut self) {
        self.account.transactions().lock().remove(&self.id);
    }
}

/// An open transaction. Dropping it rolls it back.
#[derive(Debug)]
pub(super) struct Transaction {
    /// Its entry among the account's, held for as long as it is open.
    _entry: Entry,
    /// What its statements made true.
    pub facts: Arc<Vec<Fact>>,
    /// What it holds.
    pub locks: Vec<LockGuard>,
    /// What is to go from the object storage once it is committed.
    pub purge: Vec<(String, String)>,
}

impl Transaction {
    /// A transaction without statements.
    pub fn new(entry: Entry) -> Self {
        Self {
            _entry: entry,
            facts: Arc::default(),
            locks: Vec::new(),
            purge: Vec::new(),
        }
    }

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
