//! One run of a task graph.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use datafusion::common::ScalarValue;
use jiff::Timestamp;
use parking_lot::Mutex;

use crate::catalog::history::{TaskRun, TaskState};
use crate::catalog::object::Task;
use crate::catalog::{Fact, Object, ObjectId, ObjectKind, Snapshot};
use crate::engine::context::TaskRunContext;
use crate::engine::{Account, Session};
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;

/// Why a graph runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// It was due.
    Schedule,
    /// EXECUTE TASK.
    ExecuteTask,
}

/// What a run is.
#[derive(Debug, Clone, Copy)]
pub struct GraphRun {
    /// When it was due.
    pub scheduled: Timestamp,
    /// Why it runs.
    pub from: Origin,
}

/// How a graph run ended.
#[derive(Debug)]
pub struct GraphOutcome {
    /// The task runs, in order.
    pub runs: Vec<Arc<TaskRun>>,
    /// Whether any task failed, after all retries.
    pub failed: bool,
    /// Whether the root's WHEN was false, so that nothing ran.
    pub skipped: bool,
}

/// How one task of the graph came out, for its successors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Passed {
    /// It ran and succeeded.
    Succeeded,
    /// Its WHEN was false, or all before it were skipped.
    Skipped,
    /// It is suspended: the graph goes on as though it had succeeded.
    Suspended,
    /// It failed, or could not run because one before it failed.
    Failed,
}

/// Runs the graph of a root task once, and records its runs.
///
/// # Errors
/// When a run cannot be recorded. Failing tasks are no error.
pub async fn run(account: &Arc<Account>, root: ObjectId, run: GraphRun) -> Result<GraphOutcome> {
    // One version of the graph for the whole run, whatever its statements change.
    let snapshot = account.catalog().snapshot();
    let object = snapshot
        .object(root)
        .cloned()
        .ok_or_else(|| Error::internal("a task graph without a root"))?;
    let graph = Graph {
        account,
        graph_run: snapshot.seq + 1,
        snapshot,
        root: object,
        run,
    };
    let mut outcome = GraphOutcome {
        runs: Vec::new(),
        failed: false,
        skipped: false,
    };
    let mut passed: HashMap<ObjectId, Passed> = HashMap::new();
    let attempts = 1 + graph.option("TASK_AUTO_RETRY_ATTEMPTS").unwrap_or(0);
    for _ in 0..attempts {
        passed.retain(|_, passed| *passed != Passed::Failed);
        graph.attempt(&mut passed, &mut outcome).await?;
        outcome.failed = passed.values().any(|passed| *passed == Passed::Failed);
        if !outcome.failed {
            break;
        }
    }
    if !outcome.skipped {
        for finalizer in graph.finalizers() {
            let recorded = graph.run_task(&finalizer, &mut outcome).await?;
            outcome.failed |= recorded == Passed::Failed;
        }
    }
    Ok(outcome)
}

/// Records runs that were skipped because their WHEN was false.
pub(super) fn skipped(task: ObjectId, body: &Task, scheduled: Timestamp, graph_run: u64) -> TaskRun {
    TaskRun {
        task,
        root: task,
        graph_run,
        query: body.body.clone(),
        condition: body.when.clone(),
        query_id: None,
        state: TaskState::Skipped,
        error_code: Some(40_003),
        error_message: Some("Conditional expression for task evaluated to false.".to_string()),
        scheduled,
        started: scheduled,
        completed: scheduled,
        scheduled_from: "SCHEDULE".to_string(),
        return_value: None,
    }
}

/// Whether a task's WHEN holds; without one it does.
///
/// # Errors
/// When the condition cannot be evaluated.
pub fn condition_holds(account: &Arc<Account>, object: &Object, task: &Task) -> Result<bool> {
    let Some(condition) = &task.when else {
        return Ok(true);
    };
    let mut session = session(account, object, task);
    match session.evaluate(condition)? {
        ScalarValue::Boolean(value) => Ok(value.unwrap_or(false)),
        other => Err(Error::invalid_type(format!(
            "WHEN is a {}, not a BOOLEAN",
            other.data_type()
        ))),
    }
}

/// A session as a task's statement finds it: the task's own database and schema, its owner's role.
fn session(account: &Arc<Account>, object: &Object, task: &Task) -> Session {
    let mut session = account.session("SYSTEM");
    let context = session.context_mut();
    context.role = object.owner.clone();
    context.database = Some(task.context.0.clone());
    context.schema = Some(task.context.1.clone());
    context.warehouse = task.warehouse.clone();
    // The values were checked when the task got them.
    if let Err(error) = session.apply_parameters(&task.options) {
        tracing::warn!(%error, task = object.name, "a task's session parameter was left out");
    }
    session
}

struct Graph<'a> {
    account: &'a Arc<Account>,
    snapshot: Arc<Snapshot>,
    root: Arc<Object>,
    run: GraphRun,
    graph_run: u64,
}

impl Graph<'_> {
    /// Runs every task that has not passed yet and may run, in an order in which predecessors come first.
    async fn attempt(
        &self,
        passed: &mut HashMap<ObjectId, Passed>,
        outcome: &mut GraphOutcome,
    ) -> Result<()> {
        if passed.get(&self.root.id).is_none() {
            let root = self.run_task(&self.root, outcome).await?;
            passed.insert(self.root.id, root);
            outcome.skipped = root == Passed::Skipped;
        }
        if outcome.skipped {
            return Ok(());
        }
        let children = self.children();
        loop {
            let ready = children.values().find(|child| {
                let after = child
                    .as_task()
                    .map(|task| task.after.as_slice())
                    .unwrap_or_default();
                !passed.contains_key(&child.id) && after.iter().all(|before| passed.contains_key(before))
            });
            let Some(child) = ready else { return Ok(()) };
            let how = self.step(child, passed, outcome).await?;
            passed.insert(child.id, how);
        }
    }

    async fn step(
        &self,
        child: &Arc<Object>,
        passed: &HashMap<ObjectId, Passed>,
        outcome: &mut GraphOutcome,
    ) -> Result<Passed> {
        let task = child
            .as_task()
            .ok_or_else(|| Error::internal("a task without a body"))?;
        if !task.started {
            return Ok(Passed::Suspended);
        }
        let before: Vec<Passed> = task
            .after
            .iter()
            .filter_map(|id| passed.get(id))
            .copied()
            .collect();
        if before.contains(&Passed::Failed) {
            return Ok(Passed::Failed);
        }
        if before.iter().all(|passed| *passed == Passed::Skipped) {
            return Ok(Passed::Skipped);
        }
        self.run_task(child, outcome).await
    }

    /// The tasks that come after the root, directly or not, by id: the order of creation.
    fn children(&self) -> BTreeMap<ObjectId, Arc<Object>> {
        let mut found: BTreeMap<ObjectId, Arc<Object>> = BTreeMap::new();
        let all: Vec<&Arc<Object>> = self.snapshot.all(ObjectKind::Task).collect();
        loop {
            let before = found.len();
            for object in &all {
                let after = object
                    .as_task()
                    .map(|task| task.after.as_slice())
                    .unwrap_or_default();
                let known = |id: &ObjectId| *id == self.root.id || found.contains_key(id);
                if !after.is_empty() && after.iter().all(known) {
                    found.insert(object.id, Arc::clone(object));
                }
            }
            if found.len() == before {
                return found;
            }
        }
    }

    fn finalizers(&self) -> Vec<Arc<Object>> {
        let finalizes = |object: &&Arc<Object>| {
            object
                .as_task()
                .is_some_and(|task| task.started && task.finalize == Some(self.root.id))
        };
        self.snapshot
            .all(ObjectKind::Task)
            .filter(finalizes)
            .cloned()
            .collect()
    }

    fn option(&self, name: &str) -> Option<u64> {
        self.root.as_task()?.options.get(name)?.text()?.parse().ok()
    }

    /// Runs one task's statement, if its WHEN holds, and records the run.
    async fn run_task(&self, object: &Arc<Object>, outcome: &mut GraphOutcome) -> Result<Passed> {
        let task = object
            .as_task()
            .ok_or_else(|| Error::internal("a task without a body"))?;
        let clock = self.account.clock();
        let mut run = skipped(object.id, task, self.run.scheduled, self.graph_run);
        run.root = self.root.id;
        run.started = clock.now();
        if self.run.from == Origin::ExecuteTask {
            run.scheduled_from = "EXECUTE TASK".to_string();
        } else if self.root.as_task().is_some_and(|root| root.schedule.is_none()) {
            run.scheduled_from = "TRIGGER".to_string();
        }
        let (passed, state, error) = match condition_holds(self.account, object, task) {
            Ok(false) => (Passed::Skipped, TaskState::Skipped, None),
            Ok(true) => match self.execute(object, task, &mut run, &outcome.runs).await {
                Ok(()) => (Passed::Succeeded, TaskState::Succeeded, None),
                Err(error) => (Passed::Failed, TaskState::Failed, Some(error)),
            },
            Err(error) => (Passed::Failed, TaskState::Failed, Some(error)),
        };
        run.state = state;
        run.completed = clock.now();
        if state != TaskState::Skipped {
            run.error_code = error.as_ref().map(Error::code);
            run.error_message = error.map(|error| error.message().to_string());
        }
        self.account
            .catalog()
            .commit(vec![Fact::TaskRun(run.clone())], &[])?;
        outcome.runs.push(Arc::new(run));
        Ok(passed)
    }

    async fn execute(
        &self,
        object: &Object,
        task: &Task,
        run: &mut TaskRun,
        before: &[Arc<TaskRun>],
    ) -> Result<()> {
        let mut session = session(self.account, object, task);
        let full_name = |object: &Object| {
            let path = self.snapshot.path(object);
            path.iter()
                .map(|part| quote_if_needed(part))
                .collect::<Vec<_>>()
                .join(".")
        };
        let name_of = |id: ObjectId| self.snapshot.object(id).map(|object| object.name.clone());
        let returned = Arc::new(Mutex::new(None));
        session.context_mut().task = Some(TaskRunContext {
            name: full_name(object),
            root_name: full_name(&self.root),
            scheduled: self.run.scheduled,
            graph_run: self.graph_run,
            root: self.root.id,
            after: task.after.iter().copied().filter_map(name_of).collect(),
            returned_before: before
                .iter()
                .filter_map(|run| Some((name_of(run.task)?, run.return_value.clone())))
                .collect(),
            returned: Arc::clone(&returned),
        });
        // A task may execute tasks: the future has to be boxed.
        let result = Box::pin(session.execute(&task.body)).await;
        run.query_id = session.last_query_id().map(|id| id.to_string());
        run.return_value = returned.lock().take();
        result.map(|_| ())
    }
}
