//! Requests to an account that survive a bad network.
//!
//! A request that gets no good answer (no connection, one that breaks, HTTP 5xx, 408 or 429, a body that is not what it
//! should be) is sent again, later and later, for a while. Its id stays the same and it says that it comes again, so
//! that the account does not run a statement twice but tells what became of it. Bodies are bounded, packed and unpacked.

use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderValue,
};
use reqwest::{Method, StatusCode, redirect};
use serde::de::DeserializeOwned;

use super::client::ClientOptions;
use super::patience::{Patience, Retries, Trouble, reason};
use super::wire::{EXPIRED, Envelope};
use crate::clock::{Clock, SystemClock};
use crate::error::{Error, Result};
use crate::server::http::gunzip;
use crate::server::random;

/// So often an account may send a client elsewhere.
const REDIRECTS: usize = 5;

/// Sends requests, and sends them again.
#[derive(Debug)]
pub struct Transport {
    web: reqwest::Client,
    base: String,
    retries: Retries,
    most_bytes: usize,
}

/// A request of the protocol. It holds secrets, and is not to be shown.
#[derive(Clone)]
pub struct Request<'a> {
    /// GET or POST.
    pub method: Method,
    /// With a slash in front.
    pub path: &'a str,
    /// Behind the question mark, apart from what tells requests apart.
    pub query: &'a [(&'a str, &'a str)],
    /// The request's id, the same however often it is sent; `None` for what needs none.
    pub id: Option<&'a str>,
    /// What shows who asks.
    pub token: Option<&'a str>,
    /// JSON.
    pub body: Option<Bytes>,
}

/// A request for a file, to an address that carries its own leave or with headers that do.
pub struct FileRequest<'a> {
    /// GET, HEAD or PUT.
    pub method: Method,
    /// The file's address.
    pub url: &'a str,
    /// The headers.
    pub headers: HeaderMap,
    /// What is put.
    pub body: Option<Bytes>,
    /// The largest file that is taken, in bytes.
    pub most: usize,
}

impl Transport {
    /// A transport to an account at an address such as `https://HOST:PORT`.
    ///
    /// # Errors
    /// Certificates that are none.
    pub fn new(base: String, options: &ClientOptions) -> Result<Self> {
        let failed =
            |error: reqwest::Error| Error::configuration(format!("the connection: {}", reason(&error)));
        let mut web = reqwest::Client::builder()
            .user_agent(concat!("Snowglobe/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(options.connect_timeout)
            .read_timeout(options.read_timeout)
            .redirect(redirect::Policy::limited(REDIRECTS))
            .https_only(base.starts_with("https:"));
        for pem in &options.authorities {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(failed)?;
            for certificate in certificates {
                web = web.add_root_certificate(certificate);
            }
        }
        Ok(Self {
            web: web.build().map_err(failed)?,
            base,
            retries: options.retries,
            most_bytes: options.most_bytes,
        })
    }

    fn patience<'a>(&'a self, what: &'a str, within: Duration) -> Patience<'a> {
        Patience::new(&self.base, self.retries, what, within)
    }

    /// Sends a request until there is an answer. Its envelope may tell of a failure.
    ///
    /// # Errors
    /// 000000 (58000) when there is none in time, or none to be had.
    pub async fn call<T>(&self, request: &Request<'_>) -> Result<Envelope<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        self.call_within(request, self.retries.within).await
    }

    /// The same with other patience.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn call_within<T>(&self, request: &Request<'_>, within: Duration) -> Result<Envelope<T>>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let started = SystemClock.now().as_millisecond().to_string();
        let mut patience = self.patience(request.path, within);
        loop {
            let trouble = match self.attempt(request, &started, &patience).await {
                Ok(envelope) => return Ok(envelope),
                Err(trouble) => trouble,
            };
            // Another way to say it.
            if trouble.status == Some(StatusCode::UNAUTHORIZED) && request.token.is_some() {
                return Ok(Envelope {
                    data: None,
                    code: Some(EXPIRED.to_owned()),
                    message: Some("HTTP status 401".to_owned()),
                    success: false,
                });
            }
            patience.bear(trouble).await?;
        }
    }

    async fn attempt<T>(
        &self,
        request: &Request<'_>,
        started: &str,
        patience: &Patience<'_>,
    ) -> std::result::Result<Envelope<T>, Trouble>
    where
        T: DeserializeOwned + Send + 'static,
    {
        let sent = self.prepare(request, started, patience)?;
        let body = self.fetch(sent).await?;
        off_thread(move || serde_json::from_slice(&body).map_err(|error| Trouble::unclear(&error))).await
    }

    /// Fetches a body from an address that carries its own leave, until it comes whole and `read` can read it.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub(super) async fn download<T: Send + 'static>(
        &self,
        what: &str,
        url: &str,
        headers: &HeaderMap,
        read: impl Fn(&[u8]) -> std::result::Result<T, Trouble> + Clone + Send + 'static,
    ) -> Result<T> {
        let mut patience = self.patience(what, self.retries.within);
        loop {
            let request = self.web.get(url).headers(headers.clone());
            let done = match self.fetch(request).await {
                Ok(body) => {
                    let read = read.clone();
                    off_thread(move || read(&body)).await
                }
                Err(trouble) => Err(trouble),
            };
            match done {
                Ok(done) => return Ok(done),
                Err(trouble) => patience.bear(trouble).await?,
            }
        }
    }

    /// Sends a request for a file until it is answered: with a status, and a body as it is.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub async fn file(&self, what: &str, wanted: &FileRequest<'_>) -> Result<(StatusCode, HeaderMap, Bytes)> {
        let mut patience = self.patience(what, self.retries.within);
        loop {
            match self.try_file(wanted).await {
                Ok(answer) => return Ok(answer),
                Err(trouble) => patience.bear(trouble).await?,
            }
        }
    }

    async fn try_file(
        &self,
        wanted: &FileRequest<'_>,
    ) -> std::result::Result<(StatusCode, HeaderMap, Bytes), Trouble> {
        let mut request = self.web.request(wanted.method.clone(), wanted.url);
        if let Some(body) = &wanted.body {
            request = request.body(body.clone());
        }
        let response = request.headers(wanted.headers.clone()).send().await?;
        let status = response.status();
        if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            return Err(Trouble::refused(status));
        }
        let headers = response.headers().clone();
        Ok((status, headers, whole(response, wanted.most).await?))
    }

    /// One attempt's request.
    fn prepare(
        &self,
        request: &Request<'_>,
        started: &str,
        patience: &Patience<'_>,
    ) -> std::result::Result<reqwest::RequestBuilder, Trouble> {
        let failed = |error: Error| Trouble::passing(error.message());
        let mut query: Vec<(&str, String)> = request
            .query
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        if let Some(id) = request.id {
            query.push(("requestId", id.to_owned()));
            query.push(("request_guid", random::uuid().map_err(failed)?));
            query.push(("clientStartTime", started.to_owned()));
            if patience.count > 0 {
                query.push(("retryCount", patience.count.to_string()));
                let reason = patience.last.map_or(0, |status| status.as_u16());
                query.push(("retryReason", reason.to_string()));
            }
        }
        let accept = match request.path.starts_with("/queries/") {
            true => "application/snowflake",
            false => "application/json",
        };
        let mut sent = self
            .web
            .request(request.method.clone(), format!("{}{}", self.base, request.path))
            .header(ACCEPT, accept);
        if !query.is_empty() {
            sent = sent.query(&query);
        }
        if let Some(token) = request.token {
            let value = HeaderValue::from_str(&format!("Snowflake Token=\"{token}\""));
            let mut value =
                value.map_err(|_| Trouble::lasting("the account gave a token that cannot be sent"))?;
            value.set_sensitive(true);
            sent = sent.header(AUTHORIZATION, value);
        }
        Ok(match &request.body {
            Some(body) => sent.header(CONTENT_TYPE, "application/json").body(body.clone()),
            None => sent,
        })
    }

    /// The body of an answer, unpacked.
    async fn fetch(&self, request: reqwest::RequestBuilder) -> std::result::Result<Bytes, Trouble> {
        let response = request.header(ACCEPT_ENCODING, "gzip").send().await?;
        let status = response.status();
        if !status.is_success() {
            return Err(Trouble::refused(status));
        }
        let packed = response
            .headers()
            .get(CONTENT_ENCODING)
            .map(HeaderValue::as_bytes)
            == Some(b"gzip");
        let body = whole(response, self.most_bytes).await?;
        if !packed && !body.starts_with(&[0x1f, 0x8b]) {
            return Ok(body);
        }
        let most = self.most_bytes;
        let unpacked = tokio::task::spawn_blocking(move || gunzip(&body, most)).await;
        match unpacked {
            Ok(Ok(bytes)) => Ok(bytes),
            Ok(Err(crate::server::http::BodyError::TooLarge)) => Err(Trouble::too_large(most)),
            Ok(Err(error)) => Err(Trouble::passing(error.to_string())),
            Err(_) => Err(Trouble::passing("the answer could not be unpacked")),
        }
    }
}

/// The body of an answer as it comes, of at most so many bytes.
async fn whole(mut response: reqwest::Response, most: usize) -> std::result::Result<Bytes, Trouble> {
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await? {
        if body.len() + piece.len() > most {
            return Err(Trouble::too_large(most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.into())
}

/// Takes an answer apart where it may take long.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> std::result::Result<T, Trouble> + Send + 'static,
) -> std::result::Result<T, Trouble> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Trouble::passing("the answer could not be taken apart")))
}
