//! [`Scheduler`]: every resumed root task and every dynamic table, run and refreshed when it is due.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::graph::{self, GraphRun, Origin};
use super::schedule::Schedule;
use crate::catalog::history::TaskRun;
use crate::catalog::object::Task;
use crate::catalog::{Fact, Object, ObjectId, ObjectKind};
use crate::engine::Account;
use crate::error::Result;

/// How often a task without a schedule looks whether its stream has data, unless it says otherwise.
const TRIGGER_SECONDS: i64 = 30;

/// How many consecutive failures suspend a graph, unless it says otherwise.
const MAX_FAILURES: u64 = 10;

/// The longest sleep of the real-time loop: new tasks are noticed within it.
const LONGEST_SLEEP: Duration = Duration::from_millis(500);

/// Runs task graphs when they are due. One scheduler per account.
#[derive(Debug)]
pub struct Scheduler {
    account: Arc<Account>,
    /// What is known of each root task, by id.
    known: HashMap<ObjectId, Known>,
    /// Runs that were skipped and not recorded yet: they go into the log with the next run, or at the end.
    skipped: Vec<TaskRun>,
}

#[derive(Debug)]
struct Known {
    schedule: Schedule,
    /// From what the schedule was read and since when it counts: a change of either starts it anew.
    text: Option<String>,
    resumed: Timestamp,
    next: Option<Timestamp>,
    failures: u64,
}

impl Scheduler {
    /// A scheduler for an account. What was due before now and has not run is not made up for.
    pub fn new(account: Arc<Account>) -> Self {
        Self {
            account,
            known: HashMap::new(),
            skipped: Vec::new(),
        }
    }

    /// The next moment when something is due; `None` when no root task is resumed and no dynamic table has a lag.
    pub fn next_due(&mut self) -> Option<Timestamp> {
        self.learn();
        let tasks = self.known.values().filter_map(|known| known.next);
        tasks.chain(super::refresh::next_due(&self.account)).min()
    }

    /// Runs every graph and refreshes every dynamic table that is due now, in the order of their due moments. Answers
    /// the task runs that it recorded.
    ///
    /// # Errors
    /// When a run cannot be recorded.
    pub async fn run_due(&mut self) -> Result<Vec<Arc<TaskRun>>> {
        let mut runs = Vec::new();
        let now = self.account.clock().now();
        loop {
            self.learn();
            let due = self
                .known
                .iter()
                .filter_map(|(id, known)| Some((known.next.filter(|next| *next <= now)?, *id)));
            let task = due.min();
            let refresh = super::refresh::next_due(&self.account).filter(|due| *due <= now);
            // What tasks write at a moment, tables that are refreshed at that moment have.
            match (task, refresh) {
                (Some((scheduled, id)), refresh) if refresh.is_none_or(|refresh| scheduled <= refresh) => {
                    runs.extend(self.run_root(id, scheduled).await?);
                }
                (_, Some(_)) => super::refresh::run_due(&self.account, now).await,
                (_, None) => break,
            }
        }
        Ok(runs)
    }

    /// Moves a virtual clock on to `until`, stopping at every moment when something is due to run it.
    ///
    /// # Errors
    /// When a run cannot be recorded.
    pub async fn advance(&mut self, until: Timestamp) -> Result<Vec<Arc<TaskRun>>> {
        let mut runs = self.run_due().await?;
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.account.clock().advance_to(due);
            runs.extend(self.run_due().await?);
        }
        self.account.clock().advance_to(until);
        self.record_skipped()?;
        Ok(runs)
    }

    /// Runs graphs as the clock goes, until `shutdown`. The graph that runs at that moment is finished.
    ///
    /// # Errors
    /// When a run cannot be recorded.
    pub async fn run(mut self, shutdown: impl Future<Output = ()>) -> Result<()> {
        tokio::pin!(shutdown);
        loop {
            self.run_due().await?;
            self.record_skipped()?;
            let wait = match self.next_due() {
                Some(due) => self.account.clock().advance_to(due).min(LONGEST_SLEEP),
                None => LONGEST_SLEEP,
            };
            tokio::select! {
                () = &mut shutdown => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Looks at the account's root tasks: new ones, changed ones, suspended ones.
    fn learn(&mut self) {
        let snapshot = self.account.catalog().snapshot();
        let mut seen = Vec::new();
        for object in snapshot.all(ObjectKind::Task) {
            let Some(task) = object.as_task() else { continue };
            let is_root = task.after.is_empty() && task.finalize.is_none();
            let (true, true, Some(resumed)) = (is_root, task.started, task.resumed_at) else {
                continue;
            };
            seen.push(object.id);
            let same = |known: &Known| known.text == task.schedule && known.resumed == resumed;
            if self.known.get(&object.id).is_some_and(same) {
                continue;
            }
            let Some(schedule) = schedule_of(task) else {
                continue;
            };
            // After a restart, go on behind the last run.
            let last = snapshot
                .task_runs()
                .rev()
                .find(|run| run.task == object.id)
                .map(|run| run.scheduled);
            let after = last.unwrap_or(resumed).max(resumed);
            let next = schedule.next(resumed, after);
            let text = task.schedule.clone();
            self.known.insert(
                object.id,
                Known {
                    schedule,
                    text,
                    resumed,
                    next,
                    failures: 0,
                },
            );
        }
        self.known.retain(|id, _| seen.contains(id));
    }

    async fn run_root(&mut self, id: ObjectId, scheduled: Timestamp) -> Result<Vec<Arc<TaskRun>>> {
        let now = self.account.clock().now();
        if let Some(known) = self.known.get_mut(&id) {
            // Runs that could not start in time are left out, not piled up.
            known.next = known.schedule.next(known.resumed, scheduled.max(now));
        }
        let snapshot = self.account.catalog().snapshot();
        let Some(object) = snapshot.object(id).cloned() else {
            return Ok(Vec::new());
        };
        let Some(task) = object.as_task() else {
            return Ok(Vec::new());
        };
        // The common case of a graph with nothing to do costs no session and no commit.
        if task.when.is_some() && matches!(graph::condition_holds(&self.account, &object, task), Ok(false)) {
            if task.schedule.is_some() {
                let run = graph::skipped(id, task, scheduled, snapshot.seq + 1);
                self.skipped.push(run.clone());
                return Ok(vec![Arc::new(run)]);
            }
            return Ok(Vec::new());
        }
        self.record_skipped()?;
        let outcome = graph::run(
            &self.account,
            id,
            GraphRun {
                scheduled,
                from: Origin::Schedule,
            },
        )
        .await?;
        self.count_failures(&object, task, outcome.failed)?;
        Ok(outcome.runs)
    }

    /// Suspends a graph that has failed too often in a row.
    fn count_failures(&mut self, object: &Object, task: &Task, failed: bool) -> Result<()> {
        let Some(known) = self.known.get_mut(&object.id) else {
            return Ok(());
        };
        known.failures = if failed { known.failures + 1 } else { 0 };
        let limit = task
            .options
            .get("SUSPEND_TASK_AFTER_NUM_FAILURES")
            .and_then(|value| value.text()?.parse().ok());
        let limit = limit.unwrap_or(MAX_FAILURES);
        if limit == 0 || known.failures < limit {
            return Ok(());
        }
        let snapshot = self.account.catalog().snapshot();
        let Some(current) = snapshot.object(object.id) else {
            return Ok(());
        };
        let mut suspended = current.as_ref().clone();
        if let Some(task) = suspended.as_task_mut() {
            task.suspend(self.account.clock().now(), "SUSPENDED_DUE_TO_ERRORS");
        }
        self.account
            .catalog()
            .commit(vec![Fact::Put(Box::new(suspended))], &[])?;
        tracing::warn!(
            task = object.name,
            failures = known.failures,
            "suspended after consecutive failures"
        );
        Ok(())
    }

    fn record_skipped(&mut self) -> Result<()> {
        let facts = std::mem::take(&mut self.skipped)
            .into_iter()
            .map(Fact::TaskRun)
            .collect();
        self.account.catalog().commit(facts, &[]).map(|_| ())
    }
}

/// When a task is due: its schedule, or for one that is triggered by its stream, how often it looks.
fn schedule_of(task: &Task) -> Option<Schedule> {
    match &task.schedule {
        Some(text) => Schedule::parse(text).ok(),
        None if task.when.is_some() => {
            let own = task.options.get("USER_TASK_MINIMUM_TRIGGER_INTERVAL_IN_SECONDS");
            let seconds = own
                .and_then(|value| value.text()?.parse().ok())
                .unwrap_or(TRIGGER_SECONDS)
                .max(10);
            Some(Schedule::Every(SignedDuration::from_secs(seconds)))
        }
        None => None,
    }
}
