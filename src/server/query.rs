//! Statements of a client: the request that starts one, and the one that asks for its result.

use std::sync::Arc;

use hyper::HeaderMap;
use hyper::header::HOST;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::envelope::Refusal;
use super::execute::{self, Protocol, Request};
use super::http::Reply;
use super::jobs::{Job, Repeat, Scope};
use super::query_string::QueryString;
use super::sessions::ClientSession;
use super::{Shared, login, random, reply};
use crate::error::Error;

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Body {
    sql_text: Option<String>,
    async_exec: Option<bool>,
    describe_only: Option<bool>,
    parameters: Option<Map<String, Value>>,
    bindings: Option<Map<String, Value>>,
    bind_stage: Option<String>,
}

/// What the client calls this server.
pub fn base(shared: &Shared, headers: &HeaderMap) -> String {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    match host {
        Some(host) => format!("{}://{host}", shared.scheme),
        None => format!("{}://{}", shared.scheme, shared.address),
    }
}

/// POST /queries/v1/query-request.
///
/// # Errors
/// An unknown session, a malformed request; a statement that fails is a reply.
pub async fn start(
    shared: &Arc<Shared>,
    headers: &HeaderMap,
    query: &QueryString,
    body: &[u8],
) -> Result<Reply, Refusal> {
    let session = login::session(shared, headers)?;
    let body: Body = serde_json::from_slice(body).map_err(Refusal::malformed)?;
    let request = Request {
        text: body.sql_text.unwrap_or_default(),
        describe_only: body.describe_only.unwrap_or(false),
        parameters: body.parameters.unwrap_or_default(),
        bindings: body.bindings.unwrap_or_default(),
        bind_stage: body.bind_stage,
        asynchronous: body.async_exec.unwrap_or(false),
        protocol: Protocol::Driver {
            base: base(shared, headers),
        },
    };
    let asynchronous = request.asynchronous;
    let request_id = query
        .get("requestId")
        .or_else(|| query.get("request_id"))
        .unwrap_or_default();
    let mut job = new_job(shared, &session, request_id, &request.text)?;
    job.asynchronous = asynchronous;
    let (job, new) = shared.jobs.of_request(job, Repeat::Same);
    if new {
        execute::start(shared, Arc::clone(&session), &job, request);
    }
    if asynchronous {
        return Ok(reply::in_progress(&job, true));
    }
    Ok(result_of(shared, headers, &session, &job).await)
}

fn new_job(shared: &Shared, session: &ClientSession, request: &str, text: &str) -> Result<Job, Refusal> {
    let key = random::token().map_err(|error| Refusal::statement("", &error))?;
    let id = shared.account.new_query_id();
    let now = shared.account.clock().now();
    let request = match request {
        "" => None,
        request => Some((Scope::Session(session.id), request.to_owned())),
    };
    Ok(Job::new(id, session, request, text, now, key))
}

/// The result, if it is there soon; else where to ask for it.
async fn result_of(shared: &Shared, headers: &HeaderMap, session: &ClientSession, job: &Job) -> Reply {
    let Some(outcome) = job.wait(shared.limits.patience).await else {
        return reply::in_progress(job, false);
    };
    let base = base(shared, headers);
    let style = reply::Style {
        base: &base,
        reads_arrow: session.client.reads_arrow(),
    };
    reply::ended(job, &outcome, style)
}

/// The statement of a query id, if the session's user may see it.
///
/// # Errors
/// 000709 for an id that is none, or that of another user's statement.
pub fn find(shared: &Shared, session: &ClientSession, id: &str) -> Result<Arc<Job>, Refusal> {
    find_of_user(shared, &session.user, id).map_err(|error| Refusal::statement(id, &error))
}

/// The statement of a query id, if a user may see it.
///
/// # Errors
/// As [`find`].
pub fn find_of_user(shared: &Shared, user: &str, id: &str) -> crate::error::Result<Arc<Job>> {
    let found = shared.jobs.find(id).filter(|job| job.user == user);
    found.ok_or_else(|| Error::new(709, "02000", format!("Statement {id} not found")))
}

/// GET /queries/{id}/result.
///
/// # Errors
/// An unknown session or query id.
pub async fn result(shared: &Shared, headers: &HeaderMap, id: &str) -> Result<Reply, Refusal> {
    let session = login::session(shared, headers)?;
    let job = find(shared, &session, id)?;
    Ok(result_of(shared, headers, &session, &job).await)
}
