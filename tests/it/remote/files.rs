//! PUT and GET over the network: what goes into a stage comes out of it, over either kind of storage.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use snowglobe::clock::{Clock, SystemClock};
use snowglobe::remote::Client;
use snowglobe::world::s3::server::{DEFAULT_ACCESS_KEY, DEFAULT_REGION, DEFAULT_SECRET_KEY};
use snowglobe::world::s3::{ObjectStorage, S3Config, S3Server};
use tempfile::TempDir;

use super::proxy::{Fault, Proxy};
use super::{World, connection, quick, rows, value};

const QUERY: &str = "/queries/v1/query-request";
/// A master key of 256 bits.
const MASTER: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

async fn staged() -> (World, Proxy, Client) {
    let world = World::new().await;
    let proxy = Proxy::before(&world).await;
    let connection = connection(proxy.port(), "password = 'p'");
    let mut client = Client::connect(&connection, quick()).await.unwrap();
    for sql in [
        "CREATE DATABASE D",
        "CREATE STAGE S",
        "CREATE TABLE T (A INT, B VARCHAR)",
    ] {
        client.execute(sql).await.unwrap();
    }
    (world, proxy, client)
}

fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn file_url(path: &Path) -> String {
    format!("'file://{}'", path.display())
}

#[tokio::test]
async fn what_is_put_is_loaded_and_got() {
    let (_world, proxy, mut client) = staged().await;
    let local = folder(&[
        ("a.csv", "1,one\n2,two\n"),
        ("b c.csv", "3,three\n"),
        ("c.txt", ""),
    ]);
    let put = format!("PUT {} @S/in", file_url(&local.path().join("*.csv")));
    let result = rows(&mut client, &put).await;
    let cell = |row: usize, column: usize| result[row][column].as_deref().unwrap();
    assert_eq!(
        (cell(0, 0), cell(0, 1), cell(0, 4), cell(0, 5)),
        ("a.csv", "a.csv.gz", "NONE", "GZIP")
    );
    assert_eq!(
        (cell(0, 6), cell(1, 6), result.len()),
        ("UPLOADED", "UPLOADED", 2)
    );
    let again = rows(&mut client, &put).await;
    assert_eq!(
        (again[0][6].as_deref(), again[1][6].as_deref()),
        (Some("SKIPPED"), Some("SKIPPED"))
    );
    client.execute("COPY INTO T FROM @S/in").await.unwrap();
    assert_eq!(value(&mut client, "SELECT SUM(A) || MAX(B) FROM T").await, "6two");
    client
        .put(&local.path().join("c.txt"), "@S/raw", false)
        .await
        .unwrap();
    // A network that fails does not harm.
    client.execute("CREATE STAGE OTHER").await.unwrap();
    proxy.next("/stages/", Fault::Status(503));
    client
        .put(&local.path().join("a.csv"), "@OTHER", false)
        .await
        .unwrap();
    let target = tempfile::tempdir().unwrap();
    proxy.next("/stages/", Fault::Truncate);
    let got = client.get("@OTHER", target.path()).await.unwrap();
    assert_eq!(
        got.to_text(client.types()).unwrap()[0][2].as_deref(),
        Some("DOWNLOADED")
    );
    assert_eq!(
        std::fs::read_to_string(target.path().join("a.csv")).unwrap(),
        "1,one\n2,two\n"
    );
    client.get("@S/raw", target.path()).await.unwrap();
    assert_eq!(std::fs::read(target.path().join("c.txt")).unwrap(), b"");
    assert!(proxy.is_done());
}

#[tokio::test]
async fn what_is_not_there_is_told_as_the_engine_tells_it() {
    let (_world, _proxy, mut client) = staged().await;
    let missing = client.execute("PUT 'file:///no/such/file' @S").await.unwrap_err();
    assert_eq!(missing.code(), 253_006);
    let missing = client
        .execute("PUT 'file:///no/such/file' @NO_STAGE")
        .await
        .unwrap_err();
    assert_eq!(missing.code(), 2003);
    let missing = client
        .execute("GET @S 'file:///no/such/folder'")
        .await
        .unwrap_err();
    assert_eq!(missing.code(), 253_009);
}

/// Changes the instructions of an answer.
fn instructed(change: impl FnOnce(&mut Value) + Send + 'static) -> Fault {
    Fault::Rewrite(Box::new(move |answer| change(&mut answer["data"])))
}

#[tokio::test]
async fn a_real_accounts_storage_in_s3_is_reached_too() {
    let (_world, proxy, mut client) = staged().await;
    let clock = Arc::new(SystemClock) as Arc<dyn Clock>;
    let storage = ObjectStorage::in_memory(clock, Default::default());
    storage.ensure_bucket("customer-stage").await.unwrap();
    let server = S3Server::start(S3Config::new(storage.clone())).await.unwrap();
    let end_point = server.endpoint();
    let amazon = move |encrypted: bool| {
        let end_point = end_point.clone();
        move |data: &mut Value| {
            data["stageInfo"] = json!({
                "locationType": "S3",
                "location": "customer-stage/ab12-s/stages/7f3a/in/",
                "path": "ab12-s/stages/7f3a/in/",
                "region": DEFAULT_REGION,
                "isClientSideEncrypted": encrypted,
                "creds": {"AWS_KEY_ID": DEFAULT_ACCESS_KEY, "AWS_SECRET_KEY": DEFAULT_SECRET_KEY},
                "presignedUrl": null,
                "endPoint": end_point,
            });
            let material = json!({"queryStageMasterKey": MASTER, "queryId": "01b2", "smkId": 12_345});
            data["encryptionMaterial"] = match data["command"].as_str() {
                Some("DOWNLOAD") => json!([material]),
                _ => material,
            };
            data["presignedUrls"] = Value::Null;
            if data["command"] == "DOWNLOAD" {
                data["src_locations"] = json!(["big.txt"]);
            }
        }
    };
    // More than one part of an upload.
    let text = "0123456789abcdef".repeat((20 << 20) / 16) + "end";
    let local = folder(&[("big.txt", &text)]);
    let put = format!(
        "PUT {} @S AUTO_COMPRESS = FALSE",
        file_url(&local.path().join("big.txt"))
    );
    for encrypted in [true, false] {
        proxy.next(QUERY, instructed(amazon(encrypted)));
        let overwrite = format!("{put} OVERWRITE = TRUE");
        assert_eq!(
            rows(&mut client, &overwrite).await[0][6].as_deref(),
            Some("UPLOADED")
        );
        let key = "ab12-s/stages/7f3a/in/big.txt";
        let stored = storage.get("customer-stage", key).await.unwrap();
        assert_eq!(stored.as_ref() == text.as_bytes(), !encrypted);
        let told = storage
            .head("customer-stage", key)
            .await
            .unwrap()
            .attributes
            .metadata;
        assert_eq!(told.contains_key("x-amz-key"), encrypted, "{told:?}");
        assert!(told.contains_key("sfc-digest"));
        let matdesc = r#"{"queryId":"01b2","smkId":"12345","keySize":"256"}"#;
        assert_eq!(
            told.get("x-amz-matdesc").map(String::as_str),
            encrypted.then_some(matdesc)
        );
        proxy.next(QUERY, instructed(amazon(encrypted)));
        assert_eq!(rows(&mut client, &put).await[0][6].as_deref(), Some("SKIPPED"));
        let target = tempfile::tempdir().unwrap();
        proxy.next(QUERY, instructed(amazon(encrypted)));
        client.get("@S", target.path()).await.unwrap();
        assert!(std::fs::read_to_string(target.path().join("big.txt")).unwrap() == text);
    }
    server.shutdown().await;
}

/// Takes the token away, and gives an address for one file instead.
fn presigned(data: &mut Value) {
    let info = data["stageInfo"].clone();
    let token = info["creds"]["GCS_ACCESS_TOKEN"].as_str().unwrap();
    let (end_point, location) = (
        info["endPoint"].as_str().unwrap(),
        info["location"].as_str().unwrap(),
    );
    let download = data["command"] == "DOWNLOAD";
    let name = match download {
        true => data["src_locations"][0].as_str().unwrap(),
        false => "a.csv",
    };
    let url = format!("{end_point}/{location}{name}?grant={token}");
    data["stageInfo"]["creds"] = json!({});
    data["stageInfo"]["endPoint"] = Value::Null;
    match download {
        true => data["presignedUrls"] = json!([url]),
        false => data["stageInfo"]["presignedUrl"] = url.into(),
    }
}

#[tokio::test]
async fn an_address_for_each_file_does_as_well_for_one() {
    let (_world, proxy, mut client) = staged().await;
    let local = folder(&[("a.csv", "1,one\n"), ("b.csv", "2,two\n")]);
    let put = |name: &str| {
        format!(
            "PUT {} @S/in AUTO_COMPRESS = FALSE",
            file_url(&local.path().join(name))
        )
    };
    proxy.next(QUERY, instructed(presigned));
    client.execute(&put("a.csv")).await.unwrap();
    proxy.next(QUERY, instructed(presigned));
    let several = client.execute(&put("*.csv")).await.unwrap_err();
    assert!(several.message().contains("several files"), "{several}");
    let target = tempfile::tempdir().unwrap();
    proxy.next(QUERY, instructed(presigned));
    client.get("@S/in", target.path()).await.unwrap();
    assert_eq!(
        std::fs::read_to_string(target.path().join("a.csv")).unwrap(),
        "1,one\n"
    );
    proxy.next("/stages/", Fault::Status(403));
    let refused = client.execute(&put("b.csv")).await.unwrap_err();
    assert!(refused.message().contains("HTTP status 403"), "{refused}");
}

#[tokio::test]
async fn an_account_that_asks_for_other_files_is_not_obeyed() {
    let (_world, proxy, mut client) = staged().await;
    let local = folder(&[("a.txt", "mine")]);
    let put = format!("PUT {} @S", file_url(&local.path().join("a.txt")));
    let get = format!("GET @S {}", file_url(local.path()));
    client.execute(&put).await.unwrap();
    for (sql, field, given, what) in [
        (
            &put,
            "src_locations",
            json!(["/etc/hostname"]),
            "other local files",
        ),
        (&put, "src_locations", json!([]), "other local files"),
        (
            &get,
            "localLocation",
            json!("/tmp/elsewhere"),
            "another local folder",
        ),
        (&get, "src_locations", json!([".."]), "no name for a local file"),
        (&put, "command", json!("DOWNLOAD"), "does not ask for it"),
    ] {
        proxy.next(QUERY, instructed(move |data| data[field] = given));
        let error = client.execute(sql).await.unwrap_err();
        assert!(error.message().contains(what), "{error}");
    }
    for kind in ["AZURE", "LOCAL_FS"] {
        proxy.next(
            QUERY,
            instructed(move |data| data["stageInfo"]["locationType"] = kind.into()),
        );
        let error = client.execute(&put).await.unwrap_err();
        assert_eq!(
            error.message(),
            format!("Unsupported feature 'files of a stage in {kind}'.")
        );
    }
    // Another key than the file was encrypted with.
    proxy.next(
        QUERY,
        instructed(|data| {
            data["encryptionMaterial"] = json!([{"queryStageMasterKey": MASTER, "smkId": "1"}])
        }),
    );
    let error = client.execute(&get).await.unwrap_err();
    assert!(error.message().contains("another key"), "{error}");
}
