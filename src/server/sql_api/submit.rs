//! Submitting statements, asking for their results, and ending them.

use std::sync::Arc;

use hyper::StatusCode;
use hyper::body::Incoming;

use super::failure::Failure;
use super::request::{self, Body, Options};
use super::{ApiRequest, reply};
use crate::engine::{Session, parameters};
use crate::error::Error;
use crate::server::execute::{self, Protocol, Request};
use crate::server::http::{self, Reply};
use crate::server::jobs::{Job, Repeat, Scope};
use crate::server::sessions::ClientSession;
use crate::server::{Shared, abort, login, query, random};
use crate::sql::statement::ObjectKind;

/// POST /api/v2/statements.
///
/// # Errors
/// A request that is refused, or whose statement failed.
pub async fn submit(shared: &Arc<Shared>, request: ApiRequest<'_>, body: Incoming) -> Result<Reply, Failure> {
    let user = request.user(&shared.users)?;
    request::check_headers(request.headers)?;
    request::check_content_type(request.headers)?;
    let options = Options::read(request.query)?;
    let body = http::read_body(request.headers, body, shared.limits.bodies)
        .await
        .map_err(Failure::body)?;
    let body = Body::read(&body)?;
    let (job, asynchronous) = start(shared, &user, options, body)?;
    if asynchronous {
        return Ok(reply::in_progress(&job));
    }
    job.wait(shared.limits.patience).await;
    reply::state(job, 0, true).await
}

/// Starts the statements of a request, unless it was sent before and has started them then.
fn start(
    shared: &Arc<Shared>,
    user: &str,
    options: Options,
    body: Body,
) -> Result<(Arc<Job>, bool), Failure> {
    let place = Arc::clone(&shared.api_places).try_acquire_owned().map_err(|_| {
        let message = "Too many requests.";
        Failure::new(StatusCode::TOO_MANY_REQUESTS, 390_505, message)
    })?;
    let session = ClientSession::of_one_request(open(shared, user, &body)?, place);
    let key = random::token().map_err(|error| Failure::error(&error))?;
    let now = shared.account.clock().now();
    let id = shared.account.new_query_id();
    let cells = body.cells(options.nullable);
    let request = Request {
        text: body.statement.unwrap_or_default(),
        describe_only: false,
        parameters: body.parameters.unwrap_or_default(),
        bindings: body.bindings.unwrap_or_default(),
        bind_stage: None,
        asynchronous: false,
        protocol: Protocol::SqlApi,
    };
    let known_by = options.id.map(|id| (Scope::User(user.to_owned()), id));
    let mut job = Job::new(id, &session, known_by, &request.text, now, key);
    job.cells = cells;
    let repeat = if options.retry {
        Repeat::UnlessFailed
    } else {
        Repeat::Anew
    };
    let (job, new) = shared.jobs.of_request(job, repeat);
    if new {
        execute::start(shared, session, &job, request);
    }
    Ok((job, options.asynchronous))
}

/// The session of a request.
fn open(shared: &Shared, user: &str, body: &Body) -> Result<Session, Failure> {
    let mut session = shared.account.session(user);
    let names = [
        (ObjectKind::Role, &body.role),
        (ObjectKind::Warehouse, &body.warehouse),
        (ObjectKind::Database, &body.database),
        (ObjectKind::Schema, &body.schema),
    ];
    for (kind, name) in names {
        let Some(name) = name.as_deref().filter(|name| !name.is_empty()) else {
            continue;
        };
        if session.make_current(kind, name).is_err() {
            return Err(unknown(kind, name));
        }
    }
    if let Some(seconds) = body.timeout {
        let name = "STATEMENT_TIMEOUT_IN_SECONDS";
        parameters::apply(session.context_mut(), name, &seconds.to_string())
            .map_err(|error| Failure::error(&error))?;
    }
    Ok(session)
}

/// The refusal of a role, warehouse, database or schema that is not there.
fn unknown(kind: ObjectKind, name: &str) -> Failure {
    let (code, message) = match kind {
        ObjectKind::Role => {
            let refusal = login::unknown_role(name);
            (refusal.code, refusal.message)
        }
        _ => {
            let kind = kind.word().to_lowercase();
            (
                390_201,
                format!("The requested {kind} does not exist or not authorized."),
            )
        }
    };
    Failure::error(&Error::new(code, "08004", message))
}

/// GET /api/v2/statements/{handle}: a partition of the rows, if they are there.
///
/// # Errors
/// A request that is refused, or whose statement failed; 000709 for a handle that is none.
pub async fn poll(shared: &Shared, request: ApiRequest<'_>, handle: &str) -> Result<Reply, Failure> {
    let user = request.user(&shared.users)?;
    request::check_headers(request.headers)?;
    let partition = request::partition(request.query)?;
    let job = find(shared, &user, handle)?;
    reply::state(job, partition, request::takes_gzip(request.headers)).await
}

/// POST /api/v2/statements/{handle}/cancel.
///
/// # Errors
/// A request that is refused; 000709 for a handle that is none, 000605 for a statement that has ended.
pub fn cancel(shared: &Shared, request: ApiRequest<'_>, handle: &str) -> Result<Reply, Failure> {
    let user = request.user(&shared.users)?;
    request::check_headers(request.headers)?;
    let job = find(shared, &user, handle)?;
    abort::cancel(Some(&job)).map_err(|error| Failure::statement(&job, &error))?;
    Ok(reply::cancelled(&job))
}

fn find(shared: &Shared, user: &str, handle: &str) -> Result<Arc<Job>, Failure> {
    query::find_of_user(shared, user, handle).map_err(|error| Failure::unknown(handle, &error))
}
