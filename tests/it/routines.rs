//! Functions that are not written in SQL: what an evaluator is asked for, and what queries make of its answers.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use datafusion::arrow::datatypes::Float64Type;
use snowglobe::clock::{Clock, VirtualClock};
use snowglobe::engine::routine::evaluator::{Evaluator, FunctionCall, TableRows};
use snowglobe::engine::{Account, Session};
use snowglobe::error::{Error, Result};
use snowglobe::world::s3::ObjectStorage;

/// Doubles numbers; as a table function it gives each text as often as the number beside it says.
#[derive(Debug)]
struct Doubling;

impl Evaluator for Doubling {
    fn scalar(&self, call: &FunctionCall<'_>) -> Result<ArrayRef> {
        if call.function.body == "fail" {
            return Err(Error::compilation("it failed"));
        }
        assert!(call.arguments.iter().all(|argument| argument.len() == call.rows));
        let values = call.arguments[0].as_primitive::<Float64Type>();
        // NULL is a value like another where the function is called with it.
        let doubled = values
            .iter()
            .map(|value| Some(value.map_or(-1.0, |value| value * 2.0)));
        Ok(Arc::new(doubled.collect::<Float64Array>()))
    }

    fn table(&self, call: &FunctionCall<'_>) -> Result<TableRows> {
        let texts = call.arguments[0].as_string::<i32>();
        let counts = call.arguments[1].as_primitive::<Float64Type>();
        let (mut words, mut numbers) = (Vec::new(), Vec::new());
        let mut inputs = Vec::new();
        for ((text, count), row) in texts.iter().zip(counts).zip(0..) {
            for number in 0..count.unwrap_or(0.0) as usize {
                words.push(text.map(str::to_string));
                numbers.push(number as f64);
                inputs.push(Some(row));
            }
        }
        Ok(TableRows {
            columns: vec![
                Arc::new(StringArray::from(words)),
                Arc::new(Float64Array::from(numbers)),
            ],
            inputs,
        })
    }
}

async fn session() -> Session {
    let clock: Arc<dyn Clock> = Arc::new(VirtualClock::new("2026-01-01T00:00:00Z".parse().unwrap()));
    let storage = ObjectStorage::in_memory(Arc::clone(&clock), Default::default());
    let account = Account::in_memory(clock, Arc::new(storage));
    account.evaluators().register("JAVASCRIPT", Arc::new(Doubling));
    let mut session = account.session("TESTER");
    for text in [
        "CREATE DATABASE d",
        "CREATE TABLE t (id INT, name VARCHAR)",
        "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (NULL, 'c')",
        "CREATE FUNCTION twice(x FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'x'",
        "CREATE FUNCTION twice_strict(x FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT STRICT AS 'x'",
        "CREATE FUNCTION twice_of(x FLOAT DEFAULT 21) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'x'",
        "CREATE FUNCTION twice_more(x INT) RETURNS FLOAT AS 'twice(x) + 1'",
        "CREATE FUNCTION fails(x FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT AS 'fail'",
        "CREATE FUNCTION repeat_rows(word VARCHAR, times FLOAT) RETURNS TABLE (w VARCHAR, n FLOAT) LANGUAGE JAVASCRIPT AS 'x'",
        "CREATE FUNCTION repeat_strict(word VARCHAR, times FLOAT) RETURNS TABLE (w VARCHAR, n FLOAT) LANGUAGE JAVASCRIPT STRICT AS 'x'",
    ] {
        session.execute(text).await.unwrap();
    }
    session
}

async fn rows(session: &mut Session, text: &str) -> Vec<String> {
    let result = session
        .execute(text)
        .await
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    let rows = result.to_text(&session.context().types).unwrap();
    let line = |row: &Vec<Option<String>>| {
        let cells = row.iter().map(|cell| cell.as_deref().unwrap_or("NULL"));
        cells.collect::<Vec<_>>().join("|")
    };
    rows.iter().map(line).collect()
}

#[tokio::test]
async fn scalar_functions_are_called_with_their_own_types() {
    let session = &mut session().await;
    assert_eq!(
        rows(session, "SELECT twice('4'), twice_of(), twice_of(x => 1)").await,
        ["8|42|2"]
    );
    assert_eq!(
        rows(
            session,
            "SELECT name, twice(id), twice_more(id) FROM t ORDER BY name"
        )
        .await,
        ["a|2|3", "b|4|5", "c|-1|0"]
    );
    assert_eq!(
        rows(session, "SELECT name FROM t WHERE twice(id) > 2").await,
        ["b"]
    );
    assert_eq!(
        rows(session, "SELECT SUM(twice(id)) FROM t WHERE id IS NOT NULL").await,
        ["6"]
    );
    assert_eq!(
        rows(session, "SELECT twice(NULL), twice(id) FROM t WHERE FALSE").await,
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn strict_functions_are_not_called_with_null() {
    let session = &mut session().await;
    assert_eq!(
        rows(session, "SELECT twice_strict(id) FROM t ORDER BY name").await,
        ["2", "4", "NULL"]
    );
    assert_eq!(
        rows(session, "SELECT twice(NULL), twice_strict(NULL)").await,
        ["-1|NULL"]
    );
    let lateral = "SELECT name, w, n FROM t, TABLE(repeat_strict(name, id)) ORDER BY 1, 3";
    assert_eq!(rows(session, lateral).await, ["a|a|0", "b|b|0", "b|b|1"]);
}

#[tokio::test]
async fn table_functions_give_rows_for_each_row() {
    let session = &mut session().await;
    assert_eq!(
        rows(session, "SELECT * FROM TABLE(repeat_rows('x', 2))").await,
        ["x|0", "x|1"]
    );
    assert_eq!(
        rows(session, "SELECT * FROM TABLE(repeat_rows('x', 0))").await,
        Vec::<String>::new()
    );
    let lateral =
        "SELECT t.id, r.w, r.n + 1 FROM t, TABLE(repeat_rows(t.name, t.id)) r WHERE r.n < 5 ORDER BY 1, 3";
    assert_eq!(rows(session, lateral).await, ["1|a|1", "2|b|1", "2|b|2"]);
    let named = "SELECT COUNT(*) FROM TABLE(repeat_rows(times => 3, word => 'y')) AS r";
    assert_eq!(rows(session, named).await, ["3"]);
}

#[tokio::test]
async fn failures_of_functions_are_failures_of_statements() {
    let session = &mut session().await;
    let error = session.execute("SELECT fails(id) FROM t").await.unwrap_err();
    assert!(error.message().contains("it failed"), "{error}");
    assert_eq!(rows(session, "SELECT COUNT(*) FROM t").await, ["3"]);
}

#[tokio::test]
async fn what_get_ddl_gives_makes_the_same_object_again() {
    let session = &mut session().await;
    for text in [
        "CREATE SECURE FUNCTION shown(a NUMBER(5,2), \"b c\" VARCHAR(3) DEFAULT 'x\\\\''y') RETURNS NUMBER NOT NULL MEMOIZABLE COMMENT = 'it''s \\\\ so' AS 'a + LENGTH(''\\\\''\\\\'''')'",
        "CREATE PROCEDURE shown(a FLOAT) RETURNS FLOAT LANGUAGE JAVASCRIPT STRICT EXECUTE AS CALLER AS $$ return \"'\" + `\\n`; $$",
        "CREATE FUNCTION rows_of(a DATE) RETURNS TABLE (x DATE, \"y\" NUMBER(3,1)) AS 'SELECT a, 1.5'",
        "CREATE TABLE shown (id INT NOT NULL AUTOINCREMENT, \"Name\" VARCHAR(5) DEFAULT 'a''b' COMMENT 'c''d', PRIMARY KEY (id))",
    ] {
        session
            .execute(text)
            .await
            .unwrap_or_else(|error| panic!("{text}: {error}"));
    }
    for object in [
        "'FUNCTION', 'shown(NUMBER, VARCHAR)'",
        "'PROCEDURE', 'shown(FLOAT)'",
        "'FUNCTION', 'rows_of(DATE)'",
        "'TABLE', 'shown'",
        "'TABLE', 't'",
    ] {
        let ask = format!("SELECT GET_DDL({object})");
        let [statement] = &rows(session, &ask).await[..] else {
            panic!("{ask}");
        };
        session
            .execute(statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
        assert_eq!(rows(session, &ask).await, std::slice::from_ref(statement));
    }
}
