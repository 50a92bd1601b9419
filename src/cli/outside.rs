//! What stands around the account: Kafka and object storage, embedded or real.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStore, RetryConfig};

use super::data_dir::DataDir;
use super::options::S3Login;
use crate::clock::Clock;
use crate::error::{Error, Result};
use crate::world::kafka::{Broker, BrokerConfig};
use crate::world::s3::notification::Notifications;
use crate::world::s3::server::{DEFAULT_ACCESS_KEY, DEFAULT_REGION, DEFAULT_SECRET_KEY};
use crate::world::s3::{ExternalConfig, Limits, ObjectStorage, S3Config, S3Server, Secret};
use crate::world::sqs::{Queues, SqsConfig, SqsServer};

/// The object storage: a real S3 if there is a login, else embedded, in the data directory or in memory.
///
/// # Errors
/// A directory that cannot be used or is damaged; an address that is none.
pub fn storage(
    login: Option<&S3Login>,
    data: Option<&DataDir>,
    clock: &Arc<dyn Clock>,
) -> Result<ObjectStorage> {
    let storage = match (login, data) {
        (Some(login), _) => ObjectStorage::external(ExternalConfig {
            endpoint: login.endpoint.clone(),
            region: login.region.clone(),
            access_key: login.access_key.clone(),
            secret_key: Secret::new(login.secret_key.clone()),
        })?,
        (None, Some(data)) => ObjectStorage::open_directory(data.s3(), Arc::clone(clock), Limits::default())?,
        (None, None) => ObjectStorage::in_memory(Arc::clone(clock), Limits::default()),
    };
    Ok(storage)
}

/// Starts the embedded broker on a port of this machine; 0 takes a free one.
///
/// # Errors
/// A port that is taken; a data directory that cannot be used.
pub async fn start_kafka(port: u16, data: Option<&DataDir>) -> Result<Broker> {
    let config = BrokerConfig {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        data_dir: data.map(DataDir::kafka),
        ..BrokerConfig::default()
    };
    Broker::start(config).await.map_err(|error| {
        Error::outside(format!(
            "the embedded Kafka cannot start on port {port}: {}",
            error.message()
        ))
    })
}

/// Serves an embedded storage on a port of this machine; 0 takes a free one. Without `notifications` buckets cannot be
/// made to tell of new objects.
///
/// # Errors
/// A port that is taken.
pub async fn start_s3(
    port: u16,
    storage: ObjectStorage,
    notifications: Option<Notifications>,
) -> Result<S3Server> {
    let mut config = S3Config::new(storage);
    config.notifications = notifications;
    config.listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    S3Server::start(config)
        .await
        .map_err(|error| Error::outside(format!("the embedded S3 cannot start on port {port}: {error}")))
}

/// The embedded S3 with queues beside it, which the notifications of its buckets go to.
pub struct S3AndQueues {
    /// The S3 server.
    pub s3: S3Server,
    /// The queues' server.
    pub sqs: SqsServer,
    /// The queues.
    pub queues: Queues,
}

impl S3AndQueues {
    /// Starts both on ports of this machine; 0 takes a free one.
    ///
    /// # Errors
    /// A port that is taken.
    pub async fn start(
        s3_port: u16,
        sqs_port: u16,
        storage: ObjectStorage,
        clock: &Arc<dyn Clock>,
    ) -> Result<Self> {
        let queues = Queues::new(Arc::clone(clock));
        let notifications = Notifications::new(storage.clone(), queues.clone());
        let s3 = start_s3(s3_port, storage, Some(notifications)).await?;
        let sqs = SqsServer::start(SqsConfig::new(sqs_port), queues.clone()).await?;
        Ok(Self { s3, sqs, queues })
    }

    /// Ends both.
    pub async fn shutdown(self) {
        self.s3.shutdown().await;
        self.sqs.shutdown().await;
    }
}

/// The login to an embedded S3 server.
pub fn embedded_login(server: &S3Server) -> S3Login {
    S3Login {
        endpoint: server.endpoint(),
        region: DEFAULT_REGION.to_owned(),
        access_key: DEFAULT_ACCESS_KEY.to_owned(),
        secret_key: DEFAULT_SECRET_KEY.to_owned(),
    }
}

/// A bucket as any writer outside the warehouse reaches it: over S3's protocol.
///
/// # Errors
/// An address that is none.
pub fn bucket(login: &S3Login, bucket: &str) -> Result<Arc<dyn ObjectStore>> {
    build(login, bucket, RetryConfig::default())
}

/// The same for a writer that tries again by itself: failures are told at once.
///
/// # Errors
/// An address that is none.
pub fn impatient_bucket(login: &S3Login, bucket: &str) -> Result<Arc<dyn ObjectStore>> {
    let once = RetryConfig {
        max_retries: 0,
        ..RetryConfig::default()
    };
    build(login, bucket, once)
}

fn build(login: &S3Login, bucket: &str, retry: RetryConfig) -> Result<Arc<dyn ObjectStore>> {
    let store = AmazonS3Builder::new()
        .with_retry(retry)
        .with_endpoint(&login.endpoint)
        .with_region(&login.region)
        .with_bucket_name(bucket)
        .with_access_key_id(&login.access_key)
        .with_secret_access_key(&login.secret_key)
        .with_allow_http(true)
        .with_virtual_hosted_style_request(false)
        .build()
        .map_err(|error| Error::outside(format!("S3 at {}: {error}", login.endpoint)))?;
    Ok(Arc::new(store))
}
