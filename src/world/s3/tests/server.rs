//! The server, asked by `object_store`'s S3 client and by bare HTTP.

use std::sync::Arc;

use bytes::Bytes;
use futures::TryStreamExt;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::signer::Signer;
use object_store::{ObjectStore, ObjectStoreExt, RetryConfig, WriteMultipart};

use super::*;

fn client(server: &S3Server, secret: &str) -> Arc<AmazonS3> {
    let builder = AmazonS3Builder::new()
        .with_endpoint(server.endpoint())
        .with_region(DEFAULT_REGION)
        .with_bucket_name("bucket")
        .with_access_key_id(DEFAULT_ACCESS_KEY)
        .with_secret_access_key(secret)
        .with_allow_http(true)
        .with_retry(RetryConfig {
            max_retries: 0,
            ..RetryConfig::default()
        });
    Arc::new(builder.build().unwrap())
}

async fn server_with_bucket() -> (ObjectStorage, S3Server, Arc<AmazonS3>) {
    let storage = memory(&clock());
    storage.create_bucket("bucket").await.unwrap();
    let server = serve(&storage).await;
    let client = client(&server, DEFAULT_SECRET_KEY);
    (storage, server, client)
}

#[tokio::test]
async fn listings_come_with_delimiters_and_in_pages() {
    let (storage, server, client) = server_with_bucket().await;
    for number in 0..1100 {
        let key = format!("many/{number:04}");
        storage
            .put("bucket", &key, Bytes::from_static(b"x"), PutMode::Overwrite)
            .await
            .unwrap();
    }
    for key in ["top", "many", "few/1", "few/2"] {
        storage
            .put("bucket", key, Bytes::from_static(b"x"), PutMode::Overwrite)
            .await
            .unwrap();
    }
    let all: Vec<_> = client.list(None).try_collect().await.unwrap();
    assert_eq!(all.len(), 1104);
    let offset = client.list_with_offset(None, &Path::from("many/1097"));
    assert_eq!(offset.try_collect::<Vec<_>>().await.unwrap().len(), 3);
    let level = client.list_with_delimiter(None).await.unwrap();
    let prefixes: Vec<&str> = level.common_prefixes.iter().map(AsRef::as_ref).collect();
    let objects: Vec<&str> = level.objects.iter().map(|meta| meta.location.as_ref()).collect();
    assert_eq!((prefixes, objects), (vec!["few", "many"], vec!["many", "top"]));
    server.shutdown().await;
}

#[tokio::test]
async fn a_multipart_upload_becomes_one_object() {
    let (storage, server, client) = server_with_bucket().await;
    let location = Path::from("large");
    let upload = client.put_multipart(&location).await.unwrap();
    let mut writer = WriteMultipart::new_with_chunk_size(upload, 5 << 20);
    let bytes: Vec<u8> = (0..12_u32 << 20).map(|n| (n % 251) as u8).collect();
    writer.write(&bytes);
    assert!(storage.head("bucket", "large").await.is_err());
    writer.finish().await.unwrap();
    let head = storage.head("bucket", "large").await.unwrap();
    assert_eq!(head.info.size, 12 << 20);
    assert!(head.info.etag.ends_with("-3"), "{}", head.info.etag);
    assert_eq!(storage.get("bucket", "large").await.unwrap(), bytes);

    let mut aborted = client.put_multipart(&Path::from("aborted")).await.unwrap();
    aborted
        .put_part(Bytes::from_static(b"part").into())
        .await
        .unwrap();
    aborted.abort().await.unwrap();
    assert!(storage.list(".uploads", "").await.unwrap().is_empty());
    server.shutdown().await;
}

#[tokio::test]
async fn copies_and_bulk_deletions_work() {
    use futures::StreamExt;
    let (storage, server, client) = server_with_bucket().await;
    client.put(&Path::from("from"), "bytes".into()).await.unwrap();
    client
        .copy(&Path::from("from"), &Path::from("to/here"))
        .await
        .unwrap();
    assert_eq!(storage.get("bucket", "to/here").await.unwrap(), "bytes");
    let doomed = futures::stream::iter(["from", "to/here", "never/there"].map(|key| Ok(Path::from(key))));
    let deleted: Vec<_> = client.delete_stream(doomed.boxed()).try_collect().await.unwrap();
    assert_eq!(deleted.len(), 3);
    assert!(storage.list("bucket", "").await.unwrap().is_empty());
    server.shutdown().await;
}

#[tokio::test]
async fn only_the_right_keys_open_it() {
    let (storage, server, _) = server_with_bucket().await;
    storage
        .put("bucket", "a", Bytes::from_static(b"x"), PutMode::Overwrite)
        .await
        .unwrap();
    let wrong = client(&server, "wrong").get(&Path::from("a")).await.unwrap_err();
    assert!(wrong.to_string().contains("SignatureDoesNotMatch"), "{wrong}");
    let mut config = external_config(&server);
    config.access_key = "somebody".to_owned();
    let stranger = ObjectStorage::external(config)
        .unwrap()
        .buckets()
        .await
        .unwrap_err();
    assert!(matches!(&stranger, StorageError::AccessDenied(why) if why.contains("InvalidAccessKeyId")));
    let anonymous = reqwest::get(format!("{}/bucket/a", server.endpoint()))
        .await
        .unwrap();
    assert_eq!(anonymous.status().as_u16(), 403);
    let hidden = reqwest::get(format!("{}/.uploads/a", server.endpoint()))
        .await
        .unwrap();
    assert!(hidden.status().is_client_error());
    server.shutdown().await;
}

#[tokio::test]
async fn a_presigned_url_is_enough() {
    let (_, server, client) = server_with_bucket().await;
    let minute = std::time::Duration::from_secs(60);
    let location = Path::from("signed/object");
    let put = client
        .signed_url(hyper::Method::PUT, &location, minute)
        .await
        .unwrap();
    let answer = reqwest::Client::new()
        .put(put)
        .body("by url")
        .send()
        .await
        .unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
    let get = client
        .signed_url(hyper::Method::GET, &location, minute)
        .await
        .unwrap();
    assert_eq!(reqwest::get(get).await.unwrap().text().await.unwrap(), "by url");
    server.shutdown().await;
}

#[tokio::test]
async fn secrets_are_not_shown() {
    let (_, server, _) = server_with_bucket().await;
    let mut config = external_config(&server);
    config.secret_key = Secret::from("top-secret-key");
    let shown = format!("{config:?}");
    let storage = ObjectStorage::external(config).unwrap();
    let refused = storage.get("bucket", "a").await.unwrap_err();
    let listing = storage.list("bucket", "").await.unwrap_err();
    let mut served = S3Config::new(memory(&clock()));
    served.secret_key = Secret::from("top-secret-key");
    let all = format!("{shown} {storage:?} {refused:?} {refused} {listing:?} {listing} {served:?}");
    assert!(!all.contains("top-secret-key"), "{all}");
    server.shutdown().await;

    let error = storage.list("bucket", "").await.unwrap_err();
    assert!(matches!(&error, StorageError::External(_)), "{error:?}");
    assert!(matches!(
        S3Server::start(S3Config::new(storage)).await,
        Err(StorageError::Unsupported(_))
    ));
}

#[tokio::test]
async fn an_unusable_endpoint_is_refused_at_once() {
    let config = |endpoint: &str, access_key: &str| ExternalConfig {
        endpoint: endpoint.to_owned(),
        region: "us-east-1".to_owned(),
        access_key: access_key.to_owned(),
        secret_key: Secret::from("secret"),
    };
    for (endpoint, key) in [
        ("", "key"),
        ("localhost:9000", "key"),
        ("ftp://host", "key"),
        ("http://user:password@host", "key"),
        ("http://host", "two\nlines"),
        ("http://host", ""),
    ] {
        let refused = ObjectStorage::external(config(endpoint, key));
        assert!(
            matches!(refused, Err(StorageError::External(_))),
            "{endpoint} {key}"
        );
    }
}

#[tokio::test]
async fn what_cannot_be_kept_is_refused() {
    let (_, server, client) = server_with_bucket().await;
    let tagged = object_store::PutOptions {
        tags: [("a", "b")]
            .into_iter()
            .fold(object_store::TagSet::default(), |mut tags, (key, value)| {
                tags.push(key, value);
                tags
            }),
        ..object_store::PutOptions::default()
    };
    let refused = client
        .put_opts(&Path::from("a"), "x".into(), tagged)
        .await
        .unwrap_err();
    assert!(
        format!("{refused:?} {refused}").contains("NotImplemented"),
        "{refused:?}"
    );
    server.shutdown().await;
}

#[tokio::test]
async fn a_body_that_is_refused_before_it_is_sent_ends_the_connection() {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let (_, server, _) = server_with_bucket().await;
    let mut stream = tokio::net::TcpStream::connect(server.address()).await.unwrap();
    let request = "PUT /bucket/a HTTP/1.1\r\nHost: s3\r\nContent-Length: 1\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert!(
        answer.to_ascii_lowercase().contains("connection: close"),
        "{answer}"
    );
    server.shutdown().await;
}
