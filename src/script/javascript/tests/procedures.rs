//! Procedures with a host that answers from a script.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{ArrayRef, Float64Array, StringArray};
use datafusion::arrow::datatypes::Schema;
use datafusion::arrow::record_batch::RecordBatch;

use super::super::{Procedure, Watch, call};
use super::{settings, text};
use crate::error::{Error, Result};
use crate::script::host::{Host, JobId, Outcome};
use crate::script::tree::Expression;
use crate::script::value::{Bindings, Value};
use crate::types::SnowType;

/// Remembers statements; `fail` fails, anything else gives its text and the sum of its binds.
#[derive(Default)]
struct Recorder(Vec<String>);

#[async_trait]
impl Host for Recorder {
    async fn execute(&mut self, text: &str, bindings: &Bindings) -> Result<Outcome> {
        self.0.push(text.to_string());
        if text.starts_with("fail") {
            return Err(Error::not_found("Object", "T"));
        }
        if text == "cancel" {
            return Err(Error::cancelled());
        }
        let numbers = bindings.values().filter_map(Value::as_integer).sum::<i64>();
        let fields = vec![
            SnowType::VARCHAR.field("TEXT", true),
            SnowType::Float.field("SUM", false),
        ];
        let schema = Arc::new(Schema::new(fields));
        let columns: Vec<ArrayRef> = vec![
            Arc::new(StringArray::from(vec![text])),
            Arc::new(Float64Array::from(vec![numbers as f64])),
        ];
        Ok(Outcome {
            query_id: "id".into(),
            schema: Arc::clone(&schema),
            batches: vec![RecordBatch::try_new(schema, columns)?],
            affected: None,
            is_query: true,
            assigned: Bindings::new(),
        })
    }

    async fn immediate(&mut self, text: &str, bindings: &Bindings) -> Result<Outcome> {
        self.execute(text, bindings).await
    }

    async fn evaluate(&mut self, _: &Expression, _: &Bindings) -> Result<Value> {
        Err(Error::internal("not asked for"))
    }

    fn log(&mut self, _: crate::script::log::Message) {}

    fn cast(&self, value: &Value, _: &SnowType) -> Result<Value> {
        Ok(value.clone())
    }

    fn start(&mut self, _: &str, _: &Bindings) -> Result<JobId> {
        Err(Error::internal("not asked for"))
    }

    async fn wait(&mut self, _: JobId) -> Result<Outcome> {
        Err(Error::internal("not asked for"))
    }

    fn cancel(&mut self, _: JobId) {}
}

async fn procedure(body: &str) -> (Result<String>, Vec<String>) {
    let mut host = Recorder::default();
    let procedure = Procedure {
        settings: settings("P", body, Watch::patient()),
        arguments: vec![("A".to_string(), Value::text("x"))],
        returns: SnowType::VARCHAR,
    };
    let returned = call(&mut host, procedure).await;
    (
        returned.map(|value| value.as_text().unwrap_or("NULL".to_string())),
        host.0,
    )
}

#[tokio::test]
async fn a_procedure_runs_statements_and_reads_their_results() {
    let (returned, statements) = procedure(
        "var s = snowflake.createStatement({sqlText: 'select ?, ?;', binds: [40, 2]});
         var rs = s.execute();
         var rows = [];
         while (rs.next()) rows.push([rs.getColumnValue(1), rs.getColumnValue('SUM'), rs.SUM, rs.getColumnValueAsString(2)]);
         return [A, rows, s.getColumnCount(), s.getColumnName(2), s.getColumnType(2), s.isColumnNullable(2), s.isColumnNumber(2),
                 rs.getQueryId(), s.getRowCount(), s.getSqlText()].join('|');",
    )
    .await;
    assert_eq!(
        returned.unwrap(),
        "x|select ?, ?,42,42,42|2|SUM|number|false|true|id|1|select ?, ?;"
    );
    assert_eq!(statements, ["select ?, ?"]);
}

#[tokio::test]
async fn failed_statements_are_caught_or_fail_the_procedure() {
    let caught = "\n  try {\n    snowflake.execute( {sqlText: 'fail'} );\n  } catch (e) { return [e.code, e.state, e.message, e.stackTraceTxt, String(e)].join('|') }";
    let message = "SQL compilation error:\nObject 'T' does not exist or not authorized.";
    assert_eq!(
        procedure(caught).await.0.unwrap(),
        format!("2003|42S02|{message}|Snowflake.execute, line 3 position 14|{message}")
    );
    let error = procedure("var s = snowflake.createStatement({sqlText: 'fail'});\n  s.execute();")
        .await
        .0
        .unwrap_err();
    assert_eq!(
        (error.code(), error.sqlstate(), error.message()),
        (
            100_183,
            "P0000",
            format!(
                "Execution error in store procedure P:\n{message}\nAt Statement.execute, line 2 position 4"
            )
            .as_str()
        )
    );
    let (error, statements) = procedure(
        "try { snowflake.execute({sqlText: 'cancel'}) } catch (e) {} snowflake.execute({sqlText: 'no'})",
    )
    .await;
    assert_eq!(error.unwrap_err().code(), 604);
    assert_eq!(statements, ["cancel"]);
}

#[tokio::test]
async fn the_api_says_what_it_does_not_take() {
    for (body, expected) in [
        ("snowflake.execute({sqltext: 'x'})", "empty argument passed"),
        (
            "snowflake.createStatement({sqlText: ' '})",
            "empty argument passed",
        ),
        (
            "snowflake.createStatement({sqlText: 'x', binds: [1, undefined]})",
            "Unsupported type for binding argument 2undefined",
        ),
        (
            "snowflake.execute({sqlText: 'x', binds: [true]})",
            "Unsupported type for binding argument 1true",
        ),
        (
            "snowflake.execute({sqlText: 'x', binds: [new Date(0)]})",
            "Unsupported type for binding argument 1Thu Jan 01 1970",
        ),
        (
            "snowflake.execute({sqlText: 'x'}).getColumnValue(1)",
            "ResultSet is empty or not prepared (call next() first).",
        ),
        (
            "var r = snowflake.execute({sqlText: 'x'}); r.next(); r.getColumnValue('sum')",
            "Given column name/index does not exist: sum",
        ),
        (
            "var r = snowflake.execute({sqlText: 'x'}); r.next(); r.getColumnValue(3)",
            "Given column name/index does not exist: 3",
        ),
        (
            "snowflake.createStatement({sqlText: 'x'}).getRowCount()",
            "Statement is not executed yet.\nAt Statement.getRowCount, line 1 position 42",
        ),
        ("snowflake.log('loud', 'x')", "Unknown log level: loud"),
        (
            "snowflake.setSpanAttribute('x')",
            "setSpanAttribute takes a key and a value",
        ),
    ] {
        let error = procedure(body).await.0.unwrap_err();
        assert_eq!(error.code(), 100_183, "{body}: {error}");
        assert!(error.message().contains(expected), "{body}: {}", error.message());
    }
    assert_eq!(
        procedure(
            "snowflake.log('info', 'x', {a: 1}); return JSON.stringify(Object.getOwnPropertyNames(snowflake))"
        )
        .await
        .0
        .unwrap(),
        "[]"
    );
    assert_eq!(
        text("snowflake.log('info', 'x'); return typeof snowflake.execute"),
        "undefined"
    );
}

#[tokio::test]
async fn a_dropped_call_ends_its_handler() {
    let mut settings = settings("P", "while (true) {}", Watch::patient());
    let watch = Arc::new(Watch::patient());
    settings.watch = Arc::clone(&watch);
    let endless = Procedure {
        settings,
        arguments: vec![],
        returns: SnowType::VARCHAR,
    };
    let mut host = Recorder::default();
    let brief = std::time::Duration::from_millis(5);
    assert!(
        tokio::time::timeout(brief, call(&mut host, endless))
            .await
            .is_err()
    );
    assert!(watch.is_stopped());
}
