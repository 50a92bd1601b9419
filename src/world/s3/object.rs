//! The words of object storage: what an object is described by, and how one is put.

use std::collections::BTreeMap;
use std::ops::Range;

use bytes::Bytes;
use futures::stream::BoxStream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::error::StorageError;

/// An object's bytes as they flow, in order.
pub type ByteStream = BoxStream<'static, Result<Bytes, StorageError>>;

/// A bucket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketInfo {
    /// Its name.
    pub name: String,
    /// When it was created.
    pub created: Timestamp,
}

/// What a listing tells about an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectInfo {
    /// The key, without the bucket.
    pub key: String,
    /// Size in bytes.
    pub size: u64,
    /// The entity tag without its quotes: the MD5 in hex, or for a multipart upload the MD5 of the parts' MD5s,
    /// a dash and the number of parts.
    pub etag: String,
    /// When it was put, by the storage's clock.
    pub last_modified: Timestamp,
    /// Grows with every put into an embedded storage; 0 where the storage is external.
    pub sequence: u64,
}

/// An object without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectHead {
    /// What a listing tells.
    pub info: ObjectInfo,
    /// What was put with it.
    pub attributes: Attributes,
}

/// An object opened for reading. The bytes are those of `head`, even if the key is overwritten meanwhile.
pub struct ObjectReader {
    /// The object.
    pub head: ObjectHead,
    /// Which of its bytes follow.
    pub range: Range<u64>,
    /// The bytes.
    pub body: ByteStream,
}

/// What a client puts with an object and gets back with it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attributes {
    /// Content-Type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// Content-Encoding, `aws-chunked` removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_encoding: Option<String>,
    /// Content-Disposition.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_disposition: Option<String>,
    /// Content-Language.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub content_language: Option<String>,
    /// Cache-Control.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_control: Option<String>,
    /// Expires, as an HTTP date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<String>,
    /// The `x-amz-meta-` headers.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// The checksum the object was put with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checksum: Option<ObjectChecksum>,
}

/// A checksum as S3 keeps it beside an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectChecksum {
    /// `CRC32`, `CRC32C`, `CRC64NVME`, `SHA1` or `SHA256`.
    pub algorithm: String,
    /// The value in base64, with `-N` behind it if it was made from the checksums of N parts.
    pub value: String,
}

/// When a put may take effect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum PutMode {
    /// Always.
    #[default]
    Overwrite,
    /// Only if there is no such object (`If-None-Match: *`).
    Create,
    /// Only if the object there has this entity tag, given without quotes (`If-Match`).
    Update(String),
}

/// How an object is put.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PutOptions {
    /// The condition.
    pub mode: PutMode,
    /// What is kept with it.
    pub attributes: Attributes,
}

impl From<PutMode> for PutOptions {
    fn from(mode: PutMode) -> Self {
        Self {
            mode,
            attributes: Attributes::default(),
        }
    }
}

/// The longest key, in bytes of UTF-8.
pub const MAX_KEY_BYTES: usize = 1024;

/// Checks a key: 1 to 1,024 bytes, no NUL.
pub fn check_key(key: &str) -> Result<(), StorageError> {
    if key.is_empty() || key.len() > MAX_KEY_BYTES || key.contains('\0') {
        return Err(StorageError::InvalidKey(key.chars().take(64).collect()));
    }
    Ok(())
}

/// Whether a bucket belongs to the house itself: its name starts with a dot, which no S3 name can. Such buckets
/// are neither listed nor reachable from outside, and raise no events.
pub fn is_hidden(bucket: &str) -> bool {
    bucket.starts_with('.')
}

/// Checks a bucket name against S3's rules; a leading dot is allowed besides (see [`is_hidden`]).
pub fn check_bucket(name: &str) -> Result<(), StorageError> {
    let visible = name.strip_prefix('.').unwrap_or(name);
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let fine = (3..=63).contains(&visible.len())
        && visible
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.')
        && edge(visible.chars().next())
        && edge(visible.chars().next_back())
        && !visible.contains("..")
        && visible.parse::<std::net::Ipv4Addr>().is_err();
    if fine {
        Ok(())
    } else {
        Err(StorageError::InvalidBucketName(name.chars().take(80).collect()))
    }
}

/// Cuts a wanted range to an object's size. A range that starts at or behind the end (unless both it and the
/// object are empty) cannot be satisfied.
pub(super) fn clip(range: Range<u64>, size: u64) -> Result<Range<u64>, StorageError> {
    if range.start > range.end || range.start > size || (range.start == size && range.start < range.end) {
        return Err(StorageError::InvalidRange {
            start: range.start,
            end: range.end,
            size,
        });
    }
    Ok(range.start..range.end.min(size))
}
