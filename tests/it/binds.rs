//! Bind variables, and statements that are only described.

use std::sync::Arc;

use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::{Account, Binds, Session, StatementResult};
use snowglobe::world::s3::ObjectStorage;

fn session() -> Session {
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
    let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
    Account::in_memory(clock, Arc::new(storage)).session("TESTER")
}

async fn ready() -> Session {
    let mut session = session();
    for text in [
        "CREATE DATABASE d",
        "CREATE TABLE t (id NUMBER(10,0) NOT NULL, name VARCHAR(20), at TIMESTAMP_NTZ)",
    ] {
        session.execute(text).await.unwrap();
    }
    session
}

fn binds(values: &[(&str, &str)]) -> Binds {
    let mut binds = Binds::new();
    for (at, (kind, value)) in values.iter().enumerate() {
        binds.set(&(at + 1).to_string(), kind, Some(value)).unwrap();
    }
    binds
}

fn lines(session: &Session, result: &StatementResult) -> Vec<String> {
    let rows = result.to_text(&session.context().types).unwrap();
    rows.iter()
        .map(|row| {
            let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
            cells.collect::<Vec<_>>().join("|")
        })
        .collect()
}

async fn rows(session: &mut Session, text: &str, binds: &Binds) -> Vec<String> {
    let result = session.execute_with(text, binds).await;
    let result = result.unwrap_or_else(|error| panic!("{text}: {error}"));
    lines(session, &result)
}

/// The columns of a description: name, type, and `!` where NULL cannot be.
async fn described(session: &mut Session, text: &str) -> Vec<String> {
    let description = session.describe(text, &Binds::new()).await;
    let description = description.unwrap_or_else(|error| panic!("{text}: {error}"));
    let column = |column: &snowglobe::engine::ResultColumn| {
        let mark = if column.nullable { "" } else { "!" };
        format!("{} {}{mark}", column.name, column.data_type)
    };
    description.columns.iter().map(column).collect()
}

#[tokio::test]
async fn a_bind_stands_wherever_an_expression_may() {
    let mut session = ready().await;
    session
        .execute("INSERT INTO t VALUES (1, 'a', NULL), (2, 'b', NULL), (3, 'c', NULL)")
        .await
        .unwrap();
    for (text, values, expected) in [
        ("SELECT ? + ?", vec![("FIXED", "1"), ("FIXED", "-2")], vec!["-1"]),
        (
            "SELECT :2, :1, :2",
            vec![("TEXT", "x"), ("FIXED", "2.50")],
            vec!["2.5|x|2.5"],
        ),
        ("SELECT name FROM t WHERE id = ?", vec![("FIXED", "2")], vec!["b"]),
        (
            "SELECT name FROM t WHERE id IN (?, ?) ORDER BY id",
            vec![("FIXED", "1"), ("FIXED", "3")],
            vec!["a", "c"],
        ),
        (
            "SELECT name FROM t ORDER BY id LIMIT ? OFFSET ?",
            vec![("FIXED", "1"), ("FIXED", "1")],
            vec!["b"],
        ),
        (
            "SELECT id FROM IDENTIFIER(?) WHERE name = ?",
            vec![("TEXT", "d.public.t"), ("TEXT", "c")],
            vec!["3"],
        ),
        ("SELECT COUNT(*) FROM TABLE(?)", vec![("TEXT", "t")], vec!["3"]),
        ("SELECT COUNT(*) FROM TABLE(:1)", vec![("TEXT", "t")], vec!["3"]),
        ("SELECT ?::DATE", vec![("TEXT", "2024-02-29")], vec!["2024-02-29"]),
        (
            "SELECT DATEADD(day, ?, ?)",
            vec![("FIXED", "1"), ("DATE", "0")],
            vec!["1970-01-02"],
        ),
        (
            "SELECT ?",
            vec![("TIMESTAMP_NTZ", "1500000000")],
            vec!["1970-01-01 00:00:01.500"],
        ),
        (
            "SELECT ?",
            vec![("TIMESTAMP_TZ", "0 1500")],
            vec!["1970-01-01 01:00:00.000 +0100"],
        ),
        ("SELECT ?", vec![("BINARY", "c0ffee")], vec!["C0FFEE"]),
        (
            "SELECT ? AND ?",
            vec![("BOOLEAN", "true"), ("BOOLEAN", "false")],
            vec!["FALSE"],
        ),
        (
            "SELECT ?:a.b::NUMBER",
            vec![("VARIANT", r#"{"a":{"b":7}}"#)],
            vec!["7"],
        ),
        (
            "SELECT TYPEOF(?), ARRAY_SIZE(?)",
            vec![("OBJECT", "{}"), ("ARRAY", "[1,2]")],
            vec!["OBJECT|2"],
        ),
        ("SELECT ?", vec![("TEXT", "it's a \\ '?'")], vec!["it's a \\ '?'"]),
        (
            "SELECT ? FROM t WHERE name = 'a?' OR id = ?",
            vec![("REAL", "1.5"), ("FIXED", "1")],
            vec!["1.5"],
        ),
        ("SELECT {'a': 1, 'b': ?}:b", vec![("FIXED", "5")], vec!["5"]),
        (
            "UPDATE t SET name = ? WHERE id = ?",
            vec![("TEXT", "z"), ("FIXED", "1")],
            vec!["1|0"],
        ),
        (
            "MERGE INTO t USING (SELECT ? AS id) s ON t.id = s.id WHEN MATCHED THEN UPDATE SET name = ? \
             WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, ?)",
            vec![("FIXED", "9"), ("TEXT", "u"), ("TEXT", "i")],
            vec!["1|0"],
        ),
        ("DELETE FROM t WHERE name = ?", vec![("TEXT", "i")], vec!["1"]),
        ("SHOW TABLES LIKE ?", vec![("TEXT", "none")], vec![]),
        (
            "CREATE TABLE c AS SELECT ? AS n",
            vec![("FIXED", "4")],
            vec!["Table C successfully created."],
        ),
        (
            "SET v = ?",
            vec![("TEXT", "t")],
            vec!["Statement executed successfully."],
        ),
        ("SELECT COUNT(*) FROM IDENTIFIER($v)", vec![], vec!["3"]),
    ] {
        assert_eq!(
            rows(&mut session, text, &binds(&values)).await,
            expected,
            "{text}"
        );
    }
    let result = session
        .execute_with("SELECT ?, :2, ? + 1", &binds(&[("FIXED", "1"), ("FIXED", "2")]))
        .await
        .unwrap();
    let names: Vec<String> = result.columns().into_iter().map(|column| column.name).collect();
    assert_eq!(names, ["?", ":2", "? + 1"]);
}

#[tokio::test]
async fn a_bind_is_a_name_or_null() {
    let mut session = ready().await;
    let mut named = Binds::new();
    named.set("wanted", "TEXT", Some("x")).unwrap();
    assert_eq!(rows(&mut session, "SELECT :wanted", &named).await, ["x"]);
    let mut null = Binds::new();
    null.set("1", "ANY", None).unwrap();
    null.set("2", "TIMESTAMP_LTZ", None).unwrap();
    assert_eq!(
        rows(&mut session, "SELECT ?, ? IS NULL", &null).await,
        ["NULL|TRUE"]
    );
}

#[tokio::test]
async fn a_bind_without_a_value_is_refused() {
    let mut session = ready().await;
    let given = binds(&[("FIXED", "1")]);
    for (text, expected) in [
        (
            "SELECT ?, ?",
            "error line 1 at position 10\nBind variable ? not set.",
        ),
        (
            "SELECT\n :2",
            "error line 2 at position 1\nBind variable :2 not set.",
        ),
        ("SELECT :name", "Bind variable :NAME not set."),
        ("SELECT * FROM IDENTIFIER(:3)", "Bind variable :3 not set."),
        ("SHOW TABLES LIKE :2", "Bind variable :2 not set."),
        ("SELECT * FROM t LIMIT :2", "Bind variable :2 not set."),
    ] {
        let error = session.execute_with(text, &given).await.unwrap_err();
        assert_eq!(error.code(), 2049, "{text}: {error}");
        assert!(error.message().ends_with(expected), "{text}: {error}");
    }
    // A view's own text has none.
    let error = session
        .execute_with("CREATE VIEW w AS SELECT ? AS n", &given)
        .await
        .unwrap_err();
    assert_eq!(error.code(), 2049);
}

#[tokio::test]
async fn an_array_bind_is_one_insert() {
    let mut session = ready().await;
    let ids: Vec<String> = (0..1000).map(|n| n.to_string()).collect();
    let ids: Vec<Option<&str>> = ids.iter().map(|id| Some(id.as_str())).collect();
    let names: Vec<Option<&str>> = (0..1000).map(|n| (n % 2 == 0).then_some("even")).collect();
    let stamps = vec![Some("86400000000000"); 1000];
    let mut array = Binds::new();
    array.set_rows("1", "FIXED", &ids).unwrap();
    array.set_rows("2", "TEXT", &names).unwrap();
    array.set_rows("3", "TIMESTAMP_NTZ", &stamps).unwrap();
    let before = session.account().catalog().snapshot().seq;
    let inserted = rows(
        &mut session,
        "INSERT INTO t (id, name, at) VALUES (? + 1, UPPER(?), ?)",
        &array,
    )
    .await;
    assert_eq!(inserted, ["1000"]);
    assert_eq!(session.account().catalog().snapshot().seq, before + 1);
    let none = Binds::new();
    let text = "SELECT COUNT(*), SUM(id), COUNT(name), MIN(name), MAX(at)::DATE FROM t";
    assert_eq!(
        rows(&mut session, text, &none).await,
        ["1000|500500|500|EVEN|1970-01-02"]
    );
    for text in [
        "SELECT ?",
        "UPDATE t SET name = ?",
        "INSERT INTO t (id) VALUES (?), (?)",
    ] {
        let error = session.execute_with(text, &array).await.unwrap_err();
        assert_eq!(error.code(), 2, "{text}: {error}");
    }
    // One row that does not fit, and nothing is inserted.
    let mut wrong = Binds::new();
    wrong.set_rows("1", "TEXT", &[Some("1"), Some("x")]).unwrap();
    assert!(
        session
            .execute_with("INSERT INTO t (id) VALUES (?)", &wrong)
            .await
            .is_err()
    );
    assert_eq!(
        rows(&mut session, "SELECT COUNT(*) FROM t", &none).await,
        ["1000"]
    );
}

#[tokio::test]
async fn a_description_has_the_columns_of_the_result() {
    let mut session = ready().await;
    session.execute("CREATE SEQUENCE s").await.unwrap();
    session.execute("CREATE STAGE st").await.unwrap();
    for (text, expected) in [
        (
            "SELECT 1 AS a, 'hello' AS b, 12.50 AS c, NULL AS d",
            "a NUMBER(1,0)!, b VARCHAR(5)!, c NUMBER(3,1)!, d VARCHAR(16777216)",
        ),
        (
            "SELECT * FROM t",
            "ID NUMBER(10,0)!, NAME VARCHAR(20), AT TIMESTAMP_NTZ(9)",
        ),
        (
            "SELECT COUNT(*) AS n, MAX(id) AS m FROM t",
            "N NUMBER(18,0)!, M NUMBER(10,0)",
        ),
        (
            "SELECT ? AS a, s.NEXTVAL AS n",
            "A VARCHAR(16777216), N NUMBER(38,0)",
        ),
        (
            "INSERT INTO t VALUES (?, ?, ?)",
            "number of rows inserted NUMBER(19,0)!",
        ),
        (
            "UPDATE t SET name = 'x'",
            "number of rows updated NUMBER(19,0)!, number of multi-joined rows updated NUMBER(19,0)!",
        ),
        ("DELETE FROM t", "number of rows deleted NUMBER(19,0)!"),
        ("DROP TABLE t", "status VARCHAR(16777216)"),
        ("CREATE TABLE u AS SELECT * FROM t", "status VARCHAR(16777216)"),
        ("USE ROLE PUBLIC", "status VARCHAR(16777216)"),
        ("BEGIN", "status VARCHAR(16777216)"),
        ("REMOVE @st", "name VARCHAR(16777216), result VARCHAR(16777216)"),
        ("SET a = 1", "status VARCHAR(16777216)"),
        ("TRUNCATE TABLE t", "status VARCHAR(16777216)"),
    ] {
        let found = described(&mut session, text).await.join(", ");
        assert_eq!(found.to_uppercase(), expected.to_uppercase(), "{text}");
    }
    let shown = described(&mut session, "SHOW TABLES").await;
    assert!(
        shown
            .first()
            .is_some_and(|column| column == "created_on TIMESTAMP_LTZ(3)"),
        "{shown:?}"
    );
}

#[tokio::test]
async fn a_description_has_no_effect() {
    let mut session = ready().await;
    session
        .execute("INSERT INTO t VALUES (1, 'a', NULL)")
        .await
        .unwrap();
    session.execute("CREATE SEQUENCE s").await.unwrap();
    let before = session.account().catalog().snapshot().seq;
    for text in [
        "DROP TABLE t",
        "DELETE FROM t",
        "INSERT INTO t SELECT 2, 'b', NULL",
        "SELECT s.NEXTVAL",
        "CREATE SCHEMA other",
        "USE ROLE PUBLIC",
        "SET v = 1",
        "ALTER SESSION SET QUERY_TAG = 'x'",
        "BEGIN",
        "CREATE TEMPORARY TABLE temp (a INT)",
    ] {
        session
            .describe(text, &Binds::new())
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    assert_eq!(session.account().catalog().snapshot().seq, before);
    assert_eq!(session.context().role, "ACCOUNTADMIN");
    assert!(session.context().variables.is_empty() && session.context().parameters.is_empty());
    assert!(!session.in_transaction());
    assert_eq!(
        rows(&mut session, "SELECT s.NEXTVAL, COUNT(*) FROM t", &Binds::new()).await,
        ["1|1"]
    );
}

#[tokio::test]
async fn a_description_finds_the_mistakes_of_running() {
    let mut session = ready().await;
    for (text, code) in [
        ("SELECT nothing FROM t", 904),
        ("SELECT * FROM nothing", 2003),
        ("INSERT INTO t (id) VALUES (1, 2)", 2020),
        ("INSERT INTO t (nothing) VALUES (1)", 904),
        ("UPDATE t SET nothing = 1", 904),
        ("DROP TABLE nothing", 2003),
        ("CREATE TABLE t (a INT)", 2002),
        ("SELEC", 1003),
        ("COPY INTO nothing FROM @st", 2003),
    ] {
        let found = session.describe(text, &Binds::new()).await.unwrap_err();
        assert_eq!(found.code(), code, "{text}: {found}");
        let run = session.execute(text).await.unwrap_err();
        assert_eq!(run.code(), code, "{text}: {run}");
    }
}

#[tokio::test]
async fn a_description_counts_binds() {
    let mut session = ready().await;
    for (text, count, array) in [
        ("INSERT INTO t VALUES (?, ?, ?)", 3, true),
        ("INSERT INTO t (id) VALUES (:1)", 1, true),
        ("INSERT INTO t (id) VALUES (1)", 0, false),
        ("INSERT INTO t (id) SELECT ?", 1, false),
        ("SELECT :1, :2, :1, '?', {'a':1} -- ?", 2, false),
    ] {
        let found = session.describe(text, &Binds::new()).await.unwrap();
        assert_eq!(
            (found.binds, found.array_bind_supported),
            (count, array),
            "{text}"
        );
    }
}
