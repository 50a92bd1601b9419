//! Open transactions: the facts of their statements so far, and what they hold.
//! <https://docs.snowflake.com/en/sql-reference/transactions>

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;

use super::account::Account;
use super::result::StatementResult;
use super::session::Session;
use super::work::Gathered;
use crate::catalog::{Fact, LockGuard, ObjectId};
use crate::error::{Error, Result};

/// An open transaction as SHOW TRANSACTIONS lists it.
#[derive(Debug, Clone)]
pub(super) struct Running {
    /// Whose it is.
    pub user: String,
    /// The session that has it open.
    pub session: u64,
    /// The name that BEGIN gave it, or one in the form of a UUID.
    pub name: String,
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
    pub fn new(account: &Arc<Account>, user: &str, session: u64, name: Option<String>) -> Self {
        let started = account.clock().now();
        let mut list = account.transactions().lock();
        // Snowflake's ids are the start in nanoseconds, of which it knows the milliseconds.
        let moment = u64::try_from(started.as_millisecond()).unwrap_or_default() * 1_000_000;
        let after_last = list.last_key_value().map_or(0, |(last, _)| last + 1);
        let id = moment.max(after_last);
        let made = || {
            let (high, low) = (id >> 32, (id >> 16) & 0xffff);
            format!("{high:08x}-{low:04x}-4000-8000-{session:012x}")
        };
        let running = Running {
            user: user.to_string(),
            session,
            name: name.unwrap_or_else(made),
            started,
        };
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
    entry: Entry,
    /// The commit that was newest when it began.
    horizon: u64,
    /// What its statements made true.
    pub facts: Arc<Vec<Fact>>,
    /// What it holds.
    pub locks: Vec<LockGuard>,
    /// What is to go from the object storage once it is committed.
    pub purge: Vec<(String, String)>,
}

impl Transaction {
    /// A transaction without statements.
    pub fn new(entry: Entry, horizon: u64) -> Self {
        Self {
            entry,
            horizon,
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

/// The transactions that a session has open: one at most outside of procedures, and one in each procedure that runs.
/// A procedure's statements join its caller's transaction unless it begins one of its own, and it can end only its own.
/// <https://docs.snowflake.com/en/sql-reference/transactions>
#[derive(Debug)]
pub(super) struct Scopes {
    /// Of the procedures that run, the innermost last, and before them of the session.
    open: Vec<Option<Transaction>>,
}

impl Default for Scopes {
    fn default() -> Self {
        Self { open: vec![None] }
    }
}

impl Scopes {
    /// The transaction that statements join.
    pub fn current(&self) -> Option<&Transaction> {
        self.open.iter().rev().flatten().next()
    }

    /// The transaction that statements join, to add to.
    pub fn current_mut(&mut self) -> Option<&mut Transaction> {
        self.open.iter_mut().rev().flatten().next()
    }

    /// Whether the running procedure, or the session outside of one, has a transaction of its own.
    pub fn has_own(&self) -> bool {
        matches!(self.open.last(), Some(Some(_)))
    }

    /// Opens a transaction in the innermost scope.
    pub fn begin(&mut self, transaction: Transaction) {
        if let Some(own) = self.open.last_mut() {
            *own = Some(transaction);
        }
    }

    /// Takes the innermost scope's own transaction, to be committed or dropped.
    ///
    /// # Errors
    /// 090231 when there is none but a caller has one.
    pub fn take(&mut self) -> Result<Option<Transaction>> {
        if !self.has_own() && self.current().is_some() {
            return Err(Error::transaction_of_other_scope());
        }
        Ok(self.open.last_mut().and_then(Option::take))
    }

    /// How many scopes there are.
    pub fn depth(&self) -> usize {
        self.open.len()
    }

    /// Enters a procedure.
    pub fn enter(&mut self) {
        self.open.push(None);
    }

    /// Leaves procedures until so many scopes are left, and rolls back what they left open; answers whether they did.
    pub fn leave(&mut self, depth: usize) -> bool {
        let left = self.open.split_off(depth.clamp(1, self.open.len()));
        left.iter().any(Option::is_some)
    }

    /// CURRENT_TRANSACTION, and the commit that was newest when it began.
    pub fn marks(&self) -> (Option<u64>, Option<u64>) {
        let current = self.current();
        (
            current.map(|open| open.entry.id),
            current.map(|open| open.horizon),
        )
    }
}

impl Session {
    /// What the open transaction has changed, and what it holds.
    pub(super) fn open_transaction(&self) -> (Arc<Vec<Fact>>, BTreeSet<ObjectId>) {
        match self.scopes.current() {
            Some(open) => (Arc::clone(&open.facts), open.held()),
            None => Default::default(),
        }
    }

    /// Tells the context which transaction statements join now.
    pub(super) fn note_transaction(&mut self) {
        (self.context.transaction, self.context.horizon) = self.scopes.marks();
    }

    /// Opens a transaction; one that the scope has open already stays open, as documented.
    pub(super) fn begin(&mut self, name: Option<String>) -> Result<StatementResult> {
        if !self.scopes.has_own() {
            let horizon = self.account.catalog().snapshot().seq;
            let entry = Entry::new(&self.account, &self.context.user, self.context.session, name);
            self.scopes.begin(Transaction::new(entry, horizon));
            self.note_transaction();
        }
        StatementResult::status("Statement executed successfully.")
    }

    /// Commits what is open.
    pub(super) async fn commit(&mut self) -> Result<StatementResult> {
        let transaction = self.context.transaction;
        let taken = self.scopes.take()?;
        self.note_transaction();
        if let Some(open) = taken {
            self.context.last_transaction = Some(open.entry.id);
            let facts = Arc::unwrap_or_clone(open.facts);
            let changes = !facts.is_empty();
            let snapshot = self.account.catalog().commit(facts, &open.locks)?;
            if let Some(transaction) = transaction.filter(|_| changes) {
                let queries = self.account.queries();
                queries.transaction_committed(self.context.session, transaction, snapshot.seq);
            }
            self.purge(open.purge).await;
        }
        StatementResult::status("Statement executed successfully.")
    }

    pub(super) fn rollback(&mut self) -> Result<StatementResult> {
        if let Some(taken) = self.scopes.take()? {
            self.context.last_transaction = Some(taken.entry.id);
        }
        self.note_transaction();
        StatementResult::status("Statement executed successfully.")
    }

    /// Deletes objects of the storage that a committed transaction has no more use for. As documented for PURGE, a
    /// failure is no error of the statement.
    pub(super) async fn purge(&self, objects: Vec<(String, String)>) {
        for (bucket, key) in objects {
            if let Err(error) = self.account.storage().delete(&bucket, &key).await {
                tracing::warn!(%error, bucket, key, "a staged file was not purged");
            }
        }
    }
}
