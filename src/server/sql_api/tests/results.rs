//! Statements that are run, and what comes of them.

use std::io::Read;

use serde_json::{Value, json};

use super::World;

const VALUES: &str = "SELECT 1.50::NUMBER(9,2), 0.5::FLOAT, 'a\"b', TRUE, '2019-03-27'::DATE, '23:01:59'::TIME(0),
    '2021-01-28 22:09:37.123'::TIMESTAMP_NTZ(3), '1969-12-31 23:59:59.5 +0000'::TIMESTAMP_TZ(9),
    '2021-03-19 18:13:39 +0100'::TIMESTAMP_TZ, '2021-01-28 00:00:00 +0000'::TIMESTAMP_LTZ, TO_BINARY('c0ffee'), NULL";

#[tokio::test]
async fn values_are_texts_of_their_own_kind() {
    let world = World::new().await;
    let answer = world.run(VALUES).await;
    let expected = json!([[
        "1.50",
        "0.5",
        "a\"b",
        "true",
        "17982",
        "82919.000000000",
        "1611871777.123000000",
        "-0.500000000 1440",
        "1616174019.000000000 1500",
        "1611792000.000000000",
        "C0FFEE",
        null
    ]]);
    assert_eq!(answer["data"], expected);
    let meta = &answer["resultSetMetaData"];
    assert_eq!((&meta["numRows"], &meta["format"]), (&json!(1), &json!("jsonv2")));
    assert_eq!(meta["rowType"][0]["type"], "fixed");
    assert_eq!(meta["rowType"][0]["scale"], 2);
    assert_eq!(meta["partitionInfo"][0]["rowCount"], 1);
    assert_eq!(
        (&answer["code"], &answer["sqlState"]),
        (&json!("090001"), &json!("00000"))
    );
    let handle = answer["statementHandle"].as_str().unwrap();
    let again = world.get(&format!("/api/v2/statements/{handle}")).await;
    assert_eq!((again.status, &again.json()["data"]), (200, &expected));
}

#[tokio::test]
async fn formats_and_nulls_are_as_the_request_says() {
    let world = World::new().await;
    let body = json!({"statement": VALUES, "parameters": {
        "date_output_format": "MM/DD/YYYY",
        "TIMESTAMP_OUTPUT_FORMAT": "YYYY-MM-DD HH24:MI:SS",
        "TIMESTAMP_TZ_OUTPUT_FORMAT": "HH24:MI TZH:TZM",
        "TIMEZONE": "UTC",
        "BINARY_OUTPUT_FORMAT": "BASE64",
    }});
    let answer = world.post("?nullable=false", body).await.json();
    let row = json!([[
        "1.50",
        "0.5",
        "a\"b",
        "true",
        "03/27/2019",
        "82919.000000000",
        "2021-01-28 22:09:37",
        "23:59 +00:00",
        "18:13 +01:00",
        "2021-01-28 00:00:00",
        "wP/u",
        "null"
    ]]);
    assert_eq!(answer["data"], row);
    // Whoever asks for it later gets it in the same form.
    let address = answer["statementStatusUrl"].as_str().unwrap();
    assert_eq!(world.get(address).await.json()["data"], row);
    let refused = world.get(&format!("{address}&nullable=false")).await;
    assert_eq!(refused.failed().0, 400);
}

#[tokio::test]
async fn each_request_is_a_session_of_its_own() {
    let world = World::new().await;
    world.run("CREATE DATABASE d").await;
    world.run("CREATE WAREHOUSE \"wh\"").await;
    let mut body = json!({
        "statement": "SELECT CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_WAREHOUSE(), CURRENT_ROLE(), CURRENT_USER()",
        "database": "D", "schema": "PUBLIC", "warehouse": "wh", "role": "PUBLIC", "timeout": 0,
    });
    let answer = world.post("", body.clone()).await;
    assert_eq!(
        answer.json()["data"],
        json!([["D", "PUBLIC", "wh", "PUBLIC", "SNOWGLOBE"]])
    );
    for (field, code) in [
        ("database", "390201"),
        ("warehouse", "390201"),
        ("schema", "390201"),
        ("role", "390189"),
    ] {
        let right = body[field].take();
        body[field] = json!("d");
        assert_eq!(
            world.post("", body.clone()).await.failed(),
            (422, code.to_owned(), "08004".to_owned()),
            "{field}"
        );
        body[field] = right;
    }
    let unset = world.run("SELECT CURRENT_DATABASE()").await;
    assert_eq!(unset["data"], json!([[null]]));
    for alone in [
        "USE DATABASE d",
        "BEGIN",
        "SET a = 1",
        "ALTER SESSION SET QUERY_TAG = 'x'",
        "PUT file:///a @b",
    ] {
        let refused = world.post("", json!({"statement": alone})).await;
        assert_eq!(
            refused.failed(),
            (422, "000002".to_owned(), "0A000".to_owned()),
            "{alone}"
        );
    }
    // What was asked for beside the statement is none itself.
    let history = world
        .run("SELECT query_text FROM TABLE(d.INFORMATION_SCHEMA.QUERY_HISTORY()) WHERE query_type = 'USE'")
        .await;
    assert_eq!(history["resultSetMetaData"]["numRows"], 0);
}

#[tokio::test]
async fn several_statements_share_a_session_and_have_results_of_their_own() {
    let world = World::new().await;
    let handles = world
        .run_all(
            "CREATE DATABASE d; USE d.public; SET n = 7; CREATE TEMPORARY TABLE t (n INT); BEGIN; \
             INSERT INTO t SELECT $n; COMMIT; SELECT n FROM t",
        )
        .await;
    assert_eq!(handles.len(), 8);
    let of = async |index: usize| {
        world
            .get(&format!("/api/v2/statements/{}", handles[index]))
            .await
            .json()
    };
    assert_eq!(of(7).await["data"], json!([["7"]]));
    let inserted = of(5).await;
    assert_eq!(
        (&inserted["data"], &inserted["stats"]["numRowsInserted"]),
        (&json!([["1"]]), &json!(1))
    );
    // A transaction that nobody ended is over, and so are temporary tables.
    world
        .run_all("USE d.public; CREATE TABLE kept (n INT); BEGIN; INSERT INTO kept VALUES (1)")
        .await;
    assert_eq!(
        world.run("SELECT COUNT(*) FROM d.public.kept").await["data"],
        json!([["0"]])
    );
    let gone = world
        .post("", json!({"statement": "SELECT * FROM d.public.t"}))
        .await;
    assert_eq!(gone.failed(), (422, "002003".to_owned(), "42S02".to_owned()));

    let script = "INSERT INTO d.public.kept VALUES (1); SELECT 1/0; INSERT INTO d.public.kept VALUES (2)";
    let count = |count: &str| json!({"statement": script, "parameters": {"MULTI_STATEMENT_COUNT": count}});
    let failed = world.post("", count("3")).await;
    assert_eq!(failed.failed(), (422, "100132".to_owned(), "P0000".to_owned()));
    assert_eq!(
        world.run("SELECT n FROM d.public.kept").await["data"],
        json!([["1"]])
    );
    for body in [count("2"), json!({"statement": script})] {
        assert_eq!(
            world.post("", body).await.failed(),
            (422, "000008".to_owned(), "0A000".to_owned())
        );
    }
    let mut bound = count("3");
    bound["bindings"] = json!({"1": {"type": "FIXED", "value": "1"}});
    assert_eq!(world.post("", bound).await.failed().1, "000002");
}

#[tokio::test]
async fn a_request_that_is_sent_again_runs_once() {
    let world = World::new().await;
    world
        .run_all("CREATE DATABASE d; CREATE TABLE d.public.t (n INT)")
        .await;
    let insert = json!({"statement": "INSERT INTO d.public.t VALUES (1)"});
    let first = world.post("?requestId=a", insert.clone()).await.json();
    let again = world.post("?requestId=a&retry=true", insert.clone()).await.json();
    assert_eq!(first["statementHandle"], again["statementHandle"]);
    assert_eq!(again["stats"]["numRowsInserted"], 1);
    assert_eq!(
        world.run("SELECT COUNT(*) FROM d.public.t").await["data"],
        json!([["1"]])
    );
    // Without a word of that it is a new request; and one that failed is run again.
    world.post("?requestId=a", insert.clone()).await;
    assert_eq!(
        world.run("SELECT COUNT(*) FROM d.public.t").await["data"],
        json!([["2"]])
    );
    let late = json!({"statement": "INSERT INTO d.public.late VALUES (1)"});
    assert_eq!(world.post("?requestId=b", late.clone()).await.status, 422);
    world.run("CREATE TABLE d.public.late (n INT)").await;
    for _ in 0..2 {
        assert_eq!(
            world.post("?requestId=b&retry=true", late.clone()).await.status,
            200
        );
    }
    assert_eq!(
        world.run("SELECT COUNT(*) FROM d.public.late").await["data"],
        json!([["1"]])
    );
}

#[tokio::test]
async fn large_results_come_in_partitions() {
    let world = World::new().await;
    let sql = "SELECT SEQ4() AS n, REPEAT('x', 100) FROM TABLE(GENERATOR(ROWCOUNT => 60000)) ORDER BY n";
    let answer = world.post("", json!({"statement": sql})).await;
    let links = answer.headers["link"].to_str().unwrap().to_owned();
    assert!(
        links.contains("rel=\"next\"") && !links.contains("rel=\"prev\""),
        "{links}"
    );
    let answer = answer.json();
    let handle = answer["statementHandle"].as_str().unwrap();
    let parts = answer["resultSetMetaData"]["partitionInfo"].as_array().unwrap();
    assert!(parts.len() > 1, "{parts:?}");
    let mut rows = answer["data"].as_array().unwrap().clone();
    assert_eq!(parts[0]["rowCount"], rows.len());
    for (number, part) in parts.iter().enumerate().skip(1) {
        let path = format!("/api/v2/statements/{handle}?partition={number}");
        let packed = world.get(&path).await;
        assert_eq!(packed.headers["content-encoding"], "gzip");
        assert_eq!(part["compressedSize"], packed.bytes.len());
        let mut text = String::new();
        flate2::read::GzDecoder::new(packed.bytes.as_slice())
            .read_to_string(&mut text)
            .unwrap();
        assert_eq!(part["uncompressedSize"], text.len() - r#"{"data":}"#.len());
        let plain = world
            .client
            .get(world.url(&path))
            .header("accept-encoding", "identity");
        assert_eq!(world.send(plain).await.bytes, text.as_bytes());
        let data: Value = serde_json::from_str(&text).unwrap();
        let data = data["data"].as_array().unwrap();
        assert_eq!(part["rowCount"], data.len());
        rows.extend(data.iter().cloned());
    }
    assert_eq!(rows.len(), 60_000);
    assert!(
        rows.iter()
            .enumerate()
            .all(|(n, row)| row[0].as_str().and_then(|text| text.parse().ok()) == Some(n))
    );
    for beyond in [
        parts.len().to_string(),
        "-1".to_owned(),
        "x".to_owned(),
        "99999999999999999999".to_owned(),
    ] {
        let answer = world
            .get(&format!("/api/v2/statements/{handle}?partition={beyond}"))
            .await;
        assert_eq!(
            (answer.status, answer.failed().1),
            (400, "390142".to_owned()),
            "{beyond}"
        );
    }
}

#[tokio::test]
async fn statements_are_polled_and_ended() {
    let world = World::new().await;
    let long =
        "WITH a AS (SELECT ROW_NUMBER() OVER (ORDER BY 1) AS n FROM TABLE(GENERATOR(ROWCOUNT => 200000)))
        SELECT SUM(b.n * c.n) FROM a AS b JOIN a AS c ON b.n < c.n";
    let started = world.post("?async=true", json!({"statement": long})).await;
    assert_eq!((started.status, started.failed().1), (202, "333334".to_owned()));
    let started = started.json();
    let address = started["statementStatusUrl"].as_str().unwrap();
    assert_eq!(world.get(address).await.status, 202);
    let cancel = world.url(&format!("{address}/cancel"));
    let cancelled = world.send(world.client.post(&cancel)).await;
    assert_eq!(cancelled.failed(), (200, "000604".to_owned(), "57014".to_owned()));
    let ended = loop {
        let answer = world.get(address).await;
        if answer.status != 202 {
            break answer;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(ended.failed(), (422, "000604".to_owned(), "57014".to_owned()));
    assert_eq!(world.send(world.client.post(&cancel)).await.failed().1, "000605");
    let unknown = world.url("/api/v2/statements/01c00000-0000-0000-0000-00000000ffff/cancel");
    let unknown = world.send(world.client.post(unknown)).await;
    assert_eq!(unknown.failed(), (422, "000709".to_owned(), "02000".to_owned()));
    assert_eq!(world.get("/api/v2/statements/x").await.failed().1, "000709");
    // Of another user's statements nothing is known.
    let jwt = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJBLkFOTi5TSEEyNTY6eCIsInN1YiI6IkEuQU5OIn0.c2ln";
    let other = world.client.get(world.url(address)).bearer_auth(jwt);
    assert_eq!(world.send(other).await.failed().1, "000709");
}

#[tokio::test]
async fn bound_values_take_their_places() {
    let world = World::new().await;
    let body = json!({
        "statement": "SELECT ? + 1, ?, ?::DATE, ?",
        "bindings": {
            "1": {"type": "FIXED", "value": "123"},
            "2": {"type": "TEXT", "value": "te'st"},
            "3": {"type": "DATE", "value": "1553644800000"},
            "4": {"type": "BOOLEAN", "value": "true"},
        },
    });
    let answer = world.post("", body).await.json();
    assert_eq!(answer["data"], json!([["124", "te'st", "17982", "true"]]));
}
