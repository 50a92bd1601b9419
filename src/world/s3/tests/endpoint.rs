//! The external kind against a real endpoint, MinIO for instance. Left out unless asked for:
//!
//! ```text
//! SNOWGLOBE_S3_ENDPOINT=http://127.0.0.1:9000 SNOWGLOBE_S3_KEYS=minioadmin:minioadmin \
//!     cargo test --lib world::s3::tests::endpoint -- --ignored --test-threads 1
//! ```

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;

use super::conformance::{Kind, conforms};
use super::*;

#[allow(clippy::disallowed_methods)] // a test against something outside has to be told where that is
fn endpoint() -> ObjectStorage {
    let keys = std::env::var("SNOWGLOBE_S3_KEYS").unwrap();
    let (access_key, secret_key) = keys.split_once(':').unwrap();
    ObjectStorage::external(ExternalConfig {
        endpoint: std::env::var("SNOWGLOBE_S3_ENDPOINT").unwrap(),
        region: DEFAULT_REGION.to_owned(),
        access_key: access_key.to_owned(),
        secret_key: Secret::from(secret_key),
    })
    .unwrap()
}

async fn remove(storage: &ObjectStorage, bucket: &str) {
    for info in storage.list(bucket, "").await.unwrap_or_default() {
        storage.delete(bucket, &info.key).await.unwrap();
    }
    let _ = storage.delete_bucket(bucket).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a real S3 endpoint"]
async fn a_real_endpoint_conforms() {
    let storage = endpoint();
    for bucket in ["raw-zone", "another.bucket"] {
        remove(&storage, bucket).await;
    }
    conforms(&storage, &clock(), Kind::Foreign).await;
    remove(&storage, "raw-zone").await;
}

/// With MinIO, the hour between two listings shows that events come by notification.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs MinIO"]
async fn minio_notifies() {
    let storage = endpoint();
    remove(&storage, "watched").await;
    storage.create_bucket("watched").await.unwrap();
    let put = |key: &'static str| {
        let storage = storage.clone();
        async move {
            storage
                .put("watched", key, Bytes::from(key), PutMode::Overwrite)
                .await
                .unwrap()
        }
    };
    put("in/before").await;
    let mut watch = storage
        .watch("watched", "in/", Duration::from_secs(3600))
        .await
        .unwrap();
    put("out/1").await;
    for (position, key) in ["in/1", "in/sp ace+ü%.json", "in/1"].into_iter().enumerate() {
        let info = put(key).await;
        let event = tokio::time::timeout(Duration::from_secs(20), watch.next())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        assert_eq!((event.bucket.as_str(), event.key.as_str()), ("watched", key));
        assert_eq!(
            (event.size, event.etag, event.sequence),
            (info.size, info.etag, position as u64 + 1)
        );
    }
    remove(&storage, "watched").await;
}
