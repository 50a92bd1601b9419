//! What a session remembers between statements.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;

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
    pub variables: BTreeMap<String, ScalarValue>,
    /// The ids of this session's statements that were run last, newest first.
    pub query_ids: Vec<String>,
    /// The stream offset moment of the open transaction: the commit that was newest when it began.
    pub horizon: Option<u64>,
    /// Whether the session has made temporary objects.
    pub owns_temporary: bool,
    /// Of the task whose statement this session runs: what SYSTEM$ functions about the current task answer.
    pub task: Option<TaskRunContext>,
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

impl Context {
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
            horizon: None,
            owns_temporary: false,
            task: None,
            pipe: None,
        }
    }
}
