//! GET /monitoring/queries/{id}: how a statement is getting on.

use hyper::HeaderMap;
use serde_json::json;

use super::envelope::{self, Refusal};
use super::http::Reply;
use super::{Shared, login, query};
use crate::error::Error;

/// The status of a statement; an empty list for an id that is none.
///
/// # Errors
/// An unknown session.
pub fn status(shared: &Shared, headers: &HeaderMap, id: &str) -> Result<Reply, Refusal> {
    let session = login::session(shared, headers)?;
    let Ok(job) = query::find(shared, &session, id) else {
        return Ok(envelope::success(r#"{"queries":[]}"#));
    };
    let outcome = job.outcome();
    let cancelled = Error::cancelled();
    let (status, state, error, rows) = match outcome.as_deref().map(|outcome| &outcome.answer) {
        // Clients take this state for a failure already, and read its message.
        None if job.cancel.is_cancelled() => ("ABORTING", "CANCELLING", Some(&cancelled), 0),
        None => ("RUNNING", "EXECUTING", None, 0),
        Some(Ok(answer)) => ("SUCCESS", "SUCCEEDED", None, answer.result.row_count()),
        Some(Err(error)) if *error == cancelled => ("ABORTED", "CANCELLED", Some(error), 0),
        Some(Err(error)) => ("FAILED_WITH_ERROR", "FAILED", Some(error), 0),
    };
    let ended = outcome
        .as_ref()
        .map_or(0, |outcome| outcome.ended.as_millisecond());
    let started = job.started.as_millisecond();
    let until = if ended == 0 {
        shared.account.clock().now().as_millisecond()
    } else {
        ended
    };
    let data = json!({
        "queries": [{
            "id": job.id,
            "status": status,
            "state": state,
            "sqlText": job.sql,
            "startTime": started,
            "endTime": ended,
            "totalDuration": (until - started).max(0),
            "sessionId": job.session,
            "userName": job.user,
            "errorCode": error.map_or(String::new(), |error| error.shown_code()),
            "errorMessage": error.map(|error| error.message()),
            "warehouseName": outcome
                .as_ref()
                .and_then(|outcome| outcome.answer.as_ref().ok()?.after.warehouse.clone()),
            "stats": {"scanBytes": 0, "producedRows": rows},
        }],
    });
    Ok(envelope::success(data.to_string()))
}
