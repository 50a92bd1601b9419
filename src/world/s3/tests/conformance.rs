//! One suite, run over memory, a directory, a directory opened again, and an external endpoint.

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use md5::{Digest, Md5};

use super::*;

fn md5_hex(bytes: &[u8]) -> String {
    hex::encode(&Md5::digest(bytes)[..])
}

/// What is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A storage of this process.
    Embedded,
    /// The same through a server; times lose their fractions.
    Served,
    /// Somebody else's: the clock is not ours, other buckets may be there, and MinIO has no `a` beside `a/b`.
    Foreign,
}

/// Everything that holds for every kind of storage.
pub(super) async fn conforms(storage: &ObjectStorage, clock: &VirtualClock, kind: Kind) {
    // Buckets.
    storage.create_bucket("raw-zone").await.unwrap();
    assert!(matches!(
        storage.create_bucket("raw-zone").await,
        Err(StorageError::BucketExists(_))
    ));
    storage.ensure_bucket("raw-zone").await.unwrap();
    storage.create_bucket("another.bucket").await.unwrap();
    for bad in [
        "no",
        "Upper",
        "under_score",
        "-dash",
        "a..b",
        "192.168.0.1",
        "../../etc",
        "",
    ] {
        let refused = storage.create_bucket(bad).await;
        assert!(
            matches!(refused, Err(StorageError::InvalidBucketName(_))),
            "{bad}: {refused:?}"
        );
    }
    let mut names: Vec<String> = storage
        .buckets()
        .await
        .unwrap()
        .into_iter()
        .map(|bucket| bucket.name)
        .collect();
    names.retain(|name| ["another.bucket", "raw-zone"].contains(&name.as_str()) || kind != Kind::Foreign);
    assert_eq!(names, ["another.bucket", "raw-zone"]);
    for missing in [
        storage.list("missing", "").await.map(drop),
        storage.get("missing", "a").await.map(drop),
        storage
            .put("missing", "a", Bytes::new(), PutMode::Overwrite)
            .await
            .map(drop),
    ] {
        assert!(
            matches!(missing, Err(StorageError::NoSuchBucket(_))),
            "{missing:?}"
        );
    }

    // Keys side by side, in the order of their bytes.
    let wanted = match kind {
        Kind::Foreign => ["A", "a", "a b+c%/ü", "a-b", "a./b", "a./c/d", "a0", "b/ü/😀.json"],
        _ => ["A", "a", "a b+c%/ü", "a-b", "a/b", "a/b/c", "a0", "b/ü/😀.json"],
    };
    for (second, key) in wanted.iter().rev().enumerate() {
        clock.advance_to(moment(second as i64 + 1));
        let info = storage
            .put("raw-zone", key, Bytes::from(key.as_bytes()), PutMode::Overwrite)
            .await
            .unwrap();
        assert_eq!((info.key.as_str(), info.size), (*key, key.len() as u64));
        assert_eq!(info.etag, md5_hex(key.as_bytes()));
    }
    let all = storage.list("raw-zone", "").await.unwrap();
    assert_eq!(keys(&all), wanted);
    for (position, info) in all.iter().enumerate() {
        assert_eq!(
            storage.get("raw-zone", &info.key).await.unwrap(),
            info.key.as_bytes()
        );
        let head = storage.head("raw-zone", &info.key).await.unwrap();
        assert_eq!(
            (
                head.info.size,
                &head.info.etag,
                head.info.last_modified.as_second()
            ),
            (info.size, &info.etag, info.last_modified.as_second())
        );
        if kind != Kind::Foreign {
            assert_eq!(info.last_modified, moment((wanted.len() - position) as i64));
        }
        if kind == Kind::Embedded {
            assert_eq!(head.info, *info);
        }
    }
    let folder = &wanted[4][..wanted[4].len() - 1];
    assert_eq!(
        keys(&storage.list("raw-zone", folder).await.unwrap()),
        wanted[4..6]
    );
    assert_eq!(keys(&storage.list("raw-zone", "a").await.unwrap()).len(), 6);
    assert!(storage.list("raw-zone", "zz").await.unwrap().is_empty());

    // Ranges.
    storage
        .put(
            "raw-zone",
            "digits",
            Bytes::from_static(b"0123456789"),
            PutMode::Overwrite,
        )
        .await
        .unwrap();
    assert_eq!(
        storage.get_range("raw-zone", "digits", 2..5).await.unwrap(),
        "234"
    );
    assert_eq!(
        storage.get_range("raw-zone", "digits", 8..50).await.unwrap(),
        "89"
    );
    assert_eq!(storage.get_range("raw-zone", "digits", 3..3).await.unwrap(), "");
    for range in [10..11, 20..30] {
        let refused = storage.get_range("raw-zone", "digits", range).await;
        assert!(
            matches!(refused, Err(StorageError::InvalidRange { size: 10, .. })),
            "{refused:?}"
        );
    }
    let reader = storage.open("raw-zone", "digits", Some(4..6)).await.unwrap();
    assert_eq!((reader.range.clone(), reader.head.info.size), (4..6, 10));
    assert_eq!(reader.body.try_collect::<Vec<_>>().await.unwrap().concat(), b"45");

    // Conditions.
    let refused = storage
        .put("raw-zone", "digits", Bytes::new(), PutMode::Create)
        .await;
    assert!(
        matches!(refused, Err(StorageError::PreconditionFailed(_))),
        "{refused:?}"
    );
    let refused = storage
        .put(
            "raw-zone",
            "digits",
            Bytes::new(),
            PutMode::Update(md5_hex(b"else")),
        )
        .await;
    assert!(
        matches!(refused, Err(StorageError::PreconditionFailed(_))),
        "{refused:?}"
    );
    let update = PutMode::Update(md5_hex(b"0123456789"));
    storage
        .put("raw-zone", "digits", Bytes::from_static(b"new"), update.clone())
        .await
        .unwrap();
    assert!(
        storage
            .put("raw-zone", "digits", Bytes::new(), update.clone())
            .await
            .is_err()
    );
    assert!(
        storage
            .put("raw-zone", "nothing", Bytes::new(), update)
            .await
            .is_err()
    );
    assert_eq!(storage.get("raw-zone", "digits").await.unwrap(), "new");

    // Of many that create one key, one wins, and its bytes are there.
    let racers = (0..32).map(|racer| {
        let storage = storage.clone();
        tokio::spawn(async move {
            let body = Bytes::from(vec![racer; 1000]);
            storage
                .put("another.bucket", "prize", body, PutMode::Create)
                .await
                .is_ok()
                .then_some(racer)
        })
    });
    let winners: Vec<u8> = futures::future::join_all(racers)
        .await
        .into_iter()
        .filter_map(|racer| racer.unwrap())
        .collect();
    assert_eq!(winners.len(), 1);
    assert_eq!(
        storage.get("another.bucket", "prize").await.unwrap(),
        vec![winners[0]; 1000]
    );

    // Attributes.
    let mut attributes = Attributes {
        content_type: Some("text/csv".to_owned()),
        ..Attributes::default()
    };
    attributes.content_encoding = Some("gzip".to_owned());
    attributes
        .metadata
        .insert("origin".to_owned(), "topic-3".to_owned());
    let options = PutOptions {
        mode: PutMode::Create,
        attributes: attributes.clone(),
    };
    storage
        .put("raw-zone", "attributes", Bytes::from_static(b"x"), options)
        .await
        .unwrap();
    assert_eq!(
        storage.head("raw-zone", "attributes").await.unwrap().attributes,
        attributes
    );

    // Streams, in one piece and in many.
    let chunk = Bytes::from(vec![7; 1 << 20]);
    for chunks in [0, 1, 9] {
        let body = stream::iter(vec![chunk.clone(); chunks]).map(Ok).boxed();
        let info = storage
            .put_stream("raw-zone", "streamed", body, PutMode::Overwrite)
            .await
            .unwrap();
        assert_eq!(info.size, (chunks << 20) as u64);
        let read = storage.open("raw-zone", "streamed", None).await.unwrap();
        let read = read
            .body
            .try_fold(0, async |sum, bytes| Ok(sum + bytes.len()))
            .await
            .unwrap();
        assert_eq!(read, chunks << 20);
    }
    let broken = Err(StorageError::Body("cut off".into()));
    let body = stream::iter(vec![Ok(chunk.clone()), broken]).boxed();
    assert!(
        storage
            .put_stream("raw-zone", "broken", body, PutMode::Overwrite)
            .await
            .is_err()
    );
    assert!(matches!(
        storage.get("raw-zone", "broken").await,
        Err(StorageError::NoSuchKey { .. })
    ));

    // Deletion.
    storage.delete("raw-zone", "a").await.unwrap();
    storage.delete("raw-zone", "a").await.unwrap();
    assert!(matches!(
        storage.get("raw-zone", "a").await,
        Err(StorageError::NoSuchKey { .. })
    ));
    assert!(matches!(
        storage.head("raw-zone", "a").await,
        Err(StorageError::NoSuchKey { .. })
    ));
    assert_eq!(storage.get("raw-zone", wanted[4]).await.unwrap(), wanted[4]);
    assert!(matches!(
        storage.delete_bucket("another.bucket").await,
        Err(StorageError::BucketNotEmpty(_))
    ));
    storage.delete("another.bucket", "prize").await.unwrap();
    storage.delete_bucket("another.bucket").await.unwrap();
    assert!(matches!(
        storage.delete_bucket("another.bucket").await,
        Err(StorageError::NoSuchBucket(_))
    ));
    for key in ["", &"k".repeat(1025)] {
        let refused = storage
            .put("raw-zone", key, Bytes::new(), PutMode::Overwrite)
            .await;
        assert!(matches!(refused, Err(StorageError::InvalidKey(_))), "{refused:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn memory_conforms() {
    let clock = clock();
    conforms(&memory(&clock), &clock, Kind::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_conforms_and_is_the_same_when_opened_again() {
    let (clock, path) = (clock(), TempDir::new().unwrap());
    let storage = directory(&clock, &path).unwrap();
    conforms(&storage, &clock, Kind::Embedded).await;
    let before = (
        storage.buckets().await.unwrap(),
        storage.list("raw-zone", "").await.unwrap(),
    );
    let attributes = storage.head("raw-zone", "attributes").await.unwrap();
    drop(storage);

    let storage = directory(&clock, &path).unwrap();
    assert_eq!(
        (
            storage.buckets().await.unwrap(),
            storage.list("raw-zone", "").await.unwrap()
        ),
        before
    );
    assert_eq!(storage.head("raw-zone", "attributes").await.unwrap(), attributes);
    for info in before.1 {
        assert_eq!(
            md5_hex(&storage.get("raw-zone", &info.key).await.unwrap()),
            info.etag
        );
        storage.delete("raw-zone", &info.key).await.unwrap();
    }
    storage.delete_bucket("raw-zone").await.unwrap();
    drop(storage);

    let clock = super::clock();
    conforms(&directory(&clock, &path).unwrap(), &clock, Kind::Embedded).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_external_endpoint_conforms() {
    let clock = clock();
    let server = serve(&memory(&clock)).await;
    conforms(&external(&server), &clock, Kind::Served).await;
    server.shutdown().await;
}

#[tokio::test]
async fn hidden_buckets_are_neither_listed_nor_announced() {
    let storage = memory(&clock());
    let mut events = storage.subscribe().unwrap();
    storage.create_bucket(".internal").await.unwrap();
    storage
        .put(".internal", "a", Bytes::from_static(b"x"), PutMode::Overwrite)
        .await
        .unwrap();
    assert_eq!(storage.get(".internal", "a").await.unwrap(), "x");
    assert!(storage.buckets().await.unwrap().is_empty());
    assert!(events.try_recv().is_err());
}
