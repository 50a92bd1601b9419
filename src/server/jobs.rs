//! Statements that run or have run: by query id, and by the id of the request that started them.
//!
//! A statement's outcome stays for a while, since a client fetches large results in parts, asks for the result of an
//! asynchronous statement later, or repeats a request whose reply was lost. What stays is bounded in number and bytes;
//! the oldest goes first.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::chunks::Parts;
use super::encode::Format;
use super::encode::arrow::ArrowEncoder;
use super::encode::json::ApiCells;
use super::sessions::ClientSession;
use super::sql_api::partitions::Partition;
use crate::engine::{ResultColumn, StatementResult};
use crate::error::Result;
use crate::sql::statement::StatementKind;
use crate::storage::Held;
use crate::types::TypeContext;

/// What has ended is remembered for a day. <https://docs.snowflake.com/en/user-guide/querying-persisted-results>
const KEPT: SignedDuration = SignedDuration::from_hours(24);

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
    /// Chosen when rows of several parts are first wanted as Arrow.
    pub arrow: OnceLock<Arc<ArrowEncoder>>,
    /// Measured when the SQL API first tells of them.
    pub partitions: OnceLock<Vec<Partition>>,
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
    /// The encoder of this result's rows as Arrow. It stays with a result of several parts; a small result is kept long
    /// and hardly ever asked for again.
    ///
    /// # Errors
    /// Those of [`ArrowEncoder::new`].
    pub fn arrow(&self) -> Result<Arc<ArrowEncoder>> {
        if let Some(chosen) = self.arrow.get() {
            return Ok(Arc::clone(chosen));
        }
        let chosen = Arc::new(ArrowEncoder::new(&self.result.rows, &self.columns)?);
        Ok(match Parts::of(self).count() {
            1 => chosen,
            _ => Arc::clone(self.arrow.get_or_init(|| chosen)),
        })
    }
}

/// Within what a request's id stands for one request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Scope {
    /// One session of a driver.
    Session(u64),
    /// All of a user's requests to the SQL API.
    User(String),
}

/// What a request is known by: its id, and within what.
pub type RequestKey = (Scope, String);

/// What to do about an earlier request of the same id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// Its statement is taken, whatever came of it.
    Same,
    /// Its statement is taken unless it failed.
    UnlessFailed,
    /// It is none of this request's concern.
    Anew,
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
    /// The request that started it, if it has an id.
    pub request: Option<RequestKey>,
    /// The statement.
    pub sql: String,
    /// Whether its client did not wait for it.
    pub asynchronous: bool,
    /// When it began.
    pub started: Timestamp,
    /// Without this nobody reads parts of its result.
    pub key: String,
    /// How a request to the SQL API wants the cells.
    pub cells: ApiCells,
    /// Ends it.
    pub cancel: CancellationToken,
    outcome: watch::Sender<Option<Arc<Outcome>>>,
}

impl Job {
    /// A statement of a session that is about to run.
    pub fn new(
        id: String,
        session: &ClientSession,
        request: Option<RequestKey>,
        sql: &str,
        started: Timestamp,
        key: String,
    ) -> Self {
        Self {
            id,
            session: session.id,
            user: session.user.clone(),
            request,
            sql: sql.to_owned(),
            asynchronous: false,
            started,
            key,
            cells: ApiCells::default(),
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
#[derive(Debug)]
pub struct Jobs {
    most: usize,
    most_held: Held,
    index: Mutex<Index>,
}

#[derive(Debug, Default)]
struct Index {
    by_id: HashMap<String, Arc<Job>>,
    by_request: HashMap<RequestKey, Arc<Job>>,
    /// Those that have ended, oldest first, with what their results hold.
    ended: VecDeque<(Arc<Job>, Held)>,
    held: Held,
}

impl Jobs {
    /// None yet; so many are remembered, and results that hold so much, apart from the newest.
    pub fn new(most: usize, most_held: Held) -> Self {
        Self {
            most,
            most_held,
            index: Mutex::default(),
        }
    }

    /// Remembers a statement by its id.
    pub fn add(&self, job: &Arc<Job>) {
        self.index.lock().by_id.insert(job.id.clone(), Arc::clone(job));
    }

    /// The statement that the same request has started already, else this one; and whether it is new.
    pub fn of_request(&self, new: Job, repeat: Repeat) -> (Arc<Job>, bool) {
        let mut index = self.index.lock();
        let known = new.request.as_ref().and_then(|key| index.by_request.get(key));
        let failed = |job: &Job| job.outcome().is_some_and(|outcome| outcome.answer.is_err());
        match (known, repeat) {
            (Some(known), Repeat::Same) => return (Arc::clone(known), false),
            (Some(known), Repeat::UnlessFailed) if !failed(known) => return (Arc::clone(known), false),
            _ => {}
        }
        // An id that was used again stands for the first statement that did not fail.
        let stands = known.is_some_and(|known| !failed(known));
        let job = Arc::new(new);
        index.by_id.insert(job.id.clone(), Arc::clone(&job));
        if let (Some(key), false) = (&job.request, stands) {
            index.by_request.insert(key.clone(), Arc::clone(&job));
        }
        (job, true)
    }

    /// The statement of a query id.
    pub fn find(&self, id: &str) -> Option<Arc<Job>> {
        self.index.lock().by_id.get(id).cloned()
    }

    /// The statement that a request of a session started.
    pub fn find_request(&self, session: u64, request: &str) -> Option<Arc<Job>> {
        let key = (Scope::Session(session), request.to_owned());
        self.index.lock().by_request.get(&key).cloned()
    }

    /// The statements of a session that run.
    pub fn running(&self, session: u64) -> Vec<Arc<Job>> {
        let index = self.index.lock();
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
        let mut index = self.index.lock();
        index.ended.push_back((Arc::clone(job), held));
        index.held += held;
        while index.ended.len() > 1 && (index.ended.len() > self.most || index.held.exceeds(self.most_held)) {
            index.forget_oldest();
        }
        drop(index);
        job.outcome.send_replace(Some(Arc::new(outcome)));
    }

    /// Lets go of what ended a day ago.
    pub fn expire(&self, now: Timestamp) {
        let mut index = self.index.lock();
        while let Some((oldest, _)) = index.ended.front() {
            // One without an outcome is about to get it.
            match oldest.outcome() {
                Some(outcome) if now.duration_since(outcome.ended) >= KEPT => index.forget_oldest(),
                _ => return,
            }
        }
    }
}

impl Index {
    fn forget_oldest(&mut self) {
        let Some((oldest, held)) = self.ended.pop_front() else {
            return;
        };
        self.held -= held;
        self.by_id.remove(&oldest.id);
        if let Some(key) = &oldest.request
            && self
                .by_request
                .get(key)
                .is_some_and(|known| known.id == oldest.id)
        {
            self.by_request.remove(key);
        }
    }
}
