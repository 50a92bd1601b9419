//! [`Queries`]: what the account remembers of its statements, and their results.
//!
//! Every statement of every session has a [`QueryRecord`], from its start on. Records and results are bounded in number
//! and bytes; the oldest go first. QUERY_HISTORY reads the records, RESULT_SCAN the results, and whoever wants to stop a
//! statement finds it here.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::result::{DmlCounts, StatementResult};
use crate::error::Error;
use crate::sql::statement::StatementKind;
use crate::storage::Held;

/// The most records that are kept.
const MOST_RECORDS: usize = 10_000;
/// The most results that are kept.
const MOST_RESULTS: usize = 1_000;
/// The most that the kept results hold together.
const MOST_HELD: Held = Held {
    memory: 256 << 20,
    files: 4 << 30,
};
/// The longest text that is kept of a statement, in characters.
const LONGEST_TEXT: usize = 100_000;

/// How far a statement has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueryStatus {
    /// It runs.
    Running,
    /// It ended well.
    Success,
    /// It ended with an error.
    Failed,
    /// It was cancelled, by someone or by its time limit, or whoever waited for it is gone.
    Aborted,
}

/// What is remembered of a statement.
#[derive(Debug, Clone)]
pub struct QueryRecord {
    /// Its id.
    pub id: Arc<str>,
    /// Its session's number.
    pub session: u64,
    /// The user.
    pub user: String,
    /// The role in use.
    pub role: String,
    /// The warehouse in use.
    pub warehouse: Option<String>,
    /// The database in use.
    pub database: Option<String>,
    /// The schema in use.
    pub schema: Option<String>,
    /// Its text, secrets masked, cut where it is very long.
    pub text: String,
    /// Its kind.
    pub kind: StatementKind,
    /// QUERY_TAG.
    pub tag: String,
    /// The transaction that was open when it began.
    pub transaction: Option<u64>,
    /// When it began.
    pub start: Timestamp,
    /// When it ended.
    pub end: Option<Timestamp>,
    /// How far it has come.
    pub status: QueryStatus,
    /// Why it failed.
    pub error: Option<Error>,
    /// Rows of its result.
    pub rows_produced: u64,
    /// For DML, how many rows it touched.
    pub counts: Option<DmlCounts>,
    /// Of one that ended well, the commits right before it ended and when it had ended; the same one where nothing was
    /// committed. For a statement of a transaction it is the transaction's end, once there was one.
    pub commits: Option<(u64, u64)>,
}

impl QueryRecord {
    /// The record of a statement that begins in a session.
    pub(super) fn begin(context: &Context, text: &str, kind: StatementKind, start: Timestamp) -> Self {
        let masked = crate::sql::mask_secrets(text);
        let text = match masked.char_indices().nth(LONGEST_TEXT) {
            Some((end, _)) => masked.get(..end).unwrap_or_default().to_string(),
            None => masked.into_owned(),
        };
        Self {
            id: Arc::clone(&context.query_id),
            session: context.session,
            user: context.user.clone(),
            role: context.role.clone(),
            warehouse: context.warehouse.clone(),
            database: context.database.clone(),
            schema: context.schema.clone(),
            text,
            kind,
            tag: context.parameters.get("QUERY_TAG").cloned().unwrap_or_default(),
            transaction: context.transaction,
            start,
            end: None,
            status: QueryStatus::Running,
            error: None,
            rows_produced: 0,
            counts: None,
            commits: None,
        }
    }
}

/// The account's statements.
#[derive(Debug, Default)]
pub struct Queries(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    /// In the order in which they began.
    records: VecDeque<Arc<QueryRecord>>,
    /// The number of the first record, of all that there ever were.
    first: u64,
    numbers: HashMap<Arc<str>, u64>,
    running: HashMap<Arc<str>, Running>,
    results: HashMap<Arc<str>, Kept>,
    /// The ids of the kept results, oldest first.
    order: VecDeque<Arc<str>>,
    /// What they hold together.
    held: Held,
}

#[derive(Debug)]
struct Running {
    session: u64,
    stop: CancellationToken,
}

#[derive(Debug)]
struct Kept {
    user: String,
    held: Held,
    result: Arc<StatementResult>,
}

impl Queries {
    /// Notes a statement that begins. The token stops it.
    pub(super) fn begin(&self, record: QueryRecord) -> CancellationToken {
        let stop = CancellationToken::new();
        let mut inner = self.0.lock();
        let running = Running {
            session: record.session,
            stop: stop.clone(),
        };
        inner.running.insert(Arc::clone(&record.id), running);
        let number = inner.first + inner.records.len() as u64;
        inner.numbers.insert(Arc::clone(&record.id), number);
        inner.records.push_back(Arc::new(record));
        if inner.records.len() > MOST_RECORDS
            && let Some(oldest) = inner.records.pop_front()
        {
            inner.first += 1;
            inner.numbers.remove(&oldest.id);
        }
        stop
    }

    /// Notes the commit that a statement made.
    pub(super) fn committed(&self, id: &str, seq: u64) {
        self.0.lock().change(id, |record| {
            record.commits = Some((seq.saturating_sub(1), seq));
        });
    }

    /// Notes the commit that a session's transaction made, for all of its statements.
    pub(super) fn transaction_committed(&self, session: u64, transaction: u64, seq: u64) {
        let mut inner = self.0.lock();
        let of_transaction = inner
            .records
            .iter_mut()
            .filter(|record| record.session == session && record.transaction == Some(transaction));
        for record in of_transaction {
            Arc::make_mut(record).commits = Some((seq.saturating_sub(1), seq));
        }
    }

    /// Notes how a statement ended, and keeps its result. `seq` is the newest commit.
    pub(super) fn end(&self, id: &str, end: Timestamp, seq: u64, outcome: Result<&StatementResult, &Error>) {
        let mut inner = self.0.lock();
        inner.running.remove(id);
        let user = inner.change(id, |record| {
            record.end = Some(end);
            match outcome {
                Ok(result) => {
                    record.status = QueryStatus::Success;
                    record.rows_produced = result.row_count() as u64;
                    record.counts = result.counts;
                    record.commits.get_or_insert((seq, seq));
                }
                Err(error) => {
                    // 57014 is the state of what was cancelled, in one way or another.
                    record.status = match error.sqlstate() {
                        "57014" => QueryStatus::Aborted,
                        _ => QueryStatus::Failed,
                    };
                    record.error = Some(error.clone());
                }
            }
            record.user.clone()
        });
        if let (Some(user), Ok(result)) = (user, outcome) {
            inner.keep(user, result);
        }
    }

    /// The record of a statement.
    pub fn get(&self, id: &str) -> Option<Arc<QueryRecord>> {
        let inner = self.0.lock();
        let at = inner.position(id)?;
        inner.records.get(at).cloned()
    }

    /// All records, in the order in which the statements began.
    pub fn all(&self) -> Vec<Arc<QueryRecord>> {
        self.0.lock().records.iter().cloned().collect()
    }

    /// The result of a user's statement, if it is kept still.
    pub fn result(&self, id: &str, user: &str) -> Option<Arc<StatementResult>> {
        let inner = self.0.lock();
        let kept = inner.results.get(id).filter(|kept| kept.user == user)?;
        Some(Arc::clone(&kept.result))
    }

    /// Stops a statement. Answers whether it was running.
    pub fn cancel(&self, id: &str) -> bool {
        match self.0.lock().running.get(id) {
            Some(running) => {
                running.stop.cancel();
                true
            }
            None => false,
        }
    }

    /// The id of a running statement, if it is a user's.
    pub fn runs(&self, id: &str, user: &str) -> Option<Arc<str>> {
        let inner = self.0.lock();
        let (id, _) = inner.running.get_key_value(id)?;
        let record = inner.position(id).and_then(|at| inner.records.get(at));
        record
            .is_some_and(|record| record.user == user)
            .then(|| Arc::clone(id))
    }

    /// The ids of the statements that a user runs in a session.
    pub fn running(&self, session: u64, user: &str) -> Vec<Arc<str>> {
        let inner = self.0.lock();
        let of_session = inner
            .running
            .iter()
            .filter(|(_, running)| running.session == session);
        let of_user = of_session.filter(|(id, _)| {
            let record = inner.position(id).and_then(|at| inner.records.get(at));
            record.is_some_and(|record| record.user == user)
        });
        of_user.map(|(id, _)| Arc::clone(id)).collect()
    }

    /// Stops what a session runs. Answers whether it was running anything.
    pub fn cancel_session(&self, session: u64) -> bool {
        let inner = self.0.lock();
        let mut found = false;
        for running in inner
            .running
            .values()
            .filter(|running| running.session == session)
        {
            running.stop.cancel();
            found = true;
        }
        found
    }
}

impl Inner {
    fn position(&self, id: &str) -> Option<usize> {
        let number = self.numbers.get(id)?;
        usize::try_from(number.checked_sub(self.first)?).ok()
    }

    fn change<T>(&mut self, id: &str, change: impl FnOnce(&mut QueryRecord) -> T) -> Option<T> {
        let at = self.position(id)?;
        let record = self.records.get_mut(at)?;
        Some(change(Arc::make_mut(record)))
    }

    fn keep(&mut self, user: String, result: &StatementResult) {
        let held = result.rows.held();
        if held.exceeds(MOST_HELD) {
            return;
        }
        let kept = Kept {
            user,
            held,
            result: Arc::new(result.clone()),
        };
        self.held += held;
        self.order.push_back(Arc::clone(&result.query_id));
        self.results.insert(Arc::clone(&result.query_id), kept);
        while self.order.len() > MOST_RESULTS || self.held.exceeds(MOST_HELD) {
            let Some(oldest) = self.order.pop_front() else {
                return;
            };
            if let Some(gone) = self.results.remove(&oldest) {
                self.held -= gone.held;
            }
        }
    }
}
