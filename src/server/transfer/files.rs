//! The addresses of a stage's files: PUT, GET and HEAD as Google's cloud storage answers them.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use hyper::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue};
use hyper::{Method, StatusCode};
use serde_json::{Value, json};

use super::crypt::{self, FileKey};
use super::grant::{Files, Grant};
use crate::server::Shared;
use crate::server::http::{self, Reply};
use crate::server::query_string::QueryString;
use crate::world::s3::{Attributes, ObjectHead, PutMode, PutOptions, StorageError};

const ENCRYPTION: HeaderName = HeaderName::from_static("x-goog-meta-encryptiondata");
const DESCRIPTION: HeaderName = HeaderName::from_static("x-goog-meta-matdesc");
const DIGEST: HeaderName = HeaderName::from_static("x-goog-meta-sfc-digest");
/// Under which name the digest of a file is kept with it.
const KEPT_DIGEST: &str = "sfc-digest";

/// A request about one file.
#[derive(Debug)]
pub struct FileRequest<'a> {
    /// PUT, GET or HEAD.
    pub method: &'a Method,
    /// Its headers.
    pub headers: &'a HeaderMap,
    /// Behind the question mark.
    pub query: &'a QueryString,
    /// The path below the stage.
    pub path: &'a str,
}

/// Answers a request about one file, in HTTP's own terms: this is no part of the protocol of statements.
pub async fn answer(shared: &Shared, request: FileRequest<'_>, body: Incoming) -> Reply {
    let bearer = request
        .headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    let text = request
        .query
        .get("grant")
        .or_else(|| bearer?.strip_prefix("Bearer "));
    // To clients the first means an address that has expired, the second a token.
    let refused = match bearer {
        None => StatusCode::BAD_REQUEST,
        Some(_) => StatusCode::UNAUTHORIZED,
    };
    let Some(grant) = text.and_then(|text| shared.transfers.signer.read(text)) else {
        return http::whole(refused, "no leave for this file");
    };
    let encryption = encryption(shared, request.headers);
    let first = encryption.as_ref().and_then(|file| file.as_ref().ok());
    let Some(key) = grant.key_of(request.path, first.map(FileKey::first)) else {
        return http::whole(StatusCode::NOT_FOUND, "no file of this name");
    };
    let digest = request.headers.get(DIGEST).and_then(|value| value.to_str().ok());
    if let (&Method::PUT, true, Some(text), Some(digest)) =
        (request.method, grant.files == Files::One, text, digest)
        && !shared.transfers.written.admits(text, digest)
    {
        return http::whole(StatusCode::FORBIDDEN, "this address is for another file");
    }
    let done = match *request.method {
        Method::PUT if grant.write => match encryption.transpose() {
            Ok(encryption) => put(shared, &grant, &key, encryption.as_ref(), request.headers, body).await,
            Err(error) => Err(error),
        },
        Method::GET if !grant.write => get(shared, &grant, &key).await,
        // Who puts files asks which are there.
        Method::HEAD => head(shared, &grant, &key).await,
        _ => return http::whole(StatusCode::FORBIDDEN, "no leave to do this"),
    };
    done.unwrap_or_else(|error| {
        let status = match &error {
            StorageError::NoSuchKey { .. } | StorageError::NoSuchBucket(_) => StatusCode::NOT_FOUND,
            StorageError::PreconditionFailed(_) => StatusCode::PRECONDITION_FAILED,
            StorageError::InvalidKey(_) | StorageError::Unsupported(_) => StatusCode::FORBIDDEN,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        tracing::warn!(%error, key, "a file of a stage");
        http::whole(status, error.to_string())
    })
}

/// How a file that comes is encrypted; `None` for one that is not.
fn encryption(shared: &Shared, headers: &HeaderMap) -> Option<Result<FileKey, StorageError>> {
    let header = headers.get(ENCRYPTION).map(HeaderValue::as_bytes)?;
    if header.is_empty() {
        return None;
    }
    let header: Option<Value> = serde_json::from_slice(header).ok();
    let file = header.and_then(|header| shared.transfers.keys.read(&header));
    Some(file.ok_or_else(|| StorageError::Unsupported("a file with a foreign key".to_owned())))
}

async fn put(
    shared: &Shared,
    grant: &Grant,
    key: &str,
    encryption: Option<&FileKey>,
    headers: &HeaderMap,
    body: Incoming,
) -> Result<Reply, StorageError> {
    let broken = || StorageError::Unsupported("a file that did not come whole".to_owned());
    let bytes = body.into_data_stream().map_err(move |_| broken()).boxed();
    let bytes = match encryption {
        None => bytes,
        Some(file) => crypt::decrypted(file, bytes).boxed(),
    };
    let mut attributes = Attributes::default();
    if let Some(digest) = headers.get(DIGEST).and_then(|value| value.to_str().ok()) {
        attributes
            .metadata
            .insert(KEPT_DIGEST.to_owned(), digest.to_owned());
    }
    let mode = if grant.overwrite {
        PutMode::Overwrite
    } else {
        PutMode::Create
    };
    let options = PutOptions { mode, attributes };
    let info = shared
        .account
        .storage()
        .put_stream(&grant.bucket, key, bytes, options)
        .await?;
    let mut reply = http::whole(StatusCode::OK, Bytes::new());
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{}\"", info.etag)) {
        reply.headers_mut().insert(ETAG, etag);
    }
    Ok(reply)
}

async fn get(shared: &Shared, grant: &Grant, key: &str) -> Result<Reply, StorageError> {
    let reader = shared.account.storage().open(&grant.bucket, key, None).await?;
    let file = shared.transfers.keys.of_file(key, &reader.head.info.etag);
    let sent = crypt::encrypted(&file, reader.body).map_err(std::io::Error::other);
    let mut reply = http::pieces(sent);
    describe(shared, &reader.head, key, reply.headers_mut());
    Ok(reply)
}

async fn head(shared: &Shared, grant: &Grant, key: &str) -> Result<Reply, StorageError> {
    let head = shared.account.storage().head(&grant.bucket, key).await?;
    let mut reply = http::whole(StatusCode::OK, Bytes::new());
    describe(shared, &head, key, reply.headers_mut());
    Ok(reply)
}

/// The headers that tell of a file as it is sent.
fn describe(shared: &Shared, head: &ObjectHead, key: &str, headers: &mut HeaderMap) {
    let keys = &shared.transfers.keys;
    let file = keys.of_file(key, &head.info.etag);
    let description = json!({"smkId": super::KEY_ID.to_string(), "queryId": "", "keySize": "128"});
    let digest = head.attributes.metadata.get(KEPT_DIGEST).cloned();
    let texts = [
        (
            CONTENT_LENGTH,
            Some(crypt::encrypted_size(head.info.size).to_string()),
        ),
        (CONTENT_TYPE, Some("application/octet-stream".to_owned())),
        (ETAG, Some(format!("\"{}\"", head.info.etag))),
        (ENCRYPTION, Some(keys.described(&file).to_string())),
        (DESCRIPTION, Some(description.to_string())),
        (DIGEST, digest),
    ];
    for (name, text) in texts {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(name, value);
        }
    }
}
