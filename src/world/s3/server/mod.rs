//! An S3 server over an embedded storage: signature version 4, path-style addresses, plain HTTP.
//!
//! The `s3s` crate speaks the protocol and checks signatures; the operations are in [`bucket`], [`object`],
//! [`listing`], [`multipart`] and [`notification`], joined by [`service`]. Whatever else S3 has is answered `NotImplemented`, also
//! where it is only a header of a known operation ([`refuse`]): nothing is accepted and then ignored.
//! Operations and errors follow <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html>.

mod bucket;
mod checksum;
mod convert;
mod listing;
mod multipart;
mod notification;
mod object;
mod refuse;
mod service;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::header::{CONNECTION, EXPECT, HeaderValue};
use hyper::http::Request;
use s3s::auth::{S3Auth, SecretKey};
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s::{Body, HttpError, HttpResponse, S3Result, s3_error};
use tokio::net::TcpListener;

use self::service::Service;
use super::error::StorageError;
use super::external::Secret;
use super::notification::Notifications;
use super::storage::ObjectStorage;
use crate::world::http::{Limits, Running};

/// The access key of a server that was given none.
pub const DEFAULT_ACCESS_KEY: &str = "snowglobe";
/// The secret key of a server that was given none.
pub const DEFAULT_SECRET_KEY: &str = "snowglobe-secret";
/// The region a server says it is in unless told otherwise.
pub const DEFAULT_REGION: &str = "us-east-1";

const LIMITS: Limits = Limits {
    connections: 1024,
    grace: Duration::from_secs(5),
    header_time: Duration::from_secs(30),
};

/// How to serve.
#[derive(Clone)]
pub struct S3Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// What to serve: an embedded storage.
    pub storage: ObjectStorage,
    /// The access key ID that requests are signed with.
    pub access_key: String,
    /// The secret access key that requests are signed with.
    pub secret_key: Secret,
    /// The region its buckets are in.
    pub region: String,
    /// Where the notifications of buckets go; without it they cannot be configured.
    pub notifications: Option<Notifications>,
}

/// Without its keys.
impl std::fmt::Debug for S3Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("S3Config")
            .field("listen", &self.listen)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

impl S3Config {
    /// Serves `storage` on a free port of this machine with the default keys.
    pub fn new(storage: ObjectStorage) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            storage,
            access_key: DEFAULT_ACCESS_KEY.to_owned(),
            secret_key: Secret::from(DEFAULT_SECRET_KEY),
            region: DEFAULT_REGION.to_owned(),
            notifications: None,
        }
    }
}

/// A running server. Dropping it stops it too, without waiting.
#[derive(Debug)]
pub struct S3Server(Running);

impl S3Server {
    /// Binds the port and serves from now on. Fails if the port is taken or the storage is not embedded.
    pub async fn start(config: S3Config) -> Result<Self, StorageError> {
        let Some(storage) = config.storage.embedded() else {
            return Err(StorageError::Unsupported(
                "an S3 server over an external storage".to_owned(),
            ));
        };
        let mut builder = S3ServiceBuilder::new(Service::new(
            Arc::clone(storage),
            config.region,
            config.notifications,
        ));
        builder.set_auth(Keys {
            access_key: config.access_key,
            secret_key: config.secret_key,
        });
        let service = builder.build();
        let at = || StorageError::disk(format!("listening for S3 on {}", config.listen));
        let listener = TcpListener::bind(config.listen).await.map_err(at())?;
        let running = Running::start(listener, LIMITS, move |request, _| {
            answer(service.clone(), request)
        })
        .map_err(at())?;
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

/// Answers one request. A client that waits for leave to send its body (`Expect: 100-continue`) and is refused
/// instead does not send it, and what it sends next must not be taken for that body: the connection ends there.
async fn answer(service: S3Service, request: Request<Incoming>) -> Result<HttpResponse, HttpError> {
    let waits = request.headers().contains_key(EXPECT);
    let mut response = service.call(request.map(Body::from)).await?;
    if waits && !response.status().is_success() {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(response)
}

/// The one pair of keys.
struct Keys {
    access_key: String,
    secret_key: Secret,
}

#[async_trait::async_trait]
impl S3Auth for Keys {
    async fn get_secret_key(&self, access_key: &str) -> S3Result<SecretKey> {
        if access_key == self.access_key {
            Ok(SecretKey::from(self.secret_key.reveal()))
        } else {
            Err(s3_error!(
                InvalidAccessKeyId,
                "The access key ID you provided does not exist here."
            ))
        }
    }
}
