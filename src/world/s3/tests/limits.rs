//! Limits on size.

use bytes::Bytes;

use super::*;

#[tokio::test]
async fn an_object_has_a_largest_size_everywhere() {
    let limits = Limits {
        object: 10,
        ..Limits::default()
    };
    let path = TempDir::new().unwrap();
    for storage in [
        ObjectStorage::in_memory(clock(), limits),
        ObjectStorage::open_directory(path.path(), clock(), limits).unwrap(),
    ] {
        storage.create_bucket("bucket").await.unwrap();
        let put = |size: usize| storage.put("bucket", "a", Bytes::from(vec![0; size]), PutMode::Overwrite);
        assert_eq!(put(10).await.unwrap().size, 10);
        assert!(matches!(put(11).await, Err(StorageError::TooLarge { limit: 10 })));
        assert_eq!(storage.get("bucket", "a").await.unwrap().len(), 10);

        let server = serve(&storage).await;
        let outside = external(&server);
        let error = outside
            .put("bucket", "a", Bytes::from(vec![0; 11]), PutMode::Overwrite)
            .await
            .unwrap_err();
        assert!(error.to_string().contains("EntityTooLarge"), "{error}");
        server.shutdown().await;
    }
}

#[tokio::test]
async fn memory_is_limited_in_all_and_given_back() {
    let limits = Limits {
        memory: Some(100),
        ..Limits::default()
    };
    let storage = ObjectStorage::in_memory(clock(), limits);
    storage.create_bucket("bucket").await.unwrap();
    let put = |key: &'static str, size: usize| {
        let storage = storage.clone();
        async move {
            storage
                .put("bucket", key, Bytes::from(vec![0; size]), PutMode::Overwrite)
                .await
        }
    };
    put("a", 60).await.unwrap();
    assert!(matches!(put("b", 41).await, Err(StorageError::Full(_))));
    put("b", 40).await.unwrap();
    // Old and new are there together for a moment, so an overwrite needs room for both.
    assert!(matches!(put("b", 40).await, Err(StorageError::Full(_))));
    let held = storage.get("bucket", "a").await.unwrap();
    storage.delete("bucket", "a").await.unwrap();
    assert!(put("b", 40).await.is_err(), "a reader still holds it");
    drop(held);
    put("b", 40).await.unwrap();
}
