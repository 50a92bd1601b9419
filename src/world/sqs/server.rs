//! Queues on a port: SQS's two protocols for clients, and a door for webhooks.
//!
//! `POST /webhook/<queue>` takes any body as a message, unsigned: MinIO's webhook sends its bucket events so. Everything
//! else is SQS, signed with the keys of the S3 server.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Incoming;
use hyper::header::{CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::error::SqsError;
use super::operations::perform;
use super::query;
use super::queue::LONGEST_BODY;
use super::queues::Queues;
use super::signature::{self, Signed};
use crate::error::{Error, Result};
use crate::world::http::{Limits, Running};
use crate::world::s3::Secret;
use crate::world::s3::server::{DEFAULT_ACCESS_KEY, DEFAULT_SECRET_KEY};

/// The largest request: a body in the worst of encodings.
const LARGEST_REQUEST: usize = 6 * LONGEST_BODY;
const LIMITS: Limits = Limits {
    connections: 512,
    grace: Duration::from_secs(1),
    header_time: Duration::from_secs(30),
};

/// How to serve.
#[derive(Debug, Clone)]
pub struct SqsConfig {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The access key ID that requests are signed with.
    pub access_key: String,
    /// The secret access key that requests are signed with.
    pub secret_key: Secret,
}

impl SqsConfig {
    /// On a port of this machine, with the default keys of the S3 server.
    pub fn new(port: u16) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
            access_key: DEFAULT_ACCESS_KEY.to_owned(),
            secret_key: Secret::from(DEFAULT_SECRET_KEY),
        }
    }
}

/// A running server. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct SqsServer(Running);

impl SqsServer {
    /// Binds the port and serves from now on.
    ///
    /// # Errors
    /// A port that is taken.
    pub async fn start(config: SqsConfig, queues: Queues) -> Result<Self> {
        let listen = config.listen;
        let taken =
            move |error: std::io::Error| Error::outside(format!("listening for SQS on {listen}: {error}"));
        let listener = TcpListener::bind(listen).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        let service = Arc::new(Service { config, queues });
        let running = Running::start(listener, LIMITS, move |request, _| {
            let service = Arc::clone(&service);
            async move { Ok::<_, std::convert::Infallible>(service.answer(request, address).await) }
        })
        .map_err(taken)?;
        Ok(Self(running))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.0.address()
    }

    /// Where clients find it, as a URL.
    pub fn endpoint(&self) -> String {
        self.0.endpoint()
    }

    /// Takes no more connections, and returns once requests under way have ended (or had time to).
    pub async fn shutdown(self) {
        self.0.shutdown().await;
    }
}

struct Service {
    config: SqsConfig,
    queues: Queues,
}

type Answer = Response<Full<Bytes>>;

impl Service {
    async fn answer(&self, request: Request<Incoming>, address: SocketAddr) -> Answer {
        let (parts, body) = request.into_parts();
        let body = match Limited::new(body, LARGEST_REQUEST).collect().await {
            Ok(body) => body.to_bytes(),
            Err(_) => return plain(StatusCode::PAYLOAD_TOO_LARGE, "the request is too large"),
        };
        let path = parts.uri.path();
        if let Some(queue) = path.strip_prefix("/webhook/") {
            return self.webhook(&parts.method, queue, &body);
        }
        let target = parts
            .headers
            .get("x-amz-target")
            .and_then(|value| value.to_str().ok());
        let is_json = target.is_some();
        let host = parts.headers.get(HOST).and_then(|host| host.to_str().ok());
        let base = format!(
            "http://{}",
            host.map_or_else(|| address.to_string(), str::to_owned)
        );
        let signed = Signed {
            method: &parts.method,
            path,
            query: parts.uri.query().unwrap_or_default(),
            headers: &parts.headers,
            body: &body,
        };
        let checked = signature::check(&signed, &self.config.access_key, self.config.secret_key.reveal());
        let asked = checked.and_then(|()| asked(&parts.method, path, target, &body));
        let (action, done) = match asked {
            Ok((action, input)) => {
                let done = perform(&self.queues, &base, &action, input).await;
                (action, done)
            }
            Err(error) => (String::new(), Err(error)),
        };
        respond(is_json, &action, done)
    }

    /// Any body as a message. MinIO asks with other methods whether somebody is there.
    fn webhook(&self, method: &Method, queue: &str, body: &[u8]) -> Answer {
        if *method != Method::POST || body.is_empty() {
            return plain(StatusCode::OK, "");
        }
        let Ok(text) = std::str::from_utf8(body) else {
            return plain(StatusCode::BAD_REQUEST, "the body is not UTF-8");
        };
        match self.queues.send(queue, text.to_owned()) {
            Ok(_) => plain(StatusCode::OK, ""),
            Err(error) if error == SqsError::no_such_queue() => plain(StatusCode::NOT_FOUND, &error.message),
            Err(error) => plain(StatusCode::SERVICE_UNAVAILABLE, &error.message),
        }
    }
}

/// Action and input of a request in either protocol.
fn asked(
    method: &Method,
    path: &str,
    target: Option<&str>,
    body: &[u8],
) -> std::result::Result<(String, Map<String, Value>), SqsError> {
    if *method != Method::POST {
        return Err(SqsError::unsupported("Requests are sent with POST."));
    }
    let text = std::str::from_utf8(body).map_err(|_| SqsError::invalid("The request is not UTF-8."))?;
    let Some(target) = target else {
        let (action, mut input) = query::read(text)?;
        // The query protocol may name the queue by the path it asks at.
        if path != "/" && !input.contains_key("QueueUrl") {
            input.insert("QueueUrl".to_owned(), path.into());
        }
        return Ok((action, input));
    };
    let action = target
        .strip_prefix("AmazonSQS.")
        .ok_or_else(|| SqsError::unsupported(format!("{target} is not supported.")))?;
    match serde_json::from_str(text) {
        Ok(Value::Object(input)) => Ok((action.to_owned(), input)),
        _ => Err(SqsError::invalid("The request is no JSON object.")),
    }
}

fn respond(is_json: bool, action: &str, done: std::result::Result<Value, SqsError>) -> Answer {
    // Nobody looks requests up here.
    const REQUEST: &str = "00000000-0000-0000-0000-000000000000";
    let status = done.as_ref().err().map_or(StatusCode::OK, |error| {
        StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST)
    });
    let text = match (&done, is_json) {
        (Ok(output), true) => output.to_string(),
        (Ok(output), false) => query::answer(action, output, REQUEST),
        (Err(error), true) => {
            json!({"__type": format!("com.amazonaws.sqs#{}", error.name), "message": error.message})
                .to_string()
        }
        (Err(error), false) => query::refusal(error, REQUEST),
    };
    let mut response = plain(status, &text);
    let headers = response.headers_mut();
    let kind = if is_json {
        "application/x-amz-json-1.0"
    } else {
        "text/xml"
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert("x-amzn-requestid", HeaderValue::from_static(REQUEST));
    if let Err(error) = &done
        && let Ok(value) = HeaderValue::from_str(&format!("{};Sender", error.code))
    {
        headers.insert("x-amzn-query-error", value);
    }
    response
}

fn plain(status: StatusCode, text: &str) -> Answer {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(text.as_bytes())));
    *response.status_mut() = status;
    response
}
