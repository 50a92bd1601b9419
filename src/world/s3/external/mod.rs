//! A real S3 endpoint (MinIO, AWS, another Snowglobe) as an object storage.
//!
//! Objects go through the `object_store` crate, which knows retries and multipart uploads. What it has no call for
//! goes through the signed [`client`]: buckets, listings by any prefix, and MinIO's [`listen`] API, which
//! [`watch`] follows.

mod client;
mod listen;
mod watch;

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use jiff::Timestamp;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    Attribute, GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt,
    PutOptions as StorePutOptions, RetryConfig, UpdateVersion, WriteMultipart,
};
use parking_lot::Mutex;

pub(in crate::world::s3) use self::client::Client;
use super::error::StorageError;
use super::event::ObjectWatch;
use super::object::{
    Attributes, BucketInfo, ByteStream, ObjectHead, ObjectInfo, ObjectReader, PutMode, PutOptions,
    check_bucket, check_key, clip,
};

/// Streams up to this many bytes are put in one request; larger ones in parts of this size.
const ONE_PUT: usize = 8 << 20;

/// Text that must not be shown: it prints as asterisks.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps `text` secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text, for whom it is meant.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("****")
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

/// Where an external storage is and who asks.
#[derive(Debug, Clone)]
pub struct ExternalConfig {
    /// For instance `http://127.0.0.1:9000`; buckets are addressed by path.
    pub endpoint: String,
    /// For instance `us-east-1`.
    pub region: String,
    /// The access key ID.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: Secret,
}

/// An external storage.
pub(super) struct External {
    config: ExternalConfig,
    client: Client,
    /// One client for each bucket in use.
    buckets: Mutex<HashMap<String, Arc<AmazonS3>>>,
}

impl fmt::Debug for External {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("External")
            .field("endpoint", &self.config.endpoint)
            .finish_non_exhaustive()
    }
}

impl External {
    pub(super) fn new(config: ExternalConfig) -> Result<Self, StorageError> {
        let client = Client::new(&config)?;
        Ok(Self {
            config,
            client,
            buckets: Mutex::default(),
        })
    }

    fn bucket(&self, name: &str) -> Result<Arc<AmazonS3>, StorageError> {
        check_bucket(name)?;
        let mut buckets = self.buckets.lock();
        if let Some(store) = buckets.get(name) {
            return Ok(Arc::clone(store));
        }
        let retry = RetryConfig {
            max_retries: 4,
            retry_timeout: Duration::from_secs(30),
            ..RetryConfig::default()
        };
        let store = AmazonS3Builder::new()
            .with_endpoint(self.config.endpoint.trim_end_matches('/'))
            .with_region(&self.config.region)
            .with_bucket_name(name)
            .with_access_key_id(&self.config.access_key)
            .with_secret_access_key(self.config.secret_key.reveal())
            .with_allow_http(true)
            .with_virtual_hosted_style_request(false)
            .with_retry(retry)
            .build()
            .map_err(|error| StorageError::External(error.to_string()))?;
        let store = Arc::new(store);
        buckets.insert(name.to_owned(), Arc::clone(&store));
        Ok(store)
    }

    /// A failure of `object_store` in this storage's words.
    fn failure(&self, bucket: &str, key: &str, error: object_store::Error) -> StorageError {
        use object_store::Error as E;
        match error {
            E::NotFound { source, .. } if source.to_string().contains("NoSuchBucket") => {
                StorageError::NoSuchBucket(bucket.to_owned())
            }
            E::NotFound { .. } => StorageError::no_such_key(bucket, key),
            E::AlreadyExists { .. } | E::Precondition { .. } => {
                StorageError::PreconditionFailed(key.to_owned())
            }
            E::PermissionDenied { .. } | E::Unauthenticated { .. } => {
                StorageError::AccessDenied(self.config.endpoint.clone())
            }
            other => StorageError::External(other.to_string()),
        }
    }

    pub(super) async fn create_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        self.client.create_bucket(bucket).await
    }

    pub(super) async fn delete_bucket(&self, bucket: &str) -> Result<(), StorageError> {
        self.client.delete_bucket(bucket).await
    }

    pub(super) async fn buckets(&self) -> Result<Vec<BucketInfo>, StorageError> {
        self.client.buckets().await
    }

    pub(super) async fn list(&self, bucket: &str, prefix: &str) -> Result<Vec<ObjectInfo>, StorageError> {
        self.client.list(bucket, prefix).await
    }

    pub(super) async fn head(&self, bucket: &str, key: &str) -> Result<ObjectHead, StorageError> {
        let options = GetOptions {
            head: true,
            ..GetOptions::default()
        };
        let result = self.bucket(bucket)?.get_opts(&path(key)?, options).await;
        let result = result.map_err(|error| self.failure(bucket, key, error))?;
        head(key, &result)
    }

    async fn get_result(
        &self,
        bucket: &str,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Option<GetResult>, StorageError> {
        if range.as_ref().is_some_and(Range::is_empty) {
            return Ok(None);
        }
        let options = GetOptions {
            range: range.clone().map(GetRange::Bounded),
            ..GetOptions::default()
        };
        match self.bucket(bucket)?.get_opts(&path(key)?, options).await {
            Ok(result) => Ok(Some(result)),
            Err(error) => {
                let failure = self.failure(bucket, key, error);
                // An unsatisfiable range comes as a general error; the object's size tells.
                if let (Some(range), StorageError::External(_)) = (range, &failure) {
                    clip(range, self.head(bucket, key).await?.info.size)?;
                }
                Err(failure)
            }
        }
    }

    pub(super) async fn get(
        &self,
        bucket: &str,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<Bytes, StorageError> {
        match self.get_result(bucket, key, range.clone()).await? {
            Some(result) => result
                .bytes()
                .await
                .map_err(|error| self.failure(bucket, key, error)),
            None => {
                let size = self.head(bucket, key).await?.info.size;
                clip(range.unwrap_or(0..0), size).map(|_| Bytes::new())
            }
        }
    }

    pub(super) async fn open(
        self: &Arc<Self>,
        bucket: &str,
        key: &str,
        range: Option<Range<u64>>,
    ) -> Result<ObjectReader, StorageError> {
        let Some(result) = self.get_result(bucket, key, range.clone()).await? else {
            let head = self.head(bucket, key).await?;
            let range = clip(range.unwrap_or(0..0), head.info.size)?;
            return Ok(ObjectReader {
                head,
                range,
                body: futures::stream::empty().boxed(),
            });
        };
        let head = head(key, &result)?;
        let range = result.range.clone();
        let (this, bucket, key) = (Arc::clone(self), bucket.to_owned(), key.to_owned());
        let body = result
            .into_stream()
            .map(move |item| item.map_err(|e| this.failure(&bucket, &key, e)));
        Ok(ObjectReader {
            head,
            range,
            body: body.boxed(),
        })
    }

    pub(super) async fn put(
        &self,
        bucket: &str,
        key: &str,
        bytes: Bytes,
        options: PutOptions,
    ) -> Result<ObjectInfo, StorageError> {
        let store = self.bucket(bucket)?;
        let location = path(key)?;
        let mode = match options.mode {
            PutMode::Overwrite => object_store::PutMode::Overwrite,
            PutMode::Create => object_store::PutMode::Create,
            PutMode::Update(etag) => object_store::PutMode::Update(UpdateVersion {
                e_tag: Some(format!("\"{etag}\"")),
                version: None,
            }),
        };
        let attributes = store_attributes(options.attributes)?;
        let size = bytes.len() as u64;
        let put = StorePutOptions {
            mode,
            attributes,
            ..StorePutOptions::default()
        };
        let result = store.put_opts(&location, bytes.into(), put).await;
        let result = result.map_err(|error| self.failure(bucket, key, error))?;
        let mut info = self.head(bucket, key).await?.info;
        // Another writer may have come between; what is told is what was put.
        info.size = size;
        if let Some(etag) = result.e_tag {
            info.etag = unquoted(&etag);
        }
        Ok(info)
    }

    pub(super) async fn put_stream(
        &self,
        bucket: &str,
        key: &str,
        mut body: ByteStream,
        options: PutOptions,
    ) -> Result<ObjectInfo, StorageError> {
        let mut start = BytesMut::new();
        while start.len() <= ONE_PUT {
            match body.next().await {
                Some(bytes) => start.extend_from_slice(&bytes?),
                None => return self.put(bucket, key, start.freeze(), options).await,
            }
        }
        if options.mode != PutMode::Overwrite {
            let what = "a conditional put of a large stream into an external storage".to_owned();
            return Err(StorageError::Unsupported(what));
        }
        let failure = |error| self.failure(bucket, key, error);
        let attributes = store_attributes(options.attributes)?;
        let store = self.bucket(bucket)?;
        let upload = store
            .put_multipart_opts(&path(key)?, attributes.into())
            .await
            .map_err(failure)?;
        let mut upload = WriteMultipart::new_with_chunk_size(upload, ONE_PUT);
        upload.put(start.freeze());
        while let Some(bytes) = body.next().await {
            match bytes {
                Ok(bytes) => {
                    upload.wait_for_capacity(4).await.map_err(failure)?;
                    upload.put(bytes);
                }
                Err(error) => {
                    let _ = upload.abort().await;
                    return Err(error);
                }
            }
        }
        upload.finish().await.map_err(failure)?;
        self.head(bucket, key).await.map(|head| head.info)
    }

    pub(super) async fn delete(&self, bucket: &str, key: &str) -> Result<(), StorageError> {
        match self.bucket(bucket)?.delete(&path(key)?).await {
            Ok(()) => Ok(()),
            Err(error) => match self.failure(bucket, key, error) {
                StorageError::NoSuchKey { .. } => Ok(()),
                other => Err(other),
            },
        }
    }

    pub(super) async fn watch(
        this: &Arc<Self>,
        bucket: &str,
        prefix: &str,
        poll_interval: Duration,
    ) -> Result<ObjectWatch, StorageError> {
        watch::start(Arc::clone(this), bucket, prefix, poll_interval).await
    }
}

/// A key as `object_store` wants it. It has no way to write an empty segment or a slash at either end.
fn path(key: &str) -> Result<Path, StorageError> {
    check_key(key)?;
    match Path::parse(key) {
        Ok(path) if path.as_ref() == key => Ok(path),
        _ => Err(StorageError::Unsupported(format!(
            "the key '{key}' in an external storage"
        ))),
    }
}

pub(super) fn unquoted(etag: &str) -> String {
    etag.trim_matches('"').to_owned()
}

fn info(key: &str, meta: &ObjectMeta) -> Result<ObjectInfo, StorageError> {
    let last_modified = meta
        .last_modified
        .timestamp_nanos_opt()
        .and_then(|nanos| Timestamp::from_nanosecond(i128::from(nanos)).ok())
        .ok_or_else(|| StorageError::External(format!("the time of '{key}' is out of range")))?;
    let etag = meta.e_tag.as_deref().map(unquoted).unwrap_or_default();
    Ok(ObjectInfo {
        key: key.to_owned(),
        size: meta.size,
        etag,
        last_modified,
        sequence: 0,
    })
}

fn head(key: &str, result: &GetResult) -> Result<ObjectHead, StorageError> {
    let mut attributes = Attributes::default();
    for (name, value) in &result.attributes {
        let value = value.to_string();
        match name {
            Attribute::ContentType => attributes.content_type = Some(value),
            Attribute::ContentEncoding => attributes.content_encoding = Some(value),
            Attribute::ContentDisposition => attributes.content_disposition = Some(value),
            Attribute::ContentLanguage => attributes.content_language = Some(value),
            Attribute::CacheControl => attributes.cache_control = Some(value),
            Attribute::Metadata(name) => {
                attributes.metadata.insert(name.to_string(), value);
            }
            _ => {}
        }
    }
    Ok(ObjectHead {
        info: info(key, &result.meta)?,
        attributes,
    })
}

fn store_attributes(attributes: Attributes) -> Result<object_store::Attributes, StorageError> {
    if attributes.expires.is_some() || attributes.checksum.is_some() {
        return Err(StorageError::Unsupported(
            "Expires or a checksum with an external object".to_owned(),
        ));
    }
    let known = [
        (Attribute::ContentType, attributes.content_type),
        (Attribute::ContentEncoding, attributes.content_encoding),
        (Attribute::ContentDisposition, attributes.content_disposition),
        (Attribute::ContentLanguage, attributes.content_language),
        (Attribute::CacheControl, attributes.cache_control),
    ];
    let metadata = attributes
        .metadata
        .into_iter()
        .map(|(name, value)| (Attribute::Metadata(name.into()), value));
    let known = known
        .into_iter()
        .filter_map(|(name, value)| value.map(|value| (name, value)));
    Ok(known.chain(metadata).collect())
}
