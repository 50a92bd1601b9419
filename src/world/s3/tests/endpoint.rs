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

/// Puts and waits for the event, again and again.
async fn is_watched(bucket: &str, interval: Duration) {
    let storage = endpoint();
    remove(&storage, bucket).await;
    storage.create_bucket(bucket).await.unwrap();
    let put = |key: &'static str| {
        let storage = storage.clone();
        async move {
            storage
                .put(bucket, key, Bytes::from(key), PutMode::Overwrite)
                .await
                .unwrap()
        }
    };
    put("in/before").await;
    let mut watch = storage.watch(bucket, "in/", interval).await.unwrap();
    put("out/1").await;
    for (position, key) in ["in/1", "in/sp ace+ü%.json", "in/1"].into_iter().enumerate() {
        let info = put(key).await;
        let event = tokio::time::timeout(Duration::from_secs(20), watch.next())
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        assert_eq!((event.bucket.as_str(), event.key.as_str()), (bucket, key));
        assert_eq!(
            (event.size, event.etag, event.sequence),
            (info.size, info.etag, position as u64 + 1)
        );
    }
    drop(watch);
    remove(&storage, bucket).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a real S3 endpoint"]
async fn a_real_endpoint_is_watched() {
    is_watched("watched", Duration::from_millis(100)).await;
}

/// The hour between two listings shows that the events come by notification.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs a MinIO whose notifications work"]
async fn minio_notifies() {
    is_watched("notified", Duration::from_secs(3600)).await;
}
