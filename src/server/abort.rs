//! Ending statements that run: by their query id, or by the request that started them.

use hyper::HeaderMap;
use serde::Deserialize;

use super::envelope::{self, Refusal};
use super::http::Reply;
use super::jobs::Job;
use super::{Shared, login, query};
use crate::error::Error;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    request_id: Option<String>,
}

/// POST /queries/v1/abort-request.
///
/// # Errors
/// An unknown session; 000605 when nothing of the request runs.
pub fn by_request(shared: &Shared, headers: &HeaderMap, body: &[u8]) -> Result<Reply, Refusal> {
    let session = login::session(shared, headers)?;
    let body: Body = serde_json::from_slice(body).map_err(Refusal::malformed)?;
    let request = body.request_id.unwrap_or_default();
    let job = shared.jobs.find_request(session.id, &request);
    end(job.as_deref())
}

/// POST /queries/{id}/abort-request.
///
/// # Errors
/// An unknown session; 000605 when the statement does not run, 000709 when there is none.
pub fn by_id(shared: &Shared, headers: &HeaderMap, id: &str) -> Result<Reply, Refusal> {
    let session = login::session(shared, headers)?;
    let job = query::find(shared, &session, id)?;
    end(Some(&job))
}

fn end(job: Option<&Job>) -> Result<Reply, Refusal> {
    match cancel(job) {
        Ok(()) => Ok(envelope::success("null")),
        Err(error) => Err(Refusal::statement(job.map_or("", |job| &job.id), &error)),
    }
}

/// Ends a statement that runs.
///
/// # Errors
/// 000605 when it does not run.
pub fn cancel(job: Option<&Job>) -> Result<(), Error> {
    match job.filter(|job| job.outcome().is_none()) {
        Some(running) => {
            running.cancel.cancel();
            Ok(())
        }
        None => Err(Error::new(
            605,
            "57014",
            "Identified SQL statement is not currently executing.",
        )),
    }
}
