//! What a directory holds after a crash, and how it meets damage.

use std::fs;

use bytes::Bytes;

use super::*;

async fn filled(path: &TempDir) -> ObjectStorage {
    let storage = directory(&clock(), path).unwrap();
    storage.create_bucket("bucket").await.unwrap();
    storage
        .put("bucket", "kept", Bytes::from_static(b"whole"), PutMode::Overwrite)
        .await
        .unwrap();
    storage
}

/// The one object file of `bucket`.
fn object_file(path: &TempDir) -> std::path::PathBuf {
    let folder = path.path().join("buckets/bucket/objects");
    fs::read_dir(folder).unwrap().next().unwrap().unwrap().path()
}

#[tokio::test]
async fn unfinished_things_are_swept_away() {
    let path = TempDir::new().unwrap();
    drop(filled(&path).await);
    fs::write(path.path().join("tmp/7"), b"half an obj").unwrap();
    fs::create_dir_all(path.path().join("tmp/8/objects")).unwrap();
    fs::write(path.path().join("buckets/bucket/objects/.DS_Store"), b"not ours").unwrap();

    let storage = directory(&clock(), &path).unwrap();
    assert_eq!(keys(&storage.list("bucket", "").await.unwrap()), ["kept"]);
    assert_eq!(fs::read_dir(path.path().join("tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_put_that_is_given_up_leaves_nothing() {
    let path = TempDir::new().unwrap();
    let storage = filled(&path).await;
    let never = futures::stream::pending();
    use futures::StreamExt;
    let body = futures::stream::iter([Ok(Bytes::from_static(b"first"))])
        .chain(never)
        .boxed();
    let put = storage.put_stream("bucket", "kept", body, PutMode::Overwrite);
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(50), put)
            .await
            .is_err()
    );
    assert_eq!(storage.get("bucket", "kept").await.unwrap(), "whole");
    assert_eq!(fs::read_dir(path.path().join("tmp")).unwrap().count(), 0);
}

#[tokio::test]
async fn a_damaged_object_is_named() {
    let path = TempDir::new().unwrap();
    drop(filled(&path).await);
    let file = object_file(&path);
    let whole = fs::read(&file).unwrap();
    for damaged in [&whole[..whole.len() - 1], &whole[1..], &whole[..3], b""] {
        fs::write(&file, damaged).unwrap();
        let error = directory(&clock(), &path).unwrap_err();
        assert!(
            matches!(&error, StorageError::Damaged { path, .. } if file.ends_with(path)
            || path == &file.display().to_string()),
            "{error}"
        );
    }
    let misplaced = file.with_file_name("0".repeat(64));
    fs::write(&file, &whole).unwrap();
    fs::rename(&file, &misplaced).unwrap();
    assert!(matches!(
        directory(&clock(), &path),
        Err(StorageError::Damaged { .. })
    ));
}

#[tokio::test]
async fn one_process_has_it_open() {
    let path = TempDir::new().unwrap();
    let storage = filled(&path).await;
    assert!(matches!(
        directory(&clock(), &path),
        Err(StorageError::Disk { .. })
    ));
    drop(storage);
    assert!(directory(&clock(), &path).is_ok());
}

#[tokio::test]
async fn a_reader_keeps_the_object_it_opened() {
    use futures::TryStreamExt;
    let path = TempDir::new().unwrap();
    let storage = filled(&path).await;
    let open = storage.open("bucket", "kept", None).await.unwrap();
    storage
        .put(
            "bucket",
            "kept",
            Bytes::from_static(b"overwritten"),
            PutMode::Overwrite,
        )
        .await
        .unwrap();
    let deleted = storage.open("bucket", "kept", None).await.unwrap();
    storage.delete("bucket", "kept").await.unwrap();
    assert_eq!(
        open.body.try_collect::<Vec<_>>().await.unwrap().concat(),
        b"whole"
    );
    assert_eq!(
        deleted.body.try_collect::<Vec<_>>().await.unwrap().concat(),
        b"overwritten"
    );
}
