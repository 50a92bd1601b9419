//! What a session remembers between statements.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use datafusion::common::ScalarValue;

use super::StatementResult;
use crate::catalog::ObjectId;
use crate::types::TypeContext;
use crate::world::s3::ObjectInfo;

/// A session's state, apart from its open transaction.
#[derive(Debug, Clone)]
pub struct Context {
    /// The session's number in the account.
    pub session: u64,
    /// CURRENT_USER.
    pub user: String,
    /// CURRENT_ROLE.
    pub role: String,
    /// CURRENT_DATABASE.
    pub database: Option<String>,
    /// CURRENT_SCHEMA.
    pub schema: Option<String>,
    /// CURRENT_WAREHOUSE.
    pub warehouse: Option<String>,
    /// Session parameters that were set and that do not shape values; those that do are in `types`.
    pub parameters: BTreeMap<String, String>,
    /// The parameters that shape values.
    pub types: TypeContext,
    /// Session variables, by upper-case name.
    pub variables: BTreeMap<String, Variable>,
    /// The ids of this session's statements that were run last, newest first.
    pub query_ids: Vec<String>,
    /// The id of the statement that runs.
    pub query_id: String,
    /// The results of its last statements, newest first: what RESULT_SCAN reads.
    pub results: Results,
    /// The stream offset moment of the open transaction: the commit that was newest when it began.
    pub horizon: Option<u64>,
    /// Whether the session has made temporary objects.
    pub owns_temporary: bool,
    /// The open transaction.
    pub transaction: Option<OpenTransaction>,
    /// Of the task whose statement this session runs: what SYSTEM$ functions about the current task answer.
    pub task: Option<TaskRunContext>,
    /// Of the pipe whose COPY this session runs: which files it loads.
    pub pipe: Option<PipeRunContext>,
}

/// What a session knows of its open transaction.
#[derive(Debug, Clone)]
pub struct OpenTransaction {
    /// CURRENT_TRANSACTION: its number.
    pub id: u64,
    /// Its name: the one that BEGIN gave, or a made one.
    pub name: String,
    /// When it was opened.
    pub started: jiff::Timestamp,
}

/// What makes a COPY that of a pipe.
#[derive(Debug, Clone)]
pub struct PipeRunContext {
    /// The pipe.
    pub pipe: ObjectId,
    /// The files to load, and no others.
    pub files: Arc<Vec<ObjectInfo>>,
}

/// A session variable.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its value.
    pub value: ScalarValue,
    /// When it was first set.
    pub created: jiff::Timestamp,
    /// When it was last set.
    pub updated: jiff::Timestamp,
}

/// A few results of statements, by query id.
#[derive(Debug, Clone, Default)]
pub struct Results(VecDeque<Arc<StatementResult>>);

impl Results {
    /// The most results that are kept.
    const MOST: usize = 16;
    /// The largest result that is kept, in bytes of its arrays.
    const MAX_BYTES: usize = 64 << 20;

    /// Keeps a result, unless it is too large, and lets go of the oldest.
    pub fn keep(&mut self, result: &StatementResult) {
        let bytes: usize = result
            .batches
            .iter()
            .map(|batch| batch.get_array_memory_size())
            .sum();
        if bytes <= Self::MAX_BYTES {
            self.0.push_front(Arc::new(result.clone()));
            self.0.truncate(Self::MOST);
        }
    }

    /// The result of a statement.
    pub fn get(&self, query_id: &str) -> Option<&Arc<StatementResult>> {
        self.0.iter().find(|result| result.query_id == query_id)
    }
}

/// What a task's statement can ask about its run.
#[derive(Debug, Clone)]
pub struct TaskRunContext {
    /// The task's full name.
    pub name: String,
    /// The root task's full name.
    pub root_name: String,
    /// When the graph's run was due.
    pub scheduled: jiff::Timestamp,
}

/// LOCK_TIMEOUT when it is not set: twelve hours.
const LOCK_TIMEOUT_SECONDS: u64 = 43_200;

impl Context {
    /// LOCK_TIMEOUT: how long a statement waits for a lock.
    pub fn lock_timeout(&self) -> Duration {
        let seconds = self
            .parameters
            .get("LOCK_TIMEOUT")
            .and_then(|value| value.parse().ok());
        Duration::from_secs(seconds.unwrap_or(LOCK_TIMEOUT_SECONDS))
    }

    pub(crate) fn new(session: u64, user: &str) -> Self {
        Self {
            session,
            user: user.to_string(),
            role: "ACCOUNTADMIN".to_string(),
            database: None,
            schema: None,
            warehouse: None,
            parameters: BTreeMap::new(),
            types: TypeContext::default(),
            variables: BTreeMap::new(),
            query_ids: Vec::new(),
            query_id: String::new(),
            results: Results::default(),
            horizon: None,
            transaction: None,
            owns_temporary: false,
            task: None,
            pipe: None,
        }
    }
}
