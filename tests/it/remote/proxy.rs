//! A proxy between a client and the server that does to requests what networks and accounts do.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures::stream;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::{Frame, Incoming};
use hyper::header::{ACCEPT_ENCODING, CONTENT_ENCODING, CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use hyper::{Request, Response};
use serde_json::Value;
use snowglobe::world::http::{Limits, Running};
use tokio::net::TcpListener;

use super::World;

/// What is done to one request.
pub enum Fault {
    /// The connection breaks before the server hears of it.
    DropBefore,
    /// The connection breaks when the server has done its work.
    DropAfter,
    /// It is answered with this HTTP status, and the server does not hear of it.
    Status(u16),
    /// The server does its work, and something else is answered.
    Garbage(&'static str),
    /// The answer comes late.
    Slow(Duration),
    /// The answer breaks off in the middle.
    Truncate,
    /// The answer's last bytes are others.
    Damage,
    /// It is answered with this, and the server does not hear of it.
    Reply(Value),
    /// The same, with what need not be JSON.
    Text(&'static str),
    /// The answer is changed.
    Rewrite(Box<dyn FnOnce(&mut Value) + Send>),
}

/// A request as it came.
#[derive(Debug, Clone)]
pub struct Seen {
    pub path: String,
    pub query: String,
    pub headers: HeaderMap,
}

impl Seen {
    /// A parameter of the address.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

#[derive(Default)]
struct Plan {
    /// Faults, with what the paths begin with that they are for; each is done once.
    faults: VecDeque<(&'static str, Fault)>,
    seen: Vec<Seen>,
    /// What is done to the answer to every statement, by its text.
    always: Option<Change>,
}

type Change = Arc<dyn Fn(&str, &mut Value) + Send + Sync>;

pub struct Proxy {
    running: Running,
    plan: Arc<Mutex<Plan>>,
}

type Reply = Response<UnsyncBoxBody<Bytes, std::io::Error>>;

impl Proxy {
    pub async fn before(world: &World) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let plan = Arc::new(Mutex::new(Plan::default()));
        let (target, web) = (world.server.address(), reqwest::Client::new());
        let shared = Arc::clone(&plan);
        let answer = move |request: Request<Incoming>, _| {
            let (plan, web) = (Arc::clone(&shared), web.clone());
            async move { answer(&plan, &web, &format!("http://{target}"), request).await }
        };
        let running = Running::start(listener, Limits::default(), answer).unwrap();
        Self { running, plan }
    }

    pub fn port(&self) -> u16 {
        self.running.address().port()
    }

    /// Does something to the next request whose path begins so.
    pub fn next(&self, path: &'static str, fault: Fault) {
        self.plan.lock().unwrap().faults.push_back((path, fault));
    }

    /// Does something to the answers to statements, by their texts, from now on.
    pub fn always(&self, change: impl Fn(&str, &mut Value) + Send + Sync + 'static) {
        self.plan.lock().unwrap().always = Some(Arc::new(change));
    }

    /// The requests so far whose paths begin so.
    pub fn seen(&self, path: &str) -> Vec<Seen> {
        let plan = self.plan.lock().unwrap();
        plan.seen
            .iter()
            .filter(|seen| seen.path.starts_with(path))
            .cloned()
            .collect()
    }

    /// Whether all faults were done.
    pub fn is_done(&self) -> bool {
        self.plan.lock().unwrap().faults.is_empty()
    }
}

async fn answer(
    plan: &Mutex<Plan>,
    web: &reqwest::Client,
    target: &str,
    request: Request<Incoming>,
) -> Result<Reply, std::io::Error> {
    let broken = || std::io::Error::other("broken on purpose");
    let (head, body) = request.into_parts();
    let fault = {
        let mut plan = plan.lock().unwrap();
        let path = head.uri.path().to_owned();
        let place = plan.faults.iter().position(|(start, _)| path.starts_with(start));
        let query = head.uri.query().unwrap_or_default().to_owned();
        let headers = head.headers.clone();
        plan.seen.push(Seen { path, query, headers });
        place
            .and_then(|place| plan.faults.remove(place))
            .map(|(_, fault)| fault)
    };
    match &fault {
        Some(Fault::DropBefore) => return Err(broken()),
        Some(Fault::Status(status)) => {
            return Ok(Response::builder()
                .status(*status)
                .body(full("no".into()))
                .unwrap());
        }
        Some(Fault::Text(text)) => return Ok(Response::new(full((*text).into()))),
        Some(Fault::Reply(value)) => return Ok(Response::new(full(value.to_string().into()))),
        _ => {}
    }
    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
    let text = serde_json::from_slice::<Value>(&body).ok();
    let text = text.and_then(|body| Some(body.get("sqlText")?.as_str()?.to_owned()));
    let always = plan.lock().unwrap().always.clone().zip(text);
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let url = format!("{target}{path}");
    let mut headers = head.headers;
    headers.remove(TRANSFER_ENCODING);
    if always.is_some() {
        headers.remove(ACCEPT_ENCODING);
    }
    let sent = web
        .request(head.method, url)
        .headers(headers)
        .body(body)
        .send()
        .await;
    let sent = sent.map_err(std::io::Error::other)?;
    let mut reply = Response::builder().status(sent.status());
    for (name, value) in sent.headers() {
        if name != CONTENT_LENGTH && name != TRANSFER_ENCODING {
            reply = reply.header(name, value);
        }
    }
    let bytes = sent.bytes().await.map_err(std::io::Error::other)?;
    let body = match fault {
        Some(Fault::DropAfter) => return Err(broken()),
        Some(Fault::Garbage(text)) => full(text.into()),
        Some(Fault::Slow(time)) => {
            tokio::time::sleep(time).await;
            full(bytes)
        }
        Some(Fault::Truncate) => {
            let half = bytes.slice(..bytes.len() / 2);
            let pieces = stream::iter([Ok(Frame::data(half)), Err(broken())]);
            StreamBody::new(pieces).boxed_unsync()
        }
        Some(Fault::Damage) => {
            reply = reply.header(CONTENT_ENCODING, "gzip");
            let mut bytes = bytes.to_vec();
            let end = bytes.len().saturating_sub(20);
            bytes[end..].fill(7);
            full(bytes.into())
        }
        Some(Fault::Rewrite(change)) => {
            let mut value = serde_json::from_slice(&bytes).unwrap();
            change(&mut value);
            full(value.to_string().into())
        }
        _ => match always {
            Some((change, text)) => {
                let mut value = serde_json::from_slice(&bytes).unwrap();
                change(&text, &mut value);
                full(value.to_string().into())
            }
            None => full(bytes),
        },
    };
    Ok(reply.body(body).unwrap())
}

fn full(bytes: Bytes) -> UnsyncBoxBody<Bytes, std::io::Error> {
    Full::new(bytes)
        .map_err(|never: Infallible| match never {})
        .boxed_unsync()
}
