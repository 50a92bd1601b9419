//! Answers as real accounts are recorded to give them, and answers that no account should give.

use serde_json::{Value, json};
use snowglobe::remote::Client;
use snowglobe::sql::statement::StatementKind;

use super::proxy::{Fault, Proxy};
use super::{World, connection, quick};

const QUERY: &str = "/queries/v1/query-request";

async fn proxied() -> (World, Proxy, Client) {
    let world = World::new().await;
    let proxy = Proxy::before(&world).await;
    let connection = connection(proxy.port(), "password = 'p'");
    let client = Client::connect(&connection, quick()).await.unwrap();
    (world, proxy, client)
}

/// A successful answer with some of its fields replaced.
fn answer(fields: Value) -> Fault {
    let mut data = json!({
        "parameters": [
            {"name": "TIMESTAMP_OUTPUT_FORMAT", "value": "YYYY-MM-DD HH24:MI:SS.FF3 TZHTZM"},
            {"name": "CLIENT_PREFETCH_THREADS", "value": 4},
            {"name": "TIMEZONE", "value": "America/Los_Angeles"},
            {"name": "SERVICE_NAME", "value": ""},
            {"name": "CLIENT_SESSION_KEEP_ALIVE", "value": false},
        ],
        "rowtype": [{
            "name": "1", "database": "", "schema": "", "table": "", "nullable": false, "length": null,
            "type": "fixed", "scale": 0, "precision": 1, "byteLength": null, "collation": null,
        }],
        "rowset": [["1"]],
        "total": 1,
        "returned": 1,
        "queryId": "01ba13b4-0104-e9fd-0000-0111029ca00e",
        "databaseProvider": null,
        "finalDatabaseName": null,
        "finalSchemaName": null,
        "finalWarehouseName": "TEST_XSMALL",
        "finalRoleName": "ANALYST",
        "numberOfBinds": 0,
        "arrayBindSupported": false,
        "statementTypeId": 4096,
        "version": 1,
        "sendResultTime": 1_738_317_395_581_u64,
        "queryResultFormat": "json",
        "queryContext": {"entries": [{"id": 0, "timestamp": 1_738_317_395_574_564_u64, "priority": 0, "context": "CPbPTg=="}]},
    });
    for (name, value) in fields.as_object().unwrap() {
        data[name] = value.clone();
    }
    Fault::Reply(json!({"data": data, "code": null, "message": null, "success": true}))
}

#[tokio::test]
async fn a_recorded_answer_to_select_1_is_read() {
    let (_world, proxy, mut client) = proxied().await;
    proxy.next(QUERY, answer(json!({})));
    let result = client.execute("SELECT 1").await.unwrap();
    let column = result.columns().remove(0);
    assert_eq!(
        (column.name.as_str(), column.data_type.to_string()),
        ("1", "NUMBER(1,0)".to_owned())
    );
    assert!(!column.nullable);
    assert_eq!(&*result.query_id, "01ba13b4-0104-e9fd-0000-0111029ca00e");
    assert_eq!((result.kind, result.counts), (StatementKind::Select, None));
    assert_eq!(result.to_text(client.types()).unwrap(), [[Some("1".to_owned())]]);
}

#[tokio::test]
async fn statement_types_of_recorded_answers_are_known() {
    let (_world, proxy, mut client) = proxied().await;
    for (number, text, wanted) in [
        (12_544, "INSERT INTO T VALUES (1)", "INSERT"),
        (17_152, "USE ROLE R", "USE"),
        (17_153, "USE DATABASE D", "USE"),
        (24_576, "CREATE OR REPLACE TABLE T (A INT)", "CREATE TABLE"),
        (16_384, "ALTER SESSION SET QUERY_TAG = 'x'", "ALTER SESSION"),
        (0x6244, "ALTER USER U ADD PROGRAMMATIC ACCESS TOKEN T", "UNKNOWN"),
    ] {
        proxy.next(
            QUERY,
            answer(json!({"statementTypeId": number, "stats": {"numRowsInserted": 1}})),
        );
        let result = client.execute(text).await.unwrap();
        assert_eq!(result.kind.name(), wanted, "{text}");
        assert_eq!(
            result.counts.map(|counts| counts.inserted),
            (number == 12_544).then_some(1)
        );
    }
}

#[tokio::test]
async fn parts_of_a_recorded_result_are_fetched_with_their_headers_and_without_the_token() {
    let (_world, proxy, mut client) = proxied().await;
    let part = |number: u32, rows: u32| {
        json!({
            "url": format!("http://127.0.0.1:{}/chunk_{number}?signature=x", proxy.port()),
            "rowCount": rows, "uncompressedSize": 10, "compressedSize": 10,
        })
    };
    let prefix = "x-amz-server-side-encryption-customer";
    let headers = json!({format!("{prefix}-key"): "a2V5", format!("{prefix}-key-md5"): "bWQ1"});
    let result = json!({
        "total": 4, "returned": 4, "qrmk": "a2V5", "chunkHeaders": headers,
        "chunks": [part(1, 2), part(2, 1)],
    });
    proxy.next(QUERY, answer(result));
    proxy.next("/chunk_1", Fault::Text(r#"["2"],["3"]"#));
    proxy.next("/chunk_2", Fault::Text(r#"["4"]"#));
    let result = client.execute("SELECT 1").await.unwrap();
    let rows = result.to_text(client.types()).unwrap();
    assert_eq!(
        rows.concat(),
        ["1", "2", "3", "4"].map(|text| Some(text.to_owned()))
    );
    for seen in proxy.seen("/chunk_") {
        assert_eq!(seen.headers[&format!("{prefix}-key")], "a2V5");
        assert!(!seen.headers.contains_key("authorization"));
        assert_eq!(seen.query, "signature=x");
    }
}

#[tokio::test]
async fn recorded_failures_are_told() {
    let (_world, proxy, mut client) = proxied().await;
    let data = json!({
        "internalError": false, "unredactedFromSecureObject": false, "errorCode": "002003", "age": 0,
        "sqlState": "42S02", "queryId": "01b", "line": 2, "pos": 14, "type": "COMPILATION",
        "queryContext": {"entries": []},
    });
    let message = "SQL compilation error:\nObject 'X' does not exist or not authorized.";
    let failed =
        json!({"data": data, "code": "002003", "message": message, "success": false, "headers": null});
    proxy.next(QUERY, Fault::Reply(failed));
    let error = client.execute("SELECT\n* FROM X").await.unwrap_err();
    assert_eq!(
        (error.code(), error.sqlstate(), error.message()),
        (2003, "42S02", message)
    );
    let place = error.place().unwrap();
    assert_eq!((place.line, place.position), (2, 14));
}

#[tokio::test]
async fn recorded_refusals_of_logins_are_told() {
    let world = World::new().await;
    let proxy = Proxy::before(&world).await;
    let more = "authenticator = 'programmatic_access_token'\ntoken = 't0ken'";
    let data = json!({"nextAction": "RETRY_LOGIN", "authnMethod": "PAT", "signInOptions": {}});
    let message = "Programmatic access token is invalid.";
    let refused =
        json!({"data": data, "code": "394400", "message": message, "success": false, "headers": null});
    proxy.next("/session/v1/login-request", Fault::Reply(refused));
    let error = Client::connect(&connection(proxy.port(), more), quick())
        .await
        .unwrap_err();
    assert_eq!(error.code(), 394_400);
    assert_eq!(
        error.message(),
        "login as u failed: Programmatic access token is invalid."
    );
    let seen = proxy.seen("/session/v1/login-request");
    assert_eq!(seen.len(), 1);
}

#[tokio::test]
async fn answers_that_no_account_should_give_are_refused_by_name() {
    let (_world, proxy, mut client) = proxied().await;
    let column = |data_type: &str| json!([{"name": "C", "type": data_type, "nullable": true}]);
    for (fields, what) in [
        (
            json!({"queryResultFormat": "arrow", "rowsetBase64": ""}),
            "format arrow",
        ),
        (json!({"rowtype": column("geography")}), "GEOGRAPHY"),
        (json!({"rowtype": column("fixed")}), "FIXED"),
        (json!({"rowset": [["1", "2"]]}), "2 cells"),
        (json!({"rowset": [[null]]}), "cannot be read"),
        (json!({"rowset": [["one"]]}), "'one' is no number"),
        (
            json!({"parameters": [{"name": "TIMEZONE", "value": "Mars"}]}),
            "TIMEZONE",
        ),
        (
            json!({"command": "UPLOAD", "src_locations": ["/etc/passwd"]}),
            "does not ask for it",
        ),
        (json!({"chunks": [{"url": "ftp://x/y", "rowCount": 1}]}), "part 1"),
    ] {
        proxy.next(QUERY, answer(fields));
        let error = client.execute("SELECT 1").await.unwrap_err();
        assert!(error.message().contains(what), "{what}: {error}");
    }
    for url in ["https://elsewhere.example/x", "//elsewhere.example/x", ""] {
        let still =
            json!({"data": {"getResultUrl": url}, "code": "333333", "message": null, "success": true});
        proxy.next(QUERY, Fault::Reply(still));
        let error = client.execute("SELECT 1").await.unwrap_err();
        assert!(error.message().contains("did not tell where"), "{error}");
    }
    proxy.next(QUERY, answer(json!({"rowset": null})));
    assert_eq!(client.execute("SELECT 1").await.unwrap().row_count(), 0);
}
