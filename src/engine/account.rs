//! The account: what all sessions share.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::execution::SessionState;
use parking_lot::Mutex;

use super::events::Events;
use super::parsed::ParsedStatements;
use super::queries::Queries;
use super::routine::evaluator::Evaluators;
use super::routine::javascript::JavaScript;
use super::routine::python::{Functions, Python};
use super::session::Session;
use super::transaction::Running;
use crate::catalog::Catalog;
use crate::clock::Clock;
use crate::error::Result;
use crate::script::log::ProgramLog;
use crate::world::s3::ObjectStorage;

/// One account: a catalog, a clock, and the object storage that stages read and write.
#[derive(Debug)]
pub struct Account {
    catalog: Catalog,
    storage: Arc<ObjectStorage>,
    base_state: SessionState,
    queries: Queries,
    parsed: ParsedStatements,
    evaluators: Evaluators,
    python: Python,
    events: Events,
    next_session: AtomicU64,
    next_query: AtomicU64,
    transactions: Mutex<BTreeMap<u64, Running>>,
}

impl Account {
    /// An account that forgets everything at the end of the process.
    pub fn in_memory(clock: Arc<dyn Clock>, storage: Arc<ObjectStorage>) -> Arc<Self> {
        Self::over(Catalog::in_memory(clock), storage)
    }

    /// The account kept in a data directory.
    ///
    /// # Errors
    /// Those of [`Catalog::open`].
    pub fn open(folder: &Path, clock: Arc<dyn Clock>, storage: Arc<ObjectStorage>) -> Result<Arc<Self>> {
        Ok(Self::over(Catalog::open(folder, clock)?, storage))
    }

    fn over(catalog: Catalog, storage: Arc<ObjectStorage>) -> Arc<Self> {
        // Query ids go on from the last commit, so that a reopened account does not repeat them.
        let first_query = (catalog.snapshot().seq << 16) + 1;
        let evaluators = Evaluators::default();
        let log = ProgramLog {
            handler: String::new(),
        };
        let javascript = JavaScript::new(Arc::clone(catalog.clock()), Arc::new(log));
        evaluators.register("JAVASCRIPT", Arc::new(javascript));
        let account = Arc::new(Self {
            catalog,
            storage,
            base_state: crate::plan::base_state(),
            queries: Queries::default(),
            parsed: ParsedStatements::default(),
            evaluators,
            python: Python::default(),
            events: Events::default(),
            next_session: AtomicU64::new(1),
            next_query: AtomicU64::new(first_query),
            transactions: Mutex::default(),
        });
        let functions = Functions::new(Arc::downgrade(&account));
        account.evaluators.register("PYTHON", Arc::new(functions));
        account
    }

    /// A new session with Snowflake's defaults: no database, role ACCOUNTADMIN.
    pub fn session(self: &Arc<Self>, user: &str) -> Session {
        Session::new(Arc::clone(self), self.new_session_number(), user)
    }

    /// A number that no other session has.
    pub(super) fn new_session_number(&self) -> u64 {
        self.next_session.fetch_add(1, Ordering::Relaxed)
    }

    /// The catalog.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        self.catalog.clock()
    }

    /// The object storage behind stages.
    pub fn storage(&self) -> &Arc<ObjectStorage> {
        &self.storage
    }

    /// The DataFusion state that statements copy.
    pub fn base_state(&self) -> &SessionState {
        &self.base_state
    }

    /// The open transactions, by their ids.
    pub(super) fn transactions(&self) -> &Mutex<BTreeMap<u64, Running>> {
        &self.transactions
    }

    /// The statements that were read.
    pub(super) fn parsed(&self) -> &ParsedStatements {
        &self.parsed
    }

    /// What the account remembers of its statements.
    pub fn queries(&self) -> &Queries {
        &self.queries
    }

    /// The messages of handlers that wait for their event tables.
    pub(super) fn events(&self) -> &Events {
        &self.events
    }

    /// What runs functions that are not written in SQL.
    pub fn evaluators(&self) -> &Evaluators {
        &self.evaluators
    }

    /// What runs functions and procedures in Python. No interpreter is chosen at the beginning.
    pub fn python(&self) -> &Python {
        &self.python
    }

    /// A query id: unique in the account, in Snowflake's form.
    pub fn new_query_id(&self) -> String {
        let number = self.next_query.fetch_add(1, Ordering::Relaxed);
        format!(
            "01c00000-0000-{:04x}-0000-{:012x}",
            (number >> 48) & 0xffff,
            number & 0xffff_ffff_ffff
        )
    }
}
