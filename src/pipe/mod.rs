//! Snowpipe: new files are loaded by the COPY of a pipe, each file once.
//!
//! A pipe has a queue of files: those that were announced since it was created (AUTO_INGEST), and those that ALTER PIPE …
//! REFRESH or the REST API put there. [`drain`] works all queues off and returns, which is what a virtual clock wants; [`run`] goes on
//! doing so in real time until it is told to stop. Either way a file's rows and its mark in the pipe's load history are
//! one commit, made by the pipe's COPY in a session of its own, so a crash at any moment neither loses nor doubles a
//! file: what has no mark is still announced by being there.
//!
//! What a pipe looks at is its stage's content and its load history, never memory of its own:
//!
//! | a file | is loaded |
//! | --- | --- |
//! | put after the pipe was created | once |
//! | overwritten after it was loaded | not again, whatever its content; for 14 days a name counts once |
//! | overwritten after it failed | again |
//! | put before the pipe was created | by ALTER PIPE … REFRESH only |
//! | put while the pipe was paused | when it is resumed |
//! | named to the REST API | once, whatever became of it; for 14 days a name counts once |
//!
//! * [`definition`]: what a pipe's COPY says
//! * [`load`]: one pipe's queue, worked off
//! * [`service`] runs them in real time ([`run`])
//! * [`external`]: external tables that are refreshed by themselves
//! * [`refresh`], [`status`]: ALTER PIPE … REFRESH and SYSTEM$PIPE_STATUS
//! * [`submit`], [`report`]: what the REST API's insertFiles puts into a queue, and what its reports tell of the loads
//! * [`announce`](announce()): what others announce, through a queue or a webhook
//!
//! <https://docs.snowflake.com/en/user-guide/data-load-snowpipe-intro>

mod announce;
mod definition;
mod external;
mod load;
mod refresh;
pub mod report;
mod service;
mod status;
mod submit;

use std::sync::Arc;

pub use announce::announce;
pub use definition::check;
pub use load::{PipeOutcome, RejectedFile};
pub use refresh::refresh;
pub use service::run;
pub use status::status;
pub use submit::{Submission, submit};

use crate::catalog::{Object, ObjectKind, Snapshot};
use crate::engine::Account;

/// The user in whose name pipes load.
const USER: &str = "SNOWPIPE";

/// What the pipes of an account did.
#[derive(Debug, Clone, Default)]
pub struct PipeReport {
    /// One for each pipe that is not paused, in the order of creation.
    pub pipes: Vec<PipeOutcome>,
}

impl PipeReport {
    /// Files that were loaded, wholly or in part.
    pub fn files(&self) -> u64 {
        self.pipes.iter().map(|pipe| pipe.files).sum()
    }

    /// Rows that were loaded.
    pub fn rows(&self) -> u64 {
        self.pipes.iter().map(|pipe| pipe.rows).sum()
    }
}

/// Loads every file that waits for a pipe now, and refreshes external tables with AUTO_REFRESH. A pipe that fails is reported and does not stop the others.
pub async fn drain(account: &Arc<Account>) -> PipeReport {
    external::refresh_all(account).await;
    drain_those(account, |_, _| true).await
}

/// Loads every file that waits for one of some pipes.
async fn drain_those(
    account: &Arc<Account>,
    meant: impl Fn(&Snapshot, &Object) -> bool + Send,
) -> PipeReport {
    let snapshot = account.catalog().snapshot();
    let mut report = PipeReport::default();
    for object in snapshot.all(ObjectKind::Pipe) {
        if object.as_pipe().is_some_and(|pipe| !pipe.paused) && meant(&snapshot, object) {
            report.pipes.push(load::work_off(account, object).await);
        }
    }
    report
}
