//! The passing of virtual time: from one due moment to the next, pipes load what waits for them, and tasks run.

use std::sync::Arc;

use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use super::Scheduler;
use crate::catalog::history::TaskRun;
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::pipe::{self, PipeOutcome};

/// Time is moved past at most so many runs of tasks at once.
pub const MOST_RUNS: usize = 10_000;

/// What happened while time passed.
#[derive(Debug, Default)]
pub struct Passed {
    /// Runs of tasks, in their order.
    pub tasks: Vec<Arc<TaskRun>>,
    /// What pipes did, where they did something.
    pub pipes: Vec<PipeOutcome>,
    /// Whether the moment that was wanted is reached.
    pub complete: bool,
}

/// The moment that lies a span behind another, by the calendar of UTC.
///
/// # Errors
/// A moment beyond the calendar.
pub fn after(moment: Timestamp, by: Span) -> Result<Timestamp> {
    let moved = moment.to_zoned(TimeZone::UTC).checked_add(by);
    moved
        .map(|moved| moved.timestamp())
        .map_err(|error| Error::configuration(format!("time cannot move so far: {error}")))
}

/// Moves an account's virtual clock on by a span.
///
/// # Errors
/// Those of [`after`] and [`pass`]; more than [`MOST_RUNS`] runs of tasks on the way.
pub async fn pass_by(account: &Arc<Account>, scheduler: &mut Scheduler, by: Span) -> Result<Passed> {
    let until = after(account.clock().now(), by)?;
    let passed = pass(account, scheduler, until, MOST_RUNS).await?;
    match passed.complete {
        true => Ok(passed),
        false => Err(Error::configuration(format!(
            "more than {MOST_RUNS} tasks would run on the way: move time in smaller steps"
        ))),
    }
}

/// Moves an account's virtual clock on to a moment, but stops behind `most` runs of tasks.
///
/// # Errors
/// Those of [`Scheduler::advance`]; a task or a pipe that fails is no error.
pub async fn pass(
    account: &Arc<Account>,
    scheduler: &mut Scheduler,
    until: Timestamp,
    most: usize,
) -> Result<Passed> {
    let mut passed = Passed::default();
    let load = async || {
        let loaded = pipe::drain(account).await.pipes.into_iter();
        loaded.filter(PipeOutcome::is_something).collect::<Vec<_>>()
    };
    passed.pipes.extend(load().await);
    loop {
        let now = account.clock().now();
        let next = scheduler.next_due().map(|due| due.max(now));
        let Some(due) = next.filter(|due| *due <= until) else {
            break;
        };
        if passed.tasks.len() >= most {
            return Ok(passed);
        }
        account.clock().advance_to(due);
        passed.pipes.extend(load().await);
        passed.tasks.extend(scheduler.advance(due).await?);
    }
    passed.tasks.extend(scheduler.advance(until).await?);
    passed.pipes.extend(load().await);
    passed.complete = true;
    Ok(passed)
}
