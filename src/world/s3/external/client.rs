//! Signed requests for what `object_store` has no call for: buckets, and listings by any prefix.

use std::time::Duration;

use hyper::http::{Method, StatusCode};
use jiff::Timestamp;
use object_store::ClientOptions;
use object_store::aws::{AwsAuthorizer, AwsCredential};
use object_store::client::{
    HttpClient, HttpConnector, HttpRequest, HttpRequestBody, HttpResponse, HttpResponseBody, ReqwestConnector,
};
use reqwest::Url;
use s3s::xml::{DeError, DeResult, Deserializer};

use super::{ExternalConfig, unquoted};
use crate::world::s3::error::StorageError;
use crate::world::s3::object::{BucketInfo, ObjectInfo, check_bucket};
use crate::world::s3::url_text;

/// A listing's page holds a thousand objects; this is far more than one takes.
const MAX_ANSWER: usize = 32 << 20;

/// How long a stream of notifications may take to begin.
const FIRST_SIGN: Duration = Duration::from_secs(5);

/// The signed client.
pub(in crate::world::s3) struct Client {
    endpoint: Url,
    region: String,
    credential: AwsCredential,
    http: HttpClient,
    /// Without a time limit, for answers that never end.
    endless: HttpClient,
}

impl Client {
    pub(super) fn new(config: &ExternalConfig) -> Result<Self, StorageError> {
        let unusable =
            |what: String| StorageError::External(format!("the S3 endpoint cannot be used: {what}"));
        let endpoint = Url::parse(&config.endpoint).map_err(|error| unusable(error.to_string()))?;
        if !matches!(endpoint.scheme(), "http" | "https")
            || endpoint.cannot_be_a_base()
            || !endpoint.has_host()
        {
            return Err(unusable(format!(
                "'{}' is not an http or https URL",
                config.endpoint
            )));
        }
        if !endpoint.username().is_empty() || endpoint.password().is_some() {
            return Err(unusable("credentials do not belong into the URL".to_owned()));
        }
        // They go into headers and signatures.
        for (name, text) in [("access key", &config.access_key), ("region", &config.region)] {
            if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(unusable(format!("the {name} is empty or has unusual characters")));
            }
        }
        let options = ClientOptions::new()
            .with_allow_http(true)
            .with_connect_timeout(Duration::from_secs(5));
        let connect = |options: ClientOptions| {
            ReqwestConnector::default()
                .connect(&options)
                .map_err(|error| unusable(error.to_string()))
        };
        Ok(Self {
            http: connect(options.clone())?,
            endless: connect(options.with_timeout_disabled())?,
            endpoint,
            region: config.region.clone(),
            credential: AwsCredential {
                key_id: config.access_key.clone(),
                secret_key: config.secret_key.reveal().to_owned(),
                token: None,
            },
        })
    }

    fn signed(
        &self,
        method: Method,
        bucket: &str,
        query: &[(&str, &str)],
        body: HttpRequestBody,
    ) -> Result<HttpRequest, StorageError> {
        let mut url = self.endpoint.clone();
        url.set_path(bucket);
        let query: Vec<String> = query
            .iter()
            .map(|(name, value)| format!("{}={}", url_text::encode(name, b""), url_text::encode(value, b"")))
            .collect();
        url.set_query((!query.is_empty()).then(|| query.join("&")).as_deref());
        let mut request = hyper::http::Request::builder()
            .method(method)
            .uri(url.as_str())
            .body(body)
            .map_err(|error| StorageError::External(error.to_string()))?;
        AwsAuthorizer::new(&self.credential, "s3", &self.region).authorize(&mut request, None);
        Ok(request)
    }

    fn unreachable(&self, error: impl std::error::Error) -> StorageError {
        let mut text = format!("the S3 endpoint {} failed: {error}", self.endpoint);
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        StorageError::External(text)
    }

    async fn answer(&self, response: HttpResponse) -> Result<(StatusCode, Vec<u8>), StorageError> {
        use futures::StreamExt;
        let status = response.status();
        let mut stream = response.into_body().bytes_stream();
        let mut body = Vec::new();
        while let Some(bytes) = stream.next().await {
            body.extend_from_slice(&bytes.map_err(|error| self.unreachable(error))?);
            if body.len() > MAX_ANSWER {
                return Err(StorageError::External(format!(
                    "the S3 endpoint {} answers without end",
                    self.endpoint
                )));
            }
        }
        Ok((status, body))
    }

    async fn call(
        &self,
        method: Method,
        bucket: &str,
        query: &[(&str, &str)],
        body: HttpRequestBody,
    ) -> Result<Vec<u8>, StorageError> {
        let request = self.signed(method, bucket, query, body)?;
        let response = self
            .http
            .execute(request)
            .await
            .map_err(|error| self.unreachable(error))?;
        let (status, body) = self.answer(response).await?;
        if status.is_success() {
            Ok(body)
        } else {
            Err(self.refusal(bucket, status, &body))
        }
    }

    /// An S3 error answer in this storage's words.
    fn refusal(&self, bucket: &str, status: StatusCode, body: &[u8]) -> StorageError {
        let code = error_code(body).unwrap_or_default();
        match code.as_str() {
            "NoSuchBucket" => StorageError::NoSuchBucket(bucket.to_owned()),
            "BucketAlreadyOwnedByYou" | "BucketAlreadyExists" => {
                StorageError::BucketExists(bucket.to_owned())
            }
            "BucketNotEmpty" => StorageError::BucketNotEmpty(bucket.to_owned()),
            "AccessDenied" | "InvalidAccessKeyId" | "SignatureDoesNotMatch" => {
                StorageError::AccessDenied(format!("{} ({code})", self.endpoint))
            }
            _ => StorageError::External(format!(
                "the S3 endpoint {} answers {status} {code}",
                self.endpoint
            )),
        }
    }

    pub(super) async fn create_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        check_bucket(bucket)?;
        // The oldest region must not be named.
        let body = if self.region == "us-east-1" {
            HttpRequestBody::empty()
        } else {
            format!(
                "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                 <LocationConstraint>{}</LocationConstraint></CreateBucketConfiguration>",
                self.region.replace(['<', '>', '&'], "")
            )
            .into()
        };
        self.call(Method::PUT, bucket, &[], body).await.map(drop)
    }

    pub(super) async fn delete_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        check_bucket(bucket)?;
        self.call(Method::DELETE, bucket, &[], HttpRequestBody::empty())
            .await
            .map(drop)
    }

    pub(super) async fn buckets(&self) -> Result<Vec<BucketInfo>, StorageError> {
        let xml = self.call(Method::GET, "", &[], HttpRequestBody::empty()).await?;
        parse_buckets(&xml).map_err(|error| self.unreadable(error))
    }

    /// All objects under a prefix, page by page.
    pub(super) async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, StorageError> {
        check_bucket(bucket)?;
        let mut objects = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let mut query = vec![("list-type", "2"), ("encoding-type", "url"), ("prefix", prefix)];
            if let Some(token) = &token {
                query.push(("continuation-token", token));
            }
            let xml = self
                .call(Method::GET, bucket, &query, HttpRequestBody::empty())
                .await?;
            let page = parse_page(&xml).map_err(|error| self.unreadable(error))?;
            objects.extend(page.objects);
            match page.next {
                Some(next) if token.as_ref() != Some(&next) => token = Some(next),
                _ => return Ok(objects),
            }
        }
    }

    fn unreadable(&self, error: DeError) -> StorageError {
        StorageError::External(format!(
            "the S3 endpoint {} answers unreadable XML: {error}",
            self.endpoint
        ))
    }

    /// Opens MinIO's stream of notifications, `None` where the endpoint has none.
    pub(super) async fn listen(
        &self,
        bucket: &str,
        prefix: &str,
    ) -> Result<Option<HttpResponseBody>, StorageError> {
        check_bucket(bucket)?;
        let query = [
            ("events", "s3:ObjectCreated:*"),
            ("ping", "1"),
            ("prefix", prefix),
            ("suffix", ""),
        ];
        let request = self.signed(Method::GET, bucket, &query, HttpRequestBody::empty())?;
        // The answer's head comes with its first sign of life, asked for every second. (MinIO's sources since
        // October 2025 never send it, by a fault of theirs: they count as having no notifications.)
        let response = match tokio::time::timeout(FIRST_SIGN, self.endless.execute(request)).await {
            Ok(response) => response.map_err(|error| self.unreachable(error))?,
            Err(_) => return Ok(None),
        };
        // Whoever does not know the parameter lists the bucket instead, in XML.
        let streaming = response
            .headers()
            .get("content-type")
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("text/event-stream"));
        if response.status().is_success() {
            return Ok(streaming.then(|| response.into_body()));
        }
        let (status, body) = self.answer(response).await?;
        match status {
            StatusCode::NOT_IMPLEMENTED | StatusCode::BAD_REQUEST | StatusCode::METHOD_NOT_ALLOWED => {
                Ok(None)
            }
            _ => Err(self.refusal(bucket, status, &body)),
        }
    }
}

/// A page of a listing.
#[derive(Debug, Default)]
struct ListPage {
    objects: Vec<ObjectInfo>,
    next: Option<String>,
}

/// Passes over an element that does not matter, whatever is in it.
fn skip(d: &mut Deserializer<'_>) -> DeResult {
    d.for_each_element(|d, _| skip(d))
}

fn parse_page(xml: &[u8]) -> DeResult<ListPage> {
    let mut page = ListPage::default();
    Deserializer::new(xml).named_element("ListBucketResult", |d| {
        d.for_each_element(|d, name| {
            match name {
                b"Contents" => page.objects.push(parse_object(d)?),
                b"NextContinuationToken" => page.next = Some(d.content()?),
                _ => skip(d)?,
            }
            Ok(())
        })
    })?;
    Ok(page)
}

fn parse_object(d: &mut Deserializer<'_>) -> DeResult<ObjectInfo> {
    let (mut key, mut size, mut etag, mut last_modified) = (None, None, None, None);
    d.for_each_element(|d, name| {
        match name {
            b"Key" => key = url_text::decode(&d.content::<String>()?).map(std::borrow::Cow::into_owned),
            b"Size" => size = d.content::<String>()?.parse::<u64>().ok(),
            b"ETag" => etag = Some(unquoted(&d.content::<String>()?)),
            b"LastModified" => last_modified = d.content::<String>()?.parse::<Timestamp>().ok(),
            _ => skip(d)?,
        }
        Ok(())
    })?;
    match (key, size, last_modified) {
        (Some(key), Some(size), Some(last_modified)) => Ok(ObjectInfo {
            key,
            size,
            etag: etag.unwrap_or_default(),
            last_modified,
            sequence: 0,
        }),
        _ => Err(DeError::InvalidContent),
    }
}

fn parse_buckets(xml: &[u8]) -> DeResult<Vec<BucketInfo>> {
    let mut buckets = Vec::new();
    Deserializer::new(xml).named_element("ListAllMyBucketsResult", |d| {
        d.for_each_element(|d, name| {
            if name == b"Buckets" {
                d.for_each_element(|d, _| {
                    let (mut name, mut created) = (None, None);
                    d.for_each_element(|d, field| {
                        match field {
                            b"Name" => name = Some(d.content::<String>()?),
                            b"CreationDate" => created = d.content::<String>()?.parse::<Timestamp>().ok(),
                            _ => skip(d)?,
                        }
                        Ok(())
                    })?;
                    if let (Some(name), Some(created)) = (name, created) {
                        buckets.push(BucketInfo { name, created });
                    }
                    Ok(())
                })
            } else {
                skip(d)
            }
        })
    })?;
    buckets.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(buckets)
}

fn error_code(xml: &[u8]) -> Option<String> {
    let mut code = None;
    Deserializer::new(xml)
        .named_element("Error", |d| {
            d.for_each_element(|d, name| {
                if name == b"Code" {
                    code = Some(d.content()?);
                    Ok(())
                } else {
                    skip(d)
                }
            })
        })
        .ok()?;
    code
}
