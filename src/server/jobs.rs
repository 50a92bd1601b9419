//! Statements that run or have run: by query id, and by the id of the request that started them.
//!
//! A statement's outcome stays for a while, since a client fetches large results in parts, asks for the result of an
//! asynchronous statement later, or repeats a request whose reply was lost. What stays is bounded in number and bytes;
//! the oldest goes first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::Timestamp;
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::encode::Format;
use super::encode::arrow::ArrowEncoder;
use super::sessions::ClientSession;
use crate::engine::{ResultColumn, StatementResult};
use crate::error::Result;
use crate::sql::statement::StatementKind;
use crate::storage::Held;
use crate::types::TypeContext;

/// The most statements that are remembered.
const MOST_JOBS: usize = 10_000;
/// The most that results hold which are kept, apart from the newest.
const MOST_HELD: Held = Held {
    memory: 512 << 20,
    files: 8 << 30,
};

/// What a statement left behind.
#[derive(Debug)]
pub struct Outcome {
    /// When it ended.
    pub ended: Timestamp,
    /// What came of it.
    pub answer: Result<Answer>,
}

/// The answer of a statement that succeeded.
#[derive(Debug)]
pub struct Answer {
    /// The session after the statement.
    pub after: After,
    /// The parameters that shape values.
    pub types: TypeContext,
    /// Its kind.
    pub kind: StatementKind,
    /// The columns.
    pub columns: Vec<ResultColumn>,
    /// The rows; without any if it was only described.
    pub result: StatementResult,
    /// How its client wants the rows.
    pub format: Format,
    /// What the answer is besides rows.
    pub special: Special,
    /// Chosen when the rows are first wanted as Arrow.
    pub arrow: OnceLock<Arc<ArrowEncoder>>,
}

/// What an answer is besides rows.
#[derive(Debug)]
pub enum Special {
    /// Nothing else.
    None,
    /// The statement was only described.
    Described {
        /// How many values its placeholders want.
        binds: usize,
        /// Whether each may have a value for each row.
        rows_of_binds: bool,
    },
    /// Several statements: their query ids and kinds.
    Children(Vec<(String, StatementKind)>),
    /// Instructions for a client that moves files: the fields of `data`, as JSON.
    Transfer(serde_json::Map<String, serde_json::Value>),
}

/// The session as a statement left it.
#[derive(Debug, Clone)]
pub struct After {
    /// All parameters, as JSON.
    pub parameters: Arc<str>,
    /// CURRENT_DATABASE.
    pub database: Option<String>,
    /// CURRENT_SCHEMA.
    pub schema: Option<String>,
    /// CURRENT_WAREHOUSE.
    pub warehouse: Option<String>,
    /// CURRENT_ROLE.
    pub role: String,
}

impl Answer {
    /// The encoder of this result's rows as Arrow.
    ///
    /// # Errors
    /// Those of [`ArrowEncoder::new`].
    pub fn arrow(&self) -> Result<Arc<ArrowEncoder>> {
        if let Some(chosen) = self.arrow.get() {
            return Ok(Arc::clone(chosen));
        }
        let chosen = Arc::new(ArrowEncoder::new(&self.result.rows, &self.columns)?);
        Ok(Arc::clone(self.arrow.get_or_init(|| chosen)))
    }
}

/// One statement.
#[derive(Debug)]
pub struct Job {
    /// Its query id.
    pub id: String,
    /// The session that runs it.
    pub session: u64,
    /// The user whose it is.
    pub user: String,
    /// The id of the request that started it; empty without one.
    pub request: String,
    /// The statement.
    pub sql: String,
    /// Whether its client did not wait for it.
    pub asynchronous: bool,
    /// When it began.
    pub started: Timestamp,
    /// Without this nobody reads parts of its result.
    pub key: String,
    /// Ends it.
    pub cancel: CancellationToken,
    outcome: watch::Sender<Option<Arc<Outcome>>>,
}

impl Job {
    /// A statement of a session that is about to run.
    pub fn new(
        id: String,
        session: &ClientSession,
        request: &str,
        sql: &str,
        started: Timestamp,
        key: String,
    ) -> Self {
        Self {
            id,
            session: session.id,
            user: session.user.clone(),
            request: request.to_owned(),
            sql: sql.to_owned(),
            asynchronous: false,
            started,
            key,
            cancel: CancellationToken::new(),
            outcome: watch::Sender::new(None),
        }
    }

    /// The outcome, if there is one.
    pub fn outcome(&self) -> Option<Arc<Outcome>> {
        self.outcome.borrow().clone()
    }

    /// The outcome, if there is one within a time.
    pub async fn wait(&self, patience: Duration) -> Option<Arc<Outcome>> {
        let mut outcome = self.outcome.subscribe();
        let ended = outcome.wait_for(Option::is_some);
        match tokio::time::timeout(patience, ended).await {
            Ok(Ok(outcome)) => outcome.clone(),
            Ok(Err(_)) | Err(_) => None,
        }
    }
}

/// All statements that are remembered.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<Index>);

#[derive(Debug, Default)]
struct Index {
    by_id: HashMap<String, Arc<Job>>,
    by_request: HashMap<(u64, String), Arc<Job>>,
    /// Those that have ended, oldest first, with what their results hold.
    ended: VecDeque<(Arc<Job>, Held)>,
    held: Held,
}

impl Jobs {
    /// Remembers a statement by its id.
    pub fn add(&self, job: &Arc<Job>) {
        self.0.lock().by_id.insert(job.id.clone(), Arc::clone(job));
    }

    /// The statement that the same request of the same session has started already, else this one; and whether it is
    /// new.
    pub fn of_request(&self, new: Job) -> (Arc<Job>, bool) {
        let mut index = self.0.lock();
        let key = (new.session, new.request.clone());
        if let Some(known) = index.by_request.get(&key) {
            return (Arc::clone(known), false);
        }
        let job = Arc::new(new);
        index.by_id.insert(job.id.clone(), Arc::clone(&job));
        if !job.request.is_empty() {
            index.by_request.insert(key, Arc::clone(&job));
        }
        (job, true)
    }

    /// The statement of a query id.
    pub fn find(&self, id: &str) -> Option<Arc<Job>> {
        self.0.lock().by_id.get(id).cloned()
    }

    /// The statement that a request of a session started.
    pub fn find_request(&self, session: u64, request: &str) -> Option<Arc<Job>> {
        let key = (session, request.to_owned());
        self.0.lock().by_request.get(&key).cloned()
    }

    /// The statements of a session that run.
    pub fn running(&self, session: u64) -> Vec<Arc<Job>> {
        let index = self.0.lock();
        let of_session = index.by_id.values().filter(|job| job.session == session);
        of_session
            .filter(|job| job.outcome().is_none())
            .cloned()
            .collect()
    }

    /// Notes how a statement ended, and lets go of the oldest.
    pub fn finish(&self, job: &Arc<Job>, outcome: Outcome) {
        let held = outcome.answer.as_ref();
        let held = held.map_or_else(|_| Held::default(), |answer| answer.result.rows.held());
        let mut index = self.0.lock();
        index.ended.push_back((Arc::clone(job), held));
        index.held += held;
        while index.ended.len() > 1 && (index.ended.len() > MOST_JOBS || index.held.exceeds(MOST_HELD)) {
            let Some((oldest, held)) = index.ended.pop_front() else {
                break;
            };
            index.held -= held;
            index.by_id.remove(&oldest.id);
            index.by_request.remove(&(oldest.session, oldest.request.clone()));
        }
        drop(index);
        job.outcome.send_replace(Some(Arc::new(outcome)));
    }
}
