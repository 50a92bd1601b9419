//! Object storage as S3 knows it, and an S3 server over it.
//!
//! [`ObjectStorage`] is what the warehouse reads its external stages from, whatever lies behind it: memory, a
//! directory on disk ([`embedded`]), or a real S3 endpoint such as MinIO ([`external`]). [`S3Server`] puts an
//! embedded storage on a TCP port, where any S3 client can reach it with a signed, path-style request.
//!
//! New objects are announced. [`ObjectStorage::subscribe`] gives the raw announcements of this process;
//! [`ObjectStorage::watch`] follows one bucket and prefix without gaps on every kind of storage, which is what
//! Snowpipe's AUTO_INGEST stands on.
//!
//! Reading order: [`object`] (the words used everywhere), [`storage`] (the door), then the room of interest.

pub mod embedded;
pub mod error;
pub mod event;
pub mod external;
pub mod notification;
pub mod object;
pub mod server;
pub mod storage;
pub(crate) mod url_text;

#[cfg(test)]
mod tests;

pub use error::StorageError;
pub use event::{ObjectEvent, ObjectWatch};
pub use external::{ExternalConfig, Secret};
pub use object::{
    Attributes, BucketInfo, ByteStream, ObjectHead, ObjectInfo, ObjectReader, PutMode, PutOptions,
};
pub use server::{S3Config, S3Server};
pub use storage::{Limits, ObjectStorage};
