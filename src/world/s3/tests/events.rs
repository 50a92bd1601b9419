//! Announcements of new objects.

use std::time::Duration;

use bytes::Bytes;
use futures::StreamExt;

use super::*;

const SOON: Duration = Duration::from_millis(20);

async fn put(storage: &ObjectStorage, key: &str) -> ObjectInfo {
    storage
        .put(
            "bucket",
            key,
            Bytes::copy_from_slice(key.as_bytes()),
            PutMode::Overwrite,
        )
        .await
        .unwrap()
}

async fn next_key(watch: &mut ObjectWatch) -> String {
    watch.next().await.unwrap().unwrap().key
}

#[tokio::test]
async fn puts_are_announced_in_order_through_either_door() {
    let storage = memory(&clock());
    storage.create_bucket("bucket").await.unwrap();
    let mut events = storage.subscribe().unwrap();
    let server = serve(&storage).await;
    let info = put(&storage, "inside").await;
    put(&external(&server), "through the server").await;
    let first = events.recv().await.unwrap();
    assert_eq!(first, ObjectEvent::new("bucket", &info));
    assert_eq!((first.size, first.sequence), (6, info.sequence));
    let second = events.recv().await.unwrap();
    assert_eq!(second.key, "through the server");
    assert!(second.sequence > first.sequence);
    server.shutdown().await;
}

#[tokio::test]
async fn a_watch_gives_what_comes_after_it_under_its_prefix() {
    let storage = memory(&clock());
    storage.create_bucket("bucket").await.unwrap();
    storage.create_bucket("other").await.unwrap();
    put(&storage, "in/before").await;
    let mut watch = storage.watch("bucket", "in/", SOON).await.unwrap();
    put(&storage, "out/1").await;
    storage
        .put("other", "in/1", Bytes::new(), PutMode::Overwrite)
        .await
        .unwrap();
    put(&storage, "in/1").await;
    put(&storage, "in/1").await;
    put(&storage, "in/0").await;
    assert_eq!(next_key(&mut watch).await, "in/1");
    assert_eq!(next_key(&mut watch).await, "in/1");
    assert_eq!(next_key(&mut watch).await, "in/0");
    assert!(matches!(
        storage.watch("missing", "", SOON).await,
        Err(StorageError::NoSuchBucket(_))
    ));
}

#[tokio::test]
async fn a_watch_that_falls_behind_lists_and_misses_nothing() {
    let storage = memory(&clock());
    storage.create_bucket("bucket").await.unwrap();
    put(&storage, "before").await;
    let mut watch = storage.watch("bucket", "", SOON).await.unwrap();
    let many = event::CHANNEL_CAPACITY + 100;
    for number in 0..many {
        put(&storage, &format!("{:05}", many - number)).await;
    }
    for number in 0..many {
        assert_eq!(next_key(&mut watch).await, format!("{:05}", many - number));
    }
    put(&storage, "last").await;
    assert_eq!(next_key(&mut watch).await, "last");
}

#[tokio::test]
async fn an_endpoint_without_notifications_is_listed_again_and_again() {
    let storage = memory(&clock());
    storage.create_bucket("bucket").await.unwrap();
    put(&storage, "in/before").await;
    let server = serve(&storage).await;
    let outside = external(&server);
    assert!(matches!(outside.subscribe(), Err(StorageError::Unsupported(_))));
    let mut watch = outside.watch("bucket", "in/", SOON).await.unwrap();
    put(&storage, "out/1").await;
    put(&storage, "in/1").await;
    let event = watch.next().await.unwrap().unwrap();
    assert_eq!(
        (
            event.bucket.as_str(),
            event.key.as_str(),
            event.size,
            event.sequence
        ),
        ("bucket", "in/1", 4, 1)
    );
    storage
        .put(
            "bucket",
            "in/before",
            Bytes::from_static(b"changed"),
            PutMode::Overwrite,
        )
        .await
        .unwrap();
    assert_eq!(next_key(&mut watch).await, "in/before");

    // The endpoint goes away: the watch says so.
    server.shutdown().await;
    assert!(watch.next().await.unwrap().is_err());
}
