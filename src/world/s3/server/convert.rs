//! Between the storage's words and S3's.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::{Stream, StreamExt, stream};
use parking_lot::Mutex;
use s3s::dto::{ETag, ETagCondition, Metadata, StreamingBlob, Timestamp, TimestampFormat};
use s3s::stream::{ByteStream as S3ByteStream, RemainingLength};
use s3s::{S3Error, S3ErrorCode, S3Result, StdError, s3_error};

use crate::world::s3::error::StorageError;
use crate::world::s3::object::{ByteStream, ObjectInfo, ObjectReader, PutMode};

impl From<StorageError> for S3Error {
    fn from(error: StorageError) -> Self {
        use StorageError as E;
        let code = match &error {
            E::NoSuchBucket(_) => S3ErrorCode::NoSuchBucket,
            E::BucketExists(_) => S3ErrorCode::BucketAlreadyOwnedByYou,
            E::BucketNotEmpty(_) => S3ErrorCode::BucketNotEmpty,
            E::InvalidBucketName(_) => S3ErrorCode::InvalidBucketName,
            E::InvalidKey(_) => S3ErrorCode::InvalidArgument,
            E::NoSuchKey { .. } => S3ErrorCode::NoSuchKey,
            E::PreconditionFailed(_) => S3ErrorCode::PreconditionFailed,
            E::InvalidRange { .. } => S3ErrorCode::InvalidRange,
            E::TooLarge { .. } => S3ErrorCode::EntityTooLarge,
            E::Full(_) => {
                // Not S3's own (S3 is never full), but MinIO's: a status that clients do not retry.
                let code = "XMinioStorageFull".parse().unwrap_or(S3ErrorCode::InternalError);
                let mut full = S3Error::with_message(code, error.to_string());
                full.set_status_code(hyper::http::StatusCode::INSUFFICIENT_STORAGE);
                return full;
            }
            E::NoSuchUpload(_) => S3ErrorCode::NoSuchUpload,
            E::InvalidPart(_) => S3ErrorCode::InvalidPart,
            E::InvalidPartOrder => S3ErrorCode::InvalidPartOrder,
            E::PartTooSmall { .. } => S3ErrorCode::EntityTooSmall,
            E::Body(source) => body_failure(source.as_ref()),
            E::Unsupported(_) => S3ErrorCode::NotImplemented,
            E::Disk { .. } | E::Damaged { .. } | E::AccessDenied(_) | E::External(_) => {
                S3ErrorCode::InternalError
            }
        };
        S3Error::with_message(code, error.to_string())
    }
}

/// What a broken body stream means. Except for silence, the stream's error types are private to `s3s`, so their texts must do.
fn body_failure(source: &(dyn std::error::Error + Send + Sync + 'static)) -> S3ErrorCode {
    if source.is::<tokio::time::error::Elapsed>() {
        return S3ErrorCode::RequestTimeout;
    }
    let text = source.to_string();
    if text.contains("SignatureMismatch") {
        S3ErrorCode::SignatureDoesNotMatch
    } else if text.contains("Sha256Mismatch") {
        "XAmzContentSHA256Mismatch"
            .parse()
            .unwrap_or(S3ErrorCode::BadDigest)
    } else {
        S3ErrorCode::IncompleteBody
    }
}

/// An entity tag with its quotes to come.
pub(super) fn etag(text: &str) -> ETag {
    ETag::Strong(text.to_owned())
}

/// A point in time.
pub(super) fn timestamp(time: jiff::Timestamp) -> Timestamp {
    Timestamp::from(SystemTime::from(time))
}

/// A time as headers tell it, in whole seconds.
pub(super) fn header_timestamp(time: jiff::Timestamp) -> Timestamp {
    timestamp(jiff::Timestamp::from_second(time.as_second()).unwrap_or(time))
}

/// An `Expires` header as it is kept.
pub(super) fn http_date(time: &Timestamp) -> Option<String> {
    let mut text = Vec::new();
    time.format(TimestampFormat::HttpDate, &mut text).ok()?;
    String::from_utf8(text).ok()
}

/// An `Expires` header from what is kept.
pub(super) fn parse_http_date(text: &str) -> Option<Timestamp> {
    Timestamp::parse(TimestampFormat::HttpDate, text).ok()
}

/// The user's metadata as it is kept.
pub(super) fn metadata(metadata: Option<Metadata>) -> BTreeMap<String, String> {
    metadata.into_iter().flatten().collect()
}

/// A size as S3's types want it.
pub(super) fn length(size: u64) -> i64 {
    i64::try_from(size).unwrap_or(i64::MAX)
}

/// The condition of a put.
pub(super) fn put_mode(
    if_match: Option<ETagCondition>,
    if_none_match: Option<ETagCondition>,
) -> S3Result<PutMode> {
    match (if_match, if_none_match) {
        (None, None) => Ok(PutMode::Overwrite),
        (None, Some(ETagCondition::Any)) => Ok(PutMode::Create),
        (Some(ETagCondition::ETag(etag)), None) => Ok(PutMode::Update(etag.into_value())),
        _ => Err(s3_error!(
            NotImplemented,
            "A put's condition is If-None-Match with an asterisk or If-Match with an entity tag."
        )),
    }
}

/// The conditions of a read (or of the source of a copy).
#[derive(Debug, Default)]
pub(super) struct Conditions {
    pub if_match: Option<ETagCondition>,
    pub if_none_match: Option<ETagCondition>,
    pub if_modified_since: Option<Timestamp>,
    pub if_unmodified_since: Option<Timestamp>,
}

impl Conditions {
    /// Checks them in the order of RFC 9110; `unmodified` is the answer where nothing has changed.
    pub(super) fn check(&self, info: &ObjectInfo, unmodified: S3ErrorCode) -> S3Result<()> {
        let matches = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(etag) => etag.value() == info.etag,
        };
        let modified = header_timestamp(info.last_modified);
        let holds = match (&self.if_match, &self.if_unmodified_since) {
            (Some(condition), _) => matches(condition),
            (None, Some(since)) => modified <= *since,
            (None, None) => true,
        };
        if !holds {
            return Err(s3_error!(
                PreconditionFailed,
                "At least one of the conditions does not hold."
            ));
        }
        let changed = match (&self.if_none_match, &self.if_modified_since) {
            (Some(condition), _) => !matches(condition),
            (None, Some(since)) => modified > *since,
            (None, None) => true,
        };
        if changed {
            Ok(())
        } else {
            Err(S3Error::new(unmodified))
        }
    }
}

/// A client that sends nothing of its body for this long is given up.
const SILENCE: Duration = Duration::from_secs(60);

/// An incoming body.
pub(super) fn incoming(body: Option<StreamingBlob>) -> ByteStream {
    match body {
        Some(body) => stream::unfold(body, |mut body| async move {
            let item = match tokio::time::timeout(SILENCE, body.next()).await {
                Ok(item) => item?.map_err(StorageError::Body),
                Err(silence) => Err(StorageError::Body(silence.into())),
            };
            Some((item, body))
        })
        .boxed(),
        None => stream::empty().boxed(),
    }
}

/// An outgoing body of a known length.
pub(super) fn outgoing(reader: ObjectReader) -> StreamingBlob {
    let remaining = usize::try_from(reader.range.end - reader.range.start).unwrap_or(usize::MAX);
    StreamingBlob::new(Outgoing {
        body: Mutex::new(reader.body),
        remaining,
    })
}

/// The stream must be `Sync`, and a mutex that is never locked makes it so.
struct Outgoing {
    body: Mutex<ByteStream>,
    remaining: usize,
}

impl Stream for Outgoing {
    type Item = Result<Bytes, StdError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.body.get_mut().poll_next_unpin(cx);
        if let Poll::Ready(Some(Ok(bytes))) = &polled {
            self.remaining = self.remaining.saturating_sub(bytes.len());
        }
        polled.map_err(Into::into)
    }
}

impl S3ByteStream for Outgoing {
    fn remaining_length(&self) -> RemainingLength {
        RemainingLength::new_exact(self.remaining)
    }
}
