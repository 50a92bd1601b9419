//! The clock's door: under a virtual clock, time moves when whoever tests a pipeline says so.
//!
//! It is no part of Snowflake's protocol, and nothing in SQL: scripts that use it run unchanged on a real account, where
//! time moves by itself.
//!
//! * `GET /snowglobe/clock` answers what time it is
//! * `POST /snowglobe/clock/advance` with `{"by": "5 minutes"}` or `{"to": "2026-01-02T00:00:00Z"}` moves the clock on,
//!   stops at every moment when a task is due to load what waits for pipes and to run the task, and answers what ran.
//!   One call runs at most [`MOST_RUNS`] tasks: `complete` is false where it stopped before the moment that was wanted.
//!
//! Where users are configured, a request needs a session's token; otherwise this machine alone may ask, as for logins.

use std::net::IpAddr;
use std::sync::Arc;

use hyper::{HeaderMap, StatusCode};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::envelope::{self, Refusal};
use super::http::Reply;
use super::{Shared, login};
use crate::engine::Account;
use crate::error::{Error, Result};
use crate::sql::quote_if_needed;
use crate::task::Scheduler;
use crate::task::passing::{self, MOST_RUNS, Passed};

/// What moves a virtual clock. One call at a time does.
#[derive(Debug)]
pub struct ClockDoor(Mutex<Scheduler>);

impl ClockDoor {
    /// The door of an account's clock; `None` for one that moves by itself.
    pub fn of(account: &Arc<Account>) -> Option<Arc<Self>> {
        let scheduler = || Mutex::new(Scheduler::new(Arc::clone(account)));
        account.clock().is_virtual().then(|| Arc::new(Self(scheduler())))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    by: Option<String>,
    to: Option<String>,
}

impl Wanted {
    /// The moment that is meant.
    fn moment(&self, now: Timestamp) -> Result<Timestamp, Refusal> {
        let moment = match (&self.by, &self.to) {
            (Some(by), None) => {
                let span: Span = by.parse().map_err(Refusal::malformed)?;
                let moved = now.to_zoned(TimeZone::UTC).checked_add(span);
                moved.map_err(Refusal::malformed)?.timestamp()
            }
            (None, Some(to)) => to.parse().map_err(Refusal::malformed)?,
            _ => {
                return Err(Refusal::malformed(
                    "either `by` or `to` says how far the clock goes",
                ));
            }
        };
        match moment < now {
            true => Err(Refusal::malformed("the clock does not go back")),
            false => Ok(moment),
        }
    }
}

/// GET /snowglobe/clock.
///
/// # Errors
/// Who may not ask; see [`allow`].
pub fn look(shared: &Shared, headers: &HeaderMap, from: IpAddr) -> Result<Reply, Refusal> {
    allow(shared, headers, from)?;
    let kind = match shared.clock_door {
        Some(_) => "virtual",
        None => "system",
    };
    let now = shared.account.clock().now().to_string();
    Ok(envelope::success(json!({"now": now, "clock": kind}).to_string()))
}

/// POST /snowglobe/clock/advance.
///
/// # Errors
/// HTTP 409 under the system clock; a body that does not say where to; who may not ask.
pub async fn advance(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    from: IpAddr,
    body: &[u8],
) -> Result<Reply, Refusal> {
    allow(shared, headers, from)?;
    let Some(door) = shared.clock_door.clone() else {
        return Err(Refusal::status(
            StatusCode::CONFLICT,
            390_409,
            "The clock is the machine's and cannot be advanced: serve with --clock virtual.",
        ));
    };
    let wanted: Wanted = serde_json::from_slice(body).map_err(Refusal::malformed)?;
    let account = Arc::clone(&shared.account);
    let work = async move {
        let mut scheduler = door.0.lock().await;
        let until = wanted.moment(account.clock().now())?;
        let moved = go(&account, &mut scheduler, until).await;
        moved.map_err(|error| Refusal::statement("", &error))
    };
    // In a task of its own, so that it goes on when its client does not wait.
    let work = shared.tracker.spawn_on(work, shared.workers.handle());
    let fault = |_| Refusal::statement("", &Error::internal("a fault while the clock moved"));
    let done = work.await.map_err(fault)??;
    Ok(envelope::success(done.to_string()))
}

/// Moves the clock on to a moment. Answers what ran on the way.
async fn go(account: &Arc<Account>, scheduler: &mut Scheduler, until: Timestamp) -> Result<Value> {
    let Passed {
        tasks,
        pipes,
        complete,
    } = passing::pass(account, scheduler, until, MOST_RUNS).await?;
    let snapshot = account.catalog().snapshot();
    let name = |id| {
        let path = snapshot.object(id).map(|object| snapshot.path(object));
        let parts = path.into_iter().flatten().map(|part| quote_if_needed(&part));
        parts.collect::<Vec<_>>().join(".")
    };
    let tasks = tasks.iter().map(|run| {
        json!({
            "name": name(run.task),
            "state": run.state.label(),
            "scheduled": run.scheduled.to_string(),
            "queryId": run.query_id,
            "error": run.error_message,
        })
    });
    let pipes = pipes.iter().map(|loaded| {
        json!({
            "name": loaded.name,
            "files": loaded.files,
            "rows": loaded.rows,
            "rejected": loaded.rejected.iter().map(|file| &file.file).collect::<Vec<_>>(),
            "error": loaded.error.as_ref().map(Error::message),
        })
    });
    Ok(json!({
        "now": account.clock().now().to_string(),
        "complete": complete,
        "tasks": tasks.collect::<Vec<_>>(),
        "pipes": pipes.collect::<Vec<_>>(),
    }))
}

/// Lets a request in, or not.
///
/// # Errors
/// 390101, 390104, 390112: see [`login::session`]; 390422 from elsewhere where nobody has a password.
fn allow(shared: &Shared, headers: &HeaderMap, from: IpAddr) -> Result<(), Refusal> {
    match shared.users.is_empty() {
        true => shared.users.check("", from, &Default::default()),
        false => login::session(shared, headers).map(|_| ()),
    }
}
