//! What can go wrong in object storage, in S3's own terms. The engine sees it as a Snowflake error on the stage.

use crate::error::Error;

/// A failure of an object storage.
#[derive(Debug, thiserror::Error)]
pub enum StorageError {
    /// No bucket of that name.
    #[error("the bucket '{0}' does not exist")]
    NoSuchBucket(String),
    /// The bucket is there already.
    #[error("the bucket '{0}' exists already")]
    BucketExists(String),
    /// Only an empty bucket can be deleted.
    #[error("the bucket '{0}' is not empty")]
    BucketNotEmpty(String),
    /// Not a bucket name.
    #[error("'{0}' is not a valid bucket name")]
    InvalidBucketName(String),
    /// Not an object key.
    #[error("'{0}' is not a valid key: a key has 1 to 1,024 bytes and no NUL")]
    InvalidKey(String),
    /// No object under that key.
    #[error("the object '{key}' does not exist in the bucket '{bucket}'")]
    NoSuchKey {
        /// The bucket.
        bucket: String,
        /// The key.
        key: String,
    },
    /// The condition of a put or a delete does not hold.
    #[error("the condition does not hold for the object '{0}'")]
    PreconditionFailed(String),
    /// The wanted bytes lie outside the object.
    #[error("the bytes {start}..{end} lie outside an object of {size} bytes")]
    InvalidRange {
        /// First byte wanted.
        start: u64,
        /// End, exclusive.
        end: u64,
        /// The object's size.
        size: u64,
    },
    /// The object is larger than the storage takes.
    #[error("the object is larger than the limit of {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// No room left.
    #[error("the storage is full: {0}")]
    Full(String),
    /// No multipart upload of that name for that key.
    #[error("there is no multipart upload '{0}'")]
    NoSuchUpload(String),
    /// A part that was not uploaded, or with another entity tag.
    #[error("part {0} was not uploaded with the given entity tag")]
    InvalidPart(i32),
    /// Parts not in ascending order.
    #[error("the parts are not in ascending order")]
    InvalidPartOrder,
    /// A part, other than the last, below S3's minimum.
    #[error("part {number} has {size} bytes; all but the last need at least {minimum}")]
    PartTooSmall {
        /// The part's number.
        number: i32,
        /// Its size in bytes.
        size: u64,
        /// The least size in bytes.
        minimum: u64,
    },
    /// The sender of an object's bytes failed.
    #[error("the object's bytes did not arrive: {0}")]
    Body(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The disk failed.
    #[error("{action}: {source}")]
    Disk {
        /// What was being done.
        action: String,
        /// The system's reason.
        source: std::io::Error,
    },
    /// A file of the data directory is damaged.
    #[error("the object file '{path}' is damaged: {reason}")]
    Damaged {
        /// The file.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// The external endpoint refused the credentials.
    #[error("access denied by {0}")]
    AccessDenied(String),
    /// The external endpoint failed or could not be reached.
    #[error("{0}")]
    External(String),
    /// Something this storage does not do.
    #[error("not supported: {0}")]
    Unsupported(String),
}

impl StorageError {
    /// A disk failure while doing `action`; a full disk is [`StorageError::Full`].
    pub(super) fn disk(action: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let action = action.into();
        move |source| match source.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => {
                Self::Full(format!("{action}: {source}"))
            }
            _ => Self::Disk { action, source },
        }
    }

    /// No object under that key.
    pub(super) fn no_such_key(bucket: &str, key: &str) -> Self {
        Self::NoSuchKey {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
        }
    }
}

impl From<StorageError> for Error {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::NoSuchKey { key, .. } => Error::remote_file_not_found(key),
            StorageError::Unsupported(what) => Error::unsupported(what),
            other => Error::stage_area(other),
        }
    }
}
