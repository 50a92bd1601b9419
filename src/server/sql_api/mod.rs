//! The SQL API: statements over plain HTTP, for programs without a driver.
//! <https://docs.snowflake.com/en/developer-guide/sql-api/reference>
//!
//! Each request proves anew who sends it ([`bearer`]) and has a session of its own, which ends with it; so some
//! statements make sense only among several of one request ([`statements`]). Unlike in the drivers' protocol, the HTTP
//! status says how a request went ([`failure`]). One file per step:
//!
//! * [`request`] reads what is asked for, [`submit`] runs it by [`execute`](super::execute) like any statement, and looks
//!   after statements that run
//! * [`reply`] is the answer to a statement that has ended or runs, [`partitions`] the parts of its rows

pub mod failure;
pub mod partitions;
pub mod reply;
pub mod request;
pub mod statements;
pub mod submit;

#[cfg(test)]
mod tests;

use std::net::IpAddr;
use std::sync::Arc;

use hyper::body::Incoming;
use hyper::header::{ALLOW, HeaderMap, HeaderValue};
use hyper::{Method, StatusCode};

use super::Shared;
use super::auth::{Users, bearer};
use super::http::{self, Reply};
use super::query_string::QueryString;
use failure::Failure;

/// The most requests whose statements run at a time.
pub const MOST_RUNNING: usize = 1000;

/// A request, but for its body.
#[derive(Debug, Clone, Copy)]
pub struct ApiRequest<'a> {
    /// Its method.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// What stands behind the question mark.
    pub query: &'a QueryString,
    /// Its path, behind `/api/v2/`.
    pub path: &'a [&'a str],
    /// Who sends it.
    pub peer: IpAddr,
}

impl ApiRequest<'_> {
    /// The user who sends it.
    ///
    /// # Errors
    /// Those of [`bearer::user`].
    pub fn user(&self, users: &Users) -> Result<String, Failure> {
        bearer::user(users, self.headers, self.peer).map_err(Failure::unauthorized)
    }
}

/// Whether a path is one of this protocol.
pub fn is_path(path: &str) -> bool {
    path.trim_start_matches('/').starts_with("api/")
}

/// Answers a request.
pub async fn answer(shared: &Arc<Shared>, request: ApiRequest<'_>, body: Incoming) -> Reply {
    let answer = match (request.method, request.path) {
        (&Method::POST, ["statements"]) => submit::submit(shared, request, body).await,
        (&Method::GET, ["statements", handle]) => submit::poll(shared, request, handle).await,
        (&Method::POST, ["statements", handle, "cancel"]) => submit::cancel(shared, request, handle),
        (_, ["statements"] | ["statements", _, "cancel"]) => return wrong_method("POST"),
        (_, ["statements", _]) => return wrong_method("GET"),
        _ => Err(Failure::new(
            StatusCode::NOT_FOUND,
            390_404,
            "There is nothing at this address.",
        )),
    };
    answer.unwrap_or_else(|failure| {
        tracing::debug!(code = failure.code, status = %failure.status, "refused");
        failure.reply()
    })
}

fn wrong_method(right: &'static str) -> Reply {
    let mut reply = http::whole(StatusCode::METHOD_NOT_ALLOWED, "");
    reply.headers_mut().insert(ALLOW, HeaderValue::from_static(right));
    reply
}

/// The reply when the house itself has a fault.
pub fn fault() -> Reply {
    let message = "Processing aborted by an internal error.";
    Failure::new(StatusCode::INTERNAL_SERVER_ERROR, 603, message).reply()
}
