//! Results that come over the network are the engine's own: names, types, nullability, texts.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use snowglobe::engine::Session;
use snowglobe::remote::Client;

use super::World;

/// Runs a statement on both sides, in sessions of the same state, and compares what they give.
async fn same(session: &mut Session, client: &mut Client, sql: &str) {
    let own = session.execute(sql).await;
    let far = client.execute(sql).await;
    let (own, far) = match (own, far) {
        (Ok(own), Ok(far)) => (own, far),
        (Err(own), Err(far)) => {
            let parts = |error: &snowglobe::error::Error| {
                (
                    error.code(),
                    error.sqlstate(),
                    error.message().to_owned(),
                    error.place(),
                )
            };
            assert_eq!(parts(&far), parts(&own), "{sql}");
            return;
        }
        (own, far) => panic!("{sql}: {own:?} {far:?}"),
    };
    assert_eq!(far.columns(), own.columns(), "{sql}");
    let (own_text, far_text) = (
        own.to_text(&session.context().types).unwrap(),
        far.to_text(client.types()).unwrap(),
    );
    assert_eq!(far_text, own_text, "{sql}");
    assert_eq!(far.counts, own.counts, "{sql}");
    assert_eq!(far.kind, own.kind, "{sql}");
    assert!(!far.query_id.is_empty());
}

/// A session in one account, and one over the network in another, which are alike.
async fn both() -> (World, Session, Client) {
    let world = World::new().await;
    let mut session = World::new().await.account.session("U");
    let mut client = world.client().await;
    session.execute("CREATE DATABASE D").await.unwrap();
    client.execute("CREATE DATABASE D").await.unwrap();
    (world, session, client)
}

#[tokio::test]
async fn every_type_comes_as_the_engine_shows_it() {
    let (_world, mut session, mut client) = both().await;
    for sql in [
        "SELECT 1, -1.50, 12345678901234567890123456789012345678, 0.1::NUMBER(38,37), NULL, 'a' AS \"lower\"",
        "SELECT 1::FLOAT, 0.1::FLOAT, 1e300::FLOAT, -1e-300::FLOAT, 'NaN'::FLOAT, 'inf'::FLOAT, '-inf'::FLOAT",
        "SELECT 'text'::VARCHAR(10), 'é\\n\"\\\\'::VARCHAR, ''::VARCHAR, 'x'::CHAR(1)",
        "SELECT TO_BINARY('00FFA0', 'HEX'), TO_BINARY('', 'HEX'), X'0102'::BINARY(10)",
        "SELECT TRUE, FALSE, NULL::BOOLEAN",
        "SELECT '2026-02-28'::DATE, '0001-01-01'::DATE, '9999-12-31'::DATE, '1969-12-31'::DATE",
        "SELECT '23:59:59.999999999'::TIME, '00:00:00'::TIME(0), '12:34:56.789'::TIME(3)",
        "SELECT '2026-02-28 12:34:56.123456789'::TIMESTAMP_NTZ, '0001-01-01 00:00:00'::TIMESTAMP_NTZ(0), \
         '9999-12-31 23:59:59.999'::TIMESTAMP_NTZ(3), '1969-12-31 23:59:59.5'::TIMESTAMP_NTZ",
        "SELECT '2026-07-28 12:34:56.123 +0000'::TIMESTAMP_LTZ, '1950-01-01 00:00:00.25 +0000'::TIMESTAMP_LTZ(2)",
        "SELECT '2026-07-28 12:34:56.123 +0530'::TIMESTAMP_TZ, '1950-01-01 00:00:00.25 -1200'::TIMESTAMP_TZ(6)",
        "SELECT PARSE_JSON('{\"b\":[1,2.50,null,true,\"x\"],\"a\":{}}'), PARSE_JSON('null'), PARSE_JSON('\"s\"'), \
         TO_VARIANT(1.5::FLOAT), TO_VARIANT('2026-01-01'::DATE), TO_VARIANT(NULL)",
        "SELECT ARRAY_CONSTRUCT(1, NULL, 'a', 1e100::FLOAT, 'NaN'::FLOAT), OBJECT_CONSTRUCT('k', 1.25), ARRAY_CONSTRUCT()",
        "SELECT COLUMN1 AS A, COLUMN2 AS B FROM VALUES (1, 'a'), (NULL, 'bcd'), (22.5, NULL)",
        "SELECT 1 AS A, 2 AS A",
        "SELECT 1 WHERE FALSE",
        "SELECT 1/0",
        "SELECT * FROM NO_SUCH_TABLE",
        "SELEC",
        "SELECT\n  NO_SUCH_COLUMN",
    ] {
        same(&mut session, &mut client, sql).await;
    }
}

#[tokio::test]
async fn every_kind_of_statement_comes_as_the_engine_gives_it() {
    let (_world, mut session, mut client) = both().await;
    for sql in [
        "CREATE TABLE T (ID INT NOT NULL, NAME VARCHAR(20), AT TIMESTAMP_NTZ(3), V VARIANT)",
        "INSERT INTO T SELECT 1, 'a', '2026-01-01', PARSE_JSON('[1]')",
        "INSERT INTO T (ID) VALUES (2), (3)",
        "UPDATE T SET NAME = 'b' WHERE ID > 1",
        "MERGE INTO T USING (SELECT 3 AS K UNION ALL SELECT 4) S ON T.ID = S.K \
         WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN INSERT (ID) VALUES (S.K)",
        "DELETE FROM T WHERE ID = 4",
        "SELECT ID, NAME, AT, V FROM T ORDER BY ID",
        "SELECT COUNT(*), SUM(ID), AVG(ID), MIN(NAME) FROM T",
        "DESCRIBE TABLE T",
        "SHOW PARAMETERS LIKE 'TIMEZONE'",
        "ALTER SESSION SET TIMEZONE = 'Asia/Kolkata', TIMESTAMP_LTZ_OUTPUT_FORMAT = 'DD.MM.YYYY HH24:MI TZH:TZM', \
         BINARY_OUTPUT_FORMAT = 'BASE64'",
        "SELECT '2026-07-28 12:34:56.123 +0000'::TIMESTAMP_LTZ, TO_BINARY('00FF', 'HEX')",
        "SET X = 'y'",
        "SELECT $X",
        "BEGIN",
        "COMMIT",
        "CREATE PROCEDURE P() RETURNS INT LANGUAGE SQL AS 'BEGIN RETURN 1; END'",
        "CALL P()",
        "EXECUTE IMMEDIATE $$ BEGIN RETURN 'x'; END $$",
        "INSERT ALL INTO T (ID) VALUES (A) INTO T (ID) VALUES (A + 1) SELECT 10 AS A",
        "TRUNCATE TABLE T",
        "CREATE OR REPLACE TABLE T2 AS SELECT 1 AS A",
        "DROP TABLE T",
        "DROP TABLE IF EXISTS T",
        "CREATE STAGE S",
        "LIST @S",
        "COPY INTO T2 FROM @S",
        "EXPLAIN SELECT 1",
        "USE SCHEMA PUBLIC",
    ] {
        same(&mut session, &mut client, sql).await;
    }
}

/// A value of every type, as SQL writes it.
fn row() -> impl Strategy<Value = [String; 10]> {
    let quoted = |text: &str| format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''"));
    let moment = (1..=9999, 1..=12, 1..=28, 0..24, 0..60, 0..60, 0..1_000_000_000)
        .prop_map(|(y, mo, d, h, mi, s, n)| format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}.{n:09}"));
    let inner = (
        1000..=9000,
        1..=12,
        1..=28,
        0..24,
        0..60,
        0..60,
        0..1_000_000_000,
        -720..=840,
    )
        .prop_map(
            |(y, mo, d, h, mi, s, n, o): (i32, i32, i32, i32, i32, i32, i32, i32)| {
                let (sign, o) = (if o < 0 { '-' } else { '+' }, o.abs());
                let (hours, minutes) = (o / 60, o % 60);
                format!("{y:04}-{mo:02}-{d:02} {h:02}:{mi:02}:{s:02}.{n:09} {sign}{hours:02}:{minutes:02}")
            },
        );
    let float = prop_oneof![
        any::<f64>()
            .prop_filter("a number", |value| value.is_finite())
            .boxed(),
        (-1000i32..1000).prop_map(f64::from).boxed(),
    ];
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        (-1_000_000i64..1_000_000, 0u32..6).prop_map(|(value, scale)| {
            let text = format!("{}e-{scale}", value);
            serde_json::from_str(&text).unwrap()
        }),
        "\\PC{0,8}".prop_map(Into::into),
    ];
    let json = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::btree_map("[a-z \"]{1,3}", inner, 0..4)
                .prop_map(|map| map.into_iter().collect::<serde_json::Map<_, _>>().into()),
        ]
    });
    let number = (-99_999_999_999_999_999_999i128..99_999_999_999_999_999_999)
        .prop_map(|value| format!("{value}e-5::NUMBER(38,5)"));
    let columns = (
        number,
        float.prop_map(|value| format!("'{value:e}'::FLOAT")),
        "\\PC{0,12}".prop_map(move |text| format!("{}::VARCHAR", quoted(&text))),
        prop::collection::vec(any::<u8>(), 0..9)
            .prop_map(|bytes| format!("TO_BINARY('{}', 'HEX')", hex::encode(bytes))),
        any::<bool>().prop_map(|truth| truth.to_string()),
        moment.clone().prop_map(|text| format!("'{}'::DATE", &text[..10])),
        moment.clone().prop_map(|text| format!("'{}'::TIME", &text[11..])),
        moment.prop_map(|text| format!("'{text}'::TIMESTAMP_NTZ")),
        inner.prop_map(|text| format!("'{text}'::TIMESTAMP_TZ")),
        json.prop_map(move |json| format!("PARSE_JSON({})", quoted(&json.to_string()))),
    );
    let nullable = prop::array::uniform10(prop::bool::weighted(0.1));
    (columns, nullable).prop_map(|((a, b, c, d, e, f, g, h, i, j), nulls)| {
        let mut row = [a, b, c, d, e, f, g, h, i, j];
        for (cell, null) in row.iter_mut().zip(nulls) {
            if null {
                *cell = "NULL".to_owned();
            }
        }
        row
    })
}

#[test]
fn whatever_values_there_are() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_world, session, client) = runtime.block_on(both());
    let sides = std::sync::Mutex::new((session, client));
    let mut runner = TestRunner::new(Config {
        cases: 24,
        failure_persistence: None,
        ..Config::default()
    });
    let rows = prop::collection::vec(row(), 1..8);
    let outcome = runner.run(&rows, |rows| {
        let select = |cells: &dyn Fn(&[String; 10]) -> String| {
            let numbered = rows.iter().enumerate();
            let selects: Vec<String> = numbered
                .map(|(number, row)| format!("SELECT {number} AS N, {}", cells(row)))
                .collect();
            format!("{} ORDER BY N", selects.join(" UNION ALL "))
        };
        let sql = select(&|row| row.join(", "));
        let (session, client) = &mut *sides.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        runtime.block_on(same(session, client, &sql));
        // LTZ too, as what TZ becomes.
        let ltz = select(&|row| format!("{}::TIMESTAMP_LTZ", row[8]));
        runtime.block_on(same(session, client, &ltz));
        Ok(())
    });
    outcome.unwrap();
    let (session, client) = sides.into_inner().unwrap();
    runtime.block_on(async move {
        drop(session);
        client.close().await.unwrap();
    });
}
