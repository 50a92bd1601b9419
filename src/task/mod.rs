//! Tasks: schedules, task graphs, their runs and the history of these.
//!
//! [`Schedule`] tells when a root task is due. [`graph`] runs a graph once: the root, then each child after all of its
//! predecessors, then the finalizer. [`Scheduler`] does so for every resumed root task of the account: under a virtual
//! clock it jumps from one due moment to the next, under the system clock it waits. Each run is a fact in the commit
//! log, and what TASK_HISTORY shows.
//!
//! [`passing`] moves a virtual clock, with pipes and tasks on the way. Dynamic tables are due too, as their lag asks for: `refresh`.
//!
//! <https://docs.snowflake.com/en/user-guide/tasks-intro>, <https://docs.snowflake.com/en/user-guide/tasks-graphs>

pub mod graph;
pub mod passing;
mod refresh;
mod schedule;
mod scheduler;

pub use schedule::Schedule;
pub use scheduler::Scheduler;

use crate::catalog::Object;
use crate::engine::{StatementResult, Work};
use crate::error::{Error, Result};
use crate::sql::statement::ExecuteTask;

/// EXECUTE TASK: one run of the graph, now, whether or not its root is resumed.
///
/// Snowflake answers at once and runs the graph afterwards; here it has run when the statement returns.
///
/// # Errors
/// 091xxx when the task is no root; a refusal of forms that are not there. A failing task is no error of the
/// statement: it stands in the history.
pub async fn execute(
    work: &mut Work<'_>,
    object: &Object,
    statement: &ExecuteTask,
) -> Result<StatementResult> {
    if statement.retry_last {
        return Err(Error::unsupported("EXECUTE TASK … RETRY LAST"));
    }
    if statement.config.is_some() {
        return Err(Error::unsupported("EXECUTE TASK … USING CONFIG"));
    }
    let task = object
        .as_task()
        .ok_or_else(|| Error::internal("a task without a body"))?;
    if !task.after.is_empty() || task.finalize.is_some() {
        let message = format!("Cannot execute task {}: it is not a root task.", object.name);
        return Err(Error::new(91_089, "55000", message).with_hint("execute the root task of the graph"));
    }
    let account = std::sync::Arc::clone(work.account);
    let run = graph::GraphRun {
        scheduled: work.now,
        from: graph::Origin::ExecuteTask,
    };
    // A statement that runs statements: the future has to be boxed.
    Box::pin(graph::run(&account, object.id, run)).await?;
    StatementResult::status(format!("Task {} is scheduled to run immediately.", object.name))
}
