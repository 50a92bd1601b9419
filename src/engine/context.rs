//! What a session remembers between statements.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use datafusion::common::ScalarValue;
use imbl::Vector;
use parking_lot::Mutex;

use super::binds::Binds;
use super::procedure::file::ScriptFile;
use super::procedure::flow;
use crate::catalog::ObjectId;
use crate::script::Bindings;
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
    /// The names of the session parameters that were set, of either sort.
    pub set_parameters: BTreeSet<String>,
    /// The parameters that shape values.
    pub types: TypeContext,
    /// Another one whenever a parameter changes: where the marks are the same, the parameters are.
    pub parameters_mark: Arc<()>,
    /// Session variables, by upper-case name.
    pub variables: BTreeMap<String, Variable>,
    /// The ids of this session's statements, oldest first.
    pub query_ids: Vector<Arc<str>>,
    /// Who holds the locks that its statements take: the session, but for a statement that runs beside others of it.
    pub lock_owner: u64,
    /// The id of the statement that runs.
    pub query_id: Arc<str>,
    /// The values of its bind variables.
    pub binds: Arc<Binds>,
    /// Whether it is only described: its plans are made and not run.
    pub describing: bool,
    /// The stream offset moment of the open transaction: the commit that was newest when it began.
    pub horizon: Option<u64>,
    /// Whether the session has made temporary objects.
    pub owns_temporary: bool,
    /// CURRENT_TRANSACTION: the number of the open transaction.
    pub transaction: Option<u64>,
    /// LAST_TRANSACTION: the number of the transaction that was ended last.
    pub last_transaction: Option<u64>,
    /// Whether a procedure runs with its owner's rights.
    pub owners_rights: bool,
    /// How deep procedures call each other.
    pub calls: usize,
    /// What the statements before the present one gave, where they are chained by `->>`.
    pub(super) flow: flow::Results,
    /// The staged file whose statements run.
    pub(super) file: Option<Arc<ScriptFile>>,
    /// Variables of the caller that the last CALL's output arguments set.
    pub outputs: Bindings,
    /// Of the task whose statement this session runs: what SYSTEM$ functions about the current task answer.
    pub task: Option<TaskRunContext>,
    /// Whether this session is the scheduler's, refreshing dynamic tables that are due.
    pub refreshes: bool,
    /// Of the pipe whose COPY this session runs: which files it loads.
    pub pipe: Option<PipeRunContext>,
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
#[derive(Debug, Clone, PartialEq)]
pub struct Variable {
    /// Its value.
    pub value: ScalarValue,
    /// When it was first set.
    pub created: jiff::Timestamp,
    /// When it was last set.
    pub updated: jiff::Timestamp,
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
    /// The number that all runs of this graph run share.
    pub graph_run: u64,
    /// The root task.
    pub root: ObjectId,
    /// The names of the tasks directly before this one.
    pub after: Vec<String>,
    /// What the tasks that ran before in this graph run returned, by their names.
    pub returned_before: BTreeMap<String, Option<String>>,
    /// What SYSTEM$SET_RETURN_VALUE sets.
    pub returned: Arc<Mutex<Option<String>>>,
}

/// The role that every user begins with.
pub const DEFAULT_ROLE: &str = "ACCOUNTADMIN";

/// How many query ids a session remembers, for LAST_QUERY_ID.
const REMEMBERED_QUERIES: usize = 10_000;

/// LOCK_TIMEOUT when it is not set: twelve hours.
const LOCK_TIMEOUT_SECONDS: u64 = 43_200;
/// STATEMENT_TIMEOUT_IN_SECONDS when it is not set: two days.
const STATEMENT_TIMEOUT_SECONDS: u64 = 172_800;
/// The longest that a statement may run: seven days.
const MOST_SECONDS: u64 = 604_800;

impl Context {
    /// LOCK_TIMEOUT: how long a statement waits for a lock.
    pub fn lock_timeout(&self) -> Duration {
        let seconds = self
            .parameters
            .get("LOCK_TIMEOUT")
            .and_then(|value| value.parse().ok());
        Duration::from_secs(seconds.unwrap_or(LOCK_TIMEOUT_SECONDS))
    }

    /// STATEMENT_TIMEOUT_IN_SECONDS: how long a statement may run. 0 means as long as there is.
    pub fn statement_timeout(&self) -> u64 {
        let seconds = self
            .parameters
            .get("STATEMENT_TIMEOUT_IN_SECONDS")
            .and_then(|value| value.parse().ok())
            .unwrap_or(STATEMENT_TIMEOUT_SECONDS);
        if seconds == 0 { MOST_SECONDS } else { seconds }
    }

    /// ROWS_PER_RESULTSET: the most rows of a result that a client gets; `None` for any number, and inside of procedures.
    pub fn most_rows(&self) -> Option<usize> {
        let most = self.parameters.get("ROWS_PER_RESULTSET")?.parse().ok();
        most.filter(|most| *most > 0 && self.calls == 0)
    }

    /// Notes that a parameter changes.
    pub(super) fn mark_parameters(&mut self) {
        self.parameters_mark = Arc::default();
    }

    /// Notes the id of a statement that has ended.
    pub(super) fn remember_query(&mut self, id: Arc<str>) {
        self.query_ids.push_back(id);
        if self.query_ids.len() > REMEMBERED_QUERIES {
            self.query_ids.pop_front();
        }
    }

    pub(crate) fn new(session: u64, user: &str) -> Self {
        Self {
            session,
            user: user.to_string(),
            role: DEFAULT_ROLE.to_string(),
            database: None,
            schema: None,
            warehouse: None,
            parameters: BTreeMap::new(),
            set_parameters: BTreeSet::new(),
            parameters_mark: Arc::default(),
            lock_owner: session,
            types: TypeContext::default(),
            variables: BTreeMap::new(),
            query_ids: Vector::new(),
            query_id: Arc::default(),
            binds: Arc::default(),
            describing: false,
            horizon: None,
            transaction: None,
            last_transaction: None,
            owns_temporary: false,
            owners_rights: false,
            calls: 0,
            file: None,
            flow: flow::Results::new(),
            outputs: Bindings::new(),
            task: None,
            refreshes: false,
            pipe: None,
        }
    }
}
