//! From a request's path to what answers it.

use std::net::SocketAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use hyper::body::Incoming;
use hyper::{Method, Request, StatusCode};

use super::envelope::{self, Refusal};
use super::http::{self, Handler, Reply};
use super::query_string::{self, QueryString};
use super::transfer::files::FileRequest;
use super::{Shared, abort, chunks, clock_door, login, monitoring, query, snowpipe, sql_api, transfer};

/// The reply to whatever telemetry a client sends: taken, and dropped.
const TELEMETRY: &str = r#"{"code":null,"data":"Log Received","message":null}"#;

impl Handler for Shared {
    async fn handle(self: Arc<Self>, request: Request<Incoming>, peer: SocketAddr) -> Reply {
        let path = request.uri().path().to_owned();
        let answer = AssertUnwindSafe(answer(&self, request, peer))
            .catch_unwind()
            .await;
        match answer {
            Ok(Ok(reply)) => reply,
            Ok(Err(refusal)) => {
                tracing::debug!(path, code = refusal.code, "refused");
                refusal.reply()
            }
            // Clients take a broken connection for trouble on the way and try again without end.
            Err(_) => {
                tracing::error!(path, "a fault while a request was answered");
                if sql_api::is_path(&path) {
                    return sql_api::fault();
                }
                Refusal::new(603, "Processing aborted by an internal error.").reply()
            }
        }
    }
}

async fn answer(
    shared: &Arc<Shared>,
    request: Request<Incoming>,
    peer: SocketAddr,
) -> Result<Reply, Refusal> {
    let (head, incoming) = request.into_parts();
    let headers = &head.headers;
    let query = QueryString::parse(head.uri.query().unwrap_or_default());
    // Some clients write a slash twice.
    let segments: Vec<String> = head
        .uri
        .path()
        .split('/')
        .filter(|segment| !segment.is_empty())
        .map(|segment| query_string::decode(segment, false))
        .collect();
    let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
    let (method, path) = (&head.method, segments.as_slice());
    if let [transfer::BUCKET, file @ ..] = path {
        let request = FileRequest {
            method,
            headers,
            query: &query,
            path: &file.join("/"),
        };
        return Ok(transfer::files::answer(shared, request, incoming).await);
    }
    if let ["api", "v2", path @ ..] = path {
        let request = sql_api::ApiRequest {
            method,
            headers,
            query: &query,
            path,
            peer: peer.ip(),
        };
        return Ok(sql_api::answer(shared, request, incoming).await);
    }
    let read = async || http::read_body(headers, incoming, shared.limits.bodies).await;
    if let ["v1", "data", "pipes", pipe, call] = path {
        let asked = || snowpipe::asked(shared, headers, peer.ip(), pipe);
        match (method, *call) {
            (&Method::POST, "insertFiles") => {
                let asked = asked()?;
                let body = read().await.map_err(snowpipe::unreadable)?;
                return snowpipe::insert::insert_files(shared, &asked, headers, &query, &body);
            }
            (&Method::GET, "insertReport") => {
                return snowpipe::history::insert_report(shared, &asked()?, &query);
            }
            (&Method::GET, "loadHistoryScan") => {
                return snowpipe::history::load_history_scan(shared, &asked()?, &query);
            }
            _ => return Err(nothing_here(method, path)),
        }
    }
    let body = async || read().await.map_err(Refusal::malformed);
    match (method, path) {
        (&Method::POST, ["queries", "v1", "query-request"]) => {
            query::start(shared, headers, &query, &body().await?).await
        }
        (&Method::POST, ["queries", "v1", "abort-request"]) => {
            abort::by_request(shared, headers, &body().await?)
        }
        (&Method::POST, ["queries", id, "abort-request"]) => abort::by_id(shared, headers, id),
        (&Method::GET, ["queries", id, "result"]) => query::result(shared, headers, id).await,
        (&Method::GET, ["monitoring", "queries", id]) => monitoring::status(shared, headers, id),
        (&Method::GET, ["results", id, key, format, start]) => {
            chunks::fetch(shared, id, key, format, start).await
        }
        (&Method::POST, ["session", "v1", "login-request"]) => {
            login::login(shared, &query, &body().await?, peer.ip()).await
        }
        (&Method::POST, ["session", "token-request"]) => login::renew(shared, headers, &body().await?),
        (&Method::POST, ["session", "heartbeat"]) => login::heartbeat(shared, headers),
        (&Method::POST, ["session"]) => login::end(shared, headers, &query),
        (&Method::POST, ["telemetry", "send"] | ["telemetry", "send", "sessionless"]) => {
            body().await?;
            Ok(envelope::success(TELEMETRY))
        }
        (&Method::GET, ["snowglobe", "clock"]) => clock_door::look(shared, headers, peer.ip()),
        (&Method::POST, ["snowglobe", "clock", "advance"]) => {
            clock_door::advance(shared, headers, peer.ip(), &body().await?).await
        }
        _ => Err(nothing_here(method, path)),
    }
}

/// HTTP 405 where another method would do, else HTTP 404.
fn nothing_here(method: &Method, path: &[&str]) -> Refusal {
    match is_known(path) {
        true => Refusal::status(
            StatusCode::METHOD_NOT_ALLOWED,
            390_405,
            format!("{method} is not what this address takes."),
        ),
        false => Refusal::status(
            StatusCode::NOT_FOUND,
            390_404,
            "There is nothing at this address.",
        ),
    }
}

/// Whether something is at a path, for another method.
fn is_known(path: &[&str]) -> bool {
    matches!(
        path,
        ["queries", "v1", "query-request" | "abort-request"]
            | ["queries", _, "result" | "abort-request"]
            | ["monitoring", "queries", _]
            | ["results", _, _, _, _]
            | ["session"]
            | ["session", "token-request" | "heartbeat"]
            | ["session", "v1", "login-request"]
            | ["telemetry", "send"]
            | ["telemetry", "send", "sessionless"]
            | [
                "v1",
                "data",
                "pipes",
                _,
                "insertFiles" | "insertReport" | "loadHistoryScan"
            ]
            | ["snowglobe", "clock"]
            | ["snowglobe", "clock", "advance"]
    )
}
